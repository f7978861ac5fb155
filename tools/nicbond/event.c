// SPDX-License-Identifier: GPL-2.0
/* What the kernel tells of by itself: changes of role and of members. */
#include "event.h"
#include "command.h"
#include "device.h"
#include "family.h"
#include "json.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>
#include <sys/socket.h>

/* Room for some thousand, while nobody looks. */
#define QUEUE	(1 << 20)

static struct netlink source;

/* What is done with each of those that are wanted. */
struct taker {
	unsigned int master;
	void (*each)(const struct event *event, void *data);
	void *data;
};

static const char * const happened[] = {
	[NICBOND_MEMBER_EVENT_JOINED] = "joined",
	[NICBOND_MEMBER_EVENT_LEFT] = "left",
	[NICBOND_MEMBER_EVENT_WENT_UP] = "went-up",
	[NICBOND_MEMBER_EVENT_WENT_DOWN] = "went-down",
	[NICBOND_MEMBER_EVENT_DROPPING] = "dropping",
	[NICBOND_MEMBER_EVENT_REFUSED] = "refused",
};

int event_open(void)
{
	int size = QUEUE;

	family_events(&source);
	setsockopt(mnl_socket_get_fd(source.socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));

	return mnl_socket_get_fd(source.socket);
}

static int on_event(const struct nlmsghdr *message, void *data)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(message);
	struct event event = { .command = header->cmd };
	struct taker *taker = data;
	const struct nlattr *attr;
	unsigned int type;

	clock_gettime(CLOCK_REALTIME, &event.time);
	mnl_attr_for_each(attr, message, sizeof(*header)) {
		type = mnl_attr_get_type(attr);
		if (type >= EVENT_VALUES)
			continue;
		event.given[type] = true;
		if (type == NICBOND_A_EVENT_CAUSE)
			snprintf(event.cause, sizeof(event.cause), "%s", mnl_attr_get_str(attr));
		else
			event.value[type] = netlink_number(attr);
	}
	if (!taker->master || event.value[NICBOND_A_EVENT_MASTER] == taker->master)
		taker->each(&event, taker->data);

	return MNL_CB_OK;
}

void event_take(unsigned int master, void (*each)(const struct event *event, void *data),
		void *data)
{
	static char room[NETLINK_ANSWER_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct taker taker = { master, each, data };
	ssize_t length;

	for (;;) {
		length = recv(mnl_socket_get_fd(source.socket), room, sizeof(room), MSG_DONTWAIT);
		if (length < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (length < 0 && errno == ENOBUFS)
			fprintf(stderr, "nicbond: events were lost, they came too fast\n");
		else if (length < 0)
			fail("events: %s", strerror(errno));
		else
			mnl_cb_run(room, length, 0, 0, on_event, &taker);
	}
}

/* The name, or none where there is no such attribute. */
static const char *name(const struct event *event, int attribute)
{
	return event->given[attribute] ? device_name(event->value[attribute]) : "none";
}

static const char *what(const struct event *event)
{
	unsigned long long number = event->value[NICBOND_A_EVENT_WHAT];

	return number < MNL_ARRAY_SIZE(happened) ? happened[number] : "?";
}

void event_print(FILE *file, const struct event *event)
{
	char clock[16];
	struct tm tm;

	strftime(clock, sizeof(clock), "%T", localtime_r(&event->time.tv_sec, &tm));
	fprintf(file, "%s.%06ld %s: ", clock, event->time.tv_nsec / 1000,
		name(event, NICBOND_A_EVENT_MASTER));
	if (event->command == NICBOND_CMD_MEMBER_NTF) {
		fprintf(file, "%s %s, slot %llu", name(event, NICBOND_A_EVENT_IFINDEX),
			what(event), event->value[NICBOND_A_EVENT_SLOT]);
		if (event->given[NICBOND_A_EVENT_CAUSE])
			fprintf(file, ", cause: %s", event->cause);
		if (event->given[NICBOND_A_EVENT_DROPS])
			fprintf(file, ", %llu packets",
				event->value[NICBOND_A_EVENT_DROPS]);
		return;
	}
	fprintf(file, "primary %s -> ", name(event, NICBOND_A_EVENT_OLD));
	fprintf(file, "%s, epoch %llu, cause: %s, in effect after %llu.%03llu us, %llu us",
		name(event, NICBOND_A_EVENT_NEW), event->value[NICBOND_A_EVENT_EPOCH],
		event->cause, event->value[NICBOND_A_EVENT_EFFECT_NS] / 1000,
		event->value[NICBOND_A_EVENT_EFFECT_NS] % 1000,
		event->value[NICBOND_A_EVENT_DURATION_US]);
}

static void json_name(const char *key, const struct event *event, int attribute)
{
	json_key(key);
	if (event->given[attribute])
		json_string(device_name(event->value[attribute]));
	else
		json_null();
}

static void json_value(const char *key, const struct event *event, int attribute)
{
	json_key(key);
	json_number(event->value[attribute]);
}

void event_print_json(const struct event *event)
{
	json_open('{');
	json_key("time");
	json_fraction(event->time.tv_sec + event->time.tv_nsec / 1e9, 6);
	json_key("event");
	json_string(event->command == NICBOND_CMD_MEMBER_NTF ? "member" : "role");
	json_name("master", event, NICBOND_A_EVENT_MASTER);
	if (event->command == NICBOND_CMD_MEMBER_NTF) {
		json_name("member", event, NICBOND_A_EVENT_IFINDEX);
		json_value("slot", event, NICBOND_A_EVENT_SLOT);
		json_key("what");
		json_string(what(event));
		if (event->given[NICBOND_A_EVENT_CAUSE]) {
			json_key("cause");
			json_string(event->cause);
		}
		if (event->given[NICBOND_A_EVENT_DROPS])
			json_value("drops", event, NICBOND_A_EVENT_DROPS);
	} else {
		json_name("old", event, NICBOND_A_EVENT_OLD);
		json_name("new", event, NICBOND_A_EVENT_NEW);
		json_value("epoch", event, NICBOND_A_EVENT_EPOCH);
		json_key("cause");
		json_string(event->cause);
		json_value("duration_us", event, NICBOND_A_EVENT_DURATION_US);
		json_value("effect_ns", event, NICBOND_A_EVENT_EFFECT_NS);
	}
	json_close();
}
