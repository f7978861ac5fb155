// SPDX-License-Identifier: GPL-2.0
/* What any member receives, the master has received. */
#include "master.h"
#include "probing.h"
#include "topology.h"

#include <linux/skbuff.h>

static __always_inline void nicbond_receive_count(struct nicbond_master *master,
						  const struct sk_buff *skb,
						  bool multicast)
{
	struct nicbond_master_stats *stats = this_cpu_ptr(master->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->rx_packets);
	u64_stats_add(&stats->rx_bytes, skb->len);
	if (multicast)
		u64_stats_inc(&stats->rx_multicast);
	u64_stats_update_end(&stats->syncp);
}

/*
 * Switches that know nothing of the aggregation send what is for everybody, or for
 * somebody they do not know, to all ports: one of these copies counts.
 */
static bool nicbond_receive_is_copy(const struct nicbond_member *member,
				    const struct sk_buff *skb)
{
	const struct nicbond_option_value *topology =
		&member->master->option[NICBOND_OPTION_TOPOLOGY];

	return unlikely(READ_ONCE(topology->word[0]) != NICBOND_TOPOLOGY_STATIC) &&
	       skb->pkt_type != PACKET_HOST &&
	       rcu_access_pointer(member->master->primary) != member->adaptor;
}

/*
 * Has the firmware been waiting for it? In the stead of one that hangs, the primary, where
 * it passes others' answers on (topology static), who else would be taken for lost, too.
 */
static bool nicbond_receive_is_answer(const struct nicbond_member *member,
				      const struct sk_buff *skb)
{
	struct nicbond_adaptor *adaptor = member->adaptor;

	if (!member->master->probing)
		return false;
	if (READ_ONCE(member->hung) && nicbond_topology_static(member->master))
		adaptor = rcu_dereference(member->master->primary);

	return adaptor && adaptor->ops->arrived &&
	       adaptor->ops->arrived(adaptor, skb);
}

/* What may be a copy, an answer, or somebody else's as well. */
static noinline rx_handler_result_t nicbond_receive_unusual(struct sk_buff **pskb)
{
	struct nicbond_member *member;
	struct sk_buff *skb;

	/* The host's own multicast, back for the listeners on the member. */
	if (unlikely((*pskb)->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;

	skb = skb_share_check(*pskb, GFP_ATOMIC);
	if (unlikely(!skb))
		return RX_HANDLER_CONSUMED;
	*pskb = skb;

	member = rcu_dereference(skb->dev->rx_handler_data);
	if (static_branch_unlikely(&nicbond_probing) &&
	    nicbond_receive_is_answer(member, skb)) {
		consume_skb(skb);
		return RX_HANDLER_CONSUMED;
	}
	if (nicbond_receive_is_copy(member, skb))
		return RX_HANDLER_EXACT;
	skb->dev = member->master->dev;
	nicbond_receive_count(member->master, skb, skb->pkt_type == PACKET_MULTICAST);

	return RX_HANDLER_ANOTHER;
}

rx_handler_result_t nicbond_receive(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct nicbond_member *member;

	if (unlikely(skb->pkt_type != PACKET_HOST || skb_shared(skb) ||
		     static_branch_unlikely(&nicbond_probing)))
		return nicbond_receive_unusual(pskb);

	/* Valid until netdev_rx_handler_unregister() has waited for us. */
	member = rcu_dereference(skb->dev->rx_handler_data);
	skb->dev = member->master->dev;
	nicbond_receive_count(member->master, skb, false);

	return RX_HANDLER_ANOTHER;
}
