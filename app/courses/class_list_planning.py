"""Says what applying a class list would do to a course as it is now. Writes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from app.courses import joining_repository, people_repository, sections_repository
from app.courses.access import InCourse, Power
from app.courses.class_list_parsing import ListedPerson
from app.courses.class_list_schemas import FieldChange
from app.courses.people_schemas import Outcome
from app.courses.sections import MOST_SECTIONS
from app.csv_tables import WrongRow
from app.models import CourseInvitation, CourseRole, Enrolment, Person, Section


@dataclass(frozen=True)
class Planned:
    """What becomes of one person. ``section`` is a name, which the course may not have yet;
    ``enrolment`` and ``invitation`` are what there is of them now."""

    listed: ListedPerson
    outcome: Outcome
    role: CourseRole
    section: str | None
    student_number: str | None
    changes: tuple[FieldChange, ...] = ()
    person: Person | None = None
    enrolment: Enrolment | None = None
    invitation: CourseInvitation | None = None


@dataclass(frozen=True)
class Plan:
    """What a class list does, the rows that it leaves out, and the sections that it makes."""

    rows: tuple[Planned, ...]
    wrong: tuple[WrongRow, ...]
    new_sections: tuple[str, ...]


class _Refused(Exception):
    """A row cannot be applied; the message says why."""


async def plan(
    session: AsyncSession,
    who: InCourse,
    listed: Sequence[ListedPerson],
    *,
    create_accounts: bool = False,
) -> Plan:
    """What becomes of the people on a list. Where somebody has no account, one is made with
    ``create_accounts``, else they are invited."""
    people = await people_repository.people_by_email(session, [each.email for each in listed])
    return await plan_known(session, who, listed, people, create_accounts=create_accounts)


async def plan_known(
    session: AsyncSession,
    who: InCourse,
    listed: Sequence[ListedPerson],
    people: Mapping[str, Person],
    *,
    create_accounts: bool = False,
) -> Plan:
    """The same, where it is known who is meant by which address."""
    course = await _state(session, who, people)
    rows: list[Planned] = []
    wrong: list[WrongRow] = []
    for each in listed:
        try:
            rows.append(_planned(who, each, course, create_accounts))
        except _Refused as refused:
            wrong.append(WrongRow(each.line, str(refused)))
    return Plan(tuple(rows), tuple(wrong), tuple(course.new_sections.values()))


@dataclass
class _State:
    """The course as it is now, and as far as the plan has come. Sections are found by their names
    in small letters."""

    people: Mapping[str, Person]
    enrolments: Mapping[uuid.UUID, Enrolment]
    invitations: Mapping[str, CourseInvitation]
    sections: Mapping[str, Section]
    names: Mapping[uuid.UUID, str]
    owners: int
    new_sections: dict[str, str] = field(default_factory=dict)

    def section_of(self, place: Enrolment | CourseInvitation) -> str | None:
        """The section in which somebody is now."""
        return self.names.get(place.section_id) if place.section_id is not None else None

    def section(self, name: str | None) -> str | None:
        """The section of that name as the course calls it, noted where there is none yet."""
        if name is None:
            return None
        key = name.casefold()
        if key in self.sections:
            return self.sections[key].name
        if key not in self.new_sections:
            if len(self.sections) + len(self.new_sections) >= MOST_SECTIONS:
                raise _Refused(f"A course has at most {MOST_SECTIONS} sections.")
            self.new_sections[key] = name
        return self.new_sections[key]


async def _state(session: AsyncSession, who: InCourse, people: Mapping[str, Person]) -> _State:
    course_id = who.course.id
    ids = [person.id for person in people.values()]
    sections = [each for each, _ in await sections_repository.list_sections(session, course_id)]
    return _State(
        people=people,
        enrolments=await people_repository.enrolments_of(session, course_id, ids),
        invitations={
            each.email: each for each, _ in await joining_repository.invitations(session, course_id)
        },
        sections={section.name.casefold(): section for section in sections},
        names={section.id: section.name for section in sections},
        owners=await people_repository.count_owners(session, course_id),
    )


def _planned(who: InCourse, listed: ListedPerson, course: _State, create_accounts: bool) -> Planned:
    person = course.people.get(listed.email)
    if person is None:
        return _planned_stranger(who, listed, course, create_accounts)
    enrolment = course.enrolments.get(person.id)
    if enrolment is None:
        return _new(who, listed, course, Outcome.ENROL, person)
    before = CourseRole(enrolment.role)
    role = listed.role or before
    if enrolment.left_at is not None or role is not before:
        _require_may_name(who, before, role)
    if enrolment.left_at is None and before is CourseRole.OWNER and role is not before:
        if course.owners == 1:
            raise _Refused("This is the only owner of the course. Name another owner first.")
        course.owners -= 1
    found = _changed(listed, course, enrolment, role)
    outcome = Outcome.RETURN
    if enrolment.left_at is None:
        outcome = Outcome.UPDATE if found else Outcome.UNCHANGED
    return Planned(
        listed,
        outcome,
        role,
        course.section(listed.section) or course.section_of(enrolment),
        listed.student_number or enrolment.student_number,
        found,
        person,
        enrolment,
    )


def _planned_stranger(
    who: InCourse, listed: ListedPerson, course: _State, create_accounts: bool
) -> Planned:
    invitation = course.invitations.get(listed.email)
    if create_accounts:
        return _new(who, listed, course, Outcome.CREATE, invitation=invitation)
    if invitation is None:
        return _new(who, listed, course, Outcome.INVITE)
    before = CourseRole(invitation.role)
    role = listed.role or before
    if role is not before:
        _require_may_name(who, before, role)
    found = _changed(listed, course, invitation, role)
    return Planned(
        listed,
        Outcome.UPDATE if found else Outcome.UNCHANGED,
        role,
        course.section(listed.section) or course.section_of(invitation),
        listed.student_number or invitation.student_number,
        found,
        invitation=invitation,
    )


def _new(
    who: InCourse,
    listed: ListedPerson,
    course: _State,
    outcome: Outcome,
    person: Person | None = None,
    invitation: CourseInvitation | None = None,
) -> Planned:
    role = listed.role or CourseRole.STUDENT
    _require_may_name(who, None, role)
    section = course.section(listed.section)
    return Planned(
        listed,
        outcome,
        role,
        section,
        listed.student_number,
        person=person,
        invitation=invitation,
    )


def _changed(
    listed: ListedPerson,
    course: _State,
    now: Enrolment | CourseInvitation,
    role: CourseRole,
) -> tuple[FieldChange, ...]:
    """What the list says otherwise; where it says nothing, nothing changes."""
    section = course.section_of(now)
    wanted = (
        ("role", now.role, role.value),
        ("section", section, course.section(listed.section) or section),
        ("student_number", now.student_number, listed.student_number or now.student_number),
    )
    return tuple(
        FieldChange(field=name, before=before, after=after)
        for name, before, after in wanted
        if before != after
    )


def _require_may_name(who: InCourse, before: CourseRole | None, after: CourseRole) -> None:
    if CourseRole.OWNER in (before, after) and not who.may(Power.OWN):
        raise _Refused("Only an owner of the course names owners, and changes what they are.")
