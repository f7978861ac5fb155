#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Selector load: bytes are level, by speed, whatever the flows' sizes; no packet of a
# flow is overtaken, though the paths' delays differ:
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

STREAM_CPU=0
bytes() {
	local i
	for i in 0 1 2 3; do
		sys "$h1" "eth$i/statistics/tx_bytes"
	done | xargs
}

# parts SHARES BEFORE AFTER: what each member sent of the bytes in between, as 1000 x its
# part of what it should have by these shares.
parts() {
	awk -v shares="$1" -v before="$2" -v after="$3" 'BEGIN {
		n = split(shares, share, " "); split(before, b, " "); split(after, a, " ")
		for (i = 1; i <= n; i++) {
			sum += a[i] - b[i]
			whole += share[i]
		}
		for (i = 1; i <= n; i++)
			print int(1000 * (a[i] - b[i]) * whole / share[i] / sum)
	}'
}

# zipf RATE SHARES: these parts, of 5000 flows whose sizes go by Zipf's law, in $PARTS;
# the least and the most of them in $LEAST and $MOST. A machine that stalls would send
# bursts afterwards in which the large flows do not pause, so that nobody could level
# them: the stream does not catch up.
zipf() {
	local before STREAM_OPTIONS=(-p)
	before=$(bytes)
	start_stream 5000 "$1" 42 1.2
	stream_for $((60000 / LOAD))
	stop_stream
	PARTS=$(parts "$2" "$before" "$(bytes)" | xargs)
	LEAST=$(tr ' ' '\n' <<<"$PARTS" | sort -n | head -n 1)
	MOST=$(tr ' ' '\n' <<<"$PARTS" | sort -n | tail -n 1)
	note "each member's part, 1000 x what it should be: $PARTS"
}

# Paths that do not differ at all, however a CPU stalls: in a queue one CPU may leave a
# packet for the other to send.
two_hosts 4
for i in 0 1 2 3; do
	in_net "$h1" tc qdisc replace dev "eth$i" root noqueue
done
option selector load
option load_interval_ms 5

# The largest flow has a fifth of all packets. With the default gap it pauses at times.
zipf $((20000 / LOAD)) "1 1 1 1"
level=$MOST
at_most "5000 flows by Zipf's law, 4 equal members, 1000 x max/mean of bytes" 1050 "$MOST"
equal "none was lost, came twice, was overtaken" "0 0 0" "$LOST $TWICE $REORDERED"
at_least "flows changed members" 1 "$(sum_counters "$h1" flows_moved)"

# Speeds of 1 : 2 : 4, told by the cards; and one that takes no balanced traffic.
speed() { in_net "$h1" ethtool -s "eth$1" speed "$2" duplex full autoneg off; }
speed_is() { [ "$(registers "$h1" "$1" "$REG_SPEED")" = "$2" ]; }
reported() { [ "$(registers "$h1" 0 $((REG_PEER_LOAD + 4 * 2)))" -gt 0 ]; }
weight 3 0
speed 1 2000
speed 2 4000
check "a card's new speed reaches its adaptor" wait_for speed_is 2 4000
idle=$(counter "$h1" eth3.transmitted)
zipf $((20000 / LOAD)) "1 2 4"
at_most "speeds 1 : 2 : 4, 1000 x bytes by speed, the most loaded" 1050 "$MOST"
at_least "the least loaded" 950 "$LEAST"
equal "who has no weight sent nothing" "$idle" "$(counter "$h1" eth3.transmitted)"
start_stream 5000 $((20000 / LOAD)) 42 1.2
check "adaptors report their load to the primary" wait_for reported
stop_stream
weight 3 1
speed 1 1000
speed 2 1000

# Paths that differ by 60 ms (or a multiple, where the bed is slow), and 200 flows at once,
# in bursts: a flow has 5 packets 8 ms apart, then pauses for 360 ms. The gap, 180 ms, is
# longer than the paths' difference, and the pause is longer than the gap. So flows
# move, and move safely; within a burst no flow may move. A virtual CPU that stands still for
# as long as gap and difference differ would make a path longer than the gap.
SLOW=$((LOAD > 4 ? LOAD : 4))
RATE=$((10000 / SLOW))
# Four bursts of each at least.
LONG=4000
GAP_US=$((45000 * SLOW))
STREAM_OPTIONS=(-p -b 5)
delay() { in_net "$h1" tc qdisc replace dev "eth$1" root netem delay $((5 * $1 * SLOW))ms limit 10000; }
moves() { sum_counters "$h1" flows_moved; }
drops() { sum_counters "$h1" drop_no_live drop_port_dead drop_refused drop_stale drop_ring_full; }

# under_way: what adaptors have given to the ports with a delay, and these have not sent
# yet, or never will.
under_way() {
	local i sum=0
	for i in 1 2 3; do
		sum=$((sum + $(counter "$h1" "eth$i.transmitted") - $(sys "$h1" "eth$i/statistics/tx_packets")))
	done
	echo $sum
}

for i in 1 2 3; do delay $i; done
for mode in direct ring; do
	option channel_mode $mode

	option flowlet_gap_us 0
	start_stream 200 $RATE
	stream_for $LONG
	stop_stream
	at_least "$mode: no gap: packets that were overtaken" 1 "$REORDERED"

	option flowlet_gap_us $GAP_US
	moved=$(moves)
	start_stream 200 $RATE
	stream_for $LONG
	stop_stream
	at_least "$mode: a gap above the paths' difference: flows that moved" 200 \
		$(($(moves) - moved))
	equal "$mode: none was lost, came twice, was overtaken" "0 0 0" "$LOST $TWICE $REORDERED"

	# What waits in a delay is lost with the cable: of all of the stream there are 150
	# packets in eth3's and 50 in eth1's, none in eth0's. Of each cable that is cut, one
	# packet may be just on its way, in the hands of the driver or of the adaptor.
	moved=$(moves) dropped=$(drops) lost_in_ports=$(under_way)
	start_stream 200 $RATE
	stream_for $((LONG / 2))
	for i in 3 0 1; do
		unplug $i
		stream_for $((LONG / 5))
		plug $i
		wait_for peers_up "$h1" 4
		stream_for $((LONG / 5))
	done
	stop_stream
	lost_in_ports=$(($(under_way) - lost_in_ports))
	at_least "$mode: members fail and return: flows that moved" 200 $(($(moves) - moved))
	equal "$mode: none came twice, was overtaken" "0 0" "$TWICE $REORDERED"
	at_most "$mode: packets lost; all but three waited in cables that were cut" \
		$((lost_in_ports + 3)) "$LOST"
	at_most "$mode: so many did" $((2 * (150 + 50))) "$lost_in_ports"
	at_most "$mode: so many were dropped by adaptors" 3 $(($(drops) - dropped))
done
option channel_mode direct
STREAM_OPTIONS=()
for i in 1 2 3; do
	in_net "$h1" tc qdisc del dev "eth$i" root
done

# The role moves: the new primary knows by whom the flows are sent.
start_stream 200 $RATE
for i in 1 2 3 0; do
	primary "$h1" "eth$i"
	stream_for $((RATE / 20))
done
stop_stream
equal "the role moves: none was lost, came twice, was overtaken" "0 0 0" "$LOST $TWICE $REORDERED"

# What bonding makes of the same flows; shown, not judged, and not on the slowest beds.
[ $LOAD -lt 10 ] || exit 0
ip -n "$h1" link del nb0
ip -n "$h2" link del nb0
for mode in "balance-xor xmit_hash_policy layer3+4" balance-tlb; do
	for n in 1 2; do
		netns=h$n
		# shellcheck disable=SC2086 # the mode's words
		master "${!netns}" 4 $n bond miimon 100 mode $mode
	done
	wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
	ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
	zipf $((20000 / LOAD)) "1 1 1 1"
	note "Zipf's law, 4 equal members, 1000 x max/mean: nicbond load $level," \
		"bonding ${mode%% *} $MOST"
	ip -n "$h1" link del nb0
	ip -n "$h2" link del nb0
done
