"""Parcels of an order, for its buyer."""

from typing import Any


def parcels_of(number: str, lang: str) -> list[dict[str, Any]]:
    return []
