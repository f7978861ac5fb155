/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <net/xdp.h>: devices tell what XDP can do with them since 6.3. */
#ifndef _NICBOND_COMPAT_NET_XDP_H
#define _NICBOND_COMPAT_NET_XDP_H

#include <linux/version.h>
#include_next <net/xdp.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#include <linux/netdevice.h>

#define NETDEV_XDP_ACT_BASIC		0x01
#define NETDEV_XDP_ACT_REDIRECT		0x02
#define NETDEV_XDP_ACT_NDO_XMIT		0x04
#define NETDEV_XDP_ACT_RX_SG		0x20
#define NETDEV_XDP_ACT_NDO_XMIT_SG	0x40

typedef u32 xdp_features_t;

/* There is no such field; what is read in its place ends in what follows. */
#define xdp_features	flags

static inline void xdp_set_features_flag(struct net_device *dev,
					 xdp_features_t features)
{
}
#endif

#endif /* _NICBOND_COMPAT_NET_XDP_H */
