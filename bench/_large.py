"""A large mall for the benchmarks of lists and grids: a million orders, 300,000 SKUs, made by the database itself.

    python -m bench._large '{"orders": 1000000, "skus": 300000}'

It goes past the services on purpose: they would need an hour. What it makes satisfies every constraint and looks like a
year of business to lists, filters and searches; the orders count as taken over from elsewhere (`origin` bench), apart from
the `open` ones (by default one of 500), which wait to be sent: reviewed, and with what they are promised on the shelf. Indexes
are taken away first and built at the end. Prints what was made as JSON.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PER_PRODUCT = 3
FILLED = (
    "catalog_product", "catalog_sku", "catalog_skufacts", "catalog_productstats", "catalog_listing", "pricing_skuprice",
    "inventory_level", "inventory_movement", "accounts_user", "members_member", "orders_order", "orders_orderline",
    "inventory_reservation", "fulfilment_review",
)  # fmt: skip
WORDS = "array['绿萝','多肉','发财树','龟背竹','吊兰','陶盆','花架','洒水壶','营养土','园艺剪','台灯','地毯','抱枕','香薰','茶壶','盖碗']"
PROVINCES = "array['广东省','江苏省','浙江省','山东省','河南省','四川省','湖北省','上海市','北京市','福建省']"

PRODUCTS = f"""
insert into catalog_product (code, slug, title, category_id, brand_id, attributes, option_names, state, listed_at)
select 'ZL' || lpad(i::text, 6, '0'), 'large-' || i, w[1 + i % 16] || w[1 + i / 16 % 16] || ' ' || i || ' 号',
    c.ids[1 + i % cardinality(c.ids)], b.ids[1 + i % cardinality(b.ids)],
    jsonb_build_object('颜色', (array['红','绿','白','黑'])[1 + i % 4]), array['规格'], 'listed',
    now() - (i % 700) * interval '1 day'
from generate_series(1, :products) i, (select {WORDS} as w) w,
    (select array_agg(id) as ids from catalog_category) c, (select array_agg(id) as ids from catalog_brand) b
"""
SKUS = f"""
insert into catalog_sku (code, product_id, options, options_text, weight_g, position)
select p.code || '-' || n, p.id, jsonb_build_object('规格', n::text), '规格:' || n, 100 * n, n
from catalog_product p, generate_series(1, {PER_PRODUCT}) n where p.slug like 'large-%'
"""
PRICES = """
insert into pricing_skuprice (sku_id, list_price, sale_price, cost, currency)
select id, 2990 + id % 400 * 100, 1990 + id % 400 * 100, 990 + id % 200 * 100, 'CNY' from catalog_sku
on conflict (sku_id) do nothing
"""
FACTS = """
insert into catalog_skufacts (sku_id, price, list_price, in_stock)
select sku_id, sale_price, list_price, sku_id % 17 <> 0 from pricing_skuprice on conflict (sku_id) do nothing
"""
STATS = """
insert into catalog_productstats (product_id, sales, rating, rating_count)
select id, id * 7919 % 5000, 300 + id % 200, id % 90 + 1 from catalog_product where slug like 'large-%'
"""
LISTING = """
insert into catalog_listing (product_id, slug, title, sku_ids, ancestors, brand_id, tokens, tags, price, list_price, in_stock,
    sales, rating, rating_count, listed_at, search)
select p.id, p.slug, p.title, s.ids, coalesce(c.ancestors, '{}'), p.brand_id, array['颜色=' || (p.attributes ->> '颜色')], '{}',
    s.price, s.list_price, s.in_stock, t.sales, t.rating, t.rating_count, p.listed_at, to_tsvector('simple', p.title)
from catalog_product p join catalog_category c on c.id = p.category_id join catalog_productstats t on t.product_id = p.id
join (select k.product_id, array_agg(k.id order by k.id) as ids, min(f.price) as price, min(f.list_price) as list_price,
        bool_or(f.in_stock) as in_stock from catalog_sku k join catalog_skufacts f on f.sku_id = k.id group by 1
    ) s on s.product_id = p.id
where p.slug like 'large-%'
"""
LEVELS = """
with made as (
    insert into inventory_level (sku_id, warehouse_id, on_hand)
    select id, :warehouse, case when id % 17 = 0 then 0 else 20 + id % 400 end from catalog_sku
    on conflict do nothing returning id, on_hand
)
insert into inventory_movement (level_id, delta, balance_after, kind, reference, reason, actor_kind, actor_id, actor_label)
select id, on_hand, on_hand, 'receive', 'BENCH', 'bench', 'system', null, 'bench' from made where on_hand > 0
"""
USERS = """
with made as (
    insert into accounts_user (kind, mobile, password, created_at)
    select 'member', '19911' || lpad(i::text, 6, '0'), '!', now() - i % 400 * interval '1 day'
    from generate_series(1, :members) i returning id, created_at
)
insert into members_member (id, nickname, email, tags, source, external_id, created_at)
select id, '会员' || id, '', '{}', 'bench', id::text, created_at from made
"""
ORDERS = f"""
insert into orders_order (number, status, member_id, channel, source, origin, external_id, currency, items_total,
    discount_total, shipping_total, total, paid_total, refunded_total, payment_provider, contact_name, contact_mobile,
    province, city, district, address_line, placed_at, paid_at, dispatch_due_at, dispatch_latest_at, shipped_at,
    delivered_at, completed_at, cancelled_at, cancel_reason)
select to_char(at at time zone 'Asia/Shanghai', 'YYMMDD') || lpad((i * 83 % 86400000)::text, 8, '0') || lpad((i % 100000)::text, 5, '0'),
    status, case when i % 3 > 0 then m.ids[1 + (i * 7919) % cardinality(m.ids)] end, 'shop',
    (array['direct','search:baidu','ad:douyin','social:weixin'])[1 + i % 4],
    case when open then '' else 'bench' end, case when open then '' else i::text end, 'CNY', money, money / 20, 0,
    money - money / 20, case when status in ('cancelled') then 0 else money - money / 20 end,
    case when status = 'refunded' then money - money / 20 else 0 end, (array['wechat','alipay','unionpay'])[1 + i % 3],
    '买家' || i % 5000, '19911' || lpad((i * 7919 % :members + 1)::text, 6, '0'), province, left(province, 2) || '市', '城区',
    '人民路 ' || i % 900 || ' 号', at, case when status <> 'cancelled' then at + interval '2 minutes' end,
    case when open then at + interval '1 day' end, case when open then at + interval '2 days' end,
    case when status in ('shipped', 'delivered', 'completed') then at + interval '9 hours' end,
    case when status in ('delivered', 'completed') then at + interval '3 days' end,
    case when status = 'completed' then at + interval '10 days' end,
    case when status = 'cancelled' then at + interval '30 minutes' end, case when status = 'cancelled' then 'expired' else '' end
from (
    select i, at, p[1 + i % 10] as province, 2000 + (i * 104729) % 60000 as money, open,
        case when open then 'paid' when i % 12 = 0 then 'cancelled' when i % 41 = 0 then 'refunded'
             when at > now() - interval '4 days' then 'shipped' when at > now() - interval '10 days' then 'delivered'
             else 'completed' end as status
    from (select i, now() - (:orders - i) * (interval '365 days' / :orders) as at,
            i > :orders - :open as open from generate_series(1::bigint, :orders) i) s, (select {PROVINCES} as p) p
) o, (select array_agg(id) as ids from members_member where source = 'bench') m
"""
#: Every third order has two lines; what cannot be halved stays with the first.
LINES = """
insert into orders_orderline (order_id, position, sku_id, product_id, sku_code, title, options, quantity, list_price,
    unit_price, cost, discount, payable, shipped_quantity, refunded_quantity, refunded_amount)
select o.id, o.line, k.id, k.product_id, k.code, p.title, k.options_text, 1, o.price, o.price, o.price / 2,
    o.price - o.payable, o.payable, case when o.shipped_at is not null then 1 else 0 end,
    case when o.status = 'refunded' then 1 else 0 end, case when o.status = 'refunded' then o.payable else 0 end
from (
    select o.id, o.status, o.shipped_at, line, row_number() over (order by o.id, line) as n,
        case when lines = 1 then items_total when line = 1 then items_total - items_total / 2 else items_total / 2 end as price,
        case when lines = 1 then total when line = 1 then total - total / 2 else total / 2 end as payable
    from (select *, case when id % 3 = 0 then 2 else 1 end as lines from orders_order where external_id <> '' or status = 'paid') o,
        generate_series(1, lines) line
) o
join (select *, row_number() over (order by id) as n from catalog_sku) k
    on k.n = o.n * 7919 % (select count(*) from catalog_sku) + 1
join catalog_product p on p.id = k.product_id
"""
#: What the open orders are promised lies on the shelf, and the review has let them pass.
PROMISED = (
    """
    insert into inventory_reservation (order_number, line, level_id, quantity)
    select o.number, l.position, v.id, l.quantity from orders_order o join orders_orderline l on l.order_id = o.id
    join inventory_level v on v.sku_id = l.sku_id and v.warehouse_id = :warehouse where o.status = 'paid'
    """,
    """
    with wanted as (select level_id, sum(quantity) as units from inventory_reservation group by 1), filled as (
        update inventory_level v set on_hand = on_hand + w.units, reserved = w.units from wanted w where v.id = w.level_id
        returning v.id, w.units, v.on_hand
    )
    insert into inventory_movement (level_id, delta, balance_after, kind, reference, reason, actor_kind, actor_label)
    select id, units, on_hand, 'receive', 'BENCH', 'bench', 'system', 'bench' from filled
    """,
    """
    insert into fulfilment_review (order_number, address_key, buyer_key, warehouses, skus, units, paid_at, due_at)
    select o.number, md5('at' || o.id), md5('of' || o.id), array[:warehouse], count(*), sum(l.quantity), o.paid_at, o.dispatch_due_at
    from orders_order o join orders_orderline l on l.order_id = o.id where o.status = 'paid' group by o.id
    """,
)


def main(what: dict[str, Any]) -> dict[str, Any]:
    import django

    django.setup()
    from django.db import connection

    from zhanggui.catalog import services as catalog
    from zhanggui.inventory import services as inventory
    from zhanggui.kernel.actor import SYSTEM

    orders, skus = what.get("orders", 1_000_000), what.get("skus", 300_000)
    root = catalog.create_category(name_zh="大型商城", actor=SYSTEM)
    for i in range(24):
        catalog.create_category(name_zh=f"类目{i}", parent_id=root.id, actor=SYSTEM)
        catalog.create_brand(name=f"大牌{i}", actor=SYSTEM)
    values = {
        "products": max(1, skus // PER_PRODUCT), "orders": orders, "members": max(100, min(100_000, orders // 10)),
        "warehouse": inventory.ensure_default_warehouse(actor=SYSTEM), "open": what.get("open", orders // 500),
    }  # fmt: skip
    took: dict[str, float] = {}
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
        cursor.execute("set maintenance_work_mem = '256MB'")
        cursor.execute("set work_mem = '128MB'")
        with _without_indexes(cursor, took):
            for name, sql in (
                ("products", PRODUCTS), ("skus", SKUS), ("prices", PRICES), ("facts", FACTS), ("stats", STATS),
                ("listing", LISTING), ("levels", LEVELS), ("members", USERS), ("orders", ORDERS),
            ):  # fmt: skip
                _timed(cursor, took, name, sql, values)
            _timed(cursor, took, "lines", LINES, values)
            for sql in PROMISED:
                _timed(cursor, took, "promised", sql, values)
        _timed(cursor, took, "analyze", "vacuum analyze " + ", ".join(FILLED), values)
    return {
        "orders": orders,
        "skus": values["products"] * PER_PRODUCT,
        "warehouse": values["warehouse"],
        "seconds": took,
    }


def _timed(cursor: Any, took: dict[str, float], name: str, sql: str, numbers: dict[str, int]) -> None:
    began = time.monotonic()
    for word, number in numbers.items():
        sql = sql.replace(f":{word}", str(number))
    cursor.execute(sql)
    took[name] = round(took.get(name, 0) + time.monotonic() - began, 1)


@contextmanager
def _without_indexes(cursor: Any, took: dict[str, float]) -> Iterator[None]:
    """Without the plain indexes of the filled tables, and without looking up each foreign key."""
    cursor.execute(
        "select indexrelid::regclass::text, indexdef from pg_index i join pg_indexes x on x.indexname = indexrelid::regclass::text"
        " where x.tablename = any(%s) and not indisunique and not exists"
        " (select 1 from pg_constraint c where c.conindid = i.indexrelid)",
        (list(FILLED),),
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"drop index {name}")
    cursor.execute("set session_replication_role = replica")
    try:
        yield
    finally:
        cursor.execute("set session_replication_role = origin")
        began = time.monotonic()
        for _, definition in indexes:
            cursor.execute(definition)
        took["indexes"] = round(time.monotonic() - began, 1)


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})))
