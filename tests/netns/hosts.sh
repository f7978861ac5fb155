#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Two hosts talk, each over a nicbond of its own:
#
#   $h1 nb0, nb0.7 ==3 cables== nb0, nb0.7 $h2
. "$(dirname "$0")/lib.sh"

# rx|tx NETNS: packets that nb0 has received, or sent.
rx() { ip -n "$1" -s -j link show nb0 | jq '.[0].stats64.rx.packets'; }
tx() { ip -n "$1" -s -j link show nb0 | jq '.[0].stats64.tx.packets'; }

two_hosts 3
equal "members that were up, and refuse a new address then, have the master's" \
	"$(sys "$h1" nb0/address | sed 'p;p')" "$(sys "$h1" 'eth*/address')"
equal "and are up" 3 "$(sys "$h1" 'eth*/nicbond_member/state' | grep -c '^up$')"

# eth0, which lent its address and was not taken down for it, keeps its own.
equal "and IPv6 gave them no address" "" "$(ip -n "$h1" -6 -br addr show | grep '^eth[12]')"

# A member may have an address still, and use it: multicast that comes back to its
# own listeners was not received by any card.
ip -n "$h1" addr add 10.9.0.1/32 dev eth0
got=$(rx "$h1") sent=$(rx "$h2")
in_net "$h1" ping -q -c 50 -i 0.01 -W 0.1 -I eth0 224.0.0.1 >/dev/null
at_most "a member's own multicast is not the master's" $((got + 25)) "$(rx "$h1")"
at_least "though it was sent" $((sent + 40)) "$(rx "$h2")"
ip -n "$h1" addr del 10.9.0.1/32 dev eth0

check "ping, IPv4" ping_all "$h1" 20 10.0.0.2
check "ping, IPv6, the other way" ping_all "$h2" 20 fd00::1
check "ping with fragments" ping_all "$h1" 3 10.0.0.2 -s 5000

# tcp FROM TO ADDRESS: a transfer of 4 MB, and of 4 MB backwards.
tcp() {
	local way
	for way in "" -R; do
		background "$WORK/iperf" ip netns exec "$2" iperf3 -s -1
		wait_for sh -c "ip netns exec $2 ss -tln | grep -q :5201"
		check "TCP to $3${way:+, backwards}" in_net "$1" iperf3 -c "$3" -n 4M $way
		wait "$PID"
	done
}
tcp "$h1" "$h2" 10.0.0.2
tcp "$h2" "$h1" fd00::1

# What a card was, it is again: LRO stays switched on, its address its own. (A
# VLAN above would switch LRO off in all that is below.)
NET_ADDR_RANDOM=1
of_card() {
	in_net "$h1" ethtool -k eth2 | sed -n 's/^large-receive-offload: //p'
	sys "$h1" eth2/addr_assign_type
}
ip -n "$h1" link set eth2 nomaster
in_net "$h1" ethtool -K eth2 lro on
ip -n "$h1" link set eth2 master nb0
ip -n "$h1" link set eth2 nomaster
equal "a released card keeps LRO, and says where its address is from" \
	"on $NET_ADDR_RANDOM" "$(of_card | xargs)"
ip -n "$h1" link set eth2 master nb0

for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add link nb0 name nb0.7 type vlan id 7
	ip -n "${!netns}" addr add "10.7.0.$n/24" dev nb0.7
	ip -n "${!netns}" link set nb0.7 up
done
check "ping in a VLAN" ping_all "$h1" 20 10.7.0.2

# A member that sees none of the frames loses nobody any: MTU and address live.
for netns in "$h1" "$h2"; do
	ip -n "$netns" link set nb0 mtu 1400
done
check "ping after a change of MTU" ping_all "$h1" 5 10.0.0.2 -s 3000
ip -n "$h1" link set nb0 address 02:00:00:00:11:11
check "ping after a change of address" ping_all "$h1" 5 10.0.0.2

sent=$(tx "$h1") got=$(rx "$h2")
in_net "$h1" ping -q -c 50 -i 0.01 10.0.0.2 >/dev/null
at_least "ip -s link counts what was sent" $((sent + 50)) "$(tx "$h1")"
at_least "and what was received" $((got + 50)) "$(rx "$h2")"
