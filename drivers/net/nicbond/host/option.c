// SPDX-License-Identifier: GPL-2.0
/* The options of masters and members, from text to the registers of the adaptors. */
#include "option.h"
#include "announce.h"
#include "failover.h"
#include "heartbeat.h"
#include "peer.h"
#include "probing.h"
#include "topology.h"

#include <linux/hex.h>
#include <linux/if_vlan.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <net/ipv6.h>

/**
 * struct nicbond_option_kind - how values are written down
 * @parse: As nicbond_option_parse().
 * @format: As nicbond_option_format().
 * @words: How many.
 * @secret: Never in the log.
 */
struct nicbond_option_kind {
	int (*parse)(const struct nicbond_option *option, const char *text,
		     struct nicbond_option_value *value);
	void (*format)(const struct nicbond_option *option,
		       const struct nicbond_option_value *value, char *text);
	u8 words;
	bool secret;
};

__printf(2, 3)
static void nicbond_option_append(char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vscnprintf(text + used, NICBOND_OPTION_TEXT - used, format, args);
	va_end(args);
}

/* A number of the range. */
static int nicbond_number_parse(const struct nicbond_option *option,
				const char *text,
				struct nicbond_option_value *value)
{
	/* Not octal, whatever it starts with. */
	if (kstrtou32(text, 10, &value->word[0]))
		return -EINVAL;

	return nicbond_option_check(option, value);
}

static void nicbond_number_format(const struct nicbond_option *option,
				  const struct nicbond_option_value *value,
				  char *text)
{
	nicbond_option_append(text, "%u", value->word[0]);
}

#define NICBOND_OPTION_CHOICE(ID, NAME, label, value, text)	\
	{ .name = (label), .reg = IFLA_NICBOND_##ID, .number = (value) },
const struct nicbond_map_value nicbond_option_choices[] = {
	NICBOND_LINK_CHOICES(NICBOND_OPTION_CHOICE)
	{ }
};

/* The option's next value of those that have a name; @row: NULL, or the one before. */
static const struct nicbond_map_value *
nicbond_name_next(const struct nicbond_option *option,
		  const struct nicbond_map_value *row)
{
	u16 whose = option->reg ?: option->attribute;

	if (row)
		row++;
	else
		row = option->reg ? nicbond_map_values : nicbond_option_choices;
	while (row->name && row->reg != whose)
		row++;

	return row->name ? row : NULL;
}

#define nicbond_for_each_name(option, row)				\
	for (row = nicbond_name_next(option, NULL); row;		\
	     row = nicbond_name_next(option, row))

/* One of the values, by name. */
static int nicbond_name_parse(const struct nicbond_option *option,
			      const char *text,
			      struct nicbond_option_value *value)
{
	const struct nicbond_map_value *row;

	nicbond_for_each_name(option, row) {
		if (!sysfs_streq(row->name, text))
			continue;
		value->word[0] = row->number;
		return 0;
	}

	return -EINVAL;
}

static void nicbond_name_format(const struct nicbond_option *option,
				const struct nicbond_option_value *value,
				char *text)
{
	const struct nicbond_map_value *row;

	nicbond_for_each_name(option, row)
		if (row->number == value->word[0])
			nicbond_option_append(text, "%s", row->name);
}

/* Some of the register's fields, by name, with commas between; one at least. */
static int nicbond_set_parse(const struct nicbond_option *option,
			     const char *text,
			     struct nicbond_option_value *value)
{
	const struct nicbond_map_field *field;
	size_t len;
	u32 set = 0;

	for (;; text += len + 1) {
		len = strcspn(text, ",\n");
		for (field = nicbond_map_fields; field->name; field++)
			if (field->reg == option->reg &&
			    strlen(field->name) == len &&
			    !strncmp(field->name, text, len))
				break;
		if (!field->name)
			return -EINVAL;
		set |= field->mask;
		if (text[len] != ',')
			break;
	}
	if (text[len] && text[len + 1])
		return -EINVAL;
	value->word[0] = set;

	return 0;
}

static void nicbond_set_format(const struct nicbond_option *option,
			       const struct nicbond_option_value *value,
			       char *text)
{
	const struct nicbond_map_field *field;

	for (field = nicbond_map_fields; field->name; field++)
		if (field->reg == option->reg && field->mask & value->word[0])
			nicbond_option_append(text, "%s%s", *text ? "," : "",
					      field->name);
}

/* A key, as hexadecimal digits. */
static int nicbond_key_parse(const struct nicbond_option *option,
			     const char *text,
			     struct nicbond_option_value *value)
{
	u8 key[NICBOND_KEY_WORDS * sizeof(u32)];
	size_t len = strcspn(text, "\n");
	int i;

	if (len != 2 * sizeof(key) || text[len + !!text[len]] ||
	    hex2bin(key, text, sizeof(key)))
		return -EINVAL;
	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		value->word[i] = get_unaligned_be32(key + sizeof(u32) * i);
	memzero_explicit(key, sizeof(key));

	return 0;
}

static void nicbond_key_format(const struct nicbond_option *option,
			       const struct nicbond_option_value *value,
			       char *text)
{
	int i;

	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		nicbond_option_append(text, "%08x", value->word[i]);
}

/* Of a host, as far as that shows. */
static bool nicbond_target_is_ipv4(const u8 *bytes)
{
	__be32 address = get_unaligned((const __be32 *)bytes);

	return !ipv4_is_zeronet(address) && !ipv4_is_loopback(address) &&
	       !ipv4_is_multicast(address) && !ipv4_is_lbcast(address);
}

static bool nicbond_target_is_ipv6(const u8 *bytes)
{
	int type = ipv6_addr_type((const struct in6_addr *)bytes);

	return type & IPV6_ADDR_UNICAST && !(type & IPV6_ADDR_LOOPBACK);
}

/* An address of either family, and its VLAN; @text ends before a comma. */
static int nicbond_target_parse(const char *text, int len, u32 *address, u32 *kind)
{
	const char *end = memchr(text, '@', len) ?: text + len;
	u8 bytes[sizeof(struct in6_addr)] = { };
	const char *stop;
	char digits[6];
	u16 vlan = 0;
	int i;

	if (in4_pton(text, end - text, bytes, -1, &stop) && stop == end) {
		if (!nicbond_target_is_ipv4(bytes))
			return -EINVAL;
		*kind = NICBOND_PROBE_KIND_PRESENT;
	} else {
		memset(bytes, 0, sizeof(bytes));
		if (!in6_pton(text, end - text, bytes, -1, &stop) ||
		    stop != end || !nicbond_target_is_ipv6(bytes))
			return -EINVAL;
		*kind = NICBOND_PROBE_KIND_PRESENT | NICBOND_PROBE_KIND_IPV6;
	}
	if (end < text + len) {
		len -= end + 1 - text;
		if (len <= 0 || len >= sizeof(digits))
			return -EINVAL;
		memcpy(digits, end + 1, len);
		digits[len] = '\0';
		if (kstrtou16(digits, 10, &vlan) || !vlan || vlan >= VLAN_VID_MASK)
			return -EINVAL;
	}
	*kind |= vlan;
	for (i = 0; i < NICBOND_TARGET_WORDS; i++)
		address[i] = get_unaligned_le32(bytes + sizeof(u32) * i);

	return 0;
}

/* Targets, with commas between. */
static int nicbond_targets_parse(const struct nicbond_option *option,
				 const char *text,
				 struct nicbond_option_value *value)
{
	u32 *address = value->word;
	u32 *kind = address + NICBOND_TARGETS * NICBOND_TARGET_WORDS;
	unsigned int n;
	size_t len;

	memset(value, 0, sizeof(*value));
	if (sysfs_streq(text, "none"))
		return 0;

	for (n = 0; n < NICBOND_TARGETS; n++, text += len + 1) {
		len = strcspn(text, ",\n");
		if (nicbond_target_parse(text, len,
					 address + n * NICBOND_TARGET_WORDS,
					 kind + n))
			return -EINVAL;
		if (text[len] != ',')
			return text[len] && text[len + 1] ? -EINVAL : 0;
	}

	return -EINVAL;
}

static void nicbond_targets_format(const struct nicbond_option *option,
				   const struct nicbond_option_value *value,
				   char *text)
{
	const u32 *address = value->word;
	const u32 *kind = address + NICBOND_TARGETS * NICBOND_TARGET_WORDS;
	u8 bytes[sizeof(struct in6_addr)];
	unsigned int n, i;

	for (n = 0; n < NICBOND_TARGETS; n++, address += NICBOND_TARGET_WORDS) {
		if (!kind[n])
			continue;
		for (i = 0; i < NICBOND_TARGET_WORDS; i++)
			put_unaligned_le32(address[i], bytes + sizeof(u32) * i);
		nicbond_option_append(text, kind[n] & NICBOND_PROBE_KIND_IPV6 ?
				      "%s%pI6c" : "%s%pI4", *text ? "," : "",
				      bytes);
		if (kind[n] & NICBOND_PROBE_KIND_VLAN)
			nicbond_option_append(text, "@%u",
					      kind[n] & NICBOND_PROBE_KIND_VLAN);
	}
	if (!*text)
		nicbond_option_append(text, "none");
}

#define NICBOND_OPTION_KIND(kind, count, is_secret)			\
	static const struct nicbond_option_kind nicbond_##kind##_kind = { \
		.parse = nicbond_##kind##_parse,			\
		.format = nicbond_##kind##_format,			\
		.words = (count),					\
		.secret = (is_secret),					\
	}
NICBOND_OPTION_KIND(number, 1, false);
NICBOND_OPTION_KIND(name, 1, false);
NICBOND_OPTION_KIND(set, 1, false);
NICBOND_OPTION_KIND(key, NICBOND_KEY_WORDS, true);
NICBOND_OPTION_KIND(targets, NICBOND_OPTION_WORDS, false);

#define NICBOND_OPTION_REFUSAL(label, accepted) \
	#label " is not taken as given; accepted: " accepted

#define NICBOND_OPTION_ROW(ID, label, how, REG, text, takes)		\
	[NICBOND_OPTION_##ID] = {					\
		.name = #label,						\
		.accepted = (takes),					\
		.refusal = NICBOND_OPTION_REFUSAL(label, takes),	\
		.attribute = IFLA_NICBOND_##ID,				\
		.reg = NICBOND_REG_##REG,				\
		.kind = &nicbond_##how##_kind,				\
	},
#define NICBOND_OPTION_HOST_ROW(ID, label, how, low, high, initial, text, takes) \
	[NICBOND_OPTION_##ID] = {					\
		.name = #label,						\
		.accepted = (takes),					\
		.refusal = NICBOND_OPTION_REFUSAL(label, takes),	\
		.attribute = IFLA_NICBOND_##ID,				\
		.kind = &nicbond_##how##_kind,				\
		.range = { .unit = "", .least = (low), .most = (high) },	\
	},
const struct nicbond_option nicbond_options[NICBOND_OPTION_COUNT] = {
	NICBOND_LINK_ROWS(NICBOND_OPTION_ROW, NICBOND_OPTION_HOST_ROW,
			  NICBOND_NO_OPTION)
};

#define NICBOND_MEMBER_OPTION_ROW(ID, label, how, low, high, initial, text, takes) \
	[NICBOND_MEMBER_OPTION_##ID] = {				\
		.name = #label,						\
		.accepted = (takes),					\
		.refusal = NICBOND_OPTION_REFUSAL(label, takes),	\
		.attribute = IFLA_NICBOND_MEMBER_##ID,			\
		.kind = &nicbond_##how##_kind,				\
		.range = { .unit = "", .least = (low), .most = (high) },	\
	},
const struct nicbond_option
nicbond_member_options[NICBOND_MEMBER_OPTION_COUNT] = {
	NICBOND_MEMBER_ROWS(NICBOND_MEMBER_OPTION_ROW, NICBOND_NO_OPTION)
};

unsigned int nicbond_option_words(const struct nicbond_option *option)
{
	return option->kind->words;
}

bool nicbond_option_is_text(const struct nicbond_option *option)
{
	return option->kind == &nicbond_targets_kind;
}

bool nicbond_option_secret(const struct nicbond_option *option)
{
	return option->kind->secret;
}

int nicbond_option_check(const struct nicbond_option *option,
			 const struct nicbond_option_value *value)
{
	const struct nicbond_map_range *range = &option->range;
	int i, err = 0;

	if (range->unit)
		return value->word[0] >= range->least &&
		       value->word[0] <= range->most ? 0 : -EINVAL;

	for (i = 0; !err && i < option->kind->words; i++)
		err = nicbond_map_check(option->reg + sizeof(u32) * i,
					value->word[i]);
	/* Of a set, one at least. */
	if (option->kind == &nicbond_set_kind && !value->word[0])
		err = -EINVAL;

	return err;
}

int nicbond_option_parse(const struct nicbond_option *option, const char *text,
			 struct nicbond_option_value *value)
{
	return option->kind->parse(option, text, value);
}

void nicbond_option_format(const struct nicbond_option *option,
			   const struct nicbond_option_value *value,
			   char text[NICBOND_OPTION_TEXT])
{
	*text = '\0';
	option->kind->format(option, value, text);
}

void nicbond_option_explain(const struct nicbond_option *option,
			    const char *text, char why[NICBOND_OPTION_WHY])
{
	if (option->kind->secret)
		snprintf(why, NICBOND_OPTION_WHY, "%s", option->refusal);
	else
		snprintf(why, NICBOND_OPTION_WHY,
			 "%s=%*pE is not taken; accepted: %s", option->name,
			 (int)min(strcspn(text, "\n"), (size_t)64), text,
			 option->accepted);
}

static int nicbond_option_write(struct nicbond_member *member,
				const struct nicbond_option *option,
				const struct nicbond_option_value *value,
				int (*write)(struct nicbond_member *, u32, u32))
{
	int i, err = 0;

	if (!option->reg)
		return 0;
	for (i = 0; !err && i < option->kind->words; i++)
		err = write(member, option->reg + sizeof(u32) * i,
			    value->word[i]);

	return err;
}

static void nicbond_option_store(struct nicbond_master *master,
				 enum nicbond_option_id id,
				 const struct nicbond_option_value *value)
{
	int i;

	for (i = 0; i < nicbond_options[id].kind->words; i++)
		WRITE_ONCE(master->option[id].word[i], value->word[i]);
}

/* Who refuses may have taken some words of it, as others have. */
static int nicbond_option_apply(struct nicbond_master *master,
				enum nicbond_option_id id,
				const struct nicbond_option_value *value)
{
	struct nicbond_member *member;
	int err;

	nicbond_for_each_member(master, member) {
		err = nicbond_option_write(member, &nicbond_options[id], value,
					   nicbond_failover_write);
		if (err)
			return err;
	}
	nicbond_option_store(master, id, value);

	return 0;
}

/* The value that the option had; who does not take that is told again later. */
static void nicbond_option_restore(struct nicbond_master *master,
				   enum nicbond_option_id id,
				   const struct nicbond_option_value *value)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		if (nicbond_option_write(member, &nicbond_options[id], value,
					 nicbond_failover_write))
			member->unprogrammed = true;
	nicbond_option_store(master, id, value);
}

int nicbond_option_change(struct nicbond_master *master,
			  const struct nicbond_option_change *change)
{
	struct nicbond_option_value *before;
	unsigned int id, undo;
	int err;

	ASSERT_RTNL();

	before = kmemdup(master->option, sizeof(master->option), GFP_KERNEL);
	if (!before)
		return -ENOMEM;
	for_each_set_bit(id, change->given, NICBOND_OPTION_COUNT) {
		err = nicbond_option_apply(master, id, &change->value[id]);
		if (err)
			goto undo;
	}
	if (test_bit(NICBOND_OPTION_TOPOLOGY, change->given)) {
		err = nicbond_topology_apply(master);
		if (err)
			goto undo;
	}
	/* Before the addresses are told that the master has for that. */
	if (master->dev)
		nicbond_probing_follow(master);
	/* Some say who is up, or who is primary; nobody can refuse these. */
	if (master->member_count) {
		nicbond_heartbeat_follow(master);
		nicbond_failover_update(master, NICBOND_CAUSE_OPTION);
		/* Switches have learned addresses at ports where they are no more. */
		if (test_bit(NICBOND_OPTION_TOPOLOGY, change->given))
			nicbond_announce_start(master);
	}
	kfree(before);

	return 0;

undo:
	/* The one that was refused, too. */
	for_each_set_bit(undo, change->given, NICBOND_OPTION_COUNT)
		if (undo <= id)
			nicbond_option_restore(master, undo, &before[undo]);
	if (test_bit(NICBOND_OPTION_TOPOLOGY, change->given))
		nicbond_topology_apply(master);
	if (master->member_count) {
		nicbond_heartbeat_follow(master);
		nicbond_failover_update(master, NICBOND_CAUSE_OPTION);
		if (test_bit(NICBOND_OPTION_TOPOLOGY, change->given))
			nicbond_announce_start(master);
	}
	kfree(before);
	return err;
}

int nicbond_option_set(struct nicbond_master *master, enum nicbond_option_id id,
		       const struct nicbond_option_value *value)
{
	struct nicbond_option_change *change;
	int err;

	change = kzalloc_obj(*change);
	if (!change)
		return -ENOMEM;
	__set_bit(id, change->given);
	change->value[id] = *value;
	err = nicbond_option_change(master, change);
	kfree(change);
	if (!err)
		nicbond_master_tell(master);

	return err;
}

static int nicbond_option_write_all(struct nicbond_member *member,
				    int (*write)(struct nicbond_member *, u32, u32))
{
	int i, err = 0;

	for (i = 0; !err && i < NICBOND_OPTION_COUNT; i++)
		err = nicbond_option_write(member, &nicbond_options[i],
					   &member->master->option[i], write);

	return err;
}

int nicbond_option_program(struct nicbond_member *member)
{
	return nicbond_option_write_all(member, nicbond_failover_write);
}

int nicbond_option_program_again(struct nicbond_member *member)
{
	return nicbond_option_write_all(member, nicbond_failover_retry);
}

static void nicbond_option_store_member(struct nicbond_member *member,
					const u32 value[])
{
	int i;

	for (i = 0; i < NICBOND_MEMBER_OPTION_COUNT; i++)
		WRITE_ONCE(member->option[i], value[i]);
}

int nicbond_option_change_member(struct nicbond_member *member,
				 const u32 value[NICBOND_MEMBER_OPTION_COUNT],
				 struct netlink_ext_ack *extack)
{
	u32 before[NICBOND_MEMBER_OPTION_COUNT];
	int err = 0;

	ASSERT_RTNL();

	if (!memcmp(member->option, value, sizeof(before)))
		return 0;
	if (value[NICBOND_MEMBER_OPTION_QUEUE_ID] >=
	    member->master->dev->real_num_tx_queues) {
		NL_SET_ERR_MSG(extack, "queue_id is not below the master's numtxqueues");
		return -EINVAL;
	}

	memcpy(before, member->option, sizeof(before));
	nicbond_option_store_member(member, value);
	/* The priority is the host's alone: nobody can refuse it. */
	if (before[NICBOND_MEMBER_OPTION_WEIGHT] != value[NICBOND_MEMBER_OPTION_WEIGHT] ||
	    before[NICBOND_MEMBER_OPTION_QUEUE_ID] != value[NICBOND_MEMBER_OPTION_QUEUE_ID])
		err = nicbond_peer_tell(member);
	if (err) {
		NL_SET_ERR_MSG(extack, "An adaptor refused it, so nothing was changed");
		nicbond_option_store_member(member, before);
		nicbond_peer_tell(member);
		return err;
	}
	call_netdevice_notifiers(NETDEV_CHANGEINFODATA, member->dev);
	/* It may be the best primary now, or not any more. */
	nicbond_failover_update(member->master, NICBOND_CAUSE_OPTION);

	return 0;
}

void nicbond_option_init(struct nicbond_master *master)
{
	memcpy(master->option, nicbond_defaults.option, sizeof(master->option));
	if (!nicbond_defaults.key_set)
		get_random_bytes(&master->option[NICBOND_OPTION_HASH_KEY],
				 sizeof(master->option[NICBOND_OPTION_HASH_KEY]));
}

#define NICBOND_MEMBER_OPTION_INITIAL(ID, name, kind, low, high, initial, ...) \
	[NICBOND_MEMBER_OPTION_##ID] = (initial),
void nicbond_option_init_member(struct nicbond_member *member)
{
	static const u32 initial[NICBOND_MEMBER_OPTION_COUNT] = {
		NICBOND_MEMBER_ROWS(NICBOND_MEMBER_OPTION_INITIAL,
				    NICBOND_NO_OPTION)
	};

	memcpy(member->option, initial, sizeof(initial));
}
