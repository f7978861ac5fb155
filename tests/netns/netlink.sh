#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# The generic netlink family, by its spec and the kernel tree's own client, against what
# ethtool, sysfs and the packets themselves say:
#
#   $h1 nb0 ==4 cables== nb0 $h2
#   $many nb0 -- d0 .. d63 (dummy)
# shellcheck disable=SC2154 # $many: host() sets it
. "$(dirname "$0")/lib.sh"

YNL=("$TOP/tests/tools/ynl" "$TOOLS/pyynl" "$TOP/Documentation/netlink/specs/nicbond.yaml")
index() { sys "$h1" "$1/ifindex"; }

# between TEXT BEFORE VALUE AFTER: a counter that goes on was read between two others.
between() {
	if [ "$2" -le "$3" ] && [ "$3" -le "$4" ]; then pass "$1"; else fail "$1" "$2 <= $3 <= $4"; fi
}
# figure FILE NAME: of what ethtool -S had said.
figure() { sed -n "s/^ *$2: //p" "$1"; }

# asked LINE FILTER: what jq says to the answer of that line of $WORK/answers.
asked() { sed -n "$1p" "$WORK/answers" | jq -rc "$2"; }

two_hosts 4
nb0=$(index nb0)
eth=()
for i in 0 1 2 3; do eth+=("$(index eth$i)"); done

# Traffic, through rings, so that all have something to tell.
option channel_mode ring
destinations 10.1.0.0 64 "$WORK/sent" 42

# In one go: the client takes a while to start.
in_net "$h1" ethtool -S nb0 >"$WORK/before"
in_host "$h1" "${YNL[@]}" >"$WORK/answers" <<-END
	dump adaptor-get {}
	dump adaptor-get {"master": $nb0}
	do adaptor-get {"ifindex": ${eth[2]}}
	do registers-get {"ifindex": ${eth[1]}}
	do registers-get {"ifindex": ${eth[1]}, "offset": $REG_HASH_KEY, "count": 4}
	do table-get {"ifindex": ${eth[3]}}
	do table-get {"ifindex": $nb0}
	dump channel-get {"master": $nb0}
	do adaptor-get {"ifindex": $nb0}
	do adaptor-get {}
	dump adaptor-get {"master": ${eth[0]}}
	do registers-get {"ifindex": ${eth[1]}, "offset": 2}
	do registers-get {"ifindex": ${eth[1]}, "offset": $REGISTERS_SIZE}
	do registers-get {"ifindex": ${eth[1]}, "offset": 4, "count": $((REGISTERS_SIZE / 4))}
	do which {"master": $nb0}
	do which {"master": $nb0, "destination": "0a0000"}
	do which {"master": $nb0, "destination": "0a000001ff"}
	do which {"master": $nb0, "destination": "0a000002", "d-id": 1}
	do which {"master": $nb0, "d-id": 16777216}
	do which {"master": $nb0, "frame": "0102"}
	do which {"master": ${eth[0]}, "d-id": 1}
	do program-set {"master": $nb0, "fd": 77}
	do program-set {"master": 7777}
END
in_net "$h1" ethtool -S nb0 >"$WORK/after"
equal "each request has an answer" 23 "$(wc -l <"$WORK/answers")"

equal "a dump has all adaptors, oldest first" "[$(printf '%s,' "${eth[@]}" | sed 's/,$//')]" \
	"$(asked 1 '[.[].ifindex]')"
equal "a dump of one master, too" "$(asked 1 '[.[].slot]')" "$(asked 2 '[.[].slot]')"
equal "roles" '["primary","secondary","secondary","secondary"]' "$(asked 2 '[.[].role]')"
equal "states" '["up","up","up","up"]' "$(asked 2 '[.[].state]')"
equal "one adaptor is what the dump has" "$(asked 2 '.[2] | [.ifindex, .slot, .weight]')" \
	"$(asked 3 '[.ifindex, .slot, .weight]')"
for counter in handed-over selected transmitted transmit-bytes forwarded chan-received; do
	for i in 0 1 2 3; do
		between "$counter of eth$i is what ethtool -S has" \
			"$(figure "$WORK/before" "eth$i.${counter//-/_}")" \
			"$(asked 2 ".[$i].counters.\"$counter\"")" \
			"$(figure "$WORK/after" "eth$i.${counter//-/_}")"
	done
done
equal "registers: all" $((REGISTERS_SIZE / 4)) "$(asked 4 '.values | length')"
equal "registers: the hash key" "$(registers "$h1" 1 "$REG_HASH_KEY" 4 | xargs)" \
	"$(asked 5 '.values | map(tostring) | join(" ")')"
equal "the table is what the registers have" "$(buckets "$h1" 3 | xargs)" \
	"$(asked 6 '.slots | map(tostring) | join(" ")')"
equal "a master's table is its primary's" "${eth[0]} 256" \
	"$(asked 7 '[.ifindex, (.slots | length)] | map(tostring) | join(" ")')"
equal "channels: each pair" 12 "$(asked 8 length)"
between "channels: what went over them was forwarded" "$(figure "$WORK/before" eth0.forwarded)" \
	"$(asked 8 "[.[] | select(.from == ${eth[0]}) | .packets] | add")" \
	"$(figure "$WORK/after" eth0.forwarded)"
between "channels: to whom" "$(figure "$WORK/before" eth2.chan_received)" \
	"$(asked 8 ".[] | select(.from == ${eth[0]} and .to == ${eth[2]}) | .packets")" \
	"$(figure "$WORK/after" eth2.chan_received)"
at_least "channels: through rings" 1 "$(asked 8 '[.[].doorbells] | add')"

# refusal LINE ERRNO PATTERN
refusal() {
	local said
	said=$(asked "$1" '"\(.error) \(.text)"')
	check "refused: $3" grep -qE "^$2 .*$3" <<<"$said"
}
refusal 9 19 "No member of a nicbond master"
refusal 10 22 "ifindex of a member is needed"
refusal 11 19 "No nicbond master"
refusal 12 22 "multiple of 4 within"
refusal 13 22 "multiple of 4 within"
refusal 14 22 "end within the register file"
refusal 15 22 "One of destination, d-id and frame"
refusal 16 34 "invalid attribute length|out of range"
refusal 17 22 "of 4 or 16 bytes"
refusal 18 22 "One of destination, d-id and frame"
refusal 19 22 "reserved bit|out of range"
refusal 20 34 "invalid attribute length|out of range"
refusal 21 19 "No nicbond master"
refusal 22 9 "descriptor is not open"
refusal 23 19 "No nicbond master"

# Who would transmit is who does, by address and by the whole frame, IPv4 and IPv6.
option channel_mode direct
destinations 10.1.0.0 64 "$WORK/sent" 42
destinations fd01:: 64 "$WORK/sent6" 42
hex() { "$TOOLS/address" "$1"; }
cat "$WORK/sent" "$WORK/sent6" >"$WORK/all"
while read -r address _; do
	echo "do which {\"master\": $nb0, \"destination\": \"$(hex "$address")\"}"
done <"$WORK/all" | in_host "$h1" "${YNL[@]}" | jq -r .ifindex >"$WORK/would"
while read -r _ member; do index "$member"; done <"$WORK/all" >"$WORK/did"
equal "128 destinations were asked about" 128 "$(wc -l <"$WORK/would")"
check "who would transmit is who did" cmp "$WORK/would" "$WORK/did"

# Who may not administer the network may look, but not at what is secret.
unprivileged=$(in_host "$h1" setpriv --bounding-set -net_admin \
	"${YNL[@]}" <<-END
	dump adaptor-get {}
	do registers-get {"ifindex": ${eth[0]}}
	do which {"master": $nb0, "d-id": 1}
	do program-set {"master": $nb0}
END
)
equal "without CAP_NET_ADMIN: adaptors, no registers, no which, no program" "4 1 1 1" \
	"$(jq -r 'if type == "array" then length else .error end' <<<"$unprivileged" | xargs)"

# An adaptor, of what stands still.
option primary_reselect failure
ip -n "$h1" link set eth2 type nicbond_slave weight 3 priority 4
adaptor() {
	in_host "$h1" "${YNL[@]}" <<<"do adaptor-get {\"ifindex\": ${eth[2]}}" |
		jq -c '[.weight, .priority, ."queue-id", .slot, .epoch, .speed]'
}
equal "weight, priority, queue, slot, epoch, speed are what others say" \
	"[3,4,0,2,$(registers "$h1" 2 "$REG_EPOCH"),$(registers "$h1" 2 "$REG_SPEED")]" "$(adaptor)"
ip -n "$h1" link set eth2 type nicbond_slave weight 1 priority 0

# Events.
background "$WORK/events" in_host "$h1" "${YNL[@]}" --events 7
listener=$PID
wait_for said "$WORK/events" ready
epoch=$(sys "$h1" nb0/nicbond/epoch)
primary "$h1" eth1
unplug 3
wait_for said "$WORK/events" went-down
plug 3
wait_for said "$WORK/events" went-up
ip -n "$h1" link set eth2 nomaster
ip -n "$h1" link set eth2 master nb0
wait_for said "$WORK/events" joined
ip -n "$h1" link set eth1 nomaster
wait "$listener"
event() { grep -v ready "$WORK/events" | sed -n "$1p" | jq -rc "$2"; }
equal "event: the role moved" "[\"role-ntf\",$nb0,${eth[0]},${eth[1]},$((epoch + 1)),\"asked\"]" \
	"$(event 1 '[.name, .msg.master, .msg.old, .msg.new, .msg.epoch, .msg.cause]')"
check "event: with a duration" test "$(event 1 '.msg."duration-us" >= 0')" = true
equal "event: a member went down" "[\"member-ntf\",$nb0,${eth[3]},3,\"went-down\"]" \
	"$(event 2 '[.name, .msg.master, .msg.ifindex, .msg.slot, .msg.what]')"
equal "events: it went up, another left and joined" \
	"[${eth[3]},\"went-up\"] [${eth[2]},\"left\"] [${eth[2]},\"joined\"]" \
	"$(for i in 3 4 5; do event $i '[.msg.ifindex, .msg.what]'; done | xargs -0 echo -n | xargs -d '\n')"
equal "event: the primary leaves, so the role moves" "[${eth[1]},${eth[0]},\"released\"]" \
	"$(event 6 '[.msg.old, .msg.new, .msg.cause]')"
equal "event: then it has left" "[${eth[1]},\"left\"]" "$(event 7 '[.msg.ifindex, .msg.what]')"

# What does not fit into one answer of a dump comes with the next, and nothing twice.
host many
MANY=64
for ((i = 0; i < MANY; i++)); do
	echo "link add d$i type dummy"
	echo "link set d$i up"
	echo "link set d$i master nb0"
done | { echo "link add nb0 type nicbond"; cat; } | ip -n "$many" -batch -
ip -n "$many" link add nb1 type nicbond
nb1=$(sys "$many" nb1/ifindex)
in_host "$many" "${YNL[@]}" >"$WORK/answers" <<-END
	dump adaptor-get {}
	dump channel-get {}
	do which {"d-id": 1}
	do which {"master": $nb1, "d-id": 1}
	do table-get {"ifindex": $nb1}
END
equal "many: a dump has each adaptor once, in order" "[$(seq -s, 0 $((MANY - 1)))]" \
	"$(asked 1 '[.[].slot]')"
equal "many: and each channel" "$((MANY * (MANY - 1))) $((MANY * (MANY - 1)))" \
	"$(asked 2 '[length, ([.[] | [.from, .to]] | unique | length)] | map(tostring) | join(" ")')"
refusal 3 22 "ifindex of a master is needed"
refusal 4 100 "master has no primary"
refusal 5 100 "master has no primary"
