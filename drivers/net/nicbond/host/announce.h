/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_ANNOUNCE_H
#define _NICBOND_HOST_ANNOUNCE_H

#include "master.h"

/*
 * Another member is primary, or the master has carrier again: tell neighbours and
 * switches, now and as often as peer_notify_count says. rtnl.
 */
void nicbond_announce_start(struct nicbond_master *master);

/* All but the first time: the work of nicbond_master.announce_work. */
void nicbond_announce_work(struct work_struct *work);

#endif /* _NICBOND_HOST_ANNOUNCE_H */
