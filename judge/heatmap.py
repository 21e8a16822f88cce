"""Shrinks the error of a matrix to a picture of at most 32 × 32 cells."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from judge.numbers import Array
from judge.report import Heatmap

MAX_CELLS = 32

# No more elements than this are looked at in one step, but for a cell that has more by itself.
_STEP = 1 << 17


def heatmap(expected: Array, got: Array, ratio: Callable[[Array, Array], Array]) -> Heatmap | None:
    """The largest ratio of each block of two matrices of one shape; None where they are empty.

    ``ratio`` gives error ÷ allowed for a part of both. ``rows`` and ``columns`` are the matrices';
    how many cells stand for them is seen in ``cells``.
    """
    rows, columns = expected.shape
    if not rows or not columns:
        return None
    row_edges, column_edges = _edges(rows), _edges(columns)
    cells: list[tuple[float, ...]] = []
    for top, bottom in pairwise(row_edges):
        line: list[float] = []
        for group in _groups(column_edges, bottom - top):
            part = slice(top, bottom), slice(group[0], group[-1])
            # Contiguous, since a part of a matrix is viewed as bits.
            highest = ratio(
                np.ascontiguousarray(expected[part]), np.ascontiguousarray(got[part])
            ).max(axis=0)
            starts = [edge - group[0] for edge in group[:-1]]
            line += np.maximum.reduceat(highest, starts).tolist()
        cells.append(tuple(line))
    return Heatmap(rows=rows, columns=columns, cells=tuple(cells))


def _edges(size: int) -> list[int]:
    """Where the blocks of an axis begin, and where the last ends."""
    blocks = min(size, MAX_CELLS)
    return [block * size // blocks for block in range(blocks + 1)]


def _groups(edges: list[int], height: int) -> list[list[int]]:
    """The edges in runs of neighbouring blocks that are looked at together."""
    groups = [[edges[0], edges[1]]]
    for edge in edges[2:]:
        if (edge - groups[-1][0]) * height <= _STEP:
            groups[-1].append(edge)
        else:
            groups.append([groups[-1][-1], edge])
    return groups
