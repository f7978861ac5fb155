# SPDX-License-Identifier: GPL-2.0
"""Netlink, by hand, so that a message may be as wrong as it likes."""
import socket
import struct

ROUTE, GENERIC = 0, 16
REQUEST, MULTI, ACK, DUMP, CREATE, EXCL = 1, 2, 4, 0x300, 0x400, 0x200
ERROR, DONE = 2, 3
HEADER = struct.Struct("=IHHII")
NESTED = 1 << 15


def attribute(number, data):
    """One, padded."""
    head = struct.pack("=HH", 4 + len(data) & 0xffff, number & 0xffff)
    return head + data + bytes(-len(data) % 4)


def u32(number):
    """As netlink has it."""
    return struct.pack("=I", number & 0xffffffff)


def parse(data):
    """Number and content of each attribute."""
    while len(data) >= 4:
        length, number = struct.unpack_from("=HH", data)
        yield number & 0x3fff, data[4:length]
        data = data[max(4, length + 3 & ~3):]


def spoil(chance, pairs):
    """Attributes, one thing about which is wrong."""
    pairs = list(pairs) or [(chance.number(16), b"")]
    at = chance.randrange(len(pairs))
    number, data = pairs[at]
    how = chance.randrange(9)
    if how == 0:
        del pairs[at]
    elif how == 1:
        pairs.append(pairs[at])
    elif how == 2:
        pairs[at] = (chance.number(16), data)
    elif how == 3:
        pairs[at] = (number, data[:chance.randrange(len(data) + 1)])
    elif how == 4:
        pairs[at] = (number, data + chance.some_bytes(8192))
    elif how == 5:
        pairs[at] = (number, attribute(chance.number(6), data))
    elif how == 6:
        pairs[at] = (number | chance.choice((NESTED, 1 << 14, 3 << 14)), data)
    elif how == 7:
        pairs[at] = (number, chance.some_bytes(64))
    else:
        pairs.insert(at, (chance.number(8), chance.some_bytes(64)))
    return pairs


def attributes(chance, pairs):
    """Of these; one in four times not as they should be."""
    if chance.rarely(4):
        pairs = spoil(chance, pairs)
    data = b"".join(attribute(number, content) for number, content in pairs)
    # A length that goes beyond the end, or none, or what is no attribute any more.
    if len(data) >= 4 and chance.rarely(40):
        data = struct.pack("=H", chance.number(16)) + data[2:]
    if chance.rarely(40):
        data += chance.some_bytes(16)
    return data


class Netlink:
    """A socket. The kernel answers before the request is sent, so nobody has to wait."""

    def __init__(self, protocol):
        self.protocol = protocol
        self.sequence = 0
        self.socket = None
        self.reopen()

    def reopen(self, room=1 << 20):
        """Another, of which nothing is under way."""
        if self.socket:
            self.socket.close()
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, self.protocol)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.bind((0, 0))

    def message(self, kind, flags, body):
        """With its header."""
        self.sequence += 1
        return HEADER.pack(16 + len(body), kind, flags, self.sequence, 0) + body

    def send(self, message):
        """0, or an errno."""
        try:
            self.socket.send(message)
        except OSError as error:
            return error.errno
        return 0

    def receive(self):
        """What has come: type and body of each message; None: nothing has, or too much."""
        try:
            data = self.socket.recv(1 << 18, socket.MSG_DONTWAIT)
        except OSError:
            return None
        found = []
        while len(data) >= 16:
            length, kind = HEADER.unpack_from(data)[:2]
            found.append((kind, data[16:length]))
            data = data[max(16, length + 3 & ~3):]
        return found

    def outcome(self, messages=1000):
        """The errno in the answer, of which so many messages are read; and what else came."""
        rest = []
        while messages:
            messages -= 1
            found = self.receive()
            if found is None:
                return None, rest
            for kind, body in found:
                if kind in (ERROR, DONE):
                    return -struct.unpack_from("=i", body)[0], rest
                rest.append(body)
        return 0, rest

    def ask(self, message):
        """Its errno, 0 if it was accepted, or None without an answer."""
        return self.send(message) or self.outcome()[0]

    def family(self, name):
        """The number of a family of generic netlink."""
        body = struct.pack("=BBH", 3, 1, 0) + attribute(2, name.encode() + b"\0")
        self.send(self.message(16, REQUEST | ACK, body))
        _, found = self.outcome()
        return struct.unpack("=H", dict(parse(found[0][4:]))[1][:2])[0]
