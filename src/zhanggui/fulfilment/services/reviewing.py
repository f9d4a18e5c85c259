"""The review (审单) of paid orders: rules pass or hold them, people pass, hold, correct, merge and split them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from zhanggui.inventory import selectors as inventory
from zhanggui.inventory.types import OWN
from zhanggui.kernel import audit, db, ids, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.orders.types import HELD_FOR_GROUP, HELD_TO_BE_MADE, Receiver

from .. import locks, rules
from ..errors import NotOneBox, ReviewOver
from ..events import OrderReviewed
from ..permissions import REVIEW, need
from ..states import HELD, PASSED

MOST = 500
MAX_REASON = 200
MAX_PARTS = 20

#: Whoever decided stays with it: only what no person has decided is judged anew, and only while the warehouse has not begun.
_WRITE = """
insert into fulfilment_review (order_number, state, findings, address_key, buyer_key, warehouses, skus, units, paid_at, due_at)
select r.order_number, r.state, r.findings, r.address_key, r.buyer_key,
    array(select jsonb_array_elements_text(r.warehouses)::bigint), r.skus, r.units, r.paid_at, r.due_at
from jsonb_to_recordset(%s) as r(order_number text, state text, findings jsonb, address_key text, buyer_key text,
    warehouses jsonb, skus int, units int, paid_at timestamptz, due_at timestamptz)
order by r.order_number
on conflict (order_number) do update set findings = excluded.findings, address_key = excluded.address_key,
    buyer_key = excluded.buyer_key, warehouses = excluded.warehouses, skus = excluded.skus, units = excluded.units,
    due_at = excluded.due_at, reviewed_at = kernel_now(),
    state = case when fulfilment_review.decided_by = '' then excluded.state else fulfilment_review.state end
where fulfilment_review.state in ('held', 'passed')
returning order_number, state
"""
_NEIGHBOURS = """
select order_number, address_key, buyer_key from fulfilment_review where address_key = any(%s) and state in ('held', 'passed')
"""


def review(order_numbers: Sequence[str], *, actor: Actor = SYSTEM) -> dict[str, str]:
    """Judge paid orders that are sent by the mall's rules; `held` or `passed` of each judged. Opens its own transaction.

    Again judges anew what nobody has decided and the warehouse has not begun. Five statements, however many orders.
    """
    if not order_numbers:
        return {}
    with transaction.atomic():
        return _judge(order_numbers)


def review_missing(*, actor: Actor = SYSTEM, batch: int = 1000) -> int:
    """Judge paid orders that nobody has judged (older than this review, or whose announcement was lost); how many.

    A transaction for each batch. Two statements for each `batch` of paid orders where none is missing.
    """
    judged, after = 0, 0
    while found := orders.paid_to_send(after=after, limit=batch):
        after = max(found.values())
        known = db.rows("select order_number from fulfilment_review where order_number = any(%s)", (list(found),))
        missing = sorted(set(found) - {row["order_number"] for row in known})
        for start in range(0, len(missing), MOST):
            judged += len(review(missing[start : start + MOST], actor=actor))
    return judged


@db.needs_transaction
def _judge(order_numbers: Sequence[str]) -> dict[str, str]:
    found = [row for row in orders.to_review(order_numbers) if row["status"] == "paid" and row["units"] > 0]
    if not found:
        return {}
    keys = {row["number"]: (rules.address_key(row), rules.buyer_key(row)) for row in found}
    here: dict[str, set[str]] = defaultdict(set)
    theirs: dict[tuple[str, str], set[str]] = defaultdict(set)
    neighbours = db.rows(_NEIGHBOURS, (sorted({address for address, _ in keys.values()}),))
    known = [(row["order_number"], row["address_key"], row["buyer_key"]) for row in neighbours]
    for number, address, buyer in [*known, *((number, *pair) for number, pair in keys.items())]:
        here[address].add(number)
        theirs[address, buyer].add(number)
    promised: dict[str, dict[int, int]] = defaultdict(dict)
    ours: dict[str, set[int]] = defaultdict(set)  # what lies with a supplier is in no wave of ours
    for piece in inventory.promised([row["number"] for row in found]):
        if piece.kind == OWN:
            ours[piece.order_number].add(piece.warehouse_id)
        at = promised[piece.order_number]
        at[piece.warehouse_id] = at.get(piece.warehouse_id, 0) + piece.units
    policy = mall_settings.get("fulfilment.review_rules")
    limits = rules.Limits(mall_settings.get("fulfilment.review_amount"), mall_settings.get("fulfilment.review_orders"))
    auto = mall_settings.get("fulfilment.review_auto_pass")
    rows = []
    for order in found:
        number, (address, buyer) = order["number"], keys[order["number"]]
        facts = rules.Facts(
            **{name: order[name] for name in ("contact_name", "contact_mobile", "province", "city", "address_line")},
            **{name: order[name] for name in ("buyer_note", "staff_notes", "total", "units")},
            waits_for_group=order["hold"] == HELD_FOR_GROUP,
            being_made=order["hold"] == HELD_TO_BE_MADE,
            promised=sum(promised[number].values()),
            warehouses=len(promised[number]),
            here=len(here[address]),
            siblings=tuple(sorted(theirs[address, buyer] - {number})),
        )
        told = rules.findings(facts, policy, limits)
        rows.append(
            {
                "order_number": number, "state": PASSED if rules.passes(told, auto=auto) else HELD,
                "findings": [asdict(finding) for finding in told], "address_key": address, "buyer_key": buyer,
                "warehouses": sorted(ours[number]), "skus": order["skus"], "units": order["units"],
                "paid_at": order["paid_at"], "due_at": order["due_at"],
            }
        )  # fmt: skip
    judged = {row["order_number"]: row["state"] for row in db.rows(_WRITE, (db.Json(rows),))}
    codes = {row["order_number"]: [finding["code"] for finding in row["findings"]] for row in rows}
    outbox.record(*[OrderReviewed(number, HELD, codes[number]) for number, state in judged.items() if state == HELD])
    return judged


@db.needs_transaction
def judge_again(order_number: str) -> None:
    """An order changed that the warehouse has not begun. Needs a transaction."""
    _judge([order_number])


def pass_orders(order_numbers: Sequence[str], *, reason: str = "", actor: Actor) -> list[str]:
    """Held orders go on to the waves; those passed by this. Orders that wait for a group or are being made stay held.
    Opens its own transaction.

    Raises PermissionDenied, ValidationFailed.
    """
    return _decide(order_numbers, HELD, PASSED, reason, actor)


def hold_orders(order_numbers: Sequence[str], *, reason: str, actor: Actor) -> list[str]:
    """Orders that the warehouse has not begun are held back until somebody passes them; those held by this.

    Opens its own transaction. Raises PermissionDenied, ValidationFailed (no reason).
    """
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请写明拦下的原因", "say why it is held")
    return _decide(order_numbers, PASSED, HELD, reason, actor)


def _decide(order_numbers: Sequence[str], before: str, after: str, reason: str, actor: Actor) -> list[str]:
    need(actor, REVIEW)
    numbers = _chosen(order_numbers)
    reason = _reason(reason)
    with transaction.atomic():
        missing = set(numbers) - set(locks.hold_reviews(numbers))
        if missing:
            _judge(sorted(missing))
        held = locks.hold_reviews(numbers)
        wanted = [
            number
            for number, row in held.items()
            if row["state"] == before
            and not (after == PASSED and any(finding["code"] in rules.WAITS for finding in row["findings"]))
        ]
        db.execute(
            "update fulfilment_review set state = %s, decided_by = %s, decided_at = kernel_now(), reason = %s"
            " where order_number = any(%s)",
            (after, actor.label[:200] or actor.kind, reason, wanted),
        )
        _record(f"fulfilment.{'pass' if after == PASSED else 'hold'}_order", wanted, reason, actor)
        outbox.record(
            *[OrderReviewed(number, after, [f["code"] for f in held[number]["findings"]]) for number in wanted]
        )
    return wanted


@db.needs_transaction
def postpone(order_number: str, until: datetime, *, actor: Actor) -> None:
    """The buyer waits until then: waves take the order by that. In the transaction of a caller, before the order's own row is held."""
    if order_number in locks.hold_reviews([order_number]):
        db.execute("update fulfilment_review set due_at = %s where order_number = %s", (until, order_number))


def correct_receiver(order_number: str, receiver: Receiver, *, actor: Actor) -> None:
    """Correct whom an order goes to and judge it anew, as if nobody had decided. Opens its own transaction.

    It leaves the box it was to share. Raises what `orders.change_receiver` does.
    """
    need(actor, REVIEW)
    with transaction.atomic():
        row = locks.hold_reviews([order_number]).get(order_number)
        if row is not None and row["state"] not in (HELD, PASSED):
            raise ReviewOver()
        order_services.change_receiver(order_number, receiver, actor=actor)
        db.execute(
            "update fulfilment_review set decided_by = '', decided_at = null, reason = '', bundle = '' where order_number = %s",
            (order_number,),
        )
        if row is not None and row["bundle"]:
            _dissolve_single(row["bundle"])
        _judge([order_number])


def merge(order_numbers: Sequence[str], *, actor: Actor) -> str:
    """These orders go in one box with one waybill, each with a parcel of its own; the box's number. Opens its own transaction.

    They are of one buyer, to one address, not begun, and lie whole in the same warehouse. Orders merged before take their
    companions along. Raises PermissionDenied, ValidationFailed, NotFound, ReviewOver, NotOneBox.
    """
    need(actor, REVIEW)
    numbers = _chosen(order_numbers)
    if len(numbers) < 2:
        raise ValidationFailed.one("ids", "too_few", "请至少选择两个订单", "choose two orders at least")
    with transaction.atomic():
        held = locks.hold_reviews(numbers)
        if set(held) != set(numbers):
            raise NotFound()
        if any(row["state"] not in (HELD, PASSED) for row in held.values()):
            raise ReviewOver()
        first = held[numbers[0]]
        for row in held.values():
            if (row["address_key"], row["buyer_key"]) != (first["address_key"], first["buyer_key"]):
                raise NotOneBox(why=Text("不是同一买家、同一地址的订单", "They are not of one buyer to one address"))
            if row["parts"]:
                raise NotOneBox(
                    why=Text(f"订单 {row['order_number']} 要分开发", f"Order {row['order_number']} is to be split")
                )
            if len(row["warehouses"]) != 1 or row["warehouses"] != first["warehouses"]:
                raise NotOneBox(why=Text("货不在同一个仓库", "Their goods do not lie in one warehouse"))
        bundle = ids.document_number("B")
        earlier = sorted({row["bundle"] for row in held.values() if row["bundle"]})
        db.execute(
            "update fulfilment_review set bundle = %s where order_number = any(%s) or (bundle = any(%s) and bundle <> '')",
            (bundle, numbers, earlier),
        )
        _record("fulfilment.merge_orders", numbers, bundle, actor)
    return bundle


def separate(order_numbers: Sequence[str], *, actor: Actor) -> None:
    """These orders go in boxes of their own again. Opens its own transaction. Raises PermissionDenied, ReviewOver."""
    need(actor, REVIEW)
    numbers = _chosen(order_numbers)
    with transaction.atomic():
        held = locks.hold_reviews(numbers)
        if any(row["state"] not in (HELD, PASSED) for row in held.values()):
            raise ReviewOver()
        db.execute("update fulfilment_review set bundle = '' where order_number = any(%s)", (numbers,))
        for bundle in {row["bundle"] for row in held.values()} - {""}:
            _dissolve_single(bundle)
        _record("fulfilment.separate_orders", numbers, "", actor)


@db.needs_transaction
def _dissolve_single(bundle: str) -> None:
    db.execute(
        "update fulfilment_review set bundle = '' where bundle = %s"
        " and (select count(*) from fulfilment_review b where b.bundle = %s and b.state <> 'over') < 2",
        (bundle, bundle),
    )


def split(order_number: str, parts: Sequence[Mapping[int, int]], *, actor: Actor) -> None:
    """An order is to leave in several boxes: `{line: units}` for each; no parts: in one again. Opens its own transaction.

    Units in no part go with the first. What lies in several warehouses leaves in a box from each by itself. Raises
    PermissionDenied, NotFound, ReviewOver, ValidationFailed, NotOneBox (it shares a box).
    """
    need(actor, REVIEW)
    if len(parts) > MAX_PARTS or len(parts) == 1:
        raise ValidationFailed.one(
            "parts", "range", f"请分成 2 到 {MAX_PARTS} 个包裹", f"split into 2 to {MAX_PARTS} parcels"
        )
    with transaction.atomic():
        row = locks.hold_reviews([order_number]).get(order_number)
        if row is None:
            raise NotFound()
        if row["state"] not in (HELD, PASSED):
            raise ReviewOver()
        if row["bundle"]:
            raise NotOneBox(why=Text("订单已合并发货，请先取消合并", "It shares a box with other orders"))
        left = {line["line"]: line["open"] for line in orders.to_pack([order_number])[order_number]["lines"]}
        for n, part in enumerate(parts):
            if not any(part.values()):
                raise ValidationFailed.one(f"parts.{n}", "empty", "包裹里没有商品", "nothing is in this parcel")
            for line, units in part.items():
                left[line] = left.get(line, 0) - units
                if units < 0 or left[line] < 0:
                    raise ValidationFailed.one(
                        f"parts.{n}", "range", f"第 {line} 行没有这么多件", f"line {line} has not that many units"
                    )
        stored = [{str(line): units for line, units in part.items() if units} for part in parts]
        db.execute("update fulfilment_review set parts = %s where order_number = %s", (db.Json(stored), order_number))
        _record("fulfilment.split_order", [order_number], str(len(parts)), actor)


def close_reviews(order_numbers: Sequence[str], *, actor: Actor = SYSTEM) -> None:
    """Orders are over before the warehouse began: nobody waits for them. Opens its own transaction."""
    with transaction.atomic():
        held = locks.hold_reviews(sorted(order_numbers))
        db.execute(
            "update fulfilment_review set state = 'over' where order_number = any(%s) and state in ('held', 'passed')",
            (sorted(held),),
        )
        for bundle in sorted({row["bundle"] for row in held.values()} - {""}):
            _dissolve_single(bundle)


def _chosen(order_numbers: Sequence[str]) -> list[str]:
    numbers = list(dict.fromkeys(order_numbers))
    if not 0 < len(numbers) <= MOST:
        raise ValidationFailed.one("ids", "range", f"请选择 1 到 {MOST} 个订单", f"choose 1 to {MOST} orders")
    return numbers


def _reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > MAX_REASON:
        raise ValidationFailed.one("reason", "too_long", f"最多 {MAX_REASON} 字", f"at most {MAX_REASON} characters")
    return reason


@db.needs_transaction
def _record(action: str, numbers: Sequence[str], after: str, actor: Actor) -> None:
    audit.record_many(
        [
            audit.row(actor=actor, action=action, target_type="order", target_id=number, after=after)
            for number in numbers
        ]
    )
