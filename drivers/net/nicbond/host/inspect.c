// SPDX-License-Identifier: GPL-2.0
/* What netlink tells of adaptors: their registers, decoded or not. */
#include "netlink.h"

#include <linux/rtnetlink.h>
#include <net/sock.h>

/* The spec numbers counters as the map does, from 1 on. */
#define NICBOND_INSPECT_COUNTER(ID, name, text) \
	static_assert(NICBOND_A_COUNT_##ID == 1 + (int)NICBOND_COUNTER_##ID);
NICBOND_COUNTERS(NICBOND_INSPECT_COUNTER)
static_assert(NICBOND_A_COUNT_MAX == (int)NICBOND_COUNTER_MAX);

static u32 nicbond_inspect_read(const struct nicbond_member *member, u32 reg)
{
	return member->adaptor->ops->reg_read(member->adaptor, reg);
}

static int nicbond_inspect_fill_counters(struct sk_buff *skb,
					 const struct nicbond_member *member)
{
	struct nlattr *nest;
	int i;

	nest = nla_nest_start(skb, NICBOND_A_ADAPTOR_COUNTERS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < NICBOND_COUNTER_MAX; i++)
		if (nla_put_u64_64bit(skb, 1 + i,
				      nicbond_member_counter(member, i), 0))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);

	return 0;
}

static int nicbond_inspect_fill_adaptor(struct sk_buff *skb,
					const struct nicbond_member *member)
{
	static const struct { u16 attribute, reg; } registers[] = {
		{ NICBOND_A_ADAPTOR_ROLE, NICBOND_REG_ROLE },
		{ NICBOND_A_ADAPTOR_EPOCH, NICBOND_REG_EPOCH },
		{ NICBOND_A_ADAPTOR_HEARTBEAT, NICBOND_REG_HEARTBEAT },
		{ NICBOND_A_ADAPTOR_MOVING, NICBOND_REG_MOVING },
		{ NICBOND_A_ADAPTOR_LOAD, NICBOND_REG_LOAD },
		{ NICBOND_A_ADAPTOR_INFLIGHT, NICBOND_REG_INFLIGHT },
		{ NICBOND_A_ADAPTOR_SPEED, NICBOND_REG_SPEED },
	};
	int i;

	if (nla_put_u32(skb, NICBOND_A_ADAPTOR_MASTER,
			member->master->dev->ifindex) ||
	    nla_put_u32(skb, NICBOND_A_ADAPTOR_IFINDEX, member->dev->ifindex) ||
	    nla_put_u32(skb, NICBOND_A_ADAPTOR_SLOT, member->slot) ||
	    nla_put_u32(skb, NICBOND_A_ADAPTOR_STATE,
			nicbond_member_state(member)) ||
	    nla_put_u32(skb, NICBOND_A_ADAPTOR_WEIGHT,
			member->option[NICBOND_MEMBER_OPTION_WEIGHT]) ||
	    nla_put_u32(skb, NICBOND_A_ADAPTOR_PRIORITY,
			member->option[NICBOND_MEMBER_OPTION_PRIORITY]) ||
	    nla_put_u32(skb, NICBOND_A_ADAPTOR_QUEUE_ID,
			member->option[NICBOND_MEMBER_OPTION_QUEUE_ID]))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(registers); i++)
		if (nla_put_u32(skb, registers[i].attribute,
				nicbond_inspect_read(member, registers[i].reg)))
			return -EMSGSIZE;

	return nicbond_inspect_fill_counters(skb, member);
}

static int nicbond_inspect_fill_channel(struct sk_buff *skb,
					const struct nicbond_member *from,
					const struct nicbond_member *to)
{
	unsigned int slot = to->slot;

	if (nla_put_u32(skb, NICBOND_A_CHANNEL_MASTER,
			from->master->dev->ifindex) ||
	    nla_put_u32(skb, NICBOND_A_CHANNEL_FROM, from->dev->ifindex) ||
	    nla_put_u32(skb, NICBOND_A_CHANNEL_TO, to->dev->ifindex) ||
	    nla_put_u64_64bit(skb, NICBOND_A_CHANNEL_PACKETS,
			      nicbond_member_read64(from, NICBOND_REG_CHANNEL_PACKETS(slot)),
			      NICBOND_A_CHANNEL_PAD) ||
	    nla_put_u64_64bit(skb, NICBOND_A_CHANNEL_BYTES,
			      nicbond_member_read64(from, NICBOND_REG_CHANNEL_BYTES(slot)),
			      NICBOND_A_CHANNEL_PAD) ||
	    nla_put_u32(skb, NICBOND_A_CHANNEL_PENDING,
			nicbond_inspect_read(from, NICBOND_REG_CHANNEL_PENDING(slot))) ||
	    nla_put_u32(skb, NICBOND_A_CHANNEL_HIGH,
			nicbond_inspect_read(from, NICBOND_REG_CHANNEL_HIGH(slot))) ||
	    nla_put_u32(skb, NICBOND_A_CHANNEL_DOORBELLS,
			nicbond_inspect_read(from, NICBOND_REG_CHANNEL_DOORBELLS(slot))) ||
	    nla_put_u32(skb, NICBOND_A_CHANNEL_OVERFLOWS,
			nicbond_inspect_read(from, NICBOND_REG_CHANNEL_OVERFLOWS(slot))))
		return -EMSGSIZE;

	return 0;
}

/* An answer of one message, begun; else NULL. */
static struct sk_buff *nicbond_inspect_reply(struct genl_info *info, u8 cmd,
					     size_t room, void **header)
{
	struct sk_buff *skb = genlmsg_new(room, GFP_KERNEL);

	if (!skb)
		return NULL;
	*header = genlmsg_put_reply(skb, info, &nicbond_netlink_family, 0, cmd);

	return skb;
}

/* And ended: sent, unless @err. */
static int nicbond_inspect_finish(struct sk_buff *skb, struct genl_info *info,
				  void *header, int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);

	return genlmsg_reply(skb, info);
}

int nicbond_inspect_adaptor(struct sk_buff *request, struct genl_info *info)
{
	struct nicbond_member *member;
	struct sk_buff *skb;
	void *header;
	int err;

	skb = nicbond_inspect_reply(info, NICBOND_CMD_ADAPTOR_GET,
				    GENLMSG_DEFAULT_SIZE, &header);
	if (!skb)
		return -ENOMEM;

	rtnl_lock();
	member = nicbond_netlink_member(genl_info_net(info),
					info->attrs[NICBOND_A_ADAPTOR_IFINDEX],
					info->extack);
	err = IS_ERR(member) ? PTR_ERR(member) :
			       nicbond_inspect_fill_adaptor(skb, member);
	rtnl_unlock();

	return nicbond_inspect_finish(skb, info, header, err);
}

static int nicbond_inspect_check_registers(struct genl_info *info, u32 *offset,
					   u32 *count)
{
	struct nlattr *given = info->attrs[NICBOND_A_REGISTERS_OFFSET];

	*offset = given ? nla_get_u32(given) : 0;
	if (*offset % sizeof(u32) || *offset >= NICBOND_REGISTERS_SIZE) {
		NL_SET_ERR_MSG_ATTR(info->extack, given,
				    "The offset must be a multiple of 4 within the register file");
		return -EINVAL;
	}
	given = info->attrs[NICBOND_A_REGISTERS_COUNT];
	*count = (NICBOND_REGISTERS_SIZE - *offset) / sizeof(u32);
	if (!given)
		return 0;
	if (!nla_get_u32(given) || nla_get_u32(given) > *count) {
		NL_SET_ERR_MSG_ATTR(info->extack, given,
				    "The count must be 1 at least and end within the register file");
		return -EINVAL;
	}
	*count = nla_get_u32(given);

	return 0;
}

static int nicbond_inspect_fill_registers(struct sk_buff *skb,
					  const struct nicbond_member *member,
					  u32 offset, u32 count)
{
	struct nlattr *values;
	u32 *value, i;

	if (nla_put_u32(skb, NICBOND_A_REGISTERS_IFINDEX, member->dev->ifindex) ||
	    nla_put_u32(skb, NICBOND_A_REGISTERS_OFFSET, offset))
		return -EMSGSIZE;
	values = nla_reserve(skb, NICBOND_A_REGISTERS_VALUES,
			     count * sizeof(u32));
	if (!values)
		return -EMSGSIZE;
	value = nla_data(values);
	for (i = 0; i < count; i++)
		value[i] = nicbond_inspect_read(member,
						offset + sizeof(u32) * i);

	return 0;
}

int nicbond_inspect_registers(struct sk_buff *request, struct genl_info *info)
{
	struct nicbond_member *member;
	u32 offset, count;
	struct sk_buff *skb;
	void *header;
	int err;

	err = nicbond_inspect_check_registers(info, &offset, &count);
	if (err)
		return err;
	skb = nicbond_inspect_reply(info, NICBOND_CMD_REGISTERS_GET,
				    nla_total_size(count * sizeof(u32)) +
				    2 * nla_total_size(sizeof(u32)), &header);
	if (!skb)
		return -ENOMEM;

	rtnl_lock();
	member = nicbond_netlink_member(genl_info_net(info),
					info->attrs[NICBOND_A_REGISTERS_IFINDEX],
					info->extack);
	err = IS_ERR(member) ? PTR_ERR(member) :
	      nicbond_inspect_fill_registers(skb, member, offset, count);
	rtnl_unlock();

	return nicbond_inspect_finish(skb, info, header, err);
}

/* Of a master, its primary. */
static struct nicbond_member *nicbond_inspect_owner(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[NICBOND_A_TABLE_IFINDEX];
	struct nicbond_adaptor *primary = NULL;
	struct nicbond_master *master;
	struct net_device *dev;

	dev = attr ? __dev_get_by_index(genl_info_net(info), nla_get_u32(attr)) :
		     NULL;
	if (!dev || !nicbond_is_master(dev))
		return nicbond_netlink_member(genl_info_net(info), attr,
					      info->extack);

	master = netdev_priv(dev);
	primary = rtnl_dereference(master->primary);
	if (!primary) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "The master has no primary");
		return ERR_PTR(-ENETDOWN);
	}

	return primary->context;
}

static int nicbond_inspect_fill_table(struct sk_buff *skb,
				      const struct nicbond_member *member)
{
	u32 buckets, value = 0, i;
	struct nlattr *slots;
	u8 *slot;

	buckets = min_t(u32, nicbond_inspect_read(member, NICBOND_REG_TABLE_SIZE),
			NICBOND_BUCKETS_MAX);
	if (nla_put_u32(skb, NICBOND_A_TABLE_IFINDEX, member->dev->ifindex))
		return -EMSGSIZE;
	slots = nla_reserve(skb, NICBOND_A_TABLE_SLOTS, buckets);
	if (!slots)
		return -EMSGSIZE;
	slot = nla_data(slots);
	for (i = 0; i < buckets; i++) {
		if (i % NICBOND_TABLE_PER_REG == 0)
			value = nicbond_inspect_read(member,
						     NICBOND_REG_TABLE(i / NICBOND_TABLE_PER_REG));
		slot[i] = value;
		value >>= 8;
	}

	return 0;
}

int nicbond_inspect_table(struct sk_buff *request, struct genl_info *info)
{
	struct nicbond_member *member;
	struct sk_buff *skb;
	void *header;
	int err;

	skb = nicbond_inspect_reply(info, NICBOND_CMD_TABLE_GET,
				    nla_total_size(NICBOND_BUCKETS_MAX) +
				    nla_total_size(sizeof(u32)), &header);
	if (!skb)
		return -ENOMEM;

	rtnl_lock();
	member = nicbond_inspect_owner(info);
	err = IS_ERR(member) ? PTR_ERR(member) :
			       nicbond_inspect_fill_table(skb, member);
	rtnl_unlock();

	return nicbond_inspect_finish(skb, info, header, err);
}

/**
 * struct nicbond_inspect_dump - a dump of adaptors or channels, under way
 * @skb: What is being filled.
 * @cb: The dump; its args[0] is how many were told before.
 * @cmd: Of the messages.
 * @at: How many came by, this time.
 */
struct nicbond_inspect_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	u8 cmd;
	long at;
};

/* A message about @from, or the channel from there to @to, unless it was told before. */
static int nicbond_inspect_dump_one(struct nicbond_inspect_dump *dump,
				    const struct nicbond_member *from,
				    const struct nicbond_member *to)
{
	struct netlink_callback *cb = dump->cb;
	void *header;
	int err;

	if (dump->at++ < cb->args[0])
		return 0;

	header = genlmsg_put(dump->skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &nicbond_netlink_family,
			     NLM_F_MULTI, dump->cmd);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	err = to ? nicbond_inspect_fill_channel(dump->skb, from, to) :
		   nicbond_inspect_fill_adaptor(dump->skb, from);
	if (err) {
		genlmsg_cancel(dump->skb, header);
		return err;
	}
	genlmsg_end(dump->skb, header);
	cb->args[0]++;

	return 0;
}

static int nicbond_inspect_dump_master(struct nicbond_inspect_dump *dump,
				       struct nicbond_master *master)
{
	struct nicbond_member *from, *to;
	int err = 0;

	nicbond_for_each_member(master, from) {
		if (dump->cmd == NICBOND_CMD_ADAPTOR_GET) {
			err = nicbond_inspect_dump_one(dump, from, NULL);
			if (err)
				return err;
			continue;
		}
		nicbond_for_each_member(master, to) {
			if (from == to)
				continue;
			err = nicbond_inspect_dump_one(dump, from, to);
			if (err)
				return err;
		}
	}

	return 0;
}

/* Of the master that @attr names, or of all. */
static int nicbond_inspect_dump(struct nicbond_inspect_dump *dump,
				const struct nlattr *attr)
{
	struct net *net = sock_net(dump->skb->sk);
	struct nicbond_master *master;
	struct net_device *dev;
	int err = 0;

	rtnl_lock();
	dump->cb->seq = READ_ONCE(net->dev_base_seq);
	if (attr) {
		master = nicbond_netlink_master(net, attr, dump->cb->extack);
		err = IS_ERR(master) ? PTR_ERR(master) :
		      nicbond_inspect_dump_master(dump, master);
		goto unlock;
	}
	for_each_netdev(net, dev) {
		if (!nicbond_is_master(dev))
			continue;
		err = nicbond_inspect_dump_master(dump, netdev_priv(dev));
		if (err)
			break;
	}
unlock:
	rtnl_unlock();

	/* What fills the message goes out; the rest is asked for again. */
	return err == -EMSGSIZE && dump->skb->len ? dump->skb->len : err;
}

int nicbond_inspect_adaptors(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nicbond_inspect_dump dump = {
		.skb = skb, .cb = cb, .cmd = NICBOND_CMD_ADAPTOR_GET,
	};

	return nicbond_inspect_dump(&dump,
				    genl_info_dump(cb)->attrs[NICBOND_A_ADAPTOR_MASTER]);
}

int nicbond_inspect_channels(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nicbond_inspect_dump dump = {
		.skb = skb, .cb = cb, .cmd = NICBOND_CMD_CHANNEL_GET,
	};

	return nicbond_inspect_dump(&dump,
				    genl_info_dump(cb)->attrs[NICBOND_A_CHANNEL_MASTER]);
}
