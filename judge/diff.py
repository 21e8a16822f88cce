"""Measures how two arrays of one shape differ: one pass in blocks, whatever their size."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from judge.heatmap import heatmap
from judge.numbers import Array, Kind, kind_of, plain, widen
from judge.report import MAX_FAILING, ArraySpec, Diff, Failing, Mismatch, NonFinite
from judge.tolerance import Tolerance
from judge.ulp import ulp_distance

# Small enough that a block's temporaries stay in the cache.
_BLOCK = 1 << 15
_WORST = 5


@dataclass(frozen=True)
class Measured:
    """The diff of a leaf, and how many of its mismatches have NaN or inf on either side."""

    diff: Diff
    non_finite_mismatches: int


def measure(path: str, expected: Array, got: Array, tolerance: Tolerance) -> Measured:
    """Compare two arrays of the same shape and the same comparable dtype.

    ``max_abs``, ``max_rel`` and ``max_ulp`` range over the pairs in which both are finite, and are
    None where no pair differs; ``max_rel`` leaves expected zeros out, and complex numbers have no
    ULP. The error of a ``first`` or ``worst`` mismatch is absolute, inf where a side is not finite.
    """
    tally = _Tally(_Lines.of(expected.shape) if expected.ndim == 2 else None)
    flat_expected, flat_got = expected.reshape(-1), got.reshape(-1)
    shrunk = None
    for start in range(0, flat_expected.size, _BLOCK):
        end = start + _BLOCK
        tally.add(start, compare_block(flat_expected[start:end], flat_got[start:end], tolerance))
    if tally.mismatched and expected.ndim == 2:
        shrunk = heatmap(expected, got, lambda e, g: compare_block(e, g, tolerance).ratio)

    def pair(error: float | int, position: int) -> Mismatch:
        return Mismatch(
            index=tuple(int(i) for i in np.unravel_index(position, expected.shape)),
            expected=plain(flat_expected[position]),
            got=plain(flat_got[position]),
            error=error,
        )

    diff = Diff(
        path=path,
        expected=spec_of(expected),
        got=spec_of(got),
        total=expected.size,
        mismatched=tally.mismatched,
        max_abs=pair(*tally.max_abs) if tally.max_abs else None,
        max_rel=pair(*tally.max_rel) if tally.max_rel else None,
        max_ulp=pair(*tally.max_ulp) if tally.max_ulp else None,
        first=pair(*tally.first) if tally.first else None,
        worst=tuple(pair(*one) for one in tally.worst),
        expected_non_finite=tally.expected_non_finite,
        got_non_finite=tally.got_non_finite,
        margin=tally.margin if expected.size else None,
        heatmap=shrunk,
        failing_rows=_failing(tally.lines.rows) if tally.lines else None,
        failing_columns=_failing(tally.lines.columns) if tally.lines else None,
    )
    return Measured(diff, tally.non_finite_mismatches)


def spec_of(array: Array) -> ArraySpec:
    """Shape and dtype of an array as a report holds them."""
    return ArraySpec(shape=array.shape, dtype=array.dtype.name)


@dataclass(frozen=True)
class Block:
    """One block compared, elementwise. ``error`` is absolute (inf where a side is not finite and
    the pair is no match), ``ratio`` error ÷ allowed, ``finite`` None where all pairs are.
    ``same`` says that all pairs are equal, and then the other fields say nothing."""

    expected: Array
    got: Array
    same: bool
    error: Array
    ratio: Array
    match: Array
    magnitude: Array
    ulps: Array | None = None
    finite: Array | None = None


def compare_block(expected: Array, got: Array, tolerance: Tolerance) -> Block:
    """Compare two arrays of one shape and one comparable dtype, elementwise."""
    wide_expected, wide_got = widen(expected), widen(got)
    if kind_of(expected.dtype) in (Kind.FLOAT, Kind.COMPLEX):
        return _compare_floats(expected, got, wide_expected, wide_got, tolerance)
    # |a - b| of int64 or uint64 always fits uint64, and unsigned subtraction gets it right.
    high, low = np.maximum(wide_expected, wide_got), np.minimum(wide_expected, wide_got)
    error = high.view(np.uint64) - low.view(np.uint64)
    match = error == 0
    return Block(
        expected=wide_expected,
        got=wide_got,
        same=bool(match.all()),
        error=error,
        ratio=np.where(match, 0.0, np.inf),
        match=match,
        magnitude=np.abs(wide_expected.astype(np.float64)),
    )


def _compare_floats(
    expected: Array, got: Array, wide_expected: Array, wide_got: Array, tolerance: Tolerance
) -> Block:
    error = np.abs(wide_got - wide_expected)
    largest = error.max(initial=0.0)  # NaN if any is
    magnitude = np.abs(wide_expected)
    finite, equal = None, None
    # An infinite error can also be the overflow of a difference of finite numbers.
    if not np.isfinite(largest):
        equal = _equal(wide_expected, wide_got, tolerance.nan_equal)
        finite = np.isfinite(wide_expected) & np.isfinite(wide_got)
        error = np.where(equal, 0.0, np.where(finite, error, np.inf))
        largest = error.max(initial=0.0)
    if largest == 0:
        return Block(
            wide_expected, wide_got, True, error, error, error == 0, magnitude, None, finite
        )
    allowed = tolerance.atol + tolerance.rtol * magnitude
    # Written so that NaN fails: it compares false with everything. `error < inf` keeps out an
    # expected inf, whose allowance would be infinite.
    match = (error <= allowed) & (error < np.inf)
    ratio = np.where(error == 0, 0.0, np.where(error < np.inf, error / allowed, np.inf))
    ulps = None
    if kind_of(expected.dtype) is Kind.FLOAT:
        ulps = ulp_distance(expected, got)
        if tolerance.ulp is not None:
            near = ulps <= tolerance.ulp
            by_ulp = np.where(ulps == 0, 0.0, ulps / np.float64(tolerance.ulp))
            if finite is not None:
                near, by_ulp = near & finite, np.where(finite, by_ulp, np.inf)
            match |= near
            ratio = np.minimum(ratio, by_ulp)
    if equal is not None:
        match |= equal
        ratio = np.where(equal, 0.0, ratio)
    return Block(wide_expected, wide_got, False, error, ratio, match, magnitude, ulps, finite)


def _equal(expected: Array, got: Array, nan_equal: bool) -> Array:
    """Where two arrays hold the same, inf by its sign. Complex numbers part by part, since the
    infinities and NaNs among them have one part that says so and one that says something else."""
    if expected.dtype.kind == "c":
        real = _equal(expected.real, got.real, nan_equal)
        return real & _equal(expected.imag, got.imag, nan_equal)
    same: Array = expected == got
    if nan_equal:
        same = same | (np.isnan(expected) & np.isnan(got))
    return same


Extreme = tuple[float | int, int]  # an error, and the position of its pair


@dataclass(frozen=True)
class _Lines:
    """Which rows and columns of a matrix have been seen to hold a mismatch, as arrays of bools."""

    rows: Array
    columns: Array

    @classmethod
    def of(cls, shape: tuple[int, ...]) -> _Lines:
        return cls(np.zeros(shape[0], np.bool_), np.zeros(shape[1], np.bool_))

    def add(self, positions: Array) -> None:
        rows, columns = np.divmod(positions, self.columns.size)
        self.rows[rows] = True
        self.columns[columns] = True


def _failing(lines: Array) -> Failing | None:
    """The failing ones of the rows or columns; None where all or none fail, which says nothing."""
    count = int(np.count_nonzero(lines))
    if count in (0, lines.size):
        return None
    return Failing(count=count, indices=tuple(np.flatnonzero(lines)[:MAX_FAILING].tolist()))


@dataclass
class _Tally:
    """What has been seen of a leaf so far. ``lines`` is None where the leaf is no matrix."""

    lines: _Lines | None
    mismatched: int = 0
    non_finite_mismatches: int = 0
    margin: float = 0.0
    max_abs: Extreme | None = None
    max_rel: Extreme | None = None
    max_ulp: Extreme | None = None
    first: Extreme | None = None
    worst: list[Extreme] = field(default_factory=list)
    expected_non_finite: NonFinite = field(default_factory=NonFinite)
    got_non_finite: NonFinite = field(default_factory=NonFinite)

    def add(self, start: int, block: Block) -> None:
        """Count in a block whose first element has the position ``start``."""
        if block.finite is not None:
            self.expected_non_finite = _count(self.expected_non_finite, block.expected)
            self.got_non_finite = _count(self.got_non_finite, block.got)
        if block.same:
            return
        self.margin = max(self.margin, float(block.ratio.max()))
        finite = block.finite
        self.max_abs = _further(self.max_abs, start, block.error, finite)
        self.max_ulp = _further(self.max_ulp, start, block.ulps, finite)
        nonzero = block.magnitude > 0 if finite is None else finite & (block.magnitude > 0)
        relative = np.divide(
            block.error, block.magnitude, out=np.zeros(block.error.shape), where=nonzero
        )
        self.max_rel = _further(self.max_rel, start, relative, nonzero)
        if not block.match.all():
            self._add_mismatches(start, block)

    def _add_mismatches(self, start: int, block: Block) -> None:
        positions = np.flatnonzero(~block.match)
        self.mismatched += positions.size
        if self.lines is not None:
            self.lines.add(positions + start)
        if block.finite is not None:
            self.non_finite_mismatches += int(np.count_nonzero(~block.finite[positions]))
        errors = block.error[positions]
        if self.first is None:
            self.first = (errors[0].item(), start + int(positions[0]))
        if len(self.worst) == _WORST and errors.max() <= self.worst[-1][0]:
            return
        if errors.size > _WORST:
            bar = np.partition(errors, -_WORST)[-_WORST]
            above = np.flatnonzero(errors > bar)
            level = np.flatnonzero(errors == bar)[: _WORST - above.size]
            chosen = np.concatenate((above, level))
            positions, errors = positions[chosen], errors[chosen]
        candidates = zip(errors.tolist(), (positions + start).tolist(), strict=True)
        self.worst = sorted([*self.worst, *candidates], key=lambda one: (-one[0], one[1]))[:_WORST]


def _further(
    known: Extreme | None, start: int, errors: Array | None, counted: Array | None
) -> Extreme | None:
    """The larger of what is known and the largest counted error; None while all are zero."""
    if errors is None:
        return known
    if counted is not None:
        errors = np.where(counted, errors, errors.dtype.type(0))
    position = int(errors.argmax())
    error = errors[position].item()
    if error > (known[0] if known is not None else 0):
        return error, start + position
    return known


def _count(known: NonFinite, values: Array) -> NonFinite:
    """Counts what is not finite; a complex number counts once for each of NaN, +inf and -inf that
    it has in either part."""
    parts = [values.real, values.imag] if values.dtype.kind == "c" else [values]

    def count(masks: list[Array]) -> int:
        return int(np.count_nonzero(np.logical_or.reduce(masks)))

    return NonFinite(
        nan=known.nan + count([np.isnan(part) for part in parts]),
        posinf=known.posinf + count([part == np.inf for part in parts]),
        neginf=known.neginf + count([part == -np.inf for part in parts]),
    )
