// SPDX-License-Identifier: GPL-2.0
/* The host moves the role by the model's steps; also if one of them is refused. */
#include "diarist.h"
#include "model.h"

#include <linux/rtnetlink.h>

#define OLD		0	/* who is primary */
#define NEW		2	/* who becomes that */
#define NOBODY		ADAPTORS
#define DIARY		16

/**
 * struct nicbond_switch_entry - a register write, or an attempt
 * @what: EPOCH, PROMOTE, DEMOTE or FENCE.
 * @who: Which adaptor.
 * @value: What was written.
 * @published: The new primary was published by then;
 * @grace: and since the last entry before that a grace period had passed.
 */
struct nicbond_switch_entry {
	u8 what;
	u8 who;
	u32 value;
	bool published;
	bool grace;
};

/* What happened, and whose write of what is refused, once. It is the suite's alone. */
static struct nicbond_switch_diary {
	struct nicbond_failover_test *t;
	const struct nicbond_adaptor_ops *below;
	struct nicbond_switch_entry entry[DIARY];
	unsigned int entries;
	struct rcu_gp_oldstate unpublished;
	u8 refused;
	u8 by;
} nicbond_diary;

static const struct nicbond_row nicbond_switch_steps[] = {
	NICBOND_MODEL_MOVE(NICBOND_ROW_3)
};

static u8 nicbond_switch_what(u32 reg, u32 value)
{
	switch (reg) {
	case NICBOND_REG_EPOCH:
		return NICBOND_WORD(EPOCH);
	case NICBOND_REG_FENCE:
		return NICBOND_WORD(FENCE);
	case NICBOND_REG_ROLE:
		return value == NICBOND_ROLE_PRIMARY ? NICBOND_WORD(PROMOTE) :
						       NICBOND_WORD(DEMOTE);
	}

	return NICBOND_WORD(ANY);
}

static int nicbond_switch_write(struct nicbond_adaptor *adaptor, u32 reg, u32 value)
{
	struct nicbond_switch_diary *diary = &nicbond_diary;
	unsigned int who = nicbond_diarist_of(adaptor)->member.slot;
	u8 what = nicbond_switch_what(reg, value);
	struct nicbond_switch_entry *entry;

	if (what == NICBOND_WORD(ANY))
		return diary->below->reg_write(adaptor, reg, value);

	KUNIT_EXPECT_LT(diary->t->test, diary->entries, DIARY);
	entry = &diary->entry[diary->entries++ % DIARY];
	entry->what = what;
	entry->who = who;
	entry->value = value;
	entry->published = nicbond_failover_primary(diary->t->master) ==
			   &diary->t->a[NEW].member;
	if (!entry->published)
		get_state_synchronize_rcu_full(&diary->unpublished);
	entry->grace = entry->published &&
		       poll_state_synchronize_rcu_full(&diary->unpublished);
	if (what == diary->refused && who == diary->by) {
		diary->refused = NICBOND_WORD(ANY);
		return -EIO;
	}

	return diary->below->reg_write(adaptor, reg, value);
}

static struct nicbond_adaptor_ops nicbond_switch_ops;

static int nicbond_switch_init(struct kunit *test)
{
	int err = nicbond_diarist_init(test), i;
	struct nicbond_failover_test *t = test->priv;

	if (err)
		return err;

	nicbond_diary = (struct nicbond_switch_diary) {
		.t = t,
		.below = t->a[0].adaptor.ops,
	};
	nicbond_switch_ops = *nicbond_diary.below;
	nicbond_switch_ops.reg_write = nicbond_switch_write;
	for (i = 0; i < ADAPTORS; i++)
		t->a[i].adaptor.ops = &nicbond_switch_ops;

	return 0;
}

/* The steps are taken up to where the diary is read; it has been up to there. */
struct nicbond_switch_walk {
	struct kunit *test;
	unsigned int read;
	bool published;
	bool grace;
	bool gave_up;
};

/* The next entry is that. @refusal: what the model says if it was refused. */
static void nicbond_switch_expect(struct nicbond_switch_walk *walk, u8 what, unsigned int who,
				  u8 refused, unsigned int by, u8 refusal)
{
	const struct nicbond_switch_entry *entry = &nicbond_diary.entry[walk->read % DIARY];
	const struct nicbond_master *master = nicbond_diary.t->master;

	KUNIT_EXPECT_LT(walk->test, walk->read, nicbond_diary.entries);
	walk->read++;
	KUNIT_EXPECT_EQ(walk->test, entry->what, what);
	KUNIT_EXPECT_EQ(walk->test, entry->who, who);
	KUNIT_EXPECT_EQ(walk->test, entry->published, walk->published);
	if (walk->grace)
		KUNIT_EXPECT_TRUE(walk->test, entry->grace);
	if (what == NICBOND_WORD(EPOCH) || what == NICBOND_WORD(FENCE))
		KUNIT_EXPECT_EQ(walk->test, entry->value, master->epoch);
	if (what != refused || who != by)
		return;

	if (refusal == NICBOND_WORD(GIVE_UP))
		walk->gave_up = true;
	if (refusal == NICBOND_WORD(FENCE_HIM))
		nicbond_switch_expect(walk, NICBOND_WORD(FENCE), who, NICBOND_WORD(ANY),
				      NOBODY, NICBOND_WORD(NEVER));
}

static void nicbond_switch_step(struct nicbond_switch_walk *walk, const struct nicbond_row *step,
				u8 refused, unsigned int by)
{
	unsigned int i;

	switch (step->word[1]) {
	case NICBOND_WORD(PUBLISH):
		walk->published = true;
		return;
	case NICBOND_WORD(GRACE):
		walk->grace = true;
		return;
	}
	for (i = 0; i < ADAPTORS; i++)
		if (step->word[0] == NICBOND_WORD(ALL) ||
		    (step->word[0] == NICBOND_WORD(NEW) && i == NEW) ||
		    (step->word[0] == NICBOND_WORD(OLD) && i == OLD))
			nicbond_switch_expect(walk, step->word[1], i, refused, by,
					      step->word[2]);
}

/* The role moves, and adaptor @by refuses @refused, by who is not to: nobody does. */
static void nicbond_switch_move(struct kunit *test, u8 refused, unsigned int by)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_switch_walk walk = { .test = test };
	u32 epoch;
	int i, err;

	nicbond_diary.entries = 0;
	nicbond_diary.refused = NICBOND_WORD(ANY);
	KUNIT_EXPECT_EQ(test, nicbond_failover_switch(t->master, &t->a[OLD].member,
						      NICBOND_CAUSE_ASKED), 0);
	epoch = t->master->epoch;
	nicbond_diary.entries = 0;
	nicbond_diary.refused = refused;
	nicbond_diary.by = by;
	err = nicbond_failover_switch(t->master, &t->a[NEW].member, NICBOND_CAUSE_ASKED);
	/* An epoch is used up in any case. */
	KUNIT_EXPECT_EQ(test, t->master->epoch, epoch + 1);

	for (i = 0; i < ARRAY_SIZE(nicbond_switch_steps) && !walk.gave_up; i++)
		nicbond_switch_step(&walk, &nicbond_switch_steps[i], refused, by);
	KUNIT_EXPECT_EQ(test, walk.read, nicbond_diary.entries);
	KUNIT_EXPECT_EQ(test, err, walk.gave_up ? -EIO : 0);
	nicbond_test_primary(t, walk.gave_up ? OLD : NEW);
	KUNIT_EXPECT_EQ(test, t->master->fence, walk.gave_up ? epoch : epoch + 1);
}

static void nicbond_switch_test_steps(struct kunit *test)
{
	rtnl_lock();
	nicbond_test_join(test->priv, ADAPTORS);
	nicbond_switch_move(test, NICBOND_WORD(ANY), NOBODY);
	rtnl_unlock();
}

/* Each adaptor refuses each step that is written there, in turn. */
static void nicbond_switch_test_refused(struct kunit *test)
{
	unsigned int i, by;

	rtnl_lock();
	nicbond_test_join(test->priv, ADAPTORS);
	for (i = 0; i < ARRAY_SIZE(nicbond_switch_steps); i++)
		for (by = 0; by < ADAPTORS; by++)
			nicbond_switch_move(test, nicbond_switch_steps[i].word[1], by);
	rtnl_unlock();
}

/* Who refused the fence gets it with the next update, once he takes it. */
static void nicbond_switch_test_fence_again(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	unsigned int by;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	for (by = 0; by < ADAPTORS; by++) {
		nicbond_switch_move(test, NICBOND_WORD(FENCE), by);
		KUNIT_EXPECT_TRUE(test, t->a[by].member.unfenced);
		nicbond_diary.entries = 0;
		nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
		KUNIT_EXPECT_EQ(test, nicbond_diary.entries, 1);
		KUNIT_EXPECT_EQ(test, nicbond_diary.entry[0].what, NICBOND_WORD(FENCE));
		KUNIT_EXPECT_EQ(test, nicbond_diary.entry[0].who, by);
		KUNIT_EXPECT_EQ(test, nicbond_diary.entry[0].value, t->master->fence);
		KUNIT_EXPECT_FALSE(test, t->a[by].member.unfenced);
	}
	rtnl_unlock();
}

static struct kunit_case nicbond_switch_test_cases[] = {
	KUNIT_CASE(nicbond_switch_test_steps),
	KUNIT_CASE(nicbond_switch_test_refused),
	KUNIT_CASE(nicbond_switch_test_fence_again),
	{}
};

static struct kunit_suite nicbond_switch_suite = {
	.name = "nicbond_switch",
	.init = nicbond_switch_init,
	.exit = nicbond_diarist_exit,
	.test_cases = nicbond_switch_test_cases,
};

kunit_test_suite(nicbond_switch_suite);
