"""Drawing in SVG: shapes turned on a wheel, boxes, leaves, cloth, patterns; light always falls from the upper left.

Things that stand have the middle of their foot at (0, 0) and rise into negative y; things that lie have their middle
there. A thing's `shade` is the outline that casts its shadow.
"""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, dist, pi, radians, sin

from .colours import dark, light, mix

Point = tuple[float, float]
TILT = 0.17  # how round a level circle looks


class Chance:
    """Numbers that look like chance and are the same in every run: they come from the words it was made of."""

    def __init__(self, *words: object) -> None:
        self._state = int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:8], "big")

    def __call__(self, low: float = 0.0, high: float = 1.0) -> float:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return low + (high - low) * (self._state >> 33) / 2**31

    def pick(self, things: Sequence[str]) -> str:
        return things[int(self(0, len(things) - 1e-9))]


@dataclass(slots=True)
class Thing:
    """A drawn thing: its picture, its shadow's outline (an outline, or elements without a fill), its extent, and the
    point a close look goes to."""

    svg: str
    shade: str
    w: float
    h: float
    lies: bool = False
    hangs: bool = False
    look: tuple[float, float, float] | None = None  # x, y, width of the close view

    def __post_init__(self) -> None:
        if self.shade.startswith("M"):
            self.shade = f'<path d="{self.shade}"/>'

    @property
    def close(self) -> tuple[float, float, float]:
        if self.look:
            return self.look
        return (-self.w * 0.08, 0.0 if self.lies else -self.h * 0.6, max(self.w, self.h) * 0.5)


@dataclass(slots=True)
class Pen:
    """Holds the definitions of one picture."""

    chance: Chance
    defs: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def define(self, body: str) -> str:
        """Keep a definition whose id place is `@`; its reference, the same for the same words."""
        if body not in self._known:
            name = f"d{len(self._known)}"
            self._known[body] = name
            self.defs.append(body.replace("@", name))
        return f"url(#{self._known[body]})"

    def linear(
        self, stops: Sequence[tuple[float, str, float]], x1: float = 0, y1: float = 0, x2: float = 1, y2: float = 0
    ) -> str:
        return self.define(
            f'<linearGradient id="@" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">{_stops(stops)}</linearGradient>'
        )

    def radial(
        self, stops: Sequence[tuple[float, str, float]], cx: float = 0.5, cy: float = 0.5, r: float = 0.5
    ) -> str:
        return self.define(f'<radialGradient id="@" cx="{cx}" cy="{cy}" r="{r}">{_stops(stops)}</radialGradient>')

    def clip(self, path: str) -> str:
        return self.define(f'<clipPath id="@"><path d="{path}"/></clipPath>')

    def pattern(self, w: float, h: float, body: str, turn: float = 0) -> str:
        return self.define(
            f'<pattern id="@" patternUnits="userSpaceOnUse" width="{n(w)}" height="{n(h)}"'
            f' patternTransform="rotate({n(turn)})">{body}</pattern>'
        )


def n(value: float) -> str:
    """A short number."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def _stops(stops: Sequence[tuple[float, str, float]]) -> str:
    return "".join(
        f'<stop offset="{at:g}" stop-color="{colour}"' + (f' stop-opacity="{alpha:g}"' if alpha < 1 else "") + "/>"
        for at, colour, alpha in stops
    )


def path(d: str, fill: str, more: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {more}/>'


def stroke(d: str, colour: str, width: float, alpha: float = 1, more: str = "") -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{n(width)}" stroke-linecap="round"'
        f' stroke-linejoin="round" stroke-opacity="{alpha:g}" {more}/>'
    )


def oval(x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> str:
    return f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(rx)}" ry="{n(ry)}" fill="{fill}" {more}/>'


def at(x: float, y: float, body: str, turn: float = 0, scale: float = 1, flip: bool = False) -> str:
    sx = -scale if flip else scale
    return f'<g transform="translate({n(x)} {n(y)}) rotate({n(turn)}) scale({sx:.4g} {scale:.4g})">{body}</g>'


def oval_path(x: float, y: float, rx: float, ry: float) -> str:
    return f"M{n(x - rx)} {n(y)}A{n(rx)} {n(ry)} 0 1 1 {n(x + rx)} {n(y)}A{n(rx)} {n(ry)} 0 1 1 {n(x - rx)} {n(y)}Z"


def rect_path(x: float, y: float, w: float, h: float, r: float = 0) -> str:
    r = min(r, w / 2, h / 2)
    if r <= 0:
        return f"M{n(x)} {n(y)}h{n(w)}v{n(h)}h{n(-w)}Z"
    return (
        f"M{n(x + r)} {n(y)}h{n(w - 2 * r)}a{n(r)} {n(r)} 0 0 1 {n(r)} {n(r)}v{n(h - 2 * r)}a{n(r)} {n(r)} 0 0 1 {n(-r)} {n(r)}"
        f"h{n(2 * r - w)}a{n(r)} {n(r)} 0 0 1 {n(-r)} {n(-r)}v{n(2 * r - h)}a{n(r)} {n(r)} 0 0 1 {n(r)} {n(-r)}Z"
    )


def poly(points: Sequence[Point], close: bool = True) -> str:
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points) + ("Z" if close else "")


def smooth(points: Sequence[Point], close: bool = False, tension: float = 1.0) -> str:
    """A curve through points; a point given twice is a corner."""
    count = len(points)
    d = f"M{n(points[0][0])} {n(points[0][1])}"
    for i in range(count if close else count - 1):
        p1, p2 = points[i], points[(i + 1) % count]
        if p1 == p2:
            continue
        p0 = points[i - 1] if close or i else p1
        p3 = points[(i + 2) % count] if close or i + 2 < count else p2
        before, here, after = dist(p0, p1), dist(p1, p2), dist(p2, p3)
        j, k = (tension / 3 * here / (other + here) for other in (before, after))  # short pieces do not overshoot
        d += (
            f"C{n(p1[0] + (p2[0] - p0[0]) * j)} {n(p1[1] + (p2[1] - p0[1]) * j)}"
            f" {n(p2[0] - (p3[0] - p1[0]) * k)} {n(p2[1] - (p3[1] - p1[1]) * k)} {n(p2[0])} {n(p2[1])}"
        )
    return d + ("Z" if close else "")


# --- turned things -------------------------------------------------------------------------------------------------


def turned_outline(profile: Sequence[Point]) -> str:
    """The outline of a body of revolution. `profile` is (height, radius) from the foot up; a doubled point is a corner."""
    left = smooth([(-r, -h) for h, r in profile])
    right = smooth([(r, -h) for h, r in reversed(profile)])
    r0, rt, top = profile[0][1], profile[-1][1], profile[-1][0]
    start = right.partition("C")[2]
    join = f"A{n(rt)} {n(max(rt * TILT, 0.1))} 0 0 1 {n(rt)} {n(-top)}"
    return f"{left}{join}C{start}A{n(r0)} {n(max(r0 * TILT, 0.1))} 0 0 1 {n(-r0)} 0Z"


def radius_at(profile: Sequence[Point], height: float) -> float:
    for (h1, r1), (h2, r2) in itertools.pairwise(profile):
        if h1 <= height <= h2 and h2 > h1:
            return r1 + (r2 - r1) * (height - h1) / (h2 - h1)
    return profile[-1][1]


def shading(pen: Pen, outline: str, strength: float = 1.0) -> str:
    """Light from the left, dusk to the right, a little light thrown back at the far edge, weight below."""
    s = strength
    across = pen.linear(
        [
            (0, "#2a1510", 0.16 * s), (0.13, "#fff6e6", 0.0), (0.27, "#fffaf0", 0.34 * s), (0.44, "#fffaf0", 0.0),
            (0.6, "#2a1510", 0.0), (0.88, "#2a1510", 0.30 * s), (1, "#2a1510", 0.20 * s),
        ]
    )  # fmt: skip
    down = pen.linear([(0, "#fffaf0", 0.12 * s), (0.4, "#2a1510", 0), (1, "#2a1510", 0.2 * s)], 0, 0, 0, 1)
    return path(outline, across) + path(outline, down)


def turned(
    pen: Pen,
    profile: Sequence[Point],
    colour: str,
    *,
    cover: str = "",
    gloss: float = 0.4,
    inside: str | None = None,
    rim: float = 0.05,
    strength: float = 1.0,
) -> str:
    """A body of revolution in a colour; `cover` is drawn upon it (pattern, band); `inside` opens it at the top."""
    outline = turned_outline(profile)
    body = path(outline, colour)
    if cover:
        body += f'<g clip-path="{pen.clip(outline)}">{cover}</g>'
    body += shading(pen, outline, strength)
    if gloss:
        body += _streak(profile, gloss)
    if inside is not None:
        body += mouth(pen, profile[-1][0], profile[-1][1], colour, inside, rim)
    return body


def _streak(profile: Sequence[Point], alpha: float) -> str:
    """A soft window's reflection on the left."""
    top = profile[-1][0]
    heights = [top * (0.34 + 0.46 * i / 8) for i in range(9)]
    outer = [(-radius_at(profile, h) * 0.74, -h) for h in heights]
    inner = [(-radius_at(profile, h) * (0.74 - 0.10 * sin(pi * i / 8) - 0.02), -h) for i, h in enumerate(heights)]
    return path(smooth(outer + inner[::-1], close=True), "#fffdf6", f'opacity="{alpha:g}"')


def mouth(pen: Pen, height: float, radius: float, colour: str, inside: str, rim: float = 0.05) -> str:
    """An opening seen a little from above: the far wall in light, the near one in its own shade."""
    ry = radius * TILT
    well = pen.linear([(0, dark(inside, 0.42), 1), (0.55, dark(inside, 0.12), 1), (1, light(inside, 0.22), 1)])
    inner = radius * (1 - rim)
    return oval(0, -height, radius, ry, light(colour, 0.42)) + oval(0, -height + ry * 0.06, inner, inner * TILT, well)


def fill_level(height: float, radius: float, colour: str) -> str:
    """The face of tea, soup or soil inside a mouth."""
    return oval(0, -height, radius, radius * TILT, colour) + oval(
        -radius * 0.25,
        -height - radius * 0.03,
        radius * 0.42,
        radius * TILT * 0.36,
        light(colour, 0.4),
        'opacity=".45"',
    )


# --- boxes ---------------------------------------------------------------------------------------------------------


def box(
    pen: Pen, w: float, h: float, depth: float, colour: str, *, cover: str = "", r: float = 6, top: str = ""
) -> str:
    """A box from the front, its top and right side in sight; `cover` is drawn on the front, `top` colours the top."""
    dx, dy = depth * 0.42, depth * 0.24
    x0, x1 = -w / 2 - dx / 2, w / 2 - dx / 2
    front = rect_path(x0, -h, w, h, r)
    side = poly([(x1 - r, -h + 2), (x1 + dx, -h - dy), (x1 + dx, -dy), (x1 - r, 0)])
    lid = poly([(x0 + r * 0.4, -h + 1), (x0 + dx, -h - dy), (x1 + dx, -h - dy), (x1, -h + 1)])
    light_down = pen.linear([(0, "#fffaf0", 0.22), (0.5, "#fffaf0", 0), (1, "#2a1510", 0.14)], 0, 0, 1, 1)
    side_fill = pen.linear([(0, dark(colour, 0.24), 1), (1, dark(colour, 0.38), 1)])
    lid_fill = pen.linear([(0, light(top or colour, 0.42), 1), (1, light(top or colour, 0.16), 1)])
    body = path(side, side_fill) + path(lid, lid_fill) + path(front, colour)
    if cover:
        body += f'<g clip-path="{pen.clip(front)}">{cover}</g>'
    return body + path(front, light_down)


def box_outline(w: float, h: float, depth: float) -> str:
    dx, dy = depth * 0.42, depth * 0.24
    x0, x1 = -w / 2 - dx / 2, w / 2 - dx / 2
    return poly([(x0, 0), (x0, -h), (x0 + dx, -h - dy), (x1 + dx, -h - dy), (x1 + dx, -dy), (x1, 0)])


# --- leaves --------------------------------------------------------------------------------------------------------

LEAVES: dict[str, list[Point]] = {  # the left half, from the foot to the tip; x outwards, y along, in lengths
    "heart": [(0, 0.06), (0.17, -0.06), (0.38, 0.04), (0.46, 0.26), (0.36, 0.55), (0.17, 0.82), (0, 1)],
    "lance": [(0, 0), (0.07, 0.16), (0.16, 0.4), (0.15, 0.65), (0.07, 0.88), (0, 1)],
    "oval": [(0, 0), (0.2, 0.14), (0.33, 0.42), (0.28, 0.72), (0.12, 0.93), (0, 1)],
    "round": [(0, 0.02), (0.3, -0.02), (0.5, 0.28), (0.48, 0.62), (0.26, 0.94), (0, 1)],
    "spoon": [(0, 0), (0.06, 0.2), (0.2, 0.55), (0.24, 0.78), (0.12, 0.95), (0, 1)],
    "strap": [(0, 0), (0.055, 0.1), (0.075, 0.4), (0.06, 0.75), (0, 1)],
    "sword": [(0, 0), (0.07, 0.08), (0.1, 0.35), (0.09, 0.7), (0.03, 0.93), (0, 1)],
    "petal": [(0, 0), (0.1, 0.1), (0.3, 0.45), (0.34, 0.72), (0.18, 0.95), (0, 0.98)],
}


def leaf(
    pen: Pen, kind: str, length: float, colour: str, *, width: float = 1.0, bend: float = 0.0, veins: int = 4
) -> str:
    """A leaf that grows from (0, 0) upwards: two halves in different light, a midrib, side veins; `bend` curves it."""
    half = LEAVES[kind]

    def place(x: float, y: float) -> Point:
        return (x * length * width + bend * length * y * y, -y * length)

    spine = [place(0, i / 6) for i in range(7)]
    left = smooth([place(-x, y) for x, y in half])
    right = smooth([place(x, y) for x, y in half])
    back = smooth(spine[::-1]).replace("M", "L", 1)
    shine = pen.linear([(0, light(colour, 0.30), 1), (1, light(colour, 0.04), 1)], 0, 0, 1, 1)
    dusk = pen.linear([(0, dark(colour, 0.04), 1), (1, dark(colour, 0.26), 1)], 0, 0, 1, 1)
    body = path(left + back + "Z", shine) + path(right + back + "Z", dusk)
    if veins:
        body += stroke(smooth(spine), light(colour, 0.45), max(1.2, length * 0.012), 0.7)
        for i in range(1, veins + 1):
            y = 0.12 + 0.66 * i / (veins + 1)
            reach = max(x for x, _ in half) * 0.62
            for side in (-1, 1):
                a, b = place(0, y), place(side * reach * (1 - abs(y - 0.42)), y + 0.15)
                body += stroke(poly([a, b], close=False), light(colour, 0.4), max(0.8, length * 0.006), 0.4)
    return body


def monstera_leaf(pen: Pen, length: float, colour: str) -> str:
    """The split leaf of 龟背竹: a heart cut into fingers between its ribs, with holes beside the midrib."""
    body = ""
    for side in (-1, 1):
        fill = (
            pen.linear([(0, light(colour, 0.28), 1), (1, light(colour, 0.02), 1)], 0, 0, 1, 1)
            if side < 0
            else pen.linear([(0, dark(colour, 0.03), 1), (1, dark(colour, 0.26), 1)], 0, 0, 1, 1)
        )
        core = [(0.0, 0.0), (0.16, -0.1), (0.3, -0.04), (0.3, 0.3), (0.22, 0.62), (0.0, 0.96)]
        body += path(smooth([(x * side * length, -y * length) for x, y in core]) + "Z", fill)
        fingers = (
            ((0.1, -0.1), (0.46, -0.1), (0.6, 0.08)),
            ((0.1, 0.1), (0.5, 0.16), (0.62, 0.32)),
            ((0.1, 0.3), (0.46, 0.42), (0.55, 0.56)),
            ((0.08, 0.5), (0.34, 0.66), (0.4, 0.8)),
            ((0.02, 0.66), (0.16, 0.86), (0.06, 1.04)),
        )
        for (ax, ay), (bx, by), (cx, cy) in fingers:
            points = [(ax, ay), (bx, by), (cx, cy), (bx * 0.78, cy + 0.01), (ax, ay + 0.17)]
            body += path(smooth([(x * side * length, -y * length) for x, y in points], close=True, tension=0.8), fill)
    body += stroke(f"M0 0L0 {n(-length)}", light(colour, 0.5), length * 0.022, 0.8)
    for side in (-1, 1):
        for y, x, tip in ((0.0, 0.5, 0.0), (0.18, 0.54, 0.26), (0.38, 0.46, 0.5), (0.58, 0.33, 0.74)):
            body += stroke(
                f"M0 {n(-length * y)}L{n(side * length * x)} {n(-length * tip)}",
                light(colour, 0.45),
                length * 0.011,
                0.5,
            )
    return body


def touch(pen: Pen, width: float) -> str:
    """The dark beneath something that stands upon something else."""
    dusk = pen.radial([(0, "#3a241a", 0.5), (0.6, "#3a241a", 0.22), (1, "#3a241a", 0)])
    return oval(width * 0.05, 3, width * 0.56, width * 0.1, dusk)


def together(
    pen: Pen,
    things: Sequence[tuple["Thing", float, float, float]],
    w: float,
    h: float,
    look: tuple[float, float, float] | None = None,
) -> Thing:
    """Things that belong together, from back to front: (thing, x, y, scale)."""
    svg = shade = ""
    for thing, x, y, scale in things:
        svg += at(x, y, touch(pen, thing.w) + thing.svg, 0, scale)
        shade += at(x, y, thing.shade, 0, scale)
    return Thing(svg, shade, w, h, look=look)


# --- covers --------------------------------------------------------------------------------------------------------


def cover(pen: Pen, kind: str, ink: str, size: float = 40, area: float = 600) -> str:
    """A pattern as a large sheet around (0, 0), to be clipped to a form."""
    s = size
    tiles = {
        "stripe": (s, s, f'<rect width="{n(s)}" height="{n(s * 0.36)}" fill="{ink}"/>'),
        "vstripe": (s, s, f'<rect width="{n(s * 0.36)}" height="{n(s)}" fill="{ink}"/>'),
        "pin": (s, s, f'<rect width="{n(s * 0.1)}" height="{n(s)}" fill="{ink}"/>'),
        "check": (
            s, s, f'<rect width="{n(s / 2)}" height="{n(s)}" fill="{ink}" opacity=".55"/>'
            f'<rect width="{n(s)}" height="{n(s / 2)}" fill="{ink}" opacity=".55"/>',
        ),
        "grid": (s, s, stroke(f"M0 {n(s / 2)}H{n(s)}M{n(s / 2)} 0V{n(s)}", ink, s * 0.05)),
        "dots": (s, s, oval(s * 0.25, s * 0.25, s * 0.1, s * 0.1, ink) + oval(s * 0.75, s * 0.75, s * 0.1, s * 0.1, ink)),
        "wave": (
            s, s / 2, "".join(
                stroke(oval_path(x, y, s * k, s * k), ink, s * 0.05)
                for x, y in ((0, s / 2), (s, s / 2), (s / 2, s * 0.75), (s / 2, s * 0.25), (0, 0), (s, 0)) for k in (0.5, 0.3)
            ),
        ),
        "cross": (s, s, stroke(f"M{n(s * .4)} {n(s * .5)}h{n(s * .2)}m{n(-s * .1)} {n(-s * .1)}v{n(s * .2)}", ink, s * 0.06)),
        "herring": (s, s, stroke(f"M0 {n(s / 2)}L{n(s / 2)} 0L{n(s)} {n(s / 2)}M0 {n(s)}L{n(s / 2)} {n(s / 2)}L{n(s)} {n(s)}", ink, s * 0.09)),
        "leaf": (
            s * 1.4, s * 1.4, "".join(
                at(x, y, path(f"M0 0C{n(s * .22)} {n(-s * .1)} {n(s * .2)} {n(-s * .42)} 0 {n(-s * .55)}C{n(-s * .2)} {n(-s * .42)} {n(-s * .22)} {n(-s * .1)} 0 0Z", ink), turn)
                for x, y, turn in ((s * .4, s * .7, 30), (s * 1.05, s * .55, -40), (s * .75, s * 1.3, 100))
            ),
        ),
        "flower": (
            s * 1.3, s * 1.3, "".join(oval(s * .5 + s * .16 * cos(k * pi / 2.5), s * .5 + s * .16 * sin(k * pi / 2.5), s * .11, s * .11, ink) for k in range(5))
            + oval(s * .5, s * .5, s * .08, s * .08, "#f3d27a"),
        ),
        "weave": (
            s, s, f'<rect x="0" y="{n(s * .06)}" width="{n(s * .5)}" height="{n(s * .38)}" rx="{n(s * .12)}" fill="{ink}"/>'
            f'<rect x="{n(s * .5)}" y="{n(s * .56)}" width="{n(s * .5)}" height="{n(s * .38)}" rx="{n(s * .12)}" fill="{ink}"/>',
        ),
        "knit": (s, s, stroke(f"M{n(s * .5)} {n(s * .9)}L{n(s * .12)} {n(s * .2)}M{n(s * .5)} {n(s * .9)}L{n(s * .88)} {n(s * .2)}", ink, s * 0.16)),
        "ribs": (s, s, f'<rect width="{n(s * .5)}" height="{n(s)}" fill="{ink}" opacity=".6"/>'),
    }  # fmt: skip
    if kind == "speckle":
        return speckles(pen, ink, area, int(area * 0.5))
    if kind == "glaze":
        return glaze(pen, ink, area)
    w, h, body = tiles[kind]
    turn = 0.0
    return f'<rect x="{n(-area)}" y="{n(-area)}" width="{n(2 * area)}" height="{n(2 * area)}" fill="{pen.pattern(w, h, body, turn)}"/>'


def speckles(pen: Pen, ink: str, area: float, count: int) -> str:
    """Iron specks in a stoneware glaze."""
    dots = [f"M{n(pen.chance(-area / 2, area / 2))} {n(pen.chance(-area, area * 0.1))}h.01" for _ in range(count)]
    third = count // 3
    return "".join(
        stroke("".join(dots[i * third : (i + 1) * third]), ink, width, 0.5) for i, width in enumerate((2.2, 3.4, 5))
    )


def glaze(pen: Pen, ink: str, area: float) -> str:
    """A second glaze that ran down from the shoulder in tongues."""
    points: list[Point] = [(-area / 2, -area * 1.2)]
    x = -area / 2
    while x < area / 2:
        points += [(x, -area * 0.34 + pen.chance(-18, 50)), (x + 22, -area * 0.34 + pen.chance(20, 90))]
        x += 44 + pen.chance(0, 24)
    points += [(area / 2, -area * 0.3), (area / 2, -area * 1.2)]
    return path(smooth(points, close=True), ink)


def band(height: float, width: float, colour: str, reach: float = 500) -> str:
    """A painted ring around a turned body."""
    ry = 22
    return path(
        f"M{n(-reach)} {n(-height)}Q0 {n(-height + ry * 2)} {n(reach)} {n(-height)}v{n(width)}Q0 {n(-height + ry * 2 + width)} {n(-reach)} {n(-height + width)}Z",
        colour,
    )


def wood(pen: Pen, colour: str, w: float, h: float, lines: int = 9) -> str:
    """Grain along a board whose middle is at (0, 0)."""
    body = ""
    for i in range(lines):
        y = -h / 2 + h * (i + pen.chance(0.2, 0.8)) / lines
        a, b = pen.chance(-h * 0.05, h * 0.05), pen.chance(-h * 0.05, h * 0.05)
        body += stroke(
            f"M{n(-w / 2)} {n(y)}C{n(-w / 6)} {n(y + a)} {n(w / 6)} {n(y + b)} {n(w / 2)} {n(y)}",
            dark(colour, 0.3),
            pen.chance(1.2, 3),
            0.34,
        )
    return body


def steam(x: float, y: float, height: float) -> str:
    """Two threads of steam."""
    body = ""
    for dx, k in ((-16, 1.0), (18, 0.72)):
        h = height * k
        body += stroke(
            f"M{n(x + dx)} {n(y)}c{n(-h * .16)} {n(-h * .22)} {n(h * .18)} {n(-h * .4)} 0 {n(-h * .6)}s{n(h * .12)} {n(-h * .3)} {n(-h * .03)} {n(-h * .4)}",
            "#fffdf8", 9, 0.55,
        )  # fmt: skip
    return body


def turn_point(x: float, y: float, degrees: float) -> Point:
    a = radians(degrees)
    return (x * cos(a) - y * sin(a), x * sin(a) + y * cos(a))


__all__ = [
    "TILT", "Chance", "Pen", "Point", "Thing", "at", "band", "box", "box_outline", "cover", "dark", "fill_level",
    "leaf", "light", "mix", "monstera_leaf", "mouth", "n", "oval", "oval_path", "path", "poly", "radius_at", "rect_path",
    "shading", "smooth", "speckles", "steam", "stroke", "together", "touch", "turn_point", "turned", "turned_outline", "wood",
]  # fmt: skip
