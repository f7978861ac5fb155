/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets, as <linux/skbuff.h> has them: a head, then fragments, then a list of packets that
 * go on with the data. Offsets and lengths are signed where they are there. Each piece is
 * memory of its own, of just its size, so that what is read beyond it is found.
 */
#ifndef _NICBOND_FUZZ_SKB_H
#define _NICBOND_FUZZ_SKB_H

#define MAX_SKB_FRAGS	17

/* What malloc() gave. */
struct page;

typedef struct {
	struct page *page;
	unsigned int offset;
	unsigned int len;
} skb_frag_t;

struct sk_buff;

struct skb_shared_info {
	u8 nr_frags;
	u16 gso_size;
	u16 gso_segs;
	u32 gso_type;
	struct sk_buff *frag_list;
	skb_frag_t frags[MAX_SKB_FRAGS];
};

struct sk_buff_head {
	struct sk_buff *next, *prev;
	u32 qlen;
	spinlock_t lock;
};

/* @head to @end is what there is; @tail ends what of it is data. */
struct sk_buff {
	struct sk_buff *next;
	struct net_device *dev;
	char cb[48];
	unsigned int len;
	unsigned int data_len;
	u8 *head;
	u8 *data;
	u8 *tail;
	u8 *end;
	u8 *mac_header;
	bool cloned;
	bool vlan_present;
	u16 vlan_tci;
	__be16 vlan_proto;
	__be16 protocol;
	u16 mac_len;
	u8 ip_summed;
	struct skb_shared_info info;
};

enum skb_drop_reason { SKB_NOT_DROPPED_YET };

#define CHECKSUM_PARTIAL	3
#define SKB_GSO_TCPV4		1
#define SKB_GSO_TCPV6		16

#define skb_shinfo(skb)		(&(skb)->info)
#define skb_vlan_tag_present(skb) ((skb)->vlan_present)
#define skb_vlan_tag_get(skb)	((skb)->vlan_tci)
#define skb_vlan_tag_get_id(skb) ((skb)->vlan_tci & VLAN_VID_MASK)
#define eth_hdr(skb)		((struct ethhdr *)(skb)->mac_header)
#define skb_frag_address(frag)	((void *)((u8 *)(frag)->page + (frag)->offset))
#define skb_frag_size(frag)	((frag)->len)
#define skb_frag_size_set(frag, size) ((frag)->len = (size))
#define skb_frag_size_sub(frag, size) ((frag)->len -= (size))
#define page_address(page)	((void *)(page))

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len - skb->data_len;
}

static inline void skb_set_tail_pointer(struct sk_buff *skb, int offset)
{
	skb->tail = skb->data + offset;
}

static inline void skb_reset_mac_header(struct sk_buff *skb)
{
	skb->mac_header = skb->data;
}

static inline void __vlan_hwaccel_put_tag(struct sk_buff *skb, __be16 proto, u16 tci)
{
	skb->vlan_present = true;
	skb->vlan_proto = proto;
	skb->vlan_tci = tci;
}

struct page *alloc_page(gfp_t gfp);
void __free_page(struct page *page);
struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp);
void kfree_skb(struct sk_buff *skb);
void *skb_put(struct sk_buff *skb, unsigned int len);
void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len);
void *skb_put_zero(struct sk_buff *skb, unsigned int len);
void *skb_pull(struct sk_buff *skb, unsigned int len);
void skb_reserve(struct sk_buff *skb, int len);
void skb_reset_network_header(struct sk_buff *skb);
void skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page, int offset,
		     int size, unsigned int truesize);
int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len);
int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len);
int skb_cow_head(struct sk_buff *skb, unsigned int headroom);

static inline void *skb_header_pointer(const struct sk_buff *skb, int offset, int len,
				       void *buffer)
{
	if ((int)skb_headlen(skb) - offset >= len)
		return skb->data + offset;

	return skb_copy_bits(skb, offset, buffer, len) < 0 ? NULL : buffer;
}

#endif /* _NICBOND_FUZZ_SKB_H */
