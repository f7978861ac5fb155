# SPDX-License-Identifier: GPL-2.0
"""
BPF programs: good ones, others' types, random instructions; given to masters as selectors and
as XDP programs, and to members, and taken away.
"""
import ctypes
import os
import struct

from devices import ALL, MASTERS, any_index, any_name
from files import CLASS, names_in, write
from links import NEWLINK, SETLINK, info
from netlink import ACK, REQUEST, ROUTE, Netlink, attributes, u32

SYSCALL = 321
MAP_CREATE, PROG_LOAD, OBJ_GET, LINK_CREATE = 0, 5, 7, 28
SOCKET_FILTER, SCHED_CLS, XDP = 1, 3, 6
ATTACH_XDP = 37
IFLA_XDP, XDP_FD, XDP_FLAGS, XDP_EXPECTED = 43, 1, 3, 8
KEPT = 12

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, data):
    """bpf(2): a number, or minus an errno."""
    buffer = ctypes.create_string_buffer(data.ljust(144, b"\0"))
    result = libc.syscall(SYSCALL, command, buffer, 144)
    return result if result >= 0 else -ctypes.get_errno()


def address(buffer):
    """As bpf(2) has pointers."""
    return ctypes.addressof(buffer)


def instruction(code, registers=0, offset=0, number=0):
    """One."""
    return struct.pack("=BBhI", code, registers, offset, number & 0xffffffff)


def load(kind, code, attach=0):
    """A program of these instructions; its descriptor, or minus an errno."""
    text = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")
    data = struct.pack("=IIQQIIQII16sII", kind, len(code) // 8, address(text), address(licence),
                       0, 0, 0, 0, 0, b"control", 0, attach)
    return bpf(PROG_LOAD, data)


class Programs:
    """Those that we have, the pinned ones, and what is none."""

    def __init__(self, bench, pins):
        self.chance = bench.chance
        self.bench = bench
        self.pins = pins
        self.own = []
        self.netlink = Netlink(ROUTE)
        self.odd = [os.open("/dev/null", os.O_RDONLY),
                    max(0, bpf(MAP_CREATE, struct.pack("=IIII", 2, 4, 4, 1)))]
        self.pinned = []
        for name in names_in(pins) if pins else []:
            path = ctypes.create_string_buffer(f"{pins}/{name}".encode())
            got = bpf(OBJ_GET, struct.pack("=Q", address(path)))
            self.pinned += [got] if got >= 0 else []

    def any_fd(self):
        """Of a program, mostly."""
        chance = self.chance
        if chance.rarely(6):
            return chance.choice([-1, 0, 77, chance.number(31)] + self.odd)
        fd = chance.from_list(self.own + self.pinned)
        return -1 if fd is None else fd

    def body(self):
        """Instructions that might be a program: arithmetic, loads, jumps ahead, calls."""
        chance = self.chance
        code = [instruction(0xbf, 0x16), instruction(0xb7, 0, 0, chance.number(7))]
        for _ in range(chance.choice((0, 1, 2, 4, 16, 64))):
            registers = chance.choice((0, 0x07, 0x60, 0x06, chance.number(8)))
            code.append(chance.choice((
                instruction(chance.choice((0x07, 0x57, 0xa7, 0x77, 0x27)), 0, 0, chance.number(5)),
                instruction(chance.choice((0x30, 0x28, 0x20)), 0, 0, chance.number(11)),
                instruction(0x61, registers, 4 * chance.randrange(48)),
                instruction(0xb7, chance.choice((0, 7)), 0, chance.number()),
                instruction(chance.choice((0x15, 0x25, 0xb5)), 0, chance.randrange(3),
                            chance.number(6)),
                instruction(0x85, 0, 0, chance.choice((5, 7, 8, chance.number(8)))))))
        return b"".join(code) + instruction(0x95)

    def code(self):
        """A good program, a likely one, or any bytes."""
        chance = self.chance
        how = chance.randrange(8)
        if how < 3:
            return instruction(0xb7, 0, 0, chance.choice((0, 1, 2, 3, 4, 63, 64, chance.number())
                                                         )) + instruction(0x95)
        if how < 7:
            return self.body()
        return chance.randbytes(8 * chance.randint(1, 32)) + instruction(0x95)

    def load(self):
        """One more; the oldest is let go of."""
        chance = self.chance
        kind = chance.choice((SOCKET_FILTER, SOCKET_FILTER, XDP, XDP, SCHED_CLS, chance.number(5)))
        got = load(kind, self.code(), ATTACH_XDP if kind == XDP and chance.rarely(3) else 0)
        if got >= 0:
            self.own.append(got)
        if len(self.own) > KEPT:
            os.close(self.own.pop(0))
        return "program-load", max(0, -got)

    def select(self):
        """A selector's program, by sysfs; the family's way is family.py's."""
        chance = self.chance
        path = f"{CLASS}/{any_name(chance, MASTERS)}/nicbond/selector_program"
        pin = chance.from_list(names_in(self.pins)) if self.pins else None
        text = chance.choice((f"fd:{self.any_fd()}", f"fd:{self.any_fd()}", "none",
                              f"{self.pins}/{pin}"))
        outcome = write(path, text.encode())
        # Which counts for nothing while another selector is chosen.
        write(path.replace("_program", ""), b"bpf")
        return "program-select", outcome

    def express(self):
        """An XDP program, of a master or a member; XDP_FLAGS of any kind."""
        chance = self.chance
        fd = -1 if chance.rarely(3) else self.any_fd()
        pairs = [(XDP_FD, struct.pack("=i", fd)),
                 (XDP_FLAGS, u32(chance.choice((0, 2, 4, 4, 1, 8, chance.number(5)))))]
        if chance.rarely(8):
            pairs.append((XDP_EXPECTED, struct.pack("=i", self.any_fd())))
        body = info(any_index(chance, MASTERS if chance.rarely(2) else ALL)) + \
            attributes(chance, [(IFLA_XDP, attributes(chance, pairs))])
        kind = chance.choice((NEWLINK, SETLINK))
        message = self.netlink.message(kind, REQUEST | ACK, body)
        self.bench.remember(self.netlink, message)
        return "program-xdp", self.netlink.ask(message)

    def link(self):
        """An XDP program by a BPF link, that lives as long as its descriptor."""
        chance = self.chance
        fd = self.any_fd()
        data = struct.pack("=iIII", fd, any_index(chance), ATTACH_XDP,
                           chance.choice((0, 2, 4, chance.number(5))))
        got = bpf(LINK_CREATE, data)
        if got >= 0:
            self.bench.packets.step()
            os.close(got)
        return "program-link", max(0, -got)

    def step(self):
        """One of these."""
        return self.chance.choice((self.load, self.load, self.select, self.select, self.express,
                                   self.express, self.link))()
