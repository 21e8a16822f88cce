"""The pages of courses as a browser without scripts uses them: forms, and what they say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select, update

from app.courses.rules import AssignmentRules, Window
from app.db.base import now
from app.db.engine import Database
from app.models import (
    Attempt,
    Course,
    CourseRole,
    Enrolment,
    Person,
    RegradeRequest,
    Section,
    Submission,
)
from judge.package import Package
from judge.sandbox.runtime import installed
from tests.app.conftest import Learner
from tests.app.coursework import (
    add_submission,
    enrol,
    make_assignment,
    make_course,
    set_problem,
)


class Browser:
    """Asks for pages in somebody's name."""

    def __init__(self, client: httpx.AsyncClient, who: Learner) -> None:
        self.client = client
        self.headers = {**who.headers, "Accept": "text/html"}

    async def get(self, path: str, status: int = 200) -> str:
        """A page."""
        answer = await self.client.get(path, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.text

    async def post(self, path: str, status: int = 303, files: Any = None, **form: Any) -> str:
        """Where a form leads to, or the page that says what is wrong with it."""
        answer = await self.client.post(path, data=form, files=files, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else answer.text


def words(html: str) -> str:
    """What a page says."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def field(html: str, name: str) -> str:
    """What a hidden field holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


@pytest.fixture
async def course(database: Database, teacher: Learner) -> Course:
    """A course of the teacher's."""
    async with database.session() as session:
        made = await make_course(session, title="Layers & <more>")
        await enrol(session, made, teacher.person, CourseRole.OWNER)
        return made


@pytest.fixture
def place(course: Course) -> str:
    """Where the course is."""
    return f"/courses/{course.id}"


@pytest.fixture
def owner(client: httpx.AsyncClient, teacher: Learner) -> Browser:
    """The teacher's browser."""
    return Browser(client, teacher)


@pytest.fixture
def student(client: httpx.AsyncClient, ann: Learner) -> Browser:
    """Ann's browser."""
    return Browser(client, ann)


class TestMine:
    """/courses: mine, a new one, and joining one."""

    async def test_makes_a_course_or_says_what_is_wrong(
        self, owner: Browser, student: Browser
    ) -> None:
        assert "You are in no course yet" in await owner.get("/courses")
        page = await owner.post("/courses", 422, title=" ", time_zone="Mars", term="Autumn")
        assert "Title: it is empty; write at least one character" in words(page)
        assert "Time zone: 'Mars' is no time zone" in words(page).replace("&#39;", "'")
        assert 'value="Autumn"' in page
        place = await owner.post("/courses", title="<b>Layers</b>", term="", time_zone="UTC")
        assert "&lt;b&gt;Layers" in await owner.get(place)
        assert place in await owner.get("/courses")
        assert "Make a course" not in await student.get("/courses")
        await student.post("/courses", 403, title="Mine")

    async def test_strangers_are_asked_to_sign_in(
        self, client: httpx.AsyncClient, place: str
    ) -> None:
        for path in ("/courses", "/courses/join?code=X", place, f"{place}/people"):
            answer = await client.get(path, headers={"Accept": "text/html"})
            assert answer.status_code == 401
            assert "/signin/help" in answer.text

    async def test_joins_by_the_link_of_a_code(
        self, owner: Browser, student: Browser, place: str, course: Course
    ) -> None:
        await student.get(place, 404)
        await owner.post(f"{place}/settings/join-code")
        page = await owner.get(f"{place}/settings")
        link = re.search(r"http://127.0.0.1:8000(/courses/join\?code=(\S+?))<", page)
        assert link is not None
        assert f'value="{link[2]}"' in await student.get(link[1])
        wrong = await student.post("/courses/join", 404, code="<wrong>")
        assert "No course takes people in by this code." in wrong
        assert await student.post("/courses/join", code=link[2]) == place
        assert await student.post("/courses/join", code=link[2]) == place
        await owner.post(f"{place}/settings/join-code/off")
        assert "There is none" in await owner.get(f"{place}/settings")
        assert await student.post(f"{place}/leave") == "/courses"
        await student.get(place, 404)
        await student.post("/courses/join", 404, code=link[2])


class TestOverview:
    """/courses/{course_id}."""

    async def test_says_to_each_what_they_may_see(
        self,
        database: Database,
        owner: Browser,
        student: Browser,
        ann: Learner,
        place: str,
        course: Course,
    ) -> None:
        page = await owner.get(place)
        assert "Students see no assignment yet" in page
        async with database.session() as session:
            await enrol(session, course, ann.person)
            await make_assignment(session, course, title="Shown")
            await make_assignment(session, course, title="Hidden", listed=False)
        page = await owner.get(place)
        assert "Students see no assignment yet" not in page
        for tab in ("gradebook", "people", "extensions", "rejudges", "settings"):
            assert f'href="{place}/{tab}"' in page
        assert "Shown" in page
        assert "Hidden" in page
        page = await student.get(place)
        assert "Shown" in page
        assert "Hidden" not in page
        assert f'href="{place}/grades"' in page
        for tab in ("gradebook", "people", "extensions", "rejudges", "settings"):
            assert f'href="{place}/{tab}"' not in page
        for path in ("people", "settings", "people/class-list"):
            await student.get(f"{place}/{path}", 403)

    async def test_tells_staff_what_waits_and_students_what_is_due(
        self,
        database: Database,
        owner: Browser,
        student: Browser,
        ann: Learner,
        place: str,
        course: Course,
        package: Package,
    ) -> None:
        day = timedelta(days=1)
        async with database.session() as session:
            await enrol(session, course, ann.person)
            past = Window(due_at=now() - 2 * day, late_until=now() - day)
            await make_assignment(session, course, AssignmentRules(window=past), title="Over")
            for title, days in (("Later", 9), ("Sooner", 3)):
                rules = AssignmentRules(window=Window(due_at=now() + days * day))
                assignment = await make_assignment(session, course, rules, title=title)
            problem = await set_problem(session, assignment, package)
            await add_submission(session, ann.person.id, problem, None)
            sent = await add_submission(session, ann.person.id, problem, 0.5)
            session.add(RegradeRequest(problem_id=problem.id, person_id=ann.person.id, text="Why?"))
        page = words(await owner.get(place))
        assert "1 question waits for an answer" in page
        assert "1 submission is being judged" in page
        assert "“Over” has ended, and its grades are not published" in page
        assert "“Later” has ended" not in page
        assert "1 submission was judged by another version than is pinned now" in page
        assert "Questions , open: 1" in page
        assert "Questions , open: 1" in words(await owner.get(f"{place}/gradebook"))
        async with database.session() as session:
            await session.execute(
                update(Attempt)
                .where(Attempt.submission_id == sent.id)
                .values(package_sha256=package.sha256)
            )
            await session.execute(delete(RegradeRequest))
        page = words(await owner.get(place))
        assert "another version" not in page
        assert "open: " not in page
        page = words(await student.get(place))
        assert "Needs your attention" not in page
        due = page[page.index("Due next") : page.index("Assignments")]
        assert due.index("Sooner") < due.index("Later")
        assert "something is submitted to its problem" in due
        assert "Over" not in due
        async with database.session() as session:
            await session.execute(delete(Submission))
        page = words(await student.get(place))
        assert "nothing submitted yet" in page[page.index("Due next") : page.index("Assignments")]

    async def test_the_only_owner_stays(self, owner: Browser, place: str) -> None:
        page = await owner.post(f"{place}/leave", 409)
        assert "This is the only owner of the course." in page


class TestSettings:
    """/courses/{course_id}/settings."""

    async def test_changes_are_stored_or_explained(
        self, owner: Browser, database: Database, place: str, course: Course
    ) -> None:
        form = {"title": "New", "term": "", "time_zone": "Asia/Tokyo", "late_days": "3"}
        await owner.post(f"{place}/settings", **form)
        for wrong in ("-1", "1001", "x", "", "9" * 30):
            page = await owner.post(f"{place}/settings", 422, **{**form, "late_days": wrong})
            assert "Late days: " in words(page)
        async with database.session() as session:
            row = await session.get(Course, course.id)
        assert row is not None
        assert (row.title, row.time_zone, row.late_days) == ("New", "Asia/Tokyo", 3)
        (name,) = installed()
        assert f'<option value="{name}">' in await owner.get(f"{place}/settings")
        await owner.post(f"{place}/settings", **form, runtime=name)
        assert f'<option value="{name}" selected>' in await owner.get(f"{place}/settings")
        async with database.session() as session:
            row = await session.get_one(Course, course.id)
            assert row.runtime == name
            row.runtime = "jax-of-last-year"
        # It is kept where nothing else is chosen, though the server has it no more.
        assert "jax-of-last-year (not on this server)" in await owner.get(f"{place}/settings")
        await owner.post(f"{place}/settings", **form, runtime="jax-of-last-year")
        page = await owner.post(f"{place}/settings", 422, **form, runtime="jax-of-next-year")
        assert "is no runtime of this server" in page
        await owner.post(f"{place}/settings", **form, runtime="")
        await owner.post(f"{place}/settings/archive", archived="true")
        assert "takes nobody in" in await owner.get(place)
        page = await owner.post(f"{place}/settings/join-code", 403)
        assert "The course is archived" in page
        await owner.post(f"{place}/settings/archive", archived="false")

    async def test_sections(self, owner: Browser, database: Database, place: str) -> None:
        await owner.post(f"{place}/settings/sections", name="Lab 1")
        page = await owner.post(f"{place}/settings/sections", 409, name="lab 1")
        assert "has a section named" in page
        await owner.post(f"{place}/settings/sections", 422, name="")
        async with database.session() as session:
            section = (await session.scalars(select(Section.id))).one()
        await owner.post(f"{place}/settings/sections/{section}", name="Lab 2")
        assert 'value="Lab 2"' in await owner.get(f"{place}/settings")
        await owner.post(f"{place}/settings/sections/{section}", delete="yes")
        await owner.post(f"{place}/settings/sections/{section}", 404, delete="yes")

    async def test_copies_the_course(self, owner: Browser, place: str) -> None:
        form = {"title": "Copy", "term": "Next", "versions": "pinned"}
        page = await owner.post(f"{place}/settings/copy", 422, **form, new_first="soon")
        assert "New first day: " in words(page)
        page = await owner.post(f"{place}/settings/copy", 200, **form, new_first="2027-02-22")
        assert "Copy, Next has 0 assignments" in words(page)

    async def test_deletes_it_with_its_title(
        self, owner: Browser, place: str, course: Course
    ) -> None:
        page = await owner.post(f"{place}/settings/delete", 409, confirm="Layers")
        assert "type its title" in page
        await owner.post(f"{place}/settings/delete", confirm=course.title)
        await owner.get(place, 404)


class TestPeople:
    """/courses/{course_id}/people."""

    async def test_adds_finds_changes_and_takes_out(
        self, owner: Browser, database: Database, place: str, ann: Learner
    ) -> None:
        people = f"{place}/people"
        await owner.post(people, who="ann", role="student", student_number="12-7")
        page = await owner.post(people, 404, who="nobody")
        assert "Nobody here is named so" in page
        await owner.post(people, who="zoe@example.com", role="grader")
        page = await owner.get(people)
        assert "2 people" in words(page)
        assert "zoe@example.com" in page
        assert "1 person found." in words(await owner.get(f"{people}?q=12-7&sort=-name"))
        assert "0 people found." in words(await owner.get(f"{people}?q=12-8"))
        # Nonsense in an address is passed over.
        page = await owner.get(f"{people}?q=%00&role=king&section=x&sort=y&presence=z&page=-1")
        assert "2 people" in words(page)
        where = f"{people}/{ann.person.id}"
        page = await owner.get(where)
        ways_on = ("/gradebook?q=12-7", f"/extensions/new?person={ann.person.id}")
        assert all(f'href="{place}{way}"' in page for way in ways_on)
        await owner.post(where, role="observer", section="", student_number="")
        page = await owner.get(where)
        assert "Observer" in page
        assert "/gradebook?q=" not in page
        page = await owner.post(where, 422, role="king")
        assert "Role: " in words(page)
        await owner.post(f"{where}/remove")
        assert "ann" not in words(await owner.get(people))
        assert "Take in again" in await owner.get(where)
        await owner.post(f"{where}/restore")
        withdraw = re.search(r'action="(\S+/withdraw)"', await owner.get(people))
        assert withdraw is not None
        await owner.post(withdraw[1])
        await owner.post(withdraw[1], 404)

    async def test_who_was_taken_out_is_told_from_who_left(
        self,
        owner: Browser,
        student: Browser,
        database: Database,
        place: str,
        course: Course,
        ann: Learner,
        ben: Learner,
    ) -> None:
        async with database.session() as session:
            for each in (ann, ben):
                await enrol(session, course, each.person, CourseRole.STUDENT)
        await student.post(f"{place}/leave")
        await owner.post(f"{place}/people/{ben.person.id}/remove")
        left, taken_out = (
            row.partition("</tr>")[0]
            for row in (await owner.get(f"{place}/people?presence=left")).split("<tr>")[2:]
        )
        for row, name, said in ((left, "ann", "left 20"), (taken_out, "ben", "taken out 20")):
            assert name in row
            assert said in words(row)
        page = words(await owner.get(f"{place}/people/{ann.person.id}"))
        assert "Left 20" in page
        assert "No code" not in page
        page = words(await owner.get(f"{place}/people/{ben.person.id}"))
        assert "Taken out 20" in page
        assert "No code takes them in." in page

    async def test_pages_hold_a_hundred(
        self, owner: Browser, database: Database, place: str, course: Course
    ) -> None:
        async with database.session() as session:
            for number in range(100):
                person = Person(name=f"Student {number:03}")
                session.add(person)
                await session.flush()
                session.add(Enrolment(course_id=course.id, person_id=person.id))
        page = await owner.get(f"{place}/people?sort=-name")
        assert "Page 1 of 2" in words(page)
        assert 'href="?' not in page
        follow = re.search(r'rel="next" href="([^"]+)"', page)
        assert follow is not None
        page = await owner.get(follow[1].replace("&amp;", "&"))
        assert "Page 2 of 2" in words(page)
        assert "Student 000" in page
        assert "Student 001" not in page

    async def test_the_only_owner_stays(self, owner: Browser, place: str, teacher: Learner) -> None:
        where = f"{place}/people/{teacher.person.id}"
        page = await owner.post(f"{where}/remove", 409)
        assert "This is the only owner of the course." in page
        page = await owner.post(where, 409, role="student")
        assert "This is the only owner of the course." in page

    async def test_observers_only_look(
        self, database: Database, student: Browser, ann: Learner, place: str, course: Course
    ) -> None:
        async with database.session() as session:
            await enrol(session, course, ann.person, CourseRole.OBSERVER)
        page = await student.get(f"{place}/people")
        assert 'method="post"' not in page
        where = f"{place}/people/{ann.person.id}"
        assert 'method="post"' not in await student.get(where)
        await student.post(where, 403, role="owner")


class TestClassList:
    """/courses/{course_id}/people/class-list."""

    async def test_is_shown_then_applied(
        self, owner: Browser, place: str, student: Browser, database: Database
    ) -> None:
        path = f"{place}/people/class-list"
        await owner.get(path)
        rows = "email;name;section\nzoe@example.com;Zoë;Lab 1\nwrong;;\n"
        files = {"file": ("class.csv", rows.encode("cp1252"), "text/csv")}
        page = await owner.post(path, 200, files=files)
        assert "1 person will be invited" in words(page)
        assert "1 row is wrong and will be left out" in words(page)
        assert "Zoë" in page
        form = {name: field(page, name) for name in ("content", "digest")}
        await owner.post(f"{place}/settings/sections", name="Lab 1")
        page = await owner.post(f"{path}/apply", 409, **form)
        assert "Nothing was written; look at the new preview." in page
        form = {name: field(page, name) for name in ("content", "digest")}
        page = await owner.post(f"{path}/apply", 200, **form)
        assert "1 person invited" in words(page)
        assert "zoe@example.com" in await owner.get(f"{place}/people")
        page = await owner.post(f"{path}/apply", 409, **form)
        assert "There is nothing to do." in page
        await owner.post(f"{path}/apply", 422, content="é", digest="x")
        await student.post(path, 404, pasted="email\n")

    async def test_rows_can_be_pasted(self, owner: Browser, place: str, ann: Learner) -> None:
        page = await owner.post(f"{place}/people/class-list", 200, pasted="name\nx\n")
        assert "No column is named email." in page
        page = await owner.post(f"{place}/people/class-list", 200, pasted="")
        assert "The file is empty." in page
