"""What units that are given back give back under the rule their order was sold by, to the fen. Pure; told in docs/pricing.md.

All of it is said of what is given back so far, never of one case: so that the sequence does not matter, and with the last unit
all that was paid has gone back.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate
from zhanggui.orders.types import GIFT as GIVEN
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions.types import CartLine, CartSnapshot, Thawed, Verdict, evaluate, relieve, thaw

from .rules import NO_BASE, Base, worth_of
from .types import DISCOUNT, FREIGHT, GIFT, LIMIT, Change

KEEP, REPRICE = "keep", "reprice"
LEAVE, DEDUCT, RETURN = "leave", "deduct", "return"
#: The engine is asked about a moment all of whose conditions were met.
_THEN = datetime(2000, 1, 1, tzinfo=UTC)
_AMENDS = Text("之前已作为补偿退回", "Given back as amends before")
_FREIGHT = Text("不再免运费", "Delivery is not free any more")
_LIMIT = Text("不超过这些商品的实付、不低于零", "Not above what these goods were paid with, and not below nothing")
NOTHING: Mapping[int, int] = MappingProxyType({})


class Sold(NamedTuple):
    """A line of an order. `points` is what points took off it; `gift` the promotion it came with for nothing, or 0.

    `shares` are what promotions took off, by promotion.
    """

    line: int
    sku_id: int
    product_id: int
    title: str
    quantity: int
    unit_price: int
    list_price: int
    payable: int
    points: int
    shares: Mapping[int, int]
    gift: int
    surcharge: int = 0  # of `unit_price`: no promotion took anything off it


class Standing(NamedTuple):
    """Where an order stands once units are back: `worth` of each line's by its share, `due` of all of them together.

    `causes` says why `due` is less than the worths: (kind, name of it) to amount; minus, where something costs less than before.
    """

    worth: Mapping[int, int]
    due: int
    causes: Mapping[tuple[str, int], int]
    missing: Mapping[int, int]


class Reckoning:
    """An order with the terms it was sold under. `policy` is what holds of it: without terms, or where they do not bring forth
    what it cost (`told` False), each unit gives back its share and gifts stay."""

    __slots__ = ("_bases", "_freight", "_shipping", "_thawed", "_values", "gift", "lines", "policy", "told")

    def __init__(
        self, lines: Sequence[Sold], terms: Mapping[str, Any] | None, shipping: int, bases: Mapping[int, Base] = MappingProxyType({})
    ) -> None:  # fmt: skip
        self.lines = {line.line: line for line in lines}
        self.policy, self.gift, self.told = KEEP, LEAVE, terms is not None
        self._bases, self._shipping = bases, shipping
        self._values: dict[tuple[int, int], int] = {}
        self._freight: Mapping[str, Any] | None = None
        self._thawed: Thawed | None = None
        if terms is not None:
            self._read(terms)

    def _read(self, terms: Mapping[str, Any]) -> None:
        """Take the terms, if all of the order judged by them costs what it cost and has the gifts it had."""
        try:
            self._thawed = thaw(terms["rules"])
        except (KeyError, ValueError):  # of a kind that is no more, or that takes other terms now
            self.told = False
            return
        whole = {number: line.quantity for number, line in self.lines.items()}
        verdict, _ = self._judge(whole)
        costs = {line.key: line.amount - line.discount for line in verdict.lines}
        self.told = all(
            costs[str(n)] + line.surcharge * line.quantity == line.payable + line.points
            for n, line in self.lines.items()
            if not line.gift
        ) and _counted((gift.promotion_id, gift.sku_id, gift.quantity) for gift in verdict.gifts) == _counted(
            (line.gift, line.sku_id, line.quantity) for line in self.lines.values() if line.gift
        )
        if not self.told:
            return
        self.policy, self.gift = terms["policy"], terms["gift"]
        self._values = {(promotion, sku): value for promotion, sku, value in terms["gifts"]}
        if self.policy == REPRICE and terms["freight"] is not None:
            self._freight = terms["freight"]
            if self._fee(verdict, whole) != self._shipping:
                self._freight = None

    def _judge(self, units: Mapping[int, int]) -> tuple[Verdict, CartSnapshot]:
        assert self._thawed is not None
        gifts: dict[int, int] = {}
        for line in self.lines.values():
            if line.gift:
                gifts[line.sku_id] = gifts.get(line.sku_id, 0) + line.quantity
        cart = CartSnapshot(
            tuple(
                CartLine(
                    str(n),
                    line.sku_id,
                    line.product_id,
                    (),
                    None,
                    units[n],
                    line.unit_price - line.surcharge,
                    line.list_price - line.surcharge,
                )
                for n, line in self.lines.items()
                if not line.gift and units.get(n)
            ),
            _THEN,
            chosen=frozenset(gifts),
            stock=gifts,
        )
        return evaluate(self._thawed.rules, cart, self._thawed.held, self._thawed.allowances), cart

    def _fee(self, verdict: Verdict, units: Mapping[int, int]) -> int:
        """What it would have cost to send these units."""
        assert self._freight is not None
        assert self._thawed is not None
        amounts = {
            (n := int(line.key)): line.amount - line.discount + self.lines[n].surcharge * units.get(n, 0)
            for line in verdict.lines
        }
        fee = pricing.charge_again(
            self._freight,
            {n: (units.get(n, 0), amounts.get(n, 0)) for n, line in self.lines.items() if not line.gift},
        )
        if not fee:
            return 0
        _, cart = self._judge(units)
        return fee - relieve(self._thawed.rules, cart, verdict, fee, self._thawed.held).amount

    @property
    def plain(self) -> bool:
        """Whether each unit gives back its share, and gifts stay."""
        return self.policy == KEEP and self.gift == LEAVE

    def worth(self, line: Sold, taken: int) -> int:
        """What the first `taken` units of a line give back by their share, price guarantees included."""
        return worth_of(line.payable, line.quantity, taken, self._bases.get(line.line, NO_BASE))

    def standing(self, taken: Mapping[int, int], faulty: Mapping[int, int] = NOTHING) -> Standing:
        """Where it stands once `taken` units of each line are back; of these, `faulty` ones through the mall's own fault, which
        break nothing: what is kept is judged as though they were kept, too."""
        worth = {n: self.worth(line, taken.get(n, 0)) for n, line in self.lines.items()}
        by_share = sum(worth.values())
        kept = {n: line.quantity - taken.get(n, 0) for n, line in self.lines.items()}
        missing = NOTHING
        causes: dict[tuple[str, int], int] = {}
        if self.plain:
            return Standing(worth, by_share, causes, missing)
        judged = {n: kept[n] + min(faulty.get(n, 0), taken.get(n, 0)) for n in kept}
        verdict, _ = self._judge(judged)
        if self.policy == REPRICE:
            causes |= self._dearer(verdict, taken, kept, judged, worth)
            if self._freight is not None and any(kept[n] for n, line in self.lines.items() if not line.gift):
                causes[FREIGHT, 0] = max(self._fee(verdict, judged) - self._shipping, 0)
        if self.gift != LEAVE:
            missing = self._unearned(verdict, kept)
            for n, pieces in missing.items():
                line = self.lines[n]
                causes[GIFT, n] = pieces * self._values.get((line.gift, line.sku_id), 0)
        causes = {cause: amount for cause, amount in causes.items() if amount}
        due = min(max(by_share - sum(causes.values()), 0), by_share)
        return Standing(worth, due, causes, missing)

    def _dearer(
        self, verdict: Verdict, taken: Mapping[int, int], kept: Mapping[int, int], judged: Mapping[int, int],
        worth: Mapping[int, int],
    ) -> dict[tuple[str, int], int]:  # fmt: skip
        """By how much the units kept would have cost more than by their share, promotion by promotion."""
        by_rule: dict[int, int] = {}
        total = 0
        for each in verdict.lines:
            n = int(each.key)
            line, given, units = self.lines[n], taken.get(n, 0), judged[n]
            if not kept[n]:
                continue
            out = units - kept[n]  # given back, judged as kept
            paid = (
                each.amount
                - each.discount
                + line.surcharge * units
                - _rest(line.points, line.quantity - units, line.quantity)
            )
            cost = _rest(max(paid, 0), out, units)
            left = line.payable - worth[n]
            if n in self._bases:  # a price that was lowered for its buyer stays his
                cost = min(cost, left)
            total += cost - left
            for ref, amount in line.shares.items():
                by_rule[ref] = by_rule.get(ref, 0) + _rest(amount, given, line.quantity)
            for share in each.shares:
                by_rule[share.promotion_id] = by_rule.get(share.promotion_id, 0) - _rest(share.amount, out, units)
        found = {(DISCOUNT, ref): amount for ref, amount in by_rule.items() if amount}
        rest = total - sum(found.values())
        if rest:  # fen that do not divide; and what a lowered price or points already cover
            most = max(found, key=lambda cause: abs(found[cause]), default=(LIMIT, 0))
            found[most] = found.get(most, 0) + rest
        return found

    def _unearned(self, verdict: Verdict, kept: Mapping[int, int]) -> dict[int, int]:
        """Gifts still with the buyer that what he keeps would not have brought, by line."""
        earned = _counted((gift.promotion_id, gift.sku_id, gift.quantity) for gift in verdict.gifts)
        found = {}
        for n, line in self.lines.items():
            if line.gift and (pieces := kept[n] - earned.get((line.gift, line.sku_id), 0)) > 0:
                found[n] = pieces
        return found

    def share(
        self, units: Mapping[int, int], given: Mapping[int, int], before: Standing, after: Standing
    ) -> tuple[dict[int, int], list[Change]]:
        """What each line gives back in the step from `before` to `after`, of `units`, where `given` went back by then; and
        what makes it another than the units' own share.

        No line ever gives back more than its units' share; so the lines of the units give first, then those that were held
        back from before.
        """
        rooms = {n: max(after.worth[n] - given.get(n, 0), 0) for n in self.lines}
        if self.plain:
            parts = {n: rooms[n] for n in units if units[n]}
            less = sum(parts.values()) - (sum(after.worth.values()) - sum(before.worth.values()))
            return parts, [Change(LIMIT, 0, _AMENDS, less)] if less else []
        amount = min(max(after.due - sum(given.values()), 0), sum(rooms.values()))
        mine = [n for n in sorted(units) if units[n]]
        others = [n for n in sorted(rooms) if rooms[n] and not units.get(n)]
        first = min(amount, sum(rooms[n] for n in mine))
        parts = dict(zip(mine, allocate(first, [rooms[n] for n in mine]), strict=True))
        rest = zip(others, allocate(amount - first, [rooms[n] for n in others]), strict=True)
        parts |= {n: part for n, part in rest if part}
        return parts, self._changes(amount, before, after)

    def _changes(self, amount: int, before: Standing, after: Standing) -> list[Change]:
        """Why the step gives `amount` and not the share of its units; the changes sum to the difference."""
        differ = amount - (sum(after.worth.values()) - sum(before.worth.values()))
        found = [
            Change(kind, ref, self._name(kind, ref), moved)
            for kind, ref in sorted({*before.causes, *after.causes})
            if (moved := before.causes.get((kind, ref), 0) - after.causes.get((kind, ref), 0))
        ]
        rest = differ - sum(change.amount for change in found)
        return [*found, Change(LIMIT, 0, _LIMIT, rest)] if rest else found

    def _name(self, kind: str, ref: int) -> Text:
        if kind == DISCOUNT:
            assert self._thawed is not None
            return self._thawed.labels.get(ref, _LIMIT)
        if kind == GIFT:
            return Text(self.lines[ref].title, self.lines[ref].title)
        return _FREIGHT if kind == FREIGHT else _LIMIT


def _rest(amount: int, out: int, units: int) -> int:
    """What is left of an amount over `units` when `out` of them have given back theirs."""
    return amount - amount * out // units


def _counted(pieces: Any) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for promotion, sku, quantity in pieces:
        found[promotion, sku] = found.get((promotion, sku), 0) + quantity
    return found


def sold(order: Mapping[str, Any]) -> list[Sold]:
    """The lines of an order as they are reckoned with."""
    found = []
    for line in order["lines"]:
        was = line["instead_of"] or line  # what it was exchanged for since changes nothing of what it was sold as
        shares: dict[int, int] = {}
        for share in line["discounts"]:
            if not share.get("kind") and share.get("ref"):
                shares[share["ref"]] = shares.get(share["ref"], 0) + share["amount"]
        found.append(
            Sold(
                line["line"], was["sku_id"] or -line["line"], was["product_id"] or 0, line["title"], line["quantity"],
                line["unit_price"], line["list_price"], line["payable"],
                sum(share["amount"] for share in line["discounts"] if share.get("kind") == "points"), shares,
                next((s["ref"] for s in line["discounts"] if s.get("kind") == GIVEN), 0), line.get("surcharge", 0),
            )
        )  # fmt: skip
    return found
