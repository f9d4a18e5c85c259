"""Adds up what a proposal would have given beside what really was given. Memory does not grow with the number of sales."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from heapq import heappush, heappushpop
from typing import Any

from zhanggui.promotions.types import Gift

from ..types import (
    BANDS,
    DIMENSIONS,
    DayRow,
    Figures,
    OrderRow,
    PromotionRow,
    SegmentRow,
    Side,
    SkuRow,
)
from .till import Judgement
from .values import GoodsFact, Sale

WORST, MOVED, SKUS = 200, 100, 200  # rows that are kept
_UNKNOWN = GoodsFact()


class _Top:
    """The rows with the largest keys."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[int, int, OrderRow]] = []
        self._seen = 0

    def offer(self, key: int, row: OrderRow) -> None:
        self._seen += 1
        entry = (key, -self._seen, row)  # of equals the earlier one stays
        if len(self._heap) < self._most:
            heappush(self._heap, entry)
        else:
            heappushpop(self._heap, entry)

    def rows(self) -> list[OrderRow]:
        return [row for *_, row in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]


class Tally:
    """`goods` is asked for the floor and cost of SKUs; it may be filled while the sales come."""

    def __init__(self, goods: Mapping[int, GoodsFact]) -> None:
        self._goods = goods
        self.real, self.proposed = Side(), Side()
        self._days: dict[date, DayRow] = {}
        self._promotions: dict[int, PromotionRow] = {}
        self._segments: dict[tuple[int, str, str], SegmentRow] = {}
        self._skus: dict[int, SkuRow] = {}
        self._bands = [[0, 0] for _ in range(len(BANDS) + 1)]
        self._worst, self._gains, self._losses = _Top(WORST), _Top(MOVED), _Top(MOVED)
        self.cheaper = self.dearer = self.same = 0
        self.gain = self.loss = 0
        self.newly_below = 0
        self.bounded = 0
        self.strangers = 0
        self.gifts_without_cost = 0

    def add(self, sale: Sale, judged: Judgement) -> None:
        """One sale that counts, and what the proposal would have given it."""
        off = {line.key: line.discount for line in judged.verdict.lines}
        real, proposed = _Sum(), _Sum()
        worst = [0, 0]
        for line in sale.lines:
            cart = line.cart
            amount = cart.quantity * cart.unit_price
            taken = sum(share for _, share in line.taken)
            for sum_, discount in ((real, taken), (proposed, off[cart.key])):
                sum_.line(amount, discount, line.other, None if line.cost is None else line.cost * cart.quantity)
            self._floors(sale, line.cost, cart.sku_id, cart.quantity, (amount - taken, amount - off[cart.key]), worst)
            if cart.sku_id < 0:
                self.strangers += 1
        real.relief = sum(amount for _, amount in sale.relieved)
        proposed.relief = judged.relief.amount
        real.gift_cost = sum((gift.cost or 0) * gift.quantity for gift in sale.gifts)
        proposed.gift_cost = self._gift_cost(judged.verdict.gifts)
        self.bounded += not judged.verdict.exact
        self._book(sale, real, proposed, worst)
        self._by_promotion(sale, judged)

    def _floors(
        self, sale: Sale, cost: int | None, sku_id: int, pieces: int, left: tuple[int, int], worst: list[int]
    ) -> None:
        """What a line is short of floor and cost, really and under the proposal; points are money and count as paid."""
        fact = self._goods.get(sku_id, _UNKNOWN)
        floor = fact.floor
        if floor is None and cost is None:
            return
        short = [max((floor or 0) * pieces - each, 0) for each in left]
        under = [max((cost or 0) * pieces - each, 0) for each in left]
        if not any(short) and not any(under):
            return
        row = self._skus.get(sku_id)
        if row is None:
            row = self._skus[sku_id] = SkuRow(sku_id, floor)
        for side, gap, loss, paid in zip((row.real, row.proposed), short, under, left, strict=True):
            side.below_floor += pieces if gap else 0
            side.floor_gap += gap
            side.below_cost += pieces if loss else 0
            side.cost_gap += loss
            side.least = min(side.least, paid // pieces) if side.least is not None else paid // pieces
        for i in (0, 1):
            worst[i] += max(short[i], under[i])
            totals = (self.real, self.proposed)[i]
            totals.floor_gap += short[i]
            totals.cost_gap += under[i]

    def _gift_cost(self, gifts: Iterable[Gift]) -> int:
        total = 0
        for gift in gifts:
            cost = self._goods.get(gift.sku_id, _UNKNOWN).cost
            if cost is None:
                self.gifts_without_cost += gift.quantity
            else:
                total += cost * gift.quantity
        return total

    def _book(self, sale: Sale, real: "_Sum", proposed: "_Sum", worst: list[int]) -> None:
        day = self._days.get(sale.day)
        if day is None:
            day = self._days[sale.day] = DayRow(sale.day)
        day.orders += 1
        for side, sum_, in_day in ((self.real, real, day.real), (self.proposed, proposed, day.proposed)):
            for into in (side, in_day):
                into.orders += 1
                into.goods += sum_.goods
                into.discount += sum_.discount
                into.relief += sum_.relief
                into.gift_cost += sum_.gift_cost
                into.other += sum_.other
                into.sales += sum_.sales
                if sum_.cost is not None:
                    into.known_orders += 1
                    into.known_sales += sum_.sales
                    into.profit += sum_.profit
        for i, sum_ in enumerate((real, proposed)):
            if sum_.cost is not None:
                self._bands[band_of(sum_.profit, sum_.sales)][i] += 1
        for side, short in ((self.real, worst[0]), (self.proposed, worst[1])):
            side.below_orders += 1 if short else 0
        row = OrderRow(
            sale.number, sale.at.isoformat(), real.goods, real.discount + real.relief,
            proposed.discount + proposed.relief, real.sales, proposed.sales, real.profit_or_none,
            proposed.profit_or_none, worst[1],
        )  # fmt: skip
        if worst[1]:
            self._worst.offer(worst[1], row)
            self.newly_below += not worst[0]
        change = row.proposed_off - row.real_off
        self.cheaper += change > 0
        self.dearer += change < 0
        self.same += change == 0
        self.gain += max(change, 0)
        self.loss += max(-change, 0)
        if change > 0:
            self._gains.offer(change, row)
        elif change < 0:
            self._losses.offer(-change, row)
        for dimension, value in segments_of(sale):
            segment = self._segment(0, dimension, value)
            segment.orders += 1
            segment.sales += real.sales
            segment.real += row.real_off
            segment.proposed += row.proposed_off
            segment.cheaper += change > 0
            segment.dearer += change < 0

    def _segment(self, promotion_id: int, dimension: str, value: str) -> SegmentRow:
        key = (promotion_id, dimension, value)
        found = self._segments.get(key)
        if found is None:
            found = self._segments[key] = SegmentRow(promotion_id, dimension, value)
        return found

    def _by_promotion(self, sale: Sale, judged: Judgement) -> None:
        given: dict[int, int] = {}
        for line in sale.lines:
            for promotion_id, amount in line.taken:
                given[promotion_id] = given.get(promotion_id, 0) + amount
        for promotion_id, amount in sale.relieved:
            given[promotion_id] = given.get(promotion_id, 0) + amount
        for gift in sale.gifts:
            given.setdefault(gift.promotion_id, 0)
        would: dict[int, int] = {}
        for applied in (*judged.verdict.applied, *judged.relief.applied):
            would[applied.promotion_id] = would.get(applied.promotion_id, 0) + applied.amount
        for promotion_id in given.keys() | would.keys():
            row = self._promotions.get(promotion_id)
            if row is None:
                row = self._promotions[promotion_id] = PromotionRow(promotion_id)
            had, has = given.get(promotion_id), would.get(promotion_id)
            row.real_orders += had is not None
            row.real_amount += had or 0
            row.orders += has is not None
            row.amount += has or 0
            row.won += has is not None and had is None
            row.lost += had is not None and has is None
            for dimension, value in segments_of(sale):
                segment = self._segment(promotion_id, dimension, value)
                segment.orders += 1
                segment.real += had or 0
                segment.proposed += has or 0
                segment.cheaper += (has or 0) > (had or 0)
                segment.dearer += (has or 0) < (had or 0)
        for promised in judged.verdict.gifts:
            row = self._promotions[promised.promotion_id]
            row.gifts += promised.quantity
            row.gift_cost += (self._goods.get(promised.sku_id, _UNKNOWN).cost or 0) * promised.quantity

    def figures(self) -> Figures:
        """All of it so far."""
        skus = sorted(
            self._skus.values(), key=lambda row: (-max(row.proposed.floor_gap, row.proposed.cost_gap), row.sku_id)
        )
        for side, name in ((self.real, "real"), (self.proposed, "proposed")):
            side.below_floor_skus = sum(1 for row in skus if getattr(row, name).below_floor)
            side.below_cost_skus = sum(1 for row in skus if getattr(row, name).below_cost)
        return Figures(
            real=self.real,
            proposed=self.proposed,
            cheaper=self.cheaper,
            dearer=self.dearer,
            same=self.same,
            gain=self.gain,
            loss=self.loss,
            newly_below=self.newly_below,
            bounded=self.bounded,
            strangers=self.strangers,
            gifts_without_cost=self.gifts_without_cost,
            days=[self._days[day] for day in sorted(self._days)],
            bands=[tuple(pair) for pair in self._bands],
            promotions=sorted(self._promotions.values(), key=lambda row: (-row.amount, -row.real_amount, row.id)),
            segments=sorted(self._segments.values(), key=_order_of_segments),
            skus=skus[:SKUS],
            worst=self._worst.rows(),
            gains=self._gains.rows(),
            losses=self._losses.rows(),
        )


class _Sum:
    """One sale on one side. `cost` None: of some line it is not known."""

    __slots__ = ("cost", "discount", "gift_cost", "goods", "other", "relief", "sales")

    def __init__(self) -> None:
        self.goods = self.discount = self.relief = self.gift_cost = self.other = self.sales = 0
        self.cost: int | None = 0

    def line(self, amount: int, discount: int, other: int, cost: int | None) -> None:
        """What points and staff took off besides stays as it was, as far as there is something left."""
        other = min(other, amount - discount)
        self.goods += amount
        self.discount += discount
        self.other += other
        self.sales += amount - discount - other
        self.cost = None if self.cost is None or cost is None else self.cost + cost

    @property
    def profit(self) -> int:
        return self.sales - (self.cost or 0) - self.gift_cost - self.relief

    @property
    def profit_or_none(self) -> int | None:
        return None if self.cost is None else self.profit


def segments_of(sale: Sale) -> Iterator[tuple[str, str]]:
    """To whom a sale belongs, by each of the DIMENSIONS."""
    buyer = sale.buyer
    values: dict[str, Any] = {
        "tier": buyer.tier if buyer.member_id is not None else "",
        "age": "new" if buyer.is_new else "regular",
        "region": buyer.region,
    }
    return ((name, values[name]) for name in DIMENSIONS)


def band_of(profit: int, sales: int) -> int:
    """Which band of margin (basis points of sales) a sale lies in; nothing paid is the lowest."""
    rate = profit * 10_000 // sales if sales else -10_000
    return sum(1 for bound in BANDS if rate >= bound)


def _order_of_segments(row: SegmentRow) -> tuple[int, int, int, str]:
    return (row.promotion_id, DIMENSIONS.index(row.dimension), -row.proposed, row.value)
