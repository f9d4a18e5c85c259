"""The counters of promotions and coupons: the only place, with `sql/functions.sql`, that moves them."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.kernel import db


def admit(uses: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The refused drafts of a batch (`draft`, `code`, `ref`); what the others will take stays locked until the end."""
    return db.rows("select draft, code, ref from promotions_admit(%s)", (db.Json(list(uses)),))


def take(uses: Sequence[dict[str, Any]]) -> None:
    """Count the admitted uses, in the transaction of `admit`."""
    db.row("select promotions_take(%s)", (db.Json(list(uses)),))


def give_back(order_numbers: Sequence[str], grace_days: int = 0) -> None:
    """Free what these orders took; repeating it changes nothing.

    A code of one buyer whose time ran out meanwhile is good for `grace_days` more.
    """
    db.row("select promotions_return(%s, %s)", (list(order_numbers), grace_days))


@db.needs_transaction
def hold_more(promotion_id: int, member_ids: Sequence[int], allowed: int) -> list[int]:
    """Count one more code for each member who has fewer than `allowed`; the members who may have one."""
    found = db.rows(
        "insert into promotions_couponholding as h (coupon_id, member_id, held, allowed)"
        " select %s, m, 1, %s from unnest(%s::bigint[]) m order by m"
        " on conflict (coupon_id, member_id) do update set held = h.held + 1, allowed = excluded.allowed"
        " where h.held < excluded.allowed returning member_id",
        (promotion_id, allowed, list(member_ids)),
    )
    return sorted(row["member_id"] for row in found)


@db.needs_transaction
def hold_one_more(promotion_id: int, member_id: int, allowed: int) -> None:
    """Count one more code for a member whatever he has: what was won counts, and is not refused."""
    db.execute(
        "insert into promotions_couponholding as h (coupon_id, member_id, held, allowed) values (%s, %s, 1, %s)"
        " on conflict (coupon_id, member_id) do update set held = h.held + 1,"
        " allowed = greatest(h.held + 1, excluded.allowed)",
        (promotion_id, member_id, allowed),
    )


@db.needs_transaction
def hold_send() -> dict[str, Any] | None:
    """The oldest send that waits and that no other worker has in hand, locked; before its coupon."""
    return db.row(
        "select id, coupon_id from promotions_couponsend where finished_at is null order by id limit 1"
        " for no key update skip locked"
    )


@db.needs_transaction
def void_codes(
    promotion_id: int, *, code_id: int | None = None, batch: str | None = None, held: bool = True
) -> list[int]:
    """Make unused codes void: one, or a batch (without those members `held`, where it says so); their ids.

    They count for no limit any more. Needs the coupon held.
    """
    found = db.rows(
        "update promotions_couponcode set voided_at = kernel_now() where id in (select id from promotions_couponcode"
        " where coupon_id = %s and (%s::bigint is null or id = %s) and (%s::text is null or batch = %s)"
        " and (%s or member_id is null) and voided_at is null and used = 0 order by id for no key update)"
        " and used = 0 returning id, member_id",
        (promotion_id, code_id, code_id, batch, batch, held),
    )
    holders = [row["member_id"] for row in found if row["member_id"] is not None]
    if holders:
        db.execute(
            "update promotions_couponholding h set held = h.held - t.codes from"
            " (select m as member_id, count(*) as codes from unnest(%s::bigint[]) m group by 1) t"
            " where h.coupon_id = %s and h.member_id = t.member_id",
            (holders, promotion_id),
        )
    if found:
        db.execute(
            "update promotions_coupon set issued = issued - %s where promotion_id = %s", (len(found), promotion_id)
        )
    return [row["id"] for row in found]


@db.needs_transaction
def issue(promotion_id: int, count: int) -> bool:
    """Count `count` new codes of a coupon; False if the issue limit does not allow them. Serialises claims."""
    return bool(
        db.execute(
            "update promotions_coupon set issued = issued + %s where promotion_id = %s"
            " and (issue_limit is null or issued + %s <= issue_limit)",
            (count, promotion_id, count),
        )
    )


@db.needs_transaction
def hold_coupon(promotion_id: int) -> dict[str, Any] | None:
    """A coupon and its promotion's state; the coupon is locked, so that what members hold of it can be counted."""
    return db.row(
        "select c.*, p.state, p.label_zh, p.starts_at, p.ends_at from promotions_coupon c"
        " join promotions_promotion p on p.id = c.promotion_id where c.promotion_id = %s for no key update of c",
        (promotion_id,),
    )


@db.needs_transaction
def hold(promotion_id: int) -> dict[str, Any] | None:
    """The promotion's row, locked until the end of the transaction, for changes of its terms."""
    return db.row("select * from promotions_promotion where id = %s for no key update", (promotion_id,))


@db.needs_transaction
def hold_quota_slots(promotion_id: int) -> list[dict[str, Any]]:
    """The other promotions with pieces of their own that are not over; nobody adds one until the transaction ends."""
    db.row("select pg_advisory_xact_lock(hashtext('promotions_quota'))")
    return db.rows(
        "select p.id, p.label_zh, p.label_en, p.config, p.starts_at, p.ends_at, p.daily from promotions_promotion p"
        " where p.id <> %s and p.state <> 'ended' and (p.ends_at is null or p.ends_at > kernel_now())"
        " and exists (select 1 from promotions_quota q where q.promotion_id = p.id) order by p.id",
        (promotion_id,),
    )


@db.needs_transaction
def set_quotas(promotion_id: int, stock: Mapping[int, int], per_holder: int | None) -> list[tuple[int, int]]:
    """Make these the pieces of the promotion; (SKU, sold) where more are sold than there would be, and then nothing changes."""
    held = db.rows(
        "select sku_id, taken from promotions_quota where promotion_id = %s order by id for no key update",
        (promotion_id,),
    )
    short = [(row["sku_id"], row["taken"]) for row in held if row["taken"] > stock.get(row["sku_id"], 0)]
    if short:
        return short
    db.execute(
        "with gone as (select id from promotions_quota where promotion_id = %s and taken = 0 and sku_id <> all(%s))"
        " delete from promotions_holderpieces h using gone where h.quota_id = gone.id",
        (promotion_id, list(stock)),
    )
    db.execute(
        "delete from promotions_quota where promotion_id = %s and taken = 0 and sku_id <> all(%s)",
        (promotion_id, list(stock)),
    )
    db.execute(
        "insert into promotions_quota (promotion_id, sku_id, stock, per_holder)"
        " select %s, q.sku, q.stock, %s from unnest(%s::bigint[], %s::bigint[]) as q(sku, stock)"
        " on conflict (promotion_id, sku_id) do update set stock = excluded.stock, per_holder = excluded.per_holder",
        (promotion_id, per_holder, list(stock), list(stock.values())),
    )
    return []


@db.needs_transaction
def hold_lowest() -> None:
    """Before rules or tiers are judged: alone with what the lowest reachable price depends on, because two changes that are
    right alone may be wrong together. Waits for whoever sets prices (`hold_prices`), too."""
    db.execute(
        "select pg_advisory_xact_lock(hashtext('promotions.rules')), pg_advisory_xact_lock(hashtext('promotions.lowest'))"
    )


@db.needs_transaction
def hold_prices() -> None:
    """Where prices were set, before it is asked whether any rule runs: rules wait, others who set prices do not."""
    db.execute("select pg_advisory_xact_lock_shared(hashtext('promotions.rules'))")


@db.needs_transaction
def hold_lowest_of_prices() -> None:
    """After `hold_prices`, where rules run: one who sets prices at a time."""
    db.execute("select pg_advisory_xact_lock(hashtext('promotions.lowest'))")
