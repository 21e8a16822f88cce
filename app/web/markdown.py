"""Markdown to safe HTML: headings with ids, formulas that KaTeX sets in the page, coloured code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import PythonLexer, get_lexer_by_name

# A statement's ids live in a space of their own, so that no package can name its heading like an
# element that the page's scripts look for.
SECTION_PREFIX = "section-"

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_TAGS = _HEADINGS | {"a", "blockquote", "br", "code", "del", "div", "em", "hr", "li", "ol", "p"}
_TAGS |= {"pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href", "title"},
    "div": {"data-tex"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "span": {"data-tex"},
} | {heading: {"id"} for heading in _HEADINGS}
# Those whose time grows as the text does. Of many others a comment's worth takes seconds, in which
# nobody else is served.
_COLOURED = {"pycon", "pytb", "json", "toml", "bash", "sh", "diff"}
_PYTHON = {"python", "py", "python3"}
# Longer than any program that somebody wrote; the longest that is judged would take seconds.
_MOST_COLOURED = 1 << 16
_CLASS = re.compile(r"(?:math|math-display|code|tok-[a-z0-9]+)\Z")
_HEADING_ID = re.compile(r"\s*\{#([A-Za-z][\w-]*)\}\s*\Z")


@lru_cache(maxsize=256)
def render_markdown(text: str) -> Markup:
    """The HTML of a statement, a hint or a solution, safe to put into a page."""
    return _cleaned(_parser().render(text))


def render_note(text: str) -> Markup:
    """The HTML of what somebody wrote in passing: the same without headings, of which a page has
    its own, and with lines as they were broken."""
    return _cleaned(_parser(notes=True).render(text))


def _cleaned(html: str) -> Markup:
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Markup(cleaned)  # noqa: S704 — nh3 has just cleaned it


def highlight_code(source: str, language: str = "python") -> Markup:
    """Source text as coloured spans (classes, never styles: the page's policy forbids those)."""
    lexer = _lexer(language)
    if lexer is None or len(source) > _MOST_COLOURED:
        return Markup.escape(source)
    coloured = highlight(source, lexer, HtmlFormatter(nowrap=True, classprefix="tok-"))
    return Markup(coloured)  # noqa: S704 — pygments escapes the text


class _Python(PythonLexer):
    """Takes a docstring for any other string. Pygments looks for one on each line through all the
    blank ones that follow: of a program of nothing else that takes the square of its length."""

    tokens: ClassVar[dict[str, Any]] = {
        **PythonLexer.tokens,
        "root": [
            rule
            for rule in PythonLexer.tokens["root"]
            if not (isinstance(rule, tuple) and rule[0].startswith(r"^(\s*)"))
        ],
    }


def _lexer(language: str) -> Lexer | None:
    if language in _PYTHON:
        return _Python(stripnl=False)
    return get_lexer_by_name(language, stripnl=False) if language in _COLOURED else None


@lru_cache(maxsize=2)
def _parser(*, notes: bool = False) -> MarkdownIt:
    options = {"html": False, "breaks": notes}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    if notes:
        parser.disable(["heading", "lheading"])
    parser.disable("image")  # a page shows nothing from another host; what is left is a link
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.core.ruler.push("sections", _name_sections)
    parser.core.ruler.push("corners", _empty_corners)
    parser.add_render_rule("fence", _render_fence)
    parser.add_render_rule("code_block", _render_fence)
    parser.add_render_rule("math_inline", _render_math_inline)
    parser.add_render_rule("math_inline_double", _render_math_display)
    parser.add_render_rule("math_block", _render_math_display)
    parser.add_render_rule("math_block_label", _render_math_display)
    return parser


def _name_sections(state: StateCore) -> None:
    """Give every heading an id (``## Title {#id}`` or one made from its text) and point the
    text's own ``#id`` links at it."""
    taken: set[str] = set()
    for opening, content in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open":
            opening.attrSet("id", SECTION_PREFIX + _unique(_take_id(content), taken))
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "link_open":
                href = str(child.attrGet("href") or "")
                if href.startswith("#"):
                    child.attrSet("href", f"#{SECTION_PREFIX}{href[1:]}")


def _empty_corners(state: StateCore) -> None:
    """Make a heading of a table that says nothing a plain cell: it is the head of no column."""
    for opening, content, closing in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if opening.type == "th_open" and not content.content.strip():
            opening.tag = closing.tag = "td"


def _take_id(heading: Token) -> str:
    """Take the written id out of a heading's text, or make one from the text."""
    last = heading.children[-1] if heading.children else None
    if last is not None and last.type == "text" and (found := _HEADING_ID.search(last.content)):
        last.content = last.content[: found.start()]
        return found[1]
    return re.sub(r"[^\w]+", "-", heading.content.lower()).strip("-") or "part"


def _unique(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}-{count}"
    taken.add(candidate)
    return candidate


def _render_fence(_: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    token = tokens[index]
    language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
    body = highlight_code(token.content, language) if language else escapeHtml(token.content)
    # Focusable, because a long line scrolls sideways and a keyboard must reach it.
    return f'<pre class="code" tabindex="0"><code>{body}</code></pre>\n'


def _render_math_inline(
    _: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object
) -> str:
    tex = escapeHtml(tokens[index].content.strip())
    return f'<span class="math" data-tex="{tex}">{tex}</span>'


def _render_math_display(
    _: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: object
) -> str:
    tex = escapeHtml(tokens[index].content.strip())
    tag = "span" if tokens[index].type == "math_inline_double" else "div"
    return f'<{tag} class="math math-display" data-tex="{tex}">{tex}</{tag}>\n'


def _filter_attribute(_tag: str, attribute: str, value: str) -> str | None:
    """Keep the classes that this module writes and no other, ids with our prefix, tabindex 0."""
    if attribute == "class":
        return " ".join(name for name in value.split() if _CLASS.match(name)) or None
    if attribute == "id":
        return value if value.startswith(SECTION_PREFIX) else None
    if attribute == "tabindex":
        return value if value == "0" else None
    return value
