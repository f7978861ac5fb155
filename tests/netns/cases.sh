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
}
expect_once() { equal "$1: nothing comes twice" "0 0" "$TWICE $BACK_TWICE"; }
# A carrier that is seen: one packet was in the driver's hands, at most.
expect_none() {
	at_most "$1: packets lost" 1 "$LOST"
	equal "$1: none overtaken" 0 "$REORDERED"
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
	case $1 in carrier | down) expect_none "$3" ;; esac
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

# Two at one instant: the primary, and who would be the next.
two() {
	printf 'link set eth%s carrier off\n' "$@" | ip -n "$h1" -batch -
}
primary "$h1" eth0
option primary auto
both_ways two 0 1
check "two at once: another is primary" wait_for primary_is eth2
expect "two at once"
at_most "two at once: packets lost" 2 "$LOST"
printf 'link set eth%s carrier on\n' 0 1 | ip -n "$h1" -batch -
wait_for all_well

# All of them, and all back.
carrier_is() { [ "$(sys "$h1" nb0/carrier)" = "$1" ]; }
two 0 1 2 3
check "all at once: no carrier" wait_for carrier_is 0
equal "all at once: their states" 4 "$(sys "$h1" 'eth*/nicbond_member/state' | grep -c '^no-carrier$')"
at_most "all at once: primaries" 1 "$(sys "$h1" 'eth*/nicbond_member/role' | grep -c '^primary$')"
printf 'link set eth%s carrier on\n' 0 1 2 3 | ip -n "$h1" -batch -
check "all back: carrier" wait_for carrier_is 1
check "all back: all are up" wait_for all_well
check "all back: traffic flows" wait_for in_host "$h1" ping -q -c 3 -i 0.01 -W 1 10.0.0.2
both_ways true
equal "all back: nothing is lost" "0 0" "$LOST $BACK_LOST"
expect "all back"

# A failure meets something else, at the same time, again and again.
ROUNDS=$((4 + 6 / LOAD))
meet() {
	local command=$1 round
	for ((round = 0; round < ROUNDS; round++)); do
		"$command" $((round % 4)) &
		local other=$!
		unplug $(((round + $2) % 4))
		wait $other
		plug $(((round + $2) % 4))
		wait_for peers_up "$h1" 4
	done
}
switch_to() { primary "$h1" "eth$1" 2>/dev/null; }
release() {
	ip -n "$h1" link set "eth$1" nomaster
	ip -n "$h1" link set "eth$1" master nb0
}
fail_next() { two $((($1 + 1) % 4)); plug $((($1 + 1) % 4)); }
meet_with() {
	both_ways meet "$2" "$3"
	$EXPECT "$1"
	equal "$1: one is primary" 1 "$(sys "$h1" 'eth*/nicbond_member/role' | grep -c '^primary$')"
	conserved "$1"
	option primary auto
}
EXPECT=expect
meet_with "a failure, and a switch to who fails" switch_to 0
meet_with "a failure, and a switch to another" switch_to 1
meet_with "a failure during a failover" fail_next 0
# Who is released takes its counts along; and the other end, which is not told of it, goes
# on sending there.
EXPECT=expect_once
meet_with "a failure, and the release of who fails" release 0
meet_with "a failure, and the release of another" release 1

# Their driver's module goes: only those of others are left.
primary "$h1" eth0
option primary auto
unload_driver() { rmmod nbcable; }
start_stream 64 "$RATE"
stream_for $((RATE / 2))
check "the primary's driver is unloaded" unload_driver
nic_is_primary() { [[ $(primary "$h1") == eth[13] ]]; }
check "the primary's driver is unloaded: another is primary" wait_for nic_is_primary
stream_for "$RATE"
stop_stream
at_most "the primary's driver is unloaded: packets lost" 1 "$LOST"
equal "the primary's driver is unloaded: none twice or overtaken" "0 0" "$TWICE $REORDERED"

# One is pulled out.
primary "$h1" eth1
start_stream 64 "$RATE"
stream_for $((RATE / 2))
fault sim0a remove 1
check "the primary is pulled out: another is" wait_for primary_is eth3
stream_for "$RATE"
stop_stream
at_most "the primary is pulled out: packets lost" 1 "$LOST"
equal "the primary is pulled out: none twice or overtaken" "0 0" "$TWICE $REORDERED"
conserved "at the end"
