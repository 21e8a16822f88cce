"""The seccomp filter of a sandboxed process, compiled on the trusted side by libseccomp."""

from __future__ import annotations

import errno
import tempfile
from functools import cache

from judge.errors import SandboxUnavailable
from judge.sandbox.policy import REFUSED_SYSTEM_CALLS

_CLONE_THREAD = 0x00010000


@cache
def compiled_filter() -> bytes:
    """The BPF program: refused calls fail with EPERM, new processes too, new threads may come.

    ``clone3`` answers ENOSYS, since a filter cannot see its flags: libc then falls back to
    ``clone``. System calls of another architecture kill the process. Raises SandboxUnavailable
    without libseccomp.
    """
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise SandboxUnavailable(
            f"libseccomp cannot be loaded ({error}). Install it: apt-get install libseccomp2"
        ) from error
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name in REFUSED_SYSTEM_CALLS:
        if _exists(pyseccomp, name):
            rules.add_rule(refuse, name)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _exists(library: object, name: str) -> bool:
    try:
        return bool(library.resolve_syscall(library.Arch.NATIVE, name) >= 0)  # type: ignore[attr-defined]
    except (AttributeError, ValueError, OSError):
        return True
