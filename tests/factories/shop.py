"""A shop that can sell: goods with price and stock, and buyers' commands. All through the services."""

from __future__ import annotations

import itertools
from typing import Any

from tests.factories.catalog import make_product
from tests.factories.inventory import put
from tests.factories.pricing import PRICER
from zhanggui.checkout import services as checkout
from zhanggui.checkout.selectors import holder_of
from zhanggui.checkout.types import Delivery, PlaceCommand, Purchase, QuoteRequest, WantedLine
from zhanggui.kernel import idempotency, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

_key = itertools.count(1)


def open_shop() -> None:
    """Switch simulated payment on, as a new mall has it."""
    mall_settings.put("payments.simulator_enabled", True, actor=SYSTEM)


HOME = Delivery("express", "李雷", "13800138000", "浙江省", "杭州市", "西湖区", "文三路 1 号")


def goods(*prices: int, stock: int = 100, cost: int | None = None, **fields: Any) -> list[str]:
    """Listed SKUs at these sale prices (minor units) with `stock` units each; their codes."""
    codes = []
    for price in prices:
        product = make_product(**fields)
        sku = product.skus[0]
        row = PriceRow(sku.id, list_price=price, sale_price=price, cost=cost)
        pricing.set_prices([row], reason="opening price", actor=PRICER)
        put({sku.id: stock})
        codes.append(sku.code)
    return codes


def wants(
    *lines: tuple[str, int],
    key: str | None = None,
    coupons: tuple[str, ...] = (),
    member_id: int | None = None,
    provider: str = "simulator",
    delivery: Delivery = HOME,
    expected_total: int | None = None,
    points: int = 0,
    gifts: tuple[str, ...] = (),
) -> PlaceCommand:
    """A purchase as the API would command it; every call has a new key unless one is given."""
    request = QuoteRequest(
        tuple(WantedLine(str(i), sku, quantity) for i, (sku, quantity) in enumerate(lines, 1)),
        coupons,
        delivery,
        member_id,
        holder_of(member_id, delivery.mobile),
        points=points,
        gifts=gifts,
    )
    actor = GUEST if member_id is None else Actor("member", member_id, "member")
    key = key if key is not None else f"key-{next(_key)}"
    digest = idempotency.digest([lines, coupons, provider, expected_total])
    return PlaceCommand(request, provider, actor, "test", key, digest, expected_total)


def attempt(*commands: PlaceCommand) -> list[Purchase | BaseException]:
    """One batch, as the group commit would hand it over."""
    return checkout.place_orders(list(commands))


def buy(*lines: tuple[str, int], **more: Any) -> str:
    """One purchase that must succeed; the order's number."""
    answer = attempt(wants(*lines, **more))[0]
    if isinstance(answer, BaseException):
        raise answer
    return answer.number
