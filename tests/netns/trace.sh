#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Each tracepoint fires when it should, and says what counters and sysfs say; and
# skb:kfree_skb tells why a packet was dropped:
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

two_hosts 4
ip -n "$h1" link add ticker type dummy
ip -n "$h1" link set ticker up

# A buffer of our own. Where the kernel has no events, what causes them happens all the
# same, and counters and sysfs are looked at.
TRACE=
[ ! -d /sys/kernel/tracing ] || mount -t tracefs tracefs /sys/kernel/tracing
if [ -d /sys/kernel/tracing/events/nicbond ]; then
	TRACE=/sys/kernel/tracing/instances/$NAME-$$
	mkdir "$TRACE"
	defer rmdir "$TRACE"
	defer sh -c "echo 0 >$TRACE/events/enable"
else
	note "this kernel has no event tracing: causes and counters only"
fi

# watch COUNTER EVENT...: from now on, and from no packet later, COUNTER's growth is in
# grown(), and the events are traced. COUNTER is that of all members, or of one: eth1.x.
watch() {
	WATCHED=$1
	wait_for start_watch "${@:2}" || fail "packets never stop"
}
counted() {
	case $WATCHED in
	*.* | drop_no_member) counter "$h1" "$WATCHED" ;;
	*) sum_counters "$h1" "$WATCHED" ;;
	esac
}
start_watch() {
	local event
	[ -z "$TRACE" ] || echo 0 >"$TRACE/events/enable"
	[ -z "$TRACE" ] || echo >"$TRACE/trace"
	BEFORE=$(counted)
	[ -n "$TRACE" ] || return 0
	for event; do echo 1 >"$TRACE/events/$event/enable"; done
	[ "$(counted)" = "$BEFORE" ]
}
grown() { echo $(($(counted) - BEFORE)); }

# lines PATTERN: so many events match. shown TEXT COUNT PATTERN: COUNT do, in the end.
lines() { grep -cE -- "$1" "$TRACE/trace"; }
shown() {
	[ -n "$TRACE" ] || return 0
	wait_for has_lines "$2" "$3"
	equal "$1" "$2" "$(lines "$3")"
}
has_lines() { [ "$(lines "$2")" = "$1" ]; }

# shown_grown TEXT PATTERN: as many match as the watched counter grew by.
shown_grown() {
	[ -n "$TRACE" ] || return 0
	check "$1 ($(grown) of them)" wait_for has_grown "$2"
}
has_grown() { [ "$(lines "$1")" = "$(grown)" ]; }

# freed TEXT COUNT EVENT REASON: of the packets that EVENT names, skb:kfree_skb names
# COUNT next, with REASON.
freed() {
	[ -n "$TRACE" ] || return 0
	equal "$1" "$2" "$(awk -v event="$3" -v reason="reason: $4\$" '
		match($0, /skbaddr=[^ ]*/) { skb = substr($0, RSTART, RLENGTH) }
		$0 ~ event { open[skb] = 1 }
		/ kfree_skb: / && skb in open { count += $0 ~ reason; delete open[skb] }
		END { print count + 0 }' "$TRACE/trace")"
}

# port MEMBER: as events of $h1 name it; $h2 has ports of these names, too.
port() {
	echo "port=$1 ifindex=$(sys "$h1" "$1/ifindex") slot=$(sys "$h1" "$1/nicbond_member/slot")"
}
slot() { sys "$h1" "$1/nicbond_member/slot"; }

# Packets to 64 destinations, of 58 bytes as no other is here: what was seen at the
# ports is what the events say.
for mode in direct ring; do
	option channel_mode $mode
	watch eth0.selected nicbond_fw/nicbond_fw_select nicbond_fw/nicbond_fw_forward
	destinations 10.1.0.0 64 "$WORK/sent"
	shown_grown "$mode: an event for each packet selected" "_select: $(port eth0) "
	for i in 0 1 2 3; do
		sent=$(grep -c "eth$i$" "$WORK/sent")
		at_least "$mode: packets that eth$i transmitted" 1 "$sent"
		shown "$mode: so many were selected for eth$i" "$sent" \
			"_select: $(port eth0) to=$(slot "eth$i") selector=dst-hash skbaddr=[^ ]+ len=58\$"
		[ $i = 0 ] || shown "$mode: so many were forwarded to eth$i" "$sent" \
			"_forward: $(port eth0) to=$(slot "eth$i") by=$mode skbaddr=[^ ]+ len=58\$"
	done
	watch eth0.forwarded nicbond_fw/nicbond_fw_forward
	destinations 10.1.0.0 64 "$WORK/sent"
	at_least "$mode: packets forwarded" 1 "$(grown)"
	shown_grown "$mode: an event for each packet forwarded" "_forward: $(port eth0) "
done

# The role.
option channel_mode direct
option selector load
watch eth1.selected nicbond nicbond_fw/nicbond_fw_role nicbond_fw/nicbond_fw_select
primary "$h1" eth1
epoch=$(sys "$h1" nb0/nicbond/epoch)
destinations 10.1.0.0 64 "$WORK/sent"
at_least "eth1 as primary: packets selected" 64 "$(grown)"
shown "the host chose eth1" 1 \
	"nicbond_role: master=nb0 old=eth0 new=eth1 epoch=$epoch cause=\"asked\" us=[0-9]+\$"
shown "eth1 took the role" 1 \
	"_role: $(port eth1) old=secondary new=primary epoch=$epoch err=0\$"
shown "eth0 gave it up" 1 "_role: $(port eth0) old=primary new=secondary epoch=[0-9]+ err=0\$"
shown "eth1 selects, by another selector" 64 "_select: $(port eth1) to=[0-3] selector=load .*len=58\$"
shown "eth0 selects no more" 0 "_select: $(port eth0) .*len=58\$"
option selector dst-hash

# Members.
was=$(port eth2)
was=${was#port=}
watch eth2.selected nicbond
unplug 2
wait_for peers_up "$h1" 3
plug 2
wait_for peers_up "$h1" 4
ip -n "$h1" link set eth2 nomaster
equal "three are left" 3 "$(sys "$h1" nb0/nicbond/members | wc -w)"
ip -n "$h1" link set eth2 master nb0
for change in "down up=0" "up up=1" "left up=1" "joined up=1"; do
	shown "eth2 is seen to be ${change% *}" 1 \
		"nicbond_member: master=nb0 member=${was/ slot=/ slot=} change=$change\$"
done
wait_for peers_up "$h1" 4

# A port whose queue is full. It frees the packet, for a reason of its own. One that takes
# nothing for long would be taken for dead.
option heartbeat_misses 0
in_net "$h1" tc qdisc replace dev eth1 root pfifo limit 1
in_net "$h1" ethtool --set-priv-flags eth1 hold on
watch eth1.drop_refused nicbond_fw/nicbond_fw_drop
in_net "$h1" "$TOOLS/stream" send 10.1.0.0 64 7000 0 64 >/dev/null
at_least "a full queue: packets dropped" 1 "$(grown)"
shown_grown "a full queue: an event for each" \
	"_drop: $(port eth1) reason=drop_refused skbaddr=[^ ]+ len=0\$"
in_net "$h1" ethtool --set-priv-flags eth1 hold off
in_net "$h1" tc qdisc del dev eth1 root

# A ring of one packet, and packets that come many at a time (ring.sh).
in_net "$h1" tc qdisc replace dev nb0 root netem delay 5ms limit 10000
option channel_mode ring
option channel_depth 1
watch eth1.drop_ring_full nicbond_fw/nicbond_fw_drop skb/kfree_skb
in_net "$h1" "$TOOLS/stream" send 10.1.0.0 64 7000 0 512 >/dev/null
wait_for quiet "$h2"
full=$(grown)
at_least "a full ring: packets dropped" 1 "$full"
shown_grown "a full ring: an event for each" "_drop: $(port eth1) reason=drop_ring_full skbaddr="
freed "a full ring: the kernel is told so" "$full" "_drop: .*drop_ring_full" FULL_RING
in_net "$h1" tc qdisc del dev nb0 root
option channel_mode direct

# The kernel handles one link event a second. The ticker's uses that up, so that the
# stack still sends while there is no carrier (failover.sh); a slow bed may miss that.
tick() { ip -n "$h1" link set ticker carrier off && ip -n "$h1" link set ticker carrier on; }
carrier_is() { [ "$(sys "$h1" nb0/carrier)" = "$1" ]; }
knock() { in_net "$h1" "$TOOLS/stream" send 10.1.0.0 4 7000 0 4 >/dev/null; }
all() { for i in 0 1 2 3; do echo "link set eth$i $*"; done; }

# no_carrier: with the members' carriers gone, packets come.
no_carrier() {
	tick
	ip -n "$h1" -batch - < <(all carrier off)
	knock
	wait_for carrier_is 0
	ip -n "$h1" -batch - < <(all carrier on)
	wait_for carrier_is 1
	wait_for peers_up "$h1" 4
	[ "$(grown)" -gt 0 ]
}
watch drop_no_live nicbond_fw/nicbond_fw_drop skb/kfree_skb
# The cables are out at the other end, too.
here="_drop: port=eth[0-3] ifindex=($(sys "$h1" 'eth*/ifindex' | paste -sd '|')) .*reason=drop_no_live"
check "no carrier: packets are dropped" wait_for no_carrier
shown_grown "no carrier: an event for each" "$here skbaddr=[^ ]+ len=[0-9]+\$"
# Kernels before 6.13 know no better.
freed "no carrier: the kernel is told so" "$(grown)" "$here" \
	"(NO_TX_TARGET|DEV_READY)"

no_member() {
	tick
	ip -n "$h1" -batch - < <(all nomaster)
	knock
	wait_for carrier_is 0
	ip -n "$h1" -batch - < <(all master nb0)
	wait_for carrier_is 1
	wait_for peers_up "$h1" 4
	[ "$(grown)" -gt 0 ]
}
watch drop_no_member nicbond/nicbond_drop skb/kfree_skb
check "no member: packets are dropped" wait_for no_member
shown_grown "no member: an event for each" \
	" nicbond_drop: master=nb0 reason=drop_no_member skbaddr=[^ ]+ len=[0-9]+\$"
freed "no member: the kernel is told so" "$(grown)" " nicbond_drop: " "(NO_TX_TARGET|DEV_READY)"

conserved "in the end"
if [ -n "$TRACE" ]; then
	echo 0 >"$TRACE/events/enable"
	echo >"$TRACE/trace"
	in_net "$h1" ping -q -c 1 10.0.0.2 >/dev/null
	equal "what is off is silent" 0 "$(grep -c nicbond "$TRACE/trace")"
fi
