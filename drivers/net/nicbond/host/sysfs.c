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

/* Who may write, and read a secret: as for every file of a net device. */
static bool nicbond_sysfs_capable(struct device *device)
{
	return ns_capable(dev_net(to_net_dev(device))->user_ns, CAP_NET_ADMIN);
}

/*
 * primary: the name of the primary, empty without one. Write one to have it stay that
 * until it fails; or auto, to have it elected.
 */
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
	struct nicbond_member *member, *found = NULL;
	struct netlink_ext_ack extack = { };
	int err;

	nicbond_for_each_member(master, member)
		if (sysfs_streq(member->dev->name, name))
			found = member;
	if (!found && sysfs_streq(name, "auto")) {
		nicbond_failover_ask_nobody(master);
		return 0;
	}
	err = nicbond_failover_ask(master, found, &extack);
	if (err && nicbond_may_log(master->dev))
		netdev_err(master->dev, "primary=%*pE is not taken: %s\n",
			   (int)min(strcspn(name, "\n"), (size_t)64), name,
			   extack._msg);

	return err;
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

/* epoch: of the last change of the role of primary. */
static ssize_t epoch_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(nicbond_sysfs_master(device)->fence));
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

/* primary_chosen: whether the primary was written, and not elected. */
static ssize_t primary_chosen_show(struct device *device,
				   struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  !!READ_ONCE(nicbond_sysfs_master(device)->chosen));
}
static DEVICE_ATTR_RO(primary_chosen);

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
		if (!err)
			nicbond_master_tell(master);
		rtnl_unlock();
	} else {
		err = restart_syscall();
	}
	nicbond_program_put(prog);

	return err ?: count;
}
static DEVICE_ATTR_RW(selector_program);

/* One file for each option, by its name; @id is that of a master's or a member's. */
struct nicbond_option_attribute {
	struct device_attribute attr;
	unsigned int id;
};

static unsigned int nicbond_sysfs_option(struct device_attribute *attr)
{
	return container_of(attr, struct nicbond_option_attribute, attr)->id;
}

/* From what a user wrote; says why not. */
static int nicbond_sysfs_parse(struct device *device,
			       const struct nicbond_option *option,
			       const char *text,
			       struct nicbond_option_value *value)
{
	char why[NICBOND_OPTION_WHY];
	int err;

	if (!nicbond_sysfs_capable(device))
		return -EPERM;
	err = nicbond_option_parse(option, text, value);
	if (err) {
		nicbond_option_explain(option, text, why);
		if (nicbond_may_log(to_net_dev(device)))
			netdev_err(to_net_dev(device), "%s\n", why);
	}

	return err;
}

static ssize_t nicbond_sysfs_emit(const struct nicbond_option *option,
				  const struct nicbond_option_value *value,
				  char *buf)
{
	int used;

	/* Which has a page, where a stack has not. */
	nicbond_option_format(option, value, buf);
	used = strlen(buf);

	return used + sysfs_emit_at(buf, used, "\n");
}

static ssize_t nicbond_sysfs_option_show(struct device *device,
					 struct device_attribute *attr, char *buf)
{
	unsigned int id = nicbond_sysfs_option(attr), i;
	struct nicbond_option_value value;

	/* Its owner may be a root who may not change it, nor have it from anywhere else. */
	if (nicbond_option_secret(&nicbond_options[id]) &&
	    !nicbond_sysfs_capable(device))
		return -EPERM;

	for (i = 0; i < nicbond_option_words(&nicbond_options[id]); i++)
		value.word[i] =
			READ_ONCE(nicbond_sysfs_master(device)->option[id].word[i]);

	return nicbond_sysfs_emit(&nicbond_options[id], &value, buf);
}

static ssize_t nicbond_sysfs_option_store(struct device *device,
					  struct device_attribute *attr,
					  const char *buf, size_t count)
{
	unsigned int id = nicbond_sysfs_option(attr);
	struct nicbond_option_value value;
	int err;

	err = nicbond_sysfs_parse(device, &nicbond_options[id], buf, &value);
	if (err)
		return err;
	if (!rtnl_trylock())
		return restart_syscall();
	err = nicbond_option_set(nicbond_sysfs_master(device), id, &value);
	rtnl_unlock();

	return err ?: count;
}

/* A secret is for root, if he may write it, too. */
#define NICBOND_SYSFS_MODE_number	0644
#define NICBOND_SYSFS_MODE_name		0644
#define NICBOND_SYSFS_MODE_set		0644
#define NICBOND_SYSFS_MODE_key		0600
#define NICBOND_SYSFS_MODE_targets	0644

#define NICBOND_OPTION_ATTRIBUTE(ID, label, kind, ...)			\
	static struct nicbond_option_attribute nicbond_option_##ID = {	\
		.attr = { .attr = { .name = #label,			\
				    .mode = NICBOND_SYSFS_MODE_##kind },	\
			  .show = nicbond_sysfs_option_show,		\
			  .store = nicbond_sysfs_option_store },	\
		.id = NICBOND_OPTION_##ID,				\
	};
NICBOND_LINK_ROWS(NICBOND_OPTION_ATTRIBUTE, NICBOND_OPTION_ATTRIBUTE,
		  NICBOND_NO_OPTION)

#define NICBOND_OPTION_POINTER(ID, ...)	&nicbond_option_##ID.attr.attr,

static struct attribute *nicbond_master_attrs[] = {
	&dev_attr_primary.attr,
	&dev_attr_primary_chosen.attr,
	&dev_attr_epoch.attr,
	&dev_attr_failovers.attr,
	&dev_attr_members.attr,
	&dev_attr_selector_program.attr,
	NICBOND_LINK_ROWS(NICBOND_OPTION_POINTER, NICBOND_OPTION_POINTER,
			  NICBOND_NO_OPTION)
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
#define NICBOND_MEMBER_STATE_NAME(ID, name, text)	name,
static ssize_t state_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	static const char * const names[] = {
		NICBOND_MEMBER_STATES(NICBOND_MEMBER_STATE_NAME)
	};

	return sysfs_emit(buf, "%s\n",
			  names[nicbond_member_state(nicbond_sysfs_member(device))]);
}
static DEVICE_ATTR_RO(state);

/* slot: the adaptor's number in the PEER and TABLE registers. */
static ssize_t slot_show(struct device *device, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%u\n", nicbond_sysfs_member(device)->slot);
}
static DEVICE_ATTR_RO(slot);

static ssize_t nicbond_sysfs_member_show(struct device *device,
					 struct device_attribute *attr, char *buf)
{
	unsigned int id = nicbond_sysfs_option(attr);
	struct nicbond_option_value value = {
		{ READ_ONCE(nicbond_sysfs_member(device)->option[id]) }
	};

	return nicbond_sysfs_emit(&nicbond_member_options[id], &value, buf);
}

static int nicbond_sysfs_change_member(struct nicbond_member *member,
				       unsigned int id, u32 value)
{
	u32 change[NICBOND_MEMBER_OPTION_COUNT];
	struct netlink_ext_ack extack = { };
	int err;

	memcpy(change, member->option, sizeof(change));
	change[id] = value;
	err = nicbond_option_change_member(member, change, &extack);
	if (err && extack._msg && nicbond_may_log(member->dev))
		netdev_err(member->dev, "%s\n", extack._msg);

	return err;
}

static ssize_t nicbond_sysfs_member_store(struct device *device,
					  struct device_attribute *attr,
					  const char *buf, size_t count)
{
	unsigned int id = nicbond_sysfs_option(attr);
	struct nicbond_option_value value;
	struct nicbond_member *member;
	int err;

	err = nicbond_sysfs_parse(device, &nicbond_member_options[id], buf,
				  &value);
	if (err)
		return err;
	if (!rtnl_trylock())
		return restart_syscall();
	member = nicbond_member_of(to_net_dev(device));
	err = member ? nicbond_sysfs_change_member(member, id, value.word[0]) :
		       -ENODEV;
	rtnl_unlock();

	return err ?: count;
}

#define NICBOND_MEMBER_ATTRIBUTE(ID, label, kind, ...)			\
	static struct nicbond_option_attribute nicbond_member_option_##ID = { \
		.attr = { .attr = { .name = #label,			\
				    .mode = NICBOND_SYSFS_MODE_##kind },	\
			  .show = nicbond_sysfs_member_show,		\
			  .store = nicbond_sysfs_member_store },	\
		.id = NICBOND_MEMBER_OPTION_##ID,			\
	};
NICBOND_MEMBER_ROWS(NICBOND_MEMBER_ATTRIBUTE, NICBOND_NO_OPTION)

#define NICBOND_MEMBER_POINTER(ID, ...) \
	&nicbond_member_option_##ID.attr.attr,

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
	NICBOND_MEMBER_ROWS(NICBOND_MEMBER_POINTER, NICBOND_NO_OPTION)
	NICBOND_COUNTERS(NICBOND_COUNTER_POINTER)
	NULL
};

const struct attribute_group nicbond_member_group = {
	.name	= "nicbond_member",
	.attrs	= nicbond_member_attrs,
};
