#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# A master from creation to deletion, with 1, 2, 4 and 8 members:
#
#   $box   nb0 -- d0 d1 .. (dummy)
# shellcheck disable=SC2154 # $box and the like: host() sets them
. "$(dirname "$0")/lib.sh"

host box
link() { ip -n "$box" link "$@"; }

add_dummies() {
	local i
	for ((i = 0; i < $1; i++)); do
		link add "d$i" type dummy
		link set "d$i" up
	done
}

carrier_is() { [ "$(sys "$box" nb0/carrier)" = "$1" ]; }
flags_of() { ip -n "$box" -j link show "$1" | jq -r '.[0].flags | join(" ")'; }

add_dummies 8
for count in 1 2 4 8; do
	link add nb0 type nicbond
	link set nb0 up
	equal "$count members: no carrier before the first" 0 "$(sys "$box" nb0/carrier)"
	for ((i = 0; i < count; i++)); do
		link set "d$i" master nb0
	done
	check "$count members: carrier" wait_for carrier_is 1
	equal "$count members: the oldest is primary" d0 "$(primary "$box")"
	equal "$count members: that one is, nobody else" 1 \
		"$(sys "$box" 'd*/nicbond_member/role' | grep -c '^primary$')"
	equal "$count members: all show up" "$count" \
		"$(sys "$box" 'd*/nicbond_member/state' | grep -c '^up$')"
	equal "$count members: members lists them" "$count" \
		"$(sys "$box" nb0/nicbond/members | wc -w)"
	equal "$count members: ethtool counts them" "$count" "$(counter "$box" members)"
	equal "$count members: ethtool -d has a register file for each" $((count * REGISTERS_SIZE)) \
		"$(in_net "$box" ethtool -d nb0 raw on | wc -c)"
	# Deletion with members; each is given back.
	link del nb0
	equal "$count members: deleting the master frees them" 0 "$(link show | grep -c SLAVE)"
done

# All that is said of a master, but for how often there was a primary.
looks_of() {
	ip -n "$box" -d -o link show "$1" | sed -E 's/ (epoch|failovers) [0-9]+//g'
	in_net "$box" ethtool -k "$1"
}
link add nb0 address 02:00:00:00:00:01 type nicbond \
	hash_key 000102030405060708090a0b0c0d0e0f
link set nb0 up
# The kernel looks after a carrier later.
down() { [ "$(sys "$box" nb0/operstate)" = down ]; }
wait_for down
as_new=$(looks_of nb0)
link set d0 master nb0
check "a first member changes what is said of a master" [ "$as_new" != "$(looks_of nb0)" ]
link set d0 nomaster
wait_for down
equal "whom its last member has left is like new" "$as_new" "$(looks_of nb0)"
link del nb0

# What a member had, it gets back.
link set d0 down
link set d0 mtu 1400 address 02:00:00:00:00:0a
link set d1 mtu 1450 address 02:00:00:00:00:0b
link add nb0 mtu 1300 type nicbond
link set nb0 up
link set d0 master nb0
link set d1 master nb0
equal "the first member lends its address" 02:00:00:00:00:0a "$(sys "$box" nb0/address)"
equal "the second takes it" 02:00:00:00:00:0a "$(sys "$box" d1/address)"
equal "members take the master's MTU" 1300 "$(sys "$box" d1/mtu)"
check "the master's MTU changes" link set nb0 mtu 1350
equal "and the members' with it" "1350 1350" "$(sys "$box" d0/mtu) $(sys "$box" d1/mtu)"
check "the master's address changes" link set nb0 address 02:00:00:00:00:0c
equal "and the members' with it" 02:00:00:00:00:0c "$(sys "$box" d1/address)"
check "flags show master and slave" test "$(flags_of nb0 | grep -c MASTER)$(flags_of d0 | grep -c SLAVE)" = 11
equal "ip -d link shows the kind" nicbond \
	"$(ip -n "$box" -d -j link show nb0 | jq -r '.[0].linkinfo.info_kind')"
equal "ethtool -i shows the driver" "driver: nicbond" "$(in_net "$box" ethtool -i nb0 | head -n 1)"
link set d0 nomaster
link set d1 nomaster
equal "a released member gets its MTU back" "1400 1450" "$(sys "$box" d0/mtu) $(sys "$box" d1/mtu)"
equal "and its address" "02:00:00:00:00:0a 02:00:00:00:00:0b" \
	"$(sys "$box" d0/address) $(sys "$box" d1/address)"
equal "who was down is down again" 0 "$(flags_of d0 | grep -cw UP)"
equal "who was up is still up" 1 "$(flags_of d1 | grep -cw UP)"
equal "no carrier after the last" 0 "$(sys "$box" nb0/carrier)"
equal "no primary after the last" "" "$(primary "$box")"
link set d0 up

# A lent address: back with its owner, and the master has one of its own.
link add nb1 type nicbond
link set d0 master nb1
equal "a master borrows the first member's address" \
	"$(sys "$box" d0/address)" "$(sys "$box" nb1/address)"
link set d0 nomaster
check "and gives it up with the last member" \
	test "$(sys "$box" d0/address)" != "$(sys "$box" nb1/address)"
link set d1 master nb1
equal "to borrow the next one's" "$(sys "$box" d1/address)" "$(sys "$box" nb1/address)"
link del nb1

# A member goes away: the device deleted, or moved to another namespace.
host other
for i in 0 1 2; do link set "d$i" master nb0; done
link del d0
equal "a deleted primary has a successor" d1 "$(primary "$box")"
link set d1 netns "$other"
equal "a primary moved away has a successor" d2 "$(primary "$box")"
equal "the moved one is nobody's member" 0 \
	"$(ip -n "$other" -j link show d1 | jq -r '.[0].flags | join(" ")' | grep -c SLAVE)"

# A member of one master goes to another, as with bonding and bridge.
link add nb1 type nicbond
link set d2 master nb1
equal "a member moves to another master" " d2" \
	"$(sys "$box" nb0/nicbond/members) $(sys "$box" nb1/nicbond/members)"

# veth tells a speed, dummy none: the master's is the sum of the live ones'.
for i in 0 1 2; do
	link add "v$i" type veth peer name "p$i"
	link set "p$i" up
	link set "v$i" master nb0
done
speed_is() { [ "$(in_net "$box" ethtool nb0 | sed -n 's/.*Speed: //p')" = "$1" ]; }
check "speed is the sum of the members'" wait_for speed_is 30000Mb/s
link set p1 down
check "a dead member's speed does not count" wait_for speed_is 20000Mb/s

# VLANs above, a namespace that dies with everything in it.
check "a VLAN on the master" link add link nb0 name nb0.7 type vlan id 7
host stack
link2() { ip -n "$stack" link "$@"; }
link2 add nb0 type nicbond
link2 add nb1 type nicbond
link2 set nb0 up
link2 set nb1 up
check "an empty master as a member of a master, both up" link2 set nb0 master nb1
link2 add d0 type dummy
check "that master's first member" link2 set d0 master nb0
equal "has the address that all have" \
	"$(sys "$stack" nb1/address) $(sys "$stack" nb1/address)" \
	"$(sys "$stack" nb0/address) $(sys "$stack" d0/address)"
carries() { [ "$(sys "$stack" nb1/carrier)" = 1 ]; }
check "and the whole carries" wait_for carries
members_are() { [ "$(cat /sys/module/nicbond/refcnt)" = "$1" ]; }
check "each member holds the module" wait_for members_are 6
ip netns del "$box"
check "a namespace goes with its masters" wait_for members_are 2
