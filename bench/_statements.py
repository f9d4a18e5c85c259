"""How many statements a page of the back office takes: the page itself, asked in this process by a manager.

`python -m bench._statements ADDRESS…` prints the numbers by address; `--held` what the mall holds to ask for; both as JSON.
"""

import json
import sys
from typing import Any

STAFF = "statements@zhanggui.local"
OF_THE_TOKEN = ("last_used_at = kernel_now()", "as token_id")


def main(arguments: list[str]) -> Any:
    import django

    django.setup()
    return json.dumps(_held() if arguments == ["--held"] else _counted(arguments))


def _counted(addresses: list[str]) -> dict[str, int]:
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
    return {address: _count(client, address) for address in addresses}


def _count(client: Any, address: str) -> int:
    """Of a page that has been seen before, with the look whether anything has changed (once a second, and counted always);
    whose token it is, is remembered for a moment, and when it was last used noted now and then: neither is counted."""
    from django.db import connection, reset_queries

    from zhanggui.kernel import fresh

    connection.force_debug_cursor = True
    client.get(address)
    client.get(address)
    fresh.forget()
    reset_queries()
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return len([q for q in connection.queries if not any(part in q["sql"] for part in OF_THE_TOKEN)])


def _held() -> dict[str, str]:
    """An order and a product from the middle, and where a list stands after half of its rows."""
    from zhanggui.kernel import db, paging

    order = db.rows("select o.id, number, contact_mobile, contact_name, (placed_at at time zone 'Asia/Shanghai')::date::text as day,"
                    " (select sku_code from orders_orderline l where l.order_id = o.id limit 1) as sku from orders_order o"
                    " where id >= (select (min(id) + max(id)) / 2 from orders_order) order by id limit 1")[0]  # fmt: skip
    product = db.rows("select p.id, p.code, p.title, p.category_id::text as category from catalog_product p"
                      " where id >= (select (min(id) + max(id)) / 2 from catalog_product) order by id limit 1")[0]  # fmt: skip
    wave = db.row("select number from fulfilment_wave order by id desc limit 1")
    return {
        "number": order["number"], "mobile": order["contact_mobile"], "name": order["contact_name"], "day": order["day"],
        "sku": order["sku"], "wave": wave["number"] if wave else "", "nothing": "无此人无此物",
        "title": product["title"][:6], "code": product["code"], "category": product["category"],
        "order_cursor": paging.encode(order["id"]), "product_cursor": paging.encode(product["id"]),
    }  # fmt: skip


if __name__ == "__main__":
    print(main(sys.argv[1:]))
