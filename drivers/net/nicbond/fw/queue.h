/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_QUEUE_H
#define _NICBOND_FW_QUEUE_H

#include "adaptor.h"

/*
 * The host's transmit queues: a packet that was put into one other than 0 is for the
 * adaptor whose PEER register names that queue, if that says it is up and its port is
 * live; of several the one with the lowest slot. NULL: there is none, and the selector
 * chooses. BH disabled.
 */
struct nicbond_channel *nicbond_queue_select(struct nicbond_software *sw,
					     const struct sk_buff *skb);

/* Does any PEER register name a queue? Process context, serialized as writes. */
bool nicbond_queue_given(const struct nicbond_software *sw);

#endif /* _NICBOND_FW_QUEUE_H */
