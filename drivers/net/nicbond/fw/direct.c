// SPDX-License-Identifier: GPL-2.0
/* Packets for a port, straight to its driver where nobody can tell that from the long way. */
#include "direct.h"

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <net/sch_generic.h>
#include <net/sock.h>

/* Packets that wait for a qdisc's lock, or to be freed; older kernels' shadow header knows none. */
#ifndef NICBOND_QDISC_DEFERRED
#define NICBOND_QDISC_DEFERRED(qdisc)	\
	(!llist_empty(&(qdisc)->defer_list) || (qdisc)->to_free)
#endif

/* Has the packet's socket a say in what is sent where, as with TLS in hardware? */
static bool nicbond_direct_asks_socket(const struct sk_buff *skb)
{
#ifdef CONFIG_SOCK_VALIDATE_XMIT
	const struct sock *sk = skb->sk;

	return sk && sk_fullsock(sk) && sk->sk_validate_xmit_skb;
#else
	return false;
#endif
}

/* Can the port do itself whatever is still to be done to @skb, with these features? */
static bool nicbond_direct_sums(struct sk_buff *skb, netdev_features_t features)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return true;

	return features & NETIF_F_HW_CSUM && !skb_csum_is_sctp(skb);
}

u64 nicbond_direct_picky(const struct net_device *port)
{
	const struct net_device_ops *ops = port->netdev_ops;

	return !ops || !ops->ndo_features_check ||
	       ops->ndo_features_check == passthru_features_check ? 0 : U64_MAX;
}

bool nicbond_direct_offloads(struct net_device *port, struct sk_buff *skb)
{
	netdev_features_t features;

	skb->dev = port;
	features = netif_skb_features(skb);

	return !(skb_shinfo(skb)->tx_flags & (SKBTX_SCHED_TSTAMP | SKBTX_BPF)) &&
	       !secpath_exists(skb) && !nicbond_direct_asks_socket(skb) &&
	       (!skb_vlan_tag_present(skb) ||
		vlan_hw_offload_capable(features, skb->vlan_proto)) &&
	       !netif_needs_gso(skb, features) &&
	       !skb_needs_linearize(skb, features) &&
	       nicbond_direct_sums(skb, features);
}

struct netdev_queue *nicbond_direct_pick(struct net_device *port, struct sk_buff *skb)
{
	u16 index;

#ifdef CONFIG_XPS
	if (skb->sender_cpu - 1 >= nr_cpu_ids)
		skb->sender_cpu = raw_smp_processor_id() + 1;
#endif
	index = port->netdev_ops->ndo_select_queue ?
		port->netdev_ops->ndo_select_queue(port, skb, NULL) :
		netdev_pick_tx(port, skb, NULL);
	index = netdev_cap_txqueue(port, index);
	skb_set_queue_mapping(skb, index);

	return netdev_get_tx_queue(port, index);
}

/* To a driver that leaves locking to its caller. */
static int nicbond_direct_start(struct net_device *port, struct netdev_queue *queue,
				struct sk_buff *skb, bool more)
{
	int verdict = NETDEV_TX_BUSY;

	HARD_TX_LOCK(port, queue, smp_processor_id());
	if (likely(!netif_xmit_frozen_or_stopped(queue)))
		verdict = netdev_start_xmit(skb, port, queue, more);
	HARD_TX_UNLOCK(port, queue);

	return verdict;
}

/*
 * Past a qdisc without a lock that lets packets pass it by while it is empty, as
 * __dev_xmit_skb() in net/core/dev.c does it; busy: it does not.
 */
static int nicbond_direct_bypass(struct net_device *port, struct netdev_queue *queue,
				 struct Qdisc *qdisc, struct sk_buff *skb, bool more)
{
	unsigned int len = skb->len;
	int verdict = NETDEV_TX_BUSY;

	if (!nolock_qdisc_is_empty(qdisc) || !qdisc_run_begin(qdisc))
		return verdict;

	/* Only now nobody puts a packet back. */
	if (likely(nolock_qdisc_is_empty(qdisc)))
		verdict = nicbond_direct_start(port, queue, skb, more);
	if (likely(dev_xmit_complete(verdict))) {
		_bstats_update(this_cpu_ptr(qdisc->cpu_bstats), len, 1);
		/* What a driver says of a packet that it took, no queue passes on. */
		verdict = NETDEV_TX_OK;
	}
	qdisc_run_end(qdisc);

	return verdict;
}

/* Likewise, a qdisc with a lock. Begins: nobody else dequeues until its end. */
static bool nicbond_direct_begin(struct Qdisc *qdisc)
{
	bool begins;

	if (qdisc_qlen(qdisc) || !spin_trylock(qdisc_lock(qdisc)))
		return false;
	begins = !qdisc_qlen(qdisc) && !NICBOND_QDISC_DEFERRED(qdisc) &&
		 !test_bit(__QDISC_STATE_DEACTIVATED, &qdisc->state) &&
		 qdisc_run_begin(qdisc);
	spin_unlock(qdisc_lock(qdisc));

	return begins;
}

static int nicbond_direct_bypass_locked(struct net_device *port,
					struct netdev_queue *queue,
					struct Qdisc *qdisc, struct sk_buff *skb, bool more)
{
	unsigned int len = skb->len;
	int verdict;

	if (!nicbond_direct_begin(qdisc))
		return NETDEV_TX_BUSY;

	verdict = nicbond_direct_start(port, queue, skb, more);
	spin_lock(qdisc_lock(qdisc));
	if (likely(dev_xmit_complete(verdict))) {
		_bstats_update(&qdisc->bstats, len, 1);
		/* As above. */
		verdict = NETDEV_TX_OK;
	}
	qdisc_run_end(qdisc);
	/* Who came meanwhile left that to us. */
	if (qdisc_qlen(qdisc))
		__netif_schedule(qdisc);
	spin_unlock(qdisc_lock(qdisc));

	return verdict;
}

/* What is in segments is more than its length in a queue's books. */
static int nicbond_direct_past(struct net_device *port, struct netdev_queue *queue,
			       struct Qdisc *qdisc, struct sk_buff *skb, bool more)
{
	if (!(qdisc->flags & TCQ_F_CAN_BYPASS) || rcu_access_pointer(qdisc->stab) ||
	    skb_is_gso(skb))
		return NETDEV_TX_BUSY;

	return qdisc->flags & TCQ_F_NOLOCK ?
	       nicbond_direct_bypass(port, queue, qdisc, skb, more) :
	       nicbond_direct_bypass_locked(port, queue, qdisc, skb, more);
}

int nicbond_direct_pass(struct net_device *port, struct netdev_queue *queue,
			struct sk_buff *skb, bool more)
{
	struct Qdisc *qdisc = rcu_dereference_bh(queue->qdisc);
	int verdict;

	if (qdisc->enqueue)
		return nicbond_direct_past(port, queue, qdisc, skb, more);
	/* Who may hold the lock already, or is too deep: the long way knows what to say. */
	if (READ_ONCE(queue->xmit_lock_owner) == smp_processor_id() ||
	    dev_xmit_recursion())
		return NETDEV_TX_BUSY;

	dev_xmit_recursion_inc();
	verdict = nicbond_direct_start(port, queue, skb, more);
	dev_xmit_recursion_dec();

	return verdict;
}

int nicbond_direct_verdict(const struct net_device *port, int verdict)
{
	if (likely(verdict == NET_XMIT_SUCCESS))
		return 0;
	/* Congestion is no loss, but a closed port's queue says it of a loss. */
	if (verdict == NET_XMIT_CN && !qdisc_tx_is_noop(port))
		return 0;

	return -ENOBUFS;
}

int nicbond_direct_enqueue(struct net_device *port, struct sk_buff *skb)
{
	KUNIT_STATIC_STUB_REDIRECT(nicbond_direct_enqueue, port, skb);

	skb->dev = port;

	return nicbond_direct_verdict(port, dev_queue_xmit(skb));
}

int nicbond_direct_transmit(struct net_device *port, struct sk_buff *skb,
			    const u64 *picky, bool more)
{
	return nicbond_direct_transmit_inline(port, skb, picky, more);
}
