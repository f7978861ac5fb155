#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Packets that go through the channel's rings: none is lost, doubled or overtaken, in
# any mode, nor when modes, roles and members change under traffic:
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4

# A flow stays on one CPU, as its order is only as good as its sender's.
STREAM_CPU=0
RATE=$((5000 / LOAD))

for mode in ring auto direct; do
	option channel_mode $mode
	stored=$(sum_counters "$h1" stored)
	start_stream 64 $RATE
	stream_for $((RATE / 2))
	stop_stream
	equal "$mode: none was lost, came twice, was overtaken" "0 0 0" "$LOST $TWICE $REORDERED"
	stored=$(($(sum_counters "$h1" stored) - stored))
	case $mode in
	ring) at_least "ring: packets that went through a ring" $((SENT / 2)) "$stored" ;;
	*) equal "$mode: no packet went through a ring" 0 "$stored" ;;
	esac
	conserved $mode
done

# What tells auto from direct: a port whose queue is stopped. A quarter of the packets
# waits there, in a queue that has room and drops nothing for having waited, as fq_codel
# would, which is Debian's default.
in_net "$h1" tc qdisc replace dev eth1 root pfifo limit 20000
option heartbeat_misses 0 # One that takes nothing for so long would be taken for dead.
hold() {
	# What waited leaves on the CPU that lets it go, and comes in by that CPU's backlog,
	# which another one's would overtake.
	in_net "$h1" taskset -c "$STREAM_CPU" ethtool --set-priv-flags "eth$1" hold "$2"
}
for mode in auto direct; do
	option channel_mode $mode
	stored=$(counter "$h1" eth0.stored)
	start_stream 64 $RATE
	hold 1 on
	stream_for 1000
	hold 1 off
	stream_for $((RATE / 5))
	stop_stream
	equal "$mode, a stopped queue: none was lost, came twice, was overtaken" "0 0 0" \
		"$LOST $TWICE $REORDERED"
	stored=$(($(counter "$h1" eth0.stored) - stored))
	case $mode in
	auto) at_least "auto, a stopped queue: packets that went through the ring" 100 "$stored" ;;
	direct) equal "direct, a stopped queue: no packet went through a ring" 0 "$stored" ;;
	esac
	conserved "$mode, a stopped queue"
done

start_stream 64 $RATE
for ((i = 0; i < 30; i++)); do
	for mode in ring direct auto; do
		option channel_mode $mode
	done
done
stop_stream
equal "modes change: none was lost, came twice, was overtaken" "0 0 0" "$LOST $TWICE $REORDERED"
conserved "modes change"

# The role moves, with packets in the old primary's rings.
option channel_mode ring
start_stream 64 $RATE
for ((i = 1; i <= 12; i++)); do
	primary "$h1" "eth$((i % 4))"
done
stop_stream
equal "role moves: none was lost, came twice, was overtaken" "0 0 0" "$LOST $TWICE $REORDERED"
equal "role moves: none was of an old epoch" 0 "$(sum_counters "$h1" drop_stale)"
conserved "role moves"

# Members fail and return, leave and come back.
start_stream 64 $RATE
for i in 0 1 2 3; do
	unplug "$i"
	stream_for $((RATE / 20))
	plug "$i"
	wait_for peers_up "$h1" 4
	ip -n "$h1" link set "eth$i" nomaster
	ip -n "$h1" link set "eth$i" master nb0
done
stop_stream
at_most "members change: lost in the drivers' hands when the cables went" 4 "$LOST"
equal "members change: none came twice" 0 "$TWICE"

# A ring of one packet: what does not fit is dropped and counted, or evades. A qdisc
# with a delay gives its packets many at a time, so that a ring is not emptied between.
in_net "$h1" tc qdisc replace dev nb0 root netem delay 5ms limit 100000
option channel_depth 1
full=$(sum_counters "$h1" drop_ring_full)
start_stream 64 0
stream_for $((RATE / 2))
stop_stream
full=$(($(sum_counters "$h1" drop_ring_full) - full))
at_least "depth 1: packets that did not fit" 1 "$full"
at_least "depth 1: that is what was lost" "$LOST" "$full"
at_most "depth 1: but for what the stack sent itself" $((LOST + 3)) "$full"
option channel_full resteer
full=$(sum_counters "$h1" drop_ring_full) evaded=$(sum_counters "$h1" evaded)
start_stream 64 0
stream_for $((RATE / 2))
stop_stream
equal "depth 1, resteer: none was lost, or came twice" "0 0" "$LOST $TWICE"
equal "depth 1, resteer: none was dropped" "$full" "$(sum_counters "$h1" drop_ring_full)"
at_least "depth 1, resteer: packets that evaded" 1 $(($(sum_counters "$h1" evaded) - evaded))
