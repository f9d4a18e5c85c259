"""Reads of prices and freight."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from zhanggui.kernel import db, mall_settings, versions
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page, page
from zhanggui.kernel.problems import NotFound

from .asked import lawful_strikes as lawful_strikes
from .bench import FLAGS as FLAGS
from .bench import BenchRow as BenchRow
from .bench import bench as bench
from .formula import Costing as Costing
from .formula import Outcome as Outcome
from .formula import on_step as on_step
from .formula import outcome as outcome
from .formula import price_for_profit as price_for_profit
from .freight import charge_again as charge_again
from .freight import freight_for, frozen
from .freight import may_grow as may_grow
from .freight import not_delivered as not_delivered
from .freight import rule_for as rule_for
from .rules import line
from .rules import price_for as price_for
from .rules import steps_of as steps_of
from .struck import lowest_asked as lowest_asked
from .struck import spans
from .struck import strike as strike
from .struck import struck_prices as struck_prices
from .types import (
    DEFAULT_TEMPLATE,
    Floor,
    Freight,
    FreightBook,
    FreightRuleView,
    FreightTemplateView,
    HistoryView,
    PolicyView,
    Price,
    Raise,
    RequestView,
    ScheduledView,
    Sent,
    Span,
    Special,
)

FREIGHT_VERSION = "pricing.freight"
SPECIALS_VERSION = "pricing.specials"
_freight: tuple[int, FreightBook] = (-1, FreightBook({}, {}, {}))
_specials: tuple[int, bool] = (-1, False)


def effective_prices(sku_ids: Iterable[int], at: datetime) -> dict[int, Price]:
    """The exact price of each SKU at `at`; a SKU without a price is absent. One statement."""
    rows = db.rows("select * from pricing_effective(%s::bigint[], %s)", (list(sku_ids), at))
    return {
        r["sku_id"]: Price(r["list_price"], r["sale_price"], r["cost"], r["scheduled"], specials_of(r["specials"]))
        for r in rows
    }


def any_specials() -> bool:
    """Whether any SKU has a special price. A statement only when special prices have changed."""
    global _specials
    version = versions.get(SPECIALS_VERSION)
    if _specials[0] != version:
        _specials = (version, bool(db.one("select exists (select from pricing_specialprice)")[0]))
    return _specials[1]


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


def floors(sku_ids: Iterable[int]) -> dict[int, Floor]:
    """Below what each SKU's price must not go, and what the rules of its category say; without a price it is absent.

    One statement.
    """
    rows = db.rows("select * from pricing_floors(%s::bigint[])", (list(sku_ids),))
    return {row["sku_id"]: Floor(**row) for row in rows}


_POLICY = "category_id, band_low, band_high, steps, min_margin, spend_low, spend_high, max_change"


def policies() -> list[PolicyView]:
    """The price rules of categories, that of everything (category 0) first. One statement."""
    rows = db.rows(f"select {_POLICY} from pricing_pricepolicy order by category_id")
    return [PolicyView(**{**row, "steps": tuple(row["steps"])}) for row in rows]


def policy_of(path: Iterable[int]) -> PolicyView:
    """What the rules say for a category, given the ids from the root to it: of each figure the nearest word on it."""
    wanted = list(path)
    row = db.row(
        "select band_low, band_high, steps, min_margin, spend_low, spend_high, max_change from pricing_policy(%s::bigint[])",
        (wanted,),
    )
    assert row is not None
    return PolicyView(wanted[-1] if wanted else 0, **{**row, "steps": tuple(row["steps"] or ())})


_REQUEST = (
    "id, sku_id, kind, list_price, sale_price, cost, old_list_price, old_sale_price, starts_at, ends_at, reason, status,"
    " asked_by_id, asked_by, asked_at, decided_by, decision, decided_at"
)


def requests(
    *, pending: bool = True, sku_ids: Iterable[int] | None = None, before_id: int | None = None, limit: int = 50
) -> Page[RequestView]:
    """Price changes asked for, newest first: those that wait, or those that are decided; the cursor is the last id."""
    wanted = None if sku_ids is None else list(sku_ids)
    rows = db.rows(
        f"select {_REQUEST} from pricing_pricerequest where (status = 'pending') = %s"
        " and (%s::bigint[] is null or sku_id = any(%s)) and (%s::bigint is null or id < %s) order by id desc limit %s",
        (pending, wanted, wanted, before_id, before_id, limit + 1),
    )
    return page([RequestView(**row) for row in rows], limit, lambda row: row.id)


def request(request_id: int) -> RequestView:
    """One of them. Raises NotFound."""
    row = db.row(f"select {_REQUEST} from pricing_pricerequest where id = %s", (request_id,))
    if row is None:
        raise NotFound()
    return RequestView(**row)


def waiting() -> int:
    """How many price changes wait for approval. One statement."""
    row = db.row("select count(*)::int as n from pricing_pricerequest where status = 'pending'")
    return int(row["n"]) if row else 0


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


def raises(since: datetime) -> list[Raise]:
    """Every time an ordinary price went up since an instant, oldest first. One statement."""
    rows = db.rows(
        "select id, sku_id, at, old_sale_price as before, sale_price as after from pricing_pricehistory"
        " where kind = 'set' and at >= %s and old_sale_price < sale_price order by id",
        (since,),
    )
    return [Raise(**row) for row in rows]


def lowest_ever(sku_ids: Iterable[int]) -> dict[int, int]:
    """The lowest price ever set or planned for SKUs; those without any are absent. One statement."""
    rows = db.rows(
        "select sku_id, min(sale_price) as price from pricing_pricehistory where sku_id = any(%s::bigint[])"
        " and kind in ('set', 'scheduled') and (starts_at is null or starts_at <= kernel_now()) group by sku_id",
        (list(sku_ids),),
    )
    return {row["sku_id"]: row["price"] for row in rows}


def price_line(sku_id: int, at: datetime) -> list[Span]:
    """The price asked from step to step, oldest first, with what is planned after `at`. One statement."""
    return line(spans(sku_id, at))


_BOOK = """
select (select jsonb_agg(jsonb_build_array(t.code, t.name_zh, t.name_en, t.unit, (select coalesce(jsonb_agg(jsonb_build_array(
            r.id, r.method, r.province, r.deliverable, r.fee, r.first, r.step_fee, r.free_over, r.step, r.free_pieces,
            r.surcharge, r.ladder) order by r.method, r.province), '[]')
        from pricing_freightrule r where r.template_id = t.id)) order by t.code <> 'default', t.name_zh, t.id)
    from pricing_freighttemplate t) as templates,
    (select jsonb_agg(jsonb_build_array(g.kind, g.ref, t.code)) from pricing_freightgoods g
        join pricing_freighttemplate t on t.id = g.template_id) as goods
"""


def freight_book(*, version: int | None = None) -> FreightBook:
    """All freight templates and whose they are, kept in memory until they change; `version` (of "pricing.freight") spares the
    look-up. One statement when they changed."""
    global _freight
    current = versions.get(FREIGHT_VERSION) if version is None else version
    if current != _freight[0]:
        found = db.row(_BOOK)
        assert found is not None
        templates = {
            code: FreightTemplateView(code, Text(zh, en or zh), unit, tuple(_rule(rule) for rule in rules))
            for code, zh, en, unit, rules in found["templates"] or ()
        }
        goods: dict[str, dict[int, str]] = {"product": {}, "category": {}}
        for kind, ref, code in found["goods"] or ():
            goods[kind][ref] = code
        _freight = (current, FreightBook(templates, goods["product"], goods["category"]))
    return _freight[1]


def _rule(stored: list[Any]) -> FreightRuleView:
    *rest, ladder = stored
    return FreightRuleView(*[*rest, tuple((since, cost) for since, cost in ladder)])


def freight_rules(*, version: int | None = None) -> tuple[FreightRuleView, ...]:
    """The rules of the default template: what holds of goods nobody said anything else of."""
    template = freight_book(version=version).templates.get(DEFAULT_TEMPLATE)
    return template.rules if template else ()


def forget_freight() -> None:
    """Drop what is kept in memory (tests, after a restore)."""
    global _freight
    _freight = (-1, FreightBook({}, {}, {}))


def freight(method: str, province: str, goods: Sequence[Sent], *, version: int | None = None) -> Freight:
    """What delivery costs, by the mall's templates and its rule for several of them; see `freight.freight_for`. Raises NotDelivered."""
    return freight_for(
        freight_book(version=version), method, province, goods, mall_settings.get("pricing.freight_several")
    )


def general_fee(method: str, province: str, amount: int) -> int:
    """What light goods without a template of their own cost to send, of this amount. Raises NotDelivered."""
    return freight(method, province, [Sent(0, (), 1, 0, amount)]).amount


def frozen_freight(given: Freight, goods: Sequence[Sent]) -> dict[str, Any] | None:
    """What an order keeps of the freight it is charged; see `freight.frozen`."""
    return frozen(given, goods, mall_settings.get("pricing.freight_several"))
