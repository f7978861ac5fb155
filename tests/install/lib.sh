# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For the steps: what a test says, and waits for.
# shellcheck disable=SC2034,SC2154 # who sources this uses EXAMPLES, and has named its step

. /etc/os-release
# What the packages bring, to be copied.
EXAMPLES=/usr/share/doc/nicbond-tools/examples

# check TEXT COMMAND...: a line of the result; what the command said if it failed.
check() {
	local text=$1 said
	shift
	if said=$("$@" 2>&1); then
		echo "ok - packages: $VERSION_CODENAME: $step: $text"
	else
		echo "not ok - packages: $VERSION_CODENAME: $step: $text"
		tail -n 40 <<<"$said" | sed 's/^/    # /'
	fi
}

# until_true COMMAND...: within two minutes.
until_true() {
	local limit=$((SECONDS + 120))
	while [ $SECONDS -lt $limit ]; do
		"$@" >/dev/null 2>&1 && return
		sleep 0.2
	done
	echo "not within two minutes: $*"
	"$@"
}

wait_until() { check "$1" until_true "${@:2}"; }

booted() { [[ $(systemctl is-system-running) =~ running|degraded|starting ]]; }

# monitor COMMAND: of QEMU.
monitor() { echo "$*" >/dev/virtio-ports/monitor; }

# nic DEVICE: what QEMU calls it: kernels count them in any order.
nic() { ip -o link show "$1" | sed -E 's/.*(permaddr|link\/ether) 52:54:00:00:00:0([0-9]).*/nic\2/'; }

# pull|plug DEVICE: its cable.
pull() { monitor set_link "$(nic "$1")" off; }
plug() { monitor set_link "$(nic "$1")" on; }

# is_installed [VERSION]: by DKMS, for the kernel that runs.
is_installed() { dkms status | grep "^nicbond/${1:-.*}, $(uname -r).*: installed"; }

# address DEVICE: its hardware address.
address() { cat "/sys/class/net/$1/address"; }

same() { [ "$1" = "$2" ] || { echo "$1, not $2"; return 1; }; }

has_master() { [ "$(basename "$(readlink "/sys/class/net/$1/master")")" = "$2" ]; }

primary_is() { same "$(cat /sys/class/net/nb0/nicbond/primary)" "$1"; }

# has_lease DEVICE: an address from QEMU's DHCP server.
has_lease() { ip -4 -o addr show "$1" | grep 'inet 10\.0\.2\.'; }

reaches_gateway() { ping -c 1 -W 2 10.0.2.2; }

silent_kernel() {
	! dmesg --color=never | grep -E -A 12 'BUG:|WARNING:|Oops|INFO: task|refcount_t:|unregister_netdevice: waiting'
}

fails() { ! "$@"; }
