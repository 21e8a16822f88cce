"""What a sandboxed process may do with files by name, and beyond itself, as Landlock rules.

The orchestrator asks the kernel for its version of Landlock (its ABI) and sends the child a ruleset
that this version understands; an older kernel holds less of the same policy, none holds nothing.
"""

from __future__ import annotations

import ctypes
from dataclasses import asdict, dataclass
from enum import IntFlag
from functools import cache
from typing import Any

from judge.sandbox import policy

_CREATE_RULESET = 444
_VERSION = 1


class File(IntFlag):
    """Rights on files, as in ``linux/landlock.h``."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


_FILE_ABI = {1: File(0x1FFF), 2: File.REFER, 3: File.TRUNCATE, 5: File.IOCTL_DEV}
_TCP_ABI, _BIND_AND_CONNECT = 4, 0b11
_SCOPE_ABI, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11

READ = File.READ_FILE | File.READ_DIR
USE = File.READ_FILE | File.WRITE_FILE
KEEP_FILES = (
    READ
    | USE
    | File.REMOVE_DIR
    | File.REMOVE_FILE
    | File.MAKE_DIR
    | File.MAKE_REG
    | File.MAKE_SYM
    | File.REFER
    | File.TRUNCATE
)

PATHS: dict[str, File] = {
    "/proc": READ,
    policy.TMP: KEEP_FILES,
    "/dev/shm": KEEP_FILES,
    "/dev/null": USE,
    "/dev/zero": USE,
    "/dev/full": USE,
    "/dev/random": File.READ_FILE,
    "/dev/urandom": File.READ_FILE,
}
"""Beside the runtime, its libraries, the runner and the cache, wherever they are."""


@dataclass(frozen=True)
class Ruleset:
    """What one kernel can hold of the policy: which rights it looks at, and who has which."""

    handled_files: int
    handled_tcp: int
    scoped: int
    paths: tuple[tuple[str, int], ...]

    def message(self) -> dict[str, Any]:
        """As the child gets it."""
        return asdict(self)


def ruleset(abi: int, paths: dict[str, File]) -> Ruleset | None:
    """The ruleset for a kernel's ABI: everything that it can look at is refused, but for
    ``paths``. None where the kernel has no Landlock."""
    if abi < 1:
        return None
    handled = File(0)
    for since, rights in _FILE_ABI.items():
        if abi >= since:
            handled |= rights
    return Ruleset(
        handled_files=int(handled),
        handled_tcp=_BIND_AND_CONNECT if abi >= _TCP_ABI else 0,
        scoped=_ABSTRACT_SOCKETS_AND_SIGNALS if abi >= _SCOPE_ABI else 0,
        paths=tuple((path, int(rights & handled)) for path, rights in paths.items()),
    )


@cache
def kernel_abi() -> int:
    """The kernel's version of Landlock; 0 where it has none, or a container forbids it."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))
    return max(0, int(version))
