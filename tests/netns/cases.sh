#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Each way to fail, of the primary and of a secondary, with traffic both ways; and what
# meets at one time: two that fail, a failure and a switch, a failure and a release.
#
#   $h1 nb0 ==4 cables (mixed_cables)== nb0 $h2
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faults.sh"
cables() { mixed_cables "$1"; }

RATE=$((2000 / LOAD))
# A flow stays on one CPU, as its order is only as good as its sender's.
STREAM_CPU=0
two_hosts 4
find_soon
# The others find out by themselves, too.
for name in interval_ms=50 misses=6; do
	option "heartbeat_${name%=*}" "${name#*=}" "$h2"
done

# expect TEXT: of both_ways.
expect() {
	equal "$1: nothing comes twice" "0 0" "$TWICE $BACK_TWICE"
	at_most "$1: what is lost was counted as dropped" "$DROPPED" "$LOST"
	at_most "$1: on the way back, too" "$BACK_DROPPED" "$BACK_LOST"
	equal "$1: no adaptor dropped any for want of another" 0 "$FORLORN"
}
expect_once() { equal "$1: nothing comes twice" "0 0" "$TWICE $BACK_TWICE"; }
# A carrier that is seen: one packet was in each driver's hands, at most.
expect_none() {
	at_most "$1: packets lost" 1 "$LOST"
	at_most "$1: on the way back, too" 1 "$BACK_LOST"
	equal "$1: none overtaken" "0 0" "$REORDERED $BACK_REORDERED"
}

# one KIND MEMBER TEXT: it fails, and is healed when it was found out.
is_not_up() {
	local state
	state=$(sys "$h1" "eth$1/nicbond_member/state")
	[ -n "$state" ] && [ "$state" != up ]
}
fail_and_return() {
	hurt "$1" "$2"
	check "$3: it is not up" wait_for is_not_up "$2"
	check "$3: the others are" wait_for peers_up "$h1" 3
	stream_for $((RATE / 2))
	heal "$1" "$2"
	check "$3: and back: all are up" wait_for all_well
}
one() {
	both_ways fail_and_return "$@"
	expect "$3"
	# What a card is sent that closes, until the carrier tells, it drops.
	case $1 in
	carrier) expect_none "$3" ;;
	peer | down) equal "$3: none overtaken" "0 0" "$REORDERED $BACK_REORDERED" ;;
	esac
	conserved "$3"
}
for kind in carrier peer down deaf hold hang; do
	member=0
	[ $kind != hang ] || member=1
	primary "$h1" eth$member
	option primary auto
	one $kind $member "the primary, $kind"
	primary "$h1" eth$((member + 2))
	option primary auto
	epoch=$(sys "$h1" nb0/nicbond/epoch)
	one $kind $member "a secondary, $kind"
	equal "a secondary, $kind: no change of role" "$epoch" "$(sys "$h1" nb0/nicbond/epoch)"
done

# Two at one instant: the primary, and who would be the next; or others.
carriers() { printf "link set eth%s carrier $1\n" "${@:2}" | ip -n "$h1" -batch -; }
primary "$h1" eth0
option primary auto
for who in "2 3" "0 1"; do
	read -ra members <<<"$who"
	both_ways carriers off "${members[@]}"
	expect "two at once, $who"
	at_most "two at once, $who: packets lost" 2 "$LOST"
	[ "$who" = "0 1" ] || equal "two at once, $who: eth0 stays primary" eth0 "$(primary "$h1")"
	[ "$who" != "0 1" ] || check "two at once, $who: another is primary" wait_for primary_is eth2
	carriers on "${members[@]}"
	wait_for all_well
done

# All of them, and all back: the streams, which are refused or lost meanwhile, go on.
carrier_is() { [ "$(sys "$h1" nb0/carrier)" = "$1" ]; }
all_and_back() {
	carriers off 0 1 2 3
	check "all at once: no carrier" wait_for carrier_is 0
	equal "all at once: their states" 4 "$(sys "$h1" 'eth*/nicbond_member/state' | grep -c '^no-carrier$')"
	at_most "all at once: primaries" 1 "$(sys "$h1" 'eth*/nicbond_member/role' | grep -c '^primary$')"
	carriers on 0 1 2 3
	check "all back: carrier" wait_for carrier_is 1
	check "all back: all are up" wait_for all_well
}
both_ways all_and_back
equal "all at once: nothing comes twice" "0 0" "$TWICE $BACK_TWICE"
at_least "all back: packets that came" "$RATE" "$RECEIVED"
check "all back: traffic flows" wait_for in_net "$h1" ping -q -c 3 -i 0.01 -W 1 10.0.0.2
both_ways true
equal "all back: nothing is lost" "0 0" "$LOST $BACK_LOST"
expect "all back"

# Register writes are refused, by the primary, which so does not learn that it is that no
# more, or by another, while the role moves.
refuse_and_move() {
	fault sim0a refuse_writes 1000
	primary "$h1" "eth$1"
	stream_for $((RATE / 2))
	fault sim0a refuse_writes 0
}
is_fenced() { [ "$(registers "$h1" 1 "$REG_FENCE")" = "$(sys "$h1" nb0/nicbond/epoch)" ]; }
for who in 1 0; do
	primary "$h1" eth$who
	option primary auto
	refused=$(nic eth1 writes_refused)
	both_ways refuse_and_move 2
	text="eth$who was primary, eth1 refuses writes"
	at_least "$text: it did" $((refused + 1)) "$(nic eth1 writes_refused)"
	expect "$text"
	expect_none "$text"
	equal "$text: another is primary" eth2 "$(primary "$h1")"
	check "$text: it is fenced off in the end" wait_for is_fenced
	equal "$text: and a secondary" secondary "$(sys "$h1" eth1/nicbond_member/role)"
	check "$text: all are well" wait_for all_well
done

# A failure meets something else, at the same time, again and again: who fails is primary,
# and a secondary, in turn.
ROUNDS=$((4 + 6 / LOAD))
meet() {
	local command=$1 round other fails
	for ((round = 0; round < ROUNDS; round++)); do
		fails=$(((round + $2) % 4))
		primary "$h1" "eth$(((fails + round % 2 * 2) % 4))"
		option primary auto
		"$command" $((round % 4)) &
		other=$!
		unplug $fails
		wait $other
		plug $fails
		wait_for peers_up "$h1" 4 || fail "round $round: not all are up again"
	done
}
switch_to() { primary "$h1" "eth$1" 2>/dev/null; }
release() {
	ip -n "$h1" link set "eth$1" nomaster
	ip -n "$h1" link set "eth$1" master nb0
}
fail_next() { unplug $((($1 + 1) % 4)); plug $((($1 + 1) % 4)); }
meet_with() {
	local failovers
	failovers=$(sys "$h1" nb0/nicbond/failovers)
	both_ways meet "$2" "$3"
	[ "${4:-}" = 0 ] || at_least "$1: failovers" $((failovers + 1)) "$(sys "$h1" nb0/nicbond/failovers)"
	$EXPECT "$1"
	equal "$1: one is primary" 1 "$(sys "$h1" 'eth*/nicbond_member/role' | grep -c '^primary$')"
	conserved "$1"
	option primary auto
}
EXPECT=expect
meet_with "a failure, and a switch to who fails" switch_to 0
# The switch, or the release, may be first, each time.
meet_with "a failure, and a switch to another" switch_to 1 0
meet_with "a failure during a failover" fail_next 0
# Who is released takes its counts along; and the other end, which is not told of it, goes
# on sending there.
EXPECT=expect_once
meet_with "a failure, and the release of who fails" release 0 0
meet_with "a failure, and the release of another" release 1

# gone TEXT COMMAND...: it takes members away for good, in the middle of streams; each driver
# may have had a packet in its hands, and who counted it is gone, too.
gone() {
	local text=$1
	shift
	both_ways check "$text" "$@"
	at_most "$text: packets lost" 2 "$LOST"
	at_most "$text: on the way back, too" 2 "$BACK_LOST"
	equal "$text: none twice" "0 0" "$TWICE $BACK_TWICE"
	equal "$text: none overtaken" 0 "$REORDERED"
	# What those had counted that are gone is not in it any more.
	at_most "$text: dropped for want of another" 0 "$FORLORN"
}

# Their driver's module goes: only those of others are left. Then it comes back.
unload_driver() { rmmod nbcable; }
cards_back() {
	local i netns
	insmod "$MODULES/nbcable.ko" pairs=2
	for i in 0 1; do
		ip link set "cable${i}a" netns "$h1" name eth$((2 * i))
		ip link set "cable${i}b" netns "$h2" name eth$((2 * i))
		for netns in "$h1" "$h2"; do
			ip -n "$netns" link set eth$((2 * i)) up
			ip -n "$netns" link set eth$((2 * i)) master nb0
		done
	done
	wait_for all_well
}
for member in 1 0; do
	primary "$h1" eth$member
	option primary auto
	gone "the driver of $([ $member = 0 ] && echo the primary || echo secondaries) is unloaded" unload_driver
	check "it is unloaded, eth$member was primary: another driver's member is" \
		grep -qE '^eth[13]$' <(primary "$h1")
	check "its cards come back" cards_back
done

# A fifth one, which "ip link del" takes away, with its other end.
fifth() {
	local netns
	ip -n "$h1" link add eth4 type veth peer name eth4 netns "$h2"
	for netns in "$h1" "$h2"; do
		ip -n "$netns" link set eth4 up
		ip -n "$netns" link set eth4 master nb0
	done
	wait_for peers_up "$h1" 5 && wait_for peers_up "$h2" 5
}
delete() { ip -n "$h1" link del eth4 && wait_for all_well; }
for member in 4 0; do
	check "a fifth member" fifth
	primary "$h1" eth$member
	option primary auto
	gone "it is deleted, eth$member was primary" delete
	equal "eth4 was deleted: one is primary" 1 "$(sys "$h1" 'eth*/nicbond_member/role' | grep -c '^primary$')"
done

# One is pulled out.
pull_out() { fault "$1" remove 1 && wait_for primary_is "$2"; }
primary "$h1" eth1
option primary auto
gone "a secondary is pulled out" pull_out sim1a eth1
gone "the primary is pulled out" pull_out sim0a eth0
conserved "at the end"
