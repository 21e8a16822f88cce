"""CSV files: what was written is read back, and nothing in them is a formula."""

from __future__ import annotations

import csv
import io
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.csv_lines import Cell, csv_pieces, figure, guarded, unguarded

TEXTS = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
    st.text("=+-@'\t\r\n\",;a １＝"),
)
NUMBERS = st.one_of(st.integers(-(2**63), 2**63), st.floats(allow_nan=False))


def written(rows: list[list[Cell]]) -> str:
    """The whole file."""
    return "".join(csv_pieces(rows))


def read(text: str) -> list[list[str]]:
    """Its cells, as any program reads them."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=4), max_size=4))
def test_texts_are_read_back(rows: list[list[Cell]]) -> None:
    cells = read(written(rows))
    assert [[unguarded(cell) for cell in row] for row in cells] == rows


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=4), max_size=4))
def test_no_text_is_a_formula(rows: list[list[Cell]]) -> None:
    for row in read(written(rows)):
        for cell in row:
            assert not cell.startswith(
                ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
            )


@pytest.mark.parametrize(
    "text",
    [
        "Ann;=1+1",
        "Ann;＝1+1",
        "Ann;'=1+1",
        'Ann";"=1+1',
        'Lee, Ann;""@x',
        "Ann\t-1",
        "Ann\r\n+1",
    ],
)
def test_nor_is_what_a_spreadsheet_divides_at_semicolons(text: str) -> None:
    """Where numbers have a comma, Excel does so, and heeds no quotation mark within a cell."""
    line = written([["an id", text, "more"]])
    for part in re.split(r"[;\t\r\n]", line):
        assert not re.match('"*[=+@＝-]', part), line
    assert unguarded(read(line)[0][1]) == text


@given(st.lists(NUMBERS, min_size=1, max_size=5))
def test_numbers_are_read_back_exactly(numbers: list[Cell]) -> None:
    (row,) = read(written([numbers]))
    assert [type(number)(cell) for number, cell in zip(numbers, row, strict=True)] == numbers


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (8.0, "8"),
        (-7.25, "-7.25"),
        (0, "0"),
        (1e-7, "1e-07"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_figures(number: float, text: str) -> None:
    assert figure(number) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [("ann", "ann"), ("=1+1", "'=1+1"), ("'=1", "''=1"), ("'n", "'n"), ("", ""), ("-5", "'-5")],
)
def test_guards(text: str, safe: str) -> None:
    assert guarded(text) == safe
    assert unguarded(safe) == text


def test_keeps_to_the_standard() -> None:
    rows: list[list[Cell]] = [["a, b", 'say "x"', "two\nlines"], ["Zoë", None, 1.5]]
    assert written(rows) == '"a, b","say ""x""","two\nlines"\r\nZoë,,1.5\r\n'


def test_many_lines_come_in_pieces() -> None:
    pieces = list(csv_pieces([number, "x"] for number in range(1000)))
    assert len(pieces) == 5
    assert len(read("".join(pieces))) == 1000
