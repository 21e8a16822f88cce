"""Which layers of the sandbox are in force on this machine, and how to get those that are not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from judge.answer import Answer
from judge.errors import JudgeError, SandboxUnavailable
from judge.sandbox.cgroup import available_groups
from judge.sandbox.host import require_user_namespaces
from judge.sandbox.identity import require_reachable, sandbox_identity
from judge.sandbox.jail import Jail, gpu_devices, require_device
from judge.sandbox.landlock import kernel_abi
from judge.sandbox.launch import find_bubblewrap
from judge.sandbox.layers import Layer
from judge.sandbox.policy import Limits
from judge.sandbox.process import Loaded
from judge.sandbox.runtime import Runtime
from judge.sandbox.seccomp import compiled_filter
from judge.sandbox.seen import Seen, look
from judge.sandbox.unsafe import WARNING, Unsafe

_TRIED = "isolation, tried"
_ELSEWHERE = (
    "The sandbox is made of what the Linux kernel has, and this is {platform}. Judge on Linux; or "
    "run programs that you trust with none: --unsafe-no-sandbox. That is written for macOS too, "
    "but Jurax was never run on one."
)
_PROBE = """
import os, socket

def solve(landlock):
    found = {}
    try:
        socket.socket()
        found["network"] = "a socket could be made"
    except OSError:
        pass
    try:
        if landlock:
            os.listdir("/")
            found["landlock"] = "a folder can be listed that no rule allows"
    except OSError:
        pass
    if os.listdir("/proc") != ["cpuinfo"]:
        found["processes"] = "other processes can be seen"
    for path in ("/etc", "/home", "/root", "/var", "/usr/bin"):
        if os.path.exists(path):
            found["files"] = f"{path} can be seen"
    try:
        if os.fork() == 0:
            os._exit(0)
        found["fork"] = "a process could be started"
    except OSError:
        pass
    if found:
        raise RuntimeError("; ".join(f"{k}: {v}" for k, v in found.items()))
    return 1
"""


class State(StrEnum):
    """Of one check: in force, not needed here, or missing."""

    OK = "ok"
    OPTIONAL = "optional"
    MISSING = "missing"


@dataclass(frozen=True)
class Check:
    """One thing looked at: its state, what was found, or what is wrong and how to mend it."""

    name: str
    state: State
    detail: str


def examine(
    runtime_dir: Path, *, unsafe_no_sandbox: bool = False, platform: str = sys.platform
) -> list[Check]:
    """All checks, in the order in which the sandbox needs them: what it is built with, every layer
    around a real sandboxed process, and what a probe in it tries that it must not be able to do.
    Elsewhere than on Linux there is none, and a process without one is tried.
    ``unsafe_no_sandbox``: the operator does without, whatever there is."""
    checks = [_check("runtime", lambda: _runtime(runtime_dir))]
    if platform == "linux":
        checks += _sandbox(runtime_dir)
    else:
        checks.append(Check("sandbox", State.MISSING, _ELSEWHERE.format(platform=platform)))
        checks.append(_check("no sandbox, tried", lambda: _without_sandbox(runtime_dir)))
    if unsafe_no_sandbox:
        checks.insert(0, Check("sandbox", State.MISSING, WARNING))
    return [*checks, _check("gpu", lambda: _gpu(runtime_dir), needed=False)]


def _sandbox(runtime_dir: Path) -> list[Check]:
    checks = [
        _check("bubblewrap", find_bubblewrap),
        _check("user namespaces", lambda: require_user_namespaces(find_bubblewrap())),
        _check("reachable", lambda: _identity(runtime_dir)),
        _check("control groups", lambda: available_groups(allow_weak=False).name),
        _check("system call filter", lambda: f"{len(compiled_filter()) // 8} instructions"),
    ]
    try:
        return checks + _in_a_process(runtime_dir)
    except JudgeError as error:
        return [*checks, Check(_TRIED, State.MISSING, str(error))]


def _without_sandbox(runtime_dir: Path) -> str:
    backend = Unsafe(Runtime.load(runtime_dir), sandbox_identity())
    with backend.spawn(Limits()) as process:
        process.load("probe", "def solve(x): return x", "solve", ["x"])
        answer = process.call("probe", {"x": 1})
    if answer.output is None:
        raise SandboxUnavailable(f"A program could not be run: {answer.ended}")
    return f"programs run, on {process.device}"


def _check(name: str, look: Callable[[], str], *, needed: bool = True) -> Check:
    try:
        return Check(name, State.OK, look())
    except JudgeError as error:
        return Check(name, State.MISSING if needed else State.OPTIONAL, str(error))


def _runtime(runtime_dir: Path) -> str:
    return Runtime.load(runtime_dir).name


def _identity(runtime_dir: Path) -> str:
    identity = sandbox_identity()
    require_reachable(Runtime.load(runtime_dir).root, identity)
    return f"sandboxed processes run as host user {identity.uid}"


def _in_a_process(runtime_dir: Path) -> list[Check]:
    groups = available_groups(allow_weak=True)
    jail = Jail(Runtime.load(runtime_dir), groups, sandbox_identity())
    try:
        with jail.spawn(Limits()) as process:
            seen = look(process.pid, groups.name, Limits())
            loaded = process.load("probe", _PROBE, "solve", ["landlock"])
            answer = process.call("probe", {"landlock": kernel_abi()})
    finally:
        jail.close()
        groups.close()
    return [*map(_layer, seen), _check(_TRIED, lambda: _told(loaded, answer))]


def _layer(seen: Seen) -> Check:
    missing = State.OPTIONAL if seen.layer is Layer.LANDLOCK else State.MISSING
    return Check(seen.layer, State.OK if seen.in_force else missing, seen.by)


def _told(loaded: Loaded, answer: Answer) -> str:
    if loaded.failure is not None or answer.output is None:
        said = answer.raised.message if answer.raised else str(answer.ended or loaded.failure)
        raise SandboxUnavailable(f"The sandbox leaks: {said}")
    return "no network, no other process, no file of the host, no new process"


def _gpu(runtime_dir: Path) -> str:
    require_device("gpu", Runtime.load(runtime_dir))
    return ", ".join(str(path) for path in gpu_devices())
