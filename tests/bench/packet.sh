#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What a master costs for each packet, above what its member alone costs, in instructions:
# nicbond in all its ways beside bonding and team; on dummies and on veths.
#
# Sent: pktgen hands 60-byte UDP packets (IPv6: 62) to random destinations straight to the
# device, so there is no queue above it. Received: a packet socket sends frames of a kind that
# nobody takes to the other end of a veth. From a socket: a program sends as fast as it can. In
# turns, in rounds. Of the environment: ONLY is a regular expression that the names of ways are to
# match; QUICK those alone that the regression check is about.
#
# Each line: instructions above the bare device, median (least to most), and what. Then the same,
# for programs: "figure|KERNEL|WAY|MEDIAN|LEAST|MOST|BARE|WHAT".
set -uo pipefail

QUICK=${QUICK:-}
ONLY=${ONLY:-.}
ROUNDS=${ROUNDS:-3}
COUNT=${COUNT:-5000}
TOOLS=$TOP/build/tools
export IP_LIB_DIR=$TOOLS/ip
GEN=/proc/net/pktgen
KERNEL=$(uname -r | cut -d. -f1-2)
RESULTS=$(mktemp -d)
modprobe -a pktgen bonding team team_mode_loadbalance team_mode_activebackup \
	team_mode_roundrobin dummy veth || exit

# members TYPE MASTER COUNT: devices MASTER-0.. below it.
members() {
	local i dev
	for ((i = 0; i < $3; i++)); do
		dev=$2-$i
		case $1 in
		dummy) ip link add "$dev" type dummy ;;
		veth)
			ip link add "$dev" type veth peer name "$2+$i"
			ip link set "$2+$i" up
			;;
		esac
		ip link set "$dev" master "$2"
		ip link set "$dev" up
	done
	ip link set "$2" up
}

# A way is a kind of packet (KINDS below) and a device, and the bare device beside it.
WAYS=()
# way NAME KIND DEVICE BARE TEXT
way() {
	[[ "$1" =~ $ONLY ]] || return 0
	WAYS+=("$*")
}

# master DEVICE TYPE MEMBERS WORDS...
master() {
	local dev=$1 type=$2 count=$3
	shift 3
	ip link add "$dev" type "$@"
	members "$type" "$dev" "$count"
}
bare() {
	case $2 in
	dummy) ip link add "$1" type dummy ;;
	veth)
		ip link add "$1" type veth peer name "$1+"
		ip link set "$1+" up
		;;
	esac
	ip link set "$1" up
}

dummies() {
	local n name words
	bare bare-dummy dummy
	for n in 1 2 4 16 64; do
		master nb$n dummy $n nicbond
		way nb$n ipv4 nb$n bare-dummy "nicbond, dst-hash, $n members"
	done
	[ -z "$QUICK" ] || return
	way nb2-ipv6 ipv6 nb2 bare-dummy "the same, IPv6, 2 members"
	way nb2-vlan vlan nb2 bare-dummy "the same, IPv4 in a VLAN, 2 members"
	master nbw dummy 2 nicbond
	ip link set nbw-0 type nicbond_slave weight 3
	way nbw ipv4 nbw bare-dummy "the same, weights 3 and 1"
	master nbl dummy 2 nicbond selector load
	way load ipv4 nbl bare-dummy "nicbond, load, 2 members"
	master nbb dummy 2 nicbond selector bpf
	mountpoint -q /sys/fs/bpf || mount -t bpf none /sys/fs/bpf
	"$TOOLS/nicbond_selector" -p /sys/fs/bpf/bench nbb 10.1.0.0/17=nbb-0 10.1.128.0/17=nbb-1 >/dev/null
	way bpf ipv4 nbb bare-dummy "nicbond, bpf (samples/bpf: a trie of destinations), 2 members"
	master nbr dummy 2 nicbond channel_mode ring
	way ring ipv4 nbr bare-dummy "nicbond, dst-hash through rings, 2 members"
	while read -r name words; do
		# shellcheck disable=SC2086 # words
		master "$name" dummy 2 bond mode $words
		way "$name" ipv4 "$name" bare-dummy "bonding ${words/ xmit_hash_policy/,}, 2 members"
	done <<-'BONDS'
		xor2 balance-xor xmit_hash_policy layer2
		xor23 balance-xor xmit_hash_policy layer2+3
		xor34 balance-xor xmit_hash_policy layer3+4
		backup active-backup
		tlb balance-tlb
		lacp 802.3ad
	BONDS
	way xor23-ipv6 ipv6 xor23 bare-dummy "bonding balance-xor, layer2+3, IPv6, 2 members"
	teams
}

# team NAME TYPE RUNNER: as its daemon sets it up.
team() {
	teamd -d -c "{\"device\": \"$1\", \"runner\": {\"name\": \"$3\"}, \"ports\": {}}" >/dev/null 2>&1
	members "$2" "$1" 2
}
teams() {
	local name
	for name in loadbalance activebackup roundrobin; do
		team "t$name" dummy "$name"
		way "team-$name" ipv4 "t$name" bare-dummy "team $name, 2 members"
	done
}

sockets() {
	[ -z "$QUICK" ] || return
	way socket-nb socket nb2 bare-dummy "from a socket: nicbond, dst-hash"
	way socket-backup socket backup bare-dummy "from a socket: bonding active-backup"
	way socket-xor23 socket xor23 bare-dummy "from a socket: bonding balance-xor, layer2+3"
}

veths() {
	[ -z "$QUICK" ] || return
	bare bare-veth veth
	master vbackup veth 2 bond mode active-backup
	team vteam veth activebackup
	way rx-nb receive vnb+0 bare-veth+ "received: nicbond"
	way rx-bond receive vbackup+0 bare-veth+ "received: bonding active-backup"
	way rx-team receive vteam+0 bare-veth+ "received: team activebackup"
	master vnb veth 2 nicbond
	way veth-nb ipv4 vnb bare-veth "veth: nicbond, dst-hash, 2 members"
	master vxor veth 2 bond mode balance-xor xmit_hash_policy layer2+3
	way veth-xor23 ipv4 vxor bare-veth "veth: bonding balance-xor, layer2+3, 2 members"
}

# sent KIND DEVICE: nanoseconds, which are instructions here, for each of COUNT packets.
pktgen() {
	local word dev=$2 words=()
	case $1 in
	ipv6) words=("pkt_size 62" "dst6_min fd01::" "dst6_max fd01::ffff:ffff" "src6 fd00::1") ;;
	*) words=("pkt_size 60" "dst_min 10.1.0.1" "dst_max 10.1.255.254" "flag IPDST_RND") ;;
	esac
	case $1 in
	vlan) words+=("vlan_id 5") ;;
	esac
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
socket() {
	ip link set "$1" arp off
	ip addr replace 10.0.0.1/32 dev "$1"
	ip route replace 10.1.0.0/16 dev "$1" src 10.0.0.1
	stream 10.1.0.0
}
stream() {
	"$TOOLS/stream" send "$1" 256 7000 0 $((4 * COUNT)) | awk '{ printf "%.1f\n", 1e9 / $NF }'
}
sent() {
	case $1 in
	socket) socket "$2" ;;
	receive) stream "02:00:00:00:00:01@$2" ;;
	*) pktgen "$@" ;;
	esac
}

dummies
sockets
veths

for ((round = 0; round <= ROUNDS; round++)); do
	for entry in "${WAYS[@]}"; do
		read -r name kind dev bare _ <<<"$entry"
		for dev in $dev $bare; do
			file=$RESULTS/$kind,$dev
			# Bare ones are measured once a round; the first round warms up.
			[ -f "$file" ] || : >"$file"
			[ $round = 0 ] || [ "$(wc -l <"$file")" -lt $round ] || continue
			figure=$(sent "$kind" "$dev")
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
for entry in "${WAYS[@]}"; do
	read -r name kind dev bare text <<<"$entry"
	read -r median least most middle < <(above "$RESULTS/$kind,$dev" "$RESULTS/$kind,$bare"; echo)
	printf '%6d  %-60s (%d to %d)\n' "$median" "$text" "$least" "$most"
	echo "figure|$KERNEL|$name|$median|$least|$most|$middle|$text"
done
