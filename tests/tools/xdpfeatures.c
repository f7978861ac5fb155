// SPDX-License-Identifier: GPL-2.0
/*
 * xdpfeatures - what the kernel says XDP can do with a device: xdpfeatures DEVICE
 *
 * Prints the names, as in enum netdev_xdp_act, by generic netlink family "netdev". A
 * kernel before 6.3 does not have that; then it prints "unknown".
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* <linux/netdev.h> of newer kernels. */
enum { NETDEV_DEV_GET = 1 };
enum { NETDEV_IFINDEX = 1, NETDEV_XDP_FEATURES = 3 };

static const char *const names[] = {
	"basic", "redirect", "xmit", "zerocopy", "offload", "rx-sg", "xmit-sg",
};

struct message {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	char attrs[8192];
};

/* Ask @family for @command with one attribute; the answer's length, or -1. */
static int ask(int fd, int family, int command, int type, const void *data, int len,
	       struct message *answer)
{
	struct message request = {
		.nl = { .nlmsg_type = family, .nlmsg_flags = NLM_F_REQUEST,
			.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN) + NLA_HDRLEN + NLA_ALIGN(len) },
		.genl = { .cmd = command, .version = 1 },
	};
	struct nlattr *attr = (void *)request.attrs;

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(request.attrs + NLA_HDRLEN, data, len);
	if (send(fd, &request, request.nl.nlmsg_len, 0) < 0 ||
	    recv(fd, answer, sizeof(*answer), 0) < 0 || answer->nl.nlmsg_type == NLMSG_ERROR)
		return -1;

	return answer->nl.nlmsg_len;
}

/* The value of an attribute of @len bytes in @answer, 0 without it. */
static uint64_t value(const struct message *answer, int type, int len)
{
	const char *at = answer->attrs;
	const char *end = (const char *)answer + answer->nl.nlmsg_len;
	uint64_t found = 0;

	while (at < end) {
		const struct nlattr *attr = (const void *)at;

		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			memcpy(&found, at + NLA_HDRLEN, len);
		at += NLA_ALIGN(attr->nla_len);
	}

	return found;
}

int main(int argc, char **argv)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	static struct message answer;
	const char *separator = "";
	uint32_t ifindex;
	uint64_t features;
	unsigned int i;

	ifindex = argc == 2 ? if_nametoindex(argv[1]) : 0;
	if (fd < 0) {
		perror("xdpfeatures: socket");
		return 1;
	}
	if (!ifindex) {
		fprintf(stderr, "usage: xdpfeatures DEVICE\n");
		return 2;
	}
	if (ask(fd, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME, "netdev", 7,
		&answer) < 0) {
		puts("unknown");
		return 0;
	}
	if (ask(fd, value(&answer, CTRL_ATTR_FAMILY_ID, 2), NETDEV_DEV_GET, NETDEV_IFINDEX,
		&ifindex, sizeof(ifindex), &answer) < 0) {
		fprintf(stderr, "xdpfeatures: the kernel does not answer\n");
		return 1;
	}

	features = value(&answer, NETDEV_XDP_FEATURES, 8);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(features >> i & 1))
			continue;
		printf("%s%s", separator, names[i]);
		separator = " ";
	}
	putchar('\n');

	return 0;
}
