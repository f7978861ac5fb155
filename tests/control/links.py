# SPDX-License-Identifier: GPL-2.0
"""Requests to rtnetlink about masters and members: made, changed, told of, deleted."""
import struct

from devices import ALL, DUMMIES, MASTERS, VETHS, any_index, any_name, index
from family import dump
from netlink import ACK, CREATE, EXCL, REQUEST, ROUTE, Netlink, attribute, attributes, u32

NEWLINK, DELLINK, GETLINK, SETLINK, GETSTATS = 16, 17, 18, 19, 94
ADDRESS, IFNAME, MTU, MASTER, TXQLEN, LINKINFO = 1, 3, 4, 10, 13, 18
EXT_MASK, PROMISCUITY, TX_QUEUES, RX_QUEUES, CARRIER = 29, 30, 31, 32, 33
KIND, DATA, SLAVE_KIND, SLAVE_DATA = 1, 2, 4, 5
UP, PROMISC, ALLMULTI = 1, 0x100, 0x200


def text(word):
    """As netlink has it."""
    return word.encode() + b"\0"


def info(ifindex=0, flags=0, change=0):
    """The header, ifinfomsg."""
    return struct.pack("=BxHiII", 0, 0, ifindex - (1 << 32) * (ifindex > 0x7fffffff), flags, change)


class Links:
    """A step is one request of some kind."""

    def __init__(self, bench, rows):
        self.bench = bench
        self.chance = bench.chance
        self.masters, self.members = rows
        self.netlink = Netlink(ROUTE)
        # How often each, of so many in all: there are to be members, mostly.
        self.steps = [self.create] * 4 + [self.lower] * 4 + [self.change] * 8 + \
            [self.member] * 5 + [self.enslave] * 8 + [self.state] * 4 + [self.get] * 4 + \
            [self.delete]

    def content(self, option):
        """Of an option's attribute."""
        if option.kind == "device":
            return u32(any_index(self.chance, ALL) if self.chance.rarely(2) else 0)
        if option.kind == "key":
            return self.chance.randbytes(16)
        if option.kind == "targets":
            return text(option.text(self.chance))
        if option.kind == "count":
            return bytes(8)
        return u32(option.value(self.chance))

    def data(self, options):
        """Some of these; rarely what one can only be told."""
        some = [option for option in options
                if "state" not in option.of or self.chance.rarely(40) or
                option.name == "primary" and self.chance.rarely(3)]
        return attributes(self.chance, [(option.number, self.content(option))
                                        for option in self.chance.subset(some, 5)])

    def about(self, kind, options, slave=False):
        """IFLA_LINKINFO."""
        pairs = [(SLAVE_KIND if slave else KIND, text(kind)),
                 (SLAVE_DATA if slave else DATA, self.data(options))]
        return LINKINFO, attributes(self.chance, pairs)

    def ask(self, kind, flags, body, pairs):
        """Its errno."""
        message = self.netlink.message(kind, REQUEST | ACK | flags,
                                       body + attributes(self.chance, pairs))
        self.bench.remember(self.netlink, message)
        return self.netlink.ask(message)

    def fresh(self):
        """The header of a new one, which mostly is to be up at once."""
        return info() if self.chance.rarely(4) else info(0, UP, UP)

    def create(self):
        """A master."""
        chance = self.chance
        pairs = [(IFNAME, text(chance.choice(MASTERS))), self.about("nicbond", self.masters)]
        if chance.rarely(4):
            pairs.append((TX_QUEUES, u32(chance.choice((1, 2, 8, 16, 0, 4097)))))
        if chance.rarely(8):
            pairs.append((RX_QUEUES, u32(chance.choice((1, 4, 0)))))
        pairs += self.settings() if chance.rarely(4) else []
        return "link-create", self.ask(NEWLINK, CREATE | EXCL, self.fresh(), pairs)

    def lower(self):
        """A device that can be a member, should it be missing."""
        at = self.chance.randrange(4)
        pairs = [(IFNAME, text(DUMMIES[at]))]
        about = [(KIND, text("dummy"))]
        if at < 2:
            pairs = [(IFNAME, text(VETHS[at]))]
            about = [(KIND, text("veth")),
                     (DATA, attribute(1, info() + attribute(IFNAME, text(VETHS[2 + at]))))]
        pairs.append((LINKINFO, attributes(self.chance, about)))
        return "link-lower", self.ask(NEWLINK, CREATE | EXCL, self.fresh(), pairs)

    def change(self):
        """A master's options."""
        pairs = [self.about("nicbond", self.masters)]
        return "link-change", self.ask(NEWLINK, 0, info(any_index(self.chance, MASTERS)), pairs)

    def member(self):
        """A member's options."""
        pairs = [self.about("nicbond", self.members, slave=True)]
        who = any_index(self.chance, ALL if self.chance.rarely(6) else DUMMIES + VETHS[:2])
        return "link-member", self.ask(NEWLINK, 0, info(who), pairs)

    def enslave(self):
        """To a master, or to none."""
        whose = 0 if self.chance.rarely(4) else any_index(self.chance, MASTERS)
        who = any_index(self.chance, ALL if self.chance.rarely(6) else DUMMIES + VETHS[:2])
        return "link-master", self.ask(SETLINK, 0, info(who), [(MASTER, u32(whose))])

    def settings(self):
        """What any device has."""
        chance = self.chance
        return chance.subset([
            (ADDRESS, bytes((chance.choice((2, 2, 1, 0)),)) +
             chance.randbytes(chance.choice((5, 5, 5, 5, 4, 7)))),
            (MTU, u32(chance.choice((1500, 1400, 9000, 68, 65535)) if chance.rarely(2)
                      else chance.number())),
            (TXQLEN, u32(chance.number(12))),
            (CARRIER, bytes((chance.getrandbits(1),))),
            (IFNAME, text(any_name(chance))) if chance.rarely(20) else (PROMISCUITY, u32(1)),
        ], 2)

    def state(self):
        """Up, down, promiscuous; and what any device has."""
        flags = UP if self.chance.rarely(2) else self.chance.getrandbits(10)
        change = self.chance.choice((UP, UP, PROMISC, ALLMULTI, PROMISC | ALLMULTI, 0))
        pairs = self.settings() if self.chance.rarely(3) else []
        body = info(any_index(self.chance), flags, change)
        return "link-state", self.ask(NEWLINK, 0, body, pairs)

    def delete(self):
        """A device."""
        who = any_index(self.chance, MASTERS if self.chance.rarely(2) else ALL)
        return "link-delete", self.ask(DELLINK, 0, info(who), [])

    def get(self):
        """What rtnetlink tells: of one, of all, the statistics."""
        chance = self.chance
        which = chance.randrange(3)
        if which == 0:
            pairs = [(EXT_MASK, u32(chance.choice((0, 1, 8, chance.number()))))]
            return "link-get", self.ask(GETLINK, 0, info(index(any_name(chance))), pairs)
        if which == 1:
            pairs = [(EXT_MASK, u32(9)), (LINKINFO, attribute(KIND, text("nicbond")))]
            body = info() + attributes(chance, chance.subset(pairs, 2))
            return "link-dump", dump(self.bench, self.netlink, GETLINK, body)
        body = struct.pack("=BxHII", 0, 0, index(any_name(chance)),
                           chance.choice((31, 2, 4, chance.number())))
        if chance.rarely(2):
            return "link-dump", dump(self.bench, self.netlink, GETSTATS, body)
        return "link-get", self.ask(GETSTATS, 0, body, [])

    def step(self):
        """One request."""
        return self.chance.choice(self.steps)()
