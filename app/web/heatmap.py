"""The error of a matrix as a drawing: cells in bins of a scale, marks at the edges, a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from app.web.formatting import number, short
from judge.report import Diff, Heatmap

# Upper ends of the bins of error ÷ allowed; what is over the last is the last bin. Up to 1 passes.
_ENDS = (0.0, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4, 1e6)
_LEGEND = ("0", "≤ 0.1", "≤ 1", "≤ 10", "≤ 100", "≤ 10³", "≤ 10⁴", "≤ 10⁶", "more")
_MARKS = 5
_MOST_PIXELS = 384
_MOST_CELL_PIXELS = 38


@dataclass(frozen=True)
class Cell:
    """One square: where it is drawn, how bad it is, and what it stands for."""

    row: int
    column: int
    bin: int
    title: str


@dataclass(frozen=True)
class Mark:
    """An index along an edge."""

    at: float
    text: str


@dataclass(frozen=True)
class LegendEntry:
    """A bin and its upper end."""

    bin: int
    text: str


@dataclass(frozen=True)
class Drawing:
    """What the template draws."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    row_marks: tuple[Mark, ...]
    column_marks: tuple[Mark, ...]
    legend: tuple[LegendEntry, ...]
    text_size: float
    margin: float
    width: int
    summary: str


def draw(diff: Diff) -> Drawing | None:
    """The drawing of a leaf's error, or None where there is nothing to see."""
    heatmap = diff.heatmap
    if heatmap is None or not heatmap.cells or not heatmap.cells[0]:
        return None
    rows, columns = len(heatmap.cells), len(heatmap.cells[0])
    row_edges, column_edges = _edges(heatmap.rows, rows), _edges(heatmap.columns, columns)
    cells = tuple(
        Cell(
            row=row,
            column=column,
            bin=bin_of(value),
            title=f"{_span('row', *row_span)}, {_span('column', *column_span)}: {_times(value)}",
        )
        for (row, line), row_span in zip(enumerate(heatmap.cells), pairwise(row_edges), strict=True)
        for (column, value), column_span in zip(
            enumerate(line), pairwise(column_edges), strict=True
        )
    )
    text_size = round(max(0.3, max(rows, columns) * 0.04), 3)
    margin = round(2.4 * text_size, 3)
    return Drawing(
        rows=rows,
        columns=columns,
        cells=cells,
        row_marks=_marks(row_edges),
        column_marks=_marks(column_edges),
        legend=tuple(LegendEntry(i, text) for i, text in enumerate(_LEGEND)),
        text_size=text_size,
        margin=margin,
        width=min(_MOST_PIXELS, round((columns + margin) * _MOST_CELL_PIXELS)),
        summary=_summary(diff, heatmap),
    )


def bin_of(ratio: float) -> int:
    """The bin of a ratio of error to what is allowed. NaN is as bad as can be."""
    if math.isnan(ratio):
        return len(_ENDS)
    return next((i for i, end in enumerate(_ENDS) if ratio <= end), len(_ENDS))


def _edges(size: int, blocks: int) -> list[int]:
    """Where the blocks of an axis begin, and where the last ends, as the judge cut them."""
    return [block * size // blocks for block in range(blocks + 1)]


def _span(name: str, start: int, end: int) -> str:
    return f"{name} {start}" if end - start == 1 else f"{name}s {start} to {end - 1}"


def _times(ratio: float) -> str:
    if ratio == 0:
        return "exact"
    return f"{short(ratio)} × allowed" if math.isfinite(ratio) else "not comparable"


def _marks(edges: list[int]) -> tuple[Mark, ...]:
    """A few indices along an edge: the first of each marked block."""
    blocks = len(edges) - 1
    step = max(1, math.ceil(blocks / _MARKS))
    return tuple(Mark(block + 0.47, str(edges[block])) for block in range(0, blocks, step))


def _summary(diff: Diff, heatmap: Heatmap) -> str:
    """What the drawing shows, for who cannot see it."""
    wrong_rows = [i for i, line in enumerate(heatmap.cells) if any(_fails(v) for v in line)]
    wrong_columns = [
        j for j in range(len(heatmap.cells[0])) if any(_fails(line[j]) for line in heatmap.cells)
    ]
    text = f"{number(diff.mismatched)} of {number(diff.total)} elements are over what is allowed"
    shrunk = (len(heatmap.cells), len(heatmap.cells[0])) != (heatmap.rows, heatmap.columns)
    if shrunk:
        size = f"{heatmap.rows} × {heatmap.columns}"
        return f"{text}. Each cell shows the worst of a block of the {size} array."
    if diff.mismatched == diff.total:
        return f"{text}: every one."
    if len(wrong_rows) == 1 and heatmap.rows > 1:
        return f"{text}, all in row {wrong_rows[0]}."
    if len(wrong_columns) == 1 and heatmap.columns > 1:
        return f"{text}, all in column {wrong_columns[0]}."
    return f"{text}."


def _fails(ratio: float) -> bool:
    return bin_of(ratio) > 2
