"""What a program says is shown, never obeyed: markup, scripts, terminal codes, reversed text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.editing import editor, submit
from tests.e2e.test_journey import JUDGED_MS, SLUG

IMAGE = '<img src=x onerror="window.ran=1">'
MARKUP = f"{IMAGE}<script>window.ran=1</script><svg/onload=window.ran=1>'\"`{{{{7*7}}}}`"
STEERING = "\u202e\u2066\x1b]0;title\x07\x1b[31m"

START = f"""\
# {STEERING} in the text of the program itself {MARKUP}
import sys

import flax.linen as nn
import jax

IMAGE = {IMAGE!r}
SAID = {MARKUP!r} + {STEERING!a}
"""

# Speaks on every channel that has words: both streams, the exception's class and its message.
RAISES = f"""{START}
def solve(seed, x, num_layers, features):
    print("printed", SAID)
    print("complained", SAID, file=sys.stderr)
    raise type(SAID, (Exception,), {{}})("raised " + SAID)
"""

# The keys of what it returns, as the tree of the output names them.
RETURNS_A_DICT = f"""{START}
def solve(seed, x, num_layers, features):
    return {{SAID: x, IMAGE: {{SAID: [x, x]}}}}
"""

# The classes, names and sown values of its layers, as the trace observes them.
NAMES_ITS_LAYERS = f"""{START}
class Layer(nn.Dense):
    pass

Layer.__name__ = Layer.__qualname__ = SAID

class Model(nn.Module):
    @nn.compact
    def __call__(self, x, num_layers, features):
        for number in range(int(num_layers)):
            x = Layer(int(features), name=IMAGE + str(number))(x)
        self.sow("intermediates", IMAGE, x)
        return x

def solve(seed, x, num_layers, features):
    variables = Model().init(jax.random.key(0), x, num_layers, features)
    return Model().apply(variables, x, num_layers, features, mutable=["intermediates"])[0]
"""


@pytest.mark.timeout(300)
def test_nothing_that_a_program_says_is_obeyed(visit: Callable, service) -> None:
    page: Page = visit().page
    page.goto(service.link_for(MARKUP))
    expect(page.locator(".topbar")).to_contain_text(MARKUP)

    # As it comes in on the page of the problem, by script.
    page.goto(f"/problems/{SLUG}")
    expect(page.locator("#state")).to_have_text("Not attempted")
    editor(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(RAISES)
    submit(page)
    result = page.locator("#result")
    expect(result.get_by_role("heading", name="Run-time error")).to_be_visible(timeout=JUDGED_MS)
    expect(page.locator("#state")).to_have_text("Attempted")
    for word in ("printed", "complained", "raised"):
        expect(result).to_contain_text(f"{word} {MARKUP}")
    is_inert(page, result)

    # And as the server writes it into a page of its own.
    for program in (RAISES, RETURNS_A_DICT, NAMES_ITS_LAYERS):
        answer = page.request.post(
            f"/api/v1/submissions?wait={JUDGED_MS // 2000}",
            data={"problem": SLUG, "source": program},
            timeout=JUDGED_MS,
        )
        assert answer.status == 200, answer.text()
        page.goto(f"/submissions/{answer.json()['id']}")
        expect(result).to_contain_text(IMAGE)
        source = page.locator("#source")
        expect(source).to_contain_text("⟨U+202E⟩⟨U+2066⟩␛]0;title␇␛[31m in the text")
        is_inert(page, page.locator("#main"))


def test_no_formula_covers_a_page(visit: Callable) -> None:
    page: Page = visit().page
    page.goto("/")
    box = page.locator("#main").evaluate(
        """(main) => {
          const formula = document.createElement("span");
          formula.className = "math";
          formula.dataset.tex = String.raw`\\rule{5000em}{5000em}`;
          main.append(formula);
          main.dispatchEvent(new CustomEvent("jurax:content", { bubbles: true }));
          return formula.querySelector(".rule").getBoundingClientRect().toJSON();
        }"""
    )
    assert 0 < box["width"] < 1000
    assert 0 < box["height"] < 1000


def is_inert(page: Page, part: Locator) -> None:
    """Asserts that hostile text made no element, ran nothing and steers nothing. That the page's
    policy was not called upon, every visit asserts."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert page.evaluate("window.ran") is None
    expect(part.locator("img, script, [onerror], [onload]")).to_have_count(0)
    text = part.evaluate("(element) => element.textContent")
    assert "{{7*7}}" in text
    assert not set(STEERING) - set("]0;title[31m") & set(text)
