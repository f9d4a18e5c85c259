"""Paper, ink and the desk."""

from collections.abc import Callable

from .colours import dark, light, mix
from .motifs_tea import bamboo_brush, decorated, plum_branch
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
    poly,
    rect_path,
    shading,
    smooth,
    stroke,
    together,
    turned,
    turned_outline,
    wood,
)


def notebook(
    pen: Pen, colour: str, second: str = "#e8d5b0", pattern: str = "", form: str = "elastic", print_: str = ""
) -> Thing:
    """A notebook, lying: with an elastic band, sewn, or wire-bound."""
    w, h = 400, 560
    pages = path(rect_path(-w / 2 + 12, -h / 2 + 10, w, h, 10), "#f4ecdc") + stroke(
        f"M{-w / 2 + 20} {h / 2 + 4}H{w / 2 + 8}M{w / 2 + 6} {-h / 2 + 20}V{h / 2}", "#d8ccb6", 3
    )
    d = rect_path(-w / 2, -h / 2, w, h, 18)
    svg = pages + path(d, colour)
    if pattern:
        svg += f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, light(colour, 0.3), 60, 600)}</g>'
    svg += path(rect_path(-w / 2, -h / 2, 46, h, 14), dark(colour, 0.2), 'opacity=".55"')
    if print_ == "plum":
        svg += at(36, 150, plum_branch(300, second))
    elif print_ == "bamboo":
        svg += at(26, 150, bamboo_brush(300, second))
    elif print_ == "leaf":
        svg += at(20, 110, leaf(pen, "oval", 250, second))
    else:
        svg += path(rect_path(-70, -160, 200, 90, 8), second) + stroke(
            "M-44 -128H104M-44 -104H64", mix(second, colour, 0.6), 5, 0.8
        )
    if form == "elastic":
        svg += path(rect_path(w / 2 - 62, -h / 2 - 4, 16, h + 8, 4), dark(colour, 0.42))
        svg += path(
            poly([(-40, h / 2), (-40, h / 2 + 50), (-28, h / 2 + 38), (-16, h / 2 + 50), (-16, h / 2)]), "#c9573a"
        )
    elif form == "wire":
        svg += "".join(
            oval(-w / 2 + 4, -h / 2 + 34 + 35 * k, 8, 8, "#efe6d4")
            + stroke(
                f"M{-w / 2 - 16} {-h / 2 + 38 + 35 * k}Q{-w / 2 - 4} {-h / 2 + 18 + 35 * k} {-w / 2 + 8} {-h / 2 + 32 + 35 * k}",
                "#8d8f8c",
                6,
            )
            for k in range(15)
        )
    else:
        svg += "".join(
            stroke(
                f"M{-w / 2 + 3} {-h / 2 + 60 + 110 * k}H{-w / 2 + 44}M{-w / 2 + 44} {-h / 2 + 40 + 110 * k}V{-h / 2 + 80 + 110 * k}",
                second,
                4.5,
            )
            for k in range(5)
        )
    svg += path(d, pen.linear([(0, "#fffaf0", 0.26), (0.6, "#fffaf0", 0), (1, "#2a1510", 0.16)], 0, 0, 1, 1))
    return Thing(at(0, 0, svg, 12), at(0, 0, f'<path d="{d}"/>', 12), 520, 660, lies=True, look=(10, -90, 300))


def brush(pen: Pen, colour: str = "#8a5a34", second: str = "#2f2a28", form: str = "brush", count: int = 3) -> Thing:
    """Writing brushes, lying."""
    svg = shade = ""
    tones = (colour, mix(colour, "#2a211c", 0.5), light(colour, 0.35), mix(colour, "#a33a2c", 0.5))
    for i in range(count):
        x, s = (i - (count - 1) / 2) * 104, 1 - 0.1 * i
        tone = tones[i % 4]
        handle = rect_path(x - 12 * s, -290, 24 * s, 400, 10)
        tip = smooth(
            [
                (x - 14 * s, 118),
                (x - 30 * s, 180),
                (x - 18 * s, 240),
                (x, 300 - 20 * i),
                (x + 18 * s, 240),
                (x + 30 * s, 180),
                (x + 14 * s, 118),
            ]
        )
        svg += (
            path(handle, pen.linear([(0, light(tone, 0.4), 1), (0.5, tone, 1), (1, dark(tone, 0.34), 1)]))
            + path(rect_path(x - 15 * s, 86, 30 * s, 36, 5), "#d9c08a")
            + path(rect_path(x - 13 * s, -290, 26 * s, 26, 8), "#efe6d2")
        )
        svg += path(
            tip + "Z", pen.linear([(0, "#e6d6b8", 1), (0.5, "#b59468", 1), (1, dark(second, 0.1), 1)], 0, 0, 0, 1)
        ) + stroke(
            f"M{n(x - 8 * s)} 130Q{n(x - 14 * s)} 200 {n(x - 3)} 270M{n(x + 5 * s)} 130Q{n(x + 10 * s)} 200 {n(x + 2)} 262",
            "#fff6e0",
            2.4,
            0.4,
        )
        svg += stroke(f"M{n(x)} -306q14 -26 0 -36q-14 10 0 36", "#b5402c", 4)
        shade += f'<path d="{handle}"/><path d="{tip}Z"/>'
    return Thing(at(0, 0, svg, 32), at(0, 0, shade, 32), 600, 640, lies=True, look=(-50, 100, 280))


def brush_pot(
    pen: Pen, colour: str = "#7a8f86", second: str = "", pattern: str = "bamboo", form: str = "brushes"
) -> Thing:
    """A pot on the desk with brushes or pens in it."""
    profile = [(0, 84), (0, 84), (6, 88), (170, 88), (176, 90), (176, 90)]
    things = ""
    for i, (x, turn, length) in enumerate(((-46, -13, 230), (-14, -4, 262), (22, 6, 240), (50, 15, 210))):
        tone = ("#8a5a34", "#3a332e", "#b58a55", "#a8553f")[i]
        if form == "brushes":
            tip = (
                path(
                    "M-13 -8C-24 -44 -14 -74 0 -100C14 -74 24 -44 13 -8Z",
                    pen.linear([(0, "#e9dcc0", 1), (1, "#8a6a46", 1)], 0, 1, 0, 0),
                )
                if i % 2
                else path(
                    "M-10 -8C-19 -36 -10 -60 0 -80C10 -60 19 -36 10 -8Z",
                    pen.linear([(0, "#e9dcc0", 1), (1, "#3a302a", 1)], 0, 1, 0, 0),
                )
            )
        else:
            tip = path("M-11 0L0 -40L11 0Z", "#efdcb4") + path("M-4 -26L0 -42L4 -26Z", "#3a332e")
        stick = stroke(f"M0 0V{-length}", dark(tone, 0.15), 21) + stroke(f"M-4 0V{-length}", light(tone, 0.3), 6, 0.7)
        things += at(x, -60, stick + at(0, -length, tip), turn)
    svg = (
        oval(0, -176, 88, 15, dark(colour, 0.45))
        + things
        + turned(pen, profile, colour, cover=decorated(pen, pattern, second or dark(colour, 0.4), 176), gloss=0.36)
    )
    svg += path("M-90 -176A90 15 0 0 0 90 -176A90 22 0 0 1 -90 -176Z", light(colour, 0.34))
    return Thing(svg, turned_outline(profile) + rect_path(-70, -380, 140, 210, 20), 270, 430, look=(-10, -110, 190))


def ink(pen: Pen, colour: str = "#2b3a4a", second: str = "#c9a45a", form: str = "bottle") -> Thing:
    """Ink: in a square bottle with a pen, or a stone to grind it on."""
    if form == "stone":
        d = "M-230 -20C-244 -70 -190 -96 0 -98C190 -96 244 -70 230 -20C190 12 -190 12 -230 -20Z"
        svg = (
            path(d, pen.linear([(0, light(colour, 0.2), 1), (1, dark(colour, 0.4), 1)], 0, 0, 1, 1))
            + oval(0, -66, 190, 28, pen.linear([(0, light(colour, 0.3), 1), (1, dark(colour, 0.1), 1)]))
            + oval(96, -66, 80, 16, "#15120f")
            + oval(80, -69, 30, 4, "#6b7076", 'opacity=".7"')
        )
        svg += at(
            -60,
            -84,
            path("M-26 0L-20 -130H24L30 0Z", pen.linear([(0, "#3a3430", 1), (1, "#141110", 1)]))
            + path("M-20 -130L-12 -140H32L24 -130Z", "#4d4540")
            + path(rect_path(-9, -96, 22, 58, 3), second),
            -14,
        )
        return Thing(svg, d + "M-100 -90L-90 -220H-40L-30 -90Z", 480, 230, look=(40, -70, 240))
    profile = [(0, 108), (0, 108), (104, 108), (118, 96), (124, 46), (140, 44), (140, 44)]
    svg = turned(pen, profile, light(colour, 0.1), gloss=0.5)
    paper = "M-70 -92C-30 -84 30 -84 70 -92V-30C30 -22 -30 -22 -70 -30Z"
    svg += (
        path(paper, "#f3ead6")
        + stroke("M-46 -66C-20 -60 20 -60 46 -66M-30 -48C-12 -44 12 -44 30 -48", colour, 4, 0.7)
        + at(
            0,
            -140,
            turned(pen, [(0, 52), (0, 52), (44, 52), (50, 44)], second, gloss=0.4)
            + oval(0, -50, 44, 7, light(second, 0.4)),
        )
    )
    pen_ = (
        path(rect_path(-12, -240, 24, 190, 10), pen.linear([(0, light(colour, 0.4), 1), (1, dark(colour, 0.3), 1)]))
        + path("M-12 -50H12L4 10L0 22L-4 10Z", pen.linear([(0, light(second, 0.5), 1), (1, dark(second, 0.2), 1)]))
        + path(rect_path(-13, -62, 26, 14, 3), second)
    )
    svg += at(176, -12, pen_, 24)
    return Thing(svg, turned_outline(profile) + "M130 0L250 -260L276 -250L200 0Z", 390, 196, look=(-20, -90, 180))


def fountain_pen(pen: Pen, colour: str = "#2f4a5c", second: str = "#d0a850", form: str = "pen") -> Thing:
    """A fountain pen with its cap beside it, lying."""
    tube = pen.linear(
        [(0, light(colour, 0.45), 1), (0.35, light(colour, 0.1), 1), (0.7, colour, 1), (1, dark(colour, 0.4), 1)]
    )
    gold = pen.linear([(0, light(second, 0.6), 1), (0.5, second, 1), (1, dark(second, 0.35), 1)])
    body = (
        path(rect_path(-30, -120, 60, 400, 28), tube)
        + path(rect_path(-26, -156, 52, 44, 6), dark(colour, 0.5))
        + path(rect_path(-31, -118, 62, 12, 3), gold)
    )
    nib = (
        path("M-26 -156C-30 -210 -12 -270 0 -300C12 -270 30 -210 26 -156Z", gold)
        + oval(0, -206, 6, 6, dark(second, 0.6))
        + stroke("M0 -206V-296", dark(second, 0.6), 2.4)
        + stroke("M-14 -170C-16 -210 -8 -240 -2 -262", light(second, 0.8), 4, 0.6)
    )
    cap = (
        path(rect_path(-34, -150, 68, 250, 30), tube)
        + path(rect_path(-35, 60, 70, 14, 3), gold)
        + path(rect_path(26, -130, 14, 170, 7), gold)
    )
    svg = at(-70, 10, body + nib, 30) + at(160, 60, cap, 44)
    shade = at(-70, 10, f'<path d="{rect_path(-30, -290, 60, 570, 28)}"/>', 30) + at(
        160, 60, f'<path d="{rect_path(-34, -150, 70, 250, 30)}"/>', 44
    )
    return Thing(svg, shade, 560, 620, lies=True, look=(60, -190, 240))


def paper_stack(pen: Pen, colour: str = "#f1e6cf", second: str = "#b5402c", form: str = "letter") -> Thing:
    """Letter paper and envelopes, fanned out; or sheets of rice paper tied up."""
    svg = shade = ""
    if form == "roll":
        for i, (x, y) in enumerate(((-150, 40), (0, 0), (150, 40), (-76, -110), (76, -110))):
            tone = (colour, light(colour, 0.4), mix(colour, "#d9b98a", 0.4), light(colour, 0.2), colour)[i]
            d = rect_path(x - 66, y - 130, 132, 330, 12)
            svg += (
                path(d, pen.linear([(0, light(tone, 0.5), 1), (0.4, tone, 1), (1, dark(tone, 0.25), 1)]))
                + oval(x, y - 130, 66, 20, light(tone, 0.5))
                + stroke(oval_path(x, y - 130, 40, 12) + oval_path(x, y - 130, 20, 6), dark(tone, 0.25), 3, 0.7)
                + path(rect_path(x - 66, y + 20, 132, 26), second)
            )
            shade += f'<path d="{d}"/>'
        return Thing(svg, shade, 480, 520, lies=True, look=(0, -60, 260))
    for i in range(4):
        d = rect_path(-190, -260, 380, 520, 4)
        sheet = (
            path(d, light(colour, 0.2 * (3 - i) / 3))
            + stroke(
                "".join(f"M-130 {-180 + 46 * k}H130" for k in range(9))
                if form == "letter"
                else "".join(f"M{-120 + 60 * k} -210V210" for k in range(5)),
                mix(second, colour, 0.5),
                2.4,
                0.6,
            )
            + stroke(rect_path(-150, -216, 300, 432), mix(second, colour, 0.4), 3, 0.6)
        )
        if i == 3:
            sheet += at(96, 200, plum_branch(220, mix(second, colour, 0.2)))
        svg += at(
            -60 + 22 * i,
            -20,
            f'<path d="{d}" fill="#2a1510" opacity=".12" transform="translate(8 10)"/>' + sheet,
            -18 + 9 * i,
        )
        shade += at(-60 + 22 * i, -20, f'<path d="{d}"/>', -18 + 9 * i)
    env = rect_path(-190, -120, 380, 240, 8)
    svg += at(
        90,
        170,
        f'<path d="{env}" fill="#2a1510" opacity=".2" transform="translate(9 12)"/>'
        + path(env, mix(colour, "#d9b98a", 0.35))
        + path("M-190 -116L0 30L190 -116Z", light(mix(colour, "#d9b98a", 0.35), 0.25))
        + oval(0, 26, 32, 32, second)
        + at(0, 42, leaf(pen, "oval", 32, light(second, 0.4), veins=0)),
        8,
    )
    return Thing(svg, shade + at(90, 170, f'<path d="{env}"/>', 8), 620, 660, lies=True, look=(90, 130, 300))


def tape(pen: Pen, colour: str = "#c9796a", second: str = "#7d9a8a", form: str = "rolls") -> Thing:
    """Rolls of printed paper tape."""
    tones = (colour, second, "#e3c27a", mix(colour, second, 0.5), "#9fb0bf", light(colour, 0.4))
    things = []
    for i, (x, y) in enumerate(((-150, -92), (20, -98), (160, -60), (-90, 0), (82, 6))):
        tone = tones[i]
        kind = ("stripe", "dots", "leaf", "check", "flower")[i]
        profile = [(0, 84), (0, 84), (62, 84), (62, 84)]
        body = (
            turned(pen, profile, tone, cover=cover(pen, kind, light(tone, 0.55), 24, 200), gloss=0.15)
            + oval(0, -62, 84, 14.5, light(tone, 0.5))
            + stroke(oval_path(0, -62, 72, 12) + oval_path(0, -62, 64, 10.5), tone, 2, 0.6)
            + oval(0, -62, 54, 9, "#c9a878")
            + oval(0, -60, 46, 7, "#7d5f40")
        )
        things.append((Thing(body, turned_outline(profile), 170, 78), x, y, 1.0))
    return together(pen, things, 500, 180, (-90, -40, 200))


def calendar(pen: Pen, colour: str = "#f3ead8", second: str = "#b5573f") -> Thing:
    """A desk calendar on a wooden foot, with a landscape instead of a date."""
    svg = path(rect_path(-200, -44, 400, 44, 10), pen.linear([(0, "#c99a66", 1), (1, "#94673c", 1)], 0, 0, 1, 1)) + at(
        0, -22, wood(pen, "#b5834f", 400, 44, 4)
    )
    card = rect_path(-170, -420, 340, 390, 8)
    hills = path(
        "M-170 -190C-100 -260 -40 -270 20 -220S120 -250 170 -280V-120H-170Z", mix(second, "#7d9a8a", 0.75)
    ) + path("M-170 -150C-90 -200 0 -170 60 -150S140 -170 170 -180V-100H-170Z", mix(second, "#5b7a6a", 0.8))
    svg += (
        path(rect_path(-162, -426, 340, 390, 8), dark(colour, 0.12))
        + path(card, colour)
        + f'<g clip-path="{pen.clip(card)}">'
        + path(rect_path(-170, -420, 340, 300), light(second, 0.75))
        + oval(70, -330, 44, 44, second)
        + hills
        + "</g>"
    )
    svg += "".join(
        oval(-120 + 40 * (k % 7), -96 + 24 * (k // 7), 6, 6, second if k % 7 > 4 else "#6b5c4c", 'opacity=".75"')
        for k in range(18)
    ) + path(card, pen.linear([(0, "#fffaf0", 0.25), (1, "#2a1510", 0.1)], 0, 0, 1, 1))
    return Thing(svg, card + rect_path(-200, -44, 400, 44, 10), 410, 430, look=(10, -240, 250))


def fan(pen: Pen, colour: str = "#efe3cb", second: str = "#7a4a2c", print_: str = "plum") -> Thing:
    """A folding fan, open, lying."""
    from math import cos, pi, sin

    def spot(angle: float, r: float) -> tuple[float, float]:
        return (r * cos(angle), r * sin(angle))

    a0, a1, count = -pi * 0.93, -pi * 0.07, 22
    svg = ""
    for k in range(count + 1):
        a = a0 + (a1 - a0) * k / count
        x, y = spot(a, 210)
        svg += stroke(f"M0 0L{n(x)} {n(y)}", dark(second, 0.1 * (k % 2)), 9)
    for k in range(count):
        a, b = a0 + (a1 - a0) * k / count, a0 + (a1 - a0) * (k + 1) / count
        corners = [spot(a, 180), spot(a, 480), spot(b, 480), spot(b, 180)]
        svg += path(
            poly(corners),
            light(colour, 0.25) if k % 2 else dark(colour, 0.07),
            f'stroke="{dark(colour, 0.07)}" stroke-width="1"',
        )
    outline = (
        "M"
        + "L".join(f"{n(x)} {n(y)}" for x, y in [spot(a0 + (a1 - a0) * k / 30, 480) for k in range(31)])
        + "L"
        + "L".join(f"{n(x)} {n(y)}" for x, y in [spot(a1 + (a0 - a1) * k / 30, 180) for k in range(31)])
        + "Z"
    )
    picture = (
        at(60, -230, plum_branch(320, "#c9573f"), -8)
        if print_ == "plum"
        else at(20, -200, bamboo_brush(330, "#4f6b4a"), 6)
    )
    svg += f'<g clip-path="{pen.clip(outline)}">{picture}</g>'
    for a in (a0, a1):
        x, y = spot(a, 484)
        svg += stroke(f"M0 0L{n(x)} {n(y)}", dark(second, 0.2), 22) + stroke(
            f"M0 -3L{n(x)} {n(y - 3)}", light(second, 0.25), 6, 0.7
        )
    svg += (
        oval(0, 0, 15, 15, "#d0a850")
        + stroke("M0 12C10 60 -14 80 0 120", "#b5402c", 5)
        + "".join(stroke(f"M0 120L{k * 7} 180", "#b5402c", 4) for k in range(-2, 3))
    )
    return Thing(at(0, 200, svg), at(0, 200, f'<path d="{outline}"/>'), 980, 660, lies=True, look=(60, -150, 340))


def seal(pen: Pen, colour: str = "#9fae94", second: str = "#b5382a") -> Thing:
    """A soapstone seal, its paste, and an impression on paper."""
    slip = "M60 -8L270 -34L300 6L84 34Z"
    svg = path(slip, "#fbf4e4") + at(
        186,
        -2,
        path("M-40 -4L18 -12L34 10L-24 19Z", second) + stroke("M-24 0L18 -5M-16 9L22 4M-4 -8L8 15", "#fbf4e4", 4),
    )
    body = "M-130 0V-160C-130 -176 -120 -184 -104 -186L-96 -212C-90 -244 -30 -244 -24 -212L-16 -186C0 -184 10 -176 10 -160V0Z"
    svg += (
        path(body, colour)
        + f'<g clip-path="{pen.clip(body)}">'
        + "".join(
            stroke(
                f"M-140 {-30 - 40 * k}C-90 {-50 - 40 * k} -40 {-6 - 40 * k} 20 {-36 - 40 * k}",
                light(colour, 0.5) if k % 2 else dark(colour, 0.25),
                10,
                0.35,
            )
            for k in range(6)
        )
        + "</g>"
        + shading(pen, body)
    )
    dish = (
        turned(pen, [(0, 60), (4, 66), (34, 74), (40, 74)], "#e9e4d6", gloss=0.35, inside="#f3efe4")
        + oval(0, -38, 62, 10, second)
        + oval(-14, -42, 30, 5, light(second, 0.3))
    )
    svg += at(112, -20, "", 0) + at(-190, 14, dish, 0, 0.9)
    return Thing(svg, body + slip + oval_path(-190, -16, 66, 30), 560, 246, look=(-60, -110, 200))


def desk_tray(pen: Pen, colour: str = "#b5834f", second: str = "#3f5d73", form: str = "organizer") -> Thing:
    """A desk organiser with pens, or a book stand with a book."""
    if form == "stand":
        book = path(
            "M-190 -330C-120 -350 -40 -346 0 -320C40 -346 120 -350 190 -330V-70C120 -90 40 -86 0 -60C-40 -86 -120 -90 -190 -70Z",
            "#f8f1e2",
        ) + stroke("M0 -320V-60", "#d9ccb4", 5)
        book += "".join(
            stroke(f"M{s * 30 + (0 if s > 0 else -120)} {-290 + 24 * k}q60 -14 120 0", "#9a8a74", 3, 0.6)
            for s in (-1, 1)
            for k in range(8)
        )
        svg = (
            path(
                "M-210 -60L-190 -370H190L210 -60Z",
                pen.linear([(0, light(colour, 0.24), 1), (1, dark(colour, 0.16), 1)], 0, 0, 1, 1),
            )
            + book
            + path(rect_path(-230, -66, 460, 30, 8), light(colour, 0.14))
            + path(rect_path(-230, -40, 460, 40, 8), dark(colour, 0.14))
        )
        return Thing(svg, "M-230 0L-190 -370H190L230 0Z", 470, 380, look=(-60, -200, 250))
    w, h, d = 400, 120, 160
    back = box(pen, w, 210, 20, dark(colour, 0.1))
    pens = "".join(
        at(
            x,
            -70,
            stroke(f"M0 0V{-length}", tone, 17)
            + path("M-9 0L0 -30L9 0Z", "#efdcb4", f'transform="translate(0 {-length})"'),
            turn,
        )
        for x, turn, length, tone in (
            (-150, -6, 170, second),
            (-120, 3, 190, "#c9573a"),
            (-92, 9, 160, "#d9a93f"),
            (-170, -14, 150, "#6b8f7a"),
        )
    )
    svg = (
        at(40, -44, back)
        + pens
        + box(
            pen,
            w,
            h,
            d,
            colour,
            cover=at(0, -60, wood(pen, colour, w, h, 6)) + stroke("M-66 -120V0M70 -120V0", dark(colour, 0.45), 4, 0.5),
        )
    )
    svg += at(
        60, -128, path("M-60 0L-30 -40H70L40 0Z", "#f4ecdc") + path("M-60 0L-30 -40H70L40 0Z", second, 'opacity=".2"')
    )
    return Thing(svg, box_outline(w, h, d), 480, 330, look=(-110, -150, 230))


def pencil_case(pen: Pen, colour: str, second: str = "#d9b25a", pattern: str = "") -> Thing:
    """A zipped case, lying, with pencils half out of it."""
    d = "M-290 -96C-300 -120 -270 -130 -250 -130H250C280 -130 296 -116 294 -90L286 96C284 122 266 130 246 130H-246C-270 130 -284 122 -286 96Z"
    pencils = ""
    for k, tone in enumerate(("#c9573a", "#e3b94a", "#5b8f86", "#7a5a8a")):
        pencils += at(
            120 + 46 * k,
            -100,
            path(rect_path(-12, -150, 24, 200, 3), pen.linear([(0, light(tone, 0.35), 1), (1, dark(tone, 0.2), 1)]))
            + path("M-12 -150H12L0 -190Z", "#efdcb4")
            + path("M-5 -172L0 -192L5 -172Z", dark(tone, 0.2)),
            6 - 3 * k,
        )
    svg = (
        pencils
        + path(d, colour)
        + (f'<g clip-path="{pen.clip(d)}">{cover(pen, pattern, light(colour, 0.4), 52, 500)}</g>' if pattern else "")
    )
    svg += (
        path("M-284 -78H288V-50H-286Z", dark(colour, 0.3))
        + stroke("M-280 -64H284", second, 7, 1, 'stroke-dasharray="5 5"')
        + path(rect_path(-250, -76, 60, 24, 10), second)
        + stroke("M-196 -64C-180 -40 -190 -10 -180 10", dark(second, 0.1), 9)
    )
    svg += path(d, pen.linear([(0, "#fffaf0", 0.3), (0.5, "#fffaf0", 0), (1, "#2a1510", 0.22)], 0, 0, 1, 1))
    return Thing(at(0, 30, svg, -10), at(0, 30, f'<path d="{d}"/>', -10), 640, 440, lies=True, look=(-90, 0, 300))


def scroll(pen: Pen, colour: str = "#f3e9d2", second: str = "#7a4a2c", print_: str = "hills") -> Thing:
    """A hanging scroll."""
    paper = rect_path(-130, -520, 260, 500, 2)
    inner = rect_path(-98, -460, 196, 380, 2)
    hills = (
        path("M-98 -220C-50 -330 -20 -340 20 -270S70 -320 98 -350V-80H-98Z", "#8fa39a")
        + path("M-98 -170C-40 -230 10 -200 50 -170S80 -190 98 -200V-80H-98Z", "#5f7a72")
        + oval(44, -392, 26, 26, "#c9573f")
        + stroke("M-60 -150q30 -10 60 0t60 0", "#f8f2e2", 4, 0.8)
    )
    art = (
        hills
        if print_ == "hills"
        else at(20, -160, plum_branch(240, "#c9573f"))
        if print_ == "plum"
        else at(0, -150, bamboo_brush(250, "#3d4a42"))
    )
    svg = (
        stroke("M-60 -528L0 -570L60 -528", "#8a6a4a", 4)
        + path(paper, pen.linear([(0, "#c9d2c5", 1), (1, "#aebbae", 1)]))
        + f'<g clip-path="{pen.clip(inner)}">'
        + path(inner, colour)
        + art
        + "</g>"
        + path(rect_path(52, -112, 22, 22, 3), "#b5382a")
    )
    svg += path(paper, pen.linear([(0, "#fffaf0", 0.2), (1, "#2a1510", 0.12)]))
    for y, w in ((-528, 290), (-26, 320)):
        svg += (
            path(
                rect_path(-w / 2, y, w, 26, 12),
                pen.linear([(0, light(second, 0.3), 1), (1, dark(second, 0.3), 1)], 0, 0, 0, 1),
            )
            + oval(-w / 2, y + 13, 12, 15, "#d9c08a")
            + oval(w / 2, y + 13, 12, 15, "#b59a5c")
        )
    return Thing(svg, paper, 350, 580, hangs=True, look=(0, -280, 240))


MOTIFS: dict[str, Callable[..., Thing]] = {
    "notebook": notebook, "brush": brush, "brush_pot": brush_pot, "ink": ink, "fountain_pen": fountain_pen,
    "paper_stack": paper_stack, "tape": tape, "calendar": calendar, "fan": fan, "seal": seal, "desk_tray": desk_tray,
    "pencil_case": pencil_case, "scroll": scroll,
}  # fmt: skip
