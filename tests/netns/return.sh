#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# A member that returns gets its buckets without reordering a flow: over paths of
# unequal delay, with flows too dense for any of them to change paths unharmed.
#
#   $h1 nb0 ==4 cables== nb0 $h2     eth0 +0 ms, eth1 +5 ms, eth2 +10 ms, eth3 +15 ms
#
# (or a multiple, where the bed is slow).
. "$(dirname "$0")/lib.sh"

# A known key, so that some of the flows are eth0's.
wait_for rmmod nicbond
load hash_key=000102030405060708090a0b0c0d0e0f
two_hosts 4
for i in 1 2 3; do
	in_net "$h1" tc qdisc replace dev "eth$i" root netem delay $((5 * i * LOAD))ms limit 10000
done

moving() { registers "$h1" 0 "$REG_MOVING"; }
moved() { [ "$(moving)" = 0 ]; }
up() { [ "$(sys "$h1" "eth$1/nicbond_member/state")" = up ]; }
knows() { [ $(($(registers "$h1" 0 $((REG_PEER + 4 * $1))) & PEER_UP)) != 0 ]; }

# 16 flows, a packet of each every 2 ms (or that multiple): paths differ by more.
FLOWS=16 RATE=$((8000 / LOAD))
GAP_US=1000000

# A flow stays on one CPU, as its order is only as good as its sender's.
STREAM_CPU=0

# out_and_back NAME: eth0 fails and returns while the stream flows, and the host knows.
out_and_back() {
	start_stream $FLOWS $RATE
	unplug 0
	stream_for $((RATE / 10))
	plug 0
	wait_for up 0
	wait_for knows 0 || fail "$1: the adaptors do not learn that eth0 is back"
	stream_for $((RATE / 10))
}

# harmless NAME: one packet may have been in the driver's hands.
harmless() {
	at_most "$1: packets lost" 1 "$LOST"
	equal "$1: none came twice" 0 "$TWICE"
}

# Without a gap buckets move at once: this stream does show what it does to flows. Unless
# its sender, on a busy machine, pauses in that very moment.
option flowlet_gap_us 0
option move_deadline_ms 0
overtaken=0
for ((try = 0; try < 5 && !overtaken; try++)); do
	out_and_back "no gap"
	waiting=$(moving)
	stop_stream
	overtaken=$REORDERED
	[ "$waiting $TWICE" = "0 0" ] || break
done
equal "no gap: nothing waits" 0 "$waiting"
at_least "no gap: packets that were overtaken" 1 "$overtaken"
harmless "no gap"

# With a gap they wait while the flows flow, and no packet is overtaken. A machine that
# stands still for as long as the gap has them all move.
option flowlet_gap_us $GAP_US
primary "$h1" eth1
for ((try = 0; try < 3; try++)); do
	out_and_back "gap"
	waiting=$(moving)
	stop_stream
	[ "$waiting" = 0 ] || break
done
at_least "gap: buckets that wait for a pause" 1 "$waiting"
equal "gap: packets that were overtaken" 0 "$REORDERED"
harmless "gap"
check "gap: in the pause they move" wait_for moved
equal "gap: each has its share again" 64 "$(buckets "$h1" 1 | grep -cx 0)"
equal "gap: in the eyes of all adaptors" "$(buckets "$h1" 1)" "$(buckets "$h1" 2)"

# At the deadline they do not wait any longer.
option move_deadline_ms 300
out_and_back "deadline"
check "deadline: they move while the flows flow" wait_for moved
stream_for 100
stop_stream
harmless "deadline"
