// SPDX-License-Identifier: GPL-2.0
/* What scripts/cocci/atomic.cocci is to find, and what not. Compiled by nobody. */

int planted_atomic(struct planted *planted, struct sk_buff *skb)
{
	skb = skb_share_check(skb, GFP_ATOMIC);
	planted->memory = kzalloc(sizeof(*planted->memory), GFP_ATOMIC);	/* found */
	planted->answer = nlmsg_new(64, GFP_ATOMIC);	/* found */
	planted->other = kzalloc(sizeof(*planted->other), GFP_KERNEL);

	return 0;
}
