#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# VLAN filters: what is above the master is in those of all its members, once, and is
# taken out again. The members are netdevsim's ports, which tell what is in theirs and
# warn of what is put in twice:
#
#   $box   top0 -- nb0 -- p0 p1, and p2 at times
. "$(dirname "$0")/lib.sh"

# A netdevsim stays in the namespace that it was made in.
box=first-$$
ip netns attach "$box" 1
defer ip netns del "$box"
link() { ip -n "$box" link "$@"; }
SIM=77
PORTS=/sys/kernel/debug/netdevsim/netdevsim$SIM/ports
defer sh -c "echo $SIM >/sys/bus/netdevsim/del_device"
check "a card of three ports" sh -c "echo '$SIM 3' >/sys/bus/netdevsim/new_device"
for i in 0 1 2; do
	name=$(grep -lx "p$((i + 1))" /sys/bus/netdevsim/devices/netdevsim$SIM/net/*/phys_port_name)
	link set "$(basename "$(dirname "$name")")" name "p$i"
done

# filter PORT: what is in there, "ctag 7 stag 9".
filter() { xargs <"$PORTS/$1/vlan"; }
# filters TEXT EXPECTED: of all members. Tag 0, of priority alone, is the kernel's own.
filters() {
	local i members
	members=$(sys "$box" nb0/nicbond/members)
	for i in ${members//p/}; do
		equal "$1: p$i" "ctag 0${2:+ $2}" "$(filter "$i")"
	done
}

before=$(filter 2)
link add nb0 type nicbond
defer link del nb0
link set p0 master nb0
link set p1 master nb0
link set nb0 up
filters "no VLAN" ""
link add v7 link nb0 up type vlan id 7
link add v9 link nb0 up type vlan id 9 protocol 802.1ad
filters "VLANs are in the members' filters" "ctag 7 stag 9"

link set p2 master nb0
filters "in that of a new member, too" "ctag 7 stag 9"
link set p2 nomaster
equal "who leaves has its own again" "$before" "$(filter 2)"

link set p2 up
link add own7 link p2 type vlan id 7
own=$(filter 2)
link set p2 master nb0
equal "a member with that VLAN itself has it once" "ctag 0 ctag 7 stag 9" "$(filter 2)"
link del v7
equal "and keeps it when the master has it no more" "ctag 0 ctag 7 stag 9" "$(filter 2)"
equal "others do not" "ctag 0 stag 9" "$(filter 0)"
link set p2 nomaster
equal "nor loses it with the membership" "$own" "$(filter 2)"
link del own7
link set p2 down

in_net "$box" ethtool -K p0 rx-vlan-filter off rx-vlan-stag-filter off
equal "a member that does not filter" "" "$(filter 0)"
link add v11 link nb0 up type vlan id 11
in_net "$box" ethtool -K p0 rx-vlan-filter on rx-vlan-stag-filter on
filters "which does again" "ctag 11 stag 9"
equal "of the master it is fixed: members that filter have to know" "on [fixed]" \
	"$(in_net "$box" ethtool -k nb0 | sed -n 's/^rx-vlan-filter: //p')"

link add top0 type nicbond
defer link del top0
link set nb0 master top0
link set top0 up
link add v20 link top0 up type vlan id 20
filters "a VLAN above the master's own master" "ctag 11 ctag 20 stag 9"
link del top0
filters "which is gone" "ctag 11 stag 9"
link set p1 nomaster
equal "a member that leaves" "$before" "$(filter 1)"
link del nb0
equal "with the master" "$before" "$(filter 0)"
equal "VLANs above it go, too" "" "$(link show type vlan)"
