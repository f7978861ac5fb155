// SPDX-License-Identifier: GPL-2.0
/*
 * Masters and members as rtnetlink's links: created, changed, told of. The
 * attributes are rows of <uapi/linux/nicbond_link.h>.
 */
#include "link.h"
#include "failover.h"
#include "program.h"

#include <linux/etherdevice.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <net/netlink.h>

/* The type of an attribute, by its kind. */
#define NICBOND_LINK_number	NLA_U32
#define NICBOND_LINK_name	NLA_U32
#define NICBOND_LINK_set	NLA_U32
#define NICBOND_LINK_device	NLA_U32
#define NICBOND_LINK_count	NLA_U64
#define NICBOND_LINK_key	NLA_BINARY
#define NICBOND_LINK_targets	NLA_NUL_STRING

/* Its length, likewise; of one that others may see. */
#define NICBOND_LINK_SIZE_number	sizeof(u32)
#define NICBOND_LINK_SIZE_name		sizeof(u32)
#define NICBOND_LINK_SIZE_set		sizeof(u32)
#define NICBOND_LINK_SIZE_device	sizeof(u32)
#define NICBOND_LINK_SIZE_count		sizeof(u64)
#define NICBOND_LINK_SIZE_key		0
#define NICBOND_LINK_SIZE_targets	NICBOND_OPTION_TEXT

#define NICBOND_LINK_SIZE(ID, name, kind, ...) \
	+ nla_total_size_64bit(NICBOND_LINK_SIZE_##kind)

/* Whether a value is taken is for nicbond_option_check(), which says what is. */
#define NICBOND_LINK_GIVEN(type_of)	{ .type = (type_of) }
#define NICBOND_LINK_TOLD(name) \
	{ .type = NLA_REJECT, .reject_message = name " is read-only" }

/* What is told is not taken; but the primary, the only device, moves the role. */
#define NICBOND_LINK_TOLD_number(name)	NICBOND_LINK_TOLD(name)
#define NICBOND_LINK_TOLD_name(name)	NICBOND_LINK_TOLD(name)
#define NICBOND_LINK_TOLD_count(name)	NICBOND_LINK_TOLD(name)
#define NICBOND_LINK_TOLD_device(name)	NICBOND_LINK_GIVEN(NLA_U32)

#define NICBOND_LINK_OPTION(ID, name, kind, ...) \
	[IFLA_NICBOND_##ID] = NICBOND_LINK_GIVEN(NICBOND_LINK_##kind),
#define NICBOND_LINK_STATE(ID, name, kind, ...) \
	[IFLA_NICBOND_##ID] = NICBOND_LINK_TOLD_##kind(#name),
static const struct nla_policy nicbond_link_policy[IFLA_NICBOND_MAX + 1] = {
	[IFLA_NICBOND_UNSPEC] = { .strict_start_type = IFLA_NICBOND_PAD + 1 },
	NICBOND_LINK_ROWS(NICBOND_LINK_OPTION, NICBOND_LINK_OPTION,
			  NICBOND_LINK_STATE)
};

#define NICBOND_LINK_MEMBER_OPTION(ID, name, kind, ...) \
	[IFLA_NICBOND_MEMBER_##ID] = NICBOND_LINK_GIVEN(NICBOND_LINK_##kind),
#define NICBOND_LINK_MEMBER_STATE(ID, name, kind, ...) \
	[IFLA_NICBOND_MEMBER_##ID] = NICBOND_LINK_TOLD_##kind(#name),
static const struct nla_policy
nicbond_link_member_policy[IFLA_NICBOND_MEMBER_MAX + 1] = {
	[IFLA_NICBOND_MEMBER_UNSPEC] = { .strict_start_type = 1 },
	NICBOND_MEMBER_ROWS(NICBOND_LINK_MEMBER_OPTION,
			    NICBOND_LINK_MEMBER_STATE)
};

static int nicbond_link_validate(struct nlattr *tb[], struct nlattr *data[],
				 struct netlink_ext_ack *extack)
{
	if (!tb[IFLA_ADDRESS])
		return 0;
	if (nla_len(tb[IFLA_ADDRESS]) != ETH_ALEN) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS],
				    "An Ethernet address of 6 bytes is needed");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS]))) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS],
				    "The address must be unicast and not zero");
		return -EADDRNOTAVAIL;
	}

	return 0;
}

/* The value in @attr, if the option may have it. */
static int nicbond_link_parse(const struct nicbond_option *option,
			      const struct nlattr *attr,
			      struct nicbond_option_value *value,
			      struct netlink_ext_ack *extack)
{
	unsigned int words = nicbond_option_words(option), i;
	int err = -EINVAL;

	if (nicbond_option_is_text(option)) {
		err = nicbond_option_parse(option, nla_data(attr), value);
	} else if (nla_len(attr) == words * sizeof(u32)) {
		value->word[0] = nla_get_u32(attr);
		/* A key is bytes, in the order in which they are written down. */
		for (i = 0; words > 1 && i < words; i++)
			value->word[i] =
				get_unaligned_be32(nla_data(attr) + sizeof(u32) * i);
		err = nicbond_option_check(option, value);
	}
	if (err) {
		NL_SET_BAD_ATTR(extack, attr);
		if (extack)
			extack->_msg = option->refusal;
	}

	return err;
}

static int nicbond_link_parse_all(struct nlattr *data[],
				  struct nicbond_option_change *change,
				  struct netlink_ext_ack *extack)
{
	const struct nicbond_option *option;
	int err, i;

	for (i = 0; i < NICBOND_OPTION_COUNT; i++) {
		option = &nicbond_options[i];
		if (!data[option->attribute])
			continue;
		err = nicbond_link_parse(option, data[option->attribute],
					 &change->value[i], extack);
		if (err)
			return err;
		__set_bit(i, change->given);
	}

	return 0;
}

int nicbond_link_newlink(struct net_device *dev,
			 struct rtnl_newlink_params *params,
			 struct netlink_ext_ack *extack)
{
	struct nicbond_option_change *change;
	int err = 0;

	change = kzalloc_obj(*change);
	if (!change)
		return -ENOMEM;
	if (params->data) {
		if (params->data[IFLA_NICBOND_PRIMARY]) {
			NL_SET_ERR_MSG_ATTR(extack,
					    params->data[IFLA_NICBOND_PRIMARY],
					    "A new master has no members yet that could be primary");
			err = -EINVAL;
		} else {
			err = nicbond_link_parse_all(params->data, change,
						     extack);
		}
	}
	/* There is no adaptor yet that could refuse. */
	if (!err)
		err = nicbond_option_change(netdev_priv(dev), change);
	kfree(change);

	return err ?: register_netdevice(dev);
}

/* Before any option is changed, which may do things that cannot be taken back. */
static int nicbond_link_check_primary(struct nicbond_master *master,
				      const struct nlattr *attr,
				      struct netlink_ext_ack *extack)
{
	u32 ifindex = nla_get_u32(attr);

	if (!ifindex)
		return 0;
	NL_SET_BAD_ATTR(extack, attr);

	return nicbond_failover_may(nicbond_master_find(master, ifindex), extack);
}

static int nicbond_link_move(struct nicbond_master *master,
			     const struct nlattr *attr,
			     struct netlink_ext_ack *extack)
{
	u32 ifindex = nla_get_u32(attr);

	if (!ifindex) {
		nicbond_failover_ask_nobody(master);
		return 0;
	}
	NL_SET_BAD_ATTR(extack, attr);

	return nicbond_failover_ask(master, nicbond_master_find(master, ifindex),
				    extack);
}

/* All or nothing: the options first, which can be taken back, then the primary. */
static int nicbond_link_changelink(struct net_device *dev, struct nlattr *tb[],
				   struct nlattr *data[],
				   struct netlink_ext_ack *extack)
{
	struct nicbond_option_change *change, *back;
	struct nicbond_master *master = netdev_priv(dev);
	int err = -ENOMEM;

	if (!data)
		return 0;

	change = kzalloc_obj(*change);
	back = kzalloc_obj(*back);
	if (!change || !back)
		goto free;
	err = nicbond_link_parse_all(data, change, extack);
	if (!err && data[IFLA_NICBOND_PRIMARY])
		err = nicbond_link_check_primary(master, data[IFLA_NICBOND_PRIMARY],
						 extack);
	if (err)
		goto free;

	bitmap_copy(back->given, change->given, NICBOND_OPTION_COUNT);
	memcpy(back->value, master->option, sizeof(back->value));
	err = nicbond_option_change(master, change);
	if (err) {
		NL_SET_ERR_MSG(extack, "An adaptor refused an option, so none was changed");
		goto free;
	}
	if (data[IFLA_NICBOND_PRIMARY])
		err = nicbond_link_move(master, data[IFLA_NICBOND_PRIMARY],
					extack);
	if (err)
		nicbond_option_change(master, back);
	else
		nicbond_master_tell(master);
free:
	kfree(back);
	kfree(change);
	return err;
}

/* Likewise. */
static int nicbond_link_slave_changelink(struct net_device *dev,
					 struct net_device *member_dev,
					 struct nlattr *tb[],
					 struct nlattr *data[],
					 struct netlink_ext_ack *extack)
{
	struct nicbond_member *member = nicbond_member_of(member_dev);
	const struct nicbond_option *option;
	u32 change[NICBOND_MEMBER_OPTION_COUNT];
	struct nicbond_option_value value;
	int i, err;

	if (!data)
		return 0;

	for (i = 0; i < NICBOND_MEMBER_OPTION_COUNT; i++) {
		option = &nicbond_member_options[i];
		value.word[0] = member->option[i];
		if (data[option->attribute]) {
			err = nicbond_link_parse(option, data[option->attribute],
						 &value, extack);
			if (err)
				return err;
		}
		change[i] = value.word[0];
	}

	return nicbond_option_change_member(member, change, extack);
}

static size_t nicbond_link_get_size(const struct net_device *dev)
{
	return 0 NICBOND_LINK_ROWS(NICBOND_LINK_SIZE, NICBOND_LINK_SIZE,
				   NICBOND_LINK_SIZE);
}

/* Written where it is sent from, with room for any; then cut to what there is. */
static int nicbond_link_fill_text(struct sk_buff *skb,
				  const struct nicbond_option *option,
				  const struct nicbond_option_value *value)
{
	struct nlattr *attr;

	attr = nla_reserve(skb, option->attribute, NICBOND_OPTION_TEXT);
	if (!attr)
		return -EMSGSIZE;

	/* What is behind its end, to align the next one, goes to user space, too. */
	memset(nla_data(attr), 0, NICBOND_OPTION_TEXT);
	nicbond_option_format(option, value, nla_data(attr));
	attr->nla_len = nla_attr_size(strlen(nla_data(attr)) + 1);
	nlmsg_trim(skb, (char *)attr + NLA_ALIGN(attr->nla_len));

	return 0;
}

static int nicbond_link_fill_options(struct sk_buff *skb,
				     const struct nicbond_master *master)
{
	const struct nicbond_option *option;
	int i, err = 0;

	for (i = 0; !err && i < NICBOND_OPTION_COUNT; i++) {
		option = &nicbond_options[i];
		if (nicbond_option_is_text(option))
			err = nicbond_link_fill_text(skb, option,
						     &master->option[i]);
		/* Anybody may ask. */
		else if (!nicbond_option_secret(option))
			err = nla_put_u32(skb, option->attribute,
					  READ_ONCE(master->option[i].word[0]));
	}

	return err;
}

static int nicbond_link_fill_primary(struct sk_buff *skb,
				     const struct nicbond_master *master)
{
	struct nicbond_adaptor *primary;
	int err = 0;

	rcu_read_lock();
	primary = rcu_dereference(master->primary);
	if (primary)
		err = nla_put_u32(skb, IFLA_NICBOND_PRIMARY,
				  primary->port->ifindex);
	rcu_read_unlock();

	return err;
}

static int nicbond_link_fill_program(struct sk_buff *skb,
				     struct nicbond_master *master)
{
	u32 id = nicbond_program_id(master);

	return id ? nla_put_u32(skb, IFLA_NICBOND_PROGRAM, id) : 0;
}

static int nicbond_link_fill_info(struct sk_buff *skb,
				  const struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);

	if (nicbond_link_fill_options(skb, master) ||
	    nicbond_link_fill_primary(skb, master) ||
	    nicbond_link_fill_program(skb, master) ||
	    nla_put_u32(skb, IFLA_NICBOND_CHOSEN, !!READ_ONCE(master->chosen)) ||
	    nla_put_u32(skb, IFLA_NICBOND_EPOCH, READ_ONCE(master->fence)) ||
	    nla_put_u64_64bit(skb, IFLA_NICBOND_FAILOVERS,
			      READ_ONCE(master->failovers), IFLA_NICBOND_PAD) ||
	    nla_put_u32(skb, IFLA_NICBOND_MEMBERS,
			READ_ONCE(master->member_count)))
		return -EMSGSIZE;

	return 0;
}

static size_t nicbond_link_get_slave_size(const struct net_device *dev,
					  const struct net_device *member_dev)
{
	return 0 NICBOND_MEMBER_ROWS(NICBOND_LINK_SIZE, NICBOND_LINK_SIZE);
}

/* rtnl, or RCU, under which a member's device has its member. */
static int nicbond_link_fill_slave_info(struct sk_buff *skb,
					const struct net_device *dev,
					const struct net_device *member_dev)
{
	const struct nicbond_member *member;
	const struct nicbond_adaptor *adaptor;
	int i, err = 0;

	member = rcu_dereference_rtnl(member_dev->rx_handler_data);
	if (!member)
		return 0;

	adaptor = member->adaptor;
	for (i = 0; !err && i < NICBOND_MEMBER_OPTION_COUNT; i++)
		err = nla_put_u32(skb, nicbond_member_options[i].attribute,
				  READ_ONCE(member->option[i]));
	if (err ||
	    nla_put_u32(skb, IFLA_NICBOND_MEMBER_ROLE,
			adaptor->ops->reg_read(adaptor, NICBOND_REG_ROLE)) ||
	    nla_put_u32(skb, IFLA_NICBOND_MEMBER_STATE,
			nicbond_member_state(member)) ||
	    nla_put_u32(skb, IFLA_NICBOND_MEMBER_SLOT, member->slot))
		return -EMSGSIZE;

	return 0;
}

static size_t nicbond_link_get_xstats_size(const struct net_device *dev)
{
	return nla_total_size_64bit(sizeof(u64)) *
	       (IFLA_NICBOND_XSTATS_MAX + NICBOND_COUNTER_MAX) +
	       nla_total_size(0);
}

static int nicbond_link_fill_counters(struct sk_buff *skb,
				      struct nicbond_master *master)
{
	struct nicbond_member *member;
	struct nlattr *nest;
	u64 sum;
	int i;

	nest = nla_nest_start(skb, IFLA_NICBOND_XSTATS_COUNTERS);
	if (!nest)
		return -EMSGSIZE;

	for (i = 0; i < NICBOND_COUNTER_MAX; i++) {
		sum = 0;
		nicbond_for_each_member(master, member)
			sum += nicbond_member_counter(member, i);
		if (nla_put_u64_64bit(skb, 1 + i, sum, 0))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);

	return 0;
}

/* rtnl */
static int nicbond_link_fill_xstats(struct sk_buff *skb,
				    const struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nlattr *nest;
	int err = 0, i;

	nest = nla_nest_start(skb, IFLA_INFO_XSTATS);
	if (!nest)
		return -EMSGSIZE;

	for (i = IFLA_NICBOND_XSTATS_COUNTERS + 1;
	     !err && i <= IFLA_NICBOND_XSTATS_MAX; i++)
		err = nla_put_u64_64bit(skb, i, nicbond_master_xstat(master, i),
					IFLA_NICBOND_XSTATS_PAD);
	if (err || nicbond_link_fill_counters(skb, master)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);

	return 0;
}

struct rtnl_link_ops nicbond_link_ops __read_mostly = {
	.kind			= "nicbond",
	.priv_size		= sizeof(struct nicbond_master),
	.setup			= nicbond_master_setup,
	.validate		= nicbond_link_validate,
	.maxtype		= IFLA_NICBOND_MAX,
	.policy			= nicbond_link_policy,
	.newlink		= nicbond_link_newlink,
	.changelink		= nicbond_link_changelink,
	.get_size		= nicbond_link_get_size,
	.fill_info		= nicbond_link_fill_info,
	.get_xstats_size	= nicbond_link_get_xstats_size,
	.fill_xstats		= nicbond_link_fill_xstats,
	.slave_maxtype		= IFLA_NICBOND_MEMBER_MAX,
	.slave_policy		= nicbond_link_member_policy,
	.slave_changelink	= nicbond_link_slave_changelink,
	.get_slave_size		= nicbond_link_get_slave_size,
	.fill_slave_info	= nicbond_link_fill_slave_info,
};
