/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_PROBING_H
#define _NICBOND_HOST_PROBING_H

#include "master.h"

#include <linux/jump_label.h>

/* Some master's adaptors probe, so that members' frames are shown to them. */
DECLARE_STATIC_KEY_FALSE(nicbond_probing);

/*
 * The options, or the members, changed: show the adaptors what comes in, and listen for
 * the answers, if they probe. rtnl.
 */
void nicbond_probing_follow(struct nicbond_master *master);

/* The master goes, or the member does: no more. rtnl. */
void nicbond_probing_stop(struct nicbond_master *master);
void nicbond_probing_leave(struct nicbond_member *member);

#endif /* _NICBOND_HOST_PROBING_H */
