// SPDX-License-Identifier: GPL-2.0
/*
 * The frame fuzzer: what of the firmware looks into frames, with frames of any kind, in all
 * layouts. What must hold, but that no byte is read that is not the frame's:
 *
 * - fields, hash, and what is made of answers to probes, are the same however the frame is
 *   split, and each time;
 * - where hash_fields selects nothing that the frame has, it is the destination's hash, which
 *   the default set's other code finds, too;
 * - a change of one byte that leaves all selected fields alone leaves the hash alone;
 * - changed bytes of a well-formed frame change the fields that these are in, and no others;
 * - a fragment has no ports, and nothing inside;
 * - the table's choice is a member that is up;
 * - where the topology is not static, what others may not send goes to the primary, and a new
 *   source address is all that is changed, in a copy if another has the frame.
 */
#include "fuzz.h"
#include "frames.h"

#include "frame.h"
#include "../fw/adaptor.h"
#include "../fw/plan.h"
#include "../fw/source.h"

#define FUZZ_FIELDS	(BIT(NICBOND_HASH_FIELD_MAX) - 1)
#define FUZZ_PORTS	BIT(NICBOND_HASH_FIELD_L4_PORTS)
#define FUZZ_INNER	(BIT(NICBOND_HASH_FIELD_INNER_DST) | \
			 BIT(NICBOND_HASH_FIELD_INNER_SRC) | \
			 BIT(NICBOND_HASH_FIELD_INNER_PORTS))
#define FUZZ_MEMBERS	8
#define FUZZ_BUCKETS	64
#define FUZZ_MISSES	3
#define FUZZ_FRAME_MAX	(65535 + ETH_HLEN)

/* As the frames of tests/frame.c, so that they meet. */
static const u8 fuzz_address[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };
static const u8 fuzz_own_address[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
static const u8 fuzz_target[] = { 10, 1, 2, 3 };
static const u8 fuzz_target_ipv6[] = { 0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6 };

static struct nicbond_frame *fuzz_frames[NICBOND_FRAME_CASES];
static struct nicbond_hash fuzz_hashes[256];
static struct nicbond_table *fuzz_tables[FUZZ_MEMBERS + 1][256];
static struct nicbond_counters fuzz_counters;
static struct nicbond_software fuzz_software = { .counters = &fuzz_counters };
static struct Qdisc fuzz_qdisc;
static struct netdev_queue fuzz_queue = { .qdisc = &fuzz_qdisc };
static struct net_device fuzz_port = {
	.state = BIT(__LINK_STATE_START), .num_tx_queues = 1, .tx = &fuzz_queue,
};

static struct nicbond_channel fuzz_channel = { .port = &fuzz_port, .queue = &fuzz_queue };
static unsigned int fuzz_told;

/* In place of channel.c's: @sw would tell other adaptors. */
void nicbond_channel_tell(struct nicbond_software *sw, struct nicbond_message *message)
{
	fuzz_told++;
}

static void fuzz_set_key(unsigned int key)
{
	unsigned int i;

	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		nicbond_hash_set_key(&fuzz_hashes[key], i, key * 0x9e3779b1U + i);
}

static void fuzz_set_target(unsigned int i, const u8 *address, size_t size, u32 kind)
{
	memcpy(&fuzz_software.reach.address[i * NICBOND_TARGET_WORDS], address, size);
	fuzz_software.reach.kind[i] = NICBOND_PROBE_KIND_PRESENT | kind;
}

static void fuzz_init(void)
{
	struct nicbond_software *sw = &fuzz_software;
	unsigned int i;

	for (i = 0; i < NICBOND_FRAME_CASES; i++)
		fuzz_frames[i] = nicbond_frame_build(NULL, nicbond_frame_cases[i].headers);
	for (i = 0; i < ARRAY_SIZE(fuzz_hashes); i++)
		fuzz_set_key(i);
	memcpy(sw->address, fuzz_address, ETH_ALEN);
	memcpy(sw->own_address, fuzz_own_address, ETH_ALEN);
	fuzz_set_target(0, fuzz_target, sizeof(fuzz_target), 0);
	fuzz_set_target(1, fuzz_target, sizeof(fuzz_target), 0x123);
	fuzz_set_target(2, fuzz_target_ipv6, sizeof(fuzz_target_ipv6), NICBOND_PROBE_KIND_IPV6);
	sw->reach.interval = 100;
	sw->reach.misses = FUZZ_MISSES;
	sw->adaptor.port = &fuzz_port;
	sw->channel[0] = &fuzz_channel;
}

/* A frame, and how it is to be laid out. */
struct fuzz_frame {
	const struct fuzz_control *control;
	const u8 *data;
	unsigned int len;
};

static struct page *fuzz_page(const void *data, unsigned int len)
{
	void *page = malloc(len);

	BUG_ON(!page);

	return memcpy(page, data, len);
}

/* The linear part, alone. */
static struct sk_buff *fuzz_head(const struct fuzz_frame *frame, unsigned int len)
{
	const struct fuzz_control *control = frame->control;
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);

	skb_put_data(skb, frame->data, len);
	skb_reset_mac_header(skb);
	skb->dev = &fuzz_port;
	if (frame->len >= ETH_HLEN)
		skb->protocol = get_unaligned((const __be16 *)(frame->data + 2 * ETH_ALEN));
	if (control->flags & FUZZ_TAG)
		__vlan_hwaccel_put_tag(skb, htons(control->flags & FUZZ_SERVICE ?
						  ETH_P_8021AD : ETH_P_8021Q), control->tci);
	if (control->flags & FUZZ_GSO) {
		skb->info.gso_type = SKB_GSO_TCPV4;
		skb->info.gso_size = 1000;
		skb->ip_summed = CHECKSUM_PARTIAL;
	}

	return skb;
}

/* @linear bytes in the head, then fragments of @piece bytes, then a list of such. */
static struct sk_buff *fuzz_skb(const struct fuzz_frame *frame, unsigned int linear,
				unsigned int piece)
{
	struct sk_buff *skb = fuzz_head(frame, linear), **end = &skb->info.frag_list;
	unsigned int at, len, i = 0;

	for (at = linear; at < frame->len; at += len) {
		len = min(piece, frame->len - at);
		if (i < MAX_SKB_FRAGS) {
			skb_add_rx_frag(skb, i++, fuzz_page(frame->data + at, len), 0, len, len);
			continue;
		}
		*end = alloc_skb(len, GFP_KERNEL);
		skb_put_data(*end, frame->data + at, len);
		end = &(*end)->next;
		skb->len += len;
		skb->data_len += len;
	}

	return skb;
}

#define FUZZ_LAYOUTS	4

/*
 * One of the layouts, of which the first is linear; in the others no less than @least bytes
 * are.
 */
static struct sk_buff *fuzz_layout(const struct fuzz_frame *frame, unsigned int layout,
				   unsigned int least)
{
	unsigned int split = frame->control->split % (frame->len + 1);
	unsigned int piece = max(frame->control->piece + 1U, frame->len / 40);

	split = max(split, min(least, frame->len));
	switch (layout) {
	case 0:
		return fuzz_skb(frame, frame->len, 1);
	case 1:
		return fuzz_skb(frame, split, frame->len);
	case 2:
		return fuzz_skb(frame, split, piece);
	default:
		return fuzz_skb(frame, min(least, frame->len), piece);
	}
}

/* Of those in @fields, the ones that differ, a bit each. */
static u32 fuzz_differ(const struct nicbond_flow *a, const struct nicbond_flow *b, u32 fields)
{
	u32 differ = (a->found ^ b->found) | (a->wide ^ b->wide), both = a->found & b->found;
	unsigned int f;

	for (f = 0; f < NICBOND_HASH_FIELD_MAX; f++)
		if (both & BIT(f) && (a->low[f] != b->low[f] ||
				      (a->wide & b->wide & BIT(f) && a->high[f] != b->high[f])))
			differ |= BIT(f);

	return differ & fields;
}

/* The length of the IPv6 extension header at @data, of type @next; 0: it is none. */
static unsigned int fuzz_extension(u8 next, const u8 *data)
{
	switch (next) {
	case 0:
	case 43:
	case 60:
		return (data[1] + 1) * 8;
	case 51:
		return (data[1] + 2) * 4;
	}

	return 0;
}

static bool fuzz_is_fragment_ipv6(const u8 *data, unsigned int len)
{
	unsigned int at = 40, size, i;
	u8 next = data[6];

	for (i = 0; i < 8 && at + 8 <= len && next != 44; i++) {
		size = fuzz_extension(next, data + at);
		if (!size)
			return false;
		next = data[at];
		at += size;
	}

	return next == 44 && at + 8 <= len && get_unaligned_be16(data + at + 2) & 0xfff9;
}

/* Does the IP header behind Ethernet header and tags say so? Not by flow.c. */
static bool fuzz_is_fragment(const u8 *data, unsigned int len)
{
	unsigned int at = 2 * ETH_ALEN, i;
	u16 type = 0;

	for (i = 0; at + 2 <= len && i < 9; i++, at += 4) {
		type = get_unaligned_be16(data + at);
		if (type != ETH_P_8021Q && type != ETH_P_8021AD)
			break;
	}
	at += 2;
	if (type == ETH_P_IP)
		return at + 20 <= len && get_unaligned_be16(data + at + 6) & 0x3fff;

	return type == ETH_P_IPV6 && at + 40 <= len &&
	       fuzz_is_fragment_ipv6(data + at, len - at);
}

static u32 fuzz_hash_of(const struct fuzz_control *control, const struct sk_buff *skb,
			u32 fields)
{
	struct nicbond_hash *hash = &fuzz_hashes[control->key];

	nicbond_hash_set_fields(hash, fields);

	return nicbond_hash_frame(hash, skb);
}

static u32 fuzz_fields(const struct fuzz_control *control)
{
	return control->fields & FUZZ_FIELDS;
}

/* The table's choice for @hash, which has settled. */
static void fuzz_check_table(const struct fuzz_control *control, u32 hash)
{
	unsigned int members = control->members % FUZZ_MEMBERS + 1, slot, i;
	u8 up = control->up & (BIT(members) - 1);
	struct nicbond_table **table = &fuzz_tables[members][up];
	u32 peer[NICBOND_SLOTS] = { };
	struct nicbond_plan *plan;

	if (!up)
		return;
	if (!*table) {
		for (i = 0; i < members; i++)
			peer[i] = NICBOND_PEER_PRESENT | (up & BIT(i) ? NICBOND_PEER_UP : 0) |
				  FIELD_PREP(NICBOND_PEER_WEIGHT, i % 3 + 1);
		*table = nicbond_table_create(FUZZ_BUCKETS, members - 1);
		plan = nicbond_plan_begin(*table, peer);
		nicbond_table_adopt(*table, plan, peer, 0, true);
		nicbond_plan_end(plan);
	}

	i = nicbond_table_index(*table, hash);
	fuzz_expect(i < FUZZ_BUCKETS, "the bucket is none of the table");
	slot = nicbond_table_slot(*table, i);
	fuzz_expect(slot < members && up & BIT(slot), "the table chose who is not up");
}

/* All layouts have the same fields and hash, which are in @flow and returned. */
static u32 fuzz_check_layouts(const struct fuzz_frame *frame, struct nicbond_flow *flow)
{
	u32 fields = fuzz_fields(frame->control), hash = 0, other;
	struct nicbond_flow again;
	struct sk_buff *skb;
	unsigned int i;

	/* What is not found must not matter. */
	memset(flow, 0x77, sizeof(*flow));
	for (i = 0; i < FUZZ_LAYOUTS; i++) {
		skb = fuzz_layout(frame, i, 0);
		memset(&again, 0x88, sizeof(again));
		nicbond_flow_parse(i ? &again : flow, skb);
		other = fuzz_hash_of(frame->control, skb, fields);
		fuzz_expect(other == fuzz_hash_of(frame->control, skb, fields),
			    "another hash the second time");
		kfree_skb(skb);
		if (!i)
			hash = other;
		fuzz_expect(!i || !fuzz_differ(flow, &again, FUZZ_FIELDS),
			    "the fields depend on the layout");
		fuzz_expect(other == hash, "the hash depends on the layout");
	}
	fuzz_expect(!(flow->found & ~FUZZ_FIELDS) && !(flow->wide & ~flow->found),
		    "fields that there are not");

	return hash;
}

/* By the default set, and by one that the frame has nothing of: the destination's. */
static void fuzz_check_default(const struct fuzz_frame *frame, const struct nicbond_flow *flow)
{
	u32 none = FUZZ_FIELDS & ~flow->found, hash;
	struct sk_buff *skb;

	if (!(flow->found & (BIT(NICBOND_HASH_FIELD_DST_IP) | BIT(NICBOND_HASH_FIELD_FC_D_ID))) ||
	    !(none & ~NICBOND_HASH_FIELDS_DEFAULT))
		return;
	skb = fuzz_layout(frame, 2, 0);
	hash = fuzz_hash_of(frame->control, skb, NICBOND_HASH_FIELDS_DEFAULT);
	fuzz_expect(hash == fuzz_hash_of(frame->control, skb, none),
		    "two ways to hash the destination");
	fuzz_expect(hash == fuzz_hash_of(frame->control, skb, 0), "no fields are not the default");
	kfree_skb(skb);
}

/* A changed byte outside the selected fields, by the fields alone. */
static void fuzz_check_change(const struct fuzz_frame *frame, const struct nicbond_flow *flow,
			      u32 hash)
{
	u32 fields = fuzz_fields(frame->control);
	struct nicbond_flow changed;
	struct sk_buff *skb;

	/* The default set takes an IP header at its word; then it is not the parser's fields. */
	if (!frame->len || !(fields & ~NICBOND_HASH_FIELDS_DEFAULT))
		return;
	skb = fuzz_skb(frame, frame->len, 1);
	skb->data[frame->control->at % frame->len] ^= frame->control->xor;
	nicbond_flow_parse(&changed, skb);
	/* What has none of them is hashed by its destination. */
	if (!(flow->found & fields))
		fields = BIT(NICBOND_HASH_FIELD_DST_IP) | BIT(NICBOND_HASH_FIELD_FC_D_ID) |
			 BIT(NICBOND_HASH_FIELD_DST_MAC);
	if (!fuzz_differ(flow, &changed, fields | fuzz_fields(frame->control)))
		fuzz_expect(fuzz_hash_of(frame->control, skb, fuzz_fields(frame->control)) == hash,
			    "the hash changed with what it does not hash");
	kfree_skb(skb);
}

static void fuzz_check_hash(const struct fuzz_frame *frame)
{
	struct nicbond_flow flow;
	u32 hash;

	hash = fuzz_check_layouts(frame, &flow);
	if (fuzz_is_fragment(frame->data, frame->len))
		fuzz_expect(!(flow.found & (FUZZ_PORTS | FUZZ_INNER)), "a fragment has ports");
	fuzz_check_table(frame->control, hash);
	fuzz_check_default(frame, &flow);
	fuzz_check_change(frame, &flow, hash);
}

/* What a frame that came in made of an adaptor that probes. */
struct fuzz_reached {
	u8 unanswered[NICBOND_TARGETS];
	u32 lost;
	unsigned int told;
	bool answer;
};

static struct fuzz_reached fuzz_arrive(struct sk_buff *skb)
{
	struct nicbond_software *sw = &fuzz_software;
	struct fuzz_reached reached = { };

	memset(sw->reach.unanswered, FUZZ_MISSES, sizeof(sw->reach.unanswered));
	sw->reach.lost = 0x7;
	fuzz_told = 0;
	skb_pull(skb, ETH_HLEN);
	reached.answer = nicbond_reach_arrived(&sw->adaptor, skb);
	memcpy(reached.unanswered, sw->reach.unanswered, sizeof(reached.unanswered));
	reached.lost = sw->reach.lost;
	reached.told = fuzz_told;

	return reached;
}

static void fuzz_check_arrived(struct sk_buff *const *skb)
{
	struct nicbond_software *sw = &fuzz_software;
	struct fuzz_reached first, other;
	unsigned int i;

	first = fuzz_arrive(skb[0]);
	for (i = 1; i < FUZZ_LAYOUTS; i++) {
		other = fuzz_arrive(skb[i]);
		fuzz_expect(!memcmp(first.unanswered, other.unanswered, NICBOND_TARGETS) &&
			    first.lost == other.lost && first.told == other.told &&
			    first.answer == other.answer,
			    "an answer depends on the layout");
	}
	/* Three there are. */
	for (i = 3; i < NICBOND_TARGETS; i++)
		fuzz_expect(sw->reach.validate == NICBOND_PROBE_VALIDATE_TRAFFIC ||
			    first.unanswered[i] == FUZZ_MISSES,
			    "a target that there is not has answered");
}

/* Nobody but the primary sends what is for a group, or not from the master. */
static void fuzz_check_keep(const struct fuzz_frame *frame, const struct sk_buff *skb)
{
	const struct ethhdr *header = (const void *)frame->data;
	bool stays = header->h_dest[0] & 1 || header->h_proto == htons(ETH_P_ARP) ||
		     memcmp(header->h_source, fuzz_address, ETH_ALEN);
	const struct nicbond_channel *channel = nicbond_source_keep(&fuzz_software, skb);

	fuzz_expect(channel || !stays, "what only the primary may send goes elsewhere");
	fuzz_expect(!channel || stays || eth_type_vlan(header->h_proto),
		    "what all may send goes to the primary");
}

static void fuzz_check_readdress(const struct fuzz_frame *frame, struct sk_buff *skb)
{
	bool own = !memcmp(frame->data + ETH_ALEN, fuzz_address, ETH_ALEN);
	bool cloned = frame->control->flags & FUZZ_CLONED;
	const struct nicbond_software *sw = &fuzz_software;
	u8 *before = skb->data;

	skb->cloned = cloned;
	fuzz_expect(!nicbond_frame_readdress(skb, sw->address, sw->own_address),
		    "there is memory");
	fuzz_expect((skb->data != before) == (own && cloned), "a copy where none is to be");
	fuzz_expect(!memcmp(skb->data + ETH_ALEN, own ? fuzz_own_address :
			    frame->data + ETH_ALEN, ETH_ALEN), "not the source that is to be");
	memcpy(skb->data + ETH_ALEN, frame->data + ETH_ALEN, ETH_ALEN);
	fuzz_expect(!memcmp(skb->data, frame->data, skb_headlen(skb)), "more than the source");
	if (skb->data != before) {
		fuzz_expect(!memcmp(before, frame->data, skb_headlen(skb)),
			    "what others have, too, was changed");
		free(before);
		skb_reset_mac_header(skb);
	}
}

/* The stack has the Ethernet header in the linear part of what goes out, and comes in. */
static void fuzz_check_stack(const struct fuzz_frame *frame)
{
	struct sk_buff *skb[FUZZ_LAYOUTS];
	unsigned int i;

	for (i = 0; i < FUZZ_LAYOUTS; i++) {
		skb[i] = fuzz_layout(frame, i, ETH_HLEN);
		fuzz_check_keep(frame, skb[i]);
		fuzz_check_readdress(frame, skb[i]);
	}
	fuzz_check_arrived(skb);
	for (i = 0; i < FUZZ_LAYOUTS; i++)
		kfree_skb(skb[i]);
}

/* Changed bytes, as @changes says bit by bit, but those that others are known by. */
static u32 fuzz_flip(u8 *data, const struct nicbond_frame *frame, const u8 *changes, size_t size)
{
	u32 expected = 0;
	unsigned int i;

	memcpy(data, frame->data, frame->len);
	for (i = 0; i < frame->len && i / 8 < size; i++) {
		if (!(changes[i / 8] >> i % 8 & 1) || frame->map[i] == NICBOND_FRAME_SHAPE)
			continue;
		data[i] ^= 1;
		if (frame->map[i] >= 0)
			expected |= BIT(frame->map[i]);
	}

	return expected;
}

/* A frame of tests/frame.c, with changed bytes, which its map knows. */
static unsigned int fuzz_build(struct fuzz_control *control, u8 *data, const u8 *changes,
			       size_t size)
{
	const struct nicbond_frame *frame = fuzz_frames[control->frame % NICBOND_FRAME_CASES];
	struct fuzz_frame whole = { control, frame->data, frame->len };
	struct nicbond_flow before, after;
	struct sk_buff *skb;
	u32 expected;

	/* Its map knows of no tag beside it. */
	control->flags &= ~FUZZ_TAG;
	skb = fuzz_layout(&whole, 1, 0);
	nicbond_flow_parse(&before, skb);
	kfree_skb(skb);
	fuzz_expect(before.found == frame->found, "not the fields that the map has");

	expected = fuzz_flip(data, frame, changes, size);
	whole.data = data;
	skb = fuzz_layout(&whole, 2, 0);
	nicbond_flow_parse(&after, skb);
	fuzz_expect(fuzz_differ(&before, &after, FUZZ_FIELDS) == expected,
		    "other fields changed than the map says");
	kfree_skb(skb);

	return frame->len;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static u8 bytes[FUZZ_FRAME_MAX];
	struct fuzz_control control;
	struct fuzz_frame frame = { &control, bytes };

	if (size < sizeof(control))
		return -1;
	if (!fuzz_frames[0])
		fuzz_init();
	memcpy(&control, data, sizeof(control));
	data += sizeof(control);
	size -= sizeof(control);

	if (control.flags & FUZZ_BUILT) {
		frame.len = fuzz_build(&control, bytes, data, size);
	} else {
		frame.len = min(size, FUZZ_FRAME_MAX);
		memcpy(bytes, data, frame.len);
	}
	if (control.flags & FUZZ_LONG) {
		size = min(control.extra, FUZZ_FRAME_MAX - frame.len);
		memset(bytes + frame.len, control.xor, size);
		frame.len += size;
	}

	fuzz_software.role = control.flags & FUZZ_PRIMARY ? NICBOND_ROLE_PRIMARY :
							   NICBOND_ROLE_SECONDARY;
	fuzz_software.reach.validate = control.flags & FUZZ_GSO ? NICBOND_PROBE_VALIDATE_TRAFFIC :
								  NICBOND_PROBE_VALIDATE_ANSWER;
	fuzz_software.topology = control.flags & FUZZ_INDEPENDENT ?
				 NICBOND_TOPOLOGY_INDEPENDENT : NICBOND_TOPOLOGY_STATIC;
	fuzz_check_hash(&frame);
	if (frame.len >= ETH_HLEN)
		fuzz_check_stack(&frame);

	return 0;
}
