// SPDX-License-Identifier: GPL-2.0
/* Masters and members, as rtnetlink has them. */
#include "device.h"
#include "command.h"
#include "netlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND	"nicbond"

static struct netlink *route(void)
{
	static struct netlink netlink;

	if (!netlink.socket)
		netlink_open(&netlink, NETLINK_ROUTE);

	return &netlink;
}

static bool is_kind(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_STRING) >= 0 &&
	       mnl_attr_get_payload_len(attr) >= sizeof(KIND) - 1 &&
	       !strncmp(mnl_attr_get_str(attr), KIND, mnl_attr_get_payload_len(attr));
}

static void read_values(struct device_values *values, const struct nlattr *data)
{
	const struct nlattr *attr;

	if (!data)
		return;
	mnl_attr_for_each_nested(attr, data) {
		if (mnl_attr_get_type(attr) >= DEVICE_VALUES)
			continue;
		values->value[mnl_attr_get_type(attr)] = netlink_number(attr);
		values->given[mnl_attr_get_type(attr)] = true;
	}
}

static void read_targets(struct device_values *values, const struct nlattr *data)
{
	const struct nlattr *attr;

	if (!data)
		return;
	mnl_attr_for_each_nested(attr, data)
		if (mnl_attr_get_type(attr) == IFLA_NICBOND_PROBE_TARGETS &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0 && !values->targets)
			values->targets = strdup(mnl_attr_get_str(attr));
}

/* Whether it is one of nicbond's. Who is a member's master, IFLA_MASTER says. */
static bool read_info(struct device *device, const struct nlattr *info)
{
	const struct nlattr *data = NULL, *slave_data = NULL, *attr;
	bool member = false;

	mnl_attr_for_each_nested(attr, info) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			device->is_master = is_kind(attr);
		else if (mnl_attr_get_type(attr) == IFLA_INFO_SLAVE_KIND)
			member = is_kind(attr);
		else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA)
			data = attr;
		else if (mnl_attr_get_type(attr) == IFLA_INFO_SLAVE_DATA)
			slave_data = attr;
	}
	if (!device->is_master && !member)
		return false;

	if (device->is_master) {
		read_values(&device->options, data);
		read_targets(&device->options, data);
	}
	if (member)
		read_values(&device->member, slave_data);
	else
		device->master = 0;

	return true;
}

/* Where the name of a device is kept; of one that was never seen, an empty one. */
static char *known_name(unsigned int ifindex)
{
	static struct known {
		unsigned int ifindex;
		char name[IF_NAMESIZE];
	} *known;
	static size_t count;
	size_t i;

	for (i = 0; i < count; i++)
		if (known[i].ifindex == ifindex)
			return known[i].name;
	known = list_grow(known, count, sizeof(*known));
	memset(&known[count], 0, sizeof(*known));
	known[count].ifindex = ifindex;

	return known[count++].name;
}

static int on_device(const struct nlmsghdr *message, void *data)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	struct device device = { .ifindex = link->ifi_index };
	const struct nlattr *info = NULL, *attr;
	struct devices *devices = data;

	if (message->nlmsg_type != RTM_NEWLINK)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*link)) {
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			snprintf(device.name, sizeof(device.name), "%s", mnl_attr_get_str(attr));
		else if (mnl_attr_get_type(attr) == IFLA_MASTER)
			device.master = netlink_number(attr);
		else if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
			info = attr;
	}
	if (!info || !read_info(&device, info))
		return MNL_CB_OK;
	memcpy(known_name(device.ifindex), device.name, sizeof(device.name));
	devices->list = list_grow(devices->list, devices->count, sizeof(device));
	devices->list[devices->count++] = device;

	return MNL_CB_OK;
}

void devices_put(struct devices *devices)
{
	size_t i;

	for (i = 0; i < devices->count; i++)
		free(devices->list[i].options.targets);
	free(devices->list);
	memset(devices, 0, sizeof(*devices));
}

void devices_get(struct devices *devices)
{
	struct netlink *netlink = route();
	struct ifinfomsg *link;
	int error;

	do {
		devices_put(devices);
		link = mnl_nlmsg_put_extra_header(netlink_begin(netlink, RTM_GETLINK, NLM_F_DUMP),
						  sizeof(*link));
		link->ifi_family = AF_UNSPEC;
		mnl_attr_put_u32(&netlink->request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
		error = netlink_talk(netlink, on_device, devices);
	} while (error == EAGAIN);
	if (error)
		netlink_fail(netlink, "links", error);
}

const struct device *devices_find(const struct devices *devices, unsigned int ifindex)
{
	size_t i;

	for (i = 0; i < devices->count; i++)
		if (devices->list[i].ifindex == ifindex)
			return &devices->list[i];

	return NULL;
}

/* Which there are: a line of names, for who asked for another. */
static const char *choice(const struct devices *devices, bool masters, bool members)
{
	size_t i, length = 0, room;
	static char *text;

	room = (IF_NAMESIZE + 1) * (devices->count + 1);
	free(text);
	text = calloc(1, room);
	for (i = 0; text && i < devices->count; i++)
		if ((masters && devices->list[i].is_master) ||
		    (members && devices->list[i].master))
			length += snprintf(text + length, room - length, " %s",
					   devices->list[i].name);

	return length ? text : " (there is none)";
}

/* By any of its names. */
static const struct device *find_name(const struct devices *devices, const char *name)
{
	return name ? devices_find(devices, if_nametoindex(name)) : NULL;
}

const struct device *devices_master(const struct devices *devices, const char *name)
{
	const struct device *device = find_name(devices, name);

	if (name && (!device || !device->is_master))
		fail("%s is no master; one is needed of:%s", name, choice(devices, true, false));

	return device;
}

const struct device *devices_member(const struct devices *devices, const char *name)
{
	const struct device *device = find_name(devices, name);

	if (name && (!device || !device->master))
		fail("%s is no member; one is needed of:%s", name, choice(devices, false, true));

	return device;
}

const struct device *devices_either(const struct devices *devices, const char *name)
{
	const struct device *device = find_name(devices, name);

	if (name && !device)
		fail("%s is neither master nor member; one is needed of:%s", name,
		     choice(devices, true, true));

	return device;
}

const char *device_name(unsigned int ifindex)
{
	char *name = known_name(ifindex), now[IF_NAMESIZE];

	if (if_indextoname(ifindex, now))
		memcpy(name, now, sizeof(now));
	else if (!*name)
		snprintf(name, IF_NAMESIZE, "if%u", ifindex);

	return name;
}

void device_make_primary(const struct device *master, unsigned int member)
{
	struct netlink *netlink = route();
	struct nlattr *info, *data;
	struct nlmsghdr *request;
	struct ifinfomsg *link;
	int error;

	request = netlink_begin(netlink, RTM_NEWLINK, NLM_F_ACK);
	link = mnl_nlmsg_put_extra_header(request, sizeof(*link));
	link->ifi_family = AF_UNSPEC;
	link->ifi_index = master->ifindex;
	info = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, KIND);
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	mnl_attr_put_u32(request, IFLA_NICBOND_PRIMARY, member);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, info);
	error = netlink_talk(netlink, NULL, NULL);
	if (error)
		netlink_fail(netlink, master->name, error);
}
