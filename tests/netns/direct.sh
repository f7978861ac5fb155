#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Packets go straight to a member's driver only where nobody can tell: who looks at what a
# member transmits, drops, sorts or shapes it, does so as on any device; and a card is given
# nothing that it cannot do. (Each condition by itself: direct_kunit.c.)
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4
option heartbeat_misses 0 # A card that holds packets back would be taken for dead.

# card STATISTIC: of eth0.
card() { in_host "$h1" ethtool -S eth0 | sed -n "s/^ *$1: //p"; }
# sent: packets that eth0 transmitted.
sent() { counter "$h1" eth0.transmitted; }
# send COUNT: a packet to each of so many destinations.
send() { in_host "$h1" "$TOOLS/stream" send 10.1.0.0 "$1" 7000 0 "$1" >/dev/null; }
N=1000

# Somebody looks: at the master and at all members, from another socket each.
background "$WORK/seen" ip netns exec "$h1" "$TOOLS/observe" 7000 nb0 eth0 eth1 eth2 eth3
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
in_host "$h1" tc qdisc add dev eth0 clsact
in_host "$h1" tc filter add dev eth0 egress protocol ip u32 match ip dport 7000 0xffff \
	action mirred egress redirect dev trap
before=$(sent) trapped=$(sys "$h1" trap/statistics/tx_packets)
send $N
before=$(($(sent) - before)) trapped=$(($(sys "$h1" trap/statistics/tx_packets) - trapped))
# The master sends something of its own at times, which is not for the filter.
at_least "tc at egress: it has all that the member transmits" $((before - 10)) "$trapped"
at_least "tc at egress: and that is something" $((N / 8)) "$trapped"
in_host "$h1" tc qdisc del dev eth0 clsact
ip -n "$h1" link del trap

# So does netfilter; User-Mode Linux here is built without.
case ${BED:-} in
stock-*)
	in_host "$h1" nft -f - <<-'RULES'
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
	trapped=$(in_host "$h1" nft list counters | sed -n 's/.*packets \([0-9]*\) .*/\1/p')
	at_least "netfilter at egress: it has all that the member has" $((before - 10)) "$trapped"
	at_least "netfilter at egress: and that is something" $((N / 8)) "$trapped"
	in_host "$h1" nft delete table netdev trap
	;;
esac

# qdisc FIELD: Sent (packets) or dropped, of eth0's.
qdisc() {
	in_host "$h1" tc -s qdisc show dev eth0 root |
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
	in_host "$h1" tc qdisc replace dev eth0 root $words || fail "tc takes ${words%% *}"
	wait_for counted || fail "${words%% *}: it is never at rest"
	before=$COUNTED
	send $N
	wait_for counted
	# A device sends something of its own at times.
	at_most "${words%% *}: packets that it has not in its books, more than the $before before" \
		"$before" "$COUNTED"
	at_least "${words%% *}: and these are some" $((N / 8)) "$(qdisc 1)"
	equal "${words%% *}: and dropped none" 0 "$(qdisc 2)"
	in_host "$h1" tc qdisc del dev eth0 root
done <<<"$qdiscs|"

# One that shapes, and drops what is too much: that is one drop each.
in_host "$h1" tc qdisc add dev eth0 root tbf rate 8kbit burst 2000 limit 3000
dropped=$(counter "$h1" eth0.drop_refused)
send $N
dropped=$(($(counter "$h1" eth0.drop_refused) - dropped))
equal "tbf: what it drops is counted as refused" "$(qdisc 2)" "$dropped"
at_least "tbf: it shapes" $((N / 20)) "$dropped"
conserved tbf
in_host "$h1" tc qdisc del dev eth0 root

# A card that takes nothing for a while: packets wait in its qdisc, and those that come
# after they left go straight again. By one CPU, as a flow's order is its sender's.
STREAM_CPU=0
RATE=$((20000 / LOAD))
hold() { in_host "$h1" taskset -c "$STREAM_CPU" ethtool --set-priv-flags eth0 hold "$1"; }
for words in "pfifo limit 20000" pfifo_fast; do
	ip -n "$h1" link set eth0 txqueuelen 20000
	# shellcheck disable=SC2086 # words
	in_host "$h1" tc qdisc replace dev eth0 root $words
	waited=0
	start_stream 64 $RATE
	for ((i = 0; i < 4 + 16 / LOAD; i++)); do
		hold on
		stream_for $((RATE / 100))
		waited=$((waited + $(in_host "$h1" tc -s qdisc show dev eth0 root |
			sed -n 's/.*backlog [^ ]* \([0-9]*\)p .*/\1/p')))
		hold off
		stream_for $((RATE / 100))
	done
	stop_stream
	equal "${words%% *}, a card that stops: none was lost, came twice, was overtaken" "0 0 0" \
		"$LOST $TWICE $REORDERED"
	at_least "${words%% *}, a card that stops: packets that were seen waiting" 20 "$waited"
	conserved "${words%% *}, a card that stops"
	in_host "$h1" tc qdisc del dev eth0 root
done
STREAM_CPU=

# What is left to do to large sends, and this card cannot do, is done before it gets them: the
# master offers it, as the others can.
destinations 10.1.0.0 64 "$WORK/map"
to=$(sed -n 's/ eth0$//p;T;q' "$WORK/map")
for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add vlan5 link nb0 type vlan id 5
	ip -n "${!netns}" addr add "10.5.0.$n/24" dev vlan5
	ip -n "${!netns}" link set vlan5 up
done
wait_for in_host "$h1" ping -c 1 -W 1 10.5.0.2

# shellcheck disable=SC2016 # awk's
segments() { in_host "$h1" awk '/^Tcp: [0-9]/ { print $12 }' /proc/net/snmp; }
segments_flow() { [ $(($(segments) - before)) -ge $((4000 / LOAD)) ]; }
listens() { in_host "$h2" ss -tln | grep -q ":$1 "; }
PORT=7200
# start_bulk: to that destination; stop_bulk TEXT: and all was as it was sent.
start_bulk() {
	PORT=$((PORT + 1))
	background "$WORK/received" ip netns exec "$h2" "$TOOLS/bulk" receive $PORT
	RECEIVER=$PID
	wait_for listens $PORT
	background "$WORK/sent" ip netns exec "$h1" "$TOOLS/bulk" send "$to" $PORT
	SENDER=$PID
	carried=$(sent)
}
stop_bulk() {
	kill -TERM "$SENDER"
	wait "$SENDER"
	QUIET=
	wait_for quiet "$h2"
	kill -TERM "$RECEIVER"
	wait "$RECEIVER"
	equal "$1: no byte was wrong" "wrong 0 wrong 0" \
		"$(tail -n 1 "$WORK/received" | grep -o 'wrong [0-9]*' | xargs)"
	carried=$(($(sent) - carried))
	at_least "$1: packets through that card" $((1000 / LOAD)) $carried
}
for way in plain vlan; do
	[ $way = plain ] || ip -n "$h1" route add "$to" via 10.5.0.2
	start_bulk
	for features in "tx off" "sg off" "tso off gso off" "tx-udp-segmentation off"; do
		# shellcheck disable=SC2086 # words
		in_host "$h1" ethtool -K eth0 $features >/dev/null
		before=$(segments)
		wait_for segments_flow || fail "$way, $features: it does not flow"
		in_host "$h1" ethtool -K eth0 tx on sg on tso on gso on tx-udp-segmentation on >/dev/null
		equal "$way, $features: the card was given nothing that it cannot do" 0 "$(card unfit)"
	done
	stop_bulk "$way"
done
ip -n "$h1" route del "$to" via 10.5.0.2

# The stack cuts large sends for a master that does not offer it, and says of each piece but the
# last that more follow: so does nicbond, whose card rings its doorbell for the last one then.
in_host "$h1" ethtool -K nb0 tso off tx-udp-segmentation off >/dev/null
doorbells=$(card doorbells)
start_bulk
before=$(segments)
wait_for segments_flow || fail "bursts: it does not flow"
stop_bulk bursts
at_most "bursts: doorbells, of $carried packets" $((carried / 4)) $(($(card doorbells) - doorbells))
conserved bursts
