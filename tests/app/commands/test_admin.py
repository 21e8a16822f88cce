"""`jurax admin`: inviting people and giving them an address, on the service's own database."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI
from sqlalchemy import URL

from app.settings import Settings, SignUp


def admin(url: URL, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a database."""
    address = url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "admin", *words],
        env={**os.environ, "DATABASE_URL": address, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_an_invitation_of_the_command_line_opens_the_door(
    app: FastAPI, client: httpx.AsyncClient, settings: Settings, url: URL, ann: Any
) -> None:
    words = ("invite", "Ines@example.com", "--role", "instructor")
    refused = admin(url, *words, JURAX_SIGN_UP="closed")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "JURAX_SIGN_UP=invitation" in refused.stderr
    made = admin(url, *words, JURAX_SIGN_UP="invitation")
    assert (made.returncode, made.stderr) == (0, "")
    link = urlsplit(made.stdout.strip())
    app.state.settings = settings.model_copy(update={"sign_up": SignUp.INVITATION})
    page = await client.get(f"{link.path}?{link.query}")
    assert "ines@example.com" in page.text
    form = {"token": link.query.removeprefix("token="), "name": "ines"}
    joined = await client.post("/join", data={**form, "new": "seven grey herons wait"})
    assert joined.status_code == 303
    assert (await client.get("/api/v1/me")).json()["role"] == "instructor"
    taken = admin(url, "email", "ann", "INES@example.com")
    assert (taken.returncode, "Somebody else" in taken.stderr) == (1, True)
