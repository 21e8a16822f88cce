"""What the service does about processes: its own memory, and children that never outlive it."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def settle_memory() -> None:
    """Takes what is here now for what stays. The collector looked it all through again and again,
    a tenth of a second each time, in which nothing else was done."""
    gc.collect()
    gc.freeze()


def dies_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """A ``preexec_fn`` that has the kernel signal the child when its parent is gone, however the
    parent went. The kernel watches the thread that forks: call Popen from the main thread. Only
    Linux does this; elsewhere a child outlives a parent that is killed."""
    parent = os.getpid()
    on_linux = sys.platform == "linux"

    def tie() -> None:
        if on_linux and _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
            os._exit(126)
        if os.getppid() != parent:
            os._exit(126)  # The parent died before the tie held.

    return tie


def stop_process(
    process: subprocess.Popen[bytes], steps: tuple[tuple[signal.Signals, float], ...]
) -> int:
    """Ask a process to end, ever less politely: send each signal and wait so many seconds. Its
    exit status."""
    for step, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(step)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
    return process.wait()
