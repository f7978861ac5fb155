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
	direct) equal "direct: no packet went through a ring" 0 "$stored" ;;
	esac
	conserved $mode
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
equal "members change: none was lost, or came twice" "0 0" "$LOST $TWICE"

# A ring of one packet: what does not fit is dropped and counted, or evades.
option channel_depth 1
start_stream 64 0
stream_for $((RATE / 2))
stop_stream
full=$(sum_counters "$h1" drop_ring_full)
equal "depth 1: what was lost did not fit" "$full" "$LOST"
option channel_full resteer
start_stream 64 0
stream_for $((RATE / 2))
stop_stream
equal "depth 1, resteer: none was lost, or came twice" "0 0" "$LOST $TWICE"
equal "depth 1, resteer: none was dropped" "$full" "$(sum_counters "$h1" drop_ring_full)"
