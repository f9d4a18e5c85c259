"""Pure rules of the assortment: what is wrong with a wish, what makes a hit, what sells slowly and what to do about it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from zhanggui.kernel import clock
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, MAX_AMOUNT
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.pricing.types import FreightRuleView, PolicyView, Price

from .types import DECISIONS, DELIST, KEEP, PROMOTE, ROLES, Band, Match, Proposal, ShelfPlan, Verdict

MOST_AT_ONCE, MOST_MATCHES, MOST_BANDS = 500, 12, 12
MOST_FIGURE = 1_000_000
#: A decision is looked at again within a year.
LONGEST = timedelta(days=366)
#: Where neither a plan nor the price rules of a category say where bands begin: 0, 50, 100, 200, 500.
USUAL = (0, 5_000, 10_000, 20_000, 50_000)


def check_role(role: str) -> list[FieldError]:
    if role in ROLES:
        return []
    known = "、".join(words.zh for words in ROLES.values())
    return [FieldError("role", "unknown", Text(f"请选择：{known}", f"must be one of: {', '.join(ROLES)}"))]


def check_words(name: str, text: str, most: int, *, required: bool = False) -> list[FieldError]:
    """What is wrong with a line of words."""
    try:
        clean_text(text, name, most, required=required)
    except ValidationFailed as wrong:
        return list(wrong.errors)
    return []


def check_plan(plan: ShelfPlan) -> list[FieldError]:
    """Figures above nothing; bands that begin where the one before ends, the last without an end, together the whole."""
    faults = check_words("note", plan.note, 500)
    for name, value, least in (("breadth", plan.breadth, 1), ("depth", plan.depth, 1), ("stock", plan.stock, 0)):
        if value is not None and not least <= value <= MOST_FIGURE:
            faults.append(
                FieldError(
                    name, "range", Text(f"应在 {least} 到 {MOST_FIGURE} 之间", f"must be from {least} to {MOST_FIGURE}")
                )
            )
    return faults + _check_bands(plan.bands)


def _check_bands(bands: Sequence[Band]) -> list[FieldError]:
    if not bands:
        return []
    faults = []
    if len(bands) > MOST_BANDS:
        faults.append(FieldError("bands", "length", Text(f"最多 {MOST_BANDS} 个价格带", f"at most {MOST_BANDS} bands")))
    for place, band in enumerate(bands):
        if not 0 <= band.low <= MAX_AMOUNT or (band.high is not None and band.high <= band.low):
            faults.append(
                FieldError(f"bands.{place}.low", "range", Text("价格带的起点应低于终点", "a band begins below its end"))
            )
        if not 0 <= band.share <= BASIS:
            faults.append(
                FieldError(
                    f"bands.{place}.share", "range", Text("占比应在 0 到 100% 之间", "a share is from 0 to 100%")
                )
            )
    for place, (one, following) in enumerate(pairwise(bands), 1):
        if one.high != following.low:
            faults.append(
                FieldError(
                    f"bands.{place}.low", "gap", Text("价格带要首尾相接", "a band begins where the one before ends")
                )
            )
    if bands[-1].high is not None:
        faults.append(
            FieldError(
                f"bands.{len(bands) - 1}.high", "open", Text("最后一个价格带没有上限", "the last band has no end")
            )
        )
    total = sum(band.share for band in bands)
    if not faults and total != BASIS:
        zh = f"各价格带占比合计应为 100%，现在是 {total / 100:g}%"
        faults.append(
            FieldError("bands", "sum", Text(zh, f"the shares must add up to 100%; they make {total / 100:g}%"))
        )
    return faults


def check_decision(kind: str, until: date | None, today: date) -> list[FieldError]:
    if kind not in DECISIONS:
        known = "、".join(words.zh for words in DECISIONS.values())
        return [FieldError("kind", "unknown", Text(f"请选择：{known}", f"must be one of: {', '.join(DECISIONS)}"))]
    if kind == DELIST:
        return []
    if until is None:
        return [FieldError("until", "required", Text("请填写到哪天再看", "say until which day"))]
    if not today <= until <= today + LONGEST:
        return [FieldError("until", "range", Text("应在今天到一年之内", "must be from today to a year ahead"))]
    return []


def check_match(product_id: int, match: Match) -> list[FieldError]:
    faults = check_words("reason_zh", match.reason_zh, 60) + check_words("reason_en", match.reason_en, 120)
    faults += check_words("script", match.script, 300)
    if match.other_id == product_id:
        faults.append(FieldError("other", "itself", Text("不能与自己搭配", "a product does not go along with itself")))
    return faults


def bounds_of(plan: ShelfPlan | None, policy: PolicyView) -> list[int]:
    """Where the price bands of a category begin: as planned, else at the band and the price points of its price rules."""
    if plan is not None and plan.bands:
        return [band.low for band in plan.bands]
    edges = {edge for edge in (0, policy.band_low, *policy.steps, policy.band_high) if edge is not None}
    return sorted(edges)[:MOST_BANDS] if len(edges) > 1 else list(USUAL)


def delivery(rules: Sequence[FreightRuleView]) -> int | None:
    """How many provinces express delivery leaves out; None where it delivers nowhere but to those with a rule of their own."""
    express = [rule for rule in rules if rule.method == "express"]
    elsewhere = next((rule for rule in express if not rule.province), None)
    if elsewhere is not None and not elsewhere.deliverable:
        return None
    return sum(1 for rule in express if rule.province and not rule.deliverable)


def margin(prices: Sequence[Price | None]) -> int | None:
    """The highest gross margin of a product's SKUs in basis points of the price, or the lowest where that is a loss.

    None where a price or cost is not known: nobody can say then.
    """
    shares = []
    for price in prices:
        if price is None or price.cost is None or price.sale_price <= 0:
            return None
        shares.append((price.sale_price - price.cost) * BASIS // price.sale_price)
    if not shares:
        return None
    return min(shares) if min(shares) < 0 else max(shares)


def verdicts(
    *, excluded: int | None, weight_g: int, units: int, margin_bp: int | None, asked: Mapping[str, int]
) -> tuple[Verdict, ...]:
    """The criteria of a hit, one by one. `asked` are the limits: excluded, weight_g, units, margin (basis points)."""
    reached = excluded is not None and excluded <= asked["excluded"] and weight_g <= asked["weight_g"]
    return (
        Verdict("deliverable", reached, excluded, asked["excluded"], weight_g),
        Verdict("selling", units >= asked["units"], units, asked["units"]),
        Verdict("margin", margin_bp is not None and 0 <= margin_bp <= asked["margin"], margin_bp, asked["margin"]),
    )


def sell_through(units: int, on_hand: int) -> int:
    """Of what there was to sell, the share that was sold, in basis points."""
    return units * BASIS // (units + on_hand) if units + on_hand else 0


def is_slow(units: int, on_hand: int, least_share: int) -> bool:
    """Whether something on the shelf has sold nothing, or less than the least share (basis points) of what there was."""
    return on_hand > 0 and (units <= 0 or sell_through(units, on_hand) < least_share)


def propose(*, units: int, on_hand: int, listed_at: datetime, today: date, days: int, few: int) -> Proposal:
    """What the numbers suggest. What had hardly the time to sell is kept once more, a rest goes, all else is cleared by promotion."""
    listed = clock.business_date(listed_at)
    if (today - listed).days < days:
        until = listed + timedelta(days=days)
        zh = f"上架才 {(today - listed).days} 天，满 {days} 天再看"
        return Proposal(KEEP, until, Text(zh, f"listed for {(today - listed).days} days only; look again after {days}"))
    if units <= 0 and on_hand <= few:
        return Proposal(
            DELIST,
            None,
            Text(f"{days} 天没有卖出，只剩 {on_hand} 件", f"no sale for {days} days, and only {on_hand} left"),
        )
    until = today + timedelta(days=30)
    if units <= 0:
        return Proposal(
            PROMOTE, until, Text(f"{days} 天没有卖出，还有 {on_hand} 件", f"no sale for {days} days, {on_hand} on hand")
        )
    share = sell_through(units, on_hand) / 100
    return Proposal(
        PROMOTE, until,
        Text(f"{days} 天售罄率只有 {share:.1f}%，还有 {on_hand} 件", f"only {share:.1f}% sold in {days} days, {on_hand} on hand"),
    )  # fmt: skip
