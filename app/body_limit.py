"""Refuses a body that announces to be too large before a byte of it is read."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.error_handlers import answer, body_too_large
from app.settings import Settings


class BodyLimit:
    """Looks at Content-Length. A body that does not announce its size is counted while it is read,
    by the framework's own ``max_body_size``, whose early refusal is no problem document."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._limit = settings.max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            announced = Headers(scope=scope).get("content-length", "0")
            if announced.isdecimal() and int(announced) > self._limit:
                await answer(Request(scope), body_too_large())(scope, receive, send)
                return
        await self._app(scope, receive, send)
