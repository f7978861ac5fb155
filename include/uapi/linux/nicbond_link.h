/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * nicbond: masters and members as rtnetlink has them, links of IFLA_INFO_KIND and
 * IFLA_INFO_SLAVE_KIND "nicbond"; and all that they can be asked and told there.
 */
#ifndef _UAPI_LINUX_NICBOND_LINK_H
#define _UAPI_LINUX_NICBOND_LINK_H

#include <linux/nicbond.h>

/*
 * One option, one row. From these come the netlink attributes, the sysfs files, the
 * module parameters that are the defaults of new masters, the words of `ip`, and what
 * is said of a value that is not taken. The unit is in the name. New rows go to the
 * end: a row's place is its attribute's number.
 *
 *   option(ID, name, kind, REG, text, accepted)
 *	of a master, that is a register, or a row of them, of all its adaptors:
 *	range, names and default are the register's; @accepted says them in words.
 *   host(ID, name, kind, least, most, initial, text, accepted)
 *	of a master, for the host alone: no adaptor knows of it.
 *   option(ID, name, kind, least, most, initial, text, accepted)
 *	of a member.
 *   told(ID, name, kind, text)
 *	state: read-only, but PRIMARY.
 *
 * kind		netlink			sysfs, `ip`
 * number	u32			decimal
 * name		u32			the name of one of the register's values, or of
 *					NICBOND_LINK_CHOICES
 * set		u32			names of the register's fields, with commas between
 * key		16 bytes		32 hexadecimal digits; secret: never in a dump
 * targets	string, as in sysfs	IP addresses with commas between, each with an @ and
 *					its VLAN if it is in one; or none
 * count	u64			decimal
 * device	u32, its ifindex	its name
 */
#define NICBOND_LINK_ROWS(option, host, told)				\
	option(SELECTOR, selector, name, SELECTOR,			\
	       "How the adaptors balance", "dst-hash (default), load, bpf") \
	option(HASH_FIELDS, hash_fields, set, HASH_FIELDS,		\
	       "What dst-hash hashes",					\
	       "dst-ip (default), src-ip, l4-ports, flow-label, vlan-id, " \
	       "inner-dst, inner-src, inner-ports, dst-mac, src-mac, " \
	       "fc-d-id, fc-s-id, fc-ox-id, some, with commas between")	\
	option(HASH_KEY, hash_key, key, HASH_KEY,			\
	       "Key of the hash", "32 hexadecimal digits (default: random)") \
	option(TABLE_SIZE, table_size, number, TABLE_SIZE,		\
	       "Buckets of the indirection table",			\
	       "64 to 4096, a power of two (default 256)")		\
	option(FLOWLET_GAP, flowlet_gap_us, number, FLOWLET_GAP,	\
	       "A pause after which a flow may move, 0: at once",	\
	       "0 to 1000000 us (default 500)")				\
	option(FLOWLETS, flowlets, number, FLOWLETS,			\
	       "Flows that selector load tells apart",			\
	       "64 to 65536, a power of two (default 4096)")		\
	option(LOAD_INTERVAL, load_interval_ms, number, LOAD_INTERVAL,	\
	       "From one load report to the next",			\
	       "1 to 10000 ms (default 10)")				\
	option(CHANNEL_MODE, channel_mode, name, CHANNEL_MODE,		\
	       "How packets are forwarded", "direct (default), ring, auto") \
	option(CHANNEL_DEPTH, channel_depth, number, CHANNEL_DEPTH,	\
	       "Packets that a ring holds", "1 to 65536 (default 256)")	\
	option(CHANNEL_FULL, channel_full, name, CHANNEL_FULL,		\
	       "What becomes of a packet for a full ring",		\
	       "drop (default), resteer")				\
	option(MOVE_DEADLINE, move_deadline_ms, number, MOVE_DEADLINE,	\
	       "A bucket that never pauses moves after this, 0: never",	\
	       "0 to 3600000 ms (default 10000)")			\
	option(TOPOLOGY, topology, name, TOPOLOGY,			\
	       "What the switches know of this aggregation: that it is one, or nothing", \
	       "static (default), independent, independent-own")	\
	told(PRIMARY, primary, device,					\
	     "The primary; absent: none. Give a live member to make it that; 0, or auto: elect") \
	told(EPOCH, epoch, number, "Of the last change of role")	\
	told(FAILOVERS, failovers, count,				\
	     "Changes of primary because it had failed")		\
	told(MEMBERS, members, number, "How many there are")		\
	told(PROGRAM, selector_program, number,			\
	     "The id of the program that selector bpf runs; absent: none")	\
	option(DROP_THRESHOLD, drop_threshold_pps, number, DROP_THRESHOLD, \
	       "An adaptor that drops so many packets in a second is an event, 0: never", \
	       "0 to 1000000000 packets/s (default 0)")			\
	host(PRIMARY_RESELECT, primary_reselect, name, 0, 2, 0,		\
	     "When a live member of a higher priority takes over from the primary", \
	     "always (default), better, failure")			\
	host(UP_DELAY, up_delay_ms, number, 0, 3600000, 0,		\
	     "How long a link has to be up before it counts, unless none else is", \
	     "0 to 3600000 ms (default 0)")				\
	host(DOWN_DELAY, down_delay_ms, number, 0, 3600000, 0,		\
	     "How long a link has to be down before it counts, unless none else is up", \
	     "0 to 3600000 ms (default 0)")				\
	host(FLAP_HOLD_MAX, flap_hold_max_ms, number, 0, 3600000, 0,	\
	     "Who fails again within this is held down longer each time, up to this, 0: no", \
	     "0 to 3600000 ms (default 0)")				\
	host(MIN_LINKS, min_links, number, 0, NICBOND_SLOTS, 0,		\
	     "With fewer members up the master has no carrier; without any it never has", \
	     "0 to 64 (default 0)")					\
	host(PEER_NOTIFY_COUNT, peer_notify_count, number, 0, 255, 1,	\
	     "How often others are told of a new primary, or a carrier that came back", \
	     "0 to 255 (default 1)")					\
	host(PEER_NOTIFY_INTERVAL, peer_notify_interval_ms, number, 10, 300000, 200, \
	     "And how long after the last time",			\
	     "10 to 300000 ms (default 200)")				\
	option(HEARTBEAT_INTERVAL, heartbeat_interval_ms, number, HEARTBEAT_INTERVAL, \
	       "From one sign of life of an adaptor to the next",	\
	       "10 to 10000 ms (default 100)")				\
	option(HEARTBEAT_MISSES, heartbeat_misses, number, HEARTBEAT_MISSES, \
	       "Who misses so many, two at least, is dead if another misses none; 0: nobody is", \
	       "0 to 255 (default 10)")					\
	option(PROBE_TARGETS, probe_targets, targets, PROBE_ADDRESS,	\
	       "What each member has to reach, by ARP or neighbour discovery, to be up", \
	       "none (default), or 1 to 16 IPv4 or IPv6 addresses, with commas between, " \
	       "each with @ and a VLAN of 1 to 4094, or not")		\
	option(PROBE_INTERVAL, probe_interval_ms, number, PROBE_INTERVAL, \
	       "From one probe of them to the next, 0: none are sent",	\
	       "0 to 3600000 ms (default 0)")				\
	option(PROBE_MISSES, probe_misses, number, PROBE_MISSES,	\
	       "Who answers none of so many is lost",			\
	       "1 to 255 (default 3)")					\
	option(PROBE_REQUIRE, probe_require, name, PROBE_REQUIRE,	\
	       "Which of them a member has to reach", "any (default), all") \
	option(PROBE_VALIDATE, probe_validate, name, PROBE_VALIDATE,	\
	       "What is an answer", "answer (default), traffic")	\
	told(CHOSEN, primary_chosen, number,				\
	     "1: the user made the primary that, who stays it until he fails; 0: it was elected")

/* value(ID, NAME, name, number, text): the names that option ID above takes. */
#define NICBOND_LINK_CHOICES(value)					\
	value(PRIMARY_RESELECT, ALWAYS, "always", 0, "at once")		\
	value(PRIMARY_RESELECT, BETTER, "better", 1,			\
	      "at once if it is faster, too: speed, twice for full duplex") \
	value(PRIMARY_RESELECT, FAILURE, "failure", 2, "when that fails")

#define NICBOND_MEMBER_ROWS(option, told)				\
	option(WEIGHT, weight, number, 0, 255, 1,			\
	       "Share of the balanced traffic, relative to the others', 0: none", \
	       "0 to 255 (default 1)")					\
	option(PRIORITY, priority, number, 0, 255, 0,			\
	       "Who is to be primary, the highest first; primary_reselect says when", \
	       "0 to 255 (default 0)")					\
	told(ROLE, role, name, "What its adaptor's ROLE register says") \
	told(STATE, state, name,					\
	     "Whether it carries traffic, else what is missing first")	\
	told(SLOT, slot, number, "Its number in the PEER and TABLE registers") \
	option(QUEUE_ID, queue_id, number, 0, 255, 0,			\
	       "Transmit queue of the master whose packets it sends, 0: none", \
	       "0 to 255 (default 0), less than the master's numtxqueues")

/* row(ID, name, text): what IFLA_NICBOND_MEMBER_STATE says. */
#define NICBOND_MEMBER_STATES(row)					\
	row(UP, "up", "it carries traffic")				\
	row(DOWN, "down", "it is not opened")				\
	row(NO_CARRIER, "no-carrier", "its link is down")		\
	row(DORMANT, "dormant", "its link waits for something (RFC 2863)") \
	row(HUNG, "hung", "its adaptor gives no sign of life: HEARTBEAT stands still") \
	row(UNREACHED, "unreached", "its link is up, but nobody answers its probes") \
	row(HELD, "held", "its link is up, but not for long enough yet")

/*
 * row(ID, name, text): why a member went up or down, or the primary changed: the word
 * in events, the log and tracepoints.
 */
#define NICBOND_CAUSES(row)						\
	row(ASKED, "asked", "a user asked for it")			\
	row(OPTION, "option", "an option was changed")			\
	row(JOINED, "joined", "a member came")				\
	row(RELEASED, "released", "a member was released")		\
	row(NOTIFIER, "notifier", "the device told of its link")	\
	row(TRANSMIT, "transmit", "a packet met a dead port")		\
	row(HEARTBEAT, "heartbeat", "the adaptor gave no sign of life")	\
	row(PROBE, "probe", "no answer to what it probes")

#define NICBOND_LINK_OPTION_ID(ID, ...)		IFLA_NICBOND_##ID,
#define NICBOND_LINK_CHOICE_ID(ID, NAME, name, number, text) \
	NICBOND_##ID##_##NAME = (number),
#define NICBOND_MEMBER_OPTION_ID(ID, ...)	IFLA_NICBOND_MEMBER_##ID,
#define NICBOND_MEMBER_STATE_ID(ID, ...)	NICBOND_MEMBER_STATE_##ID,
#define NICBOND_CAUSE_ID(ID, ...)		NICBOND_CAUSE_##ID,

/* Attributes in IFLA_INFO_DATA. */
enum {
	IFLA_NICBOND_UNSPEC,
	IFLA_NICBOND_PAD,
	NICBOND_LINK_ROWS(NICBOND_LINK_OPTION_ID, NICBOND_LINK_OPTION_ID,
			  NICBOND_LINK_OPTION_ID)
	__IFLA_NICBOND_MAX
};

#define IFLA_NICBOND_MAX	(__IFLA_NICBOND_MAX - 1)

/* Attributes in IFLA_INFO_SLAVE_DATA. */
enum {
	IFLA_NICBOND_MEMBER_UNSPEC,
	NICBOND_MEMBER_ROWS(NICBOND_MEMBER_OPTION_ID, NICBOND_MEMBER_OPTION_ID)
	__IFLA_NICBOND_MEMBER_MAX
};

#define IFLA_NICBOND_MEMBER_MAX	(__IFLA_NICBOND_MEMBER_MAX - 1)

/* NICBOND_PRIMARY_RESELECT_ALWAYS and the like, by ID and NAME. */
enum nicbond_link_choice {
	NICBOND_LINK_CHOICES(NICBOND_LINK_CHOICE_ID)
};

enum nicbond_member_state {
	NICBOND_MEMBER_STATES(NICBOND_MEMBER_STATE_ID)
	NICBOND_MEMBER_STATE_MAX
};

enum nicbond_cause {
	NICBOND_CAUSES(NICBOND_CAUSE_ID)
	NICBOND_CAUSE_MAX
};

#undef NICBOND_LINK_OPTION_ID
#undef NICBOND_LINK_CHOICE_ID
#undef NICBOND_MEMBER_OPTION_ID
#undef NICBOND_MEMBER_STATE_ID
#undef NICBOND_CAUSE_ID

/* row(ID, name, text): u64 in IFLA_INFO_XSTATS, since the master was created. */
#define NICBOND_LINK_XSTATS(row)					\
	row(FAILOVERS, "failovers", "changes of primary because it had failed") \
	row(ROLE_WRITES, "role_writes", "to ROLE registers")		\
	row(DROP_NO_MEMBER, "drop_no_member",				\
	    "packets, nobody to hand them to")				\
	row(DOWN_NOTIFIER, "down_notifier",				\
	    "members found down by what their device told")		\
	row(DOWN_TRANSMIT, "down_transmit",				\
	    "members found down by a packet")				\
	row(DOWN_HEARTBEAT, "down_heartbeat",				\
	    "members found down by their adaptor's heartbeat")		\
	row(DOWN_PROBE, "down_probe", "members found down by their probes")

#define NICBOND_LINK_XSTAT_ID(ID, name, text)	IFLA_NICBOND_XSTATS_##ID,
enum {
	IFLA_NICBOND_XSTATS_UNSPEC,
	IFLA_NICBOND_XSTATS_PAD,
	IFLA_NICBOND_XSTATS_COUNTERS,	/* nested: by 1 + enum nicbond_counter, u64, the
					 * sum over the members of now
					 */
	NICBOND_LINK_XSTATS(NICBOND_LINK_XSTAT_ID)
	__IFLA_NICBOND_XSTATS_MAX
};

#undef NICBOND_LINK_XSTAT_ID

#define IFLA_NICBOND_XSTATS_MAX	(__IFLA_NICBOND_XSTATS_MAX - 1)

#endif /* _UAPI_LINUX_NICBOND_LINK_H */
