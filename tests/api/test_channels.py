"""A program sells through the channel the mall gave its key: prices, offers and orders are that channel's, and nobody names one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import member_token, staff
from tests.factories.pricing import PRICER
from tests.factories.promotions import live
from tests.factories.shop import attempt, goods, open_shop, wants
from tests.support.api import Caller, ok, refused
from zhanggui.accounts import selectors as accounts
from zhanggui.accounts import services as account_services
from zhanggui.api import auth
from zhanggui.api.store import carts
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout.types import Purchase
from zhanggui.kernel import audit, clock
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed
from zhanggui.members import services as members
from zhanggui.members.types import TierDraft
from zhanggui.orders import selectors as orders
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import SpecialRow

pytestmark = pytest.mark.django_db


def client(channel: str = "miniapp") -> tuple[int, Caller]:
    made = account_services.issue_client(channel, name="小程序", actor=staff("manager"))
    caller = Caller()
    caller.headers["x-client-key"] = made.key
    return made.id, caller


@pytest.fixture
def tea() -> tuple[str, str]:
    """100.00 in the shop, 92.00 in the mini-program."""
    open_shop()
    (code,) = goods(10_000)
    sku = catalog.sellable_by_code([code])[0]
    pricing.set_specials([SpecialRow(sku.sku_id, "channel", "miniapp", 1, 9_200)], reason="x", actor=PRICER)
    return code, sku.slug


def cart_of(caller: Caller, code: str) -> tuple[str, dict[str, Any]]:
    cart = ok(caller.post("store/v1/carts", {}), 201)["id"]
    return cart, ok(caller.post(f"store/v1/carts/{cart}/lines", {"sku": code, "quantity": 2}))


def test_list_product_and_cart_have_the_price_of_the_channel(tea: tuple[str, str]) -> None:
    code, slug = tea
    _, app = client()
    _, other = client("partner")
    for caller, price in ((app, 9_200), (other, 10_000), (Caller(), 10_000)):
        (variant,) = ok(caller.get(f"store/v1/products/{slug}"))["variants"]
        assert (variant["price"]["amount"], variant["member_price"]) == (price, None)
        assert ok(caller.get(f"store/v1/products/{slug}"))["price"]["amount"] == price
        assert [item["price"]["amount"] for item in ok(caller.get("store/v1/products"))["items"]] == [price]
        _, cart = cart_of(caller, code)
        assert cart["subtotal"]["amount"] == 2 * price
        assert cart["lines"][0]["special"] == ("channel" if price < 10_000 else "")


def test_the_channel_is_that_of_the_call_not_of_the_cart_and_nothing_a_buyer_sends(tea: tuple[str, str]) -> None:
    code, _ = tea
    _, app = client()
    cart, shown = cart_of(app, code)
    assert shown["total"]["amount"] == 18_400
    shop = Caller()
    assert ok(shop.get(f"store/v1/carts/{cart}"))["total"]["amount"] == 20_000
    assert ok(app.get(f"store/v1/carts/{cart}"))["total"]["amount"] == 18_400
    refused(shop.post("store/v1/carts", {"channel": "miniapp"}), 422, "validation_error")
    _, cart_with = cart_of(Caller(), code)
    assert cart_with["total"]["amount"] == 20_000
    refused(shop.get("store/v1/products?channel=miniapp"), 422, "validation_error")


def test_the_order_keeps_its_channel(tea: tuple[str, str]) -> None:
    code, _ = tea
    _, app = client()
    cart, _ = cart_of(app, code)
    body = {"method": "pickup", "address": {"name": "李雷", "mobile": "13800138000"}}
    ok(app.put(f"store/v1/carts/{cart}/delivery", body))
    key = app.headers["x-client-key"]
    wish = carts.CheckoutIn.model_validate({"payment_provider": "simulator", "expected_total": 18_400})
    (answer,) = attempt(carts.buying(GUEST, cart, wish, "a-key-of-its-own", auth.channel_with(key)))
    assert isinstance(answer, Purchase)
    order = orders.find(answer.number)
    assert order is not None
    assert (order["channel"], order["total"]) == ("miniapp", 18_400)
    assert order["lines"][0]["special"]["zh"] == "渠道价"
    (plain,) = attempt(wants((code, 1)))
    assert isinstance(plain, Purchase)
    found = orders.find(plain.number)
    assert found is not None
    assert (found["channel"], found["total"]) == ("shop", 10_000)


def test_offers_for_a_channel_count_there_alone(tea: tuple[str, str]) -> None:
    code, _ = tea
    live("full_reduction", {"steps": [{"threshold": 10_000, "off": 1_000}]}, audience={"channels": ["miniapp"]})
    _, app = client()
    assert cart_of(app, code)[1]["total"]["amount"] == 17_400
    assert cart_of(Caller(), code)[1]["total"]["amount"] == 20_000


def test_a_member_has_the_lower_of_his_tiers_share_and_the_channels_price_never_both(tea: tuple[str, str]) -> None:
    code, slug = tea
    token = member_token()
    who = accounts.authenticate(token)
    assert who is not None
    assert who.id is not None
    _, app = client()
    app.headers["authorization"] = f"Bearer {token}"
    for share, own in ((9_500, None), (9_000, 9_000)):
        members.save_tier("gold", TierDraft("金卡", 1, discount_bp=share), actor=SYSTEM)
        members.grant_tier(who.id, "gold", until=clock.business_date(), reason="x", actor=SYSTEM)
        (variant,) = ok(app.get(f"store/v1/products/{slug}"))["variants"]
        assert (variant["price"]["amount"], variant["member_price"] and variant["member_price"]["amount"]) == (
            9_200,
            own,
        )
        assert cart_of(app, code)[1]["lines"][0]["unit_price"]["amount"] == (own or 9_200)


def test_a_key_that_is_not_good_is_refused_and_one_that_is_revoked_is_forgotten(tea: tuple[str, str]) -> None:
    code, slug = tea
    stranger = Caller()
    stranger.headers["x-client-key"] = "guessed"
    for path in ("store/v1/products", f"store/v1/products/{slug}"):
        refused(stranger.get(path), 401, "client_unknown")
    refused(stranger.post("store/v1/carts", {}), 401, "client_unknown")
    client_id, app = client()
    cart, _ = cart_of(app, code)
    boss = staff("manager")
    account_services.revoke_client(client_id, actor=boss)
    account_services.revoke_client(client_id, actor=boss)
    refused(app.get(f"store/v1/carts/{cart}"), 401, "client_unknown")
    assert [row["action"] for row in audit.history(target_type="client", target_id=str(client_id))] == [
        "accounts.revoke_client", "accounts.issue_client",
    ]  # fmt: skip
    with pytest.raises(NotFound):
        account_services.revoke_client(10**12, actor=boss)
    with pytest.raises(PermissionDenied):
        account_services.issue_client("miniapp", name="x", actor=staff("service"))
    for channel, name in (("Mini App", "x"), ("", "x"), ("a" * 21, "x"), ("miniapp", " ")):
        with pytest.raises(ValidationFailed):
            account_services.issue_client(channel, name=name, actor=boss)
    assert [view.revoked_at is None for view in accounts.clients()] == [False]


def test_a_channel_costs_its_own_callers_a_statement_and_nobody_else(tea: tuple[str, str]) -> None:
    _, slug = tea
    _, app = client()

    def cost(caller: Caller, path: str) -> int:
        caller.get(path)
        with CaptureQueriesContext(connection) as seen:
            caller.get(path)
        return len(seen)

    assert [cost(Caller(), path) for path in ("store/v1/products", f"store/v1/products/{slug}")] == [1, 1]
    assert [cost(app, path) for path in ("store/v1/products", f"store/v1/products/{slug}")] == [2, 1]
