"""Logs: structured, on stderr, without secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_KEY = re.compile(r"token|password|secret|authorization|cookie|conninfo", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"(?P<head>[?&](?:token|code|state)=|://[^:/@\s]*:|Bearer\s+|password=|jurax_(?=[\w-]{20}))"
    r"[^\s&@'\"]+",
    re.IGNORECASE,
)


def configure_logs(level: str = "INFO") -> None:
    """Send structlog's and the libraries' records the same way: lines for a person on a terminal,
    JSON elsewhere."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    person = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("procrastinate", "uvicorn", "httpx", "httpcore", "alembic", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def hide_secrets(
    _logger: object, _method: str, record: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Cover what must never be in a log, whoever wrote it there."""
    for key, value in record.items():
        if key.startswith("_"):
            continue
        if _SECRET_KEY.search(key):
            record[key] = "***"
        elif isinstance(value, str):
            record[key] = _SECRET_TEXT.sub(r"\g<head>***", value)
    return record
