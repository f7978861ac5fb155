/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_OPTION_H
#define _NICBOND_HOST_OPTION_H

#include <linux/bitmap.h>
#include <linux/types.h>
#include <net/nicbond.h>
#include <uapi/linux/nicbond_link.h>

struct nicbond_master;
struct nicbond_member;
struct netlink_ext_ack;

/* The options of masters and of members, in the order of their rows. */
#define NICBOND_OPTION_ID(ID, ...)		NICBOND_OPTION_##ID,
#define NICBOND_MEMBER_OPTION_ID(ID, ...)	NICBOND_MEMBER_OPTION_##ID,
#define NICBOND_NO_OPTION(...)
enum nicbond_option_id {
	NICBOND_LINK_ROWS(NICBOND_OPTION_ID, NICBOND_OPTION_ID, NICBOND_NO_OPTION)
	NICBOND_OPTION_COUNT
};

enum nicbond_member_option_id {
	NICBOND_MEMBER_ROWS(NICBOND_MEMBER_OPTION_ID, NICBOND_NO_OPTION)
	NICBOND_MEMBER_OPTION_COUNT
};

#undef NICBOND_OPTION_ID
#undef NICBOND_MEMBER_OPTION_ID

/* Words of targets: the addresses, then the kinds. */
#define NICBOND_OPTION_WORDS	(NICBOND_TARGETS * (NICBOND_TARGET_WORDS + 1))

/* Room for any option's value. */
struct nicbond_option_value {
	u32 word[NICBOND_OPTION_WORDS];
};

/* Room for any option's value as text: targets, each an IPv6 address and a VLAN. */
#define NICBOND_OPTION_TEXT	(NICBOND_TARGETS * 52)

/* Room for why one was not taken. */
#define NICBOND_OPTION_WHY	384

/**
 * struct nicbond_option - an option
 * @name: Of the sysfs file and the module parameter.
 * @attribute: Of netlink, in the data of a link or of a slave.
 * @accepted: What a value may be, in words.
 * @refusal: What netlink says of another.
 * @reg: The first register; 0: it is none, but a member's or the host's alone.
 * @kind: How it is written down, and how many registers or words it is.
 * @range: Of what is no register; else without a unit.
 */
struct nicbond_option {
	const char *name;
	const char *accepted;
	const char *refusal;
	u16 attribute;
	u16 reg;
	const struct nicbond_option_kind *kind;
	struct nicbond_map_range range;
};

extern const struct nicbond_option nicbond_options[NICBOND_OPTION_COUNT];
extern const struct nicbond_option nicbond_member_options[NICBOND_MEMBER_OPTION_COUNT];

/* The names of values of what is no register, by attribute in place of that. */
extern const struct nicbond_map_value nicbond_option_choices[];

/**
 * struct nicbond_option_change - new values for some options of a master
 * @given: Which.
 * @value: Their values, by enum nicbond_option_id.
 */
struct nicbond_option_change {
	DECLARE_BITMAP(given, NICBOND_OPTION_COUNT);
	struct nicbond_option_value value[NICBOND_OPTION_COUNT];
};

/* How many words a value has, and how long they are in a netlink attribute. */
unsigned int nicbond_option_words(const struct nicbond_option *option);

/* Is it written down as text in a netlink attribute, too? */
bool nicbond_option_is_text(const struct nicbond_option *option);

/* Is it for nobody but who may write it? */
bool nicbond_option_secret(const struct nicbond_option *option);

/* May the option have this value? 0 or -EINVAL. Pure. */
int nicbond_option_check(const struct nicbond_option *option,
			 const struct nicbond_option_value *value);

/* From text and to text, without a newline. -EINVAL; pure. */
int nicbond_option_parse(const struct nicbond_option *option, const char *text,
			 struct nicbond_option_value *value);
void nicbond_option_format(const struct nicbond_option *option,
			   const struct nicbond_option_value *value,
			   char text[NICBOND_OPTION_TEXT]);

/* Why @text was not taken: says the value, unless it is secret, and what is. */
void nicbond_option_explain(const struct nicbond_option *option,
			    const char *text,
			    char why[NICBOND_OPTION_WHY]);

/* Give all adaptors of @master the values, or none: 0, or what an adaptor said. rtnl. */
int nicbond_option_change(struct nicbond_master *master,
			  const struct nicbond_option_change *change);

/* As that, of one option; and tell user space. */
int nicbond_option_set(struct nicbond_master *master, enum nicbond_option_id id,
		       const struct nicbond_option_value *value);

/* Give a new member's adaptor the values of all options: 0, or what it said. rtnl. */
int nicbond_option_program(struct nicbond_member *member);

/* The same, of one that refused some; without a word in the log. rtnl. */
int nicbond_option_program_again(struct nicbond_member *member);

/* Give a member's options these values, or none: 0, or why not, @extack too. rtnl. */
int nicbond_option_change_member(struct nicbond_member *member,
				 const u32 value[NICBOND_MEMBER_OPTION_COUNT],
				 struct netlink_ext_ack *extack);

/* What a new master's options are, by the module's parameters; a new member's. */
void nicbond_option_init(struct nicbond_master *master);
void nicbond_option_init_member(struct nicbond_member *member);

#endif /* _NICBOND_HOST_OPTION_H */
