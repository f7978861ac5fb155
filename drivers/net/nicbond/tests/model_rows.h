/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_TESTS_MODEL_ROWS_H
#define _NICBOND_TESTS_MODEL_ROWS_H

/*
 * What an adaptor, and the host at a change of role, decides, given what: the transitions of
 * models/role.pml, which is made from these rows, and which tests/model_kunit.c and
 * switch_kunit.c compare with what the code does. Of each table just one row fits any case.
 *
 * No more than the preprocessor's language, as Promela and C share it.
 *
 * ROLE is written: nicbond_role_write().
 *   row(written, ROLE, EPOCH to that of the last role, EPOCH to FENCE, what)
 */
#define NICBOND_MODEL_ROLE(row)							\
	row(PRIMARY,	SECONDARY, NEWER,	NEWER,		PROMOTE)	\
	row(PRIMARY,	SECONDARY, NEWER,	NOT_NEWER,	STALE)		\
	row(PRIMARY,	SECONDARY, NOT_NEWER,	ANY,		STALE)		\
	row(PRIMARY,	PRIMARY,   NEWER,	NEWER,		PROMOTE)	\
	row(PRIMARY,	PRIMARY,   NEWER,	NOT_NEWER,	STALE)		\
	row(PRIMARY,	PRIMARY,   NOT_NEWER,	ANY,		KEEP)		\
	row(SECONDARY,	PRIMARY,   ANY,		ANY,		DEMOTE)		\
	row(SECONDARY,	SECONDARY, ANY,		ANY,		KEEP)

/* EPOCH is written: nicbond_epoch_write(). row(value to EPOCH, what) */
#define NICBOND_MODEL_EPOCH(row)						\
	row(OLDER,	STALE)							\
	row(NOT_OLDER,	TAKE)

/*
 * FENCE is written: nicbond_fence_write(). EPOCH becomes that, too, if it was older.
 *   row(value to FENCE, ROLE, value to the epoch of the last role, what)
 */
#define NICBOND_MODEL_FENCE(row)						\
	row(OLDER,	ANY,	   ANY,		STALE)				\
	row(NOT_OLDER,	PRIMARY,   NEWER,	STEP_DOWN)			\
	row(NOT_OLDER,	PRIMARY,   NOT_NEWER,	TAKE)				\
	row(NOT_OLDER,	SECONDARY, ANY,		TAKE)

/*
 * A packet comes to an adaptor: handed over by the host, nicbond_software_handover() and
 * _consider(); forwarded, nicbond_software_receive(); or out of its ring,
 * nicbond_channel_put_out().
 *   row(origin, ROLE, the frame's epoch to FENCE, who is to transmit, whether his port is
 *	live, the ring to him, whether another's port is, what)
 */
#define NICBOND_MODEL_PACKET(row)							\
	row(HANDED_OVER, PRIMARY,   ANY,	OWN,  LIVE, ANY,  ANY,	TRANSMIT)	\
	row(HANDED_OVER, PRIMARY,   ANY,	PEER, LIVE, ANY,  ANY,	FORWARD)	\
	row(HANDED_OVER, PRIMARY,   ANY,	PEER, DEAD, BUSY, ANY,	FORWARD)	\
	row(HANDED_OVER, PRIMARY,   ANY,	PEER, DEAD, IDLE, YES,	RESTEER)	\
	row(HANDED_OVER, PRIMARY,   ANY,	PEER, DEAD, IDLE, NO,	DROP_NO_LIVE)	\
	row(HANDED_OVER, PRIMARY,   ANY,	OWN,  DEAD, ANY,  YES,	RESTEER)	\
	row(HANDED_OVER, PRIMARY,   ANY,	OWN,  DEAD, ANY,  NO,	DROP_NO_LIVE)	\
	row(HANDED_OVER, SECONDARY, ANY,	ANY,  LIVE, ANY,  ANY,	TRANSMIT)	\
	row(HANDED_OVER, SECONDARY, ANY,	ANY,  DEAD, ANY,  ANY,	DROP_PORT_DEAD)	\
	row(FORWARDED,	 ANY,	    OLDER,	ANY,  ANY,  ANY,  ANY,	DROP_STALE)	\
	row(FORWARDED,	 ANY,	    NOT_OLDER,	ANY,  LIVE, ANY,  ANY,	TRANSMIT)	\
	row(FORWARDED,	 ANY,	    NOT_OLDER,	ANY,  DEAD, ANY,  ANY,	DROP_PORT_DEAD)	\
	row(STORED,	 ANY,	    ANY,	ANY,  LIVE, ANY,  ANY,	DELIVER)	\
	row(STORED,	 ANY,	    ANY,	ANY,  DEAD, ANY,  YES,	RESTEER)	\
	row(STORED,	 ANY,	    ANY,	ANY,  DEAD, ANY,  NO,	DROP_NO_LIVE)

/*
 * It is to be forwarded: nicbond_channel_forward().
 *   row(CHANNEL_MODE, the ring, the port, whether two may be primary, the port's queue, what)
 */
#define NICBOND_MODEL_CHANNEL(row)						\
	row(ANY,	BUSY,	ANY,	ANY,	ANY,		STORE)		\
	row(ANY,	IDLE,	DEAD,	ANY,	ANY,		STORE)		\
	row(DIRECT,	IDLE,	LIVE,	ANY,	ANY,		DELIVER)	\
	row(RING,	IDLE,	LIVE,	YES,	ANY,		DELIVER)	\
	row(RING,	IDLE,	LIVE,	NO,	ANY,		STORE)		\
	row(AUTO,	IDLE,	LIVE,	YES,	ANY,		DELIVER)	\
	row(AUTO,	IDLE,	LIVE,	NO,	READY,		DELIVER)	\
	row(AUTO,	IDLE,	LIVE,	NO,	STOPPED,	STORE)

/*
 * The host moves the role: nicbond_failover_move(), these steps in this order.
 *   step(whose register is written, which, and with what; and then, should he refuse it)
 */
#define NICBOND_MODEL_MOVE(step)					\
	step(NEW,	EPOCH,		GIVE_UP)			\
	step(NEW,	PROMOTE,	GIVE_UP)			\
	step(HOST,	PUBLISH,	NEVER)				\
	step(HOST,	GRACE,		NEVER)				\
	step(OLD,	DEMOTE,		FENCE_HIM)			\
	step(ALL,	FENCE,		FENCE_AGAIN)

#endif /* _NICBOND_TESTS_MODEL_ROWS_H */
