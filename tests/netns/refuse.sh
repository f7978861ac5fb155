#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Bad input is refused at once, says why, and changes nothing:
#
#   $box   nb0 -- d0 d1 (dummy)    and what cannot be a member
# shellcheck disable=SC2154 # $box and the like: host() sets them
. "$(dirname "$0")/lib.sh"

host box
link() { ip -n "$box" link "$@"; }
primary_to() { option primary "$1" "$box"; }

link add nb0 type nicbond
link set nb0 up
for i in 0 1 2; do
	link add "d$i" type dummy
	link set "d$i" up
done
link set d0 master nb0
link set d1 master nb0

state() {
	sys "$box" nb0/nicbond/primary
	sys "$box" nb0/nicbond/epoch
	sys "$box" nb0/nicbond/members
	for option in selector hash_fields hash_key table_size flowlet_gap_us \
		move_deadline_ms flowlets load_interval_ms channel_mode channel_depth \
		channel_full; do
		sys "$box" nb0/nicbond/$option
	done
	sys "$box" d1/nicbond_member/weight
	ip -n "$box" -br link | awk '{ print $1, $3, $4 }' | sort
}
before=$(state)

refused "lo" "loopback device cannot be a member" link set lo master nb0
refused "the master itself" "cannot be its own member" link set nb0 master nb0
link add up0 link nb0 type vlan id 5
refused "a device above the master" "would make a loop" link set up0 master nb0
link del up0
link add mv0 link d2 type macvlan
refused "a device whose receive path is taken" "receive path is taken" link set d2 master nb0
link del mv0
in_net "$box" ip tuntap add t0 mode tun
refused "a device that is not Ethernet" "Only Ethernet devices" link set t0 master nb0
link del t0
link add bond7 type bond
refused "a bond" "A bond cannot be a member" link set bond7 master nb0
link del bond7
# Options: what is not taken, said with what is.
option_to() { option "$1" "$2" "$box"; }
weight_to() { in_host "$box" sh -c "echo '$1' >/sys/class/net/d1/nicbond_member/weight"; }
for value in best "" dst-hash,dst-hash 0; do
	refused "selector '$value'" "selector=.* is not taken; accepted: dst-hash \(default\), load, bpf" \
		option_to selector "$value"
done
for value in 0 32 100 8192 4294967552 -256 256k 0x100 ""; do
	refused "table_size '$value'" "is not taken; accepted: 64 to 4096, a power of two" \
		option_to table_size "$value"
done
for value in 1000001 -1 many ""; do
	refused "flowlet_gap_us '$value'" "is not taken; accepted: 0 to 1000000 us" \
		option_to flowlet_gap_us "$value"
done
for value in "" dst-port "dst-ip,," ",dst-ip" "dst-ip src-ip" dst-i 1 "dst-ip\\nsrc-ip"; do
	refused "hash_fields '$value'" "is not taken; accepted: dst-ip \(default\), src-ip, l4-ports,.*fc-ox-id, some, with commas" \
		option_to hash_fields "$value"
done
for value in tunnel 3 ""; do
	refused "channel_mode '$value'" "is not taken; accepted: direct \(default\), ring, auto" \
		option_to channel_mode "$value"
done
for value in 0 65537; do
	refused "channel_depth $value" "accepted: 1 to 65536" option_to channel_depth $value
done
refused "channel_full wait" "accepted: drop \(default\), resteer" option_to channel_full wait
refused "flowlets 100" "accepted: 64 to 65536, a power of two" option_to flowlets 100
refused "load_interval_ms 0" "accepted: 1 to 10000 ms" option_to load_interval_ms 0
refused "move_deadline_ms 3600001" "accepted: 0 to 3600000 ms" option_to move_deadline_ms 3600001
for value in 12 0123456789abcdef0123456789abcdeg 0123456789abcdef0123456789abcdef0 ""; do
	refused "hash_key '$value'" "hash_key is not taken as given; accepted: 32 hex" \
		option_to hash_key "$value"
done
equal "a refused key is not in the log" 0 "$(dmesg | grep -c 0123456789abcdef)"
for value in 256 -1 much ""; do
	refused "weight '$value'" "weight=.* is not taken; accepted: 0 to 255" weight_to "$value"
done
for file in nb0/nicbond/table_size d1/nicbond_member/weight; do
	refused "$file without CAP_NET_ADMIN" "not permitted" \
		in_host "$box" setpriv --bounding-set -net_admin \
		bash -c "echo 64 >/sys/class/net/$file"
done
refused "a primary without CAP_NET_ADMIN" "not permitted" \
	in_host "$box" setpriv --bounding-set -net_admin \
	bash -c 'echo d1 >/sys/class/net/nb0/nicbond/primary'
refused "an unknown primary" "it is no member" primary_to nosuch
refused "a primary that is no member" "it is no member" primary_to d2
refused "a name too long for a device" "it is no member" primary_to 0123456789abcdef0123
refused "a member's name and more" "it is no member" primary_to "d1 "
refused "an empty name" "it is no member" primary_to ""
link set d1 carrier off
refused "a primary without carrier" "down or has no carrier" primary_to d1
link set d1 carrier on
link set d1 down
refused "a primary that is down" "down or has no carrier" primary_to d1
link set d1 up
refused "another MTU for a member" "is that of its master|[Bb]usy" link set d0 mtu 1400
refused "a multicast address for a master" "unicast" \
	link add nb9 address 01:00:00:00:00:01 type nicbond
refused "a master that moves to another namespace" "[Ii]nvalid|immutable|local" link set nb0 netns 1

back() { [ "$(state)" = "$before" ]; }
wait_for back
equal "nothing changed by all that" "$before" "$(state)"

# 64 members, no more.
{
	for ((i = 0; i < 65; i++)); do
		echo "link add m$i type dummy"
	done
	echo "link add nb1 type nicbond"
	for ((i = 0; i < 64; i++)); do
		echo "link set m$i master nb1"
	done
} >"$WORK/batch"
check "64 members" ip -n "$box" -batch "$WORK/batch"
equal "members counts them" 64 "$(sys "$box" nb1/nicbond/members | wc -w)"
refused "the 65th member" "has 64 members" link set m64 master nb1
link set m7 nomaster
check "a free slot is used again" link set m64 master nb1

# A card that keeps its own address.
insmod "$MODULES/nbcable.ko" pairs=2
for i in 0 1; do
	ip link set "cable${i}a" netns "$box" name "c$i"
	ip link set "cable${i}b" netns "$box"
done
in_net "$box" ethtool --set-priv-flags c1 fixed-address on
link add nb3 type nicbond
link set c0 master nb3
three() {
	sys "$box" nb3/nicbond/members
	for dev in nb3 c0 c1; do sys "$box" "$dev/address"; sys "$box" "$dev/flags"; sys "$box" "$dev/mtu"; done
}
before=$(three)
refused "a member that refuses the master's address" "does not take the master's address" \
	link set c1 master nb3
equal "is left as it was, and so is the master" "$before" "$(three)"
link set c0 nomaster
check "a first one lends its own" link set c1 master nb3
equal "to the master" "$(sys "$box" c1/address)" "$(sys "$box" nb3/address)"
link set c0 master nb3
before=$(three)
refused "then the master's is not changed" "c1 does not take the address" \
	link set nb3 address 02:00:00:00:00:33
equal "nor the other member's" "$before" "$(three)"
link del nb3
check "the cards go" wait_for rmmod nbcable

# Module parameters, on a module that is not loaded; members hold it.
refused "unload with members" "in use" rmmod nicbond
link del nb0
link del nb1
unloaded() { rmmod nicbond; }
check "unload without members" wait_for unloaded
refused "masters=257" "masters=257 is out of range; accepted: 0 to 256" load masters=257
refused "masters=-1" "masters=-1 is out of range" load masters=-1
refused "masters=many" "[Ii]nvalid" load masters=many
refused "selector=best" "selector=best is not taken; accepted: dst-hash \(default\), load, bpf" load selector=best
refused "a short hash_key" "hash_key is not taken as given; accepted: 32 hex" load hash_key=12
refused "a hash_key that is no number" "hash_key is not taken as given; accepted: 32 hex" \
	load hash_key=0123456789abcdef0123456789abcdeg
refused "table_size=100" "table_size=100 is not taken; accepted: 64 to 4096, a power of two" \
	load table_size=100
check "masters=2" load masters=2 selector=dst-hash hash_key=000102030405060708090a0b0c0d0e0f \
	table_size=512 flowlet_gap_us=250 move_deadline_ms=0
equal "with what was asked for" "dst-hash 000102030405060708090a0b0c0d0e0f 512 250 0" \
	"$(cd /sys/class/net/nb1/nicbond &&
		cat selector hash_key table_size flowlet_gap_us move_deadline_ms | xargs)"
equal "makes nb0 and nb1" 2 "$(ip -br link show type nicbond | wc -l)"
check "which go with the module" rmmod nicbond
check "load again" load
