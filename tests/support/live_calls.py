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


def do_orders(mobile: str, ages: Sequence[int]) -> str:
    """Paid orders of a member, each waiting to be shipped for so many hours already; their numbers, as JSON."""
    from tests.factories import shop
    from tests.factories.fulfilment import age
    from zhanggui.catalog import selectors as catalog
    from zhanggui.inventory import selectors as inventory
    from zhanggui.kernel import ids
    from zhanggui.members import selectors as members

    listed = [product.id for product in catalog.products(state="listed").items]
    free = inventory.available(sku for skus in catalog.skus_of(listed).values() for sku in skus)
    most = max(free, key=lambda sku: free[sku])
    [code] = catalog.sku_codes([most]).values()
    [member] = members.member_list(query=mobile)
    mark = ids.rng().randrange(10**12)  # what factories number begins anew in every process
    numbers = [shop.buy((code, 1), key=f"live-{mark}-{n}", member_id=member.id) for n in range(len(ages))]
    for number, hours in zip(numbers, ages, strict=True):
        age(number, hours)
    return json.dumps(numbers)


def do_send_money() -> str:
    """What the minute's timer does: refunds that were asked for go to the gateway."""
    from zhanggui.payments import services

    return str(services.process_refunds(limit=1000))
