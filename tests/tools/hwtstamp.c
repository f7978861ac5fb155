// SPDX-License-Identifier: GPL-2.0
/*
 * hwtstamp - settings of a device's hardware time stamps:
 *
 *	hwtstamp get DEVICE
 *	hwtstamp set DEVICE FLAGS TX_TYPE RX_FILTER	(numbers, HWTSTAMP_*)
 *
 * Prints what the kernel answers: flags, tx_type, rx_filter.
 */
#include <errno.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct hwtstamp_config config = { 0 };
	struct ifreq ifr = { 0 };
	int fd, set = argc == 6 && !strcmp(argv[1], "set");

	if (!set && (argc != 3 || strcmp(argv[1], "get"))) {
		fprintf(stderr, "usage: hwtstamp get DEVICE\n"
			"       hwtstamp set DEVICE FLAGS TX_TYPE RX_FILTER\n");
		return 2;
	}
	if (set) {
		config.flags = atoi(argv[3]);
		config.tx_type = atoi(argv[4]);
		config.rx_filter = atoi(argv[5]);
	}
	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", argv[2]);
	ifr.ifr_data = (void *)&config;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, set ? SIOCSHWTSTAMP : SIOCGHWTSTAMP, &ifr)) {
		fprintf(stderr, "hwtstamp: %s: %s\n", argv[2], strerror(errno));
		return 1;
	}
	printf("%d %d %d\n", config.flags, config.tx_type, config.rx_filter);

	return 0;
}
