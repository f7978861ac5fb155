#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What a master costs for each packet that the host sends, above what its member alone
# costs: instructions, for nicbond and for what Linux has, on dummies.
#
# pktgen hands 60-byte UDP packets to random destinations straight to the device, so
# there is no queue above it. Interleaved rounds, the median of each.
set -uo pipefail

ROUNDS=${ROUNDS:-3}
COUNT=${COUNT:-20000}
modprobe -a pktgen bonding team dummy || exit
GEN=/proc/net/pktgen

# members MASTER NAME COUNT: dummies NAME0.. of MASTER, or of nobody.
members() {
	local i
	for ((i = 0; i < $3; i++)); do
		ip link add "$2$i" type dummy
		[ -z "$1" ] || ip link set "$2$i" master "$1"
		ip link set "$2$i" up
	done
	[ -z "$1" ] || ip link set "$1" up
}

WAYS=()
# way NAME DEVICE TEXT
way() {
	WAYS+=("$1 $2 $3")
	: >"$RESULTS/$1"
}
RESULTS=$(mktemp -d)
members "" bare 1
way bare bare0 "a dummy, for itself"
ip link add nb1 type nicbond
members nb1 m 1
way one nb1 "nicbond, one member"
ip link add nb4 type nicbond
members nb4 n 4
way four nb4 "nicbond, four members"
ip link add xor23 type bond mode balance-xor xmit_hash_policy layer2+3
members xor23 x 4
way xor23 xor23 "bonding balance-xor layer2+3, four"
ip link add xor34 type bond mode balance-xor xmit_hash_policy layer3+4
members xor34 y 4
way xor34 xor34 "bonding balance-xor layer3+4, four"
ip link add backup type bond mode active-backup
members backup a 2
way backup backup "bonding active-backup, two"

# sent DEVICE: instructions for each of COUNT packets.
sent() {
	local word
	echo rem_device_all >$GEN/kpktgend_0
	echo "add_device $1" >$GEN/kpktgend_0
	for word in "count $COUNT" "clone_skb 0" "pkt_size 60" "delay 0" "dst_mac 02:00:00:00:00:01" \
		"dst_min 10.1.0.1" "dst_max 10.1.255.254" "flag IPDST_RND" "udp_dst_min 9" "udp_dst_max 9"; do
		echo "$word" >"$GEN/$1"
	done
	echo start >$GEN/pgctrl
	sed -n 's/^Result: OK: \([0-9]*\)(.*/\1/p' "$GEN/$1" | awk -v n="$COUNT" '{ printf "%.0f\n", $1 * 1000 / n }'
}

for ((round = 0; round <= ROUNDS; round++)); do
	for entry in "${WAYS[@]}"; do
		read -r name dev _ <<<"$entry"
		# The first round warms up.
		figure=$(sent "$dev")
		[ $round = 0 ] || echo "$figure" >>"$RESULTS/$name"
	done
done

median() { sort -n "$RESULTS/$1" | sed -n "$(((ROUNDS + 1) / 2))p"; }
bare=$(median bare)
echo "instructions for each packet, above $bare of a dummy alone (median of $ROUNDS, all rounds):"
for entry in "${WAYS[@]:1}"; do
	read -r name _ text <<<"$entry"
	printf '%6d  %-36s (%s)\n' $(($(median "$name") - bare)) "$text" "$(xargs <"$RESULTS/$name")"
done
