// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs: /sys/kernel/debug/nicbond/<master>/<member>/, where
 *
 *   registers	is the register file of the member's adaptor, a line a register
 *   table	is its indirection table: which slot has how many buckets, and which
 *   rings	is what waits in the ring to each other slot, and what went there
 *
 * <master> is the name of the device, with @ and the inode number of its network
 * namespace behind it unless that is the initial one.
 *
 * All of this is made, renamed and removed under rtnl. Readers take no lock that is
 * held there: they read registers, which needs none, and names under RCU. So
 * debugfs_remove() may wait for them: it lets nobody in any more, and returns when
 * all who were in have left. Who keeps a file open is told -EIO from then on, and
 * holds the module, not the member.
 */
#include "debugfs.h"
#include "master.h"

#include <linux/capability.h>
#include <linux/debugfs.h>
#include <linux/log2.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

/* A master's name, @ and a number. */
#define NICBOND_DEBUGFS_NAME	(IFNAMSIZ + 11)

static struct dentry *nicbond_debugfs_root;

#define NICBOND_COUNTER_NAME(id, name, text)	name,
static const char * const nicbond_debugfs_counter_names[] = {
	NICBOND_COUNTERS(NICBOND_COUNTER_NAME)
};

static u32 nicbond_debugfs_read(const struct nicbond_member *member, u32 reg)
{
	return member->adaptor->ops->reg_read(member->adaptor, reg);
}

static void nicbond_debugfs_fields(struct seq_file *file, u32 reg, u32 value)
{
	const struct nicbond_map_field *field;
	u32 known = 0, part;

	for (field = nicbond_map_fields; field->name; field++) {
		if (field->reg != reg)
			continue;
		known |= field->mask;
		part = (value & field->mask) >> __ffs(field->mask);
		if (!is_power_of_2(field->mask))
			seq_printf(file, " %s=%u", field->name, part);
		else if (part)
			seq_printf(file, " %s", field->name);
	}
	if (known && value & ~known)
		seq_printf(file, " reserved=%#x", value & ~known);
}

static void nicbond_debugfs_values(struct seq_file *file, u32 reg, u32 value)
{
	const struct nicbond_map_value *row;

	for (row = nicbond_map_values; row->name; row++)
		if (row->reg == reg && row->number == value)
			seq_printf(file, " %s", row->name);
}

static void nicbond_debugfs_ranges(struct seq_file *file, u32 reg, u32 value)
{
	const struct nicbond_map_range *range;

	for (range = nicbond_map_ranges; range->unit; range++)
		if (range->reg == reg)
			seq_printf(file, " %u %s", value, range->unit);
}

/* A line's beginning: offset, name, value; the rest is for the caller. */
static void nicbond_debugfs_register(struct seq_file *file,
				     const struct nicbond_map_register *row,
				     unsigned int index, u32 value)
{
	char name[32];

	if (row->count > 1)
		snprintf(name, sizeof(name), "%s[%u]", row->name, index);
	else
		strscpy(name, row->name, sizeof(name));

	seq_printf(file, "%#06x %-16s %#010x",
		   (unsigned int)(row->reg + sizeof(u32) * index), name, value);
}

/* Registers like any; @sparse: without those that are zero. */
static void nicbond_debugfs_row(struct seq_file *file,
				const struct nicbond_member *member,
				const struct nicbond_map_register *row,
				bool sparse)
{
	unsigned int i;
	u32 value;

	for (i = 0; i < row->count; i++) {
		value = nicbond_debugfs_read(member,
					     row->reg + sizeof(u32) * i);
		if (sparse && !value)
			continue;
		nicbond_debugfs_register(file, row, i, value);
		nicbond_debugfs_fields(file, row->reg, value);
		nicbond_debugfs_values(file, row->reg, value);
		nicbond_debugfs_ranges(file, row->reg, value);
		seq_putc(file, '\n');
	}
}

static void nicbond_debugfs_counters(struct seq_file *file,
				     const struct nicbond_member *member)
{
	unsigned int i;

	for (i = 0; i < NICBOND_COUNTER_MAX; i++)
		seq_printf(file, "%#06x %-16s %llu\n",
			   NICBOND_REG_COUNTER_LOW(i),
			   nicbond_debugfs_counter_names[i],
			   nicbond_member_counter(member, i));
}

/* Buckets in use, whatever an adaptor says. */
static unsigned int nicbond_debugfs_buckets(const struct nicbond_member *member)
{
	return min_t(u32, nicbond_debugfs_read(member, NICBOND_REG_TABLE_SIZE),
		     NICBOND_BUCKETS_MAX);
}

static void nicbond_debugfs_slots(struct seq_file *file,
				  const struct nicbond_member *member,
				  const struct nicbond_map_register *row)
{
	unsigned int buckets = nicbond_debugfs_buckets(member), i;
	u32 value;

	for (i = 0; i < buckets / NICBOND_TABLE_PER_REG; i++) {
		value = nicbond_debugfs_read(member, NICBOND_REG_TABLE(i));
		nicbond_debugfs_register(file, row, i, value);
		seq_printf(file, " %u %u %u %u\n", value & 0xff,
			   value >> 8 & 0xff, value >> 16 & 0xff, value >> 24);
	}
}

static int nicbond_debugfs_registers_show(struct seq_file *file, void *unused)
{
	const struct nicbond_member *member = file->private;
	const struct nicbond_map_register *row;

	/* The hash key is among them: not for a root who may not ask ethtool for it. */
	if (!file_ns_capable(file->file, dev_net(member->master->dev)->user_ns,
			     CAP_NET_ADMIN))
		return -EPERM;

	for (row = nicbond_map_registers; row->name; row++) {
		if (row->reg == NICBOND_REG_COUNTER)
			nicbond_debugfs_counters(file, member);
		else if (row->reg == NICBOND_REG_TABLE)
			nicbond_debugfs_slots(file, member, row);
		else
			nicbond_debugfs_row(file, member, row,
					    row->reg == NICBOND_REG_PEER);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(nicbond_debugfs_registers);

/**
 * struct nicbond_debugfs_table - an indirection table as it was read
 * @buckets: How many.
 * @slot: By bucket.
 */
struct nicbond_debugfs_table {
	unsigned int buckets;
	u8 slot[NICBOND_BUCKETS_MAX];
};

/* Buckets may move meanwhile; not so their number. */
static void nicbond_debugfs_table_read(const struct nicbond_member *member,
				       struct nicbond_debugfs_table *table)
{
	unsigned int i;
	u32 value = 0;
	u32 reg;

	do {
		table->buckets = nicbond_debugfs_buckets(member);
		for (i = 0; i < table->buckets; i++) {
			reg = NICBOND_REG_TABLE(i / NICBOND_TABLE_PER_REG);
			if (i % NICBOND_TABLE_PER_REG == 0)
				value = nicbond_debugfs_read(member, reg);
			table->slot[i] = value;
			value >>= 8;
		}
	} while (nicbond_debugfs_buckets(member) != table->buckets);
}

/* Who is in @slot; a slot whose member has just left is nobody's. */
static void nicbond_debugfs_owner(struct seq_file *file,
				  const struct nicbond_master *master,
				  unsigned int slot)
{
	const struct nicbond_member *member;

	rcu_read_lock();
	list_for_each_entry_rcu(member, &master->members, list)
		if (member->slot == slot)
			seq_printf(file, " %s", member->dev->name);
	rcu_read_unlock();
}

/**
 * struct nicbond_debugfs_run - numbers that grow in equal steps
 * @count: How many, so far.
 * @first: The first of them;
 * @last: and the last.
 * @step: From each to the next; two at least.
 */
struct nicbond_debugfs_run {
	unsigned int count;
	unsigned int first;
	unsigned int last;
	unsigned int step;
};

/* " 7", " 0-84", or, for every second one, " 100-120/2" (as cron has it). */
static void nicbond_debugfs_run_show(struct seq_file *file,
				     const struct nicbond_debugfs_run *run)
{
	if (run->count == 1)
		seq_printf(file, " %u", run->first);
	else if (run->step == 1)
		seq_printf(file, " %u-%u", run->first, run->last);
	else if (run->count == 2)
		seq_printf(file, " %u %u", run->first, run->last);
	else if (run->count)
		seq_printf(file, " %u-%u/%u", run->first, run->last, run->step);
}

/* @number goes on where the run ended, or that is shown and another begins. */
static void nicbond_debugfs_run_add(struct seq_file *file,
				    struct nicbond_debugfs_run *run,
				    unsigned int number)
{
	unsigned int step = number - run->last;

	if (run->count == 2 && run->step > 1 && step != run->step) {
		/* These two are no run yet: the second may begin one. */
		seq_printf(file, " %u", run->first);
		run->first = run->last;
		run->count = 1;
	} else if (run->count > 1 && step != run->step) {
		nicbond_debugfs_run_show(file, run);
		run->count = 0;
	}
	if (!run->count)
		run->first = number;
	run->step = step;
	run->last = number;
	run->count++;
}

static void nicbond_debugfs_table_slot(struct seq_file *file,
				       const struct nicbond_master *master,
				       const struct nicbond_debugfs_table *table,
				       unsigned int slot)
{
	struct nicbond_debugfs_run run = { };
	unsigned int i, count = 0;

	for (i = 0; i < table->buckets; i++)
		count += table->slot[i] == slot;
	if (!count)
		return;

	seq_printf(file, "slot %u", slot);
	nicbond_debugfs_owner(file, master, slot);
	seq_printf(file, ": %u of %u buckets:", count, table->buckets);
	for (i = 0; i < table->buckets; i++)
		if (table->slot[i] == slot)
			nicbond_debugfs_run_add(file, &run, i);
	nicbond_debugfs_run_show(file, &run);
	seq_putc(file, '\n');
}

static int nicbond_debugfs_table_show(struct seq_file *file, void *unused)
{
	const struct nicbond_member *member = file->private;
	struct nicbond_debugfs_table *table;
	unsigned int slot;

	table = kzalloc_obj(*table);
	if (!table)
		return -ENOMEM;

	nicbond_debugfs_table_read(member, table);
	for (slot = 0; slot <= U8_MAX; slot++)
		nicbond_debugfs_table_slot(file, member->master, table, slot);
	kfree(table);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(nicbond_debugfs_table);

/* The ring to each slot where somebody is, and what was forwarded there. */
static int nicbond_debugfs_rings_show(struct seq_file *file, void *unused)
{
	const struct nicbond_member *member = file->private;
	unsigned int slot;

	for (slot = 0; slot < NICBOND_SLOTS; slot++) {
		if (slot == member->slot ||
		    !nicbond_debugfs_read(member, NICBOND_REG_PEER(slot)))
			continue;
		seq_printf(file, "slot %u", slot);
		nicbond_debugfs_owner(file, member->master, slot);
		seq_printf(file, ": pending %u of %u, high %u, doorbells %u, overflows %u, packets %llu, bytes %llu\n",
			   nicbond_debugfs_read(member, NICBOND_REG_CHANNEL_PENDING(slot)),
			   nicbond_debugfs_read(member, NICBOND_REG_CHANNEL_DEPTH),
			   nicbond_debugfs_read(member, NICBOND_REG_CHANNEL_HIGH(slot)),
			   nicbond_debugfs_read(member, NICBOND_REG_CHANNEL_DOORBELLS(slot)),
			   nicbond_debugfs_read(member, NICBOND_REG_CHANNEL_OVERFLOWS(slot)),
			   nicbond_member_read64(member, NICBOND_REG_CHANNEL_PACKETS(slot)),
			   nicbond_member_read64(member, NICBOND_REG_CHANNEL_BYTES(slot)));
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(nicbond_debugfs_rings);

/*
 * Namespaces may have masters of one name. A device of the initial one may even be
 * called like another's device and its number: the second gets no folder.
 */
static void nicbond_debugfs_name(const struct net_device *dev,
				 char name[NICBOND_DEBUGFS_NAME])
{
	const struct net *net = dev_net(dev);

	if (net_eq(net, &init_net))
		strscpy(name, dev->name, NICBOND_DEBUGFS_NAME);
	else
		snprintf(name, NICBOND_DEBUGFS_NAME, "%s@%u", dev->name,
			 net->ns.inum);
}

void nicbond_debugfs_member_init(struct nicbond_member *member)
{
	struct dentry *folder;

	/* Only for root: the hash key is among the registers. */
	folder = debugfs_create_dir(member->dev->name, member->master->debugfs);
	debugfs_create_file("registers", 0400, folder, member,
			    &nicbond_debugfs_registers_fops);
	debugfs_create_file("table", 0400, folder, member,
			    &nicbond_debugfs_table_fops);
	debugfs_create_file("rings", 0400, folder, member,
			    &nicbond_debugfs_rings_fops);
	member->debugfs = folder;
}

void nicbond_debugfs_member_uninit(struct nicbond_member *member)
{
	debugfs_remove(member->debugfs);
}

void nicbond_debugfs_master_init(struct nicbond_master *master)
{
	char name[NICBOND_DEBUGFS_NAME];

	nicbond_debugfs_name(master->dev, name);
	master->debugfs = debugfs_create_dir(name, nicbond_debugfs_root);
}

void nicbond_debugfs_master_uninit(struct nicbond_master *master)
{
	debugfs_remove(master->debugfs);
}

void nicbond_debugfs_rename(struct net_device *dev)
{
	struct nicbond_member *member = nicbond_member_of(dev);
	char name[NICBOND_DEBUGFS_NAME];
	struct nicbond_master *master;

	if (member)
		debugfs_change_name(member->debugfs, "%s", dev->name);
	if (nicbond_is_master(dev)) {
		master = netdev_priv(dev);
		nicbond_debugfs_name(dev, name);
		debugfs_change_name(master->debugfs, "%s", name);
	}
}

void nicbond_debugfs_init(void)
{
	nicbond_debugfs_root = debugfs_create_dir("nicbond", NULL);
}

void nicbond_debugfs_exit(void)
{
	debugfs_remove(nicbond_debugfs_root);
}
