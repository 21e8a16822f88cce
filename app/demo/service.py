"""The service's HTTP API, as one person uses it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from app.demo.errors import DemoError

_REQUEST_SECONDS = 90.0
_TRIES = 5


class Refused(Exception):
    """The service does not take what was sent; the message is its own."""


class Client:
    """Sends requests in a person's name."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return await self.send("GET", path, params=query)

    async def post(self, path: str, body: object = None, **options: Any) -> Any:
        """Make something."""
        return await self.send("POST", path, json=body, **options)

    async def send(self, method: str, path: str, **options: Any) -> Any:
        """The answer's document. Waits where the service asks for that; Refused where it says
        no."""
        headers = {**self._headers, **options.pop("headers", {})}
        for attempt in range(_TRIES):
            try:
                answer = await self._http.request(method, path, headers=headers, **options)
            except httpx.TransportError as error:
                if attempt == _TRIES - 1:
                    raise DemoError(
                        f"The service stopped answering ({type(error).__name__}). Start it and run "
                        "this again: it goes on where it was."
                    ) from error
                await asyncio.sleep(2**attempt)
                continue
            if answer.status_code in (429, 503) and attempt < _TRIES - 1:
                await asyncio.sleep(min(float(answer.headers.get("Retry-After", 2)), 30))
                continue
            return _document(answer)
        raise AssertionError("the last try returns or raises")


def connect(url: str) -> httpx.AsyncClient:
    """Connections to a service."""
    return httpx.AsyncClient(base_url=url, timeout=_REQUEST_SECONDS)


def _document(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        said = answer.json()
        message = f"{said['title']}: {said['detail']}"
    except (ValueError, KeyError):
        message = f"status {answer.status_code}"
    raise Refused(message)
