#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# What once felled a master of another driver, or who used it. The kernel complains of none
# of it (beds stop at a warning), nothing is left behind. LONG: more rounds.
#
#   $box   a namespace for each story
# shellcheck disable=SC2154 # $box and $far: host() sets them
. "$(dirname "$0")/lib.sh"

ROUNDS=$((10 + ${LONG:+80} + 20 / LOAD))
link() { ip -n "$box" link "$@"; }
state_of() { ip -n "$box" -d -j link show "$1" | jq -c '.[0] | [.flags, .link_type, .mtu, .address, .promiscuity, .master]'; }

end_box() {
	[ -z "${box:-}" ] || check "$STORY: its namespace goes" ip netns del "$box"
	box=
}

# new_box STORY [VETHS]: the namespace of the next story; its cables v0.. end as p0.. there, too.
new_box() {
	local i
	end_box
	STORY=$1
	host box
	for ((i = 0; i < ${2:-0}; i++)); do
		link add "v$i" type veth peer name "p$i"
		link set "p$i" up
		link set "v$i" up
	done
}

# master_of MEMBER...: nb0, up.
master_of() {
	local member
	link add nb0 type nicbond
	link set nb0 up
	for member; do link set "$member" master nb0; done
	ip -n "$box" addr add 10.0.0.1/24 dev nb0
}

# repeat COMMAND...: again and again in the background, until done_repeating.
REPEATING=()
repeat() {
	(
		trap - EXIT
		while "$@" || :; do :; done >/dev/null 2>&1
	) &
	REPEATING+=($!)
}
done_repeating() {
	kill "${REPEATING[@]}"
	wait "${REPEATING[@]}"
	REPEATING=()
}
# shellcheck disable=SC2016 # expanded at the end
defer eval 'kill "${REPEATING[@]}"'

# frames DEVICE: 50 broadcasts.
printf -v FRAME '%s%092d' ffffffffffff0200000000fe0806 0
mapfile -t FRAMES < <(for ((i = 0; i < 50; i++)); do echo "$FRAME"; done)
frames() { in_net "$box" "$TOOLS/frame" "$1" "${FRAMES[@]}"; }

# Their header_ops took what a master has of its own for what they have of theirs.
new_box "members of other types"
modprobe -qa ip_gre ip6_gre ipip ip6_tunnel
link add nb0 type nicbond
link add gre0a type gre local 10.9.0.1 remote 10.9.0.2
link add ip6gre0a type ip6gre local fd09::1 remote fd09::2
link add ipip0a type ipip local 10.9.0.1 remote 10.9.0.2
link add raw type vxlan dstport 4790 gpe external
in_net "$box" ip tuntap add tun0a mode tun
for type in gre0a ip6gre0a ipip0a tun0a raw; do
	[ -e "/sys/class/net/$type" ] || link show "$type" >"$WORK/words" 2>&1 || continue
	before=$(state_of "$type") master=$(state_of nb0)
	refused "$STORY: $type" "Only Ethernet devices" link set "$type" master nb0
	equal "$STORY: $type and the master are as they were" "$before $master" \
		"$(state_of "$type") $(state_of nb0)"
done
# A tap may say that it is InfiniBand.
in_net "$box" ip tuntap add tap0 mode tap
check "$STORY: a tap that is InfiniBand" in_net "$box" "$TOOLS/linktype" tap0 32
refused "$STORY: InfiniBand" "Only Ethernet devices" link set tap0 master nb0
link add gretap0a type gretap local 10.9.0.1 remote 10.9.0.2
check "$STORY: GRE that carries Ethernet is a member" link set gretap0a master nb0
link set nb0 up
equal "$STORY: and the master's type stays" ether "$(ip -n "$box" -j link show nb0 | jq -r '.[0].link_type')"

# Whoever asked the inner one for an address asked himself, and so on.
new_box "a master in a master" 2
master_of v0
link add nb1 type nicbond
link set nb1 up
ip -n "$box" addr flush dev nb0
link set nb0 master nb1
background "$WORK/tap" nsenter --net="/run/netns/$box" "$TOOLS/observe" 7000 nb1
ip -n "$box" addr add 10.0.0.1/24 dev nb1
in_net "$box" ping -c 2 -i 0.1 -W 1 10.0.0.9 >/dev/null
refused "$STORY: round a ring" "would make a loop|[Tt]oo many levels" link set nb1 master nb0
kill "$PID"

# Somebody transmits while the last member is let go.
new_box "the last member goes under load" 1
master_of v0
ip -n "$box" neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev nb0
repeat nsenter --net="/run/netns/$box" "$TOOLS/stream" send 10.0.0.2 4 7000 0 500
for ((i = 0; i < ROUNDS; i++)); do
	link set v0 nomaster
	link set v0 master nb0
done
done_repeating
equal "$STORY: it is back, and primary" v0 "$(primary "$box")"

# The driver's tables were not there before the first open.
new_box "redirected to a master never opened" 2
PINS=/run/bpf-history
mkdir -p "$PINS"
mount -t bpf bpf "$PINS"
defer umount "$PINS"
bpftool prog loadall "$TOOLS/xdp.bpf.o" "$PINS/all" pinmaps "$PINS/all"
link add nb0 type nicbond
link set v1 master nb0
index=$(sys "$box" nb0/ifindex)
check "$STORY: it is the target" in_net "$box" bpftool map update pinned "$PINS/all/target" \
	key 0 0 0 0 value $((index % 256)) $((index / 256)) 0 0
check "$STORY: of all that comes in" ip -n "$box" link set v0 xdpdrv pinned "$PINS/all/redirect"
repeat frames p0
for ((i = 0; i < ROUNDS; i++)); do
	link set nb0 type nicbond selector load table_size 64
	link set nb0 type nicbond selector dst-hash table_size 1024
	link set v1 nomaster
	link set v1 master nb0
done
done_repeating
check "$STORY: then it is opened" link set nb0 up
link set v0 xdpdrv off
umount "$PINS"

# States that were another member's.
new_box "IPsec, while the role moves" 2
master_of v0 v1
ip -n "$box" neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev nb0
KEY=0x000102030405060708090a0b0c0d0e0f10111213
ip -n "$box" xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 5 mode transport \
	aead 'rfc4106(gcm(aes))' $KEY 128
ip -n "$box" xfrm policy add dir out src 10.0.0.1 dst 10.0.0.2 \
	tmpl src 10.0.0.1 dst 10.0.0.2 proto esp mode transport
repeat nsenter --net="/run/netns/$box" "$TOOLS/stream" send 10.0.0.2 4 7000 0 500
for ((i = 0; i < ROUNDS; i++)); do
	option primary v$((i % 2)) "$box"
done
done_repeating
sent=$(ip -n "$box" -s xfrm state | sed -n 's/.*[^0-9]\([0-9]*\)(packets).*/\1/p' | sort -n | tail -n 1)
at_least "$STORY: packets that were encrypted" 1 "${sent:-0}"
link set v0 nomaster
check "$STORY: states go" ip -n "$box" xfrm state flush

# Its MTU was restored in a namespace where it no longer was.
new_box "a member with an MTU of its own moves away"
host far
before=$(ip -n "$far" -br link)
for ((i = 0; i < ROUNDS / 2; i++)); do
	link add m0 type dummy
	link set m0 mtu 1300
	link add nb0 type nicbond
	link set m0 master nb0
	link set m0 netns "$far"
	[ "$(sys "$far" m0/mtu)" = 1300 ] || fail "$STORY: it has its MTU again" "$(sys "$far" m0/mtu)"
	ip -n "$far" link del m0
	link del nb0
done
equal "$STORY: nobody is left" "$before" "$(ip -n "$far" -br link)"

# A VLAN's, and then what is below that.
new_box "veth0 after veth0.10" 1
link add link v0 name v0.10 type vlan id 10
link set v0.10 up
master_of v0.10
# Either way, and nothing hangs.
if link set v0 master nb0 2>"$WORK/words"; then note "$STORY: taken"; else note "$STORY: $(cat "$WORK/words")"; fi
equal "$STORY: it was the primary, and is" v0.10 "$(primary "$box")"
in_net "$box" ping -c 2 -i 0.1 -W 1 10.0.0.9 >/dev/null
link set v0 nomaster 2>/dev/null
link del v0.10
equal "$STORY: without it there is no primary" "" "$(primary "$box")"

new_box "up and down under ARP" 2
master_of v0 v1
asks() { in_net "$box" ping -c 20 -i 0.002 -W 1 10.0.0."$((RANDOM % 200 + 2))"; }
repeat asks
repeat asks
for ((i = 0; i < ROUNDS; i++)); do
	link set nb0 down
	link set v$((i % 2)) down
	link set nb0 up
	link set v$((i % 2)) up
done
done_repeating
check "$STORY: and the master carries" wait_for sh -c "ip netns exec $box cat /sys/class/net/nb0/carrier | grep -q 1"

new_box "who reads while members go" 2
master_of v0
read_all() {
	in_host "$box" sh -c 'cat /sys/class/net/nb0/nicbond/* /sys/class/net/v1/nicbond_member/*'
	cat /sys/kernel/debug/nicbond/*/* /sys/kernel/debug/nicbond/*/*/*
	in_net "$box" ethtool -S nb0
	in_net "$box" ethtool -d nb0 raw on
}
repeat read_all
repeat read_all
for ((i = 0; i < ROUNDS; i++)); do
	link set v1 master nb0
	option primary v1 "$box"
	link set v1 nomaster
done
done_repeating
link del nb0
# The boxes of stories before go when the kernel comes to it.
nobody_in_debugfs() { ! find /sys/kernel/debug/nicbond -name 'v[01]' | grep .; }
check "$STORY: debugfs has nobody of them any more" wait_for nobody_in_debugfs

# skb->dev was who had it before.
new_box "packets from another device's egress" 3
master_of v0 v1
in_net "$box" tc qdisc add dev v2 clsact
in_net "$box" tc filter add dev v2 egress matchall action mirred egress redirect dev nb0
in_net "$box" tc qdisc add dev nb0 root multiq 2>/dev/null || in_net "$box" tc qdisc add dev nb0 root fq
before=$(sys "$box" nb0/statistics/tx_packets)
frames v2
moved() { [ "$(sys "$box" nb0/statistics/tx_packets)" -ge $((before + 50)) ]; }
check "$STORY: all go by the master" wait_for moved

end_box

# UP within UP: a card that is closed and opened by who asks it for another ring.
box=first-$$
STORY="UP within UP"
ip netns attach "$box" 1
defer ip netns del "$box"
echo "78 2" >/sys/bus/netdevsim/new_device
defer sh -c "echo 78 >/sys/bus/netdevsim/del_device"
ports=()
for file in /sys/bus/netdevsim/devices/netdevsim78/net/*; do ports+=("${file##*/}"); done
master_of "${ports[@]}"
link add link nb0 name nb0.5 type vlan id 5
link set nb0.5 up
for ((i = 0; i < ROUNDS / 2; i++)); do
	in_net "$box" ethtool -L "${ports[0]}" combined $((1 + i % 2))
	link set "${ports[i % 2]}" down
	link set "${ports[i % 2]}" up
	in_net "$box" ethtool -s nb0 msglvl 0
	in_net "$box" ethtool "${ports[0]}"
	in_net "$box" ethtool -K "${ports[0]}" gro off gro on
done >/dev/null 2>&1
equal "$STORY: both are members" 2 "$(sys "$box" nb0/nicbond/members | wc -w)"
link del nb0
box=

# What a tunnel sends goes by the master, which sends by the tunnel.
new_box "GRE over a master over GRE" 1
master_of v0
link add g0 type gretap local 10.0.0.1 remote 10.0.0.2
link set g0 up
check "$STORY: it is a member" link set g0 master nb0
option primary g0 "$box"
ip -n "$box" neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev nb0
before=$(sys "$box" nb0/statistics/tx_packets)
in_net "$box" "$TOOLS/stream" send 10.0.0.2 4 7000 0 100 >/dev/null
at_least "$STORY: it ends, each time" $((before + 1)) "$(sys "$box" nb0/statistics/tx_packets)"
link set g0 nomaster
link del g0

# Many at once.
new_box "ip link from many processes" 4
storm() {
	local names=(v0 v1 v2 v3)
	RANDOM=$1
	for ((k = 0; k < ROUNDS * 2; k++)); do
		case $((RANDOM % 6)) in
		0) link add nb$((RANDOM % 3)) type nicbond ;;
		1) link del nb$((RANDOM % 3)) ;;
		2 | 3) link set "${names[RANDOM % 4]}" master nb$((RANDOM % 3)) ;;
		4) link set "${names[RANDOM % 4]}" nomaster ;;
		5) link set nb$((RANDOM % 3)) up type nicbond table_size $((64 << RANDOM % 4)) ;;
		esac
	done >/dev/null 2>&1
}
for i in 1 2 3 4; do storm "$i" & processes[i]=$!; done
wait "${processes[@]}"
for i in 0 1 2; do link del nb$i 2>/dev/null; done
equal "$STORY: each is free again" 0 "$(ip -n "$box" link | grep -c 'SLAVE\|nicbond')"
end_box

# Unloading, while somebody makes masters. Here no other namespace may have any.
STORY="unload while masters are made"
unused() { [ "$(cat /sys/module/nicbond/refcnt)" = 0 ]; }
check "$STORY: nobody uses it" wait_for unused
make_and_delete() { ip link add nb5 type nicbond; ip link del nb5; }
repeat make_and_delete
unloaded=0
for ((i = 0; i < ROUNDS / 2; i++)); do
	rmmod nicbond 2>/dev/null && unloaded=$((unloaded + 1))
	# shellcheck disable=SC2119
	load 2>/dev/null
done
done_repeating
ip link del nb5 2>/dev/null
at_least "$STORY: it went so often" 1 "$unloaded"
# shellcheck disable=SC2119
load 2>/dev/null
check "$STORY: and it works" make_and_delete
