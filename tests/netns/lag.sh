#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What a card's driver that offloads link aggregation sees of its master: how that
# balances, who is up, and who would transmit a packet. eth4 is of a NIC with firmware
# of its own (samples/nicsim):
#
#   $h1 nb0 ==4 cables, 1 nicsim== nb0 $h2
. "$(dirname "$0")/lib.sh"

# What <linux/netdevice.h> calls them.
HASH=5 NOT_HASH=0
L2=1 L34=2 L23=3 E23=4 E34=5 VLAN_SRCMAC=6 UNKNOWN=7 NONE=0

# card MEMBER STATISTIC...: of $h1, on one line.
card() {
	local member=$1 name value line=()
	local -A values
	while read -r name value; do
		values[$name]=$value
	done < <(exec_net "$h1" ethtool -S "eth$member")
	shift
	for name; do
		line+=("${values[$name:]}")
	done
	echo "${line[*]}"
}
kind() { card "$1" lag_tx_type lag_hash_type; }
state() { card "$1" lag_link_up lag_tx_enabled; }
state_is() { [ "$(state "$1")" = "$2" ]; }
relink() {
	ip -n "$h1" link set "eth$1" nomaster
	ip -n "$h1" link set "eth$1" master nb0
}

# First, so that it goes after the masters that hold it.
insmod "$MODULES/nicsim.ko" pairs=1
defer wait_for rmmod nicsim
two_hosts 4
for i in 0 1 2 3; do
	equal "eth$i is told of a hash of addresses" "$HASH $L23" "$(kind $i)"
	equal "eth$i is told that it is up" "1 1" "$(state $i)"
done
ip -n "$h1" link set eth3 nomaster
equal "a card that is released forgets it" "0 0 0 0" "$(kind 3) $(state 3)"
ip -n "$h1" link set eth3 master nb0

while read -r type fields; do
	option hash_fields "$fields"
	relink 3
	equal "the kind of a hash of $fields" "$HASH $type" "$(kind 3)"
done <<-EOF
	$L2 dst-mac,src-mac
	$VLAN_SRCMAC vlan-id,src-mac
	$L34 dst-ip,src-ip,l4-ports
	$E23 dst-ip,src-ip,inner-dst,inner-src
	$E34 dst-ip,inner-dst,inner-ports
	$UNKNOWN dst-ip,flow-label
	$L23 dst-ip
EOF
option selector load
relink 3
equal "selector load is no hash" "$NOT_HASH $NONE" "$(kind 3)"
option selector dst-hash
relink 3

unplug 1
check "a card that lost its link is told that it does not count" wait_for state_is 1 "0 0"
equal "and no other" "1 1" "$(state 0)"
plug 1
check "until it is back" wait_for state_is 1 "1 1"
primary "$h1" eth2
equal "who is primary makes no difference" "1 1, 1 1" "$(state 0), $(state 2)"
check "all are up, and have what is theirs" wait_for peers_up "$h1" 4

# Each card asks the master of each packet that it transmits; what the stack sends by a
# card itself, as it did before that was a member, is not the master's. A flow with selector
# load must not end between that and the hand-over, however slow the bed.
in_net "$h1" sysctl -qw net.ipv6.conf.eth{0..3}.disable_ipv6=1
ask() {
	local i
	for i in 0 1 2 3; do
		in_net "$h1" ethtool --set-priv-flags "eth$i" ask "$1"
	done
}
asked() {
	local i sum=0
	for i in 0 1 2 3; do
		sum=$((sum + $(card $i "asked_$1")))
	done
	echo $sum
}
# agrees TEXT COUNT: of so many packets at least, with as much IPv6 as IPv4.
agrees() {
	local this other
	this=$(asked this) other=$(asked other)
	ask on
	start_stream 256 $((5000 / LOAD))
	stream_for "$2"
	stop_stream
	in_net "$h1" "$TOOLS/stream" send fd01:: 256 7000 0 "$2" >/dev/null
	ask off
	equal "$1: no packet leaves elsewhere than the master says" "$other" "$(asked other)"
	at_least "$1: packets that were asked for" $((this + 2 * $2 * 3 / 4)) "$(asked this)"
}
PACKETS=$((2000 / LOAD))
option flowlet_gap_us 1000000
agrees "dst-hash" $PACKETS
option hash_fields dst-ip,src-ip,l4-ports
agrees "other fields" $PACKETS
option channel_mode ring
agrees "ring" $PACKETS
option channel_mode direct
option selector load
agrees "load" $PACKETS
check "a program" in_host "$h1" "$TOOLS/nicbond_selector" nb0 10.1.0.0/25=eth3 fd01::/122=eth1
agrees "bpf" $PACKETS
option selector dst-hash

ip link set sim0a netns "$h1" name eth4
ip link set sim0b netns "$h2" name eth4
option flowlet_gap_us 500
ip -n "$h1" link set eth4 master nb0
ip -n "$h2" link set eth4 master nb0
primary "$h1" eth4
unplug 0
check "other firmware is primary, and a card is out" wait_for peers_up "$h1" 4
option flowlet_gap_us 1000000
agrees "other firmware" $((PACKETS / 2))
