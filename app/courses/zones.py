"""The name of a time zone, as courses have one."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, GetJsonSchemaHandler
from pydantic_core import CoreSchema


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """All there are, by name. Asked of the disk once."""
    return tuple(sorted(available_timezones()))


def _known(name: str) -> str:
    if name not in zone_names():
        raise ValueError(f"{name[:60]!a} is no time zone; one is for example Europe/Zurich")
    return name


class _Described:
    """Lists the names in the schema; asking the disk for them waits until somebody reads it."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(core), "enum": list(zone_names()), "examples": ["Europe/Zurich"]}


TimeZone = Annotated[str, AfterValidator(_known), _Described()]
