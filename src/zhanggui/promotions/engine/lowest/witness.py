"""Carts that reach a low price, and what the engine makes of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from heapq import nlargest
from typing import NamedTuple

from zhanggui.kernel import ids

from ..compiler import HeldCoupon, RuleSet
from ..depth import Piece
from ..evaluate import evaluate
from ..run import NO_LIMITS, Run
from ..values import BuyerFacts, CartLine, CartSnapshot, Lane, Verdict
from .bound import Way
from .luck import Draw, Turn, best_of
from .mall import Mall
from .meeting import Who, bits, instant
from .wares import Asked, Ware, price_of

#: So many different values of pieces, and so many classes of goods, are tried for companions.
MOST_VALUES, MOST_CLASSES, MOST_LOOKED_AT = 24, 12, 40
#: Companions are put together from amounts up to this; above it the dearest of them come first.
MOST_SHORT = 400_000
#: What is rounded weighs less the more pieces there are; so many more are tried where a price is missed by no more fen.
_QUANTITIES, NEAR = (2, 3, 7), 2

#: Where a price is missed so many carts are drawn, for a ware and in all.
MOST_DRAWS, MOST_DRAWS_IN_ALL = 200, 60_000


class Meeting(NamedTuple):
    """Who buys, when, through which channel, with which coupons (positions of rules)."""

    buyer: BuyerFacts
    channel: str
    at: datetime
    coupons: tuple[int, ...]


class Witness(NamedTuple):
    """A cart in which a piece of the SKU costs `price`: its lines (SKU, pieces, price of a piece), and the rules that take from it.

    `coupons` are the promotions whose codes the buyer holds.
    """

    price: int
    buyer: BuyerFacts
    channel: str
    at: datetime
    lines: tuple[tuple[int, int, int], ...]
    coupons: tuple[int, ...]
    rules: tuple[int, ...]


Cart = dict[int, int]  # position of the ware → pieces


class Witnesses:
    """Makes carts for ways, and asks the engine what the piece costs in them."""

    def __init__(self, mall: Mall) -> None:
        self.mall = mall
        self._sets: dict[tuple[int, Meeting], RuleSet] = {}
        self._pools: dict[tuple[object, ...], list[tuple[int, int]]] = {}
        self._classes: dict[int, list[list[int]]] = {}
        self._sums: dict[tuple[object, ...], list[int]] = {}
        self._tops: dict[int, list[int]] = {}
        #: Per rules and way which kind of cart was best, and how far above the way's price it stayed, as a part of it.
        self._usual: dict[tuple[object, ...], tuple[int, float]] = {}
        self._meetings: dict[tuple[object, ...], Meeting] = {}
        self._worths: dict[tuple[int, Meeting], int] = {}
        self._runs: dict[Meeting, int] = {}
        self._in_items = sum(1 << k for k, c in enumerate(mall.compiled) if c.lane == Lane.ITEM)
        self._in_sets = sum(1 << k for k, c in enumerate(mall.compiled) if c.lane == Lane.SET)
        self.asked = 0
        self._draws = MOST_DRAWS_IN_ALL

    def meeting(self, asked: Asked, way: Way) -> Meeting:
        """Somebody and an instant for which the rules hold; a rule that cannot hold with those before it is left aside."""
        key = (way.rules, asked.limits)
        found = self._meetings.get(key)
        if found is None:
            found = self._meetings[key] = self._met(asked, way)
        return found

    def _met(self, asked: Asked, way: Way) -> Meeting:
        who = Who().and_price(asked) or Who()
        together: list[int] = []
        at = instant((), asked.spans, self.mall.now, self.mall.zone) or self.mall.now
        for k in way.rules:
            rules = [self.mall.rules[i].rule for i in (*together, k)]
            further = who.and_rule(rules[-1].audience)
            moment = instant(rules, asked.spans, self.mall.now, self.mall.zone)
            if further is not None and moment is not None:
                who, at = further, moment
                together.append(k)
        buyer, channel = who.buyer()
        return Meeting(buyer, channel, at, tuple(k for k in together if self.mall.rules[k].compiled.by_code))

    def best(self, place: int, asked: Asked, way: Way, known: Cart | None = None) -> tuple[Witness, Cart]:
        """The lowest price among the carts that are tried for a way; `known` is a cart of goods alike.

        Goods under the same rules that come down the same way are mostly served best by the same kind of cart: the kind that
        was best last time is tried first, and alone where it comes as near as it came then.
        """
        meeting = self.meeting(asked, way)
        best: tuple[Witness, Cart] | None = None
        tried: list[Cart] = []
        alike = (self.mall.named[place], way.rules, asked.limits)
        usual, distance = self._usual.get(alike, (0, 0.0))
        enough = way.price * (1 + distance) + NEAR if known is None else 0
        kinds = self._carts(place, asked, way, known)
        order = list(range(len(kinds)))
        if known is None:
            order.sort(key=lambda n: n != usual)
        for n in order:
            cart = kinds[n](meeting)
            if cart in tried:
                continue
            tried.append(cart)
            witness = self.judge(place, cart, meeting)
            if best is None or witness.price < best[0].price:
                best, usual = (witness, cart), n
            if witness.price <= max(way.price, enough) or (len(tried) >= 2 and best[0].price > way.price + NEAR):
                break  # there, or not a matter of rounding
        assert best is not None
        if way.price < best[0].price and known is None:
            best = self._luckier(place, asked, way, meeting, best)
        if known is None and len(tried) > 1:
            self._usual[alike] = usual, best[0].price / max(1, way.price) - 1
        return best

    def _luckier(
        self, place: int, asked: Asked, way: Way, meeting: Meeting, best: tuple[Witness, Cart]
    ) -> tuple[Witness, Cart]:
        """A cart with the goods at the same amounts in which rounding favours the piece, or the one there is."""
        mall = self.mall
        turns = [
            Turn(mall.rules[k].compiled, mall.rules[k].mask, reach, mall.rules[k].compiled.lane == Lane.SET)
            for k, reach in zip(way.rules, way.reaches, strict=True)
            if mall.rules[k].compiled.lane > Lane.ITEM
        ]
        first = next((n for n, turn in enumerate(turns) if not turn.of_sets), None)
        tries = min(MOST_DRAWS, self._draws)
        if (
            first is None
            or not turns[first].reach.total
            or not tries
            or any(t.reach.others or t.reach.alone for t in turns)
        ):
            return best
        k = next(k for k in way.rules if mall.rules[k].compiled is turns[first].compiled)
        pool = self._drawn_from(way, k, meeting)
        members: dict[int, int] = {}
        for p in mall.rules[way.rules[len(way.rules) - len(turns)]].positions if turns[0].of_sets else ():
            if (
                len(members) < MOST_VALUES
                and p != place
                and mall.named[p] & self._in_sets == mall.named[place] & self._in_sets
            ):
                members.setdefault(self._worth(p, meeting), p)
        worth = way.lefts[len(way.rules) - len(turns)]
        lines: dict[tuple[int, int], CartLine] = {}

        def line(p: int, pieces: int) -> CartLine:
            if (p, pieces) not in lines:
                lines[p, pieces] = self._line(mall.wares[p], pieces, meeting)
            return lines[p, pieces]

        draw = Draw(
            place, asked.quantity, turns, first, turns[first].reach.total, pool, [p for _, p in sorted(members.items())],
            lambda p: worth if p == place else self._worth(p, meeting), line,
            lambda need: _made_up(pool, need, self._sums) if pool and need <= MOST_SHORT else {},
        )  # fmt: skip
        self._draws -= tries
        cart = best_of(draw, tries, way.price, ids.rng(place))
        if cart is not None:
            witness = self.judge(place, cart, meeting)
            if witness.price < best[0].price:
                return witness, cart
        return best

    def _drawn_from(self, way: Way, k: int, meeting: Meeting) -> list[tuple[int, int]]:
        """(worth of a piece, position) of goods for rule `k` that the way's later rules look at as well, and no rule of sets."""
        mall, key = self.mall, ("draws", way.rules, meeting)
        found = self._pools.get(key)
        if found is None:
            rest = sum(1 << i for i in way.rules if i >= k)
            values: dict[int, int] = {}
            classes = self._classes.get(k) or list(mall.classes(mall.rules[k].mask).values())[:MOST_LOOKED_AT]
            for members in classes:
                named = mall.named[members[0]]
                if named & rest == rest and not named & self._in_sets:
                    for p in members[:: max(1, len(members) // MOST_VALUES)]:
                        if worth := self._worth(p, meeting):
                            values.setdefault(worth, p)
            step = max(1, len(values) // (2 * MOST_VALUES))
            found = self._pools[key] = sorted(values.items())[::step]
        return found

    def _carts(self, place: int, asked: Asked, way: Way, known: Cart | None) -> list[Callable[[Meeting], Cart]]:
        """Kinds of carts for a way: filled to where every rule takes most, of the goods alone, and what is rounded weighing less."""
        few = max([asked.quantity, *(reach.pieces for reach in way.reaches)])
        found: list[Callable[[Meeting], Cart]] = [partial(self._filled, place, few, way)]
        amounts = [
            (r.total, left)
            for r, left in zip(way.reaches, way.lefts, strict=True)
            if r.total > 1 and left and not r.others
        ]
        if any(reach.alone for reach in way.reaches):
            found.append(lambda _: {place: few})
        else:
            found.append(lambda _: {place: max([few, *(-(-total // left) for total, left in amounts)])})
            found += [partial(self._filled, place, few * more, way) for more in _QUANTITIES]
        return found if known is None else [lambda _: known, *found]

    def judge(self, place: int, cart: Cart, meeting: Meeting) -> Witness:
        """What a piece of the ware at `place` costs in the cart, by the engine."""
        mall = self.mall
        wares = {p: mall.wares[p] for p in cart}
        lines = tuple(self._line(ware, cart[p], meeting) for p, ware in wares.items())
        verdict = self._verdict(cart, lines, meeting)
        mine = next(v for v in verdict.lines if v.key == str(mall.wares[place].sku_id))
        taking = {share.promotion_id for share in mine.shares}
        return Witness(
            (mine.amount - mine.discount) // cart[place],
            meeting.buyer,
            meeting.channel,
            meeting.at,
            tuple((line.sku_id, line.quantity, line.unit_price) for line in lines),
            tuple(mall.rules[k].rule.id for k in meeting.coupons),
            tuple(r.rule.id for r in mall.rules if r.rule.id in taking),
        )

    def _line(self, ware: Ware, quantity: int, meeting: Meeting) -> CartLine:
        price = price_of(ware, meeting.buyer, meeting.channel, quantity, meeting.at)
        key = str(ware.sku_id)
        return CartLine(
            key,
            ware.sku_id,
            ware.product_id,
            ware.category_ids,
            ware.brand_id,
            quantity,
            price,
            max(price, ware.list_price),
        )

    def _verdict(self, cart: Cart, lines: tuple[CartLine, ...], meeting: Meeting) -> Verdict:
        mall = self.mall
        self.asked += 1
        named = 0
        for place in cart:
            named |= mall.named[place]
        snapshot = CartSnapshot(lines, meeting.at, buyer=meeting.buyer, channel=meeting.channel)
        rules = self._sets.get((named, meeting))
        if rules is None:
            found = [c for k in bits(named & self._present(meeting)) if not (c := mall.compiled[k]).by_code]
            rules = RuleSet(tuple(sorted(found, key=lambda c: (c.lane, -c.rule.priority, c.rule.id))), mall.zone)
            self._sets[named, meeting] = rules
        held = [
            HeldCoupon(mall.compiled[k], f"C{mall.compiled[k].rule.id}", mall.compiled[k].rule.id)
            for k in meeting.coupons
        ]
        return evaluate(rules, snapshot, held)

    def _filled(self, place: int, quantity: int, way: Way, meeting: Meeting) -> Cart:
        """So many pieces, with companions that bring every rule's goods to where it takes its largest part."""
        mall = self.mall
        cart: Cart = {place: quantity}
        for k, reach in zip(way.rules, way.reaches, strict=True):
            for sku, pieces in reach.others:
                other = mall.place_of.get(sku) if sku else self._dearest(k, place)
                if other is not None:
                    cart[other] = cart.get(other, 0) + pieces
        worth = {place: way.lefts[n] if (n := self._first_orderly(way)) is not None else way.price}
        goals = [(k, r) for k, r in zip(way.rules, way.reaches, strict=True) if r.total > 1 and not r.others]
        for k, reach in sorted(goals, key=lambda goal: mall.rules[goal[0]].mask.bit_count()):
            placed = mall.rules[k]
            have = sum(
                pieces * (worth.get(p) or self._worth(p, meeting)) * self._kept(way, k, p)
                for p, pieces in cart.items()
                if placed.mask >> p & 1
            )
            short = reach.total - have
            if placed.compiled.lane == Lane.SET:  # the piece itself does not count (add-on purchase)
                short = reach.total - way.lefts[way.rules.index(k)]
            if short > 0.5:
                for p, pieces in self._companions(way, k, goals, meeting, short, place).items():
                    cart[p] = cart.get(p, 0) + pieces
        return cart

    def _first_orderly(self, way: Way) -> int | None:
        return next((n for n, k in enumerate(way.rules) if self.mall.rules[k].orderly), None)

    def _kept(self, way: Way, k: int, place: int) -> float:
        """What part of a ware's worth the order's rules before rule `k` leave."""
        part = 1.0
        for i, reach in zip(way.rules, way.reaches, strict=True):
            if i < k and self.mall.rules[i].orderly and self.mall.rules[i].mask >> place & 1:
                part *= 1 - reach.off / reach.of
        return part

    def _worth(self, place: int, meeting: Meeting) -> int:
        """A piece after the item lane, for this buyer at this instant."""
        found = self._worths.get((place, meeting))
        if found is None:
            found = self._worths[place, meeting] = self._after_items(place, meeting)
        return found

    def _after_items(self, place: int, meeting: Meeting) -> int:
        mall, ware = self.mall, self.mall.wares[place]
        price = price_of(ware, meeting.buyer, meeting.channel, 1, meeting.at)
        if not price:
            return 0
        taken, level = 0, None
        for k in bits(mall.named[place] & self._in_items & self._present(meeting)):
            placed = mall.rules[k]
            rule = placed.rule
            if level is not None and rule.priority < level and taken:
                break
            level = rule.priority
            piece = Piece(ware.sku_id, price, price, price, 1, price, 1, mall.most)
            taken = max([taken, *(price - price * (r.of - r.off) // r.of for r in placed.ask(piece))])
        return price - taken

    def _present(self, meeting: Meeting) -> int:
        """The rules that run for this buyer at this instant, as bits; no other changes what is paid."""
        found = self._runs.get(meeting)
        if found is None:
            local = meeting.at.astimezone(self.mall.zone)
            cart = CartSnapshot((), meeting.at, buyer=meeting.buyer, channel=meeting.channel)
            run = Run(cart, local.hour * 60 + local.minute, NO_LIMITS)
            found = sum(1 << k for k, c in enumerate(self.mall.compiled) if not run.absent(c.rule))
            self._runs[meeting] = found
        return found

    def _dearest(self, k: int, place: int) -> int | None:
        found = self._tops.get(k)
        if found is None:
            values = self.mall.values
            found = self._tops[k] = nlargest(2, self.mall.rules[k].positions, key=lambda p: values[p][1])
        return next((p for p in found if p != place), None)

    def _companions(
        self, way: Way, k: int, goals: Sequence[tuple[int, object]], meeting: Meeting, short: float, place: int
    ) -> Cart:
        """Goods in rule `k`'s scope that are worth `short` when its turn comes, or the least above it that can be made up."""
        pool = self._pool(way, k, goals, meeting)
        if not pool:
            return {}
        kept = self._kept(way, k, pool[0][1])
        if kept <= 0:
            return {}
        need = max(1, round(short / kept)) if abs(short / kept - round(short / kept)) < 1e-6 else int(short / kept) + 1
        cart: Cart = {}
        dearest = max(pool)
        if need > MOST_SHORT:
            many = max(0, (need - MOST_SHORT // 2) // dearest[0])
            if many:
                cart[dearest[1]] = many
                need -= many * dearest[0]
        for p, pieces in _made_up(pool, need, self._sums).items():
            cart[p] = cart.get(p, 0) + pieces
        return cart

    def _pool(self, way: Way, k: int, goals: Sequence[tuple[int, object]], meeting: Meeting) -> list[tuple[int, int]]:
        """(worth of a piece, position) of goods for rule `k`, of different worth: those that as few other rules as can be look at."""
        key = (way.rules, k, meeting)
        found = self._pools.get(key)
        if found is not None:
            return found
        mall = self.mall
        if k not in self._classes:
            classes = mall.classes(mall.rules[k].mask).values()
            self._classes[k] = sorted(classes, key=lambda members: mall.named[members[0]].bit_count())[:MOST_LOOKED_AT]
        size = mall.rules[k].mask.bit_count()
        narrow = sum(1 << i for i, _ in goals if i != k and mall.rules[i].mask.bit_count() <= size)
        mine = sum(1 << i for i in way.rules)

        def disturbance(members: list[int]) -> tuple[int, int, int]:
            named = mall.named[members[0]]
            return (named & narrow).bit_count(), (named & self._in_sets).bit_count(), (named & ~mine).bit_count()

        values: dict[int, int] = {}
        pattern: int | None = None
        for members in sorted(self._classes[k], key=disturbance)[:MOST_CLASSES]:
            common = mall.named[members[0]] & mine
            pattern = common if pattern is None else pattern
            if common != pattern:
                continue
            for place in members[:: max(1, len(members) // MOST_VALUES)]:
                if len(values) < MOST_VALUES and (worth := self._worth(place, meeting)):
                    values.setdefault(worth, place)
        found = sorted(values.items())
        self._pools[key] = found
        return found


def _made_up(pool: list[tuple[int, int]], need: int, kept: dict[tuple[object, ...], list[int]]) -> Cart:
    """Pieces of the pool whose worth is `need`, or the least above it: all sums are the ones of a number's bits."""
    top = max(value for value, _ in pool)
    limit = 1 << (need + top).bit_length()
    key = (limit, *pool)
    layers = kept.get(key)
    if layers is None:
        mask = (1 << limit) - 1
        layers = [1]
        for value, _ in pool:
            sums, shift = layers[-1], value
            while shift < limit:
                sums |= sums << shift & mask
                shift *= 2
            layers.append(sums)
        if len(kept) > 400:
            kept.clear()
        kept[key] = layers
    above = layers[-1] >> need
    if not above:
        return {}
    left = need + (above & -above).bit_length() - 1
    cart: Cart = {}
    for n in range(len(pool), 0, -1):
        value, place = pool[n - 1]
        while left and not layers[n - 1] >> left & 1:
            cart[place] = cart.get(place, 0) + 1
            left -= value
    return cart
