#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# When a link that goes or comes back counts, and who is primary then: delays, damping,
# min_links, primary_reselect, the user's choice:
#
#   $h1 nb0 ==3 cables== nb0 $h2
. "$(dirname "$0")/lib.sh"

RATE=$((10000 / LOAD))
# A flow stays on one CPU, as its order is only as good as its sender's.
STREAM_CPU=0
HOUR=3600000

two_hosts 3
ip -n "$h1" link add ticker type dummy
ip -n "$h1" link set ticker up
link_is_back() { state_is "$1" up || state_is "$1" held; }
carrier_is() { [ "$(sys "$h1" nb0/carrier)" = "$1" ]; }
equal "eth0 is primary" eth0 "$(primary "$h1")"

# A link that comes back waits for up_delay_ms, but not if it is the only one.
option up_delay_ms $HOUR
unplug 1
check "a member goes at once" wait_for peers_up "$h1" 2
plug 1
check "up_delay: its link is back" wait_for state_is 1 held
equal "up_delay: it is not up yet" held "$(sys "$h1" eth1/nicbond_member/state)"
refused "up_delay: nor can it be primary" "it is down or has no carrier" primary "$h1" eth1
unplug 0
check "up_delay: another is primary" wait_for primary_is eth2
unplug 2
check "up_delay: it is up at once when there is no other" wait_for primary_is eth1
check "the master has carrier" wait_for carrier_is 1
check "and traffic" ping_all "$h1" 5 10.0.0.2
plug 0
plug 2
wait_for state_is 0 held
check "up_delay: the others wait" wait_for state_is 2 held
option up_delay_ms 0
equal "up_delay: until it is shorter" "up up up" "$(sys "$h1" 'eth[012]/nicbond_member/state' | xargs)"
option up_delay_ms 300
unplug 0
wait_for peers_up "$h1" 2
plug 0
check "up_delay: or is over" wait_for peers_up "$h1" 3
option up_delay_ms 0

# One that goes waits for down_delay_ms; the firmware loses nothing meanwhile.
primary "$h1" eth0
option primary auto
epoch=$(sys "$h1" nb0/nicbond/epoch)
option down_delay_ms $HOUR
start_stream 64 $RATE
stream_for $((RATE / 2))
unplug_late 0
stream_for $((RATE / 2))
plug 0
stream_for $((RATE / 2))
stop_stream
at_most "down_delay: a link that flickers: packets lost" 1 "$LOST"
equal "down_delay: twice, out of order" "0 0" "$TWICE $REORDERED"
equal "down_delay: nothing has changed" "$epoch eth0" \
	"$(sys "$h1" nb0/nicbond/epoch) $(primary "$h1")"
check "down_delay: all are up" wait_for peers_up "$h1" 3
# Where the machine stalls, the kernel's own event may be first: then once more.
for _ in 1 2 3 4 5; do
	start_stream 64 $RATE
	stream_for $((RATE / 2))
	before=$(counter "$h1" down_transmit)
	unplug_late 0
	stream_for $((RATE / 2))
	equal "down_delay: it is not down yet" eth0 "$(primary "$h1")"
	option down_delay_ms 300
	check "down_delay: but when it is over" wait_for primary_is eth1
	stream_for $((RATE / 2))
	stop_stream
	at_most "down_delay: packets lost" 1 "$LOST"
	equal "down_delay: twice" 0 "$TWICE"
	[ "$(counter "$h1" down_transmit)" = "$before" ] || break
	option down_delay_ms $HOUR
	plug 0
	wait_for peers_up "$h1" 3
	primary "$h1" eth0
	option primary auto
done
equal "down_delay: a packet found it out" $((before + 1)) "$(counter "$h1" down_transmit)"
option down_delay_ms $HOUR
unplug 1
unplug 2
check "down_delay: none is left, so all are down at once" wait_for carrier_is 0
for i in 0 1 2; do plug $i; done
check "and up" wait_for peers_up "$h1" 3
# Who is dormant (802.1X) has its carrier: the firmware goes on sending there.
before=$(counter "$h1" down_notifier)
ip -n "$h1" link set eth2 state dormant mode dormant
check "down_delay: nobody waits for who is dormant" wait_for peers_up "$h1" 2
equal "down_delay: that is its state" dormant "$(sys "$h1" eth2/nicbond_member/state)"
equal "down_delay: its device told" $((before + 1)) "$(counter "$h1" down_notifier)"
ip -n "$h1" link set eth2 mode default state up
check "down_delay: it is up when it is let in" wait_for peers_up "$h1" 3
option down_delay_ms 0

# One that flaps is held down for longer each time.
option primary eth0
option flap_hold_max_ms $HOUR
for i in 1 2 3 4 5 6 7; do
	wait_for state_is 0 up
	ip -n "$h1" link set eth0 down
	ip -n "$h1" link set eth0 up
	wait_for link_is_back 0
done
epoch=$(sys "$h1" nb0/nicbond/epoch)
equal "flapping: it is held down" held "$(sys "$h1" eth0/nicbond_member/state)"
for i in 1 2 3; do
	unplug 0
	wait_for state_is 0 no-carrier
	plug 0
	wait_for link_is_back 0
done
equal "flapping: without a change of role" "$epoch" "$(sys "$h1" nb0/nicbond/epoch)"
option flap_hold_max_ms 150
check "flapping: not for longer than allowed" wait_for peers_up "$h1" 3
option flap_hold_max_ms 0

# With too few members there is no carrier.
option min_links 3
check "min_links: enough" carrier_is 1
unplug 2
check "min_links: one too few" wait_for carrier_is 0
option min_links 2
check "min_links: enough again" carrier_is 1
option min_links 3
plug 2
check "min_links: and when it is back" wait_for carrier_is 1
option min_links 0

# prefer MEMBER PRIORITY
prefer() { ip -n "$h1" link set "$1" type nicbond_slave priority "$2"; }
option primary eth0
equal "the user chose the primary" 1 "$(sys "$h1" nb0/nicbond/primary_chosen)"
prefer eth1 5
equal "who stays that whatever the priorities" eth0 "$(primary "$h1")"
check "auto, by ip" ip -n "$h1" link set nb0 type nicbond primary auto
equal "auto: the highest priority" "eth1 0" \
	"$(primary "$h1") $(sys "$h1" nb0/nicbond/primary_chosen)"
option primary eth0
option primary auto
equal "auto, by sysfs" eth1 "$(primary "$h1")"
prefer eth2 6
equal "always: a higher priority takes over" eth2 "$(primary "$h1")"
failovers=$(sys "$h1" nb0/nicbond/failovers)
start_stream 64 $RATE
stream_for $((RATE / 2))
unplug_late 2
check "it fails: the next priority" wait_for primary_is eth1
stream_for $((RATE / 2))
plug 2
check "always: it is back, and primary" wait_for primary_is eth2
stream_for $((RATE / 2))
stop_stream
at_most "packets lost" 1 "$LOST"
equal "twice" 0 "$TWICE"
equal "of these one was a failover" $((failovers + 1)) "$(sys "$h1" nb0/nicbond/failovers)"
option primary_reselect failure
unplug 2
wait_for primary_is eth1
plug 2
wait_for peers_up "$h1" 3
equal "failure: it is back, and no more" eth1 "$(primary "$h1")"
option primary eth0
unplug 0
check "the user's choice fails: the highest priority" wait_for primary_is eth2
equal "and it is the user's choice no more" 0 "$(sys "$h1" nb0/nicbond/primary_chosen)"
plug 0
wait_for peers_up "$h1" 3
equal "nor when it is back" eth2 "$(primary "$h1")"
conserved "all this time"
