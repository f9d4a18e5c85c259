"""Where an order is served from. Pure."""

from collections.abc import Iterable, Sequence

from .types import LevelFree, Piece


def plan(orders: Sequence[Sequence[tuple[int, int]]], levels: Iterable[LevelFree]) -> list[list[Piece]]:
    """For each order's wishes `(sku_id, quantity)` the pieces that serve them, in the order of the wishes.

    `levels` come in shipping order. One warehouse that has everything serves the whole order; else each SKU comes from the
    first warehouse that has enough of it; else it is gathered from several. A shortage is left with the last place tried, so
    the pieces of a SKU always add up to what is wanted and the admission decides. A SKU without any level gets no piece.
    Orders are planned beside each other, not after each other: only the admission decides who gets the last unit.
    """
    free: dict[int, dict[int, int]] = {}
    for level in levels:
        free.setdefault(level.sku_id, {})[level.warehouse_id] = level.free
    return [_plan_one(wishes, free) for wishes in orders]


def _plan_one(wishes: Sequence[tuple[int, int]], free: dict[int, dict[int, int]]) -> list[Piece]:
    wanted: dict[int, int] = {}
    for sku, quantity in wishes:
        wanted[sku] = wanted.get(sku, 0) + quantity
    whole = _one_for_all(wanted, free)
    left = {sku: dict(free.get(sku, {})) for sku in wanted}
    pieces: list[Piece] = []
    for sku, quantity in wishes:
        places = left[sku]
        if not places:
            continue
        if whole is not None:
            pieces.append(Piece(sku, whole, quantity))
            continue
        enough = next((place for place, units in places.items() if units >= quantity), None)
        if enough is not None:
            places[enough] -= quantity
            pieces.append(Piece(sku, enough, quantity))
        else:
            pieces.extend(_gather(sku, quantity, places))
    return pieces


def _one_for_all(wanted: dict[int, int], free: dict[int, dict[int, int]]) -> int | None:
    first = next(iter(wanted), None)
    if first is None:
        return None
    for place in free.get(first, {}):
        if all(free.get(sku, {}).get(place, 0) >= quantity for sku, quantity in wanted.items()):
            return place
    return None


def _gather(sku: int, quantity: int, places: dict[int, int]) -> list[Piece]:
    pieces: list[Piece] = []
    for place, units in places.items():
        take = min(units, quantity)
        if take > 0:
            pieces.append(Piece(sku, place, take))
            places[place] -= take
            quantity -= take
    if quantity:
        last = pieces.pop() if pieces else Piece(sku, next(iter(places)), 0)
        pieces.append(Piece(sku, last.warehouse_id, last.quantity + quantity))
    return pieces
