"""Names that people and tokens may have: what looks the same is the same, and can be seen."""

from __future__ import annotations

import unicodedata

from app.errors import Invalid

MAX_NAME = 100
# Who runs the service, an admin whenever it starts: nobody else may come by this name.
LOCAL_ADMIN = "you"


def tidy_name(text: str) -> str:
    """A name in Unicode's compatibility form, without space around it. Raises Invalid where it is
    empty, too long, or holds what cannot be seen: controls, marks that reverse it, surrogates."""
    name = unicodedata.normalize("NFKC", text).strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise Invalid(f"A name has 1 to {MAX_NAME} characters, all of which can be seen.")
    return name
