"""A report told to a terminal, to Gradescope and to CI: everything in it, in a reader's order."""

from __future__ import annotations

import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from app.formats import gradescope, junit
from app.formats.figures import cost_rows, evidence_words, failing_lines, measures
from app.formats.text import print_report
from judge.redaction import after_due, for_learner
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
    Mismatch,
    Report,
    TransformResult,
)
from judge.verdict import Reason, Verdict, Visibility
from tests.reports import made_report

SPEC = ArraySpec(shape=(2, 2), dtype="float32")


def at(error: float) -> Mismatch:
    return Mismatch(index=(0, 1), expected=2.0, got=16.0, error=error)


DIFF = Diff(
    path="",
    expected=SPEC,
    got=SPEC,
    total=4,
    mismatched=1,
    max_abs=at(14.0),
    max_ulp=at(25_000_000),
    first=at(14.0),
    worst=(at(14.0),),
    margin=1e6,
)
CASE = CaseResult(
    index=0,
    group="sample",
    visibility=Visibility.FULL,
    inputs={
        "seed": 2073927333.0,
        "a_long_name": {"shape": [64, 48], "dtype": "float32"},
        "another_long_name": {"shape": [3], "dtype": "bfloat16"},
    },
    verdict=Verdict.WA,
    reason=Reason.NON_FINITE,
    wall_ms=12.4,
    diffs=(DIFF,),
    findings=(
        Finding(kind="values", message="1 of 4 values differ"),
        Finding(
            kind="pattern_scaled",
            message="The result is the expected one times 8.0.",
            evidence={"factor": 8.0, "layers": [{"name": "a"}], "share": 1.0},
        ),
    ),
    stdout="printed by the program\n",
)
REPORT = made_report(
    problem="double",
    verdict=Verdict.WA,
    reason=Reason.NON_FINITE,
    score=0.25,
    diagnosis=Diagnosis(pitfall="tripled", message="It is tripled.", case=0, section="task"),
    groups=(
        GroupResult(
            name="sample", points=75, earned=0, verdict=Verdict.WA, visibility=Visibility.FULL
        ),
        GroupResult(
            name="transforms", points=25, earned=25, verdict=Verdict.AC, visibility=Visibility.FULL
        ),
    ),
    cases=(CASE,),
    transforms=(
        TransformResult(name="jit", required=True, verdict=Verdict.AC, case=0),
        TransformResult(
            name="vmap",
            required=False,
            verdict=Verdict.WA,
            reason=Reason.NOT_TRACEABLE,
            case=0,
            message="Under jax.vmap, line 3 decides in Python on a value.",
        ),
        TransformResult(name="grad", required=False, verdict=None, message="Not tried: wrong."),
    ),
    cost=CostCard(
        case=0,
        submission=Cost(flops=2_500_000, bytes_accessed=4096, compile_ms=81.2, run_ms=0.52),
        reference=Cost(flops=1_000_000, bytes_accessed=8192, compile_ms=80.0, run_ms=0.5),
        note="Estimates.",
    ),
)


def text(report: Report, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    print_report(report, console)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


@pytest.mark.parametrize(
    ("mismatched", "rows", "columns", "said"),
    [
        (2, Failing(count=1, indices=(3,)), None, "all in row 3"),
        (9, None, Failing(count=2, indices=(0, 2)), "all in columns 0, 2"),
        (
            40,
            Failing(count=1, indices=(3,)),
            Failing(count=20, indices=tuple(range(16))),
            "all in row 3, columns 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 and 4 more",
        ),
        (1, Failing(count=1, indices=(3,)), Failing(count=1, indices=(0,)), ""),
        (2, None, None, ""),
    ],
)
def test_failing_lines(
    mismatched: int, rows: Failing | None, columns: Failing | None, said: str
) -> None:
    update = {"mismatched": mismatched, "failing_rows": rows, "failing_columns": columns}
    assert failing_lines(DIFF.model_copy(update=update)) == said


class TestText:
    """What a terminal shows."""

    def test_sentence_then_evidence_then_details(self) -> None:
        shown = text(REPORT)
        order = ["Wrong answer (WA) · non finite", "25%", "It is tripled.", "Pitfall: tripled"]
        order += ["Case 0 (sample)", "1 of 4 values differ", "times 8.0", "factor 8", "[0, 1]"]
        order += ["printed by the program", "0/75", " 12  ", "jax.jit", "jax.vmap", "line 3"]
        order += ["not tried", "operations", "2.5 M", "1 M", "2.5×", "Best effort", "plan seed 7"]
        places = [shown.index(words) for words in order]
        assert places == sorted(places)

    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_a_case_is_one_line(self, width: int) -> None:
        lines = text(REPORT, width).splitlines()
        assert all(len(line) <= width for line in lines)
        (line,) = [line for line in lines if line.lstrip().startswith("0  sample")]
        assert "WA" in line
        assert "non finite" in line
        assert "seed=2073927333" in line

    def test_billions_of_ulps_are_not_shown(self) -> None:
        assert "25000000" not in text(REPORT)
        assert "largest error: absolute 14 at [0, 1]" in text(REPORT)

    def test_rows_and_columns_that_fail_are_one_line(self) -> None:
        diff = DIFF.model_copy(
            update={"mismatched": 2, "failing_rows": Failing(count=1, indices=(1,))}
        )
        case = CASE.model_copy(update={"diffs": (diff,)})
        shown = text(REPORT.model_copy(update={"cases": (case,)}))
        assert "all in row 1" in [line.strip() for line in shown.splitlines()]

    def test_markup_in_what_a_program_said_is_text(self) -> None:
        case = CASE.model_copy(update={"stdout": "[bold red]x[/] [/nothing]"})
        assert "[bold red]x[/] [/nothing]" in text(REPORT.model_copy(update={"cases": (case,)}))

    def test_a_long_output_is_cut(self) -> None:
        case = CASE.model_copy(update={"stdout": "line\n" * 5000})
        shown = text(REPORT.model_copy(update={"cases": (case,)}))
        assert "4980 more lines" in shown
        assert shown.count("\n") < 100

    def test_a_judge_error_has_no_tables(self) -> None:
        failed = Report(
            **{
                **REPORT.model_dump(include={"problem", "problem_version", "package_sha256"}),
                **REPORT.model_dump(include={"plan_seed", "pool_epoch", "runtime", "backend"}),
            },
            verdict=Verdict.IE,
            score=0.0,
            diagnosis=Diagnosis(pitfall=None, message="The judge failed."),
        )
        assert " ".join(text(failed).split()) == (
            "Judge error (IE) 0% The judge failed. double 1.0.0, plan seed 7"
        )


class TestGradescope:
    """results.json."""

    def test_points_findings_and_what_is_not_graded(self) -> None:
        document = json.loads(gradescope.render(REPORT))
        assert document["score"] == 25
        sample, transforms = document["tests"]
        assert (sample["score"], sample["max_score"], sample["status"]) == (0, 75, "failed")
        assert "times 8.0" in sample["output"]
        assert "factor 8" in sample["output"]
        assert transforms["output"] == "jax.jit: AC"
        summary = document["output"]
        order = ["Wrong answer (WA)", "It is tripled.", "Not graded:", "jax.vmap: WA", "Cost"]
        places = [summary.index(words) for words in order]
        assert places == sorted(places)
        assert "operations: 2.5 M, reference 1 M" in summary

    def test_what_opens_at_the_due_date_is_left_to_gradescope(self) -> None:
        later = REPORT.groups[0].model_copy(
            update={"visibility": Visibility.VERDICT, "after_due": Visibility.FULL}
        )
        hidden = CASE.model_copy(update={"visibility": Visibility.VERDICT})
        report = REPORT.model_copy(update={"groups": (later, REPORT.groups[1]), "cases": (hidden,)})
        cut, opened = for_learner(report, {}), for_learner(after_due(report), {})
        sample, _, detail = json.loads(gradescope.render(cut, opened))["tests"]
        assert (sample["visibility"], detail["visibility"]) == ("visible", "after_due_date")
        assert "times 8.0" not in sample["output"]
        assert "times 8.0" in detail["output"]
        assert "max_score" not in detail


class TestJunit:
    """JUnit XML."""

    def test_suites(self) -> None:
        root = ElementTree.fromstring(junit.render(REPORT).split("\n", 1)[1])
        counts = {
            suite.get("name"): tuple(suite.get(n) for n in ("tests", "failures", "skipped"))
            for suite in root
        }
        assert counts == {
            "sample": ("1", "1", "0"),
            "transforms": ("1", "0", "0"),
            "reported": ("2", "0", "2"),
        }
        failure = root.find(".//failure")
        assert failure is not None
        assert "factor 8" in str(failure.text)
        costs = {p.get("name"): p.get("value") for p in root.iter("property")}
        assert costs["cost: operations"] == "2.5 M"
        assert costs["reference cost: operations"] == "1 M"

    def test_a_required_transformation_that_fails_is_a_failure(self) -> None:
        failed = REPORT.transforms[1].model_copy(update={"required": True})
        report = REPORT.model_copy(update={"transforms": (failed,), "cost": None})
        root = ElementTree.fromstring(junit.render(report).split("\n", 1)[1])
        found = root.find("testsuite[@name='transforms']/testcase/failure")
        assert found is not None
        assert found.get("message") == failed.message

    @given(st.text())
    def test_any_text_is_xml(self, said: str) -> None:
        said = said.encode("utf-8", "replace").decode()
        case = CASE.model_copy(
            update={"findings": (Finding(kind="exception", message=said),), "traceback": said}
        )
        ElementTree.fromstring(
            junit.render(REPORT.model_copy(update={"cases": (case,), "problem": said})).split(
                "\n", 1
            )[1]
        )


class TestFigures:
    """Numbers as all formats tell them."""

    def test_ulps_are_told_where_they_tell_something(self) -> None:
        names = [name for name, _ in measures(DIFF.model_copy(update={"max_ulp": at(40)}))]
        assert names == ["absolute", "ULP"]
        assert [name for name, _ in measures(DIFF)] == ["absolute"]

    @pytest.mark.parametrize(
        ("mine", "theirs", "told"),
        [
            ({"flops": 0.0}, {"flops": 0.0}, ("0", "0", "")),
            ({"flops": 3.0}, {}, ("3", "–", "")),
            ({"flops": 2.0}, {"flops": float("inf")}, ("2", "–", "")),
            ({"peak_bytes": 1536.0}, {"peak_bytes": 512.0}, ("1.5 KiB", "512 B", "3×")),
            ({"run_ms": 0.012}, {"run_ms": 2500.0}, ("12 µs", "2.5 s", "4.8e-06×")),
        ],
    )
    def test_cost(self, mine: Any, theirs: Any, told: tuple[str, str, str]) -> None:
        (row,) = cost_rows(CostCard(case=0, submission=Cost(**mine), reference=Cost(**theirs)))
        assert (row.submission, row.reference, row.ratio) == told
        assert 0 <= row.submission_share <= 1
        assert 0 <= row.reference_share <= 1

    def test_a_reference_alone_is_no_comparison(self) -> None:
        card = CostCard(case=0, submission=Cost(), reference=Cost(flops=1.0), note="Not measured.")
        assert cost_rows(card) == []
        assert "Not measured." in text(REPORT.model_copy(update={"cost": card}))

    def test_facts_are_told_and_tables_left_out(self) -> None:
        finding = Finding(
            kind="x", message="", evidence={"a_b": 0.5, "no": None, "t": [{"a": 1}], "l": [1, 2.0]}
        )
        assert evidence_words(finding) == [("a b", "0.5"), ("l", "1, 2")]
