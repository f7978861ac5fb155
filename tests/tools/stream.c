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

/* What a packet carries: its number, from 1, and that of its address. */
struct packet {
	uint64_t n;
	uint64_t flow;
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

static int send_all(char **arg, const char *seed, const char *exponent)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6 };
	uint64_t count = strtoull(arg[1], NULL, 0), packets, n, refused = 0;
	double *sums = exponent ? zipf(count, atof(exponent)) : NULL;
	struct packet packet;
	int64_t rate = strtoll(arg[3], NULL, 0), start, due;
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	int size = 1 << 22;

	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	to.sin6_port = htons(atoi(arg[2]));
	packets = strtoull(arg[4], NULL, 0);
	start = now();
	due = start;
	for (n = 0; n < packets && !stop; n++) {
		packet.n = n + 1;
		packet.flow = sums ? pick(sums, count, n) :
			      burst ? in_bursts(count, n) : n % count;
		to.sin6_addr = address(arg[0], packet.flow, seed);
		due = rate ? pace(due) + SECOND / rate : 0;
		if (sendto(fd, &packet, sizeof(packet), 0, (void *)&to,
			   sizeof(to)) < 0)
			refused++;
	}
	printf("sent %llu refused %llu rate %lld\n", (unsigned long long)n,
	       (unsigned long long)refused,
	       (long long)(n * SECOND / (now() - start + 1)));

	return 0;
}

static int receive_all(const char *port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
	struct timeval wait = { .tv_usec = 100000 };
	uint64_t fresh = 0, twice = 0, reordered = 0;
	struct packet p = { .n = PACKETS_MAX };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), size = 1 << 26;
	int64_t last = 0, t, silence = 0;
	uint8_t *seen = calloc(PACKETS_MAX, 1);
	uint64_t *latest = calloc(FLOWS_MAX, sizeof(*latest));

	if (fd < 0 || !seen || !latest)
		fail("socket");
	any.sin6_port = htons(atoi(port));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (bind(fd, (void *)&any, sizeof(any)))
		fail("bind");

	while (recv(fd, &p, sizeof(p), 0) == sizeof(p) || !stop) {
		if (p.n >= PACKETS_MAX || p.flow >= FLOWS_MAX)
			continue;
		t = now();
		if (last && t - last > silence)
			silence = t - last;
		last = t;
		if (seen[p.n])
			twice++;
		else
			fresh++;
		seen[p.n] = 1;
		if (p.n < latest[p.flow])
			reordered++;
		else
			latest[p.flow] = p.n;
		p.n = PACKETS_MAX;
	}
	printf("received %llu twice %llu reordered %llu silence_us %lld\n",
	       (unsigned long long)fresh, (unsigned long long)twice,
	       (unsigned long long)reordered, (long long)silence / 1000);

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
