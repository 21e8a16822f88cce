"""The report: the document that an attempt produces. judge.redaction cuts it for learners."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from judge.verdict import Reason, Verdict, Visibility


class Document(BaseModel):
    """A frozen part of a report. Non-finite numbers are written as the strings NaN, Infinity,
    -Infinity, so that the JSON is strict."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class ArraySpec(Document):
    """Shape and dtype of an array, for example ``(4, 5) float32``."""

    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        return f"{self.dtype}{list(self.shape)}"


class Mismatch(Document):
    """One pair of values: where, what was expected, what came, and the size of the error there.

    ``error`` is in the unit of the measure that holds it: absolute, relative, or ULP.
    Complex numbers are written as strings.
    """

    index: tuple[int, ...]
    expected: float | int | bool | str
    got: float | int | bool | str
    error: float | int


class NonFinite(Document):
    """How many NaN, +inf and -inf one side holds."""

    nan: int = 0
    posinf: int = 0
    neginf: int = 0


class Heatmap(Document):
    """The error of a 2-D leaf, small enough to draw: each cell is the largest error ÷ allowed of
    the block of elements that it stands for (rows × columns of the array shrunk to at most
    32 × 32)."""

    rows: int
    columns: int
    cells: tuple[tuple[float, ...], ...]


MAX_FAILING = 16
"""How many indices of failing rows or columns a diff holds at most."""


class Failing(Document):
    """Which rows or columns of a 2-D leaf hold a mismatch: how many do, and the first of them."""

    count: int
    indices: tuple[int, ...] = Field(max_length=MAX_FAILING)


class Diff(Document):
    """The numeric comparison of one leaf."""

    path: str
    expected: ArraySpec
    got: ArraySpec | None
    total: int
    mismatched: int
    max_abs: Mismatch | None = None
    max_rel: Mismatch | None = None
    max_ulp: Mismatch | None = None
    first: Mismatch | None = None
    worst: tuple[Mismatch, ...] = ()
    expected_non_finite: NonFinite = NonFinite()
    got_non_finite: NonFinite = NonFinite()
    margin: float | None = Field(
        default=None, description="error ÷ allowed; below 1 passes; null where nothing was compared"
    )
    heatmap: Heatmap | None = None
    failing_rows: Failing | None = Field(
        default=None, description="null where none or all of the rows hold a mismatch"
    )
    failing_columns: Failing | None = Field(
        default=None, description="null where none or all of the columns hold a mismatch"
    )


class Finding(Document):
    """One observation about an attempt: what kind, in a sentence, with its evidence as data."""

    kind: str
    message: str
    evidence: dict[str, Any] = {}


class CaseResult(Document):
    """What became of one case. ``inputs`` holds scalars whole and arrays as shape and dtype."""

    index: int
    group: str
    visibility: Visibility
    inputs: dict[str, Any]
    verdict: Verdict | None
    reason: Reason | None = None
    wall_ms: float | None = None
    diffs: tuple[Diff, ...] = ()
    findings: tuple[Finding, ...] = ()
    stdout: str = ""
    stderr: str = ""
    traceback: str | None = None


class GroupResult(Document):
    """Points of a group: all or nothing unless the package says partial. ``after_due`` is what a
    learner sees of its cases from the due date on, where that is more."""

    name: str
    points: float
    earned: float
    verdict: Verdict
    visibility: Visibility
    after_due: Visibility | None = None


class Diagnosis(Document):
    """The one finding that is shown first: the pitfall's id where it is a named one, a sentence,
    the index of the case that shows it, and the section of the statement that explains it."""

    pitfall: str | None
    message: str
    case: int | None = None
    section: str | None = None


class TransformResult(Document):
    """What became of one transformation: on which case it was tried, and where it fails, what and
    where. ``required`` ones count towards the verdict."""

    name: str
    required: bool
    verdict: Verdict | None
    reason: Reason | None = None
    case: int | None = None
    message: str = ""
    diffs: tuple[Diff, ...] = ()


class Cost(Document):
    """What the compiled program takes, as XLA estimates it: floating-point operations, bytes
    accessed, bytes of temporary and output buffers; and milliseconds, as measured here. None where
    the backend does not say."""

    flops: float | None = None
    bytes_accessed: float | None = None
    peak_bytes: float | None = None
    compile_ms: float | None = None
    run_ms: float | None = None


class CostCard(Document):
    """Best-effort figures on one case, beside the reference's. Never graded."""

    case: int
    submission: Cost
    reference: Cost
    note: str = ""


class Environment(Document):
    """Where the attempt ran: library versions, the device, the sandbox layers in force, whether
    its processes were prepared before the submission came, and warnings (for example that there
    was no sandbox)."""

    versions: dict[str, str] = {}
    device: str | None = None
    sandbox: dict[str, str] = {}
    prepared: bool = False
    warnings: tuple[str, ...] = ()


class Report(Document):
    """What an attempt produced."""

    format: Literal["jurax-report/1"] = "jurax-report/1"
    problem: str
    problem_version: str
    package_sha256: str
    plan_seed: int | None = Field(
        description="null where it is withheld, since hidden cases could be drawn from it"
    )
    pool_epoch: int
    runtime: str
    backend: str
    verdict: Verdict
    reason: Reason | None = None
    score: float = Field(ge=0, le=1)
    diagnosis: Diagnosis | None = None
    groups: tuple[GroupResult, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    transforms: tuple[TransformResult, ...] = ()
    cost: CostCard | None = None
    timing: dict[str, float] = Field(
        default={},
        description="milliseconds of each step; `comparison` is a part of `cases`, and a service "
        "adds `queue`, before the first step, and `storing`, beside the steps",
    )
    environment: Environment = Environment()
    complete: bool = Field(
        default=True,
        description="false while what is only reported, and changes no verdict, is still measured",
    )
