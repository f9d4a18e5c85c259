"""One cart against the rules: the best lawful combination for the buyer. How rules combine is told in `docs/pricing.md`."""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

from .compiler import HeldCoupon, RuleSet
from .run import NO_LIMITS, Run, carry_out
from .values import Allowance, CartSnapshot, Verdict

#: So many cells (line × rule that runs and has goods in the cart) are looked at per search: a cart of 6 lines under 8 rules is
#: searched to the end (2^8 combinations), one of 20 under 25 is tried a few times more.
SMALL, CELLS = 48, 48 * 256
CELLS_LARGE = 1200


def minute_of(rules: RuleSet, cart: CartSnapshot, coupons: Sequence[HeldCoupon]) -> int:
    """The minute of the mall's day, where any rule asks for it."""
    if rules.has_daily or any(held.rule.rule.daily for held in coupons):
        local = cart.at.astimezone(rules.zone)
        return local.hour * 60 + local.minute
    return 0


def evaluate(
    rules: RuleSet,
    cart: CartSnapshot,
    coupons: Sequence[HeldCoupon] = (),
    allowances: Mapping[int, Allowance] = NO_LIMITS,
) -> Verdict:
    """Judge a cart. Deterministic: the order of lines and of coupons does not matter.

    Rules may stand in each other's way; of all that can lawfully be left out for another's sake (priority 0 or below) so
    many are that the buyer saves most. Ties: the fewest left out, then the earliest. `allowances` (by promotion id) tells
    what counted rules may still give to this buyer.
    """
    minute = minute_of(rules, cart, coupons)
    first = Run(cart, minute, allowances)
    matches = rules.matches(first.lines)
    carry_out(first, rules, matches, coupons)
    if not first.hindrances:
        return first.verdict()
    return _search(first, rules, matches, coupons, _optional(rules, matches, coupons))


def _optional(rules: RuleSet, matches: list[list[int]], coupons: Sequence[HeldCoupon]) -> set[int]:
    """The rules with goods in the cart that may be left out."""
    found = {c.rule.id for c, places in zip(rules.rules, matches, strict=True) if places and c.rule.priority <= 0}
    found.update(held.rule.rule.id for held in coupons if held.rule.rule.priority <= 0)
    return found


def _search(
    first: Run, rules: RuleSet, matches: list[list[int]], coupons: Sequence[HeldCoupon], optional: set[int]
) -> Verdict:
    """Leave out rivals, then the rivals found in what comes of that, best first, to the end or the bound."""
    present = sum(1 for c, places in zip(rules.rules, matches, strict=True) if places and not first.absent(c.rule))
    cells = len(first.lines) * (present + len(coupons))
    bounded = cells > SMALL
    rounds = CELLS_LARGE // cells if bounded else CELLS // SMALL
    if not rounds:
        return first.verdict(exact=all(rivals.isdisjoint(optional) for *_, rivals in first.hindrances))
    winner, winning = first, (-first.saved, 0, tuple[int, ...]())
    queue: list[tuple[int, int, tuple[int, ...], frozenset[int]]] = []
    seen = {frozenset[int]()}

    def offer(run: Run) -> None:
        for rival, gain in sorted(run.rivals(optional).items()):
            if bounded and run.gave(rival) >= gain:
                continue  # it gives at least what the others miss
            skip = run.skip | {rival}
            if skip not in seen:
                seen.add(skip)
                heappush(queue, (-run.saved, len(skip), tuple(sorted(skip)), skip))

    offer(first)
    while queue and rounds:
        rounds -= 1
        _, _, ordered, skip = heappop(queue)
        run = carry_out(Run(first.cart, first.minute, first.allowances, skip), rules, matches, coupons)
        standing = (-run.saved, len(skip), ordered)
        if standing < winning:
            winner, winning = run, standing
        offer(run)
    return winner.verdict(exact=not queue)
