/* SPDX-License-Identifier: GPL-2.0 */
/* What reach.c asks of "direct.h", which it includes, and which is not here. */
#define _NICBOND_FW_DIRECT_H
int nicbond_direct_transmit(struct net_device *port, struct sk_buff *skb,
			    const u64 *picky, bool more);
