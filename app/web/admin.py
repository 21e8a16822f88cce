"""Pages for admins: people, invitations, and what happened to accounts."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.background import BackgroundTask

from app.accounts import audit, joining, people
from app.accounts.dependencies import Admin
from app.accounts.mail import Mail, send_or_log
from app.accounts.people_routes import Text
from app.accounts.repository import person_by_name
from app.db.session import SessionDep
from app.errors import Invalid, ServiceError
from app.models import AuditKind, Person, Role
from app.settings import Settings
from app.web.templating import page

router = APIRouter(prefix="/admin", include_in_schema=False, default_response_class=HTMLResponse)

PEOPLE_AT_ONCE = 50
ENTRIES_AT_ONCE = 100
INVITATIONS_AT_ONCE = 100

Choice = TypeVar("Choice", bound=StrEnum)
_MAX_ENTRY = 2**63 - 1


@router.get("")
async def admin_page(_admin: Admin) -> Response:
    """The first of the pages."""
    return RedirectResponse("/admin/people", status_code=303)


@router.get("/people")
async def people_page(
    request: Request,
    session: SessionDep,
    admin: Admin,
    search: Annotated[Text, Query()] = "",
    role: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[Text | None, Query()] = None,
) -> Response:
    """Everybody, by name."""
    wanted = _one_of(Role, role, "role")
    found = await people.list_people(session, search, wanted, after, PEOPLE_AT_ONCE)
    return page(
        request,
        "admin/people.html",
        person=admin,
        section="admin",
        tab="people",
        found=found,
        search=search,
        role=role,
        roles=list(Role),
        first=after is None,
    )


@router.get("/people/{person_id}")
async def person_page(
    person_id: uuid.UUID, request: Request, session: SessionDep, admin: Admin
) -> Response:
    """A person, and what can be done for them."""
    return await _person(request, session, admin, person_id)


@router.post("/people/{person_id}/role")
async def change_role(
    person_id: uuid.UUID,
    session: SessionDep,
    admin: Admin,
    role: Annotated[Role, Form()],
) -> Response:
    """Give a person another role."""
    await people.change_role(session, person_id, role, admin)
    # Who has just taken the role from themselves may not see the page any more.
    own = person_id == admin.id and role is not Role.ADMIN
    return RedirectResponse("/" if own else f"/admin/people/{person_id}", status_code=303)


@router.post("/people/{person_id}/sign-out")
async def sign_out(person_id: uuid.UUID, session: SessionDep, admin: Admin) -> Response:
    """Sign a person out of every browser."""
    await people.sign_out_everywhere(session, person_id, admin)
    own = person_id == admin.id
    return RedirectResponse("/" if own else f"/admin/people/{person_id}", status_code=303)


@router.post("/people/{person_id}/revoke-tokens")
async def revoke_tokens(person_id: uuid.UUID, session: SessionDep, admin: Admin) -> Response:
    """Revoke all API tokens of a person."""
    await people.revoke_tokens(session, person_id, admin)
    return RedirectResponse(f"/admin/people/{person_id}", status_code=303)


@router.post("/people/{person_id}/reset-link")
async def make_reset_link(
    person_id: uuid.UUID, request: Request, session: SessionDep, admin: Admin
) -> Response:
    """Send a person a link to a new password, or show it where no mail server is set."""
    settings: Settings = request.app.state.settings
    link = await people.reset_link(session, settings, person_id, admin)
    answer = await _person(
        request, session, admin, person_id, sent_to=link.mail.to, url=_shown(settings, link.url)
    )
    return _mailing(answer, settings, link.mail)


@router.get("/invitations")
async def invitations_page(
    request: Request,
    session: SessionDep,
    admin: Admin,
    after: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:
    """Who is invited and has not come yet."""
    return await _invitations(request, session, admin, after)


@router.post("/invitations")
async def invite(
    request: Request,
    session: SessionDep,
    admin: Admin,
    email: Annotated[str, Form(min_length=1, max_length=254)],
    role: Annotated[Role, Form()] = Role.LEARNER,
) -> Response:
    """Invite whoever has an address."""
    settings: Settings = request.app.state.settings
    try:
        made = await joining.invite(session, settings, email, role, admin)
    except ServiceError as error:
        return await _invitations(
            request, session, admin, status=error.status, failed=str(error.detail), email=email
        )
    answer = await _invitations(
        request, session, admin, sent_to=made.email, url=_shown(settings, made.url)
    )
    return _mailing(answer, settings, made.mail)


@router.post("/invitations/{invitation_id}/revoke")
async def revoke_invitation(
    invitation_id: uuid.UUID, session: SessionDep, admin: Admin
) -> Response:
    """Take an invitation back."""
    await people.revoke_invitation(session, invitation_id, admin)
    return RedirectResponse("/admin/invitations", status_code=303)


@router.get("/audit")
async def audit_page(
    request: Request,
    session: SessionDep,
    admin: Admin,
    name: Annotated[Text, Query()] = "",
    kind: Annotated[str, Query(max_length=60)] = "",
    person: Annotated[uuid.UUID | None, Query()] = None,
    before: Annotated[int | None, Query(ge=1, le=_MAX_ENTRY)] = None,
) -> Response:
    """What happened to accounts. A person is asked for by name or, gone ones too, by id."""
    wanted = _one_of(AuditKind, kind, "kind")
    known = await person_by_name(session, name.strip()) if name.strip() else None
    if known is not None:
        person = known.id
    entries = await audit.read_page(session, before, person, wanted, ENTRIES_AT_ONCE)
    unknown = bool(name.strip()) and known is None
    return page(
        request,
        "admin/audit.html",
        person=admin,
        section="admin",
        tab="audit",
        entries=entries.items if not unknown else (),
        following=entries.next if not unknown else None,
        name=name,
        unknown=unknown,
        about=person if known is None else None,
        kind=kind,
        kinds=list(AuditKind),
        first=before is None,
    )


async def _person(
    request: Request,
    session: SessionDep,
    admin: Person,
    person_id: uuid.UUID,
    *,
    sent_to: str = "",
    url: str | None = None,
) -> Response:
    return page(
        request,
        "admin/person.html",
        person=admin,
        section="admin",
        tab="people",
        one=await people.get_person(session, person_id),
        roles=list(Role),
        sent_to=sent_to,
        url=url,
    )


async def _invitations(
    request: Request,
    session: SessionDep,
    admin: Person,
    after: uuid.UUID | None = None,
    *,
    status: int = 200,
    failed: str = "",
    email: str = "",
    sent_to: str = "",
    url: str | None = None,
) -> Response:
    found = await people.list_invitations(session, after, INVITATIONS_AT_ONCE)
    return page(
        request,
        "admin/invitations.html",
        person=admin,
        status=status,
        section="admin",
        tab="invitations",
        found=found,
        roles=list(Role),
        failed=failed,
        email=email,
        sent_to=sent_to,
        url=url,
        first=after is None,
    )


def _shown(settings: Settings, url: str) -> str | None:
    """A link as a page shows it: not at all where it goes out by mail."""
    return url if settings.smtp_url is None else None


def _mailing(answer: Response, settings: Settings, mail: Mail) -> Response:
    if settings.smtp_url is not None:
        answer.background = BackgroundTask(send_or_log, settings, mail)
    return answer


def _one_of(choices: type[Choice], text: str, name: str) -> Choice | None:
    """What a form sends for a choice; nothing where it was left open."""
    if not text:
        return None
    try:
        return choices(text)
    except ValueError as error:
        raise Invalid(f"There is no {name} named {text!a}.") from error
