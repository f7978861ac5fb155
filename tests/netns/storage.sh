#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# A storage system: four FCoE disks and an NVMe/TCP disk over one master, random blocks written
# and read back while its members fail and return, leave and join, and the role moves. Then
# the same behind a switch that knows nothing, and the NVMe/TCP disk over bonding.
#
#   $h1 nb0 ==mixed_cables== $h2, a switch == t0..t3, disks of $h1; $server   (disks.sh)
#
# PICTURE=1: ends with the throughput of the first part, in lines "picture: ...".
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/disks.sh"
. "$(dirname "$0")/fio.sh"

# ---- What is asked of either aggregation: nicbond's nb0, or bonding's bond0.

AGGREGATION=nb0
active() {
	if [ $AGGREGATION = nb0 ]; then primary "$h1"; else sys "$h1" bond0/bonding/active_slave; fi
}
activate() {
	if [ $AGGREGATION = nb0 ]; then
		primary "$h1" "eth$1" && option primary auto
	else
		echo "eth$1" >/sys/class/net/bond0/bonding/active_slave
	fi
}
state() {
	if [ $AGGREGATION = nb0 ]; then
		sys "$h1" "eth$1/nicbond_member/state"
	else
		sys "$h1" "eth$1/bonding_slave/mii_status"
	fi
}
is_up() { [ "$(state "$1")" = up ]; }
is_not_up() { ! is_up "$1"; }
well() {
	[ $AGGREGATION = bond0 ] || peers_up "$h1" 4 || return
	[ ! -e "/run/netns/$h2" ] || [ -z "$(sys "$h2" nb0/nicbond/epoch)" ] || peers_up "$h2" 4 || return
	is_up 0 && is_up 1 && is_up 2 && is_up 3
}

# ---- What happens

ALL="0 1 2 3"
leave() {
	ip link set "eth$1" nomaster
	[ "$TOPOLOGY" != static ] || ip -n "$h2" link set "eth$1" nomaster
}
join() {
	[ $AGGREGATION = nb0 ] || ip link set "eth$1" down
	ip link set "eth$1" master $AGGREGATION
	[ "$TOPOLOGY" != static ] || ip -n "$h2" link set "eth$1" master nb0
}
carriers() {
	local i
	for i in $ALL; do "$1" "$i"; done
}

# happen WHAT MEMBER TEXT: it does, is found out, goes on for a while, is mended, and that
# is found out.
happen() {
	mark "$3"
	case $1 in
	role) activate "$2" ;;
	leave)
		# A static switch goes on sending there, unless the cable is out.
		unplug "$2"
		wait_for is_not_up "$2"
		leave "$2"
		;;
	all) carriers unplug ;;
	*) hurt "$1" "$2" ;;
	esac
	[ "$1" = role ] || check "$3: it is found" wait_for is_not_up "$2"
	[ "$1" = all ] && sleep 1	# a pause that one sees
	[ "$1" = all ] || more_io 60
	[ "$1" != role ] || return
	mark "$3" back
	case $1 in
	leave) join "$2"; plug "$2" ;;
	all) carriers plug ;;
	*) heal "$1" "$2" ;;
	esac
	check "$3: all are up" wait_for well
	more_io 60
}
# both WHAT PRIMARY'S SECONDARY'S MEMBER: to the primary, which is made that, and to another.
both() {
	activate "$3"
	happen "$1" "$3" "the primary$2"
	activate $((($3 + 2) % 4))
	happen "$1" "$3" "a secondary$2"
}
# What the carrier, or the user, tells the driver.
told() {
	both carrier "'s cable is cut" 0
	happen role 3 "the role moves"
	both leave " is taken out, and put in" 1
}
# What it has to find out.
silent() {
	both peer "'s switch port is closed" 0
	both down " is closed" 1
	both hold "'s queue stops" 2
	both hang "'s firmware hangs" 1
	both deaf "'s frames vanish" 2
}

RESULTS=$WORK/results
# part NAME DISK... -- COMMAND...: with these disks at work.
part() {
	local name=$1 disks=()
	shift
	while [ "$1" != -- ]; do disks+=("$1"); shift; done
	shift
	start_io "${disks[@]}"
	mark "all is well"
	more_io 200
	"$@"
	stop_io
	longest "$name" >>"$RESULTS"
}
table() {
	note "the longest I/O, in ms:"
	awk -F'\t' '
		!($1 in seen) { seen[$1]; text[++n] = $1 }
		!($2 in column) { column[$2] = ++columns; name[columns] = $2 }
		{ value[$1, $2] = $3 }
		END { printf "%-44s", ""
		      for (c = 1; c <= columns; c++) printf " %-18s", name[c]
		      print ""
		      for (i = 1; i <= n; i++) {
			printf "%-44s", text[i]
			for (c = 1; c <= columns; c++) printf " %-18s", value[text[i], name[c]]
			print "" } }' "$RESULTS" | while IFS= read -r line; do note "$line"; done
}

# ---- The system

host_up() {
	local i
	ip link add nb0 address 02:00:00:00:01:00 type nicbond
	option topology "$1"
	option hash_key 000102030405060708090a0b0c0d0e0f
	for i in $ALL; do ip link set "eth$i" master nb0; done
	ip link set nb0 mtu $DISKS_MTU
	ip addr add 10.0.0.1/24 dev nb0
}

refuse_and_accept() {
	ip link add bond0 type bond
	refused "FCoE on bonding" "not supported" fcoe_port bond0
	ip link del bond0
	check "FCoE on nicbond" fcoe_port nb0
}

targets_up() {
	local i
	for i in "${!TARGETS[@]}"; do
		plugged_cable s$i "$h1" t$i 02:00:00:00:02:"${TARGETS[i]}"
		{ fcoe_port t$i && fc_target t$i "$STORE/disk$i"; } || exit
		ip link set t$i up
	done
}

server_up() {
	plugged_cable s4 "$server" eth0 02:00:00:00:03:00
	ip -n "$server" addr add 10.0.0.2/24 dev eth0
	ip -n "$server" link set eth0 up
	nvme_target "$STORE/disk4" || exit
}

# all_disks: in $FC, of t0 .. t3.
all_disks() {
	local i
	FC=()
	for i in "${!TARGETS[@]}"; do
		check "the disk of t$i is there" wait_for is_there t$i
		FC+=("$(fc_disk t$i)")
	done
	check "so is the NVMe/TCP disk" wait_for test -b /dev/nvme0n1
}

check "the kernel's storage modules" storage_modules
ip netns attach "first-$$" $$
h1=first-$$
defer ip netns del "$h1"
host h2
host server
mixed_cables 4
TOPOLOGY=static
switch static
host_up static
refuse_and_accept
targets_up
server_up
ip link set nb0 up
for name in nb0 t0 t1 t2 t3; do check "$name: its port is online" wait_for is_online $name; done
check "NVMe/TCP connects" wait_for nvme_connect
all_disks
find_soon
check "all members are up, at both ends" wait_for well

# ---- Who transmits what

# watch D_ID...; watched: what came in at the switch's ports for each meanwhile, in $WORK.
WATCHERS=()
watch() {
	local id
	for id; do
		background "$WORK/watched-$id" ip netns exec "$h2" "$TOOLS/exchanges" "$id" eth0 eth1 eth2 eth3
		WATCHERS+=("$PID")
		wait_for said "$WORK/watched-$id" ready
	done
}
watched() {
	kill -TERM "${WATCHERS[@]}"
	wait "${WATCHERS[@]}"
	WATCHERS=()
}
# frames D_ID: of the four. exchanges D_ID: likewise. several D_ID; disordered D_ID.
frames() { sed -n 's/^eth[0-9] frames \([0-9]*\).*/\1/p' "$WORK/watched-$1" | xargs; }
exchanges() { sed -n 's/^eth[0-9] .*exchanges //p' "$WORK/watched-$1" | xargs; }
several() { sed -n 's/^all several \([0-9]*\).*/\1/p' "$WORK/watched-$1"; }
disordered() { sed -n 's/^all .*disordered //p' "$WORK/watched-$1"; }
# users WORDS: how many of these are not 0.
users() { xargs -n 1 <<<"$1" | grep -vc '^0$'; }

spread_by_target() {
	local i id ids=()
	for i in "${!TARGETS[@]}"; do ids+=("$(printf %06x "$(fc_host t$i port_id)")"); done
	watch "${ids[@]}"
	more_io 200
	watched
	for i in "${!TARGETS[@]}"; do
		id=${ids[i]}
		FRAMES[i]="$id $(frames "$id")"
		equal "D_ID $id: one adaptor transmits to it" 1 "$(users "$(frames "$id")")"
		equal "D_ID $id: each sequence in order" 0 "$(disordered "$id")"
	done
	equal "four D_IDs: four adaptors" 4 "$(for id in "${ids[@]}"; do sed -n 's/^\(eth[0-9]\) frames [1-9].*/\1/p' "$WORK/watched-$id"; done | sort -u | wc -l)"
}
spread_by_exchange() {
	local id
	id=$(printf %06x "$(fc_host t0 port_id)")
	option hash_fields dst-ip,fc-ox-id
	more_io 20
	watch "$id"
	more_io 200
	watched
	option hash_fields dst-ip
	note "exchanges with $id (t0) by adaptor: $(exchanges "$id"), frames: $(frames "$id")"
	equal "fc-ox-id: all adaptors transmit to $id" 4 "$(users "$(frames "$id")")"
	equal "fc-ox-id: no exchange by two of them" 0 "$(several "$id")"
	equal "fc-ox-id: each sequence in order" 0 "$(disordered "$id")"
}

# drops: at both ends, by adaptors and cards, since the system came up. aborts: exchanges
# that FC gave up.
drops() { echo "$(accounted "$h1") $(accounted "$h2")"; }
aborts() { for name in nb0 t0 t1 t2 t3; do fc_host $name statistics/fcp_packet_aborts; done | xargs; }

behind_a_lag() {
	local drops
	spread_by_target
	spread_by_exchange
	drops=$(drops)
	told
	equal "nothing was dropped meanwhile, at either end" "$drops" "$(drops)"
	equal "and no exchange aborted" "0x0 0x0 0x0 0x0 0x0" "$(aborts)"
	silent
}

# addresses_at MEMBER: what FCoE had added to nb0's lists.
carries() {
	ip maddr show dev "eth$1" | grep -c -e 01:10:18:01:00:04 -e 01:10:18:01:00:05
	bridge fdb show dev "eth$1" | grep -c "$(printf 0e:fd:00:00:%02x:%02x $(($(fc_host nb0 port_id) >> 8)) $(($(fc_host nb0 port_id) & 255)))"
}
carry_addresses() {
	local i
	for i in $ALL; do
		equal "$1: eth$i gets FIP's two groups, and the port's own address" "2 1" "$(carries "$i" | xargs)"
	done
}

carry_addresses static
declare -a FRAMES
# disk_table: what each disk did in that part, and, of the first 200 of these, in frames, who
# transmitted.
disk_table() {
	local row="%-9s %-7s %8s %8s %7s %11s   %-5s %-5s %-5s %-5s" i=0 line
	local disk written read errors longest
	# shellcheck disable=SC2059 # the format is $row
	line() { note "$(printf "$row" "$@")"; }
	line disk D_ID written read errors "longest/ms" eth0 eth1 eth2 eth3
	while read -r disk written read errors longest; do
		read -ra frames <<<"${FRAMES[i]:--}"
		line "$disk" "${frames[0]}" "$written" "$read" "$errors" "$longest" "${frames[@]:1}"
		i=$((i + 1))
	done < <(per_disk)
}
part "LAG" "${FC[@]}" nvme0n1 -- behind_a_lag
disk_table
[ -z "${PICTURE:-}" ] || throughput | sed 's/^/picture: /'

# ---- Behind a switch that knows of nothing.
TOPOLOGY=independent
for i in $ALL; do unplug "$i"; done
ip -n "$h2" link del nb0
for i in $ALL; do ip -n "$h2" link set "eth$i" mtu $DISKS_MTU master br0 up; done
option topology independent
for i in $ALL; do plug "$i"; done
check "behind a switch that knows of nothing: all members are up" wait_for well
check "its port is online" wait_for is_online nb0
all_disks
carry_addresses independent
behind_a_bridge() {
	told
	both peer "'s switch port is closed" 0
}
part "bridge" "${FC[@]}" nvme0n1 -- behind_a_bridge

# ---- And bonding, for IP.
nvme_disconnect
ip link set nb0 down
check "the host's port goes" fcoe_port_gone nb0
ip link del nb0
ip link add bond0 type bond mode active-backup miimon 100
for i in $ALL; do
	ip link set "eth$i" down
	ip link set "eth$i" master bond0
done
ip addr add 10.0.0.1/24 dev bond0
ip link set bond0 up
AGGREGATION=bond0
check "bonding: all are up" wait_for well
check "bonding: NVMe/TCP connects" wait_for nvme_connect
check "bonding: its disk is there" wait_for test -b /dev/nvme0n1
part "bonding" nvme0n1 -- behind_a_bridge
table

# ---- As if nothing had been.
nvme_disconnect
nvme_target_gone
for i in "${!TARGETS[@]}"; do
	fc_target_gone t$i
	ip link set t$i down
	fcoe_port_gone t$i || fail "the port on t$i stays"
	ip link del t$i
done
ip link del bond0
