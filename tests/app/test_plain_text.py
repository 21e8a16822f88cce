"""Texts that people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plain_text import tidy_text


class TestTidyText:
    """What is left of a text, and what is none."""

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("hello", "hello"),
            ("  indented\r\nlines\rof it \n\n", "  indented\nlines\nof it"),
            ("\n \t\n  code", "  code"),
            ("naïve 🙂 ‏עברית", "naïve 🙂 ‏עברית"),
        ],
    )
    def test_keeps_what_was_meant(self, written: str, kept: str) -> None:
        assert tidy_text(written) == kept

    @pytest.mark.parametrize("written", ["", " \n\t ", "a\0b", "\ud800", "\x1b[31mred", "\u200b"])
    def test_refuses_what_is_no_text(self, written: str) -> None:
        with pytest.raises(ValueError, match=r"is no text|is empty"):
            tidy_text(written)

    @given(st.text())
    def test_what_is_tidy_stays(self, written: str) -> None:
        try:
            tidy = tidy_text(written)
        except ValueError:
            return
        assert tidy_text(tidy) == tidy
        assert tidy.encode()
