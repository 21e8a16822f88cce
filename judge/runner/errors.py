"""An exception of the program as its author can use it: own frames only, bounded text."""

from __future__ import annotations

import traceback
from typing import Any

FILE_NAME = "solution.py"
_MESSAGE_LIMIT = 2000
_FRAME_LIMIT = 12


def describe(error: BaseException, source: str) -> dict[str, Any]:
    """Type, message, traceback with the program's own frames, and the line of the last of them."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == FILE_NAME]
    lines = source.splitlines()
    shown = frames if len(frames) <= _FRAME_LIMIT else frames[: _FRAME_LIMIT - 1] + frames[-1:]
    message = text_of(error)
    parts = ["Traceback (most recent call last):\n"]
    for frame in shown:
        parts.append(f'  File "{FILE_NAME}", line {frame.lineno}, in {frame.name}\n')
        if frame.lineno and frame.lineno <= len(lines):
            parts.append(f"    {lines[frame.lineno - 1].strip()[:200]}\n")
    parts.append(f"{_name(error)}: {message}" if message else _name(error))
    return {
        "type": _name(error),
        "message": message,
        "traceback": "".join(parts),
        "line": frames[-1].lineno if frames else None,
    }


def text_of(error: BaseException) -> str:
    """``str(error)``, whatever its class made of that, cut to a readable length."""
    try:
        text = str(error)
    except BaseException as inner:
        return f"(its __str__ raised {type(inner).__name__})"
    return text if len(text) <= _MESSAGE_LIMIT else text[:_MESSAGE_LIMIT] + " …"


def _name(error: BaseException) -> str:
    kind = type(error)
    module = kind.__module__
    return kind.__name__ if module in ("builtins", "solution") else f"{module}.{kind.__name__}"
