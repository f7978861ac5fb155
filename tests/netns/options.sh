#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Options of a master and of its members reach the adaptors, under traffic, and take
# effect there:
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4
NICBOND=nb0/nicbond

# every REG VALUE: all four adaptors have it.
every() {
	local i
	for i in 0 1 2 3; do
		[ "$(registers "$h1" $i "$1")" = "$2" ] || return 1
	done
}

# Two hosts with one key choose alike, having had the same members; 512 addresses that
# are neither's, so that both may send there.
ip -n "$h1" route add 10.3.0.0/16 via 10.0.0.2
ip -n "$h2" route add 10.3.0.0/16 via 10.0.0.1
check "the other host's members are up" wait_for peers_up "$h2" 4
for netns in "$h1" "$h2"; do
	option hash_key 000102030405060708090a0b0c0d0e0f "$netns"
done
destinations 10.3.0.0 512 "$WORK/one" 42
h1=$h2 destinations 10.3.0.0 512 "$WORK/other" 42
equal "packets to 512 destinations left" 512 "$(wc -l <"$WORK/one")"
check "two hosts with one key choose alike" cmp "$WORK/one" "$WORK/other"
option hash_key 100102030405060708090a0b0c0d0e0f "$h2"
h1=$h2 destinations 10.3.0.0 512 "$WORK/other" 42
at_least "with another key they do not: destinations that are elsewhere" 256 \
	"$(comm -23 "$WORK/one" "$WORK/other" | wc -l)"

start_stream 64 $((4000 / LOAD))
option flowlet_gap_us 250
check "flowlet_gap_us reaches all adaptors" every "$REG_FLOWLET_GAP" 250
option move_deadline_ms 100
check "move_deadline_ms reaches all adaptors" every "$REG_MOVE_DEADLINE" 100
for size in 64 4096 1024; do
	option table_size $size
	check "table_size $size reaches all adaptors" every "$REG_TABLE_SIZE" $size
	check "table_size $size: buckets go where they should" wait_for peers_up "$h1" 4
	equal "table_size $size: each adaptor has a quarter" "$((size / 4)) $((size / 4)) $((size / 4)) $((size / 4))" \
		"$(shares "$h1" 0)"
	equal "table_size $size: all adaptors agree" "$(buckets "$h1" 0)" "$(buckets "$h1" 3)"
done
option hash_key ffeeddccbbaa99887766554433221100
check "hash_key reaches all adaptors" every "$REG_HASH_KEY" $((0xffeeddcc))
check "to its end" every $((REG_HASH_KEY + 12)) $((0x33221100))
equal "and can be read" ffeeddccbbaa99887766554433221100 "$(sys "$h1" $NICBOND/hash_key)"

# Weights: shares of 1 : 2 : 1 : 0; who has none may still be primary.
weight 1 2
weight 3 0
check "weights: buckets go where they should" wait_for peers_up "$h1" 4
equal "weights 1 2 1 0: shares of 1024 buckets" "256 512 256" "$(shares "$h1" 0)"
primary "$h1" eth3
equal "a member of weight 0 can be primary" eth3 "$(primary "$h1")"
before=$(counter "$h1" eth3.transmitted)
selected=$(counter "$h1" eth3.selected)
stream_for 500
at_least "it selects" $((selected + 400)) "$(counter "$h1" eth3.selected)"
equal "and transmits nothing of it" "$before" "$(counter "$h1" eth3.transmitted)"
unplug 1
check "a failure among weighted ones" wait_for peers_up "$h1" 3
equal "shares of 1 : 1" "512 512" "$(shares "$h1" 0)"
plug 1
check "a return" wait_for peers_up "$h1" 4
equal "shares as before" "256 512 256" "$(shares "$h1" 0)"
weight 3 255
check "weight 255" wait_for peers_up "$h1" 4
equal "shares of 1 : 2 : 1 : 255" "4 8 4 1008" "$(shares "$h1" 0)"
stop_stream
at_most "by all that: lost in the driver's hands when the cable went" 1 "$LOST"
equal "by all that no packet came twice" 0 "$TWICE"

# A new member gets the same.
ip -n "$h1" link set eth2 nomaster
ip -n "$h1" link set eth2 master nb0
check "a member that joins has the options, too" every "$REG_FLOWLET_GAP" 250
check "also the size of the table" every "$REG_TABLE_SIZE" 1024
equal "and is one of weight 1" 1 "$(sys "$h1" eth2/nicbond_member/weight)"
