"""Endpoints of exports: a course's grades as files."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from app.courses.access import Observer
from app.db.session import DatabaseDep, SessionDep
from app.errors import Forbidden, NotFound, NotSignedIn, ScopeMissing, documented
from app.gradebook import exports
from app.gradebook.dependencies import OneAssignment, Reveal
from app.gradebook.exports import File
from app.gradebook.exports_schemas import CourseExport

router = APIRouter(prefix="/api/v1/courses/{course_id}/exports", tags=["exports"])

_ERRORS = (NotSignedIn, ScopeMissing, Forbidden, NotFound)


class Download(StreamingResponse):
    """A file that is sent as it is made."""

    def __init__(self, file: File, status_code: int = 200, media_type: str | None = None) -> None:
        place = f'attachment; filename="{file.name}"'
        super().__init__(file.pieces, status_code, {"Content-Disposition": place}, media_type)


class Csv(Download):
    """A table."""

    media_type = "text/csv"


class Xml(Download):
    """An XML document."""

    media_type = "application/xml"


@router.get("/gradebook.csv", response_class=Csv, responses=documented(*_ERRORS))
async def gradebook(
    who: Observer,
    session: SessionDep,
    assignment: OneAssignment = None,
    reveal: Reveal = False,
    bom: Annotated[
        bool, Query(description="begin with a byte order mark, by which Excel knows UTF-8")
    ] = False,
) -> Csv:
    """The gradebook: a row a student, a column a problem, and totals. A text that a spreadsheet
    would take for a formula has an apostrophe before it."""
    return Csv(await exports.gradebook(session, who, assignment, reveal=reveal, mark=bom))


@router.get("/cases.csv", response_class=Csv, responses=documented(*_ERRORS))
async def cases(
    who: Observer, session: SessionDep, database: DatabaseDep, assignment: OneAssignment = None
) -> Csv:
    """A row a case of every judged attempt: verdict, reason, margin, milliseconds."""
    return Csv(await exports.cases(session, database, who, assignment))


@router.get("/canvas.csv", response_class=Csv, responses=documented(*_ERRORS))
async def canvas(
    who: Observer, session: SessionDep, assignment: OneAssignment = None, reveal: Reveal = False
) -> Csv:
    """What Canvas imports as a gradebook: a column an assignment. Students are found by their
    number (SIS User ID) or address (SIS Login ID)."""
    return Csv(await exports.canvas(session, who, assignment, reveal=reveal))


@router.get("/moodle.csv", response_class=Csv, responses=documented(*_ERRORS))
async def moodle(
    who: Observer, session: SessionDep, assignment: OneAssignment = None, reveal: Reveal = False
) -> Csv:
    """What Moodle imports as grades: a column an assignment. Map "Email address" or "ID number" to
    the user there."""
    return Csv(await exports.moodle(session, who, assignment, reveal=reveal))


@router.get("/moodle.xml", response_class=Xml, responses=documented(*_ERRORS))
async def moodle_xml(
    who: Observer,
    session: SessionDep,
    assignment: Annotated[uuid.UUID, Query(description="the assignment")],
    item: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=255,
            description="the ID number of the grade item in Moodle; without it, the assignment's "
            "id here",
        ),
    ] = None,
    reveal: Reveal = False,
) -> Xml:
    """One assignment as Moodle's XML import has it. Who has no student number is left out."""
    return Xml(await exports.moodle_xml(session, who, assignment, item, reveal=reveal))


@router.get(
    "/course.json",
    response_class=Download,
    responses={
        200: {"model": CourseExport, "description": "One JSON document"},
        **documented(*_ERRORS),
    },
)
async def course(
    who: Observer,
    database: DatabaseDep,
    sources: Annotated[bool, Query(description="with the text of every program")] = False,
    reports: Annotated[bool, Query(description="with every attempt's whole report")] = False,
) -> Download:
    """All that a course holds: people, assignments, grades, submissions, comments, questions, the
    log."""
    file = exports.course(database, who, sources=sources, reports=reports)
    return Download(file, media_type="application/json")


@router.get("/submissions/{submission_id}/results.json", responses=documented(*_ERRORS))
async def results(submission_id: uuid.UUID, who: Observer, session: SessionDep) -> Response:
    """A submission's report as Gradescope's autograders write it, cut to what its learner may
    see, and hidden there until they see it here: until the due date or publishing."""
    text = await exports.results(session, who, submission_id)
    return Response(
        text,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="results.json"'},
    )
