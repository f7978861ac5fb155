#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# The nicbond command (tools/nicbond): what it tells, against sysfs, debugfs, ethtool and
# the packets themselves; what it does; what it refuses, and how it says so.
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

nicbond() { in_net "$h1" "$TOOLS/nicbond" "$@"; }
unprivileged() { in_net "$h1" setpriv --bounding-set -net_admin "$TOOLS/nicbond" "$@"; }

# shown FILTER [MASTER]: what jq says to show -j.
shown() { nicbond show -j "${2:-nb0}" | jq -rc ".[0] | $1"; }

# ended TEXT STATUS PATTERN COMMAND...: it ends so, says PATTERN on standard error, and
# nothing else.
ended() {
	local text=$1 expected=$2 pattern=$3 out status
	shift 3
	out=$("$@" 2>"$WORK/error")
	status=$?
	if [ "$status" = "$expected" ] && [ -z "$out" ] && grep -qE -- "$pattern" "$WORK/error"; then
		pass "$text"
	else
		fail "$text" "status $status, '$out', no '$pattern' in: $(cat "$WORK/error")"
	fi
}

two_hosts 4
option primary_reselect failure
DEBUGFS=/sys/kernel/debug/nicbond/nb0@$(stat -L -c %i "/run/netns/$h1")
destinations 10.1.0.0 64 "$WORK/sent" 42

# Nothing of what is shown is a default, but for what would stop the rest of this test.
ip -n "$h1" link set nb0 type nicbond hash_fields dst-ip,l4-ports,vlan-id flowlets 8192 \
	load_interval_ms 20 channel_full resteer move_deadline_ms 9000 drop_threshold_pps 1000
ip -n "$h1" link set eth2 type nicbond_slave priority 5

# show: each option and state, in JSON and in words; then the members'. sysfs has the
# members' names, show how many there are.
lines='to_entries[] | "\(.key) \(.value | if type == "array" then join(",") else . // "none" end)"'
in_host "$h1" sh -c 'cd /sys/class/net/nb0/nicbond && grep -H "" *' | grep -v ^hash_key: |
	sed "s/^members:.*/members:4/; s/:/ /" | sort >"$WORK/sysfs"
shown "del(.ifindex, .ifname, .adaptors) | $lines" | sort >"$WORK/shown"
at_least "show -j: options and states" 15 "$(wc -l <"$WORK/shown")"
check "show -j: they are what sysfs has" diff "$WORK/sysfs" "$WORK/shown"
nicbond show >"$WORK/show"
while read -r name value; do
	check "show: $name" grep -qE "(^| )$name $value( |\$)" "$WORK/show"
done <"$WORK/sysfs"

in_host "$h1" sh -c 'cd /sys/class/net && grep -H "" eth?/nicbond_member/*' |
	sed 's/.nicbond_member./ /; s/:/ /' | grep -E ' (weight|priority|queue_id|role|state|slot) ' | sort >"$WORK/sysfs"
shown ".adaptors[] | .ifname as \$name | {weight, priority, queue_id, role, state, slot} |
	to_entries[] | \"\(\$name) \(.key) \(.value)\"" | sort >"$WORK/shown"
check "show -j: members are what sysfs has" diff "$WORK/sysfs" "$WORK/shown"
ip -n "$h1" link set eth2 type nicbond_slave priority 0
option hash_fields dst-ip
nicbond show >"$WORK/show"
for i in 0 1 2 3; do
	check "show: eth$i" grep -qE "^ +eth$i +1 +0 +(primary|secondary) +up +$i +0 +64 +25.0% " "$WORK/show"
done
equal "show -j: shares of the buckets" '[64,0.25]' "$(shown '[.adaptors[0].buckets, .adaptors[0].share]')"

# Counters go on: until nothing comes between the two.
same_counters() {
	in_net "$h1" ethtool -S nb0 | sed -n 's/^ *\(eth.*\): /\1 /p' | grep -v ' 0$' | sort >"$WORK/ethtool"
	shown ".adaptors[] | .ifname as \$name | .counters | to_entries[] | select(.value > 0) |
		\"\(\$name).\(.key) \(.value)\"" | sort >"$WORK/shown"
	cmp "$WORK/ethtool" "$WORK/shown"
}
check "show -j: counters are those of ethtool -S" wait_for same_counters

# Several masters, one without members, and with a name that is not even text.
odd=$'q"\\\xff\xc3\xa9'
ip -n "$h1" link add "$odd" type nicbond
equal "show -j: a name of any bytes" "q\"\\$(printf '\xef\xbf\xbd\xc3\xa9')" "$(nicbond show -j | jq -r '.[1].ifname')"
equal "show -j: and of no member" '[null,0,[]]' "$(nicbond show -j | jq -c '.[1] | [.primary, .members, .adaptors]')"
equal "show: both" 2 "$(nicbond show | grep -c ':$')"
equal "show MASTER: only that" nb0: "$(nicbond show nb0 | grep ':$')"
ip -n "$h1" link del "$odd"

# regs, as debugfs has them; but for what changes by the second, and for those by slot that
# are zero.
steady() { grep -E ' ([A-Z_]+|(HASH_KEY|TABLE)\[[0-9]+\]|PEER\[[0-3]\]) ' "$@" | grep -vE ' (HEARTBEAT|LOAD|INFLIGHT) '; }
steady "$DEBUGFS/eth1/registers" >"$WORK/debugfs"
at_least "regs: registers to compare" 90 "$(wc -l <"$WORK/debugfs")"
nicbond regs eth1 | steady >"$WORK/regs"
check "regs: they are what debugfs has" diff "$WORK/debugfs" "$WORK/regs"
equal "regs: one by name" "0x0020 ROLE             0x00000001 primary" "$(nicbond regs eth0 role)"
equal "regs: one of many" "0x0204 PEER[1]          0x00000103 present up weight=1 queue=0" "$(nicbond regs eth0 'peer[1]')"
equal "regs: all of these" 64 "$(nicbond regs eth0 PEER | wc -l)"
equal "regs: the key" "$(registers "$h1" 0 "$REG_HASH_KEY" 4 | xargs printf '%08x ')" \
	"$(nicbond regs eth0 HASH_KEY | awk '{ printf "%s ", substr($3, 3) }')"
same_numbers() {
	local counters
	counters=$(nicbond regs eth0 counter | awk '{ print "eth0." $2, $3 }' | grep -v ' 0$' | sort)
	[ "$counters" = "$(shown '.adaptors[0].counters | to_entries[] | select(.value > 0) |
		"eth0.\(.key) \(.value)"' | sort)" ]
}
check "regs: counters are numbers of 64 bits" wait_for same_numbers

# table, as debugfs has it; who has joined anew has its buckets from here and there.
ip -n "$h1" link set eth3 nomaster
ip -n "$h1" link set eth3 master nb0
wait_for peers_up "$h1" 4
unplug 1
wait_for peers_up "$h1" 3
for member in eth0 eth3; do
	equal "table: $member's" "$(cat "$DEBUGFS/$member/table")" "$(nicbond table $member)"
done
equal "table: of a master, its primary's" "$(nicbond table "$(primary "$h1")")" "$(nicbond table nb0)"
equal "table: all masters'" "nb0: $(nicbond table nb0 | head -n 1)" "$(nicbond table | head -n 2 | xargs)"
equal "table: whose all buckets are" "slot 0 slot 2 slot 3" "$(nicbond table nb0 | cut -d' ' -f1,2 | xargs)"
plug 1
wait_for peers_up "$h1" 4

# channels, against the registers of the one that forwards.
from_registers() {
	local slot register
	for slot in 1 2 3; do
		for register in "$((REG_CHANNEL_PACKETS + 8 * slot))" "$((REG_CHANNEL_BYTES + 8 * slot))" \
			"$((REG_CHANNEL_PENDING + 4 * slot))" "$((REG_CHANNEL_HIGH + 4 * slot))" \
			"$((REG_CHANNEL_DOORBELLS + 4 * slot))" "$((REG_CHANNEL_OVERFLOWS + 4 * slot))"; do
			registers "$h1" 0 "$register"
		done
	done
}
same_channels() {
	[ "$(nicbond channels nb0 | awk '$2 == "eth0" { print $4, $5, $6, $7, $8, $9 }' | xargs)" = \
		"$(from_registers | xargs)" ]
}
option channel_mode ring
destinations 10.1.0.0 64 "$WORK/sent" 42
check "channels: they are what the registers have" wait_for same_channels
same_rings() {
	local n='([0-9]+)'
	[ "$(sed -E "s/.*: pending $n of 256, high $n, doorbells $n, overflows $n, packets $n, bytes $n\$/\5 \6 \1 \2 \3 \4/" \
		"$DEBUGFS/eth0/rings" | xargs)" = "$(from_registers | xargs)" ]
}
check "rings in debugfs: likewise" wait_for same_rings
equal "rings in debugfs: each other member" "slot 1 eth1 slot 2 eth2 slot 3 eth3" \
	"$(sed 's/:.*//' "$DEBUGFS/eth0/rings" | xargs)"
equal "channels: each pair" 12 "$(nicbond channels | tail -n +2 | wc -l)"
at_least "channels: through rings" 1 "$(nicbond channels nb0 | awk '$3 == "eth2" { n += $8 } END { print n }')"
option channel_mode direct

# which, against where packets then go.
for base in 10.1.0.0 fd01::; do
	destinations "$base" 16 "$WORK/sent" 42
	while read -r address member; do
		echo "$address $(nicbond which nb0 "$address")"
	done <"$WORK/sent" >"$WORK/which"
	equal "which $base: packets to 16 destinations" 16 "$(wc -l <"$WORK/sent")"
	check "which $base: each went where it said" cmp "$WORK/sent" <(sed 's/ slot .*//' "$WORK/which")
done
equal "which: the slot, too" "$(nicbond which nb0 10.1.0.1 | cut -d' ' -f1,3)" \
	"$(awk '{ print $1 }' <(nicbond which nb0 10.1.0.1)) $(sys "$h1" "$(nicbond which nb0 10.1.0.1 | cut -d' ' -f1)/nicbond_member/slot")"

# Frames of Fibre Channel: by D_ID, and as they are.
frame() { printf '0efc000000010200000000018906%026d2e06%06x%032d%08d' 0 "$1" 0 0; }
for d_id in 0x010203 0x010204 0x010206; do
	member=$(nicbond which nb0 d-id $d_id | cut -d' ' -f1)
	before=$(counter "$h1" "$member.transmitted")
	for ((i = 0; i < 20; i++)); do in_net "$h1" "$TOOLS/frame" nb0 "$(frame $d_id)"; done
	at_least "which d-id $d_id: frames left by $member" $((before + 20)) "$(counter "$h1" "$member.transmitted")"
	equal "which frame says the same" "$member" "$(nicbond which nb0 frame "$(frame $d_id)" | cut -d' ' -f1)"
	equal "and from standard input" "$member" "$(frame $d_id | sed 's/../& /g' | nicbond which nb0 frame - | cut -d' ' -f1)"
done

# primary, and the events of that: first until both listen.
background "$WORK/events" ip netns exec "$h1" "$TOOLS/nicbond" events
background "$WORK/events.json" ip netns exec "$h1" "$TOOLS/nicbond" events -j nb0
both_listen() {
	nicbond primary nb0 eth1
	nicbond primary nb0 eth0
	said "$WORK/events" eth0 && said "$WORK/events.json" eth0
}
check "events: they listen" wait_for both_listen
equal "primary: who is" "$(primary "$h1")" "$(nicbond primary nb0)"

# event FILTER EXPECTED TEXT: the last one, when it has come.
last_is() { [ "$(tail -n 1 "$WORK/events.json" | jq -c "$1")" = "$2" ]; }
event() {
	if wait_for last_is "$1" "$2"; then pass "$3"; else fail "$3" "no $2: $(tail -n 2 "$WORK/events.json")"; fi
}
nicbond primary nb0 eth2
equal "primary: moved" eth2 "$(primary "$h1")"
event '[.event, .master, .old, .new, .epoch, .cause]' \
	"[\"role\",\"nb0\",\"eth0\",\"eth2\",$(sys "$h1" nb0/nicbond/epoch),\"asked\"]" \
	"events -j: the role moved"
event '.duration_us > 0 and .duration_us < 60000000' true "events -j: it took a time"
event '.effect_ns > 0 and .effect_ns / 1000 <= .duration_us' true "events -j: in effect before that"
event '(now - .time) * (now - .time) < 3600' true "events -j: it happened now"
member='[.event, .master, .member, .slot, .what]'
unplug 1
event "$member" '["member","nb0","eth1",1,"went-down"]' "events -j: a member went down"
plug 1
event "$member" '["member","nb0","eth1",1,"went-up"]' "events -j: and up"
ip -n "$h1" link set eth3 nomaster
event "$member" '["member","nb0","eth3",3,"left"]' "events -j: a member left"
ip -n "$h1" link set eth3 master nb0
check "events -j: a member joined" wait_for grep -q '"member":"eth3","slot":3,"what":"joined"' "$WORK/events.json"
# eth1's own queue takes nothing: its adaptor drops all that it is to send.
wait_for peers_up "$h1" 4
in_net "$h1" tc qdisc replace dev eth1 root pfifo limit 0
option drop_threshold_pps 20
burst() { in_net "$h1" "$TOOLS/stream" send 10.1.0.0 1000 7400 0 1000 >/dev/null; }
dropping() {
	burst
	grep -q '"what":"dropping"' "$WORK/events.json"
}
check "events -j: a member drops too much" wait_for dropping
option drop_threshold_pps 0
in_net "$h1" tc qdisc del dev eth1 root
at_least "events -j: that many in a second" 20 "$(grep '"what":"dropping"' "$WORK/events.json" |
	jq 'select(.member == "eth1").drops' | sort -n | head -1)"
equal "events -j: nobody else does" 0 "$(grep '"what":"dropping"' "$WORK/events.json" | grep -vc '"member":"eth1"')"
said_all() {
	local pattern
	for pattern in "nb0: primary eth0 -> eth2, epoch [0-9]+, cause: asked, in effect after [0-9.]+ us, [0-9]+ us" \
		"nb0: eth1 went-down, slot 1, cause: (notifier|transmit)" \
		"nb0: eth1 went-up, slot 1, cause: notifier" \
		"nb0: eth3 left, slot 3, cause: released" "nb0: eth3 joined, slot 3, cause: joined" \
		"nb0: eth1 dropping, slot 1, [0-9]+ packets"; do
		grep -qE "^[0-9:]{8}\.[0-9]{6} $pattern\$" "$WORK/events" || return 1
	done
}
check "events: all of that in words" wait_for said_all
# A member that is gone altogether still has its name; it is another master's.
ip -n "$h1" link add nb1 type nicbond
ip -n "$h1" link add gone type dummy
ip -n "$h1" link set gone master nb1
wait_for said "$WORK/events" "nb1: gone joined"
ip -n "$h1" link del gone
check "events: a device that is gone has its name" wait_for said "$WORK/events" "nb1: gone left, slot 0"
ip -n "$h1" link del nb1
nicbond primary nb0 eth3
event '[.event, .new]' '["role","eth3"]' "events -j: the role moved again"
equal "events MASTER: only its" 0 "$(grep -c -e gone -e nb1 "$WORK/events.json")"
equal "events -j: each line is JSON" "$(wc -l <"$WORK/events.json")" "$(jq -c . "$WORK/events.json" | wc -l)"

# top: bars while a stream flows, and the role moves.
start_stream 64 $((4000 / LOAD))
background "$WORK/top" ip netns exec "$h1" "$TOOLS/nicbond" top -n 4 nb0
top=$PID
wait_for said "$WORK/top" adaptor
nicbond primary nb0 eth0
wait "$top"
equal "top: ends after four blocks" 0 $?
stop_stream
equal "top: four blocks" 4 "$(grep -c '^nb0: selector dst-hash, primary' "$WORK/top")"
equal "top: a bar for each adaptor" 16 "$(grep -cE '^eth[0-3] +\[#+ *\] +[0-9.]+% ' "$WORK/top")"
equal "top: roles are told" 4 "$(grep -cE ' primary +up ' "$WORK/top")"
at_most "top: shares are all of it, in tenths of a percent, but for rounding" 8 \
	"$(awk '/^eth/ { sub(/.*\]/, ""); sum += 10 * $1 } END { d = sum - 4000; print d < 0 ? -d : d }' "$WORK/top")"
check "top: the role moved meanwhile" grep -q 'nb0: primary eth3 -> eth0, epoch' "$WORK/top"

# On a terminal, a small one, too; q ends it.
mountpoint -q /dev/pts || mount -t devpts devpts /dev/pts
mkfifo "$WORK/keys"
ends_by_q() {
	exec {keys}<>"$WORK/keys"
	# A command in the background has no input but what it opens itself.
	background "$WORK/screen" env TERM=vt100 timeout 60 sh -c "exec script -qefc \
		'stty rows $1 cols $2; exec ip netns exec $h1 $TOOLS/nicbond top' /dev/null <$WORK/keys"
	wait_for test -s "$WORK/screen"
	printf q >&"$keys"
	wait "$PID"
	local status=$?
	exec {keys}>&-
	return $status
}
for size in "24 80" "3 20" "1 1"; do
	# shellcheck disable=SC2086 # two numbers
	ends_by_q $size
	equal "top: on a terminal of $size" 0 $?
done

# A program, pinned.
PINS=$WORK/bpf
mkdir "$PINS"
mount -t bpf bpf "$PINS"
defer umount "$PINS"
bpftool prog loadall "$TOOLS/odd.bpf.o" "$PINS/odd"
check "program: a pinned one is taken" nicbond program nb0 "$PINS/odd/odd_scratch"
equal "program: it is that" "$(bpftool -j prog show pinned "$PINS/odd/odd_scratch" | jq .id)" "$(shown .selector_program)"
ended "program: one of another type" 1 "nb0: .*socket_filter" nicbond program nb0 "$PINS/odd/odd_type"
ended "program: what is none" 1 "$WORK/sent: .*; a pinned program of type socket_filter is needed, or none" \
	nicbond program nb0 "$WORK/sent"
check "program: taken away" nicbond program nb0 none
equal "program: there is none" null "$(shown .selector_program)"

# Refused: with a word on what there is, or the kernel's.
unplug 1
wait_for peers_up "$h1" 3
while IFS='|' read -r pattern command; do
	# shellcheck disable=SC2086 # words
	ended "refused: $command" 1 "^nicbond: $pattern\$" nicbond $command
done <<'COMMANDS'
nb9 is no master; one is needed of: nb0|show nb9
eth0 is no master; one is needed of: nb0|which eth0 10.1.0.1
eth0 is no master; one is needed of: nb0|top -n 1 eth0
nb9 is no master; one is needed of: nb0|events nb9
lo is no member; one is needed of: eth0 eth1 eth2 eth3|regs lo
lo is neither master nor member; one is needed of: [a-z0-9 ]+|table lo
NOSUCH is no register; one is needed of: ID .* PEER\[0..63\] .*|regs eth0 NOSUCH
PEER\[64\] is no register; one is needed of: .*|regs eth0 PEER[64]
PEER\[4294967296\] is no register; one is needed of: .*|regs eth0 PEER[4294967296]
ROLE\[0\] is no register; one is needed of: .*|regs eth0 ROLE[0]
nosuch is no member; one is needed of: eth0 eth1 eth2 eth3|primary nb0 nosuch
nb0: Cannot be primary: it is no member|primary nb0 lo
nb0: Cannot be primary: it is down or has no carrier|primary nb0 eth1
COMMANDS
equal "and the role is where it was" eth0 "$(nicbond primary nb0)"
plug 1

# Not called right.
while IFS='|' read -r pattern command; do
	# shellcheck disable=SC2086 # words
	ended "not right: $command" 2 "^nicbond: $pattern\$" nicbond $command
done <<'COMMANDS'
a command is needed|
no command 'shwo'|shwo
'-n' is no option of show|show -n 3
'-x' is no option of show|show -x
show takes no 'nb1'|show nb0 nb1
regs needs more than that|regs
'-n' needs a value|top -n
-n '0': a number from 1 on is needed|top -n 0
'10.1.0' is no IPv4 or IPv6 address|which nb0 10.1.0
d-id '0x1000000': 0 to 0xffffff is needed|which nb0 d-id 0x1000000
frame: pairs of hexadecimal digits are needed|which nb0 frame 012
frame: 'g' is no hexadecimal digit|which nb0 frame 0g
'10.1.0.1': an address, d-id or frame is needed|which nb0 10.1.0.1 10.1.0.2
COMMANDS

# Not permitted, but for looking.
for command in "primary nb0 eth2" "program nb0 none" "regs eth0" "which nb0 10.1.0.1"; do
	# shellcheck disable=SC2086 # words
	ended "without CAP_NET_ADMIN: $command" 1 "^nicbond: (nb0|eth0): Operation not permitted\$" \
		unprivileged $command
done
for command in show "show -j" table channels "primary nb0" "top -n 1"; do
	# shellcheck disable=SC2086 # words
	check "without CAP_NET_ADMIN: $command" unprivileged $command
done

# Help.
for command in show top events regs table channels which primary program metrics from-bonding; do
	check "help: $command" grep -q "^usage: nicbond $command " <("$TOOLS/nicbond" $command --help)
	check "the manual page has $command" grep -q "^\.B nicbond ${command/-/\\\\-}" "$TOP/tools/nicbond/nicbond.8"
done
# Installed, where ip and the shell look.
install() {
	make -s -C "$TOP/tools/iproute2" OUT="$TOOLS/ip" install &&
		make -s -C "$TOP/tools/nicbond" OUT="$TOOLS" install
}
check "install-tools" install
check "ip finds its plug-in" grep -q '^  selector ' <(env -u IP_LIB_DIR ip link help nicbond 2>&1)
check "and that of members" grep -q '^  weight ' <(env -u IP_LIB_DIR ip link help nicbond_slave 2>&1)
check "and the command is there" /usr/local/bin/nicbond --version
refused "and what it calls" "^nicbond: lo is no bond" /usr/local/bin/nicbond from-bonding lo
check "there is a manual page" test -s /usr/local/share/man/man8/nicbond.8
# shellcheck disable=SC2016 # the other shell's
complete_nicbond() {
	in_host "$h1" bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nicbond
		echo "${COMPREPLY[*]}"' - "$TOP/tools/nicbond/nicbond.bash-completion" "$@"
}
equal "completion: a command" "top table" "$(complete_nicbond nicbond t)"
equal "completion: a master" nb0 "$(complete_nicbond nicbond primary '')"
equal "completion: a member" "eth0 eth1 eth2 eth3" "$(complete_nicbond nicbond regs e)"
check "--version" grep -q '^nicbond, ' <("$TOOLS/nicbond" --version)
