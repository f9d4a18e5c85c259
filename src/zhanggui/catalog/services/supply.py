"""How products come to their buyers, and by which promise (CAT-23)."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.kernel import audit, db, outbox
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import listings, locks
from ..events import ProductChanged
from ..types import MOST_HOURS, SUPPLY_MODES, SupplyMode

_SET = """
update catalog_product p set supply_mode = %(mode)s, promise_hours = %(hours)s, version = p.version + 1, updated_at = kernel_now()
from (select id, supply_mode, promise_hours from catalog_product where id = any(%(ids)s::bigint[])) b
where p.id = b.id and (p.supply_mode, p.promise_hours) is distinct from (%(mode)s, %(hours)s::smallint)
returning p.id, p.code, p.version, p.state, b.supply_mode, b.promise_hours,
    array(select s.id from catalog_sku s where s.product_id = p.id order by s.position, s.id) as sku_ids
"""


def set_supply(product_ids: Sequence[int], mode: str, *, promise_hours: int | None = None, actor: Actor) -> list[int]:
    """Say how these products are supplied and, unless they are stocked, within how many hours they leave (None: the mall's).

    Opens a transaction; five statements for any number. Orders placed before keep their promise. The ids that changed.
    Raises NotFound, ValidationFailed.
    """
    if mode not in SUPPLY_MODES:
        raise ValidationFailed.one("supply_mode", "invalid", "没有这种供货方式", f"one of: {', '.join(SUPPLY_MODES)}")
    if promise_hours is not None and mode == SupplyMode.STOCKED:
        raise ValidationFailed.one(
            "promise_hours", "invalid", "现货按商城承诺的时间发货，不另定", "stocked goods leave as the mall promises"
        )
    if promise_hours is not None and not 1 <= promise_hours <= MOST_HOURS:
        raise ValidationFailed.one(
            "promise_hours", "range", f"应为 1 到 {MOST_HOURS} 小时", f"from 1 to {MOST_HOURS} hours"
        )
    ids = list(dict.fromkeys(product_ids))
    with transaction.atomic():
        locks.hold_products(ids)
        found = db.row("select count(*) as n from catalog_product where id = any(%s::bigint[])", (ids,))
        if found is None or found["n"] != len(ids):
            raise NotFound()
        moved = db.rows(_SET, {"mode": mode, "hours": promise_hours, "ids": ids})
        audit.record_many(
            audit.row(
                actor=actor, action="catalog.set_supply", target_type="product", target_id=row["id"],
                before={"supply_mode": row["supply_mode"], "promise_hours": row["promise_hours"]},
                after={"supply_mode": mode, "promise_hours": promise_hours},
            )
            for row in moved
        )  # fmt: skip
        outbox.record(*(ProductChanged(row["id"], row["code"], row["version"], tuple(row["sku_ids"])) for row in moved))
        if any(row["state"] == "listed" for row in moved):
            listings.changed()
    return [row["id"] for row in moved]
