# SPDX-License-Identifier: GPL-2.0
"""The devices that are tormented, by name; the test makes some, links.py the others."""
import socket

MASTERS = ("nb0", "nb1", "nb2", "nb3")
DUMMIES = ("d0", "d1", "d2", "d3")
VETHS = ("v0", "v1", "w0", "w1")
ALL = MASTERS + DUMMIES + VETHS


def index(name):
    """Of one that there is, or a number that is nobody's."""
    try:
        return socket.if_nametoindex(name)
    except OSError:
        return 4000


def any_name(chance, names=ALL):
    """One of these, rarely another."""
    return chance.choice(("lo", "none", "")) if chance.rarely(30) else chance.choice(names)


def any_index(chance, names=ALL):
    """One of these, rarely another."""
    number = index(chance.choice(names))
    return chance.number() if chance.rarely(20) else number
