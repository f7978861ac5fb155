/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_PEER_H
#define _NICBOND_HOST_PEER_H

#include "master.h"

/*
 * Tell all adaptors what PEER says of the member: 0, or what the first one said that
 * refused; who did is told again by nicbond_peer_tell_again(). rtnl.
 */
int nicbond_peer_tell(struct nicbond_member *member);

/* Tell all but the member's own that it is gone. rtnl. */
void nicbond_peer_forget(struct nicbond_member *member);

/* Tell the member's adaptor of all others: 0, or what it said. rtnl. */
int nicbond_peer_introduce(struct nicbond_member *member);

/* What was refused before; true while something still is. rtnl. */
bool nicbond_peer_tell_again(struct nicbond_master *master);

/* Plug the channels between @member and all others; or none of the others' ends. rtnl. */
int nicbond_peer_connect(struct nicbond_member *member);

/* Unplug the others' ends of the channels to @member. rtnl. */
void nicbond_peer_disconnect(struct nicbond_member *member);

#endif /* _NICBOND_HOST_PEER_H */
