/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_SOURCE_H
#define _NICBOND_FW_SOURCE_H

#include "adaptor.h"

/*
 * Switches that do not take the ports for one learn from each frame at which port its
 * source address is. So each address has to come from one port only: the master's from
 * the primary's, and from the others their own.
 */

/* What frames come through here unchanged, wherever they are sent? The usual case. */
static inline bool nicbond_source_static(const struct nicbond_software *sw)
{
	return READ_ONCE(sw->topology) == NICBOND_TOPOLOGY_STATIC;
}

/*
 * The channel to the only one who may send @skb: the primary, or, while its port is dead,
 * its deputy. NULL: whom the selector chooses. BH disabled.
 */
struct nicbond_channel *nicbond_source_keep(struct nicbond_software *sw,
					    const struct sk_buff *skb);

#endif /* _NICBOND_FW_SOURCE_H */
