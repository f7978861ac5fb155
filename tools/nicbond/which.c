// SPDX-License-Identifier: GPL-2.0
/* which: who would transmit a packet. */
#include "command.h"
#include "device.h"
#include "family.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define D_ID_MAX	0xffffff
#define FRAME_MAX	9216

/* What is asked for: one of the attributes of which, and its bytes. */
struct question {
	int what;
	size_t length;
	unsigned char bytes[FRAME_MAX];
};

static void take_address(struct question *question, const char *text)
{
	question->what = NICBOND_A_WHICH_DESTINATION;
	if (inet_pton(AF_INET, text, question->bytes) == 1)
		question->length = sizeof(struct in_addr);
	else if (inet_pton(AF_INET6, text, question->bytes) == 1)
		question->length = sizeof(struct in6_addr);
	else
		misuse("'%s' is no IPv4 or IPv6 address", text);
}

static void take_d_id(struct question *question, const char *text)
{
	unsigned long number;
	uint32_t d_id;
	char *end;

	number = strtoul(text, &end, 0);
	if (!isdigit((unsigned char)*text) || *end || number > D_ID_MAX)
		misuse("d-id '%s': 0 to %#x is needed", text, D_ID_MAX);
	d_id = number;
	question->what = NICBOND_A_WHICH_D_ID;
	question->length = sizeof(d_id);
	memcpy(question->bytes, &d_id, sizeof(d_id));
}

static int digit(int c)
{
	return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

/* The next character of @text, or, where that is NULL, of standard input; -1: the end. */
static int next(const char **text)
{
	if (!*text)
		return getchar();

	return **text ? (unsigned char)*(*text)++ : -1;
}

/* Pairs of digits, with space and colons between as they like. */
static void take_frame(struct question *question, const char *text)
{
	size_t digits = 0;
	int c;

	question->what = NICBOND_A_WHICH_FRAME;
	if (!strcmp(text, "-"))
		text = NULL;
	while ((c = next(&text)) != -1) {
		if (isspace(c) || c == ':')
			continue;
		if (digit(c) < 0)
			misuse("frame: '%c' is no hexadecimal digit", c);
		if (digits / 2 == FRAME_MAX)
			misuse("frame: more than %d bytes", FRAME_MAX);
		question->bytes[digits / 2] = question->bytes[digits / 2] << 4 | digit(c);
		digits++;
	}
	if (!digits || digits % 2)
		misuse("frame: pairs of hexadecimal digits are needed");
	question->length = digits / 2;
}

static void take(struct question *question, const char *kind, const char *text)
{
	if (!text)
		take_address(question, kind);
	else if (!strcmp(kind, "d-id"))
		take_d_id(question, text);
	else if (!strcmp(kind, "frame"))
		take_frame(question, text);
	else
		misuse("'%s': an address, d-id or frame is needed", kind);
}

void which_run(const struct arguments *arguments)
{
	static struct question question;
	struct devices devices = { 0 };
	const struct device *master;
	struct record answer = { 0 };
	int error;

	take(&question, argument(arguments, 1), argument(arguments, 2));
	devices_get(&devices);
	master = devices_master(&devices, argument(arguments, 0));
	error = family_which(&answer, master->ifindex, question.what, question.bytes,
			     question.length);
	if (error)
		family_fail(master->name, error);
	printf("%s slot %u\n", device_name(answer.value[NICBOND_A_WHICH_IFINDEX]),
	       (unsigned int)answer.value[NICBOND_A_WHICH_SLOT]);
	devices_put(&devices);
}
