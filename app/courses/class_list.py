"""A class list: shown before anything is written, then applied exactly as it was shown."""

from __future__ import annotations

import asyncio
import hashlib
import json
import unicodedata
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import repository as accounts
from app.accounts.addresses import tidy_address
from app.accounts.mail import Mail
from app.courses.access import InCourse
from app.courses.class_list_applying import apply_plan
from app.courses.class_list_parsing import ClassList, ListedPerson, parse
from app.courses.class_list_planning import Plan, Planned, plan, plan_known
from app.courses.class_list_schemas import (
    ClassListApplied,
    ClassListError,
    ClassListPreview,
    ClassListRow,
)
from app.courses.inviting import invites_by_mail
from app.courses.people_schemas import Added, Outcome, PersonAdd
from app.courses.sections import require as require_section
from app.courses.service import locked
from app.csv_tables import MOST_BYTES, WrongRow
from app.errors import ClassListChanged, Forbidden, Invalid, NotFound, TooLarge
from app.models import Person, Role
from app.settings import Settings


@dataclass(frozen=True)
class Applied:
    """What was done, and the mail that is to be sent once it is stored."""

    report: ClassListApplied
    mails: tuple[Mail, ...]


@dataclass(frozen=True)
class AddedOne:
    """The same for one person."""

    report: Added
    mails: tuple[Mail, ...]


async def preview(
    session: AsyncSession, settings: Settings, who: InCourse, data: bytes, create_accounts: bool
) -> ClassListPreview:
    """What applying a class list would do now. Writes nothing."""
    listed, planned = await _planned(session, who, data, create_accounts)
    return _preview(settings, who, data, listed, planned)


async def apply(
    session: AsyncSession,
    settings: Settings,
    who: InCourse,
    data: bytes,
    digest: str,
    create_accounts: bool,
) -> Applied:
    """Apply a class list. Raises ClassListChanged where that would now do something other than
    the preview with this digest said; then nothing is written."""
    await locked(session, who.course.id)
    listed, planned = await _planned(session, who, data, create_accounts)
    shown = _preview(settings, who, data, listed, planned)
    if shown.digest != digest:
        raise ClassListChanged(
            "The file is another than the one previewed, or the course or its people have changed "
            "since. Nothing was written; look at the new preview."
        )
    mails = await apply_plan(session, settings, who, planned)
    counts = Counter(row.outcome for row in planned.rows)
    report = ClassListApplied(
        enrolled=counts[Outcome.ENROL],
        returned=counts[Outcome.RETURN],
        created=counts[Outcome.CREATE],
        invited=counts[Outcome.INVITE],
        updated=counts[Outcome.UPDATE],
        unchanged=counts[Outcome.UNCHANGED],
        errors=shown.errors,
    )
    return Applied(report, mails)


async def add_person(
    session: AsyncSession, settings: Settings, who: InCourse, order: PersonAdd
) -> AddedOne:
    """Enrol one person, or invite an address that nobody has: as a class list of one row does.
    Raises NotFound where the words are neither an address nor anybody's name."""
    await locked(session, who.course.id)
    section = None
    if order.section is not None:
        section = (await require_section(session, who.course.id, order.section)).name
    person = await _account(session, order.who)
    listed = ListedPerson(
        1,
        order.who if person is not None else _address(order.who),
        section=section,
        role=order.role,
        student_number=order.student_number or None,
    )
    known = {listed.email: person} if person is not None else {}
    planned = await plan_known(session, who, [listed], known)
    if planned.wrong:
        raise Forbidden(planned.wrong[0].reason)
    mails = await apply_plan(session, settings, who, planned)
    return AddedOne(
        Added(
            outcome=planned.rows[0].outcome,
            email=person.email if person is not None else listed.email,
            person=person.id if person is not None else None,
        ),
        mails,
    )


async def _planned(
    session: AsyncSession, who: InCourse, data: bytes, create_accounts: bool
) -> tuple[ClassList, Plan]:
    if create_accounts and who.person.role != Role.ADMIN:
        raise Forbidden(
            "Only admins of this service make accounts for others. Without that, people without "
            "an account are invited."
        )
    if len(data) > MOST_BYTES:
        raise TooLarge(f"A class list has at most {MOST_BYTES // 1024} KiB. Divide the file.")
    # Thousands of addresses take a while to look at: the others are served meanwhile.
    listed = await asyncio.to_thread(parse, data)
    return listed, await plan(session, who, listed.people, create_accounts=create_accounts)


def _preview(
    settings: Settings, who: InCourse, data: bytes, listed: ClassList, planned: Plan
) -> ClassListPreview:
    rows = tuple(_row(each) for each in planned.rows)
    errors = _errors([*listed.wrong, *planned.wrong])
    return ClassListPreview(
        digest=_digest(who.course.id, data, planned, rows, errors),
        rows=rows,
        errors=errors,
        new_sections=planned.new_sections,
        ignored_columns=listed.ignored,
        mailed=invites_by_mail(settings),
    )


def _digest(
    course_id: uuid.UUID,
    data: bytes,
    planned: Plan,
    rows: Sequence[ClassListRow],
    errors: Sequence[ClassListError],
) -> str:
    """Differs wherever the file does, or what applying it does: which account an address belongs
    to, too."""
    said = [
        str(course_id),
        hashlib.sha256(data).hexdigest(),
        [row.model_dump(mode="json") for row in rows],
        [error.model_dump(mode="json") for error in errors],
        planned.new_sections,
        [str(each.person.id) if each.person else None for each in planned.rows],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _row(planned: Planned) -> ClassListRow:
    return ClassListRow(
        line=planned.listed.line,
        email=planned.listed.email,
        name=planned.person.name if planned.person is not None else planned.listed.name,
        outcome=planned.outcome,
        role=planned.role,
        section=planned.section,
        student_number=planned.student_number,
        changes=planned.changes,
    )


def _errors(wrong: Sequence[WrongRow]) -> tuple[ClassListError, ...]:
    ordered = sorted(wrong, key=lambda each: each.line)
    return tuple(ClassListError(line=each.line, reason=each.reason) for each in ordered)


async def _account(session: AsyncSession, words: str) -> Person | None:
    """Who has this address or, where the words are none, this name. Never who is named like an
    address: anybody can call themselves by somebody else's."""
    try:
        email = tidy_address(words)
    except Invalid:
        return await accounts.person_by_name(session, unicodedata.normalize("NFKC", words))
    return await accounts.person_by_email(session, email)


def _address(words: str) -> str:
    try:
        return tidy_address(words)
    except Invalid as error:
        raise NotFound(f"Nobody here is named so, and {error.detail}") from error
