#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Every option, whoever sets it, reads the same everywhere; what is not accepted is
# refused everywhere. The table of options is made from their rows (tools/options.c).
#
#   $box   nb0 -- eth0 eth1    and eth2, no member (dummy)
# shellcheck disable=SC2154 # $box: host() sets it
. "$(dirname "$0")/lib.sh"

host box
link() { ip -n "$box" link "$@"; }

# show OPTION...: nb0.
show() { ip -n "$box" "$@" link show nb0; }
for i in 0 1 2; do
	link add "eth$i" type dummy
	link set "eth$i" up
done

# The table: names by whose they are, and of each its columns; the numbers of words.
declare -A NAMES=() KIND=() REG=() LEAST=() MOST=() STEPS=() INITIAL=() WORDS=() NUMBER=()
while read -r whose name kind reg least most steps initial words; do
	NAMES[$whose]+="$name "
	KIND[$name]=$kind REG[$name]=$reg LEAST[$name]=$least MOST[$name]=$most
	STEPS[$name]=$steps INITIAL[$name]=$initial WORDS[$name]=
	[ "$words" != - ] || continue
	for word in ${words//,/ }; do
		NUMBER["$name ${word%=*}"]=${word#*=}
		WORDS[$name]+="${word%=*} "
	done
done < <("$TOOLS/options" --shell)
read -ra MASTER <<<"${NAMES[master]}"
read -ra MEMBER <<<"${NAMES[member]}"
REGISTERS=$(printf '%s\n' "${REG[@]}" | grep -v '^-' | paste -sd'|')

# Slow beds try fewer values.
FEW=100
[ $LOAD -lt 10 ] || FEW=2

# values NAME: what to try, in $VALUES: the ends of a range and what is beside one; each
# name; sets, such that no two fields are in just the same ones.
KEYS=(00112233445566778899aabbccddeeff fedcba98765432100123456789abcdef)
values() {
	local name=$1 words some bit i
	case ${KIND[$name]}/${STEPS[$name]} in
	number/powers) VALUES=("${LEAST[$name]}" $((LEAST[$name] * 2)) "${MOST[$name]}") ;;
	number/each) VALUES=("${LEAST[$name]}" $((LEAST[$name] + 1)) "${MOST[$name]}") ;;
	name/*) read -ra VALUES <<<"${WORDS[$name]}" ;;
	set/*)
		read -ra words <<<"${WORDS[$name]}"
		VALUES=()
		for ((bit = 1; bit <= ${#words[@]}; bit *= 2)); do
			some=
			for ((i = 1; i <= ${#words[@]}; i++)); do
				[ $((i & bit)) = 0 ] || some+=,${words[i - 1]}
			done
			VALUES+=("${some#,}")
		done ;;
	key/*) VALUES=("${KEYS[@]}") ;;
	targets/*) VALUES=(10.0.0.9 "10.0.0.9@7,fd00::9,fe80::9@4094" none) ;;
	esac
	VALUES=("${VALUES[@]:0:FEW}")
}

# bad NAME: what to be refused, in $VALUES, and words of the refusal in $SAID.
bad() {
	local name=$1
	case ${KIND[$name]} in
	number)
		SAID="${LEAST[$name]} to ${MOST[$name]}"
		VALUES=($((MOST[$name] + 1)) many)
		[ "${LEAST[$name]}" = 0 ] || VALUES+=($((LEAST[$name] - 1)))
		[ "${STEPS[$name]}" = each ] || VALUES+=($((LEAST[$name] + 1))) ;;
	targets) SAID="none \(default\), or 1 to 16" VALUES=(nosuch 10.0.0.9@4095 "10.0.0.9," 224.0.0.1
		"$(seq -s, -f 10.0.0.%g 17)") ;;
	key) SAID="32 hexadecimal digits" VALUES=("${KEYS[0]}0" "${KEYS[0]%?}g") ;;
	*)
		SAID="${WORDS[$name]%% *} \(default\), "
		VALUES=(nosuch "${WORDS[$name]%% *},nosuch" 1) ;;
	esac
	VALUES=("${VALUES[@]:0:FEW - 1}")
}

# hex NAME VALUE: what its register holds then, in $HEX.
hex() {
	local number=0 word
	case ${KIND[$1]} in
	key | targets) HEX=$2; return ;;
	number) number=$2 ;;
	*) for word in ${2//,/ }; do number=$((number | NUMBER["$1 $word"])); done ;;
	esac
	printf -v HEX %08x "$number"
}

# The surfaces that set: NAME VALUE... of nb0, which is new by those that make it.
remove() { link del nb0; }
create() {
	printf '%s\n' "link add nb0 numtxqueues 256 type nicbond $*" "link set eth0 master nb0" \
		"link set eth1 master nb0" "link set nb0 up" | ip -n "$box" -batch -
}
by_parameter() {
	remove
	wait_for rmmod nicbond
	# shellcheck disable=SC2046
	load $(printf '%s=%s ' "$@")
	create
}
by_add() {
	remove
	create "$@"
}
by_set() { link set nb0 type nicbond "$@"; }
by_sysfs() {
	local script="cd /sys/class/net/nb0/nicbond"
	while [ $# -gt 0 ]; do
		script+="; echo '$2' >$1"
		shift 2
	done
	in_host "$box" sh -ec "$script"
}

# The surfaces that are read: into $GOT, by surface and name, or register.
declare -A GOT=()
read_words() {
	local surface=$1 name value
	while read -r name value; do
		GOT["$surface $name"]+=$value
	done
}
read_files() {
	local file value
	while IFS=: read -r file value; do
		GOT["$1 ${file##*/}"]=$value
	done
}
JSON='to_entries[] | "\(.key) \(.value | type) \(.value | if type == "array" then join(",") else . end)"'
read_all() {
	local words
	GOT=()
	read_files sysfs < <(in_host "$box" grep -r . /sys/class/net/nb0/nicbond)
	[ "$1" != parameter ] ||
		read_files parameters < <(grep -r . /sys/module/nicbond/parameters)
	read -ra words < <(show -d | sed -n 's/^ *nicbond //p')
	read_words ip < <(printf '%s %s\n' "${words[@]}")
	read_words json < <(show -d -j | jq -r ".[].linkinfo.info_data | $JSON")
	read_words debugfs < <(sed -nE "s/^0x.{4} ($REGISTERS)(\[.\])? +0x(.{8})( .*|$)/\1 \3/p" \
		"$DEBUGFS"/*/registers)
	read_registers
}
read_registers() {
	local raw name at
	while read -ra raw; do
		for name in "${MASTER[@]}"; do
			[ "${REG[$name]}" != - ] || continue
			at=REG_${REG[$name]}
			at=$((${!at} / 4))
			GOT["ethtool $name"]+=${raw[at]}
			[ "${KIND[$name]}" != key ] ||
				GOT["ethtool $name"]+=${raw[at + 1]}${raw[at + 2]}${raw[at + 3]}
		done
	done < <(in_net "$box" ethtool -d nb0 raw on | od -An -v -tx4 -w"$REGISTERS_SIZE")
}

# compare BY NAME VALUE: all that was read says so; what does not, in $WRONG.
declare -A WRONG=() TYPE=([number]=number [name]=string [set]=array [targets]=string)
compare() {
	local by=$1 name=$2 value=$3 shown=$3 json="${TYPE[${KIND[$2]}]:-} $3"
	hex "$name" "$value"
	# A key is secret.
	[ "${KIND[$name]}" != key ] || shown='' json=''
	one "$by" "$name" sysfs "$value"
	one "$by" "$name" ip "$shown"
	one "$by" "$name" json "$json"
	[ "$by" != parameter ] || one "$by" "$name" parameters "$shown"
	# What is the host's alone, is no register.
	[ "${REG[$name]}" != - ] || return 0
	# Many registers, in words of their own: which, is KUnit's to test.
	[ "${KIND[$name]}" != targets ] || return 0
	one "$by" "$name" ethtool "$HEX$HEX"
	GOT["debugfs $name"]=${GOT["debugfs ${REG[$name]}"]:-}
	one "$by" "$name" debugfs "$HEX$HEX"
}
one() {
	[ "${GOT["$3 $2"]-}" = "$4" ] || WRONG["$1 $2"]+="$3: '$4' is '${GOT["$3 $2"]-}' "
}

# In each round every option has another of its values.
create
DEBUGFS=/sys/kernel/debug/nicbond/nb0@$(stat -L -c %i "/run/netns/$box")
read_all set
for name in "${MASTER[@]}"; do
	[ "${KIND[$name]}" = key ] || compare initially "$name" "${INITIAL[$name]}"
	WRONG[initially]+=${WRONG["initially $name"]:-}
done
equal "each option has its default" "" "${WRONG[initially]}"
rounds=0
for name in "${MASTER[@]}"; do
	values "$name"
	[ ${#VALUES[@]} -le "$rounds" ] || rounds=${#VALUES[@]}
done
at_least "there are options" 11 ${#MASTER[@]}
for by in parameter add set sysfs; do
	for ((round = 0; round < rounds; round++)); do
		all=()
		for name in "${MASTER[@]}"; do
			values "$name"
			all+=("$name" "${VALUES[round % ${#VALUES[@]}]}")
		done
		"by_$by" "${all[@]}" || WRONG["$by ${MASTER[0]}"]+="round $round fails "
		read_all $by
		for ((i = 0; i < ${#all[@]}; i += 2)); do
			compare $by "${all[@]:i:2}"
		done
	done
	for name in "${MASTER[@]}"; do
		values "$name"
		equal "$name by $by: ${#VALUES[@]} values read the same everywhere" \
			"" "${WRONG["$by $name"]:-}"
	done
done

# Refused, by each surface, with what is accepted; and nothing is changed.
state() {
	local name file
	read_all set
	for name in "${!GOT[@]}"; do
		echo "$name ${GOT[$name]}"
	done | sort
	for file in "${MEMBER[@]}" role; do
		sys "$box" "eth[01]/nicbond_member/$file"
	done
}

# refuse_all TEXT NAMES COMMAND...: each bad value of each of these options, given to the
# command with its name; which says why, or the kernel's log does.
refuse_all() {
	local text=$1 names=$2 name value log=$WORK/refused taken
	shift 2
	dmesg >"$log.before"
	for name in $names; do
		bad "$name"
		for value in "${VALUES[@]}"; do
			! "$@" "$name" "$value" || echo "# $name $value was taken"
		done
	done >"$log" 2>&1
	dmesg | tail -n +$(($(wc -l <"$log.before") + 1)) >>"$log"
	taken=$(grep '^# ' "$log")
	for name in $names; do
		bad "$name"
		equal "$name: ${#VALUES[@]} bad values are refused $text" "${#VALUES[@]} " \
			"$(grep -cE "$name(=.* is not taken| is not taken as given|.* takes)(; accepted:)? $SAID" "$log") $(
				grep "^# $name " <<<"$taken")"
	done
}

state >"$WORK/before"
refuse_all "by ip link set" "${NAMES[master]}" by_set
refuse_all "by ip link add" "${NAMES[master]}" link add nb1 type nicbond
refuse_all "by sysfs" "${NAMES[master]}" by_sysfs
for name in ${NAMES[master_state]}; do
	[ "$name" = primary ] ||
		refused "$name, which is read-only" "Error: $name is read-only" by_set "$name" 1
done
refused "a good option with a bad one after it" "flowlet_gap_us is not taken" \
	by_set table_size 512 flowlet_gap_us 2000000
refused "before it" "flowlet_gap_us is not taken" by_set flowlet_gap_us 2000000 table_size 512
refused "with a primary that is no member" "it is no member" by_set table_size 512 primary eth2
refused "with one that there is not" "primary takes the name of a device" \
	by_set table_size 512 primary nosuch
refused "a new master with a primary" "no members yet" link add nb1 type nicbond primary eth0
refused "a word that is no option" "nicbond takes selector .* primary" by_set best 1
refused "an option without a value" "table_size.* is required" by_set table_size
by_set best 1 2>/dev/null
equal "whose status is that of ip's own refusals" 255 $?
# What ip would not send. An attribute's number is that of its row.
attribute() { "$TOOLS/options" --shell | awk -v name="$1" '$1 ~ /^master/ { n++ } $2 == name { print n + 1; exit }'; }
raw() {
	local text=$1 pattern=$2
	shift 2
	refused "raw: $text" "$pattern" in_net "$box" "$TOOLS/rawlink" nb0 "$@"
}
check "raw: a good value" in_net "$box" "$TOOLS/rawlink" nb0 "$(attribute table_size)" \
	"$(printf %08x "$(sys "$box" nb0/nicbond/table_size)" | tac -rs ..)"
raw "a name's number that is none" "selector is not taken as given; accepted: dst-hash" \
	"$(attribute selector)" 03000000
raw "an empty set" "hash_fields is not taken as given; accepted: dst-ip" "$(attribute hash_fields)" 00000000
raw "a set with what is in none" "hash_fields is not taken as given" "$(attribute hash_fields)" 01000080
raw "a key too short" "hash_key is not taken as given; accepted: 32" "$(attribute hash_key)" "${KEYS[0]%??}"
raw "a key too long" "hash_key is not taken as given" "$(attribute hash_key)" "${KEYS[0]}00"
raw "a number out of range" "flowlet_gap_us is not taken as given; accepted: 0 to 1000000" \
	"$(attribute flowlet_gap_us)" 41420f00
raw "a number of two bytes" "[Ii]nvalid attribute length|out of range" "$(attribute table_size)" 0002
raw "a number of eight" "[Ii]nvalid attribute length|out of range" "$(attribute table_size)" 0002000000000000
raw "what is read-only" "epoch is read-only" "$(attribute epoch)" 05000000
# rtnetlink's own way, for all kinds of links.
check "raw: an attribute that there is not is passed over" in_net "$box" "$TOOLS/rawlink" nb0 99 00000000
state >"$WORK/after"
check "nothing changed by all that" diff "$WORK/before" "$WORK/after"
at_least "as lines say" 40 "$(wc -l <"$WORK/after")"

# Members, of a master with all its defaults, which the module's parameters were, too: they
# can be reached, and take the role.
remove
wait_for rmmod nicbond
# shellcheck disable=SC2119
load
create
member_by_ip() { link set eth1 type nicbond_slave "$@"; }
member_by_sysfs() { in_host "$box" sh -c "echo $2 >/sys/class/net/eth1/nicbond_member/$1"; }
for name in "${MEMBER[@]}"; do
	values "$name"
	for by in ip sysfs; do
		wrong=
		for value in "${VALUES[@]}"; do
			"member_by_$by" "$name" "$value"
			said="$(sys "$box" "eth1/nicbond_member/$name")"
			said+=" $(ip -n "$box" -d link show eth1 | sed -n "s/.* nicbond_slave .*\b$name \([0-9]*\) .*/\1/p")"
			said+=" $(ip -n "$box" -d -j link show eth1 | jq ".[].linkinfo.info_slave_data.$name")"
			[ "$said" = "$value $value $value" ] || wrong+="'$value' is '$said' "
		done
		equal "$name of a member by $by: ${#VALUES[@]} values read the same everywhere" "" "$wrong"
	done
done
refuse_all "by ip link set" "${NAMES[member]}" member_by_ip
refuse_all "by sysfs" "${NAMES[member]}" member_by_sysfs
for name in ${NAMES[member_state]}; do
	read -r value _ <<<"${WORDS[$name]} 1"
	refused "$name of a member, which is read-only" "Error: $name is read-only" \
		member_by_ip "$name" "$value"
done
member_by_ip weight 7 priority 0
by_set primary eth0
refused "a good option of a member with a bad one" "priority is not taken" \
	member_by_ip weight 3 priority 256
equal "changes nothing" 7 "$(sys "$box" eth1/nicbond_member/weight)"
equal "a weight is in the PEER registers of all adaptors" "7 7" \
	"$(for i in 0 1; do
		echo $((($(registers "$box" $i $((REG_PEER + 4))) & PEER_WEIGHT) / (PEER_WEIGHT & -PEER_WEIGHT)))
	done | xargs)"
equal "JSON tells a member's state" "secondary up 1" "$(ip -n "$box" -d -j link show eth1 |
	jq -r '.[].linkinfo.info_slave_data | "\(.role) \(.state) \(.slot)"')"

# Statistics, by ip -s: those of ethtool -S.
statistics() {
	show -s -d -j | jq -r '.[].linkinfo.info_xstats
		| (del(.counters) + .counters) | to_entries[] | "\(.key) \(.value)"' >"$WORK/json"
	show -s -d | grep -A 1 '^ *failovers ' | sed 's/ addrgenmode .*//' | xargs -n 2 >"$WORK/text"
	in_net "$box" ethtool -S nb0 | sed 's/.*[. ]\([a-z_]*\): /\1 /' |
		awk '!($1 in sum) { names[n++] = $1 } { sum[$1] += $2 }
			END { for (i = 3; i < n; i++) print names[i], sum[names[i]] }' >"$WORK/ethtool"
	cmp "$WORK/json" "$WORK/ethtool" && cmp "$WORK/text" "$WORK/ethtool"
}
ip -n "$box" addr add 10.9.0.1/24 dev nb0
ip -n "$box" neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev nb0
in_net "$box" ping -q -c 3 -i 0.01 -W 0.1 10.9.0.2 >/dev/null
check "ip -s -d tells the statistics that ethtool -S does" wait_for statistics
at_least "and there are some" 3 "$(sed -n 's/^handed_over //p' "$WORK/json")"

# Help has every option, and what it accepts.
for kind in nicbond nicbond_slave; do
	link help $kind
done >"$WORK/help"
for name in "${MASTER[@]}" "${MEMBER[@]}"; do
	bad "$name"
	grep -A 1 -E "^  $name +[A-Z]" "$WORK/help" | grep -qE "^ +$SAID" || echo "$name"
done >"$WORK/missing"
equal "ip link help has every option, and what it accepts" "" "$(cat "$WORK/missing")"

# Who watches is told.
background "$WORK/monitor" ip -n "$box" -d monitor link
watched() {
	by_sysfs table_size 1024
	by_sysfs table_size 512
	said "$WORK/monitor" ' table_size 512 '
}
check "ip monitor tells of an option" wait_for watched
by_set primary eth1
link set eth2 master nb0
check "of one member more" wait_for said "$WORK/monitor" ' members 3 '
link set eth2 nomaster
check "of another primary" wait_for said "$WORK/monitor" ' primary eth1 '
check "of its role" wait_for said "$WORK/monitor" 'nicbond_slave .* role primary '
member_by_sysfs weight 9
check "of a weight" wait_for said "$WORK/monitor" 'nicbond_slave weight 9 '
member_by_ip priority 77
check "of a priority" wait_for said "$WORK/monitor" 'nicbond_slave weight 9 priority 77 '
link set eth1 down
check "of a primary after a failure" wait_for said "$WORK/monitor" ' primary eth0 .* failovers 1 '
kill -TERM "$PID"

# As parameters, of a module that is not loaded.
remove
check "unload" wait_for rmmod nicbond
load_with() { load "$1=$2"; }
refuse_all "by module parameter" "${NAMES[master]}" load_with
check "load again" load
