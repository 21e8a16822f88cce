"""The cookies: of a session, and of a browser that is with an OpenID provider."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from app.settings import Settings


def cookie_name(settings: Settings) -> str:
    """The name of the session cookie."""
    return _name("jurax_session", settings)


def set_session_cookie(response: Response, token: str, settings: Settings) -> None:
    """Keep a browser signed in."""
    _set(response, cookie_name(settings), token, settings, timedelta(days=settings.session_days))


def clear_session_cookie(response: Response, settings: Settings) -> None:
    """Make a browser forget its session."""
    _clear(response, cookie_name(settings), settings)


def visit_cookie_name(settings: Settings) -> str:
    """The name of the cookie by which a browser that comes back from the provider is known."""
    return _name("jurax_visit", settings)


def set_visit_cookie(
    response: Response, secret: str, settings: Settings, lifetime: timedelta
) -> None:
    """Let a browser keep its secret while it is with the provider."""
    _set(response, visit_cookie_name(settings), secret, settings, lifetime)


def clear_visit_cookie(response: Response, settings: Settings) -> None:
    """Make a browser forget its secret."""
    _clear(response, visit_cookie_name(settings), settings)


def _name(name: str, settings: Settings) -> str:
    """Over https the name binds the cookie to this very host, by the browser's own rule."""
    return f"__Host-{name}" if settings.https else name


def _set(
    response: Response, name: str, value: str, settings: Settings, lifetime: timedelta
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=settings.https,
        httponly=True,
        # Not "strict": a browser that comes back from the provider must bring it.
        samesite="lax",
    )


def _clear(response: Response, name: str, settings: Settings) -> None:
    response.delete_cookie(name, path="/", secure=settings.https, httponly=True, samesite="lax")
