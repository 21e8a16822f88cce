"""What graders say of programs and their lines: written by them, read by whose program it is."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses.access import InCourse, Power, in_course
from app.courses.grading_repository import hold_course
from app.courses.notices import notify
from app.db.base import now
from app.errors import Forbidden, NotFound, NothingLeft
from app.gradebook import comments_repository as repository
from app.gradebook.authors import author_for_staff, author_for_student
from app.gradebook.comments_repository import Work, Written
from app.gradebook.comments_schemas import CommentList, CommentView
from app.models import Assignment, CodeComment, Person, Role, Submission
from app.submissions.assigned import assigned_of

MOST_ON_A_PROGRAM = 500


async def list_comments(
    session: AsyncSession, person: Person, submission_id: uuid.UUID
) -> CommentList:
    """The comments on a program as this person may see them. Whose program it is sees them as
    soon as feedback is given; on practice there are none."""
    work, staff = await _find(session, person, submission_id)
    assignment = work.assignment
    if assignment is None:
        return CommentList(items=(), may_comment=False, shown_to_student=False)
    shown = await _is_shown(session, work.submission)
    rows: list[Written] = []
    if staff is not None or shown:
        rows = await repository.list_on(session, submission_id, assignment.course_id)
    return CommentList(
        items=tuple(_view(row, person, assignment, by_name=staff is not None) for row in rows),
        may_comment=staff is not None and staff.may(Power.GRADE),
        shown_to_student=shown,
    )


async def write(
    session: AsyncSession, person: Person, submission_id: uuid.UUID, line: int | None, text: str
) -> CommentView:
    """Say something of a line of a program or, without one, of all of it."""
    work, assignment, _ = await _graded(session, person, submission_id)
    last = number_of_lines(work.submission)
    if line is not None and line > last:
        lines = "1 line" if last == 1 else f"{last} lines"
        raise NotFound(f"There is no line {line} to comment on: the program has {lines}.")
    if await repository.count_on(session, submission_id) >= MOST_ON_A_PROGRAM:
        raise NothingLeft(
            f"There are {MOST_ON_A_PROGRAM} comments on this program, which is as many as there "
            "may be. Change or delete one of yours."
        )
    comment = CodeComment(submission_id=submission_id, author_id=person.id, line=line, text=text)
    await repository.add(session, comment)
    if await _is_shown(session, work.submission):
        await _tell(session, work.submission, assignment)
    return _own(person, assignment, comment)


async def change(
    session: AsyncSession,
    person: Person,
    submission_id: uuid.UUID,
    comment_id: uuid.UUID,
    text: str,
) -> CommentView:
    """Let a comment of one's own say something else."""
    _, assignment, _ = await _graded(session, person, submission_id)
    comment = await _lock(session, submission_id, comment_id)
    if comment.author_id != person.id:
        raise Forbidden("Only who wrote a comment changes it. Write one of your own beside it.")
    comment.text = text
    await session.flush()
    return _own(person, assignment, comment)


async def delete(
    session: AsyncSession, person: Person, submission_id: uuid.UUID, comment_id: uuid.UUID
) -> None:
    """Delete a comment: one's own or, for who teaches the course, anybody's."""
    _, _, staff = await _graded(session, person, submission_id)
    comment = await _lock(session, submission_id, comment_id)
    if comment.author_id != person.id and not staff.may(Power.TEACH):
        raise Forbidden("A comment is deleted by who wrote it or by who teaches the course.")
    await repository.remove(session, comment)


def number_of_lines(submission: Submission) -> int:
    """How many lines a program has, as an editor numbers them."""
    lines = submission.source.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return max(1, len(lines) - (lines[-1] == b""))


async def _is_shown(session: AsyncSession, submission: Submission) -> bool:
    assigned = (await assigned_of(session, [submission])).get(submission.id)
    return assigned is not None and assigned.feedback_withheld(now()) is None


async def _find(
    session: AsyncSession, person: Person, submission_id: uuid.UUID
) -> tuple[Work, InCourse | None]:
    """A program, and what the person is in its course where they read it as staff. Raises NotFound
    where they may not read it."""
    work = await repository.find_work(session, submission_id)
    if work is None:
        raise _unknown()
    own = work.submission.person_id == person.id
    if work.assignment is None:
        if not own and person.role != Role.ADMIN:
            raise _unknown()
        return work, None
    try:
        found = await in_course(session, person, work.assignment.course_id)
    except NotFound:
        found = None
    if found is not None and found.may(Power.READ_ALL):
        return work, found
    if not own:
        raise _unknown()
    return work, None


async def _graded(
    session: AsyncSession, person: Person, submission_id: uuid.UUID
) -> tuple[Work, Assignment, InCourse]:
    """The same for who grades it; Forbidden for who may only read it."""
    work, staff = await _find(session, person, submission_id)
    if work.assignment is None or staff is None:
        raise Forbidden("Comments are written by those who grade the course's work.")
    staff.require(Power.GRADE)
    held = await hold_course(session, work.assignment.course_id)
    # Who was deleting the course, or the account of whose program it is, has been waited for.
    if not held or await repository.find_work(session, submission_id) is None:
        raise _unknown()
    return work, work.assignment, staff


def _unknown() -> NotFound:
    return NotFound("There is no such submission that you may read.")


async def _lock(
    session: AsyncSession, submission_id: uuid.UUID, comment_id: uuid.UUID
) -> CodeComment:
    comment = await repository.lock(session, submission_id, comment_id)
    if comment is None:
        raise NotFound(
            "There is no such comment on this program. "
            f"GET /api/v1/submissions/{submission_id}/comments lists those there are."
        )
    return comment


def _own(person: Person, assignment: Assignment, comment: CodeComment) -> CommentView:
    return _view(Written(comment, person.name, None), person, assignment, by_name=True)


async def _tell(session: AsyncSession, submission: Submission, assignment: Assignment) -> None:
    """Once, however many comments come before it is read."""
    await notify(
        session,
        [submission.person_id],
        assignment.course_id,
        f"There are comments on your program for “{assignment.title}”.",
        f"/submissions/{submission.id}#program",
        once=True,
    )


def _view(row: Written, reader: Person, assignment: Assignment, *, by_name: bool) -> CommentView:
    comment = row.comment
    author = author_for_staff(row.author)
    if not by_name:
        author = author_for_student(assignment, row.author, row.role)
    return CommentView(
        id=comment.id,
        line=comment.line,
        text=comment.text,
        author=author,
        own=comment.author_id == reader.id,
        created_at=comment.created_at,
    )
