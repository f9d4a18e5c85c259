"""Rooms in which things are shown in use: tea room, window sill, kitchen, living room, desk, bath, larder, hall."""

from .colours import Palette, dark, light, mix
from .pen import Pen, at, leaf, n, oval, oval_path, path, poly, rect_path, stroke
from .stage import SIDE, Stage, dapple, sunlight, wall

TABLE = 690


def _counter(pen: Pen, tone: str, y: float = TABLE, w: float = SIDE, h: float = SIDE) -> str:
    """A table top with its front edge."""
    face = pen.linear([(0, light(tone, 0.42), 1), (1, light(tone, 0.02), 1)], 0, 0, 0.6, 1)
    front = pen.linear([(0, dark(tone, 0.14), 1), (1, dark(tone, 0.34), 1)], 0, 0, 0, 1)
    body = path(rect_path(0, y, w, h - y), face) + path(rect_path(0, y, w, 3), light(tone, 0.7))
    for i in range(6):
        z = y + 24 + i * i * 9
        body += stroke(
            f"M0 {n(z)}C{n(w * 0.3)} {n(z + 8)} {n(w * 0.6)} {n(z - 8)} {n(w)} {n(z + 4)}", dark(tone, 0.2), 2, 0.25
        )
    return body + path(rect_path(0, h - 62, w, 62), front) + path(rect_path(0, h - 64, w, 4), light(tone, 0.6))


def _window(pen: Pen, palette: Palette, x: float, y: float, w: float, h: float, view: str = "hills") -> str:
    """A window with a garden or hills behind it."""
    sky = pen.linear([(0, "#dcebee", 1), (0.6, "#f4efe0", 1), (1, "#f8e9cf", 1)], 0, 0, 0, 1)
    frame = rect_path(x, y, w, h, 4)
    inside = path(frame, sky)
    if view == "hills":
        inside += path(
            f"M{x} {y + h * 0.62}C{x + w * 0.2} {y + h * 0.4} {x + w * 0.35} {y + h * 0.46} {x + w * 0.5} {y + h * 0.56}S{x + w * 0.8} {y + h * 0.38} {x + w} {y + h * 0.5}V{y + h}H{x}Z",
            "#b9cbbd",
        )
        inside += path(
            f"M{x} {y + h * 0.78}C{x + w * 0.3} {y + h * 0.6} {x + w * 0.6} {y + h * 0.74} {x + w} {y + h * 0.66}V{y + h}H{x}Z",
            "#94b09a",
        )
    else:
        for _i in range(26):
            inside += oval(
                x + pen.chance(0, w),
                y + h * pen.chance(0.35, 1),
                pen.chance(26, 60),
                pen.chance(24, 54),
                mix("#8fb08a", "#d3dfb2", pen.chance()),
            )
        inside += stroke(
            f"M{x + w * 0.7} {y + h}C{x + w * 0.66} {y + h * 0.6} {x + w * 0.74} {y + h * 0.4} {x + w * 0.7} {y}",
            "#9a8468",
            12,
        )
    bars = stroke(f"M{x + w / 2} {y}V{y + h}M{x} {y + h * 0.42}H{x + w}", light(palette.wall, 0.65), 11)
    rim = stroke(frame, light(palette.wall, 0.8), 20) + stroke(frame, dark(palette.wall, 0.14), 3, 0.5)
    sill = path(rect_path(x - 28, y + h, w + 56, 22, 4), light(palette.wall, 0.7)) + path(
        rect_path(x - 28, y + h + 18, w + 56, 7), dark(palette.wall, 0.18), 'opacity=".5"'
    )
    gleam = path(poly([(x, y), (x + w * 0.5, y), (x + w * 0.2, y + h), (x, y + h)]), "#ffffff", 'opacity=".22"')
    return f'<g clip-path="{pen.clip(frame)}">{inside}{gleam}</g>' + bars + rim + sill


def _curtain(pen: Pen, tone: str, x: float, w: float, h: float) -> str:
    d = f"M{x} 0H{x + w}C{x + w - 20} {h * 0.4} {x + w + 26} {h * 0.7} {x + w - 6} {h}H{x}Z"
    body = path(d, tone)
    for k in range(5):
        z = x + w * (k + 0.5) / 5
        body += stroke(
            f"M{n(z)} 0C{n(z - 10)} {n(h * 0.4)} {n(z + 14)} {n(h * 0.7)} {n(z)} {n(h)}", dark(tone, 0.3), 12, 0.16
        ) + stroke(
            f"M{n(z + 15)} 0C{n(z + 5)} {n(h * 0.4)} {n(z + 29)} {n(h * 0.7)} {n(z + 15)} {n(h)}",
            light(tone, 0.6),
            8,
            0.4,
        )
    return body


def _frame(pen: Pen, x: float, y: float, w: float, h: float, wood: str, picture: str, ground: str) -> str:
    inner = rect_path(x + 16, y + 16, w - 32, h - 32)
    return (
        path(rect_path(x + 7, y + 9, w, h, 4), "#2a1510", 'opacity=".13"')
        + path(rect_path(x, y, w, h, 4), pen.linear([(0, light(wood, 0.2), 1), (1, dark(wood, 0.2), 1)], 0, 0, 1, 1))
        + f'<g clip-path="{pen.clip(inner)}">{path(inner, ground)}{at(x + w / 2, y + h * 0.78, picture)}</g>'
    )


def _sprig(pen: Pen, size: float, tone: str) -> str:
    return stroke(f"M0 0C6 {n(-size * 0.3)} -8 {n(-size * 0.6)} 0 {n(-size * 0.9)}", dark(tone, 0.1), 4) + "".join(
        at(
            0,
            -size * (0.12 + 0.13 * k),
            leaf(pen, "oval", size * (0.42 - 0.03 * k), mix(tone, light(tone, 0.4), k / 6), veins=1),
            (-1) ** k * 62,
        )
        for k in range(7)
    )


def _shelf(pen: Pen, palette: Palette, x: float, y: float, w: float, tone: str) -> str:
    """A board on the wall with cups and jars."""
    board = path(rect_path(x, y + 20, w, 14), "#2a1510", 'opacity=".1"') + path(
        rect_path(x, y, w, 20, 4), pen.linear([(0, light(tone, 0.3), 1), (1, dark(tone, 0.1), 1)])
    )
    items = ""
    colours = (
        palette.accent,
        light(palette.soft, 0.2),
        mix(palette.accent, palette.wall, 0.5),
        dark(palette.soft, 0.2),
        light(palette.accent, 0.5),
    )
    z = x + 26
    for k, (iw, ih) in enumerate(((56, 70), (44, 96), (70, 48), (38, 84), (58, 66), (46, 90), (64, 56))):
        if z + iw > x + w - 20:
            break
        c = colours[k % 5]
        shade = pen.linear([(0, light(c, 0.2), 1), (1, dark(c, 0.16), 1)])
        items += path(rect_path(z, y - ih, iw, ih, 8), shade) + (
            path(rect_path(z - 2, y - ih - 10, iw + 4, 12, 5), dark(tone, 0.05))
            if k % 2
            else oval(z + iw / 2, y - ih, iw / 2, 6, light(c, 0.5))
        )
        z += iw + 18
    return board + items


def _pendant(pen: Pen, x: float, y: float, tone: str) -> str:
    glow = oval(x, y + 50, 240, 190, pen.radial([(0, "#fff1c6", 0.7), (1, "#fff1c6", 0)]))
    return (
        glow
        + stroke(f"M{x} 0V{y - 60}", "#6b5a4a", 4)
        + path(
            f"M{x - 20} {y - 62}H{x + 20}C{x + 70} {y - 40} {x + 96} {y} {x + 100} {y + 26}H{x - 100}C{x - 96} {y} {x - 70} {y - 40} {x - 20} {y - 62}Z",
            pen.linear([(0, light(tone, 0.35), 1), (1, dark(tone, 0.12), 1)]),
        )
        + oval(x, y + 26, 100, 12, "#fff6dc")
    )


def tea_room(pen: Pen, palette: Palette, number: int) -> Stage:
    body = wall(pen, palette)
    if number % 2:
        moon = oval_path(640, 330, 250, 250)
        view = pen.linear([(0, "#e6efe6", 1), (1, "#f6ead2", 1)], 0, 0, 0, 1)
        inside = (
            path(moon, view)
            + path("M380 430C470 330 540 350 620 400S780 320 900 380V600H380Z", "#b4c8b4")
            + path("M380 500C500 430 640 470 900 440V620H380Z", "#93ae94")
        )
        inside += "".join(
            stroke(f"M{x} 600V60", tone, 16)
            + "".join(stroke(f"M{x - 8} {y}h16", dark(tone, 0.3), 3) for y in range(90, 580, 74))
            for x, tone in ((500, "#8fa878"), (560, "#a5ba8a"), (770, "#8aa373"))
        )
        inside += "".join(
            at(
                pen.chance(460, 840),
                pen.chance(120, 460),
                leaf(pen, "lance", 74, mix("#7f9c68", "#b8c98f", pen.chance()), veins=0),
                pen.chance(80, 280),
            )
            for _ in range(22)
        )
        body += (
            f'<g clip-path="{pen.clip(moon)}">{inside}</g>'
            + stroke(moon, "#8a5f3c", 20)
            + stroke(oval_path(640, 330, 240, 240), "#b58a5c", 4)
        )
    else:
        body += (
            "".join(stroke(f"M{x} 0V{TABLE}", dark(palette.wall, 0.12), 5) for x in (150, 850))
            + path(rect_path(560, 70, 190, 470), "#f8f1e0")
            + path(rect_path(540, 56, 230, 18, 8), "#8a5f3c")
            + path(rect_path(534, 534, 242, 20, 9), "#8a5f3c")
        )
        body += at(
            655,
            480,
            path("M-80 0C-40 -120 -10 -130 20 -70S60 -100 80 -120V0Z", "#9fb0a3")
            + path("M-80 20C-30 -40 20 -20 80 -50V40H-80Z", "#728b7c")
            + oval(40, -250, 30, 30, "#c9694f"),
        )
        body += _curtain(pen, light(palette.wall, 0.5), -20, 170, TABLE)
    return Stage(pen, body + _counter(pen, "#b98a5c"), sunlight(pen, 40, 0.4))


def sill(pen: Pen, palette: Palette, number: int) -> Stage:
    body = wall(pen, palette) + _window(pen, palette, 190, -30, 620, 640, "garden" if number % 2 else "hills")
    body += _curtain(pen, light(palette.soft, 0.5), -30, 190, TABLE) + _curtain(
        pen, light(palette.soft, 0.4), 850, 190, TABLE
    )
    return Stage(pen, body + _counter(pen, "#d8c4a0"), dapple(palette, 700, -40, 1.1))


def kitchen(pen: Pen, palette: Palette, number: int) -> Stage:
    tile = light(palette.wall, 0.55)
    tiles = (
        pen.pattern(96, 62, path(rect_path(3, 3, 90, 56, 5), tile) + stroke("M8 8h80", "#ffffff", 3, 0.6))
        if number % 2
        else pen.pattern(70, 70, path(rect_path(3, 3, 64, 64, 5), tile) + stroke("M8 8h54", "#ffffff", 3, 0.6))
    )
    body = (
        wall(pen, palette)
        + path(rect_path(0, 250, SIDE, TABLE - 250), mix(palette.floor, palette.wall, 0.6))
        + path(rect_path(0, 250, SIDE, TABLE - 250), tiles)
    )
    body += _shelf(pen, palette, 90, 190, 520, "#b07a48") + _pendant(pen, 800, 130, palette.accent)
    return Stage(pen, body + _counter(pen, "#c99a68"), sunlight(pen, 20, 0.35))


def living(pen: Pen, palette: Palette, number: int) -> Stage:
    sofa = mix(palette.accent, palette.wall, 0.55) if number % 2 else mix(palette.soft, "#8f9f9a", 0.4)
    body = (
        wall(pen, palette)
        + _frame(pen, 120, 90, 200, 260, "#b58a5c", _sprig(pen, 170, "#7d9a78"), "#f8f2e6")
        + _frame(pen, 350, 130, 150, 190, "#8a6a4a", oval(0, -50, 46, 46, palette.accent), "#f3eadb")
    )
    body += _window(pen, palette, 640, 30, 300, 400, "hills")
    back = path(
        rect_path(-40, 430, 1080, 330, 60),
        pen.linear([(0, light(sofa, 0.26), 1), (1, dark(sofa, 0.08), 1)], 0, 0, 0.3, 1),
    )
    seat = path(
        rect_path(-40, 690, 1080, 340, 46),
        pen.linear([(0, light(sofa, 0.34), 1), (1, dark(sofa, 0.12), 1)], 0, 0, 0, 1),
    )
    seams = stroke("M500 470V690M500 740V1000", dark(sofa, 0.3), 5, 0.4) + stroke(
        "M0 694H1000", light(sofa, 0.5), 5, 0.5
    )
    return Stage(pen, body + back + seat + seams, sunlight(pen, 420, 0.4))


def desk(pen: Pen, palette: Palette, number: int) -> Stage:
    body = wall(pen, palette)
    if number % 2:
        body += _window(pen, palette, 90, 40, 420, 500, "garden")
    else:
        body += _shelf(pen, palette, 100, 230, 420, "#9a6f45") + _frame(
            pen, 120, 280, 180, 230, "#8a6a4a", _sprig(pen, 150, "#7f958a"), "#f6f0e2"
        )
    lamp = (
        stroke("M830 690V470L700 330", "#4f5a5c", 13)
        + path(
            "M640 330L760 270L790 330L680 392Z",
            pen.linear([(0, light(palette.accent, 0.2), 1), (1, dark(palette.accent, 0.2), 1)]),
        )
        + oval(830, 690, 84, 15, "#4f5a5c")
    )
    glow = path("M660 380L780 320L900 690H420Z", pen.linear([(0, "#fff2c8", 0.55), (1, "#fff2c8", 0)], 0, 0, 0, 1))
    return Stage(pen, body + _counter(pen, "#b98d62") + glow + lamp, dapple(palette, -40, -60, 1.1))


def bath(pen: Pen, palette: Palette, number: int) -> Stage:
    body = wall(pen, palette)
    mirror = oval_path(620, 300, 230, 230) if number % 2 else rect_path(420, 60, 380, 480, 190)
    glass = pen.linear([(0, "#eef3f2", 1), (0.5, "#dfe8e7", 1), (1, "#cfdcdb", 1)], 0, 0, 1, 1)
    body += (
        path(mirror, glass)
        + f'<g clip-path="{pen.clip(mirror)}">'
        + path(poly([(430, 40), (560, 40), (420, 560), (300, 560)]), "#ffffff", 'opacity=".5"')
        + _curtain(pen, light(palette.soft, 0.3), 720, 160, 600)
        + "</g>"
        + stroke(mirror, "#c9a878", 14)
    )
    body += (
        _shelf(pen, palette, 70, 430, 240, "#b58a5c")
        + path(rect_path(0, 560, SIDE, 130), light(palette.wall, 0.35))
        + "".join(stroke(f"M{x} 560V690", dark(palette.wall, 0.1), 3) for x in range(60, 1000, 94))
        + stroke("M0 560H1000", dark(palette.wall, 0.12), 5)
    )
    return Stage(pen, body + _counter(pen, light(palette.floor, 0.2)), sunlight(pen, 60, 0.4))


def larder(pen: Pen, palette: Palette, number: int) -> Stage:
    body = (
        wall(pen, palette)
        + _shelf(pen, palette, 60, 250, 560 if number % 2 else 400, "#a8703f")
        + _window(pen, palette, 690, 60, 260, 380, "garden")
        + _pendant(pen, 330 if number % 2 else 560, 330, palette.accent)
    )
    cloth = light(palette.soft, 0.4)
    checks = pen.pattern(
        64,
        40,
        path(rect_path(0, 0, 32, 40), palette.accent, 'opacity=".13"')
        + path(rect_path(0, 0, 64, 20), palette.accent, 'opacity=".13"'),
    )
    top = poly([(-20, TABLE), (1020, TABLE), (1060, 1000), (-60, 1000)])
    return Stage(
        pen,
        body
        + _counter(pen, "#c9975a")
        + path(poly([(180, TABLE + 6), (820, TABLE + 6), (940, 940), (60, 940)]), cloth)
        + f'<g clip-path="{pen.clip(top)}">{path(poly([(180, TABLE + 6), (820, TABLE + 6), (940, 940), (60, 940)]), checks)}</g>',
        sunlight(pen, 60, 0.35),
    )


def hall(pen: Pen, palette: Palette, number: int) -> Stage:
    tone = "#b58a5c"
    body = (
        wall(pen, palette)
        + path(rect_path(0, 420, SIDE, 280), mix(palette.soft, palette.wall, 0.4))
        + stroke("M0 420H1000", light(palette.wall, 0.7), 12)
    )
    if number % 2:
        body += (
            _frame(pen, 130, 80, 220, 280, tone, _sprig(pen, 190, "#7f9a86"), "#f8f2e6")
            + oval(720, 220, 140, 140, "#f3ead8")
            + stroke(oval_path(720, 220, 140, 140), tone, 18)
            + stroke("M720 220V140M720 220L776 250", "#6b5a4a", 8)
        )
    else:
        body += (
            path(rect_path(110, 180, 620, 34, 8), tone)
            + "".join(stroke(f"M{x} 206v40c0 16 22 16 22 0", "#8a6a44", 9) for x in (180, 330, 480, 630))
            + path("M150 246C140 380 130 470 140 560H300C310 470 290 380 262 246Z", light(palette.accent, 0.45))
            + _window(pen, palette, 800, 40, 200, 340, "hills")
        )
    return Stage(pen, body + _counter(pen, tone), dapple(palette, -30, -60, 1.2))


def open_floor(pen: Pen, palette: Palette, number: int) -> Stage:
    """A room for large things that stand on the ground."""
    body = (
        wall(pen, palette)
        + _window(pen, palette, 90, 60, 330, 470, "hills" if number % 2 else "garden")
        + _frame(pen, 690, 120, 190, 240, "#b58a5c", _sprig(pen, 160, "#7f9a86"), "#f8f2e6")
    )
    body += path(rect_path(0, 700, SIDE, 30), light(palette.wall, 0.7)) + stroke(
        "M0 700H1000", dark(palette.wall, 0.14), 3
    )
    boards = path(
        rect_path(0, 730, SIDE, 270),
        pen.linear([(0, light(palette.floor, 0.3), 1), (1, dark(palette.floor, 0.06), 1)], 0, 0, 0.4, 1),
    ) + "".join(
        stroke(f"M{500 + (k - 6) * 90} 730L{500 + (k - 6) * 190} 1000", dark(palette.floor, 0.24), 3, 0.4)
        for k in range(13)
    )
    carpet = oval(500, 890, 400, 82, light(palette.soft, 0.25)) + stroke(
        oval_path(500, 890, 376, 74), dark(palette.soft, 0.2), 5, 0.6
    )
    return Stage(pen, body + boards + carpet, sunlight(pen, 440, 0.45))


def bare_wall(pen: Pen, palette: Palette) -> Stage:
    """A wall for what hangs, above a low table."""
    body = wall(pen, palette) + stroke("M0 60H1000", dark(palette.wall, 0.1), 4)
    return Stage(pen, body + _counter(pen, "#b98d62", 770), sunlight(pen, 60, 0.5) + dapple(palette, 700, -60, 1.1))


def flat_lay(pen: Pen, palette: Palette, number: int) -> Stage:
    """A table from above, with cup, leaves and cloth at the edges of the picture."""
    base = mix("#c99a68" if number % 2 else palette.floor, palette.wall, 0.3)
    body = path(
        rect_path(0, 0, SIDE, SIDE), pen.radial([(0, light(base, 0.45), 1), (1, dark(base, 0.06), 1)], 0.2, 0.15, 1.1)
    )
    body += "".join(
        stroke(f"M0 {y}C300 {y + 10} 700 {y - 12} 1000 {y + 6}", dark(base, 0.22), 3, 0.35)
        for y in range(120, 1000, 168)
    )
    cloth = poly([(-40, 640), (330, 1040), (-40, 1040)]) if number % 2 else poly([(690, -40), (1040, -40), (1040, 330)])
    weave = pen.pattern(
        30,
        30,
        path(rect_path(0, 0, 15, 30), palette.accent, 'opacity=".12"')
        + path(rect_path(0, 0, 30, 15), palette.accent, 'opacity=".12"'),
    )
    body += path(cloth, light(palette.soft, 0.4)) + path(cloth, weave)
    x, y = (120, 140) if number % 2 else (130, 860)
    cup = (
        oval(x + 14, y + 20, 128, 128, "#2a1510", 'opacity=".16"')
        + oval(x, y, 126, 126, "#f3ecdd")
        + oval(x, y, 104, 104, "#e6dbc6")
        + oval(x, y, 78, 78, "#fbf6ea")
        + oval(x, y, 66, 66, pen.radial([(0, "#c98a4a", 1), (1, "#9a5f2c", 1)], 0.4, 0.35, 0.8))
        + oval(x - 18, y - 20, 22, 13, "#e8bd86", 'opacity=".7"')
    )
    body += (
        cup
        + at(930, 720, _sprig(pen, 330, "#7f9f74"), -52)
        + at(60, 560 if number % 2 else 380, _sprig(pen, 240, "#8fae86"), 74)
    )
    return Stage(pen, body, dapple(palette, 560, -120, 1.3))


ROOMS = {
    "tea": tea_room, "plants": sill, "kitchen": kitchen, "textile": living, "paper": desk, "scent": bath, "snack": larder, "storage": hall,
}  # fmt: skip
#: What stands beside things in each room: motif, its look, its height in centimetres.
COMPANIONS: dict[str, tuple[tuple[str, dict[str, object], float], ...]] = {
    "tea": (("cup_set", {"colour": "#e9e2d2", "count": 2}, 6), ("vase", {"colour": "#8fa39a", "form": "bud", "branch": "plum"}, 30), ("tea_caddy", {"colour": "#8a5a3c"}, 12), ("teapot", {"colour": "#6f8a78"}, 10)),
    "plants": (("watering_can", {"colour": "#d9c7a8"}, 24), ("pilea", {}, 24), ("cactus", {}, 20), ("mister", {}, 18)),
    "kitchen": (("bowl", {"colour": "#e3dac6", "form": "salad", "food": "fruit"}, 16), ("bottle", {}, 26), ("mill", {}, 22), ("mug", {"colour": "#7f9a86"}, 10)),
    "textile": (("cushion", {"colour": "#c9a98f", "pattern": "cross"}, 44), ("cushion", {"colour": "#8fa0a0"}, 42), ("folded", {"colour": "#d9cbb4", "pattern": "herring"}, 26), ("cushion", {"colour": "#b58a7a", "form": "round"}, 38)),
    "paper": (("brush_pot", {}, 24), ("calendar", {}, 19), ("mug", {"colour": "#e3dac6"}, 10), ("desk_tray", {}, 16)),
    "scent": (("towels", {}, 28), ("diffuser", {}, 26), ("pilea", {"glaze": "#e8ddd2"}, 22), ("soap", {}, 14)),
    "snack": (("teapot", {"colour": "#d9c7a0"}, 15), ("jar", {"colour": "#e0a23a", "food": "honey", "form": "cloth"}, 13), ("bowl", {"colour": "#e9e2d4", "food": "fruit", "form": "salad"}, 16), ("glassware", {}, 11)),
    "storage": (("pothos", {}, 30), ("clock", {}, 19), ("basket", {"form": "low", "content": "yarn"}, 18), ("canister", {}, 16)),
}  # fmt: skip
FLOOR_COMPANIONS: tuple[tuple[str, dict[str, str], float], ...] = (
    ("basket", {}, 32.0),
    ("plant_stand", {}, 78.0),
    ("lamp", {}, 60.0),
)
