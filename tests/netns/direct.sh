#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Packets go straight to a member's driver only where nobody can tell: who looks at what a
# member transmits, drops, sorts or shapes it, does so as on any device. (Each condition by
# itself: direct_kunit.c. What the card has to be able to do: cards.sh.)
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4

# sent: packets that eth0 transmitted.
sent() { counter "$h1" eth0.transmitted; }
# send COUNT: a packet to each of so many destinations.
send() { in_net "$h1" "$TOOLS/stream" send 10.1.0.0 "$1" 7000 0 "$1" >/dev/null; }
N=1000

# Somebody looks: at the master and at all members, from another socket each.
background "$WORK/seen" nsenter --net="/run/netns/$h1" "$TOOLS/observe" 7000 nb0 eth0 eth1 eth2 eth3
observer=$PID
wait_for said "$WORK/seen" ready
send $N
wait_for enough_lines "$WORK/seen" $((2 * N + 1))
kill -TERM "$observer"
wait "$observer"
sed -i /ready/d "$WORK/seen"
equal "taps: each packet is seen once on the master and once on a member" "$N $N" \
	"$(grep -c ' nb0$' "$WORK/seen") $(grep -c ' eth.$' "$WORK/seen")"
equal "taps: each to another destination" "$N" "$(sed 's/ .*//' "$WORK/seen" | sort -u | wc -l)"

# tc takes packets away at the member's egress.
ip -n "$h1" link add trap up type dummy
in_net "$h1" tc qdisc add dev eth0 clsact
in_net "$h1" tc filter add dev eth0 egress protocol ip u32 match ip dport 7000 0xffff \
	action mirred egress redirect dev trap
before=$(sent) trapped=$(sys "$h1" trap/statistics/tx_packets)
send $N
before=$(($(sent) - before)) trapped=$(($(sys "$h1" trap/statistics/tx_packets) - trapped))
# The master sends something of its own at times, which is not for the filter.
at_least "tc at egress: it has all that the member transmits" $((before - 10)) "$trapped"
at_least "tc at egress: and that is something" $((N / 8)) "$trapped"
in_net "$h1" tc qdisc del dev eth0 clsact
ip -n "$h1" link del trap

# So does netfilter; User-Mode Linux here is built without.
case ${BED:-} in
stock-*)
	in_net "$h1" nft -f - <<-'RULES'
		table netdev trap {
			counter seen { }
			chain out {
				type filter hook egress device "eth0" priority 0
				udp dport 7000 counter name seen drop
			}
		}
	RULES
	before=$(sent)
	refused=$(counter "$h1" eth0.drop_refused)
	send $N
	before=$(($(sent) - before + $(counter "$h1" eth0.drop_refused) - refused))
	trapped=$(in_net "$h1" nft list counters | sed -n 's/.*packets \([0-9]*\) .*/\1/p')
	at_least "netfilter at egress: it has all that the member has" $((before - 10)) "$trapped"
	at_least "netfilter at egress: and that is something" $((N / 8)) "$trapped"
	in_net "$h1" nft delete table netdev trap
	;;
esac

# qdisc FIELD: Sent (packets) or dropped, of eth0's.
qdisc() {
	in_net "$h1" tc -s qdisc show dev eth0 root |
		sed -n "s/^ Sent [0-9]* bytes \([0-9]*\) pkt (dropped \([0-9]*\),.*/\1 \2/p" |
		cut -d' ' -f"$1"
}
# counted: how many more the member transmitted than the qdisc has, in $COUNTED, if none passes
# while they are read.
counted() {
	local now
	now=$(sent)
	COUNTED=$((now - $(qdisc 1)))
	[ "$now" = "$(sent)" ]
}
# Those that let packets pass them by while they are empty, and those that do not: all
# count each packet.
qdiscs="pfifo_fast|pfifo limit 5000|fq flow_limit 5000|tbf rate 1gbit burst 100k limit 10m"
[[ "${BED:-}" != stock-* ]] || qdiscs+="|prio|fq_codel|htb default 1"
while read -r -d'|' words; do
	# shellcheck disable=SC2086 # words
	in_net "$h1" tc qdisc replace dev eth0 root $words || fail "tc takes ${words%% *}"
	wait_for counted || fail "${words%% *}: it is never at rest"
	before=$COUNTED
	send $N
	wait_for counted
	# A device sends something of its own at times.
	at_most "${words%% *}: packets that it has not in its books, more than the $before before" \
		"$before" "$COUNTED"
	at_least "${words%% *}: and these are some" $((N / 8)) "$(qdisc 1)"
	equal "${words%% *}: and dropped none" 0 "$(qdisc 2)"
	in_net "$h1" tc qdisc del dev eth0 root
done <<<"$qdiscs|"

# One that shapes, and drops what is too much: that is one drop each, but for the few that a
# device sends of its own.
in_net "$h1" tc qdisc add dev eth0 root tbf rate 8kbit burst 2000 limit 3000
dropped=$(counter "$h1" eth0.drop_refused)
send $N
dropped=$(($(counter "$h1" eth0.drop_refused) - dropped))
at_most "tbf: refused, of $(qdisc 2) that it drops" "$(qdisc 2)" "$dropped"
at_least "tbf: refused, of $(qdisc 2) that it drops" $(($(qdisc 2) - 5)) "$dropped"
at_least "tbf: it shapes" $((N / 20)) "$dropped"
conserved tbf
in_net "$h1" tc qdisc del dev eth0 root
