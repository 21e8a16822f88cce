"""Gets an ordinary user a control group of their own, by which the kernel limits memory.

A login session's group belongs to root, but the user's systemd hands out groups that belong to the
user: the command starts itself again in such a scope.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from judge.errors import SandboxUnavailable
from judge.sandbox.cgroup import available_groups

JUDGING_COMMANDS = ("grade", "doctor", "serve", "worker", "validate", "bench")

_MARK = "JURAX_IN_DELEGATED_SCOPE"
_SCOPE = ("systemd-run", "--user", "--scope", "--quiet", "--collect", "-p", "Delegate=yes")
_TRIAL_SECONDS = 10


def delegated_command(arguments: Sequence[str], environment: Mapping[str, str]) -> list[str] | None:
    """The command line that runs ``arguments`` in a delegated scope; None where there is no need
    (root, a group that is ours already, a command that judges nothing) or no systemd to ask."""
    if os.geteuid() == 0 or _MARK in environment:
        return None
    if not any(word in JUDGING_COMMANDS for word in arguments[:1]) or _has_group():
        return None
    if shutil.which(_SCOPE[0]) is None or "XDG_RUNTIME_DIR" not in environment:
        return None
    return [*_SCOPE, sys.executable, "-m", "app.cli", *arguments]


def enter_delegated_scope() -> None:
    """Replaces this process by itself in a delegated scope, where that is needed and works."""
    command = delegated_command(sys.argv[1:], os.environ)
    if command is None or not _scope_works():
        return
    os.environ[_MARK] = "1"
    os.execvp(command[0], command)  # noqa: S606 - our own command line


def _has_group() -> bool:
    try:
        available_groups(allow_weak=False).close()
    except SandboxUnavailable:
        return False
    return True


def _scope_works() -> bool:
    trial = [*_SCOPE, "true"]
    try:
        done = subprocess.run(trial, capture_output=True, timeout=_TRIAL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
