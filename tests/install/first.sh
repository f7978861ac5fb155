# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Nothing but a boot, so that the next step can write what a user would before another one.

configure() { :; }

verify() { check "DKMS has built the module for the kernel that runs" is_installed; }
