/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: adaptors, and what the firmware can be asked. */
#ifndef FAMILY_H
#define FAMILY_H

#include "netlink.h"

#include <assert.h>
#include <linux/nicbond.h>
#include <linux/nicbond_netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a LOAD register reads as when it is full. */
#define LOAD_FULL	65536

#define FAMILY_VALUES	(NICBOND_A_ADAPTOR_MAX + 1)

static_assert(NICBOND_A_CHANNEL_MAX < FAMILY_VALUES, "a channel has no more than an adaptor");
static_assert(NICBOND_A_WHICH_MAX < FAMILY_VALUES, "an answer has no more than an adaptor");

/* An adaptor, a channel or an answer. @value: by attribute; @counter: an adaptor's. */
struct record {
	unsigned long long value[FAMILY_VALUES];
	unsigned long long counter[NICBOND_COUNTER_MAX];
};

struct records {
	size_t count;
	struct record *list;
};

/*
 * Those of one master, or of all for 0; adaptors come in the order of their slots.
 * What was in @records is replaced. 0, or an errno: ENODEV, if the master is gone.
 */
int family_adaptors(struct records *records, unsigned int master);
int family_channels(struct records *records, unsigned int master);
void family_put(struct records *records);

/* Registers from offset 0 on, of a member; how many were read, or an -errno. */
int family_registers(unsigned int member, uint32_t *values, size_t room);

/* The slots of the buckets, of a member, or of a master's primary; likewise. */
int family_table(unsigned int ifindex, uint8_t *slots, size_t room);

/* Who would transmit @what, one of the attributes; 0, or an errno. */
int family_which(struct record *answer, unsigned int master, int what, const void *bytes,
		 size_t length);

/* Give @master the program of @fd; -1: none. 0, or an errno. */
int family_program(unsigned int master, int fd);

/* End the program, because one of these returned @error. */
void family_fail(const char *about, int error) __attribute__((noreturn));

/* A socket of its own that events come to. */
void family_events(struct netlink *netlink);

#endif /* FAMILY_H */
