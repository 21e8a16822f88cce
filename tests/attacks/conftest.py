"""Runs hostile programs over the real judge, with an outer limit of the suite's own."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from judge.grade import grade
from judge.judge import Judge
from judge.package import Package, load
from judge.report import Report
from judge.verdict import Verdict

_PACKAGE = {
    "problem.yaml": """
        format: jurax-problem/1
        uuid: 3b1a5c52-0a9e-4a77-9b0a-5f3c3a5d5c11
        version: 1.0.0
        title: Double
        summary: Returns twice its input.
        track: tests
        difficulty: easy
        authors: [The Jurax authors]
        license: CC0-1.0
        entry: solve
        symbols:
          n: {range: [1, 4]}
        inputs:
          - {name: x, type: array, dtype: float32, dims: [n], values: [normal]}
        output: {type: array, dtype: float32, dims: [n]}
        groups:
          - {name: sample, cases: 3, points: 1, visibility: full}
        limits: {wall_s: 3, cpu_s: 6, memory_mb: 512, output_kb: 64}
        """,
    "statement.md": "Return twice x.\n",
    "solution.md": "Return 2 * x.\n",
    "hints/1.md": "Multiply.\n",
    "starter.py": "def solve(x):\n    return x\n",
    "reference.py": "def solve(x):\n    return x + x\n",
    "submissions/submissions.yaml": """
        accepted/right.py: {verdict: AC}
        wrong_answer/same.py: {verdict: WA, reason: values}
        """,
    "submissions/accepted/right.py": "def solve(x):\n    return 2 * x\n",
    "submissions/wrong_answer/same.py": "def solve(x):\n    return x\n",
}

WALL_S = 3.0


@dataclass(frozen=True)
class Attacked:
    """The report on a hostile program, and the seconds that it took."""

    report: Report
    seconds: float

    @property
    def verdict(self) -> Verdict | None:
        """That of the first case: later ones ran in processes of their own."""
        return self.report.cases[0].verdict

    @property
    def said(self) -> str:
        """Everything that a learner would read about the first case."""
        case = self.report.cases[0]
        findings = " ".join(finding.message for finding in case.findings)
        return f"{findings} {case.traceback or ''} {case.stdout} {case.stderr}"


Attack = Callable[[str], Attacked]


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """A problem so small that only the attack takes time: ``solve(x)`` returns twice x."""
    root = tmp_path_factory.mktemp("problems") / "double"
    for name, text in _PACKAGE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
    return load(Path(root))


@pytest.fixture
def attack(judge: Judge, target: Package) -> Attack:
    """Judges a program; afterwards an honest program must be judged as if nothing had been."""

    def run(source: str) -> Attacked:
        started = time.monotonic()
        report = grade(target, textwrap.dedent(source), judge=judge)
        attacked = Attacked(report, time.monotonic() - started)
        honest = grade(target, target.submissions[0].source, judge=judge)
        assert honest.verdict is Verdict.AC, honest.diagnosis
        return attacked

    return run
