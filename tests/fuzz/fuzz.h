/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FUZZ_FUZZ_H
#define _NICBOND_FUZZ_FUZZ_H

/* What libFuzzer calls, with an input of its making. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* It must be so; if not, @what is why this input is kept. */
#define fuzz_expect(x, what) do {					\
	if (unlikely(!(x))) {						\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, what); \
		abort();						\
	}								\
} while (0)

#endif /* _NICBOND_FUZZ_FUZZ_H */
