"""Plants, and the pots and vases they live in."""

from collections.abc import Callable
from math import cos, pi, sin

from .colours import dark, light, mix
from .motifs_tea import decorated
from .pen import (
    Pen,
    Thing,
    at,
    box,
    box_outline,
    leaf,
    monstera_leaf,
    mouth,
    n,
    oval,
    oval_path,
    path,
    rect_path,
    shading,
    smooth,
    stroke,
    turned,
    turned_outline,
)

POTS = {
    "taper": [(0, 74), (4, 78), (132, 104), (138, 108), (160, 110), (162, 108)],
    "round": [(0, 62), (8, 76), (56, 112), (104, 112), (138, 94), (148, 96)],
    "straight": [(0, 92), (2, 96), (148, 96), (152, 94)],
    "foot": [(0, 64), (10, 58), (22, 62), (60, 104), (132, 112), (140, 110)],
    "low": [(0, 108), (6, 120), (74, 138), (84, 138)],
}
SOIL = "#5a4436"


def pot(
    pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "taper"
) -> tuple[str, str, float, float]:
    """A pot with soil: picture, outline, height, radius at the mouth."""
    profile = POTS[form]
    top, radius = profile[-1]
    body = turned(pen, profile, colour, cover=decorated(pen, pattern, second or dark(colour, 0.3), top), gloss=0.25)
    body += mouth(pen, top, radius, colour, SOIL, 0.09)
    body += oval(0, -top + radius * 0.03, radius * 0.86, radius * 0.135, SOIL)
    return body, turned_outline(profile), top, radius


def _grown(
    pen: Pen, plant: str, spread: float, height: float, crown: str, look: tuple[float, float, float], **of_pot: str
) -> Thing:
    body, outline, top, radius = pot(pen, **of_pot)
    shade = f'<path d="{outline}"/>' + at(0, -top, crown)
    return Thing(
        body + at(0, -top + 4, plant),
        shade,
        max(spread, radius * 2.1),
        height + top,
        look=(look[0], look[1] - top, look[2]),
    )


def pothos(
    pen: Pen,
    colour: str = "#4f9150",
    second: str = "#d9cbb0",
    pattern: str = "",
    form: str = "round",
    glaze: str = "#e9e2d2",
) -> Thing:
    """绿萝: heart leaves, some gilded, and two vines that hang over the edge."""
    plant = ""
    for i, (turn, reach, size) in enumerate(
        ((-78, 70, 92), (78, 74, 96), (-52, 110, 104), (56, 112, 106), (-30, 160, 110), (32, 168, 112), (-6, 196, 116), (14, 150, 108), (-16, 118, 100),
         (-64, 54, 88), (62, 60, 90), (42, 70, 92), (-40, 76, 92), (4, 92, 98))
    ):  # fmt: skip
        a = (turn - 90) * pi / 180
        x, y = reach * cos(a), reach * sin(a)
        tone = mix(dark(colour, 0.26), light(colour, 0.12), min(1.0, i / 10))
        if i % 4 == 3:
            tone = mix(tone, "#cfd86a", 0.4)
        plant += stroke(f"M0 0Q{n(x * 0.3)} {n(y * 0.8)} {n(x)} {n(y)}", dark(colour, 0.2), 5)
        plant += at(x, y, leaf(pen, "heart", size, tone, veins=3), turn * 0.86 + (18 if i % 2 else -18), 1)
    for side, length in ((-1, 190), (1, 130)):
        vine = f"M{72 * side} -6C{118 * side} -30 {128 * side} 30 {122 * side} {length}"
        plant += stroke(vine, dark(colour, 0.12), 5)
        for k in range(4):
            y = 6 + (length - 10) * k / 3.2
            plant += at(
                side * (120 + 4 * k),
                y,
                leaf(pen, "heart", 70 - 6 * k, light(colour, 0.06 + 0.05 * k), veins=3),
                side * (140 if k % 2 else 70),
            )
    crown = oval_path(0, -150, 190, 150)
    return _grown(
        pen,
        plant,
        430,
        316,
        f'<path d="{crown}"/>',
        (-20, -150, 260),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def monstera(
    pen: Pen,
    colour: str = "#3f7d4f",
    glaze: str = "#c9b79c",
    second: str = "",
    pattern: str = "",
    form: str = "straight",
) -> Thing:
    """龟背竹: a few great split leaves on long stalks."""
    plant = ""
    for i, (x, y, turn, size) in enumerate(
        (
            (-150, -190, -58, 130),
            (150, -210, 56, 136),
            (-84, -300, -26, 142),
            (90, -330, 28, 150),
            (0, -230, 4, 140),
            (-130, -96, -84, 104),
            (136, -110, 80, 108),
        )
    ):
        plant += stroke(f"M{n(x * 0.08)} 0Q{n(x * 0.2)} {n(y * 0.7)} {n(x)} {n(y)}", dark(colour, 0.1), 7)
        plant += at(x, y, monstera_leaf(pen, size, mix(dark(colour, 0.2), light(colour, 0.1), (i % 4) / 3)), turn)
    return _grown(
        pen,
        plant,
        520,
        480,
        f'<path d="{oval_path(0, -260, 210, 200)}"/><path d="M-20 0V-240H20V0Z"/>',
        (90, -380, 260),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def snake_plant(
    pen: Pen,
    colour: str = "#5c8f5e",
    glaze: str = "#e6ded0",
    second: str = "",
    pattern: str = "",
    form: str = "straight",
) -> Thing:
    """虎皮兰: upright swords with pale edges and dark bands."""
    plant = ""
    for i, (x, turn, size, bend) in enumerate(
        (
            (-46, -13, 300, -0.06),
            (48, 12, 320, 0.08),
            (-20, -5, 380, -0.03),
            (24, 5, 350, 0.04),
            (-64, -24, 210, -0.14),
            (66, 24, 220, 0.14),
            (2, 0, 290, 0.02),
        )
    ):
        tone = mix(dark(colour, 0.22), colour, i / 6)
        blade = leaf(pen, "sword", size, "#d6cf7e", width=1.18, bend=bend, veins=0) + leaf(
            pen, "sword", size * 0.99, tone, width=0.86, bend=bend, veins=0
        )
        for k in range(9):
            y = -size * (0.12 + 0.085 * k)
            w = size * 0.066
            shift = bend * size * (y / size) ** 2
            blade += stroke(f"M{n(shift - w)} {n(y)}q{n(w * 0.5)} -9 {n(w)} 0t{n(w)} 0", dark(tone, 0.34), 5, 0.5)
        plant += at(x, 0, blade, turn)
    return _grown(
        pen,
        plant,
        270,
        384,
        '<path d="M-70 0L-100 -200L-30 -380L40 -350L100 -200L70 0Z"/>',
        (-10, -210, 170),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def money_tree(
    pen: Pen, colour: str = "#5d9a4c", glaze: str = "#b5573f", second: str = "", pattern: str = "", form: str = "taper"
) -> Thing:
    """发财树: a plaited trunk and leaves like open hands."""
    plant = ""
    bark = "#9a7a52"
    for k in range(6):
        y = -26 - 36 * k
        for side in (-1, 1):
            plant += stroke(
                f"M{16 * side} {y + 22}Q{20 * side} {y} {-14 * side} {y - 18}", dark(bark, 0.12 + 0.1 * (k % 2)), 20
            ) + stroke(f"M{15 * side} {y + 20}Q{18 * side} {y} {-13 * side} {y - 16}", light(bark, 0.12), 8, 0.7)
    hands = (
        (-120, -260, -52),
        (118, -270, 50),
        (-70, -346, -24),
        (76, -352, 26),
        (0, -300, 0),
        (0, -404, 2),
        (-150, -190, -84),
        (148, -196, 82),
    )
    for i, (x, y, turn) in enumerate(hands):
        plant += stroke(f"M0 -226Q{n(x * 0.3)} {n(y * 0.8)} {n(x)} {n(y)}", dark(colour, 0.15), 5)
        tone = mix(dark(colour, 0.2), light(colour, 0.1), (i % 4) / 3)
        plant += at(
            x,
            y,
            "".join(
                at(0, 0, leaf(pen, "lance", 104 - abs(k) * 10, tone, width=1.1, veins=2), k * 40)
                for k in (-2, 2, -1, 1, 0)
            ),
            turn,
        )
    return _grown(
        pen,
        plant,
        460,
        506,
        f'<path d="{oval_path(0, -320, 190, 150)}"/><path d="M-22 0V-240H22V0Z"/>',
        (60, -340, 240),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def spider_plant(
    pen: Pen, colour: str = "#6da35a", glaze: str = "#f0ece2", second: str = "", pattern: str = "", form: str = "foot"
) -> Thing:
    """吊兰: a fountain of narrow leaves with a white stripe, and runners."""
    plant = ""
    for side in (-1, 1):
        runner = f"M0 -30C{90 * side} -170 {190 * side} -80 {190 * side} 60"
        plant += stroke(runner, mix(colour, "#e0dca0", 0.5), 4)
        for turn in (-140, 140, 180, -100, 100, -60, 60):
            plant += at(190 * side, 60, leaf(pen, "strap", 64, light(colour, 0.1), veins=0), turn)
    blades = [
        (-74, 0.5, 200),
        (74, -0.5, 204),
        (-56, 0.42, 230),
        (58, -0.42, 234),
        (-38, 0.3, 250),
        (40, -0.3, 252),
        (-20, 0.16, 262),
        (22, -0.16, 264),
        (-4, 0.06, 258),
        (-64, 0.62, 170),
        (66, -0.62, 172),
        (10, -0.1, 220),
    ]
    for i, (turn, bend, size) in enumerate(blades):
        tone = mix(dark(colour, 0.2), light(colour, 0.08), i / 11)
        blade = leaf(pen, "strap", size, tone, bend=-bend, width=1.0, veins=0) + leaf(
            pen, "strap", size * 0.96, "#f1f0d2", bend=-bend, width=0.34, veins=0
        )
        plant += at(0, 0, blade, turn * 0.72)
    return _grown(
        pen,
        plant,
        470,
        270,
        f'<path d="{oval_path(0, -120, 190, 110)}"/>',
        (-30, -110, 250),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def fern(
    pen: Pen, colour: str = "#5e9b56", glaze: str = "#7d8a80", second: str = "", pattern: str = "", form: str = "round"
) -> Thing:
    """Fronds of many small leaflets."""
    plant = ""
    for i, (turn, size, bend) in enumerate(
        (
            (-82, 190, 0.4),
            (82, 196, -0.4),
            (-58, 230, 0.34),
            (60, 232, -0.34),
            (-34, 262, 0.22),
            (36, 264, -0.22),
            (-12, 280, 0.08),
            (14, 276, -0.1),
            (0, 236, 0),
        )
    ):
        tone = mix(dark(colour, 0.2), light(colour, 0.16), i / 8)
        frond = stroke(smooth([(-bend * size * (k / 6) ** 2, -size * k / 6) for k in range(7)]), dark(tone, 0.2), 4)
        for k in range(14):
            t = 0.1 + 0.9 * k / 14
            x, y = -bend * size * t * t, -size * t
            length = 46 * (1 - t) ** 0.6 + 9
            for side in (-1, 1):
                frond += at(
                    x,
                    y,
                    path(
                        f"M0 0C{n(length * 0.2)} {n(-length * 0.3)} {n(length * 0.18)} {n(-length * 0.8)} 0 {n(-length)}C{n(-length * 0.18)} {n(-length * 0.8)} {n(-length * 0.2)} {n(-length * 0.3)} 0 0Z",
                        light(tone, 0.12) if side < 0 else dark(tone, 0.08),
                    ),
                    side * 62 - bend * t * 90,
                )
        plant += at(0, 0, frond, turn * 0.7)
    return _grown(
        pen,
        plant,
        480,
        290,
        f'<path d="{oval_path(0, -130, 190, 130)}"/>',
        (-40, -150, 240),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def tree(
    pen: Pen,
    colour: str = "#7f9a6b",
    glaze: str = "#d9d2c4",
    second: str = "",
    pattern: str = "",
    form: str = "taper",
    kind: str = "olive",
) -> Thing:
    """A small tree: olive (narrow silver leaves), fiddle (large leaves), lemon (with fruit)."""
    bark = "#8a6c4e"
    plant = stroke("M0 0C-8 -90 10 -150 0 -250", dark(bark, 0.1), 15) + stroke(
        "M-3 -6C-11 -90 6 -150 -3 -246", light(bark, 0.2), 5, 0.7
    )
    twigs = [(-96, -330), (100, -336), (-54, -420), (62, -426), (0, -470), (-130, -262), (132, -270), (0, -380)]
    for i, (x, y) in enumerate(twigs):
        plant += stroke(f"M0 -210Q{n(x * 0.25)} {n(y * 0.75)} {n(x)} {n(y)}", dark(bark, 0.05), 5)
        for k in range(count := {"olive": 22, "fiddle": 5, "lemon": 13}[kind]):
            t = 0.3 + 0.7 * k / count
            lx, ly = x * t + pen.chance(-26, 26), -210 + (y + 210) * t + pen.chance(-22, 22)
            tone = mix(dark(colour, 0.18), light(colour, 0.22), pen.chance())
            shape, size = {"olive": ("lance", 50), "fiddle": ("spoon", 122), "lemon": ("oval", 66)}[kind]
            plant += at(
                lx,
                ly,
                leaf(
                    pen, shape, size, tone, width=1.5 if kind == "fiddle" else 1.15, veins=2 if kind != "olive" else 0
                ),
                pen.chance(-100, 100) + x * 0.3,
            )
        if kind == "lemon" and i in (0, 1, 4, 5, 6):
            plant += at(
                x * 0.86,
                y + 46,
                oval(0, 0, 25, 31, pen.radial([(0, "#fbe58a", 1), (1, "#e2b32c", 1)], 0.35, 0.3, 0.8))
                + oval(0, 30, 5, 6, "#d9a824"),
            )
    return _grown(
        pen,
        plant,
        380,
        540,
        f'<path d="{oval_path(0, -380, 170, 150)}"/><path d="M-10 0V-250H10V0Z"/>',
        (-50, -390, 230),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def pilea(
    pen: Pen, colour: str = "#5fa06a", glaze: str = "#e8b49a", second: str = "", pattern: str = "", form: str = "round"
) -> Thing:
    """镜面草: round leaves like coins on thin stalks."""
    plant = ""
    for i in range(17):
        turn = -84 + i * 168 / 16
        reach = 100 + 92 * ((i * 7) % 5) / 4
        a = (turn - 90) * pi / 180
        x, y = reach * cos(a) * 0.95, reach * sin(a)
        plant += stroke(f"M0 0Q{n(x * 0.2)} {n(y * 0.7)} {n(x)} {n(y)}", "#b08a6a", 4)
        tone = mix(dark(colour, 0.14), light(colour, 0.14), (i * 3 % 7) / 6)
        size = 42 + 12 * ((i * 5) % 3) / 2
        plant += at(
            x,
            y,
            oval(
                0,
                0,
                size,
                size * 0.88,
                pen.radial([(0, light(tone, 0.32), 1), (0.7, tone, 1), (1, dark(tone, 0.2), 1)], 0.36, 0.3, 0.75),
            )
            + oval(-3, -3, 4, 4, light(tone, 0.6))
            + stroke(
                f"M-3 -3L{n(size * 0.6)} {n(-size * 0.3)}M-3 -3L{n(-size * 0.6)} {n(-size * 0.3)}M-3 -3L0 {n(size * 0.6)}",
                light(tone, 0.4),
                1.6,
                0.5,
            ),
        )
    return _grown(
        pen,
        plant,
        420,
        260,
        f'<path d="{oval_path(0, -120, 180, 120)}"/>',
        (-30, -140, 220),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def rosette(pen: Pen, radius: float, colour: str, tip: str) -> str:
    """A succulent seen a little from above."""
    body = ""
    for ring, (count, reach) in enumerate(((11, 1.0), (9, 0.76), (7, 0.54), (5, 0.34))):
        for k in range(count):
            turn = 360 * k / count + ring * 17
            tone = light(colour, 0.08 * ring)
            petal = leaf(pen, "petal", radius * reach, tone, width=1.15, veins=0) + oval(
                0, -radius * reach * 0.95, radius * 0.05, radius * 0.07, tip
            )
            body += at(0, 0, petal, turn)
    return f'<g transform="scale(1 .74)">{body}</g>' + oval(0, 0, radius * 0.1, radius * 0.08, light(colour, 0.4))


def succulents(
    pen: Pen,
    colour: str = "#8fb89a",
    glaze: str = "#d8cdbc",
    second: str = "",
    pattern: str = "",
    form: str = "low",
    tip: str = "#d98a8a",
) -> Thing:
    """多肉: three rosettes and some beads in a low bowl."""
    plant = (
        at(-64, -26, rosette(pen, 84, colour, tip))
        + at(66, -22, rosette(pen, 76, mix(colour, "#c9a6c4", 0.6), tip))
        + at(4, -66, rosette(pen, 70, mix(colour, "#7aa35a", 0.6), tip))
    )
    for _i in range(14):
        plant += oval(
            pen.chance(-110, 110),
            -6 + pen.chance(-4, 10),
            11,
            11,
            pen.radial([(0, "#c5dba0", 1), (1, "#6f9452", 1)], 0.35, 0.3, 0.8),
        )
    return _grown(
        pen,
        plant,
        310,
        126,
        f'<path d="{oval_path(0, -40, 140, 60)}"/>',
        (-50, -30, 190),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def cactus(
    pen: Pen, colour: str = "#5b8f6a", glaze: str = "#d98b5f", second: str = "", pattern: str = "", form: str = "taper"
) -> Thing:
    """A ribbed column with two arms and a flower."""

    def column(w: float, h: float) -> str:
        d = rect_path(-w / 2, -h, w, h, w / 2)
        ribs = "".join(
            stroke(f"M{n(-w / 2 + w * k / 6)} {n(-h * 0.04)}V{n(-h + w * 0.22)}", dark(colour, 0.24), 3, 0.6)
            for k in range(1, 6)
        )
        dots = "".join(
            stroke(f"M{n(-w / 2 + w * (k + 0.5) / 6)} {n(-h + w * 0.3 + j * 26)}l5 -7m-5 7l-5 -7", "#f3ead2", 2, 0.8)
            for k in range(6)
            for j in range(int((h - w * 0.4) / 26))
        )
        return path(d, colour) + ribs + shading(pen, d) + dots

    plant = (
        at(-74, -96, column(54, 116))
        + stroke("M-74 -100C-74 -70 -50 -70 -30 -70", colour, 40)
        + at(76, -130, column(48, 92))
        + stroke("M76 -134C76 -104 50 -104 30 -104", colour, 36)
        + column(110, 270)
    )
    bloom = "".join(at(0, 0, leaf(pen, "petal", 44, "#e58a8f", veins=0), k * 45) for k in range(8)) + oval(
        0, 0, 11, 11, "#f6d576"
    )
    plant += at(12, -268, bloom, 0, 0.9)
    return _grown(
        pen,
        plant,
        260,
        310,
        f'<path d="{rect_path(-55, -270, 110, 270, 50)}{rect_path(-100, -210, 50, 120, 20)}{rect_path(52, -220, 48, 100, 20)}"/>',
        (0, -180, 180),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


def orchid(
    pen: Pen,
    colour: str = "#d98fb0",
    glaze: str = "#f4efe6",
    second: str = "",
    pattern: str = "",
    form: str = "straight",
) -> Thing:
    """蝴蝶兰: two arching sprays of flowers above broad leaves."""
    green = "#5a8a55"
    plant = ""
    for turn, size in ((-72, 150), (72, 156), (-44, 140), (46, 138)):
        plant += at(0, 4, leaf(pen, "oval", size, green, width=0.62, bend=0.1 if turn < 0 else -0.1, veins=0), turn)
    for side, height in ((-1, 1.0), (1, 0.86)):
        stem = [
            (0, 0),
            (22 * side, -180 * height),
            (60 * side, -330 * height),
            (150 * side, -400 * height),
            (210 * side, -370 * height),
        ]
        plant += stroke(smooth(stem), "#7d8f4e", 6)
        for k, (x, y) in enumerate(((64, -322), (100, -372), (142, -400), (186, -392), (214, -356))):
            s = 0.98 - 0.1 * k
            petals = (
                at(0, 0, leaf(pen, "oval", 52, light(colour, 0.2), veins=0), 180)
                + at(0, 0, leaf(pen, "oval", 52, light(colour, 0.2), veins=0), 62)
                + at(0, 0, leaf(pen, "oval", 52, light(colour, 0.2), veins=0), -62)
            )
            petals += (
                oval(-32, -6, 32, 27, pen.radial([(0, light(colour, 0.5), 1), (1, colour, 1)], 0.5, 0.5, 0.6))
                + oval(
                    32, -6, 32, 27, pen.radial([(0, light(colour, 0.4), 1), (1, dark(colour, 0.08), 1)], 0.5, 0.5, 0.6)
                )
                + at(0, 0, leaf(pen, "petal", 46, light(colour, 0.3), veins=0))
            )
            petals += path("M-13 0C-9 22 9 22 13 0C6 -8 -6 -8 -13 0Z", dark(colour, 0.3)) + oval(0, -3, 6, 6, "#f3d46a")
            plant += at(x * side, y * height + 22, petals, 8 * side, s)
    return _grown(
        pen,
        plant,
        500,
        440,
        f'<path d="{oval_path(0, -320, 220, 90)}"/><path d="M-10 0V-300H10V0Z"/>',
        (130, -350, 220),
        colour=glaze,
        second=second,
        pattern=pattern,
        form=form,
    )


VASES = {
    "bottle": [(0, 66), (6, 76), (54, 112), (108, 104), (150, 54), (186, 30), (240, 28), (252, 36)],
    "amphora": [(0, 58), (8, 62), (80, 108), (150, 124), (200, 96), (226, 56), (246, 54), (254, 62)],
    "column": [(0, 72), (4, 78), (120, 86), (240, 78), (246, 78)],
    "gourd": [(0, 70), (8, 84), (58, 110), (108, 86), (136, 50), (164, 66), (190, 66), (214, 38), (228, 34), (236, 38)],
    "bowl": [(0, 70), (8, 80), (60, 138), (112, 146), (140, 128), (146, 130)],
    "bud": [(0, 54), (4, 62), (46, 96), (84, 82), (112, 34), (128, 26), (150, 30)],
}


def vase(
    pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "amphora", branch: str = "eucalyptus"
) -> Thing:
    """A vase with a branch in it, or by itself."""
    profile = VASES[form]
    top, radius = profile[-1]
    ink = second or dark(colour, 0.3)
    back = mouth(pen, top, radius, colour, dark(colour, 0.25), 0.1)
    stems, width, height = _branch(pen, branch)
    body = turned(pen, profile, colour, cover=decorated(pen, pattern, ink, top), gloss=0.34)
    front = path(f"M{n(-radius)} {n(-top)}A{n(radius)} {n(radius * 0.17)} 0 0 0 {n(radius)} {n(-top)}", "none")
    shade = f'<path d="{turned_outline(profile)}"/>' + (
        f'<path d="{oval_path(0, -top - height * 0.55, width * 0.28, height * 0.45)}"/>' if height else ""
    )
    widest = max(r for _, r in profile)
    svg = body + back + at(0, -top + 6, stems) + front
    return Thing(svg, shade, max(widest * 2.1, width), top + height, look=(-widest * 0.15, -top * 0.62, widest * 1.7))


def _branch(pen: Pen, kind: str) -> tuple[str, float, float]:
    body = ""
    if kind == "eucalyptus":
        for bend, size, tone in ((-0.62, 250, "#86a594"), (0.56, 270, "#94b3a0"), (0.06, 320, "#7b9d8b")):
            body += stroke(smooth([(bend * size * (k / 5) ** 2, -size * k / 5) for k in range(6)]), "#8a7a5c", 4)
            for k in range(7):
                t = 0.3 + 0.7 * k / 7
                for side in (-1, 1):
                    s = 25 * (1.3 - t * 0.7)
                    body += at(
                        bend * size * t * t + side * s * 1.05,
                        -size * t + side * 9,
                        oval(0, 0, s, s * 0.82, light(tone, 0.2) if side < 0 else dark(tone, 0.06)),
                        bend * 40 + side * 18,
                    )
        return body, 260, 310
    if kind == "plum":
        for points in (
            [(0, 0), (-30, -130), (40, -220), (150, -300)],
            [(-14, -80), (-90, -170), (-150, -280)],
            [(24, -200), (10, -280), (50, -360)],
        ):
            body += stroke(smooth(points), "#5c4438", 8) + stroke(smooth(points), "#8a6a58", 3, 0.7)
        for x, y, s in (
            (-150, -280, 1),
            (-116, -214, 0.8),
            (-66, -140, 0.9),
            (150, -300, 1.1),
            (104, -262, 0.9),
            (50, -360, 1),
            (24, -304, 0.7),
            (40, -226, 1),
            (-24, -150, 0.7),
            (-136, -246, 0.6),
            (130, -318, 0.6),
        ):
            body += at(
                x,
                y,
                "".join(at(0, 0, oval(0, -15, 13, 15, "#e98d8d" if k % 2 else "#f0a5a0"), k * 72) for k in range(5))
                + oval(0, 0, 6, 6, "#f7dc88"),
                0,
                s,
            )
        return body, 340, 380
    if kind == "pampas":
        for x, turn, size in ((-70, -18, 300), (60, 14, 330), (-6, -2, 360)):
            plume = stroke(f"M0 0V{-size}", "#b59a70", 4)
            for k in range(34):
                t = 0.5 + 0.5 * k / 34
                for side in (-1, 1):
                    plume += stroke(
                        f"M0 {n(-size * t)}q{n(side * 24 * (1.3 - t))} -8 {n(side * 40 * (1.35 - t))} -34",
                        mix("#e9d8b8", "#c9a97a", pen.chance()),
                        6,
                        0.75,
                    )
            body += at(x * 0.1, 0, plume, turn)
        return body, 270, 390
    if kind == "tulip":
        for x, turn, size, tone in (
            (-40, -16, 190, "#e2725b"),
            (44, 15, 200, "#f0a35e"),
            (0, -1, 236, "#d95a5a"),
            (-70, -30, 150, "#f3c06a"),
            (70, 28, 156, "#e88a7a"),
        ):
            stem = stroke(f"M0 0V{-size}", "#6f9a5a", 7) + at(
                -2, -20, leaf(pen, "sword", size * 0.7, "#7fae68", width=1.5, bend=-0.2, veins=0)
            )
            cup = path(
                "M-30 -8C-36 -54 -26 -74 -16 -84C-10 -70 -6 -66 0 -60C6 -66 10 -70 16 -84C26 -74 36 -54 30 -8C20 6 -20 6 -30 -8Z",
                pen.linear([(0, light(tone, 0.3), 1), (1, dark(tone, 0.14), 1)]),
            ) + path("M-15 0C-22 -40 -10 -76 0 -90C10 -76 22 -40 15 0C6 6 -6 6 -15 0Z", light(tone, 0.14))
            body += at(x * 0.1, 0, stem + at(0, -size + 10, cup), turn)
        return body, 270, 320
    if kind == "cotton":
        for points in (
            [(0, 0), (-40, -150), (-100, -290)],
            [(0, 0), (30, -170), (90, -310)],
            [(0, 0), (-4, -180), (0, -350)],
        ):
            body += stroke(smooth(points), "#7b5f47", 5)
        for x, y in ((-100, -290), (-66, -210), (90, -310), (58, -228), (0, -350), (-20, -262), (24, -176)):
            body += at(
                x,
                y,
                path("M-34 16L-20 -18L0 -4L20 -18L34 16L0 30Z", "#8a6a4a")
                + "".join(
                    oval(dx, dy, 22, 20, pen.radial([(0, "#ffffff", 1), (1, "#e9e2d6", 1)], 0.4, 0.3, 0.7))
                    for dx, dy in ((-16, 0), (16, 0), (0, -16), (0, 10))
                ),
            )
        return body, 280, 390
    return "", 0, 0


def watering_can(pen: Pen, colour: str, second: str = "#b88a52", pattern: str = "") -> Thing:
    """A can with a long spout."""
    profile = [(0, 92), (2, 96), (130, 84), (136, 80)]
    spout = path(
        "M62 -40C120 -60 150 -150 214 -232L236 -222C190 -130 150 -20 70 -10Z",
        pen.linear([(0, light(colour, 0.2), 1), (1, dark(colour, 0.26), 1)]),
    )
    rose = at(
        222,
        -224,
        path("M-16 8L-34 -18L30 -40L22 -2Z", dark(colour, 0.1))
        + at(-2, -30, oval(0, 0, 36, 12, light(second, 0.2)), -16),
    )
    bow = "M-78 -124C-170 -170 -190 -30 -90 -20"
    arch = "M-60 -134C-40 -230 60 -230 66 -134"
    svg = spout + rose + stroke(bow, dark(colour, 0.2), 18) + stroke(bow, light(colour, 0.1), 10)
    svg += turned(
        pen, profile, colour, cover=decorated(pen, pattern, second, 136), gloss=0.36, inside=dark(colour, 0.2)
    )
    svg += stroke(arch, dark(second, 0.1), 16) + stroke(arch, light(second, 0.2), 8)
    return Thing(svg, turned_outline(profile) + "M62 -40L214 -232L236 -222L70 -10Z", 420, 268, look=(-20, -90, 180))


def secateurs(pen: Pen, colour: str = "#c94f3d", second: str = "#c9ced0") -> Thing:
    """Garden scissors, lying open."""
    blade = path(
        "M-6 0C-40 -110 -30 -190 -4 -250C26 -190 30 -90 12 0Z",
        pen.linear([(0, light(second, 0.6), 1), (0.5, second, 1), (1, dark(second, 0.3), 1)]),
    )
    hook = path(
        "M6 0C50 -70 66 -140 56 -196C36 -150 8 -110 -12 -4Z",
        pen.linear([(0, dark(second, 0.1), 1), (1, dark(second, 0.45), 1)]),
    )
    grips = ""
    for side, tone in ((-1, light(colour, 0.08)), (1, dark(colour, 0.1))):
        d = f"M0 0C{30 * side} 40 {96 * side} 110 {92 * side} 240C{90 * side} 270 {60 * side} 270 {56 * side} 240C{58 * side} 150 {10 * side} 80 {-12 * side} 16Z"
        grips += path(d, pen.linear([(0, light(tone, 0.2), 1), (1, dark(tone, 0.2), 1)], 0, 0, 1, 1)) + stroke(
            f"M{16 * side} 36C{50 * side} 80 {82 * side} 140 {78 * side} 230", light(tone, 0.5), 5, 0.6
        )
    spring = stroke("M-30 96q30 -26 60 0M-34 112q34 -26 68 0", "#9a9a92", 5)
    svg = hook + grips + blade + spring + oval(0, 0, 17, 17, "#8d8f8c") + oval(-3, -4, 9, 9, "#dfe0dc")
    shade = "M-6 0C-40 -110 -30 -190 -4 -250L56 -196L12 0L92 240L56 240L0 60L-56 240L-92 240Z"
    return Thing(at(0, 0, svg, 24), at(0, 0, f'<path d="{shade}"/>', 24), 360, 540, lies=True, look=(10, -60, 260))


def soil_bag(pen: Pen, colour: str = "#c98f5a", second: str = "#5b7f4f", kind: str = "leaf") -> Thing:
    """A paper bag, folded over at the top."""
    d = "M-130 -6L-136 -250L-126 -272H126L136 -250L130 -6C60 6 -60 6 -130 -6Z"
    svg = (
        path(d, colour)
        + path("M-126 -272H126L130 -236H-130Z", dark(colour, 0.14))
        + path(rect_path(-96, -196, 192, 128, 12), light(colour, 0.78))
    )
    svg += at(
        0, -84, leaf(pen, "heart", 84, second, veins=3) if kind == "leaf" else leaf(pen, "oval", 84, second, veins=3)
    ) + stroke("M-60 -80H60", mix(second, colour, 0.3), 5, 0.7)
    svg += path("M-100 -236L-84 -20L-130 -6L-136 -236Z", light(colour, 0.3), 'opacity=".4"') + stroke(
        "M96 -232L88 -16M-40 -236L-46 -206", dark(colour, 0.3), 3, 0.4
    )
    return Thing(svg + shading(pen, d, 0.8), d, 280, 280, look=(0, -130, 210))


def plant_stand(pen: Pen, colour: str = "#a9743f", glaze: str = "#e9e2d2") -> Thing:
    """A wooden stand with a plant upon it."""
    legs = ""
    for x, tone in ((-96, 0.0), (96, 0.18), (-62, 0.3), (62, 0.36)):
        y = 0 if abs(x) > 80 else -24
        legs += path(f"M{x - 10} {-300}L{x - 7} {y}H{x + 7}L{x + 10} -300Z", dark(colour, tone))
    ring = path("M-112 -196H112V-168H-112Z", pen.linear([(0, light(colour, 0.2), 1), (1, dark(colour, 0.2), 1)]))
    inner = pilea(pen, glaze=glaze, form="straight")
    return Thing(
        legs
        + at(0, -190, inner.svg)
        + ring
        + path("M-106 -300L-103 -120H-89L-86 -300Z", light(colour, 0.05))
        + path("M86 -300L89 -120H103L106 -300Z", dark(colour, 0.1)),
        f'<path d="{rect_path(-104, -300, 208, 300)}"/>' + at(0, -190, inner.shade),
        420,
        610,
        look=(-30, -330, 260),
    )


def mister(pen: Pen, colour: str = "#9fc0b4", second: str = "#b98d4f") -> Thing:
    """A glass mister with a brass pump."""
    body = [(0, 76), (4, 82), (80, 84), (128, 66), (152, 30), (160, 28)]
    svg = turned(pen, body, colour, gloss=0.55, strength=0.8) + at(
        0, -158, turned(pen, [(0, 30), (2, 32), (26, 32), (30, 26), (30, 14), (30, 14), (54, 14)], second, gloss=0.5)
    )
    svg += (
        path("M-14 -214H52L58 -232L40 -242H-14Z", pen.linear([(0, light(second, 0.3), 1), (1, dark(second, 0.2), 1)]))
        + stroke("M-12 -226C-52 -222 -62 -196 -66 -176", dark(second, 0.1), 10)
        + oval(60, -236, 7, 9, dark(second, 0.3))
    )
    return Thing(svg, turned_outline(body) + rect_path(-24, -240, 70, 90, 6), 180, 246, look=(-10, -130, 150))


def moss_globe(pen: Pen, colour: str = "#7fa45a", second: str = "#a9743f") -> Thing:
    """A little landscape under glass."""
    base = turned(pen, [(0, 132), (0, 132), (26, 132), (32, 126)], second, gloss=0.2) + oval(
        0, -32, 126, 21, light(second, 0.25)
    )
    hill = "M-108 -36C-80 -110 -40 -96 -10 -70C20 -130 80 -110 108 -36C60 -16 -60 -16 -108 -36Z"
    svg = base + path(hill, pen.linear([(0, light(colour, 0.3), 1), (1, dark(colour, 0.24), 1)], 0, 0, 1, 1))
    for _ in range(90):
        x = pen.chance(-96, 96)
        svg += oval(
            x,
            -40 - pen.chance(0, 46) * (1 - abs(x) / 110),
            pen.chance(3, 8),
            pen.chance(3, 7),
            mix(dark(colour, 0.2), light(colour, 0.35), pen.chance()),
        )
    svg += stroke("M30 -84L34 -150M34 -150L10 -180M34 -140L60 -170", "#6b5240", 6) + "".join(
        oval(x, y, 26, 19, mix(colour, "#4f7a45", k)) for x, y, k in ((10, -186, 0.2), (58, -176, 0.6), (34, -200, 0.4))
    )
    svg += path("M-60 -40L-40 -78L-16 -38Z", "#9a948a") + path("M-60 -40L-40 -78L-34 -40Z", "#c4beb2")
    dome = "M-118 -32V-170A118 118 0 0 1 118 -170V-32C70 -14 -70 -14 -118 -32Z"
    svg += (
        path(dome, "#eef7f4", 'opacity=".24"')
        + stroke(dome, "#a9c4be", 3, 0.8)
        + path("M-96 -60V-170A96 96 0 0 1 -50 -252C-78 -220 -78 -130 -78 -56Z", "#ffffff", 'opacity=".55"')
        + oval(0, -296, 14, 14, light(second, 0.2))
    )
    return Thing(svg, dome + rect_path(-132, -34, 264, 34, 6), 276, 312, look=(-10, -100, 200))


def box_planter(pen: Pen, colour: str = "#a9743f", second: str = "#6f9a5a") -> Thing:
    """A wooden trough with herbs."""
    herbs = ""
    for i in range(26):
        x = -196 + i * 15.6
        for k in range(3):
            tone = mix(dark(second, 0.2), light(second, 0.2), pen.chance())
            herbs += at(
                x + pen.chance(-10, 10),
                -120 - k * 34,
                leaf(pen, "oval", pen.chance(40, 58), tone, veins=1),
                pen.chance(-50, 50),
            )
    svg = at(8, -20, herbs) + box(pen, 440, 128, 90, colour, cover=stroke("M-260 -64H260", dark(colour, 0.4), 4, 0.5))
    return Thing(svg, box_outline(440, 128, 90) + oval_path(0, -190, 220, 60), 490, 270, look=(-60, -170, 220))


__all__ = ["MOTIFS"]
MOTIFS: dict[str, Callable[..., Thing]] = {
    "pothos": pothos, "monstera": monstera, "snake_plant": snake_plant, "money_tree": money_tree, "spider_plant": spider_plant,
    "fern": fern, "tree": tree, "pilea": pilea, "succulents": succulents, "cactus": cactus, "orchid": orchid, "vase": vase,
    "watering_can": watering_can, "secateurs": secateurs, "soil_bag": soil_bag, "plant_stand": plant_stand, "mister": mister,
    "moss_globe": moss_globe, "box_planter": box_planter,
}  # fmt: skip
