"""The session cookie: its name and its attributes."""

from __future__ import annotations

from starlette.responses import Response

from app.settings import Settings


def cookie_name(settings: Settings) -> str:
    """Over https the name binds the cookie to this very host, by the browser's own rule."""
    return "__Host-jurax_session" if settings.https else "jurax_session"


def set_session_cookie(response: Response, token: str, settings: Settings) -> None:
    """Keep a browser signed in."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_days * 24 * 3600,
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(response: Response, settings: Settings) -> None:
    """Make a browser forget its session."""
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.https, httponly=True, samesite="lax"
    )
