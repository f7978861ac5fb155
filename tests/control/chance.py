# SPDX-License-Identifier: GPL-2.0
"""What is left to chance, from a seed: numbers, bytes, words."""
import random

BOUNDARY = (0, 1, 2, 3, 4, 63, 64, 65, 127, 128, 255, 256, 1500, 4095, 4096, 4097, 65535, 65536,
            999999999, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1)


class Chance(random.Random):
    """The same seed, the same choices."""

    def rarely(self, one_of):
        """Once in so many times."""
        return self.randrange(one_of) == 0

    def number(self, bits=32):
        """At a boundary, small, or any."""
        how = self.randrange(3)
        if how == 0:
            return self.choice(BOUNDARY) & ((1 << bits) - 1)
        return self.getrandbits(4 if how == 1 else bits)

    def some_bytes(self, most):
        """So many at most: often few, and often zeroes or ones."""
        length = self.randrange(1 + (most if self.rarely(4) else min(most, 16)))
        if self.rarely(3):
            return self.choice((b"\0", b"\xff")) * length
        return self.randbytes(length)

    def from_list(self, words):
        """One of them, also if there is none: None. What is drawn does not depend on them."""
        at = self.random()
        return words[int(at * len(words))] if words else None

    def subset(self, words, most):
        """Some of them, in any order."""
        return self.sample(words, min(len(words), self.randint(0, most)))
