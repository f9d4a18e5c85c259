"""The size of a thing on squared paper, with a mug or a chair beside it; figures are strokes, so no font is needed."""

from .colours import Palette, dark
from .pen import at, n, stroke

#: Strokes of each figure in a box 10 wide and 16 high.
FIGURES = {
    "0": "M5 0C1 0 0 4 0 8S1 16 5 16S10 12 10 8S9 0 5 0Z", "1": "M2 3L6 0V16M2 16H10", "2": "M0 4C0 -1 10 -1 10 4.5C10 8 0 12 0 16H10",
    "3": "M0 2C3 -1 10 -1 10 4S5 8 4 8C6 8 10 8 10 12S3 18 0 14", "4": "M8 16V0L0 11H10", "5": "M9 0H1L0.6 7C4 5 10 6 10 11S3 18 0 14",
    "6": "M9 1C4 -1 0 4 0 10C0 18 10 18 10 11S1 5 0.4 10", "7": "M0 0H10L4 16", "8": "M5 7.4C1 7.4 0.6 5.6 0.6 3.8C0.6 1.6 2.4 0 5 0S9.4 1.6 9.4 3.8C9.4 5.6 9 7.4 5 7.4C0.6 7.4 0 9.6 0 11.8C0 14.4 2 16 5 16S10 14.4 10 11.8C10 9.6 9.4 7.4 5 7.4Z",
    "9": "M1 15C6 17 10 12 10 6C10 -2 0 -2 0 5S9 11 9.6 6", ".": "M4 15.6H5", "c": "M9 7C6 4.6 0.6 5.6 0.6 10.6S6 17 9 14", "m": "M0 16V6M0 9C1 5 5 5 5 9V16M5 9C6 5 10 5 10 9V16", " ": "",
}  # fmt: skip


def figures(text: str, x: float, y: float, size: float, ink: str) -> str:
    """A text of figures whose middle is at (x, y)."""
    scale = size / 16
    step = 15 * scale
    left = x - step * len(text) / 2 + 2.5 * scale
    return "".join(
        at(left + step * i, y - size / 2, stroke(FIGURES[sign], ink, 2.1), 0, scale)
        for i, sign in enumerate(text)
        if FIGURES[sign]
    )


def centimetres(value: float) -> str:
    return f"{value:g} cm"


def ruler(x1: float, y1: float, x2: float, y2: float, text: str, palette: Palette) -> str:
    """A line with ends and its length in the middle."""
    ink = dark(palette.accent, 0.15)
    flat = abs(y1 - y2) < 1
    ends = (
        f"M{n(x1)} {n(y1 - 12)}v24M{n(x2)} {n(y2 - 12)}v24"
        if flat
        else f"M{n(x1 - 12)} {n(y1)}h24M{n(x2 - 12)} {n(y2)}h24"
    )
    mx, my = (x1 + x2) / 2, (y1 + y2) / 2
    label = figures(text, mx, my + 38, 27, ink) if flat else at(mx - 38, my, figures(text, 0, 0, 27, ink), -90)
    return stroke(f"M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}", ink, 3.4) + stroke(ends, ink, 3.4) + label


def mug(x: float, y: float, unit: float, palette: Palette) -> str:
    """The outline of a mug nine centimetres high, for comparison; `unit` is a centimetre."""
    w, h = 8 * unit, 9 * unit
    ink = dark(palette.floor, 0.22)
    d = f"M{n(x)} {n(y - h)}V{n(y - unit)}Q{n(x)} {n(y)} {n(x + unit)} {n(y)}H{n(x + w - unit)}Q{n(x + w)} {n(y)} {n(x + w)} {n(y - unit)}V{n(y - h)}Z"
    ear = f"M{n(x + w)} {n(y - h * 0.8)}C{n(x + w + 3.4 * unit)} {n(y - h * 0.86)} {n(x + w + 3.4 * unit)} {n(y - h * 0.2)} {n(x + w)} {n(y - h * 0.24)}"
    return stroke(d, ink, 3, 0.9, 'stroke-dasharray="9 8"') + stroke(ear, ink, 3, 0.9, 'stroke-dasharray="9 8"')


def chair(x: float, y: float, unit: float, palette: Palette) -> str:
    """The outline of a chair ninety centimetres high."""
    ink = dark(palette.floor, 0.22)
    w, h = 44 * unit, 90 * unit
    d = f"M{n(x)} {n(y)}V{n(y - h)}M{n(x)} {n(y - h * 0.5)}H{n(x + w)}V{n(y)}M{n(x)} {n(y - h * 0.92)}q{n(w * 0.08)} 0 {n(w * 0.08)} {n(h * 0.4)}M{n(x)} {n(y - h * 0.44)}H{n(x + w)}"
    return stroke(d, ink, 3.4, 0.9, 'stroke-dasharray="10 8"')
