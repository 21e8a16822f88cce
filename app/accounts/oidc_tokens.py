"""ID tokens of an OpenID provider: signed by it, for us, now, and for this visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.jws import JWSRegistry

# Only where the provider alone has the key: with HS256 a public key could serve as the secret.
ALGORITHMS = (
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
_KEY_TYPES = ("RSA", "EC")
_MOST_KEYS = 50
_SKEW_SECONDS = 60


class UnknownKey(JoseError):
    """A token is signed with none of these keys."""


@dataclass(frozen=True)
class Expected:
    """Who must have made a token, for whom, and for which visit."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


def read_keys(document: Mapping[str, Any]) -> KeySet:
    """The keys of a provider that can be used to check signatures; others are left out, as the
    standard says. Raises ValueError where there are none."""
    found = document.get("keys")
    keys = [_key(each) for each in found[:_MOST_KEYS]] if isinstance(found, list) else []
    usable = [key for key in keys if key is not None]
    if not usable:
        raise ValueError("it has no key that can be used")
    return KeySet(usable)


def verify(id_token: str, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """The claims of a token. Raises UnknownKey where it is signed with none of the keys, another
    JoseError where it says other than is expected."""
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        token = jwt.decode(id_token, keys, registry=registry)
    except (InvalidKeyIdError, BadSignatureError) as error:
        raise UnknownKey(str(error)) from error
    claims = CodeIDToken(
        token.claims,
        token.header,
        {
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.client_id},
        },
        {
            "nonce": expected.nonce,
            "client_id": expected.client_id,
            "access_token": expected.access_token,
        },
    )
    claims.validate(leeway=_SKEW_SECONDS)
    return dict(claims)


def _key(document: object) -> Key | None:
    if not isinstance(document, dict) or document.get("kty") not in _KEY_TYPES:
        return None
    if document.get("use", "sig") != "sig":
        return None
    try:
        return JWKRegistry.import_key(document)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
