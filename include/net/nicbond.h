/* SPDX-License-Identifier: GPL-2.0 */
/*
 * nicbond: the seam between the host driver and the adaptors' firmware.
 *
 * Above it the host driver knows net devices and which adaptor is primary, and
 * never looks into a packet. Below it the firmware knows packets and ports, and
 * nothing of masters. What they share is the register file of
 * <uapi/linux/nicbond.h>, the hand-over of packets, and these ops.
 */
#ifndef _NET_NICBOND_H
#define _NET_NICBOND_H

#include <linux/types.h>
#include <uapi/linux/nicbond.h>

struct net_device;
struct nicbond_adaptor;
struct sk_buff;

/*
 * The register map as data, made from NICBOND_REGISTERS(); an empty row ends each
 * array. @reg is the offset of the register that a row belongs to, of the first
 * one where they are many.
 */
struct nicbond_map_register {
	const char *name;
	u16 reg;
	u16 count;
	u8 access;
	u32 reset;
};

struct nicbond_map_field {
	const char *name;
	u16 reg;
	u32 mask;
};

struct nicbond_map_value {
	const char *name;
	u16 reg;
	u32 number;
};

struct nicbond_map_range {
	const char *unit;
	u16 reg;
	u8 steps;
	u32 least;
	u32 most;
};

extern const struct nicbond_map_register nicbond_map_registers[];
extern const struct nicbond_map_field nicbond_map_fields[];
extern const struct nicbond_map_value nicbond_map_values[];
extern const struct nicbond_map_range nicbond_map_ranges[];

/* The register at byte offset @reg, as the @index-th of a row; or NULL. */
const struct nicbond_map_register *nicbond_map_find(u32 reg,
						    unsigned int *index);

/*
 * May the host write @value to @reg? 0, -ENOENT: no such register, -EROFS: it is
 * read-only, -EINVAL: a reserved bit, or not one of its values, or out of range.
 * What depends on more than the value is for the adaptor to check.
 */
int nicbond_map_check(u32 reg, u32 value);

/**
 * struct nicbond_adaptor_ops - what an adaptor does for the host
 * @reg_read: Value of the register at byte offset @reg; no side effects. An
 *	unknown register reads as zero. Any context.
 * @reg_write: Write a register. 0, or an error that changed nothing: -ENOENT
 *	(no such register), -EROFS (the host may not write it), -EINVAL (value
 *	out of range), -ESTALE (an older epoch) or -ENOMEM (TABLE_SIZE, CTRL).
 *	The host serializes writes to one adaptor. Process context.
 * @handover: Hand over a packet for transmission. Always consumes @skb; 0 or,
 *	for a packet that was dropped and counted by the adaptor, a negative
 *	errno. BH disabled.
 * @connect: Plug the channel from @adaptor to @peer in slot @slot; NULL unplugs
 *	it, after which the host waits for a grace period before it destroys the
 *	old peer. An adaptor that has no indirection table yet learns the peer's.
 *	Serialized by the host like @reg_write.
 * @destroy: Free the adaptor. No packet is under way in it: it was unplugged
 *	from all peers and from the host a grace period ago. Process context.
 */
struct nicbond_adaptor_ops {
	u32 (*reg_read)(const struct nicbond_adaptor *adaptor, u32 reg);
	int (*reg_write)(struct nicbond_adaptor *adaptor, u32 reg, u32 value);
	int (*handover)(struct nicbond_adaptor *adaptor, struct sk_buff *skb);
	void (*connect)(struct nicbond_adaptor *adaptor, unsigned int slot,
			struct nicbond_adaptor *peer);
	void (*destroy)(struct nicbond_adaptor *adaptor);
};

/**
 * struct nicbond_adaptor - the adaptor of a member, as the host sees it
 * @ops: Its implementation; set when created.
 * @attention: Set by the host before the adaptor takes packets. The firmware
 *	calls it when it found a port dead that the host still calls up; BH
 *	disabled, maybe once for each packet, so it only schedules work.
 * @context: For @attention; the host's.
 */
struct nicbond_adaptor {
	const struct nicbond_adaptor_ops *ops;
	void (*attention)(struct nicbond_adaptor *adaptor);
	void *context;
};

/*
 * The software model of an adaptor, on any Ethernet net device. Process context;
 * ERR_PTR(-ENOMEM) is its only error. The caller holds a reference to @port
 * until it has destroyed the adaptor.
 */
struct nicbond_adaptor *nicbond_software_create(struct net_device *port,
						unsigned int slot);
int nicbond_software_handover(struct nicbond_adaptor *adaptor,
			      struct sk_buff *skb);

#endif /* _NET_NICBOND_H */
