"""A course from its making to the last answer, in real browsers, judged for real."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from app.settings import packaged_problems_dir
from tests.e2e.conftest import Host, Service
from tests.e2e.editing import editor, submit, write

# One worker: the school's service is started once. The longest group, so the first to start.
pytestmark = pytest.mark.xdist_group("course")

PACKAGES = packaged_problems_dir()
SOFTMAX, NORM = "Softmax that does not overflow", "Layer normalisation"
# Right, but rounded more than others: a version of the problem that is too strict refuses it.
ROUNDED = PACKAGES / "stable-softmax" / "submissions" / "accepted" / "logsumexp.py"
OVERFLOWS = PACKAGES / "stable-softmax" / "submissions" / "wrong_answer" / "naive_exp.py"
RIGHT = PACKAGES / "layer-norm" / "submissions" / "accepted" / "jnp_var.py"
JUDGED_MS = 90_000
COURSE, ASSIGNMENT = "Numerics in JAX", "Week 1"

PEOPLE = """name,email,role
Ines Marlow,ines@example.com,instructor
Gil Gray,gil@example.com,learner
Ann Archer,ann@example.com,learner
Ben Bright,ben@example.com,learner
"""
CLASS_LIST = """Name,E-Mail,Section,Role,Student ID
Ann Archer,ann@example.com,Lab 1,,1001
Cleo Cray,cleo.example.com,Lab 1,,1002
Ben Bright,ben@example.com,Lab 2,student,1003
Gil Gray,gil@example.com,,grader,
"""


class School:
    """A service with two problems, the first of which is too strict until it is corrected."""

    def __init__(self, problems: Path) -> None:
        self._problems = problems
        # Each way to a problem's page would have a spare prepared, and few programs are judged.
        self._host = Host("--problems", problems, spares=0)

    def open(self) -> Service:
        """Start the service, and make accounts of the people."""
        for slug in ("stable-softmax", "layer-norm"):
            shutil.copytree(PACKAGES / slug, self._problems / slug)
        self._edit_softmax({"version: 1.0.0": "version: 0.9.0", "rtol: 1.0e-3": "rtol: 1.0e-5"})
        service = self._host.start()
        people = self._host.data_dir / "people.csv"
        people.write_text(PEOPLE)
        service.run("admin", "import", "people", people, "--apply")
        self._port = urlsplit(service.url).port
        return service

    def correct_softmax(self) -> None:
        """What an operator does who gets a better version of a problem: stop, replace, start."""
        self._host.stop()
        self._edit_softmax({"version: 0.9.0": "version: 1.0.0", "rtol: 1.0e-5": "rtol: 1.0e-3"})
        self._host.start(self._port)

    def close(self) -> None:
        """End the service."""
        self._host.close()

    def _edit_softmax(self, changes: dict[str, str]) -> None:
        written = self._problems / "stable-softmax" / "problem.yaml"
        text = written.read_text(encoding="utf-8")
        for before, after in changes.items():
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        written.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def school() -> Iterator[School]:
    """Where the courses of this module are."""
    # Not in pytest's own folder, which is closed to the user that programs run as.
    problems = Path(tempfile.mkdtemp(prefix="jurax-problems-"))
    problems.chmod(0o755)
    made = School(problems)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(problems, ignore_errors=True)


@pytest.fixture(scope="module")
def service(school: School) -> Service:
    """The school's service, in place of the one that other modules share."""
    return school.open()


@pytest.fixture
def sign_in(visit: Callable, service: Service) -> Callable[..., Page]:
    """Opens a browser in which somebody is signed in, whom the service may refuse with a status."""

    def open_page(name: str, refused: str = "") -> Page:
        visitor = visit(timezone_id="Europe/Berlin")
        if refused:
            visitor.watch.expect(refused)
        visitor.page.goto(service.link_of(name))
        return visitor.page

    return open_page


@pytest.mark.timeout(600)
def test_a_course_from_its_making_to_the_last_answer(
    sign_in: Callable[..., Page], school: School
) -> None:
    ines = sign_in("Ines Marlow")
    make_course(ines, COURSE)
    enrol_by_file(ines)
    now = datetime.now(UTC)
    make_assignment(ines, due=now - timedelta(hours=2), until=now + timedelta(days=3))
    extend(ines, "Ann Archer", due=now + timedelta(days=1))

    # What students submit appears in the gradebook that is open all the while.
    tab(ines, "Gradebook")
    expect(cell(ines, "Ann Archer", SOFTMAX)).to_contain_text("nothing submitted")
    ann, ben = sign_in("Ann Archer"), sign_in("Ben Bright")
    hand_in(ann, SOFTMAX, ROUNDED, "Wrong answer")
    expect(cell(ines, "Ann Archer", SOFTMAX)).to_have_text(re.compile(r"^\d"))
    hand_in(ann, NORM, RIGHT, "Accepted")
    expect(ann.locator(".assignment-bar")).to_contain_text("20 of 20 points")
    expect(cell(ines, "Ann Archer", NORM)).to_have_text("20")
    hand_in(ben, SOFTMAX, OVERFLOWS, "Wrong answer")
    hand_in(ben, NORM, RIGHT, "Accepted")
    expect(ben.locator(".assignment-bar")).to_contain_text("18 of 20 points")
    expect(cell(ines, "Ben Bright", NORM)).to_have_text(re.compile("^18.*1 day late"))

    # By hand: a comment on a line, and points with a reason.
    see_as_student(ines, "Ann Archer", SOFTMAX)
    comment(ines, line=6, text="Is this the row's largest score?")
    see_as_student(ines, "Ben Bright", SOFTMAX)
    adjust(ines, "6.5", "The idea is there; we spoke in Lab 2.")

    # The problem is corrected. Nobody's points change before it was seen whose would.
    leave(ines, ann, ben)
    school.correct_softmax()
    pin_corrected(ines)
    rejudge(ines, "The tolerance was too strict for a right form.")

    # What is exported is what is seen.
    tab(ines, "Gradebook")
    choose_assignment(ines)
    ines.get_by_role("button", name="Publish grades").click()
    expect(ines.get_by_text("students see these grades")).to_be_visible()
    assert export(ines) == shown(ines)

    # Students learn what they have, and why; one asks.
    read_what_changed(ann)
    question, answered = "Is the idea not worth more?", "A little more, then."
    ask(ben, question)
    answer(ines, question, answered, points="7")
    read_answer(ben, answered)
    tab(ines, "Gradebook")
    expect(cell(ines, "Ben Bright", SOFTMAX)).to_have_text(re.compile("^7.*set by hand"))
    choose_assignment(ines)
    assert export(ines) == shown(ines)


@pytest.mark.timeout(300)
def test_two_who_grade_at_once(sign_in: Callable[..., Page]) -> None:
    course = "Graded by two"
    ines, gil = sign_in("Ines Marlow"), sign_in("Gil Gray", refused="409")
    make_course(ines, course)
    enrol_by_file(ines)
    now = datetime.now(UTC)
    make_assignment(ines, due=now + timedelta(hours=1), until=now + timedelta(days=1))
    gil.goto("/courses")
    gil.get_by_role("link", name=course).click()
    for page in (ines, gil):
        tab(page, "Gradebook")
        cell(page, "Ann Archer", SOFTMAX).get_by_role("link").click()
        expect(page.get_by_label("Points, of")).to_be_visible()
    adjust(ines, "8", "Shown on paper.")

    # Who comes second is told what the first did, and nothing that either wrote is lost.
    gil.get_by_label("Points, of").fill("5")
    why(gil).fill("Half of it was shown in the lab.")
    gil.get_by_role("button", name="Save").click()
    expect(gil.get_by_role("alert")).to_contain_text("Ines Marlow")
    expect(gil.get_by_role("alert")).to_contain_text("8")
    expect(gil.locator(".gb-big")).to_contain_text("8 of 10")
    expect(gil.get_by_label("Points, of")).to_have_value("5")
    expect(why(gil)).to_have_value("Half of it was shown in the lab.")

    # Having read that, the second may still decide otherwise. The log has both.
    gil.get_by_role("button", name="Save").click()
    expect(gil.locator(".gb-big")).to_contain_text("5 of 10")
    ines.get_by_role("link", name="What was changed here").click()
    entries = ines.get_by_role("table").get_by_role("row")
    expect(entries).to_have_count(3)
    for text in ("8 → 5", "Gil Gray", "Half of it was shown in the lab."):
        expect(entries.nth(1)).to_contain_text(text)
    for text in ("none → 8", "Ines Marlow", "Shown on paper."):
        expect(entries.nth(2)).to_contain_text(text)


@pytest.mark.timeout(300)
def test_a_deadline_that_passes_while_the_page_is_open(sign_in: Callable[..., Page]) -> None:
    course = "Deadlines"
    ines, ben = sign_in("Ines Marlow"), sign_in("Ben Bright", refused="403")
    make_course(ines, course)
    enrol_by_file(ines)
    make_assignment(ines, due=datetime.now(UTC) + timedelta(hours=1))
    open_problem(ben, course, NORM)
    expect(ben.locator(".assignment-bar")).to_contain_text("Due")
    write(ben, RIGHT)

    # After the end it is practice, and the page says so beside the verdict.
    end_now(ines)
    submit(ben)
    expect(ben.locator(".assignment-bar")).to_contain_text("what you submit now is practice")
    expect(ben.locator("#result").get_by_role("heading", name="Accepted")).to_be_visible(
        timeout=JUDGED_MS
    )
    expect(ben.locator(".assignment-bar")).to_contain_text("what you submit now is practice")

    # Where nothing is taken after the end, the page says that; the program stays.
    end_now(ines, practice=False)
    submit(ben)
    refusal = ben.locator("#result")
    expect(refusal.get_by_role("heading", name="The assignment is closed")).to_be_visible()
    expect(refusal).to_contain_text(ASSIGNMENT)
    expect(ben.locator(".assignment-bar")).to_contain_text("nothing is taken any more")
    expect(editor(ben)).to_contain_text("jnp.var")
    tab(ines, "Gradebook")
    expect(cell(ines, "Ben Bright", NORM)).to_contain_text("nothing submitted")


def make_course(page: Page, title: str) -> None:
    """A course that reads its dates in UTC."""
    page.get_by_role("link", name="Courses").click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Term").fill("Autumn")
    page.get_by_label("Time zone").select_option("UTC")
    page.get_by_role("button", name="Make the course").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def enrol_by_file(page: Page) -> None:
    """A class list with a wrong row: it is named, and all the others are done."""
    tab(page, "People")
    page.get_by_role("link", name="Class list from a file").click()
    file = {"name": "class.csv", "mimeType": "text/csv", "buffer": CLASS_LIST.encode()}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Show what it does").click()
    expect(page.get_by_text("Nothing is written yet")).to_be_visible()
    wrong = page.get_by_role("table").first.get_by_role("row").nth(1)
    expect(wrong).to_contain_text(re.compile("^3'cleo.example.com' is no e-mail"))
    expect(page.get_by_role("row", name=re.compile("Ben Bright"))).to_contain_text("Lab 2")
    page.get_by_role("button", name="Do this, without the wrong rows").click()
    expect(page.get_by_text("3 people enrolled")).to_be_visible()
    page.get_by_role("link", name="See the people").click()
    expect(page.get_by_role("status")).to_have_text("4 people")
    expect(page.get_by_role("row", name=re.compile("Gil Gray"))).to_contain_text("Grader")


def make_assignment(page: Page, due: datetime, until: datetime | None = None) -> None:
    """Two problems of 10 and 20 points; 10 % a day where something is taken late."""
    tab(page, "Overview")
    page.get_by_role("link", name="New assignment").click()
    page.get_by_label("Title").fill(ASSIGNMENT)
    page.get_by_label("Listed").check()
    page.get_by_role("textbox", name="Due").fill(on_the_clock(due))
    if until is not None:
        page.get_by_label("Taken until").fill(on_the_clock(until))
        page.get_by_label("Penalty a day").fill("10")
    for number, (problem, points) in enumerate(((SOFTMAX, "10"), (NORM, "20")), 1):
        page.get_by_label(f"Which problem {number}").select_option(problem)
        page.get_by_label(f"Points of problem {number}").fill(points)
    page.get_by_role("button", name="Make the assignment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ASSIGNMENT)
    expect(page.locator(".lede")).to_contain_text("10 %" if until is not None else "Due")


def extend(page: Page, name: str, due: datetime) -> None:
    """More time for one student."""
    page.get_by_role("link", name="Extensions").last.click()
    page.get_by_role("link", name="Grant something").click()
    page.get_by_label("Assignment").select_option(ASSIGNMENT)
    page.get_by_label(re.compile(name)).check()
    page.get_by_role("textbox", name="Due").fill(on_the_clock(due))
    page.get_by_label("Why").fill("Was ill.")
    page.get_by_role("button", name="Grant it").click()
    expect(page.get_by_role("row", name=re.compile(name))).to_contain_text("Was ill.")


def end_now(page: Page, *, practice: bool = True) -> None:
    """Move the due date of the open assignment to a minute ago."""
    tab(page, "Overview")
    page.get_by_role("link", name=ASSIGNMENT, exact=True).last.click()
    page.get_by_role("link", name="Edit").click()
    due = page.get_by_role("textbox", name="Due")
    due.fill(on_the_clock(datetime.now(UTC) - timedelta(minutes=1)))
    page.get_by_label("After the end it can be practised").set_checked(practice)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ASSIGNMENT)


def open_problem(page: Page, course: str, problem: str) -> None:
    """Find a problem of the assignment."""
    page.get_by_role("link", name="Courses").click()
    page.get_by_role("link", name=course).click()
    page.get_by_role("link", name=ASSIGNMENT, exact=True).last.click()
    page.get_by_role("link", name=f"Open {problem}").click()


def hand_in(page: Page, problem: str, program: Path, verdict: str) -> None:
    """Submit a program to a problem of the assignment, and wait for the verdict."""
    open_problem(page, COURSE, problem)
    write(page, program)
    submit(page)
    heading = page.locator("#result").get_by_role("heading", name=verdict)
    expect(heading).to_be_visible(timeout=JUDGED_MS)


def see_as_student(page: Page, student: str, problem: str) -> None:
    """Open a cell of the gradebook."""
    tab(page, "Gradebook")
    cell(page, student, problem).get_by_role("link").click()
    expect(page.get_by_text("As the student sees it")).to_be_visible()
    expect(page.locator("#result").get_by_role("heading", name="Wrong answer")).to_be_visible()


def comment(page: Page, line: int, text: str) -> None:
    """Comment on a line of the program that is shown."""
    page.get_by_role("link", name="As you may see it, with comments").click()
    page.get_by_role("link", name=f"Comment on line {line}", exact=True).click()
    page.get_by_role("textbox", name=f"Comment on line {line}", exact=True).fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article", name=f"on line {line}")).to_contain_text(text)
    page.go_back()


def adjust(page: Page, points: str, reason: str) -> None:
    """Set the points of the open cell."""
    page.get_by_label("Points, of").fill(points)
    why(page).fill(reason)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".gb-big")).to_contain_text(points)
    expect(page.get_by_text(reason)).to_be_visible()


def why(page: Page) -> Locator:
    """Where a reason is given for points by hand."""
    return page.get_by_role("textbox", name=re.compile("^Why"))


def pin_corrected(page: Page) -> None:
    """Let the assignment pin the corrected version of its first problem."""
    page.goto("/courses")
    page.get_by_role("link", name=COURSE).click()
    page.get_by_role("link", name=ASSIGNMENT, exact=True).last.click()
    page.get_by_role("link", name="Edit").click()
    version = page.get_by_label("Version of problem 1")
    current = version.locator("option", has_text="current")
    expect(current).to_contain_text("1.0.0")
    version.select_option(current.get_attribute("value"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=re.compile(SOFTMAX))).to_contain_text("1.0.0")


def rejudge(page: Page, reason: str) -> None:
    """Judge again what the older version judged; look who would gain; apply."""
    tab(page, "Rejudges")
    expect(page.get_by_role("status").first).to_contain_text("2 submissions were judged by another")
    page.get_by_role("link", name="Judge again by what is pinned").click()
    page.get_by_label(re.compile("^Why")).fill(reason)
    page.get_by_role("button", name="Count what is chosen").click()
    expect(page.get_by_role("status", name="What is chosen")).to_contain_text("of 2 students")
    page.get_by_role("button", name="Judge 2 again").click()
    expect(page.get_by_text("2 of 2 judged")).to_be_visible(timeout=JUDGED_MS)
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    ann = page.get_by_role("row", name=re.compile("Ann Archer"))
    expect(ann).to_contain_text("10 of 10")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()


def read_what_changed(page: Page) -> None:
    """A student is told of the rejudge and of the comment, and finds both."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("Notices, ")).click()
    notices = page.locator(".notice-list")
    expect(notices).to_contain_text(f"Grades of {ASSIGNMENT} are published.")
    expect(notices).to_contain_text("The tolerance was too strict for a right form.")
    page.get_by_role("button", name=re.compile("^Open.*comment")).click()
    expect(page.get_by_role("heading", name="Accepted")).to_be_visible()
    commented = page.get_by_role("article", name="on line 6")
    expect(commented).to_contain_text("Is this the row's largest score?")
    my_grades(page)
    expect(page.get_by_role("listitem").filter(has_text=SOFTMAX).first).to_contain_text("10 of 10")
    expect(page.locator(".gb-history")).to_contain_text("→ 10")


def ask(page: Page, question: str) -> None:
    """A student reads what being late cost and what was set by hand, and asks about that."""
    my_grades(page)
    late = page.get_by_role("listitem").filter(has_text=NORM).first
    expect(late).to_contain_text("18 of 20")
    expect(late).to_contain_text("1 day late")
    by_hand = page.get_by_role("listitem").filter(has_text=SOFTMAX).first
    expect(by_hand).to_contain_text("6.5 of 10")
    expect(by_hand).to_contain_text("The idea is there; we spoke in Lab 2.")
    by_hand.get_by_role("link", name="See the submission").click()
    page.get_by_label("What is wrong with it").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("article").filter(has_text=question)).to_contain_text("Open")


def answer(page: Page, question: str, text: str, points: str) -> None:
    """An instructor finds the question on the course's page, and answers with other points."""
    tab(page, "Overview")
    page.get_by_role("link", name="1 question").click()
    asked = page.get_by_role("article").filter(has_text=question)
    expect(asked).to_contain_text("Ben Bright")
    asked.get_by_label("Answer").fill(text)
    asked.get_by_label("New points").fill(points)
    asked.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Nobody waits for an answer.")).to_be_visible()


def read_answer(page: Page, text: str) -> None:
    """The student is told of the answer."""
    page.get_by_role("link", name=re.compile("Notices")).click()
    page.get_by_role("button", name=re.compile("^Open.*question")).first.click()
    expect(page.get_by_role("article").filter(has_text=text)).to_contain_text("Answered")


def my_grades(page: Page) -> None:
    """A student's own page of grades."""
    page.goto("/courses")
    page.get_by_role("link", name=COURSE).click()
    tab(page, "My grades")


def choose_assignment(page: Page) -> None:
    """Narrow the gradebook to the assignment."""
    expect(page.locator(".gb-keys")).to_be_visible()
    page.locator("#gb-assignment").select_option(ASSIGNMENT)
    expect(page).to_have_url(re.compile("assignment="))


def export(page: Page) -> list[list[str]]:
    """The CSV file that the gradebook offers: its columns in the order of the page, then its rows
    by name."""
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="CSV", exact=True).click()
    page.get_by_text("Export", exact=True).click()
    text = Path(downloading.value.path()).read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    total = header.pop()
    order = [header.index(name) for name in ("Name", "Student number", "Section")]
    order += [len(header), *range(5, len(header))]
    return [[line[place] for place in order] for line in ([*header, total], *rows)]


def shown(page: Page) -> list[list[str]]:
    """The gradebook as the page shows it, in the words of the file."""
    expect(page.locator(".gb-keys")).to_be_visible()
    return page.locator(".gb-table").evaluate(
        """(table) => {
          const words = (within, part) => within.querySelector(part)?.textContent.trim() ?? "";
          const heading = (each) =>
            `${words(each, ".gb-of")}: ${words(each, ".gb-title")}`.replace(/^: /, "") +
            ` (${words(each, ".gb-most").replace("of ", "")})`;
          const figure = (each) => each.querySelector(".gb-none")
            ? "" : (each.querySelector("a") ?? each).firstChild?.textContent.trim() ?? "";
          const columns = [...table.tHead.rows[0].cells].slice(1).map(heading);
          const students = [...table.tBodies[0].rows].filter((row) => words(row, ".gb-who"));
          const rows = students.map((row) => [
            words(row, ".gb-who"),
            ...words(row, ".gb-more").split(", "),
            ...[...row.cells].slice(1).map(figure),
          ]);
          return [["Name", "Student number", "Section", ...columns], ...rows];
        }"""
    )


def tab(page: Page, name: str) -> None:
    """Open a page of the course by its tab."""
    link = page.get_by_role("navigation", name="Course").get_by_role("link", name=name)
    link.click()
    expect(link).to_have_attribute("aria-current", re.compile("page|true"))


def leave(*pages: Page) -> None:
    """Let no page be open that listens to the service."""
    for page in pages:
        page.goto("about:blank")


def cell(page: Page, student: str, problem: str) -> Locator:
    """A cell of the gradebook that is shown."""
    expect(page.locator(".gb-table thead th").last).to_be_visible()
    headings = page.locator(".gb-table thead th").all_inner_texts()
    (place,) = (number for number, text in enumerate(headings) if problem in text)
    row = page.locator(".gb-table tbody tr", has_text=student)
    return row.locator("th, td").nth(place)


def on_the_clock(moment: datetime) -> str:
    """A moment as the form's clock, which is UTC's, shows it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
