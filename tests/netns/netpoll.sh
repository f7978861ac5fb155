#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# netconsole over a master: the kernel's log by the primary's port, whoever that is, from
# any context; members and masters that come and go meanwhile.
#
#   $h1, where netconsole is: nb0 ==4 cables== nb0 $h2
# shellcheck disable=SC2154 # $h2: host() sets it
. "$(dirname "$0")/lib.sh"

# netconsole knows the first namespace's devices only.
h1=first-$$
ip netns attach "$h1" 1
defer ip netns del "$h1"
host h2
cables 4
master "$h1" 2 1
master "$h2" 4 2
# It answers by those that are members in $h1 all the time.
for i in 2 3; do ip -n "$h2" link set eth$i type nicbond_slave weight 0; done
defer ip -n "$h1" link del nb0
defer ip -n "$h1" link del top0
wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2

modprobe -q netconsole
mount -t configfs configfs /sys/kernel/config 2>/dev/null
TARGETS=/sys/kernel/config/netconsole
check "the kernel has netconsole" test -d $TARGETS

# Of what is logged, what is for everybody only: our own.
LEVEL=$(cut -f 1 /proc/sys/kernel/printk)
dmesg -n 2
defer dmesg -n "$LEVEL"

# target DEVICE: have the log sent by it to $h2.
target() {
	mkdir "$TARGETS/$1"
	defer rmdir "$TARGETS/$1"
	echo "$1" >"$TARGETS/$1/dev_name"
	echo 10.0.0.1 >"$TARGETS/$1/local_ip"
	echo 10.0.0.2 >"$TARGETS/$1/remote_ip"
	sys "$h2" nb0/address >"$TARGETS/$1/remote_mac"
}
enable() { sh -c "echo 1 >$TARGETS/$1/enabled"; }
disable() { echo 0 >"$TARGETS/$1/enabled"; }
enabled() { cat "$TARGETS/$1/enabled"; }
is_off() { [ "$(enabled "$1")" = 0 ]; }

# Nobody listens, so each message counts as one for no port.
# shellcheck disable=SC2016 # awk's own
heard() { in_net "$h2" awk '/^Udp: [0-9]/ { print $3 }' /proc/net/snmp; }
has_heard() { [ "$(heard)" -ge "$1" ]; }
sent() { sys "$h1" "$1/statistics/tx_packets"; }

# log COUNT: so many lines. log_all TEXT COUNT MEMBER: so many, and all arrive,
# by that one.
log() {
	local i
	BEFORE=$(heard)
	for ((i = 0; i < $1; i++)); do
		echo "<1>nicbond's test of netpoll, line $i" >/dev/kmsg
	done
}
log_all() {
	local nb0 port
	nb0=$(sent nb0)
	port=$(sent "$3")
	log "$2"
	wait_for has_heard $((BEFORE + $2))
	equal "$1: all lines arrive" $((BEFORE + $2)) "$(heard)"
	at_least "$1: the master counts them" "$2" $(($(sent nb0) - nb0))
	at_least "$1: they go by $3" "$2" $(($(sent "$3") - port))
}

target nb0
check "a target on the master" enable nb0
log_all "the log" 50 eth0
primary "$h1" eth1
log_all "the role has moved" 50 eth1

unplug 1
wait_for primary_is eth0
log_all "the primary's carrier is gone" 50 eth0
plug 1

ip -n "$h1" link set eth2 master nb0
primary "$h1" eth2
log_all "a member that came meanwhile" 50 eth2
ip -n "$h1" link set eth2 nomaster
log_all "it went, while primary" 50 "$(primary "$h1")"

# Its queue stops, as does a card's that is full; netpoll keeps the lines for later. It is
# not to be taken for dead meanwhile.
option heartbeat_misses 0
hold() { in_net "$h1" ethtool --set-priv-flags "$1" hold "$2"; }
primary "$h1" eth0
before=$(sent nb0)
hold eth0 on
log 5
hold eth0 off
check "a queue that was stopped: all lines arrive" wait_for has_heard $((BEFORE + 5))
log_all "and it goes on" 20 eth0
at_most "each of them once" $((before + 60)) "$(sent nb0)"
option heartbeat_misses 10

note "two who use it"
mkdir $TARGETS/second
defer rmdir $TARGETS/second
for file in dev_name local_ip remote_ip remote_mac; do
	cat $TARGETS/nb0/$file >$TARGETS/second/$file
done
check "another target on the master" enable second
log 10
check "both send" wait_for has_heard $((BEFORE + 20))
echo 0 >$TARGETS/second/enabled
log_all "one has ended" 20 eth0

note "beside other traffic"
ip -n "$h2" route add local 10.1.0.0/16 dev lo
ip -n "$h1" route add 10.1.0.0/16 via 10.0.0.2
start_stream 64 $((4000 / LOAD))
before=$(heard)
for ((i = 0; i < 10; i++)); do
	primary "$h1" eth$((i % 2))
	log 10
	stream_for $((200 / LOAD))
done
stop_stream
wait_for has_heard $((before + 100))
equal "all lines arrive while the role moves" $((before + 100)) "$(heard)"
equal "of that traffic nothing is lost, or comes twice" "0 0" "$LOST $TWICE"
conserved "beside it"

note "who cannot"
ip -n "$h1" link add veth0 type veth peer name veth1
defer ip -n "$h1" link del veth0
target veth0
if enable veth0 2>/dev/null; then
	note "this kernel's veths can: nobody to try"
	disable veth0
else
	before=$(ip -n "$h1" -d -o link show veth0)
	refused "a device that netpoll cannot use" \
		"used by netpoll, which the device cannot be" \
		ip -n "$h1" link set veth0 master nb0
	equal "is left as it was" "$before" "$(ip -n "$h1" -d -o link show veth0)"
	disable nb0
	check "it is a member when nobody uses that" ip -n "$h1" link set veth0 master nb0
	refused "then netpoll cannot use the master" "veth0 does not support netpoll" enable nb0
	equal "and does not" 0 "$(enabled nb0)"
	ip -n "$h1" link set veth0 nomaster
	check "without it, again" enable nb0
	log_all "after that" 20 "$(primary "$h1")"
fi

note "nobody to send"
dropped=$(counter "$h1" drop_no_member)
for i in 0 1; do ip -n "$h1" link set eth$i nomaster; done
echo "<1>nicbond's test of netpoll, for nobody" >/dev/kmsg
more_dropped() { [ "$(counter "$h1" drop_no_member)" -gt "$dropped" ]; }
check "a line is dropped and counted while there is no member" wait_for more_dropped
for i in 0 1; do ip -n "$h1" link set eth$i master nb0; done
wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
log_all "members are back" 20 "$(primary "$h1")"

note "netconsole of a device that joins"
disable nb0
rmdir $TARGETS/nb0
target eth3
check "a target on a device of its own" enable eth3
ip -n "$h1" link set eth3 master nb0
check "is stopped when that becomes a member" wait_for is_off eth3
ip -n "$h1" link set eth3 nomaster

note "a master in a master"
ip -n "$h1" addr flush dev nb0
ip -n "$h1" link add top0 type nicbond
ip -n "$h1" link set nb0 master top0
ip -n "$h1" addr add 10.0.0.1/24 dev top0
ip -n "$h1" link set top0 up
wait_for in_net "$h1" ping -c 1 -W 1 10.0.0.2
target top0
check "a target on that" enable top0
log_all "from the top" 20 "$(primary "$h1")"

note "in use until the end"
ip -n "$h1" link del top0
check "the master's target is off" wait_for is_off top0
echo "<1>nicbond's test of netpoll, its end" >/dev/kmsg
