#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# The firmware of a member hangs, while its link is as it was: the heartbeat says so.
# eth1 and eth3 are NICs that can hang:
#
#   $h1 nb0 ==4 cables (mixed_cables)== nb0 $h2
. "$(dirname "$0")/lib.sh"
cables() { mixed_cables "$1"; }

RATE=$((5000 / LOAD))
two_hosts 4
option heartbeat_interval_ms 50
option heartbeat_misses 6
role() { sys "$h1" "eth$1/nicbond_member/role"; }

# found_after FAULT: ms from when it was made until the role had moved.
found_after() {
	dmesg | sed -nE 's/^\[ *([0-9.]+)\] /\1 /p' | awk -v mark="nicbond test: $1" '
		index($0, mark) { from = $1; to = 0 }
		/nb0: primary eth1 -> / && from && !to { to = $1 }
		END { printf "%.0f", (to - from) * 1000 }'
}

# hang_primary FAULT: eth1, under a stream; how many it swallowed, by its own count, in
# $SWALLOWED, and after another was primary, in $LATER.
hang_primary() {
	primary "$h1" eth1
	option primary auto
	SWALLOWED=$(nic eth1 drop_hung)
	start_stream 64 $RATE
	stream_for $((RATE / 2))
	echo "nicbond test: $1" >/dev/kmsg
	fault sim0a "$1" 1
	check "$1: another is primary" wait_for primary_is eth0
	note "$1: found after $(found_after "$1") ms, by the kernel's log"
	LATER=$(nic eth1 drop_hung)
	stream_for "$RATE"
	stop_stream
	SWALLOWED=$(($(nic eth1 drop_hung) - SWALLOWED))
	LATER=$(($(nic eth1 drop_hung) - LATER))
	equal "$1: its state" hung "$(sys "$h1" eth1/nicbond_member/state)"
}

found=$(counter "$h1" down_heartbeat)
mark_log before
hang_primary hang
at_least "hang: it swallowed packets until then" 1 "$SWALLOWED"
# The host's own packets (ARP, MLD) may be among them.
at_most "hang: these are all that are lost" "$SWALLOWED" "$LOST"
equal "hang: nothing comes twice" 0 "$TWICE"
equal "hang: none after" 0 "$LATER"
equal "hang: found by the heartbeat" $((found + 1)) "$(counter "$h1" down_heartbeat)"
check "hang: the log says so" wait_for logged "$before" "nb0: primary eth1 -> eth0, .* cause: heartbeat"
equal "hang: it still believes to be primary" primary "$(role 1)"
refused "hang: nor does it take an option" "adaptor refused a write" option flowlet_gap_us 9
mark_log before
conserved "hang"
fault sim0a hang 0
check "it lives again: up" wait_for state_is 1 up
is_secondary() { [ "$(role 1)" = secondary ]; }
check "it lives again: fenced off" wait_for is_secondary
equal "it lives again: eth0 stays primary" "eth0 primary" "$(primary "$h1") $(role 0)"
check "it lives again: told all that it did not take" wait_for peers_up "$h1" 4
equal "asked again, it refused silently" 0 "$(logged "$before" "adaptor refused" | wc -l)"

# What it sends all the same is not lost.
hang_primary stop_heartbeat
equal "stop_heartbeat: nothing is lost, or comes twice" "0 0 0" "$LOST $TWICE $SWALLOWED"
fault sim0a stop_heartbeat 0
check "it beats again: up" wait_for state_is 1 up

# A secondary.
wait_for peers_up "$h1" 4
epoch=$(sys "$h1" nb0/nicbond/epoch)
swallowed=$(nic eth3 drop_hung)
start_stream 64 $RATE
stream_for $((RATE / 2))
fault sim1a hang 1
check "a secondary hangs: its state" wait_for state_is 3 hung
check "a secondary hangs: the others know" wait_for peers_up "$h1" 3
later=$(nic eth3 drop_hung)
stream_for "$RATE"
stop_stream
at_most "a secondary: what it swallowed is lost, and no more" $(($(nic eth3 drop_hung) - swallowed)) \
	"$LOST"
equal "a secondary: nothing comes twice" 0 "$TWICE"
at_most "a secondary: none after" 0 $(($(nic eth3 drop_hung) - later))
equal "a secondary: no change of role" "$epoch" "$(sys "$h1" nb0/nicbond/epoch)"
fault sim1a hang 0
check "a secondary lives again: up" wait_for peers_up "$h1" 4

# Nobody is to be found out so.
fault sim1a stop_heartbeat 1
wait_for state_is 3 hung
option heartbeat_misses 0
check "heartbeat_misses 0: up" wait_for state_is 3 up
fault sim1a stop_heartbeat 0

# Nor notices anybody that a secondary hangs for a moment: what it was not told then, of
# buckets that moved, it is told again.
moving() { [ $(($(registers "$h1" "$1" "$REG_MOVING") > 0)) = "$2" ]; }
wait_for peers_up "$h1" 4
option flowlet_gap_us 1000000
option move_deadline_ms 3000
equal "eth0 is primary" eth0 "$(primary "$h1")"
unplug 2
check "eth2 is out: the others know" wait_for peers_up "$h1" 3
plug 2
check "buckets are to move" wait_for moving 0 1
fault sim1a hang 1
check "they moved" wait_for moving 0 0
check "one that hangs does not know" moving 3 1
fault sim1a hang 0
check "it is reminded" wait_for peers_up "$h1" 4
conserved "at the end"
