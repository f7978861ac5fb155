// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: what is no configuration of a link. What it does and
 * its attributes are in Documentation/netlink/specs/nicbond.yaml.
 */
#include "netlink.h"
#include "program.h"

#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#define NICBOND_NETLINK_FRAME_MAX	9216

struct nicbond_master *nicbond_netlink_master(struct net *net,
					      const struct nlattr *attr,
					      struct netlink_ext_ack *extack)
{
	struct net_device *dev;

	if (!attr) {
		NL_SET_ERR_MSG(extack, "The ifindex of a master is needed");
		return ERR_PTR(-EINVAL);
	}
	dev = __dev_get_by_index(net, nla_get_u32(attr));
	if (!dev || !nicbond_is_master(dev)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "No nicbond master has this ifindex");
		return ERR_PTR(-ENODEV);
	}

	return netdev_priv(dev);
}

struct nicbond_member *nicbond_netlink_member(struct net *net,
					      const struct nlattr *attr,
					      struct netlink_ext_ack *extack)
{
	struct nicbond_member *member;
	struct net_device *dev;

	if (!attr) {
		NL_SET_ERR_MSG(extack, "The ifindex of a member is needed");
		return ERR_PTR(-EINVAL);
	}
	dev = __dev_get_by_index(net, nla_get_u32(attr));
	member = dev ? nicbond_member_of(dev) : NULL;
	if (!member) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "No member of a nicbond master has this ifindex");
		return ERR_PTR(-ENODEV);
	}

	return member;
}

/* The packet that a request is about; or an error, with why. */
static struct sk_buff *nicbond_netlink_probe(struct genl_info *info,
					     const struct net_device *dev)
{
	struct nlattr *address = info->attrs[NICBOND_A_WHICH_DESTINATION];
	struct nlattr *d_id = info->attrs[NICBOND_A_WHICH_D_ID];
	struct nlattr *frame = info->attrs[NICBOND_A_WHICH_FRAME];
	struct sk_buff *skb;

	if (!!address + !!d_id + !!frame != 1) {
		GENL_SET_ERR_MSG(info, "One of destination, d-id and frame is needed");
		return ERR_PTR(-EINVAL);
	}
	if (address && nla_len(address) != 4 && nla_len(address) != 16) {
		NL_SET_ERR_MSG_ATTR(info->extack, address,
				    "An IPv4 or IPv6 address is needed, of 4 or 16 bytes");
		return ERR_PTR(-EINVAL);
	}

	if (address)
		skb = nicbond_probe_address(dev, nla_data(address),
					    nla_len(address));
	else if (d_id)
		skb = nicbond_probe_d_id(dev, nla_get_u32(d_id));
	else
		skb = nicbond_probe_frame(nla_data(frame), nla_len(frame));

	return skb ?: ERR_PTR(-ENOMEM);
}

/* The slot that the primary's firmware names for @skb, or an error, with why. */
static int nicbond_netlink_ask(struct nicbond_master *master,
			       struct sk_buff *skb,
			       struct netlink_ext_ack *extack)
{
	struct nicbond_adaptor *primary = rtnl_dereference(master->primary);
	int slot = -EOPNOTSUPP;

	if (!primary) {
		NL_SET_ERR_MSG(extack, "The master has no primary");
		return -ENETDOWN;
	}
	if (primary->ops->which) {
		local_bh_disable();
		slot = primary->ops->which(primary, skb);
		local_bh_enable();
	}
	if (slot == -EOPNOTSUPP)
		NL_SET_ERR_MSG(extack, "The primary's firmware cannot tell");
	else if (slot == -ENETDOWN)
		NL_SET_ERR_MSG(extack, "No member carries traffic");

	return slot;
}

static struct nicbond_member *
nicbond_netlink_at(struct nicbond_master *master, unsigned int slot)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		if (member->slot == slot)
			return member;

	return NULL;
}

static int nicbond_netlink_answer(struct genl_info *info,
				  struct nicbond_master *master,
				  unsigned int slot)
{
	struct nicbond_member *member = nicbond_netlink_at(master, slot);
	struct sk_buff *reply;
	void *header;

	if (!member)
		return -ENETDOWN;
	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;

	header = genlmsg_put_reply(reply, info, &nicbond_netlink_family, 0,
				   NICBOND_CMD_WHICH);
	if (!header ||
	    nla_put_u32(reply, NICBOND_A_WHICH_MASTER, master->dev->ifindex) ||
	    nla_put_u32(reply, NICBOND_A_WHICH_IFINDEX, member->dev->ifindex) ||
	    nla_put_u32(reply, NICBOND_A_WHICH_SLOT, slot)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, header);

	return genlmsg_reply(reply, info);
}

static int nicbond_netlink_which(struct sk_buff *request,
				 struct genl_info *info)
{
	struct nicbond_master *master;
	struct sk_buff *skb = NULL;
	int err;

	rtnl_lock();
	master = nicbond_netlink_master(genl_info_net(info),
					info->attrs[NICBOND_A_WHICH_MASTER],
					info->extack);
	err = PTR_ERR_OR_ZERO(master);
	if (!err) {
		skb = nicbond_netlink_probe(info, master->dev);
		err = PTR_ERR_OR_ZERO(skb);
	}
	if (!err) {
		skb->dev = master->dev;
		err = nicbond_netlink_ask(master, skb, info->extack);
		consume_skb(skb);
	}
	if (err >= 0)
		err = nicbond_netlink_answer(info, master, err);
	rtnl_unlock();

	return err;
}

static int nicbond_netlink_program(struct sk_buff *request,
				   struct genl_info *info)
{
	struct nlattr *fd = info->attrs[NICBOND_A_PROGRAM_FD];
	struct nicbond_master *master;
	struct bpf_prog *prog = NULL;
	int err;

	if (fd) {
		prog = nicbond_program_by_fd(nla_get_s32(fd), info->extack);
		if (IS_ERR(prog))
			return PTR_ERR(prog);
	}

	rtnl_lock();
	master = nicbond_netlink_master(genl_info_net(info),
					info->attrs[NICBOND_A_PROGRAM_MASTER],
					info->extack);
	err = PTR_ERR_OR_ZERO(master);
	if (!err) {
		err = nicbond_program_set(master, prog);
		if (!err)
			nicbond_master_tell(master);
		else
			GENL_SET_ERR_MSG(info, "An adaptor refused the program, so none has it");
	}
	rtnl_unlock();
	nicbond_program_put(prog);

	return err;
}

static const struct nla_policy
nicbond_netlink_adaptor_policy[NICBOND_A_ADAPTOR_MAX + 1] = {
	[NICBOND_A_ADAPTOR_MASTER] = { .type = NLA_U32 },
	[NICBOND_A_ADAPTOR_IFINDEX] = { .type = NLA_U32 },
};

static const struct nla_policy
nicbond_netlink_registers_policy[NICBOND_A_REGISTERS_MAX + 1] = {
	[NICBOND_A_REGISTERS_IFINDEX] = { .type = NLA_U32 },
	[NICBOND_A_REGISTERS_OFFSET] = { .type = NLA_U32 },
	[NICBOND_A_REGISTERS_COUNT] = { .type = NLA_U32 },
};

static const struct nla_policy
nicbond_netlink_table_policy[NICBOND_A_TABLE_MAX + 1] = {
	[NICBOND_A_TABLE_IFINDEX] = { .type = NLA_U32 },
};

static const struct nla_policy
nicbond_netlink_channel_policy[NICBOND_A_CHANNEL_MAX + 1] = {
	[NICBOND_A_CHANNEL_MASTER] = { .type = NLA_U32 },
};

static const struct nla_policy
nicbond_netlink_which_policy[NICBOND_A_WHICH_MAX + 1] = {
	[NICBOND_A_WHICH_MASTER] = { .type = NLA_U32 },
	[NICBOND_A_WHICH_DESTINATION] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[NICBOND_A_WHICH_D_ID] = NLA_POLICY_MASK(NLA_U32, 0xffffff),
	[NICBOND_A_WHICH_FRAME] = NLA_POLICY_RANGE(NLA_BINARY, ETH_HLEN,
						   NICBOND_NETLINK_FRAME_MAX),
};

static const struct nla_policy
nicbond_netlink_program_policy[NICBOND_A_PROGRAM_MAX + 1] = {
	[NICBOND_A_PROGRAM_MASTER] = { .type = NLA_U32 },
	[NICBOND_A_PROGRAM_FD] = NLA_POLICY_MIN(NLA_S32, 0),
};

#define NICBOND_NETLINK_POLICY(noun)			\
	.policy = nicbond_netlink_##noun##_policy,	\
	.maxattr = ARRAY_SIZE(nicbond_netlink_##noun##_policy) - 1

/* The hash key is a register; and who may ask about any packet could guess it. */
static const struct genl_ops nicbond_netlink_ops[] = {
	{
		.cmd	= NICBOND_CMD_ADAPTOR_GET,
		.doit	= nicbond_inspect_adaptor,
		.dumpit	= nicbond_inspect_adaptors,
		NICBOND_NETLINK_POLICY(adaptor),
	}, {
		.cmd	= NICBOND_CMD_REGISTERS_GET,
		.doit	= nicbond_inspect_registers,
		.flags	= GENL_UNS_ADMIN_PERM,
		NICBOND_NETLINK_POLICY(registers),
	}, {
		.cmd	= NICBOND_CMD_TABLE_GET,
		.doit	= nicbond_inspect_table,
		NICBOND_NETLINK_POLICY(table),
	}, {
		.cmd	= NICBOND_CMD_CHANNEL_GET,
		.dumpit	= nicbond_inspect_channels,
		NICBOND_NETLINK_POLICY(channel),
	}, {
		.cmd	= NICBOND_CMD_WHICH,
		.doit	= nicbond_netlink_which,
		.flags	= GENL_UNS_ADMIN_PERM,
		NICBOND_NETLINK_POLICY(which),
	}, {
		.cmd	= NICBOND_CMD_PROGRAM_SET,
		.doit	= nicbond_netlink_program,
		.flags	= GENL_UNS_ADMIN_PERM,
		NICBOND_NETLINK_POLICY(program),
	},
};

static const struct genl_multicast_group nicbond_netlink_groups[] = {
	{ .name = NICBOND_MCGRP_EVENTS },
};

struct genl_family nicbond_netlink_family __ro_after_init = {
	.name		= NICBOND_FAMILY_NAME,
	.version	= NICBOND_FAMILY_VERSION,
	.module		= THIS_MODULE,
	.netnsok	= true,
	.parallel_ops	= true,
	.ops		= nicbond_netlink_ops,
	.n_ops		= ARRAY_SIZE(nicbond_netlink_ops),
	.resv_start_op	= __NICBOND_CMD_MAX,
	.mcgrps		= nicbond_netlink_groups,
	.n_mcgrps	= ARRAY_SIZE(nicbond_netlink_groups),
};

/* An event of @master, begun; NULL: nobody listens, or there is no memory. */
static struct sk_buff *nicbond_netlink_begin(const struct nicbond_master *master,
					     u8 cmd, void **header)
{
	struct net *net = dev_net(master->dev);
	struct sk_buff *skb;

	if (!genl_has_listeners(&nicbond_netlink_family, net, 0))
		return NULL;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb) {
		genl_set_err(&nicbond_netlink_family, net, 0, 0, -ENOBUFS);
		return NULL;
	}
	*header = genlmsg_put(skb, 0, 0, &nicbond_netlink_family, 0, cmd);
	nla_put_u32(skb, NICBOND_A_EVENT_MASTER, master->dev->ifindex);

	return skb;
}

static void nicbond_netlink_send(const struct nicbond_master *master,
				 struct sk_buff *skb, void *header)
{
	genlmsg_end(skb, header);
	genlmsg_multicast_netns(&nicbond_netlink_family, dev_net(master->dev),
				skb, 0, 0, GFP_KERNEL);
}

#define NICBOND_CAUSE_NAME(ID, name, text)	name,
const char *nicbond_cause_name(enum nicbond_cause cause)
{
	static const char * const names[] = {
		NICBOND_CAUSES(NICBOND_CAUSE_NAME)
	};

	return names[cause];
}

void nicbond_netlink_role(struct nicbond_master *master,
			  const struct nicbond_role_change *change)
{
	struct sk_buff *skb;
	void *header;

	/* All fits: it is as long as it can be. */
	skb = nicbond_netlink_begin(master, NICBOND_CMD_ROLE_NTF, &header);
	if (!skb)
		return;
	if (change->old)
		nla_put_u32(skb, NICBOND_A_EVENT_OLD, change->old->dev->ifindex);
	if (change->new)
		nla_put_u32(skb, NICBOND_A_EVENT_NEW, change->new->dev->ifindex);
	nla_put_u32(skb, NICBOND_A_EVENT_EPOCH, master->epoch);
	nla_put_string(skb, NICBOND_A_EVENT_CAUSE,
		       nicbond_cause_name(change->cause));
	nla_put_u64_64bit(skb, NICBOND_A_EVENT_DURATION_US, change->duration_us,
			  NICBOND_A_EVENT_PAD);
	nla_put_u64_64bit(skb, NICBOND_A_EVENT_EFFECT_NS, change->effect_ns,
			  NICBOND_A_EVENT_PAD);
	nicbond_netlink_send(master, skb, header);
}

/* An event of @member, begun likewise. */
static struct sk_buff *
nicbond_netlink_begin_member(const struct nicbond_member *member,
			     enum nicbond_member_event what, void **header)
{
	struct sk_buff *skb;

	skb = nicbond_netlink_begin(member->master, NICBOND_CMD_MEMBER_NTF,
				    header);
	if (!skb)
		return NULL;
	nla_put_u32(skb, NICBOND_A_EVENT_IFINDEX, member->dev->ifindex);
	nla_put_u32(skb, NICBOND_A_EVENT_SLOT, member->slot);
	nla_put_u32(skb, NICBOND_A_EVENT_WHAT, what);

	return skb;
}

void nicbond_netlink_event(const struct nicbond_member *member,
			   enum nicbond_member_event what,
			   enum nicbond_cause cause)
{
	struct sk_buff *skb;
	void *header;

	skb = nicbond_netlink_begin_member(member, what, &header);
	if (!skb)
		return;
	nla_put_string(skb, NICBOND_A_EVENT_CAUSE, nicbond_cause_name(cause));
	nicbond_netlink_send(member->master, skb, header);
}

void nicbond_netlink_dropping(const struct nicbond_member *member, u64 drops)
{
	struct sk_buff *skb;
	void *header;

	skb = nicbond_netlink_begin_member(member, NICBOND_MEMBER_EVENT_DROPPING,
					   &header);
	if (!skb)
		return;
	nla_put_u64_64bit(skb, NICBOND_A_EVENT_DROPS, drops,
			  NICBOND_A_EVENT_PAD);
	nicbond_netlink_send(member->master, skb, header);
}
