# SPDX-License-Identifier: GPL-2.0
"""sysfs, debugfs and the module's parameters: each file is read, and written what is wrong."""
import errno
import os
import random

from devices import ALL, MASTERS, any_name

CLASS, DEBUG, PARAMETERS = "/sys/class/net", "/sys/kernel/debug/nicbond", \
    "/sys/module/nicbond/parameters"


def names_in(folder):
    """Sorted, as chance is to choose alike; none, if it is not there or not for us."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def write(path, data):
    """An errno."""
    try:
        file = os.open(path, os.O_WRONLY)
    except OSError as error:
        return error.errno
    try:
        os.write(file, data)
    except OSError as error:
        return error.errno
    finally:
        os.close(file)
    return 0


def read(path):
    """An errno, and what it is all."""
    try:
        with open(path, "rb", buffering=0) as file:
            while file.read(4096):
                pass
    except OSError as error:
        return error.errno
    return 0


class Files:
    """A step is one file."""

    def __init__(self, bench, rows):
        self.bench = bench
        self.chance = bench.chance
        self.masters, self.members = rows

    def odd(self):
        """What no option takes, or hardly."""
        chance = self.chance
        return chance.choice((
            b"", b"\n", b"\0", b" ", str(chance.number(64)).encode(), b"-1", b"0x10",
            chance.randbytes(chance.randint(1, 64)), b"none", b"auto", b"," * chance.randint(1, 64),
            b"9" * chance.choice((10, 20, 4095, 4096, 4097, 20000)),
            b"10.0.0.2," * chance.randint(1, 400), b"fd:%d" % self.bench.programs.any_fd(),
            b"/" + b"a" * chance.randint(1, 4090), b"%s%n%p", b"dst-ip," * 500))

    def setting(self, master):
        """A file and what it may take."""
        chance = self.chance
        if master and chance.rarely(6):
            return "primary", any_name(chance).encode() if chance.rarely(2) else b"auto"
        options = [option for option in (self.masters if master else self.members)
                   if "state" not in option.of]
        option = chance.choice(options)
        return option.name, option.text(chance).encode()

    def write(self):
        """An option."""
        chance = self.chance
        master = not chance.rarely(3)
        device = any_name(chance, MASTERS if master else ALL)
        name, data = self.setting(master)
        if chance.rarely(30):
            name = chance.choice(("epoch", "role", "members", "slot", "transmitted", "failovers"))
        if chance.rarely(3):
            data = self.odd()
        if chance.rarely(2):
            data += b"\n"
        folder = "nicbond" if master else "nicbond_member"
        return "file-write", write(f"{CLASS}/{device}/{folder}/{name}", data)

    def read(self):
        """All of a master, or of a member; the outcome is the last one's."""
        folder = f"{CLASS}/{any_name(self.chance)}/"
        folder += "nicbond" if self.chance.rarely(2) else "nicbond_member"
        return "file-read", self.read_all([f"{folder}/{name}" for name in names_in(folder)])

    def read_all(self, paths):
        """In any order; of none: ENOENT. How many there are, chance does not go by."""
        last = errno.ENOENT
        random.Random(self.chance.getrandbits(32)).shuffle(paths)
        for path in paths:
            last = read(path)
        return last

    def debug(self):
        """What debugfs shows of one member."""
        master = self.chance.from_list(names_in(DEBUG))
        member = self.chance.from_list(names_in(f"{DEBUG}/{master}"))
        folder = f"{DEBUG}/{master}/{member}"
        return "debugfs-read", self.read_all([f"{folder}/{name}" for name in names_in(folder)])

    def parameter(self):
        """None of which can be written."""
        name = self.chance.from_list(names_in(PARAMETERS))
        read(f"{PARAMETERS}/{name}")
        return "parameter-write", write(f"{PARAMETERS}/{name}", self.odd() or b"0")

    def step(self):
        """One file, or a folder of them."""
        return self.chance.choice((self.write, self.write, self.write, self.write, self.read,
                                   self.debug, self.parameter))()
