"""The form of a rejudge: from what a browser sends to what the service takes."""

from __future__ import annotations

import uuid
from itertools import chain
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, QueryParams

from app.courses.access import InCourse
from app.errors import Invalid, ServiceError
from app.rejudge import selection
from app.rejudge.schemas import MOST_PEOPLE, RejudgeCreate
from app.web.assignment_forms import moment_on_wall, text_of

_TEXTS = ("what", "judged_by", "section_id", "students", "package_sha256", "reason")
_DATES = ("submitted_from", "submitted_until")
_LISTS = ("verdicts", "reasons")
_WORDS = {
    "reason": "Why",
    "submitted_from": "From",
    "submitted_until": "Until",
    "package_sha256": "Judged by",
    "judged_by": "Judged before by",
    "person_ids": "Students",
    "problem_id": "What",
    "assignment_id": "What",
    "section_id": "Section",
}


def typed(fields: FormData | QueryParams) -> dict[str, Any]:
    """What the fields of the form hold."""
    return {
        **{name: str(fields.get(name, "")) for name in (*_TEXTS, *_DATES)},
        **{name: [str(each) for each in fields.getlist(name)] for name in _LISTS},
        "only_counting": "only_counting" in fields,
    }


async def wish_of(session: AsyncSession, within: InCourse, form: FormData) -> RejudgeCreate:
    """A rejudge as the form describes it; dates are on the clocks of the course. Raises
    ValidationError or Invalid."""
    zone = ZoneInfo(within.course.time_zone)
    kind, _, what = text_of(form, "what").partition(":")
    choice: dict[str, Any] = {
        name: moment_on_wall(text_of(form, name), zone, _WORDS[name]) for name in _DATES
    }
    if what:
        choice[f"{kind}_id"] = what
    for name in ("judged_by", "section_id"):
        choice[name] = text_of(form, name) or None
    return RejudgeCreate.model_validate(
        {
            "chosen": {
                **choice,
                **{name: [str(each) for each in form.getlist(name)] for name in _LISTS},
                "person_ids": await _people(session, within, text_of(form, "students")),
                "only_counting": "only_counting" in form,
            },
            "package_sha256": text_of(form, "package_sha256") or None,
            "reason": text_of(form, "reason"),
        }
    )


def complaints(error: ValidationError | ServiceError) -> list[str]:
    """What is wrong, a line each."""
    if isinstance(error, ServiceError):
        return [str(error.detail)]
    return [f"{_word(item['loc'])}: {item['msg']}." for item in error.errors()]


def rejudge_link(course_id: object, **fields: str) -> str:
    """The address of the form with these fields filled in."""
    return f"/courses/{course_id}/rejudges?{urlencode(fields)}#new"


async def _people(session: AsyncSession, within: InCourse, text: str) -> list[uuid.UUID]:
    """The students whose names stand there, one a line or with commas between; a name can hold a
    comma itself."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts = {line: [name.strip() for name in line.split(",") if name.strip()] for line in lines}
    possible = {*lines, *chain(*parts.values())}
    if len(possible) > 2 * MOST_PEOPLE:
        raise Invalid(f"At most {MOST_PEOPLE} students are named at once; leave it empty for all.")
    # No other is a name, and some the database does not even take.
    seen = {name for name in possible if name.isprintable()}
    known = await selection.people_by_name(session, within.course.id, seen)
    names = list(chain(*([line] if line in known else parts[line] for line in lines)))
    unknown = [name for name in names if name not in known]
    if unknown:
        named = ", ".join(name[:60] for name in unknown[:5])
        raise Invalid(f"Nobody in this course is a student named {named}.")
    return [known[name] for name in names]


def _word(place: tuple[int | str, ...]) -> str:
    names = [each for each in place if isinstance(each, str)]
    return _WORDS.get(names[-1], names[-1].replace("_", " ").capitalize()) if names else "The form"
