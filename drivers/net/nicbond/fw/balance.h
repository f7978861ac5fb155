/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_BALANCE_H
#define _NICBOND_FW_BALANCE_H

#include "adaptor.h"

/* The load selector of an adaptor, and its part in others'. */

/* SELECTOR is to be, or was, load; FLOWLETS, likewise: 0 or -ENOMEM. */
int nicbond_balance_enable(struct nicbond_software *sw, unsigned int flowlets);
void nicbond_balance_disable(struct nicbond_software *sw);

/* Who transmits @skb; NULL when no port is live. BH disabled. */
struct nicbond_channel *nicbond_balance_select(struct nicbond_software *sw,
					       const struct sk_buff *skb);

/* The same for @skb of this @hash, @now. */
struct nicbond_channel *nicbond_balance_steer(struct nicbond_software *sw,
					      const struct sk_buff *skb, u32 hash, u32 now);

/*
 * The same for @skb of this @hash, if it does not come: no flow is noted and nothing
 * charged. NULL: it is for the table to say. Likewise.
 */
struct nicbond_channel *nicbond_balance_peek(struct nicbond_software *sw,
					     const struct sk_buff *skb, u32 hash);

/*
 * The adaptor became primary, which the others learn: by whom are the flows sent? Process
 * context.
 */
void nicbond_balance_take_over(struct nicbond_software *sw);

/* The old primary is gone: what moves is this one's to decide. Likewise. */
void nicbond_balance_settle(struct nicbond_software *sw);

/* Slot @primary became primary. Likewise. */
void nicbond_balance_report_to(struct nicbond_software *sw, unsigned int primary);

/* Messages: ASK, FLOWLETS; LOAD. */
void nicbond_balance_answer(struct nicbond_software *sw, unsigned int slot);
void nicbond_balance_learn(struct nicbond_software *sw,
			   const struct nicbond_message *message);
void nicbond_balance_report(struct nicbond_software *sw,
			    const struct nicbond_message *message);

/* nicbond_software.report: read the meter, and tell the primary. */
void nicbond_balance_measure(struct work_struct *work);

#endif /* _NICBOND_FW_BALANCE_H */
