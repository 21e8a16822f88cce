"""The schema of problem.yaml. ``python -m judge.spec`` prints it as a JSON Schema."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from judge.verdict import Reason, Verdict, Visibility

PROBLEM_FORMAT = "jurax-problem/1"

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Number = int | float
Range = tuple[Number, Number]
Dimension = int | Name


class ScalarType(StrEnum):
    """The type that a scalar input arrives as in Python."""

    FLOAT = "float"
    INT = "int"
    BOOL = "bool"


class DType(StrEnum):
    """The dtypes of arrays that a case can hold or a reference return."""

    BOOL = "bool"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    UINT8 = "uint8"
    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    FLOAT8_E4M3FN = "float8_e4m3fn"
    FLOAT8_E5M2 = "float8_e5m2"
    COMPLEX64 = "complex64"
    COMPLEX128 = "complex128"


class Regime(StrEnum):
    """What kind of values an array is filled with (judge.draw says which exactly)."""

    NORMAL = "normal"
    UNIFORM = "uniform"
    LARGE = "large"
    TINY = "tiny"
    ZEROS = "zeros"
    INTEGERS = "integers"
    OFFSET = "offset"
    NAN = "nan"
    INF = "inf"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Backend(StrEnum):
    CPU = "cpu"
    GPU = "gpu"


class AtolScale(StrEnum):
    """What atol is multiplied by: nothing, or the largest finite magnitude of the expected leaf."""

    NONE = "none"
    MAX_ABS = "max_abs"


class NanPolicy(StrEnum):
    """``equal``: NaN is right where NaN is expected. ``forbidden``: NaN is never right."""

    EQUAL = "equal"
    FORBIDDEN = "forbidden"


class Agree(StrEnum):
    """How the trace must agree with the reference's. ``pattern``: in which layers were applied,
    and which of their parameters are zeros or ones. ``values``: in that, and in what each layer
    returned."""

    PATTERN = "pattern"
    VALUES = "values"
    OFF = "off"


class Grading(StrEnum):
    """Whether a transformation counts, is only told, or is not run."""

    REQUIRED = "required"
    REPORTED = "reported"
    OFF = "off"


class Transplant(StrEnum):
    """What follows where the output differs only since the learner's layers drew other parameters
    (other names or another order of construction): it passes, it is explained and stays wrong, or
    it is not looked at."""

    PASSES = "passes"
    EXPLAINED = "explained"
    OFF = "off"


class Reveal(StrEnum):
    """``one_by_one``: a learner opens the hints in order. ``all``: they stand open."""

    ONE_BY_ONE = "one_by_one"
    ALL = "all"


class Unlock(StrEnum):
    """From when a learner may read the solution."""

    ALWAYS = "always"
    ATTEMPTED = "attempted"
    ACCEPTED = "accepted"
    NEVER = "never"


class Schema(BaseModel):
    """A frozen part of the package's declarations; unknown keys are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SymbolSpec(Schema):
    """A size that inputs and output share, drawn anew for each entry of the shape pool.
    ``permutable``: with every input put into another order along this size, an output is the same
    but for its own order along it. Validation uses that to reorder sums."""

    range: tuple[int, int]
    permutable: bool = False
    meaning: str = ""


class ScalarInput(Schema):
    """A scalar parameter. ``cast: int``: a float with an integral value, as in ``seed=3.0``.
    ``static``: part of the shape pool, since programs are compiled for each of its values."""

    name: Name
    type: Literal["float", "int", "bool"]
    cast: Literal["int"] | None = None
    range: Range | None = None
    static: bool = False
    meaning: str = ""

    @property
    def integral(self) -> bool:
        """Whether its values are whole numbers."""
        return self.type == "int" or self.cast == "int"


class ArrayInput(Schema):
    """An array parameter of shape ``dims``. ``range`` bounds uniform and integers (inclusive)."""

    name: Name
    type: Literal["array"]
    dtype: DType
    dims: tuple[Dimension, ...]
    values: Annotated[tuple[Regime, ...], Field(min_length=1)]
    range: Range | None = None
    meaning: str = ""


InputSpec = Annotated[ScalarInput | ArrayInput, Field(discriminator="type")]


class OutputSpec(Schema):
    """What the entry point returns. The reference's own output is what counts; ``dims`` and
    ``dtype`` are for people and for messages. A pytree says neither."""

    type: Literal["array", "scalar", "pytree"] = "array"
    dtype: DType | None = None
    dims: tuple[Dimension, ...] | None = None
    meaning: str = ""


class CompareRule(Schema):
    """When a floating-point value is right: abs(got - expected) <= atol + rtol·abs(expected), or
    no more than ``ulp`` units in the last place away. Left out, rtol and atol are the dtype's
    defaults (judge.tolerance), or 0 where ``ulp`` is given. Integers and bools must be equal."""

    rtol: Annotated[float, Field(ge=0, le=1)] | None = None
    atol: Annotated[float, Field(ge=0, le=1e30)] | None = None
    atol_scale: AtolScale = AtolScale.NONE
    nan: NanPolicy = NanPolicy.EQUAL
    ulp: Annotated[int, Field(ge=0, le=1 << 20)] | None = None


class TraceSpec(Schema):
    """Which module classes are observed while a submission runs, and how they must agree.
    ``sown``: names under which a module must sow the intermediates that the reference sows."""

    observe: tuple[Name, ...] = ()
    agree: Agree = Agree.OFF
    sown: Annotated[tuple[Name, ...], Field(max_length=32)] = ()


class TransformsSpec(Schema):
    """What is done with the entry point besides calling it on each case, and whether that counts:
    ``required`` is graded, ``reported`` is told after the verdict, ``off`` is not run.

    ``jit``: under ``jax.jit``, static inputs kept static. ``vmap``: over a new leading axis of
    every array. ``grad``: the gradient of a fixed random projection of the output, with respect to
    ``wrt`` (all floating arrays where it is empty), against the reference's. ``repeat``: called
    twice, bit for bit the same. ``key_reuse``: under ``jax.debug_key_reuse``. ``rank_promotion``
    and ``dtype_promotion``: with JAX's own strict checks of them. ``points`` are those of all
    required ones together, beside the groups'.
    """

    jit: Grading = Grading.OFF
    vmap: Grading = Grading.OFF
    grad: Grading = Grading.OFF
    repeat: Grading = Grading.OFF
    key_reuse: Grading = Grading.OFF
    rank_promotion: Grading = Grading.OFF
    dtype_promotion: Grading = Grading.OFF
    wrt: tuple[Name, ...] = ()
    points: Annotated[Number, Field(gt=0, le=1000)] = 20


class GroupSpec(Schema):
    """Cases that share points and a visibility. ``after_due`` is the visibility from the due date
    on; without it nothing changes then. ``domains`` narrows symbols and inputs; ``include`` fixes
    some of them for the first cases, the rest is drawn."""

    name: Slug
    cases: Annotated[int, Field(ge=1, le=100)]
    points: Annotated[Number, Field(ge=0, le=1000)]
    visibility: Visibility
    after_due: Visibility | None = None
    partial: bool = False
    domains: dict[str, Annotated[tuple[Number | str, ...], Field(min_length=1)]] = {}
    include: tuple[dict[str, bool | Number | str], ...] = ()


class PoolSpec(Schema):
    """How many random shapes a group draws from besides those that it includes."""

    shapes: Annotated[int, Field(ge=1, le=64)] = 6


class Limits(Schema):
    """Limits of one case, but for ``output_kb``, which bounds what a case prints."""

    wall_s: Annotated[Number, Field(gt=0, le=600)] = 10
    cpu_s: Annotated[Number, Field(gt=0, le=600)] = 20
    memory_mb: Annotated[int, Field(ge=256, le=65536)] = 1024
    output_kb: Annotated[int, Field(ge=1, le=16384)] = 64


class PitfallSpec(Schema):
    """A mistake that the package names: its message, and the section of the statement on it."""

    id: Slug
    message: Text
    section: Slug | None = None


class HintsPolicy(Schema):
    reveal: Reveal = Reveal.ONE_BY_ONE


class SolutionPolicy(Schema):
    unlock: Unlock = Unlock.ATTEMPTED


class ProblemSpec(Schema):
    """All that problem.yaml declares."""

    format: Literal["jurax-problem/1"]
    uuid: UUID
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    summary: Text
    track: Slug
    position: Annotated[int, Field(ge=0)] = 0
    difficulty: Difficulty
    tags: tuple[Slug, ...] = ()
    objectives: tuple[Text, ...] = ()
    prerequisites: tuple[Slug, ...] = ()
    authors: Annotated[tuple[Text, ...], Field(min_length=1)]
    license: Text
    entry: Name
    symbols: dict[Name, SymbolSpec] = {}
    inputs: Annotated[tuple[InputSpec, ...], Field(min_length=1, max_length=32)]
    output: OutputSpec
    compare: CompareRule = CompareRule()
    trace: TraceSpec = TraceSpec()
    transplant: Transplant = Transplant.OFF
    transforms: TransformsSpec = TransformsSpec()
    cost: Grading = Grading.OFF
    groups: Annotated[tuple[GroupSpec, ...], Field(min_length=1, max_length=32)]
    pool: PoolSpec = PoolSpec()
    limits: Limits = Limits()
    backends: Annotated[tuple[Backend, ...], Field(min_length=1)] = (Backend.CPU,)
    pitfalls: tuple[PitfallSpec, ...] = ()
    hints: HintsPolicy = HintsPolicy()
    solution: SolutionPolicy = SolutionPolicy()

    @property
    def parameters(self) -> list[str]:
        """The names of the entry point's parameters, in order."""
        return [given.name for given in self.inputs]

    def group(self, name: str) -> GroupSpec:
        """The group of that name; KeyError where there is none."""
        return _named(self.groups, name)

    def pitfall(self, pitfall_id: str) -> PitfallSpec | None:
        """The pitfall of that id, None where the package names none such."""
        return next((p for p in self.pitfalls if p.id == pitfall_id), None)


class SubmissionSpec(Schema):
    """What submissions.yaml requires of one known submission; of ``groups`` those where it matters.
    ``note``: for people."""

    verdict: Verdict
    reason: Reason | None = None
    pitfall: Slug | None = None
    groups: dict[Slug, Verdict] = {}
    note: str = ""


class EquivalentSpec(Schema):
    """What equivalent.yaml says of one mutant that no case can tell from the reference: the line
    that it changes as it reads then, and why that makes no difference."""

    becomes: Text
    reason: Text


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of problem.yaml."""
    schema = ProblemSpec.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Jurax problem.yaml",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def json_schema_text() -> str:
    """The schema as the text that docs/schema/problem.schema.json holds."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _named(groups: tuple[GroupSpec, ...], name: str) -> GroupSpec:
    for group in groups:
        if group.name == name:
            return group
    raise KeyError(name)


if __name__ == "__main__":
    print(json_schema_text(), end="")
