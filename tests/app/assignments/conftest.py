"""A course with people in every role, and what tests of assignments ask of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.db.engine import Database
from judge.package import Package
from tests.app.gradebook.classroom import Classroom, make_classroom


class Asking:
    """Asks the API below a course in somebody's name."""

    def __init__(self, client: httpx.AsyncClient, room: Classroom) -> None:
        self._client = client
        self.room = room

    async def __call__(
        self, who: str, method: str, path: str, body: Any = None, **query: Any
    ) -> httpx.Response:
        return await self._client.request(
            method,
            f"{self.room.url}{path}",
            json=body,
            params=query,
            headers=self.room.headers(who),
        )

    async def change(self, **changes: Any) -> dict[str, Any]:
        """Change the assignment at the version that it is at; the answer."""
        path = f"/assignments/{self.room.assignment.id}"
        found = (await self("instructor", "GET", path)).json()
        query = {"dry_run": changes.pop("dry_run", False)}
        body = {"version": found["version"], **changes}
        answer = await self("instructor", "PATCH", path, body, **query)
        assert answer.status_code == 200, answer.text
        changed: dict[str, Any] = answer.json()
        return changed


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course with one listed assignment of one problem."""
    return await make_classroom(database, package)


@pytest.fixture
def ask(client: httpx.AsyncClient, room: Classroom) -> Asking:
    """Asks in somebody's name."""
    return Asking(client, room)
