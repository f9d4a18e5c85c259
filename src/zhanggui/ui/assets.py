"""The built style sheets, scripts and icons: their addresses, and their bytes for the server.

The build (`cli/assets.py`) writes `manifest.json` (name → name with the digest of its content) beside the files. A name
never changes its content, so browsers may keep it for good.
"""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

PREFIX = "/assets/"
FOREVER = "public, max-age=31536000, immutable"
TEXTUAL = ("text/css", "text/javascript", "image/svg+xml", "application/json")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file ready to be sent."""

    kind: str
    plain: bytes
    packed: dict[str, bytes]  # by content coding

    def answer(self, accept_encoding: str) -> tuple[dict[str, str], bytes]:
        """Headers and body for a client that takes these codings."""
        headers = {"Content-Type": self.kind, "Cache-Control": FOREVER}
        if self.packed:
            headers["Vary"] = "Accept-Encoding"
        for coding, body in self.packed.items():
            if coding in accept_encoding:
                return {**headers, "Content-Encoding": coding}, body
        return headers, self.plain


@cache
def manifest() -> dict[str, str]:
    """Name → name with digest. Empty where nothing is built yet."""
    try:
        found: dict[str, str] = json.loads((_folder() / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


@cache
def icons() -> dict[str, str]:
    """Name → what stands inside the `<svg>`."""
    try:
        found: dict[str, str] = json.loads((_folder() / "icons.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


@cache
def url(name: str) -> str:
    """The address of a built file: `/assets/shop-1a2b3c4d.css` for `shop.css`."""
    return PREFIX + manifest().get(name, name)


@cache
def files() -> dict[str, Asset]:
    """Every built file by its name with digest, in memory (some 1 MB, shared by the workers)."""
    return {name: _read(_folder() / name) for name in manifest().values()}


def _read(path: Path) -> Asset:
    kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0] or "text/plain"
    packed = {
        coding: packed_file.read_bytes()
        for coding, suffix in (("br", ".br"), ("gzip", ".gz"))
        if (packed_file := path.with_name(path.name + suffix)).exists()
    }
    return Asset(f"{kind}; charset=utf-8" if kind in TEXTUAL else kind, path.read_bytes(), packed)


def _folder() -> Path:
    return Path(settings.ASSETS_DIR)
