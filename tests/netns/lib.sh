# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the end-to-end tests share. Sourced by each; run by tests/netns/run.
# shellcheck disable=SC2034 # variables for the tests
# shellcheck disable=SC2154 # h1 and h2, and what else host() names

. "$(dirname "${BASH_SOURCE[0]}")/guest.sh"

TOOLS=$TOP/build/tools
# Where ip finds its plug-in (tools/iproute2).
export IP_LIB_DIR=$TOOLS/ip
NAME=${NAME:-$(basename "$0" .sh)}
WORK=$(mktemp -d)
PASSED=0 FAILED=0
UNDO=()

# Slow beds get less traffic; the bounds stay what they are.
LOAD=1
case ${BED:-} in
uml-debug | uml-late) LOAD=20 ;;
uml-kmemleak) LOAD=10 ;;
stock-*) LOAD=3 ;;
esac

# defer COMMAND...: run it at the end, last one first.
defer() { UNDO+=("$(printf '%q ' "$@")"); }

finish() {
	local status=$? i
	for ((i = ${#UNDO[@]} - 1; i >= 0; i--)); do
		eval "${UNDO[i]}" >/dev/null 2>&1
	done
	wait 2>/dev/null
	umount "$SYSFS"/* 2>/dev/null
	rm -rf "$WORK"
	[ $status = 0 ] || echo "not ok - $NAME: the script ended early, status $status"
	echo "done - $NAME: $PASSED passed, $FAILED failed, $SECONDS s"
	[ $((status + FAILED)) = 0 ]
	exit
}
trap finish EXIT

# pass|fail TEXT [DETAIL]
pass() { PASSED=$((PASSED + 1)); echo "ok - $NAME: $1"; }
fail() {
	FAILED=$((FAILED + 1))
	echo "not ok - $NAME: $1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/  # /'
}
note() { echo "# $NAME: $*"; }

# check TEXT COMMAND...: the command succeeds. It runs in this shell: one more costs as much as
# what it asks.
check() {
	local text=$1
	shift
	if "$@" >"$WORK/check" 2>&1; then pass "$text"; else fail "$text" "$* -> $(cat "$WORK/check")"; fi
}

# equal TEXT EXPECTED ACTUAL
equal() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected '$2', got '$3'"; fi
}

# at_most|at_least TEXT BOUND ACTUAL (whole numbers)
at_most() {
	if [ "$3" -le "$2" ]; then pass "$1 ($3)"; else fail "$1" "$3 is above $2"; fi
}
at_least() {
	if [ "$3" -ge "$2" ]; then pass "$1 ($3)"; else fail "$1" "$3 is below $2"; fi
}

# refused TEXT PATTERN COMMAND...: it fails and says PATTERN, in what it prints
# or in the kernel log.
refused() {
	local text=$1 pattern=$2 out content before
	shift 2
	mark_log before
	if "$@" >"$WORK/refused" 2>&1; then
		fail "$text" "$* was accepted"
		return
	fi
	mapfile content <"$WORK/refused"
	printf -v out %s "${content[@]}"
	matches "$pattern" "$out" || out+=$(echo; logged "$before" "")
	if matches "$pattern" "$out"; then
		pass "$text"
	else
		fail "$text" "no '$pattern' in: $out"
	fi
}

# matches PATTERN TEXT: a line of it does, as grep -E would say, which is a process.
matches() {
	local line
	while IFS= read -r line; do
		[[ ! $line =~ $1 ]] || return 0
	done <<<"$2"
	return 1
}

# pause SECONDS: sleep, without a process, which on these beds costs more than what it waits for.
exec {NEVER}<> <(:)
pause() { read -rt "$1" -u "$NEVER" || true; }

# wait_for COMMAND...: until it succeeds; a minute at most.
wait_for() {
	local end=$((SECONDS + 60))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		pause 0.1
	done
}

# said FILE PATTERN: a line of the file has it.
said() {
	local content IFS=$'\n'
	mapfile -t content <"$1" && matches "$2" "${content[*]}"
}

# mark_log NAME; logged "$NAME" PATTERN: what the kernel said of that after the mark. If the log
# no longer has it there are words, but no success: nobody takes that for an answer.
mark_log() {
	printf -v "$1" 'test %s, mark %s' "$$" "$EPOCHREALTIME"
	echo "<7>${!1}" >/dev/kmsg
}
logged() {
	local since
	since=$(dmesg | awk -v mark="$1" '{ line[NR] = $0 } index($0, mark) { from = NR }
		END { for (i = from + 1; i <= NR; i++) print line[i]; exit !from }') ||
		{ echo "the kernel's log has no $1"; return 1; }
	grep -E -- "$2" <<<"$since"
}

# host NAME: a new network namespace; its name is in $NAME_OF_HOST, as NAME.
host() {
	local netns
	netns="$1-$$-$RANDOM"
	ip netns add "$netns"
	defer ip netns del "$netns"
	printf -v "$1" %s "$netns"
	ip -n "$netns" link set lo up
}

# ping_all NETNS COUNT ADDRESS [OPTION]...: each is answered, and once. For the last answer
# ping waits no longer than for the others.
ping_all() {
	local netns=$1 count=$2 address=$3 interval=0.01 out
	shift 3
	[[ "${BED:-}" != stock-* ]] || interval=0.2
	out=$(in_net "$netns" ping -q -c "$count" -i $interval -W 5 "$@" "$address")
	echo "$out"
	grep -q " $count received, 0% packet loss" <<<"$out" && ! grep -q duplicates <<<"$out"
}

# in_host NETNS COMMAND...; in_net NETNS COMMAND...: faster, but /sys is not that of NETNS;
# exec_net NETNS COMMAND...: the same in place of a subshell, such as a part of a pipe is.
in_host() { ip netns exec "$@"; }
in_net() { nsenter --net="/run/netns/$1" "${@:2}"; }
exec_net() { exec nsenter --net="/run/netns/$1" "${@:2}"; }

# background LOG COMMAND...: the process's number is in $PID. The log is empty before
# this returns, so that nobody takes an earlier run's words for this one's.
background() {
	local log=$1
	shift
	: >"$log"
	"$@" >"$log" 2>&1 &
	PID=$!
	defer kill "$PID"
}

# Unless the test took it.
cable_gone() { ! lsmod | grep -q '^nbcable ' || rmmod nbcable; }

# cables COUNT: simulated cards (tests/modules), eth0.. in $h1, eth0.. in $h2, with
# CARD_PARAMETERS of their module.
CARD_PARAMETERS=()
cables() {
	local i
	insmod "$MODULES/nbcable.ko" pairs="$1" "${CARD_PARAMETERS[@]}"
	defer wait_for cable_gone
	for ((i = 0; i < $1; i++)); do
		echo link set "cable${i}a" netns "$h1" name "eth$i"
		echo link set "cable${i}b" netns "$h2" name "eth$i"
	done | ip -batch -
}

# cable_switch: four, from $h1 to ports p0.. of $sw, a switch.
# shellcheck disable=SC2154 # $sw: the test sets it
cable_switch() {
	local i
	insmod "$MODULES/nbcable.ko" pairs=4
	defer wait_for cable_gone
	for i in 0 1 2 3; do
		echo link set "cable${i}a" netns "$h1" name "eth$i"
		echo link set "cable${i}b" netns "$sw" name "p$i"
	done | ip -batch -
}

# mixed_cables COUNT: as those, but every other one is between NICs whose driver brings
# adaptors of its own (samples/nicsim): eth1 in $h1 is sim0a, eth3 sim1a.
mixed_cables() {
	local i
	insmod "$MODULES/nbcable.ko" pairs=$(($1 / 2))
	defer wait_for cable_gone
	insmod "$MODULES/nicsim.ko" pairs=$(($1 / 2)) speed=1000
	defer wait_for nicsim_gone
	for ((i = 0; i < $1 / 2; i++)); do
		echo link set "cable${i}a" netns "$h1" name eth$((2 * i))
		echo link set "cable${i}b" netns "$h2" name eth$((2 * i))
		echo link set "sim${i}a" netns "$h1" name eth$((2 * i + 1))
		echo link set "sim${i}b" netns "$h2" name eth$((2 * i + 1))
	done | ip -batch -
}

# Masters hold it.
nicsim_gone() {
	ip -n "$h1" link del nb0
	ip -n "$h2" link del nb0
	! lsmod | grep -q '^nicsim ' || rmmod nicsim
}

# fault NIC FILE VALUE; nic DEVICE STATISTIC: of $h1.
fault() { echo "$3" >"/sys/kernel/debug/nicsim/$1/$2"; }
nic() { statistic "$h1" "$@"; }

# unplug|plug CABLE: at both ends.
unplug() { ip -n "$h1" link set "eth$1" carrier off; }
plug() { ip -n "$h1" link set "eth$1" carrier on; }

# deafen|hear NETNS DEVICE: what comes in there vanishes, into a dummy; its link is good.
deafen() {
	ip -n "$1" link add "deaf-$2" up type dummy
	in_net "$1" tc qdisc add dev "$2" clsact
	in_net "$1" tc filter add dev "$2" ingress protocol all u32 match u32 0 0 \
		action mirred egress redirect dev "deaf-$2"
}
hear() {
	in_net "$1" tc qdisc del dev "$2" clsact
	ip -n "$1" link del "deaf-$2"
}

# unplug_late CABLE: the kernel handles link events of cards like these once a second.
# When it has just seen those of the dummy ticker in $h1, then for most of a second nobody
# but the adaptor, which looks at the carrier for each packet, sees that the cable is out.
unplug_late() {
	wait_for ticker_is 'up|unknown'
	ip -n "$h1" link set ticker carrier off
	wait_for ticker_is down
	unplug "$1"
	ip -n "$h1" link set ticker carrier on
}
ticker_is() { sys "$h1" ticker/operstate | grep -qxE "$1"; }

# master NETNS COUNT NUMBER [TYPE ARGUMENT...]: nb0 over eth0.., with addresses
# 10.0.0.NUMBER and fd00::NUMBER. nicbond gets its members up, though these cards
# do not change their address then; bonding does not take them so.
master() {
	local netns=$1 count=$2 number=$3 i state=down
	shift 3
	[ $# -gt 0 ] || set -- nicbond
	[ "$1" != nicbond ] || state=up
	{
		echo link add nb0 type "$@"
		for ((i = 0; i < count; i++)); do
			echo link set "eth$i" $state
			echo link set "eth$i" master nb0
		done
		echo addr add "10.0.0.$number/24" dev nb0
	} | ip -n "$netns" -batch -
	in_net "$netns" sysctl -qw net.ipv6.conf.nb0.accept_dad=0
	ip -n "$netns" -batch - <<-EOF
		addr add fd00::$number/64 dev nb0 nodad
		link set nb0 up
	EOF
}

# two_hosts COUNT [TYPE ARGUMENT...]:
#
#   $h1  nb0 10.0.0.1 fd00::1            nb0 10.0.0.2 fd00::2  $h2
#          eth0 ------------ cable ------------ eth0
#          ..                                     ..
#        ethN-1 ------------ cable ------------ ethN-1
#
# $h2 has all of 10.1.0.0/16 and fd01::/64, $h1 routes them there; $h1 has 10.2.0.0/16.
two_hosts() {
	local count=$1
	shift
	host h1
	host h2
	cables "$count"
	master "$h1" "$count" 1 "$@"
	master "$h2" "$count" 2 "$@"
	ip -n "$h2" -batch - <<-EOF
		route add local 10.1.0.0/16 dev lo
		route add local fd01::/64 dev lo
		route add 10.2.0.0/16 via 10.0.0.1
	EOF
	wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
	wait_for in_net "$h1" ping -c 1 -W 1 fd00::2
	[ "${1:-nicbond}" != nicbond ] || wait_for peers_up "$h1" "$count"
	ip -n "$h1" -batch - <<-EOF
		route add 10.1.0.0/16 via 10.0.0.2
		route add fd01::/64 via fd00::2
		route add local 10.2.0.0/16 dev lo
	EOF
}

# Memory that nobody has, or that who has it gives back when asked, in MiB.
memory_free() {
	awk '/^(MemFree|Cached|SReclaimable):/ { sum += $2 } END { print int(sum / 1024) }' /proc/meminfo
}
# memory_is_back MIB: as much as then is free, but for what the kernel keeps for later.
memory_is_back() {
	local now
	now=$(memory_free)
	note "memory free before and after, in MiB: $1, $now"
	at_most "memory that is lost, in MiB" 32 $(($1 - now))
}

# class_net NETNS: its /sys/class/net is at $CLASS_NET, without a process to go there.
SYSFS=/run/sysfs
class_net() {
	CLASS_NET=$SYSFS/$1/class/net
	[ ! -d "$CLASS_NET" ] || return 0
	mkdir -p "$SYSFS/$1"
	nsenter --net="/run/netns/$1" mount -t sysfs sysfs "$SYSFS/$1"
}

# sys NETNS FILE: read below /sys/class/net; FILE may be a pattern.
sys() {
	local file content status=0
	class_net "$1"
	# shellcheck disable=SC2231 # a pattern
	for file in "$CLASS_NET"/$2; do
		if { mapfile -t content <"$file"; } 2>/dev/null; then
			[ ${#content[@]} = 0 ] || printf '%s\n' "${content[@]}"
		else
			status=1
		fi
	done
	return $status
}

# option NAME VALUE [NETNS]: set it, of nb0 in $h1 or there.
option() { class_net "${3:-$h1}"; echo "$2" >"$CLASS_NET/nb0/nicbond/$1"; }

# weight MEMBER VALUE: of eth0.. in $h1.
weight() { class_net "$h1"; echo "$2" >"$CLASS_NET/eth$1/nicbond_member/weight"; }

# primary NETNS [MEMBER]: the primary; with MEMBER, make it that.
primary() {
	if [ $# = 1 ]; then
		sys "$1" nb0/nicbond/primary
	else
		option primary "$2" "$1"
	fi
}

# primary_is MEMBER: in $h1.
primary_is() { [ "$(primary "$h1")" = "$1" ]; }

# counter NETNS NAME: one of ethtool -S nb0.
counter() { statistic "$1" nb0 "$2"; }

# statistic NETNS DEVICE NAME: one of ethtool -S.
statistic() {
	local name value
	while read -r name value; do
		[ "$name" != "$3:" ] || echo "$value"
	done < <(exec_net "$1" ethtool -S "$2")
}

# state_is MEMBER STATE: in $h1.
state_is() { [ "$(sys "$h1" "eth$1/nicbond_member/state")" = "$2" ]; }

# answered COUNT: each of four members in $h1 has so many answers to its probes.
answered() {
	local i
	for i in 0 1 2 3; do
		[ "$(counter "$h1" "eth$i.probes_answered")" -ge "$1" ] || return 1
	done
}

# sum_counters NETNS NAME...: over all members, and over these names.
sum_counters() {
	local netns=$1
	shift
	exec_net "$netns" ethtool -S nb0 | awk -F'[.:]' -v names="$*" \
		'BEGIN { split(names, list, " "); for (i in list) wanted[list[i]] = 1 }
		 $2 in wanted { sum += $3 }
		 END { print sum + 0 }'
}

# conserved TEXT: in $h1 each packet handed over, or received, ended in one way; looked
# at until no packet of the stack's own passes meanwhile.
balanced() {
	exec_net "$h1" ethtool -S nb0 | awk -F'[.:]' '
		$2 == "handed_over" || $2 == "chan_received" { come += $3 }
		$2 == "transmitted" || $2 == "forwarded" || $2 ~ /^drop_/ { gone += $3 }
		END { exit !come || come != gone }'
}
conserved() { check "$1: each packet ended in one way" wait_for balanced; }

# The register map: REG_ROLE and the like are offsets, PEER_UP and the like fields.
eval "$("$TOOLS/registers" --shell)"

# registers NETNS INDEX OFFSET [COUNT]: of the adaptor of the INDEX-th member.
registers() {
	exec_net "$1" ethtool -d nb0 raw on |
		od -An -v -tu4 -w4 -j $(($2 * REGISTERS_SIZE + $3)) -N $((4 * ${4:-1})) | tr -d ' '
}

# peers_up NETNS COUNT: the host has told the adaptors that so many are up, and no
# bucket has still to move for that.
peers_up() {
	exec_net "$1" ethtool -d nb0 raw on | od -An -v -tu4 -w4 | awk -v count="$2" \
		-v size=$((REGISTERS_SIZE / 4)) -v moving=$((REG_MOVING / 4)) \
		-v peer=$((REG_PEER / 4)) -v up="$PEER_UP" '
		{ at = (NR - 1) % size }
		at == moving && $1 { exit failed = 1 }
		NR - 1 == at && at >= peer && at < peer + 64 { n += int($1 / up) % 2 }
		END { exit failed || n != count }'
}

# all_well: four, at both ends.
all_well() { peers_up "$h1" 4 && peers_up "$h2" 4; }

# buckets NETNS INDEX: who has which bucket, in the eyes of the INDEX-th adaptor: a
# line for each of table_size.
buckets() {
	registers "$1" "$2" "$REG_TABLE" 1024 |
		awk -v size="$(sys "$1" nb0/nicbond/table_size)" 'NR <= size / 4 {
			for (i = 0; i < 4; i++) { print $1 % 256; $1 = int($1 / 256) } }'
}

# shares NETNS INDEX: how many buckets each slot has that has any, in order of slots.
shares() { buckets "$@" | sort -n | uniq -c | awk '{ printf "%s%s", sep, $1; sep = " " }'; }

# receiver NETNS PORT LOG [BASE]: take streams; ends by stop_receiver, whose words are
# then in $RECEIVED, $TWICE, $REORDERED and $SILENCE_US.
receiver() {
	background "$3" nsenter --net="/run/netns/$1" "$TOOLS/stream" receive "$2" ${4:+"$4"}
	RECEIVER=$PID RECEIVER_LOG=$3
	wait_for said "$3" ready
}
stop_receiver() {
	kill -TERM "$RECEIVER"
	wait "$RECEIVER"
	local content
	mapfile -t content <"$RECEIVER_LOG"
	read -r _ RECEIVED _ TWICE _ REORDERED _ SILENCE_US <<<"${content[*]: -1}"
	[[ ${content[*]: -1} == received* ]] || fail "a receiver left no figures"
}

# start_stream COUNT RATE [SEED [EXPONENT]]: from $h1 to COUNT destinations on $h2, RATE packets
# a second, until stop_stream; what it says is in $SENT and $SENT_RATE then, the
# receiver's words as above, and the packets lost in $LOST: what a sender could
# not even send is lost, too. STREAM_OPTIONS are options of tests/tools/stream, STREAM_TO is
# the BASE that tells it where to, and what: frames come in at $STREAM_AT of $h2.
STREAM_OPTIONS=()
STREAM_PORT=7100 STREAM_TO=10.1.0.0 STREAM_AT=nb0
start_stream() {
	local base=
	case $STREAM_TO in *@*) base=${STREAM_TO%@*}@$STREAM_AT ;; esac
	STREAM_PORT=$((STREAM_PORT + 1))
	STREAM_LOG=$WORK/stream-$STREAM_PORT
	receiver "$h2" $STREAM_PORT "$STREAM_LOG.received" "$base"
	STREAM=
	count_sent
	STREAM_UNTIL=$((SENT_SO_FAR + 1))
	background "$STREAM_LOG.sent" nsenter --net="/run/netns/$h1" ${STREAM_CPU:+taskset -c "$STREAM_CPU"} "$TOOLS/stream" \
		send "${STREAM_OPTIONS[@]}" "$STREAM_TO" "$1" $STREAM_PORT "$2" 10000000 "${@:3}"
	STREAM=$PID
	wait_for stream_is_there || fail "the stream does not start"
}
stop_stream() {
	local refused
	kill -TERM "$STREAM" || fail "a stream ended early"
	wait "$STREAM"
	read -r _ SENT _ refused _ SENT_RATE <"$STREAM_LOG.sent" ||
		fail "a stream left no figures"
	stop_receiver
	LOST=$((SENT - RECEIVED))
	note "$SENT packets at $SENT_RATE/s, refused $refused, lost $LOST, twice $TWICE," \
		"reordered $REORDERED, longest silence $SILENCE_US us"
}

# start_back, stop_back: as these, from $h2 to $h1; the words are $BACK_LOST, $BACK_TWICE
# and $BACK_REORDERED then. Another stream may flow meanwhile.
back() {
	local swap=$h1 STREAM_TO=10.2.0.0 STREAM STREAM_LOG STREAM_UNTIL RECEIVER RECEIVER_LOG
	local h1=$h2 h2=$swap
	"$@"
}
start_back() { back start_back_stream "$@"; }
start_back_stream() {
	start_stream "$@"
	BACK=("$STREAM" "$STREAM_LOG" "$RECEIVER" "$RECEIVER_LOG")
}
stop_back() { back stop_back_stream; }
stop_back_stream() {
	local SENT SENT_RATE LOST RECEIVED TWICE REORDERED SILENCE_US
	STREAM=${BACK[0]} STREAM_LOG=${BACK[1]} RECEIVER=${BACK[2]} RECEIVER_LOG=${BACK[3]}
	stop_stream
	BACK_LOST=$LOST BACK_TWICE=$TWICE BACK_REORDERED=$REORDERED
}
# count_sent: packets of the stream's kind that $h1 sent; in $SENT_SO_FAR. The stream sees what is
# counted in $h1, once it is there; before, somebody has to go and look.
count_sent() {
	local content=() line file=snmp
	SENT_SO_FAR=
	case $STREAM_TO in
	*@*)
		SENT_SO_FAR=$(sys "$h1" "${STREAM_TO#*@}/statistics/tx_packets")
		return
		;;
	*:*) file=snmp6 ;;
	esac
	if [ "/proc/${STREAM:-none}/ns/net" -ef "/run/netns/$h1" ]; then
		{ mapfile -t content <"/proc/$STREAM/net/$file"; } 2>/dev/null
	fi
	[ ${#content[@]} != 0 ] || mapfile -t content < <(exec_net "$h1" cat "/proc/net/$file")
	for line in "${content[@]}"; do
		case $line in
		Udp6OutDatagrams*) read -r _ SENT_SO_FAR <<<"$line" ;;
		Udp:\ [0-9]*) read -r _ _ _ _ SENT_SO_FAR _ <<<"$line" ;;
		esac
	done
}

# stream_for COUNT: let so many packets of the stream pass by.
stream_for() {
	count_sent
	STREAM_UNTIL=$((SENT_SO_FAR + $1))
	wait_for stream_is_there || fail "the stream does not flow"
}
stream_is_there() { count_sent && [ "$SENT_SO_FAR" -ge "$STREAM_UNTIL" ]; }

# quiet NETNS: no UDP packet came in since the last call.
quiet() {
	local now
	now=$(in_net "$1" sed -n 's/^Udp: \([0-9]*\) .*/\1/p' /proc/net/snmp)$(
		in_net "$1" sed -n 's/^Udp6InDatagrams *//p' /proc/net/snmp6)
	[ "$now" = "${QUIET:-}" ] || { QUIET=$now; pause 0.3; return 1; }
}

# destinations BASE COUNT FILE [SEED]: send one packet to each, from $h1, and
# write which of four members transmitted it, sorted by destination.
destinations() {
	background "$3.raw" nsenter --net="/run/netns/$h1" "$TOOLS/observe" 7000 eth0 eth1 eth2 eth3
	local observer=$PID
	wait_for said "$3.raw" ready
	in_net "$h1" "$TOOLS/stream" send "$1" "$2" 7000 0 "$2" ${4:+"$4"} >/dev/null
	wait_for enough_lines "$3.raw" $(($2 + 1)) || true
	kill -TERM "$observer"
	wait "$observer"
	grep -v ready "$3.raw" | sort >"$3"
}
enough_lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }

# spread FILE COUNT: 1000 x max/mean of the destinations' members, over COUNT.
spread() {
	awk -v n="$2" '{ count[$2]++; total++ }
		END { for (m in count) if (count[m] > max) max = count[m]
		      print int(1000 * max * n / total) }' "$1"
}
