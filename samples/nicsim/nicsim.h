/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICSIM_H
#define _NICSIM_H

#include <linux/atomic.h>
#include <linux/netdevice.h>
#include <net/nicbond.h>

/* What a NIC counts beside its net device's own statistics; `ethtool -S`. */
#define NICSIM_STATS(row)						\
	row(WIRE_FRAMES, "wire_frames", "the peer took them")		\
	row(WIRE_NO_CARRIER, "drop_no_carrier", "the cable was cut")	\
	row(WIRE_REFUSED, "drop_peer", "the peer did not take them")	\
	row(CHANNEL_FRAMES, "channel_frames", "other adaptors sent them") \
	row(CHANNEL_DELAYED, "channel_delayed", "of these: delay_frames_us") \
	row(CHANNEL_LOST, "drop_channel_lost", "of these: lose_frames")	\
	row(HUNG, "drop_hung", "hang")					\
	row(WRITES_REFUSED, "writes_refused", "refuse_writes, hang")	\
	row(CREATES_REFUSED, "creates_refused", "refuse_creates")

#define NICSIM_STAT_ID(id, name, text)	NICSIM_##id,
enum nicsim_stat {
	NICSIM_STATS(NICSIM_STAT_ID)
	NICSIM_STAT_COUNT
};

/* For @refuse_register. */
#define NICSIM_ANY_REGISTER	0xffffffff

/**
 * struct nicsim_faults - what the firmware does wrong; by debugfs, in a folder of
 *	the NIC's name
 * @refuse_writes: It refuses so many of the next register writes, with -EIO.
 * @refuse_register: Of these the writes to this offset only, if it is not
 *	NICSIM_ANY_REGISTER.
 * @refuse_creates: It refuses so many of the next attempts to make an adaptor of
 *	the NIC, with -EIO.
 * @lose_frames: So many of the next frames from other adaptors are lost on their
 *	way here: counted in drop_channel_lost, and nobody is told.
 * @delay_frames_us: Frames from other adaptors wait so long before they go out,
 *	rounded up to jiffies; in order, also when this is set back. Not while it is
 *	primary: what it selects itself would overtake them.
 * @stop_heartbeat: HEARTBEAT stands still; all else works.
 * @hang: The firmware hangs, and the port's link stays up: HEARTBEAT stands still,
 *	packets to be sent are lost (drop_hung, and drop_refused of the adaptor), what
 *	others say is not heard, register writes fail with -ETIMEDOUT.
 * @lie_role: ROLE reads as the other role.
 *
 * What counts down is used by any context; all are read without a lock.
 */
struct nicsim_faults {
	u32 refuse_writes;
	u32 refuse_register;
	u32 refuse_creates;
	u32 lose_frames;
	u32 delay_frames_us;
	bool stop_heartbeat;
	bool hang;
	bool lie_role;
};

/**
 * struct nicsim - a simulated NIC; the private part of its net device
 * @dev: The net device.
 * @peer: The NIC at the other end of the cable. Both live until the module goes, also
 *	when one was unplugged.
 * @cut: The cable is; said at both ends.
 * @closed: It was (`ip link set DEVICE down`), and not opened again: its peer has no carrier.
 * @faults: What is to go wrong.
 * @stats: By enum nicsim_stat.
 */
struct nicsim {
	struct net_device *dev;
	struct nicsim *peer;
	bool cut;
	bool closed;
	struct nicsim_faults faults;
	atomic64_t stats[NICSIM_STAT_COUNT];
};

static inline void nicsim_count(struct nicsim *nic, enum nicsim_stat id)
{
	atomic64_inc(&nic->stats[id]);
}

/* netdev.c: a net device, not registered yet; NULL without memory. */
struct net_device *nicsim_netdev_alloc(int pair, char end);

/* netdev.c: unplug the NIC, if it is plugged in. rtnl. */
void nicsim_netdev_remove(struct nicsim *nic, struct list_head *list);

/* netdev.c: put @skb on the wire; consumes it, counts it. BH disabled. */
void nicsim_wire_send(struct nicsim *nic, struct sk_buff *skb);

/* adaptor.c: the firmware. */
extern const struct nicbond_adaptor_ops nicsim_adaptor_ops;

/* faults.c: use up one of what is left of a fault. Any context. */
bool nicsim_fault_take(u32 *left);

/* faults.c: the folders in debugfs. Process context, not under rtnl. */
void nicsim_faults_init(void);
void nicsim_faults_add(struct nicsim *nic);
void nicsim_faults_exit(void);

#endif /* _NICSIM_H */
