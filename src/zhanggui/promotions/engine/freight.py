"""What is taken off the freight, once the goods are judged."""

from collections.abc import Mapping, Sequence

from zhanggui.kernel.i18n import Text

from .compiler import HeldCoupon, RuleSet, explain
from .evaluate import minute_of
from .kind import Circumstances, Goods, Offer
from .run import NO_LIMITS, Run, Turn, applied_of, held_places
from .values import Allowance, Applied, CartSnapshot, Lane, Relief, Verdict

#: The kind of what a buyer's tier takes off the freight; it is no promotion's.
TIER_WAIVER = "tier"


def relieve(
    rules: RuleSet,
    cart: CartSnapshot,
    verdict: Verdict,
    freight: int | None,
    coupons: Sequence[HeldCoupon] = (),
    allowances: Mapping[int, Allowance] = NO_LIMITS,
) -> Relief:
    """The one rule or coupon that takes most off `freight` (None: not known yet; then it is only said what is missing).

    Thresholds look at what `verdict` left of the goods. Higher priority first, then the most, then the earlier rule.
    """
    held_lanes = {held.rule.lane for held in coupons}
    if not rules.freight and Lane.FREIGHT not in held_lanes:
        return Relief(0, (), ())
    run = Run(cart, minute_of(rules, cart, coupons), allowances)
    left = {line.key: line.amount - line.discount for line in verdict.lines}
    run.left = [left[line.key] for line in run.lines]
    known = {c.rule.id: c.rule for c in (*rules.rules, *(held.rule for held in coupons))}
    used = [known[applied.promotion_id] for applied in verdict.applied]
    run.groups = {rule.exclusive_group: rule for rule in used if rule.exclusive_group}
    matches = rules.matches(run.lines)
    turns = [Turn(rules.rules[position], matches[position]) for position in rules.freight]
    turns += [Turn(held.rule, places, held) for held, places in held_places(run, coupons, freight=True)]
    offers = [(turn, offer) for turn in turns if (offer := _offer(run, turn, freight)) is not None]
    paid = [(turn, offer) for turn, offer in offers if offer.amount > 0]
    winner = max(paid, key=lambda pair: (pair[0].rule.priority, pair[1].amount, -pair[0].rule.id), default=None)
    for turn, offer in offers:
        done = winner is not None and turn is winner[0]
        if winner is not None and not done and offer.amount > 0:
            run.refuse(turn, "exclusive", other=winner[0].rule.label)
        else:
            run.note(turn, offer, offer.amount if done else 0, done)
    explained = tuple(run.explained)
    if winner is None:
        return Relief(0, (), explained)
    return Relief(winner[1].amount, (applied_of(*winner),), explained)


def waive(
    rules: RuleSet, waiver: Text | None, freight: int | None, coupons: Sequence[HeldCoupon] = ()
) -> Relief | None:
    """What stands in place of `relieve` for a buyer whose tier has all of the freight taken off (`waiver`, as he reads it).

    No rule and no coupon about the freight has its turn, so that none is used up. None for any other buyer.
    """
    if waiver is None:
        return None
    found = [(rules.rules[position].rule, "") for position in rules.freight]
    found += [(held.rule.rule, held.code) for held in coupons if held.rule.lane == Lane.FREIGHT]
    explained = tuple(explain(rule, "freight_free", code) for rule, code in found)
    applied = Applied(0, TIER_WAIVER, Lane.FREIGHT, waiver, "", None, freight or 0, False)
    return Relief(freight or 0, (applied,) if freight else (), explained)


def _offer(run: Run, turn: Turn, freight: int | None) -> Offer | None:
    """What the rule would take off the freight; None, with the reason noted, where it has no turn."""
    if not turn.places:
        run.refuse(turn, "no_matching_goods")
        return None
    if run.barred(turn):
        return None
    left = [run.left[i] for i in turn.places]
    goods = Goods([run.lines[i] for i in turn.places], left, sum(left), Circumstances(freight=freight))
    offer = turn.compiled.offer(goods)
    if turn.budget_left is not None and offer.amount > turn.budget_left:
        run.refuse(turn, "budget_spent")
        return None
    return offer
