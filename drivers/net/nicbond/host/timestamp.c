// SPDX-License-Identifier: GPL-2.0
/*
 * Time stamps of hardware are the primary's, as with bonding they are the active
 * slave's: who asks for them says by HWTSTAMP_FLAG_BONDED_PHC_INDEX that he knows that
 * the clock changes with the primary.
 */
#include "timestamp.h"
#include "failover.h"

#include <linux/rcupdate.h>
#include <linux/uaccess.h>

int nicbond_timestamp_get_info(struct net_device *dev,
			       struct kernel_ethtool_ts_info *info)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_adaptor *primary;
	struct net_device *port;
	int err;

	/* An adaptor has a reference to its port until readers are done. */
	rcu_read_lock();
	primary = rcu_dereference(master->primary);
	port = primary ? primary->port : NULL;
	dev_hold(port);
	rcu_read_unlock();
	/* Older kernels ask with zeroes, which would be a clock. */
	info->phc_index = -1;
	if (!port)
		return 0;

	err = ethtool_get_ts_info_by_layer(port, info);
	dev_put(port);

	return err;
}

/* Tell user space whose clock this is; a lower that did copy its answer already. */
static int nicbond_timestamp_mark(struct kernel_hwtstamp_config *config)
{
	struct hwtstamp_config copied;
	void __user *answer;

	config->flags |= HWTSTAMP_FLAG_BONDED_PHC_INDEX;
	if (!config->copied_to_user)
		return 0;

	answer = config->ifr->ifr_data;
	if (copy_from_user(&copied, answer, sizeof(copied)))
		return -EFAULT;
	copied.flags |= HWTSTAMP_FLAG_BONDED_PHC_INDEX;

	return copy_to_user(answer, &copied, sizeof(copied)) ? -EFAULT : 0;
}

int nicbond_timestamp_get(struct net_device *dev,
			  struct kernel_hwtstamp_config *config)
{
	struct nicbond_member *primary = nicbond_failover_primary(netdev_priv(dev));
	int err;

	if (!primary)
		return -EOPNOTSUPP;

	err = generic_hwtstamp_get_lower(primary->dev, config);

	return err ?: nicbond_timestamp_mark(config);
}

int nicbond_timestamp_set(struct net_device *dev,
			  struct kernel_hwtstamp_config *config,
			  struct netlink_ext_ack *extack)
{
	struct nicbond_member *primary = nicbond_failover_primary(netdev_priv(dev));
	int err;

	if (!(config->flags & HWTSTAMP_FLAG_BONDED_PHC_INDEX)) {
		NL_SET_ERR_MSG(extack, "The clock is the primary's: ask with BONDED_PHC_INDEX");
		return -EOPNOTSUPP;
	}
	if (!primary) {
		NL_SET_ERR_MSG(extack, "There is no primary that has a clock");
		return -EOPNOTSUPP;
	}

	err = generic_hwtstamp_set_lower(primary->dev, config, extack);

	return err ?: nicbond_timestamp_mark(config);
}
