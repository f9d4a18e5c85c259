"""Pictures that people send: whether bytes are one, told by their content, and a clean copy that is fit to be shown."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from .i18n import Text
from .problems import Problem

#: What browsers show, by Pillow's names. No SVG: it can carry script.
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
QUALITY = 84


class PictureRefused(Problem):
    """The bytes are not a picture the mall takes."""

    code = "picture_refused"
    status = 422
    message = Text("图片未被接受：{reason}", "The picture was not accepted: {reason}")


@contextmanager
def opened(data: bytes, *, most_bytes: int, most_pixels: int) -> Iterator[tuple[str, Image.Image]]:
    """Format (one of EXTENSIONS) by content, whatever name or header claimed, and the picture as it is to be seen.

    The size is checked before anything is unpacked. Raises PictureRefused: not a picture, damaged, too large in bytes or
    pixels.
    """
    if len(data) > most_bytes:
        raise PictureRefused(reason=Text(f"大于 {most_bytes} 字节", f"larger than {most_bytes} bytes"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=list(EXTENSIONS))
            kind, (width, height) = image.format or "", image.size
            if width * height > most_pixels:
                raise PictureRefused(reason=_too_many(most_pixels))
            image.load()
            shown = ImageOps.exif_transpose(image)
    except PictureRefused:
        raise
    except UnidentifiedImageError:
        raise PictureRefused(
            reason=Text("不是 JPEG、PNG、WebP 或 GIF 图片", "not a JPEG, PNG, WebP or GIF picture")
        ) from None
    except Image.DecompressionBombError:
        raise PictureRefused(reason=_too_many(most_pixels)) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        # Pillow's decoders raise any of these for damaged data
        raise PictureRefused(reason=Text("图片已损坏", "the picture is damaged")) from None
    with shown:
        yield kind, shown


def clean_copy(data: bytes, *, most_bytes: int, most_pixels: int, edge: int) -> bytes:
    """A JPEG of the picture, at most `edge` pixels wide and high, without anything else the file carried.

    Photos of telephones tell where they were taken; the copy does not. Raises PictureRefused.
    """
    with opened(data, most_bytes=most_bytes, most_pixels=most_pixels) as (_, image):
        image.thumbnail((edge, edge))
        flat = image
        if image.mode != "RGB":
            seen = image.convert("RGBA")
            flat = Image.new("RGB", image.size, "white")
            flat.paste(seen, mask=seen.getchannel("A"))
        made = BytesIO()
        flat.save(made, "JPEG", quality=QUALITY, optimize=True)
        return made.getvalue()


def _too_many(pixels: int) -> Text:
    return Text(f"超过 {pixels} 像素", f"more than {pixels} pixels")
