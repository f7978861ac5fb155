// SPDX-License-Identifier: GPL-2.0
/* address - print an IPv4 or IPv6 address as hexadecimal digits. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	int ipv6, i;

	if (argc != 2) {
		fprintf(stderr, "usage: address ADDRESS\n");
		return 2;
	}
	ipv6 = !!strchr(argv[1], ':');
	if (inet_pton(ipv6 ? AF_INET6 : AF_INET, argv[1], bytes) != 1) {
		fprintf(stderr, "address: %s is none\n", argv[1]);
		return 1;
	}
	for (i = 0; i < (ipv6 ? 16 : 4); i++)
		printf("%02x", bytes[i]);
	putchar('\n');

	return 0;
}
