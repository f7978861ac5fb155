// SPDX-License-Identifier: GPL-2.0
/* What the cases that need several adaptors share. */
#include "fleet.h"
#include "../fw/clock.h"
#include "../fw/direct.h"

#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <linux/bitfield.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#define FLEET_DADDR	(ETH_HLEN + 16)

static int nicbond_fleet_transmit(struct net_device *port, struct sk_buff *skb,
				  const u64 *picky, bool more)
{
	struct nicbond_fleet *fleet = kunit_get_current_test()->priv;
	unsigned int i, n;

	for (i = 0; i < FLEET; i++) {
		if (fleet->port[i] != port || fleet->refuse)
			continue;
		n = fleet->transmitted[i]++;
		fleet->doorbells[i] += !more;
		fleet->at[i] = ++fleet->sequence;
		memcpy(fleet->source[i], skb->data + ETH_ALEN, ETH_ALEN);
		if (n < FLEET_LOG)
			fleet->log[i][n] =
				get_unaligned_be32(skb->data + FLEET_DADDR + 4);
	}
	fleet->scratch |= !!memchr_inv(bpf_skb_cb(skb), 0, BPF_SKB_CB_LEN);
	kfree_skb(skb);

	return fleet->refuse ? -ENOBUFS : 0;
}

static void nicbond_fleet_attention(struct nicbond_adaptor *adaptor)
{
	struct nicbond_fleet *fleet = adaptor->context;

	fleet->attention++;
}

/* A softirq would not be the case's own context, in which the ports are stubs. */
static void nicbond_fleet_schedule(struct nicbond_channel *channel)
{
	struct nicbond_fleet *fleet = kunit_get_current_test()->priv;

	fleet->scheduled++;
}

static void nicbond_fleet_run(struct nicbond_channel *channel)
{
	channel->drain.func(&channel->drain);
}

void nicbond_fleet_write(struct kunit *test, unsigned int i, u32 reg, u32 value)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_adaptor *adaptor = fleet->adaptor[i];

	KUNIT_ASSERT_EQ(test, adaptor->ops->reg_write(adaptor, reg, value), 0);
}

void nicbond_fleet_write_all(struct kunit *test, u32 reg, u32 value)
{
	unsigned int i;

	for (i = 0; i < FLEET; i++)
		nicbond_fleet_write(test, i, reg, value);
}

u32 nicbond_fleet_read(struct kunit *test, unsigned int i, u32 reg)
{
	struct nicbond_fleet *fleet = test->priv;

	return fleet->adaptor[i]->ops->reg_read(fleet->adaptor[i], reg);
}

void nicbond_fleet_set_peer(struct kunit *test, unsigned int slot, bool up)
{
	nicbond_fleet_write_all(test, NICBOND_REG_PEER(slot),
				NICBOND_PEER_PRESENT |
				(up ? NICBOND_PEER_UP : 0) |
				FIELD_PREP(NICBOND_PEER_WEIGHT, 1));
}

void nicbond_fleet_promote(struct kunit *test, unsigned int i, u32 epoch)
{
	nicbond_fleet_write(test, i, NICBOND_REG_EPOCH, epoch);
	nicbond_fleet_write(test, i, NICBOND_REG_ROLE, NICBOND_ROLE_PRIMARY);
}

void nicbond_fleet_cut(struct kunit *test, unsigned int i, bool cut)
{
	struct nicbond_fleet *fleet = test->priv;

	__assign_bit(__LINK_STATE_NOCARRIER, &fleet->port[i]->state, cut);
}

static int nicbond_fleet_wire(struct nicbond_fleet *fleet)
{
	struct nicbond_adaptor *a;
	unsigned int i, j;
	int err = 0;

	for (i = 0; i < FLEET; i++) {
		a = fleet->adaptor[i];
		for (j = 0; j < FLEET && !err; j++)
			if (i != j)
				err = a->ops->connect(a, j, fleet->adaptor[j]);
	}

	return err;
}

int nicbond_fleet_init(struct kunit *test)
{
	struct nicbond_fleet *fleet;
	struct nicbond_adaptor *a;
	unsigned int i;
	int err;

	fleet = kunit_kzalloc(test, sizeof(*fleet), GFP_KERNEL);
	if (!fleet)
		return -ENOMEM;
	test->priv = fleet;
	fleet->drains = true;
	/* What a CPU gave to an adaptor is a load to that CPU alone. */
	set_cpus_allowed_ptr(current, cpumask_of(raw_smp_processor_id()));
	for (i = 0; i < FLEET; i++) {
		fleet->port[i] = kunit_kzalloc(test, sizeof(*fleet->port[i]),
					       GFP_KERNEL);
		if (!fleet->port[i])
			return -ENOMEM;
		fleet->port[i]->_tx = kunit_kzalloc(test,
						    sizeof(struct netdev_queue),
						    GFP_KERNEL);
		if (!fleet->port[i]->_tx)
			return -ENOMEM;
		fleet->port[i]->num_tx_queues = 1;
		fleet->port[i]->state = BIT(__LINK_STATE_START);
		a = nicbond_software_ops.create(fleet->port[i], i);
		if (IS_ERR(a))
			return PTR_ERR(a);
		a->context = fleet;
		a->attention = nicbond_fleet_attention;
		fleet->adaptor[i] = a;
	}
	err = nicbond_fleet_wire(fleet);
	if (err)
		return err;

	/* Nothing happens but what a case does. */
	for (i = 0; i < FLEET; i++)
		nicbond_heartbeat_stop(nicbond_software_of(fleet->adaptor[i]));
	nicbond_fleet_write_all(test, NICBOND_REG_FLOWLET_GAP, 0);
	for (i = 0; i < FLEET; i++)
		nicbond_fleet_set_peer(test, i, true);
	kunit_activate_static_stub(test, nicbond_direct_transmit,
				   nicbond_fleet_transmit);
	kunit_activate_static_stub(test, nicbond_channel_schedule,
				   nicbond_fleet_schedule);
	kunit_activate_static_stub(test, nicbond_channel_run, nicbond_fleet_run);

	return 0;
}

void nicbond_fleet_exit(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	int i;

	if (!fleet)
		return;
	fleet->drains = true;
	for (i = 0; i < FLEET && fleet->adaptor[i]; i++)
		nicbond_channel_close_all(nicbond_software_of(fleet->adaptor[i]));
	for (i = 0; i < FLEET && fleet->adaptor[i]; i++)
		fleet->adaptor[i]->ops->destroy(fleet->adaptor[i]);
}

/* The packet's number is behind its address. */
static struct sk_buff *nicbond_fleet_packet(struct kunit *test, u32 n, u32 number)
{
	struct nicbond_fleet *fleet = test->priv;
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	u8 *frame;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	frame = skb_put_zero(skb, 60);
	put_unaligned_be16(ETH_P_IP, frame + 12);
	frame[ETH_HLEN] = 0x45;
	put_unaligned_be32(0x0a000000 + n, frame + FLEET_DADDR);
	put_unaligned_be32(number, frame + FLEET_DADDR + 4);
	memset(bpf_skb_cb(skb), 0xff, BPF_SKB_CB_LEN);
	skb_set_queue_mapping(skb, fleet->queue);

	return skb;
}

static int nicbond_fleet_send(struct kunit *test, unsigned int i, u32 n,
			      u32 number, bool more)
{
	struct sk_buff *skb = nicbond_fleet_packet(test, n, number);
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_adaptor *a = fleet->adaptor[i];
	int verdict;

	/* As the host does. */
	local_bh_disable();
	verdict = more || fleet->burst ? a->ops->burst(a, skb, more) :
					 a->ops->handover(a, skb);
	fleet->burst = more;
	local_bh_enable();
	if (fleet->drains)
		nicbond_channel_flush_all(nicbond_software_of(fleet->adaptor[i]));

	return verdict;
}

int nicbond_fleet_xmit(struct kunit *test, unsigned int i, u32 n, u32 number,
		       bool more)
{
	return nicbond_fleet_send(test, i, n, number, more);
}

int nicbond_fleet_handover(struct kunit *test, unsigned int i, u32 n)
{
	return nicbond_fleet_send(test, i, n, n, false);
}

void nicbond_fleet_stream(struct kunit *test, unsigned int i, u32 count)
{
	u32 n;

	for (n = 0; n < count; n++)
		KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, i, n), 0);
}

unsigned int nicbond_fleet_sent(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i, sum = 0;

	for (i = 0; i < FLEET; i++)
		sum += fleet->transmitted[i];

	return sum;
}

void nicbond_fleet_forget(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;

	memset(fleet->transmitted, 0, sizeof(fleet->transmitted));
	memset(fleet->doorbells, 0, sizeof(fleet->doorbells));
	fleet->attention = 0;
	fleet->scheduled = 0;
}

unsigned int nicbond_fleet_bucket(struct kunit *test, unsigned int i, u32 n)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[i]);
	struct sk_buff *skb = nicbond_fleet_packet(test, n, 0);
	u32 hash = nicbond_hash_frame(&sw->hash, skb);

	kfree_skb(skb);

	return nicbond_table_index(rcu_dereference_protected(sw->table, true),
				   hash);
}

u32 nicbond_fleet_destination(struct kunit *test, unsigned int i,
			      unsigned int slot)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[i]);
	struct nicbond_table *table = rcu_dereference_protected(sw->table, true);
	u32 n;

	for (n = 0; n < 10000; n++)
		if (nicbond_table_slot(table, nicbond_fleet_bucket(test, i, n)) ==
		    slot)
			return n;
	KUNIT_FAIL(test, "no destination is slot %u's", slot);

	return 0;
}

void nicbond_fleet_drain(struct kunit *test, unsigned int i, unsigned int slot)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[i]);
	struct nicbond_channel *channel;

	channel = rcu_dereference_protected(sw->channel[slot], true);
	channel->drain.func(&channel->drain);
}

unsigned int nicbond_fleet_buckets(struct nicbond_adaptor *adaptor,
				   unsigned int slot)
{
	u32 size = adaptor->ops->reg_read(adaptor, NICBOND_REG_TABLE_SIZE), four;
	unsigned int i, count = 0;

	for (i = 0; i < size; i++) {
		four = adaptor->ops->reg_read(adaptor, NICBOND_REG_TABLE(i / 4));
		count += ((four >> (i % 4 * 8)) & 0xff) == slot;
	}

	return count;
}

static u32 nicbond_fleet_clock(void)
{
	struct nicbond_fleet *fleet = kunit_get_current_test()->priv;

	return fleet->now;
}

void nicbond_fleet_stop_clock(struct kunit *test, u32 now)
{
	struct nicbond_fleet *fleet = test->priv;

	fleet->now = now;
	kunit_activate_static_stub(test, nicbond_clock_us, nicbond_fleet_clock);
}

void nicbond_fleet_start_clock(struct kunit *test)
{
	kunit_deactivate_static_stub(test, nicbond_clock_us);
}
