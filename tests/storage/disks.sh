# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A storage network: a host with disks behind a switch, over FCoE and over NVMe/TCP. Sourced
# after lib.sh. All of it is the kernel's own, but for the aggregation, the cards and their
# cables; only stock kernels have it. FCoE lives in the first network namespace and nowhere
# else, so that is the host's, $h1, and the targets', too, which the switch keeps apart.
#
#   $h1  nb0 10.0.0.1             $h2, the switch                 $h1  t0 .. t3, tcm_fc
#          eth0 ------ cable ------ eth0  \                 s0 ------- t0
#          ..          mixed_cables        nb0 -- br0 ---   ..         ..
#          eth3 ------ cable ------ eth3  /                 s3 ------- t3
#                                                           s4 ------- eth0 10.0.0.2 $server
#
# The switch is a bridge. Where it knows of the aggregation (topology static), that is a
# nicbond as well, nb0; else eth0 .. eth3 are ports of the bridge.
# shellcheck disable=SC2154,SC2034 # host() sets h1, h2 and server; variables for the test

# With the key 00 01 .. 0f these D_IDs, which come from addresses, have an adaptor each.
TARGETS=(00 02 11 03)
DISK_MIB=${DISK_MIB:-32}
# Not on the overlay, where nvmet sees no size.
STORE=/run/disks
# FCoE's longest frame is 2180 bytes with its headers (FC-BB-6, 7.7).
DISKS_MTU=2500
CONFIG=/sys/kernel/config

# storage_modules: what the kernel has of it, loaded.
storage_modules() {
	# One path to each disk, and none in reserve.
	modprobe nvme-core multipath=N || return
	modprobe -a bridge fcoe tcm_fc target_core_file nvmet-tcp nvme-tcp sd_mod || return
	mkdir -p $STORE
	mountpoint -q $CONFIG || mount -t configfs configfs $CONFIG
}

# plugged_cable PORT NETNS DEVICE ADDRESS: a cable that does not fail, from the switch's PORT.
plugged_cable() {
	ip -n "$h2" link add "$1" mtu $DISKS_MTU type veth peer name "$3" mtu $DISKS_MTU \
		address "$4" netns "$2"
	ip -n "$h2" link set "$1" master br0 up
}

# switch TOPOLOGY: with the aggregated ports. What comes in at one is one CPU's, as a card's
# queue is: else, as their senders are many, not even the order of a wire would be kept.
switch() {
	local i
	for i in 0 1 2 3; do in_host "$h2" sh -c "echo 1 >/sys/class/net/eth$i/queues/rx-0/rps_cpus"; done
	ip -n "$h2" link add br0 mtu $DISKS_MTU type bridge
	ip -n "$h2" link set br0 up
	if [ "$1" = static ]; then
		ip -n "$h2" link add nb0 type nicbond
		for i in 0 1 2 3; do ip -n "$h2" link set eth$i master nb0; done
		ip -n "$h2" link set nb0 mtu $DISKS_MTU master br0 up
	else
		for i in 0 1 2 3; do ip -n "$h2" link set eth$i mtu $DISKS_MTU master br0 up; done
	fi
}

# ---- FCoE: ports in VN2VN mode (FC-BB-6), where D_IDs come from addresses.

# fcoe_port DEVICE: make one. While the device is closed: libfcoe of Linux 6.1 crashes on a
# frame that comes in before it is done.
fcoe_port() { echo "$1" >/sys/module/libfcoe/parameters/create_vn2vn; }

# fc_host DEVICE FILE: of its port. wwpn DEVICE: as configfs wants it. d_id DEVICE: 6 digits.
fc_host() { cat "$(fc_host_of "$1")/$2"; }
fc_host_of() { dirname "$(grep -l " over $1\$" /sys/class/fc_host/host*/symbolic_name)"; }
wwpn() { fc_host "$1" port_name | sed 's/0x//; s/../&:/g; s/:$//'; }
d_id() { fc_host "$1" port_id | sed 's/0x//'; }
is_online() { [ "$(fc_host "$1" port_state)" = Online ]; }

# fc_target DEVICE FILE: its disk, for nb0 alone. Who logs in earlier gets none.
fc_target() {
	local store=$CONFIG/target/core/fileio_0/$1 group
	group=$CONFIG/target/fc/$(wwpn "$1")/tpgt_1
	truncate -s "${DISK_MIB}M" "$2"
	mkdir -p "$store" "$group/lun/lun_0" &&
		echo "fd_dev_name=$2,fd_dev_size=$((DISK_MIB << 20))" >"$store/control" &&
		echo 1 >"$store/enable" &&
		ln -s "$store" "$group/lun/lun_0/disk" &&
		mkdir -p "$group/acls/$(wwpn nb0)/lun_0" &&
		ln -s "$group/lun/lun_0" "$group/acls/$(wwpn nb0)/lun_0/disk"
}

# fc_disk DEVICE: the disk of that target, as nb0 has it: sda, and so on.
fc_disk() {
	local port
	for port in "$(realpath "$(fc_host_of nb0)/device")"/rport-*; do
		grep -qx "$(fc_host "$1" port_name)" "$port"/fc_remote_ports/*/port_name || continue
		basename "$port"/target*/*:*/block/*
	done
}
is_there() { [ -b "/dev/$(fc_disk "$1")" ]; }

# ---- NVMe/TCP
NQN=nqn.2014-08.org.nvmexpress:uuid:6e696362-6f6e-6400-0000-000000000000

# nvme_target FILE: $server's disk.
nvme_target() {
	local subsystem=$CONFIG/nvmet/subsystems/$NQN port=$CONFIG/nvmet/ports/1
	truncate -s "${DISK_MIB}M" "$1"
	mkdir "$subsystem" "$subsystem/namespaces/1" "$port" &&
		echo 1 >"$subsystem/attr_allow_any_host" &&
		echo -n "$1" >"$subsystem/namespaces/1/device_path" &&
		# Whatever file system the file is on.
		echo 1 >"$subsystem/namespaces/1/buffered_io" &&
		echo 1 >"$subsystem/namespaces/1/enable" &&
		echo tcp >"$port/addr_trtype" &&
		echo ipv4 >"$port/addr_adrfam" &&
		echo 10.0.0.2 >"$port/addr_traddr" &&
		echo 4420 >"$port/addr_trsvcid" &&
		# It listens in the namespace of who writes this; in_host would hide $CONFIG.
		nsenter --net="/run/netns/$server" ln -s "$subsystem" "$port/subsystems/disk"
}
nvme_connect() { nvme connect -t tcp -a 10.0.0.2 -s 4420 -n $NQN; }
nvme_disconnect() { nvme disconnect -n $NQN; }
