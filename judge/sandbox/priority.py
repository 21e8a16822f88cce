"""How far a process gives way to others.

``nice`` orders processes within a scheduling group, and Linux makes one of each session where it
groups automatically (sched(7), "The autogroup feature"): the leader of a session would share the
cores evenly with all others together, however nice it is.
"""

from __future__ import annotations

import contextlib
from pathlib import Path


def give_way(pid: int, nice: int) -> None:
    """Have the session that a process leads give way as ``nice`` (0 to 19) says. Changes nothing
    where the system does not group by session, or refuses: it is not to be asked too often."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(nice))
