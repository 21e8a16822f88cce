"""Refuses what another site's page does in the name of somebody who is signed in here."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.error_handlers import answer
from app.errors import CrossSiteRequest
from app.settings import Settings

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSiteProtection:
    """Checks requests that change something by what browsers say of where they come from. A
    request with an API token is no browser's doing, and one that says nothing neither: browsers
    send one header or the other."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._allowed(scope["method"], Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        document = CrossSiteRequest(
            "This request came from a page of another site. Use the pages of this service, or an "
            "API token in the Authorization header."
        ).document()
        response = await answer(Request(scope), document)
        await response(scope, receive, send)

    def _allowed(self, method: str, headers: Headers) -> bool:
        # Without a cookie too: a visitor could be signed in to the account of that page's author.
        if method in _SAFE_METHODS or "authorization" in headers:
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return True
        # Without Sec-Fetch-Site the browser is old or the page is not https: compare the hosts.
        ours = {headers.get("host", ""), urlsplit(self._settings.base_url).netloc}
        try:
            return urlsplit(origin).netloc in ours
        except ValueError:
            return False
