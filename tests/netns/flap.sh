#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Three members lose their carrier and get it back 1, 10 and 100 times a second, all at once,
# under traffic both ways; the fourth is left alone. Each of them in turn is preferred, so
# that it is primary whenever it is up. FOR=N seconds each time.
#
#   $h1 nb0 ==4 cables== nb0 $h2
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/faults.sh"

FOR=${FOR:-5} RATE=$((2000 / LOAD))
two_hosts 4

# flap MEMBER HZ: until there is $WORK/enough.
flap() {
	local pause
	pause=$(awk -v hz="$2" 'BEGIN { print 0.5 / hz }')
	while [ ! -e "$WORK/enough" ]; do
		echo "link set eth$1 carrier off"
		pause "$pause"
		echo "link set eth$1 carrier on"
		pause "$pause"
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

sum() { jq -s add; }
downs() { counter "$h1" "down_notifier" && counter "$h1" "down_transmit"; }

# run HOLD PREFERRED: flap_hold_max_ms, and the member that had rather be primary.
run() {
	local text="flap_hold_max_ms $1, eth$2 preferred" flapped
	option flap_hold_max_ms "$1"
	option flap_hold_max_ms "$1" "$h2"
	ip -n "$h1" link set "eth$2" type nicbond_slave priority 9
	flapped=$({ flaps 0; flaps 1; flaps 2; } | sum)
	EPOCHS=$(sys "$h1" nb0/nicbond/epoch)
	DOWNS=$(downs | sum)
	both_ways flap_all
	flapped=$(($({ flaps 0; flaps 1; flaps 2; } | sum) - flapped))
	DOWNS=$(($(downs | sum) - DOWNS))
	EPOCHS=$(($(sys "$h1" nb0/nicbond/epoch) - EPOCHS))
	note "$text: $flapped flaps in $FOR s; members went down $DOWNS times, the role moved $EPOCHS times"
	at_least "$text: they flapped" "$FOR" "$flapped"
	# A carrier that goes takes a packet along that was in the driver's hands, at most.
	at_most "$text: lost, all told" "$DROPPED" "$LOST"
	at_most "$text: on the way back, too" "$BACK_DROPPED" "$BACK_LOST"
	equal "$text: no adaptor dropped any for want of another" 0 "$FORLORN"
	equal "$text: nothing comes twice" "0 0" "$TWICE $BACK_TWICE"
	check "$text: all are up in the end" wait_for all_well
	check "$text: traffic flows" ping_all "$h1" 3 10.0.0.2
	conserved "$text"
	ip -n "$h1" link set "eth$2" type nicbond_slave priority 0
}
for i in 0 1 2; do
	run 0 $i
	at_least "eth$i preferred: the role moved" 2 $EPOCHS
done
# Each hold is twice the last one: it takes a while to see that.
FOR=$((2 * FOR))
undamped=$((2 * DOWNS))
run 2000 2
at_most "held, they go down less often" $((undamped / 2)) "$DOWNS"
