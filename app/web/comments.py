"""A program with what graders say of its lines, and the forms in which they say it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import SessionDep
from app.gradebook import comments
from app.gradebook.comments_routes import GraderOfSomething
from app.gradebook.comments_schemas import CommentView
from app.models import Person
from app.plain_text import WrittenText
from app.web.markdown import highlight_code

router = APIRouter(
    prefix="/submissions/{submission_id}/comments",
    include_in_schema=False,
    default_response_class=HTMLResponse,
)

Text = Annotated[WrittenText, Form()]


@dataclass(frozen=True)
class CodeLine:
    """A line of a program, coloured, with what is said of it."""

    number: int
    html: Markup
    comments: Sequence[CommentView]


@dataclass(frozen=True)
class CodeView:
    """A program. ``general`` are the comments on all of it; ``writing`` is the line on which a
    comment is being written, 0 for all of it; ``editing`` the comment that is being changed."""

    submission_id: uuid.UUID
    lines: Sequence[CodeLine]
    general: Sequence[CommentView]
    may_comment: bool
    shown_to_student: bool
    writing: int | None = None
    editing: uuid.UUID | None = None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing beside the program itself."""
        return (
            not self.may_comment
            and not self.general
            and not any(line.comments for line in self.lines)
        )


async def view_code(
    session: AsyncSession,
    person: Person,
    submission_id: uuid.UUID,
    source: str,
    *,
    line: int | None = None,
    edit: uuid.UUID | None = None,
) -> CodeView:
    """A program with the comments that this person may see; for who may comment, with a form on a
    line or in place of one of their comments."""
    found = await comments.list_comments(session, person, submission_id)
    by_line: dict[int | None, list[CommentView]] = {}
    for comment in found.items:
        by_line.setdefault(comment.line, []).append(comment)
    coloured = coloured_lines(source)
    return CodeView(
        submission_id=submission_id,
        lines=[
            CodeLine(number, html, by_line.get(number, ()))
            for number, html in enumerate(coloured, 1)
        ],
        general=by_line.get(None, ()),
        may_comment=found.may_comment,
        shown_to_student=found.shown_to_student,
        writing=line if found.may_comment else None,
        editing=edit if found.may_comment else None,
    )


def coloured_lines(source: str) -> list[Markup]:
    """A program's lines, coloured; the highlighter closes what it opens within each."""
    lines = str(highlight_code(source)).split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    return [Markup(line) for line in lines]  # noqa: S704 — pygments escapes the text


@router.post("")
async def write(
    submission_id: uuid.UUID,
    session: SessionDep,
    person: GraderOfSomething,
    text: Text,
    line: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Say something of a line; 0 for all of the program."""
    written = await comments.write(session, person, submission_id, line or None, text)
    return _back(submission_id, f"comment-{written.id}")


@router.post("/{comment_id}")
async def change(
    submission_id: uuid.UUID,
    comment_id: uuid.UUID,
    session: SessionDep,
    person: GraderOfSomething,
    text: Text,
) -> Response:
    """Let a comment say something else."""
    await comments.change(session, person, submission_id, comment_id, text)
    return _back(submission_id, f"comment-{comment_id}")


@router.post("/{comment_id}/delete")
async def delete(
    submission_id: uuid.UUID,
    comment_id: uuid.UUID,
    session: SessionDep,
    person: GraderOfSomething,
) -> Response:
    """Delete a comment."""
    await comments.delete(session, person, submission_id, comment_id)
    return _back(submission_id, "program")


def _back(submission_id: uuid.UUID, place: str) -> Response:
    return RedirectResponse(f"/submissions/{submission_id}#{place}", status_code=303)
