"""How many statements a page of the back office takes: the page itself, asked in this process by a manager.

`python -m bench._statements ADDRESS` prints the number; `--held` what the mall holds to ask for, as JSON.
"""

import json
import sys
from typing import Any

STAFF = "statements@zhanggui.local"


def main(argument: str) -> Any:
    import django

    django.setup()
    return json.dumps(_held()) if argument == "--held" else _count(argument)


def _count(address: str) -> int:
    from django.db import connection, reset_queries
    from django.test import Client

    from zhanggui.accounts import services
    from zhanggui.kernel.problems import NotFound

    try:
        token = services.token_for_staff(STAFF).token
    except NotFound:
        from zhanggui.kernel import ids
        from zhanggui.kernel.actor import SYSTEM

        services.create_staff(STAFF, name="bench", roles=["manager"], password=ids.token(), actor=SYSTEM)
        token = services.token_for_staff(STAFF).token
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    client.cookies["zg_staff"] = token
    connection.force_debug_cursor = True
    client.get(address)
    reset_queries()
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return len(connection.queries)


def _held() -> dict[str, str]:
    """An order and a product from the middle, and where a list stands after half of its rows."""
    from zhanggui.kernel import db, paging

    order = db.rows("select o.id, number, contact_mobile, contact_name, (placed_at at time zone 'Asia/Shanghai')::date::text as day,"
                    " (select sku_code from orders_orderline l where l.order_id = o.id limit 1) as sku from orders_order o"
                    " where id >= (select (min(id) + max(id)) / 2 from orders_order) order by id limit 1")[0]  # fmt: skip
    product = db.rows("select p.id, p.code, p.title, p.category_id::text as category from catalog_product p"
                      " where id >= (select (min(id) + max(id)) / 2 from catalog_product) order by id limit 1")[0]  # fmt: skip
    return {
        "number": order["number"], "mobile": order["contact_mobile"], "name": order["contact_name"], "day": order["day"],
        "sku": order["sku"], "nothing": "无此人无此物", "title": product["title"][:6], "code": product["code"],
        "category": product["category"], "order_cursor": paging.encode(order["id"]), "product_cursor": paging.encode(product["id"]),
    }  # fmt: skip


if __name__ == "__main__":
    print(main(sys.argv[1]))
