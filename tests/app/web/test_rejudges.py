"""The pages of rejudges: choose, count, judge, look, decide; and the attempts of a submission."""

from __future__ import annotations

import re
from typing import Any

from app.models import AssignmentProblem, CourseRole, Person
from tests.app.rejudge.conftest import (  # noqa: F401
    NEWER,
    Classroom,
    make_classroom,
    room,
)

FINGERPRINT = re.compile('name="fingerprint" value="([0-9a-f]{64})"')


class Visit:
    """What the teacher of a course sees and sends."""

    def __init__(self, room: Classroom) -> None:  # noqa: F811
        self._room = room
        self._place = f"/courses/{room.course.id}/rejudges"

    async def see(self, path: str = "", who: Any = None, status: int = 200) -> str:
        """A page's text."""
        headers = {"Accept": "text/html", **(who or self._room.teacher).headers}
        place = path if path.startswith("/submissions") else f"{self._place}{path}"
        answer = await self._room.client.get(place, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.text

    async def course(self) -> str:
        """The course's own page."""
        place = self._place.removesuffix("/rejudges")
        answer = await self._room.client.get(
            place, headers={"Accept": "text/html", **self._room.teacher.headers}
        )
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, path: str = "", who: Any = None, **fields: Any) -> Any:
        """What a form is answered by."""
        headers = {"Accept": "text/html", **(who or self._room.teacher).headers}
        return await self._room.client.post(f"{self._place}{path}", data=fields, headers=headers)


async def test_from_the_choice_to_the_decision(room: Classroom) -> None:  # noqa: F811
    visit = Visit(room)
    assert "Nothing was judged again" in await visit.see()
    anns = await room.submitted(room.ann, 0.5)
    bens = await room.submitted(room.ben, 1.0)
    async with room.database.session() as session:
        problem = await session.get_one(AssignmentProblem, room.problem.id)
        problem.package_sha256 = NEWER
    banner = await visit.see()
    assert "2 submissions were judged by another version than 9.0.0" in banner
    (link,) = re.findall(r'href="/courses/[^"]+/rejudges(\?what=[^"#]+)#new"', banner)
    assert f'value="problem:{room.problem.id}" selected' in await visit.see(link)

    fields = {"what": f"problem:{room.problem.id}", "reason": "<b>Too strict</b>"}
    wrong = await visit.send(**fields, students="ann\nnobody such", action="count")
    assert (wrong.status_code, "named nobody such" in wrong.text) == (422, True)
    assert "&lt;b&gt;Too strict" in wrong.text
    wrong = await visit.send(**{**fields, "reason": " ", "submitted_from": "yesterday"})
    assert wrong.status_code == 422
    wrong = await visit.send(what="problem:1", verdicts="XX", reason="x" * 501, action="start")
    assert wrong.status_code == 422
    assert all(f"<p>{name}: " in wrong.text for name in ("What", "Why"))
    narrow = await visit.send(**fields, students="ann", verdicts="WA", action="count")
    assert "1 submission of 1 student" in narrow.text
    counted = await visit.send(**fields, action="count")
    assert (counted.status_code, "2 submissions of 2 students" in counted.text) == (200, True)
    assert "Judge 2 again" in counted.text
    started = await visit.send(**fields, action="start")
    assert started.status_code == 303
    place = "/" + started.headers["location"].rpartition("/")[2]

    judging = await visit.see(place)
    assert "0 of 2 judged" in judging
    assert "A rejudge is done" not in await visit.course()
    assert "disabled>Apply" in judging
    part = await room.client.get(
        f"/courses/{room.course.id}/rejudges{place}/progress", headers=room.teacher.headers
    )
    assert "every 2s" in part.text
    assert "hx-refresh" not in part.headers
    early = await visit.send(f"{place}/apply", fingerprint=FINGERPRINT.findall(judging)[0])
    assert (early.status_code, "0 of 2 submissions are judged" in early.text) == (409, True)

    await room.judge(place[1:], {anns: 1.0, bens: "IE"})
    failed = await visit.see(place)
    assert "The judge failed on 1" in failed
    assert (await visit.send(f"{place}/retry")).status_code == 303
    await room.judge(place[1:], {bens: 0.5})
    assert "A rejudge is done: apply or discard it" in await visit.course()
    part = await room.client.get(
        f"/courses/{room.course.id}/rejudges{place}/progress", headers=room.teacher.headers
    )
    assert part.headers["hx-refresh"] == "true"
    ready = await visit.see(place)
    assert "To be decided" in ready
    # In all, then ben, then ann.
    assert re.findall(r'"(rejudge-gain|rejudge-loss|muted)">([+−]?[\d.]+)<', ready) == [
        ("muted", "0"),
        ("rejudge-loss", "−5"),
        ("rejudge-gain", "+5"),
    ]
    careful = await visit.see(f"{place}?nobody_loses=1")
    assert "left as it is" in careful
    (fingerprint,) = FINGERPRINT.findall(careful)
    await room.submitted(room.ann, 0.75)
    stale = await visit.send(f"{place}/apply", fingerprint=fingerprint, nobody_loses="true")
    assert (stale.status_code, "This is what would change now" in stale.text) == (409, True)
    (fresh,) = FINGERPRINT.findall(stale.text)
    done = await visit.send(f"{place}/apply", fingerprint=fresh, nobody_loses="true")
    assert done.status_code == 303
    applied = await visit.see(place)
    assert "What changed" in applied
    assert "A rejudge is done" not in await visit.course()
    assert "fingerprint" not in applied
    assert await room.points() == {"ann": 10.0, "ben": 10.0}
    assert "Applied" in await visit.see()

    own = await visit.see(f"/submissions/{anns}", room.ann)
    assert "All 2 attempts" in own
    assert "counts" in await visit.see(f"/submissions/{anns}/attempts/1", room.ann)
    await visit.see(f"/submissions/{anns}/attempts/3", room.ann, status=404)
    await visit.see(f"/submissions/{bens}/attempts/1", room.ann, status=404)
    theirs = await visit.see(f"/submissions/{bens}", room.ben)
    assert "attempts</h2>" not in theirs
    await visit.see(f"/submissions/{bens}/attempts/3", room.ben, status=404)
    assert "does not count" in await visit.see(f"/submissions/{bens}/attempts/3")


async def test_students_by_name(room: Classroom) -> None:  # noqa: F811
    """One a line or with commas between; a name can have a comma itself."""
    visit = Visit(room)
    await room.submitted(room.ann, 0.5)
    await room.submitted(room.ben, 0.5)
    fields = {"reason": "x", "action": "count"}

    async with room.database.session() as session:
        (await session.get_one(Person, room.ann.person.id)).name = "Lee, Ann"
    for typed, words in (
        ("Lee, Ann", "1 submission of 1 student"),
        (" Lee, Ann\r\nben ", "2 submissions of 2 students"),
        ("ben, ben", "1 submission of 1 student"),
        ("Lee, ben", "is a student named Lee."),
        ("ben\0", "is a student named ben"),
    ):
        assert words in (await visit.send(students=typed, **fields)).text, typed


async def test_who_may(room: Classroom) -> None:  # noqa: F811
    await room.submitted(room.ann, 0.5)
    rejudge = await room.rejudged()
    visit = Visit(room)
    async with room.database.session() as session:
        enrolment = await session.merge(room.enrolments["ben"])
        enrolment.role = CourseRole.OBSERVER.value
    for path in ("", f"/{rejudge}"):
        seen = await visit.see(path, room.ben)
        assert "<form" not in seen.split("<main")[1].split("</main>")[0]
        await visit.see(path, room.ann, status=403)
    for who in (room.ann, room.ben):
        for path, fields in (
            ("", {"reason": "x", "action": "start"}),
            (f"/{rejudge}/apply", {"fingerprint": "0" * 64}),
            (f"/{rejudge}/discard", {}),
            (f"/{rejudge}/retry", {}),
        ):
            assert (await visit.send(path, who, **fields)).status_code == 403
    assert (await visit.send(f"/{rejudge}/apply", fingerprint="x")).status_code == 422
    assert (await visit.send(f"/{rejudge}/discard")).status_code == 303
    assert "Discarded" in await visit.see(f"/{rejudge}")
    assert (await visit.send(f"/{rejudge}/discard")).status_code == 409
