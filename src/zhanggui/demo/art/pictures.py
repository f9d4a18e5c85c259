"""The pictures of a product: by itself, close, in use, measured; and by itself in every colour it comes in."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import Image

from . import measure, rooms, stage, studio
from .colours import PALETTES, Palette
from .motifs import DYED, MOTIFS
from .pen import Chance, Pen
from .studio import Model

FRAME = float(stage.SIDE)


@lru_cache(maxsize=24)
def _model(key: str, motif: str, look: tuple[tuple[str, Any], ...]) -> Model:
    return Model(lambda pen: MOTIFS[motif](pen, **dict(look)), key)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be drawn. `size` is width, depth and height in centimetres; `number` chooses among stages."""

    key: str
    motif: str
    look: tuple[tuple[str, Any], ...]
    room: str
    size: tuple[float, float, float]
    number: int

    def model(self, colour: str = "") -> Model:
        look = dict(self.look)
        if colour:
            look[DYED.get(self.motif, "colour")] = colour
        return _model(self.key, self.motif, tuple(look.items()))

    @property
    def palette(self) -> Palette:
        return PALETTES[self.room]

    @property
    def height(self) -> float:
        return self.size[2] or self.size[1]


def hero(subject: Subject, colour: str = "") -> Image.Image:
    """The thing by itself."""
    palette, number, model = subject.palette, subject.number, subject.model(colour)
    if model.thing.lies:
        ground = studio.ground(("table", subject.room, number % 4), lambda pen: stage.table(pen, palette, number))
        return studio.arrange(ground, FRAME, [(model, 500, 500, model.fit(740, 740))], palette)
    ground = studio.ground(("studio", subject.room, number % 4), lambda pen: stage.studio(pen, palette, number))
    scale = model.fit(700, 670)
    y = 764 if model.thing.hangs else 824
    return studio.arrange(ground, FRAME, [(model, 500 - model.thing.w * scale * 0.02, y, scale)], palette)


def close(subject: Subject) -> Image.Image:
    """Its surface, near enough to feel it."""
    palette, model = subject.palette, subject.model()
    if model.thing.lies:
        ground = studio.ground(("table", subject.room, 3), lambda pen: stage.table(pen, palette, 3))
    else:
        ground = studio.ground(("plain", subject.room), lambda pen: stage.plain(pen, palette))
    return studio.close_up(ground, model, palette, FRAME)


def scene(subject: Subject) -> Image.Image:
    """The thing where it is used, with its likes."""
    palette, number, model = subject.palette, subject.number, subject.model()
    if model.thing.lies:
        ground = studio.ground(("flat", subject.room, number % 2), lambda pen: rooms.flat_lay(pen, palette, number))
        return studio.arrange(ground, FRAME, [(model, 520, 510, model.fit(640, 640))], palette)
    if model.thing.hangs:
        return _hung(subject, model)
    if subject.height >= 70:
        ground = studio.ground(("floor", subject.room, number % 2), lambda pen: rooms.open_floor(pen, palette, number))
        return studio.arrange(ground, FRAME, _company(subject, model, rooms.FLOOR_COMPANIONS, 560, 640, 900), palette)
    room = rooms.ROOMS[subject.room]
    ground = studio.ground(("room", subject.room, number % 2), lambda pen: room(pen, palette, number))
    others = tuple(one for one in rooms.COMPANIONS[subject.room] if one[0] != subject.motif)
    return studio.arrange(ground, FRAME, _company(subject, model, others, 460, 440, 872), palette)


def _hung(subject: Subject, model: Model) -> Image.Image:
    """What hangs on a wall, above a table with its likes."""
    palette = subject.palette
    ground = studio.ground(("bare", subject.room), lambda pen: rooms.bare_wall(pen, palette))
    (first, look, _), (second, other_look, _) = rooms.COMPANIONS[subject.room][:2]
    left, right = _companion(first, tuple(look.items())), _companion(second, tuple(other_look.items()))
    placed = [
        (model, 500.0, 600.0, model.fit(520, 520)),
        (left, 190.0, 850.0, left.fit(220, 200)),
        (right, 810.0, 860.0, right.fit(220, 200)),
    ]
    return studio.arrange(ground, FRAME, placed, palette)


def _company(subject: Subject, model: Model, others: Any, w: float, h: float, y: float) -> list[studio.Placed]:
    """The thing before one or two others, in about their true proportion."""
    scale = model.fit(w, h)
    chance = Chance(subject.key, "company")
    unit = model.thing.h * scale / subject.height
    first = int(chance(0, len(others) - 0.001))
    placed: list[studio.Placed] = []
    side = -1 if subject.number % 2 else 1
    for k, (motif, look, height) in enumerate(
        (others[first], others[(first + 1) % len(others)])[: 2 if len(others) > 1 else 1]
    ):
        other = _companion(motif, tuple(look.items()))
        tall = min(max(height * unit, 130), 400)
        other_scale = min(tall / other.thing.h, 330 / other.thing.w)
        x = 500 + side * (1 if k == 0 else -1) * (model.thing.w * scale * 0.5 + other.thing.w * other_scale * 0.44)
        x = min(max(x, other.thing.w * other_scale * 0.36), 1000 - other.thing.w * other_scale * 0.36)
        placed.append((other, x, y - 84 + 26 * k, other_scale))
    return [*placed, (model, 500 - side * 20, y, scale)]


_companions: dict[tuple[str, tuple[tuple[str, object], ...]], Model] = {}


def _companion(motif: str, look: tuple[tuple[str, object], ...]) -> Model:
    key = (motif, look)
    if key not in _companions:
        _companions[key] = Model(lambda pen: MOTIFS[motif](pen, **dict(look)), *key)
    return _companions[key]


def measured(subject: Subject) -> Image.Image:
    """Its size, beside something everybody knows."""
    palette, model = subject.palette, subject.model()
    ground = studio.ground(("paper", subject.room), lambda pen: stage.paper(pen, palette))
    thing = model.thing
    wide, deep, tall = subject.size
    height = tall if tall and not thing.lies else deep or tall
    small = max(wide, height) < 60
    scale = model.fit(520 if small else 600, 520 if small else 620)
    w, h = thing.w * scale, thing.h * scale
    unit = max(w / wide, h / height)
    cx, base = (440.0, 780.0) if not thing.lies else (440.0, 480.0 + h / 2)
    pen = Pen(Chance())
    lines = measure.ruler(cx - w / 2, base + 52, cx + w / 2, base + 52, measure.centimetres(wide), palette)
    lines += measure.ruler(cx - w / 2 - 46, base - h, cx - w / 2 - 46, base, measure.centimetres(height), palette)
    if small and not thing.lies:
        lines += measure.mug(min(cx + w / 2 + 36, 960 - 11 * min(unit, 24)), base, min(unit, 24), palette)
    elif not small:
        lines += measure.chair(min(cx + w / 2 + 30, 980 - 44 * min(unit, 6)), base, min(unit, 6), palette)
    picture = studio.arrange(ground, FRAME, [(model, cx, base if not thing.lies else 480, scale)], palette, 0.5)
    studio.lay(picture, studio.raster(lines, pen, (0, 0, FRAME, FRAME), picture.width))
    return picture


KINDS = {"hero": hero, "close": close, "scene": scene, "measure": measured}


def draw(subject: Subject, kind: str) -> Image.Image:
    """A picture of one of the `KINDS`, or `colour:#rrggbb`: by itself in that colour."""
    if kind.startswith("colour:"):
        return hero(subject, kind.partition(":")[2])
    return KINDS[kind](subject)
