"""Candles, scents and the bath."""

from collections.abc import Callable

from .colours import dark, light, mix
from .motifs_tea import decorated
from .pen import (
    Pen,
    Thing,
    at,
    box,
    box_outline,
    cover,
    leaf,
    oval,
    oval_path,
    path,
    rect_path,
    shading,
    stroke,
    together,
    turned,
    turned_outline,
)


def flame(pen: Pen, size: float = 1.0) -> str:
    """A small flame with its glow; the foot of the wick is at (0, 0)."""
    glow = oval(0, -46, 150, 150, pen.radial([(0, "#ffe9a8", 0.75), (0.4, "#ffdf9a", 0.28), (1, "#ffdf9a", 0)]))
    body = path(
        "M0 -96C22 -64 24 -46 16 -30C10 -16 -10 -16 -16 -30C-24 -46 -14 -70 0 -96Z",
        pen.linear([(0, "#fff3c4", 1), (0.6, "#ffc35a", 1), (1, "#f0883a", 1)], 0, 0, 0, 1),
    )
    return (
        f'<g transform="scale({size:g})">'
        + glow
        + stroke("M0 0V-26", "#4a3428", 4)
        + body
        + path("M0 -62C9 -48 9 -38 5 -30C2 -24 -4 -26 -5 -32C-7 -42 -4 -52 0 -62Z", "#fffbe6")
        + "</g>"
    )


def candle(pen: Pen, colour: str, second: str = "#f6ecd8", pattern: str = "", form: str = "glass") -> Thing:
    """A candle: in glass, in a cup of clay, in a tin, or a pillar."""
    if form == "pillar":
        things = []
        for x, y, w, h, tone in (
            (-112, -26, 62, 250, colour),
            (104, -16, 66, 180, mix(colour, second, 0.5)),
            (0, 6, 70, 120, second),
        ):
            profile = [(0.0, w), (0.0, w), (float(h), float(w)), (float(h), float(w))]
            body = (
                turned(pen, profile, tone, gloss=0.24)
                + oval(0, -h, w, w * 0.17, light(tone, 0.4))
                + oval(0, -h + 2, w * 0.7, w * 0.11, light(tone, 0.7))
                + at(0, -h, flame(pen, 0.8))
            )
            things.append((Thing(body, turned_outline(profile), w * 2, h), x, y, 1.0))
        return together(pen, things, 370, 350, (-100, -190, 190))
    if form == "taper":
        things = []
        for x, y, h, tone in (
            (-110, -10, 270, colour),
            (0, -24, 320, light(colour, 0.3)),
            (110, 2, 230, mix(colour, "#7a5a4a", 0.4)),
        ):
            holder = turned(
                pen, [(0, 56), (4, 58), (12, 52), (18, 20), (40, 18), (50, 28), (58, 28)], second, gloss=0.4
            )
            stick = path(
                f"M-15 -50L-11 {-h}H11L15 -50Z",
                pen.linear([(0, light(tone, 0.3), 1), (0.5, tone, 1), (1, dark(tone, 0.25), 1)]),
            )
            things.append(
                (
                    Thing(stick + holder + at(0, -h, flame(pen, 0.62)), f"M-50 0L-12 {-h}H12L50 0Z", 120, h + 60),
                    x,
                    y,
                    1.0,
                )
            )
        return together(pen, things, 350, 410, (0, -190, 220))
    profiles: dict[str, list[tuple[float, float]]] = {
        "glass": [(0, 102), (2, 106), (190, 108), (194, 108)],
        "clay": [(0, 84), (6, 92), (60, 122), (130, 116), (138, 112)],
        "tin": [(0, 124), (0, 124), (92, 124), (92, 124)],
    }
    profile = profiles[form]
    top, radius = profile[-1]
    wax = "#f8efdd" if form != "glass" else light(second, 0.2)
    if form == "glass":
        outline = turned_outline(profile)
        level = 140.0
        fill = turned_outline([(4, 98), (4, 98), (level, 102), (level, 102)])
        svg = (
            path(fill, colour)
            + shading(pen, fill, 0.7)
            + oval(0, -level, 102, 17, light(colour, 0.5))
            + oval(0, -level + 2, 66, 10, light(colour, 0.8))
            + at(0, -level, flame(pen, 0.9))
        )
        svg += (
            path(outline, "#fffdf6", 'opacity=".16"')
            + stroke(outline, mix(colour, "#bfb3a6", 0.6), 3, 0.7)
            + path("M-88 -176C-92 -120 -90 -60 -82 -20L-62 -16C-72 -60 -72 -120 -68 -176Z", "#ffffff", 'opacity=".6"')
            + stroke(oval_path(0, -194, 108, 18), mix(colour, "#bfb3a6", 0.5), 4, 0.8)
        )
        paper = "M-64 -112C-24 -104 24 -104 64 -112V-40C24 -32 -24 -32 -64 -40Z"
        svg += (
            path(paper, "#fdf7ea")
            + stroke("M-40 -92C-16 -88 16 -88 40 -92", colour, 4, 0.8)
            + at(0, -46, leaf(pen, "lance", 38, dark(colour, 0.15), width=1.4, veins=0))
            + at(0, -46, leaf(pen, "lance", 30, dark(colour, 0.05), width=1.4, veins=0), 50)
            + at(0, -46, leaf(pen, "lance", 30, dark(colour, 0.2), width=1.4, veins=0), -50)
        )
    else:
        svg = (
            turned(
                pen,
                profile,
                colour,
                cover=decorated(pen, pattern, second, top * 1.1),
                gloss=0.36,
                inside=light(colour, 0.1),
            )
            + oval(0, -top + 9, radius * 0.88, radius * 0.14, wax)
            + oval(0, -top + 10, radius * 0.5, radius * 0.07, light(wax, 0.6))
            + at(0, -top + 8, flame(pen, 0.9))
        )
        if form == "tin":
            svg += at(
                186,
                4,
                turned(pen, [(0, 128), (0, 128), (26, 128), (30, 122)], colour, gloss=0.2)
                + oval(0, -30, 122, 20, light(colour, 0.3))
                + stroke(oval_path(0, -30, 90, 14), second, 3, 0.8),
                0,
                0.8,
            )
            return Thing(svg, turned_outline(profile) + rect_path(90, -30, 200, 30, 8), 420, 190, look=(-30, -80, 180))
    return Thing(svg, turned_outline(profile), radius * 2.3, top + 86, look=(-10, -top * 0.7, radius * 1.5))


def diffuser(
    pen: Pen, colour: str = "#b98a6a", second: str = "#e3d3b4", form: str = "round", label: str = "#fdf7ea"
) -> Thing:
    """A bottle of scent with reeds."""
    profile = (
        [(0, 84), (4, 92), (90, 96), (136, 80), (160, 36), (186, 34), (190, 38)]
        if form == "round"
        else [(0, 92), (0, 92), (132, 92), (146, 84), (152, 36), (184, 34), (188, 38)]
    )
    reeds = "".join(
        at(
            0,
            -180,
            stroke("M0 30V-230", dark(second, 0.28), 8) + stroke("M-1.5 30V-230", light(second, 0.2), 3.4),
            turn,
        )
        for turn in (-21, -11, -2, 8, 17, 25)
    )
    level = 96
    inner = [(h + 4, r * 0.92) for h, r in profile if h < level] + [(level, 86)]
    svg = (
        reeds
        + path(turned_outline(inner), colour, 'opacity=".9"')
        + shading(pen, turned_outline(inner), 0.5)
        + oval(0, -level, 86, 14, light(colour, 0.3))
    )
    outline = turned_outline(profile)
    svg += (
        path(outline, "#fbf6ec", 'opacity=".28"')
        + stroke(outline, mix(colour, "#c9bfae", 0.6), 3, 0.8)
        + path("M-76 -120C-80 -80 -80 -40 -74 -16L-56 -12C-62 -50 -62 -90 -58 -126Z", "#ffffff", 'opacity=".6"')
    )
    svg += at(0, -158, turned(pen, [(0, 40), (0, 40), (26, 40), (28, 36)], second, gloss=0.4))
    paper = "M-50 -112C-20 -106 20 -106 50 -112V-40C20 -34 -20 -34 -50 -40Z"
    svg += (
        path(paper, label)
        + stroke("M-30 -92C-12 -88 12 -88 30 -92M-30 -56C-12 -52 12 -52 30 -56", dark(colour, 0.2), 3, 0.8)
        + at(0, -62, leaf(pen, "oval", 26, dark(colour, 0.15), veins=0))
    )
    return Thing(
        svg, outline + "M-20 -180L-110 -400L-90 -410L20 -230L120 -390L136 -380L30 -180Z", 260, 424, look=(0, -110, 190)
    )


def incense(pen: Pen, colour: str = "#8f7a66", second: str = "#a9743f", form: str = "boat") -> Thing:
    """Incense: a stick in a boat, a burner with cones, or a coil box."""
    if form == "burner":
        profile = [(0, 62), (8, 58), (14, 74), (60, 118), (100, 112), (108, 108)]
        lid = turned(
            pen,
            [(0, 112), (4, 112), (40, 84), (62, 30), (66, 14), (66, 14), (78, 20), (86, 10)],
            colour,
            gloss=0.36,
            cover=cover(pen, "dots", dark(colour, 0.5), 44, 200),
        )
        smoke = stroke("M0 0C-36 -50 40 -90 6 -150S-30 -220 10 -270", "#fffdf8", 9, 0.6)
        return Thing(
            turned(pen, profile, colour, gloss=0.36) + at(0, -106, lid) + at(4, -196, smoke),
            turned_outline(profile) + oval_path(0, -140, 90, 50),
            250,
            450,
            look=(-20, -120, 180),
        )
    if form == "box":
        svg = box(
            pen,
            330,
            90,
            130,
            colour,
            cover=path(rect_path(-200, -62, 400, 34), second) + at(0, -30, leaf(pen, "oval", 26, colour, veins=0)),
        )
        for k in range(7):
            svg += at(-110 + 38 * k, -104, stroke("M0 0L60 -26", mix("#6b4f38", second, 0.3), 7))
        return Thing(svg, box_outline(330, 90, 130), 390, 140, look=(-40, -60, 190))
    boat = "M-280 -20C-240 -50 200 -52 290 -64C300 -66 300 -50 290 -40C230 0 -220 10 -280 -20Z"
    stick = (
        stroke("M-150 -42L190 -260", "#6b4a34", 8)
        + stroke("M150 -234L190 -260", "#3a2c24", 9)
        + oval(192, -261, 7, 7, "#f0883a")
    )
    smoke = stroke("M196 -270C170 -320 236 -350 206 -400S180 -460 214 -500", "#fffdf8", 9, 0.6)
    svg = (
        path(boat, pen.linear([(0, light(second, 0.26), 1), (1, dark(second, 0.24), 1)], 0, 0, 1, 1))
        + path("M-266 -26C-220 -44 200 -46 280 -56C200 -34 -200 -20 -266 -26Z", light(second, 0.4))
        + oval(-150, -36, 16, 7, "#c9a45a")
        + stick
        + smoke
    )
    return Thing(svg, boat + "M-150 -42L190 -264L196 -256L-140 -36Z", 600, 510, look=(60, -160, 300))


def soap(pen: Pen, colour: str = "#c9b28a", second: str = "#8fa88a", form: str = "bars") -> Thing:
    """Bars of soap, stacked, with a string; or one on a dish."""

    def bar(tone: str, w: float = 240) -> str:
        body = box(pen, w, 66, 120, tone, r=20)
        return (
            body
            + at(-24, -34, stroke("M-50 0C-30 -16 30 -16 50 0", light(tone, 0.5), 5, 0.7))
            + "".join(
                oval(pen.chance(-w / 2 + 10, w / 2 - 40), -pen.chance(10, 56), 3, 3, dark(tone, 0.3), 'opacity=".5"')
                for _ in range(16)
            )
        )

    if form == "dish":
        dish = turned(pen, [(0, 150), (4, 160), (26, 190), (32, 192)], second, gloss=0.3) + oval(
            0, -32, 188, 31, light(second, 0.3)
        )
        return Thing(
            dish
            + at(0, -34, bar(colour))
            + "".join(
                oval(x, y, r, r, "#ffffff", 'opacity=".55"')
                for x, y, r in ((-110, -60, 16), (-130, -44, 10), (120, -46, 14), (96, -40, 9))
            ),
            rect_path(-190, -110, 380, 110, 40),
            400,
            150,
            look=(-40, -70, 200),
        )
    svg = at(0, 0, bar(second, 260)) + at(-12, -66, bar(colour, 250)) + at(8, -132, bar(mix(colour, second, 0.5), 236))
    svg += path("M-34 -214L-24 -232L26 -232L14 -198V4H-34Z", "#e9dcc0", 'opacity=".9"') + at(
        -8,
        -216,
        path("M0 0C-40 -40 -60 -10 0 0C60 -10 40 -40 0 0Z", "#d9c49a")
        + leaf(pen, "lance", 60, "#7d9a6a", width=1.3, veins=0),
    )
    return Thing(svg, rect_path(-140, -200, 300, 200, 20), 330, 250, look=(-40, -120, 200))


def spray(pen: Pen, colour: str = "#8a9fb0", second: str = "#c9a45a", form: str = "spray") -> Thing:
    """A spray bottle, a pump bottle, or a tube of hand cream."""
    if form == "tube":
        d = "M-86 -330H86L66 -60H-66Z"
        svg = (
            path(d, colour)
            + path("M-90 -346H90L86 -322H-86Z", dark(colour, 0.16))
            + "".join(stroke(f"M{-80 + 13 * k} -344V-326", dark(colour, 0.35), 2, 0.5) for k in range(13))
            + path(rect_path(-56, -62, 112, 62, 10), second)
            + "".join(stroke(f"M{-44 + 15 * k} -54V-8", dark(second, 0.25), 3, 0.6) for k in range(7))
        )
        svg += (
            at(0, -150, leaf(pen, "oval", 90, light(colour, 0.4)))
            + stroke("M-36 -130H36M-24 -112H24", light(colour, 0.6), 4)
            + shading(pen, d)
        )
        return Thing(svg, d + rect_path(-56, -62, 112, 62, 10), 200, 352, look=(-10, -180, 170))
    profile = [(0, 84), (2, 88), (180, 88), (206, 72), (214, 30), (230, 28), (230, 28)]
    svg = turned(pen, profile, colour, gloss=0.44)
    paper = "M-60 -150C-24 -142 24 -142 60 -150V-60C24 -52 -24 -52 -60 -60Z"
    svg += (
        path(paper, "#fdf7ea")
        + stroke("M-38 -128C-14 -124 14 -124 38 -128M-26 -80C-10 -76 10 -76 26 -80", dark(colour, 0.25), 4, 0.7)
        + at(0, -84, leaf(pen, "lance", 36, dark(colour, 0.1), width=1.5, veins=0))
        + shading(pen, paper, 0.7)
    )
    svg += at(0, -228, turned(pen, [(0, 34), (0, 34), (30, 34), (34, 16), (34, 16), (64, 16)], second, gloss=0.4))
    svg += (
        path(
            "M-22 -310H48C60 -310 66 -300 66 -288H-22Z",
            pen.linear([(0, light(second, 0.35), 1), (1, dark(second, 0.2), 1)], 0, 0, 1, 1),
        )
        if form == "spray"
        else stroke("M0 -300H60C90 -300 92 -280 92 -266", dark(second, 0.1), 17)
        + stroke("M0 -304H60", light(second, 0.4), 5)
    )
    return Thing(svg, turned_outline(profile) + rect_path(-24, -310, 80, 90, 8), 200, 316, look=(0, -120, 170))


def sachet(pen: Pen, colour: str = "#b9a6c9", second: str = "#f0e6d2", pattern: str = "flower") -> Thing:
    """Little bags of dried flowers, tied with string."""

    def bag(tone: str) -> Thing:
        d = "M-78 -4C-100 -60 -70 -110 -30 -136C-50 -160 -46 -176 -54 -188C-20 -178 20 -178 54 -188C46 -176 50 -160 30 -136C70 -110 100 -60 78 -4C40 8 -40 8 -78 -4Z"
        body = (
            path(d, tone)
            + f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, light(tone, 0.5), 44, 200)}</g>'
            + shading(pen, d, 0.9)
            + stroke("M-32 -136C-10 -128 10 -128 32 -136", second, 8)
            + stroke("M0 -132C-40 -120 -50 -90 -44 -84M0 -132C40 -120 46 -96 40 -88", second, 4)
        )
        return Thing(body, d, 180, 190)

    sprig = "".join(
        at(
            0,
            0,
            stroke("M0 0V-190", "#7d8f6a", 4)
            + "".join(oval((-1) ** k * 9, -80 - 12 * k, 9, 8, mix(colour, "#8a6fae", 0.6)) for k in range(9)),
            t,
        )
        for t in (54, 66, 78)
    )
    return together(
        pen,
        [
            (bag(mix(colour, second, 0.4)), -100, -16, 0.94),
            (bag(colour), 84, 0, 1.08),
            (Thing(sprig, rect_path(0, -20, 190, 20), 190, 120), -60, 26, 1.0),
        ],
        400,
        214,
        (70, -90, 180),
    )


def warmer(pen: Pen, colour: str = "#c9a27a", second: str = "#efe2c6") -> Thing:
    """A lamp that melts a candle's wax from above."""
    base = turned(pen, [(0, 120), (0, 120), (18, 120), (24, 112)], colour, gloss=0.3)
    arm = stroke("M92 -20V-300C92 -340 60 -350 10 -350", dark(colour, 0.2), 15) + stroke(
        "M89 -20V-300C89 -338 60 -347 10 -347", light(colour, 0.25), 5
    )
    light_ = path(
        "M-70 -276L-120 -90H120L70 -276Z", pen.linear([(0, "#fff3c0", 0.7), (1, "#fff3c0", 0.04)], 0, 0, 0, 1)
    )
    shade = path(
        "M-44 -356C-30 -372 50 -372 62 -356L94 -272C40 -258 -40 -258 -84 -272Z",
        pen.linear([(0, light(second, 0.4), 1), (1, dark(second, 0.2), 1)]),
    )
    cup = turned(pen, [(0, 62), (2, 66), (78, 68), (82, 68)], "#e9d3c4", gloss=0.4, inside="#f3e2d6") + oval(
        0, -74, 58, 9, "#f8efe2"
    )
    return Thing(
        base + at(-10, -24, cup) + light_ + arm + shade,
        rect_path(-120, -24, 240, 24, 6) + rect_path(84, -340, 20, 330) + oval_path(0, -310, 84, 50),
        260,
        374,
        look=(-10, -120, 200),
    )


MOTIFS: dict[str, Callable[..., Thing]] = {
    "candle": candle, "diffuser": diffuser, "incense": incense, "soap": soap, "spray": spray, "sachet": sachet, "warmer": warmer,
}  # fmt: skip
