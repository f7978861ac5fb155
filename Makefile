# SPDX-License-Identifier: GPL-2.0

KDIR ?= /lib/modules/$(shell uname -r)/build
MODULE := $(CURDIR)/drivers/net/nicbond
KBUILD = $(MAKE) -C $(KDIR) M=$(MODULE) CONFIG_NICBOND=m $(KBUILD_EXTRA)

all: module

## module (default): build nicbond.ko against KDIR, the running kernel's headers
module:
	+$(KBUILD) modules

## install: put the module where modprobe finds it
install: module
	+$(KBUILD) modules_install
	depmod -a

## tools: build the nicbond command, and the plug-in of ip for its words for nicbond
tools:
	$(MAKE) -C tools/nicbond
	$(MAKE) -C tools/iproute2

## install-tools: put them, and a systemd unit, below PREFIX, the plug-in where ip finds it (IPLIBDIR)
install-tools: tools
	$(MAKE) -C tools/nicbond install
	$(MAKE) -C tools/iproute2 install
	$(MAKE) -C tools/setup install

## install-ifupdown: what reads nicbond-* lines in /etc/network/interfaces
install-ifupdown:
	$(MAKE) -C tools/setup install-ifupdown

## install-source: the module's source, to SOURCEDIR, for DKMS
install-source:
	for file in `find drivers include -path '*/tests' -prune -o -type f \
			\( -name '*.[ch]' ! -name '*.mod.c' -o -name Makefile \) -print`; do \
		install -D -m 644 $$file $(DESTDIR)$(SOURCEDIR)/$$file || exit; \
	done

## deb: Debian packages, nicbond-dkms and nicbond-tools, in build/deb
deb:
	scripts/deb

## clean: remove what was built here
clean: clean-tools
	+$(KBUILD) clean

clean-tools:
	$(MAKE) -C tools/nicbond clean
	$(MAKE) -C tools/iproute2 clean

## demo: watch it balance and fail over on a stock Debian kernel, in QEMU
demo:
	scripts/demo

## demo-storage: FCoE and NVMe/TCP disks at work while members fail, drawn in build/storage
demo-storage:
	scripts/demo-storage

## check: the tests, on every bed; takes most of an hour
check:
	scripts/check

## check-all: that, and all that takes hours: all the stock kernels' tests, fuzzing, the soak
check-all:
	LONG=1 scripts/check style builds kunit coverage static model fuzz netns netns:uml-late storage packages bench soak

## check-style: style, static checks and builds only
check-style:
	scripts/check style builds

## bench: what it costs, beside bonding and team, in instructions; takes minutes
bench:
	scripts/bench

## bench-quick: has a packet become dearer?
bench-quick:
	scripts/bench quick

## bench-failover: what is lost when a member fails, beside bonding and team
bench-failover:
	scripts/bench failover

## bench-switch: how soon packets go to a new primary, in time and in instructions
bench-switch:
	scripts/bench switch

## soak: all that can happen, at random, for SECONDS (600); SEED=N repeats an order of events
SECONDS ?= 600
SEED ?=
unexport SECONDS
soak:
	scripts/soak $(SECONDS) $(SEED)

## storm: 100,000 HTTP requests, while members fail at random, 200 times
storm:
	scripts/soak storm $(SEED)

## coverage: which lines and branches the tests reach
coverage:
	scripts/check coverage

## help: this list
help:
	@sed -n 's/^## /  make /p' $(MAKEFILE_LIST)

.PHONY: all module install tools install-tools install-ifupdown install-source deb clean clean-tools demo demo-storage check check-all check-style bench bench-quick bench-failover bench-switch soak storm coverage help
