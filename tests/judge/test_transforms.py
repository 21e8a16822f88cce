"""The transform matrix and the cost card: what is told on the trusted side, and the whole story."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from judge.answer import Answer, Ended, Ending, Leaf, LeafKind, Output, Raised
from judge.grade import grade
from judge.judge import Judge
from judge.package import Package, PackageError, load
from judge.plan import draw, redrawn
from judge.report import Report, TransformResult
from judge.spec import Grading, TransformsSpec
from judge.tracing import not_traceable
from judge.transforms import (
    differentiated,
    group_result,
    in_order,
    same_bits,
    static_inputs,
    transform_result,
)
from judge.verdict import Reason, Verdict

PROBLEM = """
format: jurax-problem/1
uuid: 7d0b9a53-2f43-4c57-9d2f-2a9f8f6f0c21
version: 1.0.0
title: Scaled squares
summary: Returns n times the squares of its input.
track: tests
difficulty: easy
authors: [The Jurax authors]
license: CC0-1.0
entry: solve
symbols:
  rows: {range: [1, 4]}
inputs:
  - {name: x, type: array, dtype: float32, dims: [rows, 3], values: [normal]}
  - {name: n, type: int, range: [1, 3], static: true}
  - {name: seed, type: float, cast: int, range: [0, 9]}
  - {name: scale, type: float, range: [1, 2]}
output: {type: array, dtype: float32, dims: [rows, 3]}
transforms: {jit: required, vmap: required, repeat: required, grad: reported, key_reuse: reported}
cost: reported
groups:
  - {name: sample, cases: 2, points: 60, visibility: full, include: [{rows: 1}, {rows: 3}]}
  - {name: hidden, cases: 1, points: 20, visibility: verdict}
limits: {wall_s: 5, cpu_s: 10, memory_mb: 512, output_kb: 64}
"""
REFERENCE = "def solve(x, n, seed, scale):\n    return n * scale * x**2\n"
HEADER = "import os, time, jax, jax.numpy as jnp, numpy as np\ncalls = []\n"


def write(root: Path, problem: str = PROBLEM, reference: str = REFERENCE) -> Package:
    folder = root / "squares"
    folder.mkdir()
    texts = {"problem.yaml": problem, "statement.md": "Squares.\n", "solution.md": "x**2\n"}
    texts |= {"starter.py": REFERENCE.replace("**2", ""), "reference.py": reference}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return load(folder)


@pytest.fixture(scope="module")
def squares(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return write(tmp_path_factory.mktemp("problems"))


def output(*values: np.ndarray, structure: str = "*") -> Output:
    return Output(structure, tuple(Leaf("", value, LeafKind.JAX) for value in values))


ONES = np.ones((2, 3), np.float32)
RIGHT = Answer(1.0, output=output(ONES))


class TestNotTraceable:
    SOURCE = "def solve(x):\n    if x > 0:\n        return x\n    return -x\n"

    def told(self, kind: str, line: int | None) -> str | None:
        return not_traceable("Under jax.jit", Raised(kind, "text", "", line), self.SOURCE)

    def test_it_quotes_the_line_and_says_what_would_be_right(self) -> None:
        said = self.told("jax.errors.TracerBoolConversionError", 2)
        assert said is not None
        assert said.startswith("Under jax.jit, line 2 `if x > 0:` decides in Python")
        assert "jnp.where" in said

    @pytest.mark.parametrize("line", [None, 0, -1, 99])
    def test_a_line_that_is_none_is_not_quoted(self, line: int | None) -> None:
        said = self.told("jax.errors.TracerArrayConversionError", line)
        assert said is not None
        assert said.startswith("Under jax.jit, the program hands a traced array to NumPy")

    def test_another_error_is_another_matter(self) -> None:
        assert self.told("ValueError", 2) is None
        assert self.told("TracerBoolConversionError", 2) is None


class TestTransformResult:
    def result(self, package: Package, name: str, answer: Answer) -> TransformResult:
        case = draw(package, 1).cases[0]
        return transform_result(package, name, case, RIGHT, answer, TestNotTraceable.SOURCE)

    def test_the_same_is_right(self, squares: Package) -> None:
        result = self.result(squares, "jit", RIGHT)
        assert (result.verdict, result.required, result.message) == (Verdict.AC, True, "")
        assert result.diffs[0].mismatched == 0

    def test_what_differs_is_told_with_its_numbers(self, squares: Package) -> None:
        wrong = ONES.copy()
        wrong[1, 2] = 5
        result = self.result(squares, "grad", Answer(1.0, output=output(wrong)))
        assert (result.verdict, result.reason) == (Verdict.WA, Reason.VALUES)
        assert result.message.startswith("Under jax.grad: 1 of 6 values differ")
        assert not result.required

    def test_a_tracing_error_is_a_wrong_answer(self, squares: Package) -> None:
        error = Raised("jax.errors.TracerBoolConversionError", "…", "", 2)
        result = self.result(squares, "vmap", Answer(1.0, raised=error))
        assert (result.verdict, result.reason) == (Verdict.WA, Reason.NOT_TRACEABLE)

    def test_any_other_error_is_a_run_time_error(self, squares: Package) -> None:
        error = Raised("jax.errors.KeyReuseError", "key used twice", "", 4)
        result = self.result(squares, "key_reuse", Answer(1.0, raised=error))
        assert (result.verdict, result.reason) == (Verdict.RTE, None)
        assert result.message.startswith("Under jax.debug_key_reuse(True): jax.errors.KeyReuseErr")

    @pytest.mark.parametrize(
        ("ending", "verdict"),
        [
            (Ending.TIME, Verdict.TLE),
            (Ending.MEMORY, Verdict.MLE),
            (Ending.OUTPUT, Verdict.OLE),
            (Ending.CRASHED, Verdict.RTE),
        ],
    )
    def test_an_end_has_its_verdict(
        self, squares: Package, ending: Ending, verdict: Verdict
    ) -> None:
        answer = Answer(1.0, ended=Ended(ending, "the end came"))
        assert self.result(squares, "jit", answer).verdict is verdict

    def test_a_repetition_must_be_the_same_to_the_last_bit(self, squares: Package) -> None:
        close = np.nextafter(ONES, np.float32(2))
        result = self.result(squares, "repeat", Answer(1.0, output=output(close)))
        assert (result.verdict, result.reason) == (Verdict.WA, Reason.NONDETERMINISTIC)
        assert self.result(squares, "repeat", RIGHT).verdict is Verdict.AC


class TestSameBits:
    @pytest.mark.parametrize(
        "value",
        [
            np.array(np.nan, np.float32),
            np.zeros((0, 3), np.int8),
            np.array([1, -0.0], ml_dtypes.bfloat16),
        ],
    )
    def test_a_value_is_the_same_as_itself(self, value: np.ndarray) -> None:
        assert same_bits(output(value), output(value.copy()))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (np.array(0.0), np.array(-0.0)),
            (np.zeros(3), np.zeros((3, 1))),
            (np.zeros(2, np.int32), np.zeros(2, np.float32)),
        ],
    )
    def test_signs_shapes_and_dtypes_count(self, one: np.ndarray, other: np.ndarray) -> None:
        assert not same_bits(output(one), output(other))

    def test_the_structure_counts(self) -> None:
        assert not same_bits(output(ONES), output(ONES, structure="(*,)"))
        assert not same_bits(output(ONES), None)


class TestGroup:
    SPEC = TransformsSpec(jit=Grading.REQUIRED, points=30)

    def group(self, package: Package, *verdicts: Verdict | None) -> tuple[float, Verdict]:
        spec = package.spec.model_copy(update={"transforms": self.SPEC})
        results = [TransformResult(name="jit", required=True, verdict=v) for v in verdicts]
        (group,) = group_result(spec, results, Verdict.TLE)
        assert (group.name, group.points) == ("transforms", 30)
        return group.earned, group.verdict

    def test_it_is_all_or_nothing(self, squares: Package) -> None:
        assert self.group(squares, Verdict.AC, Verdict.AC) == (30, Verdict.AC)
        assert self.group(squares, Verdict.AC, Verdict.WA) == (0, Verdict.WA)

    def test_what_was_not_tried_earns_nothing(self, squares: Package) -> None:
        assert self.group(squares, None) == (0, Verdict.TLE)
        assert self.group(squares, Verdict.MLE, None) == (0, Verdict.MLE)

    def test_without_required_ones_there_is_none(self, squares: Package) -> None:
        assert group_result(squares.spec, [], Verdict.AC) == []


class TestDeclarations:
    def test_what_is_static_and_what_is_differentiated(self, squares: Package) -> None:
        assert static_inputs(squares.spec) == ("n", "seed")
        assert differentiated(squares.spec) == ("x",)

    def test_a_redrawn_case_has_other_arrays_of_the_same_shape(self, squares: Package) -> None:
        plan = draw(squares, 5)
        case = plan.cases[1]
        other = redrawn(squares, plan, case)
        x, y = case.inputs["x"], other.inputs["x"]
        assert isinstance(x, np.ndarray)
        assert isinstance(y, np.ndarray)
        assert (x.shape, x.dtype) == (y.shape, y.dtype)
        assert not np.array_equal(x, y)
        assert {n: v for n, v in case.inputs.items() if n != "x"} == {
            n: v for n, v in other.inputs.items() if n != "x"
        }
        np.testing.assert_array_equal(y, redrawn(squares, plan, case).inputs["x"])

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("cost: reported", "cost: required", "cost: is reported or off"),
            ("grad: reported", "grad: reported, wrt: [n]", "'n' is no array of real numbers"),
            ("name: hidden", "name: transforms", "'transforms' names the transformations"),
            ("dtype: float32, dims: [rows, 3], values: [normal]",
             "dtype: int32, dims: [rows, 3], values: [integers]",
             "no array of real numbers to differentiate by"),
            ("cost: reported", "transplant: passes", "needs the reference's parameters"),
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(
        self, tmp_path: Path, old: str, new: str, said: str
    ) -> None:
        with pytest.raises(PackageError, match=said.replace("(", r"\(")):
            write(tmp_path, PROBLEM.replace(old, new))


@pytest.mark.sandbox
@pytest.mark.xdist_group("transforms")
class TestWholeStory:
    """Programs for the small package above, whose plan has three cases."""

    def grade(
        self,
        judge: Judge,
        package: Package,
        body: str,
        on_verdict: Callable[[Report], None] | None = None,
    ) -> Report:
        source = HEADER + "def solve(x, n, seed, scale):\n" + textwrap.indent(body, "    ")
        return grade(package, source, judge=judge, plan_seed=4, on_verdict=on_verdict)

    def verdicts(self, report: Report) -> dict[str, Verdict | None]:
        return {result.name: result.verdict for result in report.transforms}

    def test_a_right_program_passes_all_and_has_a_cost(
        self, judge: Judge, squares: Package
    ) -> None:
        report = self.grade(judge, squares, "return sum(x * x for _ in range(n)) * scale")
        assert (report.verdict, report.score, report.diagnosis) == (Verdict.AC, 1.0, None)
        names = ["jit", "vmap", "grad", "repeat", "key_reuse"]
        assert self.verdicts(report) == dict.fromkeys(names, Verdict.AC)
        assert tuple(report.transforms) == in_order(reversed(report.transforms))
        # The first case has one row: the second tells axes apart.
        assert {result.case for result in report.transforms} == {1}
        assert report.cost is not None
        assert report.cost.case == 1
        assert report.cost.submission.flops
        assert report.cost.reference.flops
        assert "not to grade" in report.cost.note

    def test_a_branch_on_a_value_is_not_traceable(self, judge: Judge, squares: Package) -> None:
        body = "if x.sum() > 1e9:\n    return x\nreturn n * scale * x**2"
        report = self.grade(judge, squares, body)
        assert (report.verdict, report.reason) == (Verdict.WA, Reason.NOT_TRACEABLE)
        assert all(case.verdict is Verdict.AC for case in report.cases)
        assert report.score == pytest.approx(0.8)
        assert report.groups[-1].name == "transforms"
        assert report.diagnosis is not None
        assert "line 4 `if x.sum() > 1e9:`" in report.diagnosis.message
        assert report.cost is not None
        assert report.cost.submission.flops is None
        assert "Not measured. Under jax.jit, line 4" in report.cost.note

    def test_a_wrong_program_is_not_tried(self, judge: Judge, squares: Package) -> None:
        report = self.grade(judge, squares, "return x")
        assert set(self.verdicts(report).values()) == {None}
        assert (report.score, report.cost) == (0.0, None)
        assert report.groups[-1].verdict is Verdict.WA

    @pytest.mark.parametrize(
        ("death", "verdict"),
        [("os._exit(1)", Verdict.RTE), ("while True: pass", Verdict.TLE)],
    )
    def test_a_death_under_a_required_one_keeps_the_cases(
        self, judge: Judge, squares: Package, death: str, verdict: Verdict
    ) -> None:
        body = f"if isinstance(x, jax.core.Tracer):\n    {death}\nreturn n * scale * x**2"
        # What never returns is late by any clock: a short one is waited out sooner.
        limits = squares.spec.limits.model_copy(update={"wall_s": 2})
        hasty = replace(squares, spec=squares.spec.model_copy(update={"limits": limits}))
        report = self.grade(judge, hasty, body)
        assert [case.verdict for case in report.cases] == [Verdict.AC] * 3
        assert self.verdicts(report)["jit"] is verdict
        assert report.verdict is verdict
        assert report.diagnosis is not None
        assert report.diagnosis.case == 1

    def test_what_is_only_reported_changes_no_verdict(self, judge: Judge, squares: Package) -> None:
        body = (
            "k = jax.random.key(0)\n"
            "zero = 0 * (jax.random.normal(k) + jax.random.normal(k))\n"
            "return n * scale * jax.lax.stop_gradient(x) ** 2 + zero"
        )
        report = self.grade(judge, squares, body)
        assert (report.verdict, report.score) == (Verdict.AC, 1.0)
        found = {result.name: result for result in report.transforms}
        assert (found["grad"].verdict, found["grad"].reason) == (Verdict.WA, Reason.VALUES)
        assert found["grad"].diffs[0].path == "['x']"
        assert found["key_reuse"].verdict is Verdict.RTE

    def test_the_verdict_is_told_before_what_is_only_reported(
        self, judge: Judge, squares: Package
    ) -> None:
        told: list[Report] = []
        report = self.grade(judge, squares, "return n * scale * x**2", told.append)
        (early,) = told
        assert not early.complete
        assert report.complete
        assert [result.name for result in early.transforms] == ["jit", "vmap", "repeat"]
        assert early.cost is None
        assert report.cost is not None
        assert "reported" not in early.timing
        later = ("transforms", "cost", "timing", "complete")
        same = dict.fromkeys(later)
        assert early.model_copy(update=same) == report.model_copy(update=same)

    @pytest.mark.parametrize("body", ["return x", "return None"])
    def test_where_nothing_follows_the_verdict_comes_with_the_report(
        self, judge: Judge, squares: Package, body: str
    ) -> None:
        told: list[Report] = []
        self.grade(judge, squares, body, told.append)
        assert told == []

    def test_a_state_between_calls_is_found(self, judge: Judge, squares: Package) -> None:
        body = "calls.append(1)\nreturn n * scale * x**2 * (1 + 1e-7 * len(calls))"
        report = self.grade(judge, squares, body)
        assert (report.verdict, report.reason) == (Verdict.WA, Reason.NONDETERMINISTIC)

    def test_under_vmap_each_row_must_be_its_own(self, judge: Judge, squares: Package) -> None:
        # The values of a row of an earlier call, kept where no transformation sees them.
        body = (
            "if not isinstance(x, jax.core.Tracer):\n"
            "    calls[:] = [n * scale * x**2]\n"
            "if not isinstance(scale, jax.core.Tracer) and isinstance(x, jax.core.Tracer):\n"
            "    return calls[0]\n"
            "return n * scale * x**2"
        )
        found = {r.name: r for r in self.grade(judge, squares, body).transforms}
        assert found["jit"].verdict is Verdict.AC
        assert found["vmap"].verdict is Verdict.WA

    def test_a_reference_that_bears_no_reported_one_costs_nobody_anything(
        self, judge: Judge, tmp_path: Path
    ) -> None:
        reference = "import numpy as np\n" + REFERENCE.replace("x**2", "np.asarray(x) ** 2")
        package = write(tmp_path, reference=reference)
        report = self.grade(judge, package, "return n * scale * x**2")
        found = {result.name: result for result in report.transforms}
        assert report.verdict is Verdict.AC
        assert (found["grad"].verdict, found["jit"].verdict) == (None, Verdict.AC)
        assert "the reference does not bear it" in found["grad"].message

    def test_some_groups_alone_are_not_transformed(self, judge: Judge, squares: Package) -> None:
        report = grade(squares, REFERENCE, judge=judge, plan_seed=4, groups=["sample"])
        assert (report.verdict, report.transforms, report.cost) == (Verdict.AC, (), None)
