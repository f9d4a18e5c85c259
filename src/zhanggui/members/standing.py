"""Reads of tiers (kept in memory by their version), of where a member stands, and of what prices may know of a buyer."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from zhanggui.kernel import db, paging, versions
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS
from zhanggui.kernel.problems import NotFound

from .growth import growth
from .models import Member, Tier, TierChange
from .types import BASE_NAME, BASE_TIER, MemberFacts, Standing, TierChangeView, TierView

TIERS = "tiers"
_BASE = TierView(code=BASE_TIER, name_zh=BASE_NAME.zh, name_en=BASE_NAME.en, rank=0)
_kept: tuple[int, tuple[TierView, ...]] = (-1, ())


def tiers() -> tuple[TierView, ...]:
    """All tiers, the lowest first; the first one is there even if nobody stored it. No statement while nothing changed."""
    global _kept
    version = versions.get(TIERS)
    if _kept[0] != version:
        stored = stored_tiers()
        _kept = (version, stored if stored and stored[0].rank == 0 else (_BASE, *stored))
    return _kept[1]


def stored_tiers() -> tuple[TierView, ...]:
    """The tiers as stored, by rank. One statement."""
    return tuple(TierView(**row) for row in Tier.objects.order_by("rank").values())


def better_than(code: str) -> tuple[TierView, ...]:
    """The tiers above one that members reach by buying and that take more off, the lowest first. No statement while nothing changed."""
    known = tiers()
    if len(known) == 1:
        return ()
    own = next((each for each in known if each.code == code), known[0])
    return tuple(
        each
        for each in known
        if each.rank > own.rank
        and (each.entry_amount or each.growth_threshold)
        and (each.discount_bp < own.discount_bp or each.free_shipping > own.free_shipping)
    )


def spent(member_id: int) -> int:
    """What a member paid and kept within the window. One statement."""
    return next((fact.spent for fact in growth([member_id])), 0)


def any_discount() -> bool:
    """Whether a tier pays less than the price of everything. No statement while nothing changed."""
    return any(each.discount_bp < BASIS for each in tiers())


def tiers_by_code() -> defaultdict[str, TierView]:
    """The tiers by code; the first one for what is none (any more)."""
    known = tiers()
    return defaultdict(lambda: known[0], ((each.code, each) for each in known))


def tier(code: str) -> TierView:
    """A tier by its code; the first one for what is none (any more)."""
    return tiers_by_code()[code]


def tier_counts() -> dict[str, int]:
    """Members by tier. One statement."""
    found = db.rows("select tier, count(*)::int as n from members_member group by tier")
    return {row["tier"]: row["n"] for row in found}


def buyer_facts(member_ids: Iterable[int]) -> dict[int, MemberFacts]:
    """What prices and promotions may go by; who is no member is absent. One statement."""
    found = db.rows(
        "select m.id, m.tier, m.tags, extract(month from m.birthday)::int as month, extract(day from m.birthday)::int as day,"
        " m.employee, m.created_at, t.name_zh, t.name_en, t.discount_bp, t.free_shipping"
        " from members_member m left join members_tier t on t.code = m.tier where m.id = any(%s::bigint[])",
        (list(member_ids),),
    )
    return {
        r["id"]: MemberFacts(
            r["tier"],
            tuple(r["tags"]),
            None if r["month"] is None else (r["month"], r["day"]),
            r["employee"],
            r["created_at"],
            *tier_facts(r["name_zh"], r["name_en"], r["discount_bp"], r["free_shipping"]),
        )
        for r in found
    }


def tier_facts(
    name_zh: str | None, name_en: str | None, discount_bp: int | None, free_shipping: bool | None
) -> tuple[Text, int, bool]:
    """A tier's name and what it gives, as a statement found them; without a stored tier it is the first one."""
    if not name_zh or discount_bp is None:
        return BASE_NAME, BASIS, False
    return Text(name_zh, name_en or name_zh), discount_bp, bool(free_shipping)


def tier_changes(member_ids: Iterable[int], since: datetime) -> dict[int, list[tuple[datetime, str]]]:
    """When members rose or fell after an instant, the earliest first, each with the tier before. One statement."""
    found: dict[int, list[tuple[datetime, str]]] = {}
    for row in db.rows(
        "select member_id, at, before from members_tierchange where member_id = any(%s::bigint[]) and at > %s order by id",
        (list(member_ids), since),
    ):
        found.setdefault(row["member_id"], []).append((row["at"], row["before"]))
    return found


def standing(member_id: int) -> Standing:
    """The member's tier and what is missing to the next one that growth leads to. Raises NotFound. Two statements."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise NotFound()
    paid = spent(member_id)
    now = tier(member.tier)
    above = [each for each in tiers() if each.rank > now.rank and each.growth_threshold is not None]
    missing = max((above[0].growth_threshold or 0) - paid, 0) if above else None
    until = member.granted_until if member.granted_tier == now.code else None
    return Standing(now, paid, above[0] if above else None, missing, until)


def tier_history(member_id: int, *, cursor: str = "", limit: int = 30) -> paging.Page[TierChangeView]:
    """When a member rose and fell, the newest first. One statement."""
    rows = TierChange.objects.filter(member_id=member_id).order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=paging.decode(cursor, int)[0])
    found = [TierChangeView(c.id, c.before, c.after, c.cause, c.actor_label, c.at) for c in rows[: limit + 1]]
    return paging.page(found, limit, lambda view: view.id)
