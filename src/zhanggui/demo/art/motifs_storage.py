"""A place for everything: baskets, boxes, the small things of a household."""

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
    n,
    oval,
    oval_path,
    path,
    rect_path,
    shading,
    stroke,
    together,
    turned,
    turned_outline,
    wood,
)


def basket(
    pen: Pen, colour: str = "#c9a06a", second: str = "#f0e6d2", form: str = "round", content: str = "cloth"
) -> Thing:
    """A woven basket: round with handles, low, or tall for laundry."""
    profile = {
        "round": [(0, 146), (4, 156), (100, 186), (190, 180), (196, 180)],
        "low": [(0, 190), (4, 196), (96, 214), (100, 214)],
        "tall": [(0, 128), (4, 134), (330, 160), (336, 160)],
    }[form]
    top, radius = profile[-1]
    weave = cover(pen, "weave", dark(colour, 0.2), 30, 480) + cover(pen, "pin", light(colour, 0.2), 60, 480)
    fill = ""
    if content == "cloth":
        for x, y, r, tone in (
            (-radius * 0.42, -8, radius * 0.5, second),
            (radius * 0.42, -6, radius * 0.48, mix(second, colour, 0.35)),
            (0, -24, radius * 0.56, light(second, 0.3)),
        ):
            blob = oval_path(x, -top + y, r, r * 0.55)
            fill += (
                path(blob, tone)
                + path(blob, pen.radial([(0, "#ffffff", 0.4), (1, "#2a1510", 0.2)], 0.36, 0.3, 0.8))
                + stroke(
                    f"M{n(x - r * 0.5)} {n(-top + y)}q{n(r * 0.4)} {n(-r * 0.3)} {n(r)} 0", dark(tone, 0.25), 4, 0.3
                )
            )
    elif content == "yarn":
        for x, y, r, tone in ((-70, -14, 70, "#c9796a"), (76, -12, 66, "#8fa88a"), (0, -40, 72, "#e3c27a")):
            ball = oval_path(x, -top + y, r, r)
            fill += (
                path(ball, tone)
                + f'<g clip-path="{pen.clip(ball)}">'
                + "".join(
                    stroke(
                        f"M{n(x - r)} {n(-top + y - r + 16 * k)}q{n(r)} {n(30 - 6 * k)} {n(2 * r)} 0",
                        dark(tone, 0.22),
                        3,
                        0.6,
                    )
                    for k in range(9)
                )
                + "</g>"
                + path(ball, pen.radial([(0, "#ffffff", 0.3), (1, "#2a1510", 0.26)], 0.36, 0.3, 0.8))
            )
    back = oval(0, -top, radius, radius * 0.17, dark(colour, 0.45))
    body = turned(pen, profile, colour, cover=weave, gloss=0)
    rim = path(
        f"M{n(-radius)} {n(-top)}A{n(radius)} {n(radius * 0.17)} 0 0 0 {n(radius)} {n(-top)}l0 16A{n(radius)} {n(radius * 0.17)} 0 0 1 {n(-radius)} {n(-top + 16)}Z",
        light(colour, 0.22),
    )
    ears = "".join(
        stroke(
            f"M{n(s * radius * 0.98)} {n(-top + 40)}C{n(s * (radius + 50))} {n(-top + 20)} {n(s * (radius + 50))} {n(-top - 50)} {n(s * radius * 0.92)} {n(-top - 10)}",
            c,
            15,
        )
        for s, c in ((-1, light(colour, 0.1)), (1, dark(colour, 0.2)))
    )
    return Thing(
        ears + back + fill + body + rim,
        turned_outline(profile),
        radius * 2 + 84,
        top + (86 if content else 30),
        look=(-radius * 0.3, -top * 0.6, radius * 1.5),
    )


def crate(
    pen: Pen, colour: str = "#d9d2c2", second: str = "#a9743f", form: str = "lid", pattern: str = "", count: int = 1
) -> Thing:
    """A storage box: with a lid, of cloth with a handle, of felt; or a stack of them."""
    things = []
    y = 0.0
    for i in range(count):
        w, h, d = 380 - 40 * i, 190 - 24 * i, 150
        tone = (colour, mix(colour, second, 0.45), light(colour, 0.35))[i % 3]
        drawn = cover(pen, pattern, light(tone, 0.3), 44, 420) if pattern else ""
        if form == "lid":
            drawn += path(rect_path(-w, -h, 2 * w, 46), light(tone, 0.16)) + path(
                rect_path(-w, -h + 46, 2 * w, 5), dark(tone, 0.25), 'opacity=".5"'
            )
            drawn += (
                path(rect_path(-74, -h * 0.56, 96, 44, 6), "#fbf6ea")
                + stroke(f"M-58 {n(-h * 0.56 + 22)}H4", mix(tone, "#4a4038", 0.5), 4, 0.7)
                + stroke(rect_path(-74, -h * 0.56, 96, 44, 6), second, 4)
            )
        elif form == "cloth":
            drawn += path(rect_path(-76, -h * 0.72, 110, 26, 13), second) + stroke(
                f"M-{w / 2 - 10} {n(-h + 16)}H{w / 2 - 60}", light(tone, 0.5), 3, 0.7, 'stroke-dasharray="9 7"'
            )
        else:
            drawn += path(rect_path(-68, -h * 0.76, 90, 34, 17), dark(tone, 0.5)) + "".join(
                stroke(f"M{n(pen.chance(-w / 2, w / 2))} {n(-pen.chance(0, h))}h5", light(tone, 0.4), 2, 0.5)
                for _ in range(120)
            )
        body = box(pen, w, h, d, tone, cover=drawn, r=10 if form != "felt" else 22)
        things.append((Thing(body, box_outline(w, h, d), w + 64, h + 40), 0.0, y, 1.0))
        y -= h + 10
    return together(pen, things, 450, -y + 40, (-60, y * 0.45, 230))


def drawers(pen: Pen, colour: str = "#b5834f", second: str = "#d9c39a", count: int = 3, form: str = "wood") -> Thing:
    """A small chest of drawers."""
    h = 96 * count + 24
    front = at(0, -h / 2, wood(pen, colour, 420, h, 4 * count)) if form == "wood" else ""
    for k in range(count):
        y = -h + 12 + 96 * k
        front += (
            path(rect_path(-196, y, 328, 84, 6), light(colour, 0.14))
            + stroke(rect_path(-196, y, 328, 84, 6), dark(colour, 0.36), 3, 0.7)
            + (at(-32, y + 42, wood(pen, light(colour, 0.1), 328, 80, 5)) if form == "wood" else "")
            + oval(-32, y + 46, 15, 15, dark(second, 0.4))
            + oval(-34, y + 42, 14, 14, pen.radial([(0, light(second, 0.6), 1), (1, second, 1)], 0.35, 0.3, 0.8))
        )
    body = box(pen, 360, h, 150, colour, cover=at(0, 0, front))
    return Thing(
        body + at(20, -h - 20, leaf_in_glass(pen)), box_outline(360, h, 150), 430, h + 130, look=(-40, -h * 0.6, 230)
    )


def leaf_in_glass(pen: Pen) -> str:
    glass = [(0, 26), (0, 26), (64, 30), (66, 30)]
    stems = "".join(
        at(0, -14, stroke("M0 0V-70", "#7d8f5a", 3) + at(0, -66, leaf(pen, "heart", 48, "#6fa05c", veins=2), 20), t)
        for t in (-24, 22, 2)
    )
    return (
        stems
        + path(turned_outline(glass), "#dff0ee", 'opacity=".6"')
        + stroke(turned_outline(glass), "#9fbebd", 2, 0.8)
    )


def canister(pen: Pen, colour: str = "#e9e4d8", second: str = "#b5834f", form: str = "set", pattern: str = "") -> Thing:
    """Kitchen canisters with wooden lids: of clay, or of glass with what is in them."""
    things = []
    tones = (colour, mix(colour, "#8fa88a", 0.4), light(colour, 0.3))
    for i, (x, y, s) in enumerate(((-160, -18, 0.92), (6, -30, 1.14), (168, 0, 0.78))):
        profile = [(0.0, 84.0), (2.0, 88.0), (170.0, 88.0), (176.0, 84.0)]
        outline = turned_outline(profile)
        if form == "glass":
            fill = turned_outline([(4, 80), (4, 80), (110 + 14 * i, 81), (110 + 14 * i, 81)])
            grain = ("#e0b870", "#a8553f", "#efe6d0")[i]
            body = (
                path(fill, grain)
                + f'<g clip-path="{pen.clip(fill)}">'
                + "".join(
                    oval(pen.chance(-80, 80), -pen.chance(0, 140), 6, 4, mix(grain, "#5a3a24", pen.chance(0, 0.3)))
                    for _ in range(130)
                )
                + "</g>"
                + shading(pen, fill, 0.5)
                + path(outline, "#f3faf8", 'opacity=".24"')
                + stroke(outline, "#a8bdb9", 3, 0.7)
                + path(
                    "M-72 -150C-76 -100 -74 -50 -68 -14L-52 -12C-58 -50 -60 -100 -56 -150Z", "#ffffff", 'opacity=".6"'
                )
            )
        else:
            body = turned(pen, profile, tones[i], cover=decorated(pen, pattern, dark(tones[i], 0.35), 180), gloss=0.4)
        lid = at(
            0,
            -174,
            turned(
                pen,
                [(0, 88), (0, 88), (26, 88), (32, 80)],
                second,
                gloss=0.2,
                cover=at(0, -14, wood(pen, second, 180, 30, 3)),
            )
            + oval(0, -32, 80, 13, light(second, 0.3))
            + oval(0, -42, 16, 11, dark(second, 0.1)),
        )
        things.append((Thing(body + lid, outline, 180, 220), float(x), float(y), s))
    return together(pen, things, 520, 290, (0, -130, 220))


def rack(pen: Pen, colour: str = "#b5834f", second: str = "#e9e2d2", form: str = "hooks") -> Thing:
    """A rail with hooks and what hangs there; or a ladder shelf with things on it."""
    if form == "ladder":
        svg = path("M-190 0L-130 -520H-108L-164 0Z", light(colour, 0.1)) + path(
            "M190 0L130 -520H108L164 0Z", dark(colour, 0.14)
        )
        shelf = ""
        for k, y in enumerate((-70, -220, -370)):
            w = 380 - 44 * k
            shelf += path(
                rect_path(-w / 2, y, w, 22, 5), pen.linear([(0, light(colour, 0.3), 1), (1, dark(colour, 0.2), 1)])
            ) + path(rect_path(-w / 2, y + 20, w, 9), dark(colour, 0.4), 'opacity=".5"')
        svg += (
            shelf
            + at(-70, -370, at(0, 0, leaf_in_glass(pen), 0, 1.5))
            + at(60, -370, crate(pen, second, colour).svg, 0, 0.26)
            + at(-50, -220, basket(pen, "#c9a06a", form="low", content="").svg, 0, 0.34)
            + at(
                80,
                -220,
                "".join(
                    path(rect_path(-36 + 20 * i, -90 - 8 * (i % 2), 17, 90 + 8 * (i % 2), 2), t)
                    for i, t in enumerate(("#a8553f", "#5b7a86", "#d9b25a", "#6f8a6a"))
                ),
            )
            + at(-60, -70, crate(pen, mix(second, colour, 0.3), form="cloth").svg, 0, 0.36)
            + at(96, -70, canister(pen, second).svg, 0, 0.3)
        )
        return Thing(svg, "M-190 0L-130 -520H130L190 0Z", 400, 530, look=(-20, -260, 300))
    if form == "hanger":
        svg = ""
        for k, tone in enumerate((colour, light(colour, 0.25), dark(colour, 0.25))):
            one = (
                stroke("M0 -60C0 -100 50 -96 44 -130C40 -156 0 -154 0 -128", "#8d8f8c", 8)
                + path(
                    "M0 -70C-60 -50 -190 20 -220 50C-230 74 -210 80 -196 74L0 -22L196 74C210 80 230 74 220 50C190 20 60 -50 0 -70Z",
                    pen.linear([(0, light(tone, 0.3), 1), (1, dark(tone, 0.2), 1)], 0, 0, 1, 1),
                )
                + stroke("M-180 70H180", "#9a9c98", 7)
            )
            svg += at(-40 + 40 * k, -90 + 90 * k, one)
        return Thing(svg, "M-40 -160L-260 60H240L300 160H-100Z", 540, 420, lies=True, look=(-60, -20, 300))
    plank = rect_path(-280, -420, 560, 62, 12)
    svg = path(plank, pen.linear([(0, light(colour, 0.26), 1), (1, dark(colour, 0.18), 1)], 0, 0, 1, 1)) + at(
        0, -389, wood(pen, colour, 560, 60, 6)
    )
    svg += at(
        -200,
        -350,
        path("M-56 0C-60 90 -80 170 -70 250C-20 262 30 262 76 250C84 170 60 90 56 0Z", second)
        + path(
            "M-56 0C-60 90 -80 170 -70 250C-20 262 30 262 76 250C84 170 60 90 56 0Z",
            pen.linear([(0, "#fffaf0", 0.2), (1, "#2a1510", 0.2)]),
        )
        + stroke("M-30 10C-34 100 -40 180 -36 250M20 10C24 100 30 180 30 250", dark(second, 0.4), 4, 0.2),
    )
    svg += at(
        0,
        -350,
        path("M-46 90L-56 270H56L46 90Z", "#8fa88a")
        + stroke("M-30 92C-28 10 28 10 30 92", "#6f8a6a", 8)
        + at(0, 220, leaf(pen, "oval", 80, "#f0e6d2", veins=0)),
    )
    svg += at(
        196,
        -350,
        stroke("M-50 30C-60 -6 60 -6 50 30", "#c9a06a", 6)
        + path("M-92 40C-80 -20 80 -20 92 40C40 56 -40 56 -92 40Z", "#d9bd84")
        + path("M-52 10C-50 -50 50 -50 52 10C20 20 -20 20 -52 10Z", "#e3cb98")
        + stroke("M-52 4C-20 16 20 16 52 4", "#a8553f", 9),
    )
    svg += "".join(
        stroke(f"M{x} -372V-336C{x} -322 {x + 18} -322 {x + 18} -338", dark("#c9a45a", 0.2), 9)
        for x in (-200, -66, 0, 64, 196)
    )
    return Thing(svg, plank, 580, 430, hangs=True, look=(-80, -330, 280))


def tray(pen: Pen, colour: str = "#a9743f", second: str = "#f0e6d2", form: str = "round") -> Thing:
    """A tray with a cup, a small plant and keys."""
    profile = [(0, 240), (0, 240), (34, 248), (38, 248)]
    svg = turned(
        pen,
        profile,
        colour,
        cover=at(0, -18, wood(pen, colour, 500, 60, 5)),
        gloss=0.1,
        inside=light(colour, 0.14),
        rim=0.04,
    )
    cup = turned(pen, [(0, 46), (4, 50), (84, 52), (88, 52)], second, gloss=0.4, inside=second) + oval(
        0, -80, 46, 7, "#8a5a34"
    )
    svg += (
        at(-100, -30, oval(8, 2, 52, 9, "#2a1510", 'opacity=".3"') + cup)
        + at(40, -44, leaf_in_glass(pen), 0, 1.2)
        + at(
            130,
            -24,
            stroke(oval_path(0, 0, 22, 9), "#c9a45a", 6)
            + stroke("M20 2L64 10", "#c9a45a", 8)
            + stroke("M50 8V18M60 10V18", "#c9a45a", 5),
        )
    )
    return Thing(svg, turned_outline(profile) + rect_path(-150, -110, 100, 90, 10), 510, 190, look=(-80, -70, 230))


def bin_(pen: Pen, colour: str = "#d9d2c2", second: str = "#a9743f", form: str = "tissue") -> Thing:
    """A tissue box, a pedal bin, or a toothbrush cup."""
    if form == "tissue":
        svg = at(
            16,
            -142,
            path("M-50 6C-80 -50 -40 -70 -30 -110C0 -90 20 -120 46 -96C40 -60 80 -40 56 6Z", "#fffdf6")
            + stroke("M-20 0C-30 -40 0 -60 -14 -100M20 2C20 -40 40 -50 34 -92", "#d9d2c2", 4, 0.7),
        ) + box(
            pen,
            340,
            130,
            160,
            colour,
            cover=at(0, -65, wood(pen, colour, 340, 130, 8))
            if second == "wood"
            else cover(pen, "ribs", dark(colour, 0.1), 22, 360),
        )
        svg += at(
            16,
            -140,
            path(
                "M-50 6C-80 -50 -40 -70 -30 -110C0 -90 20 -120 46 -96C40 -60 80 -40 56 -4C20 -12 -20 -12 -50 6Z",
                pen.linear([(0, "#fffdf6", 1), (1, "#e6dfd2", 1)]),
            )
            + stroke("M-20 -8C-30 -40 0 -60 -14 -100M20 -6C20 -40 40 -50 34 -92", "#cfc6b4", 4, 0.7),
        )
        return Thing(svg, box_outline(340, 130, 160), 410, 260, look=(-40, -90, 210))
    if form == "cup":
        profile = [(0, 78), (4, 84), (170, 86), (176, 86)]
        tools = "".join(
            at(
                x,
                -100,
                stroke("M0 40V-170", tone, 15)
                + path(rect_path(-13, -214, 26, 58, 8), light(tone, 0.2))
                + "".join(stroke(f"M-11 {-206 + 9 * k}h22", "#fffdf6", 5) for k in range(6)),
                t,
            )
            for x, t, tone in ((-34, -10, "#d9b579"), (30, 9, "#8fb0a8"))
        )
        svg = (
            oval(0, -176, 86, 14, dark(colour, 0.35))
            + tools
            + turned(pen, profile, colour, cover=decorated(pen, "speckle", second, 180), gloss=0.4)
            + path("M-86 -176A86 14 0 0 0 86 -176A86 21 0 0 1 -86 -176Z", light(colour, 0.4))
        )
        return Thing(svg, turned_outline(profile) + rect_path(-60, -330, 120, 160, 20), 240, 350, look=(-10, -110, 180))
    profile = [(0, 118), (0, 118), (300, 128), (306, 128)]
    svg = (
        turned(pen, profile, colour, gloss=0.3)
        + at(0, -302, turned(pen, [(0, 132), (0, 132), (24, 132), (44, 110), (50, 80)], second, gloss=0.3))
        + path(rect_path(-40, -12, 80, 20, 8), dark(colour, 0.4))
    )
    return Thing(svg, turned_outline(profile), 270, 360, look=(-20, -220, 210))


def cleaning(pen: Pen, colour: str = "#d9b579", second: str = "#8fb0a8", form: str = "brushes") -> Thing:
    """Wooden brushes and a cloth, lying; or a bottle of detergent with a sponge; or a broom and pan."""
    if form == "detergent":
        profile = [(0.0, 92.0), (4.0, 98.0), (150.0, 98.0), (200.0, 76.0), (214.0, 40.0), (226.0, 40.0)]
        bottle = turned(pen, profile, second, gloss=0.44)
        paper = "M-66 -136C-26 -126 26 -126 66 -136V-50C26 -40 -26 -40 -66 -50Z"
        bottle += (
            path(paper, "#fdf9ee")
            + at(0, -66, leaf(pen, "oval", 52, dark(second, 0.2), veins=2))
            + stroke("M-36 -56H36", dark(second, 0.3), 4, 0.6)
            + shading(pen, paper, 0.6)
            + at(0, -224, turned(pen, [(0, 44), (0, 44), (50, 40), (56, 34)], colour, gloss=0.3))
        )
        sponge = box(pen, 150, 56, 70, "#e8c35a", r=16, top="#7fa08a")
        return together(
            pen,
            [
                (Thing(bottle, turned_outline(profile), 200, 290), -70, -12, 1.0),
                (Thing(sponge, box_outline(150, 56, 70), 180, 80), 110, 4, 1.0),
            ],
            380,
            300,
            (-70, -130, 190),
        )
    if form == "broom":
        pole = stroke("M-60 -560L-10 -150", dark(colour, 0.2), 17) + stroke("M-63 -560L-13 -150", light(colour, 0.3), 6)
        head = (
            path("M-50 -160L34 -170L130 -6H-110Z", "#d9bd84")
            + "".join(
                stroke(f"M{-44 + 9 * k} -158L{-104 + 26 * k} -4", mix("#b59458", "#e9d3a0", k % 3 / 2), 6)
                for k in range(9)
            )
            + path("M-54 -190L32 -200L38 -160L-52 -150Z", second)
        )
        pan = (
            path(
                "M130 0L160 -120H330L360 0Z",
                pen.linear([(0, light(second, 0.3), 1), (1, dark(second, 0.2), 1)], 0, 0, 1, 1),
            )
            + stroke("M245 -110V-330", colour, 15)
            + path("M130 0H360V-14H134Z", dark(second, 0.4))
        )
        return Thing(
            at(-110, 0, pole + head + pan),
            at(-110, 0, '<path d="M-110 0L-60 -560L-40 -560L130 0Z"/><path d="M130 0L160 -120H330L360 0Z"/>'),
            520,
            570,
            look=(-90, -110, 280),
        )
    svg = shade = ""
    for i, (x, y, turn) in enumerate(((-150, 0, -16), (30, 20, 4), (190, 10, 20))):
        handle = rect_path(-17, -40, 34, 310, 17)
        head = (
            oval_path(0, -140, 74, 110)
            if i == 0
            else rect_path(-54, -260, 108, 220, 30)
            if i == 1
            else oval_path(0, -130, 60, 60)
        )
        tone = (colour, dark(colour, 0.16), light(colour, 0.2))[i]
        bristle = (
            "".join(
                stroke(
                    f"M{n(pen.chance(-44, 44))} {n(-140 + pen.chance(-70, 70))}l{n(pen.chance(-6, 6))} {n(pen.chance(-14, -6))}",
                    mix("#efe3c6", "#c9a878", pen.chance()),
                    4,
                )
                for _ in range(110)
            )
            if i < 2
            else "".join(
                oval(26 * c, -130 + 26 * s, 12, 12, "#efe3c6")
                for c, s in (
                    (0, 0),
                    (1, 0),
                    (-1, 0),
                    (0, 1),
                    (0, -1),
                    (0.7, 0.7),
                    (-0.7, 0.7),
                    (0.7, -0.7),
                    (-0.7, -0.7),
                )
            )
        )
        one = (
            path(handle, pen.linear([(0, light(tone, 0.35), 1), (1, dark(tone, 0.22), 1)]))
            + path(head, pen.linear([(0, light(tone, 0.3), 1), (1, dark(tone, 0.16), 1)], 0, 0, 1, 1))
            + bristle
            + oval(0, 244, 8, 8, dark(tone, 0.5))
        )
        svg += at(x, y, one, turn)
        shade += at(x, y, f'<path d="{handle}"/><path d="{head}"/>', turn)
    return Thing(svg, shade, 620, 620, lies=True, look=(-150, -100, 260))


def clock(pen: Pen, colour: str = "#b5834f", second: str = "#f6efe0") -> Thing:
    """A round wooden clock on the desk."""
    d = oval_path(0, -190, 180, 180)
    svg = (
        path("M-90 0L-60 -60H60L90 0Z", dark(colour, 0.2))
        + path(d, pen.linear([(0, light(colour, 0.34), 1), (1, dark(colour, 0.22), 1)], 0, 0, 1, 1))
        + f'<g clip-path="{pen.clip(d)}">{at(0, -190, wood(pen, colour, 380, 380, 16))}</g>'
    )
    svg += (
        oval(4, -185, 148, 148, "#2a1510", 'opacity=".18"')
        + oval(0, -190, 148, 148, pen.radial([(0, light(second, 0.6), 1), (1, second, 1)], 0.36, 0.3, 0.9))
        + "".join(
            at(0, -190, stroke(f"M0 -134V{-112 if k % 3 == 0 else -122}", "#6b5c4c", 7 if k % 3 == 0 else 4), k * 30)
            for k in range(12)
        )
    )
    svg += (
        at(0, -190, stroke("M0 10L-52 -62", "#4a4038", 11))
        + at(0, -190, stroke("M0 12L66 -70", "#4a4038", 7))
        + oval(0, -190, 11, 11, "#c9573a")
    )
    return Thing(svg, d + "M-90 0L-60 -60H60L90 0Z", 370, 376, look=(-40, -220, 220))


def umbrella(pen: Pen, colour: str = "#7d9a8a", second: str = "#a9743f", pattern: str = "") -> Thing:
    """An open umbrella resting on its edge."""
    d = "M-290 -110C-280 -300 -100 -420 40 -400C190 -380 300 -250 290 -90C250 -130 210 -120 180 -80C130 -130 70 -120 30 -76C-20 -130 -90 -130 -130 -90C-170 -140 -240 -140 -290 -110Z"
    svg = (
        stroke("M40 -300L96 -16C100 20 150 16 144 -24", dark(second, 0.1), 14)
        + stroke("M38 -300L92 -20", light(second, 0.3), 5)
        + path(d, colour)
        + (f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, light(colour, 0.4), 60, 520)}</g>' if pattern else "")
    )
    for x, y, tone in ((-130, -90, 0.3), (30, -76, 0.1), (180, -80, -0.2)):
        svg += stroke(
            f"M34 -402Q{n((34 + x) / 2 + (x - 34) * 0.3)} -330 {x} {y}",
            dark(colour, 0.3) if tone < 0 else dark(colour, 0.2),
            4,
            0.6,
        )
    svg += (
        path(
            "M34 -402C-90 -380 -250 -300 -290 -110C-240 -140 -170 -140 -130 -90C-110 -220 -60 -330 34 -402Z",
            "#fffaf0",
            'opacity=".25"',
        )
        + path(
            "M34 -402C130 -330 180 -220 180 -80C210 -120 250 -130 290 -90C300 -250 190 -380 34 -402Z",
            "#2a1510",
            'opacity=".16"',
        )
        + path("M24 -400L30 -436L42 -436L44 -400Z", second)
    )
    return Thing(svg, d, 600, 440, look=(-80, -260, 320))


def towels(pen: Pen, colour: str = "#b9c6bf", second: str = "#f0e6d2") -> Thing:
    """Rolled towels in a pyramid."""
    svg = shade = ""
    for i, (x, y) in enumerate(((-150, -76), (0, -76), (150, -76), (-75, -204), (75, -204), (0, -332))):
        tone = (colour, second, mix(colour, second, 0.5))[i % 3]
        ring = oval_path(x, y, 76, 72)
        svg += (
            path(rect_path(x - 10, y - 74, 120, 146, 60), dark(tone, 0.12))
            + path(ring, tone)
            + "".join(stroke(oval_path(x + 2, y + 1, r, r * 0.94), dark(tone, 0.2), 5, 0.5) for r in (58, 42, 26, 11))
            + path(ring, pen.radial([(0, "#ffffff", 0.3), (1, "#2a1510", 0.18)], 0.36, 0.3, 0.85))
        )
        shade += f'<path d="{ring}"/>'
    return Thing(svg, shade, 500, 410, look=(-60, -150, 230))


def pet_bowl(pen: Pen, colour: str = "#e3cfa4", second: str = "#7d9a8a") -> Thing:
    """A woven bed for a cat, with the cat."""
    profile = [(0, 200), (4, 214), (80, 232), (110, 220), (116, 212)]
    body = turned(pen, profile, colour, cover=cover(pen, "weave", dark(colour, 0.2), 34, 420), gloss=0)
    cat = path(
        "M-150 -120C-160 -190 -90 -220 -20 -214C60 -210 140 -190 150 -120C100 -96 -100 -96 -150 -120Z", "#d9a066"
    ) + path(
        "M-150 -130C-190 -200 -150 -236 -136 -240L-128 -216C-110 -222 -92 -222 -76 -216L-66 -240C-50 -230 -40 -190 -60 -150C-80 -110 -130 -104 -150 -130Z",
        "#e3b07a",
    )
    cat += (
        stroke("M-130 -170q12 8 22 0M-98 -170q12 8 22 0M-108 -152q4 6 8 0", "#6b4226", 4)
        + stroke("M10 -212C20 -190 20 -170 10 -150M50 -208C60 -186 60 -160 50 -140", "#b5783f", 9, 0.6)
        + stroke("M140 -120C180 -130 170 -90 100 -100", "#d9a066", 24)
    )
    front = f'<g clip-path="{pen.clip("M-240 -116A232 40 0 0 0 240 -116V40H-240Z")}">{body}</g>'
    return Thing(
        body + oval(0, -116, 206, 35, dark(second, 0.2)) + oval(0, -112, 190, 30, second) + cat + front,
        turned_outline(profile),
        480,
        250,
        look=(-90, -160, 220),
    )


MOTIFS: dict[str, Callable[..., Thing]] = {
    "basket": basket, "crate": crate, "drawers": drawers, "canister": canister, "rack": rack, "tray": tray, "household": bin_,
    "cleaning": cleaning, "clock": clock, "umbrella": umbrella, "towels": towels, "cat_bed": pet_bowl,
}  # fmt: skip
