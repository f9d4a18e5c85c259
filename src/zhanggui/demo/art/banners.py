"""Wide scenes for the home page, each also upright for phones. Words stand on the left, on phones below: there is room."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PIL import Image

from . import rooms, studio
from .colours import PALETTES, Palette
from .motifs import MOTIFS
from .pen import Pen
from .stage import Stage
from .studio import Model

WIDE = (1600, 640)
TALL = (800, 1000)


class Prop(NamedTuple):
    """A thing in a scene: where its foot stands in the room, and how high it is there."""

    motif: str
    look: dict[str, Any]
    x: float
    y: float
    height: float


class Banner(NamedTuple):
    room: str
    make: Callable[[Pen, Palette, int], Stage]
    number: int
    props: tuple[Prop, ...]
    middle: float  # around which the upright picture is cut


BANNERS = {
    "tea": Banner("tea", rooms.tea_room, 1, (
        Prop("vase", {"colour": "#7f958c", "form": "bud", "branch": "plum"}, 905, 712, 210),
        Prop("tea_caddy", {"colour": "#6f8f5c"}, 800, 716, 118),
        Prop("tea_tray", {"colour": "#7a5236", "second": "#b5674a"}, 610, 752, 118),
        Prop("gaiwan", {"colour": "#f2eee2", "second": "#3d6a8a", "pattern": "plum"}, 800, 760, 92),
        Prop("tea_cup", {"colour": "#e3e6da", "second": "#6b8a6b", "pattern": "dip"}, 905, 766, 48),
    ), 700),
    "green": Banner("plants", rooms.sill, 1, (
        Prop("snake_plant", {}, 560, 708, 236),
        Prop("fern", {"glaze": "#7d8a80"}, 900, 712, 196),
        Prop("pothos", {}, 735, 734, 262),
        Prop("mister", {}, 600, 758, 112),
        Prop("succulents", {}, 880, 764, 96),
    ), 720),
    "table": Banner("kitchen", rooms.kitchen, 1, (
        Prop("bottle", {}, 560, 712, 190),
        Prop("casserole", {"colour": "#b9553a", "form": "enamel"}, 745, 726, 206),
        Prop("bowl", {"colour": "#e3dac6", "form": "salad", "food": "fruit"}, 900, 724, 132),
        Prop("bowl", {"colour": "#3f5a6a", "form": "noodle", "food": "noodle"}, 640, 764, 84),
        Prop("mug", {"colour": "#7f9a86", "second": "#ecdcc6", "pattern": "dip"}, 860, 766, 92),
    ), 740),
    "scent": Banner("scent", rooms.bath, 1, (
        Prop("diffuser", {}, 590, 712, 210),
        Prop("candle", {"colour": "#b5674a", "form": "pillar"}, 760, 730, 196),
        Prop("sachet", {}, 905, 726, 110),
        Prop("candle", {"colour": "#7d8f86", "form": "clay", "pattern": "glaze", "second": "#e9dfca"}, 660, 764, 120),
        Prop("soap", {}, 850, 768, 96),
    ), 740),
    "gifts": Banner("snack", rooms.larder, 1, (
        Prop("hamper", {}, 620, 724, 236),
        Prop("jar", {"colour": "#e0a23a", "food": "honey", "form": "cloth", "second": "#b5402c"}, 800, 722, 150),
        Prop("gift_tin", {"colour": "#3f5d73"}, 900, 752, 150),
        Prop("dish", {"food": "walnut", "tone": "#b5804a"}, 760, 768, 84),
    ), 740),
}  # fmt: skip


def draw(key: str, shape: str) -> Image.Image:
    """A scene, `wide` or `tall`."""
    banner = BANNERS[key]
    palette = PALETTES[banner.room]
    tall = shape == "tall"
    left, top, width, height = (min(banner.middle - 300, 400), 150, 600, 640) if tall else (0, 372, 1000, 400)
    pixel = (TALL if tall else WIDE)[0] / width
    whole = studio.ground(("banner", key), lambda pen: banner.make(pen, palette, banner.number), round(1000 * pixel))
    box = (round(left * pixel), round(top * pixel), round((left + width) * pixel), round((top + height) * pixel))
    picture = whole.crop(box)
    placed = []
    for prop in banner.props:
        model = Model(lambda pen, prop=prop: MOTIFS[prop.motif](pen, **prop.look), key, prop.motif)  # type: ignore[misc]
        placed.append((model, prop.x - left, prop.y - top, prop.height / model.thing.h))
    studio.arrange(picture, width, placed, palette)
    return _lengthened(picture) if tall else picture.resize(WIDE)


def _lengthened(picture: Image.Image) -> Image.Image:
    """The table goes on below, where the words will stand."""
    whole = Image.new("RGB", TALL)
    whole.paste(picture, (0, 0))
    edge = picture.crop((0, picture.height - 2, picture.width, picture.height - 1))
    whole.paste(edge.resize((TALL[0], TALL[1] - picture.height)), (0, picture.height))
    return whole
