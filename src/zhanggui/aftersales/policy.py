"""What after-sales the mall offers for an article: by its category, the nearest rule first, else the mall's own settings.

Rules are kept in a setting, in memory on every page, and are only ever added: an order goes by those that stood when it was placed,
so that nothing needs to be frozen with it. The mall's own days are those of now.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text

from .states import EXCHANGE, REFUND_ONLY, REPAIR, RESEND, RETURN_REFUND

POLICIES, KINDS_OFFERED, WAY_BACK = "aftersales.policies", "aftersales.kinds_offered", "aftersales.way_back"
MOST_RULES, MOST_DAYS, MOST_WORDS = 300, 3650, 200
#: What may be offered once goods have left.
OFFERED = (RETURN_REFUND, REFUND_ONLY, EXCHANGE, REPAIR, RESEND)
BUYER, SELLER, FAULT = "buyer", "seller", "fault"
PAYERS = {
    BUYER: Text("退货运费由买家承担", "The buyer pays the way back"),
    SELLER: Text("退货运费由商家承担", "We pay the way back"),
    FAULT: Text(
        "无理由退货的运费由买家承担，质量等问题由商家承担", "The buyer pays the way back, unless it is our fault"
    ),
}


class Terms(NamedTuple):
    """What holds of an article: days without a reason (0: not offered) and for what is the mall's fault, the kinds offered, who pays
    the way back, and why it is an exception (empty where it is none)."""

    no_reason_days: int
    claim_days: int
    kinds: tuple[str, ...]
    way_back: str
    words: Text | None = None


def of_mall() -> Terms:
    """Where no category says otherwise. No statement."""
    get = mall_settings.get
    return Terms(
        get("aftersales.no_reason_days"), get("aftersales.claim_days"), tuple(get(KINDS_OFFERED)), get(WAY_BACK)
    )


def of(path: Sequence[int], at: datetime | None = None) -> Terms:
    """The terms of an article whose category's path (from the root) this is, for what was ordered at that instant. No statement."""
    rules = standing(at)
    terms = of_mall()
    for category in path:  # from the root, so that the nearest has the last word
        if (rule := rules.get(category)) is not None:
            terms = _over(terms, rule)
    return terms


def standing(at: datetime | None = None) -> dict[int, Mapping[str, Any]]:
    """The rule of each category as of an instant: of several the newest by then. One that says nothing ended the one before."""
    moment = (at or clock.now()).isoformat()
    found: dict[int, Mapping[str, Any]] = {}
    for rule in mall_settings.get(POLICIES):
        if datetime.fromisoformat(rule["since"]) <= datetime.fromisoformat(moment):
            found[rule["category"]] = rule
    return found


def _over(terms: Terms, rule: Mapping[str, Any]) -> Terms:
    days, claims, kinds, payer = (rule.get(name) for name in ("no_reason_days", "claim_days", "kinds", "way_back"))
    return Terms(
        terms.no_reason_days if days is None else days,
        terms.claim_days if claims is None else claims,
        terms.kinds if kinds is None else tuple(kinds),
        terms.way_back if payer is None else payer,
        Text(rule["zh"], rule.get("en") or rule["zh"]) if rule.get("zh") else terms.words,
    )


def fault(value: Any) -> Text | None:
    """What is wrong with a list of rules as it is kept; None for nothing."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_RULES:
        return Text(f"应为列表，最多 {MOST_RULES} 条", f"must be a list of at most {MOST_RULES}")
    for n, rule in enumerate(value, 1):
        try:
            assert type(rule["category"]) is int
            assert datetime.fromisoformat(rule["since"]).tzinfo is not None
            for name in ("no_reason_days", "claim_days"):
                days = rule.get(name)
                assert days is None or (type(days) is int and 0 <= days <= MOST_DAYS)
            kinds = rule.get("kinds")
            assert kinds is None or (isinstance(kinds, list) and all(kind in OFFERED for kind in kinds))
            assert rule.get("way_back") in (None, *PAYERS)
            assert all(
                isinstance(rule.get(name, ""), str) and len(rule.get(name, "")) <= MOST_WORDS for name in ("zh", "en")
            )
        except (AssertionError, KeyError, TypeError, ValueError):
            return Text(
                f"第 {n} 条应有 category（分类编号）、since（时间），可有 no_reason_days、claim_days、kinds、way_back、zh、en",
                f"entry {n} needs category (id) and since (instant), and may have no_reason_days, claim_days, kinds, way_back, zh, en",
            )
    return None


def kinds_fault(value: Any) -> Text | None:
    """What is wrong with the list of kinds offered."""
    if isinstance(value, list) and all(kind in OFFERED for kind in value):
        return None
    return Text(f"应为其中若干：{', '.join(OFFERED)}", f"must be some of: {', '.join(OFFERED)}")
