"""The report's figures once more, computed by DuckDB straight on the files of the two order histories.

Nothing of the project's code is used here: a file's rows become `sales(number, person, moment, valid, paid, goods, returned, region)` by
the rules written in each function, and the metrics are one SQL statement each on top of that.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

Figures = dict[str, Any]

_PERIOD = """
select count(*) as orders,
    count(*) filter (where valid) as valid_orders,
    count(*) filter (where valid or paid) as paid_orders,
    count(distinct coalesce(person, number)) as buyers,
    coalesce(sum(goods) filter (where valid), 0)::bigint as sales,
    count(*) filter (where returned and (valid or paid)) as returned_orders
from sales where moment::date between $first and $last
"""

_MEMBERS = """
with people as (select person, min(moment) as first_at from sales where person is not null group by person),
mine as (select distinct person from sales where valid and person is not null and moment::date between $first and $last),
history as (select person, count(*) as bought, count(*) filter (where moment::date > $last - 365) as recent, min(moment) as first_at
    from sales where valid and person in (from mine) and moment::date <= $last group by person)
select (select count(*) from people where first_at::date <= $last) as members,
    (select count(*) from people where first_at::date between $first and $last) as joined,
    (select count(*) from mine) as buyers,
    (select count(*) from mine join people using (person) where first_at::date >= $first) as joined_buyers,
    (select count(*) from history where bought >= 2) as again,
    (select count(*) from history where recent >= 3) as loyal
"""


def _one(con: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> Figures:
    found = con.execute(sql, values)
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchone() or (), strict=True))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def daily(con: duckdb.DuckDBPyConnection, first: date, last: date | None = None) -> Figures:
    """Order figures of a span; traffic, cost and spend are unknown to the files."""
    got = _one(con, _PERIOD, first=first, last=last or first)
    orders, valid, sales = got["orders"], got["valid_orders"], got["sales"]
    return {
        "orders": orders,
        "valid_orders": valid,
        "order_validity_rate": _share(valid, orders),
        "sales": sales,
        "average_order_value": (sales * 10 // valid + 5) // 10 if valid else None,
        "payment_conversion_rate": _share(got["paid_orders"], orders),
        "return_rate": _share(got["returned_orders"], got["paid_orders"]),
    }


def weekly(con: duckdb.DuckDBPyConnection, monday: date) -> Figures:
    """The figures of a week, members included."""
    sunday = monday + timedelta(days=6)
    who = _one(con, _MEMBERS, first=monday, last=sunday)
    return {
        **daily(con, monday, sunday),
        "members": who["members"],
        "member_purchase_rate": _share(who["buyers"], who["members"]),
        "new_member_purchase_rate": _share(who["joined_buyers"], who["joined"]),
        "old_member_purchase_rate": _share(who["buyers"] - who["joined_buyers"], who["members"] - who["joined"]),
        "repurchase_rate": _share(who["again"], who["buyers"]),
        "loyalty_rate": _share(who["loyal"], who["buyers"]),
    }


def hours(con: duckdb.DuckDBPyConnection, first: date, last: date) -> list[tuple[int, int, int, int]]:
    """Hour, orders, valid orders, sales."""
    return con.execute(
        """select hour(moment)::int, count(*), count(*) filter (where valid), coalesce(sum(goods) filter (where valid), 0)::bigint
        from sales where moment::date between $first and $last group by 1 order by 1""",
        {"first": first, "last": last},
    ).fetchall()


def regions(con: duckdb.DuckDBPyConnection, first: date, last: date) -> list[tuple[str, int, int, int]]:
    """Region, orders, valid orders, sales."""
    return con.execute(
        """select region, count(*), count(*) filter (where valid), coalesce(sum(goods) filter (where valid), 0)::bigint as s
        from sales where moment::date between $first and $last group by 1 order by s desc, 2 desc, 1""",
        {"first": first, "last": last},
    ).fetchall()


def days(con: duckdb.DuckDBPyConnection) -> list[date]:
    """Every day with a sale."""
    return [row[0] for row in con.execute("select distinct moment::date from sales order by 1").fetchall()]


def best_day(con: duckdb.DuckDBPyConnection) -> date:
    """The day with the highest sales."""
    found = con.execute(
        "select moment::date from sales where valid group by 1 order by sum(goods) desc limit 1"
    ).fetchone()
    assert found is not None
    return found[0]


def olist(folder: Path) -> duckdb.DuckDBPyConnection:
    """Valid: approved, invoiced, processing, shipped or delivered. Paid: a payment of more than nothing, and an approval where
    the order was given up or never went on. Goods without freight."""
    con = duckdb.connect()
    for name in ("orders", "order_items", "order_payments", "customers"):
        file = folder / f"olist_{name}_dataset.csv.gz"
        con.execute(f"create view {name} as from read_csv('{file}', header = true, all_varchar = true)")
    con.execute(
        """create table sales as
        with goods as (select order_id, sum(price::decimal(18, 2) * 100)::bigint as goods from order_items group by order_id),
        money as (select order_id from order_payments where payment_value::decimal(18, 2) > 0 group by order_id)
        select o.order_id as number, c.customer_unique_id as person, o.order_purchase_timestamp::timestamp as moment,
            o.order_status in ('approved', 'invoiced', 'processing', 'shipped', 'delivered') as valid,
            m.order_id is not null and (coalesce(o.order_approved_at, '') <> ''
                or o.order_status not in ('created', 'canceled', 'unavailable')) as paid,
            coalesce(g.goods, 0) as goods, false as returned, c.customer_state as region
        from orders o join customers c using (customer_id) left join goods g using (order_id)
            left join money m using (order_id)"""
    )
    return con


def online_retail(file: Path) -> duckdb.DuckDBPyConnection:
    """An invoice is one sale of its rows with a quantity and a price above zero (price in whole pence, at the first row's
    time); `C…` rows take back what the same customer bought last of the same article; a sale taken back whole is not valid."""
    con = duckdb.connect()
    con.execute(
        f"""create table entries as
        select row_number() over () as place, InvoiceNo as invoice, StockCode as article, Quantity::bigint as quantity,
            (UnitPrice::decimal(18, 4) * 100)::bigint as price, UnitPrice::decimal(18, 4) * 100 as exact,
            InvoiceDate::timestamp as moment, nullif(CustomerID, '') as person, Country as region
        from read_csv('{file}', header = true, all_varchar = true)"""
    )
    con.execute("delete from entries where price <= 0 or exact <> price or quantity = 0 or invoice like 'A%'")
    con.execute("delete from entries where (quantity < 0) <> (invoice like 'C%')")
    columns = [list(column) for column in zip(*_taken_back(con), strict=True)]
    con.execute("create table back as select unnest($1) as place, unnest($2) as units, unnest($3) as amount", columns)
    con.execute(
        """create table sales as
        with back_by_row as (select place, sum(units) as units, sum(amount) as amount from back group by place)
        select invoice as number, arg_min(person, place) as person, arg_min(moment, place) as moment,
            sum(quantity * price) > coalesce(sum(b.amount), 0) as valid, true as paid, sum(quantity * price)::bigint as goods,
            coalesce(sum(b.units), 0) > 0 as returned, arg_min(region, place) as region
        from entries e left join back_by_row b using (place) where quantity > 0 group by invoice"""
    )
    return con


def _taken_back(con: duckdb.DuckDBPyConnection) -> list[tuple[int, int, int]]:
    """Units and pence taken back of each row sold, latest first."""
    rows = con.execute(
        """select place, person, upper(article), quantity, price from entries
        where person is not null and (person, upper(article)) in
            (select (person, upper(article)) from entries where quantity < 0) order by place"""
    ).fetchall()
    stacks: dict[tuple[str, str], list[list[int]]] = {}
    taken = []
    for place, person, article, quantity, price in rows:
        stack = stacks.setdefault((person, article), [])
        if quantity > 0:
            stack.append([place, quantity, quantity * price])
            continue
        units, amount = -quantity, -quantity * price
        while stack and units and amount:
            top = stack[-1]
            some = min(units, top[1])
            money = min(amount if some == units else some * price, top[2])
            taken.append((top[0], some, money))
            top[1] -= some
            top[2] -= money
            units -= some
            amount -= money
            if not top[1] or not top[2]:
                stack.pop()
    return taken
