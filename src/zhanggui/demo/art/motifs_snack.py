"""Things to eat that keep: nuts, fruit, honey, cakes, the pantry."""

from collections.abc import Callable

from .colours import dark, light, mix
from .pen import (
    Pen,
    Thing,
    at,
    box,
    box_outline,
    cover,
    fill_level,
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

Morsel = Callable[[Pen, str], str]


def _walnut(pen: Pen, tone: str) -> str:
    return oval(0, 0, 26, 23, pen.radial([(0, light(tone, 0.4), 1), (1, dark(tone, 0.2), 1)], 0.35, 0.3, 0.8)) + stroke(
        "M-20 -6C-8 -2 8 -10 20 -4M0 -22C-6 -8 6 6 0 22M-14 10C-4 6 6 14 14 10", dark(tone, 0.34), 2.4, 0.7
    )


def _almond(pen: Pen, tone: str) -> str:
    return path(
        "M0 -27C16 -12 17 10 0 25C-17 10 -16 -12 0 -27Z",
        pen.linear([(0, light(tone, 0.3), 1), (1, dark(tone, 0.18), 1)]),
    ) + stroke("M-3 -18C-6 -4 -5 8 -2 18M5 -14C8 -2 7 8 4 15", dark(tone, 0.3), 1.8, 0.6)


def _cashew(pen: Pen, tone: str) -> str:
    return path(
        "M-22 -6C-18 -26 14 -28 22 -8C28 10 12 24 4 18C-2 12 8 8 4 0C-2 -8 -10 0 -16 4C-24 8 -24 0 -22 -6Z",
        pen.linear([(0, light(tone, 0.4), 1), (1, dark(tone, 0.12), 1)], 0, 0, 1, 1),
    )


def _berry(pen: Pen, tone: str) -> str:
    return oval(
        0, 0, 20, 18, pen.radial([(0, light(tone, 0.36), 1), (0.6, tone, 1), (1, dark(tone, 0.34), 1)], 0.35, 0.3, 0.8)
    ) + stroke("M-10 4C-4 -6 4 8 12 -2", dark(tone, 0.3), 2, 0.5)


def _slice(pen: Pen, tone: str) -> str:
    return (
        oval(0, 0, 30, 26, light(tone, 0.1))
        + oval(0, 0, 25, 21, light(tone, 0.5))
        + "".join(at(0, 0, path("M0 -3L-5 -18Q0 -22 5 -18Z", tone), k * 60) for k in range(6))
    )


def _date(pen: Pen, tone: str) -> str:
    return oval(
        0,
        0,
        29,
        19,
        pen.radial([(0, light(tone, 0.34), 1), (0.6, tone, 1), (1, dark(tone, 0.36), 1)], 0.35, 0.28, 0.85),
    ) + stroke("M-20 -4C-8 4 8 -8 20 2M-14 8C-4 4 6 10 16 7", dark(tone, 0.4), 2, 0.5)


def _mushroom(pen: Pen, tone: str) -> str:
    return (
        path("M-7 6C-9 22 -6 30 0 30S9 22 7 6Z", light(tone, 0.6))
        + path(
            "M-30 8C-30 -22 30 -22 30 8C10 14 -10 14 -30 8Z",
            pen.radial([(0, light(tone, 0.4), 1), (1, dark(tone, 0.2), 1)], 0.35, 0.25, 0.8),
        )
        + stroke("M-12 -10L-4 -2M6 -12L2 0M14 -4L20 2", light(tone, 0.55), 2.4, 0.8)
    )


def _bean(pen: Pen, tone: str) -> str:
    return oval(0, 0, 15, 11, pen.radial([(0, light(tone, 0.45), 1), (1, dark(tone, 0.2), 1)], 0.35, 0.3, 0.8)) + oval(
        -2, -1, 3, 2, light(tone, 0.7)
    )


def _flower(pen: Pen, tone: str) -> str:
    return "".join(
        at(0, 0, path("M0 0C8 -8 7 -22 0 -27C-7 -22 -8 -8 0 0Z", light(tone, 0.1 + 0.1 * (k % 3))), k * 30)
        for k in range(12)
    ) + oval(0, 0, 8, 7, dark(tone, 0.3))


def _cookie(pen: Pen, tone: str) -> str:
    return oval(
        0, 0, 32, 29, pen.radial([(0, light(tone, 0.3), 1), (1, dark(tone, 0.18), 1)], 0.35, 0.3, 0.8)
    ) + "".join(oval(x, y, 4, 3.4, dark(tone, 0.5)) for x, y in ((-12, -8), (8, -12), (14, 6), (-6, 10), (0, -1)))


MORSELS: dict[str, Morsel] = {
    "walnut": _walnut, "almond": _almond, "cashew": _cashew, "berry": _berry, "slice": _slice, "date": _date,
    "mushroom": _mushroom, "bean": _bean, "flower": _flower, "cookie": _cookie,
}  # fmt: skip


def heap(pen: Pen, food: str, tone: str, w: float, h: float, count: int, spread: float = 1.0) -> str:
    """Morsels in a rectangle of the given size whose foot is at (0, 0); the later lie before the earlier."""
    spots = sorted((-pen.chance(0, h), pen.chance(-w / 2, w / 2)) for _ in range(count))
    make = MORSELS[food]
    return "".join(
        at(
            x,
            y,
            make(pen, mix(dark(tone, 0.12), light(tone, 0.18), round(pen.chance() * 3) / 3)),
            pen.chance(-180, 180),
            spread,
        )
        for y, x in spots
    )


def jar(pen: Pen, colour: str, second: str = "#a9743f", food: str = "walnut", form: str = "cork") -> Thing:
    """A glass jar of something good."""
    profile = [(0, 106), (4, 114), (150, 114), (182, 92), (190, 80), (206, 80)]
    outline = turned_outline(profile)
    filled = turned_outline([(6, 100), (8, 106), (146, 106), (160, 96)])
    if food in ("honey", "jam"):
        inner = (
            path(filled, colour, 'opacity=".94"')
            + shading(pen, filled, 0.6)
            + fill_level(160, 96, light(colour, 0.24))
            + path(
                "M-60 -140C-70 -90 -66 -50 -56 -20L-40 -20C-50 -50 -50 -100 -44 -140Z",
                light(colour, 0.6),
                'opacity=".5"',
            )
        )
        if food == "jam":
            inner += (
                f'<g clip-path="{pen.clip(filled)}">'
                + "".join(
                    oval(
                        pen.chance(-96, 96),
                        -pen.chance(10, 150),
                        pen.chance(6, 13),
                        pen.chance(5, 10),
                        dark(colour, 0.3),
                        'opacity=".5"',
                    )
                    for _ in range(36)
                )
                + "</g>"
            )
    else:
        inner = (
            path(filled, dark(colour, 0.45))
            + f'<g clip-path="{pen.clip(filled)}">{heap(pen, food, colour, 230, 172, 120)}</g>'
        )
    glass = (
        path(outline, "#fdfaf0", 'opacity=".2"')
        + stroke(outline, mix(colour, "#b9b3a4", 0.7), 3, 0.8)
        + path("M-98 -150C-102 -100 -100 -50 -92 -18L-70 -14C-80 -50 -82 -104 -78 -156Z", "#ffffff", 'opacity=".6"')
    )
    paper = "M-70 -122C-28 -112 28 -112 70 -122V-46C28 -36 -28 -36 -70 -46Z"
    label = (
        path(paper, "#fdf6e6")
        + stroke("M-46 -100C-18 -94 18 -94 46 -100M-34 -66C-12 -60 12 -60 34 -66", dark(colour, 0.3), 4, 0.75)
        + at(0, -68, leaf(pen, "oval", 30, dark(colour, 0.1), veins=0))
        + shading(pen, paper, 0.6)
    )
    if form == "cloth":
        lid = path(
            "M-112 -196C-124 -214 -96 -226 -84 -232C-60 -262 60 -262 84 -232C96 -226 124 -214 112 -196C90 -208 80 -190 60 -200S20 -190 0 -200S-40 -190 -60 -200S-96 -188 -112 -196Z",
            second,
        ) + stroke("M-84 -212C-40 -200 40 -200 84 -212", "#f3e6c8", 7)
    else:
        lid = at(
            0,
            -204,
            turned(pen, [(0, 84), (0, 84), (38, 88), (44, 84)], second, gloss=0.3)
            + oval(0, -44, 84, 13, light(second, 0.35)),
        )
    return Thing(inner + glass + label + lid, outline, 244, 262, look=(-40, -80, 190))


def pouch(
    pen: Pen, colour: str, second: str = "#f7ecd4", food: str = "berry", tone: str = "", form: str = "window"
) -> Thing:
    """A standing pouch with a window, and a few of what is in it beside it."""
    d = "M-140 -8L-146 -330H146L140 -8C60 10 -60 10 -140 -8Z"
    food_tone = tone or "#a8432f"
    svg = (
        path(d, colour)
        + path("M-146 -330H146L145 -296H-145Z", dark(colour, 0.16))
        + "".join(stroke(f"M{-140 + 14 * k} -327V-299", light(colour, 0.3), 1.6, 0.5) for k in range(21))
    )
    pane = "M0 -18C70 -18 96 -60 92 -96C88 -132 50 -146 0 -146S-88 -132 -92 -96C-96 -60 -70 -18 0 -18Z"
    svg += (
        path(pane, dark(food_tone, 0.5))
        + f'<g clip-path="{pen.clip(pane)}">{at(0, -14, heap(pen, food, food_tone, 220, 140, 60, 1.1))}</g>'
        + stroke(pane, light(colour, 0.5), 4, 0.8)
    )
    svg += path(rect_path(-88, -262, 176, 84, 10), second) + stroke(
        "M-58 -236H58M-40 -212H40", mix(colour, "#5a3a24", 0.4), 6, 0.8
    )
    svg += path("M-108 -290L-96 -20L-138 -10L-144 -290Z", light(colour, 0.5), 'opacity=".35"') + shading(pen, d, 0.8)
    loose = "".join(
        at(x, y, oval(6, 5, 24, 10, "#2a1510", 'opacity=".2"') + MORSELS[food](pen, food_tone), t, 1.0)
        for x, y, t in ((176, -12, 20), (214, -22, -40), (190, 16, 70), (-178, 4, 10))
    )
    return Thing(svg + loose, d, 430, 340, look=(0, -100, 210))


def gift_tin(
    pen: Pen, colour: str, second: str = "#e3b94a", pattern: str = "flower", food: str = "cookie", tone: str = "#d9a95a"
) -> Thing:
    """An open tin of biscuits, its lid leaning behind."""
    lid = at(
        96,
        -150,
        path(oval_path(8, 8, 150, 150), dark(colour, 0.4))
        + path(oval_path(0, 0, 150, 150), colour)
        + f'<g clip-path="{pen.clip(oval_path(0, 0, 150, 150))}">{cover(pen, pattern, second, 56, 200)}</g>'
        + stroke(oval_path(0, 0, 134, 134), second, 5)
        + path(oval_path(0, 0, 150, 150), pen.linear([(0, "#fffaf0", 0.3), (1, "#2a1510", 0.2)], 0, 0, 1, 1)),
    )
    profile = [(0, 190), (0, 190), (100, 190), (100, 190)]
    body = turned(
        pen, profile, colour, cover=cover(pen, pattern, second, 50, 260) + band_top(second), gloss=0.2, inside="#efe2c4"
    )
    pile = at(0, -92, heap(pen, food, tone, 300, 26, 26, 1.25))
    return Thing(
        lid + at(-30, 0, body + pile),
        rect_path(-220, -110, 380, 110, 20) + oval_path(96, -150, 150, 150),
        470,
        305,
        look=(-50, -100, 240),
    )


def band_top(colour: str) -> str:
    return path("M-260 -100Q0 -44 260 -100V-86Q0 -30 -260 -86Z", colour)


def pastry_box(
    pen: Pen, colour: str = "#d9734a", second: str = "#f3d9a8", form: str = "mooncake", count: int = 6
) -> Thing:
    """An open box with cakes in a grid, lying."""
    w = 560
    d = rect_path(-w / 2, -w / 2 + 60, w, w - 120, 24)
    svg = (
        path(d, colour)
        + path(rect_path(-w / 2 + 26, -w / 2 + 86, w - 52, w - 172, 14), light(second, 0.4))
        + stroke(rect_path(-w / 2 + 12, -w / 2 + 72, w - 24, w - 144, 18), second, 3, 0.7)
    )
    cols = 3
    for k in range(count):
        x, y = -168 + 168 * (k % cols), -86 + 172 * (k // cols)
        tone = (second, mix(second, "#b5703a", 0.5), "#a9b87a", "#efe0c0", "#c98a6a", mix(second, "#8a4a2a", 0.35))[
            k % 6
        ]
        cup = oval(x, y + 6, 78, 76, dark(colour, 0.25), 'opacity=".5"')
        if form == "mooncake":
            edge = "".join(oval(x + 58 * c, y + 58 * s, 16, 16, tone) for c, s in _ring(12))
            face = (
                oval(
                    x,
                    y,
                    60,
                    60,
                    pen.radial([(0, light(tone, 0.4), 1), (0.75, tone, 1), (1, dark(tone, 0.2), 1)], 0.36, 0.3, 0.8),
                )
                + stroke(oval_path(x, y, 42, 42), dark(tone, 0.25), 4, 0.7)
                + at(
                    x,
                    y,
                    "".join(
                        at(
                            0,
                            0,
                            path("M0 -6C9 -14 8 -28 0 -34C-8 -28 -9 -14 0 -6Z", dark(tone, 0.2), 'opacity=".7"'),
                            i * 60,
                        )
                        for i in range(6)
                    ),
                )
            )
            svg += cup + edge + face
        else:
            svg += cup + at(
                x,
                y,
                "".join(
                    at(
                        0,
                        0,
                        path(
                            "M0 0C30 -16 30 -56 0 -68C-30 -56 -30 -16 0 0Z",
                            pen.linear([(0, light(tone, 0.36), 1), (1, tone, 1)]),
                        ),
                        i * 72,
                    )
                    for i in range(5)
                )
                + oval(0, 0, 14, 14, "#e0b24a"),
            )
    svg += path(d, pen.linear([(0, "#fffaf0", 0.22), (0.5, "#fffaf0", 0), (1, "#2a1510", 0.14)], 0, 0, 1, 1))
    return Thing(at(0, 0, svg, -8), at(0, 0, f'<path d="{d}"/>', -8), 640, 540, lies=True, look=(-90, -40, 270))


def _ring(count: int) -> list[tuple[float, float]]:
    from math import cos, pi, sin

    return [(cos(2 * pi * k / count), sin(2 * pi * k / count)) for k in range(count)]


def sack(
    pen: Pen, colour: str = "#e3cfa4", second: str = "#b5402c", food: str = "bean", tone: str = "#f3ead6"
) -> Thing:
    """An open cloth sack of grain with a scoop."""
    d = "M-150 -6C-186 -70 -176 -170 -150 -220C-120 -244 120 -244 150 -220C176 -170 186 -70 150 -6C70 12 -70 12 -150 -6Z"
    svg = (
        path(d, colour)
        + f'<g clip-path="{pen.clip(d)}">{cover(pen, "grid", dark(colour, 0.1), 16, 300)}</g>'
        + oval(0, -90, 60, 56, second, 'opacity=".85"')
        + at(0, -58, leaf(pen, "oval", 66, light(colour, 0.2), veins=2))
        + shading(pen, d)
    )
    rim = "M-156 -218C-170 -252 -130 -262 -100 -256C-40 -270 60 -268 110 -256C150 -260 168 -240 156 -214C90 -190 -90 -190 -156 -218Z"
    svg += (
        path(rim, light(colour, 0.25))
        + oval(0, -230, 128, 26, dark(tone, 0.3))
        + at(0, -214, heap(pen, food, tone, 220, 34, 70, 0.9))
    )
    svg += at(
        60,
        -236,
        path(
            "M-50 10C-56 -20 20 -30 40 -10L130 -90L142 -76L52 6C40 26 -40 30 -50 10Z",
            pen.linear([(0, "#c99a66", 1), (1, "#8a5f38", 1)], 0, 0, 1, 1),
        ),
    )
    return Thing(svg, d, 370, 330, look=(-10, -190, 240))


def noodles(pen: Pen, colour: str = "#f0dcae", second: str = "#c9573a", form: str = "bundles") -> Thing:
    """Bundles of dried noodles in paper bands, lying."""
    svg = shade = ""
    for i, tone in enumerate((colour, mix(colour, "#a8b86a", 0.5), mix(colour, "#d98a5a", 0.45))):
        d = rect_path(-62, -270, 124, 540, 20)
        bundle = (
            path(d, dark(tone, 0.14))
            + "".join(stroke(f"M{-54 + 9 * k} -266V266", light(tone, 0.3) if k % 2 else tone, 6) for k in range(13))
            + path(d, pen.linear([(0, "#fffaf0", 0.3), (0.4, "#fffaf0", 0), (1, "#2a1510", 0.3)]))
            + path(rect_path(-66, -60, 132, 120, 4), second if i != 1 else "#7d9a5a")
            + path(rect_path(-40, -34, 80, 68, 8), "#fdf6e6")
            + at(0, 20, leaf(pen, "lance", 44, second if i != 1 else "#7d9a5a", width=1.5, veins=0))
        )
        svg += at(-160 + 160 * i, 0, bundle)
        shade += at(-160 + 160 * i, 0, f'<path d="{d}"/>')
    return Thing(at(0, 0, svg, 18), at(0, 0, shade, 18), 600, 640, lies=True, look=(-60, -40, 280))


def dish(pen: Pen, colour: str = "#e9dfca", food: str = "berry", tone: str = "#a8432f", form: str = "dish") -> Thing:
    """A dish heaped with nuts or fruit."""
    profile = [(0, 110), (4, 120), (30, 186), (52, 206), (56, 208)]
    svg = turned(pen, profile, colour, gloss=0.3, inside=colour)
    spots = []
    for row in range(7):
        for _ in range(15 - 2 * row):
            reach = 180 - 26 * row
            spots.append((-50 - 19 * row + pen.chance(-5, 5), pen.chance(-reach, reach)))
    make = MORSELS[food]
    pile = "".join(
        at(
            x,
            y,
            make(pen, mix(dark(tone, 0.14), light(tone, 0.2), round(pen.chance() * 3) / 3)),
            pen.chance(-180, 180),
            1.3,
        )
        for y, x in sorted(spots, reverse=True)
    )
    front = (
        f'<g clip-path="{pen.clip("M-208 -56A208 35 0 0 0 208 -56L190 20H-190Z")}">'
        + turned(pen, profile, colour, gloss=0.3)
        + "</g>"
    )
    return Thing(
        svg + pile + front, turned_outline(profile) + oval_path(0, -100, 150, 70), 430, 226, look=(-30, -110, 210)
    )


def hamper(pen: Pen, colour: str = "#c9a06a", second: str = "#b5402c") -> Thing:
    """A basket of several good things with a ribbon."""
    w, h = 430, 150
    inside = (
        at(-120, -96, jar(pen, "#e0a23a", "#a8432f", "honey", "cloth").svg, 0, 0.72)
        + at(10, -96, pouch(pen, "#8fa36a", food="mushroom", tone="#8a6a4a").svg, 0, 0.56)
        + at(130, -96, jar(pen, "#a8703f", food="walnut").svg, 0, 0.7)
    )
    body = box(pen, w, h, 110, colour, cover=cover(pen, "weave", dark(colour, 0.22), 38, 400), r=16)
    bow = "M0 -60C-60 -122 -96 -86 -70 -62C-50 -48 -20 -52 0 -60C20 -52 62 -48 76 -66C96 -94 56 -122 0 -60Z"
    arch = "M-190 -150C-170 -430 150 -430 180 -150"
    handle = stroke(arch, dark(colour, 0.25), 22) + stroke(arch, light(colour, 0.15), 10)
    svg = (
        handle
        + inside
        + body
        + at(
            -20,
            -10,
            path(bow, pen.linear([(0, light(second, 0.25), 1), (1, dark(second, 0.2), 1)], 0, 0, 1, 1))
            + oval(0, -60, 13, 11, dark(second, 0.2))
            + stroke("M-4 -54L-30 0M4 -54L28 2", second, 11),
        )
    )
    return Thing(svg, box_outline(w, h, 110) + oval_path(0, -220, 170, 90), 490, 368, look=(-40, -200, 290))


def dumplings(pen: Pen, second: str = "#f6efe0") -> Thing:
    """Rice dumplings in leaves, tied with red string, on a plate."""
    plate = turned(pen, [(0, 130), (4, 140), (24, 220), (32, 224)], second, gloss=0.3, inside=second)

    def one(x: float, y: float, turn: float) -> tuple[Thing, float, float, float]:
        d = "M-84 0C-60 -40 -20 -100 0 -120C20 -100 60 -40 84 0C40 16 -40 16 -84 0Z"
        body = (
            path(d, "#6f8a4c")
            + path("M0 -120C-6 -60 -30 -20 -84 0C-40 16 0 14 10 10C20 -40 14 -90 0 -120Z", "#8aa562")
            + "".join(stroke(f"M{-60 + 20 * k} 2L{-8 + 4 * k} -104", "#566f3a", 2, 0.4) for k in range(6))
            + stroke("M-60 -30C-20 -20 30 -24 56 -40M-30 6C-20 -40 10 -70 30 -74", "#c9402f", 5)
        )
        return (Thing(at(0, 0, body, turn), d, 170, 120), x, y, 1.0)

    group = together(pen, [one(-78, -52, -8), one(84, -54, 7), one(0, -28, 0)], 400, 190)
    return Thing(
        plate + group.svg,
        f'<path d="{rect_path(-222, -34, 444, 34, 12)}"/>' + group.shade,
        460,
        200,
        look=(-30, -90, 220),
    )


MOTIFS: dict[str, Callable[..., Thing]] = {
    "jar": jar, "pouch": pouch, "gift_tin": gift_tin, "pastry_box": pastry_box, "sack": sack, "noodles": noodles, "dish": dish,
    "hamper": hamper, "dumplings": dumplings,
}  # fmt: skip
