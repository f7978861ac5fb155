// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware of a simulated NIC: struct nicbond_adaptor_ops as a driver whose
 * hardware has an adaptor of its own implements it.
 *
 * What all adaptors of a master have to do alike, whoever made them, is the hash,
 * the table and the plan for it: here that is an engine inside, the software model,
 * which the NIC programs and asks. All else is the NIC's: its port, its input from
 * the channel, its registers' window with what is read there of the port, of the
 * heartbeat and of the counters. Engine and peers meet through the ops only: peers
 * are connected with the NIC's adaptor and get to know no other.
 */
#include "nicsim.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

/**
 * struct nicsim_adaptor - the adaptor of a NIC that is a member
 * @adaptor: What the host and other adaptors see.
 * @nic: The NIC.
 * @engine: Selects and forwards while the NIC is primary, and holds the registers
 *	for that. On the same port, in the same slot.
 * @role: What @engine's ROLE says, for packets; written as registers are, under the
 *	lock of @input, read with or without it.
 * @fence: Its FENCE, likewise, but without a lock.
 * @counter: By enum nicbond_counter: what the NIC did without @engine.
 * @heartbeat: The HEARTBEAT register; written by @beat only.
 * @beat: Grows @heartbeat;
 * @due: when it was to do so last, in jiffies.
 * @watch: Looks once a second at what is dropped:
 * @threshold: DROP_THRESHOLD at the last look;
 * @drops: and what was dropped until then.
 * @input: Frames from other adaptors that wait before they go out. Its lock is held
 *	while one is put on the wire, so they stay in order.
 * @output: Puts them there when it is time.
 */
struct nicsim_adaptor {
	struct nicbond_adaptor adaptor;
	struct nicsim *nic;
	struct nicbond_adaptor *engine;
	u32 role;
	u32 fence;
	atomic64_t counter[NICBOND_COUNTER_MAX];
	u32 heartbeat;
	struct delayed_work beat;
	unsigned long due;
	struct delayed_work watch;
	u32 threshold;
	u64 drops;
	struct sk_buff_head input;
	struct delayed_work output;
};

/* What a frame in the input has with it: when it goes out, in jiffies. */
struct nicsim_input_cb {
	unsigned long due;
};

static struct nicsim_input_cb *nicsim_input_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct nicsim_input_cb) > sizeof(skb->cb));

	return (struct nicsim_input_cb *)skb->cb;
}

static struct nicsim_adaptor *nicsim_adaptor_of(struct nicbond_adaptor *adaptor)
{
	return container_of(adaptor, struct nicsim_adaptor, adaptor);
}

static void nicsim_adaptor_count(struct nicsim_adaptor *a,
				 enum nicbond_counter id)
{
	atomic64_inc(&a->counter[id]);
}

static int nicsim_adaptor_drop(struct nicsim_adaptor *a,
			       enum nicbond_counter reason, struct sk_buff *skb)
{
	nicsim_adaptor_count(a, reason);
	kfree_skb(skb);

	return -ENETDOWN;
}

static u32 nicsim_engine_read(const struct nicsim_adaptor *a, u32 reg)
{
	return a->engine->ops->reg_read(a->engine, reg);
}

/* As a secondary: from its own address, where the switches are to tell it apart. */
static int nicsim_adaptor_readdress(struct nicsim_adaptor *a,
				    struct sk_buff *skb)
{
	u32 address[2], own[2];
	int i;

	if (READ_ONCE(a->role) == NICBOND_ROLE_PRIMARY ||
	    nicsim_engine_read(a, NICBOND_REG_TOPOLOGY) ==
	    NICBOND_TOPOLOGY_STATIC)
		return 0;

	for (i = 0; i < 2; i++) {
		address[i] = nicsim_engine_read(a, NICBOND_REG_ADDRESS(i));
		own[i] = nicsim_engine_read(a, NICBOND_REG_OWN_ADDRESS(i));
	}

	return nicbond_frame_readdress(skb, address, own);
}

static bool nicsim_adaptor_hangs(const struct nicsim_adaptor *a)
{
	return READ_ONCE(a->nic->faults.hang);
}

static int nicsim_adaptor_swallow(struct nicsim_adaptor *a, struct sk_buff *skb)
{
	nicsim_count(a->nic, NICSIM_HUNG);

	return nicsim_adaptor_drop(a, NICBOND_COUNTER_DROP_REFUSED, skb);
}

/* On the wire, past the host's queues; consumes @skb. BH disabled. */
static int nicsim_adaptor_transmit(struct nicsim_adaptor *a,
				   struct sk_buff *skb)
{
	struct net_device *port = a->adaptor.port;

	if (!netif_running(port) || !netif_carrier_ok(port))
		return nicsim_adaptor_drop(a, NICBOND_COUNTER_DROP_PORT_DEAD,
					   skb);
	if (nicsim_adaptor_readdress(a, skb))
		return nicsim_adaptor_drop(a, NICBOND_COUNTER_DROP_REFUSED,
					   skb);

	nicsim_adaptor_count(a, NICBOND_COUNTER_TRANSMITTED);
	atomic64_add(skb->len, &a->counter[NICBOND_COUNTER_TRANSMIT_BYTES]);
	skb->dev = port;
	nicsim_wire_send(a->nic, skb);

	return 0;
}

/* A secondary that is handed a packet (the host raced with a new role) transmits. */
static int nicsim_adaptor_handover(struct nicbond_adaptor *adaptor,
				   struct sk_buff *skb)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);
	bool hangs = nicsim_adaptor_hangs(a);

	if (READ_ONCE(a->role) == NICBOND_ROLE_PRIMARY && !hangs)
		return a->engine->ops->handover(a->engine, skb);

	nicsim_adaptor_count(a, NICBOND_COUNTER_HANDED_OVER);
	if (hangs)
		return nicsim_adaptor_swallow(a, skb);

	return nicsim_adaptor_transmit(a, skb);
}

/* What goes out here and what elsewhere, the engine decides in either role. */
static int nicsim_adaptor_which(struct nicbond_adaptor *adaptor,
				struct sk_buff *skb)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);

	return a->engine->ops->which(a->engine, skb);
}

/* The input's lock. */
static int nicsim_input_put(struct nicsim_adaptor *a, struct sk_buff *skb)
{
	u32 delay_us = READ_ONCE(a->nic->faults.delay_frames_us);
	unsigned long delay = usecs_to_jiffies(delay_us);

	if ((!delay_us || a->role == NICBOND_ROLE_PRIMARY) &&
	    skb_queue_empty(&a->input))
		return nicsim_adaptor_transmit(a, skb);

	nicsim_count(a->nic, NICSIM_CHANNEL_DELAYED);
	nicsim_input_cb(skb)->due = jiffies + delay;
	/* The frame is the input's now. */
	__skb_queue_tail(&a->input, skb);
	schedule_delayed_work(&a->output, delay);

	return 0;
}

/* What has waited long enough goes out; or all. The input's lock. */
static void __nicsim_input_run(struct nicsim_adaptor *a, bool all)
{
	unsigned long now = jiffies;
	struct sk_buff *skb;

	while ((skb = skb_peek(&a->input)) &&
	       (all || time_after_eq(now, nicsim_input_cb(skb)->due))) {
		__skb_unlink(skb, &a->input);
		nicsim_adaptor_transmit(a, skb);
	}
	if (skb)
		schedule_delayed_work(&a->output,
				      nicsim_input_cb(skb)->due - now);
}

static void nicsim_input_run(struct nicsim_adaptor *a, bool all)
{
	spin_lock_bh(&a->input.lock);
	__nicsim_input_run(a, all);
	spin_unlock_bh(&a->input.lock);
}

static void nicsim_input_work(struct work_struct *work)
{
	nicsim_input_run(container_of(to_delayed_work(work),
				      struct nicsim_adaptor, output), false);
}

/*
 * What came over the channel goes out here, and is never selected again. A frame
 * is as old as when it came in: waiting does not make it stale.
 */
static int nicsim_adaptor_receive(struct nicbond_adaptor *adaptor,
				  struct sk_buff *skb, u32 epoch)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);
	int err;

	nicsim_count(a->nic, NICSIM_CHANNEL_FRAMES);
	if (nicsim_fault_take(&a->nic->faults.lose_frames)) {
		nicsim_count(a->nic, NICSIM_CHANNEL_LOST);
		kfree_skb(skb);
		return 0;
	}

	nicsim_adaptor_count(a, NICBOND_COUNTER_CHAN_RECEIVED);
	if (nicsim_adaptor_hangs(a))
		return nicsim_adaptor_swallow(a, skb);
	/* Serial number arithmetic (RFC 1982): epochs may wrap. */
	if (nicbond_epoch_newer(READ_ONCE(a->fence), epoch))
		return nicsim_adaptor_drop(a, NICBOND_COUNTER_DROP_STALE, skb);

	spin_lock(&a->input.lock);
	err = nicsim_input_put(a, skb);
	spin_unlock(&a->input.lock);

	return err;
}

static void nicsim_adaptor_message(struct nicbond_adaptor *adaptor,
				   const struct nicbond_message *message)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);

	if (!nicsim_adaptor_hangs(a))
		a->engine->ops->message(a->engine, message);
}

/* The engine probes, and sends that as the host's packets are sent. */
static bool nicsim_adaptor_arrived(struct nicbond_adaptor *adaptor,
				   const struct sk_buff *skb)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);

	return !nicsim_adaptor_hangs(a) &&
	       a->engine->ops->arrived(a->engine, skb);
}

static int nicsim_adaptor_connect(struct nicbond_adaptor *adaptor,
				  unsigned int slot,
				  struct nicbond_adaptor *peer)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);

	return a->engine->ops->connect(a->engine, slot, peer);
}

static int nicsim_adaptor_program(struct nicbond_adaptor *adaptor,
				  struct bpf_prog *prog)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);

	return a->engine->ops->program(a->engine, prog);
}

static u32 nicsim_status_read(const struct nicsim_adaptor *a)
{
	const struct net_device *port = a->adaptor.port;

	return (netif_running(port) ? NICBOND_STATUS_RUNNING : 0) |
	       (netif_carrier_ok(port) ? NICBOND_STATUS_CARRIER : 0) |
	       (netif_oper_up(port) ? NICBOND_STATUS_OPER : 0) |
	       (nicsim_engine_read(a, NICBOND_REG_STATUS) & NICBOND_STATUS_REACH);
}

/* What the engine did and what the NIC did without it, as one counter. */
static u64 nicsim_counter_sum(const struct nicsim_adaptor *a,
			      enum nicbond_counter id)
{
	u32 low, high, again;

	again = nicsim_engine_read(a, NICBOND_REG_COUNTER_HIGH(id));
	do {
		high = again;
		low = nicsim_engine_read(a, NICBOND_REG_COUNTER_LOW(id));
		again = nicsim_engine_read(a, NICBOND_REG_COUNTER_HIGH(id));
	} while (again != high);

	return ((u64)high << 32 | low) + atomic64_read(&a->counter[id]);
}

static u32 nicsim_counter_read(const struct nicsim_adaptor *a, u32 reg)
{
	unsigned int id = (reg - NICBOND_REG_COUNTER) / 8;
	u64 sum;

	if (id >= NICBOND_COUNTER_MAX)
		return 0;

	sum = nicsim_counter_sum(a, id);

	return reg == NICBOND_REG_COUNTER_HIGH(id) ? upper_32_bits(sum) :
						     lower_32_bits(sum);
}

static u64 nicsim_adaptor_drops(const struct nicsim_adaptor *a)
{
	return nicsim_counter_sum(a, NICBOND_COUNTER_DROP_NO_LIVE) +
	       nicsim_counter_sum(a, NICBOND_COUNTER_DROP_PORT_DEAD) +
	       nicsim_counter_sum(a, NICBOND_COUNTER_DROP_REFUSED) +
	       nicsim_counter_sum(a, NICBOND_COUNTER_DROP_STALE) +
	       nicsim_counter_sum(a, NICBOND_COUNTER_DROP_RING_FULL);
}

static u32 nicsim_adaptor_read(const struct nicbond_adaptor *adaptor, u32 reg)
{
	const struct nicsim_adaptor *a =
		container_of(adaptor, struct nicsim_adaptor, adaptor);

	/* Registers are whole words; who asks for a part of one gets nothing. */
	if (reg % sizeof(u32))
		return 0;

	switch (reg) {
	case NICBOND_REG_STATUS:
		return nicsim_status_read(a);
	case NICBOND_REG_HEARTBEAT:
		return READ_ONCE(a->heartbeat);
	case NICBOND_REG_ROLE:
		return READ_ONCE(a->role) ^
		       READ_ONCE(a->nic->faults.lie_role);
	case NICBOND_REG_COUNTER ... NICBOND_REG_COUNTER_HIGH(NICBOND_COUNTERS_MAX - 1):
		return nicsim_counter_read(a, reg);
	default:
		return nicsim_engine_read(a, reg);
	}
}

/*
 * A write may change ROLE and FENCE though it is to another register: the engine
 * knows the rules. What a primary is handed goes out at once, so what its predecessor
 * sent of the same flows must not wait in the input, nor what that still sends.
 */
static void nicsim_adaptor_latch(struct nicsim_adaptor *a)
{
	WRITE_ONCE(a->fence, nicsim_engine_read(a, NICBOND_REG_FENCE));

	spin_lock_bh(&a->input.lock);
	WRITE_ONCE(a->role, nicsim_engine_read(a, NICBOND_REG_ROLE));
	if (a->role == NICBOND_ROLE_PRIMARY)
		__nicsim_input_run(a, true);
	spin_unlock_bh(&a->input.lock);
}

static bool nicsim_adaptor_refuses(struct nicsim_adaptor *a, u32 reg)
{
	struct nicsim_faults *faults = &a->nic->faults;
	u32 which = READ_ONCE(faults->refuse_register);

	if (which != NICSIM_ANY_REGISTER && which != reg)
		return false;
	if (!nicsim_fault_take(&faults->refuse_writes))
		return false;

	nicsim_count(a->nic, NICSIM_WRITES_REFUSED);

	return true;
}

static unsigned long nicsim_adaptor_interval(const struct nicsim_adaptor *a)
{
	return msecs_to_jiffies(nicsim_engine_read(a, NICBOND_REG_HEARTBEAT_INTERVAL));
}

static int nicsim_adaptor_write(struct nicbond_adaptor *adaptor, u32 reg,
				u32 value)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);
	int err = nicbond_map_check(reg, value);
	unsigned long interval = nicsim_adaptor_interval(a);

	if (err)
		return err;
	if (nicsim_adaptor_hangs(a)) {
		nicsim_count(a->nic, NICSIM_WRITES_REFUSED);
		return -ETIMEDOUT;
	}
	if (nicsim_adaptor_refuses(a, reg))
		return -EIO;

	err = a->engine->ops->reg_write(a->engine, reg, value);
	if (!err)
		nicsim_adaptor_latch(a);
	if (interval != nicsim_adaptor_interval(a))
		mod_delayed_work(system_percpu_wq, &a->beat,
				 nicsim_adaptor_interval(a));

	return err;
}

/* As DROP_THRESHOLD asks: of what the engine drops, and the NIC itself. */
static void nicsim_adaptor_watch(struct work_struct *work)
{
	struct nicsim_adaptor *a = container_of(to_delayed_work(work),
						struct nicsim_adaptor, watch);
	u32 threshold = nicsim_engine_read(a, NICBOND_REG_DROP_THRESHOLD);
	u64 drops = nicsim_adaptor_drops(a);

	if (threshold && threshold == a->threshold &&
	    drops - a->drops >= threshold)
		a->adaptor.alarm(&a->adaptor, drops - a->drops);
	a->threshold = threshold;
	a->drops = drops;
	schedule_delayed_work(&a->watch, HZ);
}

static void nicsim_adaptor_beat(struct work_struct *work)
{
	struct nicsim_adaptor *a = container_of(to_delayed_work(work),
						struct nicsim_adaptor, beat);

	if (!READ_ONCE(a->nic->faults.stop_heartbeat) &&
	    !nicsim_adaptor_hangs(a))
		WRITE_ONCE(a->heartbeat, a->heartbeat + 1);
	schedule_delayed_work(&a->beat,
			      nicbond_pulse_delay(&a->due, nicsim_adaptor_interval(a)));
}

/* The engine's host is the NIC, which passes on what it says. */
static void nicsim_adaptor_attention(struct nicbond_adaptor *engine)
{
	struct nicsim_adaptor *a = engine->context;

	a->adaptor.attention(&a->adaptor);
}

static struct nicbond_adaptor *nicsim_adaptor_create(struct net_device *port,
						     unsigned int slot)
{
	struct nicsim *nic = netdev_priv(port);
	struct nicbond_adaptor *engine;
	struct nicsim_adaptor *a;

	if (nicsim_fault_take(&nic->faults.refuse_creates)) {
		nicsim_count(nic, NICSIM_CREATES_REFUSED);
		return ERR_PTR(-EIO);
	}

	a = kzalloc_obj(*a);
	if (!a)
		return ERR_PTR(-ENOMEM);

	engine = nicbond_software_ops.create(port, slot);
	if (IS_ERR(engine)) {
		kfree(a);
		return engine;
	}

	engine->attention = nicsim_adaptor_attention;
	engine->context = a;
	a->adaptor.ops = &nicsim_adaptor_ops;
	a->adaptor.port = port;
	a->adaptor.slot = slot;
	a->nic = nic;
	a->engine = engine;
	skb_queue_head_init(&a->input);
	INIT_DELAYED_WORK(&a->output, nicsim_input_work);
	INIT_DELAYED_WORK(&a->beat, nicsim_adaptor_beat);
	INIT_DELAYED_WORK(&a->watch, nicsim_adaptor_watch);
	nicsim_adaptor_latch(a);
	schedule_delayed_work(&a->beat, nicsim_adaptor_interval(a));
	schedule_delayed_work(&a->watch, HZ);

	return &a->adaptor;
}

/* Nothing comes in any more; what has come in goes out before this ends. */
static void nicsim_adaptor_destroy(struct nicbond_adaptor *adaptor)
{
	struct nicsim_adaptor *a = nicsim_adaptor_of(adaptor);

	cancel_delayed_work_sync(&a->beat);
	cancel_delayed_work_sync(&a->watch);
	nicsim_input_run(a, true);
	cancel_delayed_work_sync(&a->output);
	a->engine->ops->destroy(a->engine);
	kfree(a);
}

const struct nicbond_adaptor_ops nicsim_adaptor_ops = {
	.owner		= THIS_MODULE,
	.create		= nicsim_adaptor_create,
	.destroy	= nicsim_adaptor_destroy,
	.reg_read	= nicsim_adaptor_read,
	.reg_write	= nicsim_adaptor_write,
	.handover	= nicsim_adaptor_handover,
	.which		= nicsim_adaptor_which,
	.connect	= nicsim_adaptor_connect,
	.program	= nicsim_adaptor_program,
	.receive	= nicsim_adaptor_receive,
	.arrived	= nicsim_adaptor_arrived,
	.message	= nicsim_adaptor_message,
};
