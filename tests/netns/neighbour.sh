#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Neighbours find a master by ARP and by neighbour discovery over any member, whoever is
# primary, and it finds out whether its address is a duplicate:
#
#   $h1 nb0 ==3 cables== nb0 $h2, later br0 (a bridge that sends back what it gets)
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/lib.sh"

address() { ip -n "$1" -6 -j addr show nb0 | jq -r ".[0].addr_info[] | select(.local == \"$2\") | $3"; }
tentative() { [ "$(address "$1" "$2" .tentative)" = true ]; }
failed() { [ "$(address "$1" "$2" .dadfailed)" = true ]; }
good() { [ "$(address "$1" "$2" .local)" = "$2" ] && ! tentative "$1" "$2" && ! failed "$1" "$2"; }

two_hosts 3
for netns in "$h1" "$h2"; do
	in_net "$netns" sysctl -qw net.ipv6.conf.nb0.accept_dad=1
done

for i in 0 1 2; do
	primary "$h1" "eth$i"
	primary "$h2" "eth$(((i + 1) % 3))"
	for netns in "$h1" "$h2"; do
		ip -n "$netns" neigh flush dev nb0
	done
	check "primaries eth$i and eth$(((i + 1) % 3)): ARP" ping_all "$h1" 1 10.0.0.2
	check "primaries eth$i and eth$(((i + 1) % 3)): discovery" ping_all "$h1" 1 fd00::2
done
for i in 0 1 2; do
	for other in 0 1 2; do [ $other = $i ] || unplug $other; done
	for netns in "$h1" "$h2"; do
		wait_for peers_up "$netns" 1
		ip -n "$netns" neigh flush dev nb0
	done
	check "only eth$i is alive: ARP" ping_all "$h2" 1 10.0.0.1
	check "only eth$i is alive: discovery" ping_all "$h2" 1 fd00::1
	for other in 0 1 2; do [ $other = $i ] || plug $other; done
	wait_for peers_up "$h1" 3
done

ip -n "$h1" addr add fd02::1/64 dev nb0
check "an address is found to be nobody else's" wait_for good "$h1" fd02::1
ip -n "$h2" addr add fd02::1/64 dev nb0
check "at the other host it is a duplicate" wait_for failed "$h2" fd02::1
check "and the first one keeps it" good "$h1" fd02::1

# The solicitations come back by the other members. They have a number (RFC 7527) by
# which the host knows them for its own.
ip -n "$h2" link del nb0
ip -n "$h2" link add br0 type bridge
for i in 0 1 2; do
	ip -n "$h2" link set "eth$i" master br0 up
done
ip -n "$h2" addr add fd02::2/64 dev br0 nodad
ip -n "$h2" link set br0 up
got=$(sys "$h1" nb0/statistics/rx_packets)
ip -n "$h1" addr add fd02::3/64 dev nb0
check "though a switch sends it back" wait_for good "$h1" fd02::3
at_least "which it did" $((got + 2)) "$(sys "$h1" nb0/statistics/rx_packets)"
