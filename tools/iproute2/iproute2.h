/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the plug-in uses of ip, which has no headers for that: functions that ip exports
 * to its plug-ins, and struct link_util, by which it calls them. As of iproute2 6.1.
 *
 * Relied upon: the fields below up to print_help, in this order, as they were since
 * iproute2 3.11, and that later ones may be NULL; the functions' arguments.
 */
#ifndef _NICBOND_IPROUTE2_H
#define _NICBOND_IPROUTE2_H

#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A kind of link: ip looks up "<kind>_link_util" in link_<kind>.so.
 * @next: ip's own.
 * @id: The kind.
 * @maxattr: The largest attribute that print_opt takes.
 * @parse_opt: Add the attributes that the words ask for to a request; 0 or -1.
 * @print_opt: Print the data of a link; the array is NULL if there is none.
 * @print_xstats: Print IFLA_INFO_XSTATS; for ip -s -d.
 * @print_help: For ip link help.
 * @later: Room for what ip appends; there were two in 6.1, for ip link xstats.
 */
struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse_opt)(struct link_util *util, int argc, char **argv,
			 struct nlmsghdr *request);
	void (*print_opt)(struct link_util *util, FILE *file, struct rtattr *attrs[]);
	void (*print_xstats)(struct link_util *util, FILE *file, struct rtattr *xstats);
	void (*print_help)(struct link_util *util, int argc, char **argv, FILE *file);
	void *later[8];
};

/* Where to print: only as text, only as JSON, as what was asked for. */
enum output_type { PRINT_FP = 1, PRINT_JSON = 2, PRINT_ANY = 4 };

/* No colour, in 6.1; with another number ip -c would paint, no more. */
#define COLOR_NONE	6

/* Line end, which is another with ip -oneline. */
extern const char *_SL_;

void open_json_object(const char *name);
void close_json_object(void);
void open_json_array(enum output_type type, const char *name);
void close_json_array(enum output_type type, const char *end);
int print_color_string(enum output_type type, int color, const char *key,
		       const char *format, const char *value);
int print_color_uint(enum output_type type, int color, const char *key,
		     const char *format, unsigned int value);
int print_color_lluint(enum output_type type, int color, const char *key,
		       const char *format, unsigned long long value);

/* These print an error and end the program, with status 255. */
void __attribute__((noreturn)) invarg(const char *why, const char *word);
void __attribute__((noreturn)) missarg(const char *word);

int get_unsigned(unsigned int *value, const char *text, int base);
unsigned int ll_name_to_index(const char *name);
const char *ll_index_to_name(unsigned int index);
int addattr_l(struct nlmsghdr *request, int room, int type, const void *data, int len);
int parse_rtattr_flags(struct rtattr *attrs[], int max, struct rtattr *first, int len,
		       unsigned short flags);

#endif /* _NICBOND_IPROUTE2_H */
