/* SPDX-License-Identifier: GPL-2.0 */
/* Masters and members, as rtnetlink has them. */
#ifndef DEVICE_H
#define DEVICE_H

#include <assert.h>
#include <linux/nicbond_link.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVICE_VALUES	(IFLA_NICBOND_MAX + 1)

static_assert(IFLA_NICBOND_MEMBER_MAX < DEVICE_VALUES, "a member has no more than a master");

/* By attribute; those that are @given. @targets: of KIND_targets, which is one only. */
struct device_values {
	bool given[DEVICE_VALUES];
	unsigned long long value[DEVICE_VALUES];
	char *targets;
};

/*
 * A master may be a member of another, too. @master: whose member it is; 0: nobody's.
 * @options, @member: the values of rows_master and rows_member.
 */
struct device {
	unsigned int ifindex;
	unsigned int master;
	bool is_master;
	char name[IF_NAMESIZE];
	struct device_values options;
	struct device_values member;
};

struct devices {
	size_t count;
	struct device *list;
};

/* All of this network namespace, as they are now; in place of what was there. */
void devices_get(struct devices *devices);
void devices_put(struct devices *devices);

/* NULL, if there is none. */
const struct device *devices_find(const struct devices *devices, unsigned int ifindex);

/*
 * By name; NULL for NULL. If there is none, end the program with a word on which
 * there are.
 */
const struct device *devices_master(const struct devices *devices, const char *name);
const struct device *devices_member(const struct devices *devices, const char *name);
const struct device *devices_either(const struct devices *devices, const char *name);

/*
 * The name of a device, until the next call; if it is gone, the last one that it was seen
 * with, or else if7.
 */
const char *device_name(unsigned int ifindex);

/* Ask for @member as primary of @master; ends the program when that is refused. */
void device_make_primary(const struct device *master, unsigned int member);

#endif /* DEVICE_H */
