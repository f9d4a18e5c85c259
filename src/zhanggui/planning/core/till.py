"""The proposal at work: one past sale after another, in the order of their times, with limits that run out and come back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from heapq import heappop, heappush
from typing import NamedTuple

from zhanggui.promotions.types import (
    KINDS,
    Allowance,
    Applied,
    CartSnapshot,
    CompiledRule,
    HeldCoupon,
    LineVerdict,
    Quota,
    Relief,
    Rule,
    RuleSet,
    Verdict,
    compile_rules,
    evaluate,
    relieve,
)

from .values import Proposed, Sale

#: What a replay cannot know runs out: gifts are taken to be there.
PLENTY = 10**9


class Judgement(NamedTuple):
    """What the proposal would have given a sale."""

    verdict: Verdict
    relief: Relief


class _Counter:
    """How far a limited promotion is used up."""

    __slots__ = ("had", "held", "pieces", "proposed", "quota", "spent", "used")

    def __init__(self, proposed: Proposed, quota: Quota | None) -> None:
        self.proposed = proposed
        self.used, self.spent = proposed.used, proposed.spent
        self.held = dict(proposed.held)
        self.quota = quota
        self.pieces: dict[int, int] = dict(quota.stock) if quota else {}
        self.had: dict[tuple[str, int], int] = {}

    def allowance(self, holder: str) -> Allowance:
        terms = self.proposed
        barred = ""
        if terms.use_limit is not None and self.used >= terms.use_limit:
            barred = "used_up"
        elif terms.per_holder_limit is not None and self.held.get(holder, 0) >= terms.per_holder_limit:
            barred = "holder_limit"
        left = None if terms.budget is None else max(terms.budget - self.spent, 0)
        return Allowance(barred, left, self._pieces(holder) if self.quota else None)

    def _pieces(self, holder: str) -> Mapping[int, int]:
        assert self.quota is not None
        most = self.quota.per_holder
        if most is None:
            return self.pieces
        return {sku: min(left, most - self.had.get((holder, sku), 0)) for sku, left in self.pieces.items()}

    def move(self, holder: str, applied: Applied, times: int) -> None:
        """Take what a sale used (`times` 1), or give it back (-1)."""
        self.used += times
        self.spent += times * (applied.amount + applied.worth)
        if self.proposed.per_holder_limit is not None:
            self.held[holder] = self.held.get(holder, 0) + times
        for sku, pieces in applied.pieces:
            self.pieces[sku] -= times * pieces
            if self.quota and self.quota.per_holder is not None:
                self.had[holder, sku] = self.had.get((holder, sku), 0) + times * pieces


def _untouched(sale: Sale) -> Judgement:
    lines = [LineVerdict(each.cart.key, each.cart.quantity * each.cart.unit_price, 0, ()) for each in sale.lines]
    return Judgement(Verdict(tuple(lines), 0, (), ()), Relief(0, (), ()))


def _quota(rule: Rule) -> Quota | None:
    kind = KINDS[rule.kind]
    return kind.quota(rule.terms) if kind.quota else None


class Till:
    """Judges sales under a proposal. They must come in the order of their times."""

    def __init__(self, proposed: Sequence[Proposed], zone: tzinfo) -> None:
        self._zone = zone
        self._by_id = {each.rule.id: each for each in proposed}
        compiled = compile_rules((each.rule for each in proposed), zone).rules
        self._ruled = [rule for rule in compiled if not rule.by_code]
        self._coupons = {rule.rule.id: rule for rule in compiled if rule.by_code}
        self._everybody = [rule for i, rule in self._coupons.items() if self._by_id[i].everybody]
        quotas = {each.rule.id: _quota(each.rule) for each in proposed}
        self._counters = {
            i: _Counter(each, quotas[i]) for i, each in self._by_id.items() if each.rule.counted or quotas[i]
        }
        self._undone: list[tuple[datetime, int, str, tuple[Applied, ...]]] = []
        self._sales = 0
        self._rules = RuleSet((), zone)
        self._stock: Mapping[int, int] = {}
        self._edges = self._all_edges()
        self._started = False

    def _all_edges(self) -> list[datetime]:
        """The instants at which another set of rules is in force, the latest first."""
        found: set[datetime] = set()
        for each in self._by_id.values():
            ends: list[datetime | None] = [each.rule.starts_at, each.rule.ends_at]
            for span in each.spans or ():
                ends += span
            found.update(edge for edge in ends if edge is not None)
        return sorted(found, reverse=True)

    def judge(self, sale: Sale) -> Judgement:
        """What the proposal would have given this sale; it uses up limits as if it had."""
        self._give_back(sale.at)
        if sale.fixed:
            return _untouched(sale)
        rules = self._in_force(sale.at)
        holder = sale.holder or sale.number
        coupons = self._held(sale, holder)
        allowances = {i: self._counters[i].allowance(holder) for i in rules.counted} if rules.counted else {}
        cart = CartSnapshot(
            tuple([line.cart for line in sale.lines]),
            sale.at,
            buyer=sale.buyer,
            channel=sale.channel,
            chosen=frozenset(gift.sku_id for gift in sale.gifts),
            stock=self._stock,
        )
        verdict = evaluate(rules, cart, coupons, allowances)
        relief = relieve(rules, cart, verdict, sale.freight, coupons, allowances)
        self._count(sale, holder, (*verdict.applied, *relief.applied))
        return Judgement(verdict, relief)

    def _in_force(self, at: datetime) -> RuleSet:
        """Only what runs: what does not would still bound the search for the best combination."""
        edges = self._edges
        if not self._started or (edges and edges[-1] <= at):
            while edges and edges[-1] <= at:
                edges.pop()
            running = [rule for rule in self._ruled if self._runs(rule, at)]
            self._rules = RuleSet(tuple(running), self._zone)
            self._stock = dict.fromkeys(self._rules.gifts | self._coupon_gifts(), PLENTY)
            self._started = True
        return self._rules

    def _coupon_gifts(self) -> frozenset[int]:
        return frozenset(sku for rule in self._coupons.values() for sku in rule.gives)

    def _runs(self, rule: CompiledRule, at: datetime) -> bool:
        own = rule.rule
        if at < own.starts_at or (own.ends_at is not None and at >= own.ends_at):
            return False
        return self._by_id[own.id].on(at)

    def _held(self, sale: Sale, holder: str) -> list[HeldCoupon]:
        """The coupons the buyer presents: those he did, and those everybody is taken to have."""
        if not self._coupons:
            return []
        shown = [(self._coupons[i], code) for i, code in sale.coupons if i in self._coupons]
        had = {rule.rule.id for rule, _ in shown}
        shown += [(rule, f"#{rule.rule.id}") for rule in self._everybody if rule.rule.id not in had]
        found = []
        for rule, code in shown:
            counter = self._counters.get(rule.rule.id)
            allowance = counter.allowance(holder) if counter else Allowance()
            if not allowance.barred and self._by_id[rule.rule.id].on(sale.at):
                found.append(HeldCoupon(rule, code, 0, allowance.budget_left))
        return found

    def _count(self, sale: Sale, holder: str, applied: tuple[Applied, ...]) -> None:
        counted = tuple(each for each in applied if each.promotion_id in self._counters)
        for each in counted:
            self._counters[each.promotion_id].move(holder, each, 1)
        if counted and sale.undone_at is not None:
            self._sales += 1
            heappush(self._undone, (sale.undone_at, self._sales, holder, counted))

    def _give_back(self, at: datetime) -> None:
        """What sales that were undone by now had used up."""
        while self._undone and self._undone[0][0] <= at:
            _, _, holder, applied = heappop(self._undone)
            for each in applied:
                self._counters[each.promotion_id].move(holder, each, -1)
