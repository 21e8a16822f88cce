"""Comparing outputs: what is right passes, what is wrong is found, located and measured."""

from __future__ import annotations

import json
import math
import time
import tracemalloc
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from judge.answer import Leaf, LeafKind, Output
from judge.compare import Comparison, compare
from judge.diff import measure
from judge.numbers import Kind, kind_of
from judge.report import Diff
from judge.spec import AtolScale, CompareRule, NanPolicy, OutputSpec
from judge.tolerance import DEFAULTS, resolve
from judge.ulp import ulp_distance
from judge.verdict import Reason

BARE = "PyTreeDef(*)"
DECLARED = OutputSpec(type="array", dtype="float32", dims=("rows", "columns"))
TIGHT = CompareRule(rtol=1e-6, atol=1e-6)
ZERO = CompareRule(rtol=0, atol=0)

SMALL_FLOATS = [
    "bfloat16",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e4m3fnuz",
    "float8_e8m0fnu",
    "float4_e2m1fn",
]
FLOATS = ["float16", "float32", "float64", *SMALL_FLOATS]
SIGNED = [name for name in FLOATS if name != "float8_e8m0fnu"]
# Types with few enough values to go through all of them.
TO_LIST = [name for name in SIGNED if name not in ("float32", "float64")]
INTEGERS = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]


def dtype_of(name: str) -> np.dtype[Any]:
    return np.dtype(getattr(ml_dtypes, name, name))


def array(values: Any, dtype: str = "float32") -> np.ndarray[Any, Any]:
    return np.asarray(values, dtype=dtype_of(dtype))


def bare(value: Any, kind: LeafKind = LeafKind.JAX) -> Output:
    return Output(BARE, (Leaf("", np.asarray(value), kind),))


def check(
    expected: Any, got: Any, rule: CompareRule = TIGHT, kind: LeafKind = LeafKind.JAX
) -> Comparison:
    """Compare two bare arrays; whatever comes out must be strict JSON."""
    result = compare(bare(expected), bare(got, kind), rule, DECLARED)
    for diff in result.diffs:
        json.loads(diff.model_dump_json(), parse_constant=pytest.fail)
    assert (result.message == "") == (result.reason is None)
    return result


def only(result: Comparison) -> Diff:
    (diff,) = result.diffs
    return diff


class TestStructure:
    def tree(self, structure: str, *paths: str) -> Output:
        return Output(structure, tuple(Leaf(p, array([1.0]), LeafKind.JAX) for p in paths))

    @pytest.mark.parametrize(
        ("expected", "got", "message"),
        [
            (
                ("PyTreeDef({'a': *, 'b': *})", "['a']", "['b']"),
                ("PyTreeDef({'a': *})", "['a']"),
                "the structure of the output differs: ['b'] is missing",
            ),
            (
                ("PyTreeDef({'a': *})", "['a']"),
                ("PyTreeDef({'b': *, 'c': *})", "['b']", "['c']"),
                "['a'] is missing; ['b'], ['c'] are not expected",
            ),
            (
                (BARE, ""),
                ("PyTreeDef((*, *))", "[0]", "[1]"),
                "expected a single array, got PyTreeDef((*, *))",
            ),
            (
                ("PyTreeDef((*,))", "[0]"),
                (BARE, ""),
                "expected PyTreeDef((*,)), got a single array",
            ),
            (
                ("PyTreeDef((*, *))", "[0]", "[1]"),
                ("PyTreeDef([*, *])", "[0]", "[1]"),
                "expected the structure PyTreeDef((*, *)), got PyTreeDef([*, *])",
            ),
            ((BARE, ""), ("PyTreeDef(None)",), "None was returned"),
            (("PyTreeDef({'a': *})", "['a']"), ("PyTreeDef(None)",), "without a return"),
            (
                ("PyTreeDef([*, *])", "[0]", "[1]"),
                ("PyTreeDef([*, *])", "[1]", "[0]"),
                "expected the structure",
            ),
        ],
    )
    def test_differs(self, expected: Any, got: Any, message: str) -> None:
        result = compare(self.tree(*expected), self.tree(*got), TIGHT, DECLARED)
        assert result.reason is Reason.STRUCTURE
        assert message in result.message
        assert result.diffs == ()

    def test_message_is_bounded(self) -> None:
        paths = [f"[{i}]\x1b[31m" for i in range(10_000)]
        result = compare(
            self.tree(BARE, ""), self.tree("PyTreeDef(" + "*" * 10**6, *paths), TIGHT, DECLARED
        )
        assert len(result.message) < 500
        result = compare(self.tree("x", "[0]", "[1]"), self.tree("y", *paths), TIGHT, DECLARED)
        assert len(result.message) < 2000
        assert "\x1b" not in result.message
        assert "and 9997 more" in result.message

    def test_empty_trees(self) -> None:
        none = Output("PyTreeDef(None)", ())
        assert compare(none, none, TIGHT, DECLARED).passed


class TestShape:
    @pytest.mark.parametrize(
        ("expected", "got"),
        [((), (3,)), ((3,), ()), ((4, 6), (6, 4)), ((4, 6), (1, 6)), ((4, 6), (4, 1)),
         ((4,), (4, 1)), ((4, 6), (24,)), ((0,), (0, 1)), ((1,), ())],
    )  # fmt: skip
    def test_nothing_is_broadcast(self, expected: Any, got: Any) -> None:
        result = check(np.ones(expected, np.float32), np.ones(got, np.float32))
        assert result.reason is Reason.SHAPE
        assert only(result).mismatched == only(result).total == math.prod(expected)
        assert only(result).margin is None

    def test_message_names_the_sizes(self) -> None:
        result = check(array(np.ones((4, 6))), array(np.ones((6, 4))))
        assert result.message == "expected the shape (4, 6), that is (rows, columns), got (6, 4)"

    def test_is_told_before_the_dtype(self) -> None:
        assert check(array([1.0]), array([1, 2], "int32")).reason is Reason.SHAPE


class TestDtype:
    @pytest.mark.parametrize(
        ("expected", "got"),
        [("float32", "float64"), ("float32", "float16"), ("float16", "bfloat16"),
         ("int32", "int64"), ("int8", "uint8"), ("float32", "int32"), ("bool", "int8"),
         ("complex64", "complex128"), ("float32", "complex64")],
    )  # fmt: skip
    @pytest.mark.parametrize("kind", [LeafKind.JAX, LeafKind.NUMPY, LeafKind.NUMPY_SCALAR])
    def test_must_be_the_same(self, expected: str, got: str, kind: LeafKind) -> None:
        result = check(array(1, expected), array(1, got), kind=kind)
        assert result.reason is Reason.DTYPE
        assert result.message == f"expected the dtype {expected}, got {got}"

    def test_byte_order_is_no_difference(self) -> None:
        assert check(array([1.0, 2.0]), np.array([1.0, 2.0], ">f4")).passed
        assert check(array([1.0, 2.0]), np.array([1.0, 3.0], ">f4")).reason is Reason.VALUES

    def test_memory_order_is_no_difference(self) -> None:
        values = array(np.arange(12.0).reshape(3, 4))
        assert check(values, np.asfortranarray(values)).passed
        assert check(np.repeat(values, 2, axis=1)[:, ::2], values).passed

    @pytest.mark.parametrize(
        "values",
        [np.array(["a"]), np.array([None]), np.array([b"x"]), np.array(["2020"], "M8[D]"),
         np.zeros(2, [("a", "f4")]), np.zeros(2, np.longdouble), np.zeros(2, np.clongdouble),
         np.zeros(2, "V3")],
    )  # fmt: skip
    def test_odd_dtypes_never_pass(self, values: Any) -> None:
        result = check(values, values)
        assert result.reason is Reason.DTYPE
        assert "cannot be compared" in result.message
        assert check(values, array(np.ones(values.shape))).reason is Reason.DTYPE
        assert check(array(np.ones(values.shape)), values).reason is Reason.DTYPE


class TestPythonScalars:
    @pytest.mark.parametrize(
        ("expected", "got", "dtype"),
        [(1.5, 1.5, "float32"), (0.1, 0.1, "bfloat16"), (3, 3, "int8"), (True, True, "bool"),
         (1 + 2j, 1 + 2j, "complex64"), (float("inf"), 1e300, "float32")],
    )  # fmt: skip
    def test_are_taken_by_value(self, expected: Any, got: Any, dtype: str) -> None:
        assert check(array(expected, dtype), got, kind=LeafKind.PYTHON_SCALAR).passed

    @pytest.mark.parametrize(
        ("dtype", "got"),
        [("float32", 1), ("int32", 1.0), ("int32", True), ("bool", 1), ("complex64", 1.0)],
    )
    def test_of_another_kind(self, dtype: str, got: Any) -> None:
        result = check(array(1, dtype), got, kind=LeafKind.PYTHON_SCALAR)
        assert result.reason is Reason.DTYPE
        assert f"got a Python {type(got).__name__}" in result.message

    def test_only_where_there_are_no_dimensions(self) -> None:
        for shape in ((1,), (0,), (2, 2)):
            expected = np.ones(shape, np.float32)
            result = check(expected, 1.0, kind=LeafKind.PYTHON_SCALAR)
            assert result.reason is Reason.SHAPE
            assert result.message.endswith("got a Python float")

    @pytest.mark.parametrize(
        ("expected", "got", "dtype"),
        [(44, 300, "uint8"), (255, -1, "uint8"), (2**64 - 1, -1, "uint64"), (0, 2**32, "int32")],
    )
    def test_do_not_wrap_around(self, expected: int, got: int, dtype: str) -> None:
        result = check(array(expected, dtype), got, kind=LeafKind.PYTHON_SCALAR)
        assert result.reason is Reason.VALUES
        assert only(result).mismatched == 1


class TestFloats:
    @pytest.mark.parametrize("dtype", FLOATS)
    def test_equal(self, dtype: str) -> None:
        values = array([1.0, 2.0, 4.0], dtype)
        result = check(values, values.copy(), ZERO)
        assert result.passed
        assert only(result).margin == 0
        assert only(result).max_abs is None
        assert only(result).worst == ()

    def test_a_small_error_passes_with_its_margin(self) -> None:
        result = check(array([1.0, 2.0], "float64"), array([1.0, 2.0 + 1e-6], "float64"))
        diff = only(result)
        assert result.passed
        assert diff.mismatched == 0
        assert diff.margin == pytest.approx(1 / 3)
        assert diff.max_abs is not None
        assert diff.max_abs.index == (1,)
        assert diff.max_abs.error == pytest.approx(1e-6)
        assert diff.max_rel is not None
        assert diff.max_rel.error == pytest.approx(5e-7)

    def test_the_allowance_is_of_the_expected(self) -> None:
        rule = CompareRule(rtol=0.5, atol=0)
        assert check(array([4.0]), array([2.0]), rule).passed
        assert not check(array([2.0]), array([4.0]), rule).passed

    def test_the_bound_itself_passes(self) -> None:
        rule = CompareRule(rtol=0, atol=0.5)
        result = check(array([1.0]), array([1.5]), rule)
        assert result.passed
        assert only(result).margin == 1.0
        assert not check(array([1.0]), array([1.5000001]), rule).passed

    def test_a_mismatch_is_described(self) -> None:
        expected = array(np.ones((4, 6)))
        got = expected.copy()
        got[1, 2], got[3, 0] = 0.5, 3.0
        result = check(expected, got)
        diff = only(result)
        assert result.reason is Reason.VALUES
        assert result.message == (
            "2 of 24 values differ; the furthest at [3, 0] is 3.0, expected 1.0 "
            "(off by 2, allowed 2e-06)"
        )
        assert diff.first is not None
        assert (diff.first.index, diff.first.expected, diff.first.got) == ((1, 2), 1.0, 0.5)
        assert [m.index for m in diff.worst] == [(3, 0), (1, 2)]
        assert diff.max_abs == diff.worst[0]
        assert diff.max_ulp is not None
        assert diff.max_ulp.index == (3, 0)
        assert diff.margin == pytest.approx(1e6)
        assert diff.heatmap is not None
        assert (diff.heatmap.rows, diff.heatmap.columns) == (4, 6)
        assert diff.heatmap.cells[1][2] == pytest.approx(2.5e5)

    def test_the_leaf_is_named(self) -> None:
        def tree(last: float) -> Output:
            leaves = [Leaf(f"[{i}]", array([v]), LeafKind.JAX) for i, v in enumerate((1.0, last))]
            return Output("PyTreeDef((*, *))", tuple(leaves))

        result = compare(tree(1.0), tree(2.0), TIGHT, DECLARED)
        assert result.message.startswith("at [1]: 1 of 1 values differ")
        assert [diff.mismatched for diff in result.diffs] == [0, 1]

    def test_the_gravest_reason_wins(self) -> None:
        def tree(*values: Any) -> Output:
            leaves = [Leaf(f"[{i}]", np.asarray(v), LeafKind.JAX) for i, v in enumerate(values)]
            return Output("t", tuple(leaves))

        one = array([1.0])
        wrong = [array([2.0]), array([np.nan]), array([1.0], "float64"), array([1.0, 1.0])]
        reasons = [Reason.VALUES, Reason.NON_FINITE, Reason.DTYPE, Reason.SHAPE]
        for count in range(1, 5):
            result = compare(tree(*[one] * count), tree(*wrong[:count]), TIGHT, DECLARED)
            assert result.reason is reasons[count - 1]
            assert result.message.startswith(f"at [{count - 1}]: ")
            assert len(result.diffs) == count

    @pytest.mark.parametrize("dtype", SIGNED)
    def test_zeros_of_either_sign_are_equal(self, dtype: str) -> None:
        result = check(array([0.0, -0.0], dtype), -array([0.0, -0.0], dtype), ZERO)
        assert result.passed
        assert only(result).margin == 0

    def test_subnormals(self) -> None:
        smallest = np.nextafter(np.float32(0), np.float32(1))
        result = check(array([0.0]), array([smallest]), ZERO)
        assert result.reason is Reason.VALUES
        diff = only(result)
        assert diff.max_ulp is not None
        assert diff.max_ulp.error == 1
        assert diff.max_rel is None
        assert diff.margin == math.inf
        assert check(array([0.0]), array([smallest]), CompareRule(ulp=1)).passed

    @pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16", "float16"])
    def test_the_largest_numbers(self, dtype: str) -> None:
        largest = float(ml_dtypes.finfo(dtype_of(dtype)).max)
        for rule in (TIGHT, CompareRule(), CompareRule(rtol=1, atol=1e-3)):
            result = check(array([largest], dtype), array([-largest], dtype), rule)
            assert result.reason is Reason.VALUES
        assert check(array([largest], dtype), array([largest], dtype), ZERO).passed

    @pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
    def test_narrow_types_are_widened_first(self, dtype: str) -> None:
        # In the type itself the difference would be rounded, or overflow.
        left, right = array([96.0, 224.0], dtype), array([80.0, -224.0], dtype)
        diff = only(check(left, right, ZERO))
        assert diff.worst[0].error == 448
        assert diff.worst[1].error == 16

    def test_no_dimensions(self) -> None:
        result = check(array(1.0), array(2.0))
        assert result.message.startswith("1 of 1 values differ; the furthest is 2.0, expected 1.0")
        assert only(result).worst[0].index == ()
        assert only(result).heatmap is None

    @pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 2)])
    @pytest.mark.parametrize("dtype", ["float32", "int8", "bool", "complex64", "bfloat16"])
    def test_empty(self, shape: tuple[int, ...], dtype: str) -> None:
        result = check(np.zeros(shape, dtype_of(dtype)), np.zeros(shape, dtype_of(dtype)))
        assert result.passed
        assert only(result).total == 0
        assert only(result).margin is None

    def test_scaled_atol(self) -> None:
        rule = CompareRule(rtol=0, atol=1e-3, atol_scale=AtolScale.MAX_ABS)
        expected = array([1000.0, 0.0, np.inf])
        assert check(expected, array([1000.0, 0.9, np.inf]), rule).passed
        assert not check(expected, array([1000.0, 1.1, np.inf]), rule).passed
        assert not check(array([0.0]), array([1e-9]), rule).passed

    @pytest.mark.parametrize("dtype", FLOATS)
    def test_defaults_by_dtype(self, dtype: str) -> None:
        tolerance = resolve(CompareRule(), array([1.0], dtype))
        step = float(ml_dtypes.finfo(dtype_of(dtype)).eps)
        assert step <= tolerance.rtol < 1 or dtype in ("float4_e2m1fn", "float8_e8m0fnu")
        assert resolve(CompareRule(rtol=0.5), array([1.0], dtype)).rtol == 0.5
        assert dtype in DEFAULTS or tolerance.rtol == 0.25


class TestUlpRule:
    def test_alone(self) -> None:
        one = np.float32(1)
        two_off = np.nextafter(np.nextafter(one, np.float32(2)), np.float32(2))
        for ulp, passes in ((2, True), (1, False), (0, False)):
            result = check(array([one]), array([two_off]), CompareRule(ulp=ulp))
            assert result.passed is passes
        diff = only(check(array([one]), array([two_off]), CompareRule(ulp=4)))
        assert diff.margin == 0.5

    def test_beside_a_tolerance(self) -> None:
        rule = CompareRule(ulp=1, atol=1e-3)
        assert check(array([0.0]), array([5e-4]), rule).passed
        assert not check(array([0.0]), array([5e-3]), rule).passed

    def test_infinity_is_not_next_to_the_largest(self) -> None:
        largest = np.finfo(np.float32).max
        result = check(array([largest]), array([np.inf]), CompareRule(ulp=1))
        assert result.reason is Reason.NON_FINITE
        assert check(array([1.0]), array([np.nan]), CompareRule(ulp=1 << 20)).reason is (
            Reason.NON_FINITE
        )


class TestNonFinite:
    @pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "float8_e5m2"])
    def test_the_same_are_equal(self, dtype: str) -> None:
        values = array([np.nan, np.inf, -np.inf, 1.0], dtype)
        result = check(values, values.copy(), ZERO)
        assert result.passed
        diff = only(result)
        assert diff.margin == 0
        counts = (diff.got_non_finite.nan, diff.got_non_finite.posinf, diff.got_non_finite.neginf)
        assert counts == (1, 1, 1)
        assert diff.expected_non_finite == diff.got_non_finite

    @pytest.mark.parametrize(
        ("expected", "got"),
        [(1.0, np.nan), (1.0, np.inf), (np.inf, 1.0), (np.inf, -np.inf), (np.nan, 1.0),
         (np.nan, np.inf), (np.inf, np.nan), (-np.inf, np.inf), (np.inf, 3.4e38)],
    )  # fmt: skip
    @pytest.mark.parametrize(
        "rule", [TIGHT, ZERO, CompareRule(), CompareRule(rtol=1, atol=1e30), CompareRule(ulp=9)]
    )
    def test_anything_else_fails(self, expected: float, got: float, rule: CompareRule) -> None:
        result = check(array([[0.0, expected]]), array([[0.0, got]]), rule)
        assert result.reason is Reason.NON_FINITE
        diff = only(result)
        assert diff.mismatched == 1
        assert diff.margin == math.inf
        assert diff.first is not None
        assert diff.first.index == (0, 1)
        assert diff.first.error == math.inf
        assert diff.max_abs is None
        assert diff.heatmap is not None
        assert diff.heatmap.cells == ((0.0, math.inf),)

    def test_message(self) -> None:
        result = check(array([1.0, 2.0, 3.0]), array([np.nan, np.nan, -np.inf]))
        assert result.message == (
            "the output holds 2 NaN, 1 -inf, expected were only finite numbers"
        )

    def test_forbidden(self) -> None:
        rule = CompareRule(nan=NanPolicy.FORBIDDEN)
        result = check(array([np.nan, 1.0]), array([np.nan, 1.0]), rule)
        assert result.reason is Reason.NON_FINITE
        assert "NaN is not allowed here" in result.message
        assert check(array([np.inf]), array([np.inf]), rule).passed

    def test_finite_statistics_leave_them_out(self) -> None:
        diff = only(check(array([np.nan, 1.0, 1.0]), array([np.nan, np.inf, 1.5])))
        assert diff.max_abs is not None
        assert (diff.max_abs.index, diff.max_abs.error) == ((2,), 0.5)
        assert [m.index for m in diff.worst] == [(1,), (2,)]


class TestIntegers:
    @pytest.mark.parametrize("dtype", INTEGERS)
    def test_overflow(self, dtype: str) -> None:
        info = np.iinfo(dtype)
        result = check(array([info.min, info.max], dtype), array([info.max, info.min], dtype))
        diff = only(result)
        assert result.reason is Reason.VALUES
        assert diff.mismatched == 2
        assert diff.max_abs is not None
        assert diff.max_abs.error == info.max - info.min
        assert diff.max_abs.expected == info.min
        assert diff.margin == math.inf

    @pytest.mark.parametrize("dtype", [*INTEGERS, "int4", "uint4", "bool"])
    def test_are_exact_whatever_the_rule(self, dtype: str) -> None:
        rule = CompareRule(rtol=1, atol=1e30, ulp=5)
        assert check(array([0, 1, 1], dtype), array([0, 1, 1], dtype), rule).passed
        result = check(array([0, 1, 1], dtype), array([1, 1, 1], dtype), rule)
        assert result.reason is Reason.VALUES
        assert only(result).worst[0].error == 1
        assert type(only(result).worst[0].got) is (bool if dtype == "bool" else int)

    def test_beyond_the_precision_of_floats(self) -> None:
        assert not check(array([2**53], "int64"), array([2**53 + 1], "int64")).passed
        assert not check(array([2**64 - 1], "uint64"), array([2**64 - 2], "uint64")).passed


class TestComplex:
    def test_the_modulus_counts(self) -> None:
        rule = CompareRule(rtol=0, atol=1.0)
        assert check(array([0], "complex64"), array([0.7 + 0.7j], "complex64"), rule).passed
        result = check(array([0], "complex64"), array([0.8 + 0.8j], "complex64"), rule)
        assert result.reason is Reason.VALUES
        assert only(result).max_ulp is None
        assert isinstance(only(result).worst[0].got, str)

    @pytest.mark.parametrize("dtype", ["complex64", "complex128"])
    def test_non_finite_parts(self, dtype: str) -> None:
        values = array([complex(np.nan, 1), complex(1, np.inf), complex(-np.inf, np.nan)], dtype)
        assert check(values, values.copy(), ZERO).passed
        for other in (complex(np.nan, 2), complex(1, np.nan), complex(np.inf, 1), 1):
            got = values.copy()
            got[0] = other
            assert check(values, got, CompareRule(rtol=1, atol=1)).reason is Reason.NON_FINITE

    def test_overflow_of_the_modulus(self) -> None:
        huge = array([1.7e308 + 1.7e308j], "complex128")
        assert check(huge, huge.copy()).passed
        assert check(huge, -huge).reason is Reason.VALUES


class TestUlpDistance:
    @pytest.mark.parametrize("dtype", [*TO_LIST, "float8_e3m4", "float6_e2m3fn"])
    def test_counts_every_value_of_a_small_type(self, dtype: str) -> None:
        kind = dtype_of(dtype)
        bits = ml_dtypes.finfo(kind).bits
        codes = np.arange(1 << bits, dtype=f"u{kind.itemsize}").view(kind)
        with np.errstate(invalid="ignore"):  # signalling NaNs are among the codes
            values = codes.astype(np.float64)
        finite = np.unique(values[np.isfinite(values)])
        ordered = finite.astype(kind)  # -0.0 and 0.0 are one
        assert (ulp_distance(ordered[:-1], ordered[1:]) == 1).all()
        assert int(ulp_distance(ordered[:1], ordered[-1:])[0]) == ordered.size - 1

    @given(st.floats(allow_nan=False), st.integers(0, 50))
    @settings(deadline=None)
    def test_steps_of_nextafter(self, value: float, steps: int) -> None:
        other = np.float64(value)
        with np.errstate(over="ignore"):
            for _ in range(steps):
                other = np.nextafter(other, np.inf)
        if np.isfinite(other) and np.isfinite(value):
            distance = ulp_distance(np.array([value]), np.array([other]))
            assert int(distance[0]) == steps

    @given(st.floats(allow_nan=False), st.floats(allow_nan=False))
    @settings(deadline=None)
    def test_is_symmetric(self, a: float, b: float) -> None:
        left, right = np.array([a]), np.array([b])
        assert ulp_distance(left, right) == ulp_distance(right, left)
        assert (ulp_distance(left, right)[0] == 0) == (a == b)


class TestHeatmap:
    @pytest.mark.parametrize(
        "shape", [(1, 1), (1, 100), (100, 1), (31, 33), (64, 64), (100, 257), (3, 300_000)]
    )
    def test_shows_the_largest_of_each_block(self, shape: tuple[int, int]) -> None:
        rng = np.random.default_rng(1)
        expected = np.zeros(shape)
        got = rng.random(shape)
        picture = only(check(expected, got, CompareRule(rtol=0, atol=0.5))).heatmap
        assert picture is not None
        assert (picture.rows, picture.columns) == shape
        cells = np.array(picture.cells)
        assert cells.shape == (min(shape[0], 32), min(shape[1], 32))
        assert cells.max() == got.max() / 0.5
        row, column = np.unravel_index(got.argmax(), shape)
        top = int((np.arange(33) * shape[0] // 32 <= row).sum()) - 1 if shape[0] > 32 else row
        left = (
            int((np.arange(33) * shape[1] // 32 <= column).sum()) - 1 if shape[1] > 32 else column
        )
        assert cells[top, left] == cells.max()

    def test_only_of_wrong_matrices(self) -> None:
        assert only(check(array([[1.0]]), array([[1.0]]))).heatmap is None
        assert only(check(array([1.0]), array([2.0]))).heatmap is None
        assert only(check(array([[[1.0]]]), array([[[2.0]]]))).heatmap is None


class TestFailingLines:
    @given(st.data(), st.integers(0, 40), st.integers(0, 40), st.sampled_from([0.02, 0.2, 1.0]))
    @settings(max_examples=100, deadline=None)
    def test_are_those_of_the_mismatches(
        self, data: Any, rows: int, columns: int, share: float
    ) -> None:
        rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
        wrong = rng.random((rows, columns)) < share
        expected = rng.normal(size=wrong.shape).astype(np.float32)
        diff = only(check(expected, np.where(wrong, expected + 1, expected)))
        for failing, found, size in zip(
            (diff.failing_rows, diff.failing_columns), np.nonzero(wrong), wrong.shape, strict=True
        ):
            indices = np.unique(found)
            if indices.size in (0, size):
                assert failing is None
            else:
                assert failing is not None
                assert failing.count == indices.size
                assert failing.indices == tuple(indices[:16])

    def test_are_found_in_every_block(self) -> None:
        expected = np.ones((400, 1000), np.float32)
        got = expected.copy()
        got[[3, 399], 7] = 2
        got[200] = 2
        diff = only(check(expected, got))
        assert diff.failing_rows is not None
        assert diff.failing_rows.indices == (3, 200, 399)
        assert diff.failing_columns is None

    @pytest.mark.parametrize("shape", [(6,), (2, 3, 4), ()])
    def test_only_of_matrices(self, shape: tuple[int, ...]) -> None:
        diff = only(check(np.zeros(shape), np.ones(shape)))
        assert diff.failing_rows is diff.failing_columns is None


class TestSize:
    def test_time_and_memory(self) -> None:
        """Generous bounds: the time is about 0.4 s and the memory 1 MB, the answers' own aside."""
        expected = np.linspace(-1, 1, 10**7, dtype=np.float32)
        got = expected * np.float32(1 + 1e-7)
        started = time.perf_counter()
        assert check(expected, got).passed
        assert time.perf_counter() - started < 10
        tracemalloc.start()
        try:
            assert not check(expected, got + 1).passed
            assert tracemalloc.get_traced_memory()[1] < 2 * expected.nbytes
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("position", [0, 32767, 32768, 70_000, 99_999])
    def test_blocks_do_not_hide_a_mismatch(self, position: int) -> None:
        expected = np.ones(100_000, np.float32)
        got = expected.copy()
        got[position] += 1
        diff = only(check(expected, got))
        assert diff.mismatched == 1
        assert diff.first is not None
        assert diff.first.index == diff.worst[0].index == (position,)

    def test_the_worst_of_many(self) -> None:
        rng = np.random.default_rng(0)
        expected = np.zeros(100_000)
        got = rng.normal(size=100_000)
        diff = only(check(expected, got))
        order = np.argsort(-np.abs(got))[:5]
        assert [m.index for m in diff.worst] == [(int(i),) for i in order]

    def test_of_equal_errors_the_first_are_named(self) -> None:
        diff = only(check(np.zeros(100_000), np.ones(100_000)))
        assert [m.index for m in diff.worst] == [(i,) for i in range(5)]


SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray[Any, Any]:
    """Any array of any comparable dtype, drawn by its bits so that NaN payloads, infinities and
    subnormals all occur."""
    name = draw(st.sampled_from([*FLOATS, *INTEGERS, "complex64", "complex128", "bool"]))
    kind = dtype_of(name)
    shape = draw(SHAPES)
    if name == "bool":
        return draw(hnp.arrays(np.bool_, shape))
    if kind.kind == "c":
        return draw(hnp.arrays(kind, shape))
    codes = draw(hnp.arrays(f"u{kind.itemsize}", shape))
    if name == "float4_e2m1fn":
        codes = codes & np.uint8(15)
    return codes.view(kind) if shape else np.ascontiguousarray(codes).view(kind).reshape(())


ODD = st.sampled_from(
    [np.array("text"), np.array([None, 1]), np.array(["2020"], "M8[D]"), np.zeros(2, "f4,i4")]
)
RULES = st.builds(
    CompareRule,
    rtol=st.none() | st.floats(0, 1),
    atol=st.none() | st.floats(0, 1e30),
    atol_scale=st.sampled_from(AtolScale),
    nan=st.sampled_from(NanPolicy),
    ulp=st.none() | st.integers(0, 1 << 20),
)
OUTPUTS = st.builds(
    Output,
    structure=st.sampled_from([BARE, "PyTreeDef((*, *))"]),
    leaves=st.lists(
        st.builds(
            Leaf,
            path=st.sampled_from(["", "[0]", "[1]"]),
            value=arrays() | ODD,
            kind=st.sampled_from(LeafKind),
        ),
        max_size=2,
    ).map(tuple),
)


class TestProperties:
    @given(arrays(), RULES)
    @settings(max_examples=300, deadline=None)
    def test_everything_equals_itself(self, a: np.ndarray[Any, Any], rule: CompareRule) -> None:
        rule = rule.model_copy(update={"nan": NanPolicy.EQUAL})
        result = check(a, a.copy(), rule)
        assert result.passed
        diff = only(result)
        assert diff.mismatched == 0
        assert diff.margin == (0 if a.size else None)
        assert diff.expected_non_finite == diff.got_non_finite

    @given(OUTPUTS, OUTPUTS, RULES)
    @settings(max_examples=300, deadline=None)
    def test_nothing_raises(self, expected: Output, got: Output, rule: CompareRule) -> None:
        for left, right in ((expected, got), (expected, expected), (got, expected)):
            result = compare(left, right, rule, DECLARED)
            for diff in result.diffs:
                json.loads(diff.model_dump_json())

    @given(arrays(), st.randoms(use_true_random=False), RULES)
    @settings(max_examples=200, deadline=None)
    def test_pairs_of_one_type_never_raise(
        self, a: np.ndarray[Any, Any], random: Any, rule: CompareRule
    ) -> None:
        order = list(range(a.size))
        random.shuffle(order)
        b = a.reshape(-1)[order].reshape(a.shape)
        result = check(a, b, rule)
        diff = only(result)
        assert (diff.mismatched > 0) == (not result.passed)
        if result.passed and a.size:
            assert diff.margin is not None
            assert diff.margin <= 1
        elif a.size:
            assert diff.margin is not None
            assert diff.margin > 1

    @given(
        hnp.arrays(
            st.sampled_from([np.float32, np.float64]),
            hnp.array_shapes(max_dims=3, max_side=6),
            elements=st.floats(-1e6, 1e6, width=32),
        ),
        st.data(),
    )
    @settings(max_examples=200, deadline=None)
    def test_a_change_is_found_and_located(self, a: np.ndarray[Any, Any], data: Any) -> None:
        position = data.draw(st.integers(0, a.size - 1))
        index = tuple(int(i) for i in np.unravel_index(position, a.shape))
        # A nudge of ten times what is allowed, or a value from anywhere.
        nudge = 10 * (1e-6 + 1e-6 * abs(float(a[index])))
        got = a.copy()
        got[index] = data.draw(
            st.sampled_from([float(a[index]) + nudge, float(a[index]) - nudge, np.nan, np.inf, 1e9])
        )
        result = check(a, got)
        diff = only(result)
        assert not result.passed
        assert diff.mismatched == 1
        assert diff.first is not None
        assert diff.first.index == index
        assert [m.index for m in diff.worst] == [index]
        assert diff.margin is not None
        assert diff.margin > 1

    @given(arrays(), st.randoms(use_true_random=False))
    @settings(max_examples=200, deadline=None)
    def test_counts_are_symmetric(self, a: np.ndarray[Any, Any], random: Any) -> None:
        order = list(range(a.size))
        random.shuffle(order)
        b = a.reshape(-1)[order].reshape(a.shape)
        rule = CompareRule(rtol=0, atol=0.5)
        there, back = only(check(a, b, rule)), only(check(b, a, rule))
        assert there.mismatched == back.mismatched
        assert there.expected_non_finite == back.got_non_finite
        assert there.got_non_finite == back.expected_non_finite
        for one, other in ((there.max_abs, back.max_abs), (there.max_ulp, back.max_ulp)):
            assert (one and (one.index, one.error)) == (other and (other.index, other.error))

    @given(
        hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats()),
        st.data(),
        st.floats(0, 1),
        st.floats(0, 10),
    )
    @settings(max_examples=200, deadline=None)
    def test_agrees_with_the_definition(
        self, a: np.ndarray[Any, Any], data: Any, rtol: float, atol: float
    ) -> None:
        b = data.draw(hnp.arrays(np.float64, a.shape, elements=st.floats()))
        diff = only(check(a, b, CompareRule(rtol=rtol, atol=atol)))
        with np.errstate(all="ignore"):
            right = np.isclose(b, a, rtol=rtol, atol=atol, equal_nan=True)
            # isclose lets an overflowing allowance pass, which only equal numbers may.
            right &= (np.abs(b - a) < np.inf) | (a == b) | (np.isnan(a) & np.isnan(b))
        assert diff.mismatched == int((~right).sum())


def test_kinds() -> None:
    assert kind_of(np.dtype("float32")) is Kind.FLOAT
    assert kind_of(dtype_of("bfloat16")) is Kind.FLOAT
    assert kind_of(dtype_of("int4")) is Kind.INTEGER
    assert kind_of(np.dtype("V4")) is Kind.OTHER


def test_measure_keeps_the_path() -> None:
    values = array([1.0])
    assert measure("['a']", values, values, resolve(TIGHT, values)).diff.path == "['a']"
