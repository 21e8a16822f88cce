"""Codes that are read out, typed and misread: how they are made, written and understood."""

from __future__ import annotations

import secrets

# Crockford's digits without the vowels: nothing that is misread for another, and no words.
_DIGITS = "0123456789BCDFGHJKMNPQRSTVWXYZ"
_LENGTH = 8
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_code() -> str:
    """A fresh code, one of 6 × 10¹¹."""
    return "".join(secrets.choice(_DIGITS) for _ in range(_LENGTH))


def shown(code: str | None) -> str | None:
    """A code as it is written for people: 7H3K-9QXW."""
    return f"{code[:4]}-{code[4:]}" if code is not None else None


def understood(text: str) -> str | None:
    """The code that somebody typed; None where it can be none."""
    code = "".join(character for character in text if character not in " -\t\r\n–—").upper()
    code = code.translate(_MISREAD)
    return code if len(code) == _LENGTH and set(code) <= set(_DIGITS) else None
