"""``jurax validate`` from outside: exit codes, and what it prints where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.cli import app
from app.formats.validation import print_check, print_validation
from judge.validation.document import (
    Calibration,
    CalibrationRow,
    Check,
    MutationScore,
    PackageValidation,
    Share,
    State,
    ValidationReport,
    Wanted,
)
from tests.judge.validation.test_validate import written


def test_what_cannot_be_read_is_told_before_anything_is_judged(tmp_path: Path) -> None:
    bad = written(tmp_path, {"reference.py": "def solve(x): return x\n"})
    result = CliRunner().invoke(app, ["validate", str(bad), "no-such-problem"])
    assert result.exit_code == 2
    assert "reference.py:1: solve must have exactly the declared parameters" in result.stderr
    assert "there is no problem 'no-such-problem'" in result.stderr


@pytest.mark.sandbox
@pytest.mark.timeout(300)
def test_json_is_one_document_and_nothing_else(tmp_path: Path) -> None:
    bad = written(tmp_path, {"reference.py": "def solve(x, y): return x @ y @ x\n"})
    result = CliRunner().invoke(app, ["validate", str(bad), "--json", "--seeds", "0"])
    assert result.exit_code == 1

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(result.stdout, parse_constant=refuse)
    report = ValidationReport.model_validate_json(result.stdout)
    assert not report.valid
    assert [package.problem for package in report.packages] == ["weighted"]


def test_without_a_sandbox_it_is_the_judge_that_fails(tmp_path: Path) -> None:
    right = written(tmp_path, {})
    result = CliRunner().invoke(app, ["validate", str(right), "--json"], env={"PATH": ""})
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "bubblewrap" in result.stderr


def test_the_text_names_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    check = Check(
        name="mutants", state=State.FAILED, message="1 survived", details=("axis-1 survives",)
    )
    rows = (
        CalibrationRow(name="float64", wanted=Wanted.PASS, margin=0.01, right=True),
        CalibrationRow(name="zeros", wanted=Wanted.FAIL, margin=float("inf"), right=True),
        CalibrationRow(name="bfloat16", wanted=Wanted.FAIL, margin=0.5, right=False),
        CalibrationRow(name="sums reordered", wanted=Wanted.PASS, note="no symbol is permutable"),
    )
    found = PackageValidation(
        problem="weighted",
        problem_version="1.0.0",
        package_sha256="0" * 64,
        runtime="r",
        plan_seed=1,
        valid=False,
        checks=(check,),
        score=MutationScore(killed=3, total=4, groups=(Share(name="base", killed=3, total=4),)),
        calibration=Calibration(headroom=5, rows=rows),
        seconds=2.0,
    )
    console = Console(width=80)
    print_check(check, console)
    print_validation(found, console)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "failed mutants 1 survived 0 s" in lines
    assert "axis-1 survives" in lines
    assert "base 3 of 4" in lines
    assert "float64 ≤ 0.2 0.01 ok" in lines
    assert "zeros > 1 ∞ ok" in lines
    assert "bfloat16 > 1 0.5 wrong" in lines
    assert "sums reordered ≤ 0.2 – not measured" in lines
    assert "sums reordered: no symbol is permutable" in lines
    assert "not valid after 2 s" in lines
