"""A day in the warehouse: two hundred paid orders through review, waves, the packing table and the carriers to their buyers' doors.

People work with their pages, buyers answer on theirs, and the label services are the simulated ones, whose signed pushes come in
every disorder. Three orders cannot leave: one buyer takes another article, one his money, one waits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.factories.carriage import account, lanes
from tests.factories.catalog import make_product
from tests.factories.inventory import put
from tests.factories.pricing import PRICER
from tests.factories.shop import attempt, goods, wants
from tests.factories.warehouse import somewhere, warehouse
from tests.orders.racing import books_are_right, money_back, settle
from tests.support.pages import Browser, at_the_desk
from zhanggui.carriage import services as carriage
from zhanggui.carriage.services.practice import Practice
from zhanggui.carriage.types import RawPush
from zhanggui.fulfilment import selectors, services
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.orders import selectors as orders
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.promises import selectors as promises

pytestmark = pytest.mark.django_db(transaction=True)
SINGLES, PAIRS, SCARCE = 150, 46, 3


@pytest.fixture
def label_services(tmp_path: Path, settings: Any) -> Iterator[Practice]:
    settings.DATA_DIR, settings.KEYS_DIR, settings.GATEWAY_URL = tmp_path, tmp_path / "keys", "http://127.0.0.1:9"
    with carriage.practise() as practice:
        yield practice


def in_two_colours(price: int, stock: Sequence[int]) -> list[str]:
    """An article in two variants with so many units of each; their codes."""
    product = make_product("青瓷花瓶", skus=2)
    for sku, units in zip(product.skus, stock, strict=True):
        pricing.set_prices([PriceRow(sku.id, list_price=price, sale_price=price)], reason="opening", actor=PRICER)
        put({sku.id: units})
    return [sku.code for sku in product.skus]


def bought(*orders_of: Sequence[tuple[str, int]], note: str = "") -> list[str]:
    """Paid orders, each to a house of its own; their numbers."""
    commands = [replace(wants(*lines, delivery=somewhere()), note=note) for lines in orders_of]
    found: list[str] = []
    for start in range(0, len(commands), 50):
        made = attempt(*commands[start : start + 50])
        assert not [each for each in made if isinstance(each, BaseException)]
        found += [each.number for each in made if not isinstance(each, BaseException)]
    return found


def scan(desk: Browser, box: str, code: str) -> Any:
    return desk.post(box, {"code": code, "article": "1"})


def pack(desk: Browser, number: str, articles: Sequence[str]) -> str:
    """From the scan of its order to its waybill, as a scanner types it; the waybill."""
    opened = desk.post("/office/packing", {"code": number})
    assert opened.status_code == 303, opened.content.decode()
    box = opened["Location"]
    for code in articles:
        assert scan(desk, box, code).status_code == 303
    return send(desk, box)


def send(desk: Browser, box: str) -> str:
    """A complete box asks for its waybill and leaves with the scan of it."""
    [carried] = selectors.carried([selectors.warehouse.box(int(box.rsplit("/", 1)[1])).tasks])
    assert carried.waybill is not None
    sent = desk.post(box, {"code": carried.waybill.number, "carrier": carried.waybill.carrier})
    assert sent.status_code == 303, sent.content.decode()
    return carried.waybill.number


def arrives(push: RawPush) -> int:
    """What the mall answers a push."""
    where = f"/api/carriers/{push.service}/tracks"
    return Client().post(where, push.body, content_type="application/x-www-form-urlencoded").status_code


def status(number: str) -> str:
    order = orders.find(number)
    assert order is not None
    return str(order["status"])


def test_a_day_in_the_warehouse(label_services: Practice) -> None:
    lanes("SF", "ZTO", "JTSD")
    account("JTSD", "kuaidi100")
    account("SF", "kdniao")
    mall_settings.put("fulfilment.sender_address", "浙江省杭州市余杭区仓前路 1 号", actor=SYSTEM)
    tea, cup = goods(6800, 2900, stock=300)
    white, blue = in_two_colours(19900, (SCARCE, 10))

    # In the night two hundred orders are paid; one buyer has left a note.
    plain = bought(*[[(tea, 1)]] * SINGLES, *[[(tea, 1), (cup, 1)]] * PAIRS)
    [noted] = bought([(cup, 2)], note="送到后门，请轻放")
    scarce = bought(*[[(white, 1)]] * SCARCE)
    everybody = [*plain, noted, *scarce]
    assert len(everybody) == 200
    settle()

    # The review holds what somebody should look at.
    foreman, packer, desk = at_the_desk("warehouse"), at_the_desk("warehouse"), at_the_desk("service")
    services.review(everybody)
    assert Counter(each.state for each in selectors.warehouse.reviews_of(everybody).values()) == {
        "passed": 199,
        "held": 1,
    }
    assert "送到后门" in desk.get(f"/office/review/{noted}").content.decode()
    assert desk.post("/office/review/do", {"action": "pass", "ids": noted}).status_code == 303

    # Two waves: single articles, then the rest. The vases in white are not on the shelf.
    waves = []
    for kind, size in (("single", SINGLES + 1 + SCARCE), ("mixed", PAIRS)):
        made = foreman.post("/office/waves/new", {"warehouse_id": warehouse(), "kind": kind, "limit": "500"})
        assert made.status_code == 303
        waves.append(made["Location"].rsplit("/", 1)[1])
        assert len(selectors.warehouse.tasks_of(waves[-1])) == size
        assert foreman.get(made["Location"]).status_code == 200
    short = foreman.post(f"/office/waves/{waves[0]}/short", {"sku": white, "missing": str(SCARCE)})
    assert short.status_code == 303
    settle()
    board = promises.board(state="short")
    assert {row.order["number"] for row in board.items} == set(scarce)

    # Their buyers are asked, and answer from the phone: another colour, the money, or a few days.
    until = clock.business_date() + timedelta(days=4)
    for number, answer in zip(
        scarce, ({"choice": f"exchange:{blue}"}, {"choice": "refund"}, {"choice": "wait"}), strict=True
    ):
        page = f"/office/orders/{number}/cannot-ship"
        asked = {"reason": "not_found", "units-1": "1", "words": "白色花瓶破损", "wait_until": until.isoformat()}
        assert desk.post(page, asked).status_code == 303
        [told] = promises.shortages_of(number)
        phone = Browser()
        shown = phone.get(f"/orders/{number}?token={orders.access_token(number)}")
        assert f"/orders/{number}/shortages/{told.number}" in shown.content.decode()
        where = f"/orders/{number}/shortages/{told.number}?token={orders.access_token(number)}"
        answered = phone.post(where, answer)
        assert answered.status_code == 303, answered.content.decode()
    settle()
    exchanged, refunded, waits = scarce
    assert status(refunded) == "refunded"
    assert money_back(refunded) == 19900
    order = orders.find(waits)
    assert order is not None
    assert order["dispatch_due_at"] == clock.day_bounds(until)[1]

    # Waybills for both waves at once, and their labels.
    for number in waves:
        asked_for, refused = services.ask_for_wave(number, actor=SYSTEM)
        assert (bool(asked_for), refused) == (True, {})
    while carriage.tell_services():
        pass
    pdf, without = services.print_labels(plain[:200], actor=SYSTEM)
    assert (len(re.findall(rb"/Type\s*/Page\b", pdf)), without) == (len(plain), [])

    # The packing table. Twice the wrong thing is in the hand, and stops.
    box = packer.post("/office/packing", {"code": plain[0]})["Location"]
    stopped = scan(packer, box, cup)
    assert stopped.status_code == 409
    assert 'data-stop="wrong_item"' in stopped.content.decode()
    assert scan(packer, box, tea).status_code == 303
    waybills = {plain[0]: send(packer, box)}
    box = packer.post("/office/packing", {"code": plain[-1]})["Location"]
    other = foreman.post("/office/packing", {"code": plain[-1]})
    assert 'data-stop="other_packer"' in other.content.decode()
    assert scan(packer, box, cup).status_code == 303
    stopped = scan(packer, box, cup)
    assert 'data-stop="too_many"' in stopped.content.decode()
    assert scan(packer, box, tea).status_code == 303
    waybills[plain[-1]] = send(packer, box)
    for number in plain[1:-1]:
        waybills[number] = pack(packer, number, [tea] if number in plain[:SINGLES] else [tea, cup])
    waybills[noted] = pack(packer, noted, [cup, cup])
    again = packer.post("/office/packing", {"code": plain[0]})
    assert 'data-stop="packed"' in again.content.decode()
    assert len(set(waybills.values())) == len(waybills) == 197

    # The buyer who took the blue one gets it today as well.
    task = services.open_box(exchanged, actor=SYSTEM)
    services.scan(task, blue, actor=SYSTEM)
    waybills[exchanged] = services.ask_waybill(task, actor=SYSTEM).number
    services.close_box(task, carrier="JTSD", waybill_no=waybills[exchanged], actor=SYSTEM)
    assert {status(number) for number in waybills} == {"shipped"}

    # The carriers push their news: out of order, twice, forged, and of parcels that are not ours. What is lost on the way is in
    # the next push.
    books = label_services.simulator.books
    for fault in ("reorder", "duplicate", "unknown", "forge"):
        books.order_fault(fault)
    steps: list[list[RawPush]] = []
    while sum(label_services.advance("kuaidi100", "JTSD", number) for number in waybills.values()):
        steps.append([])
        while pushes := label_services.pushes():
            steps[-1] += pushes
    assert len(steps) == 5
    codes = Counter(arrives(raw) for raw in [*steps[0], *steps[-1], *steps[-1][:10], *steps[0][:10]])
    assert (codes[400], set(codes)) == (2, {200, 400})  # the forged one, again and again
    settle()
    assert {status(number) for number in waybills} == {"delivered"}
    assert status(waits) == "fulfilling"

    # In the evening: one order waits for its vase, and every book adds up.
    assert [row.order["number"] for row in promises.board().items] == [waits]
    levels = db.rows(
        "select k.code, l.on_hand, l.reserved from inventory_level l join catalog_sku k on k.id = l.sku_id order by k.id"
    )
    left = {row["code"]: (row["on_hand"], row["reserved"]) for row in levels}
    assert left == {
        tea: (300 - SINGLES - PAIRS, 0), cup: (300 - PAIRS - 2, 0), white: (SCARCE, 1), blue: (9, 0),
    }  # fmt: skip
    books_are_right()
