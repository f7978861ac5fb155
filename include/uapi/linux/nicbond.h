/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * nicbond: the register map of an adaptor, as the host driver programs it and
 * as `ethtool -d` dumps it.
 */
#ifndef _UAPI_LINUX_NICBOND_H
#define _UAPI_LINUX_NICBOND_H

/* Adaptors of one master; the slot number names an adaptor in PEER and TABLE. */
#define NICBOND_SLOTS			64

/* Buckets of the indirection table; four to a TABLE register. */
#define NICBOND_BUCKETS			256

/* The layout below; the version that `ethtool -d` reports. */
#define NICBOND_REGISTERS_VERSION	1

/*
 * Registers are 32 bits wide, at byte offsets, in host byte order. RO: written
 * only by the firmware. RW: written by the host driver. WO: reads as zero.
 * drivers/net/nicbond/fw/registers.c says what each accepts.
 */
#define NICBOND_REG_ID			0x000	/* RO */
#define NICBOND_REG_CAPS		0x004	/* RO */
#define NICBOND_REG_STATUS		0x008	/* RO */
#define NICBOND_REG_HEARTBEAT		0x00c	/* RO, grows every 100 ms */
#define NICBOND_REG_ROLE		0x010	/* RW */
#define NICBOND_REG_EPOCH		0x014	/* RW, never shrinks */
#define NICBOND_REG_SELECTOR		0x018	/* RW */
#define NICBOND_REG_HASH_KEY(n)		(0x020 + 4 * (n))	/* WO, n < 4 */
#define NICBOND_REG_COUNTER_LOW(n)	(0x040 + 8 * (n))	/* RO, n < 16 */
#define NICBOND_REG_COUNTER_HIGH(n)	(0x044 + 8 * (n))	/* RO, n < 16 */
#define NICBOND_REG_PEER(n)		(0x100 + 4 * (n))	/* RW, n < 64 */
#define NICBOND_REG_TABLE(n)		(0x200 + 4 * (n))	/* RO, n < 64 */
#define NICBOND_REGISTERS_SIZE		0x300

/* ID: the slot in the low byte, this mark in the high half ("NB"). */
#define NICBOND_ID_SLOT			0x000000ff
#define NICBOND_ID_MARK			0x4e420000

/* CAPS: a bit for each selector, and the size of the table. */
#define NICBOND_CAPS_SELECTORS		0x0000ffff
#define NICBOND_CAPS_BUCKETS		0xffff0000

/* STATUS: a port with all three bits carries traffic. */
#define NICBOND_STATUS_RUNNING		0x1	/* opened */
#define NICBOND_STATUS_CARRIER		0x2	/* the link is up */
#define NICBOND_STATUS_OPER		0x4	/* operational (RFC 2863) */
#define NICBOND_STATUS_LIVE		0x7

/* ROLE */
#define NICBOND_ROLE_SECONDARY		0
#define NICBOND_ROLE_PRIMARY		1

/* SELECTOR */
#define NICBOND_SELECTOR_DST_HASH	0
#define NICBOND_SELECTORS		1

/* PEER[slot]: what the host says of the adaptor in that slot, itself included. */
#define NICBOND_PEER_PRESENT		0x001
#define NICBOND_PEER_UP			0x002	/* takes balanced traffic */
#define NICBOND_PEER_WEIGHT		0xff00	/* its share, 0 to 255 */

/* The width of a TABLE register: bucket 4n in the low byte of TABLE[n]. */
#define NICBOND_TABLE_PER_REG		4

/*
 * Counters, 64 bits each, since the adaptor was created; packets, but for
 * transmit_bytes. Every packet handed over or received over the channel ends in
 * transmitted, forwarded or one of the drops. transmitted: the port's queue took
 * it; what that queue or the device drops later is theirs to count.
 */
#define NICBOND_COUNTERS(row)						\
	row(HANDED_OVER, "handed_over")		/* by the host */	\
	row(SELECTED, "selected")		/* selector runs, as primary */ \
	row(TRANSMITTED, "transmitted")		/* by the own port */	\
	row(TRANSMIT_BYTES, "transmit_bytes")				\
	row(FORWARDED, "forwarded")		/* over the channel */	\
	row(CHAN_RECEIVED, "chan_received")	/* over the channel */	\
	row(RESTEERED, "resteered")		/* the selected port was dead */ \
	row(DROP_NO_LIVE, "drop_no_live")	/* primary, no live port */ \
	row(DROP_PORT_DEAD, "drop_port_dead")	/* secondary, port dead */ \
	row(DROP_REFUSED, "drop_refused")	/* by the port's queue */ \
	row(STALE_WRITES, "stale_writes")	/* refused: older epoch */

#define NICBOND_COUNTER_ID(id, name)	NICBOND_COUNTER_##id,
enum nicbond_counter {
	NICBOND_COUNTERS(NICBOND_COUNTER_ID)
	NICBOND_COUNTER_MAX
};

#undef NICBOND_COUNTER_ID

#endif /* _UAPI_LINUX_NICBOND_H */
