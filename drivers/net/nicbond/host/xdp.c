// SPDX-License-Identifier: GPL-2.0
/*
 * XDP on a master.
 *
 * A native program runs where packets come in, in the members' drivers: each member
 * has the master's, and none of its own. It sees the member as the device that it
 * came in on. What it sends by XDP_TX leaves by that member: it bypasses the adaptors,
 * as it bypasses all that is above the driver. (bonding has a hook for that in the
 * kernel, which chooses a slave; it is for bonding's slaves alone.)
 *
 * A generic program runs on the master itself, behind its receive path; there all is
 * done by the stack, and XDP_TX goes to the primary like any packet.
 *
 * An AF_XDP socket on a master is in copy mode. It sends by the primary, and receives
 * from a generic program; from a native one only a socket of the member that a packet
 * came in on does, as the kernel compares the two.
 */
#include "xdp.h"

#include <kunit/static_stub.h>
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

/* Why a member cannot have the master's program; 0 if it may. Changes nothing. */
static int nicbond_xdp_check(const struct nicbond_member *member,
			     struct netlink_ext_ack *extack)
{
	struct net_device *dev = member->dev;

	if (!dev->netdev_ops->ndo_bpf) {
		NL_SET_ERR_MSG_FMT(extack, "%s has no native XDP", dev->name);
		return -EOPNOTSUPP;
	}
	if (dev_xdp_prog_count(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s has an XDP program of its own",
				   dev->name);
		return -EBUSY;
	}

	return 0;
}

/*
 * Give @prog to the member's driver, which takes a reference with it and drops that
 * to the one before. NULL takes the program away.
 */
static int nicbond_xdp_give(const struct nicbond_member *member,
			    struct bpf_prog *prog,
			    struct netlink_ext_ack *extack)
{
	struct netlink_ext_ack reason = {};
	struct netdev_bpf bpf = {
		.command = XDP_SETUP_PROG, .prog = prog, .extack = &reason,
	};
	int err;

	err = dev_xdp_propagate(member->dev, &bpf);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "%s refuses the XDP program: %s",
				   member->dev->name,
				   reason._msg ?: "its driver does not say why");
		return err;
	}
	/* The driver's; the caller has one, so this is not too late. */
	if (prog)
		bpf_prog_inc(prog);

	return 0;
}

/* The same for what a driver must not refuse: what it had before, or none. */
static void nicbond_xdp_give_back(const struct nicbond_member *member,
				  struct bpf_prog *prog)
{
	int err = nicbond_xdp_give(member, prog, NULL);

	if (err)
		netdev_warn(member->dev, "keeps an XDP program that it should not: error %d\n",
			    err);
}

/* 0, or an error, and all members have what they had. */
static int nicbond_xdp_give_all(struct nicbond_master *master,
				struct bpf_prog *prog,
				struct netlink_ext_ack *extack)
{
	struct nicbond_member *member;
	int err;

	/* First, so that in most cases there is nothing to undo. */
	nicbond_for_each_member(master, member) {
		err = nicbond_xdp_check(member, extack);
		if (err)
			return err;
	}

	nicbond_for_each_member(master, member) {
		err = nicbond_xdp_give(member, prog, extack);
		if (err)
			goto undo;
	}

	return 0;

undo:
	list_for_each_entry_continue_reverse(member, &master->members, list)
		nicbond_xdp_give_back(member, master->xdp_prog);
	return err;
}

/*
 * Takes over the caller's reference to @prog, if it returns 0. Taking a program away
 * does not fail: the stack does so when the master is deleted, too.
 */
static int nicbond_xdp_set(struct nicbond_master *master, struct bpf_prog *prog,
			   struct netlink_ext_ack *extack)
{
	struct bpf_prog *old = master->xdp_prog;
	struct nicbond_member *member;
	int err;

	ASSERT_RTNL();

	if (prog) {
		err = nicbond_xdp_give_all(master, prog, extack);
		if (err)
			return err;
	} else if (old) {
		nicbond_for_each_member(master, member)
			nicbond_xdp_give_back(member, NULL);
	}

	master->xdp_prog = prog;
	if (old)
		bpf_prog_put(old);

	return 0;
}

int nicbond_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	if (bpf->command != XDP_SETUP_PROG)
		return -EINVAL;

	return nicbond_xdp_set(netdev_priv(dev), bpf->prog, bpf->extack);
}

int nicbond_xdp_join(struct nicbond_member *member,
		     struct netlink_ext_ack *extack)
{
	struct bpf_prog *prog = member->master->xdp_prog;
	int err;

	ASSERT_RTNL();

	if (!prog)
		return 0;
	err = nicbond_xdp_check(member, extack);
	if (err)
		return err;

	return nicbond_xdp_give(member, prog, extack);
}

void nicbond_xdp_leave(struct nicbond_member *member)
{
	ASSERT_RTNL();

	if (member->master->xdp_prog)
		nicbond_xdp_give_back(member, NULL);
}

/* What a master does itself, whatever its members can; */
#define NICBOND_XDP_OWN_FEATURES					\
	(NETDEV_XDP_ACT_NDO_XMIT | NETDEV_XDP_ACT_NDO_XMIT_SG)
/* and what all of them must be able to do. */
#define NICBOND_XDP_MEMBER_FEATURES					\
	(NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |		\
	 NETDEV_XDP_ACT_RX_SG)

void nicbond_xdp_compute_features(struct nicbond_master *master)
{
	xdp_features_t features = 0;
	struct nicbond_member *member;

	if (!list_empty(&master->members))
		features = NICBOND_XDP_MEMBER_FEATURES;
	nicbond_for_each_member(master, member)
		features &= member->dev->xdp_features;

	xdp_set_features_flag(master->dev, features | NICBOND_XDP_OWN_FEATURES);
}

struct sk_buff *nicbond_xdp_build_skb(struct xdp_frame *frame,
				      struct net_device *dev)
{
	struct sk_buff *skb;

	KUNIT_STATIC_STUB_REDIRECT(nicbond_xdp_build_skb, frame, dev);

	skb = xdp_build_skb_from_frame(frame, dev);
	if (unlikely(!skb))
		return NULL;

	/* It is as one that was received; make it as one to be sent. */
	skb_reset_network_header(skb);
	__skb_push(skb, ETH_HLEN);

	return skb;
}

/*
 * Frames that programs redirect to the master (by devmap, by ifindex, from a cpumap)
 * go to the primary adaptor like all packets, through ndo_start_xmit, which counts
 * them. Not to the ndo_xdp_xmit of a member: who transmits is for the firmware to
 * choose, which takes skbs, and members need not know XDP. This costs an skb; the
 * buffer stays.
 *
 * BH is disabled, which is all that ndo_start_xmit needs, and keeps the primary (RCU);
 * the master has no lock and no queue (lltx, IFF_NO_QUEUE). By __netdev_start_xmit(),
 * since the flag that more follow has the last sender's value otherwise. It says
 * so only when the next skb is there, so the last one rings all doorbells, and
 * XDP_XMIT_FLUSH has nothing to do.
 *
 * Returns how many frames were taken; the others are still the caller's to free.
 */
int nicbond_xdp_xmit(struct net_device *dev, int n, struct xdp_frame **frames,
		     u32 flags)
{
	struct sk_buff *skb, *next;
	int taken, i;

	if (unlikely(flags & ~XDP_XMIT_FLAGS_MASK))
		return -EINVAL;

	next = n > 0 ? nicbond_xdp_build_skb(frames[0], dev) : NULL;
	for (taken = 0; next; ) {
		skb = next;
		taken++;
		next = taken < n ? nicbond_xdp_build_skb(frames[taken], dev) :
				   NULL;
		__netdev_start_xmit(dev->netdev_ops, skb, dev, next);
	}

	for (i = taken; i < n; i++)
		dev_core_stats_tx_dropped_inc(dev);

	return taken;
}
