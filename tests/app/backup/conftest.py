"""A second PostgreSQL server, as one that DATABASE_URL names, and data to back up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from app.backup.write import write_backup
from app.db.embedded import embedded_url
from app.db.folder import open_data_folder
from tests.app.backup.rows import clear, fill
from tests.app.postgres import quick_server


@pytest.fixture(scope="session")
def other_server(open_folder: Path) -> Iterator[URL]:
    """A server of its own."""
    folder = open_data_folder(open_folder / "other")
    server = quick_server(folder)
    server.start()
    yield embedded_url(folder)
    server.stop()


@pytest.fixture
def other(other_server: URL) -> URL:
    """A database without a table."""
    clear(other_server)
    return other_server


@pytest.fixture
def full(url: URL) -> URL:
    """A database with rows in every table."""
    fill(url)
    return url


@pytest.fixture
def backup(full: URL, tmp_path: Path) -> Path:
    """A backup of it."""
    path = tmp_path / "jurax.backup.zip"
    write_backup(full, path)
    return path
