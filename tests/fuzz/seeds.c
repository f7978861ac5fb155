// SPDX-License-Identifier: GPL-2.0
/*
 * Inputs to begin with, into a folder: seeds FOLDER. Each frame of tests/frame.c: as it is, in
 * pieces, cut short in steps of 2 bytes, with tags beside it, long; answers to probes; a frame
 * of one byte, and of none.
 */
#include "frames.h"

#include "frame.h"

static const char *seeds_folder;

static void seeds_write(const char *name, unsigned int number,
			const struct fuzz_control *control, const void *data, size_t len)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s-%u", seeds_folder, name, number);
	file = fopen(path, "w");
	if (!file || fwrite(control, sizeof(*control), 1, file) != 1 ||
	    fwrite(data, 1, len, file) != len || fclose(file)) {
		perror(path);
		exit(1);
	}
}

/* What KUnit has apart: an AH does not belong before a fragment header. */
static void seeds_fragments(void)
{
	static const char *const headers[] = { "E6AFT", "E6ALT", "Ev6hALT", "E6dAFAT" };
	struct fuzz_control control = { .fields = 0xffff, .up = 0xff, .split = 60 };
	const struct nicbond_frame *frame;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(headers); n++) {
		frame = nicbond_frame_build(NULL, headers[n]);
		seeds_write("fragment", n, &control, frame->data, frame->len);
	}
}

static void seeds_frame(unsigned int n)
{
	const struct nicbond_frame *frame =
		nicbond_frame_build(NULL, nicbond_frame_cases[n].headers);
	struct fuzz_control control = {
		.fields = frame->found, .members = n, .up = 0xff, .split = frame->len / 2,
		.frame = n, .key = n, .at = frame->len - 1, .xor = 1, .piece = n % 8,
		.flags = n % 4 ? 0 : FUZZ_INDEPENDENT | FUZZ_CLONED,
	};
	u8 changes[NICBOND_FRAME_SIZE / 8];
	unsigned int len;

	for (len = frame->len; len < NICBOND_FRAME_SIZE && len > 0; len -= 2)
		seeds_write("cut", n * NICBOND_FRAME_SIZE + len, &control, frame->data, len);

	control.flags = FUZZ_TAG | FUZZ_PRIMARY | FUZZ_GSO | (n & 1 ? FUZZ_SERVICE : 0);
	control.tci = 0xe123;
	seeds_write("tag", n, &control, frame->data, frame->len);
	control.flags = FUZZ_LONG;
	control.extra = n % 8 ? 1500 : 65535;
	control.piece = 255;
	seeds_write("long", n, &control, frame->data, frame->len);
	control.flags = FUZZ_BUILT;
	memset(changes, 0xff, sizeof(changes));
	seeds_write("built", n, &control, changes, 0);
	seeds_write("changed", n, &control, changes, sizeof(changes));
}

/* RFC 826; of 10.1.2.3, to 02:00:00:00:00:01, which had no address. */
static const u8 seeds_arp[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 6,
	0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 9, 10, 1, 2, 3, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0,
};

/* RFC 4861, 4.4; of 2001:db8:1:2:3:4:5:6, to the link-local address of that. */
static const u8 seeds_na[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x86, 0xdd,
	0x60, 0, 0, 0, 0, 24, 58, 255,
	0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6,
	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 1,
	136, 0, 0, 0, 0x60, 0, 0, 0, 0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6,
};

static void seeds_answers(void)
{
	struct fuzz_control control = { .members = 3, .up = 0xff, .split = 30, .piece = 3 };
	unsigned int n;

	for (n = 0; n < 8; n++) {
		control.flags = (n & 1 ? FUZZ_TAG : 0) | (n & 2 ? FUZZ_PRIMARY : 0) |
				(n & 4 ? FUZZ_INDEPENDENT : 0);
		control.tci = 0x123;
		seeds_write("arp", n, &control, seeds_arp, sizeof(seeds_arp));
		seeds_write("na", n, &control, seeds_na, sizeof(seeds_na));
	}
	seeds_write("short", 0, &control, seeds_arp, 0);
	seeds_write("short", 1, &control, seeds_arp, 1);
}

int main(int argc, char **argv)
{
	unsigned int n;

	if (argc != 2) {
		fprintf(stderr, "usage: seeds FOLDER\n");
		return 2;
	}
	seeds_folder = argv[1];
	for (n = 0; n < NICBOND_FRAME_CASES; n++)
		seeds_frame(n);
	seeds_answers();
	seeds_fragments();

	return 0;
}
