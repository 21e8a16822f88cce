"""What is hidden from learners appears nowhere in what they get: reports full of sentinels."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.redaction import after_due, case_for_learner, for_learner, with_hidden
from judge.report import (
    ArraySpec,
    CaseResult,
    Cost,
    CostCard,
    Diagnosis,
    Diff,
    Failing,
    Finding,
    GroupResult,
    Heatmap,
    Mismatch,
    Report,
    TransformResult,
)
from judge.verdict import Reason, Verdict, Visibility

PITFALLS = {"doubled": "The package says: it is doubled."}
KINDS = ("exception", "values", "trace", "refused", "ended_time", "pattern")


def text(case: int, visibility: Visibility, what: str) -> str:
    """A text by which one field of one case is known again, wherever it turns up."""
    return f"sentinel {visibility} {what} of {case}"


def diff(case: int, visibility: Visibility) -> Diff:
    at = Mismatch(
        index=(0, 0),
        expected=text(case, visibility, "expected"),
        got=text(case, visibility, "got"),
        error=1.0,
    )
    spec = ArraySpec(shape=(2, 2), dtype="float32")
    return Diff(
        path=text(case, visibility, "path"),
        expected=spec,
        got=spec,
        total=4,
        mismatched=1,
        max_abs=at,
        first=at,
        worst=(at,),
        margin=9.0,
        heatmap=Heatmap(rows=1, columns=1, cells=((9.0,),)),
        failing_rows=Failing(count=1, indices=(0,)),
    )


def full_case(index: int, visibility: Visibility, verdict: Verdict, kind: str) -> CaseResult:
    def said(what: str) -> str:
        return text(index, visibility, what)

    # An exception is told by the program itself, other findings by the judge.
    words, line = ("words", 10**30) if kind == "exception" else ("finding", 1)
    return CaseResult(
        index=index,
        group=f"group-{visibility}",
        visibility=visibility,
        inputs={"seed": said("input"), "x": {"shape": [2], "dtype": "float32"}},
        verdict=verdict,
        reason=Reason.VALUES,
        wall_ms=1234.5,
        diffs=(diff(index, visibility),),
        findings=(
            Finding(
                kind=kind,
                message=said(words),
                evidence={"type": said(words), "line": line, "more": said(words)},
            ),
        ),
        stdout=said("words"),
        stderr=said("words"),
        traceback=said("words"),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    verdict = draw(st.sampled_from([v for v in Verdict if v is not Verdict.IE]))
    shown = draw(st.lists(st.sampled_from(Visibility), min_size=1, max_size=5))
    cases = tuple(
        full_case(i, visibility, verdict, draw(st.sampled_from(KINDS)))
        for i, visibility in enumerate(shown)
    )
    at = draw(st.sampled_from(cases))
    told = text(at.index, at.visibility, "words")
    return Report(
        problem="p",
        problem_version="1.0.0",
        package_sha256="0",
        plan_seed=987654321,
        pool_epoch=0,
        runtime="default",
        backend="cpu",
        verdict=verdict,
        reason=draw(st.sampled_from(Reason)),
        score=0.0,
        diagnosis=Diagnosis(
            pitfall=draw(st.sampled_from([None, "doubled", "dropped-since"])),
            message=told,
            case=at.index,
            section="a-section",
        ),
        groups=tuple(
            GroupResult(
                name=f"group-{visibility}",
                points=1,
                earned=0,
                verdict=verdict,
                visibility=visibility,
            )
            for visibility in sorted(set(shown))
        ),
        cases=cases,
        transforms=tuple(
            TransformResult(
                name=name,
                required=True,
                verdict=Verdict.RTE,
                reason=Reason.NOT_TRACEABLE,
                case=case.index,
                message=text(case.index, case.visibility, "words"),
                diffs=(diff(case.index, case.visibility),),
            )
            for name, case in zip(("jit", "vmap", "grad"), cases, strict=False)
        ),
        cost=CostCard(
            case=at.index,
            submission=Cost(flops=1.0),
            reference=Cost(flops=1.0),
            note=text(at.index, at.visibility, "cost"),
        ),
        timing={"total": 1234.5},
    )


@given(reports())
def test_nothing_hidden_reaches_a_learner(report: Report) -> None:
    seen = for_learner(report, PITFALLS).model_dump_json()
    assert f"sentinel {Visibility.VERDICT}" not in seen
    assert f"sentinel {Visibility.DIFF} words" not in seen
    if any(case.visibility is Visibility.VERDICT for case in report.cases):
        assert "987654321" not in seen
    if all(case.visibility is not Visibility.FULL for case in report.cases):
        assert str(10**30) not in seen
    if all(case.visibility is Visibility.VERDICT for case in report.cases):
        assert "1234.5" not in seen
        assert all(f'"{reason}"' not in seen for reason in Reason)


@given(reports())
def test_what_a_group_shows_stays(report: Report) -> None:
    seen = for_learner(report, PITFALLS)
    for before, after in zip(report.cases, seen.cases, strict=True):
        assert (after.index, after.group, after.verdict) == (
            before.index,
            before.group,
            before.verdict,
        )
        if before.visibility is Visibility.FULL:
            assert after == before
        if before.visibility is Visibility.DIFF:
            assert (after.inputs, after.diffs) == (before.inputs, before.diffs)
    assert (seen.verdict, seen.score, seen.groups) == (report.verdict, report.score, report.groups)
    if all(case.visibility is Visibility.FULL for case in report.cases):
        assert seen == report


@given(reports())
def test_cutting_twice_cuts_no_more(report: Report) -> None:
    once = for_learner(report, PITFALLS)
    assert for_learner(once, PITFALLS) == once


@given(reports())
def test_from_the_due_date_on_a_group_shows_what_it_says(report: Report) -> None:
    groups = tuple(
        group.model_copy(update={"after_due": Visibility.FULL})
        for group in report.groups
        if group.visibility is not Visibility.FULL
    )
    report = report.model_copy(update={"groups": groups})
    before, later = for_learner(report, PITFALLS), for_learner(after_due(report), PITFALLS)
    assert before.groups == groups
    assert f"sentinel {Visibility.VERDICT}" not in before.model_dump_json()
    assert later.plan_seed == report.plan_seed
    assert [case.model_copy(update={"visibility": "full"}) for case in report.cases] == list(
        later.cases
    )
    assert all((g.visibility, g.after_due) == (Visibility.FULL, None) for g in later.groups)


@given(reports())
def test_a_group_that_is_hidden_besides_is_as_if_the_package_hid_it(report: Report) -> None:
    groups = {case.group for case in report.cases}
    shown = for_learner(with_hidden(report, groups), PITFALLS)
    document = shown.model_dump_json()
    for case in report.cases:
        for what in ("expected", "got", "path"):
            assert text(case.index, case.visibility, what) not in document
    assert {case.visibility for case in shown.cases} <= {Visibility.VERDICT}
    assert shown.plan_seed is None or not shown.cases
    assert with_hidden(report, ()) == report


def test_a_group_that_says_nothing_of_the_due_date_stays_as_it_is() -> None:
    report = hidden()
    assert after_due(report) == report


def hidden(**more: Any) -> Report:
    """A report on one hidden case."""
    case = full_case(0, Visibility.VERDICT, Verdict.WA, "values")
    return Report(
        problem="p",
        problem_version="1.0.0",
        package_sha256="0",
        plan_seed=1,
        pool_epoch=0,
        runtime="default",
        backend="cpu",
        score=0.0,
        **({"verdict": Verdict.WA, "cases": (case,)} | more),
    )


def test_of_a_hidden_case_a_pitfall_is_told_in_the_packages_own_words() -> None:
    told = Diagnosis(pitfall="doubled", message="x is 3, so 6.", case=0, section="s")
    seen = for_learner(hidden(diagnosis=told), PITFALLS).diagnosis
    assert seen == Diagnosis(pitfall="doubled", message=PITFALLS["doubled"], section="s")


def test_of_a_hidden_case_nothing_else_is_told_in_words() -> None:
    told = Diagnosis(pitfall=None, message="x is 3, so 6.", case=0)
    seen = for_learner(hidden(diagnosis=told), PITFALLS).diagnosis
    assert seen is not None
    assert seen.message == "Wrong answer. This group shows the verdict only."


def test_a_diff_group_tells_an_exception_by_type_and_line() -> None:
    finding = Finding(
        kind="exception", message="ValueError: 3.25", evidence={"type": "ValueError", "line": 4}
    )
    case = CaseResult(
        index=0,
        group="g",
        visibility=Visibility.DIFF,
        inputs={},
        verdict=Verdict.RTE,
        findings=(finding,),
        traceback="ValueError: 3.25",
    )
    told = Diagnosis(pitfall=None, message=finding.message, case=0)
    seen = for_learner(hidden(verdict=Verdict.RTE, cases=(case,), diagnosis=told), {})
    assert seen.diagnosis is not None
    assert seen.diagnosis.message == "ValueError (line 4)"
    assert seen.cases[0].findings[0].message == "ValueError (line 4)"
    assert seen.cases[0].traceback is None


@pytest.mark.parametrize(
    ("verdict", "told", "shown"),
    [
        (Verdict.WA, "Under jit: line 3 branches on a value.", None),
        (Verdict.RTE, "Under jit: ValueError: 3.25", "It raised an exception."),
    ],
)
def test_a_diff_group_on_which_a_transformation_fails_is_not_told_to_be_right(
    verdict: Verdict, told: str, shown: str | None
) -> None:
    case = CaseResult(index=0, group="g", visibility=Visibility.DIFF, inputs={}, verdict=Verdict.AC)
    failed = TransformResult(name="jit", required=True, verdict=verdict, case=0, message=told)
    report = hidden(
        verdict=verdict,
        cases=(case,),
        transforms=(failed,),
        diagnosis=Diagnosis(pitfall=None, message=told, case=0),
    )
    seen = for_learner(report, {}).diagnosis
    assert seen == Diagnosis(pitfall=None, message=shown or told, case=0)


def test_a_program_that_does_not_load_has_seen_no_input() -> None:
    case = CaseResult(
        index=0,
        group="g",
        visibility=Visibility.VERDICT,
        inputs={"seed": 3.25},
        verdict=Verdict.CE,
        findings=(Finding(kind="load_syntax", message="line 3: invalid syntax"),),
    )
    told = Diagnosis(pitfall=None, message="This is not Python.", case=0)
    seen = for_learner(hidden(verdict=Verdict.CE, cases=(case,), diagnosis=told), {})
    assert seen.diagnosis == told
    assert case_for_learner(case).findings == case.findings
    assert "3.25" not in seen.model_dump_json()


def test_why_the_judge_failed_is_for_staff() -> None:
    told = Diagnosis(pitfall=None, message="The reference failed on x = 3.25.")
    seen = for_learner(hidden(verdict=Verdict.IE, cases=(), diagnosis=told), {}).diagnosis
    assert seen is not None
    assert "3.25" not in seen.message
    assert "not your program" in seen.message


def test_every_field_of_a_report_has_been_thought_about() -> None:
    """A field that is added reaches no learner until judge.redaction names it; then add it here."""
    assert set(Report.model_fields) == {
        "format", "problem", "problem_version", "package_sha256", "plan_seed", "pool_epoch",
        "runtime", "backend", "verdict", "reason", "score", "diagnosis", "groups", "cases",
        "transforms", "cost", "timing", "environment", "complete",
    }  # fmt: skip


def test_an_explanation_keeps_its_sentence_and_no_name_that_is_none() -> None:
    finding = Finding(
        kind="explanation",
        message="Line 4: there is no bias.",
        evidence={"explanation": "no-bias", "type": "x = 3.25", "line": 4},
    )
    case = full_case(0, Visibility.DIFF, Verdict.RTE, "exception")
    seen = case_for_learner(case.model_copy(update={"findings": (finding,)})).findings[0]
    assert seen.message == finding.message
    assert seen.evidence == {"explanation": "no-bias", "type": None, "line": 4}
