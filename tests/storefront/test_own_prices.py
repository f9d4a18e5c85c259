"""Special prices as buyers see them: steps for everybody, a member's own price for that member alone."""

from __future__ import annotations

import re

import pytest

from tests.factories.accounts import member_token
from tests.factories.pricing import PRICER
from tests.factories.shop import buy, goods, open_shop
from tests.support.api import Caller, ok
from tests.support.pages import Browser
from zhanggui.accounts import selectors as accounts
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.members import services as members
from zhanggui.members.types import TierDraft
from zhanggui.pricing import services
from zhanggui.pricing.types import SpecialRow

pytestmark = pytest.mark.django_db


def promote(member_id: int) -> None:
    """The member has the tier from now on."""
    members.save_tier("gold", TierDraft("金卡", rank=1), actor=SYSTEM)
    members.grant_tier(member_id, "gold", until=clock.business_date(), reason="x", actor=SYSTEM)


@pytest.fixture
def shelf() -> tuple[str, str, int]:
    (code,) = goods(10_000, stock=50)
    sku = catalog.sellable_by_code([code])[0]
    put(sku.sku_id, ("quantity", "", 3, 9_300), ("quantity", "", 10, 8_800), ("tier", "gold", 1, 9_000))
    return code, sku.slug, sku.sku_id


def put(sku: int, *specials: tuple[str, str, int, int]) -> None:
    services.set_specials([SpecialRow(sku, *special) for special in specials], reason="x", actor=PRICER)


def signed_in() -> tuple[int, str]:
    token = member_token()
    actor = accounts.authenticate(token)
    assert actor is not None
    assert actor.id is not None
    return actor.id, token


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_page_shows_the_steps_to_everybody_and_a_members_price_to_nobody_else(shelf) -> None:
    _, slug, sku = shelf
    guest = Browser()
    page = guest.get(f"/p/{slug}")
    said = text(page)
    assert "件数 1–2 3–9 ≥ 10 单价 ¥100.00 ¥93.00 ¥88.00" in said
    assert "90.00" not in said
    (place,) = re.findall(r'data-mine="([^"]+)"', page.content.decode())
    assert guest.get(place).status_code == 204
    who, token = signed_in()
    mine = Browser()
    mine.client.cookies["zg_member"] = token
    assert mine.get(place).status_code == 204
    promote(who)
    own = mine.get(place)
    assert "会员价（金卡） ¥90.00" in text(own)
    assert "1–9 ≥ 10 单价 ¥90.00 ¥88.00" in text(own)
    assert own.headers["Cache-Control"] == "private, no-store"
    put(sku, ("quantity", "", 10, 8_700))
    assert "¥87.00" in text(guest.get(f"/p/{slug}"))
    services.set_specials([SpecialRow(sku, "tier", "gold", 1, None)], reason="x", actor=PRICER)
    assert "data-mine" not in guest.get(f"/p/{slug}").content.decode()
    for odd in ("", "?sku=", "?sku=none", "?sku=%00"):
        assert mine.get(f"/p/{slug}/mine{odd}").status_code in (204, 400)


def test_the_cart_says_whose_price_it_is(shelf) -> None:
    code, *_ = shelf
    guest = Browser()
    guest.post("/cart/add", {"sku": code, "quantity": "3"})
    said = text(guest.get("/cart"))
    assert "阶梯价 售价 ¥100.00" in said
    assert "279.00" in said
    assert "价格变了" not in said


def test_the_store_api_gives_each_caller_his_price(shelf) -> None:
    code, slug, _ = shelf
    path = f"store/v1/products/{slug}"

    def of(caller: Caller):
        (variant,) = ok(caller.get(path))["variants"]
        own = variant["member_price"]
        return (
            variant["price"]["amount"],
            own and own["amount"],
            [(q["min_quantity"], q["price"]["amount"]) for q in variant["quantity_prices"]],
        )

    assert of(Caller()) == (10_000, None, [(3, 9_300), (10, 8_800)])
    who, token = signed_in()
    caller = Caller(token)
    assert of(caller) == (10_000, None, [(3, 9_300), (10, 8_800)])
    promote(who)
    assert of(caller) == (10_000, 9_000, [(10, 8_800)])
    assert of(Caller()) == (10_000, None, [(3, 9_300), (10, 8_800)])
    cart = ok(caller.post("store/v1/carts", {}), 201)["id"]
    (line,) = ok(caller.post(f"store/v1/carts/{cart}/lines", {"sku": code, "quantity": 2}))["lines"]
    assert (line["unit_price"]["amount"], line["special"], line["subtotal"]["amount"]) == (9_000, "tier", 18_000)


def test_a_tiers_share_stands_on_product_cart_and_order_with_the_tiers_name() -> None:
    open_shop()
    (code,) = goods(10_025, stock=50)
    slug = catalog.sellable_by_code([code])[0].slug
    who, token = signed_in()
    members.save_tier("gold", TierDraft("金卡", 1, discount_bp=9_800, free_shipping=True), actor=SYSTEM)
    members.grant_tier(who, "gold", until=clock.business_date(), reason="x", actor=SYSTEM)
    mine = Browser()
    mine.post("/cart/add", {"sku": code, "quantity": "2"})  # as a guest
    assert "会员价" not in text(mine.get("/cart"))
    (place,) = re.findall(r'data-mine="([^"]+)"', mine.get(f"/p/{slug}").content.decode())
    mine.client.cookies["zg_member"] = token
    assert "会员价（金卡） ¥98.25" in text(mine.get(place))  # 98.245
    mine.post("/cart/lines/1", {"do": "set", "quantity": "2"})
    cart = text(mine.get("/cart"))
    assert "会员价（金卡） 售价 ¥100.25" in cart
    assert "196.50" in cart
    assert "价格变了" not in cart  # the shop's price did not
    number = buy((code, 2), member_id=who)
    order = text(mine.get(f"/orders/{number}"))
    assert "会员价（金卡） 售价 ¥100.25" in order
    members.save_tier("gold", TierDraft("金卡", 1), actor=SYSTEM)
    assert "data-mine" not in mine.get(f"/p/{slug}").content.decode()


def test_cart_and_checkout_say_what_is_short_of_a_tier() -> None:
    (code,) = goods(15_000, stock=50)
    gold = TierDraft("金卡", 1, "Gold", entry_amount=20_000, discount_bp=9_800, free_shipping=True)
    members.save_tier("gold", gold, actor=SYSTEM)
    buyer = Browser()
    buyer.post("/cart/add", {"sku": code, "quantity": "1"})
    assert "登录 后，再买 ¥50.00 成为金卡，享 9.8 折、免运费" in text(buyer.get("/cart"))
    _, buyer.client.cookies["zg_member"] = signed_in()
    for page in ("/cart", "/checkout"):
        assert " 再买 ¥50.00 成为金卡，享 9.8 折、免运费" in text(buyer.get(page))
    buyer.post("/cart/add", {"sku": code, "quantity": "1"})
    assert "付款后即成为金卡，享 9.8 折、免运费" in text(buyer.get("/checkout"))
