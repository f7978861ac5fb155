#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Virtual devices above a master, and below it, talk between two hosts, through a
# failover and back:
#
#   $h1                                                    $h2
#   VLANs (802.1Q, 802.1ad), macvlan, ipvlan,              the same
#   tunnel (VXLAN or GRE), bridge with a guest
#        nb0 -- eth0 ------------ cable ------------ eth0 -- nb0
#            -- eth1 ------------ cable ------------ eth1 --
#   nb7 -- eth2.7 eth3.7 -------- cables ------ eth2.7 eth3.7 -- nb7
# shellcheck disable=SC2154 # $h1 and the like: host() sets them
. "$(dirname "$0")/lib.sh"

two_hosts 4

# upper NAME NETWORK TYPE...: a device on both nb0, with address NETWORK.1 or .2.
upper() {
	local name=$1 network=$2 n netns
	shift 2
	for n in 1 2; do
		netns=h$n
		ip -n "${!netns}" link add "$name" link nb0 type "$@"
		ip -n "${!netns}" addr add "$network.$n/24" dev "$name"
		ip -n "${!netns}" link set "$name" up
	done
}

# pings TEXT NETWORK [NETNS]: to the other host, from there.
pings() {
	local from=${3:-$h1} to=$2.2
	check "$1: ping" wait_for in_net "$from" ping -c 1 -W 1 "$to"
	check "$1: and large ones" ping_all "$from" 5 "$to" -s 4000
}

# try TEXT NETWORK [NETNS]: the same, and while the primary loses its carrier.
try() {
	local primary
	pings "$1" "${@:2}"
	primary=$(primary "$h1")
	unplug "${primary#eth}"
	check "$1: through a failover" ping_all "${3:-$h1}" 10 "$2.2"
	plug "${primary#eth}"
	wait_for peers_up "$h1" 4
}

upper v20 10.20.0 vlan id 20
try "802.1Q" 10.20.0
upper v21 10.21.0 vlan id 21 protocol 802.1ad
pings "802.1ad" 10.21.0
for n in h1 h2; do
	ip -n "${!n}" link add v22 link v21 mtu 1496 type vlan id 22
	ip -n "${!n}" addr add "10.22.0.${n#h}/24" dev v22
	ip -n "${!n}" link set v22 up
done
pings "802.1Q in 802.1ad" 10.22.0
upper mv0 10.23.0 macvlan mode bridge
try "macvlan" 10.23.0
ip -n "$h1" link del mv0
ip -n "$h2" link del mv0
upper iv0 10.24.0 ipvlan mode l2
pings "ipvlan" 10.24.0

for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add t0 type vxlan id 5 local "10.0.0.$n" remote "10.0.0.$((3 - n))" dstport 4789 2>/dev/null ||
		ip -n "${!netns}" link add t0 type gretap local "10.0.0.$n" remote "10.0.0.$((3 - n))"
	ip -n "${!netns}" addr add "10.25.0.$n/24" dev t0
	ip -n "${!netns}" link set t0 up
done
try "tunnel" 10.25.0

# A bridge with a guest behind it: what the guest sends has a MAC address of its own.
ip -n "$h1" link del iv0
ip -n "$h2" link del iv0
host guest1
host guest2
for n in 1 2; do
	netns=h$n guest=guest$n
	ip -n "${!netns}" link add br0 type bridge
	ip -n "${!netns}" link set br0 up
	ip -n "${!netns}" link add p0 type veth peer name e0 netns "${!guest}"
	ip -n "${!netns}" link set p0 master br0 up
	ip -n "${!guest}" addr add "10.26.0.$n/24" dev e0
	ip -n "${!guest}" link set e0 up
done
ip -n "$h1" link set nb0 master br0
ip -n "$h2" link set nb0 master br0
try "bridge" 10.26.0 "$guest1"
equal "bridge: members are promiscuous for it" "1 1 1 1" \
	"$(ip -n "$h1" -d -j link show | jq -r '[.[] | select(.ifname | startswith("eth")) | .promiscuity] | join(" ")')"
for netns in "$h1" "$h2"; do
	ip -n "$netns" link set nb0 nomaster
done
equal "bridge: and not any more" "0 0 0 0" \
	"$(ip -n "$h1" -d -j link show | jq -r '[.[] | select(.ifname | startswith("eth")) | .promiscuity] | join(" ")')"
check "the master itself" ping_all "$h1" 10 10.0.0.2

# VLAN devices below: of two cards that the master above has no more.
for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add nb7 type nicbond
	for i in 2 3; do
		ip -n "${!netns}" link set "eth$i" nomaster
		ip -n "${!netns}" link set "eth$i" up
		ip -n "${!netns}" link add "eth$i.7" link "eth$i" type vlan id 7
		ip -n "${!netns}" link set "eth$i.7" master nb7
	done
	ip -n "${!netns}" addr add "10.27.0.$n/24" dev nb7
	ip -n "${!netns}" link set nb7 up
done
pings "VLAN devices as members" 10.27.0
# These lose the carrier some time after the card below, when the kernel tells them.
carrier_is() { [ "$(sys "$h1" eth2.7/carrier)" = "$1" ]; }
unplug 2
check "VLAN devices as members: the carrier goes with the card's" wait_for carrier_is 0
check "VLAN devices as members: through a failover" ping_all "$h1" 10 10.27.0.2
equal "VLAN devices as members: the other one is primary" eth3.7 "$(sys "$h1" nb7/nicbond/primary)"
plug 2
for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add nb7.8 link nb7 mtu 1496 type vlan id 8
	ip -n "${!netns}" addr add "10.28.0.$n/24" dev nb7.8
	ip -n "${!netns}" link set nb7.8 up
done
pings "a VLAN above VLAN devices" 10.28.0
conserved "in the end"
