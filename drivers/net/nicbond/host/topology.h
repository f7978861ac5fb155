/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_TOPOLOGY_H
#define _NICBOND_HOST_TOPOLOGY_H

#include "master.h"

/*
 * Which MAC address each port has. Where the switches know that the ports are one
 * (static), all have the master's. Where they know nothing, addresses tell the ports
 * apart: the primary has the master's and the others their own (independent), or all
 * their own, of which the primary's is the master's (independent-own).
 */

/* What a device has to have that is about to become a member. rtnl. */
const u8 *nicbond_topology_address(const struct nicbond_member *member);

/* Do the switches know that the ports are one? rtnl. */
bool nicbond_topology_static(const struct nicbond_master *master);

/* Does the member's device have the master's address? rtnl. */
bool nicbond_topology_shares(const struct nicbond_member *member);

/* May the user give the master an address of his choice? 0, or -EBUSY. rtnl. */
int nicbond_topology_check_address(const struct nicbond_master *master);

/*
 * Give all members, and then the master, the addresses that TOPOLOGY says, and tell the
 * adaptors. 0, or what the first device said that refuses, and the master keeps its
 * own, for the caller to take back what he did. rtnl.
 */
int nicbond_topology_apply(struct nicbond_master *master);

/*
 * The role moves to @member: before, its device takes what it has to have as primary,
 * and has to be restored if the role does not move; after, the others give that up, and
 * neighbours and switches are told. rtnl.
 */
void nicbond_topology_prepare(struct nicbond_member *member);
void nicbond_topology_restore(struct nicbond_master *master);
void nicbond_topology_settle(struct nicbond_master *master);

/* Tell a member's adaptor the addresses: 0, or what it said. rtnl. */
int nicbond_topology_program(struct nicbond_member *member);

/* The master has another address, and all adaptors are to know. rtnl. */
void nicbond_topology_tell(struct nicbond_master *master);

#endif /* _NICBOND_HOST_TOPOLOGY_H */
