"""Reports of which every part holds a marker, for tests of who reads what."""

from __future__ import annotations

import math

from judge.report import (
    ArraySpec,
    CaseResult,
    Diagnosis,
    Diff,
    Finding,
    GroupResult,
    Mismatch,
    Report,
)
from judge.verdict import Reason, Verdict, Visibility
from tests.app.conftest import PROBLEM
from tests.reports import made_report


def marked_report(marker: str) -> Report:
    """A report with every part that it can have, numbers that are none included."""
    case = CaseResult(
        index=0,
        group="base",
        visibility=Visibility.FULL,
        inputs={"seed": 3, "x": {"shape": [2, 3], "dtype": "float32"}},
        verdict=Verdict.WA,
        reason=Reason.VALUES,
        wall_ms=1.5,
        findings=(Finding(kind="values", message=marker, evidence={"at": marker}),),
        diffs=(
            Diff(
                path=marker,
                expected=ArraySpec(shape=(2, 3), dtype="float32"),
                got=ArraySpec(shape=(2, 3), dtype="float32"),
                total=6,
                mismatched=1,
                max_abs=Mismatch(index=(0, 1), expected=1.0, got=math.nan, error=math.inf),
                margin=math.inf,
            ),
        ),
        stdout=marker,
        stderr=marker,
        traceback=marker,
    )
    return made_report(
        problem=PROBLEM,
        verdict=Verdict.WA,
        reason=Reason.VALUES,
        score=0.5,
        diagnosis=Diagnosis(pitfall=None, message=marker, case=0),
        groups=(
            GroupResult(
                name="base",
                points=1,
                earned=0.5,
                verdict=Verdict.WA,
                visibility=Visibility.FULL,
            ),
        ),
        cases=(case,),
    )
