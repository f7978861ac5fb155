/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_TESTS_FRAME_H
#define _NICBOND_TESTS_FRAME_H

#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#define NICBOND_FRAME_SIZE	256

/* What a byte of a frame is, when it is no field. */
#define NICBOND_FRAME_NOTHING	(-1)	/* nobody may look at its lowest bit */
#define NICBOND_FRAME_SHAPE	(-2)	/* says what follows, or how long it is */

/**
 * struct nicbond_frame - a frame, and what each of its bytes is
 * @len: Its length.
 * @found: The fields that it has.
 * @data: Its bytes.
 * @map: For each byte the enum nicbond_hash_field whose value its lowest bit is
 *	in, or NICBOND_FRAME_NOTHING, or NICBOND_FRAME_SHAPE.
 */
struct nicbond_frame {
	unsigned int len;
	u32 found;
	u8 data[NICBOND_FRAME_SIZE];
	s8 map[NICBOND_FRAME_SIZE];
};

/**
 * struct nicbond_frame_case - a frame by its headers
 * @name: What is shown.
 * @headers: The headers, a letter each: see frame.c.
 */
struct nicbond_frame_case {
	const char *name;
	const char *headers;
};

#define NICBOND_FRAME_CASES	87

/* Frames of all kinds. */
extern const struct nicbond_frame_case nicbond_frame_cases[NICBOND_FRAME_CASES];

/* For KUNIT_ARRAY_PARAM(). */
void nicbond_frame_describe(const struct nicbond_frame_case *c, char *text);

/* Put the headers together, each saying what the next one is. */
struct nicbond_frame *nicbond_frame_build(struct kunit *test,
					  const char *headers);

/*
 * The first @len bytes of @data as a packet, @linear of them in its head and the
 * rest in a fragment. What is behind them in memory is not zero.
 */
struct sk_buff *nicbond_frame_skb(struct kunit *test, const void *data,
				  unsigned int len, unsigned int linear);

/* The same again with another frame, in the packet that is there. */
void nicbond_frame_fill(struct sk_buff *skb, const void *data, unsigned int len,
			unsigned int linear);

/*
 * As nicbond_frame_skb(), but what a stack hands over to be segmented by the port, as
 * @type (SKB_GSO_...): much more payload behind the headers, all in its head if these
 * are, and lengths that say so; or 0, as of what is larger than 64 KB.
 */
struct sk_buff *nicbond_frame_gso(struct kunit *test,
				  const struct nicbond_frame *frame,
				  unsigned int linear, unsigned int type);

/* Cut the last byte off a packet's fragment; it stays in memory. */
void nicbond_frame_cut(struct sk_buff *skb);

/**
 * struct nicbond_frame_garbage - frames that make no sense
 * @rnd: Where they come from; always the same ones.
 * @frame: All frames.
 * @data: The last one made.
 * @linear: A place to split it.
 */
struct nicbond_frame_garbage {
	struct rnd_state rnd;
	const struct nicbond_frame *frame[NICBOND_FRAME_CASES];
	u8 data[NICBOND_FRAME_SIZE];
	unsigned int linear;
};

struct nicbond_frame_garbage *nicbond_frame_garbage(struct kunit *test);

/* Make another; its length. */
unsigned int nicbond_frame_garble(struct nicbond_frame_garbage *garbage);

#endif /* _NICBOND_TESTS_FRAME_H */
