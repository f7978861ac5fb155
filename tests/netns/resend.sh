#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# After a change of the primary the host reports its multicast groups again, so that a
# switch that snoops learns of a port that is alive:
#
#   $h1 nb0, nb0.7, br0 -- nb0 ==2 cables== nb0 $h2
#
# In $h2 a copy of each report goes to a dummy, which counts it: igmp, mld, and vlan for
# IGMP that has VLAN 7.
. "$(dirname "$0")/lib.sh"

# copies DEVICE DUMMY PROTOCOL MATCH...: what comes in by DEVICE and matches.
copies() {
	local dev=$1 to=$2 protocol=$3
	shift 3
	in_host "$h2" tc filter add dev "$dev" ingress protocol "$protocol" u32 match "$@" \
		action mirred egress mirror dev "$to"
}
came() { sys "$h2" "$1/statistics/tx_packets"; }
more() { [ "$(came "$1")" -gt "$2" ]; }

two_hosts 2
ip -n "$h2" link add link nb0 name nb0.7 type vlan id 7
ip -n "$h2" link set nb0.7 up
for dummy in igmp mld vlan; do
	ip -n "$h2" link add $dummy type dummy
	in_host "$h2" sysctl -qw net.ipv6.conf.$dummy.disable_ipv6=1
	ip -n "$h2" link set $dummy up
done
for dev in nb0 nb0.7; do
	in_host "$h2" tc qdisc add dev $dev clsact
done
IGMP=(ip protocol 2 0xff)
copies nb0 igmp ip "${IGMP[@]}"
copies nb0.7 vlan ip "${IGMP[@]}"
# Of MLDv2, to all routers.
copies nb0 mld ipv6 ip6 dst ff02::16/128

ip -n "$h1" link add link nb0 name nb0.7 type vlan id 7
ip -n "$h1" link set nb0.7 up
ip -n "$h1" addr add 10.7.0.1/24 dev nb0.7
# What the joins themselves send they send twice, in so many ms.
set_interval() {
	in_host "$h1" sysctl -qw "net/ipv4/conf/$1/igmpv3_unsolicited_report_interval=100" \
		"net/ipv6/conf/$1/mldv2_unsolicited_report_interval=100"
}
for dev in nb0 nb0.7; do
	set_interval $dev
	ip -n "$h1" addr add 239.1.2.3/32 dev $dev autojoin
done
ip -n "$h1" addr add ff15::123/128 dev nb0 autojoin

# still: what the joins themselves send is over.
still() {
	local now
	now="$(came igmp) $(came mld) $(came vlan)"
	[ "$now" = "${STILL:-}" ] || { STILL=$now; sleep 0.5; return 1; }
}

# moved TEXT REPORTS COMMAND...: it makes the host send these again.
moved() {
	local text=$1 kinds=$2 kind
	shift 2
	STILL=
	wait_for still
	for kind in $kinds; do local "before_$kind=$(came "$kind")"; done
	"$@"
	for kind in $kinds; do
		local before=before_$kind
		check "$text: $kind again" wait_for more "$kind" "${!before}"
	done
}

at_least "igmp reports for the joins" 1 "$(came igmp)"
moved "the role is moved" "igmp mld vlan" primary "$h1" eth1
moved "the primary fails" "igmp mld vlan" unplug 1
plug 1
wait_for peers_up "$h1" 2
moved "the primary is released" "igmp mld vlan" ip -n "$h1" link set eth0 nomaster
ip -n "$h1" link set eth0 master nb0

# Above a bridge; the groups are the bridge's then.
for address in 239.1.2.3/32 ff15::123/128; do
	ip -n "$h1" addr del $address dev nb0
done
ip -n "$h1" link add br0 type bridge
set_interval br0
ip -n "$h1" link set nb0 master br0
ip -n "$h1" link set br0 up
ip -n "$h1" addr add 10.0.0.3/24 dev br0
ip -n "$h1" addr add 239.1.2.4/32 dev br0 autojoin
moved "above a bridge" "igmp mld" primary "$h1" eth0

# A master that is down sends nothing, and comes to no harm.
ip -n "$h1" link set nb0 down
check "a master that is down changes its primary" primary "$h1" eth1
check "and is up again" ip -n "$h1" link set nb0 up
