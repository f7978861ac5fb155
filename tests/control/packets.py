# SPDX-License-Identifier: GPL-2.0
"""Packets through masters, so that what is changed is in use."""
import socket
import struct

from devices import MASTERS, VETHS, any_name


class Packets:
    """By a packet socket, if we may have one."""

    def __init__(self, bench):
        self.chance = bench.chance
        try:
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        except OSError:
            self.socket = None

    def frame(self):
        """To anybody: IPv4, IPv6, ARP, or what it is not."""
        chance = self.chance
        types = {0x0800: b"\x45" + chance.randbytes(8) + b"\x11" + chance.randbytes(10),
                 0x86dd: b"\x60" + chance.randbytes(39),
                 0x0806: b"\0\1\x08\0\6\4\0\1" + chance.randbytes(20),
                 0x8100: chance.randbytes(2) + b"\x08\0\x45" + chance.randbytes(19)}
        kind = chance.choice(list(types))
        length = chance.choice((0, 18, 60, 60, 1000, 1400, 9000))
        return b"\xff" * 6 + chance.randbytes(6) + struct.pack(">H", kind) + types[kind] + \
            chance.randbytes(length)

    def step(self):
        """Some of them."""
        name = any_name(self.chance, MASTERS + VETHS[2:])
        frames = [self.frame() for _ in range(self.chance.randint(1, 8))]
        outcome = 0
        for frame in frames:
            try:
                if not self.socket:
                    return "packet", 1
                self.socket.sendto(frame, (name, 0))
            except OSError as error:
                outcome = error.errno
        return "packet", outcome
