"""``jurax reproduce`` as a shell sees it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from judge.package import Package
from judge.report import CaseResult, Report
from judge.verdict import Reason, Verdict, Visibility

JURAX = Path(sys.executable).with_name("jurax")


@pytest.fixture
def report(package: Package, tmp_path: Path) -> Path:
    """A report with one failing case, as `jurax grade --json` writes it."""
    case = CaseResult(
        index=0,
        group="sample",
        visibility=Visibility.FULL,
        inputs={},
        verdict=Verdict.WA,
        reason=Reason.VALUES,
    )
    document = Report(
        problem=package.slug,
        problem_version=package.spec.version,
        package_sha256=package.sha256,
        plan_seed=5,
        pool_epoch=0,
        runtime="default",
        backend="cpu",
        verdict=Verdict.WA,
        score=0.0,
        cases=(case,),
    )
    file = tmp_path / "report.json"
    file.write_text(document.model_dump_json())
    return file


def run(*arguments: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(JURAX), "reproduce", *map(str, arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_file_and_stdin_give_the_same_script(report: Path, tmp_path: Path) -> None:
    script = tmp_path / "case.py"
    written = run(report, "--output", script)
    assert (written.returncode, written.stdout) == (0, "")
    assert str(script) in written.stderr
    piped = run("-", given=report.read_text())
    assert (piped.returncode, piped.stderr) == (0, "")
    assert piped.stdout == script.read_text()
    ast.parse(piped.stdout)


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (None, (), "cannot be read"),
        ("{}", (), "is no report"),
        ("nonsense", (), "is no report"),
        ("", ("--case", "7"), "no case 7"),
        ("", ("--problem", "no-such-problem"), "no-such-problem"),
        ("", ("--source", "/nowhere.py"), "cannot be read"),
    ],
)
def test_what_cannot_be_reproduced_exits_2(
    content: str | None, arguments: tuple[str, ...], said: str, report: Path
) -> None:
    if content is None:
        report.unlink()
    elif content:
        report.write_text(content)
    done = run(report, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/problems/x", "ftp://host/submissions/1"])
def test_an_address_that_is_no_submission(address: str) -> None:
    done = run(address)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not the address of a submission" in done.stderr
