"""Runs hostile programs over the real judge, with an outer limit of the suite's own."""

from __future__ import annotations

import dataclasses
import os
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from judge.grade import grade
from judge.judge import Judge, JudgeSettings
from judge.package import Package, load
from judge.report import Report
from judge.source import UnreadableSource, decode_source
from judge.verdict import Verdict
from tests.attacks.left_over import Listeners, left_over
from tests.attacks.program import HONEST, UNREADABLE, AttackProgram
from tests.conftest import PROBLEMS

SECRET = "swordfish-of-the-environment"
CANARIES = (SECRET, "canary-of-the-reference")
"""What the judge's side holds, and no report on a submission may."""

_PROBLEMS = Path(__file__).resolve().parent / "problems"
_SPARE_TIMEOUT_S = 60.0
_WALL_S = 10.0
# To kill a process, and to hear how it ended.
_GRACE_S = 2.0


@dataclass(frozen=True)
class Attacked:
    """What a reader of the report sees of a program: its ``outcome`` as a header names it, and all
    that is ``said``, of the first case in one sentence as well (``sentence``)."""

    outcome: str
    sentence: str
    said: str


Attack = Callable[[AttackProgram], Attacked]


@pytest.fixture(scope="session", autouse=True)
def _secret() -> None:
    """Set before the first jail starts, so that it would be inherited if anything were."""
    os.environ["JURAX_SECRET"] = SECRET


@pytest.fixture(scope="session")
def listeners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listeners]:
    """Listeners of every family that a program could call, which must hear nothing."""
    with Listeners(tmp_path_factory.mktemp("listeners")) as listeners:
        yield listeners


@pytest.fixture
def attack(judge: Judge, listeners: Listeners) -> Attack:
    """Judges a program. Whatever it was: nothing may be left of it, nothing may have been heard of
    it, no canary may be in its report, and an honest program is judged after it as if it had
    never been."""

    def run(program: AttackProgram) -> Attacked:
        try:
            source = decode_source(program.source(listeners.port))
        except UnreadableSource as error:
            return Attacked(UNREADABLE, str(error), str(error))
        judge.prepare()
        judge.rest()
        before = left_over()
        if program.header.spare:
            with Judge(JudgeSettings(spares=1)) as keeps_spares:
                reports = _reports(program, source, keeps_spares)
        else:
            reports = _reports(program, source, judge)
        judge.rest()
        assert left_over() == before
        assert listeners.heard() == []
        longest = max(case.wall_ms or 0 for report in reports for case in report.cases)
        assert longest <= 1000 * ((program.header.wall_s or _WALL_S) + _GRACE_S)
        said = " ".join(report.model_dump_json() for report in reports)
        assert not [text for text in (*CANARIES, *program.header.hides) if text in said], said
        return _seen(reports[-1], said)

    return run


def _reports(program: AttackProgram, source: str, judge: Judge) -> list[Report]:
    """Those on the program; an honest one follows, on the same plan where it can be, so that what
    was remembered of that has to be right as well."""
    own = program.header.problem == "double"
    # The plans of a larger problem are dear: one for all of its programs.
    seed = zlib.crc32(program.name.encode()) if own else 0
    reports = [_graded(program, source, judge, seed) for _ in range(program.header.runs)]
    target = problem("double")
    groups = set(program.header.groups if own else ()) or {"one"}
    honest = grade(target, target.submissions[0].source, judge=judge, plan_seed=seed, groups=groups)
    assert honest.verdict is Verdict.AC, honest.diagnosis
    return reports


def _graded(program: AttackProgram, source: str, judge: Judge, seed: int) -> Report:
    header = program.header
    package = problem(header.problem)
    if header.spare:
        judge.spares.want(package, "cpu")
        deadline = time.monotonic() + _SPARE_TIMEOUT_S
        while not judge.spares.ready(package, "cpu"):
            assert time.monotonic() < deadline, "no spare was prepared"
            time.sleep(0.01)
        return grade(package, source, judge=judge)
    if header.wall_s is not None:
        limits = package.spec.limits.model_copy(update={"wall_s": header.wall_s})
        spec = package.spec.model_copy(update={"limits": limits})
        package = dataclasses.replace(package, spec=spec)
    groups = set(header.groups) or None
    return grade(package, source, judge=judge, plan_seed=seed, groups=groups)


def _seen(report: Report, said: str) -> Attacked:
    outcome = f"{report.verdict} {report.reason}" if report.reason else str(report.verdict)
    sentence = report.diagnosis.message if report.diagnosis and outcome != HONEST else ""
    # Of a diagnosis on an exception, what was raised; a pitfall or an explanation replaces it.
    if report.verdict is Verdict.RTE and report.cases[0].findings:
        sentence = report.cases[0].findings[0].message
    return Attacked(outcome, sentence, said)


@cache
def problem(slug: str) -> Package:
    """One of the suite's own problems, else one that Jurax comes with."""
    own = _PROBLEMS / slug
    return load(own if own.is_dir() else PROBLEMS / slug)
