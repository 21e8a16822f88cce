"""Statements become safe HTML with formulas, coloured code and headings to link to."""

from __future__ import annotations

import re
import time

import pytest

from app.web.markdown import highlight_code, render_markdown, render_note


class TestFormulas:
    def test_inline_and_display_keep_their_tex(self) -> None:
        html = render_markdown("So $y = x W$ and\n\n$$\ny = b\n$$\n")
        assert '<span class="math" data-tex="y = x W">y = x W</span>' in html
        assert '<div class="math math-display" data-tex="y = b">y = b</div>' in html

    def test_tex_is_escaped_both_times(self) -> None:
        html = render_markdown(r'$a < b \text{"}$')
        assert 'data-tex="a &lt; b \\text{&quot;}"' in html
        assert ">a &lt; b" in html

    def test_prices_are_no_formulas(self) -> None:
        assert "math" not in render_markdown("It costs $5 or $6 a month.")

    def test_dollars_in_code_are_no_formulas(self) -> None:
        assert "math" not in render_markdown("Run `echo $HOME $PATH`.")


class TestSections:
    def test_a_written_id_is_taken_out_of_the_title(self) -> None:
        assert render_markdown("## Off by one {#off-by-one}") == (
            '<h2 id="section-off-by-one">Off by one</h2>\n'
        )

    def test_an_id_is_made_from_the_text_and_is_unique(self) -> None:
        html = render_markdown("## Why it matters\n\n## Why it matters\n")
        assert re.findall(r'id="([^"]+)"', html) == [
            "section-why-it-matters",
            "section-why-it-matters-2",
        ]

    def test_links_within_the_text_follow(self) -> None:
        html = render_markdown("[see](#example)\n\n## Example {#example}")
        assert 'href="#section-example"' in html

    def test_no_id_can_be_that_of_a_part_of_the_page(self) -> None:
        html = render_markdown("## A {#result}\n\n## B {#announcer}")
        assert 'id="result"' not in html
        assert 'id="announcer"' not in html


class TestCode:
    def test_python_is_coloured_by_classes(self) -> None:
        html = render_markdown("```python\ndef f(): ...\n```")
        assert '<span class="tok-k">def</span>' in html
        assert "style=" not in html

    @pytest.mark.parametrize("language", ["", "text", "no-such-language"])
    def test_other_code_is_escaped(self, language: str) -> None:
        assert "&lt;b&gt;" in render_markdown(f"```{language}\n<b>\n```")

    def test_a_program_is_escaped(self) -> None:
        assert "<script>" not in highlight_code('x = "<script>"')

    def test_a_program_of_blank_lines_takes_no_more_than_one_of_code(self) -> None:
        def seconds(source: str) -> float:
            began = time.process_time()
            highlight_code(source)
            return time.process_time() - began

        size = 1 << 14
        assert seconds(" \n" * (size // 2)) < 3 * seconds("(a, " * (size // 4))

    def test_a_docstring_is_coloured_as_a_string(self) -> None:
        html = highlight_code('def f():\n    """One\n\n    two."""\n')
        assert re.findall(r'<span class="tok-s[2d]">([^<]*)</span>', html) == [
            '"""One',
            '    two."""',
        ]

    def test_the_longest_program_is_plain(self) -> None:
        assert "<" not in highlight_code("x = 1\n" * (1 << 14))

    @pytest.mark.parametrize("language", ["apacheconf", "arduino", "console", "ini", "yaml"])
    def test_of_a_language_that_takes_the_square_of_its_length_is_plain(
        self, language: str
    ) -> None:
        assert "tok-" in render_note("```python\n1\n```")
        assert "tok-" not in render_note(f"```{language}\na = 1 # <b>\n```")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt&colon;alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "![a](javascript:alert(1))",
    "![a](https://elsewhere.example/pixel.png)",
    '<a href="x" style="position:fixed">a</a>',
    '$"></span><script>alert(1)</script>$',
    '$$\n"><img src=x onerror=alert(1)>\n$$',
    "```python onmouseover=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    '## <b onclick=alert(1)>A</b> {#a" onclick="alert(1)}',
    "<style>body{display:none}</style>",
    "<iframe src=//elsewhere.example></iframe>",
    '<form action="//elsewhere.example"><input name=q></form>',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_does_nothing(text: str) -> None:
    html = render_markdown(text)
    tags = re.findall(r"<\s*([a-zA-Z]+)([^>]*)>", html)
    assert not {name.lower() for name, _ in tags} & {
        "script",
        "img",
        "style",
        "iframe",
        "form",
        "input",
    }
    for _, attributes in tags:
        names = re.findall(r'([\w-]+)="[^"]*"', attributes)
        assert set(names) <= {
            "class",
            "data-tex",
            "href",
            "id",
            "rel",
            "tabindex",
            "title",
            "start",
        }
        assert not re.search(r'href="\s*(?:javascript|data|vbscript)', attributes, re.IGNORECASE)


def test_the_empty_corner_of_a_table_heads_nothing() -> None:
    html = render_markdown("| | a |\n|---|---|\n| x | y |\n")
    assert html.count("<th>") == 1
    assert "<td></td>" in html
