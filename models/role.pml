/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protocol of roles and epochs: the host's switch (host/failover.c), two or three
 * adaptors (fw/registers.c, adaptor.c, channel.c), packets, and all that may fail. What an
 * adaptor decides are the rows of tests/model_rows.h, which KUnit holds against the code.
 * For spin, by scripts/check-model; see README.rst.
 */
#include "model_rows.h"

#ifndef ADAPTORS
#define ADAPTORS	2
#endif
#ifndef PACKETS
#define PACKETS		1		/* under way at a time; in all, any number */
#endif
#ifdef NO_TRAFFIC
#define TRAFFIC		false
#else
#define TRAFFIC		true
#endif
#define NOBODY		ADAPTORS
#define CHANNELS	(ADAPTORS * ADAPTORS)
#define CHANNEL(from, to) ((from) * ADAPTORS + (to))
#define EACH(i)		i : 0 .. ADAPTORS - 1

mtype = { SECONDARY, PRIMARY };
/* What becomes of a register write, or a packet: the last words of the rows. */
mtype = { STALE, KEEP, TAKE, PROMOTE, DEMOTE, STEP_DOWN, TRANSMIT, FORWARD, DELIVER, STORE,
	  RESTEER, DROP_STALE, DROP_PORT_DEAD, DROP_NO_LIVE, NONE };
mtype = { HANDED_OVER, FORWARDED, STORED };	/* where a packet comes from */
mtype = { DIRECT, RING, AUTO, READY, STOPPED };	/* CHANNEL_MODE, and a port's queue */
/* Where a packet is: nowhere, with the CPU that hands it over, in a ring or on its way out. */
mtype = { GONE, HAND, IN_RING };
mtype = { EPOCH, ROLE };		/* registers whose write may come late */

/* An adaptor: struct nicbond_software. */
mtype role[ADAPTORS] = SECONDARY;
byte epoch[ADAPTORS], role_epoch[ADAPTORS], fence[ADAPTORS];
bit overlap[ADAPTORS];
byte peers[ADAPTORS];			/* PEER registers that say UP, a bit each */
byte ring[CHANNELS];			/* the packets in it, a bit each */
bit busy[CHANNELS], scheduled[CHANNELS];
byte draining = CHANNELS;		/* the ring that the softirq empties */
byte flushing = CHANNELS;		/* whose next end the host waits for */

/*
 * What may fail: its port; any write of a register, which is refused; and its heart stands
 * still, as the host sees it. Once nothing fails any more: who refuses all for good (deaf), and
 * whose heart does stand still.
 */
bit dead[ADAPTORS];
#ifdef PROGRESS
bit deaf[ADAPTORS], hung[ADAPTORS];
#define REFUSES(i)	(calm -> deaf[i] : MAY_REFUSE)
#define TAKES(i)	(calm -> !deaf[i] : 1)
#define HUNG(i)		hung[i]
#else
#define REFUSES(i)	MAY_REFUSE
#define TAKES(i)	true
#define HUNG(i)		false
#endif
byte late = NOBODY;			/* whose refused promotion may come true yet */
mtype late_reg = EPOCH;
byte late_epoch;
#ifdef PROGRESS
bit calm;				/* nothing fails any more */
#else
#define calm		false
#endif
#ifdef FAULTS
byte faults = FAULTS;			/* so many may still happen */
#define FAIL	(!calm && faults)
#define COUNT	faults--
#else
#define FAIL	(!calm)
#define COUNT	skip
#endif
#ifdef NO_REFUSALS
#define MAY_REFUSE	false
#else
#define MAY_REFUSE	FAIL
#endif

/* Of the host, what others see: struct nicbond_master, _member. */
byte primary = NOBODY;
bit seen_hung[ADAPTORS];
bit attention = 1, timer, idle = 1;
byte writing = NOBODY;			/* whose register write is under way */
bit grace[PACKETS];			/* whom synchronize_net() waits for */

/* A packet: struct sk_buff. */
mtype at[PACKETS] = GONE;
byte frame_epoch[PACKETS];
byte bound[PACKETS] = NOBODY;		/* for whose port, which was seen live */
bit reader[PACKETS];			/* within rcu_read_lock_bh() */
bit port_died[PACKETS];			/* that port died since */
bit write_refused[PACKETS];		/* an adaptor refused a write since it was handed over */
bit settled[PACKETS];			/* all was settled when it was handed over */

#define HAS(set, i)	((set >> (i)) & 1)
#define SET(set, i)	set = set | (1 << (i))
#define CLEAR(set, i)	set = set & ~(1 << (i))

/* The case names of the rows, over what is at hand where a table stands. */
#define IS_ANY(x)		true
#define IS_PRIMARY(x)		(x == PRIMARY)
#define IS_SECONDARY(x)		(x == SECONDARY)
#define IS_HANDED_OVER(x)	(x == HANDED_OVER)
#define IS_FORWARDED(x)		(x == FORWARDED)
#define IS_STORED(x)		(x == STORED)
#define IS_OWN(x)		(x)
#define IS_PEER(x)		(!(x))
#define IS_LIVE(x)		(x)
#define IS_DEAD(x)		(!(x))
#define IS_BUSY(x)		(x)
#define IS_IDLE(x)		(!(x))
#define IS_YES(x)		(x)
#define IS_NO(x)		(!(x))
#define IS_DIRECT(x)		(x == DIRECT)
#define IS_RING(x)		(x == RING)
#define IS_AUTO(x)		(x == AUTO)
#define IS_READY(x)		(x == READY)
#define IS_STOPPED(x)		(x == STOPPED)
#define AGE_ANY(a, b)		true
#define AGE_NEWER(a, b)		((a) > (b))
#define AGE_NOT_NEWER(a, b)	((a) <= (b))
#define AGE_OLDER(a, b)		((a) < (b))
#define AGE_NOT_OLDER(a, b)	((a) >= (b))

#include "mutants.pml"

/* A property does not hold: its name is what a trail ends with. */
inline violated(name)
{
	printf("VIOLATED %e\n", name);
	assert(false)
}
mtype = { ONE_PRIMARY, ONCE, CAUSE, MEETS_PRIMARY, NO_STALE_FRAME, SERVES, ROWS };

/* ------------------------------------------------------------------ the adaptor's registers */

/*
 * Epochs count by their order alone: those that nobody remembers are left out, so that any
 * number of switches is a finite number of states.
 */
#define REMEMBERS(e) \
	(master_epoch == e || master_fence == e || (late < NOBODY && late_epoch == e))
#define OLDER_BY_ONE(x, e)	x = x - (x > e -> 1 : 0)

inline renumber()
{
	d_step {
		e = 0;
		do
		:: e >= master_epoch -> break
		:: e < master_epoch ->
			known = REMEMBERS(e);
			for (EACH(k)) {
				known = known || epoch[k] == e || role_epoch[k] == e ||
					fence[k] == e
			}
			for (k : 0 .. PACKETS - 1) {
				known = known || (at[k] != GONE && frame_epoch[k] == e)
			}
			if
			:: known -> e++
			:: else ->
				OLDER_BY_ONE(master_epoch, e);
				OLDER_BY_ONE(master_fence, e);
				OLDER_BY_ONE(late_epoch, e);
				for (EACH(k)) {
					OLDER_BY_ONE(epoch[k], e);
					OLDER_BY_ONE(role_epoch[k], e);
					OLDER_BY_ONE(fence[k], e)
				}
				for (k : 0 .. PACKETS - 1) {
					OLDER_BY_ONE(frame_epoch[k], e)
				}
			fi
		od;
		e = 0;
		k = 0;
		known = 0
	}
}

inline one_primary()
{
	for (EACH(k)) {
		if
		:: k != i && role[k] == PRIMARY && role[i] == PRIMARY &&
		   role_epoch[k] == role_epoch[i] -> violated(ONE_PRIMARY)
		:: else
		fi
	}
	k = 0
}

/* It changes nothing, says the contract; but a promotion is ready for one that comes late. */
inline refuse()
{
	err = 1;
	if
	:: !calm -> COUNT
	:: else
	fi;
	printf("adaptor %d refuses the write\n", i);
	for (k : 0 .. PACKETS - 1) {
		write_refused[k] = (at[k] != GONE)
	}
	k = 0
}

inline keep_for_later(reg, value)
{
#ifdef LATE
	if
	:: late == NOBODY -> late = i; late_reg = reg; late_epoch = value
	:: true
	fi
#endif
	skip
}

#define ROLE_ROW(written, present, last, fenced, what_)				\
	:: IS_##written(value_) && IS_##present(role[i]) &&			\
	   AGE_##last(epoch[i], role_epoch[i]) && AGE_##fenced(epoch[i], fence[i]) -> what = what_;

#define EPOCH_ROW(age, what_)	:: AGE_##age(value_, epoch[i]) -> what = what_;

#define FENCE_ROW(age, present, last, what_)					\
	:: AGE_##age(value_, fence[i]) && IS_##present(role[i]) &&		\
	   AGE_##last(value_, role_epoch[i]) -> what = what_;

/* nicbond_channel_run(): in the softirq. */
inline drain_once(c)
{
	flushing = c;
	scheduled[c] = 1;
	(flushing == CHANNELS)
}

/* nicbond_channel_flush(): until nothing is left. */
inline flush(c)
{
	do
	:: busy[c] -> drain_once(c)
	:: !busy[c] -> break
	od
}

/* The same where packets go on coming: nobody waits for ever (NICBOND_CHANNEL_TRIES). */
inline try_flush(c)
{
	if
	:: busy[c] -> drain_once(c)
	:: else
	fi
}

inline flush_all(from)
{
	j = 0;
	do
	:: j < ADAPTORS -> flush(CHANNEL(from, j)); j++
	:: else -> break
	od;
	j = 0
}

/* nicbond_mover_take_over(), with its ASK: who is primary hears of a newer one. */
inline take_over()
{
	for (EACH(k)) {
		if
		:: k != i && role[k] == PRIMARY && fence[k] <= role_epoch[i] &&
		   role_epoch[i] > role_epoch[k] -> overlap[k] = 1
		:: else
		fi
	}
	k = 0
}

inline write_epoch(who, value)
{
	atomic {
		i = who;
		value_ = value;
		err = 0;
		if
		:: REFUSES(i) -> refuse(); keep_for_later(EPOCH, value)
		:: TAKES(i) ->
			if
			NICBOND_MODEL_EPOCH(EPOCH_ROW)
			:: else -> violated(ROWS)
			fi;
			printf("nicbond_epoch_write(adaptor %d, %d): %e\n", i, value_, what);
			if
			:: what == STALE -> err = 1
			:: else -> epoch[i] = value_
			fi
		fi;
		what = NONE;
		value_ = 0;
		i = 0
	}
}

/* Of a late one all at once; it meets no other write. */
inline apply_role()
{
	if
	MUTANT_ROLE_ROWS
	NICBOND_MODEL_ROLE(ROLE_ROW)
	:: else -> violated(ROWS)
	fi;
	printf("nicbond_role_write(adaptor %d, %e): %e, epoch %d\n", i, value_, what, epoch[i])
}

inline promote()
{
	role_epoch[i] = epoch[i];
	overlap[i] = 1;
	role[i] = PRIMARY;
	one_primary();
	take_over()
}

/* Atomic, but where it waits for a ring to be emptied. */
inline write_role(who, value)
{
	atomic {
		i = who;
		writing = i;
		value_ = value;
		err = 0;
		if
		:: REFUSES(i) ->
			refuse();
			if
			:: value_ == PRIMARY -> keep_for_later(ROLE, epoch[i])
			:: else
			fi
		:: TAKES(i) ->
			apply_role();
			if
			:: what == STALE -> err = 1
			:: what == KEEP -> role_epoch[i] = epoch[i]
			:: what == PROMOTE -> promote()
			:: what == DEMOTE ->
				role_epoch[i] = epoch[i];
				one_primary();
				role[i] = SECONDARY;
				FLUSH_ALL(i);
				overlap[i] = 0
			fi
		fi;
		what = NONE;
		value_ = 0;
		i = 0;
		writing = NOBODY
	}
}

inline write_fence(who)
{
	atomic {
		i = who;
		writing = i;
		value_ = master_fence;
		err = 0;
		if
		:: REFUSES(i) -> refuse()
		:: TAKES(i) ->
			if
			NICBOND_MODEL_FENCE(FENCE_ROW)
			:: else -> violated(ROWS)
			fi;
			printf("nicbond_fence_write(adaptor %d, %d): %e\n", i, value_, what);
			if
			:: what == STEP_DOWN -> role[i] = SECONDARY; flush_all(i)
			:: else
			fi;
			if
			:: what == STALE -> err = 1
			:: else ->
				epoch[i] = (epoch[i] < value_ -> value_ : epoch[i]);
				fence[i] = value_;
				overlap[i] = 0
			fi
		fi;
		what = NONE;
		value_ = 0;
		i = 0;
		writing = NOBODY
	}
}

/* nicbond_peer_write(): what waits for who goes down goes on first. */
inline write_peer(who, slot)
{
	atomic {
		i = who;
		err = 0;
		if
		:: REFUSES(i) -> refuse()
		:: TAKES(i) ->
			if
			:: !up[slot] && i != slot -> try_flush(CHANNEL(i, slot))
			:: else
			fi;
			printf("nicbond_peer_write(adaptor %d, PEER(%d), up %d)\n", i, slot,
			       up[slot]);
			if
			:: up[slot] -> SET(peers[i], slot)
			:: else -> CLEAR(peers[i], slot)
			fi
		fi;
		i = 0
	}
}

/* ------------------------------------------------------------------------------- packets */

inline forget(p)
{
	at[p] = GONE;
	frame_epoch[p] = 0;
	bound[p] = NOBODY;
	port_died[p] = 0;
	write_refused[p] = 0;
	settled[p] = 0
}

/* Once: whoever has it has taken it from where it was. */
inline transmitted(p, by)
{
	printf("adaptor %d transmits packet %d\n", by, p);
	if
	:: at[p] == GONE -> violated(ONCE)
	:: at[p] != GONE && dead[by] -> violated(CAUSE)
	:: at[p] != GONE && !dead[by] && settled[p] && HUNG(by) -> violated(SERVES)
	:: else
	fi;
	forget(p)
}

/* @cause: something that explains it. */
inline dropped(p, by, reason, cause)
{
	printf("adaptor %d drops packet %d: %e\n", by, p, reason);
	if
	:: at[p] == GONE -> violated(ONCE)
	:: at[p] != GONE && settled[p] -> violated(SERVES)
	:: at[p] != GONE && !settled[p] && !(cause) -> violated(CAUSE)
	:: else
	fi;
	forget(p)
}

/* Is there a port that is live, of those that a table has? Of none up it may have any. */
#define TABLED(by, slot)	(peers[by] == 0 || HAS(peers[by], slot))
#if ADAPTORS == 2
#define SPARE(by)	(TABLED(by, 0) && !dead[0] || TABLED(by, 1) && !dead[1])
#else
#define SPARE(by)	(TABLED(by, 0) && !dead[0] || TABLED(by, 1) && !dead[1] || \
			 TABLED(by, 2) && !dead[2])
#endif

/* nicbond_software_substitute() */
inline substitute(by)
{
	if
	:: TABLED(by, 0) && !dead[0] -> to = 0
	:: TABLED(by, 1) && !dead[1] -> to = 1
#if ADAPTORS > 2
	:: TABLED(by, 2) && !dead[2] -> to = 2
#endif
	fi
}

#define PACKET_ROW(from, present, age, whose, alive, ring, other, what_)	\
	:: IS_##from(origin) && IS_##present(as) &&				\
	   AGE_##age(frame_epoch[p], fence[by]) && IS_##whose(to == by) &&	\
	   IS_##alive(!dead[to]) && IS_##ring(busy[CHANNEL(by, to)]) &&		\
	   IS_##other(SPARE(by)) -> act = what_;

#define CHANNEL_ROW(mode_, ring, alive, two, queue_, what_)			\
	:: IS_##mode_(mode) && IS_##ring(busy[CHANNEL(by, to)]) &&		\
	   IS_##alive(!dead[to]) && IS_##two(overlap[by]) && IS_##queue_(queue) -> act = what_;

/* From here on the port may die that was seen live. */
inline look_at_port()
{
	bound[p] = (dead[to] -> NOBODY : to);
	port_died[p] = 0
}

/* What adaptor @by does with packet @p, for @to. */
inline decide(from)
{
	origin = from;
	if
	MUTANT_PACKET_ROWS
	NICBOND_MODEL_PACKET(PACKET_ROW)
	:: else -> violated(ROWS)
	fi;
	if
	:: act == RESTEER ->
		attention = attention || HAS(peers[by], to);
		substitute(by);
		act = FORWARD
	:: act == TRANSMIT && from == FORWARDED && frame_epoch[p] < fence[by] ->
		violated(NO_STALE_FRAME)
	:: else
	fi;
	if
	:: act == FORWARD || act == DELIVER -> look_at_port()
	:: else
	fi
}

/* nicbond_software_receive() */
inline receive()
{
	as = role[by];
	decide(FORWARDED);
	if
	:: act == DROP_STALE -> dropped(p, by, DROP_STALE, write_refused[p])
	:: act == DROP_PORT_DEAD -> dropped(p, by, DROP_PORT_DEAD, port_died[p])
	:: act == TRANSMIT -> transmitted(p, by)
	fi
}

/* nicbond_channel_deliver(): the frame bears the epoch of the role that sends it. */
inline deliver()
{
	frame_epoch[p] = role_epoch[by];
	printf("adaptor %d forwards packet %d to %d, epoch %d\n", by, p, to, frame_epoch[p]);
	by = to
}

/* nicbond_channel_put() */
inline put()
{
	frame_epoch[p] = role_epoch[by];
	printf("adaptor %d stores packet %d for %d, epoch %d\n", by, p, to, frame_epoch[p]);
	at[p] = IN_RING;
	SET(ring[CHANNEL(by, to)], p);
	bound[p] = NOBODY;
	busy[CHANNEL(by, to)] = 1
}

/* nicbond_channel_forward() */
inline forward()
{
	if
	:: mode = DIRECT
	:: mode = RING
	fi;
	if
	MUTANT_CHANNEL_ROWS
	NICBOND_MODEL_CHANNEL(CHANNEL_ROW)
	:: else -> violated(ROWS)
	fi;
	mode = DIRECT;
	if
	:: act == STORE -> put()
	:: else -> look_at_port(); deliver()
	fi
}

#define COULD(i)	(!dead[i] && !hung[i] && !deaf[i])
#define IN_ROLE(i)	(primary == i && role[i] == PRIMARY && !dead[i] && !hung[i])
#define OUT_OF_ROLE(i)	(primary == i || role[i] == SECONDARY || deaf[i])
#if ADAPTORS == 2
#define SOME_LIVE	(COULD(0) || COULD(1))
#define ALL_SEEN	(seen_hung[0] == hung[0] && seen_hung[1] == hung[1])
#define GOOD		((IN_ROLE(0) || IN_ROLE(1)) && OUT_OF_ROLE(0) && OUT_OF_ROLE(1))
#else
#define SOME_LIVE	(COULD(0) || COULD(1) || COULD(2))
#define ALL_SEEN	(seen_hung[0] == hung[0] && seen_hung[1] == hung[1] && \
			 seen_hung[2] == hung[2])
#define GOOD		((IN_ROLE(0) || IN_ROLE(1) || IN_ROLE(2)) && OUT_OF_ROLE(0) && \
			 OUT_OF_ROLE(1) && OUT_OF_ROLE(2))
#endif
#ifdef PROGRESS
#define SETTLED		(calm && SOME_LIVE && idle && !attention && !timer && ALL_SEEN)
#else
#define SETTLED		false
#endif

/* The CPU has done with it, be it in a ring. */
inline leave()
{
	reader[p] = 0;
	grace[p] = 0;
	by = 0;
	to = 0;
	as = SECONDARY;
	act = NONE;
	origin = HANDED_OVER
}

/* nicbond_master_xmit() and nicbond_software_handover(), each on a CPU of its own. */
active [PACKETS] proctype packet()
{
	byte p = _pid;			/* these processes are the first */
	byte by = 0, to = 0;
	mtype as = SECONDARY, act = NONE, origin = HANDED_OVER, mode = DIRECT, queue = READY;

	do
	:: atomic {
		at[p] == GONE && !reader[p] && primary != NOBODY && TRAFFIC ->
		at[p] = HAND;
		reader[p] = 1;
		by = primary;
		settled[p] = SETTLED;
		printf("the host hands packet %d over to adaptor %d\n", p, by)
	   }
	   atomic {
		as = role[by];
		if
		:: as != PRIMARY -> violated(MEETS_PRIMARY)
		:: else
		fi;
		if
		:: as == PRIMARY && TABLED(by, 0) -> to = 0
		:: as == PRIMARY && TABLED(by, 1) -> to = 1
#if ADAPTORS > 2
		:: as == PRIMARY && TABLED(by, 2) -> to = 2
#endif
		:: as == SECONDARY -> to = by
		fi;
		decide(HANDED_OVER);
		printf("adaptor %d, %e, selects %d for packet %d\n", by, as, to, p);
		if
		:: act == DROP_NO_LIVE -> dropped(p, by, act, !SPARE(by))
		:: act == DROP_PORT_DEAD -> dropped(p, by, act, false)
		:: act == TRANSMIT || act == FORWARD && by == to -> transmitted(p, by)
		:: act == FORWARD && by != to
		fi;
		if
		:: act != FORWARD || by == to -> leave()
		:: else
		fi
	   }
	   if
	   :: reader[p] ->
		atomic { forward() }
		atomic {
			if
			/* nicbond_channel_ring_doorbell() */
			:: act == STORE -> DOORBELL(CHANNEL(by, to))
			:: else -> receive()
			fi;
			leave()
		}
	   :: else
	   fi
	od
}

inline drained()
{
	flushing = (flushing == draining -> CHANNELS : flushing);
	draining = CHANNELS
}

/* nicbond_channel_drain(), in softirq. */
active proctype softirq()
{
	byte p = 0, by = 0, to = 0, taken = 0;
	mtype as = SECONDARY, act = NONE, origin = HANDED_OVER;

	do
	:: atomic {
		if
		:: scheduled[CHANNEL(0, 1)] -> draining = CHANNEL(0, 1)
		:: scheduled[CHANNEL(1, 0)] -> draining = CHANNEL(1, 0)
#if ADAPTORS > 2
		:: scheduled[CHANNEL(0, 2)] -> draining = CHANNEL(0, 2)
		:: scheduled[CHANNEL(1, 2)] -> draining = CHANNEL(1, 2)
		:: scheduled[CHANNEL(2, 0)] -> draining = CHANNEL(2, 0)
		:: scheduled[CHANNEL(2, 1)] -> draining = CHANNEL(2, 1)
#endif
		fi;
		scheduled[draining] = 0;
		/* nicbond_channel_take() */
		taken = ring[draining];
		TAKEN_OUT;
		busy[draining] = (taken != 0);
		if
		:: taken == 0 -> drained()
		:: else
		fi
	   }
	   do
	   :: atomic {
		taken ->
		p = (HAS(taken, 0) -> 0 : 1);
		CLEAR(taken, p);
		by = draining / ADAPTORS;
		to = draining % ADAPTORS;
		/* nicbond_channel_put_out() */
		decide(STORED);
		if
		:: act == DROP_NO_LIVE -> dropped(p, by, act, !SPARE(by))
		:: act == FORWARD && by == to -> transmitted(p, by); act = TRANSMIT
		:: else -> deliver()
		fi
	      }
	      atomic {
		if
		:: act == DROP_NO_LIVE || act == TRANSMIT
		:: else -> receive()
		fi;
		if
		:: taken == 0 -> scheduled[draining] = 1; drained()
		:: else
		fi;
		p = 0;
		by = 0;
		to = 0;
		as = SECONDARY;
		act = NONE;
		origin = HANDED_OVER
	      }
	   :: atomic { taken == 0 -> break }
	   od
	od
}

/* ------------------------------------------------------------------------------ the host */

#define REFUSED_GIVE_UP		gave_up = 1
#define TAKEN_GIVE_UP		skip
#define REFUSED_NEVER		skip
#define TAKEN_NEVER		skip
#define REFUSED_FENCE_HIM	write_fence(old)
#define TAKEN_FENCE_HIM		skip
#define REFUSED_FENCE_AGAIN	SET(unfenced, m)
#define TAKEN_FENCE_AGAIN	CLEAR(unfenced, m)

#define STEP(what, refusal)							\
	if									\
	:: gave_up								\
	:: else ->								\
		MOVE_##what;							\
		if								\
		:: err -> REFUSED_##refusal					\
		:: else -> TAKEN_##refusal					\
		fi								\
	fi;

#define WHOSE_NEW(what, refusal)	m = winner; STEP(what, refusal)
#define WHOSE_HOST(what, refusal)	err = 0; STEP(what, refusal)
#define WHOSE_OLD(what, refusal)						\
	m = old;								\
	if									\
	:: m == NOBODY								\
	:: else -> STEP(what, refusal)						\
	fi;
#define WHOSE_ALL(what, refusal)						\
	m = 0;									\
	do									\
	:: m < ADAPTORS -> STEP(what, refusal) m++				\
	:: else -> break							\
	od;

#define MOVE_EPOCH	write_epoch(m, master_epoch)
#define MOVE_PROMOTE	write_role(m, PRIMARY)
#define MOVE_PUBLISH								\
	atomic {								\
		master_fence = master_epoch;					\
		CLEAR(refused, winner);						\
		primary = winner;						\
		printf("the host publishes adaptor %d, epoch %d\n", winner, master_epoch) \
	}
#define MOVE_GRACE		synchronize_net()
#define MOVE_DEMOTE	write_role(m, SECONDARY)
#define MOVE_FENCE	write_fence(m)

#define MOVE_STEP(whose, what, refusal)	WHOSE_##whose(what, refusal)

#if PACKETS == 1
#define NO_READER	(!grace[0])
#else
#define NO_READER	(!grace[0] && !grace[1])
#endif

inline synchronize_net()
{
	d_step {
		for (k : 0 .. PACKETS - 1) {
			grace[k] = reader[k]
		}
		k = 0
	}
	NO_READER
}

/* nicbond_failover_move() */
inline move()
{
	d_step {
		old = primary;
		gave_up = 0;
		BUMP
	}
	renumber();
	MUTANT_MOVE(MOVE_STEP)
	atomic { m = 0; old = 0; renumber() }
}

/* nicbond_failover_fence_again() */
inline fence_again()
{
	m = 0;
	do
	:: atomic {
		m < ADAPTORS && HAS(unfenced, m) ->
		write_fence(m);
		if
		:: err -> SET(unfenced, m)
		:: else -> CLEAR(unfenced, m)
		fi;
		m++
	   }
	:: m < ADAPTORS && !HAS(unfenced, m) -> m++
	:: m >= ADAPTORS -> break
	od;
	m = 0
}

/* nicbond_peer_tell() */
inline peer_tell(slot)
{
	CLEAR(untold, slot);
	m = 0;
	do
	:: atomic {
		m < ADAPTORS ->
		write_peer(m, slot);
		if
		:: err -> SET(untold, slot)
		:: else
		fi;
		m++
	   }
	:: else -> break
	od;
	m = 0
}

/* nicbond_failover_alone() */
#if ADAPTORS == 2
#define ALONE(s)	(!(up[1 - s] && live[1 - s]))
#else
#define ALONE(s)	(!(up[(s + 1) % 3] && live[(s + 1) % 3]) && \
			 !(up[(s + 2) % 3] && live[(s + 2) % 3]))
#endif
#define AT_ONCE(s)	(ALONE(s) || (!live[s] && !dead[s]))

/* nicbond_failover_refresh(), nicbond_liveness_step(). Delays may pass at any time. */
inline refresh()
{
	d_step {
		for (EACH(k)) {
			live[k] = !dead[k] && !seen_hung[k]
		}
		k = 0
	}
	do
	:: changed = 0;
	   s = 0;
	   do
	   :: s < ADAPTORS && live[s] == up[s] -> waiting[s] = 0; s++
	   :: s < ADAPTORS && live[s] != up[s] ->
		if
		:: atomic {
			true ->
			waiting[s] = 0;
			up[s] = live[s];
			changed = 1;
			printf("the host finds adaptor %d: up %d\n", s, up[s])
		   }
		   PEER_TELL(s)
#ifdef DELAYS
		:: !AT_ONCE(s) && !due -> waiting[s] = 1
#endif
		fi;
		s++
	   :: s >= ADAPTORS -> break
	   od;
	   if
	   :: !changed -> break
	   :: else
	   fi
	od;
	atomic { s = 0; changed = 0 }
}

/* nicbond_peer_tell_again() */
inline tell_again()
{
	s = 0;
	do
	:: s < ADAPTORS && HAS(untold, s) -> peer_tell(s); s++
	:: s < ADAPTORS && !HAS(untold, s) -> s++
	:: s >= ADAPTORS -> break
	od;
	s = 0
}

/* nicbond_failover_elect(): all have one priority, speed and load. */
#define CANDIDATE(c)	(c != primary && !HAS(asked, c) && up[c] && live[c])
#define PRIMARY_FAILED	(primary == NOBODY || !up[primary])

inline elect()
{
	if
	:: PRIMARY_FAILED && CANDIDATE(0) -> winner = 0
	:: PRIMARY_FAILED && CANDIDATE(1) -> winner = 1
#if ADAPTORS > 2
	:: PRIMARY_FAILED && CANDIDATE(2) -> winner = 2
	:: PRIMARY_FAILED && !CANDIDATE(0) && !CANDIDATE(1) && !CANDIDATE(2) -> winner = NOBODY
#else
	:: PRIMARY_FAILED && !CANDIDATE(0) && !CANDIDATE(1) -> winner = NOBODY
#endif
	:: !PRIMARY_FAILED -> winner = NOBODY
	fi
}

/* nicbond_failover_reelect(); none is elected while no port is live, be there no primary. */
inline reelect()
{
	atomic {
		if
		:: due -> refused = 0
		:: !due && refused ->
			if
			:: refused = 0
			:: true
			fi
		:: else
		fi;
		asked = refused
	}
	do
	:: elect();
	   if
	   :: winner == NOBODY -> break
	   :: else ->
		move();
		if
		:: gave_up -> atomic { SET(asked, winner); SET(refused, winner) }
		:: else -> break
		fi
	   fi
	od;
	atomic { winner = 0; gave_up = 0 }
}

#if ADAPTORS == 2
#define WAITS	(waiting[0] || waiting[1])
#else
#define WAITS	(waiting[0] || waiting[1] || waiting[2])
#endif

/* nicbond_failover_update() */
inline update()
{
	fence_again();
	refresh();
	tell_again();
	reelect();
	/* nicbond_failover_schedule() */
	atomic {
		timer = RETRY;
		asked = 0;
		due = 0;
		err = 0;
		for (EACH(k)) {
			live[k] = 0
		}
		k = 0;
		idle = 1
	}
}

/* Nothing that it would do anything about: so that is one step. */
#define AS_SEEN(n)	(up[n] == (!dead[n] && !seen_hung[n]))
#if ADAPTORS == 2
#define NOTHING_NEW	(!unfenced && !untold && AS_SEEN(0) && AS_SEEN(1) && \
			 (!PRIMARY_FAILED || !up[0] && !up[1]))
#else
#define NOTHING_NEW	(!unfenced && !untold && AS_SEEN(0) && AS_SEEN(1) && AS_SEEN(2) && \
			 (!PRIMARY_FAILED || !up[0] && !up[1] && !up[2]))
#endif

inline nothing_new()
{
	for (EACH(k)) {
		waiting[k] = 0
	}
	k = 0;
	if
	:: due -> refused = 0
	:: else
	fi;
	asked = refused;
	timer = RETRY;
	asked = 0;
	due = 0
}

active proctype host()
{
	byte e, k, i, j, m, s, old, winner, asked;
	byte value_;
	mtype what = NONE;
	bit err, known, changed, gave_up, due;
	/* struct nicbond_master, _member; unfenced, untold, refused: bits by slot. */
	byte master_epoch, master_fence, unfenced, untold, refused;
	bit up[ADAPTORS], live[ADAPTORS], waiting[ADAPTORS];

	do
	:: atomic { attention && NOTHING_NEW -> attention = 0; nothing_new() }
	:: atomic { timer && NOTHING_NEW -> timer = 0; due = 1; nothing_new() }
	:: atomic { attention && !NOTHING_NEW -> attention = 0; idle = 0 }
	   update()
	:: atomic { timer && !NOTHING_NEW -> timer = 0; due = 1; idle = 0 }
	   update()
	/* nicbond_failover_ask() */
#ifndef NO_ASK
	:: atomic {
		!calm && primary != NOBODY -> idle = 0;
		if
		:: up[0] && !dead[0] && !seen_hung[0] && primary != 0 -> winner = 0
		:: up[1] && !dead[1] && !seen_hung[1] && primary != 1 -> winner = 1
#if ADAPTORS > 2
		:: up[2] && !dead[2] && !seen_hung[2] && primary != 2 -> winner = 2
#endif
		:: else -> winner = NOBODY
		fi
	   }
	   if
	   :: winner == NOBODY
	   :: else ->
		printf("the user asks for adaptor %d\n", winner);
		fence_again();
		CLEAR(refused, winner);
		move();
		if
		:: gave_up
		:: else -> update()
		fi
	   fi;
	   atomic { winner = 0; gave_up = 0; err = 0; idle = 1 }
#endif
	od
}

/* ------------------------------------------------------------------------- what may happen */

/* A device tells of its link; the call may come late, as the host may. */
inline port_dies(n)
{
	dead[n] = 1;
	COUNT;
	attention = 1;
	printf("the port of adaptor %d dies\n", n);
	for (k : 0 .. PACKETS - 1) {
		port_died[k] = port_died[k] || (at[k] != GONE && bound[k] == n)
	}
	k = 0
}

#if ADAPTORS == 2
#define OTHERS_BEAT(n)	(!seen_hung[1 - n])
#else
#define OTHERS_BEAT(n)	(!seen_hung[(n + 1) % 3] || !seen_hung[(n + 2) % 3])
#endif

/* nicbond_heartbeat_check(): who stands still is hung, while another's heart beats. */
inline look(n, stands)
{
	seen_hung[n] = stands;
	attention = 1;
	printf("the host sees adaptor %d: hung %d\n", n, seen_hung[n])
}

inline event(n)
{
	if
	:: FAIL && !dead[n] -> port_dies(n)
	:: dead[n] -> dead[n] = 0; attention = 1; printf("the port of %d is live\n", n)
#ifndef NO_HANGS
	:: FAIL && !seen_hung[n] && OTHERS_BEAT(n) -> COUNT; look(n, 1)
	:: seen_hung[n] -> look(n, 0)
#endif
	:: else
	fi
}

#ifdef PROGRESS
inline calm_down()
{
	calm = 1;
	for (EACH(k)) {
		if
		:: deaf[k] = 1
		:: true
		fi;
		if
		:: hung[k] = 1
		:: true
		fi
	}
	k = 0;
	printf("nothing fails any more\n")
}
#endif

/* A refused promotion takes effect after all, if the adaptor takes it by then. */
inline come_late()
{
	i = late;
	value_ = PRIMARY;
	printf("what adaptor %d refused before comes late: %e\n", i, late_reg);
	if
	:: late_reg == EPOCH ->
		if
		:: late_epoch >= epoch[i] -> epoch[i] = late_epoch
		:: else
		fi
	:: else ->
		apply_role();
		if
		:: what == PROMOTE -> promote()
		:: what == KEEP -> role_epoch[i] = epoch[i]
		:: else
		fi
	fi;
	late = NOBODY;
	late_reg = EPOCH;
	late_epoch = 0;
	what = NONE;
	value_ = 0;
	i = 0
}

active proctype world()
{
	byte k, i, value_;
	mtype what = NONE;

	do
	:: atomic { !calm -> event(0) }
	:: atomic { !calm -> event(1) }
#if ADAPTORS > 2
	:: atomic { !calm -> event(2) }
#endif
#ifdef LATE
	:: atomic { !calm && late != NOBODY && writing != late -> come_late() }
#endif
#ifdef PROGRESS
	:: atomic { !calm -> calm_down() }
	/* Time goes on: a state in which all wait for ever is a cycle, too. */
	:: calm -> skip
#endif
	od
}

#ifdef PROGRESS
/* What stands still is seen in the end, as is what beats again. */
#if ADAPTORS == 2
#define BEATS	(!hung[0] || !hung[1])
#else
#define BEATS	(!hung[0] || !hung[1] || !hung[2])
#endif
#define OVERDUE(n)	(calm && seen_hung[n] != hung[n] && (!hung[n] || BEATS && HEARTBEAT))

active proctype watch()
{
	do
	:: atomic { OVERDUE(0) -> look(0, hung[0]) }
	:: atomic { OVERDUE(1) -> look(1, hung[1]) }
#if ADAPTORS > 2
	:: atomic { OVERDUE(2) -> look(2, hung[2]) }
#endif
	od
}
#endif

#ifdef PROGRESS
/* If nothing fails any more, and one could, one is primary for good, and it alone. */
ltl role_settles { [] ((calm && SOME_LIVE) -> <> [] GOOD) }
#endif
#ifdef ENDS
/* No packet is under way for ever, whatever fails. */
ltl packet_ends { [] <> (at[0] == GONE) }
#endif
