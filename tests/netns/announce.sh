#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# After a change of the primary the host tells others where it is now: neighbours by
# gratuitous ARP and unsolicited neighbour advertisements, switches that snoop by reports
# of its groups, switches that do not know of the aggregation by a frame from each address:
#
#   $h1 nb0, nb0.7, br0 -- nb0, mv0 -- nb0 ==2 cables== nb0 $h2
#
# In $h2 a copy of each goes to a dummy of its kind, which counts it.
. "$(dirname "$0")/lib.sh"

# copies DEVICE DUMMY PROTOCOL MATCH...: what comes in by DEVICE and matches.
copies() {
	local dev=$1 to=$2 protocol=$3
	shift 3
	in_net "$h2" tc filter add dev "$dev" ingress protocol "$protocol" u32 match "$@" \
		action mirred egress mirror dev "$to"
}
came() { sys "$h2" "$1/statistics/tx_packets"; }
more() { [ "$(came "$1")" -gt "$2" ]; }

two_hosts 2
ip -n "$h2" link add link nb0 name nb0.7 type vlan id 7
ip -n "$h2" link set nb0.7 up
for dummy in igmp mld vlan vmld garp varp na vna barp bna rarp vrarp; do
	ip -n "$h2" link add $dummy type dummy
	in_net "$h2" sysctl -qw net.ipv6.conf.$dummy.disable_ipv6=1
	ip -n "$h2" link set $dummy up
done
for dev in nb0 nb0.7; do
	in_net "$h2" tc qdisc add dev $dev clsact
done
IGMP=(ip protocol 2 0xff)
copies nb0 igmp ip "${IGMP[@]}"
copies nb0.7 vlan ip "${IGMP[@]}"
# Of MLDv2, to all routers.
copies nb0 mld ipv6 ip6 dst ff02::16/128
copies nb0.7 vmld ipv6 ip6 dst ff02::16/128
# For the address that it is from, to all: what a host says of itself.
copies nb0 garp arp u32 0x0a000001 0xffffffff at 24
copies nb0.7 varp arp u32 0x0a070001 0xffffffff at 24
copies nb0 barp arp u32 0x0a000003 0xffffffff at 24
NA=(ip6 dst ff02::1/128 match u8 136 0xff at 40)
copies nb0 na ipv6 "${NA[@]}"
copies nb0.7 vna ipv6 "${NA[@]}"
copies nb0 bna ipv6 "${NA[@]}" match ip6 src fd00::3/128
# A request for the address of its sender.
copies nb0 rarp 0x8035 u16 3 0xffff at 6
copies nb0.7 vrarp 0x8035 u16 3 0xffff at 6

ip -n "$h1" link add link nb0 name nb0.7 type vlan id 7
ip -n "$h1" link set nb0.7 up
ip -n "$h1" addr add 10.7.0.1/24 dev nb0.7
# Advertised at once: the link-local one is not, while it may be another's.
ip -n "$h1" addr add fd07::1/64 dev nb0.7 nodad
# What the joins themselves send they send twice, in so many ms.
set_interval() {
	in_net "$h1" sysctl -qw "net/ipv4/conf/$1/igmpv3_unsolicited_report_interval=100" \
		"net/ipv6/conf/$1/mldv2_unsolicited_report_interval=100"
}
for dev in nb0 nb0.7; do
	set_interval $dev
	ip -n "$h1" addr add 239.1.2.3/32 dev $dev autojoin
	ip -n "$h1" addr add ff15::123/128 dev $dev autojoin
done

# still: what the joins themselves send is over.
still() {
	local now
	now=$(sys "$h2" '*/statistics/tx_packets')
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

check "igmp reports for the joins" wait_for more igmp 0
ALL="igmp mld vlan vmld garp varp na vna"
moved "the role is moved" "$ALL" primary "$h1" eth1
moved "the primary fails" "$ALL" unplug 1
plug 1
wait_for peers_up "$h1" 2
moved "the primary is released" "$ALL" ip -n "$h1" link set eth0 nomaster
ip -n "$h1" link set eth0 master nb0
cut_all() { unplug 0; unplug 1; wait_for carrier_is 0; plug 0; plug 1; }
carrier_is() { [ "$(sys "$h1" nb0/carrier)" = "$1" ]; }
moved "all were down" "$ALL" cut_all
equal "static: no address is shown to switches" 0 "$(came rarp)"

# times TEXT KIND COUNT COMMAND...: just so often.
times() {
	local text=$1 kind=$2 count=$3 before
	shift 3
	STILL=
	wait_for still
	before=$(came "$kind")
	"$@"
	STILL=
	wait_for still
	equal "$text: $kind" $((before + count)) "$(came "$kind")"
}
wait_for peers_up "$h1" 2
option peer_notify_interval_ms 10
primary "$h1" eth0
times "once" garp 1 primary "$h1" eth1
option peer_notify_count 5
times "peer_notify_count 5" garp 5 primary "$h1" eth0
times "peer_notify_count 5" varp 5 primary "$h1" eth1
# They come so many ms after each other.
option peer_notify_count 3
option peer_notify_interval_ms 300
STILL=
wait_for still
before=$(came garp) began=$(date +%s%N)
primary "$h1" eth0
check "peer_notify_interval_ms 300: three" wait_for more garp $((before + 2))
# But for what a clock tick may be late.
at_least "peer_notify_interval_ms 300: ms until the third" 500 $((($(date +%s%N) - began) / 1000000))
option peer_notify_interval_ms 10
primary "$h1" eth1
option peer_notify_count 0
times "peer_notify_count 0" garp 0 primary "$h1" eth0
option peer_notify_count 1

# To switches that know nothing, a frame from the master and all that is above it.
moved "it becomes independent" "$ALL rarp" option topology independent
moved "another address" "$ALL rarp" ip -n "$h1" link set nb0 address 02:00:00:00:99:99
ip -n "$h1" link add mv0 link nb0 up type macvlan
moved "independent" "$ALL rarp vrarp" primary "$h1" eth1
times "nb0, mv0" rarp 2 primary "$h1" eth0
times "nb0.7" vrarp 1 primary "$h1" eth1
ip -n "$h1" link del mv0
option topology static

# Above a bridge; the groups are the bridge's then.
for address in 239.1.2.3/32 ff15::123/128; do
	ip -n "$h1" addr del $address dev nb0
done
ip -n "$h1" link add br0 type bridge
set_interval br0
ip -n "$h1" link set nb0 master br0
ip -n "$h1" link set br0 up
ip -n "$h1" addr add 10.0.0.3/24 dev br0
ip -n "$h1" addr add fd00::3/64 dev br0 nodad
ip -n "$h1" addr add 239.1.2.4/32 dev br0 autojoin
moved "above a bridge" "igmp mld barp bna" primary "$h1" eth0
moved "above a bridge" "igmp mld barp bna" primary "$h1" eth1

# A master that is down sends nothing, and comes to no harm.
ip -n "$h1" link set nb0 down
check "a master that is down changes its primary" primary "$h1" eth0
check "and is up again" ip -n "$h1" link set nb0 up
