// SPDX-License-Identifier: GPL-2.0
/*
 * xsk - an AF_XDP socket on queue 0 of a device, in copy mode:
 *
 *	xsk send DEVICE MAC PORT COUNT
 *	xsk receive DEVICE MAP
 *
 * `send` sends COUNT packets as `stream send 10.1.0.0` would, one to each address, from
 * 10.0.0.1 and to the Ethernet address MAC, and ends when all were taken. `receive`
 * puts itself under the device's index into the pinned MAP, says "ready", and at
 * SIGTERM how many packets came. Neither is for more than 256; there is no second round.
 * It ends with status 3 if the kernel has no AF_XDP.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_xdp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FRAMES	256
#define SIZE	4096UL

/* What is in a packet; the payload is that of stream.c. */
struct frame {
	struct ether_header eth;
	struct iphdr ip;
	struct udphdr udp;
	uint64_t payload[2];
} __attribute__((packed));

struct ring {
	uint32_t *producer;
	void *entries;
};

static char *memory;
static int fd;

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "xsk: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void set(int option, const void *value, int size)
{
	if (setsockopt(fd, SOL_XDP, option, value, size))
		fail("setsockopt");
}

static struct ring map_ring(int option, off_t page, const struct xdp_ring_offset *offset,
			    size_t size)
{
	int frames = FRAMES;
	struct ring ring;
	char *at;

	set(option, &frames, sizeof(frames));
	at = mmap(NULL, offset->desc + FRAMES * size, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_POPULATE, fd, page);
	if (at == MAP_FAILED)
		fail("mmap");
	ring.producer = (uint32_t *)(at + offset->producer);
	ring.entries = at + offset->desc;

	return ring;
}

static void bind_to(unsigned int ifindex)
{
	struct sockaddr_xdp address = {
		.sxdp_family = AF_XDP, .sxdp_ifindex = ifindex, .sxdp_flags = XDP_COPY,
	};

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("bind");
}

static void make_frame(struct frame *frame, const char *mac, int port, int i)
{
	uint16_t words[sizeof(frame->ip) / 2];
	uint32_t sum = 0;
	int n;

	if (!ether_aton_r(mac, (struct ether_addr *)frame->eth.ether_dhost))
		fail("that is no Ethernet address");
	frame->eth.ether_shost[0] = 2;
	frame->eth.ether_type = htons(ETHERTYPE_IP);
	frame->ip.version = 4;
	frame->ip.ihl = 5;
	frame->ip.ttl = 64;
	frame->ip.protocol = IPPROTO_UDP;
	frame->ip.tot_len = htons(sizeof(*frame) - sizeof(frame->eth));
	frame->ip.saddr = htonl(0x0a000001);
	frame->ip.daddr = htonl(0x0a010000 + i);
	memcpy(words, &frame->ip, sizeof(words));
	for (n = 0; n < 10; n++)
		sum += words[n];
	sum = (sum & 0xffff) + (sum >> 16);
	frame->ip.check = ~(sum + (sum >> 16));
	frame->udp.source = htons(port);
	frame->udp.dest = htons(port);
	frame->udp.len = htons(sizeof(frame->udp) + sizeof(frame->payload));
	frame->payload[0] = i + 1;
	frame->payload[1] = i;
}

static void send_all(struct ring *tx, struct ring *done, const char *mac, int port,
		     uint32_t count)
{
	struct xdp_desc *entries = tx->entries;
	uint32_t i;

	for (i = 0; i < count; i++) {
		make_frame((struct frame *)(memory + i * SIZE), mac, port, i);
		entries[i].addr = i * SIZE;
		entries[i].len = sizeof(struct frame);
	}
	__atomic_store_n(tx->producer, count, __ATOMIC_RELEASE);
	while (__atomic_load_n(done->producer, __ATOMIC_ACQUIRE) < count)
		if (sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 &&
		    errno != EAGAIN && errno != EBUSY && errno != ENOBUFS)
			fail("sendto");
}

/* Register with a pinned map of type XSKMAP. */
static void enter_map(const char *path, uint32_t key)
{
	union bpf_attr attr = { .pathname = (uintptr_t)path };
	int map = syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));

	if (map < 0)
		fail(path);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = map;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)&fd;
	if (syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)))
		fail(path);
}

static void receive_all(struct ring *fill, struct ring *rx, unsigned int ifindex,
			const char *map)
{
	uint64_t *entries = fill->entries;
	sigset_t signals;
	int i, signal;

	for (i = 0; i < FRAMES; i++)
		entries[i] = i * SIZE;
	__atomic_store_n(fill->producer, FRAMES, __ATOMIC_RELEASE);
	enter_map(map, ifindex);

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	puts("ready");
	fflush(stdout);
	sigwait(&signals, &signal);
	printf("received %u\n", __atomic_load_n(rx->producer, __ATOMIC_ACQUIRE));
}

int main(int argc, char **argv)
{
	struct xdp_umem_reg umem = { .len = FRAMES * SIZE, .chunk_size = SIZE };
	struct ring fill, done, rx, tx;
	struct xdp_mmap_offsets offsets;
	socklen_t size = sizeof(offsets);
	unsigned int ifindex;

	if (!(argc == 6 && !strcmp(argv[1], "send") && atoi(argv[5]) <= FRAMES) &&
	    !(argc == 4 && !strcmp(argv[1], "receive"))) {
		fprintf(stderr, "usage: xsk send DEVICE MAC PORT COUNT | receive DEVICE MAP\n");
		return 2;
	}
	fd = socket(AF_XDP, SOCK_RAW, 0);
	if (fd < 0 && errno == EAFNOSUPPORT)
		return 3;
	ifindex = if_nametoindex(argv[2]);
	if (fd < 0 || !ifindex)
		fail(argv[2]);

	memory = mmap(NULL, umem.len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		fail("mmap");
	umem.addr = (uintptr_t)memory;
	set(XDP_UMEM_REG, &umem, sizeof(umem));
	if (getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &size))
		fail("getsockopt");
	fill = map_ring(XDP_UMEM_FILL_RING, XDP_UMEM_PGOFF_FILL_RING, &offsets.fr,
			sizeof(uint64_t));
	done = map_ring(XDP_UMEM_COMPLETION_RING, XDP_UMEM_PGOFF_COMPLETION_RING, &offsets.cr,
			sizeof(uint64_t));
	rx = map_ring(XDP_RX_RING, XDP_PGOFF_RX_RING, &offsets.rx, sizeof(struct xdp_desc));
	tx = map_ring(XDP_TX_RING, XDP_PGOFF_TX_RING, &offsets.tx, sizeof(struct xdp_desc));
	bind_to(ifindex);

	if (argc == 6)
		send_all(&tx, &done, argv[3], atoi(argv[4]), atoi(argv[5]));
	else
		receive_all(&fill, &rx, ifindex, argv[3]);

	return 0;
}
