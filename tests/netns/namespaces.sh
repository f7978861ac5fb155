#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Network namespaces die in any order, with masters, members and what is at the other
# end of the cables; who survives is usable:
#
#   $h1  nb1 -- nb0 -- eth0 eth1 (cards), v0 (veth)      v0, eth0 eth1 -- nb0  $h2
#               (nb1 takes nb0 for a member)
# shellcheck disable=SC2154 # $h1 and the like: host() sets them
. "$(dirname "$0")/lib.sh"

insmod "$MODULES/nbcable.ko" pairs=2
defer wait_for rmmod nbcable

# build: as in the drawing.
build() {
	local netns i
	host h1
	host h2
	for i in 0 1; do
		ip link set "cable${i}a" netns "$h1" name "eth$i"
		ip link set "cable${i}b" netns "$h2" name "eth$i"
	done
	ip -n "$h1" link add v0 type veth peer name v0 netns "$h2"
	for netns in "$h1" "$h2"; do
		ip -n "$netns" link add nb0 type nicbond
		for i in v0 eth0 eth1; do
			ip -n "$netns" link set "$i" master nb0
		done
		ip -n "$netns" link set nb0 up
	done
	ip -n "$h1" link add nb1 type nicbond
	ip -n "$h1" link set nb0 master nb1
	ip -n "$h1" addr add 10.0.0.1/24 dev nb1
	ip -n "$h1" link set nb1 up
	ip -n "$h2" addr add 10.0.0.2/24 dev nb0
	check "$1: it works before" wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
}

# left COUNT: so many members are, anywhere. home COUNT: so many cards came home, where
# they are called as in the namespace they left, or dev0 and the like.
left() { [ "$(cat /sys/module/nicbond/refcnt)" = "$1" ]; }
cards() { ip -br link show | awk '{ sub("@.*", "", $1) } $1 ~ /^(cable|eth|dev)/ { print $1 }'; }
home() { [ "$(cards | wc -l)" = "$1" ]; }

# each_card COMMAND...: with the card's name as its last argument.
each_card() {
	local dev
	for dev in $(cards); do "$@" "$dev"; done
}
takes_macvlan() { ip link add mv0 link "$1" type macvlan && ip link del mv0 && echo ok; }

# usable TEXT: the cards that are home are nobody's, and anybody may have them.
usable() {
	equal "$1: none is a slave still" 0 "$(each_card ip link show | grep -c SLAVE)"
	equal "$1: the receive path of each is free" "$(cards | wc -l)" \
		"$(each_card takes_macvlan 2>/dev/null | wc -l)"
}

# rename: by their cables; a card tells which by its address.
declare -A CARD
for i in 0 1; do for end in a b; do
	CARD[$(cat "/sys/class/net/cable$i$end/address")]=cable$i$end
done; done
rename() {
	local dev to
	for dev in $(cards); do
		to=${CARD[$(cat "/sys/class/net/$dev/address")]:-}
		if [ -z "$to" ]; then
			fail "$dev has not its own address"
			continue
		fi
		ip link set "$dev" down
		ip link set "$dev" name "$to"
	done
}

for order in "h1 h2" "h2 h1"; do
	build "$order"
	first=${order% *} last=${order#* }
	ip netns del "${!first}"
	# A master's own membership is one, too; a veth has gone with its peer.
	check "$order: the first namespace's members are free" wait_for left $((${first#h} + 1))
	check "$order: its cards are home" wait_for home 2
	rename
	usable "$order"
	check "$order: veth went, at both ends" wait_for \
		sh -c "! ip -n ${!last} link show v0"
	members=$(sys "${!last}" nb0/nicbond/members)
	equal "$order: the other master goes on with its cards" "eth0 eth1" "$members"
	equal "$order: one of them is primary" eth0 "$(primary "${!last}")"
	ip netns del "${!last}"
	check "$order: nobody is a member any more" wait_for left 0
	check "$order: all cards are home" wait_for home 4
	rename
	usable "$order"
done

# Both at once.
build "both"
ip netns del "$h1" & ip netns del "$h2"
wait $!
check "both: nobody is a member any more" wait_for left 0
check "both: all cards are home" wait_for home 4
rename
usable "both"

# A member is moved away, and comes back when its new namespace dies.
build "moved"
host h3
ip -n "$h1" link set eth0 netns "$h3"
equal "moved: a member that is moved is none" "v0 eth1" "$(sys "$h1" nb0/nicbond/members)"
ip netns del "$h3"
check "moved: it is home when that dies" wait_for home 1
ip link set "$(cards)" netns "$h1" name eth0
check "moved: and may come back" ip -n "$h1" link set eth0 master nb0
check "moved: packets flow" wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
ip netns del "$h1"
ip netns del "$h2"
check "moved: all cards are home" wait_for home 4

# What came home makes a new pair of masters, as good as the first.
rename
build "again"
check "again: packets flow" ping_all "$h1" 20 10.0.0.2
