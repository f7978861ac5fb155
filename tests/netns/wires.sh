#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What failover.sh shows of IPv4 holds for all else that adaptors hash, or cannot: IPv6, FCoE
# (which bonding knows nothing of), and frames of a type that nobody knows:
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

RATE=$((5000 / LOAD))
# A flow stays on one CPU, as its order is only as good as its sender's.
STREAM_CPU=0
two_hosts 4
mac=$(sys "$h2" nb0/address)

# lossless TEXT BOUND COMMAND...: in the middle of a stream, which loses BOUND packets at most.
lossless() {
	local text=$1 bound=$2
	shift 2
	start_stream 64 $RATE
	stream_for $((RATE / 4))
	"$@"
	stream_for $((RATE / 4))
	stop_stream
	at_most "$text: packets lost" "$bound" "$LOST"
	equal "$text: none twice, or overtaken" "0 0" "$TWICE $REORDERED"
}
closed() { ip -n "$h1" link set "eth$1" down; }
opened() { ip -n "$h1" link set "eth$1" up; }

for wire in "IPv6 fd01::" "FCoE $mac/010000@nb0" "unknown 02:00:00:01:00:00@nb0"; do
	read -r name STREAM_TO <<<"$wire"
	primary "$h1" eth0
	option primary auto
	before=()
	for i in 0 1 2 3; do before[i]=$(counter "$h1" "eth$i.transmitted"); done
	lossless "$name" 0 true
	for i in 0 1 2 3; do
		at_least "$name: packets that eth$i transmitted" $((SENT / 16)) \
			$(($(counter "$h1" "eth$i.transmitted") - before[i]))
	done
	# One packet may have been in the driver's hands.
	for member in 0 2; do
		role=$(sys "$h1" "eth$member/nicbond_member/role")
		lossless "$name: the $role's carrier goes" 1 unplug $member
		lossless "$name: it comes back" 0 plug $member
		wait_for peers_up "$h1" 4
		role=$(sys "$h1" "eth$member/nicbond_member/role")
		lossless "$name: a $role is closed" 1 closed $member
		lossless "$name: and opened" 0 opened $member
		wait_for peers_up "$h1" 4
	done
	lossless "$name: the role moves" 0 primary "$h1" eth3
	conserved "$name"
done
