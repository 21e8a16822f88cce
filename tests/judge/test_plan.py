"""Drawing plans: reproducible to the bit, within the declared domains, of bounded shapes."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judge.case import Case
from judge.draw import Stream, draw_array
from judge.package import Package
from judge.plan import draw, drawn_regimes, new_seed, shape_pool
from judge.spec import ArrayInput, DType, ProblemSpec, Regime

DECLARATIONS: dict[str, Any] = {
    "format": "jurax-problem/1",
    "uuid": "6f0e2f8e-7f1d-4f7c-9d53-0c2b6f0a7a13",
    "version": "1.0.0",
    "title": "Drawn",
    "summary": "A problem of every kind of input.",
    "track": "primitives",
    "difficulty": "easy",
    "authors": ["Somebody"],
    "license": "CC0-1.0",
    "entry": "solve",
    "symbols": {"rows": {"range": [0, 6]}, "columns": {"range": [1, 5]}},
    "inputs": [
        {"name": "seed", "type": "float", "cast": "int", "range": [0, 2147483647]},
        {
            "name": "x",
            "type": "array",
            "dtype": "float32",
            "dims": ["rows", "columns"],
            "values": ["normal", "uniform", "large", "tiny", "zeros", "integers"],
        },
        {"name": "depth", "type": "float", "cast": "int", "range": [1, 8], "static": True},
        {"name": "axis", "type": "int", "range": [-1, 1], "static": True},
        {"name": "rate", "type": "float", "range": [0.25, 0.75]},
        {"name": "train", "type": "bool"},
        {
            "name": "labels",
            "type": "array",
            "dtype": "uint64",
            "dims": ["depth", 2],
            "values": ["integers"],
            "range": [3, 18446744073709551615],
        },
    ],
    "output": {"type": "scalar"},
    "groups": [
        {
            "name": "sample",
            "cases": 2,
            "points": 1,
            "visibility": "full",
            "include": [{"rows": 2, "columns": 3, "depth": 3, "x": "normal", "seed": 7}],
        },
        {
            "name": "deep",
            "cases": 5,
            "points": 1,
            "visibility": "diff",
            "domains": {"depth": [4, 6], "x": ["zeros", "tiny"], "rate": [0.5, 0.625]},
            "include": [{"depth": 8}, {"train": True, "rate": 0.25}],
        },
        {"name": "hidden", "cases": 3, "points": 1, "visibility": "verdict"},
    ],
    "pool": {"shapes": 4},
}

SEEDS = st.integers(0, 2**53 - 1)


def make(sha256: str = "0" * 64, **changes: Any) -> Package:
    """A package in memory with a hash of our choice."""
    spec = ProblemSpec.model_validate({**DECLARATIONS, **changes})
    empty = {"statement": "", "solution": "", "starter": "", "reference": "", "warmup": None}
    return Package(
        root=Path(), slug="drawn", spec=spec, sha256=sha256, hints=(), submissions=(), **empty
    )


def fingerprint(cases: tuple[Case, ...]) -> str:
    """A hash over everything that cases hold, to the bit."""
    state = hashlib.sha256()
    for case in cases:
        state.update(f"{case.index} {case.group} {case.visibility}".encode())
        for name, value in case.inputs.items():
            state.update(name.encode())
            if isinstance(value, np.ndarray):
                state.update(f"{value.dtype.name} {value.shape}".encode() + value.tobytes())
            elif isinstance(value, float):
                state.update(struct.pack("<d", value))
            else:
                state.update(repr(value).encode())
    return state.hexdigest()


class TestDraw:
    def test_golden(self) -> None:
        """The draws of reports that exist. If this fails, old plan seeds draw other cases than
        they did: raise the report's format instead of changing these values."""
        plan = draw(make(), 20240229, pool_epoch=3)
        case = plan.cases[0]
        assert list(case.inputs) == ["seed", "x", "depth", "axis", "rate", "train", "labels"]
        scalars = {k: v for k, v in case.inputs.items() if not isinstance(v, np.ndarray)}
        assert scalars == GOLDEN_SCALARS
        assert np.asarray(case.inputs["x"]).tolist() == GOLDEN_X
        assert fingerprint(plan.cases) == GOLDEN_PLAN

    @given(SEEDS, st.integers(0, 2**53 - 1))
    @settings(max_examples=20, deadline=None)
    def test_same_seed_same_plan(self, seed: int, epoch: int) -> None:
        first, second = (draw(make(), seed, pool_epoch=epoch) for _ in range(2))
        assert fingerprint(first.cases) == fingerprint(second.cases)
        assert (first.seed, first.pool_epoch) == (seed, epoch)

    def test_other_seed_other_plan(self) -> None:
        prints = {fingerprint(draw(make(), seed).cases) for seed in range(50)}
        assert len(prints) == 50

    @given(SEEDS, st.sets(st.sampled_from(["sample", "deep", "hidden"])))
    @settings(max_examples=20, deadline=None)
    def test_a_group_alone_is_the_same(self, seed: int, groups: set[str]) -> None:
        whole = draw(make(), seed)
        assert [case.index for case in whole.cases] == list(range(10))
        selected = draw(make(), seed, groups=groups).cases
        expected = tuple(case for case in whole.cases if case.group in groups)
        assert [case.index for case in selected] == [case.index for case in expected]
        assert fingerprint(selected) == fingerprint(expected)

    def test_what_one_group_declares_does_not_move_another(self) -> None:
        groups = [dict(group) for group in DECLARATIONS["groups"]]
        groups[0]["cases"] = 9
        changed, whole = (draw(p, 5) for p in (make(groups=groups), make()))
        for old, new in zip(whole.cases[2:], changed.cases[9:], strict=True):
            assert new.index == old.index + 7
            assert fingerprint((Case(0, new.group, new.visibility, new.inputs),)) == fingerprint(
                (Case(0, old.group, old.visibility, old.inputs),)
            )

    @given(SEEDS)
    @settings(max_examples=30, deadline=None)
    def test_domains(self, seed: int) -> None:
        plan = draw(make(), seed)
        for case in plan.cases:
            x, labels = case.inputs["x"], case.inputs["labels"]
            assert isinstance(x, np.ndarray)
            assert isinstance(labels, np.ndarray)
            rows, columns = x.shape
            assert 0 <= rows <= 6
            assert 1 <= columns <= 5
            depth, axis = case.inputs["depth"], case.inputs["axis"]
            assert isinstance(depth, float)
            assert depth.is_integer()
            assert type(axis) is int
            assert -1 <= axis <= 1
            assert labels.shape == (int(depth), 2)
            assert (labels >= 3).all()
            assert type(case.inputs["train"]) is bool
            rate, drawn_seed = case.inputs["rate"], case.inputs["seed"]
            assert isinstance(rate, float)
            assert isinstance(drawn_seed, float)
            assert drawn_seed.is_integer()
            assert 0 <= drawn_seed < 2**31
            if case.group == "deep":
                assert depth == 8 if case.index == 2 else 4 <= depth <= 6
                assert rate == 0.25 if case.index == 3 else 0.5 <= rate <= 0.625
                assert np.abs(x).max(initial=0) < 1e-5
            assert x.flags.c_contiguous
            assert not x.flags.writeable
        assert plan.cases[0].inputs["x"].shape == (2, 3)  # type: ignore[union-attr]
        assert plan.cases[0].inputs["seed"] == 7.0
        assert plan.cases[3].inputs["train"] is True

    def test_unknown_group(self) -> None:
        with pytest.raises(ValueError, match="no group is called deeep; known are sample, deep"):
            draw(make(), 1, groups=["sample", "deeep"])

    @pytest.mark.parametrize("seed", [-1, 2**53])
    def test_seed_out_of_bounds(self, seed: int) -> None:
        with pytest.raises(ValueError, match="plan seed must be in"):
            draw(make(), seed)
        with pytest.raises(ValueError, match="pool epoch must be in"):
            draw(make(), 0, pool_epoch=seed)

    def test_new_seed(self) -> None:
        seeds = {new_seed() for _ in range(100)}
        assert len(seeds) == 100
        assert all(0 <= seed < 2**53 for seed in seeds)


class TestDrawnRegimes:
    @given(SEEDS)
    @settings(max_examples=20, deadline=None)
    def test_they_are_those_that_values_came_from(self, seed: int) -> None:
        package = make()
        plan = draw(package, seed)
        regimes = drawn_regimes(package, plan)
        for case in plan.cases:
            x = np.asarray(case.inputs["x"])
            regime = regimes[case.index]["x"]
            assert regimes[case.index]["labels"] is Regime.INTEGERS
            if case.group == "deep":
                assert regime in (Regime.ZEROS, Regime.TINY)
            if x.size:
                assert (regime is Regime.ZEROS) == (not x.any())

    def test_an_included_regime_is_named(self) -> None:
        package = make()
        for seed in range(4):
            assert drawn_regimes(package, draw(package, seed))[0]["x"] is Regime.NORMAL

    def test_a_group_alone(self) -> None:
        package = make()
        whole = drawn_regimes(package, draw(package, 5))
        alone = drawn_regimes(package, draw(package, 5, groups=["hidden"]))
        assert alone == {index: whole[index] for index in alone}
        assert sorted(alone) == [7, 8, 9]


class TestShapePool:
    def test_is_a_function_of_hash_and_epoch(self) -> None:
        pool = shape_pool(make(), 0)
        assert pool == shape_pool(make(), 0)
        assert pool != shape_pool(make(), 1)
        assert pool != shape_pool(make("1" * 64), 0)

    @given(SEEDS, st.integers(0, 3))
    @settings(max_examples=30, deadline=None)
    def test_every_case_takes_its_shape_from_the_pool(self, seed: int, epoch: int) -> None:
        pool = shape_pool(make(), epoch)
        for case in draw(make(), seed, pool_epoch=epoch).cases:
            x, axis = case.inputs["x"], case.inputs["axis"]
            shape = {
                "rows": x.shape[0],  # type: ignore[union-attr]
                "columns": x.shape[1],  # type: ignore[union-attr]
                "depth": case.inputs["depth"],
                "axis": axis,
            }
            assert shape in pool[case.group]

    def test_bounds(self) -> None:
        pool = shape_pool(make(), 0)
        assert {name: len(entries) for name, entries in pool.items()} == {
            "sample": 1 + 4,
            "deep": 2 + 4,
            "hidden": 4,
        }
        for entries in pool.values():
            assert all(set(e) == {"rows", "columns", "depth", "axis"} for e in entries)
            assert len({tuple(e.values()) for e in entries}) == len(entries)
        assert pool["deep"][0]["depth"] == 8

    def test_no_shape_is_met_twice_while_others_are_left(self) -> None:
        for seed in range(20):
            cases = draw(make(), seed, groups=["hidden"]).cases
            shapes = {(np.shape(c.inputs["x"]), c.inputs["depth"], c.inputs["axis"]) for c in cases}
            assert len(shapes) == 3

    def test_domains_of_one_shape(self) -> None:
        fixed = {"rows": [2, 2], "columns": [3, 3], "depth": [1, 1], "axis": [0, 0]}
        groups = [
            {
                "name": "one",
                "cases": 4,
                "points": 1,
                "visibility": "full",
                "domains": fixed,
                "include": [{"rows": 2}, {"columns": 3}],
            }
        ]
        package = make(groups=groups)
        assert set(map(len, shape_pool(package, 0)["one"])) == {4}
        assert {np.shape(c.inputs["x"]) for c in draw(package, 0).cases} == {(2, 3)}

    def test_without_shapes(self) -> None:
        inputs = [{"name": "rate", "type": "float", "range": [0, 1]}]
        groups = [{"name": "one", "cases": 3, "points": 1, "visibility": "full"}]
        package = make(symbols={}, inputs=inputs, groups=groups)
        assert shape_pool(package, 0) == {"one": ({},)}
        assert len({case.inputs["rate"] for case in draw(package, 0).cases}) == 3


class TestStream:
    @given(st.integers(1, 2**64), st.integers(0, 50))
    @settings(max_examples=60, deadline=None)
    def test_below(self, bound: int, count: int) -> None:
        drawn = Stream("test").below(bound, count)
        assert drawn.dtype == np.uint64
        assert all(int(number) < bound for number in drawn)

    def test_below_rejects(self) -> None:
        # Two of three words would be rejected by nothing but a bound like this one.
        drawn = Stream("test").below(2**63 + 1, 4000)
        assert abs(float((drawn < np.uint64(2**62)).mean()) - 0.5) < 0.05

    def test_below_is_uniform(self) -> None:
        counts = np.bincount(Stream("test").below(6, 60_000).astype(int), minlength=6)
        assert np.abs(counts - 10_000).max() < 500

    @given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
    @settings(max_examples=60, deadline=None)
    def test_integers(self, one: int, other: int) -> None:
        low, high = sorted((one, other))
        drawn = Stream("test").integers(low, high, 20)
        assert all(low <= int(number) <= high for number in drawn)
        assert low <= Stream("test").integer(low, high) <= high

    def test_units(self) -> None:
        drawn = Stream("test").units(100_000)
        assert drawn.min() >= 0
        assert drawn.max() < 1
        assert abs(drawn.mean() - 0.5) < 0.005

    def test_normals(self) -> None:
        drawn = Stream("test").normals(200_000)
        assert abs(drawn.mean()) < 0.01
        assert abs(drawn.std() - 1) < 0.01
        assert np.abs(drawn).max() < 6
        assert abs(float((np.abs(drawn) < 1).mean()) - 0.6827) < 0.01
        assert abs(float((np.abs(drawn) < 2).mean()) - 0.9545) < 0.01

    def test_names_are_apart(self) -> None:
        firsts = {int(Stream(*name).words(1)[0]) for name in (("a", 1), ("a", 11), ("a1",), (1,))}
        assert len(firsts) == 4

    def test_shuffled(self) -> None:
        assert sorted(Stream("test").shuffled(20)) == list(range(20))
        firsts = np.bincount([Stream("s", i).shuffled(4)[0] for i in range(800)], minlength=4)
        assert firsts.min() > 140
        assert Stream("test").shuffled(0) == []


FLOATS = [d for d in DType if d.startswith(("float", "bfloat"))]


def drawn(dtype: DType, regime: Regime, shape: tuple[int, ...] = (40, 5)) -> np.ndarray[Any, Any]:
    declared = ArrayInput(name="x", type="array", dtype=dtype, dims=(), values=(regime,))
    return draw_array(Stream("test"), declared, shape, regime)


class TestDrawArray:
    @pytest.mark.parametrize("dtype", list(DType))
    @pytest.mark.parametrize("regime", [Regime.ZEROS, Regime.INTEGERS])
    @pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3, 4)])
    def test_shapes_and_dtypes(self, dtype: DType, regime: Regime, shape: tuple[int, ...]) -> None:
        array = drawn(dtype, regime, shape)
        assert array.shape == shape
        assert array.dtype.name == dtype.value
        assert array.flags.c_contiguous
        assert array.dtype.isnative
        assert not array.flags.writeable
        if regime is Regime.ZEROS:
            assert not array.astype(np.complex128).any()

    @pytest.mark.parametrize("dtype", FLOATS)
    @pytest.mark.parametrize("regime", list(Regime))
    def test_float_regimes(self, dtype: DType, regime: Regime) -> None:
        values = drawn(dtype, regime).astype(np.float64)
        info = ml_dtypes.finfo(dtype.value)
        finite = values[np.isfinite(values)]
        match regime:
            case Regime.LARGE:
                # Squares stay finite.
                assert finite.size == values.size
                assert (np.abs(finite) >= 2).all()
                assert (np.abs(finite) <= 2**14).all()
                assert (finite**2 <= float(info.max)).all()
            case Regime.TINY:
                assert (finite != 0).all()
                assert np.abs(finite).max() <= 2 ** (max(-40, info.minexp) // 2 + 1)
                assert np.abs(finite).min() >= float(info.smallest_normal)
            case Regime.OFFSET if dtype is DType.FLOAT32:
                assert 512 - 6 <= np.abs(values).min() <= np.abs(values).max() <= 1024 + 6
                assert np.ptp(values) <= 12
            case Regime.INTEGERS:
                assert np.abs(finite).max() <= 9
                assert len(set(finite.tolist())) > 10
            case Regime.UNIFORM:
                assert np.abs(finite).max() <= 1
            case Regime.NAN:
                assert 1 <= np.isnan(values).sum() < values.size / 2
            case Regime.INF if dtype is not DType.FLOAT8_E4M3FN:  # which has no inf
                assert np.isposinf(values).any()
                assert np.isneginf(values).any()
        if regime not in (Regime.NAN, Regime.INF):
            assert finite.size == values.size

    def test_complex(self) -> None:
        values = drawn(DType.COMPLEX64, Regime.NORMAL)
        assert np.abs(values.real).min() > 0
        assert np.abs(values.imag).min() > 0

    def test_one_element_is_nan(self) -> None:
        assert np.isnan(drawn(DType.FLOAT32, Regime.NAN, (1,)))

    @pytest.mark.parametrize(
        ("dtype", "bounds"),
        [
            (DType.UINT64, (0, 2**64 - 1)),
            (DType.INT64, (-(2**63), 2**63 - 1)),
            (DType.INT8, (-128, 127)),
            (DType.UINT8, (250, 255)),
            (DType.FLOAT32, (-3, 5)),
        ],
    )
    def test_ranges(self, dtype: DType, bounds: tuple[int, int]) -> None:
        declared = ArrayInput(
            name="x", type="array", dtype=dtype, dims=(), values=(Regime.INTEGERS,), range=bounds
        )
        values = draw_array(Stream("test"), declared, (3000,), Regime.INTEGERS)
        assert int(values.min()) >= bounds[0]
        assert int(values.max()) <= bounds[1]
        # Both ends of the range are reached, or nearly so where it is wide.
        width = bounds[1] - bounds[0]
        assert int(values.min()) - bounds[0] <= width / 100
        assert bounds[1] - int(values.max()) <= width / 100


GOLDEN_SCALARS: dict[str, Any] = {
    "seed": 7.0,
    "depth": 3.0,
    "axis": 1,
    "rate": 0.46830045861730796,
    "train": False,
}
GOLDEN_X: list[list[float]] = [
    [0.35779815912246704, -1.00739324092865, -1.4033907651901245],
    [0.4200863242149353, 1.3913010358810425, 2.132575511932373],
]
GOLDEN_PLAN = "f6d559de6f78607a8df26e7748fc5ef2cf53cd7250a0b4102c607160e63a0478"
