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

two_hosts 4
option selector load
option load_interval_ms 5

# The largest flow has a fifth of all packets. With the default gap it pauses at times.
zipf $((20000 / LOAD)) "1 1 1 1"
level=$MOST
at_most "5000 flows by Zipf's law, 4 equal members, 1000 x max/mean of bytes" 1050 "$MOST"
equal "none was lost, came twice, was overtaken" "0 0 0" "$LOST $TWICE $REORDERED"
at_least "flows changed members" 1 "$(sum_counters "$h1" flows_moved)"

# Speeds of 1 : 2 : 4, told by the cards; and one that takes no balanced traffic.
speed() { in_host "$h1" ethtool -s "eth$1" speed "$2" duplex full autoneg off; }
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

# Paths that differ by 5 ms (or a multiple, where the bed is slow); 200 flows, a packet
# of each every 20 ms (or that multiple).
for i in 1 2 3; do
	in_host "$h1" tc qdisc replace dev "eth$i" root netem delay $((5 * i * LOAD))ms limit 10000
done
RATE=$((10000 / LOAD))
option flowlet_gap_us 0
start_stream 200 $RATE
stream_for $((RATE / 2))
stop_stream
note "without a gap $REORDERED of $SENT packets were overtaken"
start_stream 20 $RATE
stream_for $((RATE / 2))
stop_stream
at_least "no gap: packets that were overtaken" 1 "$REORDERED"

option flowlet_gap_us 1000000
start_stream 200 $RATE
stream_for $((RATE / 2))
for i in 3 0 1; do
	unplug $i
	stream_for $((RATE / 10))
	plug $i
	wait_for peers_up "$h1" 4
	stream_for $((RATE / 10))
done
stop_stream
equal "a gap above the paths' difference, members fail and return: packets overtaken" 0 \
	"$REORDERED"
equal "and none came twice" 0 "$TWICE"
for i in 1 2 3; do
	in_host "$h1" tc qdisc del dev "eth$i" root
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
	wait_for in_host "$h1" ping -c 1 -W 1 10.0.0.2
	ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
	zipf $((20000 / LOAD)) "1 1 1 1"
	note "Zipf's law, 4 equal members, 1000 x max/mean: nicbond load $level," \
		"bonding ${mode%% *} $MOST"
	ip -n "$h1" link del nb0
	ip -n "$h2" link del nb0
done
