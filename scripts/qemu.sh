# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Boot a stock Debian kernel in QEMU on this machine's file system (9p,
# read-only). Source it after lib.sh.

# What the initramfs needs to reach the root file system, before its own
# dependencies.
QEMU_MODULES="virtio_pci 9pnet_virtio 9p overlay virtio_console"

# KVM only where a guest really starts with it: the device node proves nothing.
qemu_accel() {
	local probe
	probe=$CACHE/kvm-probe-$(cat /proc/sys/kernel/random/boot_id)
	if [ ! -e "$probe" ]; then
		mkdir -p "$CACHE"
		if [ -w /dev/kvm ] && grep -qE '^flags.* (svm|vmx)( |$)' /proc/cpuinfo &&
			qemu_probe_kvm; then
			echo kvm >"$probe.$$"
		else
			echo tcg >"$probe.$$"
		fi
		mv "$probe.$$" "$probe"
	fi
	# Another container's answer may be in the same cache.
	if [ -w /dev/kvm ]; then cat "$probe"; else echo tcg; fi
}

# A guest that executes one instruction and ends: exits through the debug port.
qemu_probe_kvm() {
	local image
	image=$(mktemp)
	# mov $0x31,%al; out %al,$0xf4: as a boot sector.
	{ printf '\xb0\x31\xe6\xf4\xf4'; head -c 505 /dev/zero; printf '\x55\xaa'; } >"$image"
	timeout -s KILL 20 qemu-system-x86_64 -accel kvm -display none -nodefaults \
		-device isa-debug-exit,iobase=0xf4,iosize=1 \
		-drive "file=$image,format=raw,if=ide" </dev/null >/dev/null 2>&1
	local status=$?
	rm -f "$image"
	[ $status = 99 ]
}

# A busybox that loads modules and hands over to the root on 9p.
qemu_make_initramfs() {
	local kernel=$1 out=$2 release work module path
	release=$(cat "$kernel/release")
	work=$(mktemp -d "$kernel/initramfs.XXXXXX")
	mkdir -p "$work/bin" "$work/modules" "$work/proc" "$work/root"
	cp "$(command -v busybox)" "$work/bin/busybox"
	for module in $QEMU_MODULES; do
		modprobe -d "$kernel/root" -S "$release" --show-depends "$module" |
			sed -n 's/^insmod \([^ ]*\).*/\1/p'
	done | awk '!seen[$0]++' | while read -r path; do
		cp "$path" "$work/modules/"
		basename "$path" >>"$work/modules/order"
	done
	cat >"$work/init" <<'INIT'
#!/bin/busybox sh
busybox mount -t proc proc /proc
busybox sed 's/.*/busybox insmod \/modules\/&/' /modules/order | busybox sh
init=$(busybox sed -n 's/.*bed_init=\([^ ]*\).*/\1/p' /proc/cmdline)
busybox mount -t 9p -o trans=virtio,version=9p2000.L,cache=loose,msize=524288,ro host /root ||
	busybox poweroff -f
busybox umount /proc
exec busybox switch_root /root "$init"
INIT
	chmod +x "$work/init"
	(cd "$work" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$work.gz" ||
		die "cannot write $work.gz"
	rm -rf "$work"
	mv "$work.gz" "$out"
}

# Four pairs of NICs, two and two at a hub of their own: nic0a, an e1000e, and nic0b, nic1a,
# of virtio, and nic1b, and so on. The address of nic2a is 52:54:00:00:02:0a.
qemu_nics() {
	local i end model
	for i in 0 1 2 3; do
		for end in a b; do
			model=virtio-net-pci
			[ $((i % 2))$end != 0a ] || model=e1000e
			printf '%s\n' -netdev "hubport,hubid=$((i + 1)),id=port$i$end" -device \
				"$model,netdev=port$i$end,id=nic$i$end,mac=52:54:00:00:0$i:0$end,romfile="
		done
	done
}

# The monitor, at a port of the guest's console that is called "monitor": who pulls a cable,
# or a card, says so there.
qemu_monitor() {
	printf '%s\n' -chardev "socket,id=monitor,path=$1/monitor,server=on,wait=off" \
		-mon chardev=monitor,mode=readline \
		-chardev "socket,id=guest,path=$1/monitor" \
		-device virtserialport,chardev=guest,name=monitor
}

# qemu_boot KERNEL RUN: boot with the job RUN/job; the console is our output.
qemu_boot() {
	local kernel=$1 run=$2 initramfs accel cpu=() maps='' nics
	need qemu-system-x86 busybox-static kmod
	initramfs=$kernel/initramfs-$(sha256sum "$TOP/scripts/qemu.sh" | cut -c1-12).gz
	[ -e "$initramfs" ] || qemu_make_initramfs "$kernel" "$initramfs"
	accel=$(qemu_accel)
	# Translated code is kept by its address: at one address, a program starts in a third
	# of the time.
	if [ "$accel" = tcg ]; then maps=norandmaps; else cpu=(-cpu host); fi
	mapfile -t nics < <(qemu_nics; qemu_monitor "$run")
	# shellcheck disable=SC2086
	limit qemu-system-x86_64 -accel "$accel" "${cpu[@]}" \
		-smp 2 -m 1024 -display none -nodefaults -no-reboot \
		-serial "file:$run/serial" \
		-device virtio-serial-pci -chardev stdio,id=out,signal=off \
		-device virtconsole,chardev=out "${nics[@]}" \
		-kernel "$kernel/vmlinuz" -initrd "$initramfs" \
		-append "console=ttyS0 ${BED_ECHO:+ignore_loglevel} panic=-1 oops=panic panic_on_warn=1 log_buf_len=4M mitigations=off $maps tsc=reliable random.trust_cpu=on bed_init=$TOP/scripts/guest-init bed_job=$run/job" \
		-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=host,mount_tag=host \
		-device virtio-rng-pci ${BED_QEMU:-} </dev/null
	[ -z "${BED_ECHO:-}" ] || cat "$run/serial"
}
