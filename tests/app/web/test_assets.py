"""Addresses of built scripts and styles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.web.assets import Assets, AssetsMissing


def test_a_name_becomes_its_hashed_address(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"site.css": "site-ABC.css"}))
    assert Assets(tmp_path)("site.css") == "/static/dist/site-ABC.css"


def test_a_missing_build_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="make setup"):
        Assets(tmp_path)("site.css")


def test_an_unknown_name_lists_the_known(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"site.css": "x", "site.js": "y"}))
    with pytest.raises(AssetsMissing, match=r"site\.css, site\.js"):
        Assets(tmp_path)("sight.css")


def test_a_new_build_is_noticed(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"site.css": "old"}))
    assets = Assets(tmp_path)
    assets("site.css")
    fresh = tmp_path / "fresh"
    fresh.write_text(json.dumps({"site.css": "new"}))
    fresh.rename(manifest)
    assert assets("site.css") == "/static/dist/new"
