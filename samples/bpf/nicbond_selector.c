// SPDX-License-Identifier: GPL-2.0
/*
 * nicbond_selector - load the example program and have a master run it:
 *
 *	nicbond_selector [-p FILE] MASTER RULE...
 *
 * A RULE is DESTINATION=WHO, with an IPv4 or IPv6 address or prefix: what goes there is
 * transmitted by WHO. Or it is a WHO alone: all other packets go to these in turn. WHO
 * is a member's name, or a slot, or "hash" for the choice of dst-hash, which all
 * packets get that no rule is about.
 *
 * -p pins the program as FILE, and its destinations as FILE_destinations, on a mounted
 * bpffs, so that both can be found and changed later. The master keeps the program
 * either way, until another one or "none" is written to its selector_program.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "nicbond_selector.h"
#include "nicbond_selector.skel.h"

__attribute__((format(printf, 1, 2), noreturn))
static void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "nicbond_selector: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	exit(1);
}

/* The slot of a member, if that is what it is. */
static int member_slot(const char *master, const char *name, __u32 *slot)
{
	char path[PATH_MAX];
	FILE *file;
	int found;

	snprintf(path, sizeof(path), "/sys/class/net/%s/upper_%s", name, master);
	if (access(path, F_OK))
		return 0;
	snprintf(path, sizeof(path), "/sys/class/net/%s/nicbond_member/slot",
		 name);
	file = fopen(path, "r");
	if (!file)
		return 0;
	found = fscanf(file, "%u", slot);
	fclose(file);

	return found == 1;
}

static __u32 parse_who(const char *master, const char *text)
{
	unsigned long number;
	__u32 slot;
	char *end;

	if (!strcmp(text, "hash"))
		return LEAVE_TO_HASH;
	if (member_slot(master, text, &slot))
		return slot;
	number = strtoul(text, &end, 10);
	if (!*text || *end || number >= SLOTS)
		fail("%s is no member of %s, no slot (0 to %d), and not \"hash\"",
		     text, master, SLOTS - 1);

	return number;
}

/* IPv4 as IPv6, mapped, so that one map has all. */
static struct prefix parse_prefix(char *text)
{
	struct prefix prefix = { .length = 128 };
	unsigned char *bytes = (unsigned char *)&prefix.address;
	char *slash = strchr(text, '/'), *end;
	unsigned long length = 128;

	if (slash)
		*slash = '\0';
	if (inet_pton(AF_INET, text, bytes + 12) == 1) {
		memset(bytes + 10, 0xff, 2);
		prefix.length = 96;
		length = 32;
	} else if (inet_pton(AF_INET6, text, bytes) == 1) {
		prefix.length = 0;
	} else {
		fail("%s is no IP address", text);
	}
	if (slash) {
		unsigned long most = length;

		length = strtoul(slash + 1, &end, 10);
		if (!slash[1] || *end || length > most)
			fail("/%s is no prefix length up to %lu", slash + 1, most);
	}
	prefix.length += length;

	return prefix;
}

static void add_rule(struct nicbond_selector_bpf *skel, const char *master,
		     char *rule, __u32 *turns)
{
	char *equals = strchr(rule, '=');
	struct prefix prefix;
	__u32 slot;

	slot = parse_who(master, equals ? equals + 1 : rule);
	if (!equals) {
		if (*turns == TURNS_MAX)
			fail("more than %d take turns", TURNS_MAX);
		++*turns;
		if (bpf_map_update_elem(bpf_map__fd(skel->maps.turns), turns,
					&slot, BPF_ANY))
			fail("rule %s: %s", rule, strerror(errno));
		return;
	}

	*equals = '\0';
	prefix = parse_prefix(rule);
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.destinations), &prefix,
				&slot, BPF_ANY))
		fail("rule %s: %s", rule, strerror(errno));
}

static void pin(struct nicbond_selector_bpf *skel, const char *file)
{
	char map[PATH_MAX];

	snprintf(map, sizeof(map), "%s_destinations", file);
	unlink(file);
	unlink(map);
	if (bpf_program__pin(skel->progs.nicbond_selector, file) ||
	    bpf_map__pin(skel->maps.destinations, map))
		fail("cannot pin %s: %s; is a bpffs mounted there (mount -t bpf none DIRECTORY)?",
		     file, strerror(errno));
}

/* sysfs takes or refuses what one write brings. */
static void write_option(const char *master, const char *option,
			 const char *value)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/nicbond/%s", master,
		 option);
	file = fopen(path, "w");
	if (!file)
		fail("%s: %s", path, strerror(errno));
	if (fprintf(file, "%s\n", value) < 0 || fclose(file))
		fail("%s does not take %s: %s; see the kernel's log", path, value,
		     strerror(errno));
}

int main(int argc, char **argv)
{
	struct nicbond_selector_bpf *skel;
	const char *file = NULL, *master;
	__u32 turns = 0, zero = 0;
	char value[PATH_MAX];
	int option, i;

	while ((option = getopt(argc, argv, "p:")) == 'p')
		file = optarg;
	if (option != -1 || optind == argc) {
		fprintf(stderr,
			"usage: nicbond_selector [-p FILE] MASTER [DESTINATION=]MEMBER|SLOT|hash...\n");
		return 2;
	}
	master = argv[optind];
	snprintf(value, sizeof(value), "/sys/class/net/%s/nicbond", master);
	if (access(value, F_OK))
		fail("%s is no nicbond master", master);

	skel = nicbond_selector_bpf__open_and_load();
	if (!skel)
		fail("cannot load the program: %s", strerror(errno));
	for (i = optind + 1; i < argc; i++)
		add_rule(skel, master, argv[i], &turns);
	if (bpf_map_update_elem(bpf_map__fd(skel->maps.turns), &zero, &turns,
				BPF_ANY))
		fail("cannot set the turns: %s", strerror(errno));

	if (file) {
		pin(skel, file);
		if (!realpath(file, value))
			fail("%s: %s", file, strerror(errno));
	} else {
		snprintf(value, sizeof(value), "fd:%d",
			 bpf_program__fd(skel->progs.nicbond_selector));
	}
	write_option(master, "selector_program", value);
	write_option(master, "selector", "bpf");
	nicbond_selector_bpf__destroy(skel);

	return 0;
}
