// SPDX-License-Identifier: GPL-2.0
/*
 * Frames for tests, put together from headers, with a map of what each byte is.
 * The map is made here from the formats alone, by other means than the parser's:
 * each header has its own, and the few rules of how headers change what others
 * mean are nicbond_frame_field()'s.
 */
#include "frame.h"

#include <linux/unaligned.h>
#include <uapi/linux/nicbond.h>

/* Which of its numbers the next header is known by. */
enum nicbond_frame_next {
	NICBOND_FRAME_LAST,	/* it is not told, or nothing follows */
	NICBOND_FRAME_TYPE,	/* Ethernet type */
	NICBOND_FRAME_PROTO,	/* IP protocol */
	NICBOND_FRAME_PORT,	/* UDP port */
	NICBOND_FRAME_PPP,	/* PPP protocol */
};

#define NICBOND_FRAME_TUNNEL	0x1	/* what follows is inside of it */
#define NICBOND_FRAME_DARK	0x2	/* what follows must not be looked at */

/**
 * struct nicbond_frame_header - a header
 * @letter: Its name.
 * @len: Its length.
 * @bytes: Its bytes.
 * @map: A letter for each byte: D, S: MACs; d, s: IP addresses; p: ports; P: SPI
 *	of AH; f: flow label; v: VID; x, y, z: D_ID, S_ID, OX_ID; ?: its shape;
 *	.: nothing.
 * @next: How it names the next header.
 * @next_at: Where.
 * @type: Its Ethernet type.
 * @proto: Its IP protocol.
 * @port: Its UDP port.
 * @ppp: Its PPP protocol.
 * @flags: What it does to those that follow.
 */
struct nicbond_frame_header {
	char letter;
	u8 len;
	const char *bytes;
	const char *map;
	enum nicbond_frame_next next;
	u8 next_at;
	u16 type;
	u8 proto;
	u16 port;
	u16 ppp;
	u8 flags;
};

#define HEADER(name, text, what, ...) {					\
	.letter = name, .len = sizeof(text) - 1, .bytes = text, .map = what, \
	__VA_ARGS__ }
#define NEXT(how, at)	.next = NICBOND_FRAME_##how, .next_at = at
#define DARK		.flags = NICBOND_FRAME_DARK
#define TUNNEL		.flags = NICBOND_FRAME_TUNNEL

#define IPV4_ENDS	"\xc0\x00\x02\x01\x0a\x01\x02\x03"
#define IPV4(first, fragment, tail) first "\x00\x00\x40\x00\x01" fragment \
			"\x40\xfd\x00\x00" IPV4_ENDS tail
#define IPV4_MAP	"?.....??.?..ssssdddd"
#define IPV4_IDS	.type = 0x0800, .proto = 4, .ppp = 0x0021, NEXT(PROTO, 9)
#define IPV6_MAP	"?fff..?.ssssssssssssssssdddddddddddddddd"
#define EIGHT		"\x01\x02\x03\x04\x05\x06\x07\x08"
#define GRE_IDS		.proto = 47, NEXT(TYPE, 2)
#define VXLAN(flags)	flags "\x00\x00\x00\x00\x00\x2a\x00"
#define GENEVE(first)	first "\x00\x65\x58\x00\x00\x2a\x00"

static const struct nicbond_frame_header nicbond_frame_headers[] = {
	HEADER('E', "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x88\xb5",
	       "DDDDDDSSSSSS??", .type = 0x6558, NEXT(TYPE, 12)),
	HEADER('v', "\x61\x23\x88\xb5", "vv??", .type = 0x8100, NEXT(TYPE, 2)),
	HEADER('q', "\x04\x56\x88\xb5", "vv??", .type = 0x88a8, NEXT(TYPE, 2)),
	/* a priority tag */
	HEADER('0', "\xe0\x00\x88\xb5", "????", .type = 0x8100, NEXT(TYPE, 2)),
	HEADER('P', "\x11\x00\x12\x34\x00\x40\xc0\x21", "??....??",
	       .type = 0x8864, NEXT(PPP, 6)),
	/* PPPoE with the code of another packet */
	HEADER('p', "\x11\xa7\x12\x34\x00\x40\xc0\x21", "??....??",
	       .type = 0x8864, NEXT(PPP, 6), DARK),
	/* labels: one that others follow, the last, the last of a multicast */
	HEADER('M', "\x00\x01\x00\x40", "..?.", .type = 0x8847),
	HEADER('B', "\x00\x02\x01\x40", "..?.", .type = 0x8847),
	HEADER('b', "\x00\x02\x01\x40", "..?.", .type = 0x8848),
	/* a pseudowire's control word */
	HEADER('W', "\x00\x00\x00\x01", "....", DARK),
	HEADER('H', EIGHT EIGHT EIGHT "\x01\x02\x03\x04",
	       "............................", .type = 0x0806),
	HEADER('K', "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x2e"
	       "\x06\x01\x02\x03\x00\x0a\x0b\x0c\x08\x29\x00\x00\x01\x00\x00\x00"
	       "\x12\x34\xff\xff\x00\x00\x00\x00",
	       "..............." "xxx" "." "yyy" "........" "zz" "......",
	       .type = 0x8906),
	HEADER('4', IPV4("\x45", "\x40\x00", ""), IPV4_MAP, IPV4_IDS),
	/* with options */
	HEADER('o', IPV4("\x47", "\x00\x00", EIGHT), IPV4_MAP "........",
	       IPV4_IDS),
	/* the first fragment, a middle one, the last */
	HEADER('f', IPV4("\x45", "\x20\x00", ""), IPV4_MAP, IPV4_IDS, DARK),
	HEADER('m', IPV4("\x45", "\x20\x10", ""), IPV4_MAP, IPV4_IDS, DARK),
	HEADER('l', IPV4("\x45", "\x00\x20", ""), IPV4_MAP, IPV4_IDS, DARK),
	HEADER('6', "\x60\x01\x23\x45\x00\x40\xfd\x40"
	       "\xfe\x80\x00\x00\x00\x00\x00\x00" "\x00\x00\x00\x00\x00\x00\x00\x09"
	       "\x20\x01\x0d\xb8\x00\x01\x00\x02" "\x00\x03\x00\x04\x00\x05\x00\x06",
	       IPV6_MAP, .type = 0x86dd, .proto = 41, .ppp = 0x0057,
	       NEXT(PROTO, 6)),
	/* hop-by-hop and destination options, routing */
	HEADER('h', "\xfd\x00\x05\x02\x00\x00\x01\x00", "??......", .proto = 0,
	       NEXT(PROTO, 0)),
	HEADER('d', "\xfd\x00\x01\x04\x00\x00\x00\x00", "??......", .proto = 60,
	       NEXT(PROTO, 0)),
	HEADER('r', "\xfd\x02\x04\x00\x00\x00\x00\x00" EIGHT EIGHT,
	       "??......................", .proto = 43, NEXT(PROTO, 0)),
	/* the first fragment, the last, an atomic one */
	HEADER('F', "\xfd\x00\x00\x01\x00\x00\x00\x07", "?.??....", .proto = 44,
	       NEXT(PROTO, 0), DARK),
	HEADER('L', "\xfd\x00\x01\x00\x00\x00\x00\x07", "?.??....", .proto = 44,
	       NEXT(PROTO, 0), DARK),
	HEADER('a', "\xfd\x00\x00\x00\x00\x00\x00\x07", "?.??....", .proto = 44,
	       NEXT(PROTO, 0)),
	HEADER('A', "\xfd\x04\x00\x00\xaa\xbb\xcc\xdd\x00\x00\x00\x01" EIGHT
	       "\x01\x02\x03\x04", "??..PPPP................", .proto = 51,
	       NEXT(PROTO, 0)),
	/* mobility: no such extension header is walked */
	HEADER('w', "\x06\x00\x00\x00\x00\x00\x00\x00", "........", .proto = 135,
	       NEXT(PROTO, 0), DARK),
	HEADER('n', EIGHT, "........", .proto = 59, DARK),
	HEADER('T', "\x04\xd2\x01\xbb" EIGHT EIGHT, "pppp................",
	       .proto = 6),
	HEADER('U', "\x04\xd2\x01\xbb\x00\x40\x00\x00", "pppp....", .proto = 17,
	       NEXT(PORT, 2)),
	HEADER('S', "\x04\xd2\x01\xbb" EIGHT, "pppp........", .proto = 132),
	HEADER('C', "\x04\xd2\x01\xbb" EIGHT, "pppp........", .proto = 33),
	HEADER('u', "\x04\xd2\x01\xbb\x00\x08\x00\x00", "pppp....", .proto = 136),
	HEADER('e', "\xaa\xbb\xcc\xdd" EIGHT, "pppp........", .proto = 50),
	HEADER('I', "\x08\x00\x00\x00\x12\x34\x00\x01", "........", .proto = 1),
	/* GRE: short, with all that is optional, and PPTP's version of it */
	HEADER('G', "\x00\x00\x88\xb5", "????", GRE_IDS, TUNNEL),
	HEADER('g', "\xb0\x00\x88\xb5\xab\xcd\x00\x00" EIGHT, "????............",
	       GRE_IDS, TUNNEL),
	HEADER('R', "\x20\x01\x88\xb5\x00\x00\x00\x07", "????....", GRE_IDS, DARK),
	/* VXLAN: today's port, Linux's own, without the flag that it needs */
	HEADER('X', VXLAN("\x08"), "........", .port = 4789, TUNNEL),
	HEADER('x', VXLAN("\x08"), "........", .port = 8472, TUNNEL),
	HEADER('Z', VXLAN("\xf7"), "........", .port = 4789, DARK),
	/* Geneve: without options, with, of another version */
	HEADER('N', GENEVE("\x00"), "?.??....", .port = 6081, NEXT(TYPE, 2),
	       TUNNEL),
	HEADER('O', GENEVE("\x02") EIGHT, "?.??............", .port = 6081,
	       NEXT(TYPE, 2), TUNNEL),
	HEADER('Y', GENEVE("\x40"), "?.??....", .port = 6081, NEXT(TYPE, 2),
	       DARK),
};

const struct nicbond_frame_case nicbond_frame_cases[NICBOND_FRAME_CASES] = {
	{ "ARP", "EH" },
	{ "ARP, VLAN", "EvH" },
	{ "unknown type", "E" },
	{ "FCoE", "EK" },
	{ "FCoE, VLAN", "EvK" },
	{ "IPv4", "E4I" },
	{ "IPv4, TCP", "E4T" },
	{ "IPv4, UDP", "E4U" },
	{ "IPv4, UDP-Lite", "E4u" },
	{ "IPv4, SCTP", "E4S" },
	{ "IPv4, DCCP", "E4C" },
	{ "IPv4, ESP", "E4e" },
	{ "IPv4, AH, TCP", "E4AT" },
	{ "IPv4, AH, ICMP", "E4AI" },
	{ "IPv4, AH, IPv4", "E4A4T" },
	{ "IPv4 with options", "EoT" },
	{ "IPv4, first fragment", "EfT" },
	{ "IPv4, middle fragment", "EmT" },
	{ "IPv4, last fragment", "ElT" },
	{ "IPv4, fragment of AH", "EfAT" },
	{ "VLAN", "Ev4T" },
	{ "QinQ", "Eqv4T" },
	{ "three tags", "Eqvv4T" },
	{ "priority tag", "E04T" },
	{ "priority tag outside", "E0v4T" },
	{ "priority tag inside", "Eq04T" },
	{ "eight tags", "Eqqqqvvvv6U" },
	{ "IPv6", "E6I" },
	{ "IPv6, TCP", "E6T" },
	{ "IPv6, ESP", "E6e" },
	{ "IPv6, hop-by-hop", "E6hT" },
	{ "IPv6, routing", "E6rU" },
	{ "IPv6, destination options", "E6dS" },
	{ "IPv6, AH, TCP", "E6AT" },
	{ "IPv6, AH, ICMP", "E6AI" },
	{ "IPv6, all extensions", "E6hdraAdT" },
	{ "IPv6, eight extensions", "E6hdrdrdrdT" },
	{ "IPv6, mobility", "E6wT" },
	{ "IPv6, no next header", "E6nT" },
	{ "IPv6, first fragment", "E6FT" },
	{ "IPv6, later fragment", "E6LT" },
	{ "IPv6, atomic fragment", "E6aT" },
	{ "IPv6, fragment, extensions", "E6hrFdT" },
	{ "MPLS", "EB4T" },
	{ "MPLS, 3 labels, IPv6", "EvMMB6T" },
	{ "MPLS, 16 labels", "EMMMMMMMMMMMMMMMB4T" },
	{ "MPLS, multicast", "Eb4U" },
	{ "MPLS, pseudowire", "EMBWE4T" },
	{ "PPPoE, IPv4", "EP4T" },
	{ "PPPoE, IPv6", "EvP6T" },
	{ "PPPoE, not data", "Ep4T" },
	{ "VXLAN, IPv4", "E4UXE4T" },
	{ "VXLAN, IPv6 in IPv6", "Ev6UXE6U" },
	{ "VXLAN, old port", "E4UxE4T" },
	{ "VXLAN, ARP", "E4UXEH" },
	{ "VXLAN, FCoE", "E4UXEvK" },
	{ "VXLAN, tags", "EoUXEqv4T" },
	{ "VXLAN, MPLS", "E4UXEMB4T" },
	{ "VXLAN, no I flag", "E4UZE4T" },
	{ "VXLAN, inner fragment", "E4UXEfT" },
	{ "VXLAN, inner extensions", "E6hUXE6hdraAdT" },
	{ "VXLAN in first fragment", "EfUXE4T" },
	{ "VXLAN in later fragment", "EmUXE4T" },
	{ "VXLAN in IPv6 fragment", "E6FUXE4T" },
	{ "Geneve, Ethernet", "E4UNE4T" },
	{ "Geneve with options", "E6UOE6T" },
	{ "Geneve, IPv4", "E4UN4T" },
	{ "Geneve with options, IPv6", "E4UO6T" },
	{ "Geneve, other version", "E4UYE4T" },
	{ "GRE, IPv4", "E4G4T" },
	{ "GRE, IPv6", "E6gE6T" },
	{ "GRE with options, IPv4", "E4g4U" },
	{ "GRE, Ethernet", "E4GE4T" },
	{ "GRE, Ethernet, ARP", "E4gEvH" },
	{ "GRE, MPLS", "E4GMB4T" },
	{ "GRE, MPLS multicast", "E4gb6T" },
	{ "GRE, version 1", "E4R4T" },
	{ "IPIP", "E44T" },
	{ "IPv6 in IPv4", "E46T" },
	{ "IPv6 in IPv6", "E6d6T" },
	{ "IPv4 in IPv6", "E64I" },
	{ "IPIP, inner fragment", "E4mT" },
	{ "IPIP in a fragment", "El4T" },
	{ "two tunnels", "E4UXE44T" },
	{ "three tunnels", "E44G6UXE4T" },
	{ "tunnel in MPLS", "EMB4G4T" },
	{ "tunnel in PPPoE", "EP4UXE4T" },
};

void nicbond_frame_describe(const struct nicbond_frame_case *c, char *text)
{
	strscpy(text, c->name, KUNIT_PARAM_DESC_SIZE);
}

static const struct nicbond_frame_header *
nicbond_frame_header(struct kunit *test, char letter)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(nicbond_frame_headers); i++)
		if (nicbond_frame_headers[i].letter == letter)
			return &nicbond_frame_headers[i];
	KUNIT_FAIL(test, "no header %c", letter);

	return NULL;
}

/* Say in @header, which is at @at, that @next follows. */
static void nicbond_frame_tell(struct nicbond_frame *frame, unsigned int at,
			       const struct nicbond_frame_header *header,
			       const struct nicbond_frame_header *next)
{
	const u16 id[] = {
		[NICBOND_FRAME_TYPE] = next->type,
		[NICBOND_FRAME_PROTO] = next->proto,
		[NICBOND_FRAME_PORT] = next->port,
		[NICBOND_FRAME_PPP] = next->ppp,
	};
	unsigned int len = header->next == NICBOND_FRAME_PROTO ? 1 : 2;
	unsigned int i;

	if (header->next == NICBOND_FRAME_LAST)
		return;
	at += header->next_at;
	if (len == 1)
		frame->data[at] = id[header->next];
	else
		put_unaligned_be16(id[header->next], &frame->data[at]);
	for (i = at; i < at + len; i++)
		if (frame->map[i] != NICBOND_FRAME_NOTHING)
			frame->map[i] = NICBOND_FRAME_SHAPE;
}

/* Does one of @what follow before one of @end? */
static bool nicbond_frame_follows(const char *headers, const char *what,
				  const char *end)
{
	const char *at = strpbrk(headers, what), *stop = strpbrk(headers, end);

	return at && (!stop || at < stop);
}

/* What the letters of a map are, in the outer layer and in a tunnel. */
static const struct {
	char letter;
	s8 field[2];
} nicbond_frame_fields[] = {
	{ '?', { NICBOND_FRAME_SHAPE, NICBOND_FRAME_SHAPE } },
	{ 'D', { NICBOND_HASH_FIELD_DST_MAC, NICBOND_HASH_FIELD_INNER_DST } },
	{ 'S', { NICBOND_HASH_FIELD_SRC_MAC, NICBOND_HASH_FIELD_INNER_SRC } },
	{ 'd', { NICBOND_HASH_FIELD_DST_IP, NICBOND_HASH_FIELD_INNER_DST } },
	{ 's', { NICBOND_HASH_FIELD_SRC_IP, NICBOND_HASH_FIELD_INNER_SRC } },
	{ 'p', { NICBOND_HASH_FIELD_L4_PORTS, NICBOND_HASH_FIELD_INNER_PORTS } },
	{ 'P', { NICBOND_HASH_FIELD_L4_PORTS, NICBOND_HASH_FIELD_INNER_PORTS } },
	{ 'f', { NICBOND_HASH_FIELD_FLOW_LABEL, NICBOND_FRAME_NOTHING } },
	{ 'v', { NICBOND_HASH_FIELD_VLAN_ID, NICBOND_FRAME_NOTHING } },
	{ 'x', { NICBOND_HASH_FIELD_FC_D_ID, NICBOND_FRAME_NOTHING } },
	{ 'y', { NICBOND_HASH_FIELD_FC_S_ID, NICBOND_FRAME_NOTHING } },
	{ 'z', { NICBOND_HASH_FIELD_FC_OX_ID, NICBOND_FRAME_NOTHING } },
};

/*
 * What the map's letter @letter is in the outer layer (0) or in a tunnel (1);
 * @rest are the headers behind it.
 */
static int nicbond_frame_field(char letter, int layer, const char *rest)
{
	int i;

	if (letter == '.' || layer > 1)
		return NICBOND_FRAME_NOTHING;
	/* An SPI counts only if nothing better comes. */
	if (letter == 'P' && nicbond_frame_follows(rest, "TUuSCe", "46"))
		return NICBOND_FRAME_NOTHING;
	/* In a tunnel IP addresses take the place of MACs. */
	if (layer && (letter == 'D' || letter == 'S') &&
	    nicbond_frame_follows(rest, "46ofml", "W"))
		return NICBOND_FRAME_NOTHING;

	for (i = 0; i < ARRAY_SIZE(nicbond_frame_fields); i++)
		if (nicbond_frame_fields[i].letter == letter)
			return nicbond_frame_fields[i].field[layer];

	return NICBOND_FRAME_NOTHING;
}

static void nicbond_frame_put(struct nicbond_frame *frame,
			      const struct nicbond_frame_header *header,
			      int layer, const char *rest)
{
	int i, field;

	memcpy(frame->data + frame->len, header->bytes, header->len);
	for (i = 0; i < header->len; i++) {
		field = nicbond_frame_field(header->map[i], layer, rest);
		frame->map[frame->len + i] = field;
		if (field >= 0)
			frame->found |= BIT(field);
	}
	frame->len += header->len;
}

static bool nicbond_frame_is_ip(const struct nicbond_frame_header *header)
{
	return header->type == 0x0800 || header->type == 0x86dd;
}

/* The tags between the outermost and the innermost are no field. */
static void nicbond_frame_forget_tags(struct nicbond_frame *frame)
{
	int i, first = -1, last = -1;

	for (i = 0; i < frame->len; i++) {
		if (frame->map[i] != NICBOND_HASH_FIELD_VLAN_ID)
			continue;
		first = first < 0 ? i : first;
		last = i;
	}
	for (i = first + 2; first >= 0 && i < last - 1; i++)
		if (frame->map[i] == NICBOND_HASH_FIELD_VLAN_ID)
			frame->map[i] = NICBOND_FRAME_NOTHING;
}

struct nicbond_frame *nicbond_frame_build(struct kunit *test,
					  const char *headers)
{
	const struct nicbond_frame_header *header, *last = NULL;
	struct nicbond_frame *frame;
	unsigned int at = 0;
	int layer = 0;

	frame = kunit_kzalloc(test, sizeof(*frame), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, frame);
	for (; *headers; headers++, last = header) {
		header = nicbond_frame_header(test, *headers);
		KUNIT_ASSERT_NOT_NULL(test, header);
		KUNIT_ASSERT_EQ(test, strlen(header->map), header->len);
		KUNIT_ASSERT_LE(test, frame->len + header->len, sizeof(frame->data));

		if (last && last->next == NICBOND_FRAME_PROTO &&
		    nicbond_frame_is_ip(header))
			layer++;
		if (last)
			nicbond_frame_tell(frame, at, last, header);
		at = frame->len;
		nicbond_frame_put(frame, header, layer, headers + 1);
		if (header->flags & NICBOND_FRAME_TUNNEL)
			layer++;
		if (header->flags & NICBOND_FRAME_DARK)
			layer = 2;
	}
	nicbond_frame_forget_tags(frame);

	return frame;
}

void nicbond_frame_fill(struct sk_buff *skb, const void *data, unsigned int len,
			unsigned int linear)
{
	skb_frag_t *frag = &skb_shinfo(skb)->frags[0];

	memset(skb->head, 0x5a, NICBOND_FRAME_SIZE);
	memcpy(skb->head, data, linear);
	memset(skb_frag_address(frag), 0xa5, NICBOND_FRAME_SIZE);
	memcpy(skb_frag_address(frag), data + linear, len - linear);
	skb_frag_size_set(frag, len - linear);
	skb->data_len = len - linear;
	skb->len = len;
	skb_set_tail_pointer(skb, linear);
}

struct sk_buff *nicbond_frame_skb(struct kunit *test, const void *data,
				  unsigned int len, unsigned int linear)
{
	struct sk_buff *skb = alloc_skb(NICBOND_FRAME_SIZE, GFP_KERNEL);
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	skb_add_rx_frag(skb, 0, page, 0, 0, PAGE_SIZE);
	nicbond_frame_fill(skb, data, len, linear);

	return skb;
}

#define NICBOND_FRAME_PAYLOAD	3000

/* The length of an IP header right behind the Ethernet header, where there is one. */
static void nicbond_frame_set_length(struct sk_buff *skb, u16 type, u16 length)
{
	static const struct {
		u16 type;
		u8 at;
	} lengths[] = { { ETH_P_IP, 2 }, { ETH_P_IPV6, 4 } };
	__be16 value = htons(length);
	int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++)
		if (type == lengths[i].type)
			skb_store_bits(skb, ETH_HLEN + lengths[i].at, &value,
				       sizeof(value));
}

struct sk_buff *nicbond_frame_gso(struct kunit *test,
				  const struct nicbond_frame *frame,
				  unsigned int linear, unsigned int type)
{
	unsigned int rest = frame->len - linear;
	struct sk_buff *skb = alloc_skb(linear + NICBOND_FRAME_PAYLOAD, GFP_KERNEL);
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	skb_put_data(skb, frame->data, linear);
	memcpy(page_address(page), frame->data + linear, rest);
	memset(page_address(page) + rest, 0x5a, NICBOND_FRAME_PAYLOAD);
	if (rest) {
		skb_add_rx_frag(skb, 0, page, 0, rest + NICBOND_FRAME_PAYLOAD,
				PAGE_SIZE);
	} else {
		skb_put_data(skb, page_address(page), NICBOND_FRAME_PAYLOAD);
		__free_page(page);
	}
	skb_shinfo(skb)->gso_type = type;
	skb_shinfo(skb)->gso_size = 1000;
	skb_shinfo(skb)->gso_segs = NICBOND_FRAME_PAYLOAD / 1000;
	skb->ip_summed = CHECKSUM_PARTIAL;
	/* Odd and even splits, so that both occur with a head and a fragment. */
	nicbond_frame_set_length(skb, get_unaligned_be16(frame->data + 12),
				 linear % 2 ? 0 : skb->len - ETH_HLEN);

	return skb;
}

void nicbond_frame_cut(struct sk_buff *skb)
{
	skb_frag_size_sub(&skb_shinfo(skb)->frags[0], 1);
	skb->data_len--;
	skb->len--;
}

struct nicbond_frame_garbage *nicbond_frame_garbage(struct kunit *test)
{
	struct nicbond_frame_garbage *garbage;
	int i;

	garbage = kunit_kzalloc(test, sizeof(*garbage), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, garbage);
	prandom_seed_state(&garbage->rnd, 20);
	for (i = 0; i < NICBOND_FRAME_CASES; i++)
		garbage->frame[i] = nicbond_frame_build(test,
							nicbond_frame_cases[i].headers);

	return garbage;
}

/* The beginning of a frame, then anything; and a few bytes of all changed. */
unsigned int nicbond_frame_garble(struct nicbond_frame_garbage *garbage)
{
	struct rnd_state *rnd = &garbage->rnd;
	unsigned int len = prandom_u32_state(rnd) % NICBOND_FRAME_SIZE;
	unsigned int changes = prandom_u32_state(rnd) % 4, keep;
	const struct nicbond_frame *frame;

	frame = garbage->frame[prandom_u32_state(rnd) % NICBOND_FRAME_CASES];
	keep = prandom_u32_state(rnd) % (frame->len + 1);
	prandom_bytes_state(rnd, garbage->data, NICBOND_FRAME_SIZE);
	memcpy(garbage->data, frame->data, keep);
	while (changes--)
		garbage->data[prandom_u32_state(rnd) % (keep + 1)] =
			prandom_u32_state(rnd);
	garbage->linear = prandom_u32_state(rnd) % (len + 1);

	return len;
}
