// SPDX-License-Identifier: GPL-2.0
/* The net devices whose drivers brought firmware of their own. */
#include "master.h"
#include "registry.h"

#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

/**
 * struct nicbond_registered - a net device with firmware of its own
 * @list: In nicbond_registry.
 * @dev: The net device; held, so that no other takes its place in memory before
 *	its driver has unregistered it here.
 * @tracker: Of that hold.
 * @ops: The firmware.
 */
struct nicbond_registered {
	struct list_head list;
	struct net_device *dev;
	netdevice_tracker tracker;
	const struct nicbond_adaptor_ops *ops;
};

/* rtnl */
static LIST_HEAD(nicbond_registry);

static struct nicbond_registered *nicbond_registry_find(struct net_device *dev)
{
	struct nicbond_registered *entry;

	ASSERT_RTNL();

	list_for_each_entry(entry, &nicbond_registry, list)
		if (entry->dev == dev)
			return entry;

	return NULL;
}

const struct nicbond_adaptor_ops *nicbond_registry_ops(struct net_device *dev)
{
	struct nicbond_registered *entry = nicbond_registry_find(dev);

	return entry ? entry->ops : &nicbond_software_ops;
}

/* All or nothing: what is checked here is not checked where it is called. */
static bool nicbond_registry_complete(const struct nicbond_adaptor_ops *ops)
{
	return ops && ops->create && ops->destroy && ops->reg_read &&
	       ops->reg_write && ops->handover && ops->connect &&
	       ops->receive && ops->message;
}

int nicbond_adaptor_register(struct net_device *dev,
			     const struct nicbond_adaptor_ops *ops)
{
	struct nicbond_registered *entry;

	if (!nicbond_registry_complete(ops)) {
		netdev_err(dev, "nicbond: the adaptor's ops are not complete\n");
		return -EINVAL;
	}
	if (nicbond_registry_find(dev))
		return -EEXIST;
	if (nicbond_member_of(dev))
		return -EBUSY;

	entry = kzalloc_obj(*entry);
	if (!entry)
		return -ENOMEM;

	entry->dev = dev;
	netdev_hold(dev, &entry->tracker, GFP_KERNEL);
	entry->ops = ops;
	list_add(&entry->list, &nicbond_registry);

	return 0;
}
EXPORT_SYMBOL_GPL(nicbond_adaptor_register);

void nicbond_adaptor_unregister(struct net_device *dev)
{
	struct nicbond_registered *entry = nicbond_registry_find(dev);
	struct nicbond_member *member = nicbond_member_of(dev);

	if (WARN_ON_ONCE(!entry))
		return;

	if (member)
		nicbond_member_release(member, false);
	list_del(&entry->list);
	netdev_put(dev, &entry->tracker);
	kfree(entry);
}
EXPORT_SYMBOL_GPL(nicbond_adaptor_unregister);
