"""What the modules above know and lists need: written down here, so that a list page asks nobody."""

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor

from .. import listings, locks
from ..types import ProductSales, SkuPrice, SkuStock

_PRODUCTS = "select distinct product_id as id from catalog_sku where id = any(%s::bigint[])"

_PRICES = """
insert into catalog_skufacts (sku_id, price, list_price)
select s.id, r.price, r.list_price
from jsonb_to_recordset(%s) as r(sku_id bigint, price bigint, list_price bigint) join catalog_sku s on s.id = r.sku_id
order by s.id
on conflict (sku_id) do update set price = excluded.price, list_price = excluded.list_price
where (catalog_skufacts.price, catalog_skufacts.list_price) is distinct from (excluded.price, excluded.list_price)
"""

_STOCK = """
insert into catalog_skufacts (sku_id, in_stock)
select s.id, r.in_stock
from jsonb_to_recordset(%s) as r(sku_id bigint, in_stock boolean) join catalog_sku s on s.id = r.sku_id
order by s.id
on conflict (sku_id) do update set in_stock = excluded.in_stock where catalog_skufacts.in_stock <> excluded.in_stock
"""

_FIRST = """
insert into catalog_skufacts (sku_id, price, list_price, in_stock)
select r.sku_id, r.price, r.list_price, r.in_stock
from jsonb_to_recordset(%s) as r(sku_id bigint, price bigint, list_price bigint, in_stock boolean) order by r.sku_id
on conflict (sku_id) do update
set price = excluded.price, list_price = excluded.list_price, in_stock = excluded.in_stock
"""

_FIRST_SALES = """
insert into catalog_productstats (product_id)
select p.id from catalog_product p where p.id = any(%s::bigint[]) order by p.id on conflict (product_id) do nothing
"""

_SALES = """
update catalog_productstats t set sales = greatest(t.sales + r.quantity, 0)
from unnest(%s::bigint[], %s::bigint[]) as r(product_id, quantity) where t.product_id = r.product_id
"""

_REFRESH_SALES = """
update catalog_listing l set sales = t.sales
from catalog_productstats t where t.product_id = l.product_id and l.sales <> t.sales
"""


def _hold_products_of(sku_ids: list[int]) -> list[int]:
    products = [row["id"] for row in db.rows(_PRODUCTS, (sku_ids,))]
    locks.hold_products(products)
    return products


def set_listing_prices(rows: Iterable[SkuPrice], *, actor: Actor) -> None:
    """Keep the selling and list price of SKUs for lists (pricing calls it). Opens a transaction; unknown SKUs are left out.

    A changed list price or order makes lists be counted anew; unchanged rows cost nothing.
    """
    latest = {row.sku_id: row for row in rows}
    if not latest:
        return
    with transaction.atomic():
        products = _hold_products_of(list(latest))
        prices = [{"sku_id": sku, "price": row.price, "list_price": row.list_price} for sku, row in latest.items()]
        moved = db.execute(_PRICES, (db.Json(prices),))
        if moved and listings.refresh_facts(products):
            listings.changed()


def set_listing_stock(rows: Iterable[SkuStock], *, actor: Actor) -> None:
    """Keep whether SKUs can be had, for lists (a reaction to stock calls it). Opens a transaction.

    Counts kept for filtered lists are not thrown away for it: they follow within half a minute.
    """
    latest = {row.sku_id: row for row in rows}
    if not latest:
        return
    with transaction.atomic():
        products = _hold_products_of(list(latest))
        if db.execute(_STOCK, (db.Json([row._asdict() for row in latest.values()]),)):
            listings.refresh_facts(products)


@db.needs_transaction
def set_first_facts(prices: Iterable[SkuPrice], in_stock: Collection[int], *, actor: Actor) -> None:
    """Prices and stock of SKUs that this transaction has made, of products in no list yet."""
    rows = [{**price._asdict(), "in_stock": price.sku_id in in_stock} for price in prices]
    if rows:
        db.send(_FIRST, (db.Json(rows),))


@db.needs_transaction
def keep_stock(in_stock: Mapping[int, bool]) -> None:
    """The same for whoever rebuilds the listings anyway."""
    db.execute(_STOCK, (db.Json([{"sku_id": sku, "in_stock": there} for sku, there in in_stock.items()]),))


def add_sales(rows: Iterable[ProductSales], *, actor: Actor) -> None:
    """Add units sold (negative: come back) to products. Opens a transaction.

    The order of lists follows with the next `refresh_sales`, so that a sale does not rewrite a list row.
    """
    units: dict[int, int] = {}
    for row in rows:
        units[row.product_id] = units.get(row.product_id, 0) + row.quantity
    if units:
        products = sorted(units)
        with transaction.atomic():
            db.execute(_FIRST_SALES, (products,))
            locks.hold_stats(products)
            db.execute(_SALES, (products, [units[product] for product in products]))


def refresh_sales(*, actor: Actor) -> int:
    """Bring the sales in lists up to date (a job calls it). Opens a transaction; how many products moved."""
    with transaction.atomic():
        moved = db.execute(_REFRESH_SALES)
        if moved:
            listings.changed()
    return moved


def set_rating(product_id: int, *, rating: int | None, count: int, actor: Actor) -> None:
    """Set a product's rating in hundredths of a star (100 to 500, None without reviews). Opens a transaction."""
    with transaction.atomic():
        locks.hold_products([product_id])
        db.execute(
            "insert into catalog_productstats (product_id, rating, rating_count)"
            " select id, %s::smallint, %s::int from catalog_product where id = %s"
            " on conflict (product_id) do update set rating = excluded.rating, rating_count = excluded.rating_count",
            (rating, count, product_id),
        )
        db.execute(
            "update catalog_listing set rating = %s, rating_count = %s where product_id = %s",
            (rating, count, product_id),
        )
        listings.changed()
