// SPDX-License-Identifier: GPL-2.0
/*
 * metrics: all that there is to count, in the text format of Prometheus (exposition format,
 * version 0.0.4): all lines of a metric come together, behind what it is.
 */
#include "command.h"
#include "device.h"
#include "family.h"
#include "names.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What there is, as it was when it was asked for. @tables: by the place of a master. */
struct snapshot {
	const struct device *only;
	struct devices devices;
	struct records adaptors;
	struct records channels;
	struct table *tables;
};

/* @scale: by which it is multiplied to have the unit of its name. */
struct metric {
	const char *name;
	const char *type;
	const char *text;
	int attribute;
	double scale;
};

/* The bytes of a megabit. */
#define MEGABIT_BYTES	125000

static const struct metric of_masters[] = {
	{ "members", "gauge", "how many members there are", IFLA_NICBOND_MEMBERS, 1 },
	{ "epoch", "gauge", "of the last change of role", IFLA_NICBOND_EPOCH, 1 },
	{ "failovers_total", "counter", "changes of primary because it had failed",
	  IFLA_NICBOND_FAILOVERS, 1 },
	{ 0 }
};

static const struct metric of_adaptors[] = {
	{ "weight", "gauge", "its share relative to the others'", NICBOND_A_ADAPTOR_WEIGHT, 1 },
	{ "priority", "gauge", "who is to be primary, the highest first",
	  NICBOND_A_ADAPTOR_PRIORITY, 1 },
	{ "moving_buckets", "gauge", "buckets that are to move to or from it",
	  NICBOND_A_ADAPTOR_MOVING, 1 },
	{ "load_ratio", "gauge", "the load that its firmware measures, 1 is full",
	  NICBOND_A_ADAPTOR_LOAD, 1.0 / LOAD_FULL },
	{ "inflight_bytes", "gauge", "bytes that its port's queues hold",
	  NICBOND_A_ADAPTOR_INFLIGHT, 1 },
	{ "speed_bytes", "gauge", "its speed in bytes a second, 0 if it is not known",
	  NICBOND_A_ADAPTOR_SPEED, MEGABIT_BYTES },
	{ 0 }
};

static const struct metric of_channels[] = {
	{ "packets_total", "counter", "packets forwarded", NICBOND_A_CHANNEL_PACKETS, 1 },
	{ "bytes_total", "counter", "bytes forwarded", NICBOND_A_CHANNEL_BYTES, 1 },
	{ "doorbells_total", "counter", "how often the ring was asked to be emptied",
	  NICBOND_A_CHANNEL_DOORBELLS, 1 },
	{ "overflows_total", "counter", "packets that found the ring full",
	  NICBOND_A_CHANNEL_OVERFLOWS, 1 },
	{ "pending", "gauge", "packets in the ring", NICBOND_A_CHANNEL_PENDING, 1 },
	{ "high", "gauge", "the most packets that were in the ring", NICBOND_A_CHANNEL_HIGH, 1 },
	{ 0 }
};

static void describe(const char *prefix, const char *name, const char *type, const char *text)
{
	printf("# HELP nicbond_%s%s %s\n# TYPE nicbond_%s%s %s\n", prefix, name, text, prefix,
	       name, type);
}

/* A name of a device has any bytes. */
static void label(char before, const char *name, const char *value)
{
	printf("%c%s=\"", before, name);
	for (; *value; value++) {
		if (*value == '\n') {
			fputs("\\n", stdout);
			continue;
		}
		if (*value == '"' || *value == '\\')
			putchar('\\');
		putchar(*value);
	}
	putchar('"');
}

static const struct device *wanted(const struct snapshot *snapshot, unsigned int ifindex)
{
	const struct device *master = devices_find(&snapshot->devices, ifindex);

	return master && master->is_master && (!snapshot->only || master == snapshot->only) ?
	       master : NULL;
}

static void print_masters(const struct snapshot *snapshot)
{
	const struct device *master;
	const struct metric *metric;
	size_t i;

	for (metric = of_masters; metric->name; metric++) {
		describe("", metric->name, metric->type, metric->text);
		for (i = 0; i < snapshot->devices.count; i++) {
			master = wanted(snapshot, snapshot->devices.list[i].ifindex);
			if (!master)
				continue;
			printf("nicbond_%s", metric->name);
			label('{', "master", master->name);
			printf("} %llu\n", master->options.value[metric->attribute]);
		}
	}
}

/* The start of an adaptor's line; NULL, if it is not wanted, or just gone. */
static const struct device *adaptor_line(const struct snapshot *snapshot,
					 const struct record *adaptor, const char *name)
{
	const struct device *master, *member;

	master = wanted(snapshot, adaptor->value[NICBOND_A_ADAPTOR_MASTER]);
	member = devices_find(&snapshot->devices, adaptor->value[NICBOND_A_ADAPTOR_IFINDEX]);
	if (!master || !member)
		return NULL;
	printf("nicbond_adaptor_%s", name);
	label('{', "master", master->name);
	label(',', "adaptor", member->name);

	return master;
}

/* Who is what, and how many buckets it has: what is no number of the family's. */
static void print_roles(const struct snapshot *snapshot)
{
	const struct record *adaptor, *end = snapshot->adaptors.list + snapshot->adaptors.count;
	const struct device *master;
	const struct table *table;

	describe("adaptor_", "info", "gauge", "1, with its role and state");
	for (adaptor = snapshot->adaptors.list; adaptor != end; adaptor++) {
		if (!adaptor_line(snapshot, adaptor, "info"))
			continue;
		label(',', "role",
		      name_of_value("ROLE", adaptor->value[NICBOND_A_ADAPTOR_ROLE]));
		label(',', "state",
		      name_of_value("STATE", adaptor->value[NICBOND_A_ADAPTOR_STATE]));
		puts("} 1");
	}
	describe("adaptor_", "up", "gauge", "1 if it carries traffic");
	for (adaptor = snapshot->adaptors.list; adaptor != end; adaptor++)
		if (adaptor_line(snapshot, adaptor, "up"))
			printf("} %d\n", adaptor->value[NICBOND_A_ADAPTOR_STATE] ==
			       NICBOND_MEMBER_STATE_UP);
	describe("adaptor_", "primary", "gauge", "1 if it is primary");
	for (adaptor = snapshot->adaptors.list; adaptor != end; adaptor++)
		if (adaptor_line(snapshot, adaptor, "primary"))
			printf("} %d\n", adaptor->value[NICBOND_A_ADAPTOR_ROLE] ==
			       NICBOND_ROLE_PRIMARY);
	describe("adaptor_", "buckets", "gauge", "buckets of the indirection table that it has");
	for (adaptor = snapshot->adaptors.list; adaptor != end; adaptor++) {
		master = adaptor_line(snapshot, adaptor, "buckets");
		if (!master)
			continue;
		table = &snapshot->tables[master - snapshot->devices.list];
		printf("} %u\n", table_count(table, adaptor->value[NICBOND_A_ADAPTOR_SLOT]));
	}
}

static void print_adaptors(const struct snapshot *snapshot)
{
	const struct record *adaptor, *end = snapshot->adaptors.list + snapshot->adaptors.count;
	const struct metric *metric;
	char name[64];
	int i;

	for (metric = of_adaptors; metric->name; metric++) {
		describe("adaptor_", metric->name, metric->type, metric->text);
		for (adaptor = snapshot->adaptors.list; adaptor != end; adaptor++)
			if (adaptor_line(snapshot, adaptor, metric->name))
				printf("} %.15g\n", adaptor->value[metric->attribute] *
				       metric->scale);
	}
	for (i = 0; i < NICBOND_COUNTER_MAX; i++) {
		snprintf(name, sizeof(name), "%s_total", counters[i].name);
		describe("adaptor_", name, "counter", counters[i].text);
		for (adaptor = snapshot->adaptors.list; adaptor != end; adaptor++)
			if (adaptor_line(snapshot, adaptor, name))
				printf("} %llu\n", adaptor->counter[i]);
	}
}

static void print_channels(const struct snapshot *snapshot)
{
	const struct record *channel, *end = snapshot->channels.list + snapshot->channels.count;
	const struct device *master;
	const struct metric *metric;

	for (metric = of_channels; metric->name; metric++) {
		describe("channel_", metric->name, metric->type, metric->text);
		for (channel = snapshot->channels.list; channel != end; channel++) {
			master = wanted(snapshot, channel->value[NICBOND_A_CHANNEL_MASTER]);
			if (!master)
				continue;
			printf("nicbond_channel_%s", metric->name);
			label('{', "master", master->name);
			label(',', "from", device_name(channel->value[NICBOND_A_CHANNEL_FROM]));
			label(',', "to", device_name(channel->value[NICBOND_A_CHANNEL_TO]));
			printf("} %llu\n", channel->value[metric->attribute]);
		}
	}
}

static void take(struct snapshot *snapshot, const char *only)
{
	const struct device *master;
	size_t i;
	int error;

	devices_get(&snapshot->devices);
	snapshot->only = devices_master(&snapshot->devices, only);
	error = family_adaptors(&snapshot->adaptors, 0);
	if (!error)
		error = family_channels(&snapshot->channels, 0);
	if (error)
		family_fail("metrics", error);
	snapshot->tables = calloc(snapshot->devices.count + 1, sizeof(*snapshot->tables));
	if (!snapshot->tables)
		fail("out of memory");
	for (i = 0; i < snapshot->devices.count; i++) {
		master = &snapshot->devices.list[i];
		/* Without a primary nobody says which buckets are whose. */
		if (master->is_master && master->options.given[IFLA_NICBOND_PRIMARY])
			table_read(&snapshot->tables[i], master->ifindex);
	}
}

/* The request of who asks by HTTP/1.0 (RFC 1945) is read to its end; any path is this one. */
static void read_request(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin))
		if (!strcmp(line, "\r\n") || !strcmp(line, "\n"))
			break;
	fputs("HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n\r\n", stdout);
}

void metrics_run(const struct arguments *arguments)
{
	struct snapshot snapshot = { 0 };

	take(&snapshot, argument(arguments, 0));
	if (arguments->http)
		read_request();
	print_masters(&snapshot);
	print_roles(&snapshot);
	print_adaptors(&snapshot);
	print_channels(&snapshot);
	free(snapshot.tables);
	family_put(&snapshot.channels);
	family_put(&snapshot.adaptors);
	devices_put(&snapshot.devices);
}
