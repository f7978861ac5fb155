# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The packages are removed, while a master is up; a boot later nothing of them is there.

configure() {
	# What the user wrote stays.
	rm -f /etc/nicbond/*.conf
	check "removal while a master is up" apt-get purge -y nicbond-dkms nicbond-tools
	check "which goes on" reaches_gateway
}

# Not what this test brought, nor the Debian's own logs and lists.
leftovers() {
	find / -xdev -iname '*nicbond*' -not -path '/root/*' -not -path '/var/log/*' \
		-not -path '/var/cache/apt/*' | grep .
}

verify() {
	check "no module" fails modprobe nicbond
	check "no file" fails leftovers
	check "no word of it in dkms" fails is_installed
}
