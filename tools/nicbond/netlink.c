// SPDX-License-Identifier: GPL-2.0
/* Requests by netlink, their answers, and what the kernel says of those it refuses. */
#include "netlink.h"
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct talk {
	struct netlink *netlink;
	mnl_cb_t each;
	void *data;
};

void netlink_open(struct netlink *netlink, int bus)
{
	int on = 1;

	netlink->socket = mnl_socket_open(bus);
	if (!netlink->socket || mnl_socket_bind(netlink->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		fail("netlink: %s", strerror(errno));
	mnl_socket_setsockopt(netlink->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(netlink->socket, NETLINK_CAP_ACK, &on, sizeof(on));
}

struct nlmsghdr *netlink_begin(struct netlink *netlink, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(netlink->room);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;

	return request;
}

unsigned long long netlink_number(const struct nlattr *attr)
{
	unsigned long long number = 0;
	uint32_t word = 0;

	if (mnl_attr_get_payload_len(attr) == sizeof(number)) {
		memcpy(&number, mnl_attr_get_payload(attr), sizeof(number));
		return number;
	}
	if (mnl_attr_get_payload_len(attr) == sizeof(word))
		memcpy(&word, mnl_attr_get_payload(attr), sizeof(word));

	return word;
}

/* The kernel's words are behind @length bytes of a message. */
static void listen_to(struct netlink *netlink, const struct nlmsghdr *message, size_t length)
{
	const struct nlattr *attr;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    mnl_nlmsg_get_payload_len(message) < length)
		return;
	mnl_attr_for_each(attr, message, length)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			snprintf(netlink->said, sizeof(netlink->said), "%s",
				 mnl_attr_get_str(attr));
}

static int verdict(int error)
{
	if (!error)
		return MNL_CB_STOP;
	errno = -error;

	return MNL_CB_ERROR;
}

static int on_error(const struct nlmsghdr *message, void *data)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	struct talk *talk = data;
	size_t length = sizeof(*error);

	if (mnl_nlmsg_get_payload_len(message) < length)
		return verdict(-EBADMSG);
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		length += error->msg.nlmsg_len - sizeof(error->msg);
	listen_to(talk->netlink, message, length);

	return verdict(error->error);
}

static int on_done(const struct nlmsghdr *message, void *data)
{
	const int *error = mnl_nlmsg_get_payload(message);
	struct talk *talk = data;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*error))
		return MNL_CB_STOP;
	listen_to(talk->netlink, message, sizeof(*error));

	return verdict(*error);
}

static int on_answer(const struct nlmsghdr *message, void *data)
{
	struct talk *talk = data;

	return talk->each ? talk->each(message, talk->data) : MNL_CB_OK;
}

static mnl_cb_t on_control[] = {
	[NLMSG_ERROR] = on_error,
	[NLMSG_DONE] = on_done,
};

/* Whether what is dumped changed meanwhile; libmnl would stop there, with the rest unread. */
static int changed(char *answer, ssize_t length)
{
	struct nlmsghdr *message = (void *)answer;
	int rest = length, flags = 0;

	for (; mnl_nlmsg_ok(message, rest); message = mnl_nlmsg_next(message, &rest)) {
		flags |= message->nlmsg_flags;
		message->nlmsg_flags &= ~NLM_F_DUMP_INTR;
	}

	return flags & NLM_F_DUMP_INTR;
}

int netlink_talk(struct netlink *netlink, mnl_cb_t each, void *data)
{
	unsigned int port = mnl_socket_get_portid(netlink->socket);
	static char answer[NETLINK_ANSWER_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct talk talk = { netlink, each, data };
	int more = MNL_CB_OK, again = 0;
	ssize_t length;

	netlink->said[0] = '\0';
	netlink->request.nlmsg_seq = ++netlink->sequence;
	if (mnl_socket_sendto(netlink->socket, &netlink->request,
			      netlink->request.nlmsg_len) < 0)
		return errno;
	while (more == MNL_CB_OK) {
		length = mnl_socket_recvfrom(netlink->socket, answer, sizeof(answer));
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return errno;
		again |= changed(answer, length);
		more = mnl_cb_run2(answer, length, netlink->sequence, port, on_answer, &talk,
				   on_control, MNL_ARRAY_SIZE(on_control));
	}
	if (more < 0)
		return errno;

	return again ? EAGAIN : 0;
}

void netlink_fail(const struct netlink *netlink, const char *about, int error)
{
	fail("%s: %s", about, netlink->said[0] ? netlink->said : strerror(error));
}
