"""Carts in which what is rounded falls on the piece that is looked at.

Every rule's amount is spread by largest remainder, so a line bears up to a fen more than its part. Among the carts that bring the
goods to the same amounts there are those where it bears more at every turn: companions are drawn and what the way's rules take is
spread over them, in integers and without the rest of the engine, which judges the best of them.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from zhanggui.kernel.ids import Random
from zhanggui.kernel.money import allocate

from ..compiler import CompiledRule
from ..depth import Reach
from ..kind import Goods
from ..values import CartLine

Cart = dict[int, int]  # position of the ware → pieces
#: So many companions are drawn at most before the rest is made up.
_MOST_DRAWN = 9


class Turn(NamedTuple):
    """A rule of the way after the item lane: the goods in its scope as bits, what it takes, and whether it is one of sets."""

    compiled: CompiledRule
    mask: int
    reach: Reach
    of_sets: bool


class Draw(NamedTuple):
    """What companions are drawn from. `total`: what goods in scope of turn `first` are worth when it comes; `pool`: (worth, position)
    of goods no rule of sets takes from; `members`: the positions of goods in scope of the way's rule of sets, the cheapest first.
    """

    place: int
    fewest: int
    turns: Sequence[Turn]
    first: int
    total: int
    pool: Sequence[tuple[int, int]]
    members: Sequence[int]
    worth: Callable[[int], int]
    line: Callable[[int, int], CartLine]
    made_up: Callable[[int], Cart]


def best_of(draw: Draw, tries: int, target: int, random: Random) -> Cart | None:
    """The cart, of so many, where a piece costs least, by the way's rules alone; the first that reaches `target` ends it."""
    found: tuple[int, Cart] | None = None
    for _ in range(tries):
        cart = _drawn(draw, random)
        if cart is None:
            continue
        price = _price(draw, cart)
        if found is None or price < found[0]:
            found = price, cart
            if price <= target:
                break
    return found[1] if found is not None else None


def _drawn(draw: Draw, random: Random) -> Cart | None:
    """Companions that bring the goods exactly to the amount; None where these do not."""
    cart: Cart = {draw.place: draw.fewest}
    sets = draw.turns[0] if draw.turns[0].of_sets else None
    if sets is not None:
        if not draw.members or random.random() < 0.3:
            cart[draw.place] = max(sets.reach.pieces, draw.fewest)
        for _ in range(max(sets.reach.pieces - cart[draw.place], 0) + random.randrange(3)):
            # the cheap ones oftener: they leave most room for others
            member = (
                draw.members[min(random.randrange(len(draw.members)) for _ in range(2))] if draw.members else draw.place
            )
            cart[member] = cart.get(member, 0) + 1
    before = _left(draw, cart, draw.first)
    mask = draw.turns[draw.first].mask
    need = draw.total - sum(left for p, left in before.items() if mask >> p & 1)
    for _ in range(random.randrange(_MOST_DRAWN + 1) if draw.pool else 0):
        worth, p = random.choice(draw.pool)
        if worth <= need:
            cart[p] = cart.get(p, 0) + 1
            need -= worth
    if need < 0:
        return None
    if need:
        for p, pieces in draw.made_up(need).items():
            cart[p] = cart.get(p, 0) + pieces
            need -= pieces * draw.worth(p)
    return cart if not need else None


def _left(draw: Draw, cart: Cart, turns: int) -> Cart:
    """What the first so many turns leave of each line, in the engine's order of lines."""
    lines = {p: draw.line(p, cart[p]) for p in sorted(cart, key=lambda p: str(draw.line(p, 1).sku_id))}
    left = {p: cart[p] * draw.worth(p) for p in lines}
    for turn in draw.turns[:turns]:
        places = [p for p in lines if turn.mask >> p & 1]
        amounts = [left[p] for p in places]
        total = sum(amounts)
        if turn.reach.total == total:
            taken, shares = turn.reach.taken, None
        else:
            offer = turn.compiled.offer(Goods([lines[p] for p in places], amounts, total))
            taken, shares = offer.amount, offer.shares
        if taken:
            for p, share in zip(places, shares or allocate(taken, amounts), strict=True):
                left[p] -= share
    return left


def _price(draw: Draw, cart: Cart) -> int:
    return _left(draw, cart, len(draw.turns))[draw.place] // cart[draw.place]
