"""Writing and submitting a program on the problem page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page


def editor(page: Page) -> Locator:
    """What can be typed into. Playwright looks into the shadow root that holds it."""
    return page.locator("[data-editor] .cm-content")


def write(page: Page, program: Path) -> None:
    """Put a program into the editor, as pasting does."""
    editor(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(program.read_text(encoding="utf-8"))


def submit(page: Page) -> None:
    """Have judged what the editor holds."""
    page.locator(".submit-bar [data-submit]").click()
