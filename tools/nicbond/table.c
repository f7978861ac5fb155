// SPDX-License-Identifier: GPL-2.0
/* table: who has which buckets, in the eyes of an adaptor. */
#include "table.h"
#include "command.h"
#include "device.h"
#include "family.h"

#include <stdio.h>

/*
 * Numbers that grow in equal steps. @count: how many, so far, from @first to @last, each
 * @step above the one before.
 */
struct run {
	unsigned int count;
	unsigned int first;
	unsigned int last;
	unsigned int step;
};

int table_read(struct table *table, unsigned int ifindex)
{
	int count = family_table(ifindex, table->slot, sizeof(table->slot));

	table->buckets = count > 0 ? count : 0;

	return count < 0 ? count : 0;
}

unsigned int table_count(const struct table *table, unsigned int slot)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < table->buckets; i++)
		count += table->slot[i] == slot;

	return count;
}

/* As debugfs has it: 7, 0-84, or 100-120/2 for every second one. */
static void print_run(const struct run *run)
{
	if (run->count == 1)
		printf(" %u", run->first);
	else if (run->count == 2 && run->step > 1)
		printf(" %u %u", run->first, run->last);
	else if (run->count && run->step == 1)
		printf(" %u-%u", run->first, run->last);
	else if (run->count)
		printf(" %u-%u/%u", run->first, run->last, run->step);
}

/* @number goes on where the run ended, or that is printed and another begins. */
static void add_to_run(struct run *run, unsigned int number)
{
	unsigned int step = number - run->last;

	if (run->count > 1 && step != run->step) {
		if (run->count > 2 || run->step == 1) {
			print_run(run);
			run->count = 0;
		} else {
			/* Two are no run yet: the second may begin one. */
			printf(" %u", run->first);
			run->first = run->last;
			run->count = 1;
		}
	}
	if (!run->count)
		run->first = number;
	run->step = step;
	run->last = number;
	run->count++;
}

/* The member in a slot; 0, if it has just left. */
static unsigned int member_of(const struct records *adaptors, unsigned int slot)
{
	size_t i;

	for (i = 0; i < adaptors->count; i++)
		if (adaptors->list[i].value[NICBOND_A_ADAPTOR_SLOT] == slot)
			return adaptors->list[i].value[NICBOND_A_ADAPTOR_IFINDEX];

	return 0;
}

static void print_slot(const struct table *table, const struct records *adaptors,
		       unsigned int slot)
{
	unsigned int member = member_of(adaptors, slot), count = table_count(table, slot);
	struct run run = { 0 };
	size_t i;

	if (!count)
		return;
	printf("slot %u", slot);
	if (member)
		printf(" %s", device_name(member));
	printf(": %u of %zu buckets:", count, table->buckets);
	for (i = 0; i < table->buckets; i++)
		if (table->slot[i] == slot)
			add_to_run(&run, i);
	print_run(&run);
	putchar('\n');
}

/* @device: a master, for its primary, or else a member. */
static void print_table(const struct device *device)
{
	unsigned int master = device->is_master ? device->ifindex : device->master;
	struct records adaptors = { 0 };
	struct table table;
	unsigned int slot;
	int error;

	error = family_adaptors(&adaptors, master);
	if (!error)
		error = -table_read(&table, device->ifindex);
	if (error)
		family_fail(device->name, error);
	for (slot = 0; slot < TABLE_SLOTS; slot++)
		print_slot(&table, &adaptors, slot);
	family_put(&adaptors);
}

void table_run(const struct arguments *arguments)
{
	const struct device *device;
	struct devices devices = { 0 };
	size_t i;

	devices_get(&devices);
	device = devices_either(&devices, argument(arguments, 0));
	if (device)
		print_table(device);
	for (i = 0; !device && i < devices.count; i++) {
		/* One without a primary has no table. */
		if (!devices.list[i].options.given[IFLA_NICBOND_PRIMARY])
			continue;
		printf("%s:\n", devices.list[i].name);
		print_table(&devices.list[i]);
	}
	devices_put(&devices);
}
