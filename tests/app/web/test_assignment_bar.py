"""The problem page opened from an assignment: for which it is, and how far its reader is there."""

from __future__ import annotations

import re
import shutil
import uuid
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from app.assignments import snapshots
from app.assignments.snapshots import store_packages
from app.catalog.packages import Shelf
from app.courses.grading import recompute
from app.courses.rules import AssignmentRules, Bucket, Capped, Window
from app.db.base import now
from app.db.engine import Database
from app.models import Attempt, CourseRole, Submission
from app.settings import Settings
from judge.package import Package, load
from tests.app.conftest import PROBLEM, Learner
from tests.app.coursework import add_submission, enrol, make_assignment, make_course, set_problem

HOUR = timedelta(hours=1)
PAGE = {"Accept": "text/html"}


def rules(opens: float, due: float, until: float | None = None, **more: object) -> AssignmentRules:
    """Rules by hours from now."""
    moments = [None if hours is None else now() + hours * HOUR for hours in (opens, due, until)]
    window = Window(opens_at=moments[0], due_at=moments[1], late_until=moments[2])
    return AssignmentRules.model_validate({"window": window, **more})


def words(html: str) -> str:
    """What is read of the bar."""
    bar = html[html.index("<aside") : html.index("</aside>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bar))


@pytest.mark.parametrize(
    ("given", "fields", "said"),
    [
        (rules(-1, 1), {}, ["Due 20", "Any number of attempts", "10 points"]),
        (rules(-1, 1, attempts=Capped(most=3)), {}, ["3 of 3 attempts left"]),
        (rules(-9, -1, 5), {}, ["late until 20"]),
        (AssignmentRules(), {}, ["No due date"]),
        (rules(-9, -1), {}, ["Closed since 20", "what you submit now is practice"]),
        (rules(-9, -1), {"practice_after_end": False}, ["nothing is taken any more"]),
        (rules(-1, 1), {"feedback": "after_publishing"}, ["once the grades are published"]),
    ],
)
async def test_says_how_it_stands(
    given: AssignmentRules,
    fields: dict[str, object],
    said: list[str],
    client: httpx.AsyncClient,
    database: Database,
    ann: Learner,
    package: Package,
) -> None:
    async with database.session() as session:
        course = await make_course(session)
        await enrol(session, course, ann.person)
        assignment = await make_assignment(session, course, given, **fields)
        problem = await set_problem(session, assignment, package)
    path = f"/problems/{PROBLEM}"
    params = {"assignment_problem": str(problem.id)}
    answer = await client.get(path, params=params, headers=ann.headers | PAGE)
    assert answer.status_code == 200
    for each in (*said, "First steps", "Layers"):
        assert each in words(answer.text)
    assert f'data-assignment-problem="{problem.id}"' in answer.text
    assert f'href="/courses/{course.id}/assignments/{assignment.id}"' in answer.text
    part = await client.get(f"{path}/assignment", params=params, headers=ann.headers | PAGE)
    assert words(part.text) == words(answer.text)
    practice = await client.get(path, headers=ann.headers | PAGE)
    assert f'hx-get="{path}/assignment' not in practice.text


async def test_says_what_is_earned_and_lists_what_was_sent_there(
    client: httpx.AsyncClient, database: Database, ann: Learner, package: Package
) -> None:
    async with database.session() as session:
        course = await make_course(session)
        await enrol(session, course, ann.person)
        given = rules(-1, 2, attempts=Bucket(holds=1, refill=HOUR))
        assignment = await make_assignment(session, course, given)
        problem = await set_problem(session, assignment, package, hidden_groups=["sample"])
        sent = await add_submission(session, ann.person.id, problem, 0.75)
        practice = await add_submission(session, ann.person.id, problem, 1.0)
        await session.execute(
            update(Submission)
            .where(Submission.id == practice.id)
            .values(assignment_problem_id=None)
        )
        await recompute(session, course.id)
    path = f"/problems/{PROBLEM}?assignment_problem={problem.id}"
    text = (await client.get(path, headers=ann.headers | PAGE)).text
    assert "7.5 of 10 points" in words(text)
    assert "Next attempt 20" in words(text)
    assert f'href="/submissions/{sent.id}"' in text
    assert f'href="/submissions/{practice.id}"' not in text
    # What the assignment hides is said beside its points; the way on is the assignment.
    assert re.search(r"sample</th>.*?the verdict only", text, re.DOTALL)
    assert "data-next" not in text


class TestWho:
    @pytest.mark.parametrize(
        ("case", "status"),
        [("early", 403), ("other problem", 404), ("nobody's", 404), ("stranger", 401)],
    )
    async def test_is_refused(
        self,
        case: str,
        status: int,
        client: httpx.AsyncClient,
        database: Database,
        ann: Learner,
        ben: Learner,
        package: Package,
    ) -> None:
        async with database.session() as session:
            course = await make_course(session)
            await enrol(session, course, ann.person)
            given = rules(1, 2) if case == "early" else rules(-1, 1)
            assignment = await make_assignment(session, course, given)
            problem = await set_problem(session, assignment, package)
        slug = "double" if case == "other problem" else PROBLEM
        headers = {"nobody's": ben.headers, "stranger": {}}.get(case, ann.headers)
        for part in ("", "/assignment", "/submissions"):
            path = f"/problems/{slug}{part}?assignment_problem={problem.id}"
            answer = await client.get(path, headers=headers | PAGE)
            assert answer.status_code == status
            assert ("opens on" in answer.text) == (case == "early")

    async def test_staff_see_that_they_test(
        self, client: httpx.AsyncClient, database: Database, ann: Learner, package: Package
    ) -> None:
        async with database.session() as session:
            course = await make_course(session)
            await enrol(session, course, ann.person, CourseRole.GRADER)
            assignment = await make_assignment(session, course, rules(1, 2), listed=False)
            problem = await set_problem(session, assignment, package)
        path = f"/problems/{PROBLEM}?assignment_problem={problem.id}"
        answer = await client.get(path, headers=ann.headers | PAGE)
        assert "counts nowhere" in words(answer.text)

    async def test_there_is_no_such_problem(self, client: httpx.AsyncClient, ann: Learner) -> None:
        for unknown, status in ((str(uuid.uuid4()), 404), ("17", 422)):
            path = f"/problems/{PROBLEM}?assignment_problem={unknown}"
            answer = await client.get(path, headers=ann.headers | PAGE)
            assert answer.status_code == status


async def test_what_waits_is_shown_and_what_is_withheld_is_not_taken_for_waiting(
    client: httpx.AsyncClient, database: Database, ann: Learner, package: Package
) -> None:
    async with database.session() as session:
        course = await make_course(session)
        await enrol(session, course, ann.person)
        assignment = await make_assignment(session, course, rules(-1, 1), feedback="after_due")
        problem = await set_problem(session, assignment, package)
        sent = await add_submission(session, ann.person.id, problem, None)
    path = f"/problems/{PROBLEM}?assignment_problem={problem.id}"
    text = (await client.get(path, headers=ann.headers | PAGE)).text
    assert f'data-submission="{sent.id}"' in text
    assert "You see the result after" in text
    async with database.session() as session:
        await session.execute(update(Attempt).values(status="done", verdict="WA", score=0))
    text = (await client.get(path, headers=ann.headers | PAGE)).text
    assert "data-submission=" not in text
    assert "Received; result after" in text


class TestPinned:
    """The page of an assignment's problem when another version is on the shelf since."""

    @pytest.fixture
    def older(self, package: Package, tmp_path: Path) -> Package:
        """The version before: another title, hints and solution."""
        folder = tmp_path / PROBLEM
        shutil.copytree(package.root, folder)
        spec = folder / "problem.yaml"
        spec.write_text(spec.read_text().replace(package.spec.title, "The older title"))
        shutil.rmtree(folder / "hints")
        (folder / "hints").mkdir()
        for number in range(1, len(package.hints) + 2):
            (folder / f"hints/{number}.md").write_text(f"Older hint {number}.")
        (folder / "solution.md").write_text("The older solution.")
        return load(folder)

    @pytest.fixture
    async def page(self, database: Database, ann: Learner, older: Package) -> str:
        """The page's query; ann has earned the solution."""
        async with database.session() as session:
            await store_packages(session, Shelf([older]))
            course = await make_course(session)
            await enrol(session, course, ann.person)
            assignment = await make_assignment(session, course, rules(-2, -1))
            problem = await set_problem(session, assignment, older)
            await add_submission(session, ann.person.id, problem, 1.0)
        return f"assignment_problem={problem.id}"

    async def test_its_hints_are_those_of_the_version_that_is_pinned(
        self, page: str, client: httpx.AsyncClient, ann: Learner, older: Package
    ) -> None:
        path = f"/problems/{PROBLEM}"
        text = (await client.get(f"{path}?{page}", headers=ann.headers | PAGE)).text
        assert f'hx-post="{path}/hints?{page}"' in text
        total = len(older.hints)
        for number in range(1, total + 1):
            asked = await client.post(
                f"{path}/hints?{page}", headers=ann.headers | PAGE | {"hx-request": "true"}
            )
            assert f"Older hint {number}." in asked.text
            assert f"{number}/{total}" in asked.text
            assert (f'hx-post="{path}/hints?{page}"' in asked.text) == (number < total)
        again = await client.post(f"{path}/hints?{page}", headers=ann.headers | PAGE)
        assert again.status_code == 303
        assert again.headers["location"] == f"{path}?{page}#hints"
        # In practice it is today's, of which there are fewer.
        practice = (await client.get(path, headers=ann.headers | PAGE)).text
        assert "Older hint" not in practice

    async def test_its_title_and_solution_are_of_that_version(
        self, page: str, client: httpx.AsyncClient, ann: Learner
    ) -> None:
        path = f"/problems/{PROBLEM}"
        text = (await client.get(f"{path}?{page}", headers=ann.headers | PAGE)).text
        assert re.search("<h1[^>]*>The older title</h1>", text)
        assert "The older solution." in text
        assert f'hx-get="{path}/solution?{page}"' in text
        part = await client.get(f"{path}/solution?{page}", headers=ann.headers | PAGE)
        assert "The older solution." in part.text
        practice = await client.get(f"{path}/solution", headers=ann.headers | PAGE)
        assert "The older solution." not in practice.text

    async def test_a_version_that_cannot_be_read_is_said_and_submissions_stay(
        self,
        page: str,
        client: httpx.AsyncClient,
        database: Database,
        settings: Settings,
        ann: Learner,
    ) -> None:
        place = settings.data_dir / "packages"
        shutil.rmtree(place, ignore_errors=True)
        snapshots._loaded.clear()
        place.write_text("not a folder")
        try:
            for method, part in (("GET", ""), ("GET", "/solution"), ("POST", "/hints")):
                answer = await client.request(
                    method, f"/problems/{PROBLEM}{part}?{page}", headers=ann.headers | PAGE
                )
                assert answer.status_code == 503
                assert "cannot read the version" in answer.text
                assert str(settings.data_dir) not in answer.text
            async with database.session() as session:
                sent = (await session.execute(select(Submission.id))).scalar_one()
            answer = await client.get(f"/submissions/{sent}", headers=ann.headers | PAGE)
            assert answer.status_code == 200
        finally:
            place.unlink()
