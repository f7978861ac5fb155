#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Whatever is done to masters and members fails at its n-th fallible call, for every n:
# an allocation, a copy from or to user space, a notification. After each of them all is as it
# was before, or as if nothing had failed; and what the command says is true.
#
#   nb0 -- v0 v1 (veth, their other ends p0 p1), and v2 apart, and nb2 without members
#
# Each call in turn if LONG is set, else NTH_POINTS of each kind and command, 3 if unset, with
# random ones between; SEED makes it the same again. ONLY is a pattern of what to do. VERBOSE=1
# tells of each call.
. "$(dirname "$0")/lib.sh"

NTH_POINTS=${NTH_POINTS:-$([ -n "${LONG:-}" ] && echo 1000000 || echo 3)}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
note "SEED=$SEED NTH_POINTS=$NTH_POINTS"

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
# Who joins a list does so at a place that depends on its index: what is made new each time
# comes before these.
add_pair() {
	ip link add "v$1" index $((10000 + $1)) address "02:00:00:00:01:0$1" type veth \
		peer name "p$1" index $((10100 + $1)) address "02:00:00:00:02:0$1"
	ip link set "p$1" up
	ip link set "v$1" up
}
for i in 0 1 2; do add_pair $i; done
ip link set v2 mtu 1400
KEY=000102030405060708090a0b0c0d0e0f
for i in 0 2; do
	ip link add nb$i index $((20000 + i)) address 02:00:00:00:00:0$i type nicbond hash_key $KEY
	ip link set nb$i up
done
for i in 0 1; do ip link set v$i master nb0; done
ip link add link nb0 name nb0.7 index 20007 type vlan id 7
ip link set nb0.7 up
ip addr add 10.0.0.1/24 dev nb0
ip maddr add 01:00:5e:00:00:42 dev nb0

# All that can be seen, but for counters, and for numbers that are new each time; and for IPv6's
# address for all nodes, which the stack asks each new device for, and goes on without. It is
# asked for all the time, so by few processes.
state() {
	ip -d -o link | sed -E 's/^[0-9]+//; s/ (epoch|failovers) [0-9]+//g'
	ethtool -k nb0
	sed -E 's/^[0-9]+ +//; / 333300000001$/d' /proc/net/dev_mcast | sort
	grep -H '' /sys/class/net/nb*/nicbond/* \
		/sys/class/net/v*/nicbond_member/{role,state,slot,weight,priority,queue_id} \
		2>/dev/null | grep -vE '/(epoch|failovers):'
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

# attempt KIND N COMMAND...: the command with its N-th call to fail; its status. $LEFT: how many
# calls it was short of N; none, if one failed. An answer that could not be allocated is one that
# ip waits for for ever.
attempt() {
	local kind=$1 n=$2 status
	shift 2
	if [ "$kind" = notifications ]; then
		echo "$n" >$VETO
		timeout 10 "$@" >"$WORK/words" 2>&1
		status=$?
		LEFT=$(<$VETO)
		echo 0 >$VETO
		return $status
	fi
	echo 0 >"$WORK/result"
	timeout 10 env FAILNTH="$n" FAILNTH_RESULT="$WORK/result" LD_PRELOAD="$TOOLS/failnth.so" \
		"$@" >"$WORK/words" 2>&1
	status=$?
	LEFT=$(<"$WORK/result")
	return $status
}

# A listener may refuse v1 its own address when it leaves. Then it has the master's, and the
# kernel's log says so.
keeps_address() {
	sed 's/02:00:00:00:01:01/02:00:00:00:00:00/' "$WORK/after" | cmp -s - "$WORK/now" &&
		dmesg --color=never | tail -n 3 | grep -q 'v1: does not take 02:00:00:00:01:01 back'
}

# has_ended STATUS: who failed may leave all as it was, $UNDONE then; or else it is done.
has_ended() {
	UNDONE=
	state >"$WORK/now"
	cmp -s "$WORK/now" "$WORK/after" && return
	keeps_address && return
	[ "$1" != 0 ] && cmp -s "$WORK/now" "$WORK/before" && UNDONE=1
}

# undone TEXT: all is as it was before the attempt; if not, TEXT and what is different.
undone() {
	wait_for is_state "$WORK/before" && return
	WRONG="$1, and cannot be undone
$(diff "$WORK/before" "$WORK/now")"
	return 1
}

# call KIND N UNDO COMMAND...: with the N-th call to fail; 1: something is wrong, $WRONG then.
call() {
	local kind=$1 n=$2 undo=$3 status
	shift 3
	attempt "$kind" "$n" "$@"
	status=$?
	if [ "$LEFT" != 0 ] && [ $status != 0 ]; then
		WRONG="status $status, and nothing has failed: $(cat "$WORK/words")"
	elif ! wait_for has_ended $status; then
		WRONG="call $n, status $status: $(cat "$WORK/words")
before: $(diff "$WORK/before" "$WORK/now" | grep '^[<>]')
after: $(diff "$WORK/after" "$WORK/now" | grep '^[<>]')"
	fi
	[ -n "$UNDONE" ] || $undo
	undone "call $n, status $status"
	[ -z "${VERBOSE:-}" ] || note "$kind: $n: status $status, undone '$UNDONE', $SECONDS s"
	[ -z "$WRONG" ]
}

# sweep KIND TEXT UNDO COMMAND...: with each call failing in turn, or some of them.
POINTS=0
MANY=1000000
sweep() {
	local kind=$1 text=$2 total n step=1 points=0
	shift 2
	WRONG=
	call "$kind" $MANY "$@"
	total=$((MANY - LEFT))
	[ $total -le "$NTH_POINTS" ] || step=$((total / NTH_POINTS))
	for ((n = 1 + RANDOM % step; ; n += step)); do
		if [ -n "$WRONG" ] || ! call "$kind" $n "$@" || [ "$LEFT" != 0 ]; then break; fi
		points=$((points + 1))
	done
	POINTS=$((POINTS + points))
	note "$text: $points of $total $kind"
	if [ -z "$WRONG" ]; then pass "$text: $kind: all or nothing"; else fail "$text: $kind: all or nothing" "$WRONG"; fi
}

# each TEXT UNDO COMMAND...; KINDS: of what to fail.
each() {
	local kind
	[[ "$1" =~ ${ONLY:-.} ]] || return 0
	rest "$WORK/before"
	"${@:3}" >/dev/null || fail "$1: works" "$3 says $?"
	rest "$WORK/after"
	"$2"
	check "$1: can be undone" wait_for is_state "$WORK/before"
	for kind in ${KINDS:-allocations notifications}; do sweep "$kind" "$@"; done
}

# write TEXT WORDS UNDO FILE: dd does so with a write(2) of its own.
write() {
	echo "$2" >"$WORK/write"
	each "$1" "$3" dd status=none if="$WORK/write" of="$4"
}

# What was done is undone by these; of a command that changes nothing, by nothing.
nothing() { true; }
gone() { ip link del "$1"; }
gone_nb1() { gone nb1; }
gone_nb0_9() { gone nb0.9; }
gone_m0() { gone m0; }
free_v2() { ip link set v2 nomaster; }
take_v1() {
	ip link set v1 address 02:00:00:00:01:01
	ip link set v1 master nb0
}
# The role stays where it was put, so it is put where it was.
role_back() {
	ip link set nb0 type nicbond primary v0
	ip link set nb0 type nicbond primary auto
}
open_v0() {
	ip link set v0 up
	wait_for is_up v0
	role_back
}
is_up() { [ "$(cat /sys/class/net/"$1"/nicbond_member/state)" = up ]; }
v1_again() {
	add_pair 1
	take_v1
}
v1_home() {
	ip -n far link set v1 netns 1
	ip link set v1 up
	take_v1
}
no_program() { ip link set nb0 type nicbond selector dst-hash; echo none >$NICBOND/selector_program; }
no_xdp() { ip link set dev nb0 xdpdrv off; }
as_it_was() {
	ip link set nb0 type nicbond selector dst-hash hash_fields dst-ip table_size 256 \
		channel_mode direct channel_depth 256 move_deadline_ms 10000
	ip link set v1 type nicbond_slave weight 1 priority 0
}
NICBOND=/sys/class/net/nb0/nicbond
PINS=$WORK/bpf
mkdir "$PINS"
mount -t bpf bpf "$PINS"
defer umount "$PINS"
bpftool prog loadall "$TOOLS/xdp.bpf.o" "$PINS/xdp"
bpftool prog loadall "$TOOLS/odd.bpf.o" "$PINS/odd"
ip netns add far
defer ip netns del far

each "create" gone_nb1 ip link add nb1 address 02:00:00:00:00:11 type nicbond selector load \
	table_size 64 hash_key $KEY
each "the first member" free_v2 ip link set v2 master nb2
each "another member" free_v2 ip link set v2 master nb0
each "release" take_v1 ip link set v1 nomaster
each "options" as_it_was ip link set nb0 type nicbond selector load hash_fields dst-ip,src-ip \
	table_size 1024 channel_mode ring channel_depth 16 move_deadline_ms 5
each "a member's options" as_it_was ip link set v1 type nicbond_slave weight 7
each "the role" role_back ip link set nb0 type nicbond primary v1
write "sysfs: the role" v1 role_back $NICBOND/primary
write "sysfs: table_size" 1024 as_it_was $NICBOND/table_size
write "sysfs: weight" 7 as_it_was /sys/class/net/v1/nicbond_member/weight
write "sysfs: a BPF program" "$PINS/odd/odd_scratch" no_program $NICBOND/selector_program
each "an XDP program" no_xdp ip -force link set dev nb0 xdpdrv pinned "$PINS/xdp/pass"
each "failover: the primary is closed" open_v0 ip link set v0 down
each "a member is deleted" v1_again ip link del v1
# The kernel itself warns when it cannot allocate what a move needs.
KINDS=notifications each "a member is moved away" v1_home ip link set v1 netns far
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
ip link del nb2
unused() { [ "$(cat /sys/module/nicbond/refcnt)" = 0 ]; }
check "nobody holds the module in the end" wait_for unused
[ -n "${ONLY:-}" ] || at_least "calls that failed" 100 "$POINTS"
