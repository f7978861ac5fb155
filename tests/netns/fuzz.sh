#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Random and mutated packets of all layouts (tests/modules/nbfuzz_main.c), COUNT of them from
# SEED on, through all selectors and channels: each is transmitted once, or counted as one
# drop, is what had been sent, and nothing that the card cannot do. And they come in. The same
# COUNT and SEED send the same packets.
#
#   $box   nb0 -- nbfuzz0 (does all), nbfuzz1 (has a queue), nbfuzz2 (does nothing),
#                 nbfuzz3 (picky); all of these only look at what they transmit
# shellcheck disable=SC2154 # $box: host() sets it
. "$(dirname "$0")/lib.sh"

COUNT=${COUNT:-$((1000000 / LOAD))}
SEED=${SEED:-1}
FIRST=$SEED
PARAMETERS=/sys/module/nbfuzz/parameters
CARDS="nbfuzz0 nbfuzz1 nbfuzz2 nbfuzz3"

host box
insmod "$MODULES/nbfuzz.ko"
fuzz_gone() { ip -n "$box" link del nb0; ! lsmod | grep -q '^nbfuzz ' || rmmod nbfuzz; }
defer wait_for fuzz_gone
h1=$box
for card in $CARDS; do
	ip link set "$card" netns "$box"
	in_net "$box" sysctl -qw "net.ipv6.conf.$card.disable_ipv6=1"
done
ip -n "$box" link add nb0 type nicbond hash_key 000102030405060708090a0b0c0d0e0f
in_net "$box" sysctl -qw net.ipv6.conf.nb0.disable_ipv6=1
for card in $CARDS; do
	ip -n "$box" link set "$card" master nb0
done
# It speaks for itself as little as can be; most packets are from this address.
ip -n "$box" link set nb0 address 02:00:00:00:00:02
ip -n "$box" link set nb0 arp off up
option heartbeat_misses 0
wait_for peers_up "$box" 4

TRIED=0
# shoot send|receive DEVICE PART HOW: one of PART parts of them.
shoot() {
	local n=$((COUNT / $3))
	TRIED=$((TRIED + n)) SEED=$((SEED + 1))
	in_host "$box" sh -c "echo $1 $2 $n $SEED $4 >$PARAMETERS/run" ||
		fail "$1 by $2, with seed $SEED"
	look
}
# look: what has become of the last: in ${IS[given]} and the like.
declare -A IS
look() {
	local i words
	read -ra words <$PARAMETERS/result
	for ((i = 0; i < ${#words[@]}; i += 2)); do IS[${words[i]}]=${words[i + 1]}; done
}
# drops: all that nicbond counted as dropped, for whatever reason. ethtool asks for names, then for
# values: when a member joins or leaves in between, these are not of one another. So it is what
# three in a row say.
drops() {
	local sum last='' alike=0
	until [ $alike = 3 ]; do
		sum=$(in_net "$box" ethtool -S nb0 | awk '/drop_/ { sum += $NF } END { print sum + 0 }')
		[ "$sum" = "$last" ] || alike=0
		last=$sum alike=$((alike + 1))
	done
	echo "$sum"
}
# Nobody's but ours, so what is lost by and by equals what is counted.
accounted() { look && [ "${IS[lost]}" = $(($(drops) - DROPS)) ] && balanced; }
all_out() { look && [ "${IS[lost]}" = 0 ]; }
# as_it_was TEXT: no packet came twice, or to a card that cannot send it, or with other bytes
# than it had; or was changed where another had it, too.
as_it_was() {
	look
	equal "$1: none was doubled, misfit, spoilt, or changed" "0 0 0 0" \
		"${IS[twice]} ${IS[unfit]} ${IS[spoilt]} ${IS[changed]}"
}
# send TEXT PART HOW: and look what has become of them.
send() {
	DROPS=$(drops)
	shoot send nb0 "$2" "$3"
	check "$1: each came out once, or is one drop" wait_for accounted
	as_it_was "$1"
	note "$1: given ${IS[given]}, refused ${IS[refused]}, dropped ${IS[lost]}"
}
# whole TEXT PART HOW: and nothing is lost; then conserved() and undropped() at leisure.
whole() {
	shoot send nb0 "$2" "$3"
	wait_for all_out
	as_it_was "$1"
	equal "$1: of ${IS[given]} none was refused, or lost" "0 0" "${IS[refused]} ${IS[lost]}"
}
undropped() { equal "$1: no drop is counted" "$2" "$(drops)"; }

note "SEED=$SEED COUNT=$COUNT"
FIELDS="dst-ip src-ip l4-ports flow-label vlan-id inner-dst inner-src inner-ports dst-mac src-mac fc-d-id fc-s-id fc-ox-id"
for field in $FIELDS; do
	option hash_fields "$field"
	whole "dst-hash of $field" 40 1
done
option hash_fields "${FIELDS// /,}"
for mode in direct ring auto; do
	option channel_mode $mode
	whole "dst-hash of all fields, $mode" 20 1
done
option channel_mode direct
# The stack cuts them before the master, which gets what it makes of each in one burst.
in_net "$box" ethtool -K nb0 tso off tx-udp-segmentation off gso off
for mode in direct ring; do
	option channel_mode $mode
	whole "cut above the master, $mode" 40 1
done
in_net "$box" ethtool -K nb0 tso on tx-udp-segmentation on gso on

PINS=$WORK/bpf
mkdir "$PINS"
mount -t bpf bpf "$PINS"
defer umount "$PINS"
bpftool prog loadall "$TOOLS/hash.bpf.o" "$PINS/hash"
for selector in load bpf; do
	option selector $selector
	for mode in direct ring auto; do
		option channel_mode $mode
		whole "$selector, $mode" 40 1
	done
done
before=$(sum_counters "$box" bpf_fallback)
at_least "bpf without a program left it to dst-hash" 1 "$before"
option selector_program "$PINS/hash/hash_destination"
for mode in direct ring auto; do
	option channel_mode $mode
	whole "bpf with a program, $mode" 40 1
done
# Which it cannot if that is too short for it.
at_most "which chose itself" $((before + COUNT / 40)) "$(sum_counters "$box" bpf_fallback)"
option selector_program none
option selector dst-hash

for topology in independent independent-own; do
	option topology $topology
	for mode in direct ring; do
		option channel_mode $mode
		whole "topology $topology, $mode" 40 1
	done
done
option topology static

undropped "all of these" 0
conserved "all of these"

# What waits for a softirq, in a burst, is more than a ring of one takes. To be cut is more
# than one packet to be dropped, so from here on none is.
option channel_mode ring
option channel_depth 1
send "rings of one packet" 40 0
at_least "rings of one packet: packets that did not fit" 1 "${IS[lost]}"
option channel_full resteer
whole "rings of one packet, resteer" 40 0
option channel_depth 256

# A queue forgets what it has when its card's carrier goes, and tells nobody.
ip -n "$box" link set nbfuzz1 nomaster
commotion() {
	local i card
	for ((i = 0; ; i++)); do
		for card in nbfuzz0 nbfuzz2 nbfuzz3; do
			ip -n "$box" link set $card carrier off
			[ $((i % 3)) != 1 ] || option selector load
			ip -n "$box" link set $card carrier on
			option channel_mode direct
			option primary $card
			option channel_mode ring
			[ $((i % 3)) != 2 ] || option selector dst-hash
			ip -n "$box" link set nbfuzz2 nomaster
			ip -n "$box" link set nbfuzz2 master nb0
		done
	done 2>/dev/null
}
commotion &
commotion=$!
defer kill $commotion
role_writes() { in_net "$box" ethtool -S nb0 | sed -n 's/^ *role_writes: //p'; }
before=$(role_writes) lost=0 rounds=0
until [ "$(role_writes)" -ge $((before + 24)) ] || [ $rounds = 100 ]; do
	DROPS=$(drops) rounds=$((rounds + 1))
	shoot send nb0 80 0
	wait_for accounted || break
	lost=$((lost + IS[lost]))
done
equal "members fail, leave and return: each came out once, or is one drop" \
	"$(($(drops) - DROPS))" "${IS[lost]}"
as_it_was "members fail, leave and return"
at_least "members fail, leave and return: changes of role" 24 $(($(role_writes) - before))
note "members fail, leave and return: in $rounds rounds $lost were dropped"
kill $commotion
wait $commotion
ip -n "$box" link set nbfuzz2 master nb0
for card in nbfuzz0 nbfuzz2 nbfuzz3; do ip -n "$box" link set $card carrier on; done
wait_for peers_up "$box" 3
whole "all have returned" 40 0

for card in nbfuzz0 nbfuzz2 nbfuzz3; do ip -n "$box" link set $card carrier off; done
wait_for peers_up "$box" 0
send "no carrier" 40 0
equal "no carrier: all are dropped" "${IS[given]}" $((IS[lost] + IS[refused]))
for card in nbfuzz0 nbfuzz2 nbfuzz3; do ip -n "$box" link set $card carrier on; done
wait_for peers_up "$box" 3

# receive CARD: what comes in there, does so at the master.
receive() {
	shoot receive "$2" 40 0
	at_least "$1: that came in at $2" $((COUNT / 40 / 2)) "${IS[seen]}"
	equal "$1: none came twice, or changed" "0 0" "${IS[twice]} ${IS[changed]}"
}
for card in nbfuzz0 nbfuzz2 nbfuzz3; do
	receive "$card" $card
	equal "$card: none was missed at the master" 0 "${IS[missed]}"
done
option primary nbfuzz0
option probe_targets 10.1.2.3,2001:db8:1:2:3:4:5:6,10.1.2.3@291
option probe_interval_ms 1000
for validate in answer traffic; do
	option probe_validate $validate
	for topology in static independent; do
		option topology $topology
		before=$(sum_counters "$box" probes_answered)
		receive "probes, $validate, $topology" nbfuzz0
		at_most "probes, $validate, $topology: missed at the master are answers" \
			$(($(sum_counters "$box" probes_answered) - before)) "${IS[missed]}"
	done
done
# What is to everybody is the primary's.
receive "a secondary" nbfuzz2
at_least "a secondary: missed at the master are those to everybody" $((COUNT / 40 / 8)) "${IS[missed]}"
at_least "packets tried, from seed $FIRST on" "$COUNT" "$TRIED"
