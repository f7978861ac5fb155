# SPDX-License-Identifier: GPL-2.0
"""ethtool's requests, by ioctl and by netlink, and what else one asks a device by ioctl."""
import ctypes
import socket
import struct

from devices import ALL, any_index, any_name
from family import dump
from netlink import ACK, GENERIC, NESTED, REQUEST, Netlink, attribute, attributes, u32

SIOCETHTOOL = 0x8946
# What anybody may ask, of <linux/ethtool.h>; and what nicbond answers, or the stack for it.
ANYBODY = (0x01, 0x03, 0x07, 0x0a, 0x0e, 0x10, 0x12, 0x14, 0x16, 0x18, 0x37, 0x1b, 0x1d, 0x4a,
           0x1e, 0x20, 0x21, 0x23, 0x2b, 0x25, 0x27, 0x29, 0x2d, 0x2e, 0x2f, 0x30, 0x38, 0x46,
           0x3a, 0x3c, 0x41, 0x44, 0x48, 0x4e, 0x4c, 0x50)
ANSWERED = (0x03, 0x0a, 0x1b, 0x1d, 0x20, 0x37, 0x3a, 0x41, 0x4c)
GREGS, SFEATURES, SET_FLAGS, SET_GRO = 0x04, 0x3b, 0x26, 0x2c
# flags, MTU, queue length, address, broadcast address, multicast (2), name, map, bonding's
# (enslave, release, address, active), hwtstamp, MII (3): for who administers the device.
SET_IOCTLS = (0x8914, 0x8922, 0x8943, 0x8924, 0x8937, 0x8931, 0x8932, 0x8923, 0x8971,
              0x8990, 0x8991, 0x8992, 0x8995, 0x89b0, 0x8947, 0x8948, 0x8949)
# flags, MTU, address, index, bonding's information (2), hwtstamp, and private ones.
GET_IOCTLS = (0x8913, 0x8921, 0x8927, 0x8933, 0x8993, 0x8994, 0x89b1, 0x89f0, 0x89f1, 0x89ff)
# Beyond what any answer needs: 64 register files are 480 KB.
ROOM = 1 << 20

libc = ctypes.CDLL(None, use_errno=True)


class Ethtool:
    """A step is one request."""

    def __init__(self, bench):
        self.chance = bench.chance
        self.bench = bench
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.buffer = ctypes.create_string_buffer(ROOM)
        self.netlink = Netlink(GENERIC)
        self.number = self.netlink.family("ethtool")

    def ioctl(self, command, name, data):
        """An errno. @data is the ifreq's union."""
        request = ctypes.create_string_buffer(name.encode()[:15].ljust(16, b"\0") +
                                              data[:24].ljust(24, b"\0"))
        if libc.ioctl(self.socket.fileno(), ctypes.c_ulong(command), request) < 0:
            return ctypes.get_errno()
        return 0

    def pointer(self):
        """To what is random, or to nothing."""
        if self.chance.rarely(30):
            return struct.pack("=Q", self.chance.choice((0, 8, 2**64 - 1, 2**63)))
        return struct.pack("=Q", ctypes.addressof(self.buffer))

    def fill(self, command):
        """A structure of ethtool: often one of sense for it."""
        chance = self.chance
        rest = b"".join(u32(chance.number()) for _ in range(8))
        if chance.rarely(2):
            rest = {0x1b: u32(chance.randrange(20)) + u32(chance.number(12)),
                    0x1d: u32(chance.number(12)),
                    0x37: u32(0) + struct.pack("=Q", chance.number(64)),
                    0x3a: u32(chance.choice((0, 2, 3, chance.number()))),
                    0x4c: bytes(11) + bytes((chance.choice((0, 2, 3, 4, 255)),)),
                    GREGS: u32(0) + u32(chance.choice((0, 7488, 30000, ROOM // 2))),
                    SFEATURES: u32(2) + chance.randbytes(16),
                    }.get(command, u32(chance.number(1))) + bytes(32)
        data = u32(command) + rest + chance.some_bytes(128)
        ctypes.memmove(self.buffer, data, len(data))

    def request(self):
        """SIOCETHTOOL."""
        chance = self.chance
        if chance.rarely(3):
            command = chance.choice((GREGS, SFEATURES, SFEATURES, SET_FLAGS, SET_GRO,
                                     chance.randrange(0x60), chance.number()))
        else:
            command = chance.choice(ANSWERED if chance.rarely(2) else ANYBODY)
        self.fill(command)
        kind = "ethtool-get" if command in ANYBODY else "ethtool-set"
        return kind, self.ioctl(SIOCETHTOOL, any_name(chance), self.pointer())

    def argument(self, command):
        """What an ioctl takes: a name, a number, an address, a pointer."""
        chance = self.chance
        if command in (0x8923, 0x8990, 0x8991, 0x8995):
            return any_name(chance).encode()
        if command in (0x8924, 0x8937, 0x8992, 0x8931, 0x8932):
            family = 0 if command in (0x8931, 0x8932) else chance.choice((1, 1, chance.number(16)))
            first = chance.choice((1, 0x33) if not family else (2, 2, 0, 1))
            return struct.pack("=HB", family, first) + chance.randbytes(5)
        if command in (0x8922, 0x8943):
            return u32(chance.choice((1500, 1400, 9000)) if chance.rarely(2) else chance.number())
        if command in (0x8993, 0x8994, 0x89b0, 0x89b1):
            config = chance.choice((0, 1, 1, chance.number())), chance.choice((0, 1)), \
                chance.choice((0, 1, chance.number(4)))
            ctypes.memmove(self.buffer, struct.pack("=III", *config), 12)
            return self.pointer()
        if command == 0x8914:
            return struct.pack("=H", chance.choice((1, 1, 0, 0x101, chance.number(16))))
        return chance.some_bytes(24)

    def device(self):
        """The other ioctls."""
        chance = self.chance
        commands = SET_IOCTLS if chance.rarely(2) else GET_IOCTLS
        command = chance.choice(commands)
        # None of these names is a device's for long, as masters are made by name.
        if command == 0x8923 and not chance.rarely(10):
            command = 0x8990
        kind = "ioctl-set" if command in SET_IOCTLS else "ioctl-get"
        return kind, self.ioctl(command, any_name(chance), self.argument(command))

    def message(self):
        """Of ethtool's family: the header, and attributes of any kind."""
        chance = self.chance
        header = [(1, u32(any_index(chance)))] if chance.rarely(2) else \
            [(2, any_name(chance, ALL).encode() + b"\0")]
        if chance.rarely(3):
            header.append((3, u32(chance.number(3))))
        pairs = [(1 | NESTED, attributes(chance, header))]
        for _ in range(chance.choice((0, 0, 0, 1, 2, 3))):
            bits = attribute(2, u32(chance.number(7))) + attribute(4, chance.randbytes(8))
            pairs.append(chance.choice(((0, u32(chance.number())), (0, chance.some_bytes(32)),
                                        (0, bytes((chance.getrandbits(1),))), (NESTED, bits))))
            pairs[-1] = (pairs[-1][0] | chance.randint(2, 12), pairs[-1][1])
        # Most that nicbond, or its members, have something to say to are small.
        command = chance.choice((1, 2, 4, 6, 9, 11, 12, 25, 32, chance.randint(0, 60)))
        body = struct.pack("=BBH", command, 1, 0) + attributes(chance, pairs)
        if chance.rarely(4):
            return "ethtool-dump", dump(self.bench, self.netlink, self.number, body)
        message = self.netlink.message(self.number, REQUEST | ACK, body)
        self.bench.remember(self.netlink, message)
        return "ethtool-netlink", self.netlink.ask(message)

    def step(self):
        """One of these."""
        return self.chance.choice((self.request, self.request, self.device, self.message))()
