"""What requests to the gradebook can say: filters, order, and whether names are asked for."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator

from app.gradebook.choosing import Choice
from app.gradebook.schemas import SortColumn, SortOrder, StudentState

MOST_SEARCHED = 200
# The largest number of a row or an entry that the database can hold.
MOST_ROWS = 2**31 - 1
MOST_ENTRIES = 2**63 - 1

Reveal = Annotated[
    bool,
    Query(
        description="for who teaches: names although the grading is anonymous; the log tells of it"
    ),
]
OneAssignment = Annotated[
    uuid.UUID | None, Query(description="only this assignment; without it, all of the course")
]


async def choice(
    section: Annotated[
        uuid.UUID | None,
        Query(description="only students of this section; nobody is in one where names are hidden"),
    ] = None,
    q: Annotated[
        str,
        Query(
            max_length=MOST_SEARCHED,
            description="words that are all in a student's name, number or address",
        ),
    ] = "",
    state: Annotated[StudentState | None, Query(description="of at least one cell")] = None,
    sort: Annotated[
        SortColumn | uuid.UUID, Query(description="a column, or the id of a problem")
    ] = SortColumn.NAME,
    order: SortOrder = SortOrder.ASCENDING,
) -> Choice:
    """Which students are asked for, and in which order."""
    return Choice(section, q, state, sort, order)


ChoiceDep = Annotated[Choice, Depends(choice)]


def _or_none(sent: object) -> object:
    return None if sent == "" else sent


# What a form leaves empty it sends as an empty text, which the API would not take.
_MayBeEmpty = BeforeValidator(_or_none)
FormAssignment = Annotated[uuid.UUID | None, Query(), _MayBeEmpty]


async def form_choice(
    section: Annotated[uuid.UUID | None, Query(), _MayBeEmpty] = None,
    q: Annotated[str, Query(max_length=MOST_SEARCHED)] = "",
    state: Annotated[StudentState | None, Query(), _MayBeEmpty] = None,
    sort: SortColumn | uuid.UUID = SortColumn.NAME,
    order: SortOrder = SortOrder.ASCENDING,
) -> Choice:
    """Which students are asked for on the page."""
    return Choice(section, q, state, sort, order)


FormChoice = Annotated[Choice, Depends(form_choice)]
