#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Selector bpf, with the example of samples/bpf: a program chooses the adaptor, is
# replaced under traffic, refused when it is none, and let go of.
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4
PINS=$WORK/bpf
mkdir "$PINS"
mount -t bpf bpf "$PINS"
defer umount "$PINS"

NICBOND=/sys/class/net/nb0/nicbond
program() { sys "$h1" nb0/nicbond/selector_program; }
program_id() { program | sed -n 's/.* id \([0-9]*\) tag .*/\1/p'; }
# Programs of the example that the kernel has; they go some time after their last user.
programs() { bpftool -j prog show | jq '[.[] | select(.name // "" | startswith("nicbond_selecto"))] | length'; }
programs_are() { [ "$(programs)" = "$1" ]; }
gone() { ! bpftool prog show id "$1"; }
selector() { in_host "$h1" "$TOOLS/nicbond_selector" "$@"; }
fallbacks() { sum_counters "$h1" bpf_fallback; }
# users FILE: who transmitted the destinations in FILE.
users() { awk '{ print $2 }' "$1" | sort -u | xargs; }
# used_by TEXT MEMBERS BASE [COUNT]: those, and all of them, transmit what goes there.
used_by() {
	destinations "$3" "${4:-64}" "$WORK/used"
	equal "$1" "${4:-64} packets by $2" "$(wc -l <"$WORK/used") packets by $(users "$WORK/used")"
}

# Without a program.
equal "at first there is no program" none "$(program)"
destinations 10.1.0.0 256 "$WORK/hash"
equal "dst-hash uses all members" "eth0 eth1 eth2 eth3" "$(users "$WORK/hash")"
before=$(fallbacks)
option selector bpf
destinations 10.1.0.0 256 "$WORK/without"
check "bpf without a program: dst-hash chooses" cmp "$WORK/hash" "$WORK/without"
at_least "which is counted" $((before + 256)) "$(fallbacks)"

# A pinned program, by destination.
check "the example loads, pins and attaches" \
	selector -p "$PINS/nb0" nb0 10.1.0.0/16=eth2 10.1.0.7=hash fd01::/64=3
equal "selector_program tells name, id and tag" "$(program)" \
	"$(bpftool -j prog show pinned "$PINS/nb0" | jq -r '"\(.name[:15]) id \(.id) tag \(.tag)"')"
equal "the selector is bpf" bpf "$(sys "$h1" nb0/nicbond/selector)"
destinations 10.1.0.0 64 "$WORK/used"
equal "all goes where the program says, but for one that it leaves to dst-hash" \
	"63 $(sed -n 's/^10\.1\.0\.7 //p' "$WORK/hash")" \
	"$(grep -v '^10\.1\.0\.7 ' "$WORK/used" | grep -c 'eth2$') $(sed -n 's/^10\.1\.0\.7 //p' "$WORK/used")"
used_by "IPv6, by slot" eth3 fd01::
# 10.1.0.0/16, mapped, is slot 1's from now on.
bpftool map update pinned "$PINS/nb0_destinations" key hex 70 0 0 0 \
	0 0 0 0 0 0 0 0 0 0 ff ff 0a 01 0 0 value hex 1 0 0 0
destinations 10.1.0.0 64 "$WORK/used"
equal "the program's map changes under way" 63 "$(grep -v '^10\.1\.0\.7 ' "$WORK/used" | grep -c 'eth1$')"

# By file descriptor, and with bad choices; nothing is lost by these.
selector nb0 eth0 1 eth2 3
destinations 10.1.0.0 256 "$WORK/used"
equal "in turn: all take part" "eth0 eth1 eth2 eth3" "$(users "$WORK/used")"
at_most "in turn: 1000 x max/mean of the members" 1100 "$(spread "$WORK/used" 4)"
for who in hash 63; do
	before=$(fallbacks)
	selector nb0 10.1.0.0/16=$who eth0
	destinations 10.1.0.0 256 "$WORK/used"
	check "who chooses '$who' leaves it to dst-hash" cmp "$WORK/hash" "$WORK/used"
	at_least "which is counted" $((before + 256)) "$(fallbacks)"
done

# The scratch of a packet: the program's own.
bpftool prog loadall "$TOOLS/odd.bpf.o" "$PINS/odd"
option selector_program "$PINS/odd/odd_scratch"
used_by "a program's scratch is zero for each packet" eth1 10.1.0.0

background "$WORK/monitor" ip -n "$h1" -d monitor link
MONITOR=$PID
wait_for grep -q . "/proc/$MONITOR/fdinfo/3"

# Replaced in the middle of a stream.
selector nb0 eth1
before=$(fallbacks)
start_stream 64 $((10000 / LOAD))
for ((i = 0; i < 10; i++)); do
	selector nb0 eth$((1 + 2 * (i % 2)))
	stream_for $((500 / LOAD))
done
stop_stream
equal "replaced ten times under traffic: nothing is lost, or comes twice" "0 0" "$LOST $TWICE"
equal "and no packet was without a program" "$before" "$(fallbacks)"
used_by "the last one is the one that counts" eth3 10.1.0.0
rm "$PINS/nb0" "$PINS/nb0_destinations"
check "those before are gone" wait_for programs_are 1

# Taken away in the middle of a stream, while selected.
id=$(program_id)
check "who watches links is told of it" wait_for said "$WORK/monitor" " selector_program $id "
kill "$MONITOR"
start_stream 64 $((10000 / LOAD))
stream_for $((1000 / LOAD))
option selector_program none
stream_for $((1000 / LOAD))
stop_stream
equal "taken away under traffic: nothing is lost, or comes twice" "0 0" "$LOST $TWICE"
equal "selector_program says none" none "$(program)"
check "taken away: the program is gone" wait_for gone "$id"
destinations 10.1.0.0 256 "$WORK/used"
check "dst-hash chooses again" cmp "$WORK/hash" "$WORK/used"

# Whom it chooses fails: before the host knows, and after.
selector nb0 eth2
start_stream 64 $((10000 / LOAD))
stream_for $((2000 / LOAD))
before=$(fallbacks)
unplug 2
stream_for $((2000 / LOAD))
at_least "the chosen one fails: dst-hash chooses, counted" $((before + 1000 / LOAD)) "$(fallbacks)"
plug 2
wait_for peers_up "$h1" 4
before=$(counter "$h1" eth2.transmitted)
stream_for $((2000 / LOAD))
at_least "it returns: the program's word counts" $((before + 1000 / LOAD)) "$(counter "$h1" eth2.transmitted)"
stop_stream
at_most "by all that packets lost" 1 "$LOST"
equal "or twice there" 0 "$TWICE"

# What is no program is refused, with words, and nothing changes.
before=$(program)
: >"$WORK/file"
accepted="accepted: the absolute path of a pinned program of type socket_filter, fd:N, or none"
while IFS='|' read -r value reason; do
	refused "selector_program '${value#"$WORK/"}'" "selector_program=.* is not taken: $reason; $accepted" \
		option selector_program "$value"
done <<VALUES
$PINS/odd/odd_type|It is no program of type socket_filter
$PINS/nosuch|Nothing can be found there
$WORK/file|The file is no pinned program, or not for you to read
$PINS|The file is no pinned program, or not for you to read
fd:77|The file descriptor is not open
fd:0|It is no program of type socket_filter
fd:|It is none of these
fd:one|It is none of these
eth2|It is none of these
none of them|It is none of these
relative/path|It is none of these
VALUES
refused "two lines" "It is none of these" in_host "$h1" sh -c "echo 'none
none' >$NICBOND/selector_program"
refused "selector_program without CAP_NET_ADMIN" "not permitted" \
	in_host "$h1" setpriv --bounding-set -net_admin bash -c "echo none >$NICBOND/selector_program"
equal "nothing changed by all that" "$before" "$(program)"
used_by "and the program still chooses" eth2 10.1.0.0
refused "the example, for a device that is none" "nosuch is no nicbond master" selector nosuch eth0
refused "the example, with a member that is none" "is no member of nb0, no slot" selector nb0 lo
refused "the example, with a slot too high" "is no member of nb0, no slot" selector nb0 64

# A member that joins later has it: as primary, it runs it.
id=$(program_id)
ip -n "$h1" link set eth1 nomaster
ip -n "$h1" link set eth1 master nb0
wait_for peers_up "$h1" 4
primary "$h1" eth1
before=$(counter "$h1" eth1.selected)
used_by "a member that joins later runs the program" eth2 10.1.0.0
at_least "as primary" $((before + 64)) "$(counter "$h1" eth1.selected)"
equal "without a fallback" 0 "$(counter "$h1" eth1.bpf_fallback)"

# Who leaves lets go of it: else it would not be gone after this.
ip -n "$h1" link set eth1 nomaster
ip -n "$h1" link set eth0 nomaster
check "the others keep it" bpftool prog show id "$id"
selector nb0 eth3
check "replaced: the old one is gone, of who left, too" wait_for gone "$id"

# The master goes, with members and without; the module with the latter.
id=$(program_id)
check "the new one is there" bpftool prog show id "$id"
ip -n "$h1" link del nb0
check "the master is deleted: its program is gone" wait_for gone "$id"
ip -n "$h2" link del nb0
check "unload" wait_for rmmod nicbond
refused "a selector that is none" "selector=best is not taken; accepted: dst-hash \\(default\\), .*bpf" load selector=best
check "bpf can be the default of new masters" load selector=bpf
ip -n "$h1" link add nb0 type nicbond
equal "a new master has it" "bpf none" "$(sys "$h1" nb0/nicbond/selector) $(program)"
selector nb0 0
id=$(program_id)
check "a master without members holds a program" bpftool prog show id "$id"
rmmod nicbond
check "the module goes, the program with it" wait_for gone "$id"
check "no program of the example is left" wait_for programs_are 0
check "load again" load
