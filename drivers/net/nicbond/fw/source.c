// SPDX-License-Identifier: GPL-2.0
/* From which address a frame comes, where switches are to tell the ports apart. */
#include "source.h"

#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/if_vlan.h>
#include <linux/unaligned.h>

/* An address register's two words and six bytes of a frame. */
static bool nicbond_source_is(const u8 *bytes, const u32 word[2])
{
	return get_unaligned_le32(bytes) == READ_ONCE(word[0]) &&
	       get_unaligned_le16(bytes + 4) == READ_ONCE(word[1]);
}

static const struct ethhdr *nicbond_source_header(const struct sk_buff *skb)
{
	return (const struct ethhdr *)skb->data;
}

/*
 * What is not from the master is from behind it: a bridge, a macvlan. What is for a
 * group, or tells neighbours of an address, has to show the switch where that is.
 */
static bool nicbond_source_stays(const struct nicbond_software *sw,
				 const struct sk_buff *skb)
{
	const struct ethhdr *header = nicbond_source_header(skb);

	return is_multicast_ether_addr(header->h_dest) ||
	       !nicbond_source_is(header->h_source, sw->address) ||
	       vlan_get_protocol(skb) == htons(ETH_P_ARP);
}

static struct nicbond_channel *nicbond_source_live(struct nicbond_software *sw,
						   unsigned int slot)
{
	struct nicbond_channel *channel = rcu_dereference_bh(sw->channel[slot]);

	return channel && nicbond_port_live(channel->port) ? channel : NULL;
}

struct nicbond_channel *nicbond_source_keep(struct nicbond_software *sw,
					    const struct sk_buff *skb)
{
	unsigned int slot = READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY ?
			    sw->adaptor.slot : READ_ONCE(sw->primary);
	struct nicbond_channel *channel;

	if (slot >= NICBOND_SLOTS || !nicbond_source_stays(sw, skb))
		return NULL;
	channel = nicbond_source_live(sw, slot);
	if (likely(channel))
		return channel;

	return nicbond_source_live(sw, READ_ONCE(sw->deputy));
}

int nicbond_frame_readdress(struct sk_buff *skb, const u32 address[2],
			    const u32 own_address[2])
{
	struct ethhdr *header;

	if (!nicbond_source_is(nicbond_source_header(skb)->h_source, address))
		return 0;
	/* The header may be shared with a copy that the stack has kept. */
	if (skb_cow_head(skb, 0))
		return -ENOMEM;

	header = (struct ethhdr *)skb->data;
	put_unaligned_le32(READ_ONCE(own_address[0]), header->h_source);
	put_unaligned_le16(READ_ONCE(own_address[1]), header->h_source + 4);

	return 0;
}
EXPORT_SYMBOL_GPL(nicbond_frame_readdress);
