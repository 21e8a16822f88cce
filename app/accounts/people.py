"""What admins see and change of people and invitations. Each change is in the log."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import people_repository as people
from app.accounts import repository, service
from app.accounts.audit import record
from app.accounts.people_schemas import (
    InvitationPage,
    PendingInvitation,
    PeoplePage,
    PersonDetail,
    PersonRow,
)
from app.accounts.recovery import ResetLink
from app.accounts.recovery import reset_link as reset_link_for
from app.db.base import now
from app.errors import Invalid, LastAdmin, NotFound
from app.models import AuditKind, Person, Role
from app.settings import Settings


async def list_people(
    session: AsyncSession, search: str, role: Role | None, after: str | None, limit: int
) -> PeoplePage:
    """People by name, those whose name or address holds a text where one is searched for."""
    search = search.strip()
    rows = await people.list_people(session, search, role, after, limit + 1, now())
    items = tuple(PersonRow(**_row(person, seen)) for person, seen in rows[:limit])
    return PeoplePage(
        items=items,
        total=await people.count_people(session, search, role),
        next=items[-1].name if len(rows) > limit else None,
    )


async def get_person(session: AsyncSession, person_id: uuid.UUID) -> PersonDetail:
    """A person. Raises NotFound."""
    row = await people.find_person(session, person_id, now())
    if row is None:
        raise _nobody()
    person, seen = row
    ways = await people.ways_of(session, person_id, now())
    return PersonDetail(
        **_row(person, seen),
        has_password=person.password_hash is not None,
        identities=ways.identities,
        browsers=ways.browsers,
        tokens=ways.tokens,
    )


async def change_role(
    session: AsyncSession, person_id: uuid.UUID, role: Role, by: Person
) -> PersonDetail:
    """Give a person another role. Raises LastAdmin where nobody would be an admin then."""
    if role is not Role.ADMIN:
        await require_another_admin(session, person_id)
    person = await _held(session, person_id)
    before = person.role
    if before != role:
        person.role = role.value
        await session.flush()
        await record(
            session,
            AuditKind.ROLE_CHANGED,
            person_id=person_id,
            actor_id=by.id,
            before=before,
            after=role.value,
        )
    return await get_person(session, person_id)


async def require_another_admin(session: AsyncSession, person_id: uuid.UUID) -> None:
    """Raise LastAdmin where there is no admin but this person; who else is one stays such until
    this transaction ends."""
    if await people.hold_admins(session) == {person_id}:
        raise LastAdmin("This is the only admin. Make somebody else one first.")


async def sign_out_everywhere(session: AsyncSession, person_id: uuid.UUID, by: Person) -> None:
    """End all browser sessions of a person, and the links that would begin another."""
    person = await _held(session, person_id)
    await repository.delete_other_sessions(session, person.id, None)
    await repository.delete_sign_in_links(session, person.id)
    await record(session, AuditKind.SIGNED_OUT_EVERYWHERE, person_id=person_id, actor_id=by.id)


async def revoke_tokens(session: AsyncSession, person_id: uuid.UUID, by: Person) -> None:
    """Revoke all API tokens of a person."""
    await service.revoke_api_tokens(session, await _held(session, person_id), by)


async def reset_link(
    session: AsyncSession, settings: Settings, person_id: uuid.UUID, by: Person
) -> ResetLink:
    """A link by which a person chooses a new password. Raises Invalid where there is no address."""
    person = await _held(session, person_id)
    if person.email is None:
        raise Invalid(
            f"{person.name} has no e-mail address, and a password goes with one. `jurax admin "
            "email NAME ADDRESS` gives them one; `jurax signin-link NAME` lets them in as they are."
        )
    await record(session, AuditKind.RESET_LINK_MADE, person_id=person_id, actor_id=by.id)
    return await reset_link_for(session, settings, person_id, person.email)


async def list_invitations(
    session: AsyncSession, after: uuid.UUID | None, limit: int
) -> InvitationPage:
    """Invitations that were not used yet, the newest first."""
    links = await people.list_invitations(session, after, limit + 1, now())
    items = tuple(PendingInvitation.model_validate(link) for link in links[:limit])
    return InvitationPage(items=items, next=items[-1].id if len(links) > limit else None)


async def revoke_invitation(session: AsyncSession, invitation_id: uuid.UUID, by: Person) -> None:
    """Take an invitation back: its link opens nothing any more. Raises NotFound."""
    link = await people.delete_invitation(session, invitation_id)
    if link is None:
        raise NotFound("There is no such invitation: it was used, revoked or has expired.")
    await record(
        session,
        AuditKind.INVITATION_REVOKED,
        person_id=None,
        actor_id=by.id,
        role=link.role or Role.LEARNER.value,
    )


async def _held(session: AsyncSession, person_id: uuid.UUID) -> Person:
    person = await people.hold_person(session, person_id)
    if person is None:
        raise _nobody()
    return person


def _row(person: Person, seen: datetime | None) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "created_at": person.created_at,
        "last_seen_at": seen,
    }


def _nobody() -> NotFound:
    return NotFound("There is no such person, or not any more. GET /api/v1/people lists them.")
