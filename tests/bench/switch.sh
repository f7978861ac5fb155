#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# How soon packets go to a new primary: SWITCHES moves of the role by sysfs, under a stream
# of RATE packets a second; from the decision until they are to go there, and until the first
# does (by the kernel's tracing, if it has that).
#
#   $h1 nb0 ==4 cables== nb0 $h2
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/../netns/lib.sh"

SWITCHES=${SWITCHES:-1000} RATE=${RATE:-20000}

two_hosts 4
# The first choice of the new one after the decision, which was so many us before its line.
firsts() {
	sed -unE 's/^.* ([0-9.]+): nicbond_fw_select: port=([^ ]+) .*/select \1 \2/p
		s/^.* ([0-9.]+): nicbond_role: .* new=([^ ]+) .* us=([0-9]+).*/role \1 \2 \3/p' "$trace/trace_pipe" |
		mawk -W interactive '$1 == "select" { when[n] = $2; who[n++] = $3 }
			$1 == "role" { new = $3; decided = $2 - $4 / 1000000; i = 0 }
			{ for (; new && i < n; i++)
				if (who[i] == new && when[i] >= decided) {
					print int((when[i] - decided) * 1000000 + 0.5)
					fflush()
					new = ""
				}
			  if ($1 == "role") n = i = 0 }'
}
trace=
[ ! -d /sys/kernel/tracing ] || mount -t tracefs tracefs /sys/kernel/tracing
if [ -d /sys/kernel/tracing/events/nicbond ]; then
	trace=/sys/kernel/tracing
	echo mono >$trace/trace_clock
	echo 1 >$trace/events/nicbond/nicbond_role/enable
	echo 1 >$trace/events/nicbond_fw/nicbond_fw_select/enable
	background "$WORK/firsts" firsts
fi
background "$WORK/events" ip netns exec "$h1" "$TOOLS/nicbond" events -j nb0

# move: that often, each time five packets after the last. In one shell that starts no other
# program, for those take more instructions than all that is measured.
move() {
	local i count until=0
	for ((i = 1; i <= SWITCHES; i++)); do
		while sent && ((count < until)); do :; done
		until=$((count + 5))
		echo eth$((i % 4)) >/sys/class/net/nb0/nicbond/primary
	done
}
# sent: UDP packets, in count.
sent() {
	local word
	while read -r word _ _ _ count _; do
		[[ $word != Udp: || $count = *[^0-9]* ]] || return 0
	done </proc/net/snmp
	return 1
}
export -f move sent
export SWITCHES
start_stream 64 "$RATE"
stream_for 100
check "moves" in_host "$h1" bash -c move
stop_stream

# quantiles TEXT UNIT: of the numbers on standard input.
quantiles() {
	sort -n | awk -v text="$1" -v unit="$2" '{ v[NR] = $1 }
		END { printf "%-52s median %s, 99 of 100 within %s, most %s %s\n", text,
			v[int((NR + 1) / 2)], v[int((NR * 99 + 99) / 100)], v[NR], unit }'
}
events() { jq -r "select(.event == \"role\" and .cause == \"asked\") | $1" "$WORK/events"; }
echo "$(events .epoch | wc -l) switches, $LOST packets lost, $TWICE twice, $REORDERED out of order of $SENT"
events .effect_ns | quantiles "decided, until packets are to go to the new primary" ns
events '.duration_us * 1000' | quantiles "until the old one is demoted" ns
[ -n "$trace" ] || exit 0
quantiles "until the first packet goes there" us <"$WORK/firsts"
