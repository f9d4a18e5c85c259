"""Pictures by address: kept when they are pictures, refused when they are not or lead where nothing of ours may go."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from zhanggui.catalog import services as catalog
from zhanggui.catalog.types import MediaDraft, ProductDraft, SkuDraft
from zhanggui.integrations import pictures
from zhanggui.integrations.errors import PictureNotFetched
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.actor import SYSTEM


def _png(width: int = 4, height: int = 4) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "green").save(out, "PNG")
    return out.getvalue()


class _Web(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/").split("?")[0]
        if name == "ok.png":
            self._answer(200, _png(), "image/png")
        elif name == "lying.png":
            self._answer(200, b"<svg onload='alert(1)'></svg>", "image/png")
        elif name == "huge.png":
            self._answer(200, b"\x89PNG" + b"0" * 200_000, "image/png")
        elif name == "busy.png":
            self._answer(503, b"", "text/plain")
        elif name == "moved.png":
            self._answer(302, b"", "text/plain", location="/ok.png")
        elif name == "inside.png":
            self._answer(302, b"", "text/plain", location="http://169.254.169.254/latest/meta-data")
        elif name == "circle.png":
            self._answer(302, b"", "text/plain", location="/circle.png")
        elif name == "file.png":
            self._answer(302, b"", "text/plain", location="file:///etc/passwd")
        else:
            self._answer(404, b"", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if location:
            self.send_header("location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def fetch(url: str, *, private: bool = True) -> bytes:
    return pictures.fetch(url, allow_private=private, limit=100_000, seconds=5)


def test_a_picture_is_fetched_also_after_a_redirect(web: str) -> None:
    assert fetch(f"{web}/ok.png") == fetch(f"{web}/moved.png?v=1") == _png()


@pytest.mark.parametrize(
    ("name", "reason", "final"),
    [
        ("huge.png", "100000 bytes", True),
        ("gone.png", "HTTP 404", True),
        ("busy.png", "HTTP 503", False),
        ("circle.png", "redirects", True),
        ("file.png", "address", True),
    ],
)
def test_what_cannot_be_fetched_says_why(web: str, name: str, reason: str, final: bool) -> None:
    with pytest.raises(PictureNotFetched) as failed:
        fetch(f"{web}/{name}")
    assert reason in failed.value.detail("en")
    assert failed.value.final is final


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x.png",
        "http://localhost/x.png",
        "http://[::1]/x.png",
        "http://10.0.0.8/x.png",
        "http://192.168.1.1/x.png",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/x.png",
        "http://[::ffff:127.0.0.1]/x.png",
        "http://2130706433/x.png",
        "http://0x7f000001/x.png",
        "http://user:pw@8.8.8.8/x.png",
        "ftp://8.8.8.8/x.png",
        "file:///etc/passwd",
    ],
)
def test_nothing_of_ours_can_be_reached(url: str) -> None:
    with pytest.raises(PictureNotFetched) as failed:
        fetch(url, private=False)
    assert failed.value.final


def test_a_redirect_is_checked_like_the_address_itself(web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    host, port = web.removeprefix("http://").split(":")
    real = pictures.is_public
    monkeypatch.setattr(pictures, "is_public", lambda address: address == host or real(address))
    assert fetch(f"http://{host}:{port}/ok.png", private=False) == _png()
    with pytest.raises(PictureNotFetched) as failed:
        fetch(f"http://{host}:{port}/inside.png", private=False)
    assert "private" in failed.value.detail("en")


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(pictures.socket, "getaddrinfo", resolve)
    with pytest.raises(PictureNotFetched):
        fetch("http://pictures.example/x.png", private=False)


@pytest.mark.django_db(transaction=True)
def test_the_job_keeps_what_is_a_picture_and_never_holds_up_the_product(
    web: str, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mall_settings.put("pictures.allow_private", True, actor=SYSTEM)
    names = ["ok.png", "lying.png", "gone.png", "busy.png", "moved.png"]
    media = tuple(MediaDraft(f"{web}/{name}") for name in names)
    draft = ProductDraft("test", "1", "Plant", (SkuDraft("P-1"),), media=media)
    (result,) = catalog.import_products([draft], actor=SYSTEM)
    assert result.outcome == "created"
    assert pictures.fetch_due(seconds=20) == 5
    rows = db.rows("select source_url, state, attempts, file, reason from catalog_media order by position")
    assert [(r["source_url"].rsplit("/", 1)[1], r["state"]) for r in rows] == [
        ("ok.png", "ready"),
        ("lying.png", "failed"),
        ("gone.png", "failed"),
        ("busy.png", "pending"),
        ("moved.png", "ready"),
    ]
    assert all(r["reason"] for r in rows if r["state"] != "ready")
    assert (tmp_path / rows[0]["file"]).read_bytes() == _png()
    assert pictures.fetch_due(seconds=5) == 0, "the busy one waits for its next turn"


def test_local_pictures_are_read_from_beside_the_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures.mall_settings, "get", lambda _key: 1000)
    shop = tmp_path / "shop"
    (shop / "goods" / "m").mkdir(parents=True)
    (shop / "goods" / "a.tbi").write_bytes(b"one")
    (shop / "b.jpg").write_bytes(b"two")
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (shop / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (shop / "big.jpg").write_bytes(b"x" * 2000)
    assert pictures.local_picture(shop, "goods.csv.gz", "a.tbi") == b"one"
    assert pictures.local_picture(shop, "goods.csv", "m/h/b.jpg") == b"two"
    for name in ("../secret.jpg", "link.jpg", "/etc/passwd", "big.jpg", "m", "none.jpg", "\x00"):
        assert pictures.local_picture(shop, "goods.csv", name) is None
    assert pictures.local_picture(None, "goods.csv", "a.tbi") is None
