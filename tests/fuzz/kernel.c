// SPDX-License-Identifier: GPL-2.0
/* What include/ declares, of what runs here. */

/* What is called only by what does not run here. */
#define ABSENT(name) asm(".globl " #name "\n" #name ": ud2")
ABSENT(addrconf_addr_solict_mult);
ABSENT(arp_create);
ABSENT(cancel_delayed_work_sync);
ABSENT(csum_ipv6_magic);
ABSENT(csum_partial);
ABSENT(eth_header);
ABSENT(ip6_flow_hdr);
ABSENT(ipv6_eth_mc_map);
ABSENT(mod_delayed_work);
ABSENT(msecs_to_jiffies);
ABSENT(nicbond_direct_transmit);
ABSENT(schedule_delayed_work);
ABSENT(skb_reset_network_header);

struct Qdisc noop_qdisc = { .noop = true };
unsigned long jiffies;
struct workqueue_struct *system_percpu_wq;

/* Aumasson, Bernstein: SipHash-2-4 of one word of 8 bytes, as lib/siphash.c has it. */
static u64 rol64(u64 x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

static void sipround(u64 v[4])
{
	v[0] += v[1];
	v[1] = rol64(v[1], 13) ^ v[0];
	v[0] = rol64(v[0], 32);
	v[2] += v[3];
	v[3] = rol64(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rol64(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rol64(v[1], 17) ^ v[2];
	v[2] = rol64(v[2], 32);
}

u64 siphash_1u64(u64 first, const siphash_key_t *key)
{
	u64 word[2] = { first, 8ULL << 56 };
	u64 v[4] = {
		0x736f6d6570736575ULL ^ key->key[0], 0x646f72616e646f6dULL ^ key->key[1],
		0x6c7967656e657261ULL ^ key->key[0], 0x7465646279746573ULL ^ key->key[1],
	};
	int i;

	for (i = 0; i < 2; i++) {
		v[3] ^= word[i];
		sipround(v);
		sipround(v);
		v[0] ^= word[i];
	}
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		sipround(v);

	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct page *alloc_page(gfp_t gfp)
{
	return malloc(PAGE_SIZE);
}

void __free_page(struct page *page)
{
	free(page);
}

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp)
{
	struct sk_buff *skb = calloc(1, sizeof(*skb));

	BUG_ON(!skb);
	skb->head = malloc(size);
	BUG_ON(!skb->head);
	skb->data = skb->head;
	skb->tail = skb->head;
	skb->end = skb->head + size;

	return skb;
}

void kfree_skb(struct sk_buff *skb)
{
	struct sk_buff *next;
	int i;

	for (; skb; skb = next) {
		next = skb->next;
		for (i = 0; i < skb->info.nr_frags; i++)
			free(skb->info.frags[i].page);
		kfree_skb(skb->info.frag_list);
		free(skb->head);
		free(skb);
	}
}

void *skb_put(struct sk_buff *skb, unsigned int len)
{
	void *at = skb->tail;

	BUG_ON(skb->data_len || len > skb->end - skb->tail);
	skb->tail += len;
	skb->len += len;

	return at;
}

void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len)
{
	return memcpy(skb_put(skb, len), data, len);
}

void *skb_put_zero(struct sk_buff *skb, unsigned int len)
{
	return memset(skb_put(skb, len), 0, len);
}

void *skb_pull(struct sk_buff *skb, unsigned int len)
{
	BUG_ON(len > skb_headlen(skb));
	skb->len -= len;
	skb->data += len;

	return skb->data;
}

void skb_reserve(struct sk_buff *skb, int len)
{
	BUG_ON(skb->len || len > skb->end - skb->tail);
	skb->data += len;
	skb->tail += len;
}

void skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page, int offset, int size,
		     unsigned int truesize)
{
	BUG_ON(i >= MAX_SKB_FRAGS);
	skb->info.frags[i] = (skb_frag_t){ page, offset, size };
	skb->info.nr_frags = i + 1;
	skb->len += size;
	skb->data_len += size;
}

/* Copy some of a piece that starts at @start of the frame; how much that is. */
static int skb_copy_piece(const void *piece, int start, int size, int offset, void *to,
			  int len)
{
	int copy = start + size - offset;

	if (copy <= 0)
		return 0;
	copy = min(copy, len);
	memcpy(to, piece + offset - start, copy);

	return copy;
}

int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	int start = skb_headlen(skb), done, i;
	const struct sk_buff *part;
	const skb_frag_t *frag;

	if (offset > (int)skb->len - len)
		return -EFAULT;

	done = skb_copy_piece(skb->data, 0, start, offset, to, len);
	for (i = 0; i < skb->info.nr_frags && done < len; i++) {
		frag = &skb->info.frags[i];
		done += skb_copy_piece(skb_frag_address(frag), start, frag->len, offset + done,
				       to + done, len - done);
		start += frag->len;
	}
	for (part = skb->info.frag_list; part && done < len; part = part->next) {
		done += skb_copy_piece(part->data, start, part->len, offset + done, to + done,
				       len - done);
		start += part->len;
	}

	return done < len ? -EFAULT : 0;
}

int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len)
{
	const u8 *byte = from;
	int i, head = skb_headlen(skb);

	if (offset > (int)skb->len - len)
		return -EFAULT;
	for (i = offset; i < offset + len; i++) {
		if (i < head)
			skb->data[i] = *byte++;
		else
			((u8 *)skb_frag_address(&skb->info.frags[0]))[i - head] = *byte++;
	}

	return 0;
}

/* Of a clone, the head is copied; what is behind it stays shared. */
int skb_cow_head(struct sk_buff *skb, unsigned int headroom)
{
	unsigned int size = skb->end - skb->head;
	u8 *head;

	if (!skb->cloned)
		return 0;
	head = malloc(size);
	if (!head)
		return -ENOMEM;
	memcpy(head, skb->head, size);
	skb->data += head - skb->head;
	skb->tail += head - skb->head;
	skb->end = head + size;
	/* Its twin still has the old one. */
	skb->head = head;
	skb->cloned = false;

	return 0;
}
