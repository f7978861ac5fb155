# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The devices that are measured; TOOLS is the folder of what scripts/test-tools builds.

export IP_LIB_DIR=$TOOLS/ip
PINS=/sys/fs/bpf

# User-Mode Linux has them built in.
[[ "${BED:-}" = uml* ]] ||
	modprobe -a bonding team team_mode_loadbalance team_mode_activebackup \
		team_mode_roundrobin dummy veth pktgen || exit

# create DEVICE: that, as its name says; for a member, its master.
create() {
	[ ! -e "/sys/class/net/$1" ] || return 0
	case $1 in
	*-[0-9]) create "${1%-*}" ;;
	bare-*)
		single "$1" "${1#bare-}"
		ip link set "$1" up
		;;
	nb[0-9]*) master "$1" dummy "${1#nb}" nicbond ;;
	nb-*) nicbond "$1" ;;
	v-nb) master "$1" veth 2 nicbond ;;
	v-xor23) bond "$1" veth xor23 ;;
	virtio-nb | e1000e-nb) master "$1" "${1%-*}" 2 nicbond ;;
	virtio-xor23 | e1000e-xor23) bond "$1" "${1%-*}" xor23 ;;
	team-*) team "$1" ;;
	*) bond "$1" dummy "$1" ;;
	esac
}

# single DEVICE TYPE
single() {
	local card
	case $2 in
	dummy) ip link add "$1" type dummy ;;
	veth)
		ip link add "$1" type veth peer name "$1+"
		ip link set "$1+" up
		;;
	virtio | e1000e)
		card=$(spare "$2") || exit
		ip link set "$card" name "$1"
		;;
	esac
}

# spare DRIVER: a card of it that nobody has yet, of those that QEMU has by nic_options().
spare() {
	local dev
	modprobe "${1/virtio/virtio_net}"
	for dev in /sys/class/net/*/; do
		[[ "$(cat "$dev/address")" = 52:54:01:* && "$dev" != *-*/ ]] || continue
		[[ "$(readlink "$dev/device/driver")" = */"${1/virtio/virtio_net}" ]] || continue
		basename "$dev"
		return
	done
	echo "there is no $1 left" >&2
	exit 1
}

# members TYPE MASTER COUNT: devices MASTER-0.. below it.
members() {
	local i
	for ((i = 0; i < $3; i++)); do
		single "$2-$i" "$1"
		ip link set "$2-$i" master "$2"
		ip link set "$2-$i" up
	done
	ip link set "$2" up
}

# master DEVICE TYPE MEMBERS WORDS...
master() {
	ip link add "$1" type "${@:4}"
	members "$2" "$1" "$3"
}

# nicbond DEVICE: with options, over two dummies.
nicbond() {
	case $1 in
	nb-weights)
		master "$1" dummy 2 nicbond
		ip link set "$1-0" type nicbond_slave weight 3
		;;
	nb-load) master "$1" dummy 2 nicbond selector load ;;
	nb-ring) master "$1" dummy 2 nicbond channel_mode ring ;;
	nb-trie)
		master "$1" dummy 2 nicbond
		"$TOOLS/nicbond_selector" "$1" 10.1.0.0/17=0 10.1.128.0/17=1
		;;
	nb-second)
		master "$1" dummy 2 nicbond topology independent
		echo "$1-1" >"/sys/class/net/$1/nicbond/primary"
		;;
	nb-hash)
		mountpoint -q $PINS || mount -t bpf none $PINS
		bpftool prog loadall "$TOOLS/hash.bpf.o" $PINS/bench
		master "$1" dummy 2 nicbond selector bpf
		echo $PINS/bench/hash_destination >"/sys/class/net/$1/nicbond/selector_program"
		;;
	esac
}

# bond DEVICE TYPE MODE: of bonding, over two devices of that type.
bond() {
	local mode
	case $3 in
	xor2) mode="balance-xor xmit_hash_policy layer2" ;;
	xor23) mode="balance-xor xmit_hash_policy layer2+3" ;;
	xor34) mode="balance-xor xmit_hash_policy layer3+4" ;;
	backup) mode=active-backup ;;
	tlb) mode=balance-tlb ;;
	lacp) mode=802.3ad ;;
	esac
	# shellcheck disable=SC2086 # words
	master "$1" "$2" 2 bond mode $mode
}

# team DEVICE: as its daemon sets it up, with a runner of the name's letters.
team() {
	local runner
	case $1 in
	team-lb) runner=loadbalance ;;
	team-ab) runner=activebackup ;;
	team-rr) runner=roundrobin ;;
	esac
	teamd -d -c "{\"device\": \"$1\", \"runner\": {\"name\": \"$runner\"}, \"ports\": {}}" \
		>/dev/null 2>&1
	members dummy "$1" 2
}
