// SPDX-License-Identifier: GPL-2.0
/* What any member receives, the master has received. */
#include "master.h"
#include "probing.h"
#include "topology.h"

#include <linux/skbuff.h>
#include <net/sch_generic.h>

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
 * somebody they do not know, to all ports: one of them takes it.
 */
static bool nicbond_receive_takes(const struct nicbond_member *member)
{
	const struct nicbond_master *master = member->master;
	const struct nicbond_adaptor *primary = rcu_dereference(master->primary);

	if (likely(primary == member->adaptor))
		return true;

	return READ_ONCE(master->deputy) == member && primary &&
	       (!netif_running(primary->port) || !netif_carrier_ok(primary->port) ||
		qdisc_tx_is_noop(primary->port));
}

/*
 * What switches know to be at this port they still send here for a moment after the role
 * has moved. One that has just forgotten sends it to the primary, too, and it arrives twice;
 * which a bridge above must not see, as it would look for the sender here.
 */
static bool nicbond_receive_takes_late(const struct nicbond_member *member,
				       bool masters)
{
	return time_before64(get_jiffies_64(), READ_ONCE(member->late)) &&
	       (masters || !(READ_ONCE(member->master->dev->flags) & IFF_PROMISC));
}

/*
 * Is it another member's, who gets the same? Else it is the master's, and marked as
 * such if it is for its address, which is not the device's own.
 */
static bool nicbond_receive_is_copy(const struct nicbond_member *member,
				    struct sk_buff *skb)
{
	bool masters;

	if (skb->pkt_type == PACKET_BROADCAST || skb->pkt_type == PACKET_MULTICAST)
		return !nicbond_receive_takes(member);

	/* For the device's own address, which is no other's. */
	if (skb->pkt_type == PACKET_HOST)
		return false;
	masters = nicbond_frame_is_for(skb, member->master->dev->dev_addr);
	if (!nicbond_receive_takes(member) && !nicbond_receive_takes_late(member, masters))
		return true;
	if (masters)
		skb->pkt_type = PACKET_HOST;

	return false;
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
	if (!nicbond_topology_static(member->master) &&
	    nicbond_receive_is_copy(member, skb))
		return RX_HANDLER_EXACT;
	skb->dev = member->master->dev;
	nicbond_receive_count(member->master, skb, skb->pkt_type == PACKET_MULTICAST);

	return RX_HANDLER_ANOTHER;
}

/*
 * Is it the master's for sure, and nobody else's? What is for its address is not for the
 * device's, where topology is not static.
 */
static __always_inline bool nicbond_receive_is_usual(const struct nicbond_member *member,
						     struct sk_buff *skb)
{
	if (likely(skb->pkt_type == PACKET_HOST))
		return true;
	if (skb->pkt_type != PACKET_OTHERHOST ||
	    rcu_access_pointer(member->master->primary) != member->adaptor ||
	    !nicbond_frame_is_for(skb, member->master->dev->dev_addr))
		return false;
	skb->pkt_type = PACKET_HOST;

	return true;
}

rx_handler_result_t nicbond_receive(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct nicbond_member *member;

	/* Valid until netdev_rx_handler_unregister() has waited for us. */
	member = rcu_dereference(skb->dev->rx_handler_data);
	if (unlikely(skb_shared(skb) || static_branch_unlikely(&nicbond_probing) ||
		     !nicbond_receive_is_usual(member, skb)))
		return nicbond_receive_unusual(pskb);

	skb->dev = member->master->dev;
	nicbond_receive_count(member->master, skb, false);

	return RX_HANDLER_ANOTHER;
}
