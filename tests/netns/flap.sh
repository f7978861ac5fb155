#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Three members lose their carrier and get it back 1, 10 and 100 times a second, all at once,
# under traffic both ways; the fourth is left alone. FOR=N seconds.
#
#   $h1 nb0 ==4 cables== nb0 $h2
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faults.sh"

FOR=${FOR:-10} RATE=$((2000 / LOAD))
two_hosts 4

# flap MEMBER HZ: until there is $WORK/enough.
flap() {
	local pause
	pause=$(awk -v hz="$2" 'BEGIN { print 0.5 / hz }')
	while [ ! -e "$WORK/enough" ]; do
		echo "link set eth$1 carrier off"
		read -r -t "$pause" <>"$NEVER"
		echo "link set eth$1 carrier on"
		read -r -t "$pause" <>"$NEVER"
	done | ip -n "$h1" -batch -
}
flaps() { sys "$h1" "eth$1/carrier_down_count"; }
flap_all() {
	local i hz=1 jobs=() end=$((SECONDS + FOR))
	for i in 0 1 2; do
		flap $i $hz &
		jobs+=($!)
		hz=$((hz * 10))
	done
	while [ $SECONDS -lt $end ]; do stream_for "$RATE"; done
	touch "$WORK/enough"
	wait "${jobs[@]}"
	rm "$WORK/enough"
}

# A carrier that goes takes a packet along that was in the driver's hands, at most.
for hold in 0 2000; do
	option flap_hold_max_ms $hold
	option flap_hold_max_ms $hold "$h2"
	before=$(($(flaps 0) + $(flaps 1) + $(flaps 2)))
	downs=$(($(counter "$h1" down_notifier) + $(counter "$h1" down_transmit)))
	both_ways flap_all
	flapped=$(($(flaps 0) + $(flaps 1) + $(flaps 2) - before))
	downs=$(($(counter "$h1" down_notifier) + $(counter "$h1" down_transmit) - downs))
	note "flap_hold_max_ms $hold: $flapped flaps in $FOR s; members went down $downs times"
	at_least "flap_hold_max_ms $hold: they flapped" "$FOR" "$flapped"
	at_most "flap_hold_max_ms $hold: lost, all told" "$DROPPED" "$LOST"
	at_most "flap_hold_max_ms $hold: on the way back, too" "$BACK_DROPPED" "$BACK_LOST"
	equal "flap_hold_max_ms $hold: nothing comes twice" "0 0" "$TWICE $BACK_TWICE"
	check "flap_hold_max_ms $hold: all are up in the end" wait_for all_well
	check "flap_hold_max_ms $hold: traffic flows" ping_all "$h1" 3 10.0.0.2
	conserved "flap_hold_max_ms $hold"
	[ "$hold" != 0 ] || undamped=$downs
done
at_most "held, they go down less often" $((undamped / 2)) "$downs"
