// SPDX-License-Identifier: GPL-2.0
/* show: masters, their options and state, their members. */
#include "command.h"
#include "device.h"
#include "family.h"
#include "grid.h"
#include "json.h"
#include "names.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of an adaptor, what is no row of a member. */
static const struct {
	const char *name;
	int attribute;
} rows_adaptor[] = {
	{ "epoch", NICBOND_A_ADAPTOR_EPOCH },
	{ "heartbeat", NICBOND_A_ADAPTOR_HEARTBEAT },
	{ "moving", NICBOND_A_ADAPTOR_MOVING },
	{ "load", NICBOND_A_ADAPTOR_LOAD },
	{ "inflight", NICBOND_A_ADAPTOR_INFLIGHT },
	{ "speed", NICBOND_A_ADAPTOR_SPEED },
};

/* Options are wrapped behind so many characters. */
#define WIDTH	80

/* A value, in words; to be freed. */
static char *words(const struct option *row, const struct device_values *values)
{
	unsigned long long value = values->value[row->attribute];
	char *text = NULL;
	size_t length;
	FILE *file;

	file = open_memstream(&text, &length);
	if (!file)
		fail("out of memory");
	if (!values->given[row->attribute])
		fputs("none", file);
	else if (row->kind == KIND_name)
		fputs(name_of_value(row->reg, value), file);
	else if (row->kind == KIND_set)
		print_set(file, row->reg, value);
	else if (row->kind == KIND_device)
		fputs(device_name(value), file);
	else if (row->kind == KIND_targets)
		fputs(values->targets ?: "?", file);
	else
		fprintf(file, "%llu", value);
	fclose(file);

	return text;
}

static void print_options(const struct device *master)
{
	const struct option *row;
	int column = WIDTH, length;
	char *text;

	printf("%s:", master->name);
	for (row = master_options; row->name; row++) {
		if (row->kind == KIND_key)
			continue;
		text = words(row, &master->options);
		length = strlen(row->name) + strlen(text) + 2;
		if (column + length > WIDTH) {
			printf("\n   ");
			column = strlen("   ");
		}
		printf(" %s %s", row->name, text);
		column += length;
		free(text);
	}
	putchar('\n');
}

static unsigned long long dropped(const struct record *adaptor)
{
	unsigned long long sum = 0;
	int i;

	for (i = 0; i < NICBOND_COUNTER_MAX; i++)
		if (!strncmp(counters[i].name, "drop_", strlen("drop_")))
			sum += adaptor->counter[i];

	return sum;
}

static double share(const struct table *table, unsigned int slot)
{
	return table->buckets ? (double)table_count(table, slot) / table->buckets : 0;
}

static void print_head(void)
{
	const struct option *row;

	grid_cell("member");
	for (row = member_options; row->name; row++)
		grid_cell("%s", row->name);
	grid_cell("buckets");
	grid_cell("share");
	grid_cell("transmitted");
	grid_cell("forwarded");
	grid_cell("dropped");
	grid_end_line();
}

static void print_member(const struct device *member, const struct record *adaptor,
			 const struct table *table)
{
	unsigned int slot = adaptor->value[NICBOND_A_ADAPTOR_SLOT];
	const struct option *row;
	char *text;

	grid_cell("%s", member->name);
	for (row = member_options; row->name; row++) {
		text = words(row, &member->member);
		grid_cell("%s", text);
		free(text);
	}
	grid_cell("%u", table_count(table, slot));
	grid_cell("%.1f%%", 100 * share(table, slot));
	grid_cell("%llu", adaptor->counter[NICBOND_COUNTER_TRANSMITTED]);
	grid_cell("%llu", adaptor->counter[NICBOND_COUNTER_FORWARDED]);
	grid_cell("%llu", dropped(adaptor));
	grid_end_line();
}

/* Each bit is a name of its own. */
static void json_set(const char *of, uint32_t set)
{
	const struct field *row;

	json_open('[');
	for (row = fields; row->reg; row++)
		if (set & row->mask && !strcmp(row->reg, of))
			json_string(row->name);
	json_close();
}

static void json_rows(const struct option *row, const struct device_values *values)
{
	for (; row->name; row++) {
		unsigned long long value = values->value[row->attribute];

		if (row->kind == KIND_key)
			continue;
		json_key(row->name);
		if (!values->given[row->attribute])
			json_null();
		else if (row->kind == KIND_name)
			json_string(name_of_value(row->reg, value));
		else if (row->kind == KIND_set)
			json_set(row->reg, value);
		else if (row->kind == KIND_device)
			json_string(device_name(value));
		else if (row->kind == KIND_targets)
			json_string(values->targets ?: "?");
		else
			json_number(value);
	}
}

static void json_device(const struct device *device)
{
	json_open('{');
	json_key("ifindex");
	json_number(device->ifindex);
	json_key("ifname");
	json_string(device->name);
}

static void json_member(const struct device *member, const struct record *adaptor,
			const struct table *table)
{
	unsigned int slot = adaptor->value[NICBOND_A_ADAPTOR_SLOT], i;

	json_device(member);
	json_rows(member_options, &member->member);
	json_key("buckets");
	json_number(table_count(table, slot));
	json_key("share");
	json_fraction(share(table, slot), 4);
	for (i = 0; i < MNL_ARRAY_SIZE(rows_adaptor); i++) {
		json_key(rows_adaptor[i].name);
		json_number(adaptor->value[rows_adaptor[i].attribute]);
	}
	json_key("counters");
	json_open('{');
	for (i = 0; i < NICBOND_COUNTER_MAX; i++) {
		json_key(counters[i].name);
		json_number(adaptor->counter[i]);
	}
	json_close();
	json_close();
}

typedef void (*show_member)(const struct device *member, const struct record *adaptor,
			    const struct table *table);

/* Those that both rtnetlink and the family know: not who has just joined, or left. */
static void show_members(const struct devices *devices, const struct device *master,
			 const struct table *table, show_member show)
{
	struct records adaptors = { 0 };
	const struct device *member;
	size_t i;
	int error;

	error = family_adaptors(&adaptors, master->ifindex);
	if (error)
		family_fail(master->name, error);
	for (i = 0; i < adaptors.count; i++) {
		member = devices_find(devices, adaptors.list[i].value[NICBOND_A_ADAPTOR_IFINDEX]);
		if (member && member->master == master->ifindex)
			show(member, &adaptors.list[i], table);
	}
	family_put(&adaptors);
}

static void show_master(const struct devices *devices, const struct device *master, bool json)
{
	struct table table = { 0 };

	/* Without a primary nobody says which buckets are whose. */
	if (master->options.given[IFLA_NICBOND_PRIMARY])
		table_read(&table, master->ifindex);

	if (json) {
		json_device(master);
		json_rows(master_options, &master->options);
		json_key("adaptors");
		json_open('[');
		show_members(devices, master, &table, json_member);
		json_close();
		json_close();
	} else {
		print_options(master);
		print_head();
		show_members(devices, master, &table, print_member);
		grid_print(stdout, "    ");
	}
}

void show_run(const struct arguments *arguments)
{
	struct devices devices = { 0 };
	const struct device *only;
	size_t i;

	devices_get(&devices);
	only = devices_master(&devices, argument(arguments, 0));
	if (arguments->json)
		json_open('[');
	for (i = 0; i < devices.count; i++)
		if (devices.list[i].is_master && (!only || only == &devices.list[i]))
			show_master(&devices, &devices.list[i], arguments->json);
	if (arguments->json)
		json_close();
	devices_put(&devices);
}
