/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_FAILOVER_H
#define _NICBOND_HOST_FAILOVER_H

#include "master.h"

/*
 * Follow the members' state: tell the adaptors who is up, elect, switch, and
 * set the master's carrier. Idempotent, so every event just calls it. rtnl.
 */
void nicbond_failover_update(struct nicbond_master *master,
			     enum nicbond_cause cause);

/*
 * Make @member primary, or the master without one if NULL. On error the primary
 * is as before. Loses no packet. rtnl.
 */
int nicbond_failover_switch(struct nicbond_master *master,
			    struct nicbond_member *member,
			    enum nicbond_cause cause);

/*
 * As that, because a user asks for @member, NULL: for none of the members; says why
 * not. It stays primary until it fails, or the user says otherwise. rtnl.
 */
int nicbond_failover_ask(struct nicbond_master *master,
			 struct nicbond_member *member,
			 struct netlink_ext_ack *extack);

/* Would that be refused at once? 0, or why, as there. rtnl. */
int nicbond_failover_may(const struct nicbond_member *member,
			 struct netlink_ext_ack *extack);

/* The user asks for whoever is elected. rtnl. */
void nicbond_failover_ask_nobody(struct nicbond_master *master);

/* Tell the member's adaptor the speed of its link. rtnl. */
int nicbond_failover_tell_speed(struct nicbond_member *member);

/* Write a register of the member's adaptor; a refusal is logged, or not, again. rtnl. */
int nicbond_failover_write(struct nicbond_member *member, u32 reg, u32 value);
int nicbond_failover_retry(struct nicbond_member *member, u32 reg, u32 value);

/* The primary, or NULL. rtnl. */
struct nicbond_member *nicbond_failover_primary(struct nicbond_master *master);

/* Does the member's port carry traffic? Any context. */
bool nicbond_failover_live(const struct nicbond_member *member);

/* A member joins with its registers set, or leaves; the others learn. rtnl. */
int nicbond_failover_join(struct nicbond_member *member);
void nicbond_failover_leave(struct nicbond_member *member);

/* nicbond_adaptor.attention, and the work that it schedules; that of delays. */
void nicbond_failover_attention(struct nicbond_adaptor *adaptor);
void nicbond_failover_attention_work(struct work_struct *work);
void nicbond_failover_timer_work(struct work_struct *work);

#endif /* _NICBOND_HOST_FAILOVER_H */
