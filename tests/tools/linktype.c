// SPDX-License-Identifier: GPL-2.0
/*
 * linktype - a tap that says it is another kind of network:
 *
 *	linktype TAP NUMBER	one of linux/if_arp.h, ARPHRD_*; the tap is down, and persistent
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd;

	if (argc != 3 || strlen(argv[1]) >= IFNAMSIZ) {
		fprintf(stderr, "usage: linktype TAP NUMBER\n");
		return 2;
	}
	memcpy(request.ifr_name, argv[1], strlen(argv[1]));
	fd = open("/dev/net/tun", O_RDWR);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) || ioctl(fd, TUNSETLINK, atol(argv[2]))) {
		perror("linktype");
		return 1;
	}

	return 0;
}
