#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# How soon packets go to a new primary, in SWITCHES moves of the role by sysfs: from the
# decision until they are to go there, under a stream of RATE packets a second; and, where
# the kernel can trace and has two processors, until the first one does, under a stream as
# fast as it can.
#
#   $h1 nb0 ==4 cables== nb0 $h2
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/../netns/lib.sh"

SWITCHES=${SWITCHES:-1000} RATE=${RATE:-20000}

two_hosts 4
# One processor sends nothing until who moves the role lets it.
TRACE=$WORK/tracing
mkdir "$TRACE"
if [ "$(nproc)" = 1 ] || ! mount -t tracefs tracefs "$TRACE" 2>/dev/null || [ ! -d "$TRACE/events/nicbond" ]; then
	TRACE=
else
	defer umount "$TRACE"
	echo 0 >"$TRACE/tracing_on"
	echo mono >"$TRACE/trace_clock"
	# Of each processor the first few hundred events: all of a move take long to read.
	echo 0 >"$TRACE/options/overwrite"
	echo 32 >"$TRACE/buffer_size_kb"
fi

# move: the role, MOVES times, each time some packets after the last. One shell does it, which
# starts nothing in between: that would take more instructions than all that is measured.
move() {
	local i count until=0
	for ((i = 1; i <= MOVES; i++)); do
		while sent && ((count < until)); do
			kill -0 "$STREAM" || return
		done
		until=$((count + 5))
		traced 1
		echo eth$((i % 4)) >/sys/class/net/nb0/nicbond/primary
		traced 0
		[ -z "$TRACE" ] || first <"$TRACE/trace"
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
traced() {
	[ -n "$TRACE" ] || return 0
	[ "$1" = 0 ] || echo >"$TRACE/trace"
	echo "$1" >"$TRACE/tracing_on"
}
# first: how many us after the decision, which was so many us before the event of it, the new
# primary first chose a way for a packet.
first() {
	awk '
		function value(key) { sub(".*" key "=", ""); sub(" .*", ""); return $0 }
		{ for (i = 1; i < NF; i++) if ($i ~ /^[0-9]+\.[0-9]+:$/) at = $i + 0 }
		/ nicbond_role: / {
			line = $0
			new = value("new")
			$0 = line
			decided = at - value("us") / 1000000
		}
		/ nicbond_fw_select: / { when[n] = at; who[n++] = value("port") }
		END {
			for (i = 0; i < n; i++)
				if (who[i] == new && when[i] >= decided) {
					print int((when[i] - decided) * 1000000 + 0.5)
					exit
				}
		}'
}
export -f move sent traced first

# moves MOVES RATE [TRACE]: under such a stream, which has a processor of its own if there is one.
STREAM_CPU=$(($(nproc) - 1))
moves() {
	start_stream 64 "$2"
	taskset -pc 0 "$RECEIVER" >/dev/null
	stream_for 100
	MOVES=$1 TRACE=${3:-} STREAM=$STREAM in_host "$h1" taskset -c 0 bash -c move ||
		fail "not all moves were made" >&2
	stop_stream >&2
}

# quantiles TEXT UNIT: of the numbers on standard input.
quantiles() {
	sort -n | awk -v text="$1" -v unit="$2" '{ v[NR] = $1 }
		END { printf "%-52s median %s, 99 of 100 within %s, most %s %s\n", text,
			v[int((NR + 1) / 2)], v[int((NR * 99 + 99) / 100)], v[NR], unit }'
}
background "$WORK/events" ip netns exec "$h1" "$TOOLS/nicbond" events -j nb0
EVENTS=$PID
moves "$SWITCHES" "$RATE"
kill "$EVENTS"
events() { jq -r "select(.event == \"role\" and .cause == \"asked\") | $1" "$WORK/events"; }
echo "$(events .epoch | wc -l) switches, $LOST packets lost, $TWICE twice, $REORDERED out of order of $SENT"
events .effect_ns | quantiles "decided, until packets are to go to the new primary" ns
events '.duration_us * 1000' | quantiles "until the old one is demoted" ns
[ -n "$TRACE" ] || exit 0
echo 1 >"$TRACE/events/nicbond/nicbond_role/enable"
echo 1 >"$TRACE/events/nicbond_fw/nicbond_fw_select/enable"
# A stream has its end.
for ((made = 0; made < SWITCHES; made += 50)); do
	moves 50 0 "$TRACE" >>"$WORK/firsts"
done
quantiles "until the first packet goes there ($(wc -l <"$WORK/firsts") seen)" us <"$WORK/firsts"
