"""A validation as text: one line a check, details where something is wrong, then the figures."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from judge.validation.document import (
    Calibration,
    CalibrationRow,
    Check,
    MutationScore,
    PackageValidation,
    Share,
    State,
    Wanted,
)

_STYLES = {State.PASSED: "green", State.FAILED: "bold red", State.SKIPPED: "dim"}
_WIDTH = 16


def print_check(check: Check, console: Console) -> None:
    """A check in a line, and each of its details in one."""
    line = Text.assemble(
        "  ",
        (f"{check.state:<8}", _STYLES[check.state]),
        (f"{check.name:<{_WIDTH}}", "bold"),
        check.message,
        (f"  {check.seconds:.0f} s", "dim"),
    )
    console.print(line, soft_wrap=True)
    for detail in check.details:
        console.print(Text(f"          {detail}"), soft_wrap=True)


def print_validation(found: PackageValidation, console: Console) -> None:
    """The figures that stand behind the checks, and the outcome."""
    if found.score is not None:
        console.print(_shares(found.score))
    if found.calibration is not None:
        console.print(_margins(found.calibration))
        for row in found.calibration.rows:
            if row.right is None:
                console.print(Text(f"  {row.name}: {row.note}", style="dim"), soft_wrap=True)
    outcome = ("valid", "bold green") if found.valid else ("not valid", "bold red")
    console.print(Text.assemble("  ", outcome, f" after {found.seconds:.0f} s"))
    console.print()


def _shares(score: MutationScore) -> Table:
    """Which known-wrong programs each group, and each regime of values, kills by itself."""
    table = Table(box=None, padding=(0, 2, 0, 2), title_justify="left")
    table.add_column("killed by the cases of", style="dim")
    table.add_column("known-wrong programs", justify="right")
    for share in (*score.groups, *score.regimes):
        table.add_row(share.name, _share(share))
    return table


def _share(share: Share) -> str:
    return f"{share.killed} of {share.total}"


def _margins(calibration: Calibration) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 2))
    table.add_column("tolerance", style="dim", no_wrap=True)
    table.add_column("margin", justify="right", no_wrap=True)
    table.add_column("found", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row in calibration.rows:
        required = f"≤ {1 / calibration.headroom:g}" if row.wanted is Wanted.PASS else "> 1"
        table.add_row(row.name, required, _margin(row), _judged(row))
    return table


def _margin(row: CalibrationRow) -> str:
    if row.margin is None:
        return "–"
    return "∞" if math.isinf(row.margin) else f"{row.margin:.3g}"


def _judged(row: CalibrationRow) -> Text:
    if row.right is None:
        return Text("not measured", style="dim")
    return Text("ok", style="green") if row.right else Text("wrong", style="bold red")
