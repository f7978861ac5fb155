#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# The register files as debugfs shows them, of masters of one name in two
# namespaces:
#
#   initial   nbr0 -- r0 r1       (dummy)
#   $box      nbr0 -- r0 r1 r2 r3 (dummy)
# shellcheck disable=SC2154 # $box: host() sets it
. "$(dirname "$0")/lib.sh"

DEBUGFS=/sys/kernel/debug/nicbond
host box
link() { ip -n "$box" link "$@"; }

# build COUNT IP...: nbr0 over r0.., by that ip command.
build() {
	local count=$1 i
	shift
	"$@" link add nbr0 type nicbond
	for ((i = 0; i < count; i++)); do
		"$@" link add "r$i" type dummy
		"$@" link set "r$i" master nbr0
	done
	"$@" link set nbr0 up
}

# field FILE REGISTER COLUMN: that register's line, from there on.
field() {
	awk -v name="$2" -v from="$3" \
		'$2 == name { for (i = from; i <= NF; i++) printf "%s%s", (i > from ? " " : ""), $i }' "$1"
}

# primaries MASTER: how many of its members are.
primaries() { cat "$DEBUGFS/$1"/*/registers | grep -cE '^0x[0-9a-f]+ ROLE +0x00000001 primary$'; }
folders() { (cd "$DEBUGFS/$1" && echo *); }

defer ip link del nbr0
for i in 0 1; do defer ip link del "r$i"; done
build 2 ip
build 4 ip -n "$box"
# settled MASTER COUNT: so many members are up, and no bucket moves any more, so
# that what is read twice is the same.
settled() {
	[ "$(cat "$DEBUGFS/$1"/*/registers | grep -cE ' MOVING +0x00000000$| PEER.* up ')" = $(($2 + $2 * $2)) ]
}
here=nbr0 there=nbr0@$(stat -L -c %i "/run/netns/$box")

check "the adaptors come to rest" wait_for settled "$here" 2
check "in both namespaces" wait_for settled "$there" 4

equal "each master has a folder" "$here $there" "$(folders .)"
equal "each member has one, in the initial namespace" "r0 r1" "$(folders "$here")"
equal "and in the other" "r0 r1 r2 r3" "$(folders "$there")"
equal "with three files" "registers rings table" "$(folders "$there/r2")"
equal "for nobody but root: the key is in there" "400 400 400" \
	"$(stat -c %a "$DEBUGFS/$there/r2/"* | xargs)"
equal "one is primary in each master" "1 1" "$(primaries "$here") $(primaries "$there")"

# Every register of the map has its line, counters and unused PEERs apart.
missing=
while read -r name; do
	[ "$name" = COUNTER ] ||
		grep -qE "^0x[0-9a-f]{4} $name(\[0\])? +0x[0-9a-f]{8}( |\$)" "$DEBUGFS/$there/r0/registers" ||
		missing+=" $name"
done < <("$TOOLS/registers" --shell | sed -n 's/^REG_\([A-Z_]*\)=.*/\1/p')
equal "no register of the map is missing" "" "$missing"

# raw INDEX: the member's registers by ethtool -d, as lines of offset and value.
raw() {
	in_net "$box" ethtool -d nbr0 raw on | tail -c +$(($1 * REGISTERS_SIZE + 1)) |
		head -c "$REGISTERS_SIZE" | od -Ax -v -tx4 -w4 | sed -n 's/^..\(.*\) /0x\1 0x/p'
}

# differing INDEX: lines of the member's file that ethtool -d contradicts, which is
# asked before and after: what changes meanwhile, like HEARTBEAT, says nothing.
differing() {
	raw "$1" >"$WORK/before"
	cat "$DEBUGFS/$there/r$1/registers" >"$WORK/decoded"
	raw "$1" >"$WORK/after"
	awk 'FILENAME ~ /before/ { before[$1] = $2; next }
		FILENAME ~ /after/ { if ($2 == before[$1]) value[$1] = $2; next }
		$1 in value && $3 ~ /^0x/ { n++; if ($3 != value[$1]) print }
		END { if (n < 80) print n " lines compared" }' \
		"$WORK/before" "$WORK/after" "$WORK/decoded"
}
in_net "$box" sysctl -qw net.ipv6.conf.nbr0.disable_ipv6=1
for i in 0 1 2 3; do
	equal "r$i: each line says what ethtool -d does" "" "$(differing $i)"
done
equal "ethtool -d has the map's version, and the length of four" \
	"$REGISTERS_VERSION $((4 * REGISTERS_SIZE))" "$(in_net "$box" "$TOOLS/regversion" nbr0)"
equal "ethtool -i tells the same version" "$REGISTERS_VERSION" \
	"$(in_net "$box" ethtool -i nbr0 | sed -n 's/^firmware-version: .*registers //p')"

# What the values mean.
file=$DEBUGFS/$there/r1/registers
equal "fields are named" "0x4e420001 slot=1 mark=20034" "$(field "$file" ID 3)"
equal "one-bit fields when set" "0x00000103 present up weight=1 queue=0" "$(field "$file" 'PEER[2]' 3)"
equal "values have their name" "0x00000000 secondary" "$(field "$file" ROLE 3)"
equal "numbers their unit" "0x000001f4 500 us" "$(field "$file" FLOWLET_GAP 3)"
equal "there is a PEER for each member" 4 "$(grep -c ' PEER\[' "$file")"
equal "and all of TABLE that is in use" 64 "$(grep -c ' TABLE\[' "$file")"
ip -n "$box" addr add 10.9.0.1/24 dev nbr0
ip -n "$box" neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev nbr0
in_net "$box" ping -q -c 3 -i 0.01 -W 0.1 10.9.0.2 >/dev/null
counters() {
	local i
	for i in 0 1 2 3; do
		echo "$("$@" $i handed_over) $("$@" $i transmitted) $("$@" $i transmit_bytes)"
	done
}
by_debugfs() { field "$DEBUGFS/$there/r$1/registers" "$2" 3; }
by_ethtool() { in_net "$box" ethtool -S nbr0 | sed -n "s/^ *r$1\.$2: //p"; }
counters_agree() { [ "$(counters by_ethtool)" = "$(counters by_debugfs)" ]; }
check "counters are those of ethtool -S" wait_for counters_agree
at_least "and count" 3 "$(by_debugfs 0 handed_over)"

# The table, in short.
equal "table: each slot has its share" "slot 0 r0: 128 of slot 1 r1: 128 of" \
	"$(cut -d' ' -f1-5 "$DEBUGFS/$here/r1/table" | xargs)"
# Each bucket is in one of the lines.
covered() {
	sed 's/.*: //' "$1" | tr ' ' '\n' | awk -F'[-/]' '
		{ for (i = $1; i <= (NF > 1 ? $2 : $1); i += (NF > 2 ? $3 : 1)) {
			n++; if (!seen[i]++) all++ } }
		END { print n, all }'
}
equal "table: each bucket is in it once" "256 256" "$(covered "$DEBUGFS/$there/r2/table")"
link set r1 nomaster
check "a member less" wait_for settled "$there" 3
equal "table: its buckets are lent out" "256 256" "$(covered "$DEBUGFS/$there/r2/table")"
at_most "table: characters to say so" 240 "$(wc -c <"$DEBUGFS/$there/r2/table")"
link set r3 nomaster
check "another one less" wait_for settled "$there" 2
equal "table: each is in it once again" "256 256" "$(covered "$DEBUGFS/$there/r2/table")"
link set r1 master nbr0
link set r3 master nbr0
check "and both are back" wait_for settled "$there" 4
# A bucket or two are a member's all.
link set nbr0 type nicbond table_size 64
weights=(60 2 1 1)
for i in "${!weights[@]}"; do link set "r$i" type nicbond_slave weight "${weights[i]}"; done
shares_are() { [ "$(cut -d' ' -f4 "$DEBUGFS/$there/r2/table" | xargs)" = "$*" ]; }
check "table: shares by weight" wait_for shares_are "${weights[@]}"
equal "table: each of 64 is in it once" "64 64" "$(covered "$DEBUGFS/$there/r2/table")"
equal "table: who has one bucket" 2 "$(grep -cE ' r[23]: 1 of 64[^:]*: [0-9]+$' "$DEBUGFS/$there/r2/table")"
link set nbr0 type nicbond table_size 256
for i in "${!weights[@]}"; do link set "r$i" type nicbond_slave weight 1; done
check "and all as before" wait_for settled "$there" 4

# Names change. Linux 6.1 renames nobody who is up.
link set r1 down
link set nbr0 down
link set r1 name other1
link set nbr0 name other0
moved=other0@${there#*@}
equal "a master's folder follows its name" "$here $moved" "$(folders .)"
equal "a member's likewise" "other1 r0 r2 r3" "$(folders "$moved")"
equal "in that namespace only" "r0 r1" "$(folders "$here")"
ip link set nbr0 down
ip link set nbr0 name nbr1
equal "also in the initial one" "nbr1 $moved" "$(folders .)"
ip link set nbr1 name nbr0

# Who reads when a member goes is told so, and keeps the module, not the member.
exec 9<"$DEBUGFS/$here/r0/registers"
read -r line <&9
ip link set r0 nomaster
equal "a released member's folder goes" r1 "$(folders "$here")"
equal "its open file gave what it had" "0x0000 ID" "${line:0:9}"
refused "and says that it is gone" "Input/output error" sh -c 'cat <&9'
exec 9<&-
ip link set r0 master nbr0
equal "it comes back with the member" "r0 r1" "$(folders "$here")"

# Readers without pause while members come and go.
reader() {
	local n=0
	trap 'echo $n; exit' TERM
	while :; do
		cat "$DEBUGFS"/*/*/* >/dev/null 2>&1
		n=$((n + 1))
	done
}
background "$WORK/reader1" reader
one=$PID
background "$WORK/reader2" reader
two=$PID
rounds=0
while [ $rounds -lt $((4 + 36 / LOAD)) ]; do
	ip link set "r$((rounds % 2))" nomaster || break
	ip link set "r$((rounds % 2))" name "r$((rounds % 2))x" || break
	ip link set "r$((rounds % 2))x" master nbr0 || break
	ip link set "r$((rounds % 2))x" down || break
	ip link set "r$((rounds % 2))x" name "r$((rounds % 2))" || break
	rounds=$((rounds + 1))
done
kill -TERM "$one" "$two"
wait "$one" "$two"
equal "members come and go while their files are read" $((4 + 36 / LOAD)) "$rounds"
at_least "reads of all files meanwhile" 2 "$(cat "$WORK"/reader? | awk '{ n += $1 } END { print n }')"
equal "then all have their folders" "r0 r1" "$(folders "$here")"

ip link del nbr0
equal "a master's folder goes with it" "$moved" "$(folders .)"
ip netns del "$box"
check "and with its namespace" wait_for test ! -e "$DEBUGFS/$moved"
