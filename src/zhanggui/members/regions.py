"""Provinces, cities and districts by their official names (GB/T 2260 and its updates), for address forms.

`regions.txt` holds a province on a line of its own and below it, indented, each city with its districts. Cities without
districts (东莞市) and counties that answer to their province (济源市) stand alone. Where the names come from: docs/regions.md.
"""

from functools import cache
from pathlib import Path

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

#: What a name may be called without, longest first.
_SUFFIXES = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "自治县", "地区",
    "省", "市", "盟", "区", "县", "旗",
)  # fmt: skip

Tree = dict[str, dict[str, tuple[str, ...]]]


@cache
def tree() -> Tree:
    """All of them: province, city, districts."""
    found: Tree = {}
    cities: dict[str, tuple[str, ...]] = {}
    for line in Path(__file__).with_name("regions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            city, *districts = line.split()
            cities[city] = tuple(districts)
        elif line:
            cities = found[line] = {}
    return found


def provinces() -> tuple[str, ...]:
    return tuple(tree())


def cities(province: str) -> tuple[str, ...]:
    """Empty for what is no province."""
    return tuple(tree().get(province, ()))


def districts(province: str, city: str) -> tuple[str, ...]:
    """Empty for what is no city of the province, and for a city without districts."""
    return tree().get(province, {}).get(city, ())


def find(name: str, among: tuple[str, ...]) -> str:
    """The official name of what somebody typed (深圳 is 深圳市); "" where none or more than one fits."""
    name = "".join(name.split())
    if name in among or not name:
        return name
    short = _short(name)
    matches = [official for official in among if _short(official) == short] or [
        official for official in among if len(short) > 1 and official.startswith(short)
    ]
    return matches[0] if len(matches) == 1 else ""


def resolve(province: str, city: str, district: str) -> tuple[str, str, str]:
    """The three official names. Raises ValidationFailed naming the first that is missing or does not belong there."""
    known_province = _one("province", province, provinces(), Text("请选择省份", "choose a province"))
    known_city = _one("city", city, cities(known_province), Text("请选择城市", "choose a city"))
    below = districts(known_province, known_city)
    if not below:
        return known_province, known_city, ""
    return known_province, known_city, _one("district", district, below, Text("请选择区县", "choose a district"))


def _one(loc: str, typed: str, among: tuple[str, ...], missing: Text) -> str:
    if not typed.strip():
        raise ValidationFailed(errors=[FieldError(loc, "required", missing)])
    official = find(typed, among)
    if not official:
        shown = typed.strip()[:20]
        text = Text(f"没有“{shown}”，请从列表中选择", f"“{shown}” is not in the list; choose from it")
        raise ValidationFailed(errors=[FieldError(loc, "unknown", text)])
    return official


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name
