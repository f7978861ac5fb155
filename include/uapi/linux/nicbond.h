/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * nicbond: the register map of an adaptor, as the host driver programs it and
 * as `ethtool -d` dumps it.
 */
#ifndef _UAPI_LINUX_NICBOND_H
#define _UAPI_LINUX_NICBOND_H

/* Adaptors of one master; the slot number names an adaptor in PEER and TABLE. */
#define NICBOND_SLOTS			64

/* Words of a hash key. */
#define NICBOND_KEY_WORDS		4

/* Counters that the register file has room for. */
#define NICBOND_COUNTERS_MAX		32

/* Buckets of the indirection table that it has room for; four to a register. */
#define NICBOND_BUCKETS_MAX		4096
#define NICBOND_TABLE_PER_REG		4

/* Targets that an adaptor can probe; of each four words of address. */
#define NICBOND_TARGETS			16
#define NICBOND_TARGET_WORDS		4

/* The layout below; the version that `ethtool -d` reports. */
#define NICBOND_REGISTERS_VERSION	6
#define NICBOND_REGISTERS_SIZE		0x1d40

/*
 * What of a frame the dst-hash selector may hash: fields of the HASH_FIELDS register
 * below, bit by bit from the lowest. What the frame does not have is left out; a
 * frame with none of them is hashed by its destination: IP address, D_ID of FCoE or
 * else MAC. inner: of what a tunnel carries (VXLAN, Geneve, GRE, IP in IP), one level
 * deep.
 */
#define NICBOND_HASH_FIELDS(field)					\
	field(HASH_FIELDS, DST_IP, "dst-ip", 0x0001,			\
		"destination address (RFC 791, 8200)")			\
	field(HASH_FIELDS, SRC_IP, "src-ip", 0x0002, "source address")	\
	field(HASH_FIELDS, L4_PORTS, "l4-ports", 0x0004,		\
		"both; or the SPI of ESP, AH (RFC 4303, 4302); not of a fragment") \
	field(HASH_FIELDS, FLOW_LABEL, "flow-label", 0x0008,		\
		"20 bits of IPv6, if not 0 (RFC 6437)")			\
	field(HASH_FIELDS, VLAN_ID, "vlan-id", 0x0010,			\
		"of the outermost and the innermost tag (IEEE 802.1Q)")	\
	field(HASH_FIELDS, INNER_DST, "inner-dst", 0x0020,		\
		"in a tunnel: destination address, or MAC")		\
	field(HASH_FIELDS, INNER_SRC, "inner-src", 0x0040,		\
		"in a tunnel: source address, or MAC")			\
	field(HASH_FIELDS, INNER_PORTS, "inner-ports", 0x0080,		\
		"in a tunnel: as l4-ports")				\
	field(HASH_FIELDS, DST_MAC, "dst-mac", 0x0100,			\
		"destination MAC (IEEE 802.3)")				\
	field(HASH_FIELDS, SRC_MAC, "src-mac", 0x0200, "source MAC")	\
	field(HASH_FIELDS, FC_D_ID, "fc-d-id", 0x0400,			\
		"destination of FCoE, 24 bits (T11 FC-FS)")		\
	field(HASH_FIELDS, FC_S_ID, "fc-s-id", 0x0800,			\
		"source of FCoE, 24 bits")				\
	field(HASH_FIELDS, FC_OX_ID, "fc-ox-id", 0x1000,		\
		"exchange of FCoE, 16 bits")

/* Their bits' numbers. */
#define NICBOND_HASH_FIELD_ID(REG, NAME, name, mask, text)		\
	NICBOND_HASH_FIELD_##NAME,
enum nicbond_hash_field {
	NICBOND_HASH_FIELDS(NICBOND_HASH_FIELD_ID)
	NICBOND_HASH_FIELD_MAX
};

#undef NICBOND_HASH_FIELD_ID

/* Who may write a register: the firmware alone, or the host, too. */
#define NICBOND_RO			0
#define NICBOND_RW			1

/*
 * The map. Registers are 32 bits wide, at byte offsets, in host byte order. All
 * that knows registers is made from these rows: the constants below, `ethtool -d`,
 * debugfs, the checks of written values, Documentation/registers.rst, the tests.
 *
 *   reg(NAME, offset, count, access, reset, text)
 *	@count like registers, one after the other. @reset: what each reads as
 *	after a reset; 0 for what the firmware finds out by itself.
 *   field(REG, NAME, name, mask, text)
 *	Bits of the register above; those in no field are reserved: they read as
 *	zero, and to set one is refused.
 *   value(REG, NAME, name, number, text)
 *	A number the register above takes; it takes no other.
 *   range(REG, least, most, steps, unit)
 *	The register above takes these; @steps: all of them, or powers of two.
 */
#define NICBOND_EACH			0
#define NICBOND_POWERS_OF_2		1

#define NICBOND_REGISTERS(reg, field, value, range)			\
	reg(ID, 0x000, 1, NICBOND_RO, 0x4e420000, "who this is")	\
		field(ID, SLOT, "slot", 0x0000003f, "its place in PEER and TABLE") \
		field(ID, MARK, "mark", 0xffff0000, "0x4e42, \"NB\"")	\
	reg(CAPS, 0x004, 1, NICBOND_RO, 0x10000007, "what it can do")	\
		field(CAPS, SELECTORS, "selectors", 0x0000ffff,		\
			"a bit for each selector")			\
		field(CAPS, BUCKETS, "buckets", 0xffff0000,		\
			"the largest TABLE_SIZE")			\
	reg(STATUS, 0x008, 1, NICBOND_RO, 0,				\
		"the port; with all four bits it carries traffic")	\
		field(STATUS, RUNNING, "running", 0x1, "opened")	\
		field(STATUS, CARRIER, "carrier", 0x2, "the link is up") \
		field(STATUS, OPER, "oper", 0x4, "operational (RFC 2863)") \
		field(STATUS, REACH, "reach", 0x8, "what it probes answers, or it probes nothing") \
	reg(HEARTBEAT, 0x00c, 1, NICBOND_RO, 0,				\
		"grows every HEARTBEAT_INTERVAL while the firmware, and its port, work") \
	reg(MOVING, 0x010, 1, NICBOND_RO, 0,				\
		"buckets that are still with another than they are meant for") \
	reg(LOAD, 0x014, 1, NICBOND_RO, 0,				\
		"bits sent a second, smoothed, by SPEED and weight; 65536: full") \
	reg(INFLIGHT, 0x018, 1, NICBOND_RO, 0,				\
		"bytes that the port's queues hold: by BQL, else by qdisc and SPEED") \
	reg(SPEED, 0x01c, 1, NICBOND_RW, 0,				\
		"of the link in Mb/s, as the host knows it; 0: not")	\
		range(SPEED, 0, 1000000000, NICBOND_EACH, "Mb/s")	\
	reg(ROLE, 0x020, 1, NICBOND_RW, 0,				\
		"primary is taken only in an epoch newer than FENCE and the last role") \
		value(ROLE, SECONDARY, "secondary", 0, "transmits")	\
		value(ROLE, PRIMARY, "primary", 1, "selects, forwards, transmits") \
	reg(EPOCH, 0x024, 1, NICBOND_RW, 0,				\
		"of the next role; never shrinks (RFC 1982 arithmetic)") \
	reg(FENCE, 0x028, 1, NICBOND_RW, 0,				\
		"frames and roles of an older epoch are refused; never shrinks") \
	reg(CTRL, 0x02c, 1, NICBOND_RW, 0, "commands; reads as zero")	\
		field(CTRL, RESET, "reset", 0x1,			\
			"all registers to their reset values, but for counts") \
	reg(SELECTOR, 0x030, 1, NICBOND_RW, 0, "who chooses the adaptor") \
		value(SELECTOR, DST_HASH, "dst-hash", 0,		\
			"a keyed hash of HASH_FIELDS, through TABLE")	\
		value(SELECTOR, LOAD, "load", 1,			\
			"the least loaded, for a flow after a pause of FLOWLET_GAP") \
		value(SELECTOR, BPF, "bpf", 2,				\
			"an eBPF program; dst-hash where it names nobody live") \
	reg(TABLE_SIZE, 0x034, 1, NICBOND_RW, 256,			\
		"buckets in use; a change of it moves flows")		\
		range(TABLE_SIZE, 64, NICBOND_BUCKETS_MAX, NICBOND_POWERS_OF_2, \
			"buckets")					\
	reg(FLOWLET_GAP, 0x038, 1, NICBOND_RW, 500,			\
		"a pause after which a flow may take another way unharmed; 0: at once") \
		range(FLOWLET_GAP, 0, 1000000, NICBOND_EACH, "us")	\
	reg(MOVE_DEADLINE, 0x03c, 1, NICBOND_RW, 10000,			\
		"a bucket that is never idle moves after this, maybe reordered; 0: never") \
		range(MOVE_DEADLINE, 0, 3600000, NICBOND_EACH, "ms")	\
	reg(HASH_FIELDS, 0x040, 1, NICBOND_RW, 0x0001,			\
		"what dst-hash hashes, one field at least")		\
		NICBOND_HASH_FIELDS(field)				\
	reg(CHANNEL_MODE, 0x044, 1, NICBOND_RW, 0,			\
		"how packets are forwarded; they stay in order when it changes") \
		value(CHANNEL_MODE, DIRECT, "direct", 0,		\
			"by a call into the other adaptor")		\
		value(CHANNEL_MODE, RING, "ring", 1,			\
			"through a ring that a softirq empties")	\
		value(CHANNEL_MODE, AUTO, "auto", 2,			\
			"direct, and by the ring while the port's queue is stopped") \
	reg(CHANNEL_DEPTH, 0x048, 1, NICBOND_RW, 256,			\
		"packets that a ring holds")				\
		range(CHANNEL_DEPTH, 1, 65536, NICBOND_EACH, "packets")	\
	reg(CHANNEL_FULL, 0x04c, 1, NICBOND_RW, 0,			\
		"what becomes of a packet for a ring that is full")	\
		value(CHANNEL_FULL, DROP, "drop", 0,			\
			"it is dropped, as by any full queue")		\
		value(CHANNEL_FULL, RESTEER, "resteer", 1,		\
			"another adaptor transmits it, maybe out of order") \
	reg(HASH_KEY, 0x050, NICBOND_KEY_WORDS, NICBOND_RW, 0,		\
		"who has the same key, hashes the same")		\
	reg(FLOWLETS, 0x060, 1, NICBOND_RW, 4096,			\
		"flows that the load selector tells apart; a change forgets them") \
		range(FLOWLETS, 64, 65536, NICBOND_POWERS_OF_2, "flows") \
	reg(LOAD_INTERVAL, 0x064, 1, NICBOND_RW, 10,			\
		"from one load report to the primary to the next")	\
		range(LOAD_INTERVAL, 1, 10000, NICBOND_EACH, "ms")	\
	reg(TOPOLOGY, 0x068, 1, NICBOND_RW, 0,				\
		"what the switches know of this aggregation")		\
		value(TOPOLOGY, STATIC, "static", 0,			\
			"that its ports are one: a static LAG (IEEE 802.1AX)") \
		value(TOPOLOGY, INDEPENDENT, "independent", 1,		\
			"nothing; the primary sends as ADDRESS, the others as OWN_ADDRESS") \
		value(TOPOLOGY, INDEPENDENT_OWN, "independent-own", 2,	\
			"likewise, and ADDRESS is that of whoever is primary") \
	reg(ADDRESS, 0x06c, 2, NICBOND_RW, 0,				\
		"the master's MAC address: bytes 0 to 3, lowest first; then 4, 5") \
	reg(OWN_ADDRESS, 0x074, 2, NICBOND_RW, 0,			\
		"what a secondary sends as instead, if TOPOLOGY says so; likewise") \
	reg(DROP_THRESHOLD, 0x07c, 1, NICBOND_RW, 0,			\
		"dropped in a second, so many packets make it call the host; 0: never") \
		range(DROP_THRESHOLD, 0, 1000000000, NICBOND_EACH, "packets/s") \
	reg(COUNTER, 0x080, 2 * NICBOND_COUNTERS_MAX, NICBOND_RO, 0,	\
		"64-bit counters, low word first")			\
	reg(HEARTBEAT_INTERVAL, 0x180, 1, NICBOND_RW, 100,		\
		"from one HEARTBEAT to the next, and from one look at the others' to the next") \
		range(HEARTBEAT_INTERVAL, 10, 10000, NICBOND_EACH, "ms") \
	reg(HEARTBEAT_MISSES, 0x184, 1, NICBOND_RW, 10,			\
		"who does not grow for so many looks, two at least, is SILENT; 0: nobody is") \
		range(HEARTBEAT_MISSES, 0, 255, NICBOND_EACH, "looks")	\
	reg(SILENT, 0x188, 2, NICBOND_RO, 0,				\
		"by slot, a bit: its HEARTBEAT stands still, in the eyes of who depends on it") \
	reg(PROBE_INTERVAL, 0x190, 1, NICBOND_RW, 0,			\
		"from one probe of each PROBE_ADDRESS to the next; 0: none") \
		range(PROBE_INTERVAL, 0, 3600000, NICBOND_EACH, "ms")	\
	reg(PROBE_MISSES, 0x194, 1, NICBOND_RW, 3,			\
		"who does not answer so many in a row, is lost")	\
		range(PROBE_MISSES, 1, 255, NICBOND_EACH, "probes")	\
	reg(PROBE_REQUIRE, 0x198, 1, NICBOND_RW, 0, "who has to answer") \
		value(PROBE_REQUIRE, ANY, "any", 0, "one of the targets") \
		value(PROBE_REQUIRE, ALL, "all", 1, "each of them")	\
	reg(PROBE_VALIDATE, 0x19c, 1, NICBOND_RW, 0, "what is an answer") \
		value(PROBE_VALIDATE, ANSWER, "answer", 0,		\
			"what a target says, to this adaptor's address") \
		value(PROBE_VALIDATE, TRAFFIC, "traffic", 1,		\
			"whatever comes in at the port: an answer of all targets") \
	reg(PROBE_LOST, 0x1a0, 1, NICBOND_RO, 0, "a bit for each target that is lost") \
	reg(DEPUTY, 0x1a4, 1, NICBOND_RW, 0,				\
		"the slot that sends what only a primary may, while its port is dead") \
		range(DEPUTY, 0, NICBOND_SLOTS - 1, NICBOND_EACH, "")	\
	reg(PEER, 0x200, NICBOND_SLOTS, NICBOND_RW, 0,			\
		"by slot: what the host says of that adaptor, itself included") \
		field(PEER, PRESENT, "present", 0x001,			\
			"there is one; without this bit all others are zero") \
		field(PEER, UP, "up", 0x002, "its port carries traffic") \
		field(PEER, WEIGHT, "weight", 0xff00,			\
			"its share of the buckets, relative to the others'; 0: none") \
		field(PEER, QUEUE, "queue", 0xff0000,			\
			"it sends what the host put into this transmit queue; 0: none") \
	reg(PEER_LOAD, 0x300, NICBOND_SLOTS, NICBOND_RO, 0,		\
		"by slot: the LOAD that it reported last")		\
	reg(TABLE, 0x400, NICBOND_BUCKETS_MAX / NICBOND_TABLE_PER_REG, NICBOND_RO, 0, \
		"by bucket, four to a register, lowest byte first: the slot that has it") \
	reg(CHANNEL_PACKETS, 0x1400, 2 * NICBOND_SLOTS, NICBOND_RO, 0,	\
		"by slot: packets forwarded there, 64 bits, low word first") \
	reg(CHANNEL_BYTES, 0x1600, 2 * NICBOND_SLOTS, NICBOND_RO, 0,	\
		"by slot: bytes of these")				\
	reg(CHANNEL_PENDING, 0x1800, NICBOND_SLOTS, NICBOND_RO, 0,	\
		"by slot: packets in the ring to it")			\
	reg(CHANNEL_HIGH, 0x1900, NICBOND_SLOTS, NICBOND_RO, 0,		\
		"by slot: the most that were in it at one time")	\
	reg(CHANNEL_DOORBELLS, 0x1a00, NICBOND_SLOTS, NICBOND_RO, 0,	\
		"by slot: times that it was asked to be emptied")	\
	reg(CHANNEL_OVERFLOWS, 0x1b00, NICBOND_SLOTS, NICBOND_RO, 0,	\
		"by slot: packets that found it full, and were dropped or evaded") \
	reg(PROBE_ADDRESS, 0x1c00, NICBOND_TARGETS * NICBOND_TARGET_WORDS, NICBOND_RW, 0, \
		"by target, four to one: its IP address, bytes lowest first; IPv4 fills one") \
	reg(PROBE_KIND, 0x1d00, NICBOND_TARGETS, NICBOND_RW, 0,	\
		"by target: how it is probed")		\
		field(PROBE_KIND, VLAN, "vlan", 0x00fff, "it is in (IEEE 802.1Q); 0: none") \
		field(PROBE_KIND, PRESENT, "present", 0x10000,		\
			"there is one; without this bit all others are zero") \
		field(PROBE_KIND, IPV6, "ipv6", 0x20000,		\
			"by neighbour solicitation (RFC 4861); else by ARP (RFC 826, 5227)")

/* NICBOND_REG_ROLE and the like, by NAME: the offset. */
#define NICBOND_REG_OFFSET(NAME, offset, count, access, reset, text)	\
	NICBOND_REG_##NAME = (offset),
/* NICBOND_RESET_ROLE and the like, by NAME: the reset value. */
#define NICBOND_REG_RESET(NAME, offset, count, access, reset, text)	\
	NICBOND_RESET_##NAME = (reset),
/* NICBOND_PEER_UP and the like, by REG and NAME: the field's bits. */
#define NICBOND_REG_FIELD(REG, NAME, name, mask, text)			\
	NICBOND_##REG##_##NAME = (mask),
/* NICBOND_ROLE_PRIMARY and the like, by REG and NAME: the number. */
#define NICBOND_REG_VALUE(REG, NAME, name, number, text)		\
	NICBOND_##REG##_##NAME = (number),
/* NICBOND_FLOWLET_GAP_MIN and _MAX and the like, by REG. */
#define NICBOND_REG_RANGE(REG, least, most, steps, unit)		\
	NICBOND_##REG##_MIN = (least), NICBOND_##REG##_MAX = (most),
#define NICBOND_REG_NONE(...)

enum nicbond_register_offset {
	NICBOND_REGISTERS(NICBOND_REG_OFFSET, NICBOND_REG_NONE,
			  NICBOND_REG_NONE, NICBOND_REG_NONE)
};

enum nicbond_register_reset {
	NICBOND_REGISTERS(NICBOND_REG_RESET, NICBOND_REG_NONE,
			  NICBOND_REG_NONE, NICBOND_REG_NONE)
};

enum nicbond_register_field {
	NICBOND_REGISTERS(NICBOND_REG_NONE, NICBOND_REG_FIELD,
			  NICBOND_REG_NONE, NICBOND_REG_NONE)
};

enum nicbond_register_value {
	NICBOND_REGISTERS(NICBOND_REG_NONE, NICBOND_REG_NONE,
			  NICBOND_REG_VALUE, NICBOND_REG_RANGE)
};

#undef NICBOND_REG_OFFSET
#undef NICBOND_REG_RESET
#undef NICBOND_REG_FIELD
#undef NICBOND_REG_VALUE
#undef NICBOND_REG_RANGE

/* The n-th of a row of registers. */
#define NICBOND_REG_HASH_KEY(n)		(NICBOND_REG_HASH_KEY + 4 * (n))
#define NICBOND_REG_ADDRESS(n)		(NICBOND_REG_ADDRESS + 4 * (n))
#define NICBOND_REG_OWN_ADDRESS(n)	(NICBOND_REG_OWN_ADDRESS + 4 * (n))
#define NICBOND_REG_COUNTER_LOW(n)	(NICBOND_REG_COUNTER + 8 * (n))
#define NICBOND_REG_COUNTER_HIGH(n)	(NICBOND_REG_COUNTER + 8 * (n) + 4)
#define NICBOND_REG_SILENT(n)		(NICBOND_REG_SILENT + 4 * (n))
#define NICBOND_REG_PEER(n)		(NICBOND_REG_PEER + 4 * (n))
#define NICBOND_REG_PEER_LOAD(n)	(NICBOND_REG_PEER_LOAD + 4 * (n))
#define NICBOND_REG_TABLE(n)		(NICBOND_REG_TABLE + 4 * (n))
#define NICBOND_REG_CHANNEL_PACKETS(n)	(NICBOND_REG_CHANNEL_PACKETS + 8 * (n))
#define NICBOND_REG_CHANNEL_BYTES(n)	(NICBOND_REG_CHANNEL_BYTES + 8 * (n))
#define NICBOND_REG_CHANNEL_PENDING(n)	(NICBOND_REG_CHANNEL_PENDING + 4 * (n))
#define NICBOND_REG_CHANNEL_HIGH(n)	(NICBOND_REG_CHANNEL_HIGH + 4 * (n))
#define NICBOND_REG_CHANNEL_DOORBELLS(n) (NICBOND_REG_CHANNEL_DOORBELLS + 4 * (n))
#define NICBOND_REG_PROBE_ADDRESS(n)	(NICBOND_REG_PROBE_ADDRESS + 4 * (n))
#define NICBOND_REG_PROBE_KIND(n)	(NICBOND_REG_PROBE_KIND + 4 * (n))
#define NICBOND_REG_CHANNEL_OVERFLOWS(n) (NICBOND_REG_CHANNEL_OVERFLOWS + 4 * (n))

/* STATUS of a port that carries traffic. */
#define NICBOND_STATUS_LIVE \
	(NICBOND_STATUS_RUNNING | NICBOND_STATUS_CARRIER | NICBOND_STATUS_OPER | \
	 NICBOND_STATUS_REACH)

/*
 * Counters, 64 bits each, since the adaptor was created; packets, but for
 * transmit_bytes. Every packet handed over or received over the channel ends in
 * transmitted, forwarded or one of the drops, or is in a ring. transmitted: the port's queue took
 * it; what that queue or the device drops later is theirs to count.
 */
#define NICBOND_COUNTERS(row)						\
	row(HANDED_OVER, "handed_over", "by the host")			\
	row(SELECTED, "selected", "selector runs, as primary")		\
	row(TRANSMITTED, "transmitted", "by the own port")		\
	row(TRANSMIT_BYTES, "transmit_bytes", "bytes of these")		\
	row(FORWARDED, "forwarded", "to another adaptor, over the channel") \
	row(CHAN_RECEIVED, "chan_received", "from another adaptor, likewise") \
	row(STORED, "stored", "in a ring, to be forwarded")		\
	row(RESTEERED, "resteered", "the selected port was dead")	\
	row(EVADED, "evaded", "the ring was full, another transmits")	\
	row(DROP_NO_LIVE, "drop_no_live", "primary, no live port")	\
	row(DROP_PORT_DEAD, "drop_port_dead", "secondary, port dead")	\
	row(DROP_REFUSED, "drop_refused", "by the port's queue, or for want of memory") \
	row(DROP_STALE, "drop_stale", "over the channel, from an older epoch") \
	row(DROP_RING_FULL, "drop_ring_full", "on its way to another")	\
	row(STALE_WRITES, "stale_writes", "refused: an older epoch")	\
	row(STALE_MESSAGES, "stale_messages", "over the channel, likewise") \
	row(BUCKETS_MOVED, "buckets_moved", "buckets given to another adaptor") \
	row(FLOWS_MOVED, "flows_moved", "by the load selector, after a pause") \
	row(BPF_FALLBACK, "bpf_fallback", "selector bpf left it to dst-hash") \
	row(PROBES_SENT, "probes_sent", "of its own, not in the other counts") \
	row(PROBES_ANSWERED, "probes_answered", "answers to its probes")

#define NICBOND_COUNTER_ID(id, name, text)	NICBOND_COUNTER_##id,
enum nicbond_counter {
	NICBOND_COUNTERS(NICBOND_COUNTER_ID)
	NICBOND_COUNTER_MAX
};

#undef NICBOND_COUNTER_ID

#endif /* _UAPI_LINUX_NICBOND_H */
