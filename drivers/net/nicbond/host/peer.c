// SPDX-License-Identifier: GPL-2.0
/* What adaptors know of each other: the PEER registers and the channels. */
#include "peer.h"
#include "failover.h"

#include <linux/bitfield.h>
#include <linux/rtnetlink.h>

static u32 nicbond_peer_word(const struct nicbond_member *member)
{
	const u32 *option = member->option;

	return NICBOND_PEER_PRESENT |
	       (member->liveness.up ? NICBOND_PEER_UP : 0) |
	       FIELD_PREP(NICBOND_PEER_WEIGHT,
			  option[NICBOND_MEMBER_OPTION_WEIGHT]) |
	       FIELD_PREP(NICBOND_PEER_QUEUE,
			  option[NICBOND_MEMBER_OPTION_QUEUE_ID]);
}

/*
 * Write the PEER register of @slot in every adaptor but @except's: 0, or what the
 * first said that refused.
 */
static int nicbond_peer_write(struct nicbond_master *master, unsigned int slot,
			      u32 peer, const struct nicbond_member *except)
{
	bool again = test_bit(slot, master->untold);
	struct nicbond_member *member;
	int err = 0, refused;

	nicbond_for_each_member(master, member) {
		if (member == except)
			continue;
		refused = again ?
			  nicbond_failover_retry(member, NICBOND_REG_PEER(slot),
						 peer) :
			  nicbond_failover_write(member, NICBOND_REG_PEER(slot),
						 peer);
		err = err ?: refused;
	}
	__assign_bit(slot, master->untold, err);

	return err;
}

int nicbond_peer_tell(struct nicbond_member *member)
{
	ASSERT_RTNL();

	return nicbond_peer_write(member->master, member->slot,
				  nicbond_peer_word(member), NULL);
}

void nicbond_peer_forget(struct nicbond_member *member)
{
	nicbond_peer_write(member->master, member->slot, 0, member);
}

int nicbond_peer_introduce(struct nicbond_member *member)
{
	struct nicbond_member *other;
	int err = 0;

	nicbond_for_each_member(member->master, other) {
		err = nicbond_failover_write(member,
					     NICBOND_REG_PEER(other->slot),
					     nicbond_peer_word(other));
		if (err)
			break;
	}

	return err;
}

bool nicbond_peer_tell_again(struct nicbond_master *master)
{
	struct nicbond_member *member;
	unsigned int slot;
	u32 peer;

	for_each_set_bit(slot, master->untold, NICBOND_SLOTS) {
		peer = 0;
		nicbond_for_each_member(master, member)
			if (member->slot == slot)
				peer = nicbond_peer_word(member);
		nicbond_peer_write(master, slot, peer, NULL);
	}

	return !bitmap_empty(master->untold, NICBOND_SLOTS);
}

void nicbond_peer_disconnect(struct nicbond_member *member)
{
	struct nicbond_member *other;

	nicbond_for_each_member(member->master, other)
		if (other != member)
			other->adaptor->ops->connect(other->adaptor,
						     member->slot, NULL);
}

int nicbond_peer_connect(struct nicbond_member *member)
{
	struct nicbond_adaptor *adaptor = member->adaptor;
	struct nicbond_member *other;
	int err;

	nicbond_for_each_member(member->master, other) {
		err = adaptor->ops->connect(adaptor, other->slot,
					    other->adaptor);
		if (!err)
			err = other->adaptor->ops->connect(other->adaptor,
							   member->slot,
							   adaptor);
		if (err) {
			nicbond_peer_disconnect(member);
			return err;
		}
	}

	return 0;
}
