# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The first boot of an instance in a cloud.

configure() {
	local seed=/var/lib/cloud/seed/nocloud
	echo 'source /etc/network/interfaces.d/*' >/etc/network/interfaces
	rm -f /etc/nicbond/*.conf /etc/systemd/network/*
	mkdir -p $seed
	cp "$EXAMPLES/user-data" $seed/user-data
	echo 'instance-id: one' >$seed/meta-data
	echo '{config: disabled}' >$seed/network-config
	echo 'datasource_list: [NoCloud]' >/etc/cloud/cloud.cfg.d/99-seed.cfg
	check "cloud-init forgets what it did" cloud-init clean
}

verify() {
	wait_until "cloud-init has set up the unit" systemctl is-active nicbond@nb0
	wait_until "an address by DHCP" has_lease nb0
	check "eth0 is a member" has_master eth0 nb0
	check "eth1 is a member" has_master eth1 nb0
	wait_until "it reaches its gateway" reaches_gateway
	check "it is there at the next boot" systemctl is-enabled nicbond@nb0 systemd-networkd
}
