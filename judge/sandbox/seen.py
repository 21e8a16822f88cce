"""The layers around a running sandboxed process as the kernel tells of them, from outside.

Nothing here asks the process itself. What only root may look at is taken from this: a process
whose isolation fails at any step is never used.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from judge.sandbox.landlock import kernel_abi
from judge.sandbox.layers import Layer
from judge.sandbox.policy import Limits

_TRUSTED = "made before the process was used; only root can look at it"
_WRITABLE = ("/tmp", "/dev", "/proc")


@dataclass(frozen=True)
class Seen:
    """Whether a layer is in force, and by what that was seen."""

    layer: Layer
    in_force: bool
    by: str


def look(pid: int, groups: str, limits: Limits) -> list[Seen]:
    """Every layer around the process, from outside in. ``groups``: the kind of control group;
    ``limits``: those under which the process was spawned."""
    status, parent = _status(pid), _status(_parent(pid))
    zygote = int(parent["PPid"])
    placed = "jurax-" in (Path("/proc") / str(pid) / "cgroup").read_text()
    mounts = _mounts(pid)
    group = f"{groups}, in a group of its own" if placed else f"{groups}, in no group"
    abi = kernel_abi()
    uids = set(status["Uid"].split())
    capabilities = {int(value, 16) for name, value in status.items() if name.startswith("Cap")}
    open_files = _limits(pid)["Max open files"]
    numbers = status["NSpid"].split()
    return [
        Seen(Layer.HOST_USER, "0" not in uids, f"host user {', '.join(sorted(uids))}"),
        _jail(mounts),
        Seen(Layer.MEMORY, placed, group),
        Seen(Layer.PROCESSES, placed, group),
        Seen(Layer.CPU_TIME, True, "counted from outside while it is waited for"),
        _namespace(Layer.USER_NAMESPACE, "user", pid, zygote),
        Seen(Layer.PID_NAMESPACE, numbers[-1] == "1", f"pid {' = '.join(numbers)}, inwards"),
        _namespace(Layer.NETWORK_NAMESPACE, "net", pid, zygote),
        _namespace(Layer.IPC_NAMESPACE, "ipc", pid, zygote),
        _private_files(mounts),
        Seen(
            Layer.RLIMITS,
            open_files == str(limits.descriptors),
            f"{open_files} files open, {limits.processes} processes, no core files",
        ),
        Seen(Layer.CAPABILITIES, capabilities == {0}, "none in any set"),
        Seen(Layer.NO_NEW_PRIVILEGES, status["NoNewPrivs"] == "1", "set"),
        Seen(
            Layer.LANDLOCK,
            abi > 0,
            f"ABI {abi}" if abi else "this kernel has none: 5.13 has, with lsm=landlock,…",
        ),
        Seen(Layer.SECCOMP, status["Seccomp"] == "2", "an allow-list of system calls"),
    ]


def _jail(mounts: dict[str, list[str]]) -> Seen:
    root = mounts.get("/", [""])
    writable = [
        target
        for target, (_, options) in mounts.items()
        if "ro" not in options.split(",") and not target.startswith(_WRITABLE)
    ]
    said = f"a root of its own, {len(mounts)} mounts, none that can be written to the host"
    if writable:
        said = f"writable: {', '.join(writable)}"
    return Seen(Layer.JAIL, root[0] == "tmpfs" and not writable, said)


def _private_files(mounts: dict[str, list[str]]) -> Seen:
    kind, options = mounts.get("/tmp", ["", ""])
    size = next((o for o in options.split(",") if o.startswith("size=")), "")
    return Seen(Layer.PRIVATE_FILES, kind == "tmpfs" and bool(size), f"/tmp of its own, {size}")


def _namespace(layer: Layer, kind: str, pid: int, zygote: int) -> Seen:
    try:
        own, jails, ours = (
            (Path("/proc") / str(of) / "ns" / kind).stat().st_ino for of in (pid, zygote, "self")
        )
    except PermissionError:
        return Seen(layer, True, _TRUSTED)
    return Seen(layer, len({own, jails, ours}) == 3, "neither the jail's nor the host's")


def _mounts(pid: int) -> dict[str, list[str]]:
    """By target: file system type and options. A later mount covers an earlier one."""
    lines = (Path("/proc") / str(pid) / "mounts").read_text().splitlines()
    return {words[1]: words[2:4] for words in map(str.split, lines)}


def _limits(pid: int) -> dict[str, str]:
    """Soft limits by their names."""
    lines = (Path("/proc") / str(pid) / "limits").read_text().splitlines()[1:]
    return {line[:25].strip(): line[25:].split()[0] for line in lines}


def _parent(pid: int) -> int:
    return int(_status(pid)["PPid"])


def _status(pid: int) -> dict[str, str]:
    lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
