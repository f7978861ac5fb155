// SPDX-License-Identifier: GPL-2.0
/* What scripts/cocci/sleep.cocci is to find, and what not. Compiled by nobody. */

int planted_section(struct planted *planted)
{
	rcu_read_lock();
	planted->memory = kmalloc(64, GFP_KERNEL);	/* found */
	rcu_read_unlock();
	planted->more = kmalloc(64, GFP_KERNEL);
	rcu_read_lock_bh();
	if (planted->more)
		cancel_delayed_work_sync(&planted->work);	/* found */
	rcu_read_unlock_bh();
	synchronize_net();

	return 0;
}

int planted_spin(struct planted *planted)
{
	spin_lock_bh(&planted->lock);
	if (planted->closed) {
		spin_unlock_bh(&planted->lock);
		mutex_lock(&planted->mutex);
		return 0;
	}
	planted->table = kzalloc_obj(*planted->table);	/* found */
	spin_unlock_bh(&planted->lock);
	flush_work(&planted->drain);

	return 0;
}
