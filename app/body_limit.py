"""Refuses a body that is too large, at once where it says so, else while read; or too slow."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.error_handlers import answer
from app.errors import TooLarge, TooSlow
from app.settings import Settings
from judge.source import MAX_SOURCE_BYTES


class BodyLimit:
    """Ours rather than the framework's ``max_body_size``, whose answer is plain text."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._limit = settings.max_body_bytes
        self._seconds = settings.max_body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._limit:
            response = await answer(Request(scope), _too_large().document())
            await response(scope, receive, send)
            return
        size, more = 0, True
        deadline = asyncio.get_running_loop().time() + self._seconds

        async def counted() -> Message:
            nonlocal size, more
            if not more:  # What comes after the body is the end of the connection, at any time.
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise TooSlow(
                    f"The body did not come within {self._seconds:g} seconds. Send it again."
                ) from error
            more = message.get("more_body", False)
            size += len(message.get("body", b""))
            if size > self._limit:
                raise _too_large()  # Handled like any error of an endpoint, which is reading.
            return message

        await self._app(scope, counted, send)


def _too_large() -> TooLarge:
    return TooLarge(
        f"The body is larger than any submission may be. A source has at most {MAX_SOURCE_BYTES} "
        "bytes of UTF-8."
    )
