"""Products without stock: begun and ended here, read here; entered through `services` and `selectors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhanggui.kernel import db
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page, decode, page

from . import rules
from .types import OutageView

_ROWS = """
select o.id, o.product_id, p.code, p.title, p.title_en, p.image, p.state, o.since, o.delisted, o.until, o.outcome, o.problem,
    o.handled_at, o.handled_by, o.note,
    array(select s.id from catalog_sku s where s.product_id = p.id and s.active order by s.position, s.id) as sku_ids
from catalog_outage o join catalog_product p on p.id = o.product_id
"""


@db.needs_transaction
def begin(product_ids: Sequence[int], *, delisted: bool) -> list[dict[str, Any]]:
    """Note products that have none noted; those that are new, with their codes."""
    return db.rows(
        "with made as (insert into catalog_outage (product_id, delisted) select u.id, %s from unnest(%s::bigint[]) as u(id)"
        " on conflict do nothing returning product_id)"
        " select p.id, p.code from made m join catalog_product p on p.id = m.product_id order by p.id",
        (delisted, list(product_ids)),
    )


@db.needs_transaction
def end(product_ids: Sequence[int], outcome: str) -> list[dict[str, Any]]:
    """It is over for these products; those for which it was."""
    return db.rows(
        "update catalog_outage o set until = kernel_now(), outcome = %s, problem = '' from catalog_product p"
        " where p.id = o.product_id and o.until is null and o.product_id = any(%s::bigint[]) returning p.id, p.code",
        (outcome, list(product_ids)),
    )


def outages(*, over: bool = False, cursor: str = "", limit: int = 50) -> Page[OutageView]:
    """Products without stock, the latest first (`over`: those that have it again). One statement."""
    before = decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"{_ROWS} where (o.until is not null) = %s and (%s::bigint is null or o.id < %s) order by o.id desc limit %s",
        (over, before, before, limit + 1),
    )
    return page([_view(row) for row in rows], limit, lambda row: row.id)


def outage(outage_id: int) -> OutageView | None:
    """One statement."""
    row = db.row(f"{_ROWS} where o.id = %s", (outage_id,))
    return _view(row) if row else None


def outages_waiting(most: int) -> int:
    """Products without stock that nobody has seen to, counted up to `most`. One statement."""
    return int(
        db.one(
            "select count(*) from (select from catalog_outage where until is null and handled_at is null limit %s) o",
            (most,),
        )[0]
    )


def _view(row: dict[str, Any]) -> OutageView:
    english = row.pop("title_en") or row["title"]
    return OutageView(
        **row
        | {
            "title": Text(row["title"], english),
            "image": rules.media_url(row["image"]),
            "sku_ids": tuple(row["sku_ids"]),
        }
    )
