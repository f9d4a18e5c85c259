"""Goods taken apart into pieces, for kinds that count them. Lines of thousands of pieces cost no more than lines of one."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from .kind import Goods


class Pieces(NamedTuple):
    """`number` pieces of the line at `place`, each worth `value`."""

    value: int
    place: int
    number: int


Pile = deque[Pieces]


def pile_of(goods: Goods, places: Iterable[int]) -> Pile:
    """The pieces of these lines by what is left of each, the dearest first; the fen that do not divide are kept."""
    found = []
    for place in places:
        quantity = goods.lines[place].quantity
        value, over = divmod(goods.left[place], quantity)
        if over:
            found.append(Pieces(value + 1, place, over))
        found.append(Pieces(value, place, quantity - over))
    return deque(sorted(found, key=lambda pieces: (-pieces.value, pieces.place)))


def bundles(piles: Sequence[tuple[Pile, int]]) -> Iterator[tuple[int, list[Pieces]]]:
    """Bundles of so many pieces of each pile, the dearest first: how many bundles of this make, and the pieces of one.

    Uses the piles up; ends with the last full bundle.
    """
    while all(pile for pile, _ in piles):
        alike = min(pile[0].number // size for pile, size in piles)
        if alike:
            picked = [piece for pile, size in piles for piece in _take(pile, size, alike)]
            yield alike, picked
            continue
        picked = []
        for pile, size in piles:
            if sum(pieces.number for pieces in pile) < size:
                return
            picked += _take(pile, size, 1)
        yield 1, picked


def cut(
    goods: Goods, found: Iterable[tuple[int, list[Pieces]]], most: int, off: Callable[[list[Pieces]], int]
) -> tuple[int, list[int]]:
    """What comes off at most `most` bundles, `off` of each, and for each line the worth of its pieces in them, to spread it by.

    The bundles are taken in their order, until one is no cheaper.
    """
    amount, weights = 0, [0] * len(goods.lines)
    for times, picked in found:
        gain, taken = off(picked), min(times, most)
        if gain <= 0 or not taken:
            break
        most -= taken
        amount += taken * gain
        for piece in picked:
            weights[piece.place] += taken * piece.value * piece.number
    return amount, weights


def worth(picked: Iterable[Pieces]) -> int:
    """What the pieces of a bundle cost singly."""
    return sum(piece.value * piece.number for piece in picked)


def _take(pile: Pile, size: int, times: int) -> list[Pieces]:
    """`size` pieces from the top, `times` times over (more than once only where they are alike)."""
    taken = []
    need = size * times
    while need:
        top = pile.popleft()
        count = min(need, top.number)
        if count < top.number:
            pile.appendleft(top._replace(number=top.number - count))
        taken.append(top._replace(number=count // times))
        need -= count
    return taken
