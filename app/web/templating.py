"""The pages' templates: one environment, its filters, and what every page is told."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.courses.access import Power
from app.formats.figures import cost_rows, failing_lines, measures, transform_title
from app.gradebook.words import percent
from app.models import Person
from app.web import formatting, heatmap, results
from app.web.assets import Assets
from app.web.inert import inert
from app.web.markdown import highlight_code, render_markdown, render_note

TEMPLATES = Path(__file__).parent / "templates"


def page(
    request: Request,
    template: str,
    *,
    person: Person | None,
    status: int = 200,
    section: str = "",
    **context: Any,
) -> HTMLResponse:
    """A page or a part of one."""
    settings = getattr(request.app.state, "settings", None)
    html = (
        environment()
        .get_template(template)
        .render(
            person=person,
            section=section,
            sandbox_off=bool(getattr(settings, "unsafe_no_sandbox", False)),
            **context,
        )
    )
    return HTMLResponse(html, status_code=status)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates' environment."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = Assets()
    made.globals["Power"] = Power
    made.filters.update(
        cost_rows=cost_rows,
        diff_summary=formatting.diff_summary,
        duration=formatting.duration,
        evidence=results.evidence_of,
        failing_lines=failing_lines,
        findings_to_show=results.findings_to_show,
        heatmap=heatmap.draw,
        input_value=formatting.input_value,
        limits=formatting.limits,
        markdown=render_markdown,
        measures=measures,
        moment=formatting.moment,
        moment_in=formatting.moment_in,
        non_finite=formatting.non_finite,
        note=render_note,
        number=formatting.number,
        percent=percent,
        place=formatting.place,
        python=highlight_code,
        texts=results.texts,
        tone=formatting.tone,
        transform_title=transform_title,
        visibility=formatting.visibility,
        with_code=formatting.with_code,
        with_times=formatting.with_times,
    )
    return made
