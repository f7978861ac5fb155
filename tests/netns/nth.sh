#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Whatever is done to masters and members fails at its n-th fallible call, for every n:
# an allocation, a copy from or to user space, a notification. After each of them all is as it
# was before, or as if nothing had failed; and what the command says is true.
#
#   nb0 -- v0 v1 (veth, their other ends p0 p1), and v2 apart
#
# NTH_STEP in the environment takes every so many-th call only, from a random one on, 25 unless
# LONG is set; SEED makes it the same again. ONLY is a pattern of what to do.
. "$(dirname "$0")/lib.sh"

NTH_STEP=${NTH_STEP:-$([ -n "${LONG:-}" ] && echo 1 || echo 25)}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
note "SEED=$SEED NTH_STEP=$NTH_STEP"

# There are fewer notifications than allocations.
declare -A STEP=([allocations]=$NTH_STEP [notifications]=$(((NTH_STEP + 4) / 5)))

# Only processes that ask for it meet failures; they do in all kinds of allocation.
FAULTS=/sys/kernel/debug
for file in failslab/ignore-gfp-wait fail_page_alloc/ignore-gfp-wait \
	fail_page_alloc/ignore-gfp-highmem; do
	echo N >"$FAULTS/$file"
done
echo 0 >"$FAULTS/fail_page_alloc/min-order"
for kind in failslab fail_page_alloc fail_usercopy; do echo 0 >"$FAULTS/$kind/verbose"; done
insmod "$MODULES/nbveto.ko"
defer rmmod nbveto
VETO=/sys/module/nbveto/parameters/nth

# In the guest's own namespace, where each process need not be told of another one, and
# where nobody sends of himself.
sysctl -qw net.ipv6.conf.{all,default}.disable_ipv6=1
defer sysctl -qw net.ipv6.conf.{all,default}.disable_ipv6=0
add_pair() {
	ip link add "v$1" index $((100 + $1)) address "02:00:00:00:01:0$1" type veth \
		peer name "p$1" address "02:00:00:00:02:0$1"
	ip link set "p$1" up
	ip link set "v$1" up
}
for i in 0 1 2; do add_pair $i; done
ip link set v2 mtu 1400
ip link add nb0 address 02:00:00:00:00:01 type nicbond hash_key 000102030405060708090a0b0c0d0e0f
ip link set nb0 up
for i in 0 1; do ip link set v$i master nb0; done
ip link add link nb0 name nb0.7 type vlan id 7
ip link set nb0.7 up
ip addr add 10.0.0.1/24 dev nb0
ip maddr add 01:00:5e:00:00:42 dev nb0

# All that can be seen, but for counters, and for numbers that are new each time. It is asked
# for all the time, so with few processes.
state() {
	local file words
	while read -r _ words; do
		[[ ! $words =~ (.*)epoch\ [0-9]+\ (.*) ]] || words=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
		echo "$words"
	done < <(ip -d -o link)
	ethtool -k nb0
	for file in /proc/net/dev_mcast \
		/sys/class/net/nb*/nicbond/* \
		/sys/class/net/v*/nicbond_member/{role,state,slot,weight,priority,queue_id}; do
		case $file in
		*/epoch | */failovers | *\**) ;;
		/proc/*) while read -r _ words; do echo "$words"; done <"$file" ;;
		*) { echo "$file $(<"$file")"; } 2>/dev/null ;;
		esac
	done
}

# is_state FILE: that one; rest FILE: write it down as soon as nothing moves any more.
is_state() {
	state >"$WORK/now"
	cmp -s "$WORK/now" "$1"
}
rests() {
	state >"$1"
	is_state "$1"
}
rest() { wait_for rests "$1" || fail "comes to rest"; }
VERBOSE=${VERBOSE:-}

# attempt KIND N COMMAND...: the command with its N-th call to fail; its status. 1 in $OVER:
# it made fewer. An answer that could not be allocated is one that ip waits for for ever.
attempt() {
	local kind=$1 n=$2 status word
	shift 2
	if [ "$kind" = notifications ]; then
		echo "$n" >$VETO
		timeout 5 "$@" >"$WORK/words" 2>&1
		status=$?
		[ "$(cat $VETO)" = 0 ]
		OVER=$?
		echo 0 >$VETO
		return $status
	fi
	timeout 5 env FAILNTH="$n" FAILNTH_RESULT="$WORK/result" LD_PRELOAD="$TOOLS/failnth.so" \
		"$@" >"$WORK/words" 2>&1
	status=$?
	read -r word _ <"$WORK/result"
	[ "$word" = failed ]
	OVER=$?
	return $status
}

# has_ended STATUS: who failed may leave all as it was, $UNDONE then; or else it is done.
has_ended() {
	UNDONE=
	state >"$WORK/now"
	cmp -s "$WORK/now" "$WORK/after" && return
	[ "$1" != 0 ] && cmp -s "$WORK/now" "$WORK/before" && UNDONE=1
}

# sweep KIND TEXT UNDO COMMAND...: with each call failing in turn.
POINTS=0
sweep() {
	local kind=$1 text=$2 undo=$3 status n points=0 wrong=
	shift 3
	[[ "$text" =~ ${ONLY:-.} ]] || return 0
	for ((n = 1 + RANDOM % STEP[$kind]; ; n += STEP[$kind])); do
		attempt "$kind" "$n" "$@"
		status=$?
		if ! wait_for has_ended $status; then
			wrong="call $n, status $status: $(cat "$WORK/words")
before: $(diff "$WORK/before" "$WORK/now" | grep '^[<>]')
after: $(diff "$WORK/after" "$WORK/now" | grep '^[<>]')"
		fi
		[ -n "$UNDONE" ] || $undo
		wait_for is_state "$WORK/before" || wrong="$wrong; call $n, and cannot be undone
$(diff "$WORK/before" "$WORK/now")"
		[ -z "$wrong" ] || break
		[ $OVER = 0 ] || break
		points=$((points + 1))
		[ -z "$VERBOSE" ] || note "$text: $kind: $n: status $status, undone '$UNDONE', $SECONDS s"
	done
	[ "$OVER" = 0 ] || [ $status = 0 ] || wrong="fails without a failure: $(cat "$WORK/words")"
	POINTS=$((POINTS + points))
	if [ -z "$wrong" ]; then pass "$text: $kind: all or nothing"; else fail "$text: $kind: all or nothing" "$wrong"; fi
	note "$text: $points $kind"
}

# each TEXT UNDO COMMAND...
each() {
	[[ "$1" =~ ${ONLY:-.} ]] || return 0
	rest "$WORK/before"
	"${@:3}" >/dev/null || fail "$1: works" "$3 says $?"
	rest "$WORK/after"
	"$2"
	check "$1: can be undone" wait_for is_state "$WORK/before"
	sweep allocations "$@"
	sweep notifications "$@"
}

# What was done is undone by these; of a command that changes nothing, by nothing.
nothing() { true; }
gone() { ip link del "$1"; }
gone_nb1() { gone nb1; }
gone_nb0_9() { gone nb0.9; }
gone_m0() { gone m0; }
free_v2() { ip link set v2 nomaster; }
take_v1() { ip link set v1 master nb0; }
as_it_was() {
	ip link set nb0 type nicbond selector dst-hash hash_fields dst-ip table_size 256 \
		channel_mode direct channel_depth 256 move_deadline_ms 10000
	ip link set v1 type nicbond_slave weight 1 priority 0
}

each "create" gone_nb1 ip link add nb1 address 02:00:00:00:00:11 type nicbond selector load \
	table_size 64 hash_key 000102030405060708090a0b0c0d0e0f
each "another member" free_v2 ip link set v2 master nb0
each "release" take_v1 ip link set v1 nomaster
each "options" as_it_was ip link set nb0 type nicbond selector load hash_fields dst-ip,src-ip \
	table_size 1024 channel_mode ring channel_depth 16 move_deadline_ms 5
each "a member's options" as_it_was ip link set v1 type nicbond_slave weight 7
each "dump: links" nothing ip -d -s link show
each "dump: masters" nothing "$TOOLS/nicbond" show -j
each "dump: table" nothing "$TOOLS/nicbond" table nb0
each "dump: registers" nothing ethtool -d nb0 raw on
each "dump: statistics" nothing ethtool -S nb0
each "a VLAN above" gone_nb0_9 ip link add link nb0 name nb0.9 type vlan id 9
each "a macvlan above" gone_m0 ip link add link nb0 name m0 address 02:00:00:00:00:99 type macvlan

# Devices of the past go, and the module is free, only if nobody has leaked a reference.
for i in 0 1 2; do ip link del v$i; done
ip link del nb0
unused() { [ "$(cat /sys/module/nicbond/refcnt)" = 0 ]; }
check "nobody holds the module in the end" wait_for unused
at_least "calls that failed" $((250 / NTH_STEP)) "$POINTS"
