"""The name of a runtime, as courses choose one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from judge.sandbox.runtime import installed


def _known(name: str) -> str:
    names = list(installed())
    if name and name not in names:
        raise ValueError(
            f"{name!a} is no runtime of this server; it has {', '.join(names) or 'none'}. "
            "`jurax doctor` lists them."
        )
    return name


class _Described:
    """Lists the names in the schema: those that this server has when somebody reads it."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(core), "enum": ["", *installed()]}


KnownRuntime = Annotated[
    str,
    Field(
        max_length=200,
        description="the runtime that judges the course's assignments, one that this server has; "
        "empty for the service's own, whichever that is",
    ),
    AfterValidator(_known),
    _Described(),
]
