"""Every page in light and dark, wide and on a phone, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PHONE = {"width": 375, "height": 760}
DESK = {"width": 1440, "height": 900}
READABLE_BY_STRANGERS = (
    "/",
    "/problems/zero-last-layer",
    "/signin/help",
    "/signup",
    "/password/forgot",
    "/docs",
)


@pytest.mark.parametrize(
    ("viewport", "schemes"),
    [(PHONE, ("light", "dark")), (DESK, ("dark", "light"))],
    ids=["phone", "desk"],
)
def test_no_page_scrolls_sideways(
    visit: Callable, viewport: dict, schemes: tuple[str, str]
) -> None:
    page: Page = visit(viewport=viewport).page
    for path in READABLE_BY_STRANGERS:
        page.emulate_media(color_scheme=schemes[0])
        page.goto(path)
        page.wait_for_load_state("load")
        expect(page.locator("#main")).to_be_visible()
        if path == "/docs":
            expect(page.locator(".opblock").first).to_be_visible()
        if path.startswith("/problems/"):
            expect(page.locator(".math .katex").first).to_be_attached()
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            assert becomes(page, scheme), path
            assert overhang(page) <= 0, f"{path} is wider than its window"


def test_a_page_that_does_not_exist_says_so(visit: Callable) -> None:
    visitor = visit()
    visitor.watch.expect("404")
    response = visitor.page.goto("/problems/no-such-problem")
    assert response.status == 404
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Unknown problem")
    visitor.page.get_by_role("link", name="To the problems").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Problems")


def test_the_theme_is_kept_on_the_machine(visit: Callable) -> None:
    page: Page = visit(color_scheme="light").page
    page.goto("/")
    page.get_by_role("button", name="Use the dark theme").click()
    assert is_dark(page)
    expect(page.get_by_role("button", name="Use the light theme")).to_be_visible()
    page.goto("/signin/help")
    assert is_dark(page)


def test_the_theme_of_the_machine_is_where_the_button_starts(visit: Callable) -> None:
    page: Page = visit(color_scheme="dark").page
    page.goto("/")
    page.get_by_role("button", name="Use the light theme").click()
    assert not is_dark(page)


def test_the_list_is_filtered_by_keyboard(visit: Callable) -> None:
    page: Page = visit().page
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("nothing like this")
    expect(page.get_by_text("No problem fits this filter.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.type("zero last")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/problems/zero-last-layer$"))


def test_tabs_and_help_work_by_keyboard(visit: Callable) -> None:
    page: Page = visit().page
    page.goto("/problems/zero-last-layer")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("tab", name="Problem").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Hints")).to_be_focused()
    expect(page.locator("#hints")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()
    divider = page.get_by_role("separator")
    divider.focus()
    page.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "48")


def test_a_problem_can_be_read_without_scripts(visit: Callable) -> None:
    page: Page = visit(java_script_enabled=False).page
    page.goto("/problems/zero-last-layer")
    expect(page.locator(".math-display").first).to_have_text("y = xW + b")
    expect(page.get_by_text("The solution is locked")).to_be_visible()


def overhang(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    root = "document.documentElement"
    return page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")


def becomes(page: Page, scheme: str) -> bool:
    """Whether the page is painted so, or is soon: a script may have to hear of the change."""
    for _ in range(100):
        if is_dark(page) == (scheme == "dark"):
            return True
        page.wait_for_timeout(20)
    return False


def is_dark(page: Page) -> bool:
    """Whether the page is light text on a dark ground, as painted."""
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    channels = [int(part) for part in re.findall(r"\d+", colour)[:3]]
    return sum(channels) < 3 * 128
