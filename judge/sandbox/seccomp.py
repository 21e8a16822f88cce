"""The seccomp filter of a sandboxed process, compiled on the trusted side by libseccomp."""

from __future__ import annotations

import errno
import tempfile
from functools import cache
from types import ModuleType

from judge.errors import SandboxUnavailable
from judge.sandbox.system_calls import BY_BACKEND, Only, SystemCalls

_BINARY_TREE = 2


@cache
def compiled_filter(backend: str = "cpu") -> bytes:
    """The BPF program of the backend's policy: ``struct sock_filter[]``.

    Raises SandboxUnavailable without libseccomp, and where seccomp itself is refused.
    """
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise SandboxUnavailable(
            f"libseccomp cannot be loaded ({error}). Install it: apt-get install libseccomp2"
        ) from error
    try:
        return _compiled(pyseccomp, BY_BACKEND[backend])
    except OSError as error:
        raise SandboxUnavailable(
            f"The kernel takes no filter of system calls ({error}). In a container its own profile "
            "must allow seccomp: use deploy/seccomp.json, see docs/operations.md."
        ) from error


def _compiled(pyseccomp: ModuleType, policy: SystemCalls) -> bytes:
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    rules.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, _BINARY_TREE)
    for name in filter(_known, sorted(policy.allowed)):
        rules.add_rule(pyseccomp.ALLOW, name)
    for rule in policy.conditional:
        if _known(rule.name):
            for value in rule.values:
                rules.add_rule(pyseccomp.ALLOW, rule.name, _test(rule, value))
    for name in filter(_known, policy.absent):
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), name)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _test(rule: Only, value: int) -> object:
    import pyseccomp

    if rule.mask is None:
        return pyseccomp.Arg(rule.argument, pyseccomp.EQ, value)
    return pyseccomp.Arg(rule.argument, pyseccomp.MASKED_EQ, rule.mask, value)


def _known(name: str) -> bool:
    """Whether this architecture has the call and this libseccomp knows it."""
    import pyseccomp

    return bool(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) >= 0)
