# SPDX-License-Identifier: GPL-2.0
"""
What nicbond takes: the operations of its family, by Documentation/netlink/specs/nicbond.yaml,
and the options of masters and members, by the rows of <linux/nicbond_link.h> as
`options --shell` prints them.
"""
import yaml


class Option:
    """A row: its attribute, its file, what it takes."""

    def __init__(self, number, words):
        self.number = number
        self.of, self.name, self.kind = words[:3]
        self.least = int(words[4]) if words[4] != "-" else 0
        self.most = int(words[5]) if words[5] != "-" else 0
        self.powers = words[6] == "powers"
        self.words = [pair.split("=") for pair in words[8].split(",")] if "=" in words[8] else []

    def value(self, chance):
        """One that is in its range, or beside it: a number, or as text, without a device."""
        if chance.rarely(6):
            return chance.choice((self.least - 1, self.most + 1, chance.number()))
        if self.words:
            some = chance.subset(self.words, 4 if self.kind == "set" else 1) or self.words[:1]
            return sum(int(number) for _, number in some)
        if self.powers:
            return 1 << chance.randint(self.least.bit_length() - 1, self.most.bit_length() - 1)
        # Often small, as what takes long is not done often then.
        most = self.most if chance.rarely(2) else min(self.most, self.least + 100)
        return chance.randint(self.least, most)

    def text(self, chance):
        """As one writes it."""
        if self.kind == "key":
            return chance.randbytes(16).hex()
        if self.kind == "targets":
            return targets(chance)
        if self.words:
            most = len(self.words) if self.kind == "set" else 1
            return ",".join(word for word, _ in chance.subset(self.words, most))
        return str(self.value(chance))


def targets(chance):
    """Addresses, most of which can be asked about."""
    some = []
    for _ in range(chance.choice((0, 1, 2, 3, 16, 17))):
        target = chance.choice(("10.0.0.2", "10.0.0.255", "fd00::2", "::", "224.0.0.1", "1.2.3",
                                f"10.1.{chance.number(8)}.{chance.number(8)}",
                                f"fd01::{chance.number(16):x}"))
        some.append(target + (f"@{chance.number(13)}" if chance.rarely(4) else ""))
    return ",".join(some) or "none"


def options(path):
    """Those of masters and those of members, states too. A row's place is its number."""
    masters, members = [], []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words[0].startswith("master"):
                masters.append(Option(2 + len(masters), words))
            else:
                members.append(Option(1 + len(members), words))
    return masters, members


class Operation:
    """One of the family: its number, its ways, and by name number and type of what it takes."""

    def __init__(self, number, operation, attributes):
        self.number = number
        self.name = operation["name"]
        self.admin = "uns-admin-perm" in operation.get("flags", ())
        self.ways = [way for way in ("do", "dump") if way in operation]
        self.attributes = attributes
        self.taken = {way: operation[way]["request"]["attributes"] for way in self.ways}


def operations(path):
    """Those that one can ask for. The spec numbers both, from 1 on."""
    with open(path, encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    sets = {}
    for noun in spec["attribute-sets"]:
        sets[noun["name"]] = {row["name"]: (number, row["type"])
                              for number, row in enumerate(noun["attributes"], 1)}
    found = [Operation(number, row, sets[row["attribute-set"]])
             for number, row in enumerate(spec["operations"]["list"], 1)]
    return [operation for operation in found if operation.ways]
