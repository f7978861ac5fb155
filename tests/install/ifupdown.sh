# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A master by /etc/network/interfaces.

configure() {
	{
		cat "$EXAMPLES/interfaces"
		echo '    nicbond-primary eth1'
		# eth1 is moved there and back by hand.
		sed 's/eth2/eth1/; /^auto/d; /^allow-hotplug/d' "$EXAMPLES/interfaces-hotplug"
		printf '%s\n' 'iface nb2 inet manual' 'nicbond-members none' 'nicbond-selector best'
	} >/etc/network/interfaces
}

verify() {
	wait_until "an address by DHCP" has_lease nb0
	check "eth0 is a member" has_master eth0 nb0
	check "eth1 is a member" has_master eth1 nb0
	check "the options are as written" grep -qx 'dst-ip,l4-ports' /sys/class/net/nb0/nicbond/hash_fields
	wait_until "and the primary" primary_is eth1
	wait_until "it reaches its gateway" reaches_gateway
	pull eth1
	wait_until "eth0 is primary when the cable of eth1 is pulled" primary_is eth0
	wait_until "and it reaches its gateway" reaches_gateway
	plug eth1
	wait_until "and again eth1 when it is plugged in" primary_is eth1

	check "ifdown" ifdown nb0
	check "deletes it" fails test -e /sys/class/net/nb0
	check "ifup of a member alone" ifup eth1
	check "creates its master" has_master eth1 nb1
	check "with the member's weight" grep -qx 3 /sys/class/net/eth1/nicbond_member/weight
	check "ifup of the master then" ifup nb1
	check "gives it its options" grep -qx 512 /sys/class/net/nb1/nicbond/table_size
	check "its address" grep 'inet 192\.0\.2\.1/24' <(ip addr show nb1)
	check "and leaves the member" has_master eth1 nb1
	check "ifdown of the member" ifdown eth1
	check "gives it back" fails test -e /sys/class/net/eth1/master
	check "ifdown of the master" ifdown nb1
	check "a wrong option is refused" fails ifup nb2
	check "and says what is accepted" grep 'selector takes dst-hash' <(ifup nb2 2>&1)
	check "and leaves no master" fails test -e /sys/class/net/nb2
	check "ifup once more" ifup nb0
	wait_until "an address by DHCP again" has_lease nb0
}
