/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/netdevice.h>: today's net device API on older kernels. */
#ifndef _NICBOND_COMPAT_LINUX_NETDEVICE_H
#define _NICBOND_COMPAT_LINUX_NETDEVICE_H

#include <linux/version.h>
#include_next <linux/netdevice.h>
#include <linux/if_ether.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
/* Older IPv6 goes by IFF_SLAVE alone. */
#define IFF_NO_ADDRCONF	0
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
/* No event has this number. */
#define NETDEV_XDP_FEAT_CHANGE	0
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
static inline void dev_kfree_skb_any_reason(struct sk_buff *skb,
					    enum skb_drop_reason reason)
{
	if (in_hardirq() || irqs_disabled())
		dev_kfree_skb_irq(skb);
	else
		kfree_skb_reason(skb, reason);
}
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0) && IS_ENABLED(CONFIG_NET_CLS_ACT)
#define CONFIG_NET_XGRESS
#define tcx_egress miniq_egress
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
static inline int nicbond_compat_xdp_propagate(struct net_device *dev,
					       struct netdev_bpf *bpf)
{
	return dev->netdev_ops->ndo_bpf(dev, bpf);
}

#define dev_xdp_propagate nicbond_compat_xdp_propagate
#endif

/*
 * These two settings of struct net_device were feature bits once. Each macro
 * turns the one statement that sets the field, `dev->field = true;`, into two.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define NICBOND_DIRECT_LLTX(port) ((port)->features & NETIF_F_LLTX)
#define lltx		features |= NETIF_F_LLTX; dev->needs_free_netdev
#endif

/* 6.15 and later; stable kernels have got it, too. */
#ifndef NICBOND_KERNEL_HAS_NETNS_IMMUTABLE
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define netns_immutable	features |= NETIF_F_NETNS_LOCAL; dev->needs_free_netdev
#else
#define netns_immutable	netns_local
#endif
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
/* Both structures start with the family, then the address. */
static inline int
nicbond_compat_set_mac_address(struct net_device *dev,
			       struct sockaddr_storage *ss,
			       struct netlink_ext_ack *extack)
{
	return dev_set_mac_address(dev, (struct sockaddr *)ss, extack);
}

#define dev_set_mac_address nicbond_compat_set_mac_address
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define __netif_set_mtu __dev_set_mtu
#define netif_pre_changeaddr_notify dev_pre_changeaddr_notify
#endif

/* 6.18 and later; stable kernels have got it, too. */
#ifndef MASTER_UPPER_DEV_VLAN_FEATURES
#define MASTER_UPPER_DEV_VLAN_FEATURES					\
	(NETIF_F_HW_CSUM | NETIF_F_SG | NETIF_F_FRAGLIST |		\
	 NETIF_F_GSO_SOFTWARE | NETIF_F_GSO_ENCAP_ALL |			\
	 NETIF_F_HIGHDMA | NETIF_F_LRO)
#define MASTER_UPPER_DEV_ENC_FEATURES					\
	(NETIF_F_HW_CSUM | NETIF_F_SG | NETIF_F_RXCSUM |		\
	 NETIF_F_GSO_SOFTWARE)
#define MASTER_UPPER_DEV_MPLS_FEATURES					\
	(NETIF_F_HW_CSUM | NETIF_F_SG | NETIF_F_GSO_SOFTWARE)

static inline netdev_features_t
nicbond_compat_lower_features(struct net_device *dev, netdev_features_t mask,
			      size_t offset)
{
	netdev_features_t all = (mask & ~NETIF_F_ONE_FOR_ALL) |
				NETIF_F_ALL_FOR_ALL;
	struct net_device *lower;
	struct list_head *iter;

	netdev_for_each_lower_dev(dev, lower, iter)
		all = netdev_increment_features(all,
						*(netdev_features_t *)((char *)lower + offset),
						mask);

	return all;
}

static inline void
netdev_compute_master_upper_features(struct net_device *dev, bool update_header)
{
	unsigned int tso_max_size = TSO_MAX_SIZE;
	unsigned short header = ETH_HLEN, headroom = 0, tailroom = 0;
	u16 tso_max_segs = TSO_MAX_SEGS;
	struct net_device *lower;
	struct list_head *iter;

	netdev_for_each_lower_dev(dev, lower, iter) {
		header = max(header, lower->hard_header_len);
		headroom = max(headroom, lower->needed_headroom);
		tailroom = max(tailroom, lower->needed_tailroom);
		tso_max_size = min(tso_max_size, lower->tso_max_size);
		tso_max_segs = min(tso_max_segs, lower->tso_max_segs);
	}

	dev->vlan_features =
		nicbond_compat_lower_features(dev, MASTER_UPPER_DEV_VLAN_FEATURES,
					      offsetof(struct net_device, vlan_features));
	dev->mpls_features =
		nicbond_compat_lower_features(dev, MASTER_UPPER_DEV_MPLS_FEATURES,
					      offsetof(struct net_device, mpls_features));
	dev->hw_enc_features =
		nicbond_compat_lower_features(dev, MASTER_UPPER_DEV_ENC_FEATURES,
					      offsetof(struct net_device, hw_enc_features)) |
		NETIF_F_GSO_ENCAP_ALL | NETIF_F_HW_VLAN_CTAG_TX |
		NETIF_F_HW_VLAN_STAG_TX;
	if (update_header) {
		dev->hard_header_len = header;
		dev->needed_headroom = headroom;
		dev->needed_tailroom = tailroom;
	}
	netif_set_tso_max_segs(dev, tso_max_segs);
	netif_set_tso_max_size(dev, tso_max_size);
	netdev_change_features(dev);
}
#endif

#endif /* _NICBOND_COMPAT_LINUX_NETDEVICE_H */
