// SPDX-License-Identifier: GPL-2.0
/* ethtool: link, statistics and registers of a master. */
#include "master.h"
#include "failover.h"
#include "timestamp.h"

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

#define NICBOND_XSTAT_NAME(ID, name, text)	name,
static const char * const nicbond_ethtool_master_stats[] = {
	"members",		/* now */
	"epoch",		/* of the last change of role */
	NICBOND_LINK_XSTATS(NICBOND_XSTAT_NAME)
};

#define NICBOND_COUNTER_NAME(id, name, text)	name,
static const char * const nicbond_ethtool_counters[] = {
	NICBOND_COUNTERS(NICBOND_COUNTER_NAME)
};

/* A name of full length, a dot, and the counter's name must fit. */
#define NICBOND_COUNTER_FITS(id, name, text)	\
	static_assert(IFNAMSIZ + sizeof(name) <= ETH_GSTRING_LEN);
NICBOND_COUNTERS(NICBOND_COUNTER_FITS)

static void nicbond_ethtool_get_drvinfo(struct net_device *dev,
					struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "nicbond", sizeof(info->driver));
	snprintf(info->fw_version, sizeof(info->fw_version),
		 "software, registers %d", NICBOND_REGISTERS_VERSION);
}

/* The sum of what the live members offer. */
static int nicbond_ethtool_get_link_ksettings(struct net_device *dev,
					      struct ethtool_link_ksettings *cmd)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;
	u32 speed = 0;

	cmd->base.port = PORT_OTHER;
	cmd->base.duplex = DUPLEX_UNKNOWN;
	nicbond_for_each_member(master, member) {
		if (!member->liveness.up || member->speed == SPEED_UNKNOWN)
			continue;
		speed += member->speed;
		if (cmd->base.duplex != DUPLEX_HALF)
			cmd->base.duplex = member->duplex;
	}
	cmd->base.speed = speed ?: SPEED_UNKNOWN;

	return 0;
}

static int nicbond_ethtool_get_sset_count(struct net_device *dev, int set)
{
	struct nicbond_master *master = netdev_priv(dev);

	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;

	return ARRAY_SIZE(nicbond_ethtool_master_stats) +
	       master->member_count * NICBOND_COUNTER_MAX;
}

static void nicbond_ethtool_get_strings(struct net_device *dev, u32 set,
					u8 *data)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;
	int i;

	if (set != ETH_SS_STATS)
		return;

	for (i = 0; i < ARRAY_SIZE(nicbond_ethtool_master_stats); i++)
		ethtool_puts(&data, nicbond_ethtool_master_stats[i]);

	nicbond_for_each_member(master, member)
		for (i = 0; i < NICBOND_COUNTER_MAX; i++)
			ethtool_sprintf(&data, "%s.%s", member->dev->name,
					nicbond_ethtool_counters[i]);
}

static void nicbond_ethtool_get_stats(struct net_device *dev,
				      struct ethtool_stats *stats, u64 *data)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;
	int i;

	*data++ = master->member_count;
	*data++ = master->fence;
	for (i = IFLA_NICBOND_XSTATS_COUNTERS + 1; i <= IFLA_NICBOND_XSTATS_MAX; i++)
		*data++ = nicbond_master_xstat(master, i);

	nicbond_for_each_member(master, member)
		for (i = 0; i < NICBOND_COUNTER_MAX; i++)
			*data++ = nicbond_member_counter(member, i);
}

/* One register file after the other, oldest member first. */
static int nicbond_ethtool_get_regs_len(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);

	return master->member_count * NICBOND_REGISTERS_SIZE;
}

static void nicbond_ethtool_get_regs(struct net_device *dev,
				     struct ethtool_regs *regs, void *buffer)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;
	u32 reg, *value = buffer;

	regs->version = NICBOND_REGISTERS_VERSION;
	nicbond_for_each_member(master, member)
		for (reg = 0; reg < NICBOND_REGISTERS_SIZE; reg += sizeof(u32))
			*value++ = member->adaptor->ops->reg_read(member->adaptor,
								  reg);
}

const struct ethtool_ops nicbond_ethtool_ops = {
	.get_drvinfo		= nicbond_ethtool_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= nicbond_ethtool_get_link_ksettings,
	.get_ts_info		= nicbond_timestamp_get_info,
	.get_sset_count		= nicbond_ethtool_get_sset_count,
	.get_strings		= nicbond_ethtool_get_strings,
	.get_ethtool_stats	= nicbond_ethtool_get_stats,
	.get_regs_len		= nicbond_ethtool_get_regs_len,
	.get_regs		= nicbond_ethtool_get_regs,
};
