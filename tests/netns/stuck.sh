#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# A card that takes no packet, with TCP: what waits in its queue is dropped when it is found
# dead, so that TCP sends it anew, by others. TCP does not while the host still holds the
# first copy, however long that is.
#
#   $h1 nb0 ==4 cables== nb0 $h2
# shellcheck disable=SC2154 # $h1 and $h2: host() sets them
. "$(dirname "$0")/lib.sh"

# Each queue has a discipline of its own.
CARD_PARAMETERS=(queues=4)
two_hosts 4
option heartbeat_interval_ms 50
option heartbeat_misses 6

sent() { sys "$h1" "eth$1/statistics/tx_bytes"; }
dropped() { ip -n "$h1" -s -j link show "eth$1" | jq '.[].stats64.tx.dropped'; }
received() { sys "$h2" nb0/statistics/rx_bytes; }
has_received() { [ "$(received)" -ge "$1" ]; }
more() { check "$1" wait_for has_received $(($(received) + ${2:-1000000})); }

# hold MEMBER on|off
hold() { in_net "$h1" ethtool --set-priv-flags "eth$1" hold "$2"; }

# beats: of the next one's.
beats() { registers "$h1" $(((MEMBER + 1) % 4)) "$REG_HEARTBEAT"; }
beaten() { [ "$(beats)" -ge "$1" ]; }

# transmits: which member the stream goes by.
transmits() {
	local i before=() most=-1 sent
	for i in 0 1 2 3; do before[i]=$(sent $i); done
	more "TCP flows" >&2
	for i in 0 1 2 3; do
		sent=$(($(sent $i) - before[i]))
		[ $sent -le $most ] || { most=$sent; MEMBER=$i; }
	done
}

background "$WORK/server" ip netns exec "$h2" iperf3 -s -1
wait_for sh -c "ip netns exec $h2 ss -tln | grep -q :5201"
background "$WORK/client" ip netns exec "$h1" iperf3 -c 10.0.0.2 -t 600 -b $((200 / LOAD))M
CLIENT=$PID
more "TCP flows" 1000
for role in secondary primary; do
	transmits
	if [ $role = primary ]; then primary "$h1" "eth$MEMBER"; else primary "$h1" "eth$(((MEMBER + 1) % 4))"; fi
	option primary auto
	transmits
	equal "the $role is that" $role "$(sys "$h1" "eth$MEMBER/nicbond_member/role")"
	drops=$(dropped "$MEMBER")
	downs=$(counter "$h1" down_heartbeat)
	hold "$MEMBER" on
	check "the $role takes no packet: it is found dead" wait_for state_is "$MEMBER" hung
	more "meanwhile TCP flows"
	at_least "what waited is dropped, and counted" $((drops + 1)) "$(dropped "$MEMBER")"
	check "others' hearts beat many times" wait_for beaten $(($(beats) + 20))
	equal "it stays dead" hung "$(sys "$h1" "eth$MEMBER/nicbond_member/state")"
	equal "it went down once" $((downs + 1)) "$(counter "$h1" down_heartbeat)"
	hold "$MEMBER" off
	check "it takes some again: all are up" wait_for peers_up "$h1" 4
	more "and TCP flows"
done
kill "$CLIENT"
conserved "at the end"
