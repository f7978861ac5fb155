// SPDX-License-Identifier: GPL-2.0
/*
 * rawlink - change a nicbond master by one attribute of any number and content, which no
 * tool with manners would send: rawlink DEVICE NUMBER HEX
 *
 * Prints what the kernel answers, and ends with status 1 if that is an error.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char request[4096] __attribute__((aligned(NLMSG_ALIGNTO)));

static struct nlmsghdr *header(void)
{
	return (struct nlmsghdr *)request;
}

/* Returns the attribute, which more may be put into; its end is the message's. */
static struct rtattr *put(unsigned short type, const void *data, size_t length)
{
	struct rtattr *attribute = (void *)(request + NLMSG_ALIGN(header()->nlmsg_len));

	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(length);
	if (length)
		memcpy(RTA_DATA(attribute), data, length);
	header()->nlmsg_len = NLMSG_ALIGN(header()->nlmsg_len) + RTA_SPACE(length);

	return attribute;
}

static void end(struct rtattr *nest)
{
	nest->rta_len = request + header()->nlmsg_len - (char *)nest;
}

static size_t from_hex(const char *hex, unsigned char *bytes, size_t room)
{
	size_t n;

	for (n = 0; n < room && sscanf(hex + 2 * n, "%2hhx", bytes + n) == 1; n++)
		if (!hex[2 * n + 1])
			break;

	return n;
}

static void build(int ifindex, unsigned short type, const char *hex)
{
	struct ifinfomsg *link = NLMSG_DATA(header());
	struct rtattr *info, *data;
	unsigned char bytes[256];

	header()->nlmsg_len = NLMSG_LENGTH(sizeof(*link));
	header()->nlmsg_type = RTM_NEWLINK;
	header()->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	link->ifi_index = ifindex;
	info = put(IFLA_LINKINFO | NLA_F_NESTED, NULL, 0);
	put(IFLA_INFO_KIND, "nicbond", sizeof("nicbond"));
	data = put(IFLA_INFO_DATA | NLA_F_NESTED, NULL, 0);
	put(type, bytes, from_hex(hex, bytes, sizeof(bytes)));
	end(data);
	end(info);
}

/* The message in the answer's attributes, which are behind what it capped. */
static const char *reason(const struct nlmsghdr *answer)
{
	const struct nlmsgerr *error = NLMSG_DATA(answer);
	int length = answer->nlmsg_len - NLMSG_LENGTH(sizeof(*error));
	const struct rtattr *attribute = (const void *)(error + 1);

	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS))
		return "";
	for (; RTA_OK(attribute, length); attribute = RTA_NEXT(attribute, length))
		if (attribute->rta_type == NLMSGERR_ATTR_MSG)
			return RTA_DATA(attribute);

	return "";
}

int main(int argc, char **argv)
{
	static char answer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	int one = 1, error, s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (argc != 4 || !if_nametoindex(argv[1])) {
		fprintf(stderr, "usage: rawlink DEVICE NUMBER HEX\n");
		return 2;
	}
	if (s < 0) {
		fprintf(stderr, "rawlink: %s\n", strerror(errno));
		return 2;
	}
	setsockopt(s, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(s, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	build(if_nametoindex(argv[1]), atoi(argv[2]), argv[3]);
	if (send(s, request, header()->nlmsg_len, 0) < 0 ||
	    recv(s, answer, sizeof(answer), 0) < 0) {
		fprintf(stderr, "rawlink: %s\n", strerror(errno));
		return 2;
	}
	error = -((struct nlmsgerr *)NLMSG_DATA((struct nlmsghdr *)answer))->error;
	printf("%s: %s\n", error ? strerror(error) : "ok", reason((struct nlmsghdr *)answer));

	return error ? 1 : 0;
}
