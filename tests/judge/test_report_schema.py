"""The published schema of reports is current, and what the judge writes is valid by it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from judge.grade import grade, judge_error_report
from judge.judge import Judge
from judge.package import Package
from judge.redaction import for_learner
from judge.report import Report
from judge.report_schema import json_schema, json_schema_text
from judge.spec import Limits

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schema" / "report.schema.json"

VALIDATOR = Draft202012Validator(json_schema())

PROGRAMS = {
    "accepted/compact_dict_spread.py": "AC",
    "wrong_answer/dense_n_minus_2.py": "WA",
    "wrong_answer/nan_output.py": "WA",
    "wrong_answer/transposed_output.py": "WA",
    "run_time_error/bias_dropped.py": "RTE",
    "compile_error/syntax_error.py": "CE",
    "time_limit_exceeded/infinite_loop.py": "TLE",
}


def check(report: Report) -> None:
    VALIDATOR.validate(json.loads(report.model_dump_json()))


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == json_schema_text(), (
        "run: python -m judge.report_schema > docs/schema/report.schema.json"
    )


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.sandbox
@pytest.mark.xdist_group("zero-last-layer")
@pytest.mark.parametrize(("program", "verdict"), PROGRAMS.items())
def test_a_report_is_valid(program: str, verdict: str, judge: Judge, package: Package) -> None:
    limits = Limits(wall_s=1.5) if verdict == "TLE" else package.spec.limits
    quick = package.spec.model_copy(update={"limits": limits})
    source = next(known.source for known in package.submissions if known.path == program)
    report = grade(
        dataclasses.replace(package, spec=quick),
        source,
        judge=judge,
        plan_seed=20,
        groups=["sample"],
    )
    assert report.verdict == verdict
    check(report)
    check(for_learner(report, {}))


def test_a_judge_error_is_valid(package: Package) -> None:
    check(judge_error_report(package, "The disk is full."))


@pytest.mark.parametrize(
    "change",
    [{"verdict": "OK"}, {"score": 2}, {"plan_seed": "1"}, {"more": 1}, {"format": "other/1"}],
    ids=str,
)
def test_what_is_no_report_is_refused(change: dict[str, object], package: Package) -> None:
    document = json.loads(judge_error_report(package, "x").model_dump_json())
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document | change)
