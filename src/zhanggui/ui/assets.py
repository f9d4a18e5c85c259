"""The built style sheets, scripts and icons: their addresses, and their bytes for the server.

The build (`cli/assets.py`) writes `manifest.json` (name → name with the digest of its content) beside the files. A name
never changes its content, so browsers may keep it for good.
"""

from __future__ import annotations

import json
import mimetypes
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

PREFIX = "/assets/"
FOREVER = "public, max-age=31536000, immutable"
RETRIES = 3
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


class Built(NamedTuple):
    """What one build has left."""

    names: dict[str, str]  # name → name with digest
    files: dict[str, Asset]  # by name with digest


@cache
def built() -> Built:
    """Names and files of the same build, in memory (some 1 MB, shared by the workers); empty where nothing is built."""
    for _ in range(RETRIES):
        try:
            names: dict[str, str] = json.loads((_folder() / "manifest.json").read_text(encoding="utf-8"))
            return Built(names, {name: _read(_folder() / name) for name in names.values()})
        except FileNotFoundError:
            if not _folder().exists():
                break
            time.sleep(0.1)  # another build is just taking its place
    return Built({}, {})


@cache
def icons() -> dict[str, str]:
    """Name → what stands inside the `<svg>`."""
    try:
        found: dict[str, str] = json.loads((_folder() / "icons.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def url(name: str) -> str:
    """The address of a built file: `/assets/shop-1a2b3c4d.css` for `shop.css`."""
    return PREFIX + built().names.get(name, name)


def files() -> dict[str, Asset]:
    """Every built file by its name with digest."""
    return built().files


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
