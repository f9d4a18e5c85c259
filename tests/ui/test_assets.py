"""Built files: served packed and for good; built again only where a source changed."""

from __future__ import annotations

import gzip
import json

import pytest
from django.test import Client

from zhanggui.cli import assets as building
from zhanggui.ui import assets


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    settings.ASSETS_DIR = tmp_path
    for kept in (assets.built, assets.icons):
        kept.cache_clear()
    (tmp_path / "manifest.json").write_text(json.dumps({"shop.css": "shop-abc.css"}))
    (tmp_path / "shop-abc.css").write_text("a{}")
    (tmp_path / "shop-abc.css.gz").write_bytes(gzip.compress(b"a{}"))
    yield tmp_path
    for kept in (assets.built, assets.icons):
        kept.cache_clear()


def test_a_file_is_sent_packed_and_for_good(folder):
    assert assets.url("shop.css") == "/assets/shop-abc.css"
    plain = Client().get("/assets/shop-abc.css")
    assert plain.content == b"a{}"
    assert plain["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in plain["Cache-Control"]
    packed = Client().get("/assets/shop-abc.css", headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == b"a{}"
    assert Client().get("/assets/manifest.json").status_code == 404
    assert Client().get("/assets/..%2f..%2fetc%2fpasswd").status_code == 404


def test_nothing_built_is_no_failure(tmp_path, settings):
    settings.ASSETS_DIR = tmp_path / "none"
    assets.built.cache_clear()
    assert assets.url("shop.css") == "/assets/shop.css"
    assert assets.files() == {}
    assets.built.cache_clear()


def test_the_stamp_says_when_to_build(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHANGGUI_ASSETS", str(tmp_path / "assets"))
    assert not building.is_current()
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "stamp").write_text(building.fingerprint())
    assert building.is_current()
    monkeypatch.setattr(building, "_build", lambda _: pytest.fail("it was current"))
    building.build()


def test_every_source_is_in_the_stamp(tmp_path, monkeypatch):
    frontend = tmp_path / "frontend"
    (frontend / "src" / "css").mkdir(parents=True)
    for name in ("build.mjs", "package-lock.json", "src/css/shop.css"):
        (frontend / name).write_text("1")
    monkeypatch.setattr(building, "FRONTEND", frontend)
    monkeypatch.setattr(building, "ROOT", tmp_path)
    monkeypatch.setattr(building, "SCANNED", ())
    stamps = {building.fingerprint()}
    for name in ("build.mjs", "package-lock.json", "src/css/shop.css"):
        (frontend / name).write_text("2")
        stamps.add(building.fingerprint())
    assert len(stamps) == 4


def test_without_a_registry_one_clear_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ZHANGGUI_ASSETS", str(tmp_path / "assets"))
    monkeypatch.setattr(building, "NODE_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(building, "_node", lambda: ("node", ["sh", "-c", "echo npm error ENOTFOUND >&2; exit 1"]))
    building.build_or_warn()
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 2
    assert "an npm registry is needed once (npm error ENOTFOUND)" in said[1]


def test_the_lock_names_no_addresses():
    for name in ("package-lock.json", "node.lock"):
        assert "://" not in (building.FRONTEND / name).read_text().replace('"url": "https://', "")
