"""The API reference: Swagger UI from our own assets, for there is no CDN."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.accounts.dependencies import MaybePerson
from app.web.templating import page

OPENAPI_URL = "/openapi.json"

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request, person: MaybePerson) -> Response:
    """The page."""
    return page(request, "docs.html", person=person, openapi_url=OPENAPI_URL)
