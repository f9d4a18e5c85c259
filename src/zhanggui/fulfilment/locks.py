"""Conditional writes and locks of parcels. A parcel comes before its order in the order of locks."""

from collections import Counter
from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def open_parcel(
    number: str, order_number: str, carrier: str, carrier_name: str, waybill_no: str, lead_id: int | None = None
) -> int | None:
    """Insert a parcel; None when the waybill has one already (a twin in flight is waited for)."""
    row = db.row(
        "insert into fulfilment_parcel (number, order_number, carrier, carrier_name, waybill_no, lead_id)"
        " values (%s, %s, %s, %s, %s, %s)"
        " on conflict (carrier, waybill_no) where not (waybill_no = '') do nothing returning id",
        (number, order_number, carrier, carrier_name, waybill_no, lead_id),
    )
    return None if row is None else int(row["id"])


@db.needs_transaction
def parcels_of_orders(order_numbers: list[str]) -> list[dict[str, Any]]:
    """Hold all parcels of these orders, so that the last one delivered is seen as the last."""
    return db.rows(
        "select id, number, order_number, state, lead_id from fulfilment_parcel where order_number = any(%s)"
        " order by id for no key update",
        (order_numbers,),
    )


@db.needs_transaction
def move(parcel_id: int, state: str, delivered_at: Any) -> bool:
    """Put a held parcel in a state; whether that is another one."""
    return bool(
        db.execute(
            "update fulfilment_parcel set state = %s, delivered_at = %s where id = %s and state <> %s",
            (state, delivered_at, parcel_id, state),
        )
    )


@db.needs_transaction
def hold_reviews(order_numbers: list[str]) -> dict[str, dict[str, Any]]:
    """The reviews of these orders, held. A review comes before its order and its parcels in the order of locks."""
    rows = db.rows(
        "select id, order_number, state, findings, address_key, buyer_key, bundle, parts, warehouses, decided_by"
        " from fulfilment_review where order_number = any(%s) order by id for no key update",
        (order_numbers,),
    )
    return {row["order_number"]: row for row in rows}


_PASSED = """
select r.id, r.order_number, r.bundle, r.parts from fulfilment_review r
where r.state = 'passed' and %(warehouse)s::bigint = any(r.warehouses)
    and (%(kind)s = 'mixed' or (%(kind)s = 'single') = (r.skus = 1))
    and (%(paid)s::timestamptz is null or r.paid_at <= %(paid)s) and (%(due)s::timestamptz is null or r.due_at <= %(due)s)
order by r.due_at, r.id limit %(limit)s for no key update skip locked
"""
_BUNDLED = """
select id, order_number, bundle, parts, state, %s::bigint = any(warehouses) as here from fulfilment_review
where bundle = any(%s) and id <> all(%s) order by id for no key update skip locked
"""
_BUNDLE_SIZES = "select bundle, count(*)::int as n from fulfilment_review where bundle = any(%s) and state <> 'over' group by bundle"


@db.needs_transaction
def take_passed(warehouse_id: int, kind: str, paid_until: Any, due_until: Any, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` passed reviews of a warehouse, the most urgent first, held; those another wave is just taking are skipped.

    Orders that go in one box come all or not at all. Three statements, without such orders one.
    """
    asked = {"warehouse": warehouse_id, "kind": kind, "paid": paid_until, "due": due_until, "limit": limit}
    rows = db.rows(_PASSED, asked)
    bundles = sorted({row["bundle"] for row in rows if row["bundle"]})
    if not bundles:
        return rows
    more = db.rows(_BUNDLED, (warehouse_id, bundles, [row["id"] for row in rows]))
    rows += [row for row in more if row["state"] == "passed" and row["here"]]
    sizes = {row["bundle"]: row["n"] for row in db.rows(_BUNDLE_SIZES, (bundles,))}
    got = Counter(row["bundle"] for row in rows)
    whole = [row for row in rows if not row["bundle"] or got[row["bundle"]] == sizes[row["bundle"]]]
    while len(whole) > limit and (last := whole[-1]):
        whole = [row for row in whole if row is not last and (not last["bundle"] or row["bundle"] != last["bundle"])]
    return whole


@db.needs_transaction
def taken(order_numbers: list[str], warehouse_id: int | None = None) -> None:
    """The warehouse has begun with its units of these orders; without one, with all. Who has no units elsewhere is `taken`."""
    db.execute(
        "update fulfilment_review set"
        " warehouses = case when %(at)s::bigint is null then '{}' else array_remove(warehouses, %(at)s::bigint) end,"
        " state = case when state in ('held', 'passed') and (%(at)s::bigint is null or warehouses <@ array[%(at)s::bigint])"
        "     then 'taken' else state end where order_number = any(%(numbers)s)",
        {"at": warehouse_id, "numbers": order_numbers},
    )


@db.needs_transaction
def hold_tasks(task_ids: list[int]) -> list[dict[str, Any]]:
    """These tasks, held, by id. A task comes before its order's parcels in the order of locks."""
    return db.rows(
        "select id, wave_id, order_number, warehouse_id, part, bundle, basket, state, packer_id, packer"
        " from fulfilment_task where id = any(%s) order by id for no key update",
        (task_ids,),
    )


@db.needs_transaction
def hold_wave(number: str) -> dict[str, Any] | None:
    """A wave, so that its short picks are counted one after the other."""
    return db.row("select id, number, warehouse_id from fulfilment_wave where number = %s for no key update", (number,))


@db.needs_transaction
def scan(task_ids: list[int], code: str) -> dict[str, Any] | None:
    """One more unit with this code or barcode lies in the box, if one is still wanted; its line."""
    return db.row(
        "update fulfilment_taskline l set scanned = l.scanned + 1 where l.id = (select w.id from fulfilment_taskline w"
        "     where w.task_id = any(%s) and (w.sku_code = %s or (w.barcode <> '' and w.barcode = %s))"
        "     and w.scanned < w.quantity - w.short order by w.task_id, w.line limit 1)"
        " returning l.task_id, l.line, l.sku_code, l.title, l.scanned, l.quantity - l.short as wanted",
        (task_ids, code, code),
    )


@db.needs_transaction
def scan_serial(line_id: int, number: str) -> dict[str, Any] | None:
    """The article with this serial number lies in the box, if one is still wanted; its line."""
    return db.row(
        "update fulfilment_taskline l set scanned = l.scanned + 1, serials = l.serials || to_jsonb(%s::text)"
        " where l.id = %s and l.scanned < l.quantity - l.short"
        " returning l.task_id, l.line, l.sku_code, l.title, l.scanned, l.quantity - l.short as wanted",
        (number, line_id),
    )


@db.needs_transaction
def in_a_box(sku_id: int, number: str) -> bool:
    """Whether the article with this serial number lies in an open box. Two packers with the same number take turns."""
    db.row("select pg_advisory_xact_lock(731016, hashtext(%s))", (f"{sku_id}:{number}",))
    row = db.row(
        "select 1 from fulfilment_taskline l join fulfilment_task t on t.id = l.task_id and t.state = 'packing'"
        " where l.sku_id = %s and l.serials ? %s limit 1",
        (sku_id, number),
    )
    return row is not None


@db.needs_transaction
def hold_inserts(rule_ids: list[int]) -> list[int]:
    """Of these rules those that still have pieces, held, so that no more are counted than there are."""
    rows = db.rows(
        "select r.id, r.most from fulfilment_insertrule r where r.id = any(%s) order by r.id for no key update",
        (rule_ids,),
    )
    given = {
        row["rule_id"]: row["n"]
        for row in db.rows(
            "select rule_id, count(*)::int as n from fulfilment_insert where rule_id = any(%s) group by rule_id",
            (rule_ids,),
        )
    }
    return [row["id"] for row in rows if row["most"] is None or given.get(row["id"], 0) < row["most"]]


@db.needs_transaction
def open_collection(order_number: str, point: str, code: str) -> bool:
    """Begin a collection; False where the code is taken at the point. An order that has one keeps it."""
    row = db.row(
        "insert into fulfilment_collection (order_number, point, code) values (%s, %s, %s) on conflict do nothing returning id",
        (order_number, point, code),
    )
    return row is not None or bool(
        db.row("select 1 from fulfilment_collection where order_number = %s", (order_number,))
    )


@db.needs_transaction
def hold_collections(order_numbers: list[str]) -> dict[str, dict[str, Any]]:
    """The collections of these orders, held. A collection comes before its order's parcels in the order of locks."""
    rows = db.rows(
        "select order_number, point, code, state, keep_until from fulfilment_collection where order_number = any(%s)"
        " order by id for no key update",
        (order_numbers,),
    )
    return {row["order_number"]: row for row in rows}
