/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FUZZ_FRAMES_H
#define _NICBOND_FUZZ_FRAMES_H

/**
 * struct fuzz_control - the first bytes of an input; the rest is a frame, or changes to one
 * @fields: HASH_FIELDS, as far as there are such.
 * @tci: Of the tag beside the frame.
 * @flags: FUZZ_...
 * @key: HASH_KEY.
 * @members: Members of the master, 1 to 8.
 * @up: Which of them are up, a bit each.
 * @split: Where the linear part ends.
 * @piece: How large what follows it is, of a frame in many pieces.
 * @frame: BUILT: which of tests/frame.c's.
 * @at: Which byte is changed, to see what that changes;
 * @xor: and how.
 * @extra: Bytes behind the frame.
 */
struct fuzz_control {
	__le16 fields;
	__le16 tci;
	u8 flags;
	u8 key;
	u8 members;
	u8 up;
	__le16 split;
	u8 piece;
	u8 frame;
	u8 at;
	u8 xor;
	__le16 extra;
} __packed;

#define FUZZ_TAG	0x01	/* there is a tag beside the frame */
#define FUZZ_SERVICE	0x02	/* of 802.1ad */
#define FUZZ_BUILT	0x04	/* the rest says which bytes of @frame are changed, a bit each */
#define FUZZ_PRIMARY	0x08	/* the adaptor is */
#define FUZZ_INDEPENDENT 0x10	/* the topology is */
#define FUZZ_CLONED	0x20	/* another has the frame, too */
#define FUZZ_GSO	0x40	/* it is to be cut */
#define FUZZ_LONG	0x80	/* @extra counts */

#endif /* _NICBOND_FUZZ_FRAMES_H */
