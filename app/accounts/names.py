"""Names that people and tokens may have: what looks the same is the same, and can be seen."""

from __future__ import annotations

import re
import unicodedata

from app.errors import Invalid

MAX_NAME = 100
# Who runs the service, an admin whenever it starts: nobody else may come by this name.
LOCAL_ADMIN = "you"

# What Unicode lets a font leave out, and Python takes for printable: fillers, selectors of a
# variant; and the pattern of braille without a dot.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def tidy_name(text: str) -> str:
    """A name in Unicode's compatibility form, without space around it, more than one space in it,
    or what a page shows nothing for. Raises Invalid where it is empty, too long, or holds what
    steers how it is shown: controls, marks that reverse it, surrogates."""
    name = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).strip()
    name = re.sub(" {2,}", " ", name)
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise Invalid(f"A name has 1 to {MAX_NAME} characters, all of which can be seen.")
    return name
