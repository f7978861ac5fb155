#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Random input to everything by which a user controls nicbond (tests/control), from several
# processes at once, COUNT requests by each, from SEED on: all may be refused or accepted, but
# the kernel does not complain, nothing leaks, and who has no right to changes nothing.
#
#   $box    nb0 -- d0, v0 == w0      root, three times
#           nb1 -- nb2 -- d1
#   $still  the same                 nobody, by himself and as root of a user namespace
#   own     the same                 nobody, in a user and a network namespace of his own
# shellcheck disable=SC2154 # $box and $still: host() sets them
. "$(dirname "$0")/lib.sh"

MORE=500
[ -z "${LONG:-}" ] || MORE=2500
COUNT=${COUNT:-$((500 + MORE / LOAD))}
[ -z "${LONG:-}" ] || COUNT=$((10 * COUNT))
SEED=${SEED:-1}
# Nobody needs that long, whatever he asks.
LIMIT=$((300 + COUNT))
note "SEED=$SEED COUNT=$COUNT"

# Nobody reads these, too.
chmod 755 "$WORK"
cp -r "$TOP/tests/control" "$TOP/Documentation/netlink/specs/nicbond.yaml" "$WORK"
"$TOOLS/options" --shell >"$WORK/options"
PINS=$WORK/bpf
mkdir "$PINS"
mount -t bpf bpf "$PINS"
defer umount "$PINS"
chmod 755 "$PINS"
bpftool prog loadall "$TOOLS/odd.bpf.o" "$PINS/odd"
bpftool prog loadall "$TOOLS/hash.bpf.o" "$PINS/hash"
bpftool prog loadall "$TOOLS/xdp.bpf.o" "$PINS/xdp"
mv "$PINS"/{odd,hash,xdp}/* "$PINS"
FUZZ=(timeout -s KILL "$LIMIT" python3 -B "$WORK/control" --spec "$WORK/nicbond.yaml"
	--options "$WORK/options" --pins "$PINS" --count "$COUNT")
NOBODY=(setpriv --reuid 65534 --regid 65534 --clear-groups)
# Who may be root in a namespace of his own may load programs there, too.
sysctl -qw kernel.unprivileged_bpf_disabled=0

populate() {
	local i
	ip link set lo up
	for i in 0 1; do
		ip link add "v$i" type veth peer name "w$i"
		ip link add "d$i" type dummy
		ip link set "w$i" up
	done
	for i in 0 1 2; do ip link add "nb$i" type nicbond; done
	ip link set d0 master nb0
	ip link set v0 master nb0
	ip link set d1 master nb2
	ip link set nb2 master nb1
	for i in 0 1 2; do ip link set "nb$i" up; done
}

# state: what there is in a namespace and may be changed there, but not what goes on.
state() {
	in_net "$1" ip -d link show
	in_host "$1" sh -c 'cd /sys/class/net && grep -r . */nicbond/ */nicbond_member/' |
		grep -vE '/nicbond_member/[a-z_]*:[0-9]+$|/(epoch|failovers):'
	in_host "$1" bash -c 'cd /sys/class/net && grep . */nicbond_member/{weight,priority,queue_id,slot}'
	in_host "$1" bash -c 'ethtool -k nb0; ethtool -k nb1; ethtool -k d0'
}
settled() { state "$1" >"$WORK/now"; sleep 1; state "$1" | cmp - "$WORK/now"; }
programs() { bpftool -j prog show | jq length; }

# devices NETNS: but for those that each namespace has, as tunl0, and nobody can delete. By now
# they may have any name.
devices() {
	# shellcheck disable=SC2016 # for the shell in there
	in_host "$1" bash -c 'cd /sys/class/net && for device in */; do
		[ "$(cat "$device/ifindex")" -le "$0" ] || echo "${device%/}"
	done' "$OWN"
}
for name in box still; do
	host $name
	OWN=$(ip -n "${!name}" -o link | sed -n '$s/:.*//p')
	in_host "${!name}" bash -c "$(declare -f populate); populate"
done
check "who may not change anything begins in peace" wait_for settled "$still"
state "$still" >"$WORK/still"
at_least "and there is much to change" 100 "$(wc -l <"$WORK/still")"
PROGRAMS=$(programs)

# fuzz NAME COMMAND...: in the background, with the next seed; its words are in NAME then.
fuzz() {
	local name=$1
	shift
	background "$WORK/$name" "$@" "${FUZZ[@]}" --seed "$SEED"
	RUNNING+=("$name:$PID")
	SEED=$((SEED + 1))
}
# In $box also what debugfs shows, which ip takes away with the other namespace's sysfs.
round() {
	local i
	RUNNING=()
	for i in 1 2 3; do
		fuzz "root-$i" ip netns exec "$box" sh -c \
			'mount -t debugfs debugfs /sys/kernel/debug; exec "$@"' sh
	done
	fuzz nobody ip netns exec "$still" "${NOBODY[@]}"
	fuzz intruder ip netns exec "$still" "${NOBODY[@]}" unshare -Ur
	fuzz owner "${NOBODY[@]}" unshare -Urnm bash -c \
		"mount -t sysfs sysfs /sys; $(declare -f populate); populate; exec \"\$@\"" bash
	for i in "${RUNNING[@]}"; do
		wait "${i#*:}"
		equal "${i%:*} came to his end" 0 $?
	done
}
MEMORY=$(memory_free)
round

# tally NAME...: what became of all of these: by kind, and by its first word, how many in
# ${TRIED[kind]}; of these ACCEPTED, FORBIDDEN, and UNANSWERED.
declare -A TRIED ACCEPTED FORBIDDEN UNANSWERED
tally() {
	local kind outcome number key
	TRIED=() ACCEPTED=() FORBIDDEN=() UNANSWERED=()
	while read -r kind outcome number; do
		for key in "$kind" "${kind%-*}"; do
			TRIED[$key]=$((${TRIED[$key]:-0} + number))
			case $outcome in
			accepted) ACCEPTED[$key]=$((${ACCEPTED[$key]:-0} + number)) ;;
			EPERM | EACCES) FORBIDDEN[$key]=$((${FORBIDDEN[$key]:-0} + number)) ;;
			unanswered) UNANSWERED[$key]=$((${UNANSWERED[$key]:-0} + number)) ;;
			esac
		done
	done < <(cd "$WORK" && grep -hE '^[a-z-]+ [A-Za-z0-9]+ [0-9]+$' "$@")
	[ -z "${VERBOSE:-}" ] || (cd "$WORK" && tail -n +1 "$@")
}
# kinds: in order, but for the first words.
kinds() { printf '%s\n' "${!TRIED[@]}" | grep -E -- '-|packet' | sort; }
report() {
	local kind words=''
	for kind in $(kinds); do words+=" $kind ${ACCEPTED[$kind]:-0}/${TRIED[$kind]}"; done
	note "$1, accepted of tried:$words"
}

# taken WHO NAME...: not all is refused at the door, and nobody is left without an answer.
# Programs are for whom the whole machine trusts, and so is what debugfs shows.
NOT_OWNERS="debugfs-read program-link"
taken() {
	local who=$1 kind scarce='' unanswered=''
	tally "${@:2}"
	report "$who"
	for kind in $(kinds); do
		[[ $kind == netlink-* || -z ${UNANSWERED[$kind]:-} ]] || unanswered+="$kind "
		[ "$kind" != parameter-write ] || continue
		[[ $who != owner || " $NOT_OWNERS " != *" $kind "* ]] || continue
		[ "${ACCEPTED[$kind]:-0}" -ge $((${TRIED[$kind]} / 100)) ] || scarce+="$kind "
	done
	for kind in family link file ethtool ioctl packet program netlink; do
		[ "${ACCEPTED[$kind]:-0}" -ge $((${TRIED[$kind]} / 20)) ] || scarce+="$kind "
	done
	equal "$who: of each kind a hundredth was accepted, of each way a twentieth" "" "$scarce"
	equal "$who: each request was answered" "" "$unanswered"
	equal "$who: no parameter of the module can be written" 0 "${ACCEPTED[parameter-write]}"
}

# refused_all WHO: nothing that changes anything, and mostly as it is not permitted; what
# debugfs has he does not see, and of a BPF link he is told of something else first.
CHANGES="link-create link-lower link-change link-member link-master link-state link-delete
	family-admin file-write ethtool-set ioctl-set packet program-select program-xdp program-link
	parameter-write debugfs-read"
refused_all() {
	local who=$1 kind accepted='' otherwise=''
	tally "$who"
	report "$who"
	for kind in $CHANGES; do
		[ "${ACCEPTED[$kind]}" = 0 ] || accepted+="$kind "
		[[ " $NOT_OWNERS " == *" $kind "* ]] ||
			[ "${FORBIDDEN[$kind]:-0}" -gt $((${TRIED[$kind]} / 3)) ] || otherwise+="$kind "
	done
	equal "$who: nothing that changes anything was accepted" "" "$accepted"
	equal "$who: of each kind of that more than a third was not permitted" "" "$otherwise"
	at_least "$who: what anybody may ask was answered" 1 "${ACCEPTED[family-get]}"
}
ROOTS=(root-1 root-2 root-3)
taken root "${ROOTS[@]}"
taken owner owner
refused_all nobody
refused_all intruder
state "$still" >"$WORK/now"
check "nothing has changed for that" diff "$WORK/still" "$WORK/now"

# Who has a device may give it to another namespace, and a mutant does: to that of process 1.
for device in $(ip -br link | grep -oE '^(nb|d|v|w)[0-9]\>'); do
	note "$device was sent home"
	ip link del "$device"
done

# It all still works: from a fresh master in $box to the other namespace.
devices "$box" | while read -r device; do ip -n "$box" link del dev "$device" 2>/dev/null; done
equal "all devices go" "" "$(devices "$box")"
ip -n "$box" link add port type veth peer name far netns "$still"
ip -n "$box" link add fresh type nicbond
ip -n "$box" link set port master fresh
ip -n "$box" addr add 10.0.0.1/24 dev fresh
ip -n "$box" link set fresh up
ip -n "$still" addr add 10.0.0.2/24 dev far
ip -n "$still" link set far up
fresh_is() { [ "$(sys "$box" fresh/nicbond/primary)" = "$1" ]; }
check "a fresh master has a primary" wait_for fresh_is port
check "its packets are answered" ping_all "$box" 20 10.0.0.2

# And nothing is left.
ip netns del "$box"
ip netns del "$still"
all_gone() { [ -z "$(ls /sys/kernel/debug/nicbond)" ]; }
check "the namespaces go, and with them all masters" wait_for all_gone
unused() { [ "$(cat /sys/module/nicbond/refcnt)" = 0 ]; }
check "nobody uses the module" wait_for unused
check "the module goes" wait_for rmmod nicbond
# Not before: gre0 and the like, too, may have one by XDP, which goes with their namespace.
programs_are() { [ "$(programs)" = "$1" ]; }
check "programs have gone, but for the pinned ones" wait_for programs_are "$PROGRAMS"
check "load again" load
memory_is_back "$MEMORY"
