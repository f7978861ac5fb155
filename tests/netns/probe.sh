#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# A path that is broken though its link is good, found by probes of those at its end:
#
#   $h1 nb0, nb0.7 ==4 cables== nb0, nb0.7 $h2
. "$(dirname "$0")/lib.sh"

RATE=$((5000 / LOAD))
two_hosts 4
for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add link nb0 name nb0.7 up type vlan id 7
	ip -n "${!netns}" addr add 10.7.0.$n/24 dev nb0.7
done

neighbours() { ip -n "$h2" -j neigh | jq -r '.[] | select(.dst | test("^10.0.0.1$|^fd00::1$")) | .lladdr'; }

mac=$(sys "$h1" nb0/address)
option probe_targets 10.0.0.2,fd00::2,10.7.0.2@7
option probe_require all
option probe_interval_ms 100
check "all are answered, whatever port the answers come in at" wait_for answered 15
check "all are up" peers_up "$h1" 4
equal "none is lost" "0 0 0 0" "$(for i in 0 1 2 3; do registers "$h1" $i "$REG_PROBE_LOST"; done | xargs)"
equal "neighbours know the master as before" "$mac" "$(neighbours | sort -u)"
at_most "a probe needs an answer, and gets one" 12 "$(for i in 0 1 2 3; do
	echo $(($(counter "$h1" "eth$i.probes_sent") - $(counter "$h1" "eth$i.probes_answered")))
done | sort -n | tail -1)"
conserved "probes are no packets of the host"

# The primary's path, under a stream.
found=$(counter "$h1" down_probe)
equal "eth0 is primary" eth0 "$(primary "$h1")"
mark_log before
deafen "$h2" eth0
check "a broken path: its state" wait_for state_is 0 unreached
check "another is primary" wait_for primary_is eth1
check "the log says why" wait_for logged "$before" "nb0: primary eth0 -> eth1, .* cause: probe"
equal "found by a probe" $((found + 1)) "$(counter "$h1" down_probe)"
equal "all targets are lost there" 7 "$(registers "$h1" 0 "$REG_PROBE_LOST")"
start_stream 64 $RATE
stream_for "$RATE"
stop_stream
equal "nothing is lost after that, or comes twice" "0 0" "$LOST $TWICE"
hear "$h2" eth0
check "mended: it is up" wait_for peers_up "$h1" 4
equal "and the primary stays" eth1 "$(primary "$h1")"

# A secondary's; another link goes meanwhile.
deafen "$h2" eth2
check "a secondary's broken path" wait_for state_is 2 unreached
unplug 2
check "its cable is cut, too" wait_for state_is 2 no-carrier
plug 2
check "mended: the path is still broken" wait_for state_is 2 unreached
hear "$h2" eth2
check "that, too: up" wait_for peers_up "$h1" 4

# What is required.
option probe_targets 10.0.0.2,10.0.0.99
carrier_is() { [ "$(sys "$h1" nb0/carrier)" = "$1" ]; }
check "all: one that there is not: no carrier" wait_for carrier_is 0
option probe_require any
check "any: one that there is" wait_for peers_up "$h1" 4
check "and carrier" carrier_is 1
option probe_targets 10.0.0.99
check "none that there is: no carrier" wait_for carrier_is 0
option probe_validate traffic
background "$WORK/ping" ip netns exec "$h2" ping -i 0.02 10.0.0.1
check "traffic: what comes in is enough" wait_for carrier_is 1
kill "$PID"
option probe_validate answer
check "not for answer" wait_for carrier_is 0
option probe_interval_ms 0
check "no probes: up" wait_for peers_up "$h1" 4
option probe_targets none
equal "and none is known" "0 0" "$(registers "$h1" 0 "$REG_PROBE_KIND" 2 | xargs)"
check "pings" ping_all "$h1" 5 10.0.0.2
conserved "at the end"
