# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The packages are installed: what the README says, by hand.

configure() { :; }

is_signed() { modinfo -F signer nicbond | grep .; }

verify() {
	local first
	first=$(address eth0)
	check "DKMS has built the module for the kernel that runs" is_installed
	check "and signed it" is_signed
	check "manual pages" ls /usr/share/man/man8/nicbond.8.gz /usr/share/man/man5/nicbond.conf.5.gz
	check "ip knows the words" grep -q '^  selector ' <(ip link help nicbond 2>&1)
	check "modprobe" modprobe nicbond
	check "ip link add" ip link add nb0 type nicbond topology independent
	# udev has had its say about the new device then.
	check "udev settles" udevadm settle
	check "a first member" ip link set eth0 master nb0
	check "whose address is the master's" same "$(address nb0)" "$first"
	check "a second member" ip link set eth1 master nb0
	check "an address" ip addr add 10.0.2.20/24 dev nb0
	check "up" ip link set nb0 up
	wait_until "it reaches its gateway" reaches_gateway
	wait_until "eth0 can be primary" grep -qx up /sys/class/net/eth0/nicbond_member/state
	check "and is asked to" nicbond primary nb0 eth0
	pull eth0
	wait_until "eth1 is primary when the cable of eth0 is pulled" primary_is eth1
	wait_until "and it reaches its gateway" reaches_gateway
	check "nicbond top shows that" grep -E '^eth0 .* no-carrier' <(nicbond top -n 1 nb0)
	check "and who is primary" grep -E '^eth1 .* primary ' <(nicbond top -n 1 nb0)
	plug eth0
	wait_until "eth0 is up again" grep -qx up /sys/class/net/eth0/nicbond_member/state
	check "ip link del" ip link del nb0
	check "modprobe -r" modprobe -r nicbond
}
