// SPDX-License-Identifier: GPL-2.0
/// What readers could get by RCU is not freed before a grace period. Who destroys an adaptor
/// is called after the last one: *_destroy() is not looked at.

virtual report

@late@
identifier f =~ "_destroy$";
position p;
@@
f(...)
{
<+...
\(kfree@p\|kvfree@p\)(...)
...+>
}

@replaced exists@
expression old, P;
position p != late.p;
@@
(
old = rcu_replace_pointer(P, ...)
|
old = rcu_dereference_protected(P, ...)
|
old = rtnl_dereference(P)
)
... when != synchronize_net()
    when != synchronize_rcu()
    when != old = ...
\(kfree@p\|kvfree@p\)(old)

@direct@
expression P;
position p != late.p;
@@
\(kfree@p\|kvfree@p\)(\(rcu_dereference_protected\|rtnl_dereference\|rcu_replace_pointer\)(P, ...))

@assigned exists@
expression P, new, old;
position p != late.p;
@@
rcu_assign_pointer(P, new);
... when != synchronize_net()
    when != synchronize_rcu()
    when != new = ...
(
\(kfree\|kvfree\)(new)
|
\(kfree@p\|kvfree@p\)(old)
)

@script:python depends on report@
p << replaced.p;
@@
coccilib.report.print_report(p[0], "freed while RCU readers may have it")

@script:python depends on report@
p << direct.p;
@@
coccilib.report.print_report(p[0], "freed while RCU readers may have it")

@script:python depends on report@
p << assigned.p;
@@
coccilib.report.print_report(p[0], "freed right after another was published")
