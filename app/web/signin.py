"""The page that lets people in, also where a try to get in has failed."""

from __future__ import annotations

from fastapi import Request, Response

from app.accounts.oidc_visits import safe_path
from app.models import Person
from app.settings import Settings
from app.web.templating import page


def sign_in_page(
    request: Request,
    *,
    person: Person | None = None,
    status: int = 200,
    email: str = "",
    failed: str = "",
    next_path: str = "/",
) -> Response:
    """The page, which leads on to ``next_path``."""
    settings: Settings = request.app.state.settings
    return page(
        request,
        "signin.html",
        person=person,
        status=status,
        email=email,
        failed=failed,
        next_path=safe_path(next_path),
        provider=settings.oidc_name if settings.oidc_issuer is not None else None,
    )
