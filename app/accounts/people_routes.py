"""Endpoints by which admins look after people and invitations."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request

from app.accounts import people
from app.accounts.dependencies import Admin
from app.accounts.mail import send_or_log
from app.accounts.people_schemas import (
    InvitationPage,
    PeoplePage,
    PersonChange,
    PersonDetail,
    ResetLinkView,
)
from app.db.session import SessionDep
from app.errors import (
    CrossSiteRequest,
    Forbidden,
    LastAdmin,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    ServiceError,
    TooLarge,
    TooSlow,
    documented,
)
from app.models import Role
from app.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["people"])

# PostgreSQL has no room for the character 0.
Text = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
Limit = Annotated[int, Query(ge=1, le=500)]
_READS: tuple[type[ServiceError], ...] = (NotSignedIn, Forbidden, ScopeMissing)
_CHANGES: tuple[type[ServiceError], ...] = (*_READS, CrossSiteRequest, NotFound)


@router.get("/people", responses=documented(*_READS))
async def list_people(
    session: SessionDep,
    _admin: Admin,
    search: Annotated[Text, Query(description="a part of a name or an address")] = "",
    role: Role | None = None,
    after: Annotated[Text | None, Query(description="`next` of a page")] = None,
    limit: Limit = 100,
) -> PeoplePage:
    """Everybody on this service, by name."""
    return await people.list_people(session, search, role, after, limit)


@router.get("/people/{person_id}", responses=documented(*_READS, NotFound))
async def read_person(person_id: uuid.UUID, session: SessionDep, _admin: Admin) -> PersonDetail:
    """A person, and by what they get in."""
    return await people.get_person(session, person_id)


@router.patch("/people/{person_id}", responses=documented(*_CHANGES, LastAdmin, TooLarge, TooSlow))
async def change_person(
    person_id: uuid.UUID, body: PersonChange, session: SessionDep, admin: Admin
) -> PersonDetail:
    """Give a person another role. The only admin keeps theirs."""
    return await people.change_role(session, person_id, body.role, admin)


@router.delete("/people/{person_id}/sessions", status_code=204, responses=documented(*_CHANGES))
async def end_sessions(person_id: uuid.UUID, session: SessionDep, admin: Admin) -> None:
    """Sign a person out of every browser. Their API tokens stay."""
    await people.sign_out_everywhere(session, person_id, admin)


@router.delete("/people/{person_id}/tokens", status_code=204, responses=documented(*_CHANGES))
async def revoke_tokens(person_id: uuid.UUID, session: SessionDep, admin: Admin) -> None:
    """Revoke all API tokens of a person."""
    await people.revoke_tokens(session, person_id, admin)


@router.post("/people/{person_id}/reset-link", status_code=201, responses=documented(*_CHANGES))
async def make_reset_link(
    person_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    admin: Admin,
    background: BackgroundTasks,
) -> ResetLinkView:
    """Send a person a link, good for an hour, by which they choose a new password. Where no mail
    server is set the answer has the link."""
    settings: Settings = request.app.state.settings
    link = await people.reset_link(session, settings, person_id, admin)
    sent = settings.smtp_url is not None
    if sent:
        background.add_task(send_or_log, settings, link.mail)
    return ResetLinkView(email=link.mail.to, sent=sent, url=None if sent else link.url)


@router.get("/invitations", responses=documented(*_READS))
async def list_invitations(
    session: SessionDep,
    _admin: Admin,
    after: Annotated[uuid.UUID | None, Query(description="`next` of a page")] = None,
    limit: Limit = 100,
) -> InvitationPage:
    """Invitations that were not used yet, the newest first."""
    return await people.list_invitations(session, after, limit)


@router.delete("/invitations/{invitation_id}", status_code=204, responses=documented(*_CHANGES))
async def revoke_invitation(invitation_id: uuid.UUID, session: SessionDep, admin: Admin) -> None:
    """Take an invitation back: its link opens nothing any more."""
    await people.revoke_invitation(session, invitation_id, admin)
