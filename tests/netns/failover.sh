#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# The carrier of a member goes in the middle of a stream of 10,000 packets a
# second over 64 destinations; bonding under the same, in the same boot:
#
#   $h1 nb0 ==4 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

RATE=$((10000 / LOAD)) PACKETS=$((30000 / LOAD))

# stream_with COMMAND...: run it a third into a stream; the packets lost are in $LOST
# then.
stream_with() {
	start_stream 64 $RATE
	stream_for $((PACKETS / 3))
	"$@"
	stream_for $((PACKETS * 2 / 3))
	stop_stream
}

two_hosts 4
ip -n "$h1" link add ticker type dummy
ip -n "$h1" link set ticker up
stream_with true
equal "quiet: nothing is lost, or comes twice" "0 0" "$LOST $TWICE"

equal "eth0 is primary" eth0 "$(primary "$h1")"
epoch=$(sys "$h1" nb0/nicbond/epoch)
stream_with unplug_late 0
nicbond_lost=$LOST
at_most "the primary's carrier goes: packets lost" 1 "$LOST"
equal "or twice there" 0 "$TWICE"
equal "another is primary" eth1 "$(primary "$h1")"
equal "a failover was counted" 1 "$(sys "$h1" nb0/nicbond/failovers)"
equal "in a new epoch" $((epoch + 1)) "$(sys "$h1" nb0/nicbond/epoch)"
equal "the ROLE register of the new one says so" 1 "$(registers "$h1" 1 "$REG_ROLE")"
equal "that of the old one, too" 0 "$(registers "$h1" 0 "$REG_ROLE")"
equal "the master keeps its carrier" 1 "$(sys "$h1" nb0/carrier)"

stream_with plug 0
equal "it comes back: nothing is lost, or comes twice" "0 0" "$LOST $TWICE"
check "and takes traffic again" wait_for peers_up "$h1" 4
equal "the primary stays who it is" eth1 "$(primary "$h1")"

stream_with unplug_late 2
at_most "a secondary's carrier goes: packets lost" 1 "$LOST"
equal "or twice there" 0 "$TWICE"
equal "that is no failover" 1 "$(sys "$h1" nb0/nicbond/failovers)"
stream_with plug 2
equal "it comes back: nothing is lost, or comes twice" "0 0" "$LOST $TWICE"
wait_for peers_up "$h1" 4

# All go, one by one, and one comes back.
carrier_is() { [ "$(sys "$h1" nb0/carrier)" = "$1" ]; }
for i in 1 0 2; do unplug $i; done
check "the last one carries on" ping_all "$h1" 3 10.0.0.2
check "and is primary" wait_for primary_is eth3
unplug 3
check "no member live: no carrier" wait_for carrier_is 0
plug 1
check "one comes back: carrier" wait_for carrier_is 1
check "that one is primary" wait_for primary_is eth1
check "and traffic flows" wait_for in_net "$h1" ping -q -c 3 -i 0.01 -W 1 10.0.0.2

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
	wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
	ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
	if [ "$mode" = active-backup ]; then stream_with unplug_active; else stream_with unplug 0; fi
	bonding_lost+=", bonding ${mode%% *} (miimon 100) $LOST"
done
note "lost when the carrier goes: nicbond $nicbond_lost$bonding_lost"
