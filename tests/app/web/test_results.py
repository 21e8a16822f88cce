"""A result is told in the order in which a learner reads it: rendered by the real templates."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.catalog.schemas import (
    GroupView,
    LimitsView,
    PitfallRow,
    ProblemLink,
    ProblemView,
    State,
    ValueRow,
)
from app.models import AttemptStatus
from app.submissions.schemas import SentFor, SubmissionView
from app.web.assets import Assets
from app.web.results import evidence_of, view_result
from app.web.templating import environment
from judge.report import (
    ArraySpec,
    CaseResult,
    Cost,
    CostCard,
    Diagnosis,
    Diff,
    Environment,
    Failing,
    Finding,
    GroupResult,
    Heatmap,
    Mismatch,
    Report,
    TransformResult,
)
from judge.verdict import Reason, Verdict, Visibility
from tests.reports import made_report

PROBLEM = ProblemView(
    slug="double",
    title="Double it",
    track="first steps",
    position=1,
    difficulty="easy",
    tags=(),
    summary="",
    state=State.ATTEMPTED,
    version="1.0.0",
    statement="## Task\n\nDouble $x$.",
    entry="solve",
    signature="solve(n, x)",
    objectives=(),
    inputs=(ValueRow(name="n", type="int"), ValueRow(name="x", type="array", dtype="float32")),
    output=ValueRow(name="return", type="array", dtype="float32"),
    pitfalls=(PitfallRow(id="tripled", message="It is tripled.", section="task"),),
    limits=LimitsView(wall_s=10, cpu_s=20, memory_mb=1024, output_kb=64),
    backends=("cpu",),
    groups=(
        GroupView(name="sample", cases=1, points=10, visibility="full"),
        GroupView(name="shapes", cases=2, points=90, visibility="diff"),
    ),
    starter="",
    hints_revealed=(),
    hints_total=0,
    solution=None,
    unlock="Submit first.",
    previous=None,
    next=ProblemLink(slug="halve", title="Halve it"),
)


@pytest.fixture(autouse=True)
def _built_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({}))
    monkeypatch.setitem(environment().globals, "asset", Assets(tmp_path))


def case(index: int, verdict: Verdict | None, **more: Any) -> CaseResult:
    return CaseResult(
        index=index,
        group="sample" if index == 0 else "shapes",
        visibility=Visibility.FULL if index == 0 else Visibility.DIFF,
        inputs={"x": {"shape": [4, 5], "dtype": "float32"}, "n": 3.0},
        verdict=verdict,
        wall_ms=None if verdict is None else 12.0,
        **more,
    )


def wrong_values() -> Diff:
    spec = ArraySpec(shape=(2, 2), dtype="float32")
    at = Mismatch(index=(0, 1), expected=2.0, got=3.0, error=1.0)
    return Diff(
        path="",
        expected=spec,
        got=spec,
        total=4,
        mismatched=1,
        max_abs=at,
        worst=(at,),
        margin=1e6,
        heatmap=Heatmap(rows=2, columns=2, cells=((0.0, 1e6), (0.0, 0.0))),
    )


def report(*cases: CaseResult, verdict: Verdict, earned: float = 0, **more: Any) -> Report:
    return made_report(
        problem="double",
        verdict=verdict,
        score=earned / 100,
        groups=(
            GroupResult(
                name="sample", points=10, earned=10, verdict=Verdict.AC, visibility=Visibility.FULL
            ),
            GroupResult(
                name="shapes",
                points=90,
                earned=earned - 10 if earned else 0,
                verdict=verdict,
                visibility=Visibility.DIFF,
            ),
        ),
        cases=cases,
        **more,
    )


def submission(done: Report | None = None, *cases: CaseResult) -> SubmissionView:
    status = (
        AttemptStatus.DONE if done else AttemptStatus.RUNNING if cases else AttemptStatus.QUEUED
    )
    return SubmissionView(
        id=uuid.UUID(int=1),
        problem="double",
        status=status,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        attempt=1,
        student="ann",
        assignment=None,
        notice=None,
        source="",
        cases=cases,
        report=done,
    )


def render(view: SubmissionView, problem: ProblemView = PROBLEM) -> str:
    result = view_result(view, problem)
    return environment().get_template("result/result.html").render(result=result, person=None)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_queued_submission_waits_for_a_judge() -> None:
    html = render(submission())
    assert 'data-status="queued"' in html
    assert "Waiting for a judge" in html


def test_cases_appear_as_they_finish() -> None:
    html = render(submission(None, case(0, Verdict.AC), case(1, Verdict.WA)))
    assert 'data-status="running"' in html
    assert "2 of 3 cases" in words(html)
    assert html.count("case-cell tone-ac") == 1
    assert html.count("case-cell tone-wa") == 1
    assert 'pending next" role="img" aria-label="Case 2: to come"' in html


def test_inputs_come_in_the_order_of_the_parameters() -> None:
    shown = words(render(submission(None, case(0, Verdict.AC))))
    assert "n 3 x float32[4, 5]" in shown


def test_a_wrong_answer_is_sentence_then_evidence_then_details() -> None:
    html = render(
        submission(
            report(
                case(0, Verdict.AC),
                case(1, Verdict.WA, reason=Reason.VALUES, diffs=(wrong_values(),)),
                case(2, Verdict.AC),
                verdict=Verdict.WA,
                reason=Reason.VALUES,
                diagnosis=Diagnosis(
                    pitfall="tripled", message="It is tripled.", case=1, section="task"
                ),
            )
        )
    )
    shown = words(html)
    order = ["Wrong answer", "It is tripled.", "Read about this mistake", "Case 1, group shapes"]
    order += ["1 of 4 values differ", "Largest error", "All 3 cases", "How this was judged"]
    places = [shown.index(text) for text in order]
    assert places == sorted(places)
    assert 'href="/problems/double#section-task"' in html
    assert 'data-announce="Wrong answer. It is tripled."' in html
    assert html.count("<rect") == 4


def test_rows_that_fail_are_told_above_the_picture() -> None:
    diff = wrong_values().model_copy(
        update={"mismatched": 2, "failing_rows": Failing(count=1, indices=(0,))}
    )
    wrong = case(1, Verdict.WA, reason=Reason.VALUES, diffs=(diff,))
    shown = words(render(submission(report(wrong, verdict=Verdict.WA, reason=Reason.VALUES))))
    assert "All in row 0." in shown


def test_of_an_assignment_tells_the_share_of_its_points() -> None:
    """How many they are the assignment says: the problem's groups have others."""
    part = report(case(0, Verdict.WA), verdict=Verdict.WA, earned=40)
    sent = SentFor(
        course_id=uuid.uuid4(),
        assignment_id=uuid.uuid4(),
        assignment_problem_id=uuid.uuid4(),
        title="Week 3",
    )
    practice = submission(part)
    assert "40 of 100 points" in words(render(practice))
    shown = words(render(practice.model_copy(update={"assignment": sent})))
    assert "40 % of the points" in shown
    assert "of 100" not in shown


def test_accepted_leads_on() -> None:
    accepted = report(*(case(i, Verdict.AC) for i in range(3)), verdict=Verdict.AC, earned=100)
    html = render(submission(accepted), PROBLEM.model_copy(update={"unlock": None}))
    assert "100 of 100 points" in words(html)
    assert 'href="/problems/halve"' in html
    assert 'href="/problems/double#solution"' in html
    assert "evidence" not in html
    assert "#solution" not in render(submission(accepted))


def test_what_is_sent_to_an_assignment_leads_back_there() -> None:
    sent_for = SentFor(
        course_id=uuid.UUID(int=2),
        assignment_id=uuid.UUID(int=3),
        assignment_problem_id=uuid.UUID(int=4),
        title="First steps",
    )
    accepted = report(*(case(i, Verdict.AC) for i in range(3)), verdict=Verdict.AC, earned=100)
    view = submission(accepted).model_copy(update={"assignment": sent_for})
    html = render(view, PROBLEM.model_copy(update={"unlock": None, "next": None}))
    assert f'href="/problems/double?assignment_problem={uuid.UUID(int=4)}#solution"' in html


def test_what_is_withheld_is_received() -> None:
    notice = "It was received and judged. You see the result once the grades are published."
    held = {"status": AttemptStatus.DONE, "notice": notice}
    html = render(submission().model_copy(update=held))
    assert 'data-status="done"' in html
    assert f'data-announce="{notice}"' in html
    assert "Received" in words(html)
    assert notice in words(html)
    assert "strip" not in html


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.TLE, "A case may take 10 s."),
        (Verdict.MLE, "A program may use 1024 MB."),
        (Verdict.OLE, "A program may write 64 KB."),
        (Verdict.IE, "The judge failed, not your program."),
        (Verdict.CE, "The program was not run."),
    ],
)
def test_each_limit_is_explained(verdict: Verdict, said: str) -> None:
    shown = words(
        render(submission(report(case(0, verdict), case(1, None), case(2, None), verdict=verdict)))
    )
    assert said in shown
    assert verdict.words in shown


def test_what_a_program_printed_is_text() -> None:
    html = render(
        submission(
            report(
                case(
                    0,
                    Verdict.RTE,
                    stdout="<script>alert(1)</script>",
                    traceback="<img src=x>",
                    findings=(Finding(kind="exception", message="<b>E</b>"),),
                ),
                verdict=Verdict.RTE,
                environment=Environment(warnings=("<i>no sandbox</i>",)),
            )
        )
    )
    assert not re.search(
        r"<(script|img|b>|i>)", html.replace("<b>n</b>", "").replace("<b>x</b>", "")
    )
    assert "&lt;script&gt;" in html


def test_evidence_is_sorted_into_facts_and_tables() -> None:
    finding = Finding(
        kind="trace",
        message="",
        evidence={
            "layer": 2,
            "shape": [4, 6],
            "zero": True,
            "nothing": None,
            "layers": [{"name": "Dense_0", "kernel": "zero"}, {"name": "Dense_1"}],
        },
    )
    evidence = evidence_of(finding)
    assert evidence.facts == (("layer", "2"), ("shape", "4, 6"), ("zero", "yes"))
    (table,) = evidence.tables
    assert table.title == "Layers"
    assert table.columns == ("name", "kernel")
    assert table.rows == (("Dense_0", "zero"), ("Dense_1", "–"))


def test_the_diff_that_a_finding_rests_on_is_folded_below_it() -> None:
    diff = wrong_values().model_dump(mode="json")
    finding = Finding(kind="trace_values", message="Layer 2 differs.", evidence={"diff": diff})
    wrong = case(0, Verdict.WA, reason=Reason.TRACE, findings=(finding,))
    html = render(submission(report(wrong, verdict=Verdict.WA, reason=Reason.TRACE)))
    folded = html[html.index("<summary>Evidence</summary>") :]
    assert html.index("Layer 2 differs.") < html.index("<summary>Evidence</summary>")
    assert "1 of 4 values differ" in words(folded)


def test_transformations_and_cost_follow_the_evidence() -> None:
    wrong = case(0, Verdict.WA, reason=Reason.VALUES, diffs=(wrong_values(),))
    html = render(
        submission(
            report(
                wrong,
                verdict=Verdict.WA,
                transforms=(
                    TransformResult(name="jit", required=True, verdict=Verdict.AC, case=0),
                    TransformResult(
                        name="vmap",
                        required=False,
                        verdict=Verdict.WA,
                        case=0,
                        message="Under jax.vmap it is <wrong>.",
                        diffs=(wrong_values(),),
                    ),
                    TransformResult(name="grad", required=False, verdict=None),
                ),
                cost=CostCard(
                    case=0,
                    submission=Cost(flops=2000.0, run_ms=0.5),
                    reference=Cost(flops=1000.0, run_ms=0.5),
                    note="Estimates.",
                ),
            )
        )
    )
    shown = words(html)
    order = ["Case 0, group sample", "Under transformations", "AC jax.jit counts"]
    order += ["WA jax.vmap told only", "it is &lt;wrong&gt;.", "– jax.grad", "What it costs"]
    order += ["operations 2 k 1 k 2×", "running 500 µs 500 µs 1×", "Estimates.", "All 1 cases"]
    places = [shown.index(text) for text in order]
    assert places == sorted(places)
    assert '<rect class="theirs" y="8" width="50.0"' in html


def test_a_withheld_plan_seed_is_not_named() -> None:
    done = report(case(0, Verdict.AC), verdict=Verdict.AC, earned=100)
    assert "Plan seed" in render(submission(done))
    assert "Plan seed" not in render(submission(done.model_copy(update={"plan_seed": None})))


def test_required_transformations_are_a_group_of_the_strip() -> None:
    done = report(case(0, Verdict.AC), verdict=Verdict.WA, reason=Reason.NOT_TRACEABLE)
    group = GroupResult(
        name="transforms", points=20, earned=0, verdict=Verdict.WA, visibility=Visibility.FULL
    )
    html = render(submission(done.model_copy(update={"groups": (*done.groups, group)})))
    assert "transforms 0/20" in words(html)
    assert 'href="#transforms-title" aria-label="Transformations: Wrong answer"' in html


def test_an_exception_is_told_once() -> None:
    raised = Finding(kind="exception", message="KeyError: 'a' (line 2)", evidence={"line": 2})
    explained = Finding(kind="explanation", message="There is no a.", evidence={"line": 2})
    failed = case(
        0, Verdict.RTE, findings=(raised, explained), traceback="Traceback\nKeyError: 'a'"
    )
    html = render(submission(report(failed, verdict=Verdict.RTE)))
    assert "There is no a." in html
    assert "(line 2)" not in html
    assert "Evidence" not in html
    hidden = failed.model_copy(update={"traceback": None})
    assert "(line 2)" in render(submission(report(hidden, verdict=Verdict.RTE)))
