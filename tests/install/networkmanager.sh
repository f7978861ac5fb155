# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A master by /etc/network/interfaces, on a machine where NetworkManager is at work.

configure() {
	# Both NICs are free, and NetworkManager would take them.
	cp "$EXAMPLES/interfaces" /etc/network/interfaces
	cp "$EXAMPLES/NetworkManager.conf" /etc/NetworkManager/conf.d/nicbond.conf
}

# unmanaged DEVICE
unmanaged() { nmcli -g GENERAL.STATE device show "$1" | grep unmanaged; }

verify() {
	local device
	wait_until "NetworkManager is at work" systemctl is-active NetworkManager
	wait_until "an address by DHCP" has_lease nb0
	for device in nb0 eth0 eth1; do
		wait_until "it leaves $device alone" unmanaged $device
	done
	check "eth0 is a member" has_master eth0 nb0
	check "eth1 is a member" has_master eth1 nb0
	wait_until "it reaches its gateway" reaches_gateway
}
