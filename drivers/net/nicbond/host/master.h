/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_MASTER_H
#define _NICBOND_HOST_MASTER_H

#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/ratelimit.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <net/nicbond.h>

#include "liveness.h"
#include "option.h"

struct netpoll;

/**
 * struct nicbond_master_stats - a master's packets, on one CPU
 * @rx_packets: Received by any member.
 * @rx_bytes: likewise;
 * @rx_multicast: likewise, not broadcast.
 * @tx_packets: Handed over and taken by the primary.
 * @tx_bytes: likewise.
 * @tx_dropped: Dropped by the adaptors, each with its reason in their counters.
 * @tx_no_primary: Dropped because there is no member.
 * @syncp: Lets a 32-bit reader see whole values.
 * @burst: Who gets the rest of the burst that this CPU is in; NULL: it is in none.
 */
struct nicbond_master_stats {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t rx_multicast;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	u64_stats_t tx_dropped;
	u64_stats_t tx_no_primary;
	struct u64_stats_sync syncp;
	struct nicbond_adaptor *burst;
};

/**
 * struct nicbond_master - a master net device
 * @primary: The adaptor that gets every packet; NULL while there is no member.
 *	Read under RCU by the transmit path, written under rtnl.
 * @stats: Packets that went through the master, per CPU; written with BH
 *	disabled.
 * @dev: The net device; this is its private part.
 * @members: All members, oldest first. Written under rtnl, read under that or
 *	RCU.
 * @slots: Slots that members occupy. rtnl.
 * @member_count: Length of @members. rtnl.
 * @epoch: The last epoch given to an adaptor. rtnl.
 * @fence: The last in which an adaptor did become primary, or nobody. rtnl.
 * @failovers: Times that the primary changed because it had failed. rtnl.
 * @role_writes: Successful writes to ROLE registers. rtnl.
 * @mtu_changing: The MTU of the members is being changed by the master. rtnl.
 * @address_changing: Their addresses are, and who is closed is open again at once. rtnl.
 * @features_changing: The features follow those of a member right now. rtnl.
 * @option: The options, for the registers of each adaptor. Written under rtnl,
 *	read by sysfs without a lock, word by word.
 * @program: What the adaptors run as selector bpf, with a reference; or NULL.
 *	Written under rtnl, read under that or RCU.
 * @xdp_prog: The native XDP program that the members' drivers run, with a reference;
 *	or NULL. rtnl.
 * @untold: Slots whose PEER register some adaptor refused to take; they are told
 *	again with each update. rtnl.
 * @chosen: Who the user made primary, and has not failed since; or NULL. Written under
 *	rtnl, read by others only to tell whether it is NULL.
 * @downs: By cause, how often a member went down. rtnl.
 * @deputy: Who would be primary if that failed, and stands in for it until then; or NULL.
 *	Written under rtnl; who receives compares, and does not follow it.
 * @attention_work: Runs nicbond_failover_update() when an adaptor calls for it.
 * @timer_work: Runs it when a delay of a member is over, or who refused something is to
 *	be asked again.
 * @heartbeat_work: Watches the adaptors' HEARTBEAT;
 * @heartbeat_looked: when it did so last, and that counted, in jiffies;
 * @heartbeat_due: and when it was to, last. Both are its alone.
 * @announcements: How often others are still to be told of the primary. rtnl.
 * @announce_waits: How often that may still wait for what it has to go through. rtnl.
 * @announce_work: Does so.
 * @probing: Its adaptors probe. rtnl.
 * @log: How many lines there may be of members and roles.
 * @waiting: A member is in such a delay. Written under rtnl, read by who calls.
 * @alarm_work: Tells user space of members that drop too much.
 * @debugfs: Its folder there, or an error. rtnl.
 */
struct nicbond_master {
	struct nicbond_adaptor __rcu *primary;
	struct nicbond_master_stats __percpu *stats;
	struct net_device *dev;
	struct list_head members;
	DECLARE_BITMAP(slots, NICBOND_SLOTS);
	unsigned int member_count;
	u32 epoch;
	u32 fence;
	u64 failovers;
	u64 role_writes;
	bool mtu_changing;
	bool address_changing;
	bool features_changing;
	struct nicbond_option_value option[NICBOND_OPTION_COUNT];
	struct bpf_prog __rcu *program;
	struct bpf_prog *xdp_prog;
	DECLARE_BITMAP(untold, NICBOND_SLOTS);
	struct nicbond_member *chosen;
	u64 downs[NICBOND_CAUSE_MAX];
	struct nicbond_member *deputy;
	struct delayed_work attention_work;
	struct delayed_work timer_work;
	struct delayed_work heartbeat_work;
	unsigned long heartbeat_looked;
	unsigned long heartbeat_due;
	u32 announcements;
	u32 announce_waits;
	struct delayed_work announce_work;
	bool probing;
	bool waiting;
	struct ratelimit_state log;
	struct work_struct alarm_work;
	struct dentry *debugfs;
};

/**
 * struct nicbond_member - a net device enslaved to a master
 * @list: In its master's @members. rtnl.
 * @master: Its master; fixed.
 * @dev: The net device; the upper link holds a reference.
 * @adaptor: Its firmware; fixed.
 * @slot: Where @adaptor is plugged in; fixed.
 * @liveness: Whether it takes part. rtnl.
 * @pulse: What @heartbeat_work of the master knows of its HEARTBEAT;
 * @hung: that it stands still. Written by that work, read by others.
 * @listens: The master takes frames for its own address. rtnl.
 * @refused_until: It refused to be primary, and is not asked again until then, in ms of
 *	nicbond_liveness_now(); 0: it did not. rtnl.
 * @told_state: What user space was told last of nicbond_member_state(). rtnl.
 * @unfenced: It refused to take the last FENCE. rtnl.
 * @unprogrammed: It refused to take an option's value back: it may have another. rtnl.
 * @stuck: It is down though its link is good, and what may wait in its queues is to be
 *	dropped, by @timer_work. rtnl.
 * @told_up: The kernel's other parts were told that it is up. rtnl.
 * @option: Its options. Written under rtnl, read by sysfs without a lock.
 * @speed: In Mb/s, or SPEED_UNKNOWN. rtnl.
 * @duplex: DUPLEX_HALF, _FULL or _UNKNOWN. rtnl.
 * @drops: What its adaptor dropped in a second, for @alarm_work; 0: not too much.
 * @netpoll: netpoll's use of the device while the master is used by that, or NULL.
 *	Written under rtnl, read under RCU by the transmit path.
 * @debugfs: Its folder there, or an error. rtnl.
 * @saved_mtu: What the device had before it was enslaved, restored at release;
 * @saved_addr: likewise;
 * @saved_addr_type: likewise, where that address came from (NET_ADDR_*);
 * @saved_up: likewise, whether it was up;
 * @own: Its address where topology is not static, from which it sends as secondary. rtnl.
 * @heard: The master's, if its device hears that besides its own, or zero. rtnl.
 * @late: Until when it takes what only the primary should get, in jiffies. Written under
 *	rtnl, read by who receives.
 */
struct nicbond_member {
	struct list_head list;
	struct nicbond_master *master;
	struct net_device *dev;
	struct nicbond_adaptor *adaptor;
	unsigned int slot;
	struct nicbond_liveness liveness;
	struct nicbond_pulse pulse;
	bool hung;
	bool listens;
	u64 refused_until;
	enum nicbond_member_state told_state;
	bool unfenced;
	bool unprogrammed;
	bool stuck;
	bool told_up;
	u32 option[NICBOND_MEMBER_OPTION_COUNT];
	u32 speed;
	u8 duplex;
	atomic64_t drops;
	struct netpoll __rcu *netpoll;
	struct dentry *debugfs;
	unsigned int saved_mtu;
	u8 saved_addr[MAX_ADDR_LEN];
	u8 saved_addr_type;
	bool saved_up;
	u8 own[ETH_ALEN] __aligned(2);
	u8 heard[ETH_ALEN] __aligned(2);
	u64 late;
};

/*
 * What a new master starts with: the module parameters. @key_set: with that key,
 * else each with a random one.
 */
struct nicbond_defaults {
	struct nicbond_option_value option[NICBOND_OPTION_COUNT];
	bool key_set;
};

extern struct nicbond_defaults nicbond_defaults;

#define nicbond_for_each_member(master, member)	\
	list_for_each_entry(member, &(master)->members, list)

bool nicbond_is_master(const struct net_device *dev);

/*
 * May the log have another line that somebody causes by writing to a file of @dev? There is
 * one log for all: who is root of a user namespace of his own does not fill it. Any context.
 */
bool nicbond_may_log(const struct net_device *dev);

/* What a new master's net device is; rtnl_link_ops.setup. */
void nicbond_master_setup(struct net_device *dev);

/* member.c: ndo_add_slave, ndo_del_slave. rtnl. */
int nicbond_member_add(struct net_device *dev, struct net_device *member_dev,
		       struct netlink_ext_ack *extack);
int nicbond_member_del(struct net_device *dev, struct net_device *member_dev);

/* Release @member; @unregister: on behalf of NETDEV_UNREGISTER. rtnl. */
void nicbond_member_release(struct nicbond_member *member, bool unregister);

/* The member that @dev is, or NULL. rtnl. */
struct nicbond_member *nicbond_member_of(struct net_device *dev);

/* Give a member another address, taking it down and up if it must. rtnl. */
int nicbond_member_set_addr(struct nicbond_member *member, const u8 *addr,
			    struct netlink_ext_ack *extack);

/* A whole value of 64 bits, whose low word is at @reg; any context. */
u64 nicbond_member_read64(const struct nicbond_member *member, u32 reg);

/* Value of the adaptor's counter; any context. */
u64 nicbond_member_counter(const struct nicbond_member *member,
			   enum nicbond_counter id);

/* Ask the driver for the speed. rtnl and the device's instance lock. */
void nicbond_member_refresh_speed(struct nicbond_member *member);

/* The member whose device has @ifindex, or NULL. rtnl. */
struct nicbond_member *nicbond_master_find(struct nicbond_master *master,
					   int ifindex);

/* What IFLA_NICBOND_MEMBER_STATE says; any context. */
enum nicbond_member_state
nicbond_member_state(const struct nicbond_member *member);

/* Tell user space that something of the master changed. rtnl. */
void nicbond_master_tell(struct nicbond_master *master);

/* Features of the master follow those of its members. rtnl. */
void nicbond_master_compute_features(struct nicbond_master *master);

/*
 * No CPU has the rest of a burst for @adaptor any more. A grace period after it was primary;
 * rtnl. True: some CPU had, and may just be putting it there once more, until a grace period
 * after this.
 */
bool nicbond_master_forget(struct nicbond_master *master,
			   struct nicbond_adaptor *adaptor);

/* A statistic, by IFLA_NICBOND_XSTATS_*. rtnl. */
u64 nicbond_master_xstat(const struct nicbond_master *master,
			 unsigned int attribute);

/* receive.c: rx handler of members. RCU. */
rx_handler_result_t nicbond_receive(struct sk_buff **pskb);

/* ethtool.c, sysfs.c, notifier.c */
extern const struct ethtool_ops nicbond_ethtool_ops;
extern const struct attribute_group nicbond_master_group;
extern const struct attribute_group nicbond_member_group;
extern struct notifier_block nicbond_notifier;

#endif /* _NICBOND_HOST_MASTER_H */
