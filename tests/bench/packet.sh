#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What a master costs for each packet, above what its member alone costs, in instructions:
# nicbond in all its ways beside bonding and team; on dummies and on veths.
#
# Sent: pktgen hands 60-byte UDP packets (IPv6: 62) to random destinations straight to the
# device, so there is no queue above it. So does the pump (tests/modules/nbpump.c), which has
# other kinds of packets, bursts, and as many destinations as one likes; and with it devices
# receive. From a socket: a program sends as fast as it can. In turns, in rounds.
#
# Of the environment: ONLY is a regular expression that the names of ways are to match; QUICK
# those alone that the regression check is about; COUNT is of packets, ROUNDS of rounds.
#
# Each line: instructions above the bare device, median (least to most), and what. Then the same,
# for programs: "figure|KERNEL|WAY|MEDIAN|LEAST|MOST|BARE|WHAT".
set -uo pipefail

ONLY=${ONLY:-.}
[ -z "${QUICK:-}" ] || ONLY='^(nb2|nb64|load16|rx-nb)$'
ROUNDS=${ROUNDS:-3}
COUNT=${COUNT:-5000}
TOOLS=$TOP/build/tools
GEN=/proc/net/pktgen
KERNEL=$(uname -r | cut -d. -f1-2)
RESULTS=$(mktemp -d)
. ./devices.sh
# Until then each of pktgen's random addresses takes 10,000 instructions.
head -c 1 /dev/random >/dev/null

# Each way: its name, how it is measured (a function below, and its words), the device
# (devices.sh), and what that is. Many flows or few: that is about tables, as QEMU has no caches.
ways() {
	cat <<-'WAYS'
		nb1|pktgen ipv4|nb1|nicbond, dst-hash, 1 member
		nb2|pktgen ipv4|nb2|nicbond, dst-hash, 2 members
		nb4|pktgen ipv4|nb4|nicbond, dst-hash, 4 members
		nb16|pktgen ipv4|nb16|nicbond, dst-hash, 16 members
		nb64|pktgen ipv4|nb64|nicbond, dst-hash, 64 members
		nb2-ipv6|pktgen ipv6|nb2|nicbond, dst-hash, IPv6, 2 members
		nb2-vlan|pktgen vlan|nb2|nicbond, dst-hash, IPv4 in a VLAN, 2 members
		nb2-fcoe|pump fcoe 10000|nb2|nicbond, dst-hash, FCoE, 2 members
		nb2-other|pump other 10000|nb2|nicbond, dst-hash, neither IP nor FCoE, 2 members
		nbw|pktgen ipv4|nb-weights|nicbond, dst-hash, weights 3 and 1
		flows100|pump ipv4 100|nb2|nicbond, dst-hash, 100 flows, 2 members
		flows10000|pump ipv4 10000|nb2|nicbond, dst-hash, 10000 flows, 2 members
		load|pktgen ipv4|nb-load|nicbond, load, 2 members
		load16|pump ipv4 16|nb-load|nicbond, load, 16 flows, 2 members
		bpf|pktgen ipv4|nb-trie|nicbond, bpf (samples/bpf: a trie of destinations), 2 members
		bpf-hash|pump ipv4 10000|nb-hash|nicbond, bpf (a hash of the destination), 2 members
		burst32|pump ipv4 10000 32|nb2|nicbond, dst-hash, bursts of 32, 2 members
		ring|pktgen ipv4|nb-ring|nicbond, dst-hash through rings, 2 members
		ring32|pump ipv4 10000 32|nb-ring|nicbond, dst-hash through rings, bursts of 32, 2 members
		ring64|pump ipv4 10000 64|nb-ring|nicbond, dst-hash through rings, bursts of 64, 2 members
		xor2|pktgen ipv4|xor2|bonding balance-xor, layer2, 2 members
		xor23|pktgen ipv4|xor23|bonding balance-xor, layer2+3, 2 members
		xor34|pktgen ipv4|xor34|bonding balance-xor, layer3+4, 2 members
		xor23-ipv6|pktgen ipv6|xor23|bonding balance-xor, layer2+3, IPv6, 2 members
		backup|pktgen ipv4|backup|bonding active-backup, 2 members
		tlb|pktgen ipv4|tlb|bonding balance-tlb, 2 members
		lacp|pktgen ipv4|lacp|bonding 802.3ad, 2 members
		team-loadbalance|pktgen ipv4|team-lb|team loadbalance, 2 members
		team-activebackup|pktgen ipv4|team-ab|team activebackup, 2 members
		team-roundrobin|pktgen ipv4|team-rr|team roundrobin, 2 members
		veth-nb|pktgen ipv4|v-nb|veth: nicbond, dst-hash, 2 members
		veth-xor23|pktgen ipv4|v-xor23|veth: bonding balance-xor, layer2+3, 2 members
		virtio-nb|nic 1|virtio-nb|virtio-net: nicbond, dst-hash, 2 members
		virtio-xor23|nic 1|virtio-xor23|virtio-net: bonding balance-xor, layer2+3, 2 members
		virtio-nb32|nic 32|virtio-nb|virtio-net, bursts of 32: nicbond, dst-hash, 2 members
		virtio-xor32|nic 32|virtio-xor23|virtio-net, bursts of 32: bonding, layer2+3, 2 members
		e1000e-nb|nic 1|e1000e-nb|e1000e: nicbond, dst-hash, 2 members
		e1000e-xor23|nic 1|e1000e-xor23|e1000e: bonding balance-xor, layer2+3, 2 members
		e1000e-nb32|nic 32|e1000e-nb|e1000e, bursts of 32: nicbond, dst-hash, 2 members
		e1000e-xor32|nic 32|e1000e-xor23|e1000e, bursts of 32: bonding, layer2+3, 2 members
		socket-nb|socket|nb2|from a socket: nicbond, dst-hash
		socket-backup|socket|backup|from a socket: bonding active-backup
		socket-xor23|socket|xor23|from a socket: bonding balance-xor, layer2+3
		rx-nb|receive 1|nb2-0|received: nicbond
		rx-second|receive 1|nb-second-1|received: nicbond, independent, by a later primary
		rx-bond|receive 1|backup-0|received: bonding active-backup
		rx-team|receive 1|team-ab-0|received: team activebackup
		rx-nb32|receive 32|nb2-0|received, lists of 32: nicbond
		rx-bond32|receive 32|backup-0|received, lists of 32: bonding active-backup
		rx-team32|receive 32|team-ab-0|received, lists of 32: team activebackup
	WAYS
}

# Each of these takes a device and words: nanoseconds, which are instructions here, for each of
# COUNT packets, or of more.
pktgen() {
	local word dev=$1 words=()
	case $2 in
	ipv6) words=("pkt_size 62" "dst6_min fd01::" "dst6_max fd01::ffff:ffff" "src6 fd00::1") ;;
	*) words=("pkt_size 60" "dst_min 10.1.0.1" "dst_max 10.1.255.254" "flag IPDST_RND") ;;
	esac
	[ "$2" != vlan ] || words+=("vlan_id 5")
	echo rem_device_all >$GEN/kpktgend_0
	echo "add_device $dev" >$GEN/kpktgend_0
	for word in "${words[@]}" "count $COUNT" "clone_skb 0" "delay 0" "dst_mac 02:00:00:00:00:01" \
		"udp_dst_min 9" "udp_dst_max 9"; do
		echo "$word" >"$GEN/$dev"
	done
	echo start >$GEN/pgctrl
	sed -n 's/^Result: OK: [0-9]*(c\([0-9]*\)+.*/\1/p' "$GEN/$dev" |
		awk -v n="$COUNT" '{ printf "%.1f\n", $1 * 1000 / n }'
}

# pumped PARAMETER...: what the pump says, with those. Idle first, so that no timers that are due
# by what was done before are in it.
pumped() {
	sleep 0.1
	insmod "$MODULES/nbpump.ko" count=$((4 * COUNT)) "$@" || return
	cat /sys/module/nbpump/parameters/ns
	rmmod nbpump
}

# pump DEVICE KIND FLOWS [BURST]
pump() { pumped device="$1" kind="$2" flows="$3" burst="${4:-1}"; }
# nic DEVICE BURST: the same for real drivers, which rest, so that interrupts are not in it.
nic() { pumped device="$1" kind=ipv4 flows=10000 burst="$2" rest=200; }
# receive DEVICE BURST
receive() { pumped device="$1" receive=1 burst="$2"; }

socket() {
	ip link set "$1" arp off
	ip addr replace 10.0.0.1/32 dev "$1"
	ip route replace 10.1.0.0/16 dev "$1" src 10.0.0.1
	"$TOOLS/stream" send 10.1.0.0 256 7000 0 $((4 * COUNT)) | awk '{ printf "%.1f\n", 1e9 / $NF }'
}

WAYS=()
while IFS='|' read -r name how dev text; do
	[[ "$name" =~ $ONLY ]] || continue
	case $dev in
	v-*) bare="bare-veth" ;;
	virtio-* | e1000e-*) bare="bare-${dev%-*}" ;;
	*) bare="bare-dummy" ;;
	esac
	create "$bare"
	create "$dev"
	WAYS+=("$name|$how|$dev|$bare|$text")
done < <(ways)

for ((round = 0; round <= ROUNDS; round++)); do
	for way in "${WAYS[@]}"; do
		IFS='|' read -r name how dev bare text <<<"$way"
		read -ra words <<<"$how"
		for dev in "$dev" "$bare"; do
			file=$RESULTS/$how,$dev
			# Bare ones are measured once a round; the first round warms up.
			[ -f "$file" ] || : >"$file"
			[ $round = 0 ] || [ "$(wc -l <"$file")" -lt $round ] || continue
			figure=$("${words[0]}" "$dev" "${words[@]:1}")
			[ -n "$figure" ] || { echo "$name: no figure of $dev"; exit 1; }
			[ $round = 0 ] || echo "$figure" >>"$file"
		done
	done
done

# above FILE BARE: median, least and most above the median of BARE, and that.
above() {
	paste -d' ' <(sort -n "$1") <(sort -n "$2") | awk '
		{ this[NR] = $1; bare[NR] = $2 }
		END { middle = bare[int((NR + 1) / 2)]
		      printf "%.0f %.0f %.0f %.0f", this[int((NR + 1) / 2)] - middle,
			     this[1] - middle, this[NR] - middle, middle }'
}

echo "instructions for each packet, above the bare device: median of $ROUNDS (least to most)"
for way in "${WAYS[@]}"; do
	IFS='|' read -r name how dev bare text <<<"$way"
	read -r median least most middle < <(above "$RESULTS/$how,$dev" "$RESULTS/$how,$bare"; echo)
	printf '%6d  %-60s (%d to %d)\n' "$median" "$text" "$least" "$most"
	echo "figure|$KERNEL|$name|$median|$least|$most|$middle|$text"
done
