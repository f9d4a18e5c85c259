"""Kitchen and table."""

import itertools
from collections.abc import Callable
from math import cos, pi, sin

from .colours import dark, light, mix
from .motifs_tea import decorated
from .pen import (
    Pen,
    Thing,
    at,
    band,
    box,
    box_outline,
    cover,
    fill_level,
    leaf,
    n,
    oval,
    oval_path,
    path,
    rect_path,
    shading,
    smooth,
    steam,
    stroke,
    together,
    turned,
    turned_outline,
    wood,
)

BOWLS = {
    "rice": [(0, 56), (10, 54), (14, 70), (54, 122), (104, 146), (110, 148)],
    "noodle": [(0, 66), (10, 64), (14, 82), (50, 150), (90, 186), (98, 190)],
    "salad": [(0, 70), (4, 84), (50, 160), (130, 176), (138, 174)],
    "dip": [(0, 62), (4, 72), (40, 108), (66, 112), (70, 112)],
}


def bowl(pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "rice", food: str = "") -> Thing:
    """A bowl; with food it is an invitation."""
    profile = BOWLS[form]
    top, radius = profile[-1]
    svg = turned(
        pen,
        profile,
        colour,
        cover=decorated(pen, pattern, second or dark(colour, 0.35), top * 1.1),
        gloss=0.4,
        inside=light(colour, 0.25),
    )
    extra = 0.0
    if food == "rice":
        heap = f"M{n(-radius * 0.84)} {n(-top + 4)}C{n(-radius * 0.6)} {n(-top - 66)} {n(radius * 0.6)} {n(-top - 66)} {n(radius * 0.84)} {n(-top + 4)}C{n(radius * 0.4)} {n(-top + 24)} {n(-radius * 0.4)} {n(-top + 24)} {n(-radius * 0.84)} {n(-top + 4)}Z"
        svg += path(heap, pen.linear([(0, "#fffdf6", 1), (1, "#e6dcc8", 1)], 0, 0, 1, 1))
        for _ in range(90):
            x = pen.chance(-0.7, 0.7)
            svg += at(
                x * radius,
                -top + 6 - pen.chance(0, 44) * (1 - x * x),
                oval(0, 0, 7, 3, pen.chance.pick(("#ffffff", "#efe6d4", "#fbf6ea"))),
                pen.chance(-80, 80),
            )
        extra = 40
    elif food == "noodle":
        svg += fill_level(top - 10, radius * 0.9, "#b8743a")
        for i in range(16):
            svg += stroke(
                f"M{n(-radius * 0.62 + i * 9)} {n(-top + 8)}q{n(20 + 4 * (i % 3))} {n(-16 - 4 * (i % 4))} {n(radius * 0.5)} {n(-2 + i % 5)}",
                mix("#f0d79a", "#dcb96a", (i % 4) / 3),
                6,
            )
        svg += at(radius * 0.4, -top + 2, oval(0, 0, 34, 20, "#fdf6e4") + oval(2, -2, 17, 11, "#f0a63a")) + at(
            -radius * 0.45, -top + 4, leaf(pen, "oval", 60, "#5d9a55", veins=2), 70
        )
        svg += "".join(oval(pen.chance(-60, 60), -top + pen.chance(-6, 14), 6, 4, "#6fae58") for _ in range(9))
    elif food == "fruit":
        for x, y, r, tone in (
            (-70, -8, 50, "#d95a45"),
            (66, -10, 52, "#e8a13c"),
            (0, -34, 56, "#c9b23e"),
            (-12, 6, 44, "#b8433f"),
            (96, 8, 34, "#7d9a45"),
            (-108, 10, 34, "#e8b04a"),
        ):
            svg += oval(
                x,
                -top + y,
                r,
                r * 0.92,
                pen.radial([(0, light(tone, 0.42), 1), (0.6, tone, 1), (1, dark(tone, 0.25), 1)], 0.35, 0.28, 0.8),
            ) + stroke(f"M{x} {n(-top + y - r * 0.8)}q4 -10 2 -16", "#6b4a2e", 5)
        clip = f"M{n(-radius)} {n(-top)}A{n(radius)} {n(radius * 0.17)} 0 0 0 {n(radius)} {n(-top)}L{n(radius * 0.9)} -40H{n(-radius * 0.9)}Z"
        svg += (
            f'<g clip-path="{pen.clip(clip)}">'
            + turned(
                pen, profile, colour, cover=decorated(pen, pattern, second or dark(colour, 0.35), top * 1.1), gloss=0.4
            )
            + "</g>"
        )
        extra = 80
    return Thing(
        svg,
        turned_outline(profile),
        radius * 2.12,
        top + radius * 0.17 + extra,
        look=(-radius * 0.25, -top * 0.72, radius * 1.3),
    )


def plates(pen: Pen, colour: str, second: str = "", pattern: str = "", count: int = 4) -> Thing:
    """A stack of plates, the upper ones smaller."""
    svg, y = "", 0.0
    for i in range(count):
        r = 230 - 22 * i
        tone = (colour, second or light(colour, 0.1))[i % 2] if pattern == "mixed" else colour
        svg += at(0, y, turned(pen, [(0, r * 0.56), (4, r * 0.6), (20, r * 0.94), (26, r), (29, r)], tone, gloss=0.2))
        y -= 21
    r = 230 - 22 * (count - 1)
    well = pen.linear([(0, dark(tone, 0.14), 1), (1, light(tone, 0.36), 1)])
    svg += oval(0, y - 8, r, r * 0.17, light(tone, 0.35)) + oval(0, y - 6, r * 0.76, r * 0.12, well)
    if pattern and pattern != "mixed":
        svg += stroke(oval_path(0, y - 8, r * 0.88, r * 0.148), second or dark(colour, 0.3), 4, 0.8)
    return Thing(
        svg, f'<path d="{rect_path(-200, y - 20, 400, -y + 20, 30)}"/>', 470, -y + 52, look=(-60, y * 0.6, 240)
    )


def mug(
    pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "straight", drink: str = "#6b4226"
) -> Thing:
    """A mug with a handle."""
    profile = {
        "straight": [(0, 84), (4, 90), (168, 92), (174, 92)],
        "barrel": [(0, 70), (6, 82), (84, 104), (154, 92), (160, 92)],
        "wide": [(0, 60), (6, 70), (54, 108), (110, 122), (118, 122)],
    }[form]
    top, radius = profile[-1]
    bow = f"M{n(radius * 0.9)} {n(-top * 0.8)}C{n(radius * 1.7)} {n(-top * 0.88)} {n(radius * 1.66)} {n(-top * 0.16)} {n(radius * 0.84)} {n(-top * 0.22)}"
    svg = (
        stroke(bow, dark(colour, 0.3), 25)
        + stroke(bow, dark(colour, 0.06), 17)
        + stroke(bow, light(colour, 0.3), 4, 0.6)
    )
    svg += turned(
        pen,
        profile,
        colour,
        cover=decorated(pen, pattern, second or dark(colour, 0.3), top),
        gloss=0.42,
        inside=light(colour, 0.3),
    ) + fill_level(top - 14, radius * 0.9, drink)
    return Thing(
        svg,
        turned_outline(profile) + rect_path(radius * 0.9, -top * 0.8, radius * 0.55, top * 0.6, 30),
        radius * 2.7,
        top + radius * 0.2,
        look=(-radius * 0.2, -top * 0.6, radius * 1.6),
    )


def knife(pen: Pen, colour: str = "#7a4a2c", second: str = "#d3d7d8", form: str = "chef") -> Thing:
    """A kitchen knife, lying."""
    blade = {
        "chef": "M-300 -30C-220 -44 -60 -46 40 -46H56V40H20C-120 40 -240 14 -300 -30Z",
        "cleaver": "M-290 -74H50V66C-60 78 -200 76 -290 66Z",
        "bread": "M-310 -26C-200 -34 -60 -34 50 -34V22H-300C-306 10 -312 -10 -310 -26Z",
        "paring": "M-170 -6C-110 -24 -20 -26 50 -26V22C-40 22 -120 14 -170 -6Z",
    }[form]
    steel = pen.linear(
        [(0, light(second, 0.75), 1), (0.45, second, 1), (0.5, dark(second, 0.1), 1), (1, light(second, 0.4), 1)],
        0,
        0,
        0,
        1,
    )
    svg = (
        path(blade, steel)
        + f'<g clip-path="{pen.clip(blade)}">'
        + path("M-320 -100H-60L-150 100H-330Z", "#ffffff", 'opacity=".28"')
    )
    if form == "bread":
        svg += "".join(oval(-300 + 24 * i, 28, 13, 10, dark(second, 0.4)) for i in range(15))
    svg += (
        stroke(
            "M-280 14C-180 32 -60 34 40 32" if form == "chef" else "M-284 46C-160 56 0 54 50 50",
            light(second, 0.9),
            3,
            0.8,
        )
        + "</g>"
    )
    handle = rect_path(54, -36, 250, 62, 26) if form != "paring" else rect_path(50, -28, 180, 50, 22)
    end = 250 if form != "paring" else 180
    svg += path(
        handle, pen.linear([(0, light(colour, 0.26), 1), (0.5, colour, 1), (1, dark(colour, 0.3), 1)], 0, 0, 0, 1)
    )
    svg += (
        f'<g clip-path="{pen.clip(handle)}">'
        + at(54 + end / 2, -4, wood(pen, colour, end, 64, 6))
        + "</g>"
        + path(rect_path(44, -38, 22, 66, 6), "#b98d4f")
    )
    svg += "".join(oval(54 + end * k, -4, 7, 7, "#d9c08a") for k in (0.28, 0.55, 0.82))
    return Thing(
        at(0, 0, svg, -28),
        at(0, 0, f'<path d="{blade}"/><path d="{handle}"/>', -28),
        560,
        400,
        lies=True,
        look=(20, 0, 280),
    )


def board(pen: Pen, colour: str = "#c28e55", second: str = "", form: str = "paddle") -> Thing:
    """A cutting board, lying, with something green and something red."""
    d = {
        "paddle": rect_path(-190, -270, 380, 470, 40) + rect_path(-44, 190, 88, 130, 40),
        "round": oval_path(0, 0, 270, 270),
        "plank": rect_path(-320, -180, 640, 360, 30),
    }[form]
    svg = path(d, pen.linear([(0, light(colour, 0.3), 1), (1, dark(colour, 0.1), 1)], 0, 0, 1, 1))
    w, h = (700, 420) if form == "plank" else (620, 700)
    svg += f'<g clip-path="{pen.clip(d)}">{wood(pen, colour, w, h, 16)}</g>' + stroke(d, light(colour, 0.5), 3, 0.5)
    if form == "paddle":
        svg += oval(0, 280, 18, 18, dark(colour, 0.5))
    if second == "tomato":
        for x, y, r in ((-60, -60, 62), (50, -110, 56)):
            svg += (
                oval(x + 8, y + 12, r, r, "#3a1d12", 'opacity=".25"')
                + oval(
                    x, y, r, r, pen.radial([(0, "#f0826a", 1), (0.6, "#d14b36", 1), (1, "#a8331f", 1)], 0.35, 0.3, 0.8)
                )
                + "".join(at(x, y, leaf(pen, "lance", 34, "#6f9a55", veins=0), k * 72) for k in range(5))
            )
        svg += "".join(
            at(30 + 26 * k, 80 + 12 * (k % 2), leaf(pen, "oval", 92, "#5d9a55", veins=3), 20 + 34 * k) for k in range(4)
        )
    elif second == "bread":
        for i in range(4):
            x = -110 + 72 * i
            svg += (
                path(oval_path(x + 8, 10, 52, 118), "#3a1d12", 'opacity=".22"')
                + path(oval_path(x, 0, 52, 118), "#c98a4a")
                + path(oval_path(x - 5, 0, 42, 104), "#f3e0b8")
                + "".join(
                    oval(
                        x - 5 + pen.chance(-28, 28), pen.chance(-80, 80), pen.chance(3, 7), pen.chance(3, 8), "#e2c48e"
                    )
                    for _ in range(14)
                )
            )
    turn = {"paddle": 22, "round": 0, "plank": -14}[form]
    size = {"paddle": (520, 640), "round": (560, 560), "plank": (680, 480)}[form]
    return Thing(at(0, 0, svg, turn), at(0, 0, f'<path d="{d}"/>', turn), *size, lies=True, look=(-30, -20, 270))


def pan(pen: Pen, colour: str = "#3a3d40", second: str = "#9a6a3c", form: str = "skillet") -> Thing:
    """A pan with an egg, seen from the front."""
    profile = (
        [(0, 150), (4, 160), (60, 190), (66, 192)]
        if form == "skillet"
        else [(0, 60), (10, 110), (60, 200), (92, 226), (96, 228)]
    )
    top, radius = profile[-1]
    arm = f"M{n(radius * 0.86)} {n(-top * 0.8)}L{n(radius + 66)} {n(-top - 26)}"
    svg = (
        stroke(arm, dark(colour, 0.1), 24)
        + stroke(f"M{n(radius + 60)} {n(-top - 24)}L{n(radius + 210)} {n(-top - 70)}", dark(second, 0.2), 36)
        + stroke(f"M{n(radius + 62)} {n(-top - 28)}L{n(radius + 206)} {n(-top - 74)}", light(second, 0.1), 20)
    )
    svg += turned(pen, profile, colour, gloss=0.2, inside=dark(colour, 0.1), rim=0.035)
    y = -top + 4
    svg += (
        path(
            smooth(
                [
                    (-90, y + 4),
                    (-60, y - 17),
                    (0, y - 12),
                    (50, y - 20),
                    (100, y),
                    (60, y + 18),
                    (0, y + 14),
                    (-50, y + 20),
                ],
                close=True,
            ),
            "#fff7e6",
        )
        + oval(6, y - 2, 38, 14, pen.radial([(0, "#ffd36a", 1), (1, "#ef9c2e", 1)], 0.4, 0.3, 0.7))
        + oval(-6, y - 7, 12, 4, "#fff3cf", 'opacity=".8"')
    )
    return Thing(
        svg,
        turned_outline(profile) + f"M{n(radius)} {n(-top)}L{n(radius + 210)} {n(-top - 80)}V{n(-top - 50)}Z",
        radius * 2 + 240,
        top + 96,
        look=(-20, -top * 0.8, 260),
    )


def casserole(pen: Pen, colour: str = "#a8553a", second: str = "", pattern: str = "", form: str = "clay") -> Thing:
    """A pot with a lid: clay or enamel."""
    profile = (
        [(0, 120), (6, 140), (70, 190), (118, 196), (124, 196)]
        if form == "clay"
        else [(0, 170), (4, 178), (130, 186), (136, 186)]
    )
    top, radius = profile[-1]
    ears = ""
    for side in (-1, 1):
        ear = f"M{n(side * radius * 0.96)} {n(-top * 0.92)}C{n(side * (radius + 70))} {n(-top * 1.02)} {n(side * (radius + 70))} {n(-top * 0.52)} {n(side * radius * 0.95)} {n(-top * 0.56)}"
        ears += stroke(ear, dark(colour, 0.22), 25) + stroke(ear, light(colour, 0.06), 15)
    svg = ears + turned(
        pen, profile, colour, cover=decorated(pen, pattern, second or dark(colour, 0.3), top), gloss=0.3
    )
    lid = turned(
        pen,
        [
            (0, radius + 6),
            (6, radius + 6),
            (30, radius * 0.8),
            (54, radius * 0.4),
            (60, 32),
            (60, 20),
            (70, 20),
            (78, 34),
            (96, 34),
            (104, 20),
        ],
        light(colour, 0.04) if form == "clay" else colour,
        gloss=0.3,
    )
    return Thing(
        svg + at(0, -top + 2, lid) + steam(8, -top - 110, 90),
        turned_outline(profile) + oval_path(0, -top - 30, radius * 0.8, 50),
        radius * 2 + 130,
        top + 190,
        look=(-60, -top * 0.8, 240),
    )


def chopsticks(pen: Pen, colour: str = "#7a4a2c", second: str = "#c9a24a", pattern: str = "") -> Thing:
    """Pairs of chopsticks and rests, lying."""
    svg = shade = ""
    tones = (colour, mix(colour, "#3a2a22", 0.4), light(colour, 0.3), mix(colour, "#8a3a2a", 0.5))
    for i in range(4):
        for k in (0, 1):
            x = -170 + i * 108 + k * 34
            d = f"M{x - 10} -270H{x + 10}L{x + 5} 280H{x - 5}Z"
            svg += (
                path(d, pen.linear([(0, light(tones[i], 0.32), 1), (0.5, tones[i], 1), (1, dark(tones[i], 0.3), 1)]))
                + path(f"M{x - 10} -270H{x + 10}L{x + 9.4} -206H{x - 9.4}Z", second)
                + stroke(f"M{x - 9} -190H{x + 9}", light(second, 0.4), 4)
            )
            shade += f'<path d="{d}"/>'
    rest = rect_path(-210, 150, 430, 44, 22)
    svg += path(rest, pen.linear([(0, "#fbf6ea", 1), (1, "#d9cfbd", 1)], 0, 0, 0, 1))
    return Thing(
        at(0, 0, svg, 24), at(0, 0, shade + f'<path d="{rest}"/>', 24), 600, 640, lies=True, look=(-30, -180, 260)
    )


def cutlery(pen: Pen, colour: str = "#c9a25a", second: str = "#c9a25a", count: int = 3) -> Thing:
    """Spoon, fork and knife, lying."""
    metal = pen.linear(
        [(0, light(colour, 0.6), 1), (0.4, colour, 1), (0.6, light(colour, 0.3), 1), (1, dark(colour, 0.3), 1)]
    )
    spoon = (
        path("M-8 -40C-14 80 -16 200 -10 280C-8 292 8 292 10 280C16 200 14 80 8 -40Z", metal)
        + path(oval_path(0, -150, 56, 118), metal)
        + path(oval_path(-4, -156, 42, 98), pen.linear([(0, dark(colour, 0.25), 1), (1, light(colour, 0.5), 1)]))
    )
    tines = "".join(path(rect_path(-46 + 26 * k, -262, 14, 150, 7), metal) for k in range(4))
    fork = (
        path("M-8 -40C-14 80 -16 200 -10 280C-8 292 8 292 10 280C16 200 14 80 8 -40Z", metal)
        + tines
        + path("M-46 -130C-46 -60 -20 -40 0 -30C20 -40 46 -60 46 -130Z", metal)
    )
    blade = path("M-14 -10C-10 -200 0 -260 24 -268C42 -180 34 -60 22 -10Z", metal) + path(
        rect_path(-13, -16, 30, 306, 13), pen.linear([(0, light(second, 0.4), 1), (1, dark(second, 0.25), 1)])
    )
    svg = shade = ""
    for x, item in ((-130, fork), (0, spoon), (126, blade)):
        svg += at(x, 0, item)
        shade += at(x, 0, f'<path d="{rect_path(-13, -260, 28, 550, 14)}"/><path d="{oval_path(0, -150, 46, 110)}"/>')
    return Thing(at(0, 0, svg, 18), at(0, 0, shade, 18), 520, 620, lies=True, look=(-40, -140, 260))


def glassware(
    pen: Pen, colour: str = "#d9ecea", drink: str = "#e0a04a", form: str = "tumbler", count: int = 2
) -> Thing:
    """Tumblers, or a carafe and a tumbler."""

    def glass(profile: list[tuple[float, float]], level: float) -> Thing:
        top, radius = profile[-1]
        inner = [(h + 6, r * 0.9) for h, r in profile if h < level] + [(level, _radius(profile, level) * 0.92)]
        liquid = turned_outline(inner)
        outline = turned_outline(profile)
        body = (
            path(liquid, drink, 'opacity=".8"')
            + shading(pen, liquid, 0.4)
            + fill_level(level, inner[-1][1], light(drink, 0.2))
        )
        body += path(outline, colour, 'opacity=".28"') + stroke(outline, mix(colour, "#7d9a98", 0.5), 3, 0.75)
        body += path(
            f"M{n(-radius * 0.8)} {n(-top * 0.9)}C{n(-radius * 0.86)} {n(-top * 0.6)} {n(-radius * 0.8)} {n(-top * 0.3)} {n(-radius * 0.7)} -16L{n(-radius * 0.5)} -16C{n(-radius * 0.62)} {n(-top * 0.3)} {n(-radius * 0.66)} {n(-top * 0.6)} {n(-radius * 0.62)} {n(-top * 0.9)}Z",
            "#ffffff",
            'opacity=".7"',
        )
        body += stroke(oval_path(0, -top, radius, radius * 0.17), mix(colour, "#7d9a98", 0.4), 3, 0.9)
        return Thing(body, outline, radius * 2.1, top + radius * 0.2)

    tumbler = glass([(0, 66), (0, 66), (160, 82), (166, 82)], 112)
    if form == "carafe":
        flask = glass([(0, 96), (6, 106), (80, 112), (150, 90), (210, 46), (270, 44), (300, 56)], 140)
        return together(pen, [(flask, -90, -14, 1.0), (tumbler, 116, 4, 0.86)], 400, 330, (-100, -120, 210))
    if form == "beer":
        return together(pen, [(tumbler, -96, -12, 1.0), (tumbler, 96, 0, 1.0)], 370, 190, (-100, -110, 190))
    return together(
        pen,
        [(tumbler, -100, -16, 1.0), (tumbler, 96, 4, 1.0)][:count] if count > 1 else [(tumbler, 0, 0, 1.0)],
        370 if count > 1 else 180,
        196,
        (-100, -110, 190),
    )


def _radius(profile: list[tuple[float, float]], height: float) -> float:
    for (h1, r1), (h2, r2) in itertools.pairwise(profile):
        if h1 <= height <= h2 and h2 > h1:
            return r1 + (r2 - r1) * (height - h1) / (h2 - h1)
    return profile[-1][1]


def apron(pen: Pen, colour: str = "#5b7a86", second: str = "#e6d3ad", pattern: str = "") -> Thing:
    """An apron hanging from a peg."""
    d = "M-70 -400C-74 -330 -120 -300 -150 -280L-166 -20C-60 0 60 0 166 -20L150 -280C120 -300 74 -330 70 -400Z"
    svg = stroke("M-66 -398C-60 -470 60 -470 66 -398", dark(second, 0.1), 10) + path(
        rect_path(-16, -476, 32, 20, 8), "#8a5a34"
    )
    svg += stroke("M-150 -270C-200 -240 -190 -160 -206 -130M150 -270C196 -240 190 -170 210 -140", second, 8)
    svg += path(d, colour) + (
        f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, second, 44, 520)}</g>' if pattern else ""
    )
    svg += path("M-84 -200H84V-96C30 -84 -30 -84 -84 -96Z", light(colour, 0.1)) + stroke(
        "M-84 -200H84V-96C30 -84 -30 -84 -84 -96Z", light(colour, 0.5), 3, 0.7, 'stroke-dasharray="9 7"'
    )
    svg += stroke(
        "M-40 -400C-44 -300 -30 -150 -60 -12M60 -280C64 -180 90 -100 84 -10", dark(colour, 0.35), 5, 0.35
    ) + shading(pen, d, 0.7)
    return Thing(svg, d, 430, 480, hangs=True, look=(0, -150, 240))


def bottle(
    pen: Pen, colour: str = "#4a2a1c", second: str = "#e8dcc0", form: str = "sauce", label: str = "#c9573a"
) -> Thing:
    """A bottle with a paper label: sauce, oil, or a stoneware cruet."""
    profile = {
        "sauce": [(0, 70), (4, 74), (150, 74), (188, 50), (208, 27), (270, 25), (274, 25)],
        "oil": [(0, 64), (4, 68), (170, 66), (214, 30), (268, 24), (272, 24)],
        "cruet": [(0, 74), (8, 86), (70, 106), (120, 84), (150, 34), (176, 26), (182, 30)],
    }[form]
    top = profile[-1][0]
    svg = turned(pen, profile, colour, gloss=0.45)
    if form == "cruet":
        svg += (
            path("M24 -168C50 -180 62 -196 84 -200L88 -186C70 -176 56 -160 30 -146Z", dark(colour, 0.12))
            + stroke("M-26 -160C-90 -180 -120 -90 -82 -60", light(colour, 0.05), 14)
            + at(0, -top, turned(pen, [(0, 28), (4, 30), (14, 20), (20, 10), (34, 14), (40, 6)], second, gloss=0.4))
        )
        return Thing(svg, turned_outline(profile), 230, 226, look=(-20, -100, 170))
    paper = "M-73 -130C-30 -120 30 -120 73 -130V-40C30 -30 -30 -30 -73 -40Z"
    svg += (
        path(paper, second)
        + path("M-73 -130C-30 -120 30 -120 73 -130V-112C30 -102 -30 -102 -73 -112Z", label)
        + at(0, -52, leaf(pen, "oval", 44, label, veins=1))
        + stroke("M-34 -46H34", label, 3, 0.6)
        + shading(pen, paper, 0.8)
    )
    svg += at(0, -top, turned(pen, [(0, 29), (0, 29), (34, 29), (38, 24)], label, gloss=0.4))
    return Thing(svg, turned_outline(profile), 170, top + 46, look=(0, -110, 150))


def mill(pen: Pen, colour: str = "#a9743f", second: str = "#6b4226") -> Thing:
    """A pair of mills, one light, one dark."""

    def one(tone: str) -> Thing:
        profile = [
            (0, 56),
            (4, 60),
            (40, 58),
            (90, 36),
            (130, 46),
            (150, 50),
            (154, 46),
            (154, 46),
            (160, 50),
            (200, 40),
            (214, 20),
            (216, 12),
            (226, 13),
            (234, 6),
        ]
        return Thing(
            turned(pen, profile, tone, gloss=0.4, cover=band(44, 4, light(tone, 0.35))),
            turned_outline(profile),
            126,
            240,
        )

    return together(pen, [(one(colour), -72, -14, 1.08), (one(second), 70, 2, 1.0)], 280, 272, (-70, -170, 150))


def steamer(pen: Pen, colour: str = "#d9b579", second: str = "#a9743f") -> Thing:
    """A bamboo steamer of two tiers with its lid."""
    svg = ""
    for y in (0, -82):
        profile = [(0, 190), (0, 190), (80, 190), (80, 190)]
        svg += at(
            0,
            y,
            turned(
                pen,
                profile,
                colour,
                cover=band(24, 6, second) + band(62, 6, second) + cover(pen, "pin", dark(colour, 0.25), 40, 300),
                gloss=0.12,
            ),
        )
        svg += at(0, y, path("M-20 -84C-14 -50 -14 -40 -20 4H16C22 -40 22 -50 16 -84Z", second, 'opacity=".55"'))
    lid = turned(
        pen,
        [(0, 196), (0, 196), (44, 196), (64, 150), (78, 60), (80, 20)],
        light(colour, 0.1),
        cover=cover(pen, "weave", dark(colour, 0.18), 26, 300),
        gloss=0.12,
    )
    svg += at(0, -164, lid + stroke("M-26 -76C-20 -110 20 -110 26 -76", second, 11))
    return Thing(svg + steam(30, -280, 70), rect_path(-194, -240, 388, 240, 20), 410, 350, look=(-60, -150, 230))


def rolling_pin(pen: Pen, colour: str = "#d3a565", second: str = "#a9743f", form: str = "tools") -> Thing:
    """Wooden spoons, a spatula and a whisk, lying side by side."""

    def shaft(x: float, tone: str, head: str) -> tuple[str, str]:
        body = path(rect_path(x - 9, -70, 18, 350, 9), pen.linear([(0, light(tone, 0.3), 1), (1, dark(tone, 0.2), 1)]))
        return body + path(
            head, pen.linear([(0, light(tone, 0.3), 1), (1, dark(tone, 0.18), 1)])
        ), f'<path d="{head}"/><path d="{rect_path(x - 9, -70, 18, 350, 9)}"/>'

    parts = [
        shaft(-150, colour, oval_path(-150, -160, 54, 100)),
        shaft(0, second, "M-48 -280C-30 -292 40 -288 50 -276L38 -90C24 -60 -24 -60 -38 -90Z"),
        shaft(150, mix(colour, second, 0.5), oval_path(150, -170, 58, 92)),
    ]
    svg = (
        "".join(p[0] for p in parts)
        + oval(-150, -166, 36, 74, dark(colour, 0.2), 'opacity=".6"')
        + "".join(path(rect_path(-22 + 20 * k, -240, 8, 110, 4), dark(second, 0.4)) for k in range(3))
        + path(rect_path(138, -210, 24, 80, 12), dark(colour, 0.4))
    )
    return Thing(
        at(0, 0, svg, -20), at(0, 0, "".join(p[1] for p in parts), -20), 600, 640, lies=True, look=(-90, -120, 270)
    )


def lunch_box(pen: Pen, colour: str = "#b98552", second: str = "#3a2f2a") -> Thing:
    """A wooden lunch box with a strap."""
    w, h, d = 330, 130, 150
    front = (
        at(0, -66, wood(pen, colour, 360, 130, 6))
        + path(rect_path(-w, -h * 0.56, w * 2, 7), dark(colour, 0.4))
        + path(rect_path(-62, -h, 44, h), second)
    )
    svg = box(pen, w, h, d, colour, cover=front, r=34)
    svg += path("M-64 -130L0 -166L46 -166L-18 -130Z", light(second, 0.2))
    return Thing(svg, box_outline(w, h, d), 400, 172, look=(-60, -80, 210))


def fruit_plate(pen: Pen, colour: str = "#e6dfd0", second: str = "#c9573a", form: str = "stand") -> Thing:
    """A footed plate with pastries."""
    profile = [(0, 84), (4, 86), (12, 40), (50, 24), (84, 34), (96, 150), (110, 212), (116, 214)]
    svg = turned(pen, profile, colour, gloss=0.3) + oval(
        0, -116, 210, 35, pen.linear([(0, dark(colour, 0.1), 1), (1, light(colour, 0.4), 1)])
    )
    for i, (x, y) in enumerate(
        ((-120, -130), (-40, -140), (44, -140), (124, -130), (-80, -116), (0, -112), (84, -116))
    ):
        tone = ("#e8c58a", second, "#8fae72", "#f0dcc0")[i % 4]
        svg += at(
            x,
            y,
            turned(pen, [(0, 34), (4, 40), (26, 44), (40, 36), (44, 20)], tone, gloss=0.4)
            + "".join(oval(14 * cos(k * pi / 3), -44 + 3 * sin(k * pi / 3), 5, 3, light(tone, 0.5)) for k in range(6)),
        )
    return Thing(svg, turned_outline(profile), 440, 190, look=(-60, -140, 230))


MOTIFS: dict[str, Callable[..., Thing]] = {
    "bowl": bowl, "plates": plates, "mug": mug, "knife": knife, "board": board, "pan": pan, "casserole": casserole,
    "chopsticks": chopsticks, "cutlery": cutlery, "glassware": glassware, "apron": apron, "bottle": bottle, "mill": mill,
    "steamer": steamer, "kitchen_tools": rolling_pin, "lunch_box": lunch_box, "cake_stand": fruit_plate,
}  # fmt: skip
