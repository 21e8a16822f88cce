"""Reports and cases as JSON documents that PostgreSQL can hold."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

# PostgreSQL's jsonb holds neither NUL nor half a surrogate pair; what a program prints can be both.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(document: BaseModel) -> dict[str, Any]:
    """A document as strict JSON data, with what cannot be stored shown as a picture of it."""
    cleaned: dict[str, Any] = _clean(document.model_dump(mode="python"))
    # Built again from clean text, since serialising a lone surrogate fails.
    data: dict[str, Any] = json.loads(type(document).model_validate(cleaned).model_dump_json())
    return data


def readable(text: str) -> str:
    """Text that any JSON writer can write: a lone surrogate becomes a replacement character."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub(_picture, value) if _UNSTORABLE.search(value) else value
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _picture(match: re.Match[str]) -> str:
    return "␀" if match.group() == "\0" else "\ufffd"
