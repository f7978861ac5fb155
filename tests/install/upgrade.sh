# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# From the packages that are installed to those in /root/next, while a master carries traffic.

configure() { cp "$EXAMPLES/interfaces" /etc/network/interfaces; }

upgrade() { cd /root/next && apt-get install -y ./nicbond-dkms_*.deb ./nicbond-tools_*.deb; }

# none_lost LOG: of the pings; a hub may give an answer twice.
none_lost() { grep -E '^([0-9]+) packets transmitted, \1 received' "$1"; }

verify() {
	local old new ping
	new=$(dpkg-deb -f /root/next/nicbond-dkms_*.deb Version)
	# shellcheck disable=SC2016 # dpkg-query's
	old=$(dpkg-query -W -f '${Version}' nicbond-dkms)
	wait_until "an address by DHCP" has_lease nb0
	wait_until "it reaches its gateway" reaches_gateway
	ping -i 0.5 10.0.2.2 >/tmp/ping &
	ping=$!
	check "from $old to $new" upgrade
	kill -INT $ping
	wait $ping
	check "not one packet was lost meanwhile" none_lost /tmp/ping
	check "DKMS has built $new for the kernel that runs" is_installed "$new"
	check "and $old is gone" fails is_installed "$old"
	check "the master is there" has_master eth0 nb0
	check "and taken down, and set up again" sh -c 'ifdown nb0 && ifup nb0'
	check "the new module can be loaded" sh -c 'ifdown nb0 && modprobe -r nicbond && ifup nb0'
	wait_until "and it reaches its gateway" reaches_gateway
}
