"""From drawings to pixels: surfaces are drawn once and kept, shadows are drawn small and blurred, things are drawn sharp."""

from collections.abc import Callable, Hashable, Sequence
from io import BytesIO

import resvg_py
from PIL import Image, ImageFilter

from .colours import Palette
from .pen import Chance, Pen, Thing, at, n
from .stage import Stage, shadow

PIXELS = 640
SOFT = 6  # shadows and haze are drawn at a sixth of the size


def raster(body: str, pen: Pen, box: tuple[float, float, float, float], width: int) -> Image.Image:
    """A drawing as pixels; `box` is x, y, width, height of what is seen."""
    x, y, w, h = box
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{n(x)} {n(y)} {n(w)} {n(h)}" width="{n(w)}" height="{n(h)}">'
        f"<defs>{''.join(pen.defs)}</defs>{body}</svg>"
    )
    data = resvg_py.svg_to_bytes(svg_string=svg, width=max(1, width), skip_system_fonts=True)
    return Image.open(BytesIO(bytes(data))).convert("RGBA")


#: The last surfaces; things that stand on the same one are drawn one after the other.
_stages: dict[Hashable, Image.Image] = {}
KEPT = 16


def ground(key: Hashable, make: Callable[[Pen], Stage], width: int = PIXELS) -> Image.Image:
    """The surfaces of a stage, drawn once for each key."""
    if (key, width) not in _stages:
        stage = make(Pen(Chance(key)))
        box = (0, 0, stage.w, stage.h)
        picture = raster(stage.body, stage.pen, box, width)
        if stage.haze:
            lay(picture, soft(stage.haze, stage.pen, box, picture.size, 7))
        if len(_stages) >= KEPT:
            _stages.pop(next(iter(_stages)))
        _stages[key, width] = picture.convert("RGB")
    return _stages[key, width].copy()


def soft(
    body: str, pen: Pen, box: tuple[float, float, float, float], size: tuple[int, int], blur: float
) -> Image.Image:
    """A blurred drawing: drawn small, blurred, and brought to size."""
    small = raster(body, pen, box, size[0] // SOFT).convert("RGBa")  # premultiplied, else edges turn grey
    small = small.filter(ImageFilter.GaussianBlur(blur * small.width / box[2]))
    return small.resize(size, Image.Resampling.BICUBIC).convert("RGBA")


def lay(picture: Image.Image, layer: Image.Image, x: int = 0, y: int = 0) -> None:
    picture.paste(layer, (x, y), layer)


def _bounds(svg: str, pen: Pen, w: float, h: float) -> tuple[float, float, float, float]:
    """What a drawing really covers, by looking at a small print of it."""
    reach = max(w, h) * 1.1 + 40
    box = (-reach, -reach * 1.5, 2 * reach, 2.4 * reach)
    small = raster(svg, pen, box, 90)
    found = small.getchannel("A").getbbox() or (0, 0, small.width, small.height)
    step = box[2] / small.width
    left, top, right, bottom = found
    return (box[0] + (left - 1) * step, box[1] + (top - 1) * step, (right - left + 2) * step, (bottom - top + 2) * step)


class Model:
    """A thing drawn by its own pen, which can be printed at any size."""

    def __init__(self, make: Callable[[Pen], Thing], *seed: object) -> None:
        self.pen = Pen(Chance(*seed))
        self.thing = make(self.pen)
        self._box = _bounds(self.thing.svg, self.pen, self.thing.w, self.thing.h)
        self._print: Image.Image | None = None

    def print(self, scale: float) -> tuple[Image.Image, float, float]:
        """Pixels at `scale` pixels a unit, and where its own (0, 0) lies in them. A smaller print is made from a larger."""
        width = max(1, round(self._box[2] * scale))
        picture = self._print
        if picture is None or picture.width < width:
            picture = self._print = raster(self.thing.svg, self.pen, self._box, width)
        if picture.width != width:
            size = (width, max(1, round(picture.height * width / picture.width)))
            picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        real = picture.width / self._box[2]
        return picture, -self._box[0] * real, -self._box[1] * real

    def fit(self, w: float, h: float) -> float:
        return min(w / self.thing.w, h / self.thing.h)


Placed = tuple[Model, float, float, float]  # a model, where it stands in the frame, its scale


def arrange(
    picture: Image.Image, frame: float, placed: Sequence[Placed], palette: Palette, strength: float = 1.0
) -> Image.Image:
    """Put things into a picture, from back to front, with their shadows; `frame` is the width of the frame in units."""
    pixel = picture.width / frame
    pen = Pen(Chance())
    shades = "".join(at(x, y, shadow(pen, model.thing, palette, strength), 0, scale) for model, x, y, scale in placed)
    lies = any(model.thing.lies for model, *_ in placed)
    box = (0, 0, frame, picture.height / pixel)
    lay(picture, soft(shades, pen, box, picture.size, 9 if lies else 8))
    for model, x, y, scale in placed:
        tile, ox, oy = model.print(scale * pixel)
        lay(picture, tile, round(x * pixel - ox), round(y * pixel - oy))
    return picture


def close_up(picture: Image.Image, model: Model, palette: Palette, frame: float) -> Image.Image:
    """A thing so near that it leaves the frame."""
    x, y, width = model.thing.close
    scale = frame / width
    pen = Pen(Chance())
    box = (x - width / 2, y - width / 2, width, width)
    lay(picture, soft(shadow(pen, model.thing, palette), pen, box, picture.size, 9 / scale * 2))
    near = raster(model.thing.svg, model.pen, box, picture.width * 4 // 5)
    lay(picture, near.resize(picture.size, Image.Resampling.BICUBIC))
    return picture


def encode(picture: Image.Image, quality: int = 86) -> bytes:
    out = BytesIO()
    picture.convert("RGB").save(out, "WEBP", quality=quality, method=2)
    return out.getvalue()
