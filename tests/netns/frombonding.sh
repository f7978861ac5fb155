#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# From a bond to a master, under traffic both ways, by nicbond from-bonding:
#
#   $h1 bond0, bond0.7 ==3 cables== $h2: a bridge, where switches need not know of the
#                                   aggregation, or nb0
#
# What the host had on the bond it has on the master then: addresses, routes, neighbours, VLANs,
# settings. If a command fails all is as it was.
. "$(dirname "$0")/lib.sh"

FROM_BONDING=$TOP/tools/nicbond/from-bonding
MEMBERS=(eth0 eth1 eth2)

# far DEVICE KIND...: $h2's end, with what all tests talk to.
far() {
	local member device=$1
	shift
	{
		echo link add "$device" type "$@"
		for member in "${MEMBERS[@]}"; do
			echo link set "$member" down
			echo link set "$member" master "$device"
			echo link set "$member" up
		done
		echo link set "$device" up
		echo addr add 10.0.0.2/24 dev "$device"
		echo addr add fd00::2/64 dev "$device" nodad
		echo link add link "$device" name far.7 up type vlan id 7
		echo addr add 10.7.0.2/24 dev far.7
		echo route replace local 10.1.0.0/16 dev lo
		echo route replace 10.2.0.0/16 via 10.0.0.1
	} | ip -n "$h2" -batch -
}

# near MODE [OPTION VALUE]...: $h1's bond.
near() {
	local member
	{
		echo link add bond0 type bond mode "$@"
		for member in "${MEMBERS[@]}"; do
			echo link set "$member" down
			echo link set "$member" master bond0
		done
		echo link set bond0 up
	} | ip -n "$h1" -batch -
	in_net "$h1" sysctl -qw net.ipv6.conf.bond0.accept_dad=0 net.ipv4.conf.bond0.forwarding=1
	ip -n "$h1" -batch - <<-END
		addr add 10.0.0.1/24 brd 10.0.0.255 dev bond0
		addr add 10.0.0.9/32 dev bond0 label bond0:9
		addr add 10.0.0.5/24 dev bond0
		addr add 10.66.0.1/32 dev bond0
		route add 10.66.0.254 dev bond0
		route add 10.67.0.0/16 via 10.66.0.254 dev bond0
		route add 10.68.0.0/16 via 172.31.1.1 dev bond0 onlink
		addr add fd00::1/64 dev bond0 nodad
		addr add fd00::8/64 dev bond0 nodad valid_lft 3000 preferred_lft 2000
		link add link bond0 name bond0.7 up mtu 1400 type vlan id 7
		addr add 10.7.0.1/24 dev bond0.7
		route add 10.1.0.0/16 via 10.0.0.2 metric 5
		route add default via 10.7.0.2
		route add 10.9.0.0/16 via 10.0.0.2 table 77
		route add fd01::/64 via fd00::2
		route append ::/0 dev bond0 metric 1024
		route replace local 10.2.0.0/16 dev lo
		neigh add 10.0.0.77 lladdr 02:00:00:00:00:77 dev bond0 nud permanent
	END
}

# has DEVICE: what a host has on it and its VLAN, with that device's name left out; what is to live
# for a while does not live for as long as before.
has() {
	{
		ip -n "$h1" -o addr show dev "$1"
		ip -n "$h1" -o addr show dev "$1.7"
		ip -n "$h1" -o route show table all dev "$1"
		ip -n "$h1" -o route show table all dev "$1.7"
		ip -n "$h1" -6 -o route show table all dev "$1"
		ip -n "$h1" neigh show dev "$1" nud permanent
		in_net "$h1" sysctl "net.ipv4.conf.$1.forwarding"
		ip -n "$h1" -o link show dev "$1.7" | grep -o 'mtu [0-9]*'
		# The route of another device that is like one of the bond's.
		ip -n "$h1" -6 route show dev other
	} | sed -E "/ proto kernel /d; /^multicast/d; s/^[0-9]+: //; s/\\b$1\\b/DEVICE/g; s/[0-9]+sec/SECONDS/g
		s/ (linkdown|nodad|tentative)//g; s/ +/ /g" | sort -u
}

slaves() { tr ' ' '\n' <<<"$(sys "$h1" bond0/bonding/slaves)" | sort | xargs; }
is_up() { [ "$(sys "$h1" "$1/operstate")" = up ]; }
bond_gone() { ip -n "$h1" link del bond0; }
gone() { ! in_net "$h1" ip link show "$1"; }
answers() { in_net "$h1" ping -c 1 -W 1 "$1"; }
# shellcheck disable=SC2120 # by check and refused
move() { in_host "$h1" "$FROM_BONDING" bond0 "$@"; }

# planned MODE OPTIONS [BOND OPTION VALUE]...: that bond is to be a master of these options; what the
# host has on it is in $BEFORE.
planned() {
	local mode=$1 options=$2
	shift 2
	near "$mode" "$@"
	wait_for is_up bond0
	BEFORE=$(has bond0)
	# shellcheck disable=SC2119 # no option
	move >"$WORK/plan"
	check "$mode $*: it becomes a master that is to be $options" \
		grep -E "^ip link add nb0 address [0-9a-f:]* mtu 1500 type nicbond $options\$" "$WORK/plan"
}

# moved MODE OPTIONS [BOND OPTION VALUE]...: likewise, and it is done, under traffic both ways.
moved() {
	local mode=$1 lost=40
	# The bond's own time to tell neighbours who had the address of a member that left.
	[ "$mode" != balance-alb ] || lost=$((10000 / LOAD))
	planned "$@"
	wait_for answers 10.0.0.2
	wait_for answers fd00::2
	wait_for answers 10.7.0.2
	equal "$mode: nothing is done yet" "$BEFORE" "$(has bond0)"
	start_stream 64 $((4000 / LOAD))
	start_back 64 $((4000 / LOAD))
	stream_for $((1000 / LOAD))
	check "$mode: --apply" move --apply
	stream_for $((1000 / LOAD))
	stop_stream
	stop_back
	at_most "$mode: packets lost" 40 "$LOST"
	at_most "$mode: packets from there lost" $lost "$BACK_LOST"
	equal "$mode: none came twice" "0 0" "$TWICE $BACK_TWICE"
	check "$mode: the bond is gone" gone bond0
	equal "$mode: all are members" 3 "$(counter "$h1" members)"
	equal "$mode: the host has what it had" "$BEFORE" "$(has nb0)"
	check "$mode: it is reached, IPv4" wait_for answers 10.0.0.2
	check "$mode: it is reached, IPv6" wait_for answers fd00::2
	check "$mode: it is reached, in its VLAN" wait_for answers 10.7.0.2
	ip -n "$h1" link del nb0
}

# long MODE...: as moved, or as planned where that would take too long.
long() {
	if [ -n "${LONG:-}" ]; then
		moved "$@"
	else
		planned "$@"
		bond_gone
	fi
}

host h1
host h2
cables 3
ip -n "$h1" -batch - <<-END
	link add other up type dummy
	addr add fd99::1/64 dev other nodad
	route add ::/0 dev other metric 1024
END
far nb0 nicbond
moved balance-xor "hash_fields dst-mac,src-mac" miimon 100
long balance-rr "selector load" miimon 100
while read -r policy fields; do
	planned balance-xor "hash_fields $fields" xmit_hash_policy "$policy" miimon 100
	bond_gone
done <<END
layer2+3 dst-mac,src-mac,dst-ip,src-ip
layer3+4 dst-ip,src-ip,l4-ports
encap2+3 dst-mac,src-mac,dst-ip,src-ip,inner-dst,inner-src
encap3+4 dst-ip,src-ip,l4-ports,inner-dst,inner-src,inner-ports
vlan+srcmac vlan-id,src-mac
END

# Each command that changes something fails, once.
near balance-xor miimon 100
wait_for is_up bond0
BEFORE=$(has bond0)
mkdir "$WORK/bin"
cat >"$WORK/bin/ip" <<END
#!/bin/sh
case "\$*" in
*" show"* | netns*) exec $(command -v ip) "\$@" ;;
esac
left=\$((\$(cat $WORK/left) - 1))
echo \$left >$WORK/left
[ \$left != 0 ] || { echo "not this time" >&2; exit 1; }
exec $(command -v ip) "\$@"
END
chmod +x "$WORK/bin/ip"
# shellcheck disable=SC2119 # no option
commands=$(move | grep -c '^ip ')
at_least "commands to fail" 20 "$commands"
step=8
[ -z "${LONG:-}" ] || step=1
for ((i = 1; i <= commands; i += step)); do
	echo $i >"$WORK/left"
	refused "command $i fails" 'bond0 stays: failed: ip ' env PATH="$WORK/bin:$PATH" \
		ip netns exec "$h1" env PATH="$WORK/bin:$PATH" "$FROM_BONDING" bond0 --apply
	equal "command $i fails: the host has what it had" "$BEFORE" "$(has bond0)"
	equal "command $i fails: the bond has its slaves" "${MEMBERS[*]}" "$(slaves)"
	check "command $i fails: there is no master" gone nb0
done
check "it is reached" wait_for answers 10.0.0.2
bond_gone
ip -n "$h2" link del nb0

far br0 bridge forward_delay 0
moved active-backup "topology independent" miimon 100
planned active-backup "topology independent probe_targets 10.0.0.2 probe_interval_ms 100 probe_misses 3 probe_require any" \
	arp_interval 100 arp_ip_target 10.0.0.2 arp_validate all arp_missed_max 3
bond_gone
planned active-backup "topology independent-own down_delay_ms 300 peer_notify_count 3 primary_reselect failure" \
	fail_over_mac active miimon 100 updelay 200 downdelay 300 min_links 2 num_grat_arp 3 primary_reselect failure
check "what would be in the way comes last" grep -qx "ip link set nb0 type nicbond up_delay_ms 200 min_links 2" "$WORK/plan"
check "a primary is one by its priority" grep -qx "# member eth2 priority 255" <(
	ip -n "$h1" link set bond0 type bond primary eth2
	move)
bond_gone
long balance-tlb "topology independent selector load" miimon 100
ip -n "$h2" link del br0
# Which wants cards that change their address while they are up.
for i in 0 1 2; do
	ip -n "$h1" link add veth$i type veth peer name veth$i netns "$h2"
done
MEMBERS=(veth0 veth1 veth2)
far br0 bridge forward_delay 0
moved balance-alb "topology independent selector load" miimon 100 updelay 200 min_links 2

# What has no equivalent.
near 802.3ad
refused "802.3ad is not moved" "no LACP yet" move --apply
bond_gone
near broadcast
refused "broadcast is not moved" "no equivalent" move --apply
bond_gone
near active-backup
ip -n "$h1" link add link bond0 name mac0 type macvlan
refused "what has a macvlan is not moved" "mac0 is above bond0" move --apply
refused "there is no such bond" "bond9 is no bond" in_host "$h1" "$FROM_BONDING" bond9
refused "there is such a device" "there is a ${MEMBERS[0]} already" move "${MEMBERS[0]}"
