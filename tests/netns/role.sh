#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# The role of primary moves by sysfs while traffic flows, members come and go:
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4

# The stream flows until so many moves are made, however long a slow bed takes.
MOVES=$((4 + 20 / LOAD)) RATE=$((5000 / LOAD))
start_stream 64 $RATE

moves=0
epoch=$(sys "$h1" nb0/nicbond/epoch)
while [ $moves -lt $MOVES ]; do
	primary "$h1" "eth$(((moves + 1) % 4))" || break
	[ "$(primary "$h1")" = "eth$(((moves + 1) % 4))" ] || break
	moves=$((moves + 1))
done
stop_stream
note "$moves moves"

equal "each time the role went where it should" "$MOVES" "$moves"
equal "each move has its epoch" $((epoch + moves)) "$(sys "$h1" nb0/nicbond/epoch)"
equal "one adaptor is primary" 1 \
	"$(sys "$h1" 'eth*/nicbond_member/role' | grep -c '^primary$')"
for i in 0 1 2 3; do
	equal "eth$i knows the epoch" $((epoch + moves)) "$(registers "$h1" "$i" "$REG_EPOCH")"
done
equal "no packet was lost, or came twice" "0 0" "$LOST $TWICE"
at_least "packets that passed meanwhile" "$MOVES" "$SENT"
equal "a move by hand is no failover" 0 "$(sys "$h1" nb0/nicbond/failovers)"

# Members leave and come back while traffic flows. A released card stays up, so
# what was handed to it before still arrives.
start_stream 64 $RATE
rounds=0
while [ $rounds -lt $MOVES ]; do
	ip -n "$h1" link set "eth$((rounds % 4))" nomaster || break
	ip -n "$h1" link set "eth$((rounds % 4))" master nb0 || break
	rounds=$((rounds + 1))
done
stop_stream
note "$rounds members left and came back"
equal "members leave and come back" "$MOVES" "$rounds"
equal "and no packet is lost, or comes twice" "0 0" "$LOST $TWICE"
at_least "packets that passed meanwhile" "$MOVES" "$SENT"
