"""``jurax doctor``: says which layers of the sandbox are in force and how to get the others."""

from __future__ import annotations

import json as json_module
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.commands.settings import UnsafeNoSandbox
from judge.sandbox.doctor import Check, State, examine
from judge.sandbox.runtime import default_root, installed

_STYLES = {State.OK: "green", State.OPTIONAL: "dim", State.MISSING: "bold red"}


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Check that this machine can judge safely. Exit code 3 when something needed is missing."""
    checks = examine(default_root(), unsafe_no_sandbox=unsafe_no_sandbox)
    checks += [
        Check("runtime for courses", State.OK, f"{name}, in {root}")
        for name, root in installed().items()
        if root != default_root()
    ]
    if json:
        print(json_module.dumps([asdict(check) for check in checks], indent=2))
    else:
        Console().print(_table(checks))
    if any(check.state is State.MISSING for check in checks):
        raise typer.Exit(3)


def _table(checks: list[Check]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for check in checks:
        state = Text(check.state, style=_STYLES[check.state])
        table.add_row(state, Text(check.name, style="bold"), Text(check.detail))
    return table
