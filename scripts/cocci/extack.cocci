// SPDX-License-Identifier: GPL-2.0
/// Who is given an extack, and refuses with an error of his own, says why. ENOMEM says it
/// itself; what another function returned, that one has explained.

// Files: drivers/net/nicbond/host/*.[ch] samples/nicsim/*.[ch]

virtual report

@explained@
position p;
constant C;
expression E;
@@
\(NL_SET_ERR_MSG\|NL_SET_ERR_MSG_MOD\|NL_SET_ERR_MSG_ATTR\|NL_SET_ERR_MSG_FMT\|GENL_SET_ERR_MSG\)(E, ...);
...
return -C@p;

@r@
identifier f, extack;
constant C != ENOMEM;
position p != explained.p;
@@
f(..., struct netlink_ext_ack *extack, ...)
{
<+...
return -C@p;
...+>
}

@script:python depends on report@
p << r.p;
@@
coccilib.report.print_report(p[0], "refused without a word in extack")
