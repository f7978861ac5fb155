# SPDX-License-Identifier: GPL-2.0
"""Netlink messages that nobody meant: random ones, and others' with changes."""
from netlink import ACK, DUMP, GENERIC, HEADER, REQUEST, ROUTE, Netlink
from links import DELLINK, GETLINK, GETSTATS, NEWLINK, SETLINK


class Rubbish:
    """Sockets of its own."""

    def __init__(self, bench, families):
        self.chance = bench.chance
        self.bench = bench
        self.sockets = {protocol: Netlink(protocol) for protocol in (ROUTE, GENERIC)}
        self.families = families

    def body(self):
        """Random bytes behind a good header."""
        chance = self.chance
        protocol = chance.choice((ROUTE, GENERIC))
        number = chance.choice(self.families) if protocol == GENERIC else \
            chance.choice((NEWLINK, DELLINK, GETLINK, SETLINK, GETSTATS))
        flags = REQUEST | chance.choice((ACK, ACK, DUMP, chance.number(16)))
        head = bytes((chance.randrange(8), 1, 0, 0)) if protocol == GENERIC else b""
        return protocol, self.sockets[protocol].message(number, flags,
                                                        head + chance.some_bytes(4096))

    def mutant(self, message):
        """Some bytes changed, cut, or doubled; the header, but for flags, is left."""
        chance = self.chance
        data = bytearray(message)
        for _ in range(chance.randint(1, 4)):
            how = chance.randrange(8)
            at = chance.randrange(16, len(data) + 1) if len(data) > 16 else 16
            if how < 4 and at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            elif how == 4 and at < len(data):
                data[at] = chance.number(8)
            elif how == 5:
                del data[at:at + chance.choice((1, 4, 16))]
            elif how == 6:
                data[at:at] = data[chance.randrange(16, len(data) + 1):][:64]
            elif how == 7:
                data[6:8] = (REQUEST | ACK | chance.number(16)).to_bytes(2, "little")
        HEADER.pack_into(data, 0, len(data), *HEADER.unpack_from(data)[1:])
        return bytes(data)

    def step(self):
        """One message."""
        kind = "netlink-mutant"
        protocol, message = self.chance.from_list(self.bench.memory) or (None, None)
        if not message or self.chance.rarely(3):
            kind = "netlink-random"
            protocol, message = self.body()
        else:
            message = self.mutant(message)
        # The length that it says may be more than there is.
        if self.chance.rarely(40):
            message = self.chance.number().to_bytes(4, "little") + message[4:]
        netlink = self.sockets[protocol]
        outcome = netlink.ask(message)
        if self.chance.rarely(8):
            netlink.reopen()
        return kind, outcome
