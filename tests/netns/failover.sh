#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# The carrier of a member goes in the middle of a stream of 10,000 packets a
# second over 64 destinations; bonding under the same, in the same boot:
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

RATE=$((10000 / LOAD)) PACKETS=$((30000 / LOAD))

# stream_with COMMAND...: run it once a third of the stream has left; the packets
# lost are in $LOST then.
PORT=7100
half_gone() {
	[ "$(in_host "$h1" sed -n 's/^Udp: [0-9]* [0-9]* [0-9]* \([0-9]*\) .*/\1/p' /proc/net/snmp)" -ge \
		$((UDP_BEFORE + PACKETS / 3)) ]
}
stream_with() {
	local sent rate sender
	PORT=$((PORT + 1))
	UDP_BEFORE=$(in_host "$h1" sed -n 's/^Udp: [0-9]* [0-9]* [0-9]* \([0-9]*\) .*/\1/p' /proc/net/snmp)
	receiver "$h2" $PORT "$WORK/received-$PORT"
	background "$WORK/sent-$PORT" ip netns exec "$h1" "$TOOLS/stream" \
		send 10.1.0.0 64 $PORT $RATE $PACKETS
	sender=$PID
	wait_for half_gone
	"$@"
	wait "$sender"
	read -r _ sent _ rate <"$WORK/sent-$PORT"
	stop_receiver "$h2"
	LOST=$((sent - RECEIVED))
	note "$sent packets at $rate/s, lost $LOST, longest silence $SILENCE_US us"
}

two_hosts 4
stream_with true
equal "quiet: nothing is lost" 0 "$LOST"

equal "eth0 is primary" eth0 "$(primary "$h1")"
epoch=$(sys "$h1" nb0/nicbond/epoch)
stream_with unplug 0
nicbond_lost=$LOST
at_most "the primary's carrier goes: packets lost" 1 "$LOST"
equal "another is primary" eth1 "$(primary "$h1")"
equal "a failover was counted" 1 "$(sys "$h1" nb0/nicbond/failovers)"
equal "in a new epoch" $((epoch + 1)) "$(sys "$h1" nb0/nicbond/epoch)"
equal "the ROLE register of the new one says so" 1 "$(register "$h1" 1 $((0x10)))"
equal "that of the old one, too" 0 "$(register "$h1" 0 $((0x10)))"
equal "the master keeps its carrier" 1 "$(sys "$h1" nb0/carrier)"

stream_with plug 0
equal "it comes back: nothing is lost" 0 "$LOST"
check "and takes traffic again" wait_for peers_up "$h1" 4
equal "the primary stays who it is" eth1 "$(primary "$h1")"

stream_with unplug 2
at_most "a secondary's carrier goes: packets lost" 1 "$LOST"
equal "that is no failover" 1 "$(sys "$h1" nb0/nicbond/failovers)"
stream_with plug 2
equal "it comes back: nothing is lost" 0 "$LOST"
wait_for peers_up "$h1" 4

# All go, one by one, and one comes back.
primary_is() { [ "$(primary "$h1")" = "$1" ]; }
carrier_is() { [ "$(sys "$h1" nb0/carrier)" = "$1" ]; }
for i in 1 0 2; do unplug $i; done
check "the last one carries on" in_host "$h1" ping -q -c 3 -i 0.01 -W 2 10.0.0.2
check "and is primary" wait_for primary_is eth3
unplug 3
check "no member live: no carrier" wait_for carrier_is 0
plug 1
check "one comes back: carrier" wait_for carrier_is 1
check "that one is primary" wait_for primary_is eth1
check "and traffic flows" wait_for in_host "$h1" ping -q -c 3 -i 0.01 -W 1 10.0.0.2

# The same with the kernel's bonding; its figures are shown, not judged.
unplug_active() {
	local active
	active=$(sys "$h1" nb0/bonding/active_slave)
	unplug "${active#eth}"
}
bonding_lost=
for mode in "balance-xor xmit_hash_policy layer2+3" active-backup; do
	ip -n "$h1" link del nb0
	ip -n "$h2" link del nb0
	for i in 0 1 2 3; do plug $i; done
	for n in 1 2; do
		netns=h$n
		# shellcheck disable=SC2086
		master "${!netns}" 4 $n bond miimon 100 mode $mode
	done
	wait_for in_host "$h1" ping -c 1 -W 1 10.0.0.2
	ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
	if [ "$mode" = active-backup ]; then stream_with unplug_active; else stream_with unplug 0; fi
	bonding_lost+=", bonding ${mode%% *} (miimon 100) $LOST"
done
note "lost when the carrier goes: nicbond $nicbond_lost$bonding_lost"
