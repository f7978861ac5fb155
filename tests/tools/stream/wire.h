/* SPDX-License-Identifier: GPL-2.0 */
/* What the packets of a stream look like, where they go to, and how many go at once. */
#ifndef STREAM_WIRE_H
#define STREAM_WIRE_H

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Packets are given to the kernel, and taken from it, so many at once at most. */
#define BATCH		64

/* What is before and after a packet's number: most in FCoE. */
#define HEADER_MAX	64
#define TRAILER_MAX	8

/* What a packet carries: its number, from 1, and that of its address. */
struct packet {
	uint64_t n;
	uint64_t flow;
};

/**
 * struct wire - a kind of packets, and their addresses
 * @protocol:	0: UDP over IPv4 or IPv6; else an Ethernet type, in frames of our own
 * @bits:	of the address, that are counted up
 * @port:	of UDP, or what frames bear instead, to tell streams apart
 * @ip:		UDP's first address, IPv4 mapped
 * @mac:	where frames go to
 * @source:	of the device, where they come from
 * @d_id:	where FCoE frames go to, in Fibre Channel
 * @ifindex:	of the device that frames leave by, or come in at
 * @header:	bytes before a packet
 * @trailer:	bytes after it
 */
struct wire {
	uint16_t protocol;
	int bits;
	uint16_t port;
	struct in6_addr ip;
	uint8_t mac[ETH_ALEN];
	uint8_t source[ETH_ALEN];
	uint32_t d_id;
	int ifindex;
	int header;
	int trailer;
};

/* Some packets. */
struct batch {
	const struct wire *wire;
	struct mmsghdr message[BATCH];
	struct iovec vector[BATCH][3];
	uint8_t header[BATCH][HEADER_MAX];
	struct packet packet[BATCH];
	uint8_t trailer[BATCH][TRAILER_MAX];
	union {
		struct sockaddr_in6 ip;
		struct sockaddr_ll frame;
	} to[BATCH];
};

/* Print what failed and why, and exit. */
void __attribute__((noreturn)) fail(const char *what);

/* What BASE and PORT mean (stream.c); exits if that is nothing. */
void wire_parse(struct wire *wire, const char *base, const char *port);

/* A socket to send them by, or to receive them from. Exits if there is none. */
int wire_sender(const struct wire *wire);
int wire_receiver(const struct wire *wire);

void batch_init(struct batch *batch, const struct wire *wire, bool send);

/* The @i-th packet is @packet, to the @n-th address. */
void batch_set(struct batch *batch, int i, const struct packet *packet, uint64_t n);

/* The @i-th packet that came in, or NULL if it is none of ours. */
const struct packet *batch_get(const struct batch *batch, int i);

/* Send the first @count; returns how many of these the kernel refused. */
int batch_send(int fd, struct batch *batch, int count);

/* Receive some; returns how many, -1 after a signal, 0 if none came for 0.3 seconds. */
int batch_receive(int fd, struct batch *batch);

#endif
