"""A service without a sandbox says so on every page; one with a sandbox does not."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import URL

from app.main import create_app
from app.settings import Settings

PAGES = ("/", "/docs", "/signin/help", "/problems/none-of-this-name")


@pytest.mark.parametrize("off", [False, True])
async def test_every_page_says_it(off: bool, settings: Settings, url: URL) -> None:
    app = create_app(settings.model_copy(update={"unsafe_no_sandbox": off}), url)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        for path in PAGES:
            page = (await client.get(path, headers={"Accept": "text/html"})).text
            assert "</html>" in page
            assert ("--unsafe-no-sandbox" in page) is off, path
            assert ("Programs run in a sandbox" in page) is not off, path
