#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Transmit queues: those of the master name members (queue_id), those of a member are
# chosen as by any device (XPS).
#
#   $h1 nb0, 8 queues ==4 cables== nb0 $h2
#
#   $box nb0 -- d0, 4 queues (dummy)
# shellcheck disable=SC2154 # $h1 and the like: host() sets them
. "$(dirname "$0")/lib.sh"

host h1
host h2
cables 4
# Who has no other number of queues has one.
ip -n "$h1" link add few type nicbond
ip -n "$h1" link set eth0 master few
refused "a queue that the master does not have" "not below the master's numtxqueues" \
	ip -n "$h1" link set eth0 type nicbond_slave weight 2 queue_id 1
equal "changes nothing" "1 0" "$(sys "$h1" 'eth0/nicbond_member/[wq]*' | sort -r | xargs)"
refused "nor by sysfs" "not below the master's numtxqueues" \
	in_host "$h1" sh -c "echo 1 >/sys/class/net/eth0/nicbond_member/queue_id"
ip -n "$h1" link del few

ip -n "$h1" link add nb0 numtxqueues 8 type nicbond
for i in 0 1 2 3; do ip -n "$h1" link set eth$i master nb0; done
in_net "$h1" sysctl -qw net.ipv6.conf.nb0.accept_dad=0
ip -n "$h1" addr add 10.0.0.1/24 dev nb0
ip -n "$h1" link set nb0 up
master "$h2" 4 2
ip -n "$h2" route add local 10.1.0.0/16 dev lo
ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
wait_for peers_up "$h1" 4
equal "the master has as many queues as it was given" 8 \
	"$(in_host "$h1" sh -c 'ls /sys/class/net/nb0/queues | grep -c tx')"

queue_id() { ip -n "$h1" link set "eth$1" type nicbond_slave queue_id "$2"; }
transmitted() { sys "$h1" 'eth[0-3]/nicbond_member/transmitted' | xargs; }
# sends PORT: a packet to each of 1000 destinations at that port; how many each member
# transmits more, in $MORE.
sends() {
	local before after i
	before=$(transmitted)
	in_net "$h1" "$TOOLS/stream" send 10.1.0.0 1000 "$1" 0 1000 >/dev/null
	read -ra before <<<"$before"
	read -ra after <<<"$(transmitted)"
	MORE=()
	for i in 0 1 2 3; do MORE+=($((after[i] - before[i]))); done
}

# tc names queues: port 7003 is queue 3, 7005 is queue 5.
in_net "$h1" tc qdisc add dev nb0 clsact
for port in 7003 7005; do
	in_net "$h1" tc filter add dev nb0 egress protocol ip u32 \
		match ip protocol 17 0xff match ip dport $port 0xffff \
		action skbedit queue_mapping $((port - 7000)) ||
		fail "tc takes the filter"
done
sends 7003
at_least "a queue that no member has says nothing" 150 "$(printf '%s\n' "${MORE[@]}" | sort -n | head -1)"

queue_id 2 3
equal "queue_id is in the PEER registers" 3 \
	$(($(registers "$h1" 0 $((REG_PEER + 8))) / (PEER_QUEUE & -PEER_QUEUE) % 256))
sends 7003
at_least "all of a queue goes by the member that has it" 1000 "${MORE[2]}"
at_most "and by no other" 20 $((MORE[0] + MORE[1] + MORE[3]))
sends 7005
at_least "another queue's does not" 150 "${MORE[0]}"
sends 7000
at_least "nor what is in none" 150 "${MORE[0]}"
primary "$h1" eth3
sends 7003
at_least "whoever is primary" 1000 "${MORE[2]}"
queue_id 3 5
sends 7005
at_least "the primary's own queue" 1000 "${MORE[3]}"

unplug 2
wait_for peers_up "$h1" 3
sends 7003
equal "its carrier is gone: none by it" 0 "${MORE[2]}"
at_least "but by the others" 200 "${MORE[0]}"
queue_id 1 3
sends 7003
at_least "there is another with that queue" 1000 "${MORE[1]}"
plug 2
wait_for peers_up "$h1" 4
sends 7003
at_least "the first of them has it, when it is back" 1000 "${MORE[1]}"
queue_id 1 0
sends 7003
at_least "it has none any more" 1000 "${MORE[2]}"

# Beside a stream in one of the queues.
in_net "$h1" tc filter add dev nb0 egress protocol ip u32 \
	match ip protocol 17 0xff match ip dst 10.1.0.0/16 action skbedit queue_mapping 3
start_stream 64 $((4000 / LOAD))
for i in 0 1 2 3 0 1; do
	queue_id $i 3
	stream_for $((100 / LOAD))
	queue_id $i 0
	stream_for $((50 / LOAD))
done
queue_id 2 3
stream_for $((100 / LOAD))
unplug 2
stream_for $((200 / LOAD))
plug 2
stop_stream
at_most "queues come and go: lost in the driver's hands when the cable went" 1 "$LOST"
equal "queues come and go: nothing comes twice" 0 "$TWICE"
conserved "queues"

note "queues of a member"
host box
ip -n "$box" link add d0 numtxqueues 4 type dummy
ip -n "$box" link add nb0 type nicbond
ip -n "$box" link set d0 master nb0
ip -n "$box" addr add 10.9.0.1/24 dev nb0
ip -n "$box" link set nb0 up
ip -n "$box" neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev nb0
ip -n "$box" route add 10.1.0.0/16 via 10.9.0.2
in_net "$box" tc qdisc replace dev d0 root handle 1: mq
# by_queue QUEUE: packets that it sent.
by_queue() {
	in_net "$box" tc -s -j qdisc show dev d0 |
		jq "[.[] | select(.parent == \":$(($1 + 1))\" or .parent == \"1:$(($1 + 1))\") | .packets] | add // 0"
}
# All CPUs send by one queue, that of XPS.
printf -v cpus %x $(((1 << $(nproc)) - 1))
for queue in 2 1; do
	for i in 0 1 2 3; do
		in_host "$box" sh -c "echo $([ $i = $queue ] && echo "$cpus" || echo 0) \
			>/sys/class/net/d0/queues/tx-$i/xps_cpus" || fail "XPS of tx-$i"
	done
	sent=$(by_queue $queue)
	others=$(($(by_queue 0) + $(by_queue 3)))
	in_net "$box" "$TOOLS/stream" send 10.1.0.0 1 7000 0 100 >/dev/null
	at_least "XPS of a member is respected: queue $queue" $((sent + 100)) "$(by_queue $queue)"
	at_most "and no other" $((others + 5)) $(($(by_queue 0) + $(by_queue 3)))
done
