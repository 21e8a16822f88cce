"""Validation of whole packages: a right one is valid, a bad one is told what is bad."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from judge import plan as drawing
from judge.draw import draw_array
from judge.judge import Judge
from judge.package import load
from judge.spec import Regime
from judge.validate import validate
from judge.validation.document import (
    Check,
    MutantState,
    PackageValidation,
    State,
    ValidationReport,
    json_schema_text,
)

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

PROBLEM = """\
format: jurax-problem/1
uuid: 6f0e2f8e-7f1d-4f7c-9d53-0c2b6f0a7a16
version: 1.0.0
title: Weighted
summary: Add what is doubled.
track: primitives
difficulty: easy
authors: [Somebody]
license: CC0-1.0
entry: solve
symbols: {n: {range: [3, 6], permutable: true}}
inputs:
  - {name: x, type: array, dtype: float32, dims: [n], values: [normal, zeros]}
  - {name: y, type: array, dtype: float32, dims: [n], values: [uniform], range: [1, 2]}
output: {type: array, dtype: float32, dims: [n]}
groups:
  - {name: sample, cases: 1, points: 1, visibility: full, include: [{x: normal}]}
  - {name: base, cases: 1, points: 1, visibility: diff, include: [{x: normal}]}
pool: {shapes: 1}
"""
SOLVE = "def solve(x, y):\n    return x * 2 + y\n"
FILES = {
    "problem.yaml": PROBLEM,
    "statement.md": "Add.",
    "solution.md": "Double, then add.",
    "starter.py": "def solve(x, y):\n    return x\n",
    "reference.py": SOLVE,
    "submissions/submissions.yaml": "accepted/right.py: {verdict: AC}\n"
    "wrong_answer/tripled.py: {verdict: WA, reason: values}\n",
    "submissions/accepted/right.py": "def solve(x, y):\n    return x + x + y\n",
    "submissions/wrong_answer/tripled.py": "def solve(x, y):\n    return x * 3 + y\n",
}


def written(root: Path, changes: dict[str, str]) -> Path:
    for name, text in {**FILES, **changes}.items():
        path = root / "weighted" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / "weighted"


def check(found: PackageValidation, name: str) -> Check:
    return next(check for check in found.checks if check.name == name)


def test_a_right_package(tmp_path: Path, judge: Judge) -> None:
    told: list[Check] = []
    found = validate(load(written(tmp_path, {})), judge=judge, seeds=1, on_check=told.append)
    assert found.valid, found.checks
    assert [check.name for check in told] == [
        "inputs",
        "reference",
        "submissions",
        "public programs",
        "mutation score",
        "mutants",
        "tolerance",
    ]
    assert all(mutant.state is MutantState.KILLED for mutant in found.mutants)
    assert found.score is not None
    assert [(share.name, share.killed, share.total) for share in found.score.groups] == [
        ("sample", 1, 1),
        ("base", 1, 1),
    ]
    assert found.calibration is not None
    rows = {row.name: row.right for row in found.calibration.rows}
    assert rows == dict.fromkeys(
        (
            "float64",
            "jit",
            "vmap",
            "sums reordered",
            "bfloat16",
            "zeros",
            "wrong_answer/tripled.py",
        ),
        True,
    )
    report = ValidationReport(valid=True, packages=(found,))
    assert ValidationReport.model_validate_json(report.model_dump_json()) == report


def test_a_bad_package(tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    def beyond(stream: Any, declared: Any, shape: Any, regime: Regime) -> Any:
        drawn = draw_array(stream, declared, shape, regime)
        return drawn + np.float32(5) if regime is Regime.UNIFORM else drawn

    monkeypatch.setattr(drawing, "draw_array", beyond)
    root = written(
        tmp_path,
        {
            # Zeros cannot tell what is doubled from what is not.
            "problem.yaml": PROBLEM.replace("include: [{x: normal}]", "domains: {x: [zeros]}"),
            "starter.py": SOLVE,
            "warmup.py": "def warmup(x, y):\n    return x\n\n"
            "def fill_cache(x, y):\n    raise ValueError\n",
            "submissions/submissions.yaml": "accepted/right.py: {verdict: AC}\n"
            "wrong_answer/tripled.py: {verdict: WA, reason: values, groups: {base: WA}}\n"
            "wrong_answer/halved.py: {verdict: WA, reason: shape}\n",
            "submissions/wrong_answer/halved.py": "def solve(x, y):\n    return x + y / 2\n",
            "submissions/equivalent.yaml": "constant-9: {becomes: nothing, reason: none}\n",
        },
    )
    found = validate(load(root), judge=judge, seeds=1)
    assert not found.valid
    failed = {check.name for check in found.checks if check.state is State.FAILED}
    assert failed == {
        "inputs",
        "submissions",
        "public programs",
        "mutation score",
        "mutants",
        "tolerance",
    }
    assert "y of the regime uniform holds" in check(found, "inputs").details[0]
    assert set(check(found, "submissions").details) == {
        "wrong_answer/tripled.py: declared WA, values, base WA; got AC, base AC",
        "wrong_answer/halved.py: declared WA, shape; got WA, values",
    }
    accepted, broken = check(found, "public programs").details
    assert accepted.startswith("starter.py is accepted as a submission")
    assert broken == "fill_cache in warmup.py does not run: it gets RTE"
    assert check(found, "mutation score").message.startswith("0.50: 1 of 2")
    survivors = check(found, "mutants").details
    assert any("`return x * 2 + y` → `return x * 0 + y`; no case was found" in s for s in survivors)
    assert any("no mutant is called 'constant-9'" in line for line in survivors)
    assert "wrong_answer/tripled.py is wrong and passes" in check(found, "tolerance").details[0]


def test_a_survivor_comes_with_a_case_that_would_kill_it(
    tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = PROBLEM.replace(", include: [{x: normal}]", "").splitlines(keepends=True)
    one_group = "".join(line for line in lines if "name: base" not in line)
    package = load(written(tmp_path, {"problem.yaml": one_group}))

    def regime(seed: int) -> Regime:
        plan = drawing.draw(package, seed)
        return drawing.drawn_regimes(package, plan)[0]["x"]

    seed = next(s for s in range(99) if (regime(s), regime(s + 1)) == ("zeros", "normal"))
    monkeypatch.setattr("judge.validate.PLAN_SEED", seed)
    found = validate(package, judge=judge, seeds=1)
    survivor = next(m for m in found.mutants if m.becomes == "return x * 0 + y")
    assert survivor.state is MutantState.SURVIVED
    assert survivor.killer is not None
    assert (survivor.killer.plan_seed, survivor.killer.case) == (seed + 1, 0)
    line = next(d for d in check(found, "mutants").details if d.startswith(survivor.name))
    assert f"case 0 (sample) of plan seed {seed + 1}: WA, values would kill it" in line


def test_a_reference_that_raises(tmp_path: Path, judge: Judge) -> None:
    root = written(tmp_path, {"reference.py": "def solve(x, y):\n    return x @ y @ x\n"})
    found = validate(load(root), judge=judge, seeds=0)
    assert not found.valid
    last = found.checks[-1]
    assert (last.name, last.state) == ("reference", State.FAILED)
    assert "failed on case 0" in last.details[0]
    assert found.mutants == ()


def test_what_the_reference_never_shows_cannot_be_compared(tmp_path: Path, judge: Judge) -> None:
    declared = "trace: {observe: [Dense], agree: pattern, sown: [hidden]}\n"
    root = written(tmp_path, {"problem.yaml": PROBLEM + declared})
    found = validate(load(root), judge=judge, seeds=0)
    assert not found.valid
    reference = check(found, "reference")
    assert reference.state is State.FAILED
    assert reference.details == (
        "trace.sown: it never sows hidden",
        "trace.observe: it applies no Dense",
    )


def test_published_schema_is_current() -> None:
    root = Path(__file__).resolve().parents[3]
    published = (root / "docs" / "schema" / "validation.schema.json").read_text(encoding="utf-8")
    assert published == json_schema_text(), (
        "run: python -m judge.validation.document > docs/schema/validation.schema.json"
    )
