# SPDX-License-Identifier: GPL-2.0
"""Requests to nicbond's family of generic netlink, by its spec."""
import struct

from devices import ALL, MASTERS, any_index
from netlink import ACK, DUMP, GENERIC, REQUEST, Netlink, attributes, u32
import schema


class Family:
    """All operations: do, dump, and dumps that are left in the middle."""

    def __init__(self, bench, spec):
        self.bench = bench
        self.operations = schema.operations(spec)
        self.netlink = Netlink(GENERIC)
        self.number = self.netlink.family("nicbond")

    def content(self, name, kind):
        """Of an attribute, by its name in the spec."""
        chance = self.bench.chance
        if name in ("master", "ifindex"):
            return u32(any_index(chance, MASTERS if name == "master" else ALL))
        if name == "fd":
            return struct.pack("=i", self.bench.programs.any_fd())
        if name in ("offset", "count"):
            return u32(chance.number() if chance.rarely(4) else 4 * chance.randrange(1000))
        if name == "destination":
            return chance.randbytes(chance.choice((4, 16, 16, 3)))
        if name == "frame":
            frame = self.bench.packets.frame()
            return frame[:9217] if chance.rarely(2) else frame[:chance.randint(0, 64)]
        if kind == "u32":
            return u32(chance.number(24 if name == "d-id" else 32))
        return chance.some_bytes(32)

    def body(self, operation, way):
        """An operation's request: mostly what the spec says, and some more of its set."""
        chance = self.bench.chance
        names = operation.taken[way]
        if chance.rarely(3):
            names = chance.subset(names, len(names))
        if operation.name == "which" and not chance.rarely(4):
            names = ["master", chance.choice(("destination", "d-id", "frame"))]
        if chance.rarely(8):
            names = names + chance.subset(list(operation.attributes), 3)
        pairs = [(operation.attributes[name][0],
                  self.content(name, operation.attributes[name][1])) for name in names]
        command = chance.number(8) if chance.rarely(50) else operation.number
        return struct.pack("=BBH", command, 1, 0) + attributes(chance, pairs)

    def step(self):
        """One request."""
        chance = self.bench.chance
        operation = chance.choice(self.operations)
        way = chance.choice(operation.ways)
        body = self.body(operation, way)
        kind = "family-admin" if operation.admin else "family-get"
        if way == "do":
            message = self.netlink.message(self.number, REQUEST | ACK, body)
            self.bench.remember(self.netlink, message)
            return kind, self.netlink.ask(message)
        return "family-dump", dump(self.bench, self.netlink, self.number, body)


def dump(bench, netlink, number, body):
    """Read to its end, or in small pieces and left, or asked for twice."""
    message = netlink.message(number, REQUEST | DUMP, body)
    patience = bench.chance.choice((1, 2, 1000, 1000))
    if patience == 1000:
        return netlink.send(message) or netlink.outcome()[0]
    netlink.reopen(room=4096)
    outcome = netlink.send(message) or netlink.outcome(patience)[0]
    if bench.chance.rarely(2):
        netlink.send(message)
        netlink.outcome(1)
    netlink.reopen()
    return outcome
