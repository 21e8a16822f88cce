"""Endpoints of what is a person's own: API tokens, browser sessions, all their data."""

from __future__ import annotations

import uuid

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.accounts import own_data, service, sessions
from app.accounts.dependencies import AccountHolder, BySession, ByToken
from app.accounts.export_schemas import Export
from app.accounts.schemas import FreshToken, SessionList, TokenCreate, TokenList, TokenView
from app.db.session import DatabaseDep, SessionDep
from app.errors import (
    CrossSiteRequest,
    Forbidden,
    NotFound,
    NotSignedIn,
    ScopeMissing,
    TooLarge,
    TooSlow,
    documented,
)

router = APIRouter(prefix="/api/v1/me", tags=["accounts"])


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {"model": Export, "description": "One JSON document"},
        **documented(NotSignedIn, ScopeMissing),
    },
)
async def export(database: DatabaseDep, person: AccountHolder) -> StreamingResponse:
    """All that is yours: account, tokens, sessions, hints, submissions with every attempt."""
    return StreamingResponse(
        own_data.export(database, person),
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="jurax.json"'},
    )


@router.get("/tokens", responses=documented(NotSignedIn, ScopeMissing))
async def list_tokens(session: SessionDep, person: AccountHolder) -> TokenList:
    """Your valid API tokens."""
    tokens = await service.api_tokens(session, person)
    return TokenList(items=tuple(TokenView.model_validate(token) for token in tokens))


@router.post(
    "/tokens",
    status_code=201,
    responses=documented(NotSignedIn, ScopeMissing, Forbidden, CrossSiteRequest, TooLarge, TooSlow),
)
async def create_token(
    body: TokenCreate, session: SessionDep, person: AccountHolder, within: ByToken
) -> FreshToken:
    """Make an API token. Asked for by another token, it may do no more than that one, and for no
    longer."""
    token = await service.create_api_token(
        session, person, body.name, scopes=body.scopes, days=body.days, within=within
    )
    return FreshToken(token=token)


@router.delete(
    "/tokens/{token_id}",
    status_code=204,
    responses=documented(NotSignedIn, ScopeMissing, CrossSiteRequest, NotFound),
)
async def revoke_token(token_id: uuid.UUID, session: SessionDep, person: AccountHolder) -> None:
    """Revoke one of your API tokens."""
    await service.revoke_api_token(session, person, token_id)


@router.get("/sessions", responses=documented(NotSignedIn, ScopeMissing))
async def list_sessions(
    session: SessionDep, person: AccountHolder, current: BySession
) -> SessionList:
    """The browsers in which you are signed in."""
    return SessionList(items=tuple(await sessions.list_sessions(session, person, current)))


@router.delete(
    "/sessions",
    status_code=204,
    responses=documented(NotSignedIn, ScopeMissing, CrossSiteRequest),
)
async def end_other_sessions(
    session: SessionDep, person: AccountHolder, current: BySession
) -> None:
    """Sign out of every browser but the one that asks."""
    await sessions.end_other_sessions(session, person, current)


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    responses=documented(NotSignedIn, ScopeMissing, CrossSiteRequest, NotFound),
)
async def end_session(session_id: uuid.UUID, session: SessionDep, person: AccountHolder) -> None:
    """Sign out of one of your browsers."""
    await sessions.end_session(session, person, session_id)
