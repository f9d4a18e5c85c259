"""In which order a picker walks past the goods of a warehouse: the one place that says so."""

from collections.abc import Iterable


def walking_order(warehouse_id: int, skus: Iterable[tuple[int, str]]) -> dict[int, tuple[str, str]]:
    """(what the walk is sorted by, the location as it is written on the shelf) of SKUs given as (id, code).

    The shelf is unnamed: goods lie by their codes.
    """
    return {sku_id: (code, "") for sku_id, code in skus}
