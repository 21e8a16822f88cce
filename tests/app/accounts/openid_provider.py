"""An OpenID provider on loopback that keeps to the standard, and can be told where not to."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from joserfc import jws
from joserfc.jwk import RSAKey

CLIENT = "jurax"
SECRET = "a secret: 100%"
START_SECONDS = 30.0

Claims = dict[str, Any]


def _same(claims: Claims) -> Claims:
    return claims


@dataclass
class OpenIDProvider:
    """What it knows, and what it does otherwise than it should."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    signing_key: RSAKey | None = None
    algorithm: str = "RS256"
    alter: Callable[[Claims], Claims] = _same
    metadata: Claims = field(default_factory=dict)
    userinfo: Claims = field(default_factory=dict)
    answers: dict[str, Response] = field(default_factory=dict)
    """Answers to give in place of the right ones, by path."""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def behave(self) -> None:
        """Go back to what is right."""
        fresh = OpenIDProvider(issuer=self.issuer, key=self.key)
        self.__dict__.clear()
        self.__dict__.update(fresh.__dict__)

    def authorize(self, location: str, **claims: Any) -> str:
        """What a browser is sent back to, from the address to which it was sent, once somebody
        with these claims has signed in."""
        assert location.startswith(f"{self.issuer}/authorize?"), location
        query = dict(parse_qsl(urlsplit(location).query))
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = {"query": query, "claims": {"sub": "zoe-1", **claims}}
        back = urlsplit(query["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': query['state']})}"

    def discovery(self) -> Claims:
        """What it says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }

    def redeem(self, form: dict[str, str], authorization: str) -> Claims | None:
        """The tokens for a code, once, to who began with it."""
        encoded = (
            f"{CLIENT}:{SECRET.replace(' ', '+').replace(':', '%3A').replace('100%', '100%25')}"
        )
        right = base64.b64encode(encoded.encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        granted = self.codes.pop(form.get("code", ""), None)
        if granted is None or authorization not in (f"Basic {right}", f"Basic {plain}"):
            return None
        query = granted["query"]
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != query["code_challenge"] or form["redirect_uri"] != query["redirect_uri"]:
            return None
        moment = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "nonce": query["nonce"],
            **granted["claims"],
        }
        return {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": self.sign(self.alter(claims)),
        }

    def sign(self, claims: Claims) -> str:
        """An ID token."""
        key = self.signing_key or self.key
        key.ensure_kid()
        header = {"alg": self.algorithm, "kid": key.kid}
        # Escaped, so that it can say what UTF-8 does not have.
        payload = json.dumps(claims).encode()
        return jws.serialize_compact(header, payload, key, algorithms=[self.algorithm])


@contextmanager
def openid_provider() -> Iterator[OpenIDProvider]:
    """A provider that listens."""
    provider = OpenIDProvider()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        provider.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(
            uvicorn.Config(_app(provider), log_config=None, access_log=False, lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            assert time.monotonic() < deadline, "the provider did not start in time"
            time.sleep(0.01)
        try:
            yield provider
        finally:
            server.should_exit = server.force_exit = True
            thread.join(START_SECONDS)


def _app(provider: OpenIDProvider) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def otherwise(request: Request, call_next: Any) -> Any:
        provider.asked.append(request.url.path)
        return provider.answers.get(request.url.path) or await call_next(request)

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> Claims:
        return provider.discovery()

    @app.get("/jwks")
    async def jwks() -> Claims:
        public = provider.key.as_dict(private=False)
        # Providers publish keys for encryption, and of kinds that nobody knows yet.
        return {"keys": [{"kty": "NEW"}, {**public, "kid": "e", "use": "enc"}, public]}

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        tokens = provider.redeem(form, request.headers.get("authorization", ""))
        if tokens is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(tokens)

    @app.get("/userinfo")
    async def userinfo(request: Request) -> Claims:
        assert request.headers["authorization"] == "Bearer access"
        return {"sub": "zoe-1", **provider.userinfo}

    return app
