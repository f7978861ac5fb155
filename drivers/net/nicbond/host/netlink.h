/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_NETLINK_H
#define _NICBOND_HOST_NETLINK_H

#include <net/genetlink.h>
#include <uapi/linux/nicbond_netlink.h>

#include "master.h"

/* The generic netlink family; Documentation/netlink/specs/nicbond.yaml. */
extern struct genl_family nicbond_netlink_family;

/*
 * The master, or the member, of ifindex @attr in the namespace of @net; else an
 * error, and @extack says why. rtnl.
 */
struct nicbond_master *nicbond_netlink_master(struct net *net,
					      const struct nlattr *attr,
					      struct netlink_ext_ack *extack);
struct nicbond_member *nicbond_netlink_member(struct net *net,
					      const struct nlattr *attr,
					      struct netlink_ext_ack *extack);

/**
 * struct nicbond_role_change - the role of primary moved
 * @old: From whom; NULL: from nobody.
 * @new: To whom; NULL: to nobody.
 * @cause: Why.
 * @effect_ns: From the decision until packets went to @new, in ns.
 * @duration_us: And until @old was demoted, in us.
 */
struct nicbond_role_change {
	const struct nicbond_member *old;
	const struct nicbond_member *new;
	enum nicbond_cause cause;
	u64 effect_ns;
	u64 duration_us;
};

/*
 * What the family's events say: the role moved; something happened to a member. Nothing
 * fails: who listens may lose events for want of memory, and is told. rtnl.
 */
void nicbond_netlink_role(struct nicbond_master *master,
			  const struct nicbond_role_change *change);
void nicbond_netlink_event(const struct nicbond_member *member,
			   enum nicbond_member_event what,
			   enum nicbond_cause cause);

/* The word for it. Any context. */
const char *nicbond_cause_name(enum nicbond_cause cause);

/* Likewise: the member's adaptor dropped @drops packets in about a second. */
void nicbond_netlink_dropping(const struct nicbond_member *member, u64 drops);

/* inspect.c: the family's operations that read. */
int nicbond_inspect_adaptor(struct sk_buff *skb, struct genl_info *info);
int nicbond_inspect_adaptors(struct sk_buff *skb, struct netlink_callback *cb);
int nicbond_inspect_registers(struct sk_buff *skb, struct genl_info *info);
int nicbond_inspect_table(struct sk_buff *skb, struct genl_info *info);
int nicbond_inspect_channels(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* _NICBOND_HOST_NETLINK_H */
