"""The seal of the shop as the icon of the installed app, drawn when it is first asked for."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZES = (192, 512)
_FILL, _LINE = (196, 54, 26), (255, 255, 255)


@cache
def png(size: int) -> bytes:
    """A square picture whose mark lies within what a phone may cut away (maskable)."""
    scale = 4  # drawn larger and made smaller: smooth edges
    side = size * scale
    image = Image.new("RGB", (side, side), _FILL)
    draw = ImageDraw.Draw(image)
    near, middle, far, width = side * 0.3, side * 0.5, side * 0.7, round(side * 0.052)
    draw.rectangle((near - width / 2, near - width / 2, far + width / 2, far + width / 2), outline=_LINE, width=width)
    draw.line((near, middle, far, middle), fill=_LINE, width=width)
    draw.line((middle, near, middle, far), fill=_LINE, width=width)
    made = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
    return made.getvalue()
