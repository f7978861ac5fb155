// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs: /sys/class/net/<master>/nicbond/ and
 * /sys/class/net/<member>/nicbond_member/.
 *
 * Reading takes no lock that a release holds: a release takes these files away
 * and waits for their readers, and a master's primary is read under RCU.
 */
#include "master.h"
#include "failover.h"
#include "program.h"

#include <linux/capability.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>
#include <linux/sysfs.h>

static struct nicbond_master *nicbond_sysfs_master(struct device *device)
{
	return netdev_priv(to_net_dev(device));
}

/* Who may write: as for every file of a net device. */
static bool nicbond_sysfs_capable(struct device *device)
{
	return ns_capable(dev_net(to_net_dev(device))->user_ns, CAP_NET_ADMIN);
}

/* primary: the name of the primary, empty without one; write one to move it. */
static ssize_t primary_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	struct nicbond_adaptor *primary;
	struct nicbond_member *member;
	ssize_t len = 0;

	rcu_read_lock();
	primary = rcu_dereference(nicbond_sysfs_master(device)->primary);
	if (primary) {
		member = primary->context;
		len = sysfs_emit(buf, "%s\n", member->dev->name);
	}
	rcu_read_unlock();

	return len;
}

static int nicbond_sysfs_move(struct nicbond_master *master, const char *name)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member) {
		if (!sysfs_streq(member->dev->name, name))
			continue;
		if (!nicbond_failover_live(member)) {
			netdev_err(master->dev,
				   "%s cannot be primary: it is down or has no carrier\n",
				   member->dev->name);
			return -ENETDOWN;
		}
		return nicbond_failover_switch(master, member, "asked by user");
	}

	netdev_err(master->dev, "\"%*pE\" cannot be primary: it is no member\n",
		   (int)strcspn(name, "\n"), name);

	return -ENODEV;
}

static ssize_t primary_store(struct device *device,
			     struct device_attribute *attr, const char *buf,
			     size_t count)
{
	int err;

	if (!nicbond_sysfs_capable(device))
		return -EPERM;
	if (!rtnl_trylock())
		return restart_syscall();
	err = nicbond_sysfs_move(nicbond_sysfs_master(device), buf);
	rtnl_unlock();

	return err ?: count;
}
static DEVICE_ATTR_RW(primary);

/* epoch: how often the role of primary was given. */
static ssize_t epoch_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(nicbond_sysfs_master(device)->epoch));
}
static DEVICE_ATTR_RO(epoch);

/* failovers: how often the primary changed because it had failed. */
static ssize_t failovers_show(struct device *device,
			      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  READ_ONCE(nicbond_sysfs_master(device)->failovers));
}
static DEVICE_ATTR_RO(failovers);

/* members: their names, oldest first. */
static ssize_t members_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	struct nicbond_master *master = nicbond_sysfs_master(device);
	struct nicbond_member *member;
	ssize_t len = 0;

	if (!rtnl_trylock())
		return restart_syscall();
	nicbond_for_each_member(master, member)
		len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "",
				     member->dev->name);
	rtnl_unlock();

	return len + sysfs_emit_at(buf, len, "\n");
}
static DEVICE_ATTR_RO(members);

/* selector_program: what selector bpf runs; written as in program.c. */
static ssize_t selector_program_show(struct device *device,
				     struct device_attribute *attr, char *buf)
{
	return nicbond_program_show(nicbond_sysfs_master(device), buf);
}

static ssize_t selector_program_store(struct device *device,
				      struct device_attribute *attr,
				      const char *buf, size_t count)
{
	struct nicbond_master *master = nicbond_sysfs_master(device);
	struct bpf_prog *prog;
	int err;

	if (!nicbond_sysfs_capable(device))
		return -EPERM;
	prog = nicbond_program_get(master, buf);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	if (rtnl_trylock()) {
		err = nicbond_program_set(master, prog);
		rtnl_unlock();
	} else {
		err = restart_syscall();
	}
	nicbond_program_put(prog);

	return err ?: count;
}
static DEVICE_ATTR_RW(selector_program);

/* One file for each option, by its name. */
struct nicbond_option_attribute {
	struct device_attribute attr;
	enum nicbond_option_id id;
};

static enum nicbond_option_id nicbond_sysfs_option(struct device_attribute *attr)
{
	return container_of(attr, struct nicbond_option_attribute, attr)->id;
}

static ssize_t nicbond_sysfs_option_show(struct device *device,
					 struct device_attribute *attr, char *buf)
{
	enum nicbond_option_id id = nicbond_sysfs_option(attr);
	struct nicbond_option_value value;
	char text[NICBOND_OPTION_TEXT];
	int i;

	for (i = 0; i < nicbond_options[id].words; i++)
		value.word[i] =
			READ_ONCE(nicbond_sysfs_master(device)->option[id].word[i]);
	nicbond_option_format(&nicbond_options[id], &value, text);

	return sysfs_emit(buf, "%s\n", text);
}

static ssize_t nicbond_sysfs_option_store(struct device *device,
					  struct device_attribute *attr,
					  const char *buf, size_t count)
{
	struct nicbond_master *master = nicbond_sysfs_master(device);
	enum nicbond_option_id id = nicbond_sysfs_option(attr);
	struct nicbond_option_value value;
	char why[2 * NICBOND_OPTION_TEXT];
	int err;

	if (!nicbond_sysfs_capable(device))
		return -EPERM;
	err = nicbond_option_parse(&nicbond_options[id], buf, &value);
	if (err) {
		nicbond_option_explain(&nicbond_options[id], buf, why);
		netdev_err(master->dev, "%s\n", why);
		return err;
	}
	if (!rtnl_trylock())
		return restart_syscall();
	err = nicbond_option_set(master, id, &value);
	rtnl_unlock();

	return err ?: count;
}

#define NICBOND_OPTION_ATTRIBUTE(ID, label, REG, words, kind, rights, text) \
	static struct nicbond_option_attribute nicbond_option_##ID = {	\
		.attr = { .attr = { .name = #label, .mode = (rights) },	\
			  .show = nicbond_sysfs_option_show,		\
			  .store = nicbond_sysfs_option_store },	\
		.id = NICBOND_OPTION_##ID,				\
	};
NICBOND_OPTIONS(NICBOND_OPTION_ATTRIBUTE)

#define NICBOND_OPTION_POINTER(ID, ...)	&nicbond_option_##ID.attr.attr,

static struct attribute *nicbond_master_attrs[] = {
	&dev_attr_primary.attr,
	&dev_attr_epoch.attr,
	&dev_attr_failovers.attr,
	&dev_attr_members.attr,
	&dev_attr_selector_program.attr,
	NICBOND_OPTIONS(NICBOND_OPTION_POINTER)
	NULL
};

const struct attribute_group nicbond_master_group = {
	.name	= "nicbond",
	.attrs	= nicbond_master_attrs,
};

/* The member stays while one of its files is being read. */
static struct nicbond_member *nicbond_sysfs_member(struct device *device)
{
	struct nicbond_member *member;

	rcu_read_lock();
	member = rcu_dereference(to_net_dev(device)->rx_handler_data);
	rcu_read_unlock();

	return member;
}

static u32 nicbond_sysfs_reg(struct device *device, u32 reg)
{
	struct nicbond_adaptor *adaptor = nicbond_sysfs_member(device)->adaptor;

	return adaptor->ops->reg_read(adaptor, reg);
}

/* role: what the adaptor's ROLE register says. */
static ssize_t role_show(struct device *device, struct device_attribute *attr,
			 char *buf)
{
	u32 role = nicbond_sysfs_reg(device, NICBOND_REG_ROLE);

	return sysfs_emit(buf, "%s\n", role == NICBOND_ROLE_PRIMARY ?
			  "primary" : "secondary");
}
static DEVICE_ATTR_RO(role);

/* state: up if the adaptor's port carries traffic, else what is missing first. */
static ssize_t state_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	u32 status = nicbond_sysfs_reg(device, NICBOND_REG_STATUS);
	const char *state = "up";

	if (!(status & NICBOND_STATUS_RUNNING))
		state = "down";
	else if (!(status & NICBOND_STATUS_CARRIER))
		state = "no-carrier";
	else if (!(status & NICBOND_STATUS_OPER))
		state = "dormant";

	return sysfs_emit(buf, "%s\n", state);
}
static DEVICE_ATTR_RO(state);

/* slot: the adaptor's number in the PEER and TABLE registers. */
static ssize_t slot_show(struct device *device, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%u\n", nicbond_sysfs_member(device)->slot);
}
static DEVICE_ATTR_RO(slot);

/* weight: its share of the balanced traffic, relative to the others'; 0: none. */
static ssize_t weight_show(struct device *device, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(nicbond_sysfs_member(device)->weight));
}

static ssize_t weight_store(struct device *device, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	struct net_device *dev = to_net_dev(device);
	struct nicbond_member *member;
	int err = -ENODEV;
	u8 weight;

	if (!nicbond_sysfs_capable(device))
		return -EPERM;
	if (kstrtou8(buf, 10, &weight)) {
		netdev_err(dev, "weight=%.*s is not taken; accepted: 0 to 255\n",
			   (int)strcspn(buf, "\n"), buf);
		return -EINVAL;
	}
	if (!rtnl_trylock())
		return restart_syscall();
	member = nicbond_member_of(dev);
	if (member)
		err = nicbond_failover_set_weight(member, weight);
	rtnl_unlock();

	return err ?: count;
}
static DEVICE_ATTR_RW(weight);

/* One file for each counter of the adaptor, by its name. */
struct nicbond_counter_attribute {
	struct device_attribute attr;
	enum nicbond_counter id;
};

static ssize_t nicbond_sysfs_counter_show(struct device *device,
					  struct device_attribute *attr,
					  char *buf)
{
	struct nicbond_counter_attribute *counter =
		container_of(attr, struct nicbond_counter_attribute, attr);

	return sysfs_emit(buf, "%llu\n",
			  nicbond_member_counter(nicbond_sysfs_member(device),
						 counter->id));
}

#define NICBOND_COUNTER_ATTRIBUTE(ID, label, text)				\
	static struct nicbond_counter_attribute nicbond_counter_##ID = { \
		.attr = { .attr = { .name = label, .mode = 0444 },	\
			  .show = nicbond_sysfs_counter_show },		\
		.id = NICBOND_COUNTER_##ID,				\
	};
NICBOND_COUNTERS(NICBOND_COUNTER_ATTRIBUTE)

#define NICBOND_COUNTER_POINTER(ID, label, text)	&nicbond_counter_##ID.attr.attr,

static struct attribute *nicbond_member_attrs[] = {
	&dev_attr_role.attr,
	&dev_attr_state.attr,
	&dev_attr_slot.attr,
	&dev_attr_weight.attr,
	NICBOND_COUNTERS(NICBOND_COUNTER_POINTER)
	NULL
};

const struct attribute_group nicbond_member_group = {
	.name	= "nicbond_member",
	.attrs	= nicbond_member_attrs,
};
