# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What a guest of a bed needs before the first test; MODULES is the folder of the
# modules (scripts/module).

prepare_guest() {
	mount -t tmpfs tmpfs /run
	mkdir -p /run/netns
	# What a receiver that waits for a CPU does not take at once, waits.
	sysctl -qw net.core.rmem_max=$((1 << 27)) net.core.netdev_max_backlog=100000 \
		net.ipv4.udp_mem="65536 65536 65536" kernel.printk_devkmsg=on
	# Where there are no modules to find, nobody has to run to see that.
	[ -d "/lib/modules/$(uname -r)" ] || echo >/proc/sys/kernel/modprobe
	[ ! -d "/lib/modules/$(uname -r)" ] ||
		modprobe -a veth tun dummy bonding macvlan 8021q
}

# load [PARAMETER=VALUE]...: nicbond, by modprobe where the kernel has that.
load() {
	if [ -d "/lib/modules/$(uname -r)" ]; then
		modprobe nicbond "$@"
	else
		insmod "$MODULES/nicbond.ko" "$@"
	fi
}
