// SPDX-License-Identifier: GPL-2.0
/// Nobody sleeps in an RCU section, or while he holds a spin lock: not for memory, a mutex,
/// rtnl, a grace period, or the end of some work.

virtual report

@section_memory exists@
position p;
@@
\(rcu_read_lock\|rcu_read_lock_bh\)();
... when != rcu_read_unlock()
    when != rcu_read_unlock_bh()
GFP_KERNEL@p

@section_waits exists@
position p;
@@
\(rcu_read_lock\|rcu_read_lock_bh\)();
... when != rcu_read_unlock()
    when != rcu_read_unlock_bh()
\(mutex_lock@p\|rtnl_lock@p\|synchronize_net@p\|synchronize_rcu@p\|cancel_work_sync@p\|
cancel_delayed_work_sync@p\|flush_work@p\|msleep@p\|kzalloc_obj@p\|might_sleep@p\)(...)

@spin_memory exists@
position p;
expression E;
@@
\(spin_lock\|spin_lock_bh\)(E);
... when != spin_unlock(E)
    when != spin_unlock_bh(E)
GFP_KERNEL@p

@spin_waits exists@
position p;
expression E;
@@
\(spin_lock\|spin_lock_bh\)(E);
... when != spin_unlock(E)
    when != spin_unlock_bh(E)
\(mutex_lock@p\|rtnl_lock@p\|synchronize_net@p\|synchronize_rcu@p\|cancel_work_sync@p\|
cancel_delayed_work_sync@p\|flush_work@p\|msleep@p\|kzalloc_obj@p\|might_sleep@p\)(...)

@script:python depends on report@
p << section_memory.p;
@@
coccilib.report.print_report(p[0], "may sleep in an RCU section")

@script:python depends on report@
p << section_waits.p;
@@
coccilib.report.print_report(p[0], "may sleep in an RCU section")

@script:python depends on report@
p << spin_memory.p;
@@
coccilib.report.print_report(p[0], "may sleep with a spin lock held")

@script:python depends on report@
p << spin_waits.p;
@@
coccilib.report.print_report(p[0], "may sleep with a spin lock held")
