"""Settings of the service, from JURAX_* variables and a .env file."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from judge.cores import available_cores
from judge.source import MAX_SOURCE_BYTES

ANY_HOST = ("", "0.0.0.0", "::")  # noqa: S104
LOOPBACK = ("127.0.0.1", "::1", "localhost")


_current: Settings | None = None


class SignUp(StrEnum):
    """Who may become a person of the service by themselves. Invitations work but where closed."""

    CLOSED = "closed"
    INVITATION = "invitation"
    DOMAIN = "domain"
    OPEN = "open"


class Settings(BaseSettings):
    """What can be set. Every field has a default that suits one machine and one person."""

    model_config = SettingsConfigDict(
        env_prefix="JURAX_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        # Addresses of servers hold passwords.
        hide_input_in_errors=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = Field(
        default=None, description="the address that people use, where a proxy stands in front"
    )
    data_dir: Path = Field(default_factory=lambda: default_data_dir())
    problems_dir: Path = Field(default_factory=lambda: packaged_problems_dir())
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("JURAX_DATABASE_URL", "DATABASE_URL", "database_url"),
        description="a PostgreSQL server to use in place of the embedded one",
    )
    worker_concurrency: int = Field(
        default_factory=lambda: min(available_cores(), 64),
        ge=1,
        le=64,
        description="submissions that a worker judges at once, by default one a core",
    )
    worker_silence_seconds: float = Field(
        default=15, ge=5, description="without a heartbeat, then a worker is taken for dead"
    )
    spares: int = Field(
        default=4, ge=0, le=256, description="prepared plans that a worker keeps, some 180 MB each"
    )
    max_queued_per_person: int = Field(default=20, ge=1)
    max_submitted_per_hour: int = Field(default=2000, ge=1)
    max_failed_sign_ins: int = Field(
        default=20, ge=1, description="of one network within ten minutes"
    )
    max_wait_seconds: float = Field(default=60, ge=0)
    max_body_seconds: float = Field(default=30, gt=0)
    session_days: int = Field(default=30, ge=1, le=3650)
    sign_in_link_hours: int = Field(default=24, ge=1, le=8760)
    sign_up: SignUp = Field(default=SignUp.CLOSED, description="who may become a person here")
    sign_up_domains: str = Field(
        default="", description="for JURAX_SIGN_UP=domain: mail domains, with commas between them"
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="smtp:// or smtps://, with user and password where needed"
    )
    mail_from: str | None = Field(default=None, description="what mail says it is from")
    oidc_issuer: str | None = Field(
        default=None, description="an OpenID provider by which people sign in, as it names itself"
    )
    oidc_client_id: str | None = Field(default=None, description="what the provider calls us")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="none for a client that the provider knows as a public one"
    )
    oidc_name: str = Field(
        default="your organisation", max_length=60, description="what people call the provider"
    )
    oidc_domains: str = Field(
        default="", description="only who has a confirmed address of these mail domains gets in"
    )
    oidc_instructors: str | None = Field(
        default=None,
        pattern="^[^=]+=.+$",
        description="CLAIM=VALUE: whom the provider says it of becomes an instructor",
    )
    log_level: str = "INFO"
    allow_weak_memory_limit: bool = False
    unsafe_no_sandbox: bool = Field(
        default=False, description="submitted programs run with the rights of the service's user"
    )

    @property
    def max_body_bytes(self) -> int:
        """Room for the largest source with every byte written as a JSON escape of six."""
        return 6 * MAX_SOURCE_BYTES + 64 * 1024

    @property
    def base_url(self) -> str:
        """The address that people use, without a slash at its end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "127.0.0.1" if self.host in ANY_HOST else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def https(self) -> bool:
        """Whether cookies may only travel encrypted."""
        return self.base_url.startswith("https://")

    @property
    def domains(self) -> frozenset[str]:
        """The mail domains that may sign up."""
        return _names(self.sign_up_domains)

    @property
    def oidc_mail_domains(self) -> frozenset[str]:
        """The mail domains whose people the provider may bring; all where there are none."""
        return _names(self.oidc_domains)

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.database_url is not None and not _is_postgresql(
            self.database_url.get_secret_value()
        ):
            raise ValueError(
                "DATABASE_URL is no address of a database. It is like "
                "postgresql://user:password@host/database. Leave it out, rather than empty, to use "
                "the database that comes with the service"
            )
        if self.public_url and not _is_address_of_a_site(self.public_url):
            raise ValueError("JURAX_PUBLIC_URL is like https://jurax.example.edu")
        if self.sign_up is SignUp.DOMAIN and not self.domains:
            raise ValueError("JURAX_SIGN_UP=domain needs JURAX_SIGN_UP_DOMAINS")
        if self.smtp_url is not None:
            url = urlsplit(self.smtp_url.get_secret_value())
            if url.scheme not in ("smtp", "smtps") or not url.hostname:
                raise ValueError("JURAX_SMTP_URL is like smtps://user:password@mail.example:465")
        if self.oidc_issuer is not None:
            if not self.oidc_client_id:
                raise ValueError("JURAX_OIDC_ISSUER needs JURAX_OIDC_CLIENT_ID")
            if not may_be_asked(self.oidc_issuer) or set("?#") & set(self.oidc_issuer):
                raise ValueError("JURAX_OIDC_ISSUER is like https://login.example.edu")
        return self

    def environment(self) -> dict[str, str]:
        """The variables by which a child process comes to the same settings. Secrets, and the
        addresses of a database and of a mail server, which hold passwords, stay out: the child
        finds them where this process did."""
        secrets = {"database_url", "smtp_url", "oidc_client_secret"}
        values = self.model_dump(mode="json", exclude=secrets, exclude_none=True)
        return {f"JURAX_{name.upper()}": str(value) for name, value in values.items()}


def get_settings() -> Settings:
    """The settings of this process."""
    global _current
    if _current is None:
        _current = Settings()
    return _current


def use_settings(settings: Settings) -> Settings:
    """Make these the settings of this process."""
    global _current
    _current = settings
    return settings


def _is_postgresql(url: str) -> bool:
    scheme, separator, _ = url.partition("://")
    try:
        _ = urlsplit(url).port
    except ValueError:
        return False
    return bool(separator) and scheme.partition("+")[0] in ("postgresql", "postgres")


def _is_address_of_a_site(url: str) -> bool:
    """Whether links can be made of an address, and it says for sure whether it is https."""
    try:
        parts = urlsplit(url)
        known = parts.hostname, parts.port
    except ValueError:
        return False
    bare = f"{parts.scheme}://{parts.netloc}"
    return (
        bool(known[0])
        and parts.scheme in ("http", "https")
        and url.rstrip("/") == bare
        and url.isascii()
        and url.isprintable()
        and not set("@ ") & set(url)
    )


def may_be_asked(url: str) -> bool:
    """Whether secrets may be sent to an address: over https or, for tests, on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not (url.isascii() and url.isprintable()):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def _names(text: str) -> frozenset[str]:
    """Names with commas between them, in small letters."""
    names = (name.strip().lower() for name in text.split(","))
    return frozenset(name for name in names if name)


def default_data_dir() -> Path:
    """``.jurax`` in the checkout that holds the working folder, else the user's data folder."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "app" / "settings.py").is_file() and (folder / "pyproject.toml").is_file():
            return folder / ".jurax"
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "jurax"


def packaged_problems_dir() -> Path:
    """The problems that came with the program."""
    return Path(__file__).resolve().parent.parent / "problems"
