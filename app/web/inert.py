"""Shows what steers a text instead of obeying it: control characters, and those that reverse it."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

# All controls but tab, line feed and carriage return; and the characters by which a text can be
# shown in another order than it is read (Unicode's "Trojan Source").
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069]")
_PICTURES = 0x2400


def inert(value: Any) -> Any:
    """A value as a page writes it: of a text, what steers it as a picture (␛) or by its name
    (⟨U+202E⟩). Safe HTML stays such: none of these characters has a meaning in it."""
    if not isinstance(value, str) or _STEERING.search(value) is None:
        return value
    shown = _STEERING.sub(_picture, value)
    return Markup(shown) if isinstance(value, Markup) else shown  # noqa: S704


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(_PICTURES + code) if code < 0x20 else f"⟨U+{code:04X}⟩"
