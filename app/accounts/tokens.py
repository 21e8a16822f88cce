"""Random tokens and what is stored of them."""

from __future__ import annotations

import hashlib
import secrets

API_TOKEN_PREFIX = "jurax_"  # noqa: S105
# By which a person tells their tokens apart; what is left to guess is 220 bits.
PREFIX_CHARACTERS = 12


def new_token(prefix: str = "") -> str:
    """A token that cannot be guessed: 256 random bits. The prefix lets scanners find leaks."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What the database keeps of a token. A fast hash is enough where the token is random, and
    looking a hash up tells nothing through its timing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
