"""A learner's way from stranger to solution, in a real browser, judged for real."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.settings import packaged_problems_dir
from tests.e2e.editing import editor, submit, write

SLUG = "zero-last-layer"
PACKAGE = packaged_problems_dir() / SLUG
WRONG = PACKAGE / "submissions" / "wrong_answer" / "dense_n_minus_2.py"
RIGHT = PACKAGE / "submissions" / "accepted" / "compact_dict_spread.py"
JUDGED_MS = 90_000


@pytest.mark.timeout(300)
def test_from_stranger_to_solution(visit: Callable, service) -> None:
    page: Page = visit().page

    # A stranger reads the problem: formulas are set, hints and solution are shut.
    page.goto("/")
    page.get_by_role("link", name="Zero the last layer's kernel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zero the last layer's kernel")
    expect(page.locator(".math .katex").first).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("num_layers"))).to_be_visible()
    page.get_by_role("tab", name="Hints").click()
    expect(page.get_by_text("to reveal the first one")).to_be_visible()
    page.get_by_role("tab", name="Solution").click()
    expect(page.get_by_text("The solution is locked")).to_be_visible()

    # What a stranger types is kept; submitting tells how to sign in.
    write(page, WRONG)
    submit(page)
    expect(page.get_by_role("heading", name="Sign in to have it judged")).to_be_visible()

    page.goto(service.link_for("ada"))
    page.goto(f"/problems/{SLUG}#solution")
    expect(page.get_by_text("The solution is locked")).to_be_visible()
    expect(editor(page)).to_contain_text(last_line(WRONG))

    # A wrong program: verdict, diagnosis, the section that explains it.
    page.keyboard.press("e")
    page.keyboard.press("Control+Enter")
    result = page.locator("#result")
    expect(result.get_by_role("heading", name="Wrong answer")).to_be_visible(timeout=JUDGED_MS)
    expect(page.locator("#announcer")).to_contain_text("Wrong answer. ")
    expect(result.locator(".diagnosis")).to_contain_text("the layer before the last one is zero")
    expect(result.locator(".evidence")).to_contain_text("agree")
    evidence = result.locator(".evidence .finding details").first
    expect(evidence).not_to_have_attribute("open", "")
    evidence.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(evidence).to_have_attribute("open", "")
    result.get_by_role("link", name=re.compile("Read about this mistake")).click()
    expect(page.get_by_role("tab", name="Problem")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="Off by one")).to_be_in_viewport()

    # Hints come one at a time.
    page.get_by_role("tab", name="Hints").click()
    page.get_by_role("button", name=re.compile("Reveal hint 1 of")).click()
    expect(page.get_by_role("heading", name="Hint 1")).to_be_visible()
    expect(page.get_by_role("heading", name="Hint 2")).to_have_count(0)

    # A right one: accepted, all points, and the solution is there without a reload.
    write(page, RIGHT)
    submit(page)
    expect(result.get_by_role("heading", name="Accepted")).to_be_visible(timeout=JUDGED_MS)
    expect(result).to_contain_text("100 of 100 points")
    result.get_by_role("link", name="Compare with the solution").click()
    expect(page.get_by_text("The solution is locked")).to_have_count(0)
    expect(page.locator("#solution .prose")).to_be_visible()

    # Both submissions are listed, and the permalink shows the same result.
    page.get_by_role("tab", name="Submissions").click()
    expect(page.locator(".submission-list li")).to_have_count(2)
    page.locator(".submission-list a", has_text="Wrong answer").click()
    expect(page.get_by_role("heading", name="Wrong answer")).to_be_visible()
    expect(page.locator(".diagnosis")).to_contain_text("the layer before the last one is zero")
    expect(page.locator(".source code")).to_contain_text(last_line(WRONG))

    # A result with all its parts open fits a phone as well.
    page.set_viewport_size({"width": 375, "height": 760})
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")


def test_the_printed_link_signs_in_once_and_gives_a_token(visit: Callable, service) -> None:
    visitor = visit()
    page: Page = visitor.page
    page.goto(service.sign_in_link)
    expect(page).to_have_url(re.compile(r"/$"))
    page.get_by_role("link", name="you", exact=True).click()
    page.get_by_label("What it is for").fill("a test")
    page.get_by_role("button", name="Create a token").click()
    expect(page.locator("#token")).not_to_be_empty()
    token = page.get_by_role("listitem").filter(has_text="a test")
    expect(token).to_contain_text("never used")
    token.get_by_role("button", name="Revoke a test").click()
    expect(token).to_have_count(0)
    # Not attempted yet: the solution is at hand for who runs the service, but not in the way.
    page.goto(f"/problems/{SLUG}#solution")
    expect(page.locator("#solution details")).not_to_have_attribute("open", "")
    page.goto("/account")
    page.get_by_role("button", name="Sign out of this browser").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()

    visitor.watch.expect("403")
    page.goto(service.sign_in_link)
    expect(page.get_by_role("heading", name="Not allowed")).to_be_visible()


def test_a_draft_can_be_dropped_for_the_starter(visit: Callable, service) -> None:
    page: Page = visit().page
    page.goto(f"/problems/{SLUG}")
    reset = page.get_by_role("button", name="Reset")
    expect(reset).to_be_disabled()
    write(page, RIGHT)
    expect(page.get_by_text("Draft kept on this machine")).to_be_visible()
    page.reload()
    expect(editor(page)).to_contain_text(last_line(RIGHT))
    reset.click()
    page.get_by_role("button", name="Restore the starter").click()
    expect(editor(page)).not_to_contain_text(last_line(RIGHT))
    expect(reset).to_be_disabled()


def test_a_draft_is_its_writers_own_on_a_browser_that_several_use(visit: Callable, service) -> None:
    page: Page = visit().page

    def opened_by(name: str) -> None:
        page.goto(service.link_for(name))
        page.goto(f"/problems/{SLUG}")

    page.goto(f"/problems/{SLUG}")
    write(page, WRONG)
    opened_by("ada")
    expect(editor(page)).to_contain_text(last_line(WRONG))
    opened_by("ben")
    expect(editor(page)).not_to_contain_text(last_line(WRONG))
    write(page, RIGHT)
    opened_by("ada")
    expect(editor(page)).to_contain_text(last_line(WRONG))
    opened_by("ben")
    expect(editor(page)).to_contain_text(last_line(RIGHT))


def test_a_tab_in_which_nothing_was_written_leaves_the_draft_of_another(visit: Callable) -> None:
    page: Page = visit().page
    page.goto(f"/problems/{SLUG}")
    second = page.context.new_page()
    second.goto(f"/problems/{SLUG}")
    write(second, RIGHT)
    expect(second.get_by_text("Draft kept on this machine")).to_be_visible()
    page.goto("/")
    second.reload()
    expect(editor(second)).to_contain_text(last_line(RIGHT))


def last_line(program: Path) -> str:
    """The last line of a program, by which it is known again."""
    return program.read_text(encoding="utf-8").strip().splitlines()[-1].strip()
