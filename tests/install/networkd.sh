# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A master by nicbond@.service, its address by systemd-networkd.

configure() {
	echo 'source /etc/network/interfaces.d/*' >/etc/network/interfaces
	# eth2 is not there yet.
	sed 's/^members.*/& eth2/' "$EXAMPLES/nb0.conf" >/etc/nicbond/nb0.conf
	cp "$EXAMPLES/nb0.network" /etc/systemd/network/20-nb0.network
	cp "$EXAMPLES/nb0-members.network" /etc/systemd/network/20-nb0-members.network
	check "enabled" systemctl enable nicbond@nb0 systemd-networkd
}

is_online() { /lib/systemd/systemd-networkd-wait-online -i nb0 --timeout 5; }

# What is refused leaves nothing behind.
refused() {
	local text=$1
	printf '%s\n' "${@:2}" >/etc/nicbond/nb1.conf
	check "$text: the unit fails" fails systemctl start nicbond@nb1
	check "$text: no master is left" fails test -e /sys/class/net/nb1 -o -e /run/nicbond/nb1
}

# card_is_in DEVICE: asked for once more, as QEMU may not be done with the last one.
card_is_in() {
	[ -e "/sys/class/net/$1" ] && return
	monitor device_add virtio-net-pci,netdev=port2,id=nic2,mac=52:54:00:00:00:02,romfile=
	sleep 2
	[ -e "/sys/class/net/$1" ]
}

counters_by_http() {
	local connection
	exec {connection}<>/dev/tcp/127.0.0.1/9834
	printf 'GET /metrics HTTP/1.1\r\nHost: machine\r\n\r\n' >&"$connection"
	grep '^nicbond_adaptor_up{master="nb0",adaptor="eth1"} 1' <&"$connection"
}

log_says() { journalctl -b -u "$1" | grep -E "$2"; }

verify() {
	wait_until "the unit is active" systemctl is-active nicbond@nb0
	wait_until "an address by DHCP" has_lease nb0
	wait_until "networkd is content" is_online
	check "eth0 is a member" has_master eth0 nb0
	check "eth1 is a member" has_master eth1 nb0
	check "with its weight" grep -qx 2 /sys/class/net/eth1/nicbond_member/weight
	check "the options are as written" grep -qx 'dst-ip,l4-ports' /sys/class/net/nb0/nicbond/hash_fields
	check "the log says that it waits for eth2" log_says nicbond@nb0 'nb0 waits for eth2$'
	wait_until "it reaches its gateway" reaches_gateway

	check "eth0 is made primary" nicbond primary nb0 eth0
	pull eth0
	wait_until "eth1 is primary when the cable of eth0 is pulled" primary_is eth1
	wait_until "and it reaches its gateway" reaches_gateway
	plug eth0

	wait_until "a card is plugged in" card_is_in eth2
	wait_until "it becomes a member" has_master eth2 nb0
	monitor device_del nic2
	wait_until "it is taken out" fails test -e /sys/class/net/eth2
	wait_until "it is plugged in again" card_is_in eth2
	wait_until "and is a member again" has_master eth2 nb0

	check "the counters' socket" systemctl start nicbond-metrics.socket
	check "has them" counters_by_http
	mkdir -p /var/lib/prometheus/node-exporter
	check "the counters' timer" systemctl start nicbond-textfile.timer
	wait_until "writes them" grep '^nicbond_members{master="nb0"} ' /var/lib/prometheus/node-exporter/nicbond.prom
	check "and stops" systemctl stop nicbond-metrics.socket nicbond-textfile.timer
	rm -r /var/lib/prometheus

	check "a restart" systemctl restart nicbond@nb0
	wait_until "has an address again" has_lease nb0
	check "a stop" systemctl stop nicbond@nb0
	check "deletes it" fails test -e /sys/class/net/nb0

	refused "a wrong option" 'members eth0' 'table_size 100'
	check "the log says what is accepted" log_says nicbond@nb1 'accepted: 64 to 4096'
	refused "a wrong word" 'members eth0' 'tabel_size 128'
	refused "a wrong time" 'wait soon'
	check "the log says what is needed" log_says nicbond@nb1 'a number of seconds'
	rm /etc/nicbond/nb1.conf
	check "disabled" systemctl disable --now nicbond@nb0 systemd-networkd
	rm /etc/systemd/network/20-*
}
