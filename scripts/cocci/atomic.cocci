// SPDX-License-Identifier: GPL-2.0
/// The host's control path has time: it asks for memory by GFP_KERNEL. What is received has
/// none, where it is shared.
// Files: drivers/net/nicbond/host/*.[ch]

virtual report

@received@
position p;
@@
skb_share_check(..., GFP_ATOMIC@p)

@r@
position p != received.p;
@@
GFP_ATOMIC@p

@script:python depends on report@
p << r.p;
@@
coccilib.report.print_report(p[0], "GFP_ATOMIC in the control path")
