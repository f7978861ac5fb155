// SPDX-License-Identifier: GPL-2.0
/* The packets of a stream. */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* IEEE 802, 9.2.3: for experiments. */
#define ETHERTYPE_LOCAL	0x88b5

/* T11 FC-BB-6, 7.7: version and reserved bits, then the start of frame: SOFn3. */
#define ETHERTYPE_FCOE	0x8906
#define FCOE_HEADER	14
#define FCOE_SOF	0x36
#define FCOE_EOF	0x41

/* T11 FC-FS-3, 9.2: R_CTL, D_ID, S_ID, TYPE (of a vendor), F_CTL, .. OX_ID, RX_ID, .. */
#define FC_HEADER	24
#define FC_RCTL		0x04
#define FC_TYPE		0xf0
#define FC_D_ID		1
#define FC_S_ID		4
#define FC_TYPE_AT	8
#define FC_OX_ID	16

static void put(uint8_t *to, uint64_t value, int bytes)
{
	while (bytes--) {
		to[bytes] = value;
		value >>= 8;
	}
}

static uint64_t get(const uint8_t *from, int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | *from++;

	return value;
}

static bool parse_ip(struct wire *wire, const char *base)
{
	wire->ip = in6addr_any;
	wire->bits = 64;
	if (inet_pton(AF_INET6, base, &wire->ip) == 1)
		return true;
	wire->bits = 16;
	memset(&wire->ip.s6_addr[10], 0xff, 2);

	return inet_pton(AF_INET, base, &wire->ip.s6_addr[12]) == 1;
}

static bool find_device(struct wire *wire, const char *name)
{
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	struct ifreq request = { };

	snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request))
		return false;
	memcpy(wire->source, request.ifr_hwaddr.sa_data, ETH_ALEN);
	wire->ifindex = if_nametoindex(name);
	close(fd);

	return wire->ifindex;
}

static bool parse_frame(struct wire *wire, const char *base)
{
	const char *at = strchr(base, '@');
	uint8_t *m = wire->mac;
	int n = 0;

	if (!at || sscanf(base, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &m[0], &m[1],
			  &m[2], &m[3], &m[4], &m[5], &n) != ETH_ALEN)
		return false;
	wire->bits = 16;
	wire->protocol = ETHERTYPE_LOCAL;
	wire->header = ETH_HLEN + sizeof(wire->port);
	if (base[n] == '/') {
		wire->protocol = ETHERTYPE_FCOE;
		wire->d_id = strtoul(base + n + 1, NULL, 16);
		wire->header = ETH_HLEN + FCOE_HEADER + FC_HEADER;
		wire->trailer = TRAILER_MAX;
	}

	return find_device(wire, at + 1);
}

void wire_parse(struct wire *wire, const char *base, const char *port)
{
	memset(wire, 0, sizeof(*wire));
	wire->port = atoi(port);
	if (parse_ip(wire, base) || parse_frame(wire, base))
		return;
	fprintf(stderr, "stream: %s is no address\n", base);
	exit(2);
}

static int open_socket(const struct wire *wire, int direction)
{
	int size = direction == SO_RCVBUFFORCE ? 1 << 26 : 1 << 22, fd;

	fd = wire->protocol ? socket(AF_PACKET, SOCK_RAW, 0) :
			      socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, direction, &size, sizeof(size));

	return fd;
}

int wire_sender(const struct wire *wire)
{
	return open_socket(wire, SO_SNDBUFFORCE);
}

int wire_receiver(const struct wire *wire)
{
	const struct sockaddr_in6 ip = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(wire->port),
	};
	const struct sockaddr_ll frame = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(wire->protocol),
		.sll_ifindex = wire->ifindex,
	};
	/* Who has many addresses, takes all. */
	const struct packet_mreq all = {
		.mr_ifindex = wire->ifindex,
		.mr_type = PACKET_MR_PROMISC,
	};
	const struct timeval wait = { .tv_usec = 300000 };
	int fd = open_socket(wire, SO_RCVBUFFORCE);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (wire->protocol &&
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)))
		fail("promiscuous");
	if (wire->protocol ? bind(fd, (void *)&frame, sizeof(frame)) :
			     bind(fd, (void *)&ip, sizeof(ip)))
		fail("bind");

	return fd;
}

static void batch_address(struct batch *batch, int i)
{
	const struct wire *wire = batch->wire;
	struct msghdr *message = &batch->message[i].msg_hdr;

	message->msg_name = &batch->to[i];
	if (wire->protocol) {
		message->msg_namelen = sizeof(batch->to[i].frame);
		batch->to[i].frame.sll_family = AF_PACKET;
		batch->to[i].frame.sll_ifindex = wire->ifindex;
		batch->to[i].frame.sll_protocol = htons(wire->protocol);
	} else {
		message->msg_namelen = sizeof(batch->to[i].ip);
		batch->to[i].ip.sin6_family = AF_INET6;
		batch->to[i].ip.sin6_port = htons(wire->port);
	}
}

void batch_init(struct batch *batch, const struct wire *wire, bool send)
{
	int i;

	memset(batch, 0, sizeof(*batch));
	batch->wire = wire;
	for (i = 0; i < BATCH; i++) {
		struct iovec *vector = batch->vector[i];

		vector[0].iov_base = batch->header[i];
		vector[0].iov_len = wire->header;
		vector[1].iov_base = &batch->packet[i];
		vector[1].iov_len = sizeof(batch->packet[i]);
		vector[2].iov_base = batch->trailer[i];
		vector[2].iov_len = wire->trailer;
		batch->message[i].msg_hdr.msg_iov = vector;
		batch->message[i].msg_hdr.msg_iovlen = 3;
		if (send)
			batch_address(batch, i);
	}
}

/* IEEE 802.3, 3.2.9: Fibre Channel's is the same. */
static uint32_t crc32(uint32_t crc, const void *data, int bytes)
{
	const uint8_t *byte = data;
	int bit;

	while (bytes--) {
		crc ^= *byte++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}

	return crc;
}

static void set_fcoe(struct batch *batch, int i, uint16_t n)
{
	uint8_t *fcoe = batch->header[i] + ETH_HLEN, *fc = fcoe + FCOE_HEADER, *trailer;
	const struct wire *wire = batch->wire;
	uint32_t crc;

	fcoe[FCOE_HEADER - 1] = FCOE_SOF;
	fc[0] = FC_RCTL;
	put(fc + FC_D_ID, (wire->d_id & ~0xffff) | n, 3);
	put(fc + FC_S_ID, 0x010001, 3);
	fc[FC_TYPE_AT] = FC_TYPE;
	put(fc + FC_OX_ID, wire->port, 2);
	crc = ~crc32(crc32(~0, fc, FC_HEADER), &batch->packet[i], sizeof(struct packet));
	trailer = batch->trailer[i];
	memcpy(trailer, &(uint32_t){ htole32(crc) }, sizeof(crc));
	trailer[sizeof(crc)] = FCOE_EOF;
}

static void set_frame(struct batch *batch, int i, uint16_t n)
{
	const struct wire *wire = batch->wire;
	uint8_t *header = batch->header[i];

	memcpy(header, wire->mac, ETH_ALEN);
	memcpy(header + ETH_ALEN, wire->source, ETH_ALEN);
	put(header + ETH_HLEN - 2, wire->protocol, 2);
	if (wire->protocol == ETHERTYPE_FCOE) {
		set_fcoe(batch, i, n);
		return;
	}
	put(header + ETH_ALEN - 2, n, 2);
	put(header + ETH_HLEN, wire->port, sizeof(wire->port));
}

void batch_set(struct batch *batch, int i, const struct packet *packet, uint64_t n)
{
	struct in6_addr *ip = &batch->to[i].ip.sin6_addr;
	const struct wire *wire = batch->wire;

	batch->packet[i] = *packet;
	if (wire->protocol) {
		set_frame(batch, i, n);
		return;
	}
	*ip = wire->ip;
	put(ip->s6_addr + sizeof(*ip) - wire->bits / 8, n, wire->bits / 8);
}

/* Drivers pad short frames. */
static bool is_ours(const struct batch *batch, int i)
{
	const struct wire *wire = batch->wire;
	uint32_t len = batch->message[i].msg_len;
	int at = ETH_HLEN;

	if (!wire->protocol)
		return len == sizeof(struct packet);
	if (wire->protocol == ETHERTYPE_FCOE)
		at += FCOE_HEADER + FC_OX_ID;

	return len >= wire->header + sizeof(struct packet) &&
	       get(batch->header[i] + at, 2) == wire->port;
}

const struct packet *batch_get(const struct batch *batch, int i)
{
	return is_ours(batch, i) ? &batch->packet[i] : NULL;
}

int batch_send(int fd, struct batch *batch, int count)
{
	int sent = 0, refused = 0, n;

	while (sent < count) {
		n = sendmmsg(fd, batch->message + sent, count - sent, 0);
		if (n > 0) {
			sent += n;
		} else {
			sent++;
			refused++;
		}
	}

	return refused;
}

int batch_receive(int fd, struct batch *batch)
{
	int n = recvmmsg(fd, batch->message, BATCH, MSG_WAITFORONE, NULL);

	if (n < 0 && errno != EINTR && errno != EAGAIN)
		fail("receive");

	return n < 0 && errno == EAGAIN ? 0 : n;
}
