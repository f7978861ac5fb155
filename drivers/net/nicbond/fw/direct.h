/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_DIRECT_H
#define _NICBOND_FW_DIRECT_H

#include <kunit/static_stub.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <net/dst.h>
#include <net/mpls.h>
#include <net/sch_generic.h>
#include <net/xfrm.h>

/* Does the driver lock for itself? It was a feature once, says older kernels' shadow header. */
#ifndef NICBOND_DIRECT_LLTX
#define NICBOND_DIRECT_LLTX(port) ((port)->lltx)
#endif

/*
 * Transmit; consumes @skb. Straight to the driver where nobody can tell that from the long
 * way, dev_queue_xmit(), but by the kernel's tracepoints net:net_dev_*; both keep one order.
 * @picky: where nicbond_direct_picky() is. @more: another packet for this port follows, so its
 * driver need not ring the hardware's doorbell yet. 0, or -ENOBUFS when the port's queue or
 * driver dropped it. BH disabled.
 */
int nicbond_direct_transmit(struct net_device *port, struct sk_buff *skb,
			    const u64 *picky, bool more);

/* All ones: its driver looks at packets before it says what it can do to them; else 0. */
u64 nicbond_direct_picky(const struct net_device *port);

/* The hooks alone. */
static inline bool nicbond_direct_hooked(const struct net_device *port)
{
	unsigned long hooks = 0;

#ifdef CONFIG_NETFILTER_EGRESS
	hooks |= (unsigned long)rcu_access_pointer(port->nf_hooks_egress);
#endif
#ifdef CONFIG_NET_XGRESS
	hooks |= (unsigned long)rcu_access_pointer(port->tcx_egress);
#endif
#if IS_ENABLED(CONFIG_CGROUP_NET_PRIO)
	hooks |= (unsigned long)rcu_access_pointer(port->priomap);
#endif

	return hooks;
}

/*
 * What follows is a part of that. First: does somebody look at all that the port transmits, or
 * change, drop or sort it? Taps, tc's and netfilter's egress hooks, priorities by control group.
 */
static inline bool nicbond_direct_watched(struct net_device *port)
{
	return nicbond_direct_hooked(port) || dev_nit_active(port);
}

/* What may be left to do to a packet that has no tag beside, and is not to be cut. */
#define NICBOND_DIRECT_FEATURES						\
	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA |		\
	 NETIF_F_CSUM_MASK | NETIF_F_SCTP_CRC | NETIF_F_FCOE_CRC |	\
	 NETIF_F_HW_ESP | NETIF_F_HW_TLS_TX)

/*
 * Something is left to do to @skb, a checksum, or to join its pieces: is what the port can do at
 * all (features) what it can do to this one, neither in a tunnel nor behind a tag or a label?
 * And does who prepared it still leave that to do, after a while in a ring?
 */
static inline bool nicbond_direct_simple(const struct sk_buff *skb)
{
	if (skb->encapsulation || eth_type_vlan(skb->protocol) || eth_p_mpls(skb->protocol))
		return false;

	return skb->ip_summed != CHECKSUM_PARTIAL || skb->dev->features & NETIF_F_CSUM_MASK;
}

/* Nothing is left to do to it, whatever the port can do, and nobody has a say in that. */
static inline bool nicbond_direct_plain(const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	return !skb->data_len && skb->ip_summed != CHECKSUM_PARTIAL && !info->gso_size &&
	       !(info->tx_flags & (SKBTX_SCHED_TSTAMP | SKBTX_BPF)) &&
	       !skb_vlan_tag_present(skb) && !secpath_exists(skb);
}

/*
 * May the driver be given @skb as it is? The stack has made it ready for skb->dev, and the port
 * can do all that may be left to do then.
 */
static inline bool nicbond_direct_takes(const struct net_device *port,
					const struct sk_buff *skb, const u64 *picky)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	if (skb->dev->features & (~port->features | *picky) & NICBOND_DIRECT_FEATURES)
		return false;
	if (info->gso_size || skb_vlan_tag_present(skb) || secpath_exists(skb))
		return false;
	if (info->tx_flags & (SKBTX_SCHED_TSTAMP | SKBTX_BPF))
		return false;

	return nicbond_direct_simple(skb);
}

/* Or by a look at that very packet, as validate_xmit_skb() in net/core/dev.c does? */
bool nicbond_direct_offloads(struct net_device *port, struct sk_buff *skb);

/* The route goes before the driver, but where who sorts, or transmits, goes by it. */
static inline bool nicbond_direct_drop_dst(const struct net_device *port,
					   struct sk_buff *skb)
{
	if (!skb->_skb_refdst)
		return true;
	if (!(port->priv_flags & IFF_XMIT_DST_RELEASE))
		return false;
	skb_dst_drop(skb);

	return true;
}

/* The queue for @skb, of several, as the kernel picks it. */
struct netdev_queue *nicbond_direct_pick(struct net_device *port, struct sk_buff *skb);

/* As below, where the port has a qdisc, or a lock; busy as well: it is not its turn yet. */
int nicbond_direct_pass(struct net_device *port, struct netdev_queue *queue,
			struct sk_buff *skb, bool more);

/*
 * To the driver; returns what that says. NETDEV_TX_BUSY: it has not got the packet, which is as
 * it was, but for what the long way would do to it, too.
 */
static __always_inline int nicbond_direct_give(struct net_device *port,
					       struct sk_buff *skb, bool more)
{
	struct netdev_queue *queue = netdev_get_tx_queue(port, 0);
	int verdict;

	skb->dev = port;
	skb_reset_mac_header(skb);
	skb_set_queue_mapping(skb, 0);
	if (unlikely(port->real_num_tx_queues != 1)) {
		queue = nicbond_direct_pick(port, skb);
		/* That follows for the port, not for this queue, with its own doorbell. */
		more = false;
	}
	if (unlikely(rcu_dereference_bh(queue->qdisc)->enqueue ||
		     !NICBOND_DIRECT_LLTX(port)))
		return nicbond_direct_pass(port, queue, skb, more);
	if (unlikely(netif_xmit_stopped(queue)))
		return NETDEV_TX_BUSY;

	/*
	 * Who comes back here has been through the stack, which stops who goes round. No lock,
	 * so there is no watchdog that wants to know when.
	 */
	dev_xmit_recursion_inc();
	verdict = __netdev_start_xmit(port->netdev_ops, skb, port, more);
	dev_xmit_recursion_dec();

	return verdict;
}

/* 0, or -ENOBUFS: what a queue or a driver that dropped a packet said. */
int nicbond_direct_verdict(const struct net_device *port, int verdict);

/* The long way. */
int nicbond_direct_enqueue(struct net_device *port, struct sk_buff *skb);

/* nicbond_direct_transmit(), for who has no time for a call. */
static __always_inline int nicbond_direct_transmit_inline(struct net_device *port,
							  struct sk_buff *skb,
							  const u64 *picky, bool more)
{
	int verdict = NETDEV_TX_BUSY;

	KUNIT_STATIC_STUB_REDIRECT(nicbond_direct_transmit, port, skb, picky, more);

	if (likely(!nicbond_direct_watched(port) && nicbond_direct_drop_dst(port, skb) &&
		   (nicbond_direct_plain(skb) || nicbond_direct_takes(port, skb, picky) ||
		    nicbond_direct_offloads(port, skb))))
		verdict = nicbond_direct_give(port, skb, more);
	if (likely(!verdict))
		return 0;

	if (dev_xmit_complete(verdict))
		return nicbond_direct_verdict(port, verdict);
	/* So that the same queue is picked as for those that go straight. */
	skb_set_queue_mapping(skb, 0);

	return nicbond_direct_enqueue(port, skb);
}

#endif /* _NICBOND_FW_DIRECT_H */
