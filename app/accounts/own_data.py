"""A person's own data: handed out whole, and deleted when they ask."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import own_data_repository as repository
from app.accounts import service, sessions
from app.accounts.audit import record
from app.accounts.dependencies import Browser
from app.accounts.export_schemas import (
    ExportedAttempt,
    ExportedComment,
    ExportedCourse,
    ExportedGrant,
    ExportedHint,
    ExportedIdentity,
    ExportedNotice,
    ExportedPerson,
    ExportedQuestion,
    ExportedRejudge,
    ExportedSubmission,
)
from app.accounts.oidc_repository import identities_of
from app.accounts.people import require_another_admin
from app.accounts.presence import require_presence
from app.accounts.schemas import TokenView
from app.assignments.own_grants import own_grants
from app.courses.access import InCourse
from app.courses.people import require_owners_elsewhere
from app.courses.people_repository import own_places
from app.db.base import now
from app.db.engine import Database
from app.gradebook import own as own_gradebook
from app.models import (
    Attempt,
    AttemptStatus,
    AuditKind,
    CodeComment,
    CourseRole,
    Person,
    Role,
    Submission,
)
from app.submissions import repository as submissions
from app.submissions.assigned import assigned_of
from app.submissions.documents import readable
from app.submissions.sight import Sight, pitfalls_of, sights_of
from judge.verdict import Verdict

_SUBMISSIONS_AT_ONCE = 20


async def export(database: Database, person: Person) -> AsyncIterator[str]:
    """The text of one JSON document, an ``Export``, piece by piece: a person may have submitted
    for years. Holds no connection while a piece is sent."""
    async with database.session() as session:
        head = await _head(session, person)
    yield f'{head[:-1]},"submissions":['
    last: Submission | None = None
    separator = ""
    while True:
        async with database.session() as session:
            rows = await submissions.list_own(session, person.id, None, last, _SUBMISSIONS_AT_ONCE)
            texts = await _submissions(session, person, [submission for submission, _ in rows])
        for text in texts:
            yield separator + text
            separator = ","
        if len(rows) < _SUBMISSIONS_AT_ONCE:
            break
        last = rows[-1][0]
    yield "]}"


async def delete_account(database: Database, browser: Browser, password: str) -> None:
    """Delete a person with all that is theirs. Raises Forbidden where the password is another, or
    where there is none and they signed in some time ago; LastOwner where a course would have no
    owner any more, LastAdmin where the service would have no admin. What is being judged is
    dropped; the log of what happened keeps their id."""
    person = browser.person
    await require_presence(database, browser, password, "delete the account, which is for good,")
    async with database.session() as session:
        await require_owners_elsewhere(session, person)
        if person.role == Role.ADMIN:
            await require_another_admin(session, person.id)
        await record(session, AuditKind.ACCOUNT_DELETED, person_id=person.id, actor_id=person.id)
        await repository.delete_person(session, person.id)


async def _head(session: AsyncSession, person: Person) -> str:
    """The document without its submissions."""
    account = ExportedPerson.model_validate(person)
    tokens = [TokenView.model_validate(each) for each in await service.api_tokens(session, person)]
    browsers = await sessions.list_sessions(session, person, None)
    identities = [
        ExportedIdentity.model_validate(each) for each in await identities_of(session, person.id)
    ]
    hints = [
        ExportedHint(problem=hint.problem_slug, number=hint.number, at=hint.created_at)
        for hint in await repository.hints_of(session, person.id)
    ]
    places = await own_places(session, person.id)
    grades = [
        await own_gradebook.view(session, InCourse(person, course, place))
        for place, course, _ in places
        if place.role == CourseRole.STUDENT
    ]
    courses = [
        ExportedCourse(
            course=course.id,
            title=course.title,
            term=course.term,
            role=CourseRole(place.role),
            section=section,
            student_number=place.student_number,
            since=place.created_at,
            left_at=place.left_at,
        )
        for place, course, section in places
    ]
    extensions = [
        ExportedGrant.model_validate(each) for each in await own_grants(session, person.id)
    ]
    notices = [
        ExportedNotice.model_validate(notice)
        for notice in await repository.notices_of(session, person.id)
    ]
    comments = [
        ExportedComment(
            submission=comment.submission_id,
            line=comment.line,
            text=comment.text,
            written=comment.author_id == person.id,
            created_at=comment.created_at,
        )
        for comment in await _comments(session, person)
    ]
    questions = [
        ExportedQuestion.model_validate(question)
        for question in await repository.questions_of(session, person.id)
    ]
    rejudges = [
        ExportedRejudge.model_validate(rejudge)
        for rejudge in await repository.rejudges_of(session, person.id)
    ]
    return json.dumps(
        {
            "account": account.model_dump(mode="json"),
            "tokens": [token.model_dump(mode="json") for token in tokens],
            "sessions": [browser.model_dump(mode="json") for browser in browsers],
            "identities": [identity.model_dump(mode="json") for identity in identities],
            "hints": [hint.model_dump(mode="json") for hint in hints],
            "courses": [course.model_dump(mode="json") for course in courses],
            "grades": [each.model_dump(mode="json") for each in grades],
            "extensions": [extension.model_dump(mode="json") for extension in extensions],
            "notices": [notice.model_dump(mode="json") for notice in notices],
            "comments": [comment.model_dump(mode="json") for comment in comments],
            "questions": [question.model_dump(mode="json") for question in questions],
            "rejudges": [rejudge.model_dump(mode="json") for rejudge in rejudges],
        }
    )


async def _comments(session: AsyncSession, person: Person) -> list[CodeComment]:
    """What the person wrote, and what was written on their programs once they may read it."""
    rows = await repository.comments_of(session, person.id)
    assigned = await assigned_of(session, [submission for _, submission in rows])
    moment = now()
    return [
        comment
        for comment, submission in rows
        if comment.author_id == person.id
        or (submission.id in assigned and assigned[submission.id].feedback_withheld(moment) is None)
    ]


async def _submissions(
    session: AsyncSession, person: Person, wanted: Sequence[Submission]
) -> list[str]:
    attempts: dict[object, list[ExportedAttempt]] = defaultdict(list)
    sights = await sights_of(session, person, wanted)
    for attempt in await repository.attempts_of(session, [each.id for each in wanted]):
        # Those of a rejudge that is not applied are nobody's result yet.
        if attempt.counts:
            shown = await _attempt(session, attempt, sights[attempt.submission_id])
            attempts[attempt.submission_id].append(shown)
    return [
        ExportedSubmission(
            id=each.id,
            problem=each.problem_slug,
            created_at=each.created_at,
            source=readable(each.source.decode("utf-8", "surrogatepass")),
            attempts=tuple(attempts[each.id]),
        ).model_dump_json()
        for each in wanted
    ]


async def _attempt(session: AsyncSession, attempt: Attempt, sight: Sight) -> ExportedAttempt:
    """An attempt as the person may see it: no more than on its page."""
    told = sight.told(attempt)
    report = None
    if attempt.report is not None and told:
        report = sight.report(attempt.report, await pitfalls_of(session, attempt.report))
    return ExportedAttempt(
        number=attempt.number,
        status=AttemptStatus(attempt.status),
        verdict=Verdict(attempt.verdict) if attempt.verdict and told else None,
        score=sight.score(attempt),
        created_at=attempt.created_at,
        finished_at=attempt.finished_at,
        report=report,
    )
