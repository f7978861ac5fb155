/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints of the host driver: members, the primary, packets that have none. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nicbond

#if !defined(_NICBOND_HOST_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NICBOND_HOST_TRACE_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

/* The primary changed; NULL, or none: there is none. @us: how long that took. */
TRACE_EVENT(nicbond_role,
	TP_PROTO(const struct net_device *master, const struct net_device *old,
		 const struct net_device *new, u32 epoch, const char *cause,
		 s64 us),
	TP_ARGS(master, old, new, epoch, cause, us),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__array(char, old, IFNAMSIZ)
		__array(char, new, IFNAMSIZ)
		__field(u32, epoch)
		__array(char, cause, 32)
		__field(s64, us)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		strscpy(__entry->old, old ? old->name : "none", IFNAMSIZ);
		strscpy(__entry->new, new ? new->name : "none", IFNAMSIZ);
		__entry->epoch = epoch;
		strscpy(__entry->cause, cause, sizeof(__entry->cause));
		__entry->us = us;
	),
	TP_printk("master=%s old=%s new=%s epoch=%u cause=\"%s\" us=%lld",
		  __entry->master, __entry->old, __entry->new, __entry->epoch,
		  __entry->cause, __entry->us)
);

/* A member joined, left, went up or down. */
TRACE_EVENT(nicbond_member,
	TP_PROTO(const struct net_device *master,
		 const struct net_device *member, unsigned int slot, bool up,
		 const char *change),
	TP_ARGS(master, member, slot, up, change),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__array(char, member, IFNAMSIZ)
		__field(int, ifindex)
		__field(u8, slot)
		__field(bool, up)
		__array(char, change, 8)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		strscpy(__entry->member, member->name, IFNAMSIZ);
		__entry->ifindex = member->ifindex;
		__entry->slot = slot;
		__entry->up = up;
		strscpy(__entry->change, change, sizeof(__entry->change));
	),
	TP_printk("master=%s member=%s ifindex=%d slot=%u change=%s up=%d",
		  __entry->master, __entry->member, __entry->ifindex,
		  __entry->slot, __entry->change, __entry->up)
);

/* A packet that no adaptor was handed, as there is no primary. */
TRACE_EVENT(nicbond_drop,
	TP_PROTO(const struct net_device *master, const struct sk_buff *skb),
	TP_ARGS(master, skb),
	TP_STRUCT__entry(
		__array(char, master, IFNAMSIZ)
		__field(const void *, skbaddr)
		__field(unsigned int, len)
	),
	TP_fast_assign(
		strscpy(__entry->master, master->name, IFNAMSIZ);
		__entry->skbaddr = skb;
		__entry->len = skb->len;
	),
	TP_printk("master=%s reason=drop_no_member skbaddr=%p len=%u",
		  __entry->master, __entry->skbaddr, __entry->len)
);

#endif /* _NICBOND_HOST_TRACE_H */

/* The Makefile says where. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
