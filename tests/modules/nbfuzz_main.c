// SPDX-License-Identifier: GPL-2.0
/*
 * nbfuzz: random and mutated packets of all kinds and layouts, and cards that know what has
 * become of each. For tests.
 *
 * `insmod nbfuzz.ko` makes nbfuzz0 to nbfuzz3, cards that can do different things (nbfuzz_kinds)
 * and swallow what they transmit, but look at it first. Who has written
 *
 *	send DEVICE COUNT SEED HOW	to /sys/module/nbfuzz/parameters/run
 *	receive DEVICE COUNT SEED HOW
 *
 * has had so many packets sent by DEVICE, of the writer's network namespace, by
 * dev_queue_xmit(), or received by it. The same seed makes the same packets. HOW is a sum: 1: some
 * are to be segmented. Which packet it was its mark says, which the stack keeps, in copies and
 * segments, too. Read /sys/module/nbfuzz/parameters/result then for how many
 *
 * given	there were;
 * refused	the stack did not take, by what dev_queue_xmit() said;
 * lost		of the others came to no card; or not yet, if some wait in queues;
 * twice	came more than once (what is segmented may);
 * unfit	had left to do what the card's features do not have, or were another device's;
 * spoilt	were not what had been sent, but for the source address; not looked at where
 *		a checksum or a tag was still to be put in;
 * changed	were changed in a copy that was not to be sent;
 * seen		came in at DEVICE, that is were not dropped before;
 * missed	of these did not come in at its master.
 *
 * Packets are given in bursts with BH disabled. They are what the stack's own rules allow:
 * the Ethernet header is in the linear part, a checksum to be filled in is, too, and what is to
 * be segmented is valid TCP or UDP. A shared packet may be received, not sent.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "../../drivers/net/nicbond/tests/frame.h"

#include <linux/atomic.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/prandom.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>

#define NBFUZZ_COUNT_MAX	10000000
#define NBFUZZ_BURST_MAX	20
/* An Ethernet header, and the most that an IPv4 header can say. */
#define NBFUZZ_LEN_MAX		(ETH_HLEN + 65535)
#define NBFUZZ_HEADROOM_MAX	128
#define NBFUZZ_LINEAR_MAX	16384
/* One fragment less than there can be. */
#define NBFUZZ_FRAGS_MAX	16
/* What is looked at of a packet, at its beginning. */
#define NBFUZZ_DIGEST		256

/* HOW */
#define NBFUZZ_SEGMENTS		0x1

/**
 * struct nbfuzz_fate - what has become of a packet
 * @out: How often a card transmitted it.
 * @seen: How often a member received it;
 * @in: and its master.
 * @digest: What is in it.
 * @refused: The stack did not take it.
 * @segments: It is to be segmented.
 * @loose: Its bytes may change on their way.
 */
struct nbfuzz_fate {
	atomic_t out;
	atomic_t seen;
	atomic_t in;
	u32 digest;
	bool refused;
	bool segments;
	bool loose;
};

/* The packets of a run, by mark less 1, and how many there are; and what cards have found. */
static struct nbfuzz_fate *nbfuzz_fates;
static unsigned int nbfuzz_count;
static atomic_t nbfuzz_unfit;
static atomic_t nbfuzz_spoilt;
static atomic_t nbfuzz_changed;

static struct nicbond_frame_garbage *nbfuzz_garbage;
static u8 *nbfuzz_bytes;

static struct nbfuzz_fate *nbfuzz_fate_of(const struct sk_buff *skb)
{
	u32 mark = skb->mark;

	/* Of something else, or of a run before. */
	return mark && mark <= READ_ONCE(nbfuzz_count) ? &nbfuzz_fates[mark - 1] : NULL;
}

/* What is in @skb, but for the source address if that is not to count. */
static u32 nbfuzz_digest(const struct sk_buff *skb, bool source)
{
	unsigned int at, len, end = min_t(unsigned int, skb->len, NBFUZZ_DIGEST);
	u32 digest = skb->len;
	u8 bytes[64];

	for (at = 0; at < end; at += len) {
		len = min_t(unsigned int, sizeof(bytes), end - at);
		if (skb_copy_bits(skb, at, bytes, len))
			return 0;
		if (!at && !source)
			memset(bytes + ETH_ALEN, 0, ETH_ALEN);
		digest = jhash(bytes, len, digest);
	}
	len = min_t(unsigned int, sizeof(bytes), skb->len);
	if (skb_copy_bits(skb, skb->len - len, bytes, len))
		return 0;

	return skb->len > 2 * ETH_HLEN + sizeof(bytes) ? jhash(bytes, len, digest) : digest;
}

/* Is @skb @dev's, with nothing left to do to it that the card does not offer to do? */
static bool nbfuzz_fits(const struct sk_buff *skb, const struct net_device *dev)
{
	netdev_features_t features = dev->features;

	if (skb->dev != dev)
		return false;
	if (skb->ip_summed == CHECKSUM_PARTIAL && !(features & NETIF_F_HW_CSUM))
		return false;
	/* Whom the sender does not trust the stack has looked at, and passes on as it was. */
	if (skb_is_gso(skb) &&
	    !net_gso_ok(features | NETIF_F_GSO_ROBUST, skb_shinfo(skb)->gso_type))
		return false;
	if (skb_vlan_tag_present(skb) && !vlan_hw_offload_capable(features, skb->vlan_proto))
		return false;
	if (skb_has_frag_list(skb) && !(features & NETIF_F_FRAGLIST))
		return false;

	return !skb_is_nonlinear(skb) || features & NETIF_F_SG;
}

static netdev_tx_t nbfuzz_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct nbfuzz_fate *fate = nbfuzz_fate_of(skb);

	if (fate) {
		atomic_inc(&fate->out);
		if (!nbfuzz_fits(skb, dev))
			atomic_inc(&nbfuzz_unfit);
		if (!fate->loose && nbfuzz_digest(skb, false) != fate->digest)
			atomic_inc(&nbfuzz_spoilt);
	}
	consume_skb(skb);

	return NETDEV_TX_OK;
}

/* Not all packets are alike to it. */
static netdev_features_t nbfuzz_features_check(struct sk_buff *skb, struct net_device *dev,
					       netdev_features_t features)
{
	return skb->len % 2 ? features : features & ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK);
}

static int nbfuzz_change_carrier(struct net_device *dev, bool on)
{
	if (on)
		netif_carrier_on(dev);
	else
		netif_carrier_off(dev);

	return 0;
}

#define NBFUZZ_OPS							\
	.ndo_start_xmit		= nbfuzz_xmit,				\
	.ndo_change_carrier	= nbfuzz_change_carrier,		\
	.ndo_set_mac_address	= eth_mac_addr,				\
	.ndo_validate_addr	= eth_validate_addr

static const struct net_device_ops nbfuzz_ops = { NBFUZZ_OPS };
static const struct net_device_ops nbfuzz_picky_ops = {
	NBFUZZ_OPS, .ndo_features_check = nbfuzz_features_check,
};

#define NBFUZZ_ALL	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA | \
			 NETIF_F_GSO_SOFTWARE | NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX)

/* What the cards are like: all, a queue of its own, nothing; one that looks first. */
static const struct nbfuzz_kind {
	netdev_features_t features;
	bool queue;
	bool unlocked;
	bool picky;
} nbfuzz_kinds[] = {
	{ NBFUZZ_ALL, .unlocked = true },
	{ NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO | NETIF_F_HW_VLAN_CTAG_TX, .queue = true },
	{ 0 },
	{ NBFUZZ_ALL, .unlocked = true, .picky = true },
};

static struct net_device *nbfuzz_cards[ARRAY_SIZE(nbfuzz_kinds)];

static u32 nbfuzz_random(u32 below)
{
	return prandom_u32_state(&nbfuzz_garbage->rnd) % below;
}

/* One of @n times. */
static bool nbfuzz_rarely(u32 n)
{
	return !nbfuzz_random(n);
}

/* A frame that makes sense, mostly: the beginning of nbfuzz_bytes; its length. */
static unsigned int nbfuzz_header(void)
{
	const struct nicbond_frame *frame;
	unsigned int len, changes;

	if (nbfuzz_rarely(2)) {
		len = nicbond_frame_garble(nbfuzz_garbage);
		memcpy(nbfuzz_bytes, nbfuzz_garbage->data, len);
		return max_t(unsigned int, len, ETH_HLEN);
	}

	frame = nbfuzz_garbage->frame[nbfuzz_random(NICBOND_FRAME_CASES)];
	memcpy(nbfuzz_bytes, frame->data, frame->len);
	for (changes = nbfuzz_random(3); changes; changes--)
		nbfuzz_bytes[nbfuzz_random(frame->len)] = nbfuzz_random(256);

	return frame->len;
}

/* How much comes behind. */
static unsigned int nbfuzz_payload(void)
{
	switch (nbfuzz_random(64)) {
	case 0:
		return nbfuzz_random(65536);
	case 1 ... 4:
		return nbfuzz_random(9000);
	case 5 ... 20:
		return nbfuzz_random(1500);
	}

	return nbfuzz_random(64);
}

/* All fragments are of one page, but of a size each. */
static bool nbfuzz_add_frags(struct sk_buff *skb, const u8 *data, unsigned int len)
{
	unsigned int order = get_order(len), at = 0, i, piece, part;
	struct page *page;

	if (!len)
		return true;
	page = alloc_pages(GFP_KERNEL | __GFP_COMP, order);
	if (!page)
		return false;
	memcpy(page_address(page), data, len);
	piece = 1 + nbfuzz_random(nbfuzz_rarely(4) ? 8 : PAGE_SIZE);
	piece = max(piece, DIV_ROUND_UP(len, NBFUZZ_FRAGS_MAX));
	for (i = 0; at < len; i++, at += part) {
		part = min(piece, len - at);
		if (i)
			get_page(page);
		skb_add_rx_frag(skb, i, page, at, part, i ? part : PAGE_SIZE << order);
	}

	return true;
}

static bool nbfuzz_add_list(struct sk_buff *skb, const u8 *data, unsigned int len)
{
	struct sk_buff **end = &skb_shinfo(skb)->frag_list, *next;
	unsigned int piece = len / (1 + nbfuzz_random(4)) + 1, part;

	for (; len; len -= part, data += part) {
		part = min(piece, len);
		next = alloc_skb(part, GFP_KERNEL);
		if (!next)
			return false;
		skb_put_data(next, data, part);
		*end = next;
		end = &next->next;
		skb->len += part;
		skb->data_len += part;
		skb->truesize += next->truesize;
	}

	return true;
}

/* Packet @id, of @len bytes of nbfuzz_bytes, @linear of them in the head. */
static struct sk_buff *nbfuzz_alloc(u32 id, unsigned int len, unsigned int linear, bool list)
{
	unsigned int headroom = nbfuzz_rarely(2) ? 0 : nbfuzz_random(NBFUZZ_HEADROOM_MAX);
	struct sk_buff *skb = alloc_skb(headroom + linear, GFP_KERNEL);
	const u8 *rest = nbfuzz_bytes + linear;

	if (!skb)
		return NULL;
	skb_reserve(skb, headroom);
	skb_put_data(skb, nbfuzz_bytes, linear);
	if (!(list ? nbfuzz_add_list(skb, rest, len - linear) :
		     nbfuzz_add_frags(skb, rest, len - linear))) {
		kfree_skb(skb);
		return NULL;
	}
	skb->mark = id + 1;
	skb->priority = nbfuzz_random(16);
	skb_set_queue_mapping(skb, nbfuzz_random(4));
	skb->protocol = get_unaligned((__be16 *)(skb->data + 2 * ETH_ALEN));
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	nbfuzz_fates[id].digest = nbfuzz_digest(skb, false);

	return skb;
}

/* Where the head ends: often in the middle of a header. */
static unsigned int nbfuzz_linear(unsigned int least, unsigned int header, unsigned int len)
{
	if (len <= NBFUZZ_LINEAR_MAX && nbfuzz_rarely(3))
		return len;
	if (len <= NBFUZZ_LINEAR_MAX && nbfuzz_rarely(4))
		return least + nbfuzz_random(len - least + 1);

	return least + nbfuzz_random(max(header, least) - least + 1);
}

/* A checksum is to be put in somewhere. */
static void nbfuzz_sum(struct sk_buff *skb)
{
	unsigned int start = ETH_HLEN + nbfuzz_random(64), offset = nbfuzz_random(32);

	if (start + offset + sizeof(__sum16) > skb_headlen(skb))
		return;
	skb_partial_csum_set(skb, start, offset);
	nbfuzz_fates[skb->mark - 1].loose = true;
}

static struct sk_buff *nbfuzz_make(u32 id)
{
	unsigned int header = nbfuzz_header();
	unsigned int len = min_t(unsigned int, header + nbfuzz_payload(), NBFUZZ_LEN_MAX);
	struct sk_buff *skb;

	skb = nbfuzz_alloc(id, len, nbfuzz_linear(ETH_HLEN, header, len), nbfuzz_rarely(4));
	if (!skb)
		return NULL;
	if (nbfuzz_rarely(5)) {
		__vlan_hwaccel_put_tag(skb, htons(nbfuzz_rarely(2) ? ETH_P_8021AD : ETH_P_8021Q),
				       nbfuzz_random(65536));
		nbfuzz_fates[id].loose = true;
	}
	if (nbfuzz_rarely(8))
		skb_set_hash(skb, nbfuzz_random(U32_MAX), PKT_HASH_TYPE_L4);

	return skb;
}

/* TCP or UDP over IPv4 or IPv6 that is to be segmented. */
static struct sk_buff *nbfuzz_make_segments(u32 id)
{
	bool ipv6 = nbfuzz_rarely(2), udp = nbfuzz_rarely(2);
	unsigned int at = ETH_HLEN + (ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
	unsigned int header = at + (udp ? sizeof(struct udphdr) : sizeof(struct tcphdr));
	unsigned int size = 64 + nbfuzz_random(1337);
	unsigned int payload = size + 1 + nbfuzz_random(nbfuzz_rarely(8) ? 64 * size : 4 * size);
	struct skb_shared_info *info;
	struct nicbond_frame *frame;
	struct sk_buff *skb;

	payload = min(payload, 65535 - header);
	frame = nicbond_frame_build(NULL, ipv6 ? udp ? "E6U" : "E6T" : udp ? "E4U" : "E4T");
	memcpy(nbfuzz_bytes, frame->data, frame->len);
	kfree(frame);
	/* Not to one address. */
	prandom_bytes_state(&nbfuzz_garbage->rnd, nbfuzz_bytes + at - 3, 3);
	if (ipv6)
		put_unaligned_be16(header - at + payload, nbfuzz_bytes + ETH_HLEN + 4);
	else
		put_unaligned_be16(header - ETH_HLEN + payload, nbfuzz_bytes + ETH_HLEN + 2);
	if (udp)
		put_unaligned_be16(header - at + payload, nbfuzz_bytes + at + 4);
	else
		((struct tcphdr *)(nbfuzz_bytes + at))->doff = sizeof(struct tcphdr) / 4;

	skb = nbfuzz_alloc(id, header + payload,
			   nbfuzz_linear(header, header, header + payload), false);
	if (!skb)
		return NULL;
	skb_partial_csum_set(skb, at, udp ? offsetof(struct udphdr, check) :
					    offsetof(struct tcphdr, check));
	info = skb_shinfo(skb);
	info->gso_type = udp ? SKB_GSO_UDP_L4 : ipv6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
	info->gso_type |= nbfuzz_rarely(2) ? SKB_GSO_DODGY : 0;
	info->gso_size = size;
	info->gso_segs = DIV_ROUND_UP(payload, size);
	nbfuzz_fates[id].segments = true;
	nbfuzz_fates[id].loose = true;

	return skb;
}

/* What dev_queue_xmit() is given may have a twin, which stays as it is. BH disabled. */
static void nbfuzz_send(struct net_device *dev, struct sk_buff *skb, struct sk_buff *twin)
{
	struct nbfuzz_fate *fate = nbfuzz_fate_of(skb);
	u32 digest = twin ? nbfuzz_digest(twin, true) : 0;

	skb->dev = dev;
	if (dev_queue_xmit(skb))
		fate->refused = true;
	if (twin && nbfuzz_digest(twin, true) != digest)
		atomic_inc(&nbfuzz_changed);
	kfree_skb(twin);
}

/* Likewise, but it may be shared. */
static void nbfuzz_receive(struct net_device *dev, struct sk_buff *skb, bool shared)
{
	skb->protocol = eth_type_trans(skb, dev);
	if (shared)
		skb_get(skb);
	netif_receive_skb(skb);
	if (shared)
		kfree_skb(skb);
}

static struct sk_buff *nbfuzz_next(u32 id, bool send, unsigned int how)
{
	struct sk_buff *skb;

	if (send && how & NBFUZZ_SEGMENTS && nbfuzz_rarely(10))
		return nbfuzz_make_segments(id);

	skb = nbfuzz_make(id);
	if (skb && send && nbfuzz_rarely(4))
		nbfuzz_sum(skb);

	return skb;
}

/* To the card, to all, or to whom it is. */
static void nbfuzz_readdress(const struct net_device *dev, struct sk_buff *skb)
{
	switch (nbfuzz_random(3)) {
	case 0:
		ether_addr_copy(skb->data, dev->dev_addr);
		break;
	case 1:
		eth_broadcast_addr(skb->data);
		break;
	}
}

/* A burst that begins with packet @id; how many it has, or an error. */
static int nbfuzz_burst(struct net_device *dev, u32 id, bool send, unsigned int how)
{
	unsigned int n = min(1 + nbfuzz_random(NBFUZZ_BURST_MAX), nbfuzz_count - id), i;
	struct sk_buff *skb[NBFUZZ_BURST_MAX], *twin[NBFUZZ_BURST_MAX];

	for (i = 0; i < n; i++) {
		skb[i] = nbfuzz_next(id + i, send, how);
		if (!skb[i])
			goto free;
		twin[i] = send && nbfuzz_rarely(5) ? skb_clone(skb[i], GFP_KERNEL) : NULL;
		if (!send)
			nbfuzz_readdress(dev, skb[i]);
	}
	local_bh_disable();
	for (i = 0; i < n; i++)
		if (send)
			nbfuzz_send(dev, skb[i], twin[i]);
		else
			nbfuzz_receive(dev, skb[i], nbfuzz_rarely(8));
	local_bh_enable();
	cond_resched();

	return n;

free:
	while (i--) {
		kfree_skb(skb[i]);
		kfree_skb(twin[i]);
	}
	return -ENOMEM;
}

static int nbfuzz_tap(struct sk_buff *skb, bool seen)
{
	struct nbfuzz_fate *fate = nbfuzz_fate_of(skb);

	if (fate && skb->pkt_type != PACKET_OUTGOING)
		atomic_inc(seen ? &fate->seen : &fate->in);
	kfree_skb(skb);

	return 0;
}

static int nbfuzz_tap_member(struct sk_buff *skb, struct net_device *dev,
			     struct packet_type *type, struct net_device *from)
{
	return nbfuzz_tap(skb, true);
}

static int nbfuzz_tap_master(struct sk_buff *skb, struct net_device *dev,
			     struct packet_type *type, struct net_device *from)
{
	return nbfuzz_tap(skb, false);
}

static struct packet_type nbfuzz_member_tap = {
	.type = htons(ETH_P_ALL), .func = nbfuzz_tap_member,
};

static struct packet_type nbfuzz_master_tap = {
	.type = htons(ETH_P_ALL), .func = nbfuzz_tap_master,
};

/* Forget the last run; nothing of it is under way, or it counts for this one. */
static int nbfuzz_begin(unsigned int count, u32 seed)
{
	struct nbfuzz_fate *fates = vzalloc(array_size(count, sizeof(*fates)));

	if (!fates)
		return -ENOMEM;
	WRITE_ONCE(nbfuzz_count, 0);
	synchronize_net();
	vfree(nbfuzz_fates);
	nbfuzz_fates = fates;
	atomic_set(&nbfuzz_unfit, 0);
	atomic_set(&nbfuzz_spoilt, 0);
	atomic_set(&nbfuzz_changed, 0);
	prandom_seed_state(&nbfuzz_garbage->rnd, seed);
	prandom_bytes_state(&nbfuzz_garbage->rnd, nbfuzz_bytes, NBFUZZ_LEN_MAX);
	/* Who sees the new count has to see the new fates. */
	smp_wmb();
	WRITE_ONCE(nbfuzz_count, count);

	return 0;
}

static int nbfuzz_run_on(struct net_device *dev, bool send, unsigned int how)
{
	unsigned int id;
	int n;

	for (id = 0; id < nbfuzz_count; id += n) {
		n = nbfuzz_burst(dev, id, send, how);
		if (n < 0)
			return n;
		if (signal_pending(current))
			return -EINTR;
	}

	return 0;
}

/* The devices stay while they are looked at: their user does not remove them. */
static int nbfuzz_receive_on(struct net_device *dev, unsigned int how)
{
	struct net_device *master;
	int err;

	rtnl_lock();
	master = netdev_master_upper_dev_get(dev);
	rtnl_unlock();
	if (!master)
		return -ENODEV;
	nbfuzz_member_tap.dev = dev;
	nbfuzz_master_tap.dev = master;
	dev_add_pack(&nbfuzz_member_tap);
	dev_add_pack(&nbfuzz_master_tap);
	err = nbfuzz_run_on(dev, false, how);
	dev_remove_pack(&nbfuzz_master_tap);
	dev_remove_pack(&nbfuzz_member_tap);

	return err;
}

static int nbfuzz_run(const char *text, const struct kernel_param *param)
{
	char what[8], name[IFNAMSIZ];
	unsigned int count, how;
	struct net_device *dev;
	u32 seed;
	int err;

	if (!nbfuzz_garbage || sscanf(text, "%7s %15s %u %u %u", what, name, &count, &seed,
				      &how) != 5 || !count || count > NBFUZZ_COUNT_MAX ||
	    (strcmp(what, "send") && strcmp(what, "receive")))
		return -EINVAL;
	dev = dev_get_by_name(current->nsproxy->net_ns, name);
	if (!dev)
		return -ENODEV;
	err = nbfuzz_begin(count, seed);
	if (!err)
		err = !strcmp(what, "send") ? nbfuzz_run_on(dev, true, how) :
					      nbfuzz_receive_on(dev, how);
	dev_put(dev);

	return err;
}

enum nbfuzz_word {
	NBFUZZ_GIVEN, NBFUZZ_REFUSED, NBFUZZ_LOST, NBFUZZ_TWICE, NBFUZZ_UNFIT, NBFUZZ_SPOILT,
	NBFUZZ_CHANGED, NBFUZZ_SEEN, NBFUZZ_MISSED, NBFUZZ_WORDS,
};

static const char *const nbfuzz_words[NBFUZZ_WORDS] = {
	"given", "refused", "lost", "twice", "unfit", "spoilt", "changed", "seen", "missed",
};

static void nbfuzz_judge(const struct nbfuzz_fate *fate, unsigned int count[NBFUZZ_WORDS])
{
	int out = atomic_read(&fate->out), in = atomic_read(&fate->in);
	bool seen = atomic_read(&fate->seen);

	count[NBFUZZ_REFUSED] += fate->refused && !out;
	count[NBFUZZ_LOST] += !fate->refused && !out;
	count[NBFUZZ_TWICE] += (out > 1 && !fate->segments) || in > 1;
	count[NBFUZZ_SEEN] += seen;
	count[NBFUZZ_MISSED] += seen && !in;
}

static int nbfuzz_result(char *text, const struct kernel_param *param)
{
	unsigned int count[NBFUZZ_WORDS] = { }, i;
	int len = 0;

	for (i = 0; i < nbfuzz_count; i++)
		nbfuzz_judge(&nbfuzz_fates[i], count);
	count[NBFUZZ_GIVEN] = nbfuzz_count;
	count[NBFUZZ_UNFIT] = atomic_read(&nbfuzz_unfit);
	count[NBFUZZ_SPOILT] = atomic_read(&nbfuzz_spoilt);
	count[NBFUZZ_CHANGED] = atomic_read(&nbfuzz_changed);
	for (i = 0; i < NBFUZZ_WORDS; i++)
		len += sysfs_emit_at(text, len, "%s %u%c", nbfuzz_words[i], count[i],
				     i == NBFUZZ_WORDS - 1 ? '\n' : ' ');

	return len;
}

static const struct kernel_param_ops nbfuzz_run_ops = { .set = nbfuzz_run };
static const struct kernel_param_ops nbfuzz_result_ops = { .get = nbfuzz_result };
module_param_cb(run, &nbfuzz_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "To be written: send or receive, the device, how many, seed, how");
module_param_cb(result, &nbfuzz_result_ops, NULL, 0444);
MODULE_PARM_DESC(result, "To be read: what has become of them");

/* Apart, as it is two statements with older kernels' shadow header. */
static void nbfuzz_needs_no_lock(struct net_device *dev)
{
	dev->lltx = true;
	dev->needs_free_netdev = false;
}

static struct net_device *nbfuzz_alloc_card(unsigned int i)
{
	const struct nbfuzz_kind *kind = &nbfuzz_kinds[i];
	struct net_device *dev = alloc_etherdev(0);

	if (!dev)
		return NULL;
	snprintf(dev->name, IFNAMSIZ, "nbfuzz%u", i);
	eth_hw_addr_random(dev);
	dev->netdev_ops = kind->picky ? &nbfuzz_picky_ops : &nbfuzz_ops;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | (kind->queue ? 0 : IFF_NO_QUEUE);
	dev->max_mtu = ETH_MAX_MTU;
	dev->features = kind->features;
	dev->hw_features = kind->features;
	dev->vlan_features = kind->features & ~(NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX);
	if (kind->unlocked)
		nbfuzz_needs_no_lock(dev);

	return dev;
}

static void nbfuzz_destroy(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nbfuzz_cards) && nbfuzz_cards[i]; i++) {
		if (nbfuzz_cards[i]->reg_state == NETREG_REGISTERED)
			unregister_netdev(nbfuzz_cards[i]);
		free_netdev(nbfuzz_cards[i]);
	}
	for (i = 0; nbfuzz_garbage && i < NICBOND_FRAME_CASES; i++)
		kfree(nbfuzz_garbage->frame[i]);
	kfree(nbfuzz_garbage);
	vfree(nbfuzz_bytes);
	vfree(nbfuzz_fates);
}

static int __init nbfuzz_init(void)
{
	unsigned int i;
	int err = -ENOMEM;

	nbfuzz_bytes = vmalloc(NBFUZZ_LEN_MAX);
	if (!nbfuzz_bytes)
		return err;
	nbfuzz_garbage = nicbond_frame_garbage(NULL);
	for (i = 0; i < ARRAY_SIZE(nbfuzz_cards); i++) {
		nbfuzz_cards[i] = nbfuzz_alloc_card(i);
		if (!nbfuzz_cards[i])
			goto destroy;
		err = register_netdev(nbfuzz_cards[i]);
		if (err)
			goto destroy;
	}

	return 0;

destroy:
	nbfuzz_destroy();
	return err;
}

static void __exit nbfuzz_exit(void)
{
	nbfuzz_destroy();
}

module_init(nbfuzz_init);
module_exit(nbfuzz_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Random packets, and cards that swallow them, for the tests of nicbond");
