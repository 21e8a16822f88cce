"""The list of problems by track, and a problem's own table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.catalog.schemas import ProblemCard, State
from app.web.markdown import SECTION_PREFIX, render_markdown

_HEADING = re.compile(
    r'<h(?P<level>[23]) id="(?P<id>[^"]+)">(?P<title>.*?)</h(?P=level)>', re.DOTALL
)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Track:
    """A series of problems."""

    name: str
    cards: tuple[ProblemCard, ...]

    @property
    def solved(self) -> int:
        """How many of them the reader has solved."""
        return sum(card.state is State.SOLVED for card in self.cards)


@dataclass(frozen=True)
class Place:
    """Where a problem stands in its track, counted from 1."""

    number: int
    total: int


@dataclass(frozen=True)
class Section:
    """A heading of a statement. ``id`` is that of the element."""

    id: str
    title: str
    level: int


def tracks_of(cards: Sequence[ProblemCard]) -> list[Track]:
    """The cards grouped by track, each in the order given."""
    names = dict.fromkeys(card.track for card in cards)
    return [Track(name, tuple(c for c in cards if c.track == name)) for name in names]


def place_of(slug: str, cards: Sequence[ProblemCard]) -> Place | None:
    """Where a problem stands among those of its track."""
    for track in tracks_of(cards):
        slugs = [card.slug for card in track.cards]
        if slug in slugs:
            return Place(slugs.index(slug) + 1, len(slugs))
    return None


def sections_of(statement: str) -> list[Section]:
    """The headings of a statement, in order."""
    return [
        Section(found["id"], _TAG.sub("", found["title"]), int(found["level"]))
        for found in _HEADING.finditer(render_markdown(statement))
    ]


def section_name(section: Section) -> str:
    """The name that a package gives the section."""
    return section.id.removeprefix(SECTION_PREFIX)
