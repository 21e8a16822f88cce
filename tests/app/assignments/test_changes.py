"""What a change of rules is called in the log."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.assignments.changes import changed_facts, changes_in_words

ZURICH = ZoneInfo("Europe/Zurich")
BEFORE: dict[str, Any] = {
    "due_at": "2026-03-13T22:59:00+00:00",
    "late_until": None,
    "counts": "best",
    "problems.a.points": 5.0,
    "problems.a.package_sha256": "1",
}


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"due_at": None}, "Due date from Friday 13 March 2026 23:59 to none."),
        ({"counts": "last", "problems.a.points": 2.5}, "What counts; points of a from 5 to 2.5."),
        ({"problems.a.package_sha256": "2"}, "The version that judges a."),
        ({"problems.b-c.points": 1.0, "problems.b-c.package_sha256": "3"}, "B-c added."),
        ({"problems.a.points": None, "problems.a.package_sha256": None}, "A taken out."),
    ],
)
def test_in_words(after: dict[str, Any], words: str) -> None:
    found = {name: value for name, value in (BEFORE | after).items() if value is not None}
    before = {name: value for name, value in BEFORE.items() if value is not None}
    assert changes_in_words(before, found, ZURICH) == words
    assert set(changed_facts(before, found)) == set(after)
