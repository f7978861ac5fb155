# SPDX-License-Identifier: GPL-2.0
# How a program is made from its source, in OUT.

BPF_CLANG ?= clang

# clang for bpf does not know where this machine's <asm/types.h> is.
$(OUT)/%.bpf.o: %.bpf.c
	$(BPF_CLANG) -target bpf -g -O2 -Wall -Werror \
		-I/usr/include/$(shell $(CC) -print-multiarch) -c -o $@ $<

.DELETE_ON_ERROR:
