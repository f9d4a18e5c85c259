"""Figures as the two languages say them."""

from collections.abc import Mapping

from zhanggui.kernel.money import BASIS


def percent_words(off_basis_points: int) -> Mapping[str, object]:
    """1 500 basis points off are `percent` 15 and `zhe` 8.5."""
    return {"percent": _decimal(off_basis_points, 2), "zhe": _decimal(BASIS - off_basis_points, 3)}


def _decimal(value: int, digits: int) -> str:
    whole, part = divmod(value, 10**digits)
    return f"{whole}.{part:0{digits}d}".rstrip("0").rstrip(".")
