"""Reads of dropshipping. Each public function names its number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SupplyMode
from zhanggui.kernel import clock, db, mall_settings, paging
from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors as orders
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement.errors import LinkVoid

from .rules import link_fits, link_secret, sees_address
from .settings import ADDRESS_DAYS
from .states import OPEN, TABLE
from .types import (
    Held,
    LineView,
    ModeSales,
    PartnerView,
    ReturnTo,
    ShipmentView,
    SupplierOrderRow,
    SupplierOrderView,
    TakenBackView,
)

_PARTNER = """
select p.id, p.supplier_id, s.name as supplier, s.name_en as supplier_en, s.code, s.currency, p.warehouse_id, p.active, p.edition,
    p.return_name, p.return_phone, p.return_address, p.stated_at,
    (select count(*)::int from dropship_supplierorder o where o.partner_id = p.id and o.state in ('sent', 'confirmed')) as waiting,
    (select count(*)::int from dropship_supplierorder o where o.partner_id = p.id and o.state in ('sent', 'confirmed')
        and (o.late <> '' or o.due_at <= kernel_now())) as late
from dropship_partner p join procurement_supplier s on s.id = p.supplier_id
"""


def partners() -> list[PartnerView]:
    """All suppliers who send for us, those who still do first. One statement."""
    return [_partner(row) for row in db.rows(_PARTNER + " order by p.active desc, s.name, p.id")]


def partner(supplier_id: int) -> PartnerView | None:
    """One statement."""
    row = db.row(_PARTNER + " where p.supplier_id = %s", (supplier_id,))
    return _partner(row) if row else None


def _partner(row: dict[str, Any]) -> PartnerView:
    to = ReturnTo(*(row.pop(f"return_{name}") for name in ("name", "phone", "address")))
    return PartnerView(**row, return_to=to)


def desk_link(view: PartnerView) -> str:
    """Where the supplier sees his orders and his stock, without the mall's address."""
    return f"/supply/desk/{view.supplier_id}/{link_secret(view.supplier_id, view.edition)}"


def desk(supplier_id: int, secret: str) -> PartnerView:
    """The partner whose link this is. One statement. Raises LinkVoid."""
    view = partner(supplier_id)
    if view is None or not link_fits(supplier_id, view.edition, secret):
        raise LinkVoid()
    return view


def held(view: PartnerView) -> list[Held]:
    """What he sends for us, and what he has of it: goods of his list that are dropshipped, and what lies at his place. Three statements."""
    offered = {each.sku_id: each.supplier_code for each in procurement.offerings(view.supplier_id)}
    lying = {
        row["sku_id"]: row
        for row in db.rows(
            "select sku_id, on_hand, reserved from inventory_level where warehouse_id = %s", (view.warehouse_id,)
        )
    }
    modes = catalog.supplied([*offered, *(sku for sku, row in lying.items() if row["on_hand"] and sku not in offered)])
    return [
        Held(
            sku,
            offered.get(sku, ""),
            int(lying[sku]["on_hand"]) if sku in lying else 0,
            int(lying[sku]["reserved"]) if sku in lying else 0,
        )
        for sku, mode in sorted(modes.items())
        if mode == SupplyMode.DROPSHIPPED or (sku in lying and lying[sku]["on_hand"])
    ]


# --- supplier orders ---

_ROWS = """
select o.id, o.number, o.order_number, p.supplier_id, s.name as supplier, s.name_en as supplier_en, o.state, o.currency, o.due_at,
    o.ready_on, o.refusal, o.late, o.sent_at, o.shipped_at, l.units, l.lines, l.amount
from dropship_supplierorder o join dropship_partner p on p.id = o.partner_id join procurement_supplier s on s.id = p.supplier_id
join lateral (select sum(quantity - dropped)::int as units, count(*)::int as lines, case when bool_and(price is not null)
    then sum(price * (quantity - dropped))::bigint end as amount from dropship_supplierline l where l.supplier_order_id = o.id) l on true
"""


def supplier_orders(
    *,
    state: str = "",
    supplier_id: int | None = None,
    late: bool = False,
    q: str = "",
    cursor: str = "",
    limit: int = 50,
) -> paging.Page[SupplierOrderRow]:
    """Newest first; `state` "open" stands for all about which something is to be done, `q` is a number of it or of its order.
    One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    states = list(OPEN) if state == "open" else [state] if state else None
    rows = db.rows(
        _ROWS + " where (%s::text[] is null or o.state = any(%s)) and (%s::bigint is null or p.supplier_id = %s)"
        " and (not %s or (o.state in ('sent', 'confirmed') and (o.late <> '' or o.due_at <= kernel_now())))"
        " and (%s = '' or o.number = %s or o.order_number = %s) and (%s::bigint is null or o.id < %s)"
        " order by o.id desc limit %s",
        (states, states, supplier_id, supplier_id, late, q, q, q, before, before, limit + 1),
    )
    return paging.page([SupplierOrderRow(**row) for row in rows], limit, lambda row: row.id)


def open_at(supplier_id: int, limit: int = 100) -> list[SupplierOrderRow]:
    """What a supplier still has to answer or to send, the first due first. One statement."""
    rows = db.rows(
        _ROWS
        + " where p.supplier_id = %s and o.state in ('sent', 'confirmed', 'recalled') order by o.due_at, o.id limit %s",
        (supplier_id, limit),
    )
    return [SupplierOrderRow(**row) for row in rows]


def lately_sent(supplier_id: int, limit: int = 20) -> list[SupplierOrderRow]:
    """What he sent last. One statement."""
    rows = db.rows(
        _ROWS + " where p.supplier_id = %s and o.state = 'shipped' order by o.shipped_at desc, o.id desc limit %s",
        (supplier_id, limit),
    )
    return [SupplierOrderRow(**row) for row in rows]


_VIEW = """
select o.*, p.supplier_id, s.name as supplier, s.name_en as supplier_en, p.return_name, p.return_phone, p.return_address,
    (select jsonb_agg(to_jsonb(l) - 'id' - 'supplier_order_id' order by l.line) from dropship_supplierline l
        where l.supplier_order_id = o.id) as lines,
    (select jsonb_agg(to_jsonb(h) - 'id' - 'supplier_order_id' order by h.id) from dropship_shipment h
        where h.supplier_order_id = o.id) as shipments,
    (select jsonb_agg(to_jsonb(t) - 'id' - 'supplier_order_id' order by t.id) from dropship_takenback t
        where t.supplier_order_id = o.id) as returns
from dropship_supplierorder o join dropship_partner p on p.id = o.partner_id join procurement_supplier s on s.id = p.supplier_id
"""


def supplier_order(number: str) -> SupplierOrderView:
    """One with its lines, shipments and returns. One statement. Raises NotFound."""
    row = db.row(_VIEW + " where o.number = %s", (number,))
    if row is None:
        raise NotFound()
    return _view(row)


def of_order(order_number: str) -> list[SupplierOrderView]:
    """The supplier orders of an order. One statement."""
    return [_view(row) for row in db.rows(_VIEW + " where o.order_number = %s order by o.id", (order_number,))]


def _view(row: dict[str, Any]) -> SupplierOrderView:
    to = ReturnTo(*(row[f"return_{name}"] for name in ("name", "phone", "address")))
    plain = {
        name: row[name]
        for name in SupplierOrderView.__slots__
        if name not in ("lines", "shipments", "returns", "return_to", "actions")
    }
    return SupplierOrderView(
        **plain,
        return_to=to,
        lines=tuple(LineView(**each) for each in row["lines"] or ()),
        shipments=tuple(
            ShipmentView(
                **{
                    **each,
                    "at": datetime.fromisoformat(each["at"]),
                    "units": {int(line): units for line, units in each["units"].items()},
                }
            )
            for each in row["shipments"] or ()
        ),
        returns=tuple(
            TakenBackView(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in row["returns"] or ()
        ),
        actions=TABLE.actions(row["state"]),
    )


def on_desk(supplier_id: int, number: str) -> SupplierOrderView:
    """A supplier order as its own supplier asks for it. One statement. Raises LinkVoid for another's."""
    try:
        view = supplier_order(number)
    except NotFound:
        raise LinkVoid() from None
    if view.supplier_id != supplier_id:
        raise LinkVoid()
    return view


def receiver(view: SupplierOrderView) -> Mapping[str, Any] | None:
    """Whom the parcel goes to, as long as the supplier needs to know (`rules.sees_address`). One statement, none after that."""
    if not sees_address(view.state, view.shipped_at, clock.now(), mall_settings.get(ADDRESS_DAYS)):
        return None
    order = orders.find(view.order_number)
    assert order is not None
    names = ("contact_name", "contact_mobile", "province", "city", "district", "address_line")
    return {name: order[name] for name in names}


def standing(order_numbers: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """How far suppliers are with these orders: (state, supplier's name). One statement."""
    rows = db.rows(
        "select o.order_number, o.state, s.name from dropship_supplierorder o join dropship_partner p on p.id = o.partner_id"
        " join procurement_supplier s on s.id = p.supplier_id where o.order_number = any(%s) order by o.id",
        (list(order_numbers),),
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row["order_number"], []).append((row["state"], row["name"]))
    return found


def returns_to(order_number: str, lines: Sequence[int]) -> list[ReturnTo]:
    """The suppliers' addresses to which these lines of an order go back. One statement."""
    rows = db.rows(
        "select distinct p.return_name, p.return_phone, p.return_address from dropship_supplierorder o"
        " join dropship_partner p on p.id = o.partner_id join dropship_supplierline l on l.supplier_order_id = o.id"
        " where o.order_number = %s and l.line = any(%s) and l.shipped > 0 and p.return_address <> ''",
        (order_number, list(lines)),
    )
    return [ReturnTo(row["return_name"], row["return_phone"], row["return_address"]) for row in rows]


def attention(most: int = 1000) -> dict[str, int]:
    """How many supplier orders were refused, are silent, overdue or called back, or have no price; each counted up to `most`.
    One statement."""
    row = db.row(
        "select (select count(*)::int from (select 1 from dropship_supplierorder where state = 'refused' limit %(most)s) a) as refused,"
        " (select count(*)::int from (select 1 from dropship_supplierorder where state = 'sent' and late = 'silent'"
        " limit %(most)s) a) as silent,"
        " (select count(*)::int from (select 1 from dropship_supplierorder where state in ('sent', 'confirmed')"
        " and due_at <= kernel_now() limit %(most)s) a) as overdue,"
        " (select count(*)::int from (select 1 from dropship_supplierorder where state = 'recalled' limit %(most)s) a) as recalled,"
        " (select count(*)::int from (select 1 from dropship_supplierline l join dropship_supplierorder o on o.id = l.supplier_order_id"
        " where l.price is null and o.state in ('sent', 'confirmed', 'shipped') limit %(most)s) a) as unpriced",
        {"most": most},
    )
    return dict(row or {})


_SALES = """
with sold as (
    select o.id, o.number, o.paid_at, o.shipped_at, o.status, l.position, l.sku_id, l.quantity, l.shipped_quantity, l.refunded_quantity,
        l.payable - l.refunded_amount as kept, l.supply_mode,
        coalesce((select x.price from dropship_supplierline x join dropship_supplierorder d on d.id = x.supplier_order_id
            where d.order_number = o.number and x.line = l.position and d.currency = o.currency), l.cost) as cost,
        (select min(p.shipped_at) from fulfilment_parcelline q join fulfilment_parcel p on p.id = q.parcel_id
            where p.order_number = o.number and q.line = l.position) as left_at,
        o.paid_at + greatest(%(due)s, l.promise_hours * interval '1 hour') as due_at
    from orders_order o join orders_orderline l on l.order_id = o.id
    where o.paid_at >= %(since)s and o.kind = 'sale' and o.origin = '' and o.currency = %(currency)s and l.sku_id is not null
        and o.status in ('paid', 'fulfilling', 'shipped', 'delivered', 'completed', 'refunded')
), grouped as (
    select s.*, case when s.supply_mode = 'stocked' then coalesce(m.mode, 'stock') when s.supply_mode = 'dropshipped' then 'dropship'
        else s.supply_mode end as mode
    from sold s left join unnest(%(skus)s::bigint[], %(modes)s::text[]) as m(sku_id, mode) on m.sku_id = s.sku_id
)
select mode, count(distinct id)::int as orders, sum(quantity - refunded_quantity)::int as units, sum(kept)::bigint as sales,
    coalesce(sum(kept) filter (where cost is not null), 0)::bigint as costed,
    coalesce(sum(kept - cost * (quantity - refunded_quantity)) filter (where cost is not null), 0)::bigint as margin,
    coalesce(sum(shipped_quantity), 0)::int as shipped,
    (extract(epoch from avg(left_at - paid_at)) / 3600)::float8 as hours,
    count(*) filter (where left_at is not null or due_at <= %(now)s)::int as due,
    count(*) filter (where left_at <= due_at)::int as in_time,
    coalesce(sum(greatest(refunded_quantity - (quantity - shipped_quantity), 0)), 0)::int as returned
from grouped group by mode order by sales desc, mode
"""


def mode_sales(since: datetime) -> list[ModeSales]:
    """What each way of supply sold of the orders paid since then (PUR-07): own factory, stock, dropship, made to order. Two statements.

    What is in stock with us counts for the way of whoever sells it to us (`procurement.modes_of`); without one it was bought for
    stock. A dropshipped line costs what its supplier was promised, any other what it cost when it was sold.
    """
    ways = procurement.modes_of()
    rows = db.rows(
        _SALES,
        {
            "since": since, "now": clock.now(), "currency": mall_settings.get("mall.currency"), "skus": list(ways),
            "modes": list(ways.values()), "due": timedelta(hours=mall_settings.get(orders.PROMISE_HOURS)),
        },
    )  # fmt: skip
    return [ModeSales(**row) for row in rows]
