/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_HEARTBEAT_H
#define _NICBOND_HOST_HEARTBEAT_H

#include "master.h"

/* Watch the members' adaptors as the options say, from now on. rtnl. */
void nicbond_heartbeat_follow(struct nicbond_master *master);

/* A look at all of them. Not beside another. */
void nicbond_heartbeat_check(struct nicbond_master *master);

/* That, time and again: the work of nicbond_master.heartbeat_work. */
void nicbond_heartbeat_watch(struct work_struct *work);

#endif /* _NICBOND_HOST_HEARTBEAT_H */
