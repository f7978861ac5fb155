// SPDX-License-Identifier: GPL-2.0
/* top: what each adaptor does, once a second, until q; or as plain blocks. */
#include "command.h"
#include "device.h"
#include "event.h"
#include "family.h"
#include "names.h"
#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Changes of role that are shown, the last ones. */
#define FAILOVERS	5

/* The bar, of characters; and what is on a line beside it. All fits into 80. */
#define BAR_MIN		7
#define BAR_PLAIN	20
#define BAR_MAX		50
#define BESIDE_BAR	73

/* Adaptors and channels at one moment. */
struct sample {
	double time;
	struct devices devices;
	struct records adaptors;
	struct records channels;
};

/* What an adaptor did between two. */
struct rate {
	double bits;
	double packets;
};

static struct event failovers[FAILOVERS];
static unsigned long failover_count;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);

	return time.tv_sec + time.tv_nsec / 1e9;
}

static void put_sample(struct sample *sample)
{
	devices_put(&sample->devices);
	family_put(&sample->adaptors);
	family_put(&sample->channels);
}

/* @master may be gone meanwhile, then there is nothing to show of it. */
static void take_sample(struct sample *sample, unsigned int master)
{
	int error;

	put_sample(sample);
	devices_get(&sample->devices);
	error = family_adaptors(&sample->adaptors, master);
	if (!error)
		error = family_channels(&sample->channels, master);
	if (error && error != ENODEV)
		family_fail("adaptors", error);
	sample->time = now();
}

static const struct record *find_adaptor(const struct sample *sample, unsigned long long ifindex)
{
	size_t i;

	for (i = 0; i < sample->adaptors.count; i++)
		if (sample->adaptors.list[i].value[NICBOND_A_ADAPTOR_IFINDEX] == ifindex)
			return &sample->adaptors.list[i];

	return NULL;
}

/* Of who has just joined, or joined anew, all that it counted. */
static struct rate rate_of(const struct record *adaptor, const struct sample *before,
			   const struct sample *after)
{
	double time = after->time - before->time;
	const struct record *old = find_adaptor(before, adaptor->value[NICBOND_A_ADAPTOR_IFINDEX]);
	unsigned long long bytes = adaptor->counter[NICBOND_COUNTER_TRANSMIT_BYTES];
	unsigned long long packets = adaptor->counter[NICBOND_COUNTER_TRANSMITTED];

	if (old && old->counter[NICBOND_COUNTER_TRANSMITTED] <= packets) {
		bytes -= old->counter[NICBOND_COUNTER_TRANSMIT_BYTES];
		packets -= old->counter[NICBOND_COUNTER_TRANSMITTED];
	}

	return (struct rate){ 8 * bytes / time, packets / time };
}

/* All adaptors' of a master. */
static double bits_of(const struct device *master, const struct sample *before,
		      const struct sample *after)
{
	const struct record *adaptor;
	double sum = 0;
	size_t i;

	for (i = 0; i < after->adaptors.count; i++) {
		adaptor = &after->adaptors.list[i];
		if (adaptor->value[NICBOND_A_ADAPTOR_MASTER] == master->ifindex)
			sum += rate_of(adaptor, before, after).bits;
	}

	return sum;
}

/* The rings to it: what is in them, and the most that was in one. */
static void print_rings(FILE *file, const struct sample *sample, unsigned long long member)
{
	unsigned long long pending = 0, high = 0;
	const unsigned long long *value;
	char text[48];
	size_t i;

	for (i = 0; i < sample->channels.count; i++) {
		value = sample->channels.list[i].value;
		if (value[NICBOND_A_CHANNEL_TO] != member)
			continue;
		pending += value[NICBOND_A_CHANNEL_PENDING];
		if (value[NICBOND_A_CHANNEL_HIGH] > high)
			high = value[NICBOND_A_CHANNEL_HIGH];
	}
	snprintf(text, sizeof(text), "%llu/%llu", pending, high);
	fprintf(file, " %7s", text);
}

/* Three digits, and what they are multiplied by. */
static void print_number(FILE *file, double number)
{
	const char *unit = " kMGT";

	for (; number >= 999.5 && unit[1]; unit++)
		number /= 1000;
	fprintf(file, " %4.*f%c", number >= 99.95 || *unit == ' ' ? 0 : number >= 9.995 ? 1 : 2,
		number, *unit);
}

static void print_bar(FILE *file, double share, int width)
{
	int filled = ((int)(2 * share * width) + 1) / 2, i;

	fputs(" [", file);
	for (i = 0; i < width; i++)
		putc(i < filled ? '#' : ' ', file);
	putc(']', file);
}

static void print_adaptor(FILE *file, const struct sample *sample, const struct record *adaptor,
			  struct rate rate, double share, int bar)
{
	const unsigned long long *value = adaptor->value;

	fprintf(file, "%-10s", device_name(value[NICBOND_A_ADAPTOR_IFINDEX]));
	print_bar(file, share, bar);
	fprintf(file, " %5.1f%%", 100 * share);
	print_number(file, rate.bits);
	print_number(file, rate.packets);
	fprintf(file, " %-9s %-10s", name_of_value("ROLE", value[NICBOND_A_ADAPTOR_ROLE]),
		name_of_value("STATE", value[NICBOND_A_ADAPTOR_STATE]));
	fprintf(file, " %3.0f%%", 100.0 * value[NICBOND_A_ADAPTOR_LOAD] / LOAD_FULL);
	print_rings(file, sample, value[NICBOND_A_ADAPTOR_IFINDEX]);
	fprintf(file, " %6llu\n", value[NICBOND_A_ADAPTOR_MOVING]);
}

static void print_head(FILE *file, const struct device *master, int bar)
{
	const struct device_values *options = &master->options;

	fprintf(file, "%s: selector %s, primary %s", master->name,
		name_of_value("SELECTOR", options->value[IFLA_NICBOND_SELECTOR]),
		options->given[IFLA_NICBOND_PRIMARY] ?
		device_name(options->value[IFLA_NICBOND_PRIMARY]) : "none");
	fprintf(file, ", epoch %llu, failovers %llu, members %llu\n",
		options->value[IFLA_NICBOND_EPOCH], options->value[IFLA_NICBOND_FAILOVERS],
		options->value[IFLA_NICBOND_MEMBERS]);
	fprintf(file, "%-10s %-*s  share bit/s pkt/s %-9s %-10s load    ring moving\n",
		"adaptor", bar + 2, "", "role", "state");
}

/* Shares are of the bits that its adaptors sent meanwhile. */
static void print_master(FILE *file, const struct device *master, const struct sample *before,
			 const struct sample *after, int bar)
{
	double sum = bits_of(master, before, after);
	const struct record *adaptor;
	struct rate rate;
	size_t i;

	print_head(file, master, bar);
	for (i = 0; i < after->adaptors.count; i++) {
		adaptor = &after->adaptors.list[i];
		if (adaptor->value[NICBOND_A_ADAPTOR_MASTER] != master->ifindex)
			continue;
		rate = rate_of(adaptor, before, after);
		print_adaptor(file, after, adaptor, rate, sum ? rate.bits / sum : 0, bar);
	}
}

static void print_failovers(FILE *file)
{
	unsigned long i = failover_count > FAILOVERS ? failover_count - FAILOVERS : 0;

	for (; i < failover_count; i++) {
		event_print(file, &failovers[i % FAILOVERS]);
		putc('\n', file);
	}
}

/* All there is to see, for so many columns; to be freed. */
static char *block(const struct sample *before, const struct sample *after,
		   unsigned int master, int columns)
{
	int bar = columns - BESIDE_BAR;
	char *text = NULL;
	size_t length, i;
	FILE *file;

	bar = bar < BAR_MIN ? BAR_MIN : bar > BAR_MAX ? BAR_MAX : bar;
	file = open_memstream(&text, &length);
	if (!file)
		fail("out of memory");
	for (i = 0; i < after->devices.count; i++)
		if (after->devices.list[i].is_master &&
		    (!master || after->devices.list[i].ifindex == master))
			print_master(file, &after->devices.list[i], before, after, bar);
	print_failovers(file);
	fclose(file);

	return text;
}

static void keep_failover(const struct event *event, void *data)
{
	(void)data;
	if (event->command == NICBOND_CMD_ROLE_NTF)
		failovers[failover_count++ % FAILOVERS] = *event;
}

/* Let a second pass, and keep what happens. True: the terminal has something to say. */
static bool pause_for(struct pollfd *source, int count, unsigned int master)
{
	double end = now() + 1, rest;

	while ((rest = end - now()) > 0) {
		if (poll(source, count, rest * 1000 + 1) < 0)
			return true;
		if (source[0].revents)
			event_take(master, keep_failover, NULL);
		if (count > 1 && source[1].revents)
			return true;
	}

	return false;
}

static void run_plain(struct pollfd *source, unsigned long blocks, unsigned int master)
{
	struct sample sample[2] = { 0 };
	unsigned long i;
	char *text;

	take_sample(&sample[0], master);
	for (i = 0; !blocks || i < blocks; i++) {
		while (pause_for(source, 1, master))
			;
		take_sample(&sample[(i + 1) % 2], master);
		text = block(&sample[i % 2], &sample[(i + 1) % 2], master, BESIDE_BAR + BAR_PLAIN);
		printf("%s%s", i ? "\n" : "", text);
		free(text);
		if (fflush(stdout))
			fail("standard output: %s", strerror(errno));
	}
	put_sample(&sample[0]);
	put_sample(&sample[1]);
}

static void run_screen(struct pollfd *source, unsigned int master)
{
	enum screen_key key = SCREEN_NOTHING;
	struct sample sample[2] = { 0 };
	unsigned long i;
	char *text;

	take_sample(&sample[0], master);
	for (i = 0; key != SCREEN_QUIT; i++) {
		take_sample(&sample[(i + 1) % 2], master);
		text = block(&sample[i % 2], &sample[(i + 1) % 2], master, screen_columns());
		screen_draw(text);
		free(text);
		do {
			key = SCREEN_NOTHING;
			if (!pause_for(source, 2, master))
				break;
			key = source[1].revents & (POLLHUP | POLLERR) ? SCREEN_QUIT : screen_read();
		} while (key == SCREEN_NOTHING);
	}
	put_sample(&sample[0]);
	put_sample(&sample[1]);
}

void top_run(const struct arguments *arguments)
{
	struct pollfd source[] = {
		{ .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	struct devices devices = { 0 };
	const struct device *master;
	unsigned int only;

	devices_get(&devices);
	master = devices_master(&devices, argument(arguments, 0));
	only = master ? master->ifindex : 0;
	devices_put(&devices);
	source[0].fd = event_open();
	if (arguments->blocks || !screen_open())
		run_plain(source, arguments->blocks, only);
	else
		run_screen(source, only);
}
