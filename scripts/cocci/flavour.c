// SPDX-License-Identifier: GPL-2.0
/* What scripts/cocci/flavour.cocci is to find, and what not. Compiled by nobody. */

u32 planted_plain(struct planted *planted)
{
	struct table *table;
	u32 size;

	rcu_read_lock();
	table = rcu_dereference_bh(planted->table);	/* found */
	size = table ? table->size : 0;
	rcu_read_unlock();

	return size;
}

u32 planted_bh(struct planted *planted)
{
	u32 size;

	rcu_read_lock_bh();
	size = rcu_dereference(planted->table)->size;	/* found */
	rcu_read_unlock_bh();

	return size;
}

u32 planted_right(struct planted *planted)
{
	u32 size;

	rcu_read_lock();
	size = rcu_dereference(planted->table)->size;
	rcu_read_unlock();
	rcu_read_lock_bh();
	size += rcu_dereference_bh(planted->table)->size;
	rcu_read_unlock_bh();

	return size;
}
