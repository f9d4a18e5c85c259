"""Reads of promotions and coupons. What carts need is kept compiled in each process and follows the version row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db, paging, versions
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound

from .engine import KINDS, CompiledRule, RuleSet, compile_rules
from .engine.compiler import goods_tokens
from .engine.reasons import CODE_REASONS
from .lowest import NEW as NEW
from .lowest import lowest_counts as lowest_counts
from .lowest import lowest_page as lowest_page
from .lowest import preview_draft as preview_draft
from .lowest import preview_lowest as preview_lowest
from .overlapping import Overlap as Overlap
from .overlapping import overlapping as overlapping
from .past import Span as Span
from .past import spans as spans
from .past import used_before as used_before
from .rules import VERSION, member_of, normal_code, to_rule
from .rules import check as check
from .slots import flash_slots as flash_slots
from .states import TRANSITIONS
from .types import (
    Allowance,
    ClaimableCoupon,
    CouponDraft,
    CouponFunnel,
    Explanation,
    GoodsFacts,
    HeldCoupon,
    ProductBadge,
    PromotionDraft,
    PromotionView,
    WalletCoupon,
)

_BACK = timedelta(minutes=1)  # instants a little before the last load are served from it, too
_BY_CODE = [name for name, kind in KINDS.items() if kind.by_code]


class _Kept(NamedTuple):
    """The rules live in [since, until) at this version, and the coupons' rules compiled so far."""

    version: int
    since: datetime
    until: datetime | None
    rules: RuleSet
    coupons: dict[int, CompiledRule]
    gifts: dict[int, str]


_kept: _Kept | None = None


def live_rules(at: datetime, *, version: int | None = None) -> RuleSet:
    """The promotions that run at `at` (coupons not among them). No statement while nothing changed.

    `version` is `kernel.versions.get("promotions")` where the caller has read it already; otherwise it is read here.
    """
    return _current(at, version).rules


def _current(at: datetime, version: int | None) -> _Kept:
    global _kept
    if version is None:
        version = versions.get(VERSION)
    kept = _kept
    if kept is not None and kept.version == version and kept.since <= at and (kept.until is None or at < kept.until):
        return kept
    fresh = _load(at, version)
    if kept is None or kept.version != version or at >= kept.since:
        _kept = fresh
    return fresh


def _load(at: datetime, version: int) -> _Kept:
    found = db.rows(
        "select * from promotions_promotion where state = 'live' and kind <> all(%s) and (ends_at is null or ends_at > %s)",
        (_BY_CODE, at - _BACK),
    )
    edges = [edge for row in found for edge in (row["starts_at"], row["ends_at"]) if edge is not None]
    since = max([at - _BACK, *(edge for edge in edges if edge <= at)])
    until = min((edge for edge in edges if edge > at), default=None)
    running = [
        to_rule(row) for row in found if row["starts_at"] <= at and (row["ends_at"] is None or at < row["ends_at"])
    ]
    rules = compile_rules(running, clock.zone())
    return _Kept(version, since, until, rules, {}, catalog.sku_codes(sorted(rules.gifts)) if rules.gifts else {})


def gift_codes() -> Mapping[int, str]:
    """The SKUs, with their codes, that the promotions kept in this process may give away. No statement: maybe not the newest."""
    return _kept.gifts if _kept is not None else {}


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    global _kept, _open_claims
    _kept = _open_claims = None


def allowances(rules: RuleSet, holders: Sequence[str]) -> dict[str, dict[int, Allowance]]:
    """What the counted rules may still give to each holder; one statement, none where nothing is counted."""
    found: dict[str, dict[int, Allowance]] = {holder: {} for holder in holders}
    if not rules.counted or not found:
        return found
    for row in db.rows(_ALLOWANCES, (list(found), list(rules.counted))):
        barred = "used_up" if row["used_up"] else "holder_limit" if row["holder_limit"] else ""
        pieces = None if row["pieces"] is None else {int(sku): left for sku, left in row["pieces"].items()}
        found[row["holder"]][row["id"]] = Allowance(barred, row["budget_left"], pieces)
    return found


_ALLOWANCES = """
select a.holder, p.id, coalesce(p.used >= p.use_limit, false) as used_up,
       coalesce(h.used >= p.per_holder_limit, false) as holder_limit, p.budget - p.budget_used as budget_left, q.pieces
from unnest(%s::text[]) as a(holder)
join promotions_promotion p on p.id = any(%s)
left join promotions_holderuse h on h.promotion_id = p.id and h.holder = a.holder
left join lateral (
    select jsonb_object_agg(q.sku_id, least(q.stock - q.taken, q.per_holder - coalesce(t.taken, 0))) as pieces
    from promotions_quota q left join promotions_holderpieces t on t.quota_id = q.id and t.holder = a.holder
    where q.promotion_id = p.id
) q on true
where p.used >= p.use_limit or h.used >= p.per_holder_limit or p.budget is not null or q.pieces is not null
"""


def coupon_rules(
    asks: Iterable[tuple[str, str]], at: datetime, *, version: int | None = None
) -> dict[tuple[str, str], HeldCoupon | Explanation]:
    """For each (code as typed, holder) the coupon to hand to `evaluate`, or why the code cannot be used.

    One statement for the batch (and one more the first time a coupon is seen). Goods and hours are the engine's part.
    """
    wanted = {ask: normal_code(ask[0]) for ask in asks}
    if not wanted:
        return {}
    found = {
        (row["code"], row["holder"]): row
        for row in db.rows(_COUPONS, (list(wanted.values()), [holder for _, holder in wanted]))
    }
    compiled = _coupons_compiled({row["promotion_id"] for row in found.values()}, _current(at, version))
    return {ask: _judge_code(ask, code, found.get((code, ask[1])), compiled, at) for ask, code in wanted.items()}


#: The time of one code: its promotion's, less what its own days leave of it, and more where it came back too late.
_FROM = "greatest(p.starts_at, c.valid_from)"
_UNTIL = "greatest(least(p.ends_at, c.valid_until), c.grace_until)"
_COUPONS = f"""
select a.holder, c.id, c.code, c.member_id, c.max_uses, c.used as code_used, p.id as promotion_id, p.label_zh, p.label_en,
       p.state, p.starts_at, p.ends_at, {_FROM} as valid_from, {_UNTIL} as valid_until, c.voided_at,
       coalesce(p.used >= p.use_limit, false) as used_up, p.budget - p.budget_used as budget_left,
       coalesce(h.used >= p.per_holder_limit, false) as holder_limit
from unnest(%s::text[], %s::text[]) as a(code, holder)
join promotions_couponcode c on c.code = a.code
join promotions_promotion p on p.id = c.coupon_id
left join promotions_holderuse h on h.promotion_id = p.id and h.holder = a.holder
where a.code <> ''
"""


def _coupons_compiled(ids: set[int], kept: _Kept) -> dict[int, CompiledRule]:
    missing = [i for i in ids if i not in kept.coupons]
    if missing:
        rows = db.rows("select * from promotions_promotion where id = any(%s)", (missing,))
        kept.coupons.update((rule.rule.id, rule) for rule in compile_rules(map(to_rule, rows), clock.zone()).rules)
    return kept.coupons


def _judge_code(
    ask: tuple[str, str], code: str, row: Mapping[str, Any] | None, compiled: Mapping[int, CompiledRule], at: datetime
) -> HeldCoupon | Explanation:
    if row is None or row["state"] == "draft":
        shown = code or ask[0].strip()[:32]
        return Explanation(0, Text(shown, shown), shown, False, 0, "unknown", {}, CODE_REASONS["unknown"])
    reason = _code_barrier(row, member_of(ask[1]), at)
    if reason:
        label = Text(row["label_zh"], row["label_en"] or row["label_zh"])
        params = {"until": row["valid_until"]} if reason == "expired" else {}
        return Explanation(row["promotion_id"], label, code, False, 0, reason, params, CODE_REASONS[reason])
    rule = compiled[row["promotion_id"]]
    if (row["valid_from"], row["valid_until"]) != (row["starts_at"], row["ends_at"]):
        rule = rule.within(row["valid_from"], row["valid_until"])
    return HeldCoupon(rule, code, row["id"], row["budget_left"])


def _code_barrier(row: Mapping[str, Any], member_id: int | None, at: datetime) -> str:
    """Why this code is not to be used by this buyer now; "" where nothing is in the way."""
    if row["voided_at"] is not None:
        return "void"
    if row["member_id"] is not None and row["member_id"] != member_id:
        return "sign_in" if member_id is None else "not_yours"
    if row["state"] != "live":
        return str(row["state"])
    if row["max_uses"] is not None and row["code_used"] >= row["max_uses"]:
        return "used" if row["max_uses"] == 1 else "used_up"
    if row["valid_until"] is not None and at >= row["valid_until"]:
        return "expired"
    if row["used_up"]:
        return "used_up"
    if row["holder_limit"]:
        return "holder_limit"
    return "budget_spent" if row["budget_left"] == 0 else ""


def badges(
    products: Sequence[GoodsFacts], at: datetime, *, version: int | None = None
) -> dict[int, list[ProductBadge]]:
    """What runs for each product, for tiles and pages; no statement beyond `live_rules`."""
    rules = live_rules(at, version=version)
    return {goods.product_id: badges_of(rules, goods) for goods in products}


def badges_of(rules: RuleSet, goods: GoodsFacts) -> list[ProductBadge]:
    """The same for one product under rules the caller has already. No statement."""
    return [
        ProductBadge(r.rule.id, r.rule.kind, r.rule.label, r.badge.text, r.badge.params) for r in rules.naming(goods)
    ]


def wallet(member_id: int, at: datetime) -> list[WalletCoupon]:
    """A member's coupons: what can be used first, of those what runs out soonest; then the others, latest first.

    One statement.
    """
    found = db.rows(
        f"select c.code, c.used as code_used, c.max_uses, c.voided_at, {_FROM} as valid_from, {_UNTIL} as valid_until, p.*"
        " from promotions_couponcode c join promotions_promotion p on p.id = c.coupon_id"
        " where c.member_id = %s order by c.id desc limit 500",
        (member_id,),
    )
    held = [_wallet_coupon(row, at) for row in found]
    good = [coupon for coupon in held if coupon.state in _GOOD]
    good.sort(key=lambda coupon: (_GOOD.index(coupon.state), coupon.ends_at is None, coupon.ends_at or at))
    return good + [coupon for coupon in held if coupon.state not in _GOOD]


_GOOD = ("usable", "upcoming")


def _wallet_coupon(row: Mapping[str, Any], at: datetime) -> WalletCoupon:
    until = row["valid_until"]
    if row["max_uses"] is not None and row["code_used"] >= row["max_uses"]:
        state = "used"
    elif row["voided_at"] is not None:
        state = "void"
    elif row["state"] == "ended" or (until is not None and at >= until):
        state = "expired"
    elif row["state"] != "live":
        state = "paused"
    else:
        state = "upcoming" if at < row["valid_from"] else "usable"
    rule = to_rule(row)
    badge = KINDS[rule.kind].badge(rule.terms)
    return WalletCoupon(
        row["code"], rule.id, rule.label, badge.text, badge.params, row["valid_from"], until, state, row["scope"]
    )


def claimable(at: datetime, *, limit: int = 100) -> list[PromotionView]:
    """The coupons members can take now, the ones that end soonest first."""
    found = db.rows(
        f"{_VIEW} where p.state = 'live' and c.claimable and p.starts_at <= %s and (p.ends_at is null or p.ends_at > %s)"
        " and (c.issue_limit is null or c.issued < c.issue_limit) order by p.ends_at nulls last, p.id limit %s",
        (at, at, limit),
    )
    return [_view(row) for row in found]


#: Where a promotion stands: its state, and what its window makes of it now.
_STAGE = """case when p.state in ('draft', 'ended') then p.state when p.ends_at <= kernel_now() then 'ended'
    when p.state = 'paused' then 'paused' when p.starts_at > kernel_now() then 'scheduled' else 'running' end"""
_VIEW = f"""
select p.*, c.promotion_id, c.claimable, c.per_member_limit, c.issue_limit, c.valid_days, c.points_price, c.issued, {_STAGE} as stage
from promotions_promotion p left join promotions_coupon c on c.promotion_id = p.id
"""


def promotion(promotion_id: int) -> PromotionView:
    """One promotion or coupon. Raises NotFound."""
    row = db.row(f"{_VIEW} where p.id = %s", (promotion_id,))
    if row is None:
        raise NotFound()
    return _view(row)


def many(promotion_ids: Sequence[int]) -> dict[int, PromotionView]:
    """Promotions and coupons by id; who is not there is absent. One statement, none for none."""
    wanted = list(promotion_ids)
    if not wanted:
        return {}
    return {row["id"]: _view(row) for row in db.rows(f"{_VIEW} where p.id = any(%s::bigint[])", (wanted,))}


def quotas(promotion_id: int) -> list[dict[str, Any]]:
    """Of a promotion with pieces of its own each SKU's code, `stock` and how many are `taken`. One statement, two where it has any."""
    rows = db.rows(
        "select sku_id, stock, taken from promotions_quota where promotion_id = %s order by id", (promotion_id,)
    )
    codes = catalog.sku_codes([row["sku_id"] for row in rows]) if rows else {}
    return [{**row, "code": codes.get(row["sku_id"], "")} for row in rows]


def labels(promotion_ids: Sequence[int]) -> dict[int, Text]:
    """What promotions and coupons are called. One statement, none for none."""
    wanted = list(promotion_ids)
    if not wanted:
        return {}
    found = db.rows("select id, label_zh, label_en from promotions_promotion where id = any(%s::bigint[])", (wanted,))
    return {row["id"]: Text(row["label_zh"], row["label_en"] or row["label_zh"]) for row in found}


def promotion_page(
    *,
    state: str = "",
    stage: str = "",
    kind: str = "",
    by_code: bool | None = None,
    cursor: str = "",
    limit: int = 50,
) -> paging.Page[PromotionView]:
    """Newest first; `stage` is where it stands now, `by_code` picks coupons (True) or what applies by itself (False).

    One statement.
    """
    limit = max(1, min(limit, paging.MAX_LIMIT))
    before = paging.decode(cursor, int)[0] if cursor else None
    found = db.rows(
        f"{_VIEW} where (%s = '' or p.state = %s) and (%s = '' or {_STAGE} = %s) and (%s = '' or p.kind = %s)"
        " and (%s::boolean is null or (c.promotion_id is not null) = %s) and (%s::bigint is null or p.id < %s)"
        " order by p.id desc limit %s",
        (state, state, stage, stage, kind, kind, by_code, by_code, before, before, limit + 1),
    )
    return paging.page([_view(row) for row in found], limit, lambda view: view.id)


def between(start: datetime, end: datetime, *, limit: int = 300) -> list[PromotionView]:
    """Promotions and coupons whose window touches [start, end), by their start; drafts and ended ones too. One statement."""
    found = db.rows(
        f"{_VIEW} where p.starts_at < %s and (p.ends_at is null or p.ends_at > %s) order by p.starts_at, p.id limit %s",
        (end, start, limit),
    )
    return [_view(row) for row in found]


_SELECTED = {"category": "categories", "brand": "brands"}
_NAMING = """
select kind, label_zh, label_en from promotions_promotion
where state <> 'ended' and (ends_at is null or ends_at > %(now)s)
    and (scope -> %(field)s @> to_jsonb(%(id)s::bigint) or scope -> 'exclude' -> %(field)s @> to_jsonb(%(id)s::bigint))
order by id
"""


def naming(kind: str, target: int) -> list[Text]:
    """The promotions and coupons, over ones aside, whose scope names a category or brand, in words. One statement."""
    field = _SELECTED.get(kind)
    rows = db.rows(_NAMING, {"field": field, "id": target, "now": clock.now()}) if field else []
    return [
        Text(
            f"{'优惠券' if row['kind'] in _BY_CODE else '促销'}「{row['label_zh']}」",
            f"the {'coupon' if row['kind'] in _BY_CODE else 'promotion'} “{row['label_en'] or row['label_zh']}”",
        )
        for row in rows
    ]


def _view(row: Mapping[str, Any]) -> PromotionView:
    coupon = None
    if row["promotion_id"] is not None:
        coupon = CouponDraft(**{name: row[name] for name in CouponDraft.__slots__})
    draft = PromotionDraft(
        kind=row["kind"], label_zh=row["label_zh"], config=row["config"], starts_at=row["starts_at"],
        label_en=row["label_en"], scope=row["scope"], ends_at=row["ends_at"], daily=row["daily"],
        priority=row["priority"], exclusive_group=row["exclusive_group"], use_limit=row["use_limit"],
        per_holder_limit=row["per_holder_limit"], budget=row["budget"], audience=row["audience"], apart=tuple(row["apart"]),
        coupon=coupon,
    )  # fmt: skip
    badge = KINDS[draft.kind].badge(KINDS[draft.kind].parse(draft.config))
    return PromotionView(
        row["id"], row["state"], row["stage"], draft, row["used"], row["budget_used"], TRANSITIONS.actions(row["state"]),
        badge.text, badge.params, row["updated_at"],
    )  # fmt: skip


def funnel(promotion_id: int) -> CouponFunnel:
    """How far the codes of a coupon have come. Raises NotFound."""
    row = db.row(
        "select c.issued, (select count(*) from promotions_couponcode k where k.coupon_id = c.promotion_id"
        " and k.member_id is not null and k.voided_at is null) as held, r.used, r.amount from promotions_coupon c cross join lateral"
        " (select count(*) as used, coalesce(sum(amount), 0)::bigint as amount from promotions_redemption r"
        " where r.promotion_id = c.promotion_id and r.given_back_at is null) r where c.promotion_id = %s",
        (promotion_id,),
    )
    if row is None:
        raise NotFound()
    return CouponFunnel(row["issued"], row["held"], row["used"], row["amount"])


def codes(promotion_id: int, *, batch: str = "", after_id: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """Codes of a coupon by id, for lists and export; page on with `after_id`."""
    return db.rows(
        "select id, code, origin, batch, member_id, max_uses, used, created_at, voided_at from promotions_couponcode"
        " where coupon_id = %s and (%s = '' or batch = %s) and id > %s order by id limit %s",
        (promotion_id, batch, batch, after_id, limit),
    )


def batches(promotion_id: int, *, before_id: int | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """A coupon's batches, newest first, each with how many of its codes are held, used and void. One statement."""
    return db.rows(
        "select b.id, b.name, b.note, b.made, b.actor_label, b.created_at, b.voided_at, t.held, t.used, t.void"
        " from promotions_couponbatch b cross join lateral (select count(*) filter (where k.member_id is not null)::int as held,"
        " count(*) filter (where k.used > 0)::int as used, count(*) filter (where k.voided_at is not null)::int as void"
        " from promotions_couponcode k where k.coupon_id = b.coupon_id and k.batch = b.name) t"
        " where b.coupon_id = %s and (%s::bigint is null or b.id < %s) order by b.id desc limit %s",
        (promotion_id, before_id, before_id, limit),
    )


def batches_to_hand_out(names: Sequence[str]) -> set[str]:
    """Those of the batches of which a code nobody has can be used now or later. One statement."""
    found = db.rows(
        "select b.name from promotions_couponbatch b join promotions_promotion p on p.id = b.coupon_id"
        " where b.name = any(%s) and p.state = 'live' and (p.ends_at is null or p.ends_at > kernel_now())"
        " and exists (select 1 from promotions_couponcode k where k.coupon_id = b.coupon_id and k.batch = b.name"
        " and k.member_id is null and k.voided_at is null and k.used = 0)",
        (list(names),),
    )
    return {row["name"] for row in found}


_SEND = """
select s.*, case when s.finished_at is not null and s.failure <> '' then 'stopped' when s.finished_at is not null then 'finished'
    when s.started_at is not null then 'running' else 'waiting' end as state from promotions_couponsend s
"""


def sends(promotion_id: int, *, before_id: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """The sends of a coupon, newest first. One statement."""
    return db.rows(
        f"{_SEND} where s.coupon_id = %s and (%s::bigint is null or s.id < %s) order by s.id desc limit %s",
        (promotion_id, before_id, before_id, limit),
    )


def send(promotion_id: int, send_id: int) -> dict[str, Any]:
    """One send: its audience, how far it is. Raises NotFound."""
    row = db.row(f"{_SEND} where s.coupon_id = %s and s.id = %s", (promotion_id, send_id))
    if row is None:
        raise NotFound()
    return row


def code_search(q: str, *, before_id: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Codes that are `q`, or held by the member with that id, or used by that order: who has each, which order used it.

    Newest first. One statement.
    """
    code = normal_code(q)
    member_id = int(q) if q.isascii() and q.isdigit() and len(q) < 18 else None
    return db.rows(
        f"select c.id, c.coupon_id, c.code, c.origin, c.batch, c.member_id, c.max_uses, c.used, c.held_at, c.created_at,"
        f" c.voided_at, p.label_zh, p.label_en, {_UNTIL} as valid_until, r.order_number, r.amount, r.at as used_at"
        " from promotions_couponcode c join promotions_promotion p on p.id = c.coupon_id"
        " left join lateral (select order_number, amount, at from promotions_redemption r where r.promotion_id = c.coupon_id"
        " and r.coupon_code_id = c.id and r.given_back_at is null order by r.id desc limit 1) r on true"
        " where c.id in (select id from promotions_couponcode where code = %s and code <> ''"
        " union select id from promotions_couponcode where member_id = %s"
        " union select coupon_code_id from promotions_redemption where order_number = %s and coupon_code_id is not null)"
        " and (%s::bigint is null or c.id < %s) order by c.id desc limit %s",
        (code, member_id, q.strip()[:40], before_id, before_id, limit),
    )


def claim_centre(at: datetime, member_id: int | None = None, *, limit: int = 60) -> list[ClaimableCoupon]:
    """What can be claimed now and how many are left, and what comes next; what the member has of each. One statement.

    Those he may still take come first, of them what ends soonest.
    """
    return _offers("c.claimable", "v.ends_at nulls last", at, member_id, limit)


def points_mall(at: datetime, member_id: int | None = None, *, limit: int = 60) -> list[ClaimableCoupon]:
    """What can be had for points (积分商城), as `claim_centre`; of those he may still take the cheapest first. One statement."""
    return _offers("c.points_price is not null", "v.points_price", at, member_id, limit)


def _offers(which: str, order: str, at: datetime, member_id: int | None, limit: int) -> list[ClaimableCoupon]:
    found = db.rows(
        f"select v.*, coalesce(h.held, 0) as held from ({_VIEW} where p.state = 'live' and {which}"
        " and (p.ends_at is null or p.ends_at > %s) and p.starts_at <= %s) v left join promotions_couponholding h"
        f" on h.coupon_id = v.id and h.member_id = %s order by {order}, v.id limit %s",
        (at, at + _AHEAD, member_id, limit),
    )
    offers = [_claimable_coupon(row, at) for row in found]
    return sorted(offers, key=lambda offer: _CLAIMS.index(offer.state))


_AHEAD = timedelta(days=3)
_CLAIMS = ("open", "upcoming", "had", "gone")


_CLAIMABLE_FOR = timedelta(seconds=30)
_open_claims: tuple[int, datetime, list[PromotionView]] | None = None


def _claimable_coupon(row: Mapping[str, Any], at: datetime) -> ClaimableCoupon:
    left = None if row["issue_limit"] is None else row["issue_limit"] - row["issued"]
    if row["held"] >= row["per_member_limit"]:
        state = "had"
    elif left == 0:
        state = "gone"
    else:
        state = "upcoming" if at < row["starts_at"] else "open"
    return ClaimableCoupon(_view(row), state, row["held"], row["issued"], left)


def claimable_for(products: GoodsFacts, at: datetime, *, version: int | None = None) -> list[PromotionView]:
    """The coupons that can be claimed now and buy this product.

    No statement, unless the promotions have changed or were last looked at `_CLAIMABLE_FOR` ago: so much later is known
    that the last piece of one went.
    """
    global _open_claims
    current = _current(at, version)
    kept = _open_claims
    if kept is None or kept[0] != current.version or not at - _CLAIMABLE_FOR < kept[1] <= at:
        kept = _open_claims = (current.version, at, claimable(at))
    found = [view for view in kept[2] if view.draft.ends_at is None or at < view.draft.ends_at]
    if not found:
        return []
    compiled = _coupons_compiled({view.id for view in found}, current)
    tokens = goods_tokens(products)
    return [view for view in found if any(compiled[view.id].takes(each) for each in tokens)]
