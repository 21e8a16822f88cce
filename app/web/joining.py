"""Pages of signing up, of joining by a link, and of getting back in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.background import BackgroundTask

from app.accounts import joining, links, recovery
from app.accounts.addresses import tidy_address
from app.accounts.dependencies import InBrowser, MaybePerson
from app.accounts.entrance import SignInWay, enter, host_of
from app.accounts.mail import Mail, send_or_log
from app.accounts.throttle import count_mail
from app.db.engine import Database
from app.db.session import DatabaseDep, SessionDep
from app.errors import AddressTaken, Invalid, NameTaken
from app.models import LinkPurpose
from app.settings import Settings, SignUp
from app.web.templating import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Token = Annotated[str, Query(max_length=200)]
FormToken = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(min_length=1, max_length=1000)]
Address = Annotated[str, Form(min_length=1, max_length=254)]

# What makes a mail, in a transaction of its own.
Letter = Callable[[AsyncSession], Awaitable[Mail | None]]


@router.get("/signup")
async def sign_up_page(request: Request, person: MaybePerson) -> Response:
    """Where one may sign up: asks for the address."""
    settings: Settings = request.app.state.settings
    return page(request, "account/sign_up.html", person=person, domains=_domains(settings))


@router.post("/signup")
async def sign_up(request: Request, database: DatabaseDep, email: Address) -> Response:
    """Send a link to the address. Nothing in the answer tells whether it has an account."""
    settings: Settings = request.app.state.settings
    address = joining.require_sign_up(settings, email)
    return await _mailed(
        request, database, address, lambda session: joining.sign_up_mail(session, settings, address)
    )


@router.get("/join")
async def join_page(request: Request, session: SessionDep, token: Token) -> Response:
    """Asks who came by a link for a name and a password."""
    link = await links.look_at(session, token, *links.JOINING)
    return _with_token(request, "account/join.html", token, email=link.email, name="", failed="")


@router.post("/join")
async def join(
    request: Request,
    database: DatabaseDep,
    token: FormToken,
    name: Annotated[str, Form(min_length=1, max_length=100)],
    new: Password,
) -> Response:
    """Make the account and sign in."""
    settings: Settings = request.app.state.settings
    try:
        session_token = await joining.join(database, settings, token, name, new)
    except (Invalid, NameTaken, AddressTaken) as error:
        async with database.session() as session:
            link = await links.look_at(session, token, *links.JOINING)
        return _with_token(
            request,
            "account/join.html",
            token,
            status=error.status,
            email=link.email,
            name=name,
            failed=error.detail,
        )
    return await enter(request, database, session_token, SignInWay.JOINED)


@router.get("/password/forgot")
async def forgotten_page(request: Request, person: MaybePerson) -> Response:
    """Asks for the address of who has forgotten the password."""
    return page(request, "account/forgotten.html", person=person)


@router.post("/password/forgot")
async def forgotten(request: Request, database: DatabaseDep, email: Address) -> Response:
    """Send a link to the address where it is somebody's. The answer is the same where not."""
    settings: Settings = request.app.state.settings
    address = tidy_address(email)
    return await _mailed(
        request, database, address, lambda session: recovery.reset_mail(session, settings, address)
    )


@router.get("/password/reset")
async def reset_page(request: Request, session: SessionDep, token: Token) -> Response:
    """Asks for a new password."""
    link = await links.look_at(session, token, LinkPurpose.PASSWORD)
    return _with_token(request, "account/reset.html", token, email=link.email, failed="")


@router.post("/password/reset")
async def reset(
    request: Request, database: DatabaseDep, token: FormToken, new: Password
) -> Response:
    """Store the new password, sign every browser out and this one in."""
    settings: Settings = request.app.state.settings
    try:
        session_token = await recovery.reset_password(database, settings, token, new)
    except Invalid as error:
        async with database.session() as session:
            link = await links.look_at(session, token, LinkPurpose.PASSWORD)
        return _with_token(
            request,
            "account/reset.html",
            token,
            status=error.status,
            email=link.email,
            failed=error.detail,
        )
    return await enter(request, database, session_token, SignInWay.NEW_PASSWORD)


@router.post("/account/email")
async def change_address(
    request: Request,
    database: DatabaseDep,
    browser: InBrowser,
    email: Address,
    current: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Send a link to the address that the reader wants to have."""
    settings: Settings = request.app.state.settings
    await _count(request, database, tidy_address(email))
    mail = await recovery.confirmation_mail(database, settings, browser, email, current)
    answer = page(request, "account/sent.html", person=browser.person, email=mail.to)
    answer.background = BackgroundTask(send_or_log, settings, mail)
    return answer


@router.get("/account/email/confirm")
async def confirm_page(request: Request, session: SessionDep, token: Token) -> Response:
    """Asks for one click: programs that look at mail follow links."""
    link = await links.look_at(session, token, LinkPurpose.EMAIL)
    return _with_token(request, "account/confirm.html", token, email=link.email)


@router.post("/account/email/confirm")
async def confirm(request: Request, session: SessionDep, token: FormToken) -> Response:
    """Give the person the address."""
    told = await recovery.confirm_address(session, token)
    answer = RedirectResponse("/account", status_code=303)
    if told is not None:
        answer.background = BackgroundTask(send_or_log, request.app.state.settings, told)
    return answer


async def _mailed(request: Request, database: Database, address: str, letter: Letter) -> Response:
    """The answer to who asked for a mail. Whether there is one to send is looked up after it, so
    that neither words nor time tell."""
    await _count(request, database, address)
    answer = page(request, "account/sent.html", person=None, email=address)
    answer.background = BackgroundTask(_write, request.app.state.settings, database, letter)
    return answer


async def _write(settings: Settings, database: Database, letter: Letter) -> None:
    async with database.session() as session:
        mail = await letter(session)
    if mail is not None:
        await send_or_log(settings, mail)


async def _count(request: Request, database: Database, address: str) -> None:
    limit = request.app.state.settings.max_failed_sign_ins
    await count_mail(database, host_of(request), limit, address)


def _with_token(request: Request, template: str, token: str, **context: Any) -> Response:
    """A page whose address holds a token, which must not travel on as a referrer."""
    answer = page(request, template, person=None, token=token, **context)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _domains(settings: Settings) -> list[str] | None:
    """The mail domains that may sign up, none of them where all may; None where nobody may."""
    if settings.sign_up is SignUp.OPEN:
        return []
    return sorted(settings.domains) if settings.sign_up is SignUp.DOMAIN else None
