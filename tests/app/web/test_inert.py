"""Texts that steer how they are shown."""

from __future__ import annotations

from markupsafe import Markup

from app.web.inert import inert


def test_what_steers_is_shown() -> None:
    assert inert("a\x1b[31m\0b\u202ec\u2069\x85") == "a␛[31m␀b⟨U+202E⟩c⟨U+2069⟩⟨U+0085⟩"


def test_what_does_not_stays() -> None:
    for value in ("tab\tline\r\n", "שלום עולם", "👩‍🔬 é", "", 3, None, 2.5):
        assert inert(value) is value


def test_safe_markup_stays_safe_and_text_stays_text() -> None:
    shown = inert(Markup("<b>\x07</b>"))
    assert (shown, type(shown)) == ("<b>␇</b>", Markup)
    assert type(inert("<b>\x07</b>")) is str
