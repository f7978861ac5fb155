#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What a stream of numbered packets loses, gets twice or out of order, and how long it is
# silent, when something happens to the member in use: nicbond, bonding and team in turns.
#
#   $h1 nb0 ==4 cables== p0..p3 br0 $sw ---- eth9 $h2
#
# Where all members send from one address p0..p3 are a bond of $sw (static), else they are
# ports of its bridge, which learns where an address is. For who draws them (scripts/bench)
# the figures come once more, in lines "data WAY|EVENT|LOST|TWICE|REORDERED|SILENCE_US".
#
# The stream: RATE packets a second from $h1 over 64 destinations; in the rounds in turn UDP
# over IPv4, over IPv6, FCoE, and frames of a type that nobody knows. For each way and event
# the worst of ROUNDS rounds: lost / twice / out of order, longest silence in ms.
# shellcheck disable=SC2154 # $h1, $h2 and $sw: host() sets them
. "$(dirname "$0")/../netns/lib.sh"

# ONLY=PATTERN: only those ways.
ROUNDS=${ROUNDS:-4} RATE=${RATE:-50000} ONLY=${ONLY:-.}
WAYS=(
	"nicbond, static|nicbond topology static"
	"nicbond, static, heartbeat_misses 3|nicbond topology static heartbeat_misses 3"
	"nicbond, independent|nicbond topology independent"
	"bonding balance-xor, miimon 100|bond mode balance-xor xmit_hash_policy layer2+3 miimon 100"
	"bonding balance-xor, miimon 1|bond mode balance-xor xmit_hash_policy layer2+3 miimon 1"
	"bonding balance-xor, arp_interval 100|bond mode balance-xor xmit_hash_policy layer2+3 arp_interval 100 arp_ip_target TARGET"
	"bonding active-backup, miimon 100|bond mode active-backup miimon 100"
	"bonding active-backup, miimon 1|bond mode active-backup miimon 1"
	"bonding active-backup, arp_interval 100|bond mode active-backup arp_interval 100 arp_ip_target TARGET"
	"team activebackup, ethtool|team activebackup"
	"team loadbalance, ethtool|team loadbalance"
)
# The carrier goes and comes, the member is closed and opened, the administrator changes to
# another; its driver takes no more packets, while its link is good.
EVENTS=(carrier return down up switch stuck)
DATA=

# team NETNS NUMBER RUNNER: nb0 as one of teamd. Its kernel part opens a card before it gives
# it the address of the first one, which these cards do not take then.
team() {
	local i address
	in_host "$1" teamd -d -t nb0 >/dev/null 2>&1 -c '{ "runner": { "name": "'"$3"'", "tx_hash": ["ipv4"] },
		"link_watch": { "name": "ethtool" } }' || return
	address=$(sys "$1" eth0/address)
	for i in 0 1 2 3; do
		ip -n "$1" link set eth$i down
		ip -n "$1" link set eth$i address "$address"
		ip -n "$1" link set eth$i master nb0 || return
	done
	in_host "$1" sysctl -qw net.ipv6.conf.nb0.accept_dad=0
	ip -n "$1" addr add "10.0.0.$2/24" dev nb0
	ip -n "$1" addr add "fd00::$2/64" dev nb0 nodad
	ip -n "$1" link set nb0 up
}

# attach static|independent: the switch.
attach() {
	local i
	ip -n "$sw" link del bond0 2>/dev/null
	for i in 0 1 2 3; do ip -n "$sw" link set p$i down nomaster; done
	if [ "$1" = static ]; then
		ip -n "$sw" link add bond0 type bond mode balance-xor miimon 100
		for i in 0 1 2 3; do ip -n "$sw" link set p$i master bond0; done
		ip -n "$sw" link set bond0 master br0 up
	else
		for i in 0 1 2 3; do ip -n "$sw" link set p$i master br0 up; done
	fi
}

# build TYPE...: nb0 of $h1, anew.
build() {
	local i type=$*
	case $type in
	*independent* | *active*backup*) attach independent ;;
	*) attach static ;;
	esac
	if in_host "$h1" teamd -k -t nb0 >/dev/null 2>&1; then
		wait_for gone
	else
		ip -n "$h1" link del nb0 2>/dev/null
	fi
	for i in 0 1 2 3; do ip -n "$h1" link set eth$i down; done
	if [ "$1" = team ]; then
		team "$h1" 1 "$2" || return
	else
		# shellcheck disable=SC2086 # words
		master_of ${type/TARGET/10.0.0.2}
	fi
	wait_for in_host "$h1" ping -c 1 -W 1 10.0.0.2
	wait_for in_host "$h1" ping -c 1 -W 1 fd00::2
	ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
	ip -n "$h1" route add fd01::/64 via fd00::2
	[ "$1" != nicbond ] || wait_for peers_up "$h1" 4
}
# master_of TYPE...: as lib.sh's master, which knows nicbond without options.
master_of() {
	if [ "$1" = nicbond ]; then
		master "$h1" 4 1
		shift
		while [ $# -gt 0 ]; do
			option "$1" "$2"
			shift 2
		done
	else
		master "$h1" 4 1 "$@"
	fi
}
gone() { ! ip -n "$h1" link show nb0; }

# active: the number of the member that all, or the first of the, packets go by.
active() {
	local name
	case $TYPE in
	nicbond*) name=$(primary "$h1") ;;
	bond*active-backup*) name=$(sys "$h1" nb0/bonding/active_slave) ;;
	team*activebackup*) name=$(in_host "$h1" teamdctl nb0 state item get runner.active_port) ;;
	*) name=eth0 ;;
	esac
	echo "${name#eth}"
}

# happen EVENT: to the member $ACTIVE; fails if there is no such thing here.
happen() {
	local other=$(((ACTIVE + 1) % 4))
	case $1/$TYPE in
	carrier/*) unplug "$ACTIVE" ;;
	return/*) plug "$ACTIVE" ;;
	down/*) ip -n "$h1" link set "eth$ACTIVE" down ;;
	up/*) ip -n "$h1" link set "eth$ACTIVE" up ;;
	stuck/*) in_host "$h1" ethtool --set-priv-flags "eth$ACTIVE" hold on ;;
	switch/nicbond*) primary "$h1" "eth$other" ;;
	switch/bond*active-backup*) in_host "$h1" sh -c "echo eth$other >/sys/class/net/nb0/bonding/active_slave" 2>/dev/null ;;
	switch/team*activebackup*) in_host "$h1" teamdctl nb0 port config update "eth$other" '{ "prio": 100, "sticky": true }' ;;
	*) return 1 ;;
	esac
}

# The stream goes on half a second before, and one and a half after.
measure() {
	start_stream 64 "$RATE" 2>/dev/null
	sleep 0.5
	happen "$1" || { stop_stream >/dev/null; return 1; }
	sleep 1.5
	stop_stream >>"$WORK/notes"
	[ "$1" != stuck ] || free_again
	echo "$LOST $TWICE $REORDERED $SILENCE_US $SENT_RATE"
}

free_again() {
	in_host "$h1" ethtool --set-priv-flags "eth$ACTIVE" hold off
	case $TYPE in nicbond*) wait_for peers_up "$h1" 4 ;; esac
	wait_for in_host "$h1" ping -c 1 -W 1 10.0.0.2
	QUIET=
	wait_for quiet "$h2"
}

# worst FILE: of the rounds.
worst() {
	awk 'NF { for (i = 1; i <= 4; i++) if ($i > worst[i]) worst[i] = $i; n++ }
		END { if (n) print worst[1] + 0, worst[2] + 0, worst[3] + 0, worst[4] }' "$WORK/$1"
}

host h1
host sw
host h2
cable_switch
ip -n "$sw" link add br0 up type bridge
ip -n "$sw" link add p9 type veth peer name eth9 netns "$h2"
ip -n "$sw" link set p9 master br0 up
ip -n "$h2" addr add 10.0.0.2/24 dev eth9
ip -n "$h2" addr add fd00::2/64 dev eth9 nodad
ip -n "$h2" link set eth9 up
ip -n "$h2" route add local 10.1.0.0/16 dev lo
ip -n "$h2" route add local fd01::/64 dev lo
# Nobody answers from these, so the switch does not learn where they are.
for i in {0..63}; do
	in_host "$sw" bridge fdb add "$(printf 02:00:00:01:00:%02x "$i")" dev p9 master static
done
STREAMS=(10.1.0.0 fd01:: "$(sys "$h2" eth9/address)/010000@nb0" 02:00:00:01:00:00@nb0)
STREAM_AT=eth9
printf 'lost / twice / out of order, longest silence; the worst of %s rounds at %s packets/s\n' "$ROUNDS" "$RATE"
printf '%-40s' ''
printf '%26s' "${EVENTS[@]}"
echo
for way in "${WAYS[@]}"; do
	[[ $way =~ $ONLY ]] || continue
	TYPE=${way#*|}
	# shellcheck disable=SC2086 # words
	build $TYPE || { echo "${way%|*}: not here"; continue; }
	printf '%-40s' "${way%|*}"
	for ((round = 0; round < ROUNDS; round++)); do
		STREAM_TO=${STREAMS[round % ${#STREAMS[@]}]}
		for event in "${EVENTS[@]}"; do
			case $event in carrier | down | switch | stuck) ACTIVE=$(active) ;; esac
			measure "$event" >>"$WORK/$event-$TYPE" || true
		done
	done
	for event in "${EVENTS[@]}"; do
		worst "$event-$TYPE" >"$WORK/worst"
		printf '%26s' "$(awk '{ printf "%d / %d / %d, %.0f ms", $1, $2, $3, $4 / 1000 }
			END { if (!NR) print "-" }' "$WORK/worst")"
		DATA+=$(awk -v way="${way%|*}" -v event="$event" -v OFS='|' \
			'{ print "data " way, event, $1, $2, $3, $4 }' "$WORK/worst")$'\n'
	done
	echo
done
printf %s "$DATA"
note "the stream's rate: $(cat "$WORK"/*-* 2>/dev/null | awk 'NF == 5 { print $5 }' | sort -n | sed -n '1p;$p' | xargs | tr ' ' -)/s"
