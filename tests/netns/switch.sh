#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# A host at a switch that is one Linux bridge; it knows of the aggregation (static), or
# not (independent, independent-own), and must not see addresses move between its ports:
#
#   $h1 nb0 ==4 cables== p0..p3 br0 $sw ---- eth9 $h2
#
# static: p0..p3 are a bond of $sw, which is the bridge's port.
# shellcheck disable=SC2154 # $sw: host() sets it
. "$(dirname "$0")/lib.sh"

host sw
host h1
host h2

cable_switch
ip -n "$sw" link add br0 type bridge
ip -n "$sw" link set br0 up
ip -n "$sw" link add p9 type veth peer name eth9 netns "$h2"
ip -n "$sw" link set p9 master br0 up
ip -n "$h2" addr add 10.0.0.2/24 dev eth9
ip -n "$h2" addr add fd00::2/64 dev eth9 nodad
ip -n "$h2" link set eth9 up
ip -n "$h2" route add local 10.1.0.0/16 dev lo
OWN=()
for i in 0 1 2 3; do
	ip -n "$h1" link set eth$i up
	OWN[i]=$(sys "$h1" eth$i/address)
done

# host_up TOPOLOGY: nb0 of $h1, with its neighbour known.
host_up() {
	local i
	ip -n "$h1" link add nb0 type nicbond
	option topology "$1"
	for i in 0 1 2 3; do ip -n "$h1" link set eth$i master nb0; done
	# What it sends of itself would show the switch as well where it is.
	in_net "$h1" sysctl -qw net.ipv6.conf.nb0.accept_dad=0 net.ipv6.conf.nb0.router_solicitations=0
	ip -n "$h1" addr add 10.0.0.1/24 dev nb0
	ip -n "$h1" addr add fd00::1/64 dev nb0 nodad
	ip -n "$h1" link set nb0 up
	wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
	wait_for peers_up "$h1" 4
	ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
	ip -n "$h2" neigh flush dev eth9
}
ports_of_bridge() {
	local i
	for i in 0 1 2 3; do ip -n "$sw" link set p$i master br0 up; done
}

carrier_is() { [ "$(sys "$h1" "$1/carrier")" = "$2" ]; }
other_primary() { [ "$(primary "$h1")" != "eth$1" ]; }

# learned ADDRESS: at which port of the bridge it is.
learned() {
	in_net "$sw" bridge -j fdb show br br0 dynamic |
		jq -r --arg mac "$1" '.[] | select(.mac == $mac) | .ifname' | sort -u | xargs
}
learned_at() { [ "$(learned "$1")" = "$2" ]; }

# watch_moves, moves ADDRESS: how often the bridge's entry for it came or changed since.
watch_moves() {
	background "$WORK/moves" ip netns exec "$sw" bridge monitor fdb
	MONITOR=$PID
	wait_for listening "$MONITOR"
}
listening() { grep -q . "/proc/$1/fdinfo/3"; }
moves() { grep -v '^Deleted' "$WORK/moves" | grep -c "^$1 .*master br0"; }

# traffic COUNT: to 512 destinations, all members send.
traffic() {
	local before after
	before=$(for i in 0 1 2 3; do counter "$h1" "eth$i.transmitted"; done | xargs)
	start_stream 512 $((4000 / LOAD))
	stream_for "$1"
	stop_stream
	after=$(for i in 0 1 2 3; do counter "$h1" "eth$i.transmitted"; done | xargs)
	equal "$TOPOLOGY: no packet lost, none twice" "0 0" "$LOST $TWICE"
	check "$TOPOLOGY: all members send" awk -v b="$before" -v a="$after" 'BEGIN {
		split(b, x); split(a, y)
		for (i = 1; i <= 4; i++) if (y[i] - x[i] < 20) exit 1 }'
}
both_ways() {
	check "$TOPOLOGY: $1: pings, IPv4" ping_all "$h1" 20 10.0.0.2
	check "$TOPOLOGY: $1: pings, IPv6" ping_all "$h1" 20 fd00::2
	check "$TOPOLOGY: $1: pings back, IPv4" ping_all "$h2" 20 10.0.0.1
	check "$TOPOLOGY: $1: pings back, IPv6" ping_all "$h2" 20 fd00::1
	check "$TOPOLOGY: $1: broadcasts arrive once" ping_all "$h2" 5 10.0.0.255 -b -c 5
}

# own TEXT: each member has the address that it brought, and hears the master's; with
# independent, who brought that has another one.
own() {
	local i address has
	address=$(sys "$h1" nb0/address)
	for i in 0 1 2 3; do
		has=$(sys "$h1" eth$i/address)
		if [ $TOPOLOGY = independent-own ] || [ "${OWN[i]}" != "$address" ]; then
			equal "$TOPOLOGY: $1: eth$i has its own address" "${OWN[i]}" "$has"
		else
			check "$TOPOLOGY: $1: eth$i has one that nobody else has" \
				nobodys "$has" "$address ${OWN[*]}"
		fi
		[ "$has" = "$address" ] ||
			check "$TOPOLOGY: $1: eth$i hears the master's" hears "$i" "$address"
	done
}
# nobodys ADDRESS OTHERS: administered locally, a host's.
nobodys() { [[ "$1" = ?[26ae]:* && " $2 " != *" $1 "* ]]; }
hears() { bridge -n "$h1" fdb show dev "eth$1" | grep -q "^$2 "; }

# on_its_way TEXT MOVE...: all that the far end sends meanwhile arrives, and once.
on_its_way() {
	local text=$1 status
	shift
	in_net "$h2" ping -q -c 300 -i "$PACE" -W 5 10.0.0.1 >"$WORK/ping" &
	"$@"
	wait $!
	equal "$TOPOLOGY: $text: all arrives, and once" "300 packets transmitted, 300 received, 0% packet loss" \
		"$(sed -n 's/\(.* loss\), time.*/\1/p' "$WORK/ping")"
}
move_about() {
	local i
	for i in 3 0 1 3 1 2; do
		primary "$h1" "eth$i"
		sleep "$PAUSE"
	done
}
# taken_late: for a second; not each machine is that quick each time. What is sent then comes
# by the old primary's port: the switch was not told.
taken_late() {
	local i began
	for i in 3 1 3 1 3 1 3 1; do
		began=$(date +%s%N)
		primary "$h1" eth$i
		in_net "$h2" ping -c 1 -W 1 10.0.0.1 >"$WORK/ping" && return
		[ $(($(date +%s%N) - began)) -lt 1900000000 ] && return 1
	done
	return 1
}
PACE=0.01 PAUSE=0.3
[[ "${BED:-}" != stock-* ]] || { PACE=0.05 PAUSE=1; }

# losses of carrier that the switch has seen.
losses() { sys "$sw" 'p[0-3]/carrier_down_count' | xargs; }

# forgetful on|off: the switch sends all that is not for $h2 to all ports, as if it had just
# forgotten where it is.
forgetful() {
	local i learning=on
	[ "$1" = off ] || learning=off
	for i in 0 1 2 3; do
		ip -n "$sw" link set p$i type bridge_slave learning $learning fdb_flush
	done
}
own_again() {
	ip -n "$h1" link del nb0
	equal "$TOPOLOGY: each has its own address again" "${OWN[*]}" \
		"$(for i in 0 1 2 3; do sys "$h1" eth$i/address; done | xargs)"
}
in_net "$h1" sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0

TOPOLOGY=static
ip -n "$sw" link add bond0 type bond mode balance-xor miimon 100
for i in 0 1 2 3; do ip -n "$sw" link set p$i down master bond0; done
ip -n "$sw" link set bond0 master br0 up
host_up static
equal "static: one address everywhere" "${OWN[0]}" \
	"$(sys "$h1" 'eth*/address' | cat - <(sys "$h1" nb0/address) | sort -u)"
watch_moves
both_ways "at first"
traffic 2000
primary "$h1" eth2
both_ways "another primary"
at_most "static: the switch sees no move" 1 "$(moves "${OWN[0]}")"
kill "$MONITOR"
own_again
for i in 0 1 2 3; do ip -n "$sw" link set p$i nomaster; done
ip -n "$sw" link del bond0

ports_of_bridge
for TOPOLOGY in independent independent-own; do
	host_up $TOPOLOGY
	equal "$TOPOLOGY: the master has the first member's address" "${OWN[0]}" \
		"$(sys "$h1" nb0/address)"
	own "at first"
	both_ways "at first"
	check "$TOPOLOGY: the switch has it at the primary's port" \
		wait_for learned_at "${OWN[0]}" p0
	watch_moves
	traffic 2000
	for i in 1 2 3; do
		equal "$TOPOLOGY: eth$i sends from its own address" "p$i" "$(learned "${OWN[$i]}")"
	done
	at_most "$TOPOLOGY: the switch saw no address move, entries made or changed" 3 \
		"$(for i in 0 1 2 3; do moves "${OWN[$i]}"; done | paste -sd+ | bc)"
	kill "$MONITOR"

	# Probes keep the switch's table fresh, where a member sends nothing else.
	ip -n "$sw" link set br0 type bridge ageing_time 100
	check "$TOPOLOGY: silent, eth3 is forgotten by the switch" wait_for learned_at "${OWN[3]}" ""
	option probe_targets 10.0.0.2
	option probe_interval_ms 100
	check "$TOPOLOGY: its probes tell where it is" wait_for learned_at "${OWN[3]}" p3
	option probe_interval_ms 0
	ip -n "$sw" link set br0 type bridge ageing_time 30000
	wait_for peers_up "$h1" 4

	# Another primary.
	address=$(sys "$h1" nb0/address)
	watch_moves
	primary "$h1" eth2
	[ $TOPOLOGY = independent ] || address=${OWN[2]}
	equal "$TOPOLOGY: another primary: the address" "$address" "$(sys "$h1" nb0/address)"
	own "another primary"
	check "$TOPOLOGY: the switch knows, without being sent anything else" \
		wait_for learned_at "$address" p2
	both_ways "another primary"
	traffic 2000
	equal "$TOPOLOGY: and still" p2 "$(learned "$address")"
	at_most "$TOPOLOGY: the address moved once" 1 "$(moves "$address")"
	[ "$(moves "$address")" -le 1 ] || sed 's/^/  # /' "$WORK/moves"
	kill "$MONITOR"
	told=$(ip -n "$h2" -j neigh show dev eth9 | jq -r '.[] | select(.dst == "10.0.0.1" or .dst == "fd00::1") | .lladdr' | sort -u)
	equal "$TOPOLOGY: neighbours know the master by its address" "$address" "$told"

	# What a member's own stack sends, from an address that it had before.
	in_net "$h1" ping -6 -q -c 3 -i 0.1 -W 1 -I eth0 ff02::1 >/dev/null 2>&1
	equal "$TOPOLOGY: a member sends for itself: the switch is not misled" p2 "$(learned "$address")"

	# The role moves to and fro; a switch that is not told sends to the old primary.
	before=$(losses)
	on_its_way "the role moves" move_about
	option peer_notify_count 0
	# With independent-own neighbours would have to be told of another address.
	[ $TOPOLOGY = independent-own ] ||
		check "$TOPOLOGY: nobody is told of that: what comes soon is taken" taken_late
	option peer_notify_count 1
	primary "$h1" eth2
	equal "$TOPOLOGY: no card was closed for that" "$before" "$(losses)"

	# Other addresses that it has: FCoE's own; not FCoE's name for the fabric.
	for port in 0e:fd:00:00:00:01 0e:fc:00:ff:ff:fe; do
		bridge -n "$h1" fdb add $port dev nb0 self permanent
	done
	for i in 3 2; do
		primary "$h1" eth$i
		check "$TOPOLOGY: the switch knows of a Fibre Channel port's" \
			wait_for learned_at 0e:fd:00:00:00:01 p$i
		equal "$TOPOLOGY: not of a fabric's" "" "$(learned 0e:fc:00:ff:ff:fe)"
	done
	for port in 0e:fd:00:00:00:01 0e:fc:00:ff:ff:fe; do
		bridge -n "$h1" fdb del $port dev nb0 self
	done

	# All get what is for the master then, the one that brought its address, too.
	forgetful on
	wait_for ping_all "$h2" 3 10.0.0.1
	both_ways "a switch that has forgotten"
	primary "$h1" eth0
	wait_for ping_all "$h2" 3 10.0.0.1
	both_ways "a switch that has forgotten, the first member is primary"
	primary "$h1" eth2
	wait_for ping_all "$h2" 3 10.0.0.1
	both_ways "a switch that has forgotten, another is primary"
	forgetful off

	# The primary's port is dead and the role stays, for a while: another member takes.
	option down_delay_ms 3600000
	ip -n "$sw" link set p2 down
	check "$TOPOLOGY: a dead primary that stays" wait_for carrier_is eth2 0
	both_ways "a dead primary that stays"
	equal "$TOPOLOGY: it is still primary" eth2 "$(primary "$h1")"
	# The switch has the master's address at no port, and the port's that the deputy sent
	# for at that one's: it is told.
	before=$(sys "$h1" nb0/nicbond/epoch)
	in_net "$sw" bridge fdb replace 02:00:00:00:44:09 dev p1 master dynamic
	bridge -n "$h1" fdb add 02:00:00:00:44:09 dev nb0 self permanent
	ip -n "$sw" link set p2 up
	wait_for carrier_is eth2 1
	check "$TOPOLOGY: it is alive again: the switch is told" wait_for learned_at 02:00:00:00:44:09 p2
	bridge -n "$h1" fdb del 02:00:00:00:44:09 dev nb0 self
	wait_for state_is 2 up
	option down_delay_ms 0
	wait_for peers_up "$h1" 4
	equal "$TOPOLOGY: and it was primary all the time" "$before" "$(sys "$h1" nb0/nicbond/epoch)"

	# What is above the master has an address of its own: that is at the primary's port.
	ip -n "$h1" link add mv0 link nb0 address 02:00:00:00:44:01 up type macvlan mode bridge
	in_net "$h1" sysctl -qw net.ipv6.conf.mv0.accept_dad=1
	ip -n "$h1" addr add 10.0.0.44/24 dev mv0
	watch_moves
	check "$TOPOLOGY: a macvlan above: pings" ping_all "$h1" 20 10.0.0.2 -I mv0
	ip -n "$h1" addr add fd00::44/64 dev mv0
	dad_done() { ! ip -n "$h1" addr show dev mv0 | grep -qE 'tentative|dadfailed'; }
	check "$TOPOLOGY: duplicate address detection finds none" wait_for dad_done
	equal "$TOPOLOGY: nor has it failed" 0 "$(ip -n "$h1" addr show dev mv0 | grep -c dadfailed)"
	check "$TOPOLOGY: its own address is answered for" ping_all "$h2" 20 fd00::44
	equal "$TOPOLOGY: the switch has its address at the primary's port" p2 "$(learned 02:00:00:00:44:01)"
	at_most "$TOPOLOGY: which did not move" 1 "$(moves 02:00:00:00:44:01)"
	kill "$MONITOR"
	ip -n "$h1" link del mv0

	# The primary fails; then it is no member any more.
	unplug 2
	wait_for other_primary 2
	new=$(primary "$h1")
	[ $TOPOLOGY = independent ] || address=${OWN[${new#eth}]}
	check "$TOPOLOGY: after a failure the switch knows" wait_for learned_at "$address" "p${new#eth}"
	both_ways "after a failure"
	plug 2
	wait_for peers_up "$h1" 4
	ip -n "$h1" link set eth2 nomaster
	equal "$TOPOLOGY: who leaves has its own address" "${OWN[2]}" "$(sys "$h1" eth2/address)"
	ip -n "$h1" link set eth2 up master nb0
	wait_for peers_up "$h1" 4

	# Each port probes from the address that it has at the switch.
	option probe_targets 10.0.0.2,fd00::2
	option probe_require all
	option probe_interval_ms 100
	check "$TOPOLOGY: all members' probes are answered" wait_for answered \
		$((15 + $(for i in 0 1 2 3; do counter "$h1" "eth$i.probes_answered"; done | sort -n | tail -n 1)))
	check "$TOPOLOGY: all are up" peers_up "$h1" 4
	watch_moves
	deafen "$sw" p1
	check "$TOPOLOGY: a port whose switch is deaf" wait_for state_is 1 unreached
	hear "$sw" p1
	check "$TOPOLOGY: no more" wait_for peers_up "$h1" 4
	kill "$MONITOR"
	for i in 0 1 2 3; do
		at_most "$TOPOLOGY: no address moved for that" 1 "$(moves "$(sys "$h1" eth$i/address)")"
	done
	option probe_interval_ms 0

	# Changed while it runs, and back.
	option topology static
	equal "$TOPOLOGY: then static: one address everywhere" 1 \
		"$(sys "$h1" 'eth*/address' | cat - <(sys "$h1" nb0/address) | sort -u | wc -l)"
	address=$(sys "$h1" nb0/address)
	# Where traffic of static could have shown it last.
	new=$(primary "$h1")
	in_net "$sw" bridge fdb replace "$address" dev p$(((${new#eth} + 1) % 4)) master dynamic
	option topology $TOPOLOGY
	own "and back"
	check "$TOPOLOGY: and back: the switch knows, without being sent anything else" \
		wait_for learned_at "$address" "p${new#eth}"
	both_ways "and back"
	own_again
done

# An address of the user's choice.
TOPOLOGY=independent
host_up independent
ip -n "$h1" link set nb0 address 02:00:00:00:99:99
own "a new address"
both_ways "a new address"
in_net "$sw" bridge fdb replace "${OWN[3]}" dev p3 master dynamic
ip -n "$h1" link set nb0 address "${OWN[3]}"
check "independent: one that the switch knew elsewhere: it is told" wait_for learned_at "${OWN[3]}" p0
both_ways "one that the switch knew elsewhere"
option topology independent-own
refused "independent-own: no address of the user's choice" "is that of the primary|[Bb]usy" \
	ip -n "$h1" link set nb0 address 02:00:00:00:99:98
equal "independent-own: the primary's own instead" "${OWN[0]}" "$(sys "$h1" nb0/address)"
TOPOLOGY=independent-own
both_ways "the primary's own address"
own_again
