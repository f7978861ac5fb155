/* SPDX-License-Identifier: GPL-2.0 */
/* Requests by netlink, their answers, and what the kernel says of those it refuses. */
#ifndef NETLINK_H
#define NETLINK_H

#include <libmnl/libmnl.h>
#include <stdint.h>

/* A frame of the largest size fits into a request; registers or a table, an answer. */
#define NETLINK_REQUEST_MAX	(12 * 1024)
#define NETLINK_ANSWER_MAX	(32 * 1024)

/* @said: the kernel's words on the last refusal; empty, if it had none. */
struct netlink {
	struct mnl_socket *socket;
	unsigned int sequence;
	char said[256];
	union {
		struct nlmsghdr request;
		char room[NETLINK_REQUEST_MAX];
	};
};

/* A socket of one of NETLINK_*; ends the program if there is none. */
void netlink_open(struct netlink *netlink, int bus);

/*
 * Begin the next request, add to it, and talk: each answer is given to @each, which
 * returns MNL_CB_OK. 0, or an errno; EAGAIN: what was dumped changed meanwhile.
 */
struct nlmsghdr *netlink_begin(struct netlink *netlink, uint16_t type, uint16_t flags);
int netlink_talk(struct netlink *netlink, mnl_cb_t each, void *data);

/* End the program, because netlink_talk() returned @error. */
void netlink_fail(const struct netlink *netlink, const char *about, int error)
	__attribute__((noreturn));

/* A number of 4 or 8 bytes. */
unsigned long long netlink_number(const struct nlattr *attr);

#endif /* NETLINK_H */
