"""What keeps the lowest reachable price above the floor, and the table of it up to date."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import BASIS, format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .. import locks, lowest
from ..engine import KINDS, Rule, Selection
from ..engine.lowest import Answer, Lowest, Ware, in_scope, narrowed

BELOW_FLOOR = "pricing.below_floor"
#: So many SKUs are named in a refusal, and so many kept in one statement.
NAMED, CHUNK = 5, 500
Progress = Callable[[int, int], None]


def _nobody(_done: int, _all: int) -> None:
    pass


@db.needs_transaction
def keep_above(promotion_id: int, *, field: str, reason: str, actor: Actor) -> None:
    """After a rule was written: refuse it where it brings goods in its scope below their floor, unless the actor may and says why.

    Raises ValidationFailed naming the SKUs, the price reached and the cart. Whatever else moves floors, prices or rules waits.
    """
    locks.hold_lowest()
    if actor.kind == "system":
        return
    at = clock.now()
    rules = lowest.rules_in_force(at, also=promotion_id)
    others = [rule for rule in rules if rule.id != promotion_id]
    goods = _goods()
    scope = [sku for rule in rules if rule.id == promotion_id for sku in in_scope(goods, rule)]
    floors = lowest.floors(lowest.prices(scope))
    if not floors:
        return
    near = narrowed(goods, rules, floors)
    now = lowest.mall_with(near, rules, at)
    below = [sku for sku in now.in_scope(promotion_id) if sku in floors and now.bound(sku) < floors[sku]]
    if not below:
        return
    before = lowest.mall_with(near, others, at)
    if lower := [sku for sku in below if now.bound(sku) < before.bound(sku)]:
        whole = lowest.mall_with(goods, rules, at)
        _refuse(dict.fromkeys(lower, field), whole, floors, reason, actor, "promotion", promotion_id)


def _goods() -> list[Ware]:
    """Everything there is, with its prices."""
    return lowest.wares(lowest.prices(lowest.sku_ids(), with_floors=False))


@db.needs_transaction
def keep_prices_above(places: Mapping[int, str], *, reason: str, actor: Actor) -> None:
    """After prices were written: the same for these SKUs, by the field of each, where they can be reached lower than before.

    What carts with them reach is looked at again.
    """
    locks.hold_prices()
    row = db.row(_MARK_PRICES, {"skus": list(places)})
    floors = lowest.floors(lowest.prices(list(places)))
    if not (row and row["any"]) or actor.kind == "system" or not floors:
        return
    locks.hold_lowest_of_prices()
    at = clock.now()
    rules = lowest.rules_in_force(at)
    goods = _goods()
    now = lowest.mall_with(narrowed(goods, rules, floors), rules, at)
    kept = {v.sku_id: v.bound for v in lowest.lowest_page(skus=list(places), limit=len(places)).items}
    lower = {
        sku: place
        for sku, place in places.items()
        if sku in floors
        and sku in now.mall.place_of
        and now.is_less(sku)
        and (bound := now.bound(sku)) < floors[sku]
        and bound < kept.get(sku, bound + 1)
    }
    if lower:
        _refuse(lower, lowest.mall_with(goods, rules, at), floors, reason, actor, "sku", None)


@db.needs_transaction
def keep_tier_above(tier: str, before: Mapping[str, int], *, reason: str, actor: Actor) -> None:
    """After a tier was written, where `before` is what tiers paid of all prices: the same for all goods, at the field
    `discount_bp`. What carts reach is looked at again.
    """
    after = lowest.shares()
    if after == before:
        return
    locks.hold_lowest()
    db.execute("update promotions_lowestprice set stale = true, marked_at = kernel_now()")
    if actor.kind == "system" or after.get(tier, BASIS) >= before.get(tier, BASIS):
        return
    priced = lowest.prices(lowest.sku_ids())
    floors = lowest.floors(priced)
    if not floors:
        return
    at = clock.now()
    rules = lowest.rules_in_force(at)
    now, then = lowest.mall_of(priced, rules, at, after), lowest.mall_of(priced, rules, at, before)
    here = {sku: floor for sku, floor in floors.items() if sku in now.mall.place_of}
    lower = [sku for sku, floor in here.items() if now.bound(sku) < floor and now.bound(sku) < then.bound(sku)]
    _refuse(dict.fromkeys(lower, "discount_bp"), now, floors, reason, actor, "sku", None)


#: With it whether any rule runs at all, or a tier pays a share: where neither is, prices alone decide, and those are watched
#: over where they are set.
_MARK_PRICES = """
with marked as (
    update promotions_lowestprice set stale = true, marked_at = kernel_now()
    where sku_id = any(%(skus)s::bigint[]) or goods && %(skus)s::bigint[] returning 1
)
select exists (select 1 from promotions_promotion where state = 'live')
    or exists (select 1 from members_tier where discount_bp < 10000) as any, (select count(*) from marked) as marked
"""


def _refuse(
    places: Mapping[int, str],
    now: Lowest,
    floors: Mapping[int, int],
    reason: str,
    actor: Actor,
    target: str,
    target_id: int | None,
) -> None:
    """Raises ValidationFailed for what goes below its floor; who may says why, and that is written down."""
    if not places:
        return
    answers = [now.answer(sku) for sku in list(places)[:NAMED]]
    if actor.may(BELOW_FLOOR) and reason.strip():
        audit.record_many(
            audit.row(
                actor=actor, action="promotions.below_floor", target_type=target, target_id=target_id or answer.sku_id,
                after={"sku": answer.sku_id, "price": answer.price, "bound": answer.bound, "floor": floors[answer.sku_id],
                       "cart": lowest.as_cart(answer.witness), "skus": len(places)}, reason=reason[:200],
            )
            for answer in (answers if target == "sku" else answers[:1])
        )  # fmt: skip
        return
    words = [
        FieldError(places[a.sku_id], "below_floor", text)
        for a, text in zip(answers, said(answers, now, floors), strict=True)
    ]
    if len(places) > NAMED:
        more = len(places) - NAMED
        text = Text(f"还有 {more} 个 SKU 低于底价", f"{more} more SKUs go below their floors")
        words.append(FieldError(next(iter(places.values())), "below_floor", text))
    if actor.may(BELOW_FLOOR):
        words.append(
            FieldError("reason", "required", Text("低于底价须填写原因", "going below the floor needs a reason"))
        )
    raise ValidationFailed(errors=words)


def said(answers: Sequence[Answer], now: Lowest, floors: Mapping[int, int]) -> list[Text]:
    """Each answer as a sentence: the SKU, the price, the cart that reaches it, the floor."""
    currency = mall_settings.get("mall.currency")
    codes = catalog.sku_codes([sku for a in answers for sku, _, _ in a.witness.lines] + [a.sku_id for a in answers])
    found = []
    for a in answers:
        price, bound, floor = (format_minor(n, currency) for n in (a.price, a.bound, floors[a.sku_id]))
        cart = " + ".join(f"{codes.get(sku, sku)} × {pieces}" for sku, pieces, _ in a.witness.lines)
        rules = [now.labels[i] for i in a.witness.rules]
        by = Text("、".join(r.zh for r in rules) or "无", ", ".join(r.en for r in rules) or "none")
        not_exact = Text("", "")
        if not a.exact:
            not_exact = Text(f"（不能排除低至 {bound}）", f" (as low as {bound} cannot be excluded)")
        sku = codes.get(a.sku_id, str(a.sku_id))
        found.append(
            Text(
                f"{sku} 最低到手价 {price}{not_exact.zh}，低于底价 {floor}；购物车：{cart}；优惠：{by.zh}",
                f"{sku} can be reached for {price}{not_exact.en}, below its floor {floor}; cart: {cart}; offers: {by.en}",
            )
        )
    return found


def refresh(*, actor: Actor, everything: bool = False, progress: Progress = _nobody) -> int:
    """Look again at what has changed, at new SKUs, or at everything; how many SKUs. Each chunk is a transaction."""
    skus = lowest.sku_ids()
    if everything:
        db.execute("update promotions_lowestprice set stale = true where not stale")
    wanted = [
        row["id"]
        for row in db.rows(
            "select s.id from unnest(%s::bigint[]) as s(id) left join promotions_lowestprice l on l.sku_id = s.id"
            " where l.sku_id is null or l.stale order by s.id",
            (skus,),
        )
    ]
    if not wanted:
        return 0
    started = db.row("select kernel_now() as at")
    assert started is not None
    priced = {p.sku_id: p for p in lowest.prices(skus)}
    at = clock.now()
    found = lowest.mall_of(priced.values(), lowest.rules_in_force(at), at)
    wanted_priced = [sku for sku in wanted if sku in found.mall.place_of]
    for start in range(0, len(wanted_priced), CHUNK):
        chunk = wanted_priced[start : start + CHUNK]
        rows = [lowest.row_of(answer, priced[answer.sku_id]) for answer in found.answers(chunk)]
        with transaction.atomic():
            db.execute(_KEEP, (db.Json(rows), started["at"]))
        progress(start + len(chunk), len(wanted_priced))
    return len(wanted_priced)


#: What was marked again while it was looked at stays marked.
_KEEP = """
insert into promotions_lowestprice as l (sku_id, price, bound, sale_price, floor, cost, rules, goods, cart, stale, at)
select r.sku_id, r.price, r.bound, r.sale_price, r.floor, r.cost,
       array(select jsonb_array_elements_text(r.rules)::bigint),
       array(select jsonb_array_elements_text(r.goods)::bigint), r.cart, false, kernel_now()
from jsonb_to_recordset(%s) as r(sku_id bigint, price bigint, bound bigint, sale_price bigint, floor bigint, cost bigint,
    rules jsonb, goods jsonb, cart jsonb)
join catalog_sku s on s.id = r.sku_id
on conflict (sku_id) do update set price = excluded.price, bound = excluded.bound, sale_price = excluded.sale_price,
    floor = excluded.floor, cost = excluded.cost, rules = excluded.rules, goods = excluded.goods, cart = excluded.cart, at = excluded.at,
    stale = l.stale and coalesce(l.marked_at > %s, false)
"""


def mark_rules(promotion_ids: Sequence[int], *, actor: Actor) -> None:
    """These rules have changed: what is in their scope, and what they took from, is to be looked at again."""
    for rule in lowest.rules_of(promotion_ids):
        db.execute(_MARK, {**_scope(rule), "id": rule.id})


def _scope(rule: Rule) -> dict[str, Any]:
    include, kind = rule.scope.include, KINDS[rule.kind]
    chosen = include or Selection()
    named = list(kind.names(rule.terms)) if kind.names else []
    return {
        "all": include is None and not kind.closed, "products": list(chosen.product_ids), "categories": list(chosen.category_ids),
        "brands": list(chosen.brand_ids), "skus": [*chosen.sku_ids, *named],
    }  # fmt: skip


_MARK = """
update promotions_lowestprice l set stale = true, marked_at = kernel_now()
from catalog_sku s join catalog_product p on p.id = s.product_id left join catalog_category c on c.id = p.category_id
where s.id = l.sku_id and (%(all)s or l.rules @> array[%(id)s::bigint] or s.id = any(%(skus)s::bigint[])
    or p.id = any(%(products)s::bigint[]) or p.brand_id = any(%(brands)s::bigint[])
    or c.ancestors && %(categories)s::bigint[])
"""
