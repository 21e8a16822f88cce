"""The layers of the sandbox, from outside in. All are on; only a test on the trusted side takes one
away, to show what that one alone stops."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import StrEnum

from judge.sandbox.policy import Limits


class Layer(StrEnum):
    """One layer, by the name under which doctor and reports show it."""

    HOST_USER = "host user"
    JAIL = "jail"
    MEMORY = "memory"
    PROCESSES = "processes"
    CPU_TIME = "cpu time"
    USER_NAMESPACE = "user namespace"
    """Of its own, with mount, UTS and cgroup namespaces; the others stand on it."""
    PID_NAMESPACE = "pid namespace"
    NETWORK_NAMESPACE = "network namespace"
    IPC_NAMESPACE = "ipc namespace"
    PRIVATE_FILES = "private files"
    RLIMITS = "rlimits"
    CAPABILITIES = "capabilities"
    NO_NEW_PRIVILEGES = "no_new_privs"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"


Layers = frozenset[Layer]

ALL: Layers = frozenset(Layer)

_NAMESPACES = {
    Layer.USER_NAMESPACE: ("user", "mount", "uts", "cgroup"),
    Layer.PID_NAMESPACE: ("pid",),
    Layer.NETWORK_NAMESPACE: ("network",),
    Layer.IPC_NAMESPACE: ("ipc",),
}
_NO_MEMORY_LIMIT_MB = 1 << 40
_NO_PROCESS_LIMIT = 4_000_000


def own_namespaces(layers: Layers) -> list[str]:
    """The namespaces that a child leaves its parent's for; the user's first, or none at all."""
    if Layer.USER_NAMESPACE not in layers:
        return []
    return [name for layer, names in _NAMESPACES.items() if layer in layers for name in names]


def limits_of_group(limits: Limits, layers: Layers) -> Limits:
    """What the control group holds of ``limits``."""
    if Layer.MEMORY not in layers:
        limits = replace(limits, memory_mb=_NO_MEMORY_LIMIT_MB)
    if Layer.PROCESSES not in layers:
        limits = replace(limits, processes=_NO_PROCESS_LIMIT)
    return limits


def limits_of_orchestrator(limits: Limits, layers: Layers) -> Limits:
    """What the orchestrator holds of ``limits`` by its own clocks."""
    if Layer.CPU_TIME in layers:
        return limits
    return replace(limits, cpu_s=math.inf, run_cpu_s=math.inf)
