"""``jurax grade``: judges a file here and now, without a service or a database."""

from __future__ import annotations

import sys
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from app.commands.settings import (
    AllowWeakMemoryLimit,
    UnsafeNoSandbox,
    judge_settings,
    read_settings,
)
from app.formats import gradescope, junit
from app.formats.text import print_report
from judge.errors import JudgeError
from judge.grade import grade as judge_submission
from judge.judge import Judge
from judge.package import Package, PackageError, find
from judge.plan import SEED_BOUND
from judge.redaction import after_due, for_learner
from judge.report import Report
from judge.source import UnreadableSource, read_source
from judge.spec import Backend
from judge.verdict import Verdict


class ExitCode(IntEnum):
    """What a caller reads off the process."""

    ACCEPTED = 0
    NOT_ACCEPTED = 1
    USAGE = 2
    JUDGE_ERROR = 3


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"
    GRADESCOPE = "gradescope"
    JUNIT = "junit"


def grade(
    problem: Annotated[str, typer.Argument(help="A slug, or the folder of a problem package.")],
    file: Annotated[Path, typer.Argument(help="The Python file to judge.")],
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    format: Annotated[Format, typer.Option(help="How to write the report.")] = Format.TEXT,
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=SEED_BOUND - 1, help="The plan seed; a fresh one by default."),
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="Judge only this group; may be given again.")
    ] = None,
    as_learner: Annotated[
        bool | None,
        typer.Option(
            "--as-learner/--as-instructor",
            help="Show what the groups' visibility allows, or all. Default: all, but for "
            "Gradescope, which shows it to the learner.",
        ),
    ] = None,
    backend: Annotated[Backend, typer.Option(help="Where JAX runs.")] = Backend.CPU,
    allow_weak_memory_limit: AllowWeakMemoryLimit = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Judge FILE as a submission to PROBLEM.

    Exit code: 0 accepted, 1 any other verdict, 2 usage or unreadable input, 3 judge error.
    """
    chosen = Format.JSON if json else format
    settings = read_settings(
        allow_weak_memory_limit=allow_weak_memory_limit or None,
        unsafe_no_sandbox=unsafe_no_sandbox or None,
    )
    package, source = _read(problem, file, group, settings.problems_dir)
    try:
        with Judge(judge_settings(settings)) as judge:
            report = judge_submission(
                package,
                source,
                judge=judge,
                plan_seed=seed,
                groups=group or None,
                backend=backend.value,
            )
    except JudgeError as error:
        _stop(str(error), ExitCode.JUDGE_ERROR)
    opened = None
    if chosen is Format.GRADESCOPE if as_learner is None else as_learner:
        pitfalls = {p.id: p.message for p in package.spec.pitfalls}
        opened = for_learner(after_due(report), pitfalls)
        report = for_learner(report, pitfalls)
    _write(report, opened, chosen)
    raise typer.Exit(_exit_code(report.verdict))


def _read(problem: str, file: Path, groups: list[str] | None, root: Path) -> tuple[Package, str]:
    try:
        package = find(problem, [root])
        source = read_source(file)
    except (PackageError, UnreadableSource) as error:
        _stop(str(error), ExitCode.USAGE)
    known = [group.name for group in package.spec.groups]
    if unknown := sorted(set(groups or ()) - set(known)):
        _stop(
            f"{package.slug} has no group {', '.join(unknown)}; its groups are {', '.join(known)}.",
            ExitCode.USAGE,
        )
    return package, source


def _write(report: Report, opened: Report | None, chosen: Format) -> None:
    if chosen is Format.TEXT:
        print_report(report, Console())
    elif chosen is Format.JSON:
        print(report.model_dump_json(indent=2))
    elif chosen is Format.GRADESCOPE:
        print(gradescope.render(report, opened))
    else:
        print(junit.render(report))


def _exit_code(verdict: Verdict) -> ExitCode:
    if verdict is Verdict.AC:
        return ExitCode.ACCEPTED
    return ExitCode.JUDGE_ERROR if verdict is Verdict.IE else ExitCode.NOT_ACCEPTED


def _stop(message: str, code: ExitCode) -> NoReturn:
    print(f"jurax: {message}", file=sys.stderr)
    raise typer.Exit(code)
