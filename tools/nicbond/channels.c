// SPDX-License-Identifier: GPL-2.0
/* channels: what adaptors forwarded to each other. */
#include "command.h"
#include "device.h"
#include "family.h"
#include "grid.h"

/* What a channel counts. */
static const struct {
	const char *name;
	int attribute;
} columns[] = {
	{ "packets", NICBOND_A_CHANNEL_PACKETS },
	{ "bytes", NICBOND_A_CHANNEL_BYTES },
	{ "pending", NICBOND_A_CHANNEL_PENDING },
	{ "high", NICBOND_A_CHANNEL_HIGH },
	{ "doorbells", NICBOND_A_CHANNEL_DOORBELLS },
	{ "overflows", NICBOND_A_CHANNEL_OVERFLOWS },
};

static void print_head(void)
{
	size_t i;

	grid_cell("master");
	grid_cell("from");
	grid_cell("to");
	for (i = 0; i < MNL_ARRAY_SIZE(columns); i++)
		grid_cell("%s", columns[i].name);
	grid_end_line();
}

static void print_channel(const struct record *channel)
{
	size_t i;

	grid_cell("%s", device_name(channel->value[NICBOND_A_CHANNEL_MASTER]));
	grid_cell("%s", device_name(channel->value[NICBOND_A_CHANNEL_FROM]));
	grid_cell("%s", device_name(channel->value[NICBOND_A_CHANNEL_TO]));
	for (i = 0; i < MNL_ARRAY_SIZE(columns); i++)
		grid_cell("%llu", channel->value[columns[i].attribute]);
	grid_end_line();
}

void channels_run(const struct arguments *arguments)
{
	struct records channels = { 0 };
	struct devices devices = { 0 };
	const struct device *master;
	size_t i;
	int error;

	devices_get(&devices);
	master = devices_master(&devices, argument(arguments, 0));
	error = family_channels(&channels, master ? master->ifindex : 0);
	if (error)
		family_fail(master ? master->name : "channels", error);
	print_head();
	for (i = 0; i < channels.count; i++)
		print_channel(&channels.list[i]);
	grid_print(stdout, "");
	family_put(&channels);
	devices_put(&devices);
}
