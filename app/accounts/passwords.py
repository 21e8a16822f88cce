"""Passwords: which are taken, and what is kept of them."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from pwdlib import PasswordHash

from app.errors import Invalid

# NIST SP 800-63B: at least 15 characters where the password is the only factor, no rules of
# composition, and none that is commonly used, expected or made of the account's own names.
MIN_CHARACTERS = 15
MAX_CHARACTERS = 200

_COMMON = Path(__file__).with_name("common_passwords.txt")
_SHORTEST_PIECE = 6

_hashes = PasswordHash.recommended()
# Each hash takes 64 MiB and a core: so many at once, whatever comes.
_threads = ThreadPoolExecutor(2, thread_name_prefix="passwords")


def require_good(password: str, *own_words: str) -> None:
    """Raise Invalid where a password must not be taken. ``own_words`` are the account's names."""
    text = _canonical(password)
    if not MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS:
        raise Invalid(
            f"A password has {MIN_CHARACTERS} to {MAX_CHARACTERS} characters; any will do, "
            "spaces too. Several words that do not belong together are easy to keep."
        )
    piece = _piece(text.casefold())
    words = {_canonical(word).casefold() for word in own_words if word}
    if len(piece) < _SHORTEST_PIECE or piece in _common() | words:
        raise Invalid(
            "This password is among the first that somebody would try: it is well known, repeats "
            "something short, or is a name of yours. Choose another."
        )


async def hashed(password: str) -> str:
    """What the database keeps of a password (Argon2id, with its salt and parameters)."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _hashes.hash, _canonical(password))


async def matches(password: str, known: str | None) -> bool:
    """Whether a password is the one that was hashed. Takes as long where there is none to compare
    with, so that an answer's time does not tell who has an account."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _matches, password, known)


def _matches(password: str, known: str | None) -> bool:
    decoy = _decoy()
    right = _hashes.verify(_canonical(password)[: MAX_CHARACTERS + 1], known or decoy)
    return right and known is not None


def _canonical(password: str) -> str:
    """The same characters whatever keyboard they come from; half a surrogate pair is none."""
    text = unicodedata.normalize("NFKC", password)
    return text.encode("utf-8", "replace").decode("utf-8")


def _piece(text: str) -> str:
    """The shortest text of which this one is a repetition."""
    return text[: (text + text).find(text, 1)]


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hashes.hash("no password of anybody's")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text("utf-8").split("\n"))
