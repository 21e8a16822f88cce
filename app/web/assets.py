"""Addresses of the built scripts and styles, from the manifest that the front-end build writes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

STATIC = Path(__file__).parent / "static"
DIST = STATIC / "dist"


class AssetsMissing(RuntimeError):
    """The front end was not built."""


@dataclass
class Assets:
    """Looks up ``site.css`` and finds ``/static/dist/site-4F3K2J.css``."""

    folder: Path = DIST
    base: str = "/static/dist/"
    _names: dict[str, str] = field(default_factory=dict)
    _read_at: int = -1

    def __call__(self, name: str) -> str:
        names = self._manifest()
        if name not in names:
            known = ", ".join(sorted(names))
            raise AssetsMissing(f"the front-end build has no entry {name!r}; it has: {known}")
        return self.base + names[name]

    def _manifest(self) -> dict[str, str]:
        """The manifest, read again when a new build has replaced it."""
        path = self.folder / "manifest.json"
        try:
            changed = path.stat().st_mtime_ns
            if changed != self._read_at:
                self._names = json.loads(path.read_text(encoding="utf-8"))
                self._read_at = changed
        except (OSError, ValueError) as error:
            raise AssetsMissing(
                f"the pages' scripts and styles are not built ({path.name} cannot be read): "
                "run `make setup`"
            ) from error
        return self._names
