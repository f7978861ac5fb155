#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Who may do what (Documentation/security.rst), and the hash key that nobody else gets to see:
#
#   $h1 nb0 ==4 cables== nb0 $h2      eth9 in $h1, no member (dummy)
#
# and the same, of dummies, in a network namespace of a user namespace of nobody's.
. "$(dirname "$0")/lib.sh"

KEY=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
OTHER=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
secret() { "$TOP/tests/tools/secret" find "$KEY" "$1"; }
# hidden TEXT FILE, shown TEXT FILE: no word of the key is there, in any form; or one is.
hidden() {
	local found
	if [ ! -s "$2" ]; then
		fail "$1" "nothing was looked at"
	elif found=$(secret "$2"); then
		fail "$1" "$found"
	else
		pass "$1"
	fi
}
shown() { check "$1" secret "$2"; }

# As a parameter: not in the log when it is refused, nor anywhere when it is taken.
wait_for rmmod nicbond
refused "a key with a digit too many" "hash_key is not taken as given" load hash_key="${KEY}0"
dmesg >"$WORK/dmesg"
hidden "is not repeated in the kernel's log" "$WORK/dmesg"
load hash_key="$KEY"
equal "parameters: no file for the key" "" "$(find /sys/module/nicbond/parameters -name '*key*')"
equal "none that can be written, by anybody" "" "$(find /sys/module/nicbond/parameters -type f ! -perm 0444)"

two_hosts 4
ip -n "$h1" link add eth9 type dummy
equal "the key is in force" "$KEY" "$(sys "$h1" nb0/nicbond/hash_key)"

# What nobody runs, where he can reach it, though this tree were in root's home.
chmod 755 "$WORK"
mkdir "$WORK"/{debug,tracing,bpf,bin}
cp -rL "$TOOLS"/{ip,nicbond,pyynl,hwtstamp} "$TOP"/tests/tools/{ynl,secret} \
	"$TOP"/Documentation/netlink/specs/nicbond.yaml "$WORK/bin"
cat >"$WORK/bin/genl" <<-END
	#!/bin/sh
	# genl < REQUESTS: by the spec; NB0 and ETH1 are the devices of that name.
	sed "s/NB0/\$(cat /sys/class/net/nb0/ifindex)/; s/ETH1/\$(cat /sys/class/net/eth1/ifindex)/" |
		$WORK/bin/ynl $WORK/bin/pyynl $WORK/bin/nicbond.yaml
END
chmod -R a+rX "$WORK/bin"
chmod a+x "$WORK/bin/genl"
chmod 1777 "$WORK"
export IP_LIB_DIR=$WORK/bin/ip PATH=$WORK/bin:$PATH PYTHONDONTWRITEBYTECODE=1
mount -t debugfs debugfs "$WORK/debug"
defer umount "$WORK/debug"
mount -t bpf bpf "$WORK/bpf"
defer umount "$WORK/bpf"
bpftool prog loadall "$TOOLS/odd.bpf.o" "$WORK/bpf/odd"
bpftool prog loadall "$TOOLS/xdp.bpf.o" "$WORK/bpf/xdp"
chmod -R a+rwX "$WORK"/bpf/*
! mount -t tracefs tracefs "$WORK/tracing" 2>/dev/null || defer umount "$WORK/tracing"

# Those who try. weak: uid 0 without CAP_NET_ADMIN, as in many a container. owner: root of
# a user namespace, in its network namespace. foreign: of another, in $h1, which is not its.
USERS="root weak nobody foreign owner"
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
by_root() { in_host "$h1" "$@"; }
by_weak() { in_host "$h1" setpriv --bounding-set -net_admin "$@"; }
by_nobody() { in_host "$h1" setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
by_foreign() { by_nobody unshare -Ur "$@"; }
by_owner() { as_nobody nsenter -t "$OWNER" -U -n -m --preserve-credentials "$@"; }

# shellcheck disable=SC2016
BUILD='ip link add nb0 type nicbond && for i in 0 1 2 3; do
	ip link show eth$i >/dev/null 2>&1 || ip link add eth$i type dummy || exit
	ip link set eth$i master nb0 || exit; done && ip link set nb0 up'
sysctl -qw kernel.unprivileged_userns_clone=1 2>/dev/null || true
background "$WORK/owner" setpriv --reuid=65534 --regid=65534 --clear-groups unshare -Urnm \
	sh -c "mount -t sysfs sysfs /sys && ip link add eth9 type dummy && echo ready && exec sleep 100000"
OWNER=$PID
wait_for said "$WORK/owner" ready
check "owner builds a master of his own" by_owner sh -c "$BUILD"
equal "which he may: he is no root here" 65534 "$(stat -c %u "/proc/$OWNER/ns/net")"

# state: all of $h1 that a user could have changed.
state() {
	# shellcheck disable=SC2016
	in_host "$h1" sh -c 'ip -d link show; cd /sys/class/net && grep -s "" nb*/nicbond/*
		cd /sys/class/net && grep -s "" eth?/nicbond_member/weight eth?/nicbond_member/priority \
			eth?/nicbond_member/queue_id eth?/nicbond_member/role
		ethtool -k nb0; hwtstamp get nb0 2>&1; nicbond table nb0'
}

# may WHO TEXT COMMAND [UNDO]: a shell's command; these may, the others are refused for lack
# of rights, and changed nothing. all, admin: root and owner, init: root, none. It may be one
# that there is not for these devices.
may() {
	local text=$2 command=$3 undo=${4:-} user out able status
	case $1 in
	all) able=$USERS ;;
	admin) able="root owner" ;;
	init) able=root ;;
	none) able= ;;
	esac
	[ -z "$undo" ] || state >"$WORK/before"
	for user in weak nobody foreign owner root; do
		[[ " $able " != *" $user "* ]] || continue
		if out=$("by_$user" sh -c "$command" 2>&1 </dev/null); then
			fail "$text: $user may not" "$command was done"
		elif grep -qE 'not permitted|ermission denied|"error": -?(1|13),' <<<"$out"; then
			pass "$text: $user may not"
		else
			fail "$text: $user may not" "$command -> $out"
		fi
	done
	if [ -n "$undo" ]; then
		state >"$WORK/after"
		check "$text: and nothing changed" cmp "$WORK/before" "$WORK/after"
	fi
	for user in $able; do
		out=$("by_$user" sh -c "$command" 2>&1 </dev/null)
		status=$?
		if [ $status = 0 ] || grep -q 'not supported' <<<"$out"; then
			pass "$text: $user may"
		else
			fail "$text: $user may" "$command -> $out"
		fi
		[ -z "$undo" ] || "by_$user" sh -c "$undo" || fail "$text: $user cannot undo it"
	done
}

# Links.
N=/sys/class/net/nb0/nicbond M=/sys/class/net/eth1/nicbond_member
may all "ip link show" "ip -d -s link show nb0"
may admin "ip link add" "ip link add nbx type nicbond" "ip link del nbx"
may admin "an option by ip" "ip link set nb0 type nicbond flowlet_gap_us 250" \
	"ip link set nb0 type nicbond flowlet_gap_us 500"
may admin "the key by ip" "ip link set nb0 type nicbond hash_key $OTHER" \
	"ip link set nb0 type nicbond hash_key $KEY"
may admin "the primary by ip" "ip link set nb0 type nicbond primary eth1" \
	"ip link set nb0 type nicbond primary eth0"
may admin "a member's weight by ip" "ip link set eth1 type nicbond_slave weight 2" \
	"ip link set eth1 type nicbond_slave weight 1"
may admin "enslave" "ip link set eth9 master nb0" "ip link set eth9 nomaster"
may admin "release" "ip link set eth9 nomaster" "true"
may admin "MTU" "ip link set nb0 mtu 1400" "ip link set nb0 mtu 1500"
may admin "address" "ip link set nb0 address 02:00:00:00:00:77" \
	"ip link set nb0 address $(sys "$h1" nb0/address)"
may admin "promiscuous" "ip link set nb0 promisc on" "ip link set nb0 promisc off"
may admin "XDP" "ip link set nb0 xdpgeneric pinned $WORK/bpf/xdp/pass" "ip link set nb0 xdpgeneric off"

# sysfs. Values go back where they came from, and that is refused, too.
# shellcheck disable=SC2016
READ='status=0; for f in %s/*; do cat $f >/dev/null || status=1; done; exit $status'
# shellcheck disable=SC2016
WRITE='cd %s; for f in *; do case $(stat -c %%a $f) in *[26]??)
	[ $f != primary ] || continue; [ $f != hash_key ] || continue; v=$(cat $f) || exit 7
	! echo "$v" >$f || echo "wrote $f"; esac; done'
# shellcheck disable=SC2059
read_all() { printf "$READ" "$1"; }
# shellcheck disable=SC2059
write_all() { printf "$WRITE" "$1"; }
may admin "sysfs: all of a master's files" "$(read_all $N)"
may all "sysfs: a master's files but for hash_key" "cd $N; cat \$(ls | grep -v ^hash_key)"
may all "sysfs: all of a member's files" "$(read_all $M)"
may admin "sysfs: read hash_key" "cat $N/hash_key"
may admin "sysfs: write hash_key" "/bin/echo $OTHER >$N/hash_key" "/bin/echo $KEY >$N/hash_key"
may admin "sysfs: write primary" "/bin/echo eth1 >$N/primary" "/bin/echo eth0 >$N/primary"
may admin "sysfs: write selector_program" "/bin/echo $WORK/bpf/odd/odd_scratch >$N/selector_program" \
	"/bin/echo none >$N/selector_program"
files=$(in_host "$h1" sh -c "cd $N && find . -type f -perm -200; cd $M && find . -type f -perm -200" | wc -l)
at_least "sysfs: files that can be written" 25 "$files"
for user in $USERS; do
	case $user in root | owner) expected=$((files - 2)) ;; *) expected=0 ;; esac
	equal "sysfs: $user writes so many of them" $expected \
		"$("by_$user" sh -c "($(write_all $N)); ($(write_all $M))" 2>/dev/null | grep -c '^wrote ')"
done
for folder in $N $M; do
	equal "sysfs: nobody else may write below $folder" "" \
		"$(in_host "$h1" find "$folder" -type f -perm /022)"
done
equal "sysfs: only hash_key is not for all" "600 hash_key" \
	"$(in_host "$h1" sh -c "cd $N && find . $M -type f ! -perm -444 -printf '%m %f\n'")"

# Generic netlink. Python takes a while to start: all requests of a user in one go.
REQUESTS=(
	'all do adaptor-get {"ifindex": ETH1}'
	'all dump adaptor-get {"master": NB0}'
	'all dump channel-get {"master": NB0}'
	'all do table-get {"ifindex": NB0}'
	'admin do registers-get {"ifindex": ETH1}'
	'admin do registers-get {"ifindex": ETH1, "offset": 0, "count": 1}'
	'admin do which {"master": NB0, "destination": "0a010007"}'
	'admin do program-set {"master": NB0}'
)
state >"$WORK/before"
for user in $USERS; do
	printf '%s\n' "${REQUESTS[@]#* }" | "by_$user" genl >"$WORK/answers-$user"
	for ((i = 0; i < ${#REQUESTS[@]}; i++)); do
		case $user,${REQUESTS[i]} in
		root,* | owner,* | *,all*) expected=answered ;;
		*) expected=EPERM ;;
		esac
		answer=$(sed -n "$((i + 1))p" "$WORK/answers-$user")
		case $answer in
		'{"error": '1,* | '{"error": '-1,*) got=EPERM ;;
		'' | '{"error": '*) got="no answer: $answer" ;;
		*) got=answered ;;
		esac
		equal "$user: ${REQUESTS[i]#* }: $expected" "$expected" "$got"
	done
done
state >"$WORK/after"
check "and nothing changed" cmp "$WORK/before" "$WORK/after"

# The command, which is a client.
may admin "nicbond program" "nicbond program nb0 $WORK/bpf/odd/odd_scratch" "nicbond program nb0 none"
may admin "nicbond primary" "nicbond primary nb0 eth1" "nicbond primary nb0 eth0"
may all "nicbond show" "nicbond show"
may all "nicbond table" "nicbond table nb0"
may admin "nicbond regs" "nicbond regs eth1"
may admin "nicbond which" "nicbond which nb0 10.1.0.7"

# ethtool and ioctls.
may all "ethtool -i -k -S -T" "ethtool nb0; ethtool -i nb0 && ethtool -k nb0 && ethtool -S nb0 && ethtool -T nb0"
may admin "ethtool -d" "ethtool -d nb0"
may admin "ethtool -K" "ethtool -K nb0 gro off" "ethtool -K nb0 gro on"
may all "SIOCGHWTSTAMP" "hwtstamp get nb0"
may admin "SIOCSHWTSTAMP" "hwtstamp set nb0 1 0 0"

# debugfs: root's, also where its folder is open to all; what has the key is not for weak.
D=$WORK/debug/nicbond/nb0@$(stat -L -c %i "/run/netns/$h1")
equal "debugfs: three files for each adaptor" 12 "$(find "$D" -type f | wc -l)"
for user in nobody foreign owner; do
	refused "debugfs: $user does not get in" "denied" "by_$user" ls "$WORK/debug/nicbond"
done
equal "debugfs: its own folder is root's" 700 "$(stat -c %a "$WORK/debug")"
mount -o remount,mode=755 "$WORK/debug"
may init "debugfs: registers" "cat '$D/eth1/registers'"
may init "debugfs: of owner's master" "cat $WORK/debug/nicbond/nb0@$(stat -L -c %i "/proc/$OWNER/ns/net")/eth1/registers"
for file in table rings; do
	for user in nobody foreign owner; do
		refused "debugfs: $file, $user" "denied" "by_$user" cat "$D/eth1/$file"
	done
done
equal "debugfs: all files are for root to read" "" "$(find "$WORK/debug/nicbond" -type f ! -perm 0400)"
mount -o remount,mode=700 "$WORK/debug"
if [ -d "$WORK/tracing/events/nicbond" ]; then
	for user in nobody foreign owner; do
		refused "tracepoints: $user" "denied" "by_$user" ls "$WORK/tracing/events/nicbond"
	done
fi
cp "$MODULES/nbveto.ko" "$WORK"
for user in nobody foreign owner; do
	refused "modules: $user loads none" "not permitted" "by_$user" insmod "$WORK/nbveto.ko"
done
equal "after all that the key is the same" "$KEY" "$(sys "$h1" nb0/nicbond/hash_key)"

# Delete, last; by owner his own.
may admin "ip link del" "ip link del nb0" "$BUILD"
ip -n "$h1" link set nb0 type nicbond hash_key "$KEY"
ip -n "$h1" addr add 10.0.0.1/24 dev nb0
ip -n "$h1" addr add fd00::1/64 dev nb0 nodad
wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
wait_for peers_up "$h1" 4

# The key: nobody listens while it is set, used, and all that is told is told.
background "$WORK/listening" ip netns exec "$h1" setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$WORK/bin/secret" listen "$WORK/heard"
LISTENER=$PID
wait_for said "$WORK/listening" ready
mark_log before
option hash_key "$OTHER"
option hash_key "$KEY"
ip -n "$h1" link set nb0 type nicbond hash_key "$KEY" primary eth2
in_host "$h1" sh -c "echo ${KEY}0 >/sys/class/net/nb0/nicbond/hash_key" 2>/dev/null &&
	fail "a key too long is taken"
ip -n "$h1" link set nb0 type nicbond hash_key "${KEY}0" 2>/dev/null && fail "a key too long is taken by ip"
ip -n "$h1" link set eth9 master nb0
ip -n "$h1" link set eth9 nomaster
ip -n "$h1" link set nb0 type nicbond primary eth1
heard() { LC_ALL=C grep -aq "$1" "$WORK/heard"; }
check "nobody hears of links" wait_for heard nicbond
check "and of the change of role" wait_for heard asked
kill -TERM "$LISTENER"
wait "$LISTENER"
hidden "rtnetlink's dump, its notifications and events are without the key" "$WORK/heard"
# shellcheck disable=SC2016
by_nobody sh -c 'cd /sys/class/net; grep -rs "" nb0/nicbond eth?/nicbond_member /sys/module/nicbond
	ip -d -s link; ip -d -s -j link; ip monitor all & sleep 0.1; kill $!; cat /proc/net/dev
	for o in "" -i -S -k -T; do ethtool $o nb0; done; nicbond show; nicbond show -j; nicbond table nb0
	nicbond channels nb0; nicbond top -n 1' >"$WORK/seen" 2>/dev/null
cat "$WORK/answers-nobody" >>"$WORK/seen"
at_least "nobody sees so many lines" 200 "$(wc -l <"$WORK/seen")"
hidden "none of which has the key" "$WORK/seen"
equal "nor what may be a pointer" "" "$(grep -oE '(^|[^0-9a-f])(0x)?[0-9a-f]{16}([^0-9a-f]|$)' "$WORK/seen")"
logged "$before" "" >"$WORK/dmesg"
hidden "nor has the kernel's log" "$WORK/dmesg"
equal "no format of the driver prints a pointer as it is" "" \
	"$(grep -rnE '%p[xK]' "$TOP"/drivers/net/nicbond/{fw,host})"

# Where root finds it, by the same means.
in_net "$h1" ethtool -d nb0 raw on >"$WORK/found"
shown "root has the key by ethtool -d" "$WORK/found"
in_net "$h1" ethtool -d nb0 >"$WORK/found"
shown "in hexadecimal, too" "$WORK/found"
shown "by registers-get" "$WORK/answers-root"
cat "$D"/eth1/registers >"$WORK/found"
shown "by debugfs" "$WORK/found"

# What a user may write to a log that is everybody's.
mark_log before
# shellcheck disable=SC2016
by_owner sh -c 'for i in $(seq 300); do echo bad$i >/sys/class/net/nb0/nicbond/selector; done' 2>/dev/null
said_of=$(logged "$before" 'selector=bad' | wc -l)
at_least "owner's 300 refusals are in the log" 1 "$said_of"
at_most "but do not fill it" 100 "$said_of"
