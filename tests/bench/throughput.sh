#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# TCP through a master on veth members, nicbond beside bonding, in turns; the rounds'
# seconds for the same bytes, and the ratio of the medians.
#
#   throughput.sh [ROUNDS [MEGABYTES]]
#
#   $h1 nb0 ==2 veth pairs== nb0 $h2     nicbond
#   $b1 nb0 ==2 veth pairs== nb0 $b2     bonding balance-xor, layer2+3
#
# Ends with "within 2 %" and status 0 if nicbond takes at most 1.02 times as long.
# shellcheck disable=SC2154 # $h1 and the like: host() sets them
. "$(dirname "$0")/../netns/lib.sh"

ROUNDS=${1:-3} MEGABYTES=${2:-512}

# veths NETNS PEER: eth0 and eth1 of each, wired.
veths() {
	local i
	for i in 0 1; do
		ip -n "$1" link add eth$i type veth peer name eth$i netns "$2"
	done
}

for kind in h b; do
	host ${kind}1
	host ${kind}2
done
veths "$h1" "$h2"
veths "$b1" "$b2"
master "$h1" 2 1
master "$h2" 2 2
master "$b1" 2 1 bond mode balance-xor xmit_hash_policy layer2+3
master "$b2" 2 2 bond mode balance-xor xmit_hash_policy layer2+3
for netns in "$h1" "$b1"; do
	wait_for in_host "$netns" ping -c 1 -W 1 10.0.0.2
done
for netns in "$h2" "$b2"; do
	background "$WORK/server-$netns" ip netns exec "$netns" iperf3 -s
	wait_for said "$WORK/server-$netns" listening
done

# seconds NETNS: for MEGABYTES; receiver's clock.
seconds() {
	in_host "$1" iperf3 -c 10.0.0.2 -n "${MEGABYTES}M" -J | jq .end.sum_received.seconds
}
tso() { in_host "$1" ethtool -k nb0 | grep -c '^tcp-segmentation-offload: on'; }
equal "both send large segments" "1 1" "$(tso "$h1") $(tso "$b1")"

for ((round = 0; round < ROUNDS; round++)); do
	seconds "$h1" >>"$WORK/nicbond"
	seconds "$b1" >>"$WORK/bonding"
	# The other first, in every second round.
	seconds "$b1" >>"$WORK/bonding"
	seconds "$h1" >>"$WORK/nicbond"
done
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
nicbond=$(median "$WORK/nicbond") bonding=$(median "$WORK/bonding")
note "nicbond $(xargs <"$WORK/nicbond")"
note "bonding $(xargs <"$WORK/bonding")"
ratio=$(jq -n "1000 * $nicbond / $bonding | round")
note "$MEGABYTES MB: nicbond $nicbond s, bonding $bonding s, medians of $((2 * ROUNDS))"
at_most "1000 x time of nicbond / time of bonding: within 2 %" 1020 "$ratio"
