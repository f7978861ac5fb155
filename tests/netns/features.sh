#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Offloads of members, and of the master, are switched on and off at random while TCP and
# UDP flow, plain, in a VLAN and in a tunnel; the master's follow, and no byte is lost or
# changed:
#
#   $h1 nb0 -- v0 v1 v2 (veth)  ==3 cables==  v0 v1 v2 (veth) -- nb0 $h2
#       vlan20, tunnel (VXLAN), above                    vlan20, tunnel
#
# SEED in the environment makes the same choices again.
. "$(dirname "$0")/lib.sh"

SEED=${SEED:-$RANDOM}
RANDOM=$SEED
note "SEED=$SEED"
ROUNDS=$((40 + 80 / LOAD))

host h1
host h2
for i in 0 1 2; do
	ip -n "$h1" link add "v$i" type veth peer name "v$i" netns "$h2"
done
for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add nb0 type nicbond
	for i in 0 1 2; do
		ip -n "${!netns}" link set "v$i" master nb0
	done
	ip -n "${!netns}" addr add "10.0.0.$n/24" dev nb0
	ip -n "${!netns}" link set nb0 up
done
wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2

# feature DEVICE NAME: on or off; set_feature DEVICE|all NAME VALUE: of a member.
feature() { in_net "$h1" ethtool -k "$1" | sed -n "s/^[[:space:]]*$2: \(o[nf]*\).*/\1/p"; }
set_feature() {
	local dev=$1
	[ "$dev" != all ] || dev="v0 v1 v2"
	for dev in $dev; do
		in_net "$h1" ethtool -K "$dev" "$2" "$3"
	done >/dev/null
}
features() { in_net "$h1" ethtool -k nb0 | sort; }

# One member that can is enough for these, as the others' packets are prepared in
# software; without any, so it is for all before they are handed over.
before=$(features)
for name in scatter-gather tx-udp-segmentation; do
	short=${name/scatter-gather/sg}
	equal "$name: on" on "$(feature nb0 $name)"
	set_feature v0 "$short" off
	set_feature v1 "$short" off
	equal "$name: of one member, and of the master" on "$(feature nb0 $name)"
	set_feature v2 "$short" off
	equal "$name: of no member, nor of the master" off "$(feature nb0 $name)"
	set_feature v1 "$short" on
	equal "$name: of one again, and of the master" on "$(feature nb0 $name)"
	for short in "$short" tso tx-udp-segmentation; do
		set_feature all "$short" on
	done
	equal "$name: all as before" "$before" "$(features)"
done
# This one is always on, unless nobody has scatter-gather, as with bonding and team:
# what a member cannot segment is segmented for it.
set_feature all tso off
equal "tcp-segmentation-offload: on without any member that can" on \
	"$(feature nb0 tcp-segmentation-offload)"
set_feature all sg off
equal "tcp-segmentation-offload: off without scatter-gather" off \
	"$(feature nb0 tcp-segmentation-offload)"
for short in sg tso tx-udp-segmentation; do
	set_feature all "$short" on
done
equal "all as before" "$before" "$(features)"

tso_max() { ip -n "$h1" -d -j link show "$1" | jq '.[0].tso_max_size'; }
ip -n "$h1" link add d0 type dummy
equal "the largest packet is the members'" "$(tso_max v0)" "$(tso_max nb0)"
ip -n "$h1" link set d0 master nb0
equal "of the members, the smallest one's" "$(tso_max d0)" "$(tso_max nb0)"
ip -n "$h1" link set d0 nomaster
equal "and with it that limit goes" "$(tso_max v0)" "$(tso_max nb0)"

NAMES=(tx sg tso gso gro tx-udp-segmentation rxvlan txvlan rx tx-nocache-copy)
DEVICES=(v0 v1 v2 nb0)
toggle() {
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		[ $((RANDOM % 2)) = 0 ] && echo -n "nsenter --net=/run/netns/$h1 " || echo -n "nsenter --net=/run/netns/$h2 "
		echo "ethtool -K ${DEVICES[RANDOM % 4]} ${NAMES[RANDOM % ${#NAMES[@]}]} $( ((RANDOM % 2)) && echo on || echo off)"
	done
}
toggle >"$WORK/toggle"

modprobe -q vxlan
for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add vlan20 link nb0 type vlan id 20
	ip -n "${!netns}" addr add "10.20.0.$n/24" dev vlan20
	ip -n "${!netns}" link set vlan20 up
	ip -n "${!netns}" link add tunnel type vxlan id 5 local "10.0.0.$n" remote "10.0.0.$((3 - n))" dstport 4789
	ip -n "${!netns}" addr add "10.30.0.$n/24" dev tunnel
	ip -n "${!netns}" link set tunnel up
done
equal "what members can do for VLANs, a VLAN above the master has" "on on on" \
	"$(for name in scatter-gather tx-checksum-ip-generic tcp-segmentation-offload; do feature vlan20 $name; done | xargs)"
WAYS=(plain vlan tunnel)
TO=(10.0.0.2 10.20.0.2 10.30.0.2)
RECEIVERS=() SENDERS=()
for i in 0 1 2; do
	background "$WORK/received$i" nsenter --net="/run/netns/$h2" "$TOOLS/bulk" receive 730$i
	RECEIVERS+=("$PID")
	wait_for sh -c "ip netns exec $h2 ss -tln | grep -q :730$i"
	wait_for in_net "$h1" ping -c 1 -W 1 "${TO[i]}"
	background "$WORK/sent$i" nsenter --net="/run/netns/$h1" "$TOOLS/bulk" send "${TO[i]}" 730$i
	SENDERS+=("$PID")
done
bash "$WORK/toggle" >/dev/null 2>"$WORK/refused"
note "$ROUNDS changes, $(wc -l <"$WORK/refused") of them refused"
kill -TERM "${SENDERS[@]}"
QUIET=
wait_for quiet "$h2"
kill -TERM "${RECEIVERS[@]}"
wait "${SENDERS[@]}"
wait "${RECEIVERS[@]}"
missing=0
for i in 0 1 2; do
	read -r _ sent _ packets <"$WORK/sent$i"
	read -r _ got _ wrong _ got_packets _ wrong_packets <"$WORK/received$i"
	equal "${WAYS[i]}: TCP: all bytes arrived" "$sent" "$got"
	equal "${WAYS[i]}: TCP: and as they were sent" 0 "$wrong"
	at_least "${WAYS[i]}: TCP: so many" 1000000 "$sent"
	equal "${WAYS[i]}: UDP: each packet is as it was sent" 0 "$wrong_packets"
	at_least "${WAYS[i]}: UDP: packets that arrived, of $packets" 1000 "$got_packets"
	missing=$((missing + packets - got_packets))
done
# Who receives is slower than who sends; all that is missing waited for him in vain, behind his
# socket, or before the stack (softnet_stat); or a veth refused it, whose ring, which it has
# while GRO is on, was full: a packet there is up to 40 of these (tests/tools/bulk.c).
in_vain=$(in_net "$h2" cat /proc/net/snmp | awk '/^Udp: [0-9]/ { print $6 }')
refused=$(sum_counters "$h1" drop_refused)
at_most "UDP: packets that are missing, but for $in_vain that a socket had no room for, and $refused refused" \
	$((0$(awk '{ printf "+0x%s", $2 }' /proc/net/softnet_stat))) $((missing - in_vain - 40 * refused))
at_least "of those that were refused the veths say that they did" "$refused" \
	$(($(sys "$h1" "v?/statistics/tx_dropped" | paste -sd+)))
equal "nicbond dropped none else" "" "$(in_net "$h1" ethtool -S nb0 |
	awk '/drop/ && !/drop_refused/ && $NF > 0 { print $1, $2 }' | xargs)"
equal "no kernel complaint" "" "$(dmesg | grep -E 'caps=|bad gso|hw csum' | head -n 3)"

# The kernel takes large-receive-offload away below a VLAN, and does not give it back.
for name in "${NAMES[@]}"; do
	set_feature all "$name" on 2>/dev/null
	set_feature nb0 "$name" on 2>/dev/null
done
check "all on again: the master is as it was" \
	diff <(grep -v -e nocache -e large-rec <<<"$before") \
	<(features | grep -v -e nocache -e large-rec)
