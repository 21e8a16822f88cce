"""The API's own description, where FastAPI would say other than what is answered."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.errors import ProblemDocument
from judge import report_schema

PROBLEM_MEDIA_TYPE = "application/problem+json"

_COMPONENTS = "#/components/schemas/"
_PROBLEM = {"$ref": f"{_COMPONENTS}{ProblemDocument.__name__}"}


def install(app: FastAPI) -> None:
    """Let an application describe itself as here."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _describe(app: FastAPI) -> dict[str, Any]:
    description = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
    )
    for path in description["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                _name_media_type(response)
    description["components"]["schemas"].update(_report_parts())
    return description


def _name_media_type(response: dict[str, Any]) -> None:
    """Every error is a problem document; FastAPI takes the media type of the good answer."""
    content = response.get("content", {})
    if any(described.get("schema") == _PROBLEM for described in content.values()):
        response["content"] = {PROBLEM_MEDIA_TYPE: {"schema": _PROBLEM}}


def _report_parts() -> dict[str, Any]:
    """The parts of a report with numbers as they are written: those not finite are strings."""
    schema = report_schema.json_schema()
    parts = schema.pop("$defs")
    parts["Report"] = {key: value for key, value in schema.items() if key != "$schema"}
    found: dict[str, Any] = json.loads(json.dumps(parts).replace("#/$defs/", _COMPONENTS))
    return found
