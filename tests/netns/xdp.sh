#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# XDP: a program on the master runs on each member, and only as long as it should; what
# is redirected to the master goes to the primary adaptor.
#
#   $h0 out --veth-- in $h1 nb0 ==4 veth pairs== nb0 $h2
#
# The members are veths, which have native XDP; a dummy has none. Programs: tests/bpf.
# shellcheck disable=SC2154 # $h0 and $h3: host() sets them
. "$(dirname "$0")/lib.sh"

cables() {
	local i
	for ((i = 0; i < $1; i++)); do
		ip link add "eth$i" netns "$h1" type veth peer name "eth$i" netns "$h2"
	done
}

two_hosts 4
host h0
ip link add out netns "$h0" type veth peer name in netns "$h1"
# What it would leave to a card to sum up is wrong once XDP has it.
in_net "$h0" ethtool -K out tx off >/dev/null
ip -n "$h0" addr add 10.9.0.1/24 dev out
ip -n "$h0" link set out up
ip -n "$h1" link set in up
ip -n "$h0" neigh add 10.9.0.2 lladdr "$(sys "$h2" nb0/address)" dev out
ip -n "$h0" route add 10.1.0.0/16 via 10.9.0.2

# libbpf takes no folder with a dot.
PINS=/run/bpf-xdp
mkdir "$PINS"
mount -t bpf bpf "$PINS"
defer umount "$PINS"

# programs NAME: load tests/bpf/xdp.bpf.c, in $PINS/NAME, with maps of its own.
programs() { bpftool prog loadall "$TOOLS/xdp.bpf.o" "$PINS/$1" pinmaps "$PINS/$1"; }
# unpin NAME: what nobody uses then is gone.
unpin() { rm -r "${PINS:?}/$1"; }
# xdp NETNS DEVICE NAME/PROGRAM|off [MODE]; in place of the one before.
xdp() {
	if [ "$3" = off ]; then
		ip -n "$1" link set dev "$2" "${4:-xdpdrv}" off
	else
		ip -n "$1" -force link set dev "$2" "${4:-xdpdrv}" pinned "$PINS/$3"
	fi
}
id() { bpftool -j prog show pinned "$PINS/$1" | jq .id; }
gone() { ! bpftool prog show id "$1"; }

# counts NAME: a line for each device, its index and the packets counted there.
counts() { bpftool -j map dump pinned "$PINS/$1/counts" | jq -r '.[].formatted | "\(.key) \(.value)"'; }
# counted NAME NETNS DEVICE...: how many, of all that came in there since zero().
counted() {
	local name=$1 netns=$2 device
	shift 2
	for device; do sys "$netns" "$device/ifindex"; done |
		awk -v now="$(counts "$name")" -v before="$(cat "$WORK/zero-$name" 2>/dev/null)" '
			BEGIN { n = split(now, c); for (i = 1; i < n; i += 2) sum[c[i]] += c[i + 1]
				n = split(before, c); for (i = 1; i < n; i += 2) sum[c[i]] -= c[i + 1] }
			{ total += sum[$1] }
			END { print total + 0 }'
}
counted_is() { [ "$(counted "${@:2}")" = "$1" ]; }
zero() { counts "$1" >"$WORK/zero-$1"; }
MEMBERS=(eth0 eth1 eth2 eth3)

# N packets to N destinations; a quarter of that fits in the ring of a veth.
N=200
send() { in_net "${1:-$h1}" "$TOOLS/stream" send 10.1.0.0 $N 7200 0 $N >/dev/null; }
# arrive [NETNS]: send them from there; in $RECEIVED is how many a socket of $h2 got.
arrive() {
	receiver "$h2" 7200 "$WORK/received"
	send "$@"
	stop_receiver
}
# dropped TEXT NAME [MEMBERS]: with NAME on $h2's master, packets are counted there,
# and nobody else has any.
dropped() {
	zero "$2"
	arrive
	equal "$1: counted $N, received 0" "$N 0" \
		"$(counted "$2" "$h2" "${MEMBERS[@]:0:${3:-4}}") $RECEIVED"
}
# untouched TEXT NAME: the other way round.
untouched() {
	zero "$2"
	arrive
	equal "$1: counted 0, received $N" "0 $N" "$(counted "$2" "$h2" "${MEMBERS[@]}") $RECEIVED"
}

programs a
programs b

# On the master.
untouched "without a program" a
check "the master takes a native program" xdp "$h2" nb0 a/drop
dropped "drop" a
for member in "${MEMBERS[@]}"; do
	at_least "from $member" 1 "$(counted a "$h2" "$member")"
done
check "ping passes it" ping_all "$h1" 3 10.0.0.2
check "another takes its place" xdp "$h2" nb0 b/pass
zero b
arrive
equal "pass: counted and received" "$N $N" "$(counted b "$h2" "${MEMBERS[@]}") $RECEIVED"
check "off" xdp "$h2" nb0 off
untouched "off" b

# What XDP can do with the master, since Linux 6.3.
features() { in_net "$h2" "$TOOLS/xdpfeatures" "${1:-nb0}"; }
features_are() {
	[ "$(features)" = unknown ] || equal "features, $1" "$2" "$(features "${3:-nb0}")"
}
features_are "members are veths" "basic redirect xmit rx-sg xmit-sg"
ip -n "$h2" link add none type dummy
ip -n "$h2" link set none master nb0
features_are "one is a dummy" "xmit xmit-sg"
ip -n "$h2" link set none nomaster
features_are "it has left" "basic redirect xmit rx-sg xmit-sg"
# With fewer queues than its peer a veth has no XDP; it can have as many as there are processors.
if [ "$(nproc)" -gt 1 ]; then
	in_net "$h1" ethtool -L eth0 tx 2
	features_are "one can no longer" "xmit xmit-sg"
	in_net "$h1" ethtool -L eth0 tx 1
	features_are "it can again" "basic redirect xmit rx-sg xmit-sg"
fi
ip -n "$h2" link add nb1 type nicbond
features_are "without members" "xmit xmit-sg" nb1
ip -n "$h2" link del nb1

# References: a program lives as long as it is used, and no longer.
programs once
once=$(id once/drop)
xdp "$h2" nb0 once/drop
unpin once
check "unpinned, the program in use stays" bpftool prog show id "$once"
ip -n "$h2" link set eth3 nomaster
ip -n "$h2" link set eth3 master nb0
xdp "$h2" nb0 a/drop
check "replaced, after a member came and went: it is gone" wait_for gone "$once"

# Failover: the program is on whoever is there.
wait_for peers_up "$h1" 4
ip -n "$h1" link set eth0 down
wait_for peers_up "$h1" 3
dropped "a member failed" a
equal "it has none of them" 0 "$(counted a "$h2" eth0)"
ip -n "$h1" link set eth0 up
wait_for peers_up "$h1" 4

# A member leaves, and joins.
ip -n "$h2" link set eth3 nomaster
zero a
before=$(counter "$h1" eth3.transmitted)
arrive
at_least "to one that left is sent" $((before + 1)) "$(counter "$h1" eth3.transmitted)"
equal "it has lost the program" 0 "$(counted a "$h2" eth3)"
at_least "the others have it" 1 "$(counted a "$h2" eth0 eth1 eth2)"
ip -n "$h2" link set eth3 master nb0
dropped "it has joined" a
at_least "and has its share" 1 "$(counted a "$h2" eth3)"

# Who cannot have the program does not join.
ip -n "$h2" link add veth0 mtu 9000 type veth peer name peer0 mtu 9000
# state DEVICE: what is to stay when it is refused.
state() { ip -n "$h2" -j link show "$1" | jq -c '.[] | [.flags - ["NO-CARRIER"], .mtu, .address, .master]'; }
# refused_member DEVICE TEXT PATTERN
refused_member() {
	local before
	before=$(state "$1")
	refused "$2" "$3" ip -n "$h2" link set "$1" master nb0
	equal "$2: it is as it was" "$before" "$(state "$1")"
}
refused_member none "a member without XDP" "none has no native XDP"
xdp "$h2" veth0 a/frags
refused_member veth0 "a member with a native program" "veth0 has an XDP program of its own"
xdp "$h2" veth0 off
xdp "$h2" veth0 a/drop xdpgeneric
refused_member veth0 "a member with a generic program" "veth0 has an XDP program of its own"
xdp "$h2" veth0 off xdpgeneric
refused_member veth0 "a member whose driver refuses" "veth0 refuses the XDP program: .*Peer MTU is too large"
refused "beside the master's program a member takes none" "upper device" \
	xdp "$h2" eth0 a/pass
dropped "after all that" a
xdp "$h2" nb0 off

# A master does not take it when one of the members cannot, and the others have none.
# refused_master TEXT PATTERN PROGRAM
refused_master() { refused "the master, $1" "$2" xdp "$h2" nb0 "$3"; }
ip -n "$h2" link set none master nb0
refused_master "with a member without XDP" "none has no native XDP" a/drop
untouched "refused" a
ip -n "$h2" link set none nomaster
ip -n "$h2" link set veth0 master nb0
refused_master "with a member whose driver refuses" "veth0 refuses the XDP program: .*Peer MTU" a/drop
untouched "refused after four had it" a
check "a program for packets of any size" xdp "$h2" nb0 b/frags
refused_master "which has that" "veth0 refuses the XDP program: .*Peer MTU" a/drop
dropped "refused after four had another" b
xdp "$h2" nb0 off
ip -n "$h2" link set veth0 nomaster

# Members may have their own while the master has none.
xdp "$h2" eth1 a/drop
xdp "$h2" eth2 b/drop xdpgeneric
zero a
zero b
arrive
native=$(counted a "$h2" eth1)
generic=$(counted b "$h2" eth2)
equal "two members have programs, each counts its own, others pass: $native + $generic + $RECEIVED" \
	$N $((native + generic + RECEIVED))
at_least "native" 1 "$native"
at_least "generic" 1 "$generic"
refused_master "with a member that has its own" "eth1 has an XDP program of its own" a/pass
ip -n "$h2" link set eth1 nomaster
ip -n "$h2" link set eth1 master nb0
zero a
arrive
at_least "who joins keeps his" 1 "$(counted a "$h2" eth1)"
xdp "$h2" eth1 off
xdp "$h2" eth2 off xdpgeneric

# Generic, on the master itself.
check "the master takes a generic program" xdp "$h2" nb0 a/drop xdpgeneric
zero a
arrive
equal "generic: counted, on the master" "$N 0" "$(counted a "$h2" nb0) $RECEIVED"
xdp "$h2" nb0 a/back xdpgeneric
before=$(counter "$h2" "$(primary "$h2").handed_over")
send
sent_back() { [ "$(counter "$h2" "$(primary "$h2").handed_over")" -ge $((before + N)) ]; }
check "generic XDP_TX goes to the primary" wait_for sent_back
xdp "$h2" nb0 off xdpgeneric

# XDP_TX on a member: back by the same one, past the adaptors.
xdp "$h1" nb0 a/drop
xdp "$h2" nb0 b/back
zero a
zero b
before=$(sum_counters "$h2" handed_over transmitted)
send
check "XDP_TX: all come back" wait_for counted_is $N a "$h1" "${MEMBERS[@]}"
for member in "${MEMBERS[@]}"; do
	equal "XDP_TX: by $member" "$(counted b "$h2" "$member")" "$(counted a "$h1" "$member")"
done
at_most "no adaptor has them" $((before + 20)) "$(sum_counters "$h2" handed_over transmitted)"
xdp "$h1" nb0 off
xdp "$h2" nb0 off

# AF_XDP: a socket on the master sends by the primary, and receives where the program
# is generic. A native program sees members, whose sockets get what came in by them.
# socket DEVICE: there, on $h2; how many of $N packets it got is in $SOCKET, and what the
# stack got in $RECEIVED.
socket() {
	background "$WORK/socket" nsenter --net="/run/netns/$h2" "$TOOLS/xsk" receive "$1" "$PINS/xsk/sockets"
	local socket=$PID
	wait_for said "$WORK/socket" ready
	arrive
	kill -TERM "$socket"
	wait "$socket"
	SOCKET=$(sed -n 's/^received //p' "$WORK/socket")
}
af_xdp() {
	local before
	xdp "$h2" nb0 b/pass
	zero b
	before=$(counter "$h1" "$(primary "$h1").handed_over")
	receiver "$h2" 7200 "$WORK/received"
	check "AF_XDP: a socket on the master sends" \
		in_net "$h1" "$TOOLS/xsk" send nb0 "$(sys "$h2" nb0/address)" 7200 $N
	stop_receiver
	equal "AF_XDP: all arrive" $N "$RECEIVED"
	at_least "AF_XDP: by the primary" $((before + N)) \
		"$(counter "$h1" "$(primary "$h1").handed_over")"
	for member in "${MEMBERS[@]}"; do
		at_least "AF_XDP: spread, $member" 1 "$(counted b "$h2" "$member")"
	done
	xdp "$h2" nb0 off

	mkdir "$PINS/xsk"
	bpftool prog loadall "$TOOLS/xsk.bpf.o" "$PINS/xsk" pinmaps "$PINS/xsk"
	xdp "$h2" nb0 xsk/to_socket xdpgeneric
	socket nb0
	equal "AF_XDP: generic, the master's socket gets all" "$N 0" "$SOCKET $RECEIVED"
	xdp "$h2" nb0 off xdpgeneric
	xdp "$h2" nb0 xsk/to_socket
	socket eth1
	at_least "AF_XDP: native, a member's socket gets what came in there" 1 "$SOCKET"
	equal "AF_XDP: others pass" $N $((SOCKET + RECEIVED))
	xdp "$h2" nb0 off
}
"$TOOLS/xsk" receive nosuch nosuch 2>/dev/null
if [ $? = 3 ]; then note "this kernel has no AF_XDP"; else af_xdp; fi

# Redirected to the master.
# redirected TEXT [MODE]: to $h1's master, from its other device.
redirected() {
	local before sent mode=${2:-xdpdrv}
	zero a
	xdp "$h1" in a/redirect "$mode"
	before=$(counter "$h1" "$(primary "$h1").handed_over")
	sent=$(sys "$h1" nb0/statistics/tx_packets)
	arrive "$h0"
	xdp "$h1" in off "$mode"
	equal "$1: all arrive" "$N $N" "$(counted a "$h1" in) $RECEIVED"
	at_least "$1: the primary was given them" $((before + N)) \
		"$(counter "$h1" "$(primary "$h1").handed_over")"
	at_least "$1: the master counts them" $((sent + N)) "$(sys "$h1" nb0/statistics/tx_packets)"
	conserved "$1"
}
# target DEVICE: where to, in $h1.
target() {
	local index
	index=$(sys "$h1" "$1/ifindex")
	in_net "$h1" bpftool map update pinned "$PINS/a/target" key 0 0 0 0 \
		value $((index % 256)) $((index / 256)) 0 0
}
target nb0
xdp "$h2" nb0 b/pass
zero b
redirected "redirect"
for member in "${MEMBERS[@]}"; do
	at_least "redirect: by $member" 1 "$(counted b "$h2" "$member")"
done
xdp "$h2" nb0 off
redirected "generic redirect" xdpgeneric
# As skbs they meet what a member has for what leaves by it.
ip -n "$h1" link add sink type dummy
ip -n "$h1" link set sink up
for member in "${MEMBERS[@]}"; do
	in_net "$h1" tc qdisc add dev "$member" clsact
	in_net "$h1" tc filter add dev "$member" egress protocol ip u32 \
		match ip dst 10.1.0.0/16 action mirred egress redirect dev sink
done
xdp "$h1" in a/redirect
zero a
arrive "$h0"
equal "redirect, tc takes them off the members" "$N 0" "$(counted a "$h1" in) $RECEIVED"
xdp "$h1" in off
for member in "${MEMBERS[@]}"; do
	in_net "$h1" tc qdisc del dev "$member" clsact
done
option channel_mode ring
redirected "redirect, by rings"
option channel_mode direct
ip -n "$h1" link set eth0 down
wait_for peers_up "$h1" 3
redirected "redirect, a member failed"

# Nobody to give them to: dropped, and counted as such.
ip -n "$h1" link add nb1 type nicbond
ip -n "$h1" link set nb1 up
target nb1
xdp "$h1" in a/redirect
before=$(sys "$h1" nb1/statistics/tx_dropped)
send "$h0"
all_dropped() { [ "$(sys "$h1" nb1/statistics/tx_dropped)" -ge $((before + N)) ]; }
check "redirect, no member: dropped and counted" wait_for all_dropped
ip -n "$h1" link del nb1
zero a
arrive "$h0"
equal "the target is deleted: nothing arrives" "$N 0" "$(counted a "$h1" in) $RECEIVED"
xdp "$h1" in off

# Whoever is deleted lets go: a member, a master, a namespace with both.
programs once
once=$(id once/drop)
xdp "$h1" nb0 once/drop
unpin once
ip -n "$h1" link del eth3
check "a member is deleted" bpftool prog show id "$once"
ip -n "$h1" link del nb0
check "the master is deleted: the program is gone" wait_for gone "$once"
untouched_host() { ip -n "$h1" link set "$1" up && ! ip -n "$h1" link show "$1" | grep -q xdp; }
check "its members are free" untouched_host eth1
host h3
programs once
once=$(id once/drop)
ip link add eth0 netns "$h3" type veth peer name eth1 netns "$h3"
ip -n "$h3" link add nb0 type nicbond
check "a master without members takes a program" xdp "$h3" nb0 once/drop
ip -n "$h3" link set eth0 master nb0
ip -n "$h3" link set eth1 master nb0
unpin once
check "which it has" bpftool prog show id "$once"
ip netns del "$h3"
check "the namespace is deleted: the program is gone" wait_for gone "$once"
