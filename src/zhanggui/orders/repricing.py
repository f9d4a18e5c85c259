"""Pure arithmetic of a changed price: whatever is asked for, each line adds up to the fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhanggui.kernel.money import allocate

#: Marks the share of a line's discount, and the entry of the order's explanation, that staff gave by hand.
KIND = "price_change"
LABEL = {"zh": "商家改价", "en": "Price changed for you"}


@dataclass(frozen=True, slots=True)
class Repriced:
    """A line as it will be written. `placed` is what it came to when the order was placed, in minor units."""

    line: int
    unit_price: int
    discount: int
    payable: int
    discounts: list[dict[str, Any]]
    placed: int


def repriced(line: Mapping[str, Any], payable: int) -> Repriced:
    """The line (position, quantity, unit_price, discounts) so that it comes to `payable`.

    What promotions took off stays as it is. A lower amount is a further share of the discount. A higher one raises the price
    of each unit as far as needed, and the fen that do not divide are such a share again; the price before is kept with it.
    """
    promised = [share for share in line["discounts"] if share.get("kind") != KIND]
    by_hand = next((share for share in line["discounts"] if share.get("kind") == KIND), None)
    unit_price: int = line["unit_price"] if by_hand is None else by_hand["unit_price"]
    taken = sum(share["amount"] for share in promised)
    placed = line["quantity"] * unit_price - taken
    if payable == placed:
        return Repriced(line["position"], unit_price, taken, placed, promised, placed)
    now = max(unit_price, -(-(payable + taken) // line["quantity"]))
    share = {"ref": 0, "coupon": "", "kind": KIND, "unit_price": unit_price}
    share["amount"] = line["quantity"] * now - taken - payable
    return Repriced(line["position"], now, taken + share["amount"], payable, [*promised, share], placed)


def spread(total: int, lines: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """The goods' new `total` over the lines, in proportion to what they come to now; position → payable."""
    parts = allocate(total, [line["payable"] for line in lines])
    return {line["position"]: part for line, part in zip(lines, parts, strict=True)}


def explained(before: Sequence[Mapping[str, Any]], lines: Sequence[Repriced]) -> list[dict[str, Any]]:
    """The order's explanation with what is given by hand, as its last entry."""
    by_hand = sum(share["amount"] for line in lines for share in line.discounts if share.get("kind") == KIND)
    kept = [dict(entry) for entry in before if entry.get("kind") != KIND]
    return kept + ([{"ref": 0, "kind": KIND, "label": LABEL, "coupon": "", "amount": by_hand}] if by_hand else [])
