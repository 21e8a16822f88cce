"""A runner in a process of its own that nothing isolates, for --unsafe-no-sandbox: on any Unix."""

from __future__ import annotations

import math
import os
import resource
import signal
import socket
import threading
import time

from . import serve
from .limits import limit_resources
from .preload import preload


def main(channel: int, backend: str, *, x64: bool, nice: int, rlimits: dict[str, int]) -> None:
    """Serves the orchestrator on ``channel`` until it hangs up. Standard input is the lifeline."""
    threading.Thread(target=_end_with, args=(_lifeline(),), daemon=True).start()
    preload()
    os.nice(nice)
    limit_resources(_known_here(rlimits))
    serve.run(socket.socket(fileno=channel), backend, x64=x64)
    # Threads of programs would keep the interpreter.
    os._exit(0)


def _lifeline() -> int:
    """Takes standard input away from programs."""
    lifeline = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return lifeline


def _end_with(lifeline: int) -> None:
    """Nothing is ever written: reading returns when the orchestrator is gone, however it ended.
    Then all in this session ends, what still computes included."""
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def _known_here(rlimits: dict[str, int]) -> dict[str, int]:
    """Those that this system has. CPU time counts from here, not from before JAX was imported."""
    used = math.ceil(time.process_time())
    return {
        name: value + used if name == "CPU" else value
        for name, value in rlimits.items()
        if hasattr(resource, f"RLIMIT_{name}")
    }
