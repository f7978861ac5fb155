#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Packets go straight to a member's card only while that takes them, and it is given nothing that
# it cannot do; of a burst it is told when that ends. (Each condition by itself: direct_kunit.c.)
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4
option heartbeat_misses 0 # A card that holds packets back would be taken for dead.

# card STATISTIC: of eth0.
card() { in_net "$h1" ethtool -S eth0 | sed -n "s/^ *$1: //p"; }
# sent: packets that eth0 transmitted.
sent() { counter "$h1" eth0.transmitted; }

# A card that takes nothing for a while: packets wait in its qdisc, and those that come
# after they left go straight again. By one CPU, as a flow's order is its sender's.
STREAM_CPU=0
MORE=4
[ -z "${LONG:-}" ] || MORE=16
RATE=$((20000 / LOAD))
hold() { in_net "$h1" taskset -c "$STREAM_CPU" ethtool --set-priv-flags eth0 hold "$1"; }
for words in "pfifo limit 20000" pfifo_fast; do
	ip -n "$h1" link set eth0 txqueuelen 20000
	# shellcheck disable=SC2086 # words
	in_net "$h1" tc qdisc replace dev eth0 root $words
	waited=0
	start_stream 64 $RATE
	for ((i = 0; i < 4 + MORE / LOAD; i++)); do
		hold on
		stream_for $((RATE / 100))
		waited=$((waited + $(in_net "$h1" tc -s qdisc show dev eth0 root |
			sed -n 's/.*backlog [^ ]* \([0-9]*\)p .*/\1/p')))
		hold off
		stream_for $((RATE / 100))
	done
	stop_stream
	equal "${words%% *}, a card that stops: none was lost, came twice, was overtaken" "0 0 0" \
		"$LOST $TWICE $REORDERED"
	at_least "${words%% *}, a card that stops: packets that were seen waiting" 20 "$waited"
	conserved "${words%% *}, a card that stops"
	in_net "$h1" tc qdisc del dev eth0 root
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
wait_for in_net "$h1" ping -c 1 -W 1 10.5.0.2

# shellcheck disable=SC2016 # awk's
segments() { in_net "$h1" awk '/^Tcp: [0-9]/ { print $12 }' /proc/net/snmp; }
segments_flow() { [ $(($(segments) - before)) -ge $((4000 / LOAD)) ]; }
listens() { in_net "$h2" ss -tln | grep -q ":$1 "; }
PORT=7200
# start_bulk: to that destination; stop_bulk TEXT: and all was as it was sent.
start_bulk() {
	PORT=$((PORT + 1))
	background "$WORK/received" nsenter --net="/run/netns/$h2" "$TOOLS/bulk" receive $PORT
	RECEIVER=$PID
	wait_for listens $PORT
	background "$WORK/sent" nsenter --net="/run/netns/$h1" "$TOOLS/bulk" send "$to" $PORT
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
		in_net "$h1" ethtool -K eth0 $features >/dev/null
		before=$(segments)
		wait_for segments_flow || fail "$way, $features: it does not flow"
		in_net "$h1" ethtool -K eth0 tx on sg on tso on gso on tx-udp-segmentation on >/dev/null
		equal "$way, $features: the card was given nothing that it cannot do" 0 "$(card unfit)"
	done
	stop_bulk "$way"
done
ip -n "$h1" route del "$to" via 10.5.0.2

# The stack cuts large sends for a master that does not offer it, and says of each piece but the
# last that more follow: so does nicbond, whose card rings its doorbell for the last one then.
in_net "$h1" ethtool -K nb0 tso off tx-udp-segmentation off >/dev/null
doorbells=$(card doorbells)
start_bulk
before=$(segments)
wait_for segments_flow || fail "bursts: it does not flow"
stop_bulk bursts
at_most "bursts: doorbells, of $carried packets" $((carried / 2)) $(($(card doorbells) - doorbells))
conserved bursts

# What cards do for FCoE, a checksum and segmentation, no software does for one that cannot.
fcoe_offloads() { in_net "$h1" ethtool -k "$1" | grep -c "tx-\(checksum-fcoe-crc\|fcoe-segmentation\): on"; }
for i in 0 1 2 3; do
	in_net "$h1" ethtool -K eth$i tx-checksum-fcoe-crc on tx-fcoe-segmentation on >/dev/null
done
equal "FCoE's offloads: all cards have both" "2 2 2 2" "$(for i in 0 1 2 3; do fcoe_offloads eth$i; done | xargs)"
equal "FCoE's offloads: the master offers none, nor does a VLAN" "0 0" \
	"$(for name in nb0 vlan5; do fcoe_offloads $name; done | xargs)"
