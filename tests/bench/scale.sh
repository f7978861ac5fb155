#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# How the cost of a packet grows: with processors that send at once, with flows, with members;
# beside a bare member and bonding. In time, so these are ratios of what was measured in turns,
# medians of ROUNDS, and a machine that does something else meanwhile makes them worse.
#
# pktgen sends COUNT packets of 60 bytes on each processor, or one for each flow if that is more,
# through dummies.
#
# Each line: what, and the ratio. Then the same, for programs: "scale|WHAT|OF|N|RATIO".
set -uo pipefail

ROUNDS=${ROUNDS:-7}
COUNT=${COUNT:-200000}
TOOLS=$TOP/build/tools
GEN=/proc/net/pktgen
RESULTS=$(mktemp -d)
. ./devices.sh

# thread PROCESSOR DEVICE FLOWS COUNT: it will send so, to so many destinations in turn.
thread() {
	local word dev=$2@$1 last=$(($3 - 1)) count=$4
	echo "add_device $dev" >"$GEN/kpktgend_$1"
	for word in "pkt_size 60" "dst_min 10.0.0.0" "count $count" "clone_skb 0" "delay 0" \
		"dst_max 10.$((last >> 16)).$((last >> 8 & 255)).$((last & 255))" \
		"dst_mac 02:00:00:00:00:01" "udp_dst_min 9" "udp_dst_max 9"; do
		echo "$word" >"$GEN/$dev"
	done
}

# idle: no thread has a device left, which takes a while.
idle() { ! grep -hE '^(Running|Stopped):' "$GEN"/kpktgend_* | grep -q @; }

# sent PROCESSORS DEVICE FLOWS: nanoseconds for each packet, until the last of them was done.
sent() {
	local cpu count=$(($3 > COUNT ? $3 : COUNT))
	for cpu in "$GEN"/kpktgend_*; do echo rem_device_all >"$cpu"; done
	until idle; do sleep 0.01; done
	for ((cpu = 0; cpu < $1; cpu++)); do thread "$cpu" "$2" "$3" "$count"; done
	echo start >"$GEN/pgctrl"
	for ((cpu = 0; cpu < $1; cpu++)); do
		sed -n 's/^Result: OK: \([0-9]*\)(.*/\1/p' "$GEN/$2@$cpu"
	done | sort -n | awk -v n="$1" -v count="$count" '
		{ most = $1 }
		END { if (NR != n) exit 1; printf "%.1f\n", most * 1000 / count / n }'
}

# measure CASE...: PROCESSORS,DEVICE,FLOWS each; in turns, and in each second round the other
# way round.
measure() {
	local round case order processors dev flows
	for case; do
		create "$(cut -d, -f2 <<<"$case")"
		rm -f "$RESULTS/$case"
	done
	for ((round = 0; round <= ROUNDS; round++)); do
		order=$(printf '%s\n' "$@")
		[ $((round % 2)) = 0 ] || order=$(tac <<<"$order")
		for case in $order; do
			# The first round warms up.
			IFS=, read -r processors dev flows <<<"$case"
			sent "$processors" "$dev" "$flows" >"$RESULTS/now" || exit
			[ $round = 0 ] || cat "$RESULTS/now" >>"$RESULTS/$case"
		done
	done
}

# ratio CASE CASE: the median of the rounds' ratios.
ratio() {
	paste -d' ' "$RESULTS/$1" "$RESULTS/$2" | awk '{ print $1 / $2 }' | sort -n |
		awk '{ v[NR] = $1 } END { printf "%.2f", v[int((NR + 1) / 2)] }'
}
# say TEXT WHAT OF N RATIO
say() {
	printf '%6s  %s\n' "$5" "$1"
	echo "scale|$2|$3|$4|$5"
}

DEVICES="bare-dummy nb2 nb-load xor23"
processors() {
	local dev cases=()
	for dev in $DEVICES; do cases+=("1,$dev,65536" "2,$dev,65536"); done
	measure "${cases[@]}"
	for dev in $DEVICES; do
		say "packets of two processors at once, of those of one: $dev" processors "$dev" 2 \
			"$(ratio "1,$dev,65536" "2,$dev,65536")"
	done
}
flows() {
	local dev n cases=()
	for dev in $DEVICES; do
		for n in 100 1000 10000 100000 1000000; do cases+=("1,$dev,$n"); done
	done
	measure "${cases[@]}"
	for dev in $DEVICES; do
		for n in 1000 10000 100000 1000000; do
			say "cost of a packet of $n flows, of that of 100: $dev" flows "$dev" "$n" \
				"$(ratio "1,$dev,$n" "1,$dev,100")"
		done
	done
}
members_up_to_64() {
	local n cases=()
	for n in 1 2 4 16 64; do cases+=("1,nb$n,65536"); done
	measure "${cases[@]}"
	for n in 2 4 16 64; do
		say "cost of a packet through $n members, of that through one: nicbond" members nb "$n" \
			"$(ratio "1,nb$n,65536" 1,nb1,65536)"
	done
}

echo "ratios, medians of $ROUNDS rounds in turns"
[ "$(nproc)" -lt 2 ] || processors
flows
members_up_to_64
