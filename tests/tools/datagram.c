// SPDX-License-Identifier: GPL-2.0
/*
 * datagram - does a device build and parse link-layer headers: datagram DEVICE MAC
 *
 * Sends a packet without a header by DEVICE, which adds one, to MAC; looks at it on its
 * way out, and says "ok" if the header that was added is what it was asked for.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

/* Of the experimenter (IEEE 802). */
#define PROTOCOL	0x88b5

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = ETH_ALEN };
	struct timeval patience = { .tv_sec = 5 };
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	struct ifreq ifr = { 0 };
	char data[64] = "nicbond", got[64];
	int out, tap;
	size_t i;

	if (argc != 3) {
		fprintf(stderr, "usage: datagram DEVICE MAC\n");
		return 2;
	}
	to.sll_ifindex = if_nametoindex(argv[1]);
	to.sll_protocol = htons(ETH_P_ALL);
	if (strlen(argv[2]) != 3 * ETH_ALEN - 1)
		return 2;
	for (i = 0; i < ETH_ALEN; i++)
		to.sll_addr[i] = strtoul(argv[2] + 3 * i, NULL, 16);
	out = socket(AF_PACKET, SOCK_DGRAM, 0);
	tap = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (out < 0 || tap < 0 || bind(tap, (void *)&to, sizeof(to)))
		return fail("socket");
	setsockopt(tap, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", argv[1]);
	if (ioctl(out, SIOCGIFHWADDR, &ifr))
		return fail("address");

	to.sll_protocol = htons(PROTOCOL);
	if (sendto(out, data, sizeof(data), 0, (void *)&to, sizeof(to)) != sizeof(data))
		return fail("send");
	do {
		if (recvfrom(tap, got, sizeof(got), 0, (void *)&from, &len) < 0)
			return fail("receive");
	} while (ntohs(from.sll_protocol) != PROTOCOL);

	if (from.sll_pkttype != PACKET_OUTGOING || from.sll_halen != ETH_ALEN ||
	    memcmp(from.sll_addr, ifr.ifr_hwaddr.sa_data, ETH_ALEN) ||
	    memcmp(got, data, sizeof(data))) {
		printf("another header\n");
		return 1;
	}
	printf("ok\n");

	return 0;
}
