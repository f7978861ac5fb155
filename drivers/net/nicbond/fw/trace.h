/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the firmware: which way a packet goes, where it ends, who has the
 * role. The host has its own; each side's see only that side's structs.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nicbond_fw

#if !defined(_NICBOND_FW_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NICBOND_FW_TRACE_H

#include "adaptor.h"

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

TRACE_DEFINE_ENUM(NICBOND_ROLE_SECONDARY);
TRACE_DEFINE_ENUM(NICBOND_ROLE_PRIMARY);
TRACE_DEFINE_ENUM(NICBOND_SELECTOR_DST_HASH);
TRACE_DEFINE_ENUM(NICBOND_SELECTOR_LOAD);
TRACE_DEFINE_ENUM(NICBOND_SELECTOR_BPF);

#define NICBOND_TRACE_ENUM(id, name, text)				\
	TRACE_DEFINE_ENUM(NICBOND_COUNTER_##id);
NICBOND_COUNTERS(NICBOND_TRACE_ENUM)
TRACE_DEFINE_ENUM(NICBOND_COUNTER_MAX);

/* A row of its own ends the list, since each of these has a comma behind it. */
#define NICBOND_TRACE_COUNTER(id, name, text)				\
	{ NICBOND_COUNTER_##id, name },
#define nicbond_trace_counter(counter)					\
	__print_symbolic(counter,					\
			 NICBOND_COUNTERS(NICBOND_TRACE_COUNTER)	\
			 { NICBOND_COUNTER_MAX, "none" })

#define nicbond_trace_role(role)					\
	__print_symbolic(role,						\
			 { NICBOND_ROLE_SECONDARY, "secondary" },	\
			 { NICBOND_ROLE_PRIMARY, "primary" })

#define nicbond_trace_selector(selector)				\
	__print_symbolic(selector,					\
			 { NICBOND_SELECTOR_DST_HASH, "dst-hash" },	\
			 { NICBOND_SELECTOR_LOAD, "load" },		\
			 { NICBOND_SELECTOR_BPF, "bpf" })

/* The adaptor that an event is of. */
#define NICBOND_TRACE_ADAPTOR						\
	__array(char, port, IFNAMSIZ)					\
	__field(int, ifindex)						\
	__field(u8, slot)

#define NICBOND_TRACE_ADAPTOR_ASSIGN(sw)				\
	do {								\
		const struct nicbond_adaptor *adaptor = &(sw)->adaptor;	\
									\
		strscpy(__entry->port, adaptor->port->name, IFNAMSIZ);	\
		__entry->ifindex = adaptor->port->ifindex;		\
		__entry->slot = adaptor->slot;				\
	} while (0)

#define NICBOND_TRACE_ADAPTOR_FORMAT	"port=%s ifindex=%d slot=%u"
#define NICBOND_TRACE_ADAPTOR_VALUES					\
	__entry->port, __entry->ifindex, __entry->slot

/* The packet; skb:kfree_skb and the like know it by the same address. */
#define NICBOND_TRACE_PACKET						\
	__field(const void *, skbaddr)					\
	__field(unsigned int, len)

#define NICBOND_TRACE_PACKET_ASSIGN(skb)				\
	do {								\
		__entry->skbaddr = skb;					\
		__entry->len = (skb) ? (skb)->len : 0;			\
	} while (0)

#define NICBOND_TRACE_PACKET_FORMAT	"skbaddr=%p len=%u"
#define NICBOND_TRACE_PACKET_VALUES	__entry->skbaddr, __entry->len

/* The primary chose who transmits a packet; NULL, or to -1: no port is live. */
TRACE_EVENT(nicbond_fw_select,
	TP_PROTO(const struct nicbond_software *sw,
		 const struct nicbond_channel *chosen,
		 const struct sk_buff *skb),
	TP_ARGS(sw, chosen, skb),
	TP_STRUCT__entry(
		NICBOND_TRACE_ADAPTOR
		NICBOND_TRACE_PACKET
		__field(int, to)
		__field(u8, selector)
	),
	TP_fast_assign(
		NICBOND_TRACE_ADAPTOR_ASSIGN(sw);
		NICBOND_TRACE_PACKET_ASSIGN(skb);
		__entry->to = chosen ? chosen->to->slot : -1;
		__entry->selector = READ_ONCE(sw->selector);
	),
	TP_printk(NICBOND_TRACE_ADAPTOR_FORMAT " to=%d selector=%s "
		  NICBOND_TRACE_PACKET_FORMAT,
		  NICBOND_TRACE_ADAPTOR_VALUES, __entry->to,
		  nicbond_trace_selector(__entry->selector),
		  NICBOND_TRACE_PACKET_VALUES)
);

/* One adaptor gives a packet to another: counted as forwarded. */
TRACE_EVENT(nicbond_fw_forward,
	TP_PROTO(const struct nicbond_channel *channel, bool ring,
		 const struct sk_buff *skb),
	TP_ARGS(channel, ring, skb),
	TP_STRUCT__entry(
		NICBOND_TRACE_ADAPTOR
		NICBOND_TRACE_PACKET
		__field(u8, to)
		__field(bool, ring)
	),
	TP_fast_assign(
		NICBOND_TRACE_ADAPTOR_ASSIGN(channel->from);
		NICBOND_TRACE_PACKET_ASSIGN(skb);
		__entry->to = channel->to->slot;
		__entry->ring = ring;
	),
	TP_printk(NICBOND_TRACE_ADAPTOR_FORMAT " to=%u by=%s "
		  NICBOND_TRACE_PACKET_FORMAT,
		  NICBOND_TRACE_ADAPTOR_VALUES, __entry->to,
		  __entry->ring ? "ring" : "direct",
		  NICBOND_TRACE_PACKET_VALUES)
);

/* A packet ends here. Without an address: the port's queue has freed it already. */
TRACE_EVENT(nicbond_fw_drop,
	TP_PROTO(const struct nicbond_software *sw,
		 enum nicbond_counter counter, const struct sk_buff *skb),
	TP_ARGS(sw, counter, skb),
	TP_STRUCT__entry(
		NICBOND_TRACE_ADAPTOR
		NICBOND_TRACE_PACKET
		__field(u8, counter)
	),
	TP_fast_assign(
		NICBOND_TRACE_ADAPTOR_ASSIGN(sw);
		NICBOND_TRACE_PACKET_ASSIGN(skb);
		__entry->counter = counter;
	),
	TP_printk(NICBOND_TRACE_ADAPTOR_FORMAT " reason=%s "
		  NICBOND_TRACE_PACKET_FORMAT,
		  NICBOND_TRACE_ADAPTOR_VALUES,
		  nicbond_trace_counter(__entry->counter),
		  NICBOND_TRACE_PACKET_VALUES)
);

/* ROLE is written, or refuses to be (@err), or goes by FENCE or a reset. */
TRACE_EVENT(nicbond_fw_role,
	TP_PROTO(const struct nicbond_software *sw, u8 role, u32 epoch,
		 int err),
	TP_ARGS(sw, role, epoch, err),
	TP_STRUCT__entry(
		NICBOND_TRACE_ADAPTOR
		__field(u8, old)
		__field(u8, role)
		__field(u32, epoch)
		__field(int, err)
	),
	TP_fast_assign(
		NICBOND_TRACE_ADAPTOR_ASSIGN(sw);
		__entry->old = sw->role;
		__entry->role = role;
		__entry->epoch = epoch;
		__entry->err = err;
	),
	TP_printk(NICBOND_TRACE_ADAPTOR_FORMAT
		  " old=%s new=%s epoch=%u err=%d",
		  NICBOND_TRACE_ADAPTOR_VALUES,
		  nicbond_trace_role(__entry->old),
		  nicbond_trace_role(__entry->role),
		  __entry->epoch, __entry->err)
);

#endif /* _NICBOND_FW_TRACE_H */

/* The Makefile says where. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
