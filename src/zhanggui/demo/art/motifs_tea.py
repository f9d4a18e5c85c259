"""Tea and what it is made in."""

from collections.abc import Callable

from .colours import dark, light, mix
from .pen import (
    Pen,
    Thing,
    at,
    band,
    box,
    box_outline,
    cover,
    fill_level,
    n,
    oval,
    oval_path,
    path,
    rect_path,
    shading,
    smooth,
    stroke,
    together,
    touch,
    turned,
    turned_outline,
    wood,
)

POTS = {
    "round": [(0, 78), (8, 84), (40, 132), (92, 150), (140, 124), (164, 74), (168, 62)],
    "flat": [(0, 96), (6, 102), (34, 156), (70, 164), (104, 132), (122, 76), (124, 64)],
    "tall": [(0, 92), (6, 98), (60, 122), (128, 116), (190, 84), (214, 58), (218, 54)],
    "pear": [(0, 84), (10, 96), (54, 142), (104, 130), (152, 84), (188, 58), (194, 56)],
}


def teapot(
    pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "round", handle: str = "side"
) -> Thing:
    """A pot with spout, lid and a handle at its side or over it."""
    body = POTS[form]
    top, mouth_r = body[-1]
    widest = max(r for _, r in body)
    ink = second or dark(colour, 0.35)
    drawn = decorated(pen, pattern, ink, top)
    spout = path(
        smooth([(widest * 0.78, -top * 0.26), (widest * 1.12, -top * 0.42), (widest * 1.34, -top * 0.86), (widest * 1.44, -top * 0.98),
                (widest * 1.44, -top * 0.98), (widest * 1.60, -top * 0.93), (widest * 1.60, -top * 0.93), (widest * 1.46, -top * 0.66), (widest * 1.2, -top * 0.26), (widest * 0.86, -top * 0.1)], close=True),
        pen.linear([(0, light(colour, 0.1), 1), (0.5, colour, 1), (1, dark(colour, 0.3), 1)], 0, 0, 0.6, 1),
    )  # fmt: skip
    if handle == "over":
        bow = f"M{n(-mouth_r * 1.25)} {n(-top * 0.9)}C{n(-widest)} {n(-top - 150)} {n(widest)} {n(-top - 150)} {n(mouth_r * 1.25)} {n(-top * 0.9)}"
        grip = (
            stroke(bow, dark(second or "#8b5a34", 0.25), 17)
            + stroke(bow, second or "#a8703f", 12)
            + stroke(bow, light(second or "#a8703f", 0.5), 3, 0.6)
        )
        height = top + 122
    else:
        bow = smooth(
            [
                (-widest * 0.8, -top * 0.84),
                (-widest * 1.3, -top * 0.96),
                (-widest * 1.52, -top * 0.58),
                (-widest * 1.3, -top * 0.22),
                (-widest * 0.86, -top * 0.2),
            ]
        )
        grip = (
            stroke(bow, dark(colour, 0.22), 21)
            + stroke(bow, light(colour, 0.06), 14)
            + stroke(bow, light(colour, 0.5), 4, 0.6)
        )
        height = top + 48
    lid_colour = second if pattern == "lid" and second else colour
    lid = turned(
        pen,
        [(0, mouth_r * 1.06), (6, mouth_r * 1.05), (16, mouth_r * 0.8), (24, 17), (26, 12), (26, 12)],
        lid_colour,
        gloss=0.3,
    )
    knob = turned(pen, [(0, 8), (8, 13), (17, 13), (23, 6)], light(lid_colour, 0.06), gloss=0.5)
    svg = spout + (grip if handle != "over" else "") + turned(pen, body, colour, cover=drawn, gloss=0.42)
    svg += at(0, -top + 3, lid) + at(0, -top - 20, knob) + (grip if handle == "over" else "")
    shade = (
        turned_outline(body)
        + oval_path(widest * 1.35, -top * 0.8, widest * 0.2, top * 0.16)
        + oval_path(0, -top - 24, 14, 24)
    )
    return Thing(svg, shade, widest * 3.1, height, look=(widest * 0.45, -top * 0.78, widest * 1.7))


def decorated(pen: Pen, pattern: str, ink: str, height: float) -> str:
    if pattern == "band":
        return band(height * 0.62, 12, ink) + band(height * 0.5, 5, ink)
    if pattern == "dip":
        return band(height * 0.44, height, ink)
    if pattern == "glaze":
        return at(0, -height * 0.25, cover(pen, "glaze", ink, area=height * 2))
    if pattern == "bamboo":
        return bamboo_brush(height, ink)
    if pattern == "plum":
        return plum_branch(height, ink)
    if pattern in ("", "lid"):
        return ""
    return cover(pen, pattern, ink, height * 0.2, height * 2)


def bamboo_brush(height: float, ink: str) -> str:
    """A stalk and leaves in three strokes of a brush."""
    h = height
    body = stroke(
        f"M{n(h * 0.1)} {n(h * 0.05)}L{n(h * 0.04)} {n(-h * 0.3)}m-1 -5L{n(-h * 0.02)} {n(-h * 0.62)}m-1 -5L{n(-h * 0.06)} {n(-h * 0.9)}",
        ink,
        h * 0.035,
        0.85,
    )
    for x, y, turn, size in (
        (-0.02, -0.62, 130, 1),
        (-0.02, -0.6, 165, 0.8),
        (0.03, -0.32, 60, 0.9),
        (0, -0.66, 40, 0.9),
        (-0.04, -0.78, 95, 0.8),
        (0.03, -0.3, 100, 0.7),
    ):
        body += at(
            h * x,
            h * y,
            path(
                f"M0 0C{n(h * 0.05)} {n(-h * 0.08)} {n(h * 0.03)} {n(-h * 0.22)} 0 {n(-h * 0.3)}C{n(-h * 0.04)} {n(-h * 0.2)} {n(-h * 0.04)} {n(-h * 0.08)} 0 0Z",
                ink,
            ),
            turn,
            size,
        )
    return f'<g opacity=".85">{body}</g>'


def plum_branch(height: float, ink: str) -> str:
    """A flowering twig."""
    h = height
    body = stroke(
        f"M{n(-h * 0.7)} {n(-h * 0.1)}C{n(-h * 0.4)} {n(-h * 0.3)} {n(-h * 0.2)} {n(-h * 0.42)} {n(h * 0.32)} {n(-h * 0.66)}M{n(-h * 0.2)} {n(-h * 0.4)}L{n(-h * 0.05)} {n(-h * 0.72)}",
        "#5b4236",
        h * 0.028,
    )
    for x, y, s in (
        (-0.42, -0.3, 1),
        (-0.06, -0.5, 1.15),
        (0.22, -0.62, 0.9),
        (-0.06, -0.74, 0.8),
        (-0.24, -0.36, 0.7),
    ):
        petals = "".join(at(0, 0, oval(0, -h * 0.035, h * 0.03, h * 0.035, ink), k * 72) for k in range(5))
        body += at(h * x, h * y, petals + oval(0, 0, h * 0.014, h * 0.014, "#f0c95c"), 0, s)
    return body


def gaiwan(pen: Pen, colour: str, second: str = "", pattern: str = "") -> Thing:
    """Lid, bowl and saucer."""
    bowl = [(0, 46), (12, 44), (16, 52), (52, 100), (96, 122), (124, 134), (130, 138)]
    ink = second or "#3d6a8a"
    saucer = turned(pen, [(0, 62), (5, 70), (18, 122), (26, 138), (28, 139)], colour, gloss=0.2)
    well = oval(0, -28, 132, 22, pen.linear([(0, dark(colour, 0.12), 1), (1, light(colour, 0.3), 1)]))
    drawn = decorated(pen, pattern, ink, 150)
    cup = turned(pen, bowl, colour, cover=drawn, gloss=0.4)
    lid = turned(pen, [(0, 122), (3, 122), (26, 92), (42, 50), (48, 26), (48, 22), (60, 22), (66, 30), (68, 30)], colour, gloss=0.35,
                 cover=band(14, 4, ink) if pattern else "")  # fmt: skip
    ring = oval(0, -68, 30, 6, light(colour, 0.5)) + oval(0, -67.5, 22, 4, dark(colour, 0.2))
    svg = saucer + well + at(0, -20, cup) + at(0, -150, oval(0, 1, 130, 22, dark(colour, 0.28)) + lid + ring)
    return Thing(
        svg,
        oval_path(0, -14, 139, 20) + oval_path(0, -96, 128, 62) + oval_path(0, -176, 86, 42),
        290,
        222,
        look=(-10, -108, 190),
    )


CUPS = {
    "bell": [(0, 40), (6, 40), (8, 48), (40, 76), (88, 94), (104, 104)],
    "straight": [(0, 62), (4, 68), (20, 74), (100, 78), (112, 80)],
    "bowl": [(0, 40), (8, 40), (12, 58), (42, 98), (78, 114), (84, 116)],
    "tulip": [(0, 44), (6, 48), (34, 78), (70, 82), (104, 74), (112, 80)],
}


def tea_cup(
    pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "bell", tea: str = "#b8692c"
) -> Thing:
    """A cup without a handle, with tea in it."""
    profile = CUPS[form]
    top, radius = profile[-1]
    svg = turned(
        pen,
        profile,
        colour,
        cover=decorated(pen, pattern, second or dark(colour, 0.35), top * 1.1),
        gloss=0.45,
        inside=light(colour, 0.2),
    )
    svg += fill_level(top - 9, radius * 0.87, tea)
    return Thing(
        svg, turned_outline(profile), radius * 2.1, top + radius * 0.17, look=(-radius * 0.2, -top * 0.72, radius * 1.5)
    )


def cup_set(
    pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "bell", count: int = 4, tea: str = "#b8692c"
) -> Thing:
    """Several cups that belong together, the second colour alternating when given as pairs."""
    colours = [colour, second or colour]
    spots = {
        2: [(-92, -26), (88, 0)],
        3: [(-150, -34), (150, -34), (0, 4)],
        4: [(-104, -66), (118, -66), (-118, 4), (110, 8)],
        6: [(-196, -62), (0, -84), (196, -62), (-200, 8), (0, 18), (200, 8)],
    }[count]
    cups = [
        (
            tea_cup(
                pen,
                colours[i % 2] if pattern == "mixed" else colour,
                second,
                "" if pattern == "mixed" else pattern,
                form,
                tea,
            ),
            x,
            y,
            1.0,
        )
        for i, (x, y) in enumerate(spots)
    ]
    top, radius = CUPS[form][-1]
    w = max(x for x, _ in spots) - min(x for x, _ in spots) + radius * 2.2
    return together(
        pen,
        cups,
        w,
        top - min(y for _, y in spots) + radius * 0.2,
        (spots[-2][0], -top * 0.6 + spots[-2][1], radius * 2.6),
    )


def pitcher(pen: Pen, colour: str = "#dfeeee", tea: str = "#c77a2e", form: str = "glass") -> Thing:
    """A fairness pitcher; in glass one sees the tea."""
    profile = [(0, 66), (4, 72), (40, 92), (96, 94), (150, 80), (170, 84)]
    svg = ""
    bow = "M-84 -140C-150 -150 -160 -60 -88 -44"
    if form == "glass":
        svg += stroke(bow, "#b9d3d3", 13, 0.8) + stroke(bow, "#f6ffff", 5, 0.9)
        liquid = [(3, 64), (6, 70), (40, 87), (96, 89), (112, 86)]
        svg += at(
            0, -2, path(turned_outline(liquid), tea, 'opacity=".86"') + shading(pen, turned_outline(liquid), 0.5)
        ) + fill_level(114, 85, light(tea, 0.16))
        outline = turned_outline(profile)
        svg += path(outline, "#eef8f7", 'opacity=".26"') + stroke(outline, "#9fbebd", 3, 0.7)
        svg += path("M-74 -150C-86 -110 -84 -60 -66 -20L-54 -20C-70 -60 -72 -110 -60 -150Z", "#ffffff", 'opacity=".75"')
        svg += oval(0, -170, 84, 14, "#f4fbfa", 'opacity=".6"') + stroke(oval_path(0, -170, 84, 14), "#a8c5c4", 3, 0.9)
        svg += path("M76 -176L112 -186L80 -160Z", "#d5e8e7")
    else:
        svg += stroke(bow, dark(colour, 0.22), 19) + stroke(bow, colour, 13)
        svg += path("M60 -178L118 -190L74 -120Z", dark(colour, 0.1)) + turned(pen, profile, colour, inside=colour)
        svg += fill_level(150, 74, tea)
    return Thing(svg, turned_outline(profile), 262, 186, look=(-20, -96, 170))


def tea_caddy(pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "round") -> Thing:
    """A tin or jar for leaves, with a paper label."""
    ink = second or light(colour, 0.7)
    if form == "jar":
        profile = [(0, 84), (6, 92), (50, 116), (120, 118), (168, 92), (178, 70), (186, 70)]
        svg = turned(pen, profile, colour, cover=decorated(pen, pattern, ink, 190), gloss=0.4)
        lid = turned(
            pen,
            [(0, 82), (4, 86), (26, 86), (34, 70), (40, 20), (40, 14), (52, 16), (56, 10)],
            second or colour,
            gloss=0.3,
        )
        return Thing(
            svg + at(0, -182, lid),
            turned_outline(profile) + rect_path(-84, -232, 168, 60, 12),
            240,
            240,
            look=(-12, -150, 180),
        )
    profile = [(0, 95), (0, 95), (200, 95), (200, 95)]
    svg = turned(pen, profile, colour, cover=decorated(pen, pattern, ink, 200), gloss=0.3)
    label = "M-46 -156C-20 -150 20 -150 46 -156V-52C20 -46 -20 -46 -46 -52Z"
    svg += path(label, "#fbf4e4") + stroke(
        "M-34 -142C-14 -138 14 -138 34 -142M-34 -66C-14 -62 14 -62 34 -66", mix(colour, "#6b4a2e", 0.4), 3, 0.8
    )
    svg += at(
        0,
        -78,
        path("M0 0C20 -12 22 -38 0 -54C-22 -38 -20 -12 0 0Z", mix(colour, "#4f6b3a", 0.4))
        + stroke("M0 6V-46", "#fbf4e4", 2.4),
    )
    svg += shading(pen, label, 0.7)
    lid = turned(pen, [(0, 97), (0, 97), (52, 97), (58, 92), (60, 84)], dark(colour, 0.12), gloss=0.3)
    top = oval(0, -60, 84, 14, pen.linear([(0, light(colour, 0.36), 1), (1, colour, 1)]))
    return Thing(svg + at(0, -196, lid + top), rect_path(-96, -258, 192, 258, 8), 200, 270, look=(0, -110, 170))


def tea_cake(pen: Pen, colour: str = "#6b4428", second: str = "#f0e4c8", form: str = "cake") -> Thing:
    """A pressed cake of tea on its stand, half out of its paper."""
    stand = stroke("M-70 0L-20 -80M70 0L20 -80M-84 0H-40M40 0H84", "#8a5a34", 11)
    disc = oval_path(0, -132, 128, 128)
    face = pen.radial([(0, light(colour, 0.28), 1), (0.7, colour, 1), (1, dark(colour, 0.3), 1)], 0.35, 0.3, 0.8)
    svg = stand + path(oval_path(12, -130, 128, 128), dark(colour, 0.4)) + path(disc, face)
    leaves = ""
    for _ in range(150):
        x, y = pen.chance(-118, 118), pen.chance(-118, 118)
        if x * x + y * y < 114 * 114:
            leaves += at(
                x,
                y - 132,
                stroke(
                    f"M-9 0Q0 {n(pen.chance(-6, 6))} 9 0",
                    pen.chance.pick((light(colour, 0.34), dark(colour, 0.36), light(colour, 0.14), "#9c7a4a")),
                    pen.chance(2.5, 5),
                ),
                pen.chance(0, 180),
            )
    paper = "M-128 -132A128 128 0 0 0 128 -132C90 -150 62 -112 20 -128S-80 -120 -128 -132Z"
    wrap = pen.linear([(0, light(second, 0.4), 1), (1, dark(second, 0.12), 1)], 0, 0, 1, 1)
    svg += f'<g clip-path="{pen.clip(disc)}">{leaves}</g>' + path(paper, wrap)
    svg += (
        oval(0, -70, 34, 34, "#b5402c")
        + oval(0, -70, 26, 26, wrap)
        + at(0, -52, path("M0 0C14 -10 15 -26 0 -38C-15 -26 -14 -10 0 0Z", "#b5402c"))
    )
    for i in range(7):
        x = -96 + 32 * i
        svg += stroke(f"M{n(x)} -124Q{n(x * 0.8)} -80 {n(x * 0.45)} -30", dark(second, 0.3), 2, 0.35)
    return Thing(svg, disc + rect_path(-74, -60, 148, 60), 276, 262, look=(-30, -180, 170))


def tea_tray(pen: Pen, colour: str = "#8a5a34", second: str = "#cfd8c2", form: str = "set") -> Thing:
    """A slatted tray with a pot and two cups on it."""
    w, h = 520, 46
    slats = "".join(
        stroke(f"M{n(-w / 2 + 26 + i * 27)} -70L{n(-w / 2 + 4 + i * 29)} -46", dark(colour, 0.5), 4, 0.5)
        for i in range(18)
    )
    top = "M-224 -86H244L266 -44H-262Z"
    svg = (
        path(top, pen.linear([(0, light(colour, 0.42), 1), (1, light(colour, 0.05), 1)]))
        + f'<g clip-path="{pen.clip(top)}">{slats}</g>'
    )
    svg += path(
        rect_path(-262, -45, 528, h, 9),
        pen.linear([(0, light(colour, 0.1), 1), (1, dark(colour, 0.18), 1)], 0, 0, 1, 1),
    )
    svg += at(0, -22, wood(pen, colour, 520, 40, 4))
    if form == "set":
        pot = teapot(pen, second, "", "", "flat")
        cup = tea_cup(pen, light(second, 0.5), form="bowl")
        for item, x, y, scale in ((pot, -70, -62, 0.74), (cup, 128, -70, 0.5), (cup, 204, -52, 0.5)):
            svg += at(x, y, touch(pen, item.w * 0.8) + item.svg, 0, scale)
        return Thing(
            svg,
            rect_path(-262, -46, 528, 46, 9) + oval_path(-70, -120, 120, 60) + oval_path(166, -84, 90, 30),
            540,
            190,
            look=(-80, -100, 270),
        )
    return Thing(svg, rect_path(-262, -60, 528, 60, 9), 540, 92, look=(-120, -50, 230))


def kettle(pen: Pen, colour: str = "#3d3b3a", second: str = "#9a6a3c", pattern: str = "dots") -> Thing:
    """Cast iron, with an arched handle."""
    body = [(0, 96), (8, 112), (46, 148), (96, 146), (140, 108), (158, 66), (162, 58)]
    knobs = cover(pen, pattern, light(colour, 0.22), 26, 300) if pattern else ""
    spout = path(
        "M118 -84C168 -92 176 -150 214 -168L230 -150C212 -120 200 -54 128 -40Z",
        pen.linear([(0, light(colour, 0.12), 1), (1, dark(colour, 0.35), 1)], 0, 0, 0.6, 1),
    )
    bow = "M-92 -140C-120 -300 120 -300 92 -140"
    grip = (
        stroke(bow, dark(colour, 0.35), 17)
        + stroke(bow, light(colour, 0.12), 9)
        + stroke("M-52 -254C-20 -270 20 -270 52 -254", second, 24)
        + stroke("M-50 -260C-20 -274 20 -274 44 -262", light(second, 0.4), 5, 0.6)
    )
    lid = turned(pen, [(0, 62), (5, 62), (18, 44), (24, 12), (28, 10), (36, 15), (44, 12), (47, 5)], colour, gloss=0.25)
    svg = spout + turned(pen, body, colour, cover=knobs, gloss=0.28) + at(0, -158, lid) + grip
    return Thing(
        svg,
        turned_outline(body)
        + "M-92 -140C-120 -300 120 -300 92 -140L76 -140C100 -276 -100 -276 -76 -140Z"
        + oval_path(190, -130, 26, 40),
        400,
        278,
        look=(-30, -110, 240),
    )


def tea_tools(pen: Pen, colour: str = "#a9743f", second: str = "#e6d7bb", form: str = "set") -> Thing:
    """Scoop, needle, tongs and spoon in their tube."""
    svg = ""
    for x, turn, kind in ((-34, -11, 0), (-10, -3, 1), (16, 6, 2), (38, 13, 3)):
        head = (
            path("M-9 -150C-16 -190 -13 -226 0 -236C13 -226 16 -190 9 -150Z", light(colour, 0.12)),
            oval(0, -196, 19, 24, light(colour, 0.06)) + oval(0, -198, 12, 16, dark(colour, 0.25)),
            path("M-4 -150L0 -246L4 -150Z", dark(colour, 0.2)),
            stroke("M-5 -150C-16 -190 -6 -220 -8 -236M5 -150C16 -190 6 -220 8 -236", light(colour, 0.1), 7),
        )[kind]
        svg += at(
            x,
            -20,
            stroke("M0 0V-156", dark(colour, 0.25), 12) + stroke("M-1.5 0V-156", light(colour, 0.14), 7) + head,
            turn,
        )
    tube = [(0, 54), (0, 54), (118, 54), (124, 58), (130, 58)]
    svg += turned(pen, tube, second, cover=band(30, 6, colour) + band(104, 6, colour), gloss=0.2)
    return Thing(svg, turned_outline(tube) + rect_path(-60, -240, 120, 130, 20), 210, 264, look=(0, -140, 170))


def tea_leaves(pen: Pen, colour: str = "#5f6f3c", second: str = "#f3ead6", form: str = "dish") -> Thing:
    """Loose tea heaped in a dish."""
    dish = [(0, 92), (4, 100), (24, 168), (40, 196), (44, 198)]
    svg = turned(pen, dish, second, gloss=0.25, inside=second, rim=0.04)
    heap = "M-168 -44C-130 -104 -60 -128 0 -128S130 -104 168 -44C110 -20 -110 -20 -168 -44Z"
    svg += path(heap, dark(colour, 0.32))
    for _ in range(260):
        x = pen.chance(-158, 158)
        y = -40 - pen.chance(0, 1) * (88 - 88 * (x / 164) ** 2) + pen.chance(0, 12)
        curl = f"M-13 2C-6 {n(pen.chance(-9, -3))} 6 {n(pen.chance(3, 9))} 13 -2"
        svg += at(
            x,
            y,
            stroke(
                curl,
                pen.chance.pick(
                    (light(colour, 0.2), colour, dark(colour, 0.3), light(colour, 0.38), mix(colour, "#8a6a3a", 0.5))
                ),
                pen.chance(3, 6),
            ),
            pen.chance(-70, 70),
        )
    return Thing(svg, turned_outline(dish) + oval_path(0, -70, 140, 50), 410, 142, look=(-30, -72, 190))


def thermos_cup(pen: Pen, colour: str, second: str = "#d9c39a", pattern: str = "") -> Thing:
    """A slender flask with a wooden or steel lid."""
    body = [(0, 68), (0, 68), (200, 68), (226, 62), (236, 54), (240, 54)]
    svg = turned(pen, body, colour, cover=decorated(pen, pattern, light(colour, 0.5), 240), gloss=0.4)
    lid = turned(pen, [(0, 58), (0, 58), (44, 58), (50, 52), (52, 46)], second, gloss=0.25) + oval(
        0, -52, 46, 7.6, light(second, 0.4)
    )
    svg += at(0, -238, lid)
    cord = "M56 -262C96 -250 92 -200 76 -190"
    return Thing(svg + stroke(cord, second, 6), rect_path(-68, -292, 136, 292, 20), 172, 300, look=(-6, -200, 140))


def gift_box(pen: Pen, colour: str, second: str = "#d8b25a", pattern: str = "leaf", form: str = "lid") -> Thing:
    """A gift box with a ribbon or a paper band."""
    w, h, d = 320, 170, 150
    ink = light(colour, 0.16)
    front = (
        cover(pen, pattern, ink, 44, 400)
        + path(rect_path(-w / 2, -h * 0.98, w, 58), light(colour, 0.1))
        + path(rect_path(-40, -h, 62, h), second)
    )
    svg = box(pen, w, h, d, colour, cover=front)
    svg += path("M-42 -170L24 -206L86 -206L20 -170Z", light(second, 0.3))
    bow = "M-2 -188C-60 -250 -96 -214 -70 -190C-50 -176 -20 -180 0 -188C20 -180 62 -176 76 -194C96 -222 56 -250 0 -188Z"
    svg += at(
        22,
        0,
        path(bow, pen.linear([(0, light(second, 0.3), 1), (1, dark(second, 0.2), 1)], 0, 0, 1, 1))
        + oval(0, -189, 13, 10, dark(second, 0.15)),
    )
    return Thing(svg, box_outline(w, h, d), 390, 236, look=(10, -140, 220))


MOTIFS: dict[str, Callable[..., Thing]] = {
    "teapot": teapot, "gaiwan": gaiwan, "tea_cup": tea_cup, "cup_set": cup_set, "pitcher": pitcher, "tea_caddy": tea_caddy,
    "tea_cake": tea_cake, "tea_tray": tea_tray, "kettle": kettle, "tea_tools": tea_tools, "tea_leaves": tea_leaves,
    "thermos": thermos_cup, "gift_box": gift_box,
}  # fmt: skip
