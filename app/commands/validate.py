"""``jurax validate``: judges what a package says of itself, and says where it is wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from app.commands.grade import ExitCode
from app.commands.settings import (
    AllowWeakMemoryLimit,
    UnsafeNoSandbox,
    judge_settings,
    read_settings,
)
from app.formats.validation import print_check, print_validation
from judge.errors import JudgeError
from judge.judge import Judge
from judge.package import Package, PackageError, find
from judge.validate import SEEDS, validate
from judge.validation.document import PackageValidation, ValidationReport


def validate_command(
    problem: Annotated[
        list[str] | None,
        typer.Argument(help="Slugs, or folders of problem packages; all problems by default."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    seeds: Annotated[
        int,
        typer.Option(
            min=0,
            max=1000,
            help="How many further plans are drawn: to check inputs, and to search for cases that "
            "kill surviving mutants.",
        ),
    ] = SEEDS,
    allow_weak_memory_limit: AllowWeakMemoryLimit = False,
    unsafe_no_sandbox: UnsafeNoSandbox = False,
) -> None:
    """Judge the known submissions of each PROBLEM and mutants of its reference, calibrate its
    tolerance, and check the cases that it draws.

    Exit code: 0 all is as declared, 1 something is not, 2 usage or unreadable package, 3 judge
    error.
    """
    settings = read_settings(
        allow_weak_memory_limit=allow_weak_memory_limit or None,
        unsafe_no_sandbox=unsafe_no_sandbox or None,
    )
    packages = _find(problem, settings.problems_dir)
    console = Console()
    found: list[PackageValidation] = []
    try:
        with Judge(judge_settings(settings)) as judge:
            for package in packages:
                if json:
                    found.append(validate(package, judge=judge, seeds=seeds))
                    continue
                console.print(f"[bold]{package.slug}[/bold] {package.spec.version}")
                found.append(
                    validate(
                        package,
                        judge=judge,
                        seeds=seeds,
                        on_check=lambda check: print_check(check, console),
                    )
                )
                print_validation(found[-1], console)
    except JudgeError as error:
        _stop(str(error), ExitCode.JUDGE_ERROR)
    report = ValidationReport(valid=all(one.valid for one in found), packages=tuple(found))
    if json:
        print(report.model_dump_json(indent=2))
    raise typer.Exit(ExitCode.ACCEPTED if report.valid else ExitCode.NOT_ACCEPTED)


def _find(names: list[str] | None, root: Path) -> list[Package]:
    chosen = names or sorted(path.parent.name for path in root.glob("*/problem.yaml"))
    if not chosen:
        _stop(f"there is no problem in {root}; JURAX_PROBLEMS_DIR names another.", ExitCode.USAGE)
    packages, complaints = [], []
    for name in chosen:
        try:
            packages.append(find(name, [root]))
        except PackageError as error:
            complaints.append(str(error))
    if complaints:
        _stop("\n".join(complaints), ExitCode.USAGE)
    return packages


def _stop(message: str, code: ExitCode) -> NoReturn:
    print(f"jurax: {message}", file=sys.stderr)
    raise typer.Exit(code)
