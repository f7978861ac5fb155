#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Everything that can happen, at random, with traffic both ways: members fail and come back,
# are released and join, the role moves, options change. From time to time all is mended,
# and what must hold is looked at. FOR=N seconds; SEED=N repeats a run's order of events,
# VERBOSE=1 says each.
#
#   $h1 nb0 ==4 cables (mixed_cables)== nb0 $h2
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faults.sh"
cables() { mixed_cables "$1"; }

FOR=${FOR:-20} RATE=$((2000 / LOAD))
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
note "SEED=$SEED"

MEMORY=$(memory_free)
two_hosts 4
find_soon
# The adaptors say who took the role, if the kernel can trace.
ROLES=/sys/kernel/tracing/instances/$NAME-$$
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
if mkdir "$ROLES" 2>/dev/null &&
	echo 1 >"$ROLES/events/nicbond_fw/nicbond_fw_role/enable"; then
	defer rmdir "$ROLES"
	defer sh -c "echo 0 >$ROLES/events/enable"
else
	note "this kernel has no event tracing: who was primary, the host says"
	ROLES=
fi
background "$WORK/events" ip netns exec "$h1" "$TOOLS/nicbond" events -j nb0
listener=$PID
# First until it listens.
listens() {
	primary "$h1" eth1
	primary "$h1" eth0
	said "$WORK/events" '"new": *"eth1"'
}
check "events tell of the role" wait_for listens
primary "$h1" auto

# What may change at any time: name and values. Not what find_soon set.
OPTIONS=(
	"selector dst-hash load" "hash_fields dst-ip dst-ip,src-ip dst-ip,src-ip,l4-ports"
	"table_size 64 256 4096" "flowlet_gap_us 0 500 50000" "move_deadline_ms 10 100 1000"
	"flowlets 64 1024 16384" "load_interval_ms 10 100" "channel_mode direct ring"
	"channel_depth 2 64 1024" "channel_full drop resteer"
	"primary_reselect always better failure" "up_delay_ms 0 20 200" "down_delay_ms 0 20"
	"flap_hold_max_ms 0 100 1000" "peer_notify_count 0 1 3" "heartbeat_interval_ms 20 50"
	"min_links 0 1 2" "probe_validate answer traffic" "probe_require any all"
)
mapfile -t KNOWN < <("$TOOLS/options" --shell | awk '$1 ~ /^master/ { print $2 }')
for words in "${OPTIONS[@]}"; do
	[[ " ${KNOWN[*]} " == *" ${words%% *} "* ]] || fail "there is no option ${words%% *}"
done

say() { [ -z "${VERBOSE:-}" ] || note "$*"; }
STEPS=0 REFUSED=0
attempt() {
	say "$@"
	"$@" 2>>"$WORK/refusals" || REFUSED=$((REFUSED + 1))
}
change_option() {
	local words
	random_of "${OPTIONS[@]}"
	read -ra words <<<"$RANDOM_WORD"
	random_of "${words[@]:1}"
	attempt option "${words[0]}" "$RANDOM_WORD"
}
change_weight() {
	local i=$((RANDOM % 4))
	attempt weight $i $((1 + RANDOM % 4))
}
change_role() {
	random_of auto eth0 eth1 eth2 eth3
	attempt primary "$h1" "$RANDOM_WORD"
}
# Who hangs, or refuses, would not be let in again.
rejoin() {
	local i=$((RANDOM % 4))
	case ${HURT[$i]:-} in hang | refuse) return ;; esac
	attempt ip -n "$h1" link set eth$i nomaster
	attempt ip -n "$h1" link set eth$i master nb0
}
step() {
	random_of misfortune misfortune misfortune misfortune \
		change_option change_option change_role change_weight rejoin
	"$RANDOM_WORD"
	STEPS=$((STEPS + 1))
	while_random 20
}

# What must hold, whatever happened. Packets on their way may be between two counts.
# epochs_of: epoch and primary, as the adaptors of $h1 say themselves who took the role.
INDICES=$(sys "$h1" 'eth*/ifindex' | paste -sd '|')
epochs_of() {
	if [ -n "$ROLES" ]; then
		sed -nE "s/.*nicbond_fw_role: .*ifindex=($INDICES) .* new=primary epoch=([0-9]+) err=0\$/\\2 \\1/p" "$ROLES/trace"
	else
		jq -r 'select(.event == "role" and .new != null) | "\(.epoch) \(.new)"' "$WORK/events"
	fi | sort -u
}
look() {
	heal_all
	check "all are up" wait_for peers_up "$h1" 4
	peers_up "$h1" 4 || in_host "$h1" sh -c 'ethtool -d nb0; ip -d link; grep -H "" /sys/class/net/eth*/nicbond_member/*'
	check "at the other end, too" wait_for peers_up "$h2" 4
	stop_back
	stop_stream
	equal "nothing comes twice" "0 0" "$TWICE $BACK_TWICE"
	conserved "all that"
	equal "one is primary" 1 "$(sys "$h1" 'eth*/nicbond_member/role' | grep -c '^primary$')"
	equal "no epoch had two" "" "$(epochs_of | cut -d' ' -f1 | uniq -d)"
	[ -z "$ROLES" ] || at_least "the adaptors told of their roles" 1 "$(epochs_of | wc -l)"
	check "all events were heard" kill -0 "$listener"
	at_least "epochs never go back" "$EPOCH" "$(sys "$h1" nb0/nicbond/epoch)"
	EPOCH=$(sys "$h1" nb0/nicbond/epoch)
	say "memory free, in MiB: $(memory_free); what was heard takes, in KiB: $(du -sk "$WORK" | cut -f1)"
	check "there and back" ping_all "$h1" 3 10.0.0.2
	check "by IPv6, too" ping_all "$h1" 3 fd00::2
}
streams() {
	start_stream 64 $RATE
	start_back 64 $RATE
}

EPOCH=1
end=$((SECONDS + FOR)) steps=30
while [ $SECONDS -lt $end ]; do
	streams
	for ((n = 0; n < steps && SECONDS < end; n++)); do step; done
	look
done
note "$STEPS steps, $REFUSED refused, $(sys "$h1" nb0/nicbond/epoch) epochs"

# Nobody holds them any more.
ip -n "$h1" link del nb0
ip -n "$h2" link del nb0
check "the cards' driver goes" wait_for rmmod nbcable
check "the NICs' driver goes" wait_for rmmod nicsim
check "nicbond goes" wait_for rmmod nicbond
check "load again" load
memory_is_back "$MEMORY"
