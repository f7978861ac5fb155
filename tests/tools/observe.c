// SPDX-License-Identifier: GPL-2.0
/*
 * observe - which device transmitted the packets to which destination:
 *
 *	observe [-i] PORT DEVICE...
 *
 * Watches the devices of its network namespace for outgoing (-i: incoming) UDP packets
 * to PORT until SIGTERM, then prints a line for each: destination address, device.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEVICES_MAX	64

static volatile sig_atomic_t stop;
static int wanted = PACKET_OUTGOING;

static void on_term(int signal)
{
	(void)signal;
	stop = 1;
}

static int open_device(const char *name)
{
	struct sockaddr_ll any = { .sll_family = AF_PACKET };
	int fd, size = 1 << 24;

	fd = socket(AF_PACKET, SOCK_RAW, 0);
	any.sll_protocol = htons(ETH_P_ALL);
	any.sll_ifindex = if_nametoindex(name);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (fd < 0 || !any.sll_ifindex ||
	    bind(fd, (void *)&any, sizeof(any))) {
		fprintf(stderr, "observe: %s: %s\n", name, strerror(errno));
		exit(1);
	}

	return fd;
}

/* The text of the destination if the frame is UDP to @port, or NULL. */
static const char *destination(const unsigned char *frame, ssize_t len, int port)
{
	static char text[INET6_ADDRSTRLEN];
	const struct ip *ip4 = (void *)(frame + ETH_HLEN);
	const struct ip6_hdr *ip6 = (void *)(frame + ETH_HLEN);
	const struct udphdr *udp;

	if (len >= ETH_HLEN + 28 && ip4->ip_v == 4 && ip4->ip_p == IPPROTO_UDP) {
		udp = (void *)(frame + ETH_HLEN + 20);
		inet_ntop(AF_INET, &ip4->ip_dst, text, sizeof(text));
	} else if (len >= ETH_HLEN + 48 && ip4->ip_v == 6 &&
		   ip6->ip6_nxt == IPPROTO_UDP) {
		udp = (void *)(frame + ETH_HLEN + 40);
		inet_ntop(AF_INET6, &ip6->ip6_dst, text, sizeof(text));
	} else {
		return NULL;
	}

	return ntohs(udp->dest) == port ? text : NULL;
}

static void take(int fd, const char *name, int port)
{
	static unsigned char frame[2048] __attribute__((aligned(4)));
	struct sockaddr_ll from = { 0 };
	socklen_t size = sizeof(from);
	const char *text;
	ssize_t len;

	len = recvfrom(fd, frame + 2, sizeof(frame) - 2, MSG_DONTWAIT,
		       (void *)&from, &size);
	if (len <= 0 || from.sll_pkttype != wanted)
		return;
	text = destination(frame + 2, len, port);
	if (text)
		printf("%s %s\n", text, name);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term };
	struct pollfd device[DEVICES_MAX];
	int i, count;

	if (argc > 1 && !strcmp(argv[1], "-i")) {
		wanted = PACKET_HOST;
		argc--;
		argv++;
	}
	count = argc - 2;
	if (count < 1 || count > DEVICES_MAX) {
		fprintf(stderr, "usage: observe [-i] PORT DEVICE...\n");
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	for (i = 0; i < count; i++) {
		device[i].fd = open_device(argv[2 + i]);
		device[i].events = POLLIN;
	}
	fprintf(stderr, "ready\n");
	while (!stop) {
		if (poll(device, count, 100) <= 0) {
			fflush(stdout);
			continue;
		}
		for (i = 0; i < count; i++)
			if (device[i].revents)
				take(device[i].fd, argv[2 + i], atoi(argv[1]));
	}
	fflush(stdout);

	return 0;
}
