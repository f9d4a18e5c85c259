"""Bytes of a picture to a stored file: what it is, whether it is sound, where it lies. No database here."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image

from zhanggui.kernel import mall_settings
from zhanggui.kernel.picture_sizes import WIDTHS, parse, sized
from zhanggui.kernel.pictures import EXTENSIONS, QUALITY, opened

from .errors import PictureRefused


@dataclass(frozen=True, slots=True)
class Stored:
    """`file` is the path below MEDIA_ROOT, made from the content's hash: the same picture is stored once. Width and
    height are those a browser shows (a camera's note how it was held is followed)."""

    file: str
    width: int
    height: int


def store(data: bytes, editions: Mapping[int, bytes] | None = None) -> Stored:
    """Check and keep a picture with its smaller editions (kernel/picture_sizes); those given (WebP, by width) are
    kept as they are, the others are made.

    Raises PictureRefused: not a picture, damaged, too large in bytes or pixels.
    """
    with opened(data, **_limits()) as (kind, image):
        file = file_name(data, kind)
        path = Path(settings.MEDIA_ROOT) / file
        if not path.exists():
            for width, edition in (editions or {}).items():
                _keep(path.with_name(sized(path.name, width)), edition)
            _edit(image, path, tuple(width for width in WIDTHS if width not in (editions or {})))
            _keep(path, data)  # last: where the original lies, all of it does
        return Stored(file, *image.size)


def _limits() -> dict[str, int]:
    return {f"most_{what}": mall_settings.get(f"catalog.picture_{what}") for what in ("bytes", "pixels")}


def file_name(data: bytes, kind: str) -> str:
    """Where a picture lies below MEDIA_ROOT; `kind` is one of `EXTENSIONS`."""
    digest = hashlib.sha256(data).hexdigest()
    return f"{digest[:2]}/{digest}.{EXTENSIONS[kind]}"


def make_edition(name: str) -> Path | None:
    """The file of a smaller edition that is not there yet (its picture was stored before there were any); None where
    the name is no edition's, or there is no sound picture to make it from."""
    asked = parse(name)
    if asked is None:
        return None
    stem, width = asked
    root = Path(settings.MEDIA_ROOT)
    original = next((p for ending in EXTENSIONS.values() if (p := root / f"{stem}.{ending}").is_file()), None)
    if original is None:
        return None
    try:
        with opened(original.read_bytes(), **_limits()) as (_, image):
            _edit(image, original, (width,))
    except PictureRefused:  # kept when the mall took larger ones
        return None
    return root / name


def _edit(image: Image.Image, original: Path, widths: tuple[int, ...]) -> None:
    """Write editions of a picture beside it, the widest first and each smaller one from it."""
    current = image if image.mode in ("RGB", "RGBA") else image.convert("RGBA" if _transparent(image) else "RGB")
    for width in sorted(widths, reverse=True):
        if current.width > width:
            height = max(1, round(image.height * width / image.width))
            current = current.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        out = BytesIO()
        current.save(out, "WEBP", quality=QUALITY, method=2)
        _keep(original.with_name(sized(original.name, width)), out.getvalue())


def _transparent(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _keep(path: Path, data: bytes) -> None:
    """Never a half-written file under its final name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    draft.write_bytes(data)
    os.replace(draft, path)
