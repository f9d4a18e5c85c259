"""Bytes of a picture to a stored file: what it is, whether it is sound, where it lies. No database here."""

import hashlib
import os
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text

from .errors import PictureRefused

#: What browsers show, by Pillow's names. No SVG: it can carry script.
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}


@dataclass(frozen=True, slots=True)
class Stored:
    """`file` is the path below MEDIA_ROOT, made from the content's hash: the same picture is stored once."""

    file: str
    width: int
    height: int


def store(data: bytes) -> Stored:
    """Check and keep a picture. Raises PictureRefused: not a picture, damaged, too large in bytes or pixels."""
    limit = mall_settings.get("catalog.picture_bytes")
    if len(data) > limit:
        raise PictureRefused(reason=Text(f"大于 {limit} 字节", f"larger than {limit} bytes"))
    kind, width, height = _inspect(data)
    digest = hashlib.sha256(data).hexdigest()
    file = f"{digest[:2]}/{digest}.{EXTENSIONS[kind]}"
    path = Path(settings.MEDIA_ROOT) / file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.part")
        draft.write_bytes(data)
        os.replace(draft, path)  # never a half-written file under its final name
    return Stored(file, width, height)


def _inspect(data: bytes) -> tuple[str, int, int]:
    """Format and size by content, whatever the name or header claimed. The size is checked before anything is unpacked."""
    pixels = mall_settings.get("catalog.picture_pixels")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=list(EXTENSIONS)) as image:
                kind, (width, height) = image.format or "", image.size
                if width * height > pixels:
                    raise PictureRefused(reason=Text(f"超过 {pixels} 像素", f"more than {pixels} pixels"))
                image.load()
    except PictureRefused:
        raise
    except UnidentifiedImageError:
        raise PictureRefused(
            reason=Text("不是 JPEG、PNG、WebP 或 GIF 图片", "not a JPEG, PNG, WebP or GIF picture")
        ) from None
    except Image.DecompressionBombError:
        raise PictureRefused(reason=Text(f"超过 {pixels} 像素", f"more than {pixels} pixels")) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        # Pillow's decoders raise any of these for damaged data
        raise PictureRefused(reason=Text("图片已损坏", "the picture is damaged")) from None
    return kind, width, height
