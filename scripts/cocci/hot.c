// SPDX-License-Identifier: GPL-2.0
/* What scripts/cocci/hot.cocci is to find, and what not. Compiled by nobody. */

int planted_locks(struct planted *planted, struct sk_buff *skb)
{
	spin_lock_bh(&planted->lock);	/* found */
	planted->packets++;
	spin_unlock_bh(&planted->lock);
	if (!mutex_trylock(&planted->mutex))	/* found */
		return -EBUSY;
	synchronize_net();	/* found */

	return 0;
}

int planted_qdisc(struct Qdisc *qdisc, struct sk_buff *skb)
{
	if (!spin_trylock(qdisc_lock(qdisc)))
		return -EBUSY;
	spin_unlock(qdisc_lock(qdisc));
	if (!spin_trylock(&qdisc->seqlock))	/* found */
		return -EBUSY;

	return planted_send(skb);
}

int planted_memory(struct planted *planted, struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);	/* found */

	planted->copy = kmalloc(sizeof(*planted), GFP_ATOMIC);	/* found */
	if (!copy)
		netdev_err(planted->dev, "no memory\n");	/* found */

	return planted_send(copy);
}
