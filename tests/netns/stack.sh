#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Masters in masters: traffic, failover inside and outside, and where it ends.
#
#   $h1 nb0 -- in0 -- eth0 ---- cable ---- eth0 -- in0 -- nb0 $h2
#               |  -- eth1 ---- cable ---- eth1 -- |
#           -- in1 -- eth2 ---- cable ---- eth2 -- in1 --
#                  -- eth3 ---- cable ---- eth3 --
#
#   $box   n0 -- n1 -- .. -- n8 and more
# shellcheck disable=SC2154 # $box and the like: host() sets them
. "$(dirname "$0")/lib.sh"

host h1
host h2
cables 4
for n in 1 2; do
	netns=h$n
	ip -n "${!netns}" link add nb0 type nicbond
	for i in 0 1; do
		ip -n "${!netns}" link add "in$i" type nicbond
		ip -n "${!netns}" link set "eth$((2 * i))" master "in$i"
		ip -n "${!netns}" link set "eth$((2 * i + 1))" master "in$i"
		ip -n "${!netns}" link set "in$i" master nb0
	done
	in_net "${!netns}" sysctl -qw net.ipv6.conf.nb0.accept_dad=0
	ip -n "${!netns}" addr add "10.0.0.$n/24" dev nb0
	ip -n "${!netns}" addr add "fd00::$n/64" dev nb0 nodad
	ip -n "${!netns}" link set nb0 up
done
ip -n "$h2" route add local 10.1.0.0/16 dev lo
ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
check "ping, IPv4" wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
check "ping, IPv6" wait_for in_net "$h1" ping -c 1 -W 1 fd00::2
check "ping with fragments" ping_all "$h1" 5 10.0.0.2 -s 5000
equal "one address for all" 1 "$(sys "$h1" '[ie][nt]*[0-9]/address' | sort -u | wc -l)"

transmitted() {
	local i
	for i in 0 1; do
		in_net "$h1" ethtool -S "in$i" | sed -n 's/^ *eth[0-9].transmitted: //p'
	done
}
spread_over_all() {
	in_net "$h1" "$TOOLS/stream" send 10.1.0.0 500 7000 0 500 >/dev/null
	! transmitted | grep -qx 0
}
# Both levels hash, with keys of their own. A master's carrier is told of within a
# second, until when the other level may know one member only.
check "each cable carries some of 500 destinations" wait_for spread_over_all

start_stream 64 $((4000 / LOAD))
stream_for $((400 / LOAD))
unplug 0
other_one() { [ "$(sys "$h1" in0/nicbond/primary)" = eth1 ]; }
check "the primary's carrier goes: the other one of its pair is" wait_for other_one
equal "and the pair stays primary" in0 "$(sys "$h1" nb0/nicbond/primary)"
plug 0
stream_for $((400 / LOAD))
stop_stream
at_most "an inner failover: lost in the driver's hands" 1 "$LOST"
equal "an inner failover: nothing comes twice" 0 "$TWICE"

# dropped: in the inner masters, whose ports' state the outer one does not see.
dropped() {
	local i
	for i in 0 1; do
		in_net "$h1" ethtool -S "in$i" | sed -n 's/^ *[a-z0-9.]*drop_[a-z_]*: //p'
	done | paste -sd+ | bc
}
before=$(dropped)
start_stream 64 $((4000 / LOAD))
unplug 0
unplug 1
other_pair() { [ "$(sys "$h1" nb0/nicbond/primary)" = in1 ]; }
check "both carriers of a pair go: the other pair is primary" wait_for other_pair
stream_for $((400 / LOAD))
plug 0
plug 1
stop_stream
at_most "an outer failover: what is lost was counted, or in the drivers' hands" \
	$(($(dropped) - before + 2)) "$LOST"
equal "and nothing comes twice" 0 "$TWICE"

# SOCK_DGRAM: the header is built, and parsed, by the master at the top.
equal "a header that the stack builds" "ok" "$(in_net "$h1" "$TOOLS/datagram" nb0 \
	"$(sys "$h2" nb0/address)")"

host box
link() { ip -n "$box" link "$@"; }
# But for the queue that a device keeps which was up for a moment.
state() { ip -n "$box" -d -o link show | sed 's/^[0-9]*: //; s/ qdisc [a-z]* / /' | sort; }

note "loops"
for i in 0 1 2; do link add "l$i" type nicbond; done
link set l1 master l0
link set l2 master l1
before=$(state)
refused "a master above, two levels" "would make a loop|cannot be its own" link set l0 master l2
refused "a master above, one level" "would make a loop" link set l0 master l1
equal "nothing changed by that" "$before" "$(state)"
for i in 0 1 2; do link del "l$i"; done

note "the kernel's limit"
depth=0
for ((i = 0; i <= 12; i++)); do link add "n$i" type nicbond; done
link add d0 type dummy
for ((i = 1; i <= 12; i++)); do
	before=$(state)
	error=$(link set "n$i" master "n$((i - 1))" 2>&1) || break
	depth=$i
done
equal "masters below a master" 7 $depth
check "then it is refused with a reason" test -n "$error"
equal "with nothing half applied" "$before" "$(state)"
refused "and so is any other device" "Too many links" link set d0 master n7
equal "with nothing half applied either" "$before" "$(state)"
link set n7 nomaster
check "one level higher it is a member" link set d0 master n6
for ((i = 0; i <= 6; i++)); do link set "n$i" up; done
lit() { [ "$(for ((i = 0; i <= 6; i++)); do sys "$box" "n$i/carrier"; done | xargs)" = "1 1 1 1 1 1 1" ]; }
check "each has a carrier" wait_for lit
sent=$(sys "$box" d0/statistics/tx_packets)
equal "a packet" ok "$(in_net "$box" "$TOOLS/datagram" n0 02:00:00:00:00:01)"
at_least "goes all the way down" $((sent + 1)) "$(sys "$box" d0/statistics/tx_packets)"
check "and up, an address to all" link set n0 address 02:00:00:00:0e:0e
equal "which have it" 1 "$(for dev in n0 n3 n6 d0; do sys "$box" $dev/address; done | sort -u | wc -l)"
for ((i = 0; i <= 12; i++)); do link del "n$i"; done
equal "none of that is left on the last" 0 "$(link show d0 | grep -c SLAVE)"

note "types"
link add team0 type team
link add nb0 type nicbond
link set team0 master nb0
ip -n "$box" tuntap add t0 mode tun
refused "a member that would not be Ethernet any more" "[Bb]usy|refused" link set t0 master team0
equal "is still Ethernet, and a member" "ether team0" \
	"$(ip -n "$box" -j link show team0 | jq -r '.[0].link_type') $(sys "$box" nb0/nicbond/members | xargs)"
link set team0 nomaster
check "and may, as nobody's" link set t0 master team0
refused "but is no member then" "Only Ethernet" link set team0 master nb0
