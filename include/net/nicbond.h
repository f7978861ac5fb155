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

#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/typecheck.h>
#include <linux/types.h>
#include <uapi/linux/nicbond.h>

struct bpf_prog;
struct module;
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
 * struct nicbond_pulse - what a watcher knows of an adaptor
 * @beat: Its HEARTBEAT at the last look.
 * @missed: Looks in a row that found it as it was.
 */
struct nicbond_pulse {
	u32 beat;
	u8 missed;
};

/* A look, which found HEARTBEAT to be @beat; @count: if that is as it was, it counts. */
static inline void nicbond_pulse_look(struct nicbond_pulse *pulse, u32 beat,
				      bool count)
{
	if (beat != pulse->beat)
		pulse->missed = 0;
	else if (count && pulse->missed < U8_MAX)
		pulse->missed++;
	pulse->beat = beat;
}

/* Looks and beats drift, so between two looks one beat may be missing. */
static inline bool nicbond_pulse_stopped(const struct nicbond_pulse *pulse,
					 u32 misses)
{
	return misses && pulse->missed >= max(misses, 2U);
}

/*
 * Does a look count that comes @since jiffies after the last that did, if one is due
 * each @interval? Not much before that; nor if it is so late that there was no time for
 * hearts to beat either.
 */
static inline bool nicbond_pulse_counts(unsigned long since,
					unsigned long interval)
{
	return since >= interval - interval / 4 && since <= 2 * interval + 2;
}

/*
 * How long until the next of what is to happen each @interval, the last at @due; both in
 * jiffies. Who runs late once does not run later ever after.
 */
static inline unsigned long nicbond_pulse_delay(unsigned long *due,
						unsigned long interval)
{
	*due += interval;
	if (time_before_eq(*due, jiffies) ||
	    time_after(*due, jiffies + interval))
		*due = jiffies + interval;

	return *due - jiffies;
}

/* What a message is about. */
enum nicbond_message_kind {
	NICBOND_MESSAGE_TABLE,	/* the primary's whole table; process context */
	NICBOND_MESSAGE_REMIND,	/* with each beat, that as it is now; BH disabled */
	NICBOND_MESSAGE_MOVED,	/* one bucket; BH disabled */
	NICBOND_MESSAGE_LOAD,	/* to the primary: how loaded; BH disabled */
	NICBOND_MESSAGE_ASK,	/* of a new primary, to all; process context */
	NICBOND_MESSAGE_FLOWLETS, /* the answer; process context */
	NICBOND_MESSAGE_REACHED, /* a target answered another's probe here; BH disabled */
};

/* Serial number arithmetic (RFC 1982), so that epochs may wrap. */
static inline bool nicbond_epoch_newer(u32 epoch, u32 than)
{
	return (s32)(epoch - than) > 0;
}

/**
 * struct nicbond_message - what one adaptor tells another over the channel
 * @kind: Which of the following counts.
 * @from: The sender's slot.
 * @epoch: The sender's, of its role; LOAD and REACHED are good whatever it is. Of the others
 *	an adaptor takes none of an epoch older than its own FENCE. A primary that gets one
 *	of a newer epoch than its own lets nothing wait in rings, and moves no bucket and no
 *	flow off a live port until it is demoted: so who becomes primary sends ASK at once.
 * @size: Buckets of the sender's table.
 * @home: TABLE, REMIND: by bucket, who lent it out, else who it is meant for.
 * @want: TABLE, REMIND: by bucket, who it is meant for.
 * @slots: TABLE, REMIND: by bucket, who has it. A reminder's are the primary's own, and may
 *	change while they are read: each is a slot at any time, and MOVED tells of the change.
 * @bucket: MOVED: the bucket;
 * @slot: and who has it now.
 * @load: LOAD: the sender's LOAD register;
 * @inflight: its INFLIGHT register;
 * @speed: and its SPEED register.
 * @target: REACHED: the number of the target;
 * @address: and the MAC address that it answered.
 * @flowlets: FLOWLETS: @size of them, of the load selector; what flows were sent by
 *	whom, up to now. The flow with hash h is in word h >> (32 - log2(@size)): 0 if
 *	none was, else the slot in bits 0-7, 1 in bit 8, and in bits 32-63 when its
 *	last packet passed, in us of CLOCK_MONOTONIC.
 */
struct nicbond_message {
	enum nicbond_message_kind kind;
	u8 from;
	u32 epoch;
	u32 size;
	const u8 *home;
	const u8 *want;
	const u8 *slots;
	u16 bucket;
	u8 slot;
	u32 load;
	u32 inflight;
	u32 speed;
	u8 target;
	const u8 *address;
	const atomic64_t *flowlets;
};

/**
 * struct nicbond_adaptor_ops - what an adaptor does for the host and for others
 * @owner: The module that they are in; held while an adaptor of it exists.
 * @create: A new adaptor for the net device @port, in slot @slot of its master,
 *	with reset values in all registers; or ERR_PTR(). The caller holds a
 *	reference to @port until it has destroyed the adaptor. Process context.
 * @destroy: Free the adaptor. None comes in any more: it was unplugged from all
 *	peers and from the host a grace period ago. What it has taken and not
 *	transmitted yet, it does now; @port is as it was. Process context.
 * @reg_read: Value of the register at byte offset @reg; no side effects. An
 *	unknown register reads as zero. Any context.
 * @reg_write: Write a register. 0, or an error that changed nothing: -ENOENT
 *	(no such register), -EROFS (the host may not write it), -EINVAL (value
 *	out of range), -ESTALE (an older epoch) or -ENOMEM (TABLE_SIZE,
 *	SELECTOR, FLOWLETS, CTRL).
 *	What a written ROLE takes away is done when it returns: an adaptor that
 *	was primary has no packet left to forward. The host serializes writes to
 *	all adaptors of a master. Process context.
 * @handover: Hand over a packet for transmission. It was validated for what the
 *	master offers, which is what any member does: if @port cannot do its GSO or
 *	checksum, that is still to be done (dev_queue_xmit() does it). Always
 *	consumes @skb; 0 or, for a packet that was dropped and counted by the
 *	adaptor, a negative errno. BH disabled.
 * @burst: As @handover, for a burst: @more packets follow, from this CPU before BH are enabled,
 *	until the last, which is handed over here, too, of which that is not so. So doorbells
 *	may be rung for some of them only; what has become of a packet is known later then,
 *	and only counted. NULL in place of the op: each is handed over by itself.
 * @which: Slot of the adaptor that would transmit @skb, if it were handed over to
 *	@adaptor as primary now, whatever its role; -ENETDOWN when no port is live,
 *	-EOPNOTSUPP when it cannot tell. Nothing is sent, moved, noted or counted, and
 *	@skb stays the caller's and as it is; but a program that is the selector runs,
 *	and may change its own maps. Of what a primary alone knows, another answers as
 *	if it knew nothing: of flows, with selector load. NULL in place of the op: it
 *	can never tell. BH disabled.
 * @connect: Plug the channel from @adaptor to @peer in slot @slot; NULL unplugs
 *	it, after which the host waits for a grace period before it destroys the
 *	old peer. 0 or -ENOMEM; unplugging does not fail. Serialized by the host
 *	like @reg_write.
 * @program: Have selector bpf run @prog, of BPF_PROG_TYPE_SOCKET_FILTER, in place
 *	of the one before, from one packet to the next: the adaptor takes a
 *	reference of its own and drops that to the old one. NULL takes the program
 *	away, as do CTRL_RESET and @destroy; that never fails, all else may and
 *	then changed nothing. NULL in place of the op: none can be run, and CAPS
 *	says so. Serialized by the host like @reg_write. Process context.
 * @receive: Transmit a packet that the primary in @epoch forwarded, or drop it
 *	and count it. As with @handover, @skb may need what @port cannot do.
 *	Consumes @skb; returns as @handover. BH disabled.
 * @arrived: A frame came in at @port, with its Ethernet header taken off and its VLAN
 *	tag beside it: true, it was an answer to a probe, which the host does not want;
 *	it stays the caller's all the same. NULL in place of the op: the adaptor needs
 *	not be shown what comes in. RCU, BH disabled.
 * @message: Take note of what another adaptor says, or refuse it silently. The
 *	context depends on its kind. The answer to ASK is the only message that
 *	is sent from here.
 */
struct nicbond_adaptor_ops {
	struct module *owner;
	struct nicbond_adaptor *(*create)(struct net_device *port,
					  unsigned int slot);
	void (*destroy)(struct nicbond_adaptor *adaptor);
	u32 (*reg_read)(const struct nicbond_adaptor *adaptor, u32 reg);
	int (*reg_write)(struct nicbond_adaptor *adaptor, u32 reg, u32 value);
	int (*handover)(struct nicbond_adaptor *adaptor, struct sk_buff *skb);
	int (*burst)(struct nicbond_adaptor *adaptor, struct sk_buff *skb,
		     bool more);
	int (*which)(struct nicbond_adaptor *adaptor, struct sk_buff *skb);
	int (*connect)(struct nicbond_adaptor *adaptor, unsigned int slot,
		       struct nicbond_adaptor *peer);
	int (*program)(struct nicbond_adaptor *adaptor, struct bpf_prog *prog);
	int (*receive)(struct nicbond_adaptor *adaptor, struct sk_buff *skb,
		       u32 epoch);
	bool (*arrived)(struct nicbond_adaptor *adaptor,
			const struct sk_buff *skb);
	void (*message)(struct nicbond_adaptor *adaptor,
			const struct nicbond_message *message);
};

/**
 * struct nicbond_adaptor - the adaptor of a member, as others see it
 * @ops: Its implementation, as it was registered; set when created.
 * @port: The net device that it transmits on; likewise. Its link state tells
 *	other adaptors whether it can.
 * @slot: Its number among the adaptors of its master; likewise.
 * @attention: Set by the host before the adaptor takes packets. The firmware
 *	calls it when it found a port dead, or an adaptor silent, that the host still
 *	calls up; any context, maybe once for each packet, so it only schedules work.
 * @alarm: Likewise set. The firmware calls it when it dropped @drops packets in about a
 *	second, and DROP_THRESHOLD is not above that. It may wait, but for nobody who
 *	waits for @destroy: not for rtnl.
 * @context: For @attention and @alarm; the host's.
 */
struct nicbond_adaptor {
	const struct nicbond_adaptor_ops *ops;
	struct net_device *port;
	unsigned int slot;
	void (*attention)(struct nicbond_adaptor *adaptor);
	void (*alarm)(struct nicbond_adaptor *adaptor, u64 drops);
	void *context;
};

/*
 * A driver's net device whose hardware has firmware of this kind: from now on it
 * is that firmware, and not the software model, that it is a member with. 0, or
 * -EINVAL: an op is missing, -EEXIST: registered already, -EBUSY: it is a member
 * now, -ENOMEM. rtnl.
 *
 * Best called from ndo_init, before anybody can enslave the device, and undone in
 * ndo_uninit: until then the registration has a reference to the device, which may
 * move to another namespace meanwhile.
 */
int nicbond_adaptor_register(struct net_device *dev,
			     const struct nicbond_adaptor_ops *ops);

/* No longer; a member is released. rtnl. */
void nicbond_adaptor_unregister(struct net_device *dev);

/*
 * The software model of an adaptor, on any Ethernet net device. An adaptor may have
 * one inside, on its own port and slot, for what all adaptors of a master have to do
 * alike (samples/nicsim). It is then that adaptor's to set its @attention,
 * @alarm and @context, to pass register writes on to it, and to keep it from the host and from
 * peers, who are given the outer one.
 */
extern const struct nicbond_adaptor_ops nicbond_software_ops;
int nicbond_software_handover(struct nicbond_adaptor *adaptor,
			      struct sk_buff *skb);
int nicbond_burst_handover(struct nicbond_adaptor *adaptor, struct sk_buff *skb,
			   bool more);

/*
 * Where TOPOLOGY is not static, an adaptor that is not primary sends what comes from
 * ADDRESS as from OWN_ADDRESS; these are the words of both. 0, or -ENOMEM, and then @skb
 * is as it was. Any context.
 */
int nicbond_frame_readdress(struct sk_buff *skb, const u32 address[2],
			    const u32 own_address[2]);

/*
 * Is @skb, which came in at a port and has a MAC header, for @address, a net device's? As a
 * card's receive filter asks; which is all that the host does with one. Any context.
 */
static inline bool nicbond_frame_is_for(const struct sk_buff *skb,
					const u8 *address)
{
	return ether_addr_equal_64bits(eth_hdr(skb)->h_dest, address);
}

/*
 * A packet to ask @which about, for kfree_skb(): from @dev to an IP address, of 4 or 16
 * bytes; to a Fibre Channel D_ID; as given, from its Ethernet header on. NULL: there is
 * no memory. Process context.
 */
struct sk_buff *nicbond_probe_address(const struct net_device *dev,
				      const u8 *address, unsigned int len);
struct sk_buff *nicbond_probe_d_id(const struct net_device *dev, u32 d_id);
struct sk_buff *nicbond_probe_frame(const void *frame, unsigned int len);

#endif /* _NET_NICBOND_H */
