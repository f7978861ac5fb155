/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_FAILOVER_H
#define _NICBOND_HOST_FAILOVER_H

#include "master.h"

/*
 * Follow the members' state: tell the adaptors who is up, elect, switch, and
 * set the master's carrier. Idempotent, so every event just calls it. rtnl.
 */
void nicbond_failover_update(struct nicbond_master *master, const char *cause);

/*
 * Make @member primary, or the master without one if NULL. On error the primary
 * is as before. Loses no packet. rtnl.
 */
int nicbond_failover_switch(struct nicbond_master *master,
			    struct nicbond_member *member, const char *cause);

/* Give the member another share of the balanced traffic, 0 to 255. rtnl. */
int nicbond_failover_set_weight(struct nicbond_member *member, u8 weight);

/* Tell the member's adaptor the speed of its link. rtnl. */
int nicbond_failover_tell_speed(struct nicbond_member *member);

/* Write a register of the member's adaptor; a refusal is logged. rtnl. */
int nicbond_failover_write(struct nicbond_member *member, u32 reg, u32 value);

/* The primary, or NULL. rtnl. */
struct nicbond_member *nicbond_failover_primary(struct nicbond_master *master);

/* Does the member's port carry traffic? Any context. */
bool nicbond_failover_live(const struct nicbond_member *member);

/* A member joins with its registers set, or leaves; the others learn. rtnl. */
int nicbond_failover_join(struct nicbond_member *member);
void nicbond_failover_leave(struct nicbond_member *member);

/* nicbond_adaptor.attention, and the work that it schedules. */
void nicbond_failover_attention(struct nicbond_adaptor *adaptor);
void nicbond_failover_work(struct work_struct *work);

#endif /* _NICBOND_HOST_FAILOVER_H */
