/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as the pure parts of fw/ need, in user space: the compiler is told
 * to include this first, and scripts/fuzz makes empty headers of the names they include.
 *
 * Simulated: one CPU, so what is atomic, ordered, locked, RCU or per CPU is plain; memory is
 * malloc()'s, for which AddressSanitizer stands in for KASAN; a net device is its state alone.
 * What is not needed by what runs here is declared, and a trap: nothing sends a packet.
 * Formats are those of the C library's <linux/...>, or below, with their source.
 */
#ifndef _NICBOND_FUZZ_KERNEL_H
#define _NICBOND_FUZZ_KERNEL_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <linux/types.h>

/* <linux/types.h> */
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
/* As the kernel has it, so that %llu is right. */
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;
typedef unsigned int gfp_t;
typedef struct { s64 counter; } atomic64_t;
struct rcu_head { void *unused; };
struct list_head { struct list_head *next, *prev; };

/* <linux/limits.h>, <linux/compiler.h>, <linux/minmax.h> */
#define U8_MAX		UINT8_MAX
#define U16_MAX		UINT16_MAX
#define U32_MAX		UINT32_MAX
#define U64_MAX		UINT64_MAX
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define noinline	__attribute__((noinline))
#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#define __maybe_unused	__attribute__((unused))
#define __must_check	__attribute__((warn_unused_result))
#define __packed	__attribute__((packed))
#define __percpu
#define __rcu
#define __init
#define READ_ONCE(x)	(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile typeof(x) *)&(x) = (value))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define min(a, b)	((a) < (b) ? (a) : (b))
#define max(a, b)	((a) > (b) ? (a) : (b))
#define swap(a, b)	do { typeof(a) old = (a); (a) = (b); (b) = old; } while (0)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof((p)->member[0]) * (n))
#define EXPORT_SYMBOL_GPL(name) struct list_head
#define BUILD_BUG_ON(x)	_Static_assert(!(x), #x)
#define IS_ENABLED(x)	0
#define BUG()		abort()
#define BUG_ON(x)	do { if (x) BUG(); } while (0)
#define WARN_ON(x)	({ bool warns = (x); BUG_ON(warns); warns; })
#define WARN_ON_ONCE	WARN_ON
#define typecheck(type, x) 1

/* <linux/bits.h>, <linux/bitops.h>, <linux/bitmap.h>, <linux/bitfield.h>, <linux/log2.h> */
#define BIT(n)		(1UL << (n))
#define BIT_ULL(n)	(1ULL << (n))
#define BITS_PER_LONG	64
#define GENMASK(high, low) ((~0UL << (low)) & (~0UL >> (63 - (high))))
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, n) unsigned long name[BITS_TO_LONGS(n)]
#define for_each_set_bit(bit, map, n) \
	for ((bit) = 0; (bit) < (n); (bit)++) if (test_bit(bit, map))
#define FIELD_GET(mask, x) (((x) & (mask)) / ((mask) & -(mask)))
#define FIELD_PREP(mask, x) (((x) * ((mask) & -(mask))) & (mask))
#define ilog2(x)	(31 - __builtin_clz(x))
#define __ffs64(x)	((unsigned int)__builtin_ctzll(x))
#define hweight64	__builtin_popcountll

static inline bool test_bit(unsigned int n, const unsigned long *map)
{
	return map[n / BITS_PER_LONG] >> n % BITS_PER_LONG & 1;
}

static inline void __set_bit(unsigned int n, unsigned long *map)
{
	map[n / BITS_PER_LONG] |= BIT(n % BITS_PER_LONG);
}

static inline void clear_bit(unsigned int n, unsigned long *map)
{
	map[n / BITS_PER_LONG] &= ~BIT(n % BITS_PER_LONG);
}

#define set_bit		__set_bit

/* <linux/byteorder/...>, as of a little-endian machine; constant, for case labels. */
#define cpu_to_be16(x)	((__be16)__builtin_bswap16((u16)(x)))
#define cpu_to_be32(x)	((__be32)__builtin_bswap32((u32)(x)))
#define be16_to_cpu(x)	__builtin_bswap16((u16)(x))
#define be32_to_cpu(x)	__builtin_bswap32((u32)(x))
#define htons		cpu_to_be16
#define htonl		cpu_to_be32
#define ntohs		be16_to_cpu
#define ntohl		be32_to_cpu

/* <linux/unaligned.h> */
#define get_unaligned(p) \
	({ const struct { typeof(*(p)) x; } __packed *at = (const void *)(p); at->x; })

static inline u16 get_unaligned_le16(const void *p)
{
	return get_unaligned((const u16 *)p);
}

static inline u32 get_unaligned_le32(const void *p)
{
	return get_unaligned((const u32 *)p);
}

static inline u16 get_unaligned_be16(const void *p)
{
	return be16_to_cpu(get_unaligned_le16(p));
}

static inline u32 get_unaligned_be24(const u8 *p)
{
	return p[0] << 16 | p[1] << 8 | p[2];
}

static inline u32 get_unaligned_be32(const void *p)
{
	return be32_to_cpu(get_unaligned_le32(p));
}

static inline u64 get_unaligned_be64(const void *p)
{
	return (u64)get_unaligned_be32(p) << 32 | get_unaligned_be32(p + 4);
}

static inline void put_unaligned_le16(u16 value, void *p)
{
	memcpy(p, &value, sizeof(value));
}

static inline void put_unaligned_le32(u32 value, void *p)
{
	memcpy(p, &value, sizeof(value));
}

static inline void put_unaligned_be16(u16 value, void *p)
{
	put_unaligned_le16(cpu_to_be16(value), p);
}

/* <linux/atomic.h>, <linux/rcupdate.h>, <linux/spinlock.h>, <linux/mutex.h>: one CPU. */
#define atomic64_read(v) ((v)->counter)
#define atomic64_set(v, value) ((v)->counter = (value))
#define smp_load_acquire(p) (*(p))
#define smp_store_release(p, value) (*(p) = (value))
#define smp_wmb()	do { } while (0)
#define smp_rmb()	do { } while (0)
#define rcu_dereference_bh(p) (p)
#define rcu_dereference(p) (p)
#define rcu_access_pointer(p) (p)
#define local_bh_disable() do { } while (0)
#define local_bh_enable() do { } while (0)

static inline bool atomic64_try_cmpxchg(atomic64_t *v, s64 *old, s64 value)
{
	if (v->counter != *old) {
		*old = v->counter;
		return false;
	}
	v->counter = value;

	return true;
}

/* Nobody may take what is taken, or leave what is not. */
typedef struct { bool taken; } spinlock_t;
struct mutex { spinlock_t lock; };
#define DEFINE_MUTEX(name) struct mutex name
#define spin_lock_init(l) ((l)->taken = false)
#define spin_lock_bh(l)	do { BUG_ON((l)->taken); (l)->taken = true; } while (0)
#define spin_unlock_bh(l) do { BUG_ON(!(l)->taken); (l)->taken = false; } while (0)
#define mutex_lock(m)	spin_lock_bh(&(m)->lock)
#define mutex_unlock(m)	spin_unlock_bh(&(m)->lock)

/* <linux/slab.h>, <linux/mm.h>, <linux/string.h> */
#define GFP_KERNEL	0
#define GFP_ATOMIC	0
#define PAGE_SIZE	4096
#define kzalloc(size, gfp) calloc(1, size)
#define kvzalloc	kzalloc
#define kfree		free
#define kvfree		free
#define strscpy(to, from, size) snprintf(to, size, "%s", from)

/* <linux/percpu.h>, <linux/u64_stats_sync.h> */
typedef struct { u64 value; } u64_stats_t;
struct u64_stats_sync { };
#define this_cpu_ptr(p)	(p)
#define u64_stats_update_begin(s) ((void)(s))
#define u64_stats_update_end(s) ((void)(s))
#define u64_stats_inc(s) ((s)->value++)
#define u64_stats_add(s, n) ((s)->value += (n))

/* <linux/workqueue.h>, <linux/jiffies.h>, <linux/time64.h>: nothing is put off here. */
struct work_struct { void *unused; };
struct delayed_work { struct work_struct work; };
struct workqueue_struct;
#define HZ		250
#define USEC_PER_SEC	1000000L
#define NSEC_PER_USEC	1000L
extern unsigned long jiffies;
extern struct workqueue_struct *system_percpu_wq;
#define time_before_eq(a, b) ((long)((a) - (b)) <= 0)
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define to_delayed_work(w) container_of(w, struct delayed_work, work)
#define INIT_DELAYED_WORK(w, function) ((void)(w), (void)(function))
unsigned long msecs_to_jiffies(unsigned int ms);
bool schedule_delayed_work(struct delayed_work *work, unsigned long delay);
bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
		      unsigned long delay);
bool cancel_delayed_work_sync(struct delayed_work *work);

/* <linux/prandom.h>: another generator will do. */
struct rnd_state { u64 state; };

static inline u32 prandom_u32_state(struct rnd_state *rnd)
{
	rnd->state = rnd->state * 6364136223846793005ULL + 1442695040888963407ULL;

	return rnd->state >> 32;
}

static inline void prandom_seed_state(struct rnd_state *rnd, u64 seed)
{
	rnd->state = seed;
}

static inline void prandom_bytes_state(struct rnd_state *rnd, void *to, size_t len)
{
	u8 *byte = to;

	while (len--)
		*byte++ = prandom_u32_state(rnd);
}

/* <linux/siphash.h> */
typedef struct { u64 key[2]; } siphash_key_t;
u64 siphash_1u64(u64 first, const siphash_key_t *key);

/* <linux/netdevice.h>, <net/sch_generic.h>: what makes a port live. */
#define __LINK_STATE_START	0
#define __LINK_STATE_NOCARRIER	2
struct Qdisc { bool noop; };

struct netdev_queue {
	struct Qdisc *qdisc;
	bool stopped;
};

struct net_device {
	unsigned long state;
	unsigned int num_tx_queues;
	unsigned int needed_tailroom;
	struct netdev_queue *tx;
};

extern struct Qdisc noop_qdisc;
#define netdev_get_tx_queue(dev, i) (&(dev)->tx[i])
#define netif_xmit_frozen_or_stopped(queue) ((queue)->stopped)
#define LL_RESERVED_SPACE(dev) 16

#include "skb.h"
#include "headers.h"

#endif /* _NICBOND_FUZZ_KERNEL_H */
