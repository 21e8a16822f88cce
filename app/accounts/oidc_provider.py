"""An OpenID provider, asked: where its endpoints are, which keys it signs with, who came."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

import httpx2
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.accounts.oidc_requests import BoundedTransport
from app.accounts.oidc_tokens import Expected, UnknownKey, read_keys, verify
from app.accounts.oidc_visits import Departure
from app.db.base import now
from app.errors import Forbidden, ProviderFailed, ServiceError
from app.settings import Settings, may_be_asked

CALLBACK = "/signin/oidc/callback"

_SCOPES = "openid email profile"
_SECONDS = 10.0
_OPERATION_SECONDS = 5.0
_KEPT_FOR = timedelta(hours=1)
# What is answered may be JSON of any shape and depth.
_FAILURES = (
    *(httpx2.HTTPError, httpx2.InvalidURL, OSError),
    *(AuthlibBaseError, JoseError),
    *(ValueError, TypeError, RecursionError),
)

log = structlog.get_logger(__name__)

Document = TypeVar("Document", bound=BaseModel)


class Metadata(BaseModel):
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False

    @model_validator(mode="after")
    def _says_only_where_secrets_may_go(self) -> Self:
        for url in (
            self.authorization_endpoint,
            self.token_endpoint,
            self.jwks_uri,
            self.userinfo_endpoint,
        ):
            if url is not None and not may_be_asked(url):
                raise ValueError("an endpoint is not an https address")
        return self


class TokenAnswer(BaseModel):
    """What is used of the token endpoint's answer."""

    model_config = ConfigDict(frozen=True)

    id_token: str = Field(max_length=64 * 1024)
    access_token: str = Field(min_length=1, max_length=64 * 1024, pattern="^[!-~]+$")


@dataclass(frozen=True)
class ProviderConfig:
    """Which provider it is, and who we are to it."""

    name: str
    issuer: str
    client_id: str
    client_secret: str | None
    callback: str

    @classmethod
    def of(cls, settings: Settings) -> ProviderConfig | None:
        """As it is set; None where no provider is."""
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            return None
        secret = settings.oidc_client_secret
        return cls(
            name=settings.oidc_name,
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret is not None else None,
            callback=settings.base_url + CALLBACK,
        )


class Provider:
    """Asks one provider. What it says of itself is kept for an hour, and its keys until a token is
    signed with another: providers change theirs at any time. Raises ProviderFailed, and Forbidden
    where it does not know who came."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config
        self._trust = ssl.create_default_context()
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def authorization_url(self, departure: Departure) -> str:
        """Where a browser goes to sign in at the provider."""
        async with self._client() as client:
            metadata = await self._described(client)
            url, _ = client.create_authorization_url(
                metadata.authorization_endpoint,
                state=departure.state,
                nonce=departure.nonce,
                code_verifier=departure.verifier,
            )
            return url

    async def who_came(
        self, code: str, issuer: str | None, nonce: str, verifier: str
    ) -> Mapping[str, Any]:
        """The claims about who comes back with a code. ``issuer``: who says to have sent them
        (RFC 9207)."""
        async with self._client() as client:
            metadata = await self._described(client)
            if issuer is None and not metadata.authorization_response_iss_parameter_supported:
                issuer = metadata.issuer
            if issuer != metadata.issuer:
                raise ValueError("the answer came from another issuer")
            client.token_endpoint_auth_method = self._authentication(metadata)
            answer = await self._redeemed(client, metadata, code, verifier)
            expected = Expected(metadata.issuer, self.config.client_id, nonce, answer.access_token)
            claims = await self._verified(client, metadata, answer.id_token, expected)
            if "email" not in claims and metadata.userinfo_endpoint is not None:
                more = await _get(client, metadata.userinfo_endpoint, answer.access_token)
                if more.get("sub") != claims["sub"]:
                    raise ValueError("the userinfo is about somebody else")
                claims = {**more, **claims}
            return claims

    async def _redeemed(
        self, client: AsyncOAuth2Client, metadata: Metadata, code: str, verifier: str
    ) -> TokenAnswer:
        try:
            tokens = await client.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        except OAuthError as error:
            if error.error != "invalid_grant":
                raise
            raise Forbidden(
                f"{self.config.name} does not know this sign-in, or not any more. Begin again."
            ) from error
        return TokenAnswer.model_validate(tokens)

    async def _verified(
        self, client: AsyncOAuth2Client, metadata: Metadata, id_token: str, expected: Expected
    ) -> dict[str, Any]:
        if self._keys is not None:
            try:
                return verify(id_token, self._keys, expected)
            except UnknownKey:
                log.info("the OpenID provider signs with a key that is new to us")
        self._keys = read_keys(await _get(client, metadata.jwks_uri))
        return verify(id_token, self._keys, expected)

    async def _described(self, client: AsyncOAuth2Client) -> Metadata:
        async with self._reading:
            fresh = self._read_at is not None and now() - self._read_at < _KEPT_FOR
            if self._metadata is None or not fresh:
                base = self.config.issuer.rstrip("/")
                document = await _get(client, f"{base}/.well-known/openid-configuration")
                metadata = Metadata.model_validate(document)
                if metadata.issuer.rstrip("/") != base:
                    raise ValueError("it names another issuer than the one that is set")
                self._metadata, self._keys, self._read_at = metadata, None, now()
            return self._metadata

    def _authentication(self, metadata: Metadata) -> str:
        if self.config.client_secret is None:
            return "none"
        offered = metadata.token_endpoint_auth_methods_supported
        basic, post = "client_secret_basic", "client_secret_post"
        return post if post in offered and basic not in offered else basic

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[AsyncOAuth2Client]:
        """A client for one visit. Whatever goes wrong at the other end is one kind of error."""
        client = AsyncOAuth2Client(
            client_id=self.config.client_id,
            client_secret=self.config.client_secret,
            redirect_uri=self.config.callback,
            scope=_SCOPES,
            code_challenge_method="S256",
            transport=BoundedTransport(httpx2.AsyncHTTPTransport(verify=self._trust)),
            timeout=_OPERATION_SECONDS,
            follow_redirects=False,
        )
        try:
            async with asyncio.timeout(_SECONDS), client:
                yield client
        except ServiceError:
            raise
        except _FAILURES as error:
            log.warning("the OpenID provider failed", issuer=self.config.issuer, error=_said(error))
            raise ProviderFailed(
                f"The sign-in of {self.config.name} does not answer at the moment, or not as it "
                "should. Try again in a moment; if it stays, tell who runs this service, whose "
                "log says more."
            ) from error


def _said(error: Exception) -> str:
    """What is logged. Of a document only what is wrong with it: it may hold tokens."""
    if isinstance(error, ValidationError):
        return str(error.errors(include_input=False, include_url=False))
    return repr(error)[:500]


async def _get(
    client: AsyncOAuth2Client, url: str, access_token: str | None = None
) -> dict[str, Any]:
    headers = {"Accept": "application/json"}
    if access_token is not None:
        headers["Authorization"] = f"Bearer {access_token}"
    answer = await client.request("GET", url, withhold_token=True, headers=headers)
    if answer.status_code != httpx2.codes.OK:
        raise ValueError(f"{url} answered {answer.status_code}")
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError(f"{url} answered with no JSON object")
    return document
