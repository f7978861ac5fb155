// SPDX-License-Identifier: GPL-2.0
/* What scripts/cocci/published.cocci is to find, and what not. Compiled by nobody. */

void planted_replaced(struct planted *planted, struct table *table)
{
	struct table *old = rcu_replace_pointer(planted->table, table, true);

	kvfree(old);	/* found */
}

void planted_direct(struct planted *planted)
{
	kfree(rcu_dereference_protected(planted->table, true));	/* found */
}

void planted_assigned(struct planted *planted, struct table *table)
{
	struct table *old = planted_table(planted);

	rcu_assign_pointer(planted->table, table);
	if (old)
		kfree(old);	/* found */
}

void planted_waits(struct planted *planted, struct table *table)
{
	struct table *old;

	old = rcu_replace_pointer(planted->table, table, lockdep_rtnl_is_held());
	synchronize_net();
	kvfree(old);
}

void planted_later(struct planted *planted)
{
	struct table *old = rcu_replace_pointer(planted->table, NULL, true);

	if (old)
		kvfree_rcu(old, rcu);
}

void planted_destroy(struct planted *planted)
{
	kvfree(rcu_dereference_protected(planted->table, true));
	kfree(planted);
}
