/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the model does where it may be told to do it wrong: each mutant, a macro that
 * scripts/check-model defines, breaks one thing, and has to be found by a property.
 */

/* The order of a switch. */
#if defined(DEMOTE_FIRST)
#define MUTANT_MOVE(step)							\
	step(OLD, DEMOTE, FENCE_HIM) step(NEW, EPOCH, GIVE_UP)			\
	step(NEW, PROMOTE, GIVE_UP) step(HOST, PUBLISH, NEVER)			\
	step(HOST, GRACE, NEVER) step(ALL, FENCE, FENCE_AGAIN)
#elif defined(PUBLISH_FIRST)
#define MUTANT_MOVE(step)							\
	step(HOST, PUBLISH, NEVER) step(NEW, EPOCH, GIVE_UP)			\
	step(NEW, PROMOTE, GIVE_UP) step(HOST, GRACE, NEVER)			\
	step(OLD, DEMOTE, FENCE_HIM) step(ALL, FENCE, FENCE_AGAIN)
#elif defined(NO_GRACE)
#define MUTANT_MOVE(step)							\
	step(NEW, EPOCH, GIVE_UP) step(NEW, PROMOTE, GIVE_UP)			\
	step(HOST, PUBLISH, NEVER)						\
	step(OLD, DEMOTE, FENCE_HIM) step(ALL, FENCE, FENCE_AGAIN)
#elif defined(FENCE_FIRST)
#define MUTANT_MOVE(step)							\
	step(NEW, EPOCH, GIVE_UP) step(NEW, PROMOTE, GIVE_UP)			\
	step(HOST, PUBLISH, NEVER) step(HOST, GRACE, NEVER)			\
	step(ALL, FENCE, FENCE_AGAIN) step(OLD, DEMOTE, FENCE_HIM)
#else
#define MUTANT_MOVE		NICBOND_MODEL_MOVE
#endif

/* A new epoch for each attempt. */
#ifdef NO_BUMP
#define BUMP	master_epoch = (master_epoch == 0 -> 1 : master_epoch)
#else
#define BUMP	master_epoch++
#endif

/* A promotion is taken whatever its epoch. */
#ifdef NO_ROLE_CHECK
#define MUTANT_ROLE_ROWS	:: value_ == PRIMARY -> what = PROMOTE;
#else
#define MUTANT_ROLE_ROWS
#endif

/* A frame of an old epoch is taken; a packet goes to the chosen one, dead or not. */
#if defined(NO_FRAME_CHECK)
#define MUTANT_PACKET_ROWS \
	:: origin == FORWARDED && frame_epoch[p] < fence[by] && !dead[by] -> act = TRANSMIT;
#elif defined(NO_RESTEER)
#define MUTANT_PACKET_ROWS	:: origin == HANDED_OVER && as == PRIMARY && dead[to] -> act = FORWARD;
#elif defined(NO_AGAIN)
#define MUTANT_PACKET_ROWS	:: origin == STORED && dead[to] -> act = DELIVER;
#else
#define MUTANT_PACKET_ROWS
#endif

/* Who was chosen as his ring was busy gets it, though that is empty by now, and he is dead. */
#ifdef CALL_DEAD
#define MUTANT_CHANNEL_ROWS	:: !busy[CHANNEL(by, to)] && mode == DIRECT -> act = DELIVER;
#else
#define MUTANT_CHANNEL_ROWS
#endif

/* A packet that is taken out of a ring is not left there. */
#ifdef TAKE_TWICE
#define TAKEN_OUT		skip
#else
#define TAKEN_OUT		ring[draining] = 0
#endif

/* Who is demoted has nothing left in its rings. */
#ifdef NO_FLUSH
#define FLUSH_ALL(from)		skip
#else
#define FLUSH_ALL(from)		flush_all(from)
#endif

/* Who refused anything is asked again. */
#ifdef NO_RETRY
#define RETRY			WAITS
#else
#define RETRY			(WAITS || untold || asked || unfenced)
#endif

/* Who is down is known to all. */
#ifdef NO_PEER_TELL
#define PEER_TELL(slot)		if :: up[slot] -> peer_tell(slot) :: else fi
#else
#define PEER_TELL(slot)		peer_tell(slot)
#endif

/* What is put into a ring is asked for. */
#ifdef NO_DOORBELL
#define DOORBELL(c)		skip
#else
#define DOORBELL(c)		scheduled[c] = 1
#endif

/* The host looks at hearts. */
#ifdef NO_HEARTBEAT
#define HEARTBEAT		false
#else
#define HEARTBEAT		true
#endif
