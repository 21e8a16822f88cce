"""``jurax login`` and ``jurax submit``: a service as its users reach it, over HTTP."""

from __future__ import annotations

import json as json_module
import os
import sys
import tomllib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

DEFAULT_URL = "http://127.0.0.1:8000"
_WAIT_STEP_SECONDS = 30
_SUBMISSION = frozenset({"id", "status", "notice", "report"})
_EXIT_NOT_ACCEPTED, _EXIT_USAGE, _EXIT_JUDGE_ERROR = 1, 2, 3


@dataclass(frozen=True)
class Login:
    """A service and the token that speaks for us there."""

    url: str
    token: str | None


def login(
    url: Annotated[str, typer.Option(help="The service's address.")] = DEFAULT_URL,
    token: Annotated[
        str | None, typer.Option(help="The API token. Asked for if not given, which is safer.")
    ] = None,
) -> None:
    """Keep a service's address and your API token for `jurax submit`."""
    if token is None:
        token = (
            typer.prompt("API token", hide_input=True)
            if sys.stdin.isatty()
            else sys.stdin.readline()
        ).strip()
    me = Login(url.rstrip("/"), token)
    person = request("GET", me, "/api/v1/me", holds={"name", "role"})
    path = config_path()
    try:
        _keep(me, path)
    except OSError as error:
        _fail(f"Cannot keep the login in {path}: {error.strerror or error}")
    print(f"Logged in to {url} as {person['name']} ({person['role']}). Kept in {path}.")


def submit(
    problem: Annotated[str, typer.Argument(help="The problem's slug.")],
    file: Annotated[Path, typer.Argument(help="The Python file to submit.")],
    url: Annotated[str | None, typer.Option(help="The service; default: that of `login`.")] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the verdict.")] = 120,
    json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    assignment_problem: Annotated[
        uuid.UUID | None,
        typer.Option(help="For an assignment: the id of its problem; default: practice."),
    ] = None,
) -> None:
    """Submit FILE to a service and wait for its verdict.

    Exit code: 0 accepted, 1 any other verdict, 2 usage or refused, 3 judge error or no verdict yet.
    """
    target = login_at(url)
    try:
        source = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"Cannot read {file}: {error}")
    order = {"problem": problem, "source": source}
    if assignment_problem is not None:
        order["assignment_problem"] = str(assignment_problem)
    answer = request(
        "POST",
        target,
        "/api/v1/submissions",
        holds=_SUBMISSION,
        json=order,
        headers={"Idempotency-Key": str(uuid.uuid4())},
        params={"wait": min(wait, _WAIT_STEP_SECONDS)},
    )
    notice = answer["notice"]
    waited = float(min(wait, _WAIT_STEP_SECONDS))
    while answer["status"] != "done" and waited < wait:
        step = min(wait - waited, _WAIT_STEP_SECONDS)
        path = f"/api/v1/submissions/{answer['id']}"
        answer = request("GET", target, path, holds=_SUBMISSION, params={"wait": step})
        waited += step
    answer["notice"] = answer["notice"] or notice
    print(json_module.dumps(answer, indent=2) if json else _sentence(answer, target))
    report = answer["report"]
    if report is None or report["verdict"] == "IE":
        raise typer.Exit(_EXIT_JUDGE_ERROR)
    if report["verdict"] != "AC":
        raise typer.Exit(_EXIT_NOT_ACCEPTED)


def config_path() -> Path:
    """Where the login is kept."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "jurax" / "config.toml"


def login_at(url: str | None, token: str | None = None) -> Login:
    """A service, by default that of the login that was kept, and the token for it: one that is
    given or set, else the kept one, which goes to the service that it was kept for only."""
    kept = _read_login()
    service = (url or kept.url).rstrip("/")
    own = kept.token if service == kept.url.rstrip("/") else None
    return Login(service, token or os.environ.get("JURAX_TOKEN") or own)


def _keep(login: Login, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = f"url = {json_module.dumps(login.url)}\ntoken = {json_module.dumps(login.token)}\n"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _read_login() -> Login:
    """The login that was kept, or the local service without a token."""
    try:
        kept = tomllib.loads(config_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Login(DEFAULT_URL, None)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        _fail(f"Cannot read {config_path()}: {error}. Run `jurax login` again.")
    return Login(str(kept.get("url", DEFAULT_URL)), kept.get("token"))


def request(method: str, login: Login, path: str, *, holds: Collection[str], **options: Any) -> Any:
    """The document that a service answers with, which has these members. What is no answer of
    Jurax's, or an error, ends the command."""
    import httpx

    headers = dict(options.pop("headers", {}))
    if login.token:
        if not (login.token.isascii() and login.token.isprintable()):
            _fail("The API token is none: it holds what no token does, such as a line end.")
        headers["Authorization"] = f"Bearer {login.token}"
    try:
        response = httpx.request(method, login.url + path, headers=headers, timeout=90, **options)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        _fail(f"Cannot reach {login.url}: {error}. Is the service running?")
    try:
        document = response.json()
    except ValueError:
        document = None
    expected = {"title", "detail"} if response.is_error else holds
    if not isinstance(document, dict) or not document.keys() >= set(expected):
        _fail(f"{login.url} answered {response.status_code}, but not as Jurax does.")
    if response.is_error:
        _fail(f"{document['title']}: {document['detail']}")
    return document


def _sentence(answer: Any, login: Login) -> str:
    place = f"{login.url}/submissions/{answer['id']}"
    report = answer["report"]
    notice = answer["notice"]
    if report is None and answer["status"] == "done":
        return f"{notice} {place}"
    lines = [notice] if notice else []
    if report is None:
        return "\n".join([*lines, f"Not judged yet ({answer['status']}): {place}"])
    lines.append(f"{report['verdict']}  score {report['score']:.2f}  {place}")
    if report["diagnosis"]:
        lines.append(report["diagnosis"]["message"])
    return "\n".join(lines)


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(_EXIT_USAGE)
