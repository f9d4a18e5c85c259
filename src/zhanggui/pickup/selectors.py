"""Reads of pickup points, kept in memory by one version."""

from zhanggui.kernel import db, versions
from zhanggui.kernel.provinces import province_key

from .types import PickupPoint

VERSION = "pickup"
_kept: tuple[int, tuple[PickupPoint, ...]] = (-1, ())


def all_points(*, version: int | None = None) -> tuple[PickupPoint, ...]:
    """Open and closed ones, by province, city and name. No statement while nothing changed, beyond the version's."""
    global _kept
    current = versions.get(VERSION) if version is None else version
    if current != _kept[0]:
        rows = db.rows(
            "select id, code, name, name_en, province, city, district, address, hours, phone, warehouse_id, keep_days, active,"
            " staff from pickup_point order by province, city, name, id"
        )
        _kept = (current, tuple(PickupPoint(**row | {"staff": tuple(row["staff"])}) for row in rows))
    return _kept[1]


def points(*, province: str = "", city: str = "", version: int | None = None) -> tuple[PickupPoint, ...]:
    """Open points buyers may choose, by province and city where named; `version` (of `VERSION`) spares the look-up."""
    key = province_key(province)
    return tuple(
        point
        for point in all_points(version=version)
        if point.active and (not key or province_key(point.province) == key) and city in ("", point.city)
    )


def point(code: str, *, version: int | None = None) -> PickupPoint | None:
    """By its code, also a closed one."""
    return next((one for one in all_points(version=version) if one.code == code), None)


def forget() -> None:
    """Drop what is kept in memory (tests, after a restore)."""
    global _kept
    _kept = (-1, ())
