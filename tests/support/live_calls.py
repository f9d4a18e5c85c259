"""What the staff of a running mall do for a browser test, through the services, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tests.browser.live import LiveMall
from tests.cli.conftest import environment

_CALL = """
import argparse, json, sys
from pathlib import Path
from zhanggui.cli.data_dir import DataDir
from zhanggui.cli.mall import opened
what, more = sys.argv[2], json.loads(sys.argv[3])
with opened(argparse.Namespace(data=DataDir(Path(sys.argv[1])))):
    from tests.support import live_calls
    print(getattr(live_calls, f"do_{what}")(**more))
"""


def staff_call(live: LiveMall, what: str, **more: Any) -> str:
    """Carry out `do_<what>`; what it answers."""
    command = [sys.executable, "-c", _CALL, str(live.data), what, json.dumps(more)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def do_coupon(label: str, off: int) -> str:
    """A public code that takes `off` from anything."""
    from tests.factories.promotions import public_code
    from zhanggui.kernel import ids

    code = f"T{ids.rng().randrange(10**9):09d}"
    public_code(code, {"off": off}, label_zh=label)
    return code


def do_deliver(number: str) -> str:
    """The whole order leaves and arrives."""
    from tests.factories.fulfilment import deliver
    from zhanggui.fulfilment import services
    from zhanggui.kernel import ids
    from zhanggui.kernel.actor import SYSTEM

    waybill = f"SF{ids.rng().randrange(10**12):012d}"
    deliver([services.ship(number, carrier="SF", waybill_no=waybill, actor=SYSTEM)])
    return waybill


def _plentiful() -> tuple[int, str]:
    """The SKU of a listed product that there is most of and that can be bought at once, with its code."""
    from zhanggui.catalog import selectors as catalog
    from zhanggui.inventory import selectors as inventory
    from zhanggui.kernel.clock import now
    from zhanggui.presale import selectors as presale

    listed = [product.id for product in catalog.products(state="listed").items]
    free = inventory.available(sku for skus in catalog.skus_of(listed).values() for sku in skus)
    most = max(free.keys() - presale.sold_alone(now()).keys(), key=lambda sku: free[sku])
    return most, catalog.sku_codes([most])[most]


def _bought(mobile: str, count: int, units: int = 1) -> list[str]:
    """Paid orders of a member; their numbers."""
    from tests.factories import shop
    from zhanggui.kernel import ids
    from zhanggui.members import selectors as members

    _, code = _plentiful()
    [member] = members.member_list(query=mobile)
    mark = ids.rng().randrange(10**12)  # what factories number begins anew in every process
    return [shop.buy((code, units), key=f"live-{mark}-{n}", member_id=member.id) for n in range(count)]


def do_orders(mobile: str, ages: Sequence[int]) -> str:
    """Paid orders of a member, each waiting to be shipped for so many hours already; their numbers, as JSON."""
    from tests.factories.fulfilment import age

    numbers = _bought(mobile, len(ages))
    for number, hours in zip(numbers, ages, strict=True):
        age(number, hours)
    return json.dumps(numbers)


def do_delivered(mobile: str) -> str:
    """An order of a member that has arrived; its number."""
    [number] = _bought(mobile, 1)
    do_deliver(number)
    return number


def do_case(mobile: str) -> str:
    """All of a delivered order is to go back; the case's number."""
    from tests.factories.aftersales import ask

    [number] = _bought(mobile, 1)
    do_deliver(number)
    return ask(number).number


def do_article() -> str:
    """The code of something that can be bought."""
    return _plentiful()[1]


def do_group(percent: int) -> str:
    """An offer to two buyers together, at `percent` of the price; its id."""
    from tests.factories.groups import offer
    from zhanggui.kernel.clock import now
    from zhanggui.pricing import selectors as pricing

    sku_id, code = _plentiful()
    price = pricing.effective_prices([sku_id], now())[sku_id].sale_price
    return str(offer((code, price * percent // 100), size=2, label_zh="两人团"))


def do_open_balance(number: str) -> str:
    """The time for the balance of a reservation has come."""
    from tests.factories.presales import open_balance

    open_balance(number)
    return number


def do_send_money() -> str:
    """What the minute's timer does: refunds that were asked for go to the gateway."""
    from zhanggui.payments import services

    return str(services.process_refunds(limit=1000))
