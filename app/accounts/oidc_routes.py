"""Endpoints of the identities with which a person signs in."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request

from app.accounts import oidc
from app.accounts.dependencies import AccountHolder
from app.accounts.oidc_schemas import IdentityList
from app.db.session import SessionDep
from app.errors import CrossSiteRequest, LastWayIn, NotFound, NotSignedIn, ScopeMissing, documented

router = APIRouter(prefix="/api/v1/me/identities", tags=["accounts"])


@router.get("", responses=documented(NotSignedIn, ScopeMissing))
async def list_identities(
    request: Request, session: SessionDep, person: AccountHolder
) -> IdentityList:
    """The identities at an OpenID provider with which you sign in."""
    settings = request.app.state.settings
    return IdentityList(items=tuple(await oidc.list_identities(session, settings, person)))


@router.delete(
    "/{identity_id}",
    status_code=204,
    responses=documented(NotSignedIn, ScopeMissing, CrossSiteRequest, NotFound, LastWayIn),
)
async def remove_identity(
    identity_id: uuid.UUID, request: Request, session: SessionDep, person: AccountHolder
) -> None:
    """Remove one of your identities, unless it is the only way to sign in."""
    await oidc.remove_identity(session, request.app.state.settings, person, identity_id)
