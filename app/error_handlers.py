"""Turns whatever went wrong with a request into a problem document, or a page for a browser."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response as PlainResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts.dependencies import person_of_browser
from app.errors import (
    ErrorItem,
    Invalid,
    ProblemDocument,
    ServiceError,
    Unavailable,
    type_uri,
)
from app.openapi import PROBLEM_MEDIA_TYPE
from app.web.assets import AssetsMissing
from app.web.error_pages import error_page, wants_page

_NOT_JSON = (
    'The body could not be read. Send JSON in UTF-8 with "Content-Type: application/json", for '
    'example {"problem": "zero-last-layer", "source": "..."}.'
)
_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address. /docs lists what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method. /docs lists what each "
    "takes.",
}

_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

log = structlog.get_logger(__name__)


def install(app: FastAPI) -> None:
    """Let every error of the application be answered here."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OperationalError, _database_error)
    app.add_exception_handler(InterfaceError, _database_error)
    app.add_middleware(UnexpectedErrors)


async def answer(
    request: Request,
    document: ProblemDocument,
    headers: object = None,
    *,
    database_answers: bool = True,
) -> Response:
    """The response of an error. A page says who is signed in, unless the database is what fails."""
    response: Response | None = None
    if wants_page(request):
        person = await person_of_browser(request) if database_answers else None
        try:
            response = error_page(request, document, person)
        except AssetsMissing:
            log.warning("no error page: the pages' assets are not built")
    if response is None:
        # ASCII, so that text which UTF-8 cannot hold does not make an error of the error.
        body = document.model_dump_json(ensure_ascii=True)
        response = PlainResponse(body, document.status, media_type=PROBLEM_MEDIA_TYPE)
    if isinstance(headers, dict):
        response.headers.update(headers)
    return response


class UnexpectedErrors:
    """Answers what nobody foresaw. Inside the other middleware, so that the answer still gets
    its headers and its line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            log.exception("an unexpected error", path=scope["path"])
            if started:
                raise
            document = ServiceError(
                "This is a fault of the service, not of your request. Try again; if it stays, "
                "tell who runs the service, whose log says more."
            ).document()
            response = await answer(Request(scope), document)
            await response(scope, receive, send)


async def _service_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ServiceError):
        raise error
    return await answer(request, error.document(), error.headers)


async def _validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    items = [
        ErrorItem(location=".".join(str(part) for part in item["loc"]), message=item["msg"])
        for item in error.errors()
    ]
    # A location that is the whole body: it was no JSON, or JSON of another kind than an object.
    broken = any(
        item["type"] == "json_invalid" or tuple(item["loc"]) == ("body",) for item in error.errors()
    )
    detail = _NOT_JSON if broken else _where(items)
    return await answer(request, Invalid(detail, errors=items).document())


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:
        # The framework's answer to a body in no known encoding, or nested beyond reason.
        document = Invalid(_NOT_JSON).document()
    else:
        document = ProblemDocument(
            type=type_uri(status.phrase.lower().replace(" ", "-")),
            title=status.phrase,
            status=status,
            detail=_DETAILS.get(status, str(error.detail)),
        )
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = _allowed(request)
    return await answer(request, document, headers)


def _allowed(request: Request) -> str:
    """The methods of an address. The framework names those of the first route alone."""
    return ", ".join(
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    )


async def _database_error(request: Request, error: Exception) -> Response:
    log.error("the database does not answer", error=str(error))
    document = Unavailable(
        "The database does not answer at the moment; nothing was stored. Try again in a moment."
    ).document()
    return await answer(request, document, {"Retry-After": "5"}, database_answers=False)


def _where(items: list[ErrorItem]) -> str:
    shown = "; ".join(f"{item.location}: {item.message}" for item in items[:5])
    return f"{shown}. /docs describes what is expected."
