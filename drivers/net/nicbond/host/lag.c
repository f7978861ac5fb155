// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's other parts ask of a link aggregation, and are told of it: who would
 * transmit a packet, how it spreads them, which member is up.
 *
 * There is no ndo_sk_get_lower_dev. kTLS alone asks that, to offload a socket's records
 * to the member that sends them. It would get one that can, and then encrypt each packet
 * in software all the same, because the master never has NETIF_F_HW_TLS_TX. Not told of
 * the member it does so from the start, at less cost.
 *
 * Drivers that offload aggregations (DSA, mlx5, mlxsw) ask first whether the upper device
 * is a bond or a team, by flags that say more than that: who finds them takes the private
 * part of a master, or the receive handler's data of a member, for that driver's own. So
 * nicbond has neither flag, and these drivers leave its members alone, or refuse them.
 */
#include "lag.h"

#include <kunit/static_stub.h>
#include <linux/rculist.h>

struct net_device *nicbond_lag_get_member(struct net_device *dev,
					  struct sk_buff *skb, bool all)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_adaptor *primary;
	struct nicbond_member *member;
	int slot = -EOPNOTSUPP;

	rcu_read_lock_bh();
	primary = rcu_dereference_bh(master->primary);
	if (primary && primary->ops->which)
		slot = primary->ops->which(primary, skb);
	rcu_read_unlock_bh();
	if (slot < 0)
		return NULL;

	list_for_each_entry_rcu(member, &master->members, list)
		if (member->slot == slot)
			return member->dev;

	return NULL;
}

#define NICBOND_LAG_L2	(BIT(NICBOND_HASH_FIELD_DST_MAC) |		\
			 BIT(NICBOND_HASH_FIELD_SRC_MAC))
#define NICBOND_LAG_L3	(BIT(NICBOND_HASH_FIELD_DST_IP) |		\
			 BIT(NICBOND_HASH_FIELD_SRC_IP))
#define NICBOND_LAG_E3	(BIT(NICBOND_HASH_FIELD_INNER_DST) |		\
			 BIT(NICBOND_HASH_FIELD_INNER_SRC))

/* The kernel's kinds of hash, and what fields each may have, narrow ones first. */
static const struct {
	enum netdev_lag_hash type;
	u32 fields;
} nicbond_lag_hashes[] = {
	{ NETDEV_LAG_HASH_L2, NICBOND_LAG_L2 },
	{ NETDEV_LAG_HASH_VLAN_SRCMAC, BIT(NICBOND_HASH_FIELD_VLAN_ID) |
				       BIT(NICBOND_HASH_FIELD_SRC_MAC) },
	{ NETDEV_LAG_HASH_L23, NICBOND_LAG_L2 | NICBOND_LAG_L3 },
	{ NETDEV_LAG_HASH_L34, NICBOND_LAG_L3 |
			       BIT(NICBOND_HASH_FIELD_L4_PORTS) },
	{ NETDEV_LAG_HASH_E23, NICBOND_LAG_L2 | NICBOND_LAG_L3 |
			       NICBOND_LAG_E3 },
	{ NETDEV_LAG_HASH_E34, NICBOND_LAG_L3 | NICBOND_LAG_E3 |
			       BIT(NICBOND_HASH_FIELD_L4_PORTS) |
			       BIT(NICBOND_HASH_FIELD_INNER_PORTS) },
};

static enum netdev_lag_hash nicbond_lag_hash_type(u32 fields)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(nicbond_lag_hashes); i++)
		if (!(fields & ~nicbond_lag_hashes[i].fields))
			return nicbond_lag_hashes[i].type;

	return NETDEV_LAG_HASH_UNKNOWN;
}

/*
 * Who wants to know is told once, when the member is linked; the kernel has no word for
 * a change. Selectors other than dst-hash are no hash of anything.
 */
struct netdev_lag_upper_info
nicbond_lag_describe(const struct nicbond_master *master)
{
	const struct nicbond_option_value *option = master->option;
	struct netdev_lag_upper_info info = {
		.tx_type = NETDEV_LAG_TX_TYPE_UNKNOWN,
		.hash_type = NETDEV_LAG_HASH_NONE,
	};

	if (option[NICBOND_OPTION_SELECTOR].word[0] == NICBOND_SELECTOR_DST_HASH) {
		info.tx_type = NETDEV_LAG_TX_TYPE_HASH;
		info.hash_type = nicbond_lag_hash_type(option[NICBOND_OPTION_HASH_FIELDS].word[0]);
	}

	return info;
}

/* All that are up transmit, whoever is primary. */
void nicbond_lag_tell(const struct nicbond_member *member)
{
	struct netdev_lag_lower_state_info info = {
		.link_up = member->liveness.up,
		.tx_enabled = member->liveness.up,
	};

	KUNIT_STATIC_STUB_REDIRECT(nicbond_lag_tell, member);

	netdev_lower_state_changed(member->dev, &info);
}

/* Until told otherwise, who listens takes a new member to be down. */
void nicbond_lag_update(struct nicbond_master *master)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member) {
		if (member->told_up == member->liveness.up)
			continue;
		member->told_up = member->liveness.up;
		nicbond_lag_tell(member);
	}
}
