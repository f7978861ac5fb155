/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_BACKLOG_H
#define _NICBOND_HOST_BACKLOG_H

#include "master.h"

/*
 * Drop what waits in the queues of @member, whose link is good but who is dead, and count
 * it as its device's tx_dropped. It would wait until that is mended, and who sent it, too:
 * TCP sends nothing anew of which the host still holds the first copy. Only when others
 * were told that it is down. False: memory ran out, nothing was dropped. May sleep; rtnl, and
 * no device's own lock.
 */
bool nicbond_backlog_drop(struct nicbond_member *member);

#endif /* _NICBOND_HOST_BACKLOG_H */
