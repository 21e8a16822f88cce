"""The drawing of a matrix's error."""

from __future__ import annotations

import math

import pytest

from app.web.heatmap import bin_of, draw
from judge.report import ArraySpec, Diff, Heatmap


def diff_with(cells: list[list[float]], rows: int, columns: int, mismatched: int) -> Diff:
    spec = ArraySpec(shape=(rows, columns), dtype="float32")
    return Diff(
        path="",
        expected=spec,
        got=spec,
        total=rows * columns,
        mismatched=mismatched,
        heatmap=Heatmap(rows=rows, columns=columns, cells=tuple(map(tuple, cells))),
    )


@pytest.mark.parametrize(
    ("ratio", "place"),
    [
        (0, 0),
        (0.05, 1),
        (1.0, 2),
        (1.0001, 3),
        (10, 3),
        (5e5, 7),
        (1e9, 8),
        (math.inf, 8),
        (math.nan, 8),
    ],
)
def test_bins_part_what_passes_from_what_fails(ratio: float, place: int) -> None:
    assert bin_of(ratio) == place


def test_every_cell_tells_its_element() -> None:
    drawing = draw(diff_with([[0, 2.54], [0.5, math.inf]], 2, 2, 2))
    assert drawing is not None
    assert [cell.title for cell in drawing.cells] == [
        "row 0, column 0: exact",
        "row 0, column 1: 2.5 × allowed",
        "row 1, column 0: 0.5 × allowed",
        "row 1, column 1: not comparable",
    ]


def test_a_shrunk_matrix_tells_its_blocks() -> None:
    cells = [[2.0] * 32 for _ in range(32)]
    drawing = draw(diff_with(cells, 100, 64, 6400))
    assert drawing is not None
    assert drawing.cells[0].title == "rows 0 to 2, columns 0 to 1: 2 × allowed"
    assert drawing.cells[-1].title == "rows 96 to 99, columns 62 to 63: 2 × allowed"
    assert "worst of a block of the 100 × 64 array" in drawing.summary
    assert [mark.text for mark in drawing.column_marks] == ["0", "14", "28", "42", "56"]


@pytest.mark.parametrize(
    ("cells", "mismatched", "said"),
    [
        ([[5, 5], [0, 0]], 2, "all in row 0"),
        ([[0, 5], [0, 5]], 2, "all in column 1"),
        ([[5, 5], [5, 5]], 4, "every one"),
        ([[5, 0], [0, 5]], 2, "2 of 4 elements are over what is allowed."),
    ],
)
def test_the_summary_names_what_the_eye_would_see(
    cells: list[list[float]], mismatched: int, said: str
) -> None:
    drawing = draw(diff_with(cells, 2, 2, mismatched))
    assert drawing is not None
    assert said in drawing.summary


def test_no_heatmap_no_drawing() -> None:
    spec = ArraySpec(shape=(3,), dtype="float32")
    assert draw(Diff(path="", expected=spec, got=spec, total=3, mismatched=1)) is None
