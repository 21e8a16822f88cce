"""Asks each row of the table: who asks, for what, and what they are answered."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from app.accounts.sessions import list_sessions
from app.roles import Scope
from tests.app.authorisation.rows import Row, Target, anybody
from tests.app.authorisation.school import HERE, THERE, Asker, School
from tests.app.authorisation.undone import Undone

_HTML = {"Accept": "text/html"}

# Everybody who can ask; the others are there to have things that are not theirs.
ASKERS = (
    "stranger",
    "outsider",
    "first",
    "observer",
    "grader",
    "instructor",
    "owner",
    "student_here_owner_there",
    "left_student",
    "left_instructor",
    "teacher_without_course",
    "admin",
)
_ALIKE = ("stranger", "first", "admin")
_ASKED_OF_BOTH = ("first", "owner", "student_here_owner_there", "admin")


@dataclass(frozen=True)
class Answer:
    """What somebody was answered. ``crossed``: the things were of another course than the one in
    whose address they were asked for."""

    row: Row
    asker: Asker
    target: Target
    crossed: bool
    status: int
    text: str

    def __str__(self) -> str:
        whose = f"{self.target.student}'s{' in the wrong course' if self.crossed else ''}"
        return f"{self.row.method} {self.row.path} {self.asker.name} → {whose}: {self.status}"


@dataclass
class Asking:
    """Asks, one request after the other; none of them changes anything for the next."""

    client: httpx.AsyncClient
    database: Undone
    school: School
    cookie: str

    async def prepare(self) -> None:
        """Learn what one has to have read before one may send some of the requests."""
        for key, things in list(self.school.things.items()):
            course = f"/api/v1/courses/{things['course_id']}"
            owner = self.school.askers["other_owner"]
            outcome = await self._send(
                "GET", f"{course}/rejudges/{things['rejudge_id']}/outcome", owner
            )
            listed = "email,name\nnew@example.com,New\n"
            preview = await self._send(
                "POST", f"{course}/class-list/preview", owner, files={"file": listed.encode()}
            )
            more = {
                "fingerprint": outcome.json()["fingerprint"],
                "digest": preview.json()["digest"],
                "content": base64.urlsafe_b64encode(listed.encode()).decode(),
                "session_id": await self._session_of(key[1]),
            }
            self.school.things[key] = {**things, **more}

    async def all_of(self, table: list[Row]) -> AsyncIterator[Answer]:
        """Each row asked by everybody for everything."""
        for row in table:
            for asker in self._askers(row):
                for target, things, crossed in self._targets(row, asker):
                    response = await self._ask(row, asker, things)
                    yield Answer(row, asker, target, crossed, response.status_code, response.text)

    async def scopes(self, table: list[Row]) -> AsyncIterator[tuple[Row, frozenset[Scope], bool]]:
        """Each row asked by an admin with a token of its scope alone, and with one of all others:
        what that does not open none of them opens."""
        things = self.school.things[HERE, "first"]
        for row in table:
            for scopes in (row.scopes, frozenset(Scope) - row.scopes):
                if scopes:
                    async with self.database.undoing():
                        response = await self._request(
                            row, things, token=self.school.tokens[scopes], page=False
                        )
                    refused = "scope-missing" in response.text
                    yield row, scopes, refused

    def _askers(self, row: Row) -> list[Asker]:
        """Who asks: of those who are all alike to a row some stand for all."""
        alike = row.rule is anybody and not _names(row)
        return [self.school.askers[name] for name in (_ALIKE if alike else ASKERS)]

    def _targets(self, row: Row, asker: Asker) -> Iterator[tuple[Target, Mapping[str, str], bool]]:
        """What is asked for: where the row names nothing, once; where it names something that is
        below a course, also with the address of another course. Of those who are nothing in a
        course some stand for all."""
        things = self.school.things
        names = _names(row)
        if not names - {"slug", "number"}:
            yield Target(HERE, "first"), things[HERE, "first"], False
            return
        students = ["first"]
        if names - {"course_id", "course_title", "digest", "content"}:
            students += [each for each in ("second", "left_student") if each == asker.name]
            if asker.name == "first":
                students.append("second")
        for student in students:
            yield Target(HERE, student), things[HERE, student], False
        if asker.name not in _ASKED_OF_BOTH:
            return
        yield Target(THERE, "third"), things[THERE, "third"], False
        if asker.name == "admin":
            return
        below = names - {"course_id", "course_title", "slug", "number", "digest", "content"}
        if "course_id" in names and below - {"fingerprint", "assignment_title"}:
            crossed = {**things[THERE, "third"], "course_id": things[HERE, "first"]["course_id"]}
            yield Target(HERE, "third"), crossed, True
        if "comment_id" in names:
            of_another = {
                **things[HERE, "first"],
                "comment_id": things[THERE, "third"]["comment_id"],
            }
            yield Target(HERE, "first"), of_another, True

    async def _ask(self, row: Row, asker: Asker, things: Mapping[str, str]) -> httpx.Response:
        async with self.database.undoing():
            if row.is_page:
                return await self._request(row, things, session=asker.session)
            return await self._request(row, things, token=asker.token)

    async def _request(
        self,
        row: Row,
        things: Mapping[str, str],
        *,
        token: str = "",
        session: str = "",
        page: bool = True,
    ) -> httpx.Response:
        headers = dict(_HTML) if row.is_page and page else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if session:
            headers["Cookie"] = f"{self.cookie}={session}"
        if row.method != "GET":
            headers["Sec-Fetch-Site"] = "same-origin"
        path = re.sub(r"{(\w+)}", lambda part: things[_used(row, part[1])], row.path)
        files = {name: text.encode() for name, text in (row.files or {}).items()}
        return await self.client.request(
            row.method,
            path,
            headers=headers,
            params=_filled(row.query, things),
            json=_filled(row.body, things),
            data=_filled(row.form, things),
            files=files or None,
        )

    async def _send(self, method: str, path: str, asker: Asker, **content: Any) -> httpx.Response:
        async with self.database.undoing():
            headers = {"Authorization": f"Bearer {asker.token}"}
            return await self.client.request(method, path, headers=headers, **content)

    async def _session_of(self, name: str) -> str:
        person = self.school.askers[name].person
        assert person is not None
        async with self.database.undoing(), self.database.session() as session:
            return str((await list_sessions(session, person, None))[0].id)


def _names(row: Row) -> set[str]:
    """The things that a request of a row names."""
    text = f"{row.path} {row.query} {row.body} {dict(row.form or {})}"
    return {_used(row, name) for name in re.findall(r"{(\w+)}", text)}


def _used(row: Row, name: str) -> str:
    return row.uses.get(name, name)


def _filled(value: Any, things: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub(r"{(\w+)}", lambda part: things[part[1]], value)
    if isinstance(value, Mapping):
        return {name: _filled(each, things) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, things) for each in value]
    return value
