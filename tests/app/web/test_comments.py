"""The program on a submission's page: plain for most, with comments and forms for some."""

from __future__ import annotations

import re

import httpx
import pytest

from app.db.engine import Database
from app.gradebook.comments import number_of_lines
from app.models import Submission
from app.web.comments import coloured_lines
from app.web.markdown import render_note
from judge.package import Package
from tests.app.gradebook.classroom import Classroom, make_classroom

HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:alert(1)) <img src=x onerror=alert(1)>"


@pytest.fixture
async def room(database: Database, package: Package) -> Classroom:
    """A course whose grades are published."""
    made = await make_classroom(database, package)
    await made.publish()
    return made


async def look(
    client: httpx.AsyncClient, room: Classroom, submission: Submission, who: str, query: str = ""
) -> str:
    """The page of a submission as somebody sees it."""
    answer = await client.get(f"/submissions/{submission.id}{query}", headers=room.headers(who))
    assert answer.status_code == 200, answer.text
    return answer.text


class TestPage:
    """GET /submissions/{id}."""

    async def test_journey_of_a_comment(self, client: httpx.AsyncClient, room: Classroom) -> None:
        submission = await room.submit()
        place = f"/submissions/{submission.id}"
        # Without comments a student sees the program alone, and what to ask.
        page = await look(client, room, submission, "student")
        assert '<pre class="code" tabindex="0"><code id="source">' in page
        assert "Comment on line" not in page
        # A grader opens a form on a line, sends it, changes and deletes what was written.
        page = await look(client, room, submission, "grader")
        assert f'href="{place}?line=1#line-1"' in page
        page = await look(client, room, submission, "grader", "?line=1")
        assert f'<form class="comment-form" method="post" action="{place}/comments">' in page
        assert '<input type="hidden" name="line" value="1">' in page
        answer = await client.post(
            f"{place}/comments",
            data={"line": "1", "text": HOSTILE},
            headers=room.headers("grader"),
        )
        assert answer.status_code == 303
        comment = answer.headers["location"].partition("#comment-")[2]
        page = await look(client, room, submission, "student")
        assert f'id="comment-{comment}"' in page
        assert "<strong>bold</strong>" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
        assert f"{place}?edit=" not in page
        page = await look(client, room, submission, "grader", f"?edit={comment}")
        assert "&lt;script&gt;alert(1)&lt;/script&gt; **bold**" in page
        assert f'action="{place}/comments/{comment}"' in page
        answer = await client.post(
            f"{place}/comments/{comment}", data={"text": "better"}, headers=room.headers("grader")
        )
        assert answer.status_code == 303
        assert "better" in await look(client, room, submission, "student")
        answer = await client.post(
            f"{place}/comments/{comment}/delete", headers=room.headers("grader")
        )
        assert answer.status_code == 303
        assert "better" not in await look(client, room, submission, "student")

    async def test_who_may_not_comment_gets_no_form(
        self, client: httpx.AsyncClient, room: Classroom
    ) -> None:
        submission = await room.submit()
        for who in ("student", "observer"):
            page = await look(client, room, submission, who, "?line=1")
            assert "/comments" not in page
            answer = await client.post(
                f"/submissions/{submission.id}/comments",
                data={"line": "0", "text": "x"},
                headers=room.headers(who),
            )
            assert answer.status_code == 403
        answer = await client.post(
            f"/submissions/{submission.id}/comments",
            data={"line": "0", "text": " "},
            headers=room.headers("grader"),
        )
        assert answer.status_code == 422


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = 1",
        "x = 1\n",
        '"""two\nlines"""\n\n\nx = """\r\n\t<b>&amp;</b>\r"""\n\n',
        "\x0cdef f(:\n",
        "# \u2028 no line end\n",
    ],
)
def test_lines_are_those_that_are_numbered(source: str) -> None:
    lines = coloured_lines(source)
    assert len(lines) == number_of_lines(Submission(source=source.encode()))
    for line in lines:
        assert line.count("<span") == line.count("</span>")
    text = re.sub("<[^>]*>", "", "\n".join(lines))
    plain = source.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    assert (
        text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        == plain
    )


class TestNotes:
    """What is written in passing, as HTML."""

    def test_lines_stay_and_nothing_is_a_heading(self) -> None:
        assert render_note("# one\ntwo\n\nthree\n===") == (
            "<p># one<br>\ntwo</p>\n<p>three<br>\n===</p>\n"
        )

    def test_nothing_runs(self) -> None:
        html = render_note(HOSTILE)
        assert "<script" not in html
        assert "<img" not in html
        assert "href" not in html
