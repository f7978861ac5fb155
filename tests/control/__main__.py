# SPDX-License-Identifier: GPL-2.0
"""
Random input to everything by which a user controls nicbond, in the network namespace where it
runs (tests/netns/control.sh):

  python3 tests/control --spec nicbond.yaml --options OPTIONS [--seed N] [--count N]
        [--pins FOLDER] [--kinds KIND,...] [--verbose]

OPTIONS is what `options --shell` prints, FOLDER where BPF programs are pinned. The same seed
makes the same choices; what becomes of them is another matter, with others at work. Prints for
each kind of request how many were accepted, and how many refused, by errno. --kinds: only
these of its families, files, and so on; --verbose: each step before it is known what becomes
of it, so that the last one is known.
"""
import argparse
import sys

from chance import Chance
from ethtool import Ethtool
from family import Family
from files import Files
from links import Links
from packets import Packets
from programs import Programs
from rubbish import Rubbish
from tally import Tally
import schema

# Of so many steps in all, how many of each.
WEIGHTS = {"family": 6, "links": 6, "rubbish": 4, "files": 6, "ethtool": 4, "programs": 4,
           "packets": 2}
REMEMBERED = 64


class Bench:
    """What the kinds share: chance, programs, and messages that were sent."""

    def __init__(self, arguments):
        self.chance = Chance(arguments.seed)
        self.memory = []
        rows = schema.options(arguments.options)
        self.packets = Packets(self)
        self.programs = Programs(self, arguments.pins)
        self.family = Family(self, arguments.spec)
        self.links = Links(self, rows)
        self.files = Files(self, rows)
        self.ethtool = Ethtool(self)
        self.rubbish = Rubbish(self, (self.family.number, self.family.number,
                                      self.ethtool.number))

    def remember(self, netlink, message):
        """A message that may be sent again, with changes."""
        self.memory.append((netlink.protocol, message))
        del self.memory[:-REMEMBERED]


def main():
    """So many steps."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--spec", required=True)
    parser.add_argument("--options", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--pins")
    parser.add_argument("--kinds", default=",".join(WEIGHTS))
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    bench, tally = Bench(arguments), Tally()
    kinds = [kind for kind in arguments.kinds.split(",") for _ in range(WEIGHTS[kind])]
    for step in range(arguments.count):
        kind = bench.chance.choice(kinds)
        if arguments.verbose:
            print(f"step {step} {kind}", file=sys.stderr, flush=True)
        tally.add(*getattr(bench, kind).step())
    print("\n".join(tally.lines()))


main()
