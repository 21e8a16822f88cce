"""The document of a validation. ``python -m judge.validation.document`` prints its JSON Schema."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from judge.report import Document
from judge.report_schema import document_schema, schema_text
from judge.verdict import Reason, Verdict


class State(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Check(Document):
    """One thing that was looked at: in a line, what is wrong, a line each, and how long it took."""

    name: str
    state: State
    message: str
    details: tuple[str, ...] = ()
    seconds: float = 0.0


class Outcome(Document):
    """What a program gets, or should get; of groups those that are declared."""

    verdict: Verdict
    reason: Reason | None = None
    pitfall: str | None = None
    groups: dict[str, Verdict] = Field(default_factory=dict)

    def __str__(self) -> str:
        words = [str(self.verdict)]
        words += [self.reason] if self.reason is not None else []
        words += [f"pitfall {self.pitfall}"] if self.pitfall is not None else []
        words += [f"{name} {verdict}" for name, verdict in self.groups.items()]
        return ", ".join(words)


class KnownResult(Document):
    """One known submission: what submissions.yaml declares, and what it got."""

    path: str
    declared: Outcome
    got: Outcome

    @property
    def agrees(self) -> bool:
        """Whether it got what is declared."""
        return self.declared == self.got


class Share(Document):
    """How many of the programs that ran on some cases were not accepted there."""

    name: str
    killed: int
    total: int


class MutationScore(Document):
    """The share of known-wrong programs that are not accepted: overall, by the cases of each group
    alone, and by the cases of each regime of values (``x: large``) alone."""

    killed: int
    total: int
    groups: tuple[Share, ...] = ()
    regimes: tuple[Share, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every known-wrong program is killed."""
        return self.killed == self.total


class MutantState(StrEnum):
    """``killed`` by the validation's own plan; ``survived`` that; declared ``equivalent``."""

    KILLED = "killed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"


class Killer(Document):
    """The first case on which a mutant was not accepted, in the plan of that seed. Without a case
    a transformation told it apart."""

    plan_seed: int
    case: int | None
    group: str | None
    verdict: Verdict
    reason: Reason | None = None
    findings: tuple[str, ...] = Field(default=(), description="the kinds of the case's findings")
    pitfall: str | None = None

    def __str__(self) -> str:
        what = str(self.verdict) if self.reason is None else f"{self.verdict}, {self.reason}"
        where = "transforms" if self.case is None else f"case {self.case} ({self.group})"
        return f"{where} of plan seed {self.plan_seed}: {what}"


class MutantResult(Document):
    """One mutant of the reference: the line that it changes, and what became of it. ``killer`` of
    a survivor is a case of another plan that would kill it, where one was found."""

    name: str
    line: int
    was: str
    becomes: str
    state: MutantState
    killer: Killer | None = None


class Wanted(StrEnum):
    """What a computation must do under the package's rule of comparison."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"


class CalibrationRow(Document):
    """One computation compared with the reference: the largest error ÷ allowed over the cases
    (infinite where something else than values is wrong), the case that has it, and whether that
    is as wanted; None with a note where it could not be computed."""

    name: str
    wanted: Wanted
    margin: float | None = None
    case: int | None = None
    right: bool | None = None
    note: str = ""


class Calibration(Document):
    """Whether the tolerance can be defended. What must pass has to stay ``headroom`` times below
    it, what must fail has to exceed it. The declared tolerance may be multiplied by any factor
    from ``lowest_factor`` to below ``highest_factor``; there is none where the first is larger."""

    headroom: float
    rows: tuple[CalibrationRow, ...]
    lowest_factor: float | None = None
    highest_factor: float | None = None


class PackageValidation(Document):
    """All that was found out about one package."""

    problem: str
    problem_version: str
    package_sha256: str
    runtime: str
    plan_seed: int
    valid: bool
    checks: tuple[Check, ...]
    known: tuple[KnownResult, ...] = ()
    score: MutationScore | None = None
    mutants: tuple[MutantResult, ...] = ()
    calibration: Calibration | None = None
    seconds: float


class ValidationReport(Document):
    """What ``jurax validate --json`` prints."""

    format: Literal["jurax-validation/1"] = "jurax-validation/1"
    valid: bool
    packages: tuple[PackageValidation, ...]


def json_schema_text() -> str:
    """The schema as the text that docs/schema/validation.schema.json holds."""
    return schema_text(document_schema(ValidationReport, "Jurax validation"))


if __name__ == "__main__":
    print(json_schema_text(), end="")
