// SPDX-License-Identifier: GPL-2.0
/* Options as text: each takes what its words say, and gives it back. */
#include "../host/option.h"

#include <kunit/test.h>
#include <linux/ctype.h>
#include <linux/string.h>

static bool nicbond_option_takes(const struct nicbond_option *option,
				 const char *text)
{
	struct nicbond_option_value value;

	return !nicbond_option_parse(option, text, &value);
}

/* What was parsed is written down as it was, is checked alike, and is said to be taken. */
static void nicbond_option_expect(struct kunit *test,
				  const struct nicbond_option *option,
				  const char *text)
{
	struct nicbond_option_value value;
	char back[NICBOND_OPTION_TEXT];

	KUNIT_EXPECT_EQ_MSG(test, nicbond_option_parse(option, text, &value), 0,
			    "%s %s", option->name, text);
	KUNIT_EXPECT_EQ(test, nicbond_option_check(option, &value), 0);
	nicbond_option_format(option, &value, back);
	KUNIT_EXPECT_STREQ(test, back, text);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(option->accepted, text),
				  "%s: no %s in: %s", option->name, text,
				  option->accepted);
}

static void nicbond_option_refuses(struct kunit *test,
				   const struct nicbond_option *option,
				   u64 number)
{
	struct nicbond_option_value value = { { number } };
	char text[24];

	snprintf(text, sizeof(text), "%llu", number);
	KUNIT_EXPECT_FALSE_MSG(test, nicbond_option_takes(option, text),
			       "%s %s", option->name, text);
	if (number <= U32_MAX)
		KUNIT_EXPECT_EQ(test, nicbond_option_check(option, &value),
				-EINVAL);
}

static void nicbond_option_expect_range(struct kunit *test,
					const struct nicbond_option *option,
					const struct nicbond_map_range *range)
{
	char text[24];

	snprintf(text, sizeof(text), "%u", range->least);
	nicbond_option_expect(test, option, text);
	snprintf(text, sizeof(text), "%u", range->most);
	nicbond_option_expect(test, option, text);
	if (range->least)
		nicbond_option_refuses(test, option, range->least - 1);
	nicbond_option_refuses(test, option, (u64)range->most + 1);
	nicbond_option_refuses(test, option, BIT_ULL(32) + range->least);
	if (range->steps == NICBOND_POWERS_OF_2)
		nicbond_option_refuses(test, option, range->least + 1);
}

/* Of a register: each value and each field by name, each end of its range. */
static unsigned int nicbond_option_try_register(struct kunit *test,
						const struct nicbond_option *option)
{
	const struct nicbond_map_range *range;
	const struct nicbond_map_field *field;
	const struct nicbond_map_value *row;
	unsigned int tried = 0;

	for (range = nicbond_map_ranges; range->unit; range++)
		if (range->reg == option->reg && ++tried)
			nicbond_option_expect_range(test, option, range);
	for (row = nicbond_map_values; row->name; row++)
		if (row->reg == option->reg && ++tried)
			nicbond_option_expect(test, option, row->name);
	for (field = nicbond_map_fields; field->name; field++)
		if (field->reg == option->reg && ++tried)
			nicbond_option_expect(test, option, field->name);

	return tried;
}

/* Of what is none: each name, or each end of its range. */
static unsigned int nicbond_option_try_host(struct kunit *test,
					    const struct nicbond_option *option)
{
	const struct nicbond_map_value *row;
	unsigned int tried = 0;

	for (row = nicbond_option_choices; row->name; row++)
		if (row->reg == option->attribute && ++tried)
			nicbond_option_expect(test, option, row->name);
	if (!tried++)
		nicbond_option_expect_range(test, option, &option->range);

	return tried;
}

static void nicbond_option_test_values(struct kunit *test)
{
	const struct nicbond_option *option;
	unsigned int i, tried;

	for (i = 0; i < NICBOND_OPTION_COUNT; i++) {
		option = &nicbond_options[i];
		tried = option->reg ? nicbond_option_try_register(test, option) :
				      nicbond_option_try_host(test, option);
		if (!nicbond_option_secret(option) &&
		    !nicbond_option_is_text(option))
			KUNIT_EXPECT_GT_MSG(test, tried, 0, "%s", option->name);
	}
	for (i = 0; i < NICBOND_MEMBER_OPTION_COUNT; i++)
		nicbond_option_expect_range(test, &nicbond_member_options[i],
					    &nicbond_member_options[i].range);
}

/* By its attribute, too: that is the option's place among the rows. */
static void nicbond_option_test_numbers(struct kunit *test)
{
	const struct nicbond_option *set =
		&nicbond_options[NICBOND_OPTION_HASH_FIELDS];
	const struct nicbond_option *name =
		&nicbond_options[NICBOND_OPTION_SELECTOR];
	const struct nicbond_option *choice =
		&nicbond_options[NICBOND_OPTION_PRIMARY_RESELECT];
	unsigned int i;

	nicbond_option_refuses(test, name, NICBOND_SELECTOR_BPF + 1);
	nicbond_option_refuses(test, choice, NICBOND_PRIMARY_RESELECT_FAILURE + 1);
	nicbond_option_refuses(test, set, 0);
	nicbond_option_refuses(test, set, BIT(NICBOND_HASH_FIELD_MAX));
	for (i = 1; i < NICBOND_OPTION_COUNT; i++)
		KUNIT_EXPECT_GT(test, nicbond_options[i].attribute,
				nicbond_options[i - 1].attribute);
}

static void nicbond_option_test_key(struct kunit *test)
{
	const struct nicbond_option *key =
		&nicbond_options[NICBOND_OPTION_HASH_KEY];
	static const char digits[] = "0123456789abcdef0011223344556677";
	struct nicbond_option_value value;
	char text[NICBOND_OPTION_TEXT];
	char why[NICBOND_OPTION_WHY];

	KUNIT_EXPECT_EQ(test, nicbond_option_parse(key, digits, &value), 0);
	KUNIT_EXPECT_EQ(test, value.word[0], 0x01234567);
	KUNIT_EXPECT_EQ(test, value.word[3], 0x44556677);
	nicbond_option_format(key, &value, text);
	KUNIT_EXPECT_STREQ(test, text, digits);
	KUNIT_EXPECT_FALSE(test, nicbond_option_takes(key, digits + 1));
	nicbond_option_explain(key, digits + 1, why);
	KUNIT_EXPECT_NULL(test, strstr(why, digits + 1));
	KUNIT_EXPECT_NOT_NULL(test, strstr(why, "32 hexadecimal digits"));
}

/* What a user wrote is told again in words that no terminal obeys, and in one line. */
static void nicbond_option_test_words(struct kunit *test)
{
	const struct nicbond_option *option =
		&nicbond_options[NICBOND_OPTION_SELECTOR];
	char why[NICBOND_OPTION_WHY];
	int i;

	nicbond_option_explain(option, "\x1b[31m\rred\n<0>line", why);
	for (i = 0; why[i]; i++)
		KUNIT_EXPECT_TRUE(test, isascii(why[i]) && isprint(why[i]));
	KUNIT_EXPECT_NOT_NULL(test, strstr(why, "red is not taken; accepted: dst-hash"));
	KUNIT_EXPECT_NULL(test, strstr(why, "line"));
}

static const char * const nicbond_option_bad_targets[] = {
	"", "x", "10.0.0", "10.0.0.1,", ",10.0.0.1", "10.0.0.1 ", "10.0.0.1@",
	"10.0.0.1@0", "10.0.0.1@4095", "10.0.0.1@-1", "10.0.0.1@1x", "10.0.0.1@123456",
	"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "ff02::1",
	"fd00::1@", "fd00:::1", "10.0.0.1\n10.0.0.2", "none,10.0.0.1",
	"1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1,1::1",
};

/* Targets: from text to the words of PROBE_ADDRESS and PROBE_KIND, and back. */
static void nicbond_option_test_targets(struct kunit *test)
{
	const struct nicbond_option *option =
		&nicbond_options[NICBOND_OPTION_PROBE_TARGETS];
	const unsigned int kind = NICBOND_TARGETS * NICBOND_TARGET_WORDS;
	static const char two[] = "10.0.0.9,fd00::1234@4094";
	struct nicbond_option_value value;
	char text[NICBOND_OPTION_TEXT];
	int i;

	KUNIT_EXPECT_EQ(test, nicbond_option_parse(option, two, &value), 0);
	KUNIT_EXPECT_EQ(test, nicbond_option_check(option, &value), 0);
	KUNIT_EXPECT_EQ(test, value.word[0], 0x0900000a);
	KUNIT_EXPECT_EQ(test, value.word[1], 0);
	KUNIT_EXPECT_EQ(test, value.word[4], 0x000000fd);
	KUNIT_EXPECT_EQ(test, value.word[7], 0x34120000);
	KUNIT_EXPECT_EQ(test, value.word[kind], NICBOND_PROBE_KIND_PRESENT);
	KUNIT_EXPECT_EQ(test, value.word[kind + 1], NICBOND_PROBE_KIND_PRESENT |
			NICBOND_PROBE_KIND_IPV6 | 4094);
	KUNIT_EXPECT_EQ(test, value.word[kind + 2], 0);
	nicbond_option_format(option, &value, text);
	KUNIT_EXPECT_STREQ(test, text, two);

	KUNIT_EXPECT_EQ(test, nicbond_option_parse(option, "none\n", &value), 0);
	nicbond_option_format(option, &value, text);
	KUNIT_EXPECT_STREQ(test, text, "none");
	for (i = 0; i < ARRAY_SIZE(nicbond_option_bad_targets); i++)
		KUNIT_EXPECT_FALSE_MSG(test,
				       nicbond_option_takes(option, nicbond_option_bad_targets[i]),
				       "'%s'", nicbond_option_bad_targets[i]);
}

static struct kunit_case nicbond_option_test_cases[] = {
	KUNIT_CASE(nicbond_option_test_values),
	KUNIT_CASE(nicbond_option_test_numbers),
	KUNIT_CASE(nicbond_option_test_key),
	KUNIT_CASE(nicbond_option_test_words),
	KUNIT_CASE(nicbond_option_test_targets),
	{}
};

static struct kunit_suite nicbond_option_suite = {
	.name = "nicbond_option",
	.test_cases = nicbond_option_test_cases,
};

kunit_test_suite(nicbond_option_suite);
