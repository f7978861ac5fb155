// SPDX-License-Identifier: GPL-2.0
/// What is read under rcu_read_lock() is dereferenced as such, and what is read with BH
/// disabled likewise: lockdep says so, but only of what has run.

virtual report

@plain@
position p;
expression E;
@@
rcu_read_lock();
... when != rcu_read_unlock()
    when != rcu_read_lock_bh()
    when != local_bh_disable()
rcu_dereference_bh@p(E)
... when any
rcu_read_unlock();

@bh@
position p;
expression E;
@@
rcu_read_lock_bh();
... when != rcu_read_unlock_bh()
    when != rcu_read_lock()
rcu_dereference@p(E)
... when any
rcu_read_unlock_bh();

@script:python depends on report@
p << plain.p;
@@
coccilib.report.print_report(p[0], "rcu_dereference_bh() under rcu_read_lock()")

@script:python depends on report@
p << bh.p;
@@
coccilib.report.print_report(p[0], "rcu_dereference() under rcu_read_lock_bh()")
