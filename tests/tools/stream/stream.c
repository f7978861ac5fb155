// SPDX-License-Identifier: GPL-2.0
/*
 * stream - numbered packets over many destinations:
 *
 *	stream send [-p] [-b BURST] BASE COUNT PORT RATE PACKETS [SEED [EXPONENT]]
 *	stream receive PORT [BASE]
 *
 * `send` spreads PACKETS packets over COUNT addresses in turn, RATE a second (0:
 * as fast as it can) until SIGTERM, and prints how many it sent, how many of
 * these the kernel refused, and the rate reached. If the machine held it up for some
 * milliseconds it catches up at full speed; with -p it does not. The addresses are
 * BASE with its low bits counted up, or, with a SEED, these in an order that looks
 * random; all are different. With -b each tenth of the addresses has BURST packets each
 * in turn, then pauses while the others have theirs. With an EXPONENT packets are not in
 * turn: the k-th address gets its share by Zipf's law, 1/k^EXPONENT.
 *
 * BASE says what packets they are:
 *
 *	10.1.0.0		UDP to PORT; 16 bits are counted up
 *	fd01::			UDP to PORT; 64 bits are
 *	MAC@DEVICE		frames of the Ethernet type for experiments; 16 bits are
 *	MAC/D_ID@DEVICE		FCoE frames; 16 bits of D_ID are
 *
 * `receive` says `ready`, takes what comes to PORT on any address until SIGTERM and then
 * until none has come for 0.3 seconds, and prints how many different packets came, how many
 * came twice, how many came after a later one to the same address, and the longest silence
 * between two. Frames need a BASE, too, with the
 * device that they come in at; only their kind and that count.
 */
#include "wire.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PACKETS_MAX	(1 << 24)
#define FLOWS_MAX	(1 << 16)
#define SECOND		1000000000LL
/* Who is ahead by less does not sleep: the rate is constant by the millisecond. */
#define TICK		(SECOND / 1000)
/* Who is behind by more was held up. */
#define LATE		(4 * TICK)

static volatile sig_atomic_t stop;
static bool patient;
static uint64_t burst;

static void on_term(int signal)
{
	(void)signal;
	stop = signal;
}

void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "stream: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return ts.tv_sec * SECOND + ts.tv_nsec;
}

static void sleep_until(int64_t when)
{
	struct timespec ts = { when / SECOND, when % SECOND };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

/* splitmix64: the same from the same seed, everywhere. */
static uint64_t draw(uint64_t seed, uint64_t n)
{
	uint64_t x = seed * 0x9e3779b97f4a7c15 + n * 0xbf58476d1ce4e5b9;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;

	return x ^ (x >> 31);
}

/*
 * The @n-th number of @bits bits in an order that @seed chooses. Each step is one to
 * one, so no number comes twice.
 */
static uint64_t permuted(uint64_t seed, uint64_t n, int bits)
{
	uint64_t mask = ~0ULL >> (64 - bits), i;

	for (i = 0; i < 4; i++) {
		n = ((n ^ draw(seed, 2 * i)) * (draw(seed, 2 * i + 1) | 1)) & mask;
		n ^= n >> (bits / 2);
	}

	return n;
}

/* The shares of @count addresses by Zipf's law, added up; to be freed. */
static double *zipf(uint64_t count, double exponent)
{
	double *sums = calloc(count, sizeof(*sums)), sum = 0;
	uint64_t k;

	if (!sums)
		fail("zipf");
	for (k = 0; k < count; k++)
		sums[k] = sum += pow(k + 1, -exponent);

	return sums;
}

/* The @n-th draw of an address by these. */
static uint64_t pick(const double *sums, uint64_t count, uint64_t n)
{
	double at = draw(1, n) / 18446744073709551616.0 * sums[count - 1];
	uint64_t low = 0, high = count - 1, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (sums[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}

	return low;
}

/* The address of the @n-th packet, in bursts. */
static uint64_t in_bursts(uint64_t count, uint64_t n)
{
	uint64_t tenth = count / 10;

	return n / (burst * tenth) % 10 * tenth + n % tenth;
}

/* Wait for the time of the next packet, which is @due; returns when that was. */
static int64_t pace(int64_t due)
{
	int64_t t = now();

	if (due > t + TICK)
		sleep_until(due);
	else if (patient && due < t - LATE)
		due = t;

	return due;
}

/* The packet numbered @n, from 0, and where it goes, as the @i-th of @batch. */
static void make_packet(struct batch *batch, int i, uint64_t n, uint64_t count,
			const char *seed, const double *sums)
{
	struct packet packet = { .n = n + 1 };

	packet.flow = sums ? pick(sums, count, n) :
		      burst ? in_bursts(count, n) : n % count;
	n = packet.flow;
	if (seed)
		n = permuted(strtoull(seed, NULL, 0), n, batch->wire->bits);
	batch_set(batch, i, &packet, n);
}

static int send_all(char **arg, const char *seed, const char *exponent)
{
	uint64_t count = strtoull(arg[1], NULL, 0), n = 0, refused = 0;
	double *sums = exponent ? zipf(count, atof(exponent)) : NULL;
	uint64_t packets = strtoull(arg[4], NULL, 0);
	int64_t rate = strtoll(arg[3], NULL, 0), start, due, t;
	static struct batch batch;
	struct wire wire;
	int fd, i;

	wire_parse(&wire, arg[0], arg[2]);
	fd = wire_sender(&wire);
	batch_init(&batch, &wire, true);
	start = now();
	due = start;
	while (n < packets && !stop) {
		due = rate ? pace(due) : 0;
		t = now();
		/* Those whose time it is. */
		for (i = 0; i < BATCH && n < packets && due <= t + TICK; i++, n++) {
			make_packet(&batch, i, n, count, seed, sums);
			due += rate ? SECOND / rate : 0;
		}
		refused += batch_send(fd, &batch, i);
	}
	printf("sent %llu refused %llu rate %lld\n", (unsigned long long)n,
	       (unsigned long long)refused,
	       (long long)(n * SECOND / (now() - start + 1)));
	free(sums);

	return 0;
}

/* What came in, by number and by address. */
struct record {
	uint64_t fresh;
	uint64_t twice;
	uint64_t reordered;
	int64_t last;
	int64_t silence;
	uint8_t *seen;
	uint64_t *latest;
};

static void record_packet(struct record *record, const struct packet *p, int64_t t)
{
	if (p->n >= PACKETS_MAX || p->flow >= FLOWS_MAX)
		return;
	if (record->last && t - record->last > record->silence)
		record->silence = t - record->last;
	record->last = t;
	if (record->seen[p->n])
		record->twice++;
	else
		record->fresh++;
	record->seen[p->n] = 1;
	if (p->n < record->latest[p->flow])
		record->reordered++;
	else
		record->latest[p->flow] = p->n;
}

static int receive_all(const char *port, const char *base)
{
	struct record record = {
		.seen = calloc(PACKETS_MAX, 1),
		.latest = calloc(FLOWS_MAX, sizeof(uint64_t)),
	};
	const struct packet *packet;
	static struct batch batch;
	struct wire wire;
	int fd, n, i;
	int64_t t;

	if (!record.seen || !record.latest)
		fail("memory");
	wire_parse(&wire, base, port);
	fd = wire_receiver(&wire);
	batch_init(&batch, &wire, false);
	puts("ready");
	fflush(stdout);
	while ((n = batch_receive(fd, &batch)) || !stop) {
		t = now();
		for (i = 0; i < n; i++) {
			packet = batch_get(&batch, i);
			if (packet)
				record_packet(&record, packet, t);
		}
	}
	printf("received %llu twice %llu reordered %llu silence_us %lld\n",
	       (unsigned long long)record.fresh, (unsigned long long)record.twice,
	       (unsigned long long)record.reordered, (long long)record.silence / 1000);
	free(record.seen);
	free(record.latest);

	return 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: see the head of tests/tools/stream/stream.c\n");

	return 2;
}

static int send_command(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "pb:")) != -1) {
		if (option == 'p')
			patient = true;
		else if (option == 'b')
			burst = strtoull(optarg, NULL, 0);
		else
			return usage();
	}
	argc -= optind;
	argv += optind;
	if (argc < 5)
		return usage();

	return send_all(argv, argc > 5 ? argv[5] : NULL, argc > 6 ? argv[6] : NULL);
}

int main(int argc, char **argv)
{
	/* A packet on its way is sent: restarted, not refused. */
	struct sigaction action = { .sa_handler = on_term, .sa_flags = SA_RESTART };

	sigaction(SIGTERM, &action, NULL);
	if (argc > 1 && !strcmp(argv[1], "send"))
		return send_command(argc - 1, argv + 1);
	if ((argc == 3 || argc == 4) && !strcmp(argv[1], "receive"))
		return receive_all(argv[2], argc == 4 ? argv[3] : "::");

	return usage();
}
