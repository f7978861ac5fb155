// SPDX-License-Identifier: GPL-2.0
/* The generic netlink family: adaptors, and what the firmware can be asked. */
#include "family.h"
#include "command.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

/* What @attribute of an answer has, to @to; @length: the room there, then what was. */
struct bytes {
	int attribute;
	void *to;
	size_t length;
};

static struct netlink generic;
static uint16_t family;
static uint32_t events;

static void begin(uint16_t type, uint8_t command, uint8_t version, uint16_t flags)
{
	struct genlmsghdr *header;

	if (!generic.socket)
		netlink_open(&generic, NETLINK_GENERIC);
	header = mnl_nlmsg_put_extra_header(netlink_begin(&generic, type, flags),
					    sizeof(*header));
	header->cmd = command;
	header->version = version;
}

static void read_group(const struct nlattr *group)
{
	const struct nlattr *attr;
	const char *name = "";
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, group) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
			name = mnl_attr_get_str(attr);
		else if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
			id = netlink_number(attr);
	}
	if (!strcmp(name, NICBOND_MCGRP_EVENTS))
		events = id;
}

static int on_family(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attr, *group;

	(void)data;
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr)
			read_group(group);
	}

	return MNL_CB_OK;
}

static void find_family(void)
{
	int error;

	if (family)
		return;
	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, NLM_F_ACK);
	mnl_attr_put_strz(&generic.request, CTRL_ATTR_FAMILY_NAME, NICBOND_FAMILY_NAME);
	error = netlink_talk(&generic, on_family, NULL);
	if (error == ENOENT)
		fail("the kernel has no nicbond: is the module loaded?");
	if (error)
		netlink_fail(&generic, NICBOND_FAMILY_NAME, error);
}

static void begin_command(uint8_t command, uint16_t flags)
{
	find_family();
	begin(family, command, NICBOND_FAMILY_VERSION, flags);
}

#define COUNTER(ID, name, text)	\
	[NICBOND_A_COUNT_##ID] = 1 + NICBOND_COUNTER_##ID,
static const int counter_of[] = {
	NICBOND_COUNTERS(COUNTER)
};

static void read_counters(struct record *record, const struct nlattr *counters)
{
	const struct nlattr *attr;
	unsigned int type;

	mnl_attr_for_each_nested(attr, counters) {
		type = mnl_attr_get_type(attr);
		if (type < MNL_ARRAY_SIZE(counter_of) && counter_of[type])
			record->counter[counter_of[type] - 1] = netlink_number(attr);
	}
}

static void read_record(struct record *record, const struct nlmsghdr *message)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;
	unsigned int type;

	memset(record, 0, sizeof(*record));
	mnl_attr_for_each(attr, message, sizeof(*header)) {
		type = mnl_attr_get_type(attr);
		if (header->cmd == NICBOND_CMD_ADAPTOR_GET && type == NICBOND_A_ADAPTOR_COUNTERS)
			read_counters(record, attr);
		else if (type < FAMILY_VALUES)
			record->value[type] = netlink_number(attr);
	}
}

static int on_record(const struct nlmsghdr *message, void *data)
{
	struct records *records = data;

	records->list = list_grow(records->list, records->count, sizeof(*records->list));
	read_record(&records->list[records->count++], message);

	return MNL_CB_OK;
}

void family_put(struct records *records)
{
	free(records->list);
	memset(records, 0, sizeof(*records));
}

static int dump(struct records *records, uint8_t command, int attribute, unsigned int master)
{
	int error;

	do {
		family_put(records);
		begin_command(command, NLM_F_DUMP);
		if (master)
			mnl_attr_put_u32(&generic.request, attribute, master);
		error = netlink_talk(&generic, on_record, records);
	} while (error == EAGAIN);

	return error;
}

static int by_slot(const void *one, const void *other)
{
	const struct record *a = one, *b = other;

	return (int)a->value[NICBOND_A_ADAPTOR_SLOT] - (int)b->value[NICBOND_A_ADAPTOR_SLOT];
}

int family_adaptors(struct records *records, unsigned int master)
{
	int error = dump(records, NICBOND_CMD_ADAPTOR_GET, NICBOND_A_ADAPTOR_MASTER, master);

	if (records->count)
		qsort(records->list, records->count, sizeof(*records->list), by_slot);

	return error;
}

int family_channels(struct records *records, unsigned int master)
{
	return dump(records, NICBOND_CMD_CHANNEL_GET, NICBOND_A_CHANNEL_MASTER, master);
}

static int on_bytes(const struct nlmsghdr *message, void *data)
{
	struct bytes *bytes = data;
	const struct nlattr *attr;
	size_t length;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != bytes->attribute)
			continue;
		length = mnl_attr_get_payload_len(attr);
		if (length < bytes->length)
			bytes->length = length;
		memcpy(bytes->to, mnl_attr_get_payload(attr), bytes->length);
	}

	return MNL_CB_OK;
}

int family_registers(unsigned int member, uint32_t *values, size_t room)
{
	struct bytes bytes = { NICBOND_A_REGISTERS_VALUES, values, room * sizeof(*values) };
	int error;

	begin_command(NICBOND_CMD_REGISTERS_GET, NLM_F_ACK);
	mnl_attr_put_u32(&generic.request, NICBOND_A_REGISTERS_IFINDEX, member);
	error = netlink_talk(&generic, on_bytes, &bytes);

	return error ? -error : (int)(bytes.length / sizeof(*values));
}

int family_table(unsigned int ifindex, uint8_t *slots, size_t room)
{
	struct bytes bytes = { NICBOND_A_TABLE_SLOTS, slots, room };
	int error;

	begin_command(NICBOND_CMD_TABLE_GET, NLM_F_ACK);
	mnl_attr_put_u32(&generic.request, NICBOND_A_TABLE_IFINDEX, ifindex);
	error = netlink_talk(&generic, on_bytes, &bytes);

	return error ? -error : (int)bytes.length;
}

static int on_answer(const struct nlmsghdr *message, void *data)
{
	read_record(data, message);

	return MNL_CB_OK;
}

int family_which(struct record *answer, unsigned int master, int what, const void *bytes,
		 size_t length)
{
	begin_command(NICBOND_CMD_WHICH, NLM_F_ACK);
	mnl_attr_put_u32(&generic.request, NICBOND_A_WHICH_MASTER, master);
	mnl_attr_put(&generic.request, what, length, bytes);

	return netlink_talk(&generic, on_answer, answer);
}

int family_program(unsigned int master, int fd)
{
	begin_command(NICBOND_CMD_PROGRAM_SET, NLM_F_ACK);
	mnl_attr_put_u32(&generic.request, NICBOND_A_PROGRAM_MASTER, master);
	if (fd >= 0)
		mnl_attr_put_u32(&generic.request, NICBOND_A_PROGRAM_FD, fd);

	return netlink_talk(&generic, NULL, NULL);
}

void family_fail(const char *about, int error)
{
	netlink_fail(&generic, about, error);
}

void family_events(struct netlink *netlink)
{
	find_family();
	netlink_open(netlink, NETLINK_GENERIC);
	if (mnl_socket_setsockopt(netlink->socket, NETLINK_ADD_MEMBERSHIP, &events,
				  sizeof(events)) < 0)
		fail("events: %s", strerror(errno));
}
