#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What the master is to receive its members receive, and a member that is released has
# its own filters again, address by address and count by count:
#
#   $box   mv0 (macvlan, an address of its own)
#           |
#          nb0 -- d0 d1 d2 (dummy)
# shellcheck disable=SC2154 # $box and the like: host() sets them
. "$(dirname "$0")/lib.sh"

host box
link() { ip -n "$box" link "$@"; }

UNICAST=02:00:00:12:34:56
OWN_UNICAST=02:00:00:00:0d:0d
MULTICAST=01:00:5e:01:02:03
OWN_MULTICAST=01:00:5e:0a:0b:0c
SOLICITED=33:33:ff:78:9a:bc

# filters DEVICE: how promiscuous it is, and which addresses it takes, how many times.
filters() {
	ip -n "$box" -d -j link show "$1" |
		jq -r '.[0] | "promiscuity \(.promiscuity) allmulti \(.allmulti)"'
	bridge -n "$box" fdb show dev "$1" | sort
	in_host "$box" cat /proc/net/dev_mcast | awk -v dev="$1" '$2 == dev { print $3, $4, $5 }' | sort
}
all_filters() { for i in 0 1 2; do filters "d$i"; done; }
takes() { bridge -n "$box" fdb show dev "$1" | grep -q "^$2 "; }
takes_not() { ! takes "$@"; }
counts() { ip -n "$box" -d -j link show "$1" | jq -r '.[0] | "\(.promiscuity) \(.allmulti)"'; }
counts_are() { [ "$(counts "$1")" = "$2" ]; }
filters_are() { [ "$(all_filters)" = "$1" ]; }

# Link-local addresses would come some time, with groups.
in_net "$box" sysctl -qw net.ipv6.conf.default.addr_gen_mode=1
for i in 0 1 2; do
	link add "d$i" type dummy
	in_net "$box" sysctl -qw "net.ipv6.conf.d$i.disable_ipv6=1"
	link set "d$i" up
done
# These are the members' own, and one of each the master's, too.
for address in $OWN_UNICAST $UNICAST; do
	bridge -n "$box" fdb add "$address" dev d1 self
done
for address in $OWN_MULTICAST $MULTICAST; do
	ip -n "$box" maddr add "$address" dev d1
done
link set d2 promisc on allmulticast on
before=$(all_filters)

# fill: the master takes all kinds.
fill() {
	link add mv0 link nb0 address $UNICAST up type macvlan
	ip -n "$box" maddr add $MULTICAST dev nb0
	ip -n "$box" addr add fe80::78:9abc/64 dev nb0 nodad
	link set nb0 promisc on allmulticast on
}

# filled DEVICE COUNTS: it takes them, too.
filled() {
	check "$1 takes the macvlan's address" wait_for takes "$1" $UNICAST
	check "$1 takes the multicast address" wait_for takes "$1" $MULTICAST
	check "$1 takes the solicited-node address" wait_for takes "$1" $SOLICITED
	check "$1 is promiscuous and takes all multicast so many times: $2" wait_for counts_are "$1" "$2"
}

link add nb0 type nicbond
link set nb0 up
fill
link set d0 master nb0
link set d1 master nb0
link set d2 master nb0
note "members that join a master with filters"
# A dummy has no filter for unicast, so it is promiscuous once more for that.
filled d0 "2 1"
filled d1 "2 1"
filled d2 "3 2"
equal "a member's own addresses stay" 2 \
	"$(bridge -n "$box" fdb show dev d1 | grep -cE "^($OWN_UNICAST|$OWN_MULTICAST) ")"

full=$(all_filters)
link set nb0 down
check "a master that is down has no unicast for its members" wait_for takes_not d0 $UNICAST
check "nor multicast" wait_for takes_not d0 $MULTICAST
check "and nothing of theirs is gone" takes d1 $MULTICAST
link set nb0 up
ip -n "$box" addr replace fe80::78:9abc/64 dev nb0 nodad
check "up again, all is as it was" wait_for filters_are "$full"

link set nb0 promisc off allmulticast off
check "promiscuity and allmulti go with the master's" wait_for counts_are d0 "1 0"
check "but for the member's own" wait_for counts_are d2 "2 1"
link set nb0 promisc on allmulticast on
check "and come with them" wait_for filters_are "$full"

ip -n "$box" maddr del $MULTICAST dev nb0
check "an address that the master drops, its members drop" wait_for takes_not d0 $MULTICAST
check "but not the one that had it before" takes d1 $MULTICAST
ip -n "$box" maddr add $MULTICAST dev nb0
check "the master takes it again" wait_for filters_are "$full"

note "released one by one"
for i in 1 0 2; do
	link set "d$i" nomaster
done
check "each has its own filters again" wait_for filters_are "$before"

note "members of a master that takes more later, and is deleted"
link del nb0
link add nb0 type nicbond
for i in 0 1 2; do link set "d$i" master nb0; done
link set nb0 up
fill
filled d0 "2 1"
link del nb0
check "they have their own filters again" wait_for filters_are "$before"
equal "and macvlan went with the master" "" "$(link show type macvlan)"

note "through a master that is a member"
link add nb0 type nicbond
link add nb1 type nicbond
link set d0 master nb1
link set d1 master nb1
link set nb1 master nb0
link set d2 master nb0
link set nb0 up
fill
filled d0 "2 1"
filled d1 "2 1"
filled d2 "3 2"
link set nb1 nomaster
check "the inner master released, its members take what they did" wait_for takes_not d0 $UNICAST
link del nb0
link del nb1
check "both deleted: all is as it was" wait_for filters_are "$before"
