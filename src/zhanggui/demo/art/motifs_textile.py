"""Cushions, throws, linen and what lies on the floor."""

from collections.abc import Callable

from .colours import dark, light, mix
from .pen import Pen, Thing, at, cover, leaf, n, oval, oval_path, path, rect_path, shading, smooth, stroke


def cushion(pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "square") -> Thing:
    """A plump cushion, standing."""
    ink = second or light(colour, 0.4)
    if form == "round":
        d = oval_path(0, -170, 176, 168)
        rays = "".join(
            stroke(
                f"M0 -170Q{n(60 * c)} {n(-170 + 60 * s)} {n(172 * c)} {n(-170 + 164 * s)}", dark(colour, 0.3), 3, 0.4
            )
            for c, s in _ring(16)
        )
        svg = (
            path(d, colour)
            + rays
            + shading(pen, d, 1.1)
            + oval(0, -170, 16, 15, dark(colour, 0.2))
            + oval(-3, -173, 8, 7, light(colour, 0.4))
        )
        return Thing(svg, d, 356, 340, look=(-50, -220, 190))
    w, h = (250, 160) if form == "lumbar" else (190, 186)
    d = f"M{-w} {-2 * h}C{-w * 0.5} {-2 * h + 26} {w * 0.5} {-2 * h + 26} {w} {-2 * h}C{w - 22} {-h * 1.5} {w - 22} {-h * 0.5} {w} 0C{w * 0.5} -20 {-w * 0.5} -20 {-w} 0C{-w + 22} {-h * 0.5} {-w + 22} {-h * 1.5} {-w} {-2 * h}Z"
    svg = path(d, colour)
    if pattern:
        svg += f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, ink, 62, 520)}</g>'
    dome = pen.radial([(0, "#fffaf0", 0.34), (0.5, "#fffaf0", 0), (1, "#2a1510", 0.34)], 0.36, 0.32, 0.82)
    svg += path(d, dome) + stroke(d, dark(colour, 0.2), 6, 0.7) + stroke(d, light(ink, 0.2), 2.4, 0.6)
    for x, y, dx, dy in ((-w, -2 * h, 74, 66), (w, -2 * h, -74, 66), (w, 0, -74, -66), (-w, 0, 74, -66)):
        svg += stroke(
            f"M{n(x + dx * 0.3)} {n(y + dy * 0.3)}q{n(dx * 0.3)} {n(dy * 0.5)} {n(dx * 0.5)} {n(dy * 0.6)}",
            dark(colour, 0.4),
            5,
            0.3,
        )
    if form == "tassel":
        for x, y in ((-w, -2 * h), (w, -2 * h), (w, 0), (-w, 0)):
            svg += at(
                x,
                y,
                "".join(stroke(f"M0 0L{n(k * 7)} 34", ink, 4) for k in range(-3, 4)),
                45 if x * (y + h) < 0 else -45,
            )
    return Thing(svg, d, 2 * w + 14, 2 * h + 10, look=(-w * 0.4, -h * 1.3, w * 1.1))


def _ring(count: int) -> list[tuple[float, float]]:
    from math import cos, pi, sin

    return [(cos(2 * pi * k / count), sin(2 * pi * k / count)) for k in range(count)]


def folded(pen: Pen, colour: str, second: str = "", pattern: str = "", form: str = "throw", count: int = 3) -> Thing:
    """A stack of folded cloth: throws with fringe, towels, sheets."""
    tones = [colour, second or light(colour, 0.3), mix(colour, second or "#f3ede2", 0.5), light(second or colour, 0.5)]
    svg, y, height = "", 0.0, 0.0
    w = 420
    for i in range(count):
        tone, h = tones[i % 4], 74 if form != "sheet" else 52
        wide = w - 14 * i
        d = f"M{-wide / 2} {y}C{-wide / 2 - 22} {y - 6} {-wide / 2 - 22} {y - h + 6} {-wide / 2} {y - h}L{wide / 2 - 8} {y - h - 3}C{wide / 2 + 16} {y - h + 8} {wide / 2 + 16} {y - 10} {wide / 2 - 4} {y}Z"
        svg += path(d, tone)
        if pattern:
            svg += f'<g clip-path="{pen.clip(d)}">{at(0, y, cover(pen, pattern, light(tone, 0.45) if i % 2 else dark(tone, 0.12), 34, 300))}</g>'
        svg += path(d, pen.linear([(0, "#fffaf0", 0.3), (0.45, "#fffaf0", 0), (1, "#2a1510", 0.26)], 0, 0, 0.25, 1))
        svg += stroke(
            f"M{-wide / 2 + 4} {y - h * 0.5}C{-wide / 6} {y - h * 0.46} {wide / 6} {y - h * 0.56} {wide / 2 - 2} {y - h * 0.5}",
            dark(tone, 0.4),
            4,
            0.4,
        ) + stroke(
            f"M{-wide / 2 + 4} {y - h * 0.5 + 5}C{-wide / 6} {y - h * 0.46 + 5} {wide / 6} {y - h * 0.56 + 5} {wide / 2 - 2} {y - h * 0.5 + 5}",
            light(tone, 0.5),
            2.5,
            0.5,
        )
        if form == "throw":
            svg += "".join(
                stroke(
                    f"M{n(wide / 2 - 6 - k * 3)} {n(y - h * 0.86 + k * 9)}q16 6 {26 + (k % 3) * 7} {14 + (k % 2) * 8}",
                    light(tone, 0.24),
                    4,
                )
                for k in range(7)
            )
        y -= h + 2
        height = -y
    lid = f"M{-w / 2 + 7 * count} {y + 2}C-100 {y - 34} 120 {y - 38} {w / 2 - 9 * count} {y}C100 {y + 10} -100 {y + 10} {-w / 2 + 7 * count} {y + 2}Z"
    tone = tones[(count - 1) % 4]
    svg += path(lid, light(tone, 0.3))
    if form == "sheet":
        svg += path(
            f"M-40 {y - 22}L-30 0H14L6 {y - 24}Z", mix(second or "#c9a27a", "#8a5a34", 0.3), 'opacity=".85"'
        ) + oval(-16, y * 0.5, 26, 20, "#f6efe0")
    return Thing(svg, rect_path(-w / 2, y, w, -y, 20), 480, height + 36, look=(-60, -height * 0.55, 240))


def bedding(pen: Pen, colour: str, second: str = "#f3eee4", pattern: str = "") -> Thing:
    """A made bed from its foot, the cover turned down."""
    frame = path(rect_path(-300, -330, 600, 200, 40), pen.linear([(0, "#c79a68", 1), (1, "#8d6239", 1)], 0, 0, 1, 1))
    svg = frame
    for x, tone in ((-150, second), (140, second)):
        d = f"M{x - 120} -196C{x - 132} -300 {x - 100} -312 {x} -308S{x + 126} -300 {x + 116} -196Z"
        svg += path(d, tone) + path(d, pen.radial([(0, "#ffffff", 0.5), (1, "#2a1510", 0.2)], 0.4, 0.3, 0.8))
    for x in (-20,):
        d = f"M{x - 90} -190C{x - 98} -270 {x - 80} -276 {x} -272S{x + 100} -268 {x + 94} -190Z"
        svg += path(d, colour) + path(d, pen.radial([(0, "#ffffff", 0.3), (1, "#2a1510", 0.26)], 0.4, 0.3, 0.8))
    quilt = "M-306 -20C-330 -120 -310 -190 -280 -206C-100 -226 100 -226 280 -206C310 -190 330 -120 306 -20C200 6 -200 6 -306 -20Z"
    svg += path(quilt, colour)
    if pattern:
        svg += f'<g clip-path="{pen.clip(quilt)}">{cover(pen, pattern, second, 58, 600)}</g>'
    svg += path(quilt, pen.linear([(0, "#fffaf0", 0.3), (0.5, "#fffaf0", 0), (1, "#2a1510", 0.3)], 0, 0, 0.7, 1))
    svg += path(
        "M-284 -204C-100 -226 100 -226 284 -204C290 -180 294 -170 298 -150C100 -176 -100 -176 -298 -150C-294 -170 -290 -180 -284 -204Z",
        light(second, 0.2),
    ) + "".join(
        stroke(f"M{x} -150C{x - 10} -100 {x + 14} -60 {x - 4} -12", dark(colour, 0.4), 5, 0.24)
        for x in (-190, -70, 60, 190)
    )
    svg += path(rect_path(-290, -14, 30, 30, 6), "#7a5330") + path(rect_path(260, -14, 30, 30, 6), "#6b4729")
    return Thing(svg, rect_path(-310, -210, 620, 210, 40), 660, 340, look=(-110, -150, 300))


def rug(pen: Pen, colour: str, second: str = "", pattern: str = "stripe", form: str = "flat") -> Thing:
    """A rug seen from above, with fringe; or a round one."""
    ink = second or light(colour, 0.5)
    if form == "round":
        d = oval_path(0, 0, 300, 300)
        rings = "".join(stroke(oval_path(0, 0, r, r), mix(colour, ink, (r % 60) / 60), 20) for r in range(20, 300, 24))
        return Thing(
            path(d, colour) + rings + path(d, pen.radial([(0, "#fffaf0", 0.2), (1, "#2a1510", 0.16)], 0.3, 0.25, 0.9)),
            d,
            620,
            620,
            lies=True,
            look=(-80, -80, 260),
        )
    w, h = 380, 560
    d = rect_path(-w / 2, -h / 2, w, h, 6)
    fringe = "".join(
        stroke(f"M{n(-w / 2 + 8 + k * 13)} {n(side * h / 2)}l{n((k % 3) * 3 - 3)} {n(side * 34)}", light(ink, 0.3), 4)
        for side in (-1, 1)
        for k in range(29)
    )
    svg = (
        fringe
        + path(d, colour)
        + f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, ink, 70, 600)}</g>'
        + stroke(rect_path(-w / 2 + 22, -h / 2 + 22, w - 44, h - 44), ink, 7, 0.9)
        + path(d, pen.linear([(0, "#fffaf0", 0.24), (1, "#2a1510", 0.14)], 0, 0, 1, 1))
    )
    return Thing(at(0, 0, svg, 26), at(0, 0, f'<path d="{d}"/>', 26), 640, 680, lies=True, look=(-40, -60, 280))


def curtain(pen: Pen, colour: str, second: str = "#a9743f", pattern: str = "") -> Thing:
    """A pair of curtains on a rod, light between them."""
    svg = path(
        rect_path(-150, -470, 300, 430), pen.linear([(0, "#fffdf4", 0.95), (1, "#f6ecd2", 0.8)], 0, 0, 0, 1)
    ) + stroke("M0 -470V-40M-150 -260H150", "#d9cbb2", 8)
    for side in (-1, 1):
        folds = ""
        edge = [(60 * side, -486), (52 * side, -300), (84 * side, -180), (66 * side, -10)]
        d = smooth(edge) + f"L{268 * side} -6L{250 * side} -486Z"
        svg += path(d, colour)
        if pattern:
            svg += f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, light(colour, 0.4), 60, 560)}</g>'
        for k in range(6):
            x = (86 + 30 * k) * side
            folds += stroke(
                f"M{x} -484C{x - 8 * side} -320 {x + 12 * side} -180 {x + 4 * side} -10", dark(colour, 0.36), 9, 0.28
            ) + stroke(f"M{x + 11} -484C{x + 4} -320 {x + 22} -180 {x + 14} -10", light(colour, 0.5), 6, 0.4)
        svg += folds
    rod = (
        stroke("M-290 -492H290", dark(second, 0.1), 15)
        + stroke("M-290 -496H290", light(second, 0.3), 5)
        + oval(-296, -492, 17, 17, second)
        + oval(296, -492, 17, 17, dark(second, 0.2))
    )
    rings = "".join(
        stroke(oval_path(s * (70 + 36 * k), -486, 9, 13), dark(second, 0.3), 4) for s in (-1, 1) for k in range(6)
    )
    return Thing(
        svg + rod + rings,
        rect_path(-260, -486, 190, 480) + rect_path(70, -486, 190, 480),
        620,
        512,
        hangs=True,
        look=(-150, -260, 280),
    )


def runner(pen: Pen, colour: str, second: str = "", pattern: str = "stripe", form: str = "runner") -> Thing:
    """A table runner or napkins, lying."""
    ink = second or dark(colour, 0.3)
    if form == "napkins":
        svg = shade = ""
        for i, tone in enumerate((colour, second or light(colour, 0.4), mix(colour, "#f3ede2", 0.5))):
            d = rect_path(-170, -170, 340, 340, 8)
            fold = (
                path(d, tone)
                + f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, light(tone, 0.35), 46, 300)}</g>'
                + path("M-170 -170L170 170V-170Z", "#2a1510", 'opacity=".08"')
                + stroke(rect_path(-158, -158, 316, 316), light(tone, 0.5), 3, 0.7, 'stroke-dasharray="8 6"')
            )
            svg += at(
                -70 + 70 * i,
                -60 + 60 * i,
                f'<path d="{d}" fill="#2a1510" opacity=".16" transform="translate(10 14)"/>' + fold,
                -16 + 22 * i,
            )
            shade += at(-70 + 70 * i, -60 + 60 * i, f'<path d="{d}"/>', -16 + 22 * i)
        return Thing(svg, shade, 620, 600, lies=True, look=(-60, -60, 280))
    w, h = 250, 640
    d = rect_path(-w / 2, -h / 2, w, h, 4)
    svg = (
        path(d, colour)
        + f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, ink, 54, 600)}</g>'
        + path(d, pen.linear([(0, "#fffaf0", 0.3), (1, "#2a1510", 0.16)], 0, 0, 1, 1))
    )
    svg += "".join(
        at(s * w / 2 * 0.9, e * h / 2, "".join(stroke(f"M0 0L{k * 5} {e * 34}", ink, 4) for k in range(-2, 3)))
        for s in (-1, 0, 1)
        for e in (-1, 1)
    )
    return Thing(at(0, 0, svg, 34), at(0, 0, f'<path d="{d}"/>', 34), 560, 620, lies=True, look=(-30, -60, 260))


def slippers(pen: Pen, colour: str, second: str = "#e9dcc4", pattern: str = "") -> Thing:
    """A pair of house slippers from above."""

    def one(flip: bool) -> tuple[str, str]:
        sole = "M-84 -200C-90 -270 70 -280 84 -190C92 -100 60 -40 66 60C72 190 50 230 -6 230S-78 180 -72 60C-66 -30 -80 -100 -84 -200Z"
        upper = (
            "M-88 -190C-90 -280 76 -286 88 -184C94 -110 76 -60 74 -20C30 -54 -30 -54 -72 -14C-70 -70 -86 -110 -88 -190Z"
        )
        body = path(sole, pen.linear([(0, light(second, 0.4), 1), (1, dark(second, 0.14), 1)], 0, 0, 1, 1)) + stroke(
            sole, dark(colour, 0.1), 9
        )
        body += (
            path(upper, colour)
            + (
                f'<g clip-path="{pen.clip(upper)}">{cover(pen, pattern, light(colour, 0.4), 44, 320)}</g>'
                if pattern
                else ""
            )
            + path(upper, pen.linear([(0, "#fffaf0", 0.3), (1, "#2a1510", 0.26)], 0, 0, 1, 1))
            + stroke("M-70 -18C-28 -54 30 -56 72 -24", light(colour, 0.5), 7, 0.8)
        )
        turn = 1 if flip else -1
        return at(130 * turn, 0, body, 7 * turn, 1, flip), at(130 * turn, 0, f'<path d="{sole}"/>', 7 * turn, 1, flip)

    parts = [one(False), one(True)]
    return Thing(
        "".join(p[0] for p in parts), "".join(p[1] for p in parts), 520, 560, lies=True, look=(-130, -120, 230)
    )


def tote(pen: Pen, colour: str, second: str = "#5b7f4f", pattern: str = "leaf") -> Thing:
    """A cloth bag with a printed motif."""
    d = "M-150 -6L-162 -300C-60 -290 60 -290 162 -300L150 -6C60 8 -60 8 -150 -6Z"
    straps = stroke("M-86 -290C-80 -420 80 -420 86 -290", dark(colour, 0.18), 20) + stroke(
        "M-86 -290C-80 -414 80 -414 86 -290", light(colour, 0.2), 11
    )
    print_ = (
        at(0, -70, leaf(pen, "heart", 150, second))
        if pattern == "leaf"
        else oval(0, -150, 76, 76, second) + stroke("M-96 -120C-40 -150 40 -90 96 -124", light(colour, 0.2), 9)
    )
    svg = (
        straps
        + path(d, colour)
        + print_
        + stroke("M-158 -282C-60 -272 60 -272 158 -282", dark(colour, 0.25), 3, 0.6, 'stroke-dasharray="9 7"')
        + shading(pen, d, 0.8)
        + stroke("M-110 -270C-100 -180 -120 -90 -104 -14M96 -260C104 -180 92 -100 104 -20", dark(colour, 0.4), 5, 0.2)
    )
    return Thing(svg, d, 340, 400, look=(0, -140, 230))


def lamp(pen: Pen, colour: str = "#efe2c6", second: str = "#a9743f", form: str = "table") -> Thing:
    """A lamp with a paper shade that is on."""
    from .pen import turned, turned_outline

    glow = oval(0, -250, 300, 260, pen.radial([(0, "#fff2c4", 0.75), (1, "#fff2c4", 0)]))
    base = [(0, 76), (4, 78), (16, 74), (22, 24), (60, 34), (110, 54), (150, 26), (160, 16), (190, 14)]
    shade = "M-92 -330H92L150 -180C60 -160 -60 -160 -150 -180Z"
    svg = (
        glow
        + turned(pen, base, second, gloss=0.35)
        + path(shade, pen.linear([(0, "#fff8e2", 1), (0.5, colour, 1), (1, dark(colour, 0.14), 1)], 0, 0, 1, 0.3))
        + "".join(
            stroke(f"M{n(-80 + 32 * k)} -328L{n(-130 + 52 * k)} -172", dark(colour, 0.2), 2.5, 0.5) for k in range(6)
        )
        + oval(0, -330, 92, 12, "#fffbe9")
    )
    return Thing(svg, turned_outline(base) + shade, 330, 345, look=(-20, -240, 220))


MOTIFS: dict[str, Callable[..., Thing]] = {
    "cushion": cushion, "folded": folded, "bedding": bedding, "rug": rug, "curtain": curtain, "runner": runner,
    "slippers": slippers, "tote": tote, "lamp": lamp,
}  # fmt: skip
