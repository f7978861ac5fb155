/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_TOPOLOGY_H
#define _NICBOND_HOST_TOPOLOGY_H

#include "master.h"

/*
 * From which MAC address each port sends. Where the switches know that the ports are one
 * (static), all have the master's. Where they know nothing, addresses tell the ports
 * apart: the primary sends from the master's and the others from their own (independent),
 * or all from their own, of which the primary's is the master's (independent-own). All
 * have their own then, and hear the master's.
 */

/* What a device has to have that is about to become a member. rtnl. */
const u8 *nicbond_topology_address(struct nicbond_member *member);

/* Do the switches know that the ports are one? Any context. */
bool nicbond_topology_static(const struct nicbond_master *master);

/* May the user give the master an address of his choice? 0, or -EBUSY. rtnl. */
int nicbond_topology_check_address(const struct nicbond_master *master);

/*
 * Give all members, and then the master, the addresses that TOPOLOGY says, and tell the
 * adaptors. 0, or what the first device said that refuses, and the master keeps its
 * own, for the caller to take back what he did. Then who is up is to be looked at, as some
 * may have been closed for that. rtnl.
 */
int nicbond_topology_apply(struct nicbond_master *master);

/*
 * The role moves: before that, @old goes on taking for a while what switches that have
 * not heard of it still send there; after, the master has its primary's own address, with
 * independent-own. rtnl.
 */
void nicbond_topology_prepare(struct nicbond_member *old);
void nicbond_topology_follow(struct nicbond_master *master);

/* Tell a member's adaptor the addresses: 0, or what it said. rtnl. */
int nicbond_topology_program(struct nicbond_member *member);

/*
 * Give its device the address that it has to have, and have it hear the master's: 0, or what
 * it said. Only the latter, as it has another address: 0, or -ENOMEM. rtnl.
 */
int nicbond_topology_set(struct nicbond_member *member);
int nicbond_topology_listen(struct nicbond_member *member);

/* Its device hears nobody else's address any more. rtnl. */
void nicbond_topology_forget(struct nicbond_member *member);

/* The master has another address, and all adaptors are to know. rtnl. */
void nicbond_topology_tell(struct nicbond_master *master);

#endif /* _NICBOND_HOST_TOPOLOGY_H */
