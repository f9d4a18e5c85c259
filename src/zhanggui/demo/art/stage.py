"""Where things stand: walls, tables, light. What is drawn here is sharp; `studio` lays soft shadows upon it.

A stage is two drawings: its surfaces, and what is blurred upon them (light through a window, the shadow of a branch).
"""

from dataclasses import dataclass

from .colours import Palette, dark, light, mix
from .pen import Pen, Thing, at, oval, oval_path, path, poly, rect_path, stroke

SIDE = 1000
HORIZON = 668


@dataclass(frozen=True, slots=True)
class Stage:
    """Drawings in a frame of `w` by `h`; `haze` is blurred before it is laid upon `body`."""

    pen: Pen
    body: str
    haze: str = ""
    w: float = SIDE
    h: float = SIDE


def wall(pen: Pen, palette: Palette, w: float = SIDE, h: float = SIDE) -> str:
    glow = pen.radial(
        [(0, light(palette.wall, 0.7), 1), (0.55, palette.wall, 1), (1, dark(palette.wall, 0.07), 1)], 0.22, 0.16, 1.05
    )
    return path(rect_path(0, 0, w, h), glow)


def floor(pen: Pen, palette: Palette, y: float = HORIZON, w: float = SIDE, h: float = SIDE) -> str:
    face = pen.linear(
        [(0, light(palette.floor, 0.34), 1), (0.6, palette.floor, 1), (1, dark(palette.floor, 0.10), 1)], 0, 0, 0.7, 1
    )
    edge = pen.linear([(0, light(palette.floor, 0.75), 0.9), (1, light(palette.floor, 0.5), 0)], 0, 0, 1, 0)
    return path(rect_path(0, y, w, h - y), face) + path(rect_path(0, y, w, 3), edge)


def sunlight(pen: Pen, x: float = 100, alpha: float = 0.5) -> str:
    """Light that falls through a window's panes onto the wall."""
    fade = pen.linear([(0, "#fffdf2", alpha), (1, "#fffdf2", 0.0)], 0, 0, 0.7, 1)
    panes = ""
    for column in range(2):
        for row in range(2):
            left, top = x + column * 190 + row * 78, 40 + row * 300 + column * 34
            panes += path(
                poly([(left, top), (left + 168, top + 30), (left + 242, top + 310), (left + 74, top + 280)]), fade
            )
    return panes


def dapple(palette: Palette, x: float, y: float, scale: float = 1.0) -> str:
    """The shadow of a branch outside the window."""
    leaves = stroke("M0 0C60 60 140 150 210 330", palette.shadow, 7)
    for i in range(9):
        t = i / 8
        lx, ly = 20 + 190 * t, 10 + 310 * t * (0.7 + 0.3 * t)
        turn = 150 - 100 * (i % 2) + 14 * t
        leaves += at(
            lx, ly, path("M0 0C34 -26 40 -84 0 -124C-40 -84 -34 -26 0 0Z", palette.shadow), turn, 0.9 + 0.25 * (i % 3)
        )
    return f'<g opacity=".1">{at(x, y, leaves, 0, scale)}</g>'


def _sun(pen: Pen, palette: Palette) -> tuple[str, str]:
    face = pen.linear([(0, light(palette.soft, 0.45), 1), (1, palette.soft, 1)], 0, 0, 1, 1)
    return oval(500, 432, 300, 300, face), ""


def _arch(pen: Pen, palette: Palette) -> tuple[str, str]:
    d = f"M212 {HORIZON}V430a288 288 0 0 1 576 0V{HORIZON}Z"
    inner = pen.linear(
        [(0, dark(palette.soft, 0.16), 1), (0.35, palette.soft, 1), (1, light(palette.soft, 0.4), 1)], 0, 0, 1, 0.35
    )
    rim = pen.linear([(0, dark(palette.wall, 0.12), 1), (1, light(palette.wall, 0.7), 1)], 0, 0, 1, 0)
    return path(d, inner) + stroke(d[:-1], rim, 9), ""


def _window(pen: Pen, palette: Palette) -> tuple[str, str]:
    return "", sunlight(pen) + dapple(palette, 40, -60, 1.25)


def _hill(pen: Pen, palette: Palette) -> tuple[str, str]:
    far = pen.linear([(0, light(palette.soft, 0.3), 1), (1, light(palette.soft, 0.62), 1)], 0, 0, 0, 1)
    near = pen.linear([(0, mix(palette.soft, palette.wall, 0.35), 1), (1, light(palette.wall, 0.4), 1)], 0, 0, 0, 1)
    body = oval(742, 236, 84, 84, light(palette.accent, 0.66)) + path(
        f"M0 520C150 400 260 360 400 452S640 300 800 372S950 470 1000 440V{HORIZON}H0Z", far
    )
    return body + path(f"M0 600C180 520 330 560 480 598S800 500 1000 580V{HORIZON}H0Z", near), ""


BACKDROPS = (_sun, _arch, _window, _hill)


def studio(pen: Pen, palette: Palette, number: int) -> Stage:
    """A wall, a form upon it, a table."""
    form, haze = BACKDROPS[number % len(BACKDROPS)](pen, palette)
    return Stage(pen, wall(pen, palette) + form + floor(pen, palette), haze)


def table(pen: Pen, palette: Palette, number: int) -> Stage:
    """A table seen from above."""
    base = mix(palette.floor, palette.wall, 0.5)
    glow = pen.radial([(0, light(base, 0.6), 1), (0.6, base, 1), (1, dark(base, 0.09), 1)], 0.2, 0.15, 1.1)
    sheet = pen.linear([(0, light(palette.soft, 0.5), 1), (1, palette.soft, 1)], 0, 0, 1, 1)
    forms = (
        oval_path(500, 500, 372, 372),
        rect_path(150, 120, 700, 760, 36),
        "M-20 620C240 520 420 760 700 640S960 560 1040 600V1040H-20Z",
        poly([(-20, 280), (1020, -80), (1020, 560), (-20, 940)]),
    )
    body = path(rect_path(0, 0, SIDE, SIDE), glow) + path(forms[number % 4], sheet)
    return Stage(pen, body, dapple(palette, -30, -80, 1.3))


def plain(pen: Pen, palette: Palette) -> Stage:
    """A wall out of focus, for close views."""
    return Stage(pen, wall(pen, palette), sunlight(pen) + dapple(palette, 620, -60, 1.3))


def paper(pen: Pen, palette: Palette) -> Stage:
    """Squared paper, for measures."""
    ground = light(palette.wall, 0.62)
    line = light(palette.floor, 0.45)
    grid = pen.pattern(40, 40, stroke("M0 .5H40M.5 0V40", line, 1.4, 0.8))
    return Stage(pen, path(rect_path(0, 0, SIDE, SIDE), ground) + path(rect_path(0, 0, SIDE, SIDE), grid))


def shadow(pen: Pen, thing: Thing, palette: Palette, strength: float = 1.0) -> str:
    """Long, to the right and a little forward; darkest at the foot. To be blurred."""
    if thing.lies or thing.hangs:
        return (
            f'<g fill="{palette.shadow}"><g opacity="{0.24 * strength:g}" transform="translate(26 36)">{thing.shade}</g>'
            f'<g opacity="{0.26 * strength:g}" transform="translate(9 13)">{thing.shade}</g></g>'
        )
    tone = palette.shadow
    fade = pen.linear([(0, tone, 0.05), (0.5, tone, 0.2 * strength), (1, tone, 0.42 * strength)], 0, 0, 0, 1)
    touch = oval(thing.w * 0.03, 1, thing.w * 0.42, thing.w * 0.06, tone, f'opacity="{0.3 * strength:g}"')
    return f'<g transform="matrix(1 0 -1.5 -.12 0 0)" fill="{fade}">{thing.shade}</g>{touch}'
