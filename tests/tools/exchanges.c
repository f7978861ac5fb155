// SPDX-License-Identifier: GPL-2.0
/*
 * exchanges - how the exchanges of Fibre Channel over Ethernet use a set of devices:
 *
 *	exchanges D_ID DEVICE...
 *
 * Watches what comes in at these devices of its network namespace for FCoE frames to that
 * D_ID (hexadecimal) until SIGTERM. Then it prints a line for each device, with the number
 * of frames and of different OX_IDs there, and one of all: OX_IDs seen at more than one
 * device; frames that it missed; and frames that are not the next of their sequence, by SEQ_CNT.
 *
 * Formats: FC-BB-6, 7.7 (FCoE), FC-FS, 8 (frame header).
 */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ETH_P_FCOE	0x8906
#define FCOE_LEN	14
#define FCOE_SOF	13	/* In the FCoE header. */
#define SOF_I3		0x2e	/* Starts a sequence of class 3. */
#define EXCHANGES	65536
#define DEVICES		64
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* In the frame header; the last word of a frame's is its parameter. */
#define FC_D_ID		1
#define FC_SEQ_ID	12
#define FC_SEQ_CNT	14
#define FC_OX_ID	16
#define FC_LEN		24

struct exchange {
	unsigned long devices;		/* Where it was seen: a bit for each. */
	int last[256];			/* SEQ_CNT of each sequence, and 1; 0: none yet. */
};

static struct exchange exchanges[EXCHANGES];
static volatile sig_atomic_t stop;

static void on_term(int signal)
{
	(void)signal;
	stop = 1;
}

static unsigned int be(const unsigned char *bytes, int count)
{
	unsigned int value = 0;

	while (count--)
		value = value << 8 | *bytes++;

	return value;
}

/* 1 if the frame is not the next of its sequence. */
static int take(const unsigned char *frame, int device)
{
	const unsigned char *fc = frame + ETH_HLEN + FCOE_LEN;
	struct exchange *exchange = &exchanges[be(fc + FC_OX_ID, 2)];
	int *last = &exchange->last[fc[FC_SEQ_ID]], count = be(fc + FC_SEQ_CNT, 2), wrong;

	exchange->devices |= 1UL << device;
	wrong = frame[ETH_HLEN + FCOE_SOF] != SOF_I3 && *last && *last != count;
	*last = count + 1;

	return wrong;
}

/* Only FCoE to @d_id, and not what is sent here: the rest need not be kept for us. */
static int filter(int fd, unsigned int d_id)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 2 * ETH_ALEN),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_FCOE, 0, 6),
		/* With R_CTL before it. */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ETH_HLEN + FCOE_LEN + FC_D_ID - 1),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffffff),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, d_id, 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog all = { .len = ARRAY_SIZE(program), .filter = program };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof(all));
}

/* Frames that there was no room for. */
static unsigned int missed(int fd)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);

	return stats.tp_drops;
}

static void report(char **names, int devices, const unsigned long *frames, unsigned long wrong,
		   unsigned int lost)
{
	unsigned long many = 0;

	for (int device = 0; device < devices; device++) {
		int count = 0;

		for (int i = 0; i < EXCHANGES; i++)
			count += exchanges[i].devices >> device & 1;
		printf("%s frames %lu exchanges %d\n", names[device], frames[device], count);
	}
	for (int i = 0; i < EXCHANGES; i++)
		many += __builtin_popcountl(exchanges[i].devices) > 1;
	printf("all several %lu missed %u disordered %lu\n", many, lost, wrong);
}

int main(int argc, char **argv)
{
	struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct sigaction action = { .sa_handler = on_term };
	unsigned long frames[DEVICES] = { 0 }, wrong = 0;
	unsigned char frame[4096];
	int fd, size = 1 << 26;
	unsigned int d_id;

	if (argc < 3 || argc > 2 + DEVICES) {
		fprintf(stderr, "usage: exchanges D_ID DEVICE...\n");
		return 2;
	}
	d_id = strtoul(argv[1], NULL, 16);
	sigaction(SIGTERM, &action, NULL);
	/*
	 * One socket, so that frames of all devices are in one order. It hears nothing before
	 * bind().
	 */
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0 || filter(fd, d_id) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ||
	    bind(fd, (void *)&all, sizeof(all))) {
		perror("exchanges");
		return 1;
	}
	puts("ready");
	fflush(stdout);

	while (!stop) {
		struct sockaddr_ll from = { 0 };
		socklen_t len = sizeof(from);
		char name[IF_NAMESIZE];
		ssize_t got = recvfrom(fd, frame, sizeof(frame), 0, (void *)&from, &len);

		if (got < ETH_HLEN + FCOE_LEN + FC_LEN ||
		    !if_indextoname(from.sll_ifindex, name))
			continue;
		for (int device = 0; device < argc - 2; device++) {
			if (strcmp(name, argv[2 + device]))
				continue;
			frames[device]++;
			wrong += take(frame, device);
		}
	}
	report(argv + 2, argc - 2, frames, wrong, missed(fd));

	return 0;
}
