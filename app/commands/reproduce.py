"""``jurax reproduce``: a report's failing case as a script for the learner's own machine."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from app.commands.client import login_at, request
from app.commands.settings import read_settings
from judge.errors import JudgeError
from judge.judge import Judge
from judge.package import Package, PackageError, find
from judge.report import Report
from judge.reproduce import NotReproducible, Reproduction
from judge.reproduce import reproduce as choose_case
from judge.script import write_script
from judge.source import UnreadableSource, read_source

_USAGE = 2
_SUBMISSION = re.compile(
    r"((?i:https?)://[^/?#]+)/(?:api/v1/)?submissions/([0-9a-fA-F-]{36})/?(?:[?#].*)?"
)


@dataclass(frozen=True)
class _Given:
    """A report, and the program that it is about where that is at hand."""

    report: Report
    source: str | None


def reproduce(
    report: Annotated[
        str, typer.Argument(help="A report's JSON file, - for stdin, or a submission's address.")
    ],
    case: Annotated[
        int | None, typer.Option(min=0, help="Which case; the one of the diagnosis by default.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The script's file; stdout by default.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(help="The program that was judged: the case is then made as small as fails."),
    ] = None,
    problem: Annotated[
        str | None, typer.Option(help="The package, if it is not one of those that come with it.")
    ] = None,
    token: Annotated[
        str | None, typer.Option(help="API token for an address; that of `login` by default.")
    ] = None,
    shrink: Annotated[bool, typer.Option(help="Look for a smaller case that fails alike.")] = True,
) -> None:
    """Write a Python script that shows a failing case on the machine of who wrote the program. It
    needs jax and numpy, and takes the program's file as its argument.

    Exit code: 0 written, 2 usage, or nothing to reproduce.
    """
    given = _fetch(report, token) if "://" in report else _given(report)
    try:
        package = find(problem or given.report.problem, [read_settings().problems_dir])
        program = given.source if source is None else read_source(source)
        shown = _reproduction(package, given.report, case, program if shrink else None)
    except (PackageError, UnreadableSource, NotReproducible) as error:
        _stop(str(error))
    text = write_script(package, shown)
    if output is None:
        print(text, end="")
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        _stop(f"{output} cannot be written: {error.strerror or error}.")
    print(f"Wrote {output}. Run it: python {output} FILE", file=sys.stderr)


def _reproduction(
    package: Package, report: Report, case: int | None, source: str | None
) -> Reproduction:
    """With the program at hand the case is made small; where this machine cannot judge, it is
    told as it is."""
    if source is not None:
        try:
            with Judge() as judge:
                return choose_case(package, report, number=case, source=source, judge=judge)
        except JudgeError as error:
            print(f"jurax: not made smaller: {error}", file=sys.stderr)
    return choose_case(package, report, number=case)


def _given(path: str) -> _Given:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _stop(f"{path} cannot be read: {error}")
    try:
        return _Given(Report.model_validate_json(text), None)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        _stop(f"{path} is no report as `jurax grade --json` prints it: {where}: {first['msg']}")


def _fetch(address: str, token: str | None) -> _Given:
    """A submission of a service."""
    found = _SUBMISSION.fullmatch(address)
    if found is None:
        _stop(f"{address} is not the address of a submission: http://HOST/submissions/ID")
    service, submission = found.groups()
    document = request(
        "GET",
        login_at(service, token),
        f"/api/v1/submissions/{submission}",
        holds={"status", "report"},
    )
    if document["report"] is None:
        _stop(f"The submission is not judged yet ({document['status']}).")
    try:
        return _Given(Report.model_validate(document["report"]), document.get("source"))
    except ValidationError as error:
        _stop(f"{service} answered with a report that this version cannot read: {error}")


def _stop(message: str) -> NoReturn:
    print(f"jurax: {message}", file=sys.stderr)
    raise typer.Exit(_USAGE)
