"""Errors as pages, for who asks with a browser."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response

from app.errors import ProblemDocument
from app.models import Person
from app.web.templating import page

# What a document says to programs, said to people.
_FOR_PEOPLE = {
    "not-found": "There is nothing at this address, or nothing that you may see.",
    "unknown-problem": "There is no problem at this address. It may have another name now.",
    "invalid-request": "The address or the form does not make sense as it is.",
    "not-signed-in": "This page is for people who are signed in. You can read the problems as a "
    "stranger.",
}


def wants_page(request: Request) -> bool:
    """Whether an error is answered with a page: outside the API, to who prefers HTML to JSON."""
    accept = request.headers.get("accept", "")
    html, json = accept.find("text/html"), accept.find("json")
    return not request.url.path.startswith("/api/") and html >= 0 and (json < 0 or html < json)


def error_page(request: Request, document: ProblemDocument, person: Person | None) -> Response:
    """The page of an error, with the name of who is signed in where that is known."""
    kind = document.type.rpartition("error-")[2]
    words = _FOR_PEOPLE.get(kind)
    shown = document.model_copy(update={"detail": words, "errors": []}) if words else document
    return page(
        request,
        "error.html",
        person=person,
        status=document.status,
        error=shown,
        sign_in=_way_in(request),
    )


def _way_in(request: Request) -> str:
    """Where to sign in, which leads back to the page that was asked for."""
    if request.method != "GET":
        return "/signin/help"
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/signin/help?next={quote(path, safe='/')}"
