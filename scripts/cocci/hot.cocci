// SPDX-License-Identifier: GPL-2.0
/// What every packet runs through takes no lock of its own, allocates nothing, waits for
/// nobody and logs nothing. A qdisc's lock is not ours: who passes a queue by has to take it.
// Files: drivers/net/nicbond/fw/handover.c drivers/net/nicbond/fw/direct.[ch]
// Files: drivers/net/nicbond/fw/burst.[ch] drivers/net/nicbond/fw/usual.h
// Files: drivers/net/nicbond/fw/port.[ch] drivers/net/nicbond/fw/hash.[ch]
// Files: drivers/net/nicbond/fw/counters.h drivers/net/nicbond/host/receive.c

virtual report

@ours@
position p;
expression qdisc;
@@
\(spin_lock@p\|spin_trylock@p\|spin_unlock@p\)(qdisc_lock(qdisc))

@lock@
position p != ours.p;
@@
\(spin_lock@p\|spin_lock_bh@p\|spin_lock_irq@p\|spin_lock_irqsave@p\|spin_trylock@p\|
read_lock@p\|write_lock@p\|read_lock_bh@p\|write_lock_bh@p\|mutex_lock@p\|mutex_trylock@p\|
rtnl_lock@p\|rtnl_trylock@p\|synchronize_net@p\|synchronize_rcu@p\|might_sleep@p\|msleep@p\)(...)

@memory@
position p;
@@
\(kmalloc@p\|kzalloc@p\|kcalloc@p\|kmalloc_array@p\|kmemdup@p\|kvmalloc@p\|kvzalloc@p\|
kzalloc_obj@p\|kmalloc_obj@p\|kmem_cache_alloc@p\|alloc_skb@p\|dev_alloc_skb@p\|netdev_alloc_skb@p\|
skb_clone@p\|skb_copy@p\|pskb_copy@p\|pskb_expand_head@p\|skb_linearize@p\|skb_unshare@p\)(...)

@log@
position p;
@@
\(printk@p\|pr_err@p\|pr_warn@p\|pr_info@p\|netdev_err@p\|netdev_warn@p\|netdev_info@p\|
netdev_notice@p\|net_ratelimit@p\)(...)

@script:python depends on report@
p << lock.p;
@@
coccilib.report.print_report(p[0], "a packet waits for a lock, or for others")

@script:python depends on report@
p << memory.p;
@@
coccilib.report.print_report(p[0], "a packet waits for memory")

@script:python depends on report@
p << log.p;
@@
coccilib.report.print_report(p[0], "a line for each packet")
