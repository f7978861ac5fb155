/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_OPTION_H
#define _NICBOND_HOST_OPTION_H

#include <linux/types.h>
#include <net/nicbond.h>

struct nicbond_master;
struct nicbond_member;

/*
 * The options of a master: each is a register, or a row of them, of all its
 * adaptors. From this come the sysfs files, the module parameters that are the
 * defaults of new masters, and what is said of a value that is not taken. The unit
 * is in the name; range, names and default are the register map's.
 *
 *   row(ID, name, REGISTER, words, kind, mode of the sysfs file, text)
 */
#define NICBOND_OPTIONS(row)						\
	row(SELECTOR, selector, SELECTOR, 1, name, 0644,		\
	    "How the adaptors balance: dst-hash (default), load, bpf")		\
	row(HASH_FIELDS, hash_fields, HASH_FIELDS, 1, set, 0644,	\
	    "What dst-hash hashes: dst-ip (default) and others, see its documentation") \
	row(HASH_KEY, hash_key, HASH_KEY, NICBOND_KEY_WORDS, key, 0600,	\
	    "Key of the hash, 32 hexadecimal digits (default: random, one for each master)") \
	row(TABLE_SIZE, table_size, TABLE_SIZE, 1, number, 0644,	\
	    "Buckets of the indirection table: a power of two, 64 to 4096 (default 256)") \
	row(FLOWLET_GAP, flowlet_gap_us, FLOWLET_GAP, 1, number, 0644,	\
	    "A pause after which a flow may move: 0 (no pause) to 1000000 us (default 500)") \
	row(FLOWLETS, flowlets, FLOWLETS, 1, number, 0644,		\
	    "Flows that selector load tells apart: a power of two, 64 to 65536 (default 4096)") \
	row(LOAD_INTERVAL, load_interval_ms, LOAD_INTERVAL, 1, number, 0644, \
	    "From one load report to the next: 1 to 10000 ms (default 10)") \
	row(CHANNEL_MODE, channel_mode, CHANNEL_MODE, 1, name, 0644,	\
	    "How packets are forwarded: direct (default), ring, auto")	\
	row(CHANNEL_DEPTH, channel_depth, CHANNEL_DEPTH, 1, number, 0644, \
	    "Packets that a ring holds: 1 to 65536 (default 256)")	\
	row(CHANNEL_FULL, channel_full, CHANNEL_FULL, 1, name, 0644,	\
	    "A packet for a full ring: drop (default), resteer")	\
	row(MOVE_DEADLINE, move_deadline_ms, MOVE_DEADLINE, 1, number, 0644, \
	    "A bucket that never pauses moves after this: 0 (never) to 3600000 ms (default 10000)")

#define NICBOND_OPTION_ID(ID, ...) NICBOND_OPTION_##ID,
enum nicbond_option_id {
	NICBOND_OPTIONS(NICBOND_OPTION_ID)
	NICBOND_OPTION_COUNT
};

#undef NICBOND_OPTION_ID

/* Room for any option's value. */
struct nicbond_option_value {
	u32 word[NICBOND_KEY_WORDS];
};

/* Room for any option's value as text, and for what it accepts. */
#define NICBOND_OPTION_TEXT	256

/**
 * struct nicbond_option - an option
 * @name: Of the sysfs file and the module parameter.
 * @reg: The first register.
 * @words: How many.
 * @kind: How it is written down.
 */
struct nicbond_option {
	const char *name;
	u16 reg;
	u8 words;
	const struct nicbond_option_kind *kind;
};

extern const struct nicbond_option nicbond_options[NICBOND_OPTION_COUNT];

/* From text and to text, without a newline. -EINVAL; pure. */
int nicbond_option_parse(const struct nicbond_option *option, const char *text,
			 struct nicbond_option_value *value);
void nicbond_option_format(const struct nicbond_option *option,
			   const struct nicbond_option_value *value,
			   char text[NICBOND_OPTION_TEXT]);

/* Why @text was not taken: says the value, unless it is secret, and what is. */
void nicbond_option_explain(const struct nicbond_option *option,
			    const char *text,
			    char why[2 * NICBOND_OPTION_TEXT]);

/*
 * Give all adaptors of @master the value, or none: 0, or what an adaptor said.
 * rtnl.
 */
int nicbond_option_set(struct nicbond_master *master, enum nicbond_option_id id,
		       const struct nicbond_option_value *value);

/* Give a new member's adaptor the values of all options: 0, or what it said. rtnl. */
int nicbond_option_program(struct nicbond_member *member);

#endif /* _NICBOND_HOST_OPTION_H */
