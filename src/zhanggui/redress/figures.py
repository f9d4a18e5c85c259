"""After-sales in figures (AFS-05, -06, -10): rates over paid orders, times to answer and to close, by what they belong to.

An order counts in the span it was paid in, a case in the span it was asked for in; of what is grouped by a thing both are those of
that thing. What the figures mean is said in `DEFINITIONS`, which the pages and the ops API show beside them.
"""

from datetime import date
from typing import Any

from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.i18n import Text

from .settings import ANSWER_HOURS
from .types import ServiceFigures

MOST_DAYS = 366
#: What figures can be grouped by. A reason and a person have cases and no orders of their own: their rates are of all orders.
BY: dict[str, Text] = {
    "reason": Text("按原因", "By reason"),
    "product": Text("按商品", "By product"),
    "supplier": Text("按供应商", "By supplier"),
    "carrier": Text("按承运商", "By carrier"),
    "warehouse": Text("按仓库", "By warehouse"),
}
DEFINITIONS: dict[str, tuple[Text, Text]] = {
    "return_rate": (Text("退货申请率", "Returns asked for"), Text(
        "期内申请了退货退款（未被撤销）的订单数 ÷ 期内付款的订单数。",
        "Orders with a return asked for in the period (and not withdrawn) ÷ orders paid in the period.")),
    "refund_rate": (Text("退款率", "Refund rate"), Text(
        "期内申请、且钱已确定要退的售后（取消、仅退款、退货退款、换货改退款，不含价保）涉及的订单数 ÷ 期内付款的订单数。",
        "Orders with a case asked for in the period whose money is settled to go back (price guarantees apart) ÷ orders paid in it.")),
    "exchange_rate": (Text("换货率", "Exchange rate"), Text(
        "期内申请了换货、维修或补寄（未被撤销）的订单数 ÷ 期内付款的订单数。",
        "Orders with an exchange, repair or resend asked for in the period (and not withdrawn) ÷ orders paid in it.")),
    "dispute_rate": (Text("纠纷率", "Dispute rate"), Text(
        "期内申请的售后被拒绝，或被拒后又申请的订单数 ÷ 期内付款的订单数。",
        "Orders with a case of the period that was refused, or asked for anew after that ÷ orders paid in it.")),
    "answered": (Text("首次答复用时", "Time to first answer"), Text(
        "从申请到同意或拒绝的小时数；中位数与第 90 百分位。", "Hours from asking to yes or no; median and ninth tenth.")),
    "closed": (Text("完结用时", "Time to close"), Text(
        "从申请到售后结束（退款到账、拒绝）的小时数，撤销的不计；中位数与第 90 百分位。",
        "Hours from asking to the end (money arrived, or refused), withdrawn ones apart; median and ninth tenth.")),
    "late_rate": (Text("超时率", "Overdue share"), Text(
        "超过规定时间（设置「售后申请应在多少小时内首次答复」）才答复、或到现在还没答复的售后数 ÷ 售后数。",
        "Cases answered later than the mall's hours for it, or past them and not answered yet ÷ cases.")),
}  # fmt: skip

#: Cases of the span as the figures count them. A price guarantee is no trouble with goods and is left out.
_CASES = """
cases as (
    select c.id, c.order_number, c.kind, c.state, c.reason, c.requested_at, c.goods_amount + c.freight_amount as amount, c.reserved,
        extract(epoch from c.decided_at - c.requested_at) / 3600.0 as answered,
        case when c.state in ('closed', 'rejected') then extract(epoch from c.closed_at - c.requested_at) / 3600.0 end as closed,
        c.state = 'rejected' or exists (select 1 from aftersales_case b where b.order_number = c.order_number and b.id < c.id
            and b.state = 'rejected') as disputed,
        coalesce(c.decided_at, case when c.state = 'withdrawn' then c.closed_at else kernel_now() end)
            > c.requested_at + make_interval(hours => %(hours)s) as late
    from aftersales_case c
    where c.requested_at >= %(start)s and c.requested_at < %(end)s and c.kind <> 'price_guarantee'
), paid as (
    select o.id, o.number, o.paid_at from orders_order o where o.paid_at >= %(start)s and o.paid_at < %(end)s and o.origin = ''
)
"""
_SUMS = """
    count(distinct c.id)::int as cases, count(distinct c.order_number)::int as case_orders,
    count(distinct c.order_number) filter (where c.kind = 'return_refund' and c.state <> 'withdrawn')::int as returned,
    count(distinct c.order_number) filter (where c.reserved)::int as refunded,
    count(distinct c.order_number) filter (where c.kind in ('exchange', 'repair', 'resend') and c.state <> 'withdrawn')::int as exchanged,
    count(distinct c.order_number) filter (where c.disputed)::int as disputed, count(distinct c.id) filter (where c.late)::int as late,
    percentile_cont(0.5) within group (order by c.answered) filter (where c.answered is not null) as answered_median,
    percentile_cont(0.9) within group (order by c.answered) filter (where c.answered is not null) as answered_p90,
    percentile_cont(0.5) within group (order by c.closed) filter (where c.closed is not null) as closed_median,
    percentile_cont(0.9) within group (order by c.closed) filter (where c.closed is not null) as closed_p90,
    coalesce(sum(c.amount) filter (where c.reserved), 0)::bigint as refund_amount
"""
#: (key, case id) of every case, and (key, order id) of every paid order, once for each key.
_KEYS = {
    "": ("select '' as key, id from cases", "select '' as key, id from paid"),
    "week": (
        "select to_char(date_trunc('week', requested_at at time zone %(zone)s), 'YYYY-MM-DD') as key, id from cases",
        "select to_char(date_trunc('week', paid_at at time zone %(zone)s), 'YYYY-MM-DD') as key, id from paid",
    ),
    "reason": ("select reason as key, id from cases",
    "select r.key, p.id from paid p cross join (select distinct reason as key from cases) r"),
    "product": (
        "select distinct k.product_id::text as key, c.id from cases c join aftersales_caseline l on l.case_id = c.id"
        " join catalog_sku k on k.id = l.sku_id",
        "select distinct l.product_id::text as key, p.id from paid p join orders_orderline l on l.order_id = p.id"
        " where l.product_id is not null",
    ),
    "supplier": (
        "select distinct f.supplier_id::text as key, c.id from cases c join aftersales_caseline l on l.case_id = c.id"
        " join procurement_offering f on f.sku_id = l.sku_id and f.id ="
        " (select min(x.id) from procurement_offering x where x.sku_id = l.sku_id)",
        "select distinct f.supplier_id::text as key, p.id from paid p join orders_orderline l on l.order_id = p.id"
        " join procurement_offering f on f.sku_id = l.sku_id and f.id ="
        " (select min(x.id) from procurement_offering x where x.sku_id = l.sku_id)",
    ),
    "carrier": (
        "select distinct a.carrier as key, c.id from cases c join fulfilment_parcel a on a.order_number = c.order_number",
        "select distinct a.carrier as key, p.id from paid p join fulfilment_parcel a on a.order_number = p.number",
    ),
    "warehouse": (
        "select distinct t.warehouse_id::text as key, c.id from cases c join fulfilment_task t on t.order_number = c.order_number",
        "select distinct t.warehouse_id::text as key, p.id from paid p join fulfilment_task t on t.order_number = p.number",
    ),
}  # fmt: skip


def figures(first: date, last: date, by: str = "") -> list[ServiceFigures]:
    """The figures of the business days from `first` to `last`, both included; in all, or a row for each of `BY`, most cases first.

    One statement.
    """
    rows = _read(first, last, by if by in BY else "")
    return sorted(rows, key=lambda each: (-each.cases, each.key))[:200] if by else rows


def weeks(first: date, last: date) -> list[ServiceFigures]:
    """The same by week (their Mondays), oldest first. One statement."""
    return sorted(_read(first, last, "week"), key=lambda each: each.key)


def _read(first: date, last: date, by: str) -> list[ServiceFigures]:
    case_keys, order_keys = _KEYS[by]
    rows = db.rows(
        f"with {_CASES}, of_cases as ({case_keys}), of_orders as ({order_keys}),"
        f" sums as (select k.key, {_SUMS} from of_cases k join cases c on c.id = k.id group by k.key),"
        " sold as (select key, count(*)::int as orders from of_orders group by key)"
        " select coalesce(s.key, o.key) as name, coalesce(o.orders, 0) as orders, s.* from sums s full join sold o on o.key = s.key",
        {
            "start": clock.day_bounds(first)[0], "end": clock.day_bounds(last)[1], "hours": mall_settings.get(ANSWER_HOURS),
            "zone": clock.zone().key,
        },
    )  # fmt: skip
    found = [_figures(row) for row in rows]
    return found if by or found else [_figures({"orders": 0})]


def _figures(row: dict[str, Any]) -> ServiceFigures:
    counts = (
        "orders",
        "cases",
        "case_orders",
        "returned",
        "refunded",
        "exchanged",
        "disputed",
        "late",
        "refund_amount",
    )
    hours = ("answered_median", "answered_p90", "closed_median", "closed_p90")
    found: dict[str, Any] = {name: row.get(name) or 0 for name in counts} | {name: row.get(name) for name in hours}
    return ServiceFigures(key=row.get("name") or "", **found)
