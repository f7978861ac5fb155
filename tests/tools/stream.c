// SPDX-License-Identifier: GPL-2.0
/*
 * stream - numbered UDP packets over many destinations:
 *
 *	stream send [-p] [-b BURST] BASE COUNT PORT RATE PACKETS [SEED [EXPONENT]]
 *	stream receive PORT
 *
 * `send` spreads PACKETS packets over COUNT addresses in turn, RATE a second (0:
 * as fast as it can) until SIGTERM, and prints how many it sent, how many of
 * these the kernel refused, and the rate reached. If the machine held it up for some
 * milliseconds it catches up at full speed; with -p it does not. The addresses are
 * BASE with its low 16 bits (IPv4) or 64 bits (IPv6) counted up, or, with a SEED,
 * these in an order that looks random; all are different. With -b each tenth of the
 * addresses has BURST packets each in turn, then pauses while the others have theirs.
 * With an EXPONENT packets are not in turn: the k-th address gets its share by Zipf's
 * law, 1/k^EXPONENT.
 *
 * `receive` takes what comes to PORT on any address until SIGTERM, then prints how many
 * different packets came, how many came twice, how many came after a later one to the
 * same address, and the longest silence between two.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PACKETS_MAX	(1 << 24)
#define FLOWS_MAX	(1 << 16)
#define SECOND		1000000000LL
/* Who is ahead by less does not sleep: the rate is constant by the millisecond. */
#define TICK		(SECOND / 1000)
/* Who is behind by more was held up. */
#define LATE		(4 * TICK)

/* Packets are given to the kernel, and taken from it, so many at once at most. */
#define BATCH		64

/* What a packet carries: its number, from 1, and that of its address. */
struct packet {
	uint64_t n;
	uint64_t flow;
};

/* Some of them, and where they go to. */
struct batch {
	struct mmsghdr message[BATCH];
	struct iovec vector[BATCH];
	struct packet packet[BATCH];
	struct sockaddr_in6 to[BATCH];
};

static volatile sig_atomic_t stop;
static bool patient;
static uint64_t burst;

static void on_term(int signal)
{
	(void)signal;
	stop = signal;
}

static void fail(const char *what)
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
	uint64_t mask = ~0ULL >> (64 - bits);
	int i;

	for (i = 0; i < 4; i++) {
		n = ((n ^ draw(seed, 2 * i)) * (draw(seed, 2 * i + 1) | 1)) & mask;
		n ^= n >> (bits / 2);
	}

	return n;
}

/* The @n-th address, as IPv6 (mapped if BASE is IPv4). */
static struct in6_addr address(const char *base, uint64_t n, const char *seed)
{
	struct in6_addr a = IN6ADDR_ANY_INIT;
	int i, bytes = 8;

	if (inet_pton(AF_INET, base, &a.s6_addr[12]) == 1) {
		memset(&a.s6_addr[10], 0xff, 2);
		bytes = 2;
	} else if (inet_pton(AF_INET6, base, &a) != 1) {
		fprintf(stderr, "stream: %s is no address\n", base);
		exit(2);
	}
	if (seed)
		n = permuted(strtoull(seed, NULL, 0), n, 8 * bytes);
	for (i = 15; i > 15 - bytes; i--, n >>= 8)
		a.s6_addr[i] = n;

	return a;
}

/* The shares of @count addresses by Zipf's law, added up; freed by nobody. */
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

static void batch_init(struct batch *batch, bool addressed)
{
	int i;

	memset(batch, 0, sizeof(*batch));
	for (i = 0; i < BATCH; i++) {
		batch->vector[i].iov_base = &batch->packet[i];
		batch->vector[i].iov_len = sizeof(batch->packet[i]);
		batch->message[i].msg_hdr.msg_iov = &batch->vector[i];
		batch->message[i].msg_hdr.msg_iovlen = 1;
		batch->to[i].sin6_family = AF_INET6;
		if (!addressed)
			continue;
		batch->message[i].msg_hdr.msg_name = &batch->to[i];
		batch->message[i].msg_hdr.msg_namelen = sizeof(batch->to[i]);
	}
}

/* Send the first @count; returns how many of these the kernel refused. */
static int batch_send(int fd, struct batch *batch, int count)
{
	int sent = 0, refused = 0, n;

	while (sent < count) {
		n = sendmmsg(fd, batch->message + sent, count - sent, 0);
		if (n > 0) {
			sent += n;
		} else {
			sent++;
			refused++;
		}
	}

	return refused;
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
static void make_packet(struct batch *batch, int i, uint64_t n, char **arg,
			const char *seed, const double *sums)
{
	uint64_t count = strtoull(arg[1], NULL, 0);
	struct packet *packet = &batch->packet[i];

	packet->n = n + 1;
	packet->flow = sums ? pick(sums, count, n) :
		       burst ? in_bursts(count, n) : n % count;
	batch->to[i].sin6_addr = address(arg[0], packet->flow, seed);
	batch->to[i].sin6_port = htons(atoi(arg[2]));
}

static int send_all(char **arg, const char *seed, const char *exponent)
{
	uint64_t count = strtoull(arg[1], NULL, 0), n = 0, refused = 0;
	double *sums = exponent ? zipf(count, atof(exponent)) : NULL;
	uint64_t packets = strtoull(arg[4], NULL, 0);
	int64_t rate = strtoll(arg[3], NULL, 0), start, due, t;
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	static struct batch batch;
	int size = 1 << 22, i;

	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	batch_init(&batch, true);
	start = now();
	due = start;
	while (n < packets && !stop) {
		due = rate ? pace(due) : 0;
		t = now();
		/* Those whose time it is. */
		for (i = 0; i < BATCH && n < packets && due <= t + TICK; i++, n++) {
			make_packet(&batch, i, n, arg, seed, sums);
			due += rate ? SECOND / rate : 0;
		}
		refused += batch_send(fd, &batch, i);
	}
	printf("sent %llu refused %llu rate %lld\n", (unsigned long long)n,
	       (unsigned long long)refused,
	       (long long)(n * SECOND / (now() - start + 1)));

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

static int receive_all(const char *port)
{
	struct record record = {
		.seen = calloc(PACKETS_MAX, 1),
		.latest = calloc(FLOWS_MAX, sizeof(uint64_t)),
	};
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
	struct timeval wait = { .tv_usec = 100000 };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), size = 1 << 26, n, i;
	static struct batch batch;
	int64_t t;

	if (fd < 0 || !record.seen || !record.latest)
		fail("socket");
	any.sin6_port = htons(atoi(port));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (bind(fd, (void *)&any, sizeof(any)))
		fail("bind");

	batch_init(&batch, false);
	while ((n = recvmmsg(fd, batch.message, BATCH, MSG_WAITFORONE, NULL)) > 0 || !stop) {
		t = now();
		for (i = 0; i < n; i++)
			if (batch.message[i].msg_len == sizeof(struct packet))
				record_packet(&record, &batch.packet[i], t);
	}
	printf("received %llu twice %llu reordered %llu silence_us %lld\n",
	       (unsigned long long)record.fresh, (unsigned long long)record.twice,
	       (unsigned long long)record.reordered, (long long)record.silence / 1000);

	return 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: see the head of tests/tools/stream.c\n");

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
	if (argc == 3 && !strcmp(argv[1], "receive"))
		return receive_all(argv[2]);

	return usage();
}
