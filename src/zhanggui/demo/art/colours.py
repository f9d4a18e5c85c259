"""Colours: mixing in a space where halfway looks halfway, and the palettes of the rooms."""

from dataclasses import dataclass
from functools import lru_cache

WARM_WHITE = "#fffaf0"
WARM_BLACK = "#2a1d1a"


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _lab(colour: str) -> tuple[float, float, float]:
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    m = [(0.41222147, 0.53633254, 0.05144599), (0.2119035, 0.6806995, 0.10739696), (0.08830246, 0.28171884, 0.62997870)]
    x, y, z = ((a * r + c * g + d * b) ** (1 / 3) for a, c, d in m)
    return (
        0.21045426 * x + 0.79361779 * y - 0.00407205 * z,
        1.97799850 * x - 2.42859221 * y + 0.45059371 * z,
        0.02590404 * x + 0.78277177 * y - 0.80867577 * z,
    )


def _hex(lab: tuple[float, float, float]) -> str:
    light, a, b = lab
    x, y, z = (
        (light + 0.39633778 * a + 0.21580376 * b) ** 3,
        (light - 0.10556135 * a - 0.06385417 * b) ** 3,
        (light - 0.08948418 * a - 1.29148555 * b) ** 3,
    )
    rgb = (
        4.07674166 * x - 3.30771159 * y + 0.23096993 * z,
        -1.26843800 * x + 2.60975740 * y - 0.34131940 * z,
        -0.00419609 * x - 0.70341861 * y + 1.70761470 * z,
    )
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, value)))):02x}" for value in rgb)


@lru_cache(maxsize=20_000)
def mix(one: str, other: str, share: float) -> str:
    """`share` of the other colour in the first."""
    a, b = _lab(one), _lab(other)
    return _hex((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share))


def light(colour: str, share: float) -> str:
    return mix(colour, WARM_WHITE, share)


def dark(colour: str, share: float) -> str:
    return mix(colour, WARM_BLACK, share)


@dataclass(frozen=True, slots=True)
class Palette:
    """A room's wall and table, a strong and a soft accent, and the colour of its shadows."""

    wall: str
    floor: str
    accent: str
    soft: str
    shadow: str = "#4a2f22"


PALETTES = {
    "tea": Palette("#efe3cf", "#d8bf9c", "#8a5a3c", "#c9d2b5", "#4a2f1c"),
    "plants": Palette("#e3ead9", "#cfc3a4", "#5b7f4f", "#f0d9b8", "#2f3a24"),
    "kitchen": Palette("#f3e4d3", "#e0c3a0", "#c4623a", "#d9dccb", "#5a3320"),
    "textile": Palette("#ece4dd", "#d6c5b4", "#b07a6a", "#cfd6d3", "#4a3a34"),
    "paper": Palette("#ebe7dc", "#d6c3a3", "#3f5d73", "#d3dedd", "#3c3630"),
    "scent": Palette("#eee0dc", "#d9bfb3", "#a35d52", "#d8cfe0", "#4d2f2d"),
    "snack": Palette("#f6e6c8", "#e5c288", "#c7762a", "#dfe0bd", "#5e3a14"),
    "storage": Palette("#ede7dc", "#d9c5a8", "#6b7f86", "#d3ddd6", "#403830"),
}
