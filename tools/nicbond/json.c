// SPDX-License-Identifier: GPL-2.0
/* JSON on standard output, on one line. */
#include "json.h"

#include <stdio.h>
#include <string.h>

#define DEPTH	16

static char closing[DEPTH];
static int depth;

/* Whether there is one before, in what is open; not, behind a key. */
static int another;

static void separate(void)
{
	if (another)
		putchar(',');
	another = 1;
}

void json_open(char bracket)
{
	separate();
	putchar(bracket);
	closing[depth++ % DEPTH] = bracket == '{' ? '}' : ']';
	another = 0;
}

void json_close(void)
{
	putchar(closing[--depth % DEPTH]);
	another = depth;
	if (!depth)
		putchar('\n');
}

/* Bytes of the UTF-8 character at @text; 0, if it is none (RFC 3629). */
static int character(const unsigned char *text)
{
	int length = *text < 0x80 ? 1 : *text < 0xc2 ? 0 : *text < 0xe0 ? 2 :
		     *text < 0xf0 ? 3 : *text < 0xf5 ? 4 : 0;
	int i;

	for (i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	/* Too long for what it says; half of a pair; above the last. */
	if ((*text == 0xe0 && text[1] < 0xa0) || (*text == 0xed && text[1] > 0x9f) ||
	    (*text == 0xf0 && text[1] < 0x90) || (*text == 0xf4 && text[1] > 0x8f))
		return 0;

	return length;
}

/* A name of a device has any bytes. */
static void quote(const char *text)
{
	int length;

	putchar('"');
	for (; *text; text += length ? length : 1) {
		length = character((const unsigned char *)text);
		if (!length)
			fputs("\\ufffd", stdout);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < ' ')
			printf("\\u%04x", *text);
		else
			fwrite(text, length, 1, stdout);
	}
	putchar('"');
}

void json_key(const char *name)
{
	separate();
	quote(name);
	putchar(':');
	another = 0;
}

void json_number(unsigned long long number)
{
	separate();
	printf("%llu", number);
}

void json_fraction(double number, int digits)
{
	separate();
	printf("%.*f", digits, number);
}

void json_string(const char *text)
{
	separate();
	quote(text);
}

void json_null(void)
{
	separate();
	fputs("null", stdout);
}
