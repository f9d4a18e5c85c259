"""How deep a rule can ever cut: what kinds are asked when the lowest reachable price is looked for.

A rule takes a part of what is left of goods; the larger the part, the lower a piece in them can come. `deepest` of a kind
names, by rising amount of goods, every amount from which on a larger part is taken than from any smaller one.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from zhanggui.kernel.money import BASIS, portion


class Piece(NamedTuple):
    """A piece of a SKU whose turn it is. `left` is the least that earlier rules leave of it, `least` what all goods in the
    rule's scope are worth at least, the piece included.

    `smallest` and `largest` bound what any piece in scope is worth (above zero), `most` what one of a named SKU can be.
    All amounts in scope are multiples of `grain`.
    """

    sku_id: int
    unit_price: int
    left: int
    least: int
    smallest: int
    largest: int
    grain: int
    most: Callable[[int], int]


class Reach(NamedTuple):
    """Of every `of` fen the rule takes at most `off`, where the goods in its scope are worth `total` (0: does not matter).

    `taken` is what it then takes in all. The cart has at least `pieces` pieces in scope; `others` are (SKU, pieces) that have
    to be among them; `alone`: the part is taken of a single piece.
    """

    off: int
    of: int
    total: int = 0
    taken: int = 0
    pieces: int = 1
    others: tuple[tuple[int, int], ...] = ()
    alone: bool = False


class Stretch(NamedTuple):
    """From an amount of goods on, until the next one's, the same is taken: so much `off`, or a percentage up to a cap."""

    start: int
    off: int = 0
    basis_points: int = 0
    cap: int | None = None

    def taken(self, total: int) -> int:
        if not self.basis_points:
            return min(self.off, total)
        off = portion(total, self.basis_points)
        return off if self.cap is None else min(off, self.cap)

    def least(self, after: int) -> int:
        """The least amount from the start on of which so much stays (a percentage is never all of it)."""
        if not self.basis_points:
            return max(self.start, after + self.off if after else 1)
        total = max(self.start, after)
        while (short := after - (total - self.taken(total))) > 0:
            total += short
        return total

    def reach(self, total: int, grain: int) -> Reach:
        """What is taken there, with the largest part from there on."""
        if self.basis_points:
            return part(total, self.basis_points, self.cap, grain)
        off = self.taken(total)
        return Reach(off, total, total, off)


Deep = tuple[Reach, ...]
NEVER: Deep = ()


def peaks(totals: Iterable[int], take: Callable[[int], int]) -> Deep:
    """Of these amounts of goods those at which more is taken of each fen than at any smaller one."""
    found: list[Reach] = []
    for total in sorted(totals):
        taken = take(total)
        if taken and (not found or taken * found[-1].of > found[-1].off * total):
            found.append(Reach(taken, total, total, taken))
    return tuple(found)


def part(total: int, basis_points: int, cap: int | None, grain: int) -> Reach:
    """A percentage of goods worth `total` or more, rounded half up once, at most `cap`."""
    if basis_points * grain % BASIS == 0:
        off, of = basis_points, BASIS
    else:  # half a fen more weighs most where there is least
        off, of = min(2 * basis_points * total + BASIS, 2 * BASIS * total), 2 * BASIS * total
    taken = (basis_points * total + BASIS // 2) // BASIS
    if cap is not None and cap * of < off * total:
        off, of = cap, total
    return Reach(off, of, total, taken if cap is None else min(taken, cap))


def single(left: int, price: int) -> Deep:
    """One piece brought to a price."""
    return (Reach(left - price, left, alone=True),) if left > price else NEVER
