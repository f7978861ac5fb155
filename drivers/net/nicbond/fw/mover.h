/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_MOVER_H
#define _NICBOND_FW_MOVER_H

#include "adaptor.h"

/*
 * What moves buckets of an adaptor's table. The primary plans and decides, as it
 * alone sees the packets; the others learn its table and follow what it tells them
 * over the channel. Who is none and is told nothing keeps what it has.
 */

/* The PEER registers changed. Process context, serialized as register writes. */
void nicbond_mover_follow(struct nicbond_software *sw);

/* A new table, all the adaptor's own: 0, or -ENOMEM and nothing changed. Likewise. */
int nicbond_mover_reset(struct nicbond_software *sw, unsigned int size);

/* TABLE_SIZE, likewise; the owners stay as far as they can. */
int nicbond_mover_resize(struct nicbond_software *sw, unsigned int size);

/* The adaptor became primary. Likewise. */
void nicbond_mover_take_over(struct nicbond_software *sw);

/* The old primary is gone: what moves is this one's to decide. Likewise. */
void nicbond_mover_settle(struct nicbond_software *sw);

/* A packet passes bucket @index of @table, which is moving. BH disabled. */
void nicbond_mover_pass(struct nicbond_software *sw, struct nicbond_table *table,
			unsigned int index);

/* Who would have bucket @index of @table for a packet now; moves nothing. Likewise. */
unsigned int nicbond_mover_peek(struct nicbond_software *sw,
				const struct nicbond_table *table,
				unsigned int index);

/*
 * A packet for bucket @index of @table found @dead's port dead and goes to @slot:
 * so does the bucket. BH disabled.
 */
void nicbond_mover_resteer(struct nicbond_software *sw,
			   struct nicbond_table *table, unsigned int index,
			   unsigned int dead, unsigned int slot);

/* Who is primary reminds the others of its table. Process context. */
void nicbond_mover_remind(struct nicbond_software *sw);

/* Messages TABLE, REMIND and MOVED of the primary. */
void nicbond_mover_learn_table(struct nicbond_software *sw,
			       const struct nicbond_message *message);
void nicbond_mover_learn_again(struct nicbond_software *sw,
			       const struct nicbond_message *message);
void nicbond_mover_learn_moved(struct nicbond_software *sw,
			       const struct nicbond_message *message);

/* nicbond_software.sweep */
void nicbond_mover_sweep(struct work_struct *work);

#endif /* _NICBOND_FW_MOVER_H */
