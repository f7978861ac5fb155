// SPDX-License-Identifier: GPL-2.0
/*
 * frame - send raw Ethernet frames: frame DEVICE HEX [HEX]...
 *
 * Each HEX is one frame, from its destination address on; not padded.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_MAX	4096

static int parse(const char *hex, unsigned char *frame)
{
	size_t len = 0;

	while (len < FRAME_MAX && sscanf(hex + 2 * len, "%2hhx", &frame[len]) == 1)
		if (!hex[2 * len++ + 1])
			break;

	return len;
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	unsigned char frame[FRAME_MAX];
	int fd, i, len;

	if (argc < 3) {
		fprintf(stderr, "usage: frame DEVICE HEX...\n");
		return 2;
	}
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = if_nametoindex(argv[1]);
	if (fd < 0 || !to.sll_ifindex) {
		fprintf(stderr, "frame: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	for (i = 2; i < argc; i++) {
		len = parse(argv[i], frame);
		if (sendto(fd, frame, len, 0, (void *)&to, sizeof(to)) == len)
			continue;
		fprintf(stderr, "frame: %s\n", strerror(errno));
		return 1;
	}

	return 0;
}
