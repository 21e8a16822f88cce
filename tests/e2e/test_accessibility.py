"""Every page held against the rules of axe-core (WCAG 2 A and AA, and best practices), and what is
worked by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from fastapi.datastructures import DefaultPlaceholder
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from playwright.sync_api import Page, Route, expect

from app import main
from judge.package import load
from tests.e2e.conftest import Service, Visitor
from tests.e2e.editing import editor, submit
from tests.e2e.school import School, found

# One worker: the school is founded once.
pytestmark = pytest.mark.xdist_group("accessibility")

ROOT = Path(__file__).parents[2]
AXE = ROOT / "app" / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
STUDENTS = 8
PROBLEMS = ("zero-last-layer", "stable-softmax")
WIDTHS = {"phone": {"width": 375, "height": 760}, "desk": {"width": 1280, "height": 800}}

# The pages by who opens them. `?…` chooses what is on them, where it matters.
SHARED = (
    "/",
    "/account",
    "/courses",
    "/courses/join?code=7H3K-9QXW",
    "/courses/{course_id}",
    "/courses/{course_id}/assignments/{assignment_id}",
    "/courses/{course_id}/regrades",
    "/notices",
    "/problems/{slug}?assignment_problem={problem_id}",
    "/submissions/{submission_id}",
    "/submissions/{judged}",
)
STUDENT = (*SHARED, "/courses/{course_id}/grades")
STAFF = (
    "/admin/audit",
    "/admin/invitations",
    "/admin/people",
    "/admin/people/{person_id}",
    "/courses/{course_id}/assignments/new",
    "/courses/{course_id}/assignments/{assignment_id}/edit",
    "/courses/{course_id}/extensions",
    "/courses/{course_id}/extensions/new",
    "/courses/{course_id}/extensions/{grant_id}",
    "/courses/{course_id}/gradebook?",
    "/courses/{course_id}/gradebook?assignment={assignment_id}",
    "/courses/{course_id}/gradebook/log",
    "/courses/{course_id}/gradebook/{problem_id}/{student_id}",
    "/courses/{course_id}/people",
    "/courses/{course_id}/people/class-list",
    "/courses/{course_id}/people/{person_id}",
    "/courses/{course_id}/rejudges",
    "/courses/{course_id}/rejudges/{rejudge_id}",
    "/courses/{course_id}/settings",
    "/submissions/{submission_id}/attempts/{number}",
)
# These say that there is nothing there, or that a link of a mail is not good any more.
WRONG = (
    "/no-such-page",
    "/join?token=x",
    "/password/reset?token=x",
    "/account/email/confirm?token=x",
)
STRANGERS = ("/", "/docs", "/signin/help", "/signup", "/password/forgot", *WRONG)

NO_PAGES = {
    "/admin": "leads to the people",
    "/notices/bell": "a part of every page",
    "/problems/{slug}/assignment": "a part of the problem's page",
    "/problems/{slug}/solution": "a part of the problem's page",
    "/problems/{slug}/submissions": "a part of the problem's page",
    "/submissions/{submission_id}/result": "a part of the submission's page",
    "/courses/{course_id}/rejudges/{rejudge_id}/progress": "a part of the rejudge's page",
    "/signin/oidc": "leads to a provider, where one is set",
    "/signin/oidc/callback": "leads back from a provider",
}

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What looks decide, and the width of the window: the rest is the same in every one of them.
OF_LOOKS = ["color-contrast", "scrollable-region-focusable", "target-size"]
LOOKS = (
    ("light", "desk", {"type": "tag", "values": RULES}),
    ("dark", "desk", {"type": "rule", "values": OF_LOOKS}),
    ("dark", "phone", {"type": "tag", "values": RULES}),
    ("light", "phone", {"type": "rule", "values": OF_LOOKS}),
)
# The reference of the API is drawn by Swagger UI, whose faults are not ours to mend.
RUN = """async (runOnly) => {
  const options = { runOnly, resultTypes: ["violations"], selectors: false };
  const { violations } = await axe.run({ exclude: [".swagger-ui"] }, options);
  return violations.map(({ id, help, nodes }) =>
    `${id} (${help}): ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" … ")}`);
}"""
# The words that a line's end divides.
BROKEN_WORDS = """(selector) => {
  const broken = [];
  for (const cell of document.querySelectorAll(selector)) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const { 0: word, index } of texts.currentNode.data.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, index);
        range.setEnd(texts.currentNode, index + word.length);
        if (range.getClientRects().length > 1) broken.push(word);
      }
    }
  }
  return broken;
}"""
# Of an element's text to its background, as WCAG computes it.
CONTRAST = """(element) => {
  const { color, backgroundColor } = getComputedStyle(element);
  const [over, under] = [color, backgroundColor].map((text) => {
    const parts = text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
    const linear = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  });
  return (Math.max(over, under) + 0.05) / (Math.min(over, under) + 0.05);
}"""
# What the scripts of a page put into it.
# All rows are there, and keys move in them.
GRID = "[role=grid]:not([aria-busy])"
DRAWN = {"/problems/": ".cm-content", "/gradebook?": GRID, "/docs": ".opblock"}


@pytest.fixture(scope="module")
def school(service: Service) -> School:
    """A course with something on every page."""
    packages = [load(ROOT / "problems" / slug) for slug in PROBLEMS]
    return service.write(lambda session: found(session, packages, STUDENTS))


@pytest.fixture(scope="module")
def judged(service: Service, school: School) -> str:
    """A submission of the student's with a whole report, of a wrong answer."""
    program = ROOT / "problems" / PROBLEMS[0] / "submissions" / "wrong_answer" / "bias_zeroed.py"
    answer = httpx.post(
        f"{service.url}/api/v1/submissions?wait=60",
        json={
            "problem": PROBLEMS[0],
            "source": program.read_text(),
            "assignment_problem": str(school.open_problem),
        },
        headers={"Authorization": f"Bearer {school.student_token}"},
        timeout=90,
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def sign_in(visit: Callable[..., Visitor], service: Service) -> Callable[..., Visitor]:
    """Opens a browser in somebody's session; scripts of the tests may run in its pages."""

    def sign_in(session: str | None) -> Visitor:
        visitor = visit(bypass_csp=True)
        if session:
            cookie = {"name": "jurax_session", "value": session, "url": service.url}
            visitor.page.context.add_cookies([cookie])
        return visitor

    return sign_in


class TestRules:
    """Nothing is found on any page, whoever looks at it, in light and dark, wide and narrow."""

    def test_every_page_is_looked_at(self) -> None:
        looked_at = {path.partition("?")[0] for path in (*STUDENT, *STAFF, *STRANGERS)}
        assert set(pages()) - looked_at - NO_PAGES.keys() == set()
        assert set(NO_PAGES) <= set(pages())

    @pytest.mark.parametrize(
        ("who", "paths"),
        [("student", STUDENT), ("owner", SHARED), ("owner", STAFF), ("stranger", STRANGERS)],
        ids=["student", "owner", "staff", "stranger"],
    )
    @pytest.mark.timeout(300)  # about 20 seconds where nothing else runs
    def test_nothing_is_found(
        self,
        sign_in: Callable[..., Visitor],
        school: School,
        judged: str,
        who: str,
        paths: tuple[str, ...],
    ) -> None:
        visitor = sign_in(getattr(school, f"{who}_session", None))
        visitor.watch.expect("status of 4")
        page = visitor.page
        axe = AXE.read_text(encoding="utf-8")
        complaints = []
        for path in paths:
            address = path.format(**places(school, judged))
            response = page.goto(address)
            assert response is not None
            assert (response.status == 200) == (path not in WRONG), address
            for part, drawn in DRAWN.items():
                if part in address:
                    expect(page.locator(drawn).first).to_be_visible()
            page.evaluate(axe)
            for scheme, width, rules in LOOKS:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size(WIDTHS[width])
                found = page.evaluate(RUN, rules)
                complaints += [f"{path}, {scheme}, {width}: {each}" for each in found]
                assert overhang(page) <= 0, f"{address} is wider than a {width}"
        assert not complaints, "\n".join(complaints)


def test_the_gradebook_shows_its_rows_while_the_others_are_on_the_way(
    sign_in: Callable[..., Visitor], school: School
) -> None:
    page = sign_in(school.owner_session).page
    held: list[Route] = []
    page.route("**/api/v1/courses/*/gradebook*", lambda route: held.append(route))
    page.goto(f"/courses/{school.course}/gradebook")
    expect(page.locator(".is-grid")).to_be_visible()
    for place in range(5):
        expect(page.locator(".gb-who").nth(place)).to_be_in_viewport(ratio=1)
    for each in held:
        each.continue_()
    expect(page.locator(".gb-keys")).to_be_visible()


def test_the_bar_counts_an_attempt_before_it_is_judged(
    sign_in: Callable[..., Visitor], school: School
) -> None:
    page = sign_in(school.student_session).page
    # As far as the page knows the judging never ends.
    page.route("**/events", lambda route: None)
    page.goto(f"/problems/{PROBLEMS[0]}?assignment_problem={school.open_problem}")
    expect(editor(page)).to_be_visible()
    with page.expect_response(re.compile(r"/assignment\?assignment_problem=")) as bar:
        submit(page)
    assert bar.value.ok


def test_no_word_of_the_log_is_broken(sign_in: Callable[..., Visitor], school: School) -> None:
    page = sign_in(school.owner_session).page
    page.set_viewport_size({"width": 800, "height": 800})
    page.goto(f"/courses/{school.course}/gradebook/log")
    expect(page.locator("td[data-label=By]").first).to_be_visible()
    assert page.evaluate(BROKEN_WORDS, "td[data-label=By], td[data-label=Student]") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_cannot_be_pressed_can_be_read(
    scheme: str, sign_in: Callable[..., Visitor], school: School
) -> None:
    page = sign_in(school.owner_session).page
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/courses/{school.course}/settings")
    button = page.locator(".button-primary").first
    button.evaluate("button => { button.style.transition = 'none'; button.disabled = true; }")
    assert button.evaluate(CONTRAST) >= 3


class TestKeyboard:
    """What a mouse does, keys do."""

    def test_the_gradebook(self, sign_in: Callable[..., Visitor], school: School) -> None:
        page = sign_in(school.owner_session).page
        page.goto(f"/courses/{school.course}/gradebook")
        expect(page.locator(GRID)).to_be_visible()
        tab_until(page, "[role=grid]")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(page.locator("td.is-active, td [aria-selected=true]").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        name = page.locator("tr:has(.is-active) .gb-who").text_content()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"/gradebook/{school.problem}/"))
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        page.keyboard.press("]")
        expect(page.get_by_role("heading", level=1)).not_to_have_text(name)

    def test_searching_and_sorting(self, sign_in: Callable[..., Visitor], school: School) -> None:
        page = sign_in(school.owner_session).page
        page.goto(f"/courses/{school.course}/gradebook")
        expect(page.locator(GRID)).to_be_visible()
        page.keyboard.press("/")
        page.keyboard.type("Grace")
        expect(page.get_by_role("status")).to_have_text(f"1 of {STUDENTS} students")
        tab_until(page, "[role=grid]")
        page.keyboard.press("Control+Home")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.get_by_role("columnheader", name="Student")).to_have_attribute(
            "aria-sort", "descending"
        )

    def test_a_menu(self, sign_in: Callable[..., Visitor], school: School) -> None:
        page = sign_in(school.owner_session).page
        page.goto(f"/courses/{school.course}/gradebook")
        menu = page.locator("details.menu")
        tab_until(page, "summary")
        page.keyboard.press("Enter")
        expect(menu.get_by_role("link", name="Canvas")).to_be_visible()
        page.keyboard.press("Tab")
        expect(menu.get_by_role("link", name="CSV", exact=True)).to_be_focused()
        page.keyboard.press("Escape")
        expect(menu.get_by_role("link", name="Canvas")).to_be_hidden()
        expect(menu.locator("summary")).to_be_focused()


def tab_until(page: Page, selector: str) -> None:
    """Press Tab until something that fits has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab leads to no {selector}")


def overhang(page: Page) -> int:
    """How much wider the page is than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width


def pages() -> list[str]:
    """The addresses of all pages that the application has, as its routers name them."""
    routers = {id(each): each for each in vars(main).values() if isinstance(each, APIRouter)}
    found = [
        route.path
        for router in routers.values()
        for route in router.routes
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
        and not route.include_in_schema
        and issubclass(response_class(route), HTMLResponse)
    ]
    assert len(found) > 40, "pages are found some other way now"
    return found


def response_class(route: APIRoute) -> type:
    """What a route answers with."""
    given = route.response_class
    return given.value if isinstance(given, DefaultPlaceholder) else given


def places(school: School, judged: str) -> dict[str, object]:
    """What stands in addresses."""
    return {
        "course_id": school.course,
        "assignment_id": school.assignment,
        "problem_id": school.problem,
        "grant_id": school.grant,
        "rejudge_id": school.rejudge,
        "submission_id": school.submission,
        "student_id": school.student,
        "person_id": school.student,
        "slug": school.slug,
        "number": 2,
        "judged": judged,
    }
