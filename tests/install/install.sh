# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The packages are in /root/debs, what they need in apt's cache: install them. What is there
# after the next boot is another step's.

configure() { :; }

install() { cd /root/debs && apt-get install -y ./nicbond-dkms_*.deb ./nicbond-tools_*.deb; }

verify() {
	check "nicbond is not there" fails modprobe nicbond
	check "apt-get install" install
	check "DKMS has built the module for the kernel that runs" is_installed
	check "modprobe" modprobe nicbond
	check "nicbond --version" nicbond --version
}
