"""The API reference: Swagger UI from our own assets, for there is no CDN; and the schemas."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from app.accounts.dependencies import MaybePerson
from app.web.templating import page
from judge import report_schema, spec

OPENAPI_URL = "/openapi.json"

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request, person: MaybePerson) -> Response:
    """The page."""
    return page(request, "docs.html", person=person, openapi_url=OPENAPI_URL)


@router.get("/schemas/report.json")
def report_document() -> dict[str, Any]:
    """The JSON Schema of reports."""
    return report_schema.json_schema()


@router.get("/schemas/problem.json")
def problem_document() -> dict[str, Any]:
    """The JSON Schema of problem.yaml."""
    return spec.json_schema()
