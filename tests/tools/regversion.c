// SPDX-License-Identifier: GPL-2.0
/*
 * regversion - the version and the length of what `ethtool -d DEVICE` would dump,
 * which ethtool itself does not tell: regversion DEVICE
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ethtool_regs regs = { .cmd = ETHTOOL_GREGS };
	struct ifreq request = { .ifr_data = (void *)&regs };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc != 2) {
		fprintf(stderr, "usage: regversion DEVICE\n");
		return 2;
	}
	snprintf(request.ifr_name, IFNAMSIZ, "%s", argv[1]);
	/* With no room for registers there is their version alone. */
	if (ioctl(fd, SIOCETHTOOL, &request))
		goto fail;
	request.ifr_data = (void *)&info;
	if (ioctl(fd, SIOCETHTOOL, &request))
		goto fail;
	printf("%u %u\n", regs.version, info.regdump_len);

	return 0;

fail:
	fprintf(stderr, "regversion: %s: %s\n", argv[1], strerror(errno));
	return 1;
}
