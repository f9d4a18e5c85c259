"""Reads of prices and freight."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from zhanggui.kernel import db, versions
from zhanggui.kernel.paging import Page, page

from .rules import freight_for, line
from .rules import price_for as price_for
from .rules import steps_of as steps_of
from .struck import spans
from .struck import strike as strike
from .struck import struck_prices as struck_prices
from .types import Freight, FreightRuleView, HistoryView, Price, ScheduledView, Span, Special

FREIGHT_VERSION = "pricing.freight"
SPECIALS_VERSION = "pricing.specials"
_freight: tuple[int, tuple[FreightRuleView, ...]] = (-1, ())


def effective_prices(sku_ids: Iterable[int], at: datetime) -> dict[int, Price]:
    """The exact price of each SKU at `at`; a SKU without a price is absent. One statement."""
    rows = db.rows("select * from pricing_effective(%s::bigint[], %s)", (list(sku_ids), at))
    return {
        r["sku_id"]: Price(r["list_price"], r["sale_price"], r["cost"], r["scheduled"], specials_of(r["specials"]))
        for r in rows
    }


def specials_of(stored: list[Any] | None) -> tuple[Special, ...]:
    """Special prices as the tables' functions give them along with a price."""
    return tuple(Special(*one) for one in stored) if stored else ()


def base_prices(sku_ids: Iterable[int]) -> dict[int, Price]:
    """The prices outside all windows, as staff set them."""
    rows = db.rows(
        "select sku_id, list_price, sale_price, cost, specials from pricing_skuprice where sku_id = any(%s::bigint[])",
        (list(sku_ids),),
    )
    return {
        r["sku_id"]: Price(r["list_price"], r["sale_price"], r["cost"], specials=specials_of(r["specials"]))
        for r in rows
    }


def schedule(sku_ids: Iterable[int], *, ending_after: datetime) -> list[ScheduledView]:
    """Windows that are open or to come."""
    rows = db.rows(
        "select id, sku_id, sale_price, starts_at, ends_at, reason from pricing_scheduledprice"
        " where sku_id = any(%s::bigint[]) and cancelled_at is null and (ends_at is null or ends_at > %s)"
        " order by sku_id, starts_at",
        (list(sku_ids), ending_after),
    )
    return [ScheduledView(**r) for r in rows]


def windows_between(start: datetime, end: datetime, *, limit: int = 500) -> list[ScheduledView]:
    """Windows that touch [start, end), by their start; cancelled ones are not among them. One statement."""
    rows = db.rows(
        "select id, sku_id, sale_price, starts_at, ends_at, reason from pricing_scheduledprice"
        " where cancelled_at is null and starts_at < %s and (ends_at is null or ends_at > %s) order by starts_at, id limit %s",
        (end, start, limit),
    )
    return [ScheduledView(**r) for r in rows]


def history(sku_id: int, *, before_id: int | None = None, limit: int = 50) -> Page[HistoryView]:
    """Newest first; the cursor is the last id."""
    rows = db.rows(
        "select id, sku_id, kind, list_price, sale_price, cost, old_list_price, old_sale_price, old_cost, starts_at, ends_at,"
        " details, reason, actor_kind, actor_label, at from pricing_pricehistory"
        " where sku_id = %s and (%s::bigint is null or id < %s) order by id desc limit %s",
        (sku_id, before_id, before_id, limit + 1),
    )
    return page([HistoryView(**r) for r in rows], limit, lambda row: row.id)


def price_line(sku_id: int, at: datetime) -> list[Span]:
    """The price asked from step to step, oldest first, with what is planned after `at`. One statement."""
    return line(spans(sku_id, at))


def freight_rules(*, version: int | None = None) -> tuple[FreightRuleView, ...]:
    """All rules, kept in memory until they change; `version` (of "pricing.freight") spares the look-up."""
    global _freight
    current = versions.get(FREIGHT_VERSION) if version is None else version
    if current != _freight[0]:
        rows = db.rows(
            "select id, method, province, deliverable, fee, included_g, fee_per_kg, free_over from pricing_freightrule"
            " order by method, province"
        )
        _freight = (current, tuple(FreightRuleView(**r) for r in rows))
    return _freight[1]


def forget_freight() -> None:
    """Drop the rules kept in memory (tests, after a restore)."""
    global _freight
    _freight = (-1, ())


def freight(method: str, province: str, goods_amount: int, weight_g: int = 0, *, version: int | None = None) -> Freight:
    """What delivery costs; see `rules.freight_for`. Raises NotDelivered."""
    return freight_for(freight_rules(version=version), method, province, goods_amount, weight_g)
