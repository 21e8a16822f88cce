"""The transform matrix: a program that is right on every case is tried under transformations.

Required ones are graded like one more group; reported ones are told after the verdict. Each runs
on one case, in the process that ran the cases, with the limits of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

import numpy as np

from judge.answer import Answer, Leaf, LeafKind, Output, Raised, Trace
from judge.case import Case, Plan, Transformation
from judge.draw import Stream
from judge.errors import JudgeError
from judge.execution import Execution
from judge.numbers import Kind, kind_of
from judge.package import Package
from judge.plan import redrawn
from judge.reference import ReferenceRunner
from judge.report import CaseResult, Diagnosis, GroupResult, TransformResult
from judge.result import case_result
from judge.spec import ArrayInput, Grading, ProblemSpec, ScalarInput
from judge.tracing import not_traceable
from judge.verdict import Reason, Verdict, Visibility, combine

GROUP = "transforms"
"""The name under which a report holds the points of the required transformations."""

NAMES = ("jit", "vmap", "grad", "repeat", "key_reuse", "rank_promotion", "dtype_promotion")

_PHRASES = {
    "jit": "Under jax.jit",
    "vmap": "Under jax.vmap",
    "grad": "Under jax.grad",
    "repeat": "Called a second time with the same inputs",
    "key_reuse": "Under jax.debug_key_reuse(True)",
    "rank_promotion": 'Under jax.numpy_rank_promotion("raise")',
    "dtype_promotion": 'Under jax.numpy_dtype_promotion("strict")',
}
_SMALLEST_SIDE = 2


@dataclass(frozen=True)
class Matrix:
    """One attempt's transformations, to be run from the thread that ran its cases."""

    package: Package
    plan: Plan
    source: str
    results: Sequence[CaseResult]
    answers: Mapping[int, Answer]
    expected: Sequence[Future[Answer]]
    execution: Execution
    reference: ReferenceRunner
    whole: bool = True
    """False where only some groups were run: that is a look at those."""

    @property
    def case(self) -> Case:
        """The case on which transformations are tried: of those that a learner sees most of, the
        smallest whose arrays are at least 2 along every axis, else the first."""
        return min(self.plan.cases, key=_unsuitable)

    @property
    def worthwhile(self) -> bool:
        """Whether the program is right on every case: what a wrong one does under a
        transformation tells nobody anything."""
        return all(result.verdict is Verdict.AC for result in self.results)

    @property
    def reports(self) -> bool:
        """Whether anything is run that is only reported."""
        spec = self.package.spec
        named = any(getattr(spec.transforms, name) is Grading.REPORTED for name in NAMES)
        asked = named or spec.cost is Grading.REPORTED
        return self.whole and self.worthwhile and asked

    def run(self, grading: Grading) -> tuple[TransformResult, ...]:
        """The transformations of that grading, in order. Raises JudgeError where the reference
        fails under a required one."""
        if not self.whole:
            return ()
        names = [n for n in NAMES if getattr(self.package.spec.transforms, n) is grading]
        required = grading is Grading.REQUIRED
        if not self.worthwhile:
            why = "Not tried: only a program that is right on every case is."
            return tuple(_untried(name, required, why) for name in names)
        return tuple(self._tried(name, required) for name in names)

    def diagnosis(self, required: Sequence[TransformResult]) -> Diagnosis | None:
        """About the first required transformation that has the attempt's verdict; None where all
        passed."""
        verdict = combine(result.verdict for result in required) if required else Verdict.AC
        if verdict is Verdict.AC or not self.worthwhile:
            return None
        first = next(result for result in required if result.verdict is verdict)
        pitfall = self._pitfall(first)
        named = self.package.spec.pitfall(pitfall) if pitfall else None
        return Diagnosis(
            pitfall=pitfall,
            message=f"{named.message} {first.message}" if named else first.message,
            case=first.case,
            section=named.section if named else None,
        )

    def _tried(self, name: str, required: bool) -> TransformResult:
        case = self.case
        try:
            wanted = self._wanted(name)
        except JudgeError:
            if required:
                raise
            return _untried(name, required, "Not tried: the reference does not bear it either.")
        if name == "repeat":
            answer = self.execution.call(case)
        else:
            answer = self.execution.transform(self._asked(name))
        if answer is None:
            return _untried(name, required, "Not tried: the time was lost in an earlier one.")
        return transform_result(self.package, name, case, wanted, answer, self.source)

    def _wanted(self, name: str) -> Answer:
        """What the program should answer."""
        own = self.answers[self.case.index]
        if name == "repeat":
            return own
        right = next(
            future.result()
            for case, future in zip(self.plan.cases, self.expected, strict=True)
            if case.index == self.case.index
        )
        if case_result(self.package, self.case, _untraced(right), own).verdict is not Verdict.AC:
            # Right by its own initial parameters (transplant): it must agree with itself.
            return own
        if name == "vmap":
            other = redrawn(self.package, self.plan, self.case)
            return stacked(right, self.reference.expect_beside(other).result())
        if name == "grad":
            return self.reference.transformed(self.case, self._asked(name)).result()
        return right

    def _asked(self, name: str) -> Transformation:
        # The program's own answer: it has the reference's shapes, or it would not be right.
        own = self.answers[self.case.index]
        return asked(self.package, self.plan, self.case, name, own)

    def _pitfall(self, failed: TransformResult) -> str | None:
        """The pitfall of a known program that passes the cases and fails here for that reason; a
        program that cannot be traced, with the same sentence but for the line."""
        for known in self.package.submissions:
            if known.pitfall is None or failed.reason is None or known.reason is not failed.reason:
                continue
            if known.reason is Reason.NONDETERMINISTIC:
                return known.pitfall
            asked = self._asked(failed.name)
            answer = self.reference.transformed(self.case, asked, known).result()
            sentence = _untraceable(failed.name, answer.raised, known.source)
            if sentence and _without_line(sentence) == _without_line(failed.message):
                return known.pitfall
        return None


def asked(
    package: Package, plan: Plan, case: Case, name: str, answer: Answer | None = None
) -> Transformation:
    """What a runner is asked for. For ``grad`` an ``answer`` to the plain case has to tell the
    shapes of the output."""
    spec = package.spec
    if name == "vmap":
        rows = redrawn(package, plan, case).inputs
        arrays = {n: value for n, value in rows.items() if isinstance(value, np.ndarray)}
        return Transformation(name, case.inputs, others=arrays)
    if name == "grad" and answer is not None:
        weights = _projection(plan, case, answer)
        return Transformation(name, case.inputs, wrt=differentiated(spec), others=weights)
    return Transformation(name, case.inputs, static=static_inputs(spec))


def transform_result(
    package: Package, name: str, case: Case, wanted: Answer, answer: Answer, source: str
) -> TransformResult:
    """What became of one transformation, from what the program answered and should have."""
    required = getattr(package.spec.transforms, name) is Grading.REQUIRED
    told = TransformResult(name=name, required=required, verdict=None, case=case.index)
    sentence = _untraceable(name, answer.raised, source)
    if sentence is not None:
        wrong = {"verdict": Verdict.WA, "reason": Reason.NOT_TRACEABLE, "message": sentence}
        return told.model_copy(update=wrong)
    # No layers are observed under a transformation.
    result = case_result(package, case, _untraced(wanted), answer)
    verdict, reason, diffs = result.verdict, result.reason, result.diffs
    wrong_for = result.findings if verdict is not Verdict.AC else ()
    message = f"{_PHRASES[name]}: {wrong_for[0].message}" if wrong_for else ""
    if name == "repeat" and answer.output is not None:
        message = "" if same_bits(wanted.output, answer.output) else _DIFFERS
        verdict = Verdict.WA if message else Verdict.AC
        reason = Reason.NONDETERMINISTIC if message else None
    return told.model_copy(
        update={"verdict": verdict, "reason": reason, "message": message, "diffs": diffs}
    )


def group_result(
    spec: ProblemSpec, required: Sequence[TransformResult], overall: Verdict
) -> list[GroupResult]:
    """The points of the required transformations, all or nothing; empty where there are none.
    Where they were not tried they have the attempt's verdict."""
    if not required:
        return []
    passed = all(result.verdict is Verdict.AC for result in required)
    ran = [result.verdict for result in required if result.verdict is not None]
    points = spec.transforms.points
    return [
        GroupResult(
            name=GROUP,
            points=points,
            earned=points if passed else 0,
            verdict=combine(ran) if ran else overall,
            visibility=Visibility.FULL,
        )
    ]


def in_order(results: Iterable[TransformResult]) -> tuple[TransformResult, ...]:
    """The results in the order in which a package declares them."""
    return tuple(sorted(results, key=lambda result: NAMES.index(result.name)))


def static_inputs(spec: ProblemSpec) -> tuple[str, ...]:
    """The inputs that stay Python values under jit: also those that a program turns into whole
    numbers, since a traced value cannot be."""
    scalars = [i for i in spec.inputs if isinstance(i, ScalarInput)]
    return tuple(i.name for i in scalars if i.static or i.cast is not None)


def differentiated(spec: ProblemSpec) -> tuple[str, ...]:
    """The inputs that the gradient is taken with respect to."""
    return spec.transforms.wrt or tuple(
        i.name
        for i in spec.inputs
        if isinstance(i, ArrayInput) and i.dtype.startswith(("float", "bfloat"))
    )


def same_bits(one: Output | None, other: Output | None) -> bool:
    """Whether two outputs are the same to the last bit, dtypes and structure included."""
    if one is None or other is None or one.structure != other.structure:
        return False
    if [leaf.path for leaf in one.leaves] != [leaf.path for leaf in other.leaves]:
        return False
    pairs = zip(one.leaves, other.leaves, strict=True)
    return all(
        (a.value.dtype, a.value.shape) == (b.value.dtype, b.value.shape)
        and a.value.tobytes() == b.value.tobytes()
        for a, b in pairs
    )


_DIFFERS = "Called a second time with the same inputs, it returned something else."


def _unsuitable(case: Case) -> tuple[int, bool, int, int]:
    """The smaller, the better to try a transformation on."""
    order = (Visibility.FULL, Visibility.DIFF, Visibility.VERDICT)
    arrays = [value for value in case.inputs.values() if isinstance(value, np.ndarray)]
    degenerate = any(side < _SMALLEST_SIDE for array in arrays for side in array.shape)
    size = 0 if degenerate else sum(array.size for array in arrays)
    return order.index(case.visibility), degenerate, size, case.index


def _untried(name: str, required: bool, why: str) -> TransformResult:
    return TransformResult(name=name, required=required, verdict=None, message=why)


def _untraceable(name: str, raised: Raised | None, source: str) -> str | None:
    return not_traceable(_PHRASES[name], raised, source) if raised is not None else None


def _untraced(answer: Answer) -> Answer:
    return replace(answer, trace=Trace())


def _without_line(sentence: str) -> str:
    """A sentence about a line from behind the line on."""
    return sentence.rpartition("`")[2]


def stacked(one: Answer, other: Answer) -> Answer:
    """The rows that a mapped call should return. Raises JudgeError where they do not stack."""
    if one.output is None or other.output is None:
        raise JudgeError("The reference did not answer a second row of inputs.")
    try:
        leaves = tuple(
            Leaf(a.path, np.stack([a.value, b.value]), LeafKind.JAX)
            for a, b in zip(one.output.leaves, other.output.leaves, strict=True)
        )
    except ValueError as error:
        raise JudgeError(f"The reference's outputs of one shape do not stack: {error}") from error
    return replace(one, output=Output(one.output.structure, leaves))


def _projection(plan: Plan, case: Case, answer: Answer) -> dict[str, np.ndarray]:
    """For each inexact leaf an array of its shape, close to the standard normal distribution: a
    gradient of one number then depends on every element of the output."""
    weights: dict[str, np.ndarray] = {}
    for number, leaf in enumerate(answer.output.leaves if answer.output else ()):
        kind = kind_of(leaf.value.dtype)
        if kind not in (Kind.FLOAT, Kind.COMPLEX):
            continue
        stream = Stream("transform", plan.seed, case.index, "grad", number)
        drawn = stream.normals(leaf.value.size).reshape(leaf.value.shape)
        dtype = leaf.value.dtype if kind is Kind.FLOAT else leaf.value.real.dtype
        weights[str(number)] = drawn.astype(dtype)
    return weights
