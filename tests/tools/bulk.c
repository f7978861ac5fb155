// SPDX-License-Identifier: GPL-2.0
/*
 * bulk - large sends whose every byte is checked, by TCP and by UDP with UDP_SEGMENT:
 *
 *	bulk receive PORT		until SIGTERM and the end of the connection, then
 *					prints: tcp BYTES wrong BYTES udp PACKETS wrong PACKETS,
 *					and of the first wrong packet its number, length, and
 *					where it is wrong
 *	bulk send ADDRESS PORT		until SIGTERM, then prints: tcp BYTES udp PACKETS
 *
 * A byte is a function of its place in the stream; a datagram starts with its number.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK	65536
#define PACKET	1200
#define BATCH	40

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static volatile sig_atomic_t stop;
static unsigned char buffer[CHUNK];
static char first_wrong[80];

static void on_term(int signal)
{
	(void)signal;
	stop = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "bulk: %s: %s\n", what, strerror(errno));
	exit(1);
}

static unsigned char byte_at(unsigned long long place)
{
	return (place ^ place >> 7 ^ place >> 15) * 167;
}

static unsigned long wrong_bytes(const unsigned char *data, ssize_t len,
				 unsigned long long place)
{
	unsigned long wrong = 0;
	ssize_t i;

	for (i = 0; i < len; i++)
		wrong += data[i] != byte_at(place + i);

	return wrong;
}

/* One datagram; its own number says what has to be in it. */
static int packet_is_wrong(const unsigned char *data, ssize_t len)
{
	unsigned long long place;
	unsigned int number;
	ssize_t i;

	memcpy(&number, data, sizeof(number));
	place = (unsigned long long)number * PACKET;
	for (i = sizeof(number); i < len && data[i] == byte_at(place + i - sizeof(number)); i++)
		;
	if (len == PACKET && i == len)
		return 0;
	if (!*first_wrong)
		snprintf(first_wrong, sizeof(first_wrong),
			 ": number %u, %zd bytes, right up to %zd", number, len, i);

	return 1;
}

static int open_socket(int type, struct sockaddr_in *address, int server)
{
	int fd = socket(AF_INET, type, 0), one = 1, size = 1 << 22;

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (type == SOCK_DGRAM)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (server ? bind(fd, (void *)address, sizeof(*address)) :
		     connect(fd, (void *)address, sizeof(*address)))
		die("address");
	if (server && type == SOCK_STREAM && listen(fd, 1))
		die("listen");

	return fd;
}

static void receive_all(struct sockaddr_in *address)
{
	unsigned long long bytes = 0, packets = 0;
	unsigned long wrong = 0, wrong_packets = 0;
	struct pollfd fd[2] = {
		{ .fd = open_socket(SOCK_STREAM, address, 1), .events = POLLIN },
		{ .fd = open_socket(SOCK_DGRAM, address, 1), .events = POLLIN },
	};
	int listener = fd[0].fd;
	ssize_t len;

	while (!stop || fd[0].fd >= 0) {
		if (poll(fd, 2, 100) < 0)
			continue;
		if (fd[1].revents & POLLIN) {
			len = recv(fd[1].fd, buffer, sizeof(buffer), 0);
			packets += len > 0;
			wrong_packets += len > 0 && packet_is_wrong(buffer, len);
		}
		if (fd[0].fd == listener && stop)
			break;
		if (!(fd[0].revents & (POLLIN | POLLHUP)))
			continue;
		if (fd[0].fd == listener) {
			fd[0].fd = accept(listener, NULL, NULL);
			if (fd[0].fd < 0)
				die("accept");
			continue;
		}
		len = recv(fd[0].fd, buffer, sizeof(buffer), 0);
		if (len > 0) {
			wrong += wrong_bytes(buffer, len, bytes);
			bytes += len;
		} else if (!len || errno != EINTR) {
			close(fd[0].fd);
			fd[0].fd = -1;
		}
	}
	printf("tcp %llu wrong %lu udp %llu wrong %lu%s\n", bytes, wrong, packets,
	       wrong_packets, first_wrong);
}

static unsigned long long send_chunk(int fd, unsigned long long place)
{
	ssize_t len;
	int i;

	for (i = 0; i < CHUNK; i++)
		buffer[i] = byte_at(place + i);
	len = send(fd, buffer, CHUNK, MSG_NOSIGNAL);
	if (len < 0 && errno != EINTR)
		die("send");

	return len > 0 ? len : 0;
}

static unsigned int send_batch(int fd, unsigned int number)
{
	const size_t size = (size_t)BATCH * PACKET;
	unsigned char *packet = buffer;
	unsigned int i, k;

	for (i = 0; i < BATCH; i++, packet += PACKET) {
		k = number + i;
		memcpy(packet, &k, sizeof(k));
		for (k = sizeof(k); k < PACKET; k++)
			packet[k] = byte_at((number + i) * (unsigned long long)PACKET +
					    k - sizeof(k));
	}

	return send(fd, buffer, size, 0) == (ssize_t)size ? BATCH : 0;
}

static void send_all(struct sockaddr_in *address)
{
	int tcp = open_socket(SOCK_STREAM, address, 0), size = PACKET;
	int udp = open_socket(SOCK_DGRAM, address, 0);
	unsigned long long bytes = 0;
	unsigned int packets = 0;

	if (setsockopt(udp, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)))
		die("UDP_SEGMENT");
	while (!stop) {
		bytes += send_chunk(tcp, bytes);
		packets += send_batch(udp, packets);
		usleep(2000);
	}
	shutdown(tcp, SHUT_WR);
	while (recv(tcp, buffer, sizeof(buffer), 0) > 0)
		;
	printf("tcp %llu udp %u\n", bytes, packets);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct sigaction action = { .sa_handler = on_term };

	sigaction(SIGTERM, &action, NULL);
	if (argc == 3 && !strcmp(argv[1], "receive")) {
		address.sin_port = htons(atoi(argv[2]));
		receive_all(&address);
	} else if (argc == 4 && !strcmp(argv[1], "send")) {
		address.sin_port = htons(atoi(argv[3]));
		inet_pton(AF_INET, argv[2], &address.sin_addr);
		send_all(&address);
	} else {
		fprintf(stderr, "usage: bulk receive PORT | send ADDRESS PORT\n");
		return 2;
	}

	return 0;
}
