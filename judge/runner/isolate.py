"""Isolation of a forked child, step by step: each function takes one thing away from it.

Called between the fork and the first hostile line, in the order that DESIGN.md gives. Linux only;
system calls that Python does not wrap go through libc.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from pathlib import Path
from typing import Any

NAMESPACES = {
    "mount": 0x00020000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "network": 0x40000000,
}

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
SECCOMP_MODE_FILTER = 2
LANDLOCK_CREATE_RULESET = 444
LANDLOCK_ADD_RULE = 445
LANDLOCK_RESTRICT_SELF = 446
LANDLOCK_RULE_PATH_BENEATH = 1
TMP = b"/tmp"
LINUX_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def own_namespaces(names: list[str]) -> None:
    """Leaves the zygote's namespaces of these kinds, ``user`` among them. The next fork is pid 1
    of a new pid namespace."""
    if not names:
        return
    uid, gid = os.getuid(), os.getgid()
    _call("unshare", sum(NAMESPACES[name] for name in names))
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")


def own_files(tmp_mb: int, cpuinfo: bytes) -> None:
    """A private, bounded /tmp; no shared memory of others, no terminals; in /proc nothing but a
    copy of cpuinfo, without which XNNPACK complains on the program's stderr."""
    _call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    options = f"size={tmp_mb}m,nr_inodes=4096,mode=0700".encode()
    _mount_tmpfs(TMP, MS_NOSUID | MS_NODEV | MS_NOEXEC, options)
    _mount_tmpfs(b"/dev/shm", MS_NOSUID | MS_NODEV | MS_NOEXEC, options)
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    _mount_tmpfs(b"/dev/pts", flags | MS_RDONLY, b"size=4k,mode=0555")
    _mount_tmpfs(b"/proc", flags, b"size=1m,mode=0555")
    Path("/proc/cpuinfo").write_bytes(cpuinfo)
    _call("mount", b"none", b"/proc", None, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, None)
    os.chdir(TMP)


def only_descriptors(keep: list[int]) -> None:
    """Closes every descriptor but 0, 1, 2 and ``keep``."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    start = 3
    for descriptor in sorted(keep):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, limit)


def drop_capabilities() -> None:
    """No capability in any set, and no core or ptrace by others."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    _call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)


def no_new_privileges() -> None:
    """No program that is executed from here on can gain any."""
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def restrict_files(ruleset: dict[str, Any]) -> None:
    """Confines the process by a Landlock ruleset of the orchestrator's: numbers, and paths with
    the rights on all below them. A path that is not in this jail is passed over."""
    handled = (ctypes.c_uint64 * 3)(
        ruleset["handled_files"], ruleset["handled_tcp"], ruleset["scoped"]
    )
    descriptor = _call("syscall", LANDLOCK_CREATE_RULESET, handled, ctypes.sizeof(handled), 0)
    for path, rights in ruleset["paths"]:
        try:
            target = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        # struct landlock_path_beneath_attr is packed: 64 bits of rights, 32 of a descriptor.
        rule = struct.pack("=Qi", rights, target)
        _call("syscall", LANDLOCK_ADD_RULE, descriptor, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
        os.close(target)
    _call("syscall", LANDLOCK_RESTRICT_SELF, descriptor, 0)
    os.close(descriptor)


def filter_system_calls(program: bytes) -> None:
    """Installs a seccomp filter that the orchestrator compiled: ``struct sock_filter[]``."""

    class SockFprog(ctypes.Structure):
        _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    fprog = SockFprog(len(program) // 8, program)
    _call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(fprog), 0, 0)


def _mount_tmpfs(target: bytes, flags: int, options: bytes) -> None:
    _call("mount", b"tmpfs", target, b"tmpfs", flags, options)


def _write(path: str, text: str) -> None:
    Path(path).write_text(text)


def _call(name: str, *arguments: Any) -> int:
    converted = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    result = int(getattr(_libc, name)(*converted))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
