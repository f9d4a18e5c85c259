"""The assortment at the desk: roles in bulk, hits, shelves with their plan, renewal, what goes along; who may do what."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import shop
from tests.factories.assortment import give, match, plan, product_of, products
from tests.factories.catalog import make_category
from tests.factories.sales import Line, sell
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.assortment import selectors
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock

pytestmark = pytest.mark.django_db
HERE = "/office/assortment"


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("manager")


def text(response: Any) -> str:
    found: str = response.content.decode()
    return found


def sheet(answer: Any) -> str:
    data = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if "sheet" in name or "String" in name)


def test_roles_are_set_for_many_from_the_list_of_goods(desk: Browser) -> None:
    tea, cup = products(10_000, 5_000)
    chosen = desk.post("/office/products/bulk", {"action": "role", "ids": [str(tea), str(cup)]})
    form = desk.follow(chosen)
    assert "2 个商品" in text(form)
    wish = {"ids": f"{tea},{cup}", "role": "main", "step": "give", "reason": ""}
    refused = desk.post(f"{HERE}/roles/set", wish)
    assert refused.status_code == 422
    assert "请填写此项" in text(refused)
    assert desk.post(f"{HERE}/roles/set", wish | {"reason": "开季主推"}).status_code == 303
    shown = text(desk.get(HERE))
    assert "主推款现有 2 个，至少应有 3 个" in shown
    assert "开季主推" in shown
    more = products(*[5_000] * 4)
    too_many = desk.post(f"{HERE}/roles/set", wish | {"ids": ",".join(map(str, more)), "reason": "再来"})
    assert too_many.status_code == 409
    assert "主推款最多 5 个，这样会有 6 个" in text(too_many)
    assert "开季主推" in sheet(desk.get(f"{HERE}?export=xlsx&role=main"))
    desk.post(f"{HERE}/roles/set", wish | {"step": "take", "reason": "换"})
    assert selectors.role_counts()["main"] == 0


def test_hits_show_their_numbers_and_margins_only_to_those_who_may(desk: Browser) -> None:
    (tea,) = products(10_000, cost=9_500, title="龙井")
    sell(clock.now() - timedelta(days=1), Line(10_000, 30, product_id=tea))
    shown = text(desk.get(f"{HERE}/hits?list=candidates"))
    for words in ("龙井", "0 省不送", "30 件 / 20 件", "5.0%"):
        assert words in shown, words
    give("hit", tea)
    (row,) = selectors.hit_board().hits
    assert row.fits
    blind = text(at_the_desk("editor").get(f"{HERE}/hits"))
    assert "龙井" in blind
    assert "5.0%" not in blind
    assert "龙井" in sheet(desk.get(f"{HERE}/hits?export=xlsx"))


def test_a_shelf_is_planned_and_seen_beside_what_there_is(desk: Browser) -> None:
    tea = make_category("茶")
    products(5_000, 20_000, category=tea)
    page = f"{HERE}/shelves/{tea.id}"
    wish = {"breadth": "4", "depth": "1", "stock": "50", "low-0": "0", "share-0": "60", "low-1": "100", "share-1": "30"}
    refused = desk.post(page, wish)
    assert refused.status_code == 422
    assert "合计应为 100%，现在是 90%" in text(refused)
    assert 'value="60"' in text(refused)
    assert desk.post(page, wish | {"low-1": "x", "share-1": "40"}).status_code == 422
    assert desk.post(page, wish | {"share-1": "40"}).status_code == 303
    shown = text(desk.get(page))
    for words in ("¥0.00 – ¥100.00", "¥100.00 及以上", "60.0%", "50.0%"):
        assert words in shown, words
    listed = text(desk.get(f"{HERE}/shelves"))
    assert "-2" in listed
    assert "+10.0 个百分点" in listed or "-10.0 个百分点" in listed
    assert "茶" in sheet(desk.get(f"{HERE}/shelves?export=xlsx"))
    assert desk.post(page, {"delete": "1"}).status_code == 303
    assert selectors.plan(tea.id) is None
    assert desk.get(f"{HERE}/shelves/99").status_code == 404


def test_slow_sellers_are_decided_about_and_the_review_is_finished(desk: Browser) -> None:
    with clock.at(clock.now() - timedelta(days=100)):
        idle, rest = products(10_000, title="冷门") + products(10_000, title="尾货", stock=2)
    page = f"{HERE}/renewal"
    shown = text(desk.get(page))
    for words in ("冷门", "促销清仓", "60 天没有卖出，还有 100 件", "尾货", "只剩 2 件", "今天"):
        assert words in shown, words
    refused = desk.post(f"{page}/finish", {"note": ""})
    assert refused.status_code == 422
    assert "还有 2 个没有决定" in text(refused)
    form = desk.follow(desk.post(f"{page}/choose", {"action": "delist", "ids": [str(rest)]}))
    assert "立即下架" in text(form)
    assert desk.post(f"{page}/decide", {"ids": str(rest), "kind": "delist", "reason": ""}).status_code == 422
    assert desk.post(f"{page}/decide", {"ids": str(rest), "kind": "delist", "reason": "卖完"}).status_code == 303
    assert catalog.product(rest).state == "delisted"
    keep = {"ids": str(idle), "kind": "keep", "reason": "等新季", "until": "昨天"}
    assert "请填写日期" in text(desk.post(f"{page}/decide", keep))
    until = (clock.business_date() + timedelta(days=20)).isoformat()
    assert desk.post(f"{page}/decide", keep | {"until": until}).status_code == 303
    assert "等新季" in text(desk.get(f"{page}?list=decided"))
    assert "等新季" in sheet(desk.get(f"{page}?export=xlsx"))
    assert desk.post(f"{page}/finish", {"note": "清了尾货"}).status_code == 303
    assert "还有 30 天" in text(desk.get(page))


def test_what_goes_along_is_arranged_and_recommended(desk: Browser) -> None:
    tea, cup, pot = shop.goods(10_000, 5_000, 8_000)
    page = f"{HERE}/products/{product_of(tea)}"
    assert "没有这个 SKU" in text(desk.post(f"{page}/matches/put", {"sku": "nothing"}))
    words = {"sku": cup, "reason_zh": "一杯一壶", "script": "问一句家里有没有杯子"}
    assert desk.post(f"{page}/matches/put", words).status_code == 303
    assert desk.post(f"{page}/matches/put", {"sku": pot}).status_code == 303
    desk.post(f"{page}/matches/up", {"other": str(product_of(pot))})
    assert [m.other_id for m in selectors.matches(product_of(tea))] == [product_of(pot), product_of(cup)]
    assert "一杯一壶" in text(desk.get(page))
    shop.open_shop()
    number = shop.buy((tea, 1))
    service = at_the_desk("service")
    for address in (f"/office/orders/{number}", f"/office/products/{product_of(tea)}"):
        assert "问一句家里有没有杯子" in text(service.get(address)), address
    slug = catalog.slugs([product_of(tea)])[product_of(tea)]
    assert "一杯一壶" in text(Browser().get(f"/p/{slug}"))
    answer = Browser().get(f"/api/store/v1/products/{slug}").json()
    assert [(one["id"], one["reason"], one["chosen"]) for one in answer["goes_with"]] == [
        (product_of(pot), "", True), (product_of(cup), "一杯一壶", True)
    ]  # fmt: skip
    desk.post(f"{page}/matches/drop", {"other": str(product_of(cup))})
    assert "一杯一壶" not in text(Browser().get(f"/p/{slug}"))


def test_goods_of_a_campaign_take_the_role_of_their_product(desk: Browser) -> None:
    from tests.factories.campaigns import campaign
    from zhanggui.campaigns import selectors as campaigns

    tea, cup = shop.goods(10_000, 5_000)
    give("image", product_of(tea))
    made = campaign()
    for code in (tea, cup):
        desk.post(f"/office/campaigns/{made}/goods/put", {"sku": code, "role": "", "price": "30", "stock": "5"})
    assert sorted(good.role for good in campaigns.campaign(made).goods) == ["basic", "image"]


@pytest.mark.parametrize(("role", "reads", "sets", "decides"), [
    ("service", True, False, False), ("marketing", True, True, True), ("editor", True, True, True), ("warehouse", False, False, False),
])  # fmt: skip
def test_each_role_does_its_part(role: str, reads: bool, sets: bool, decides: bool) -> None:
    (tea,) = products(10_000)
    plan()
    who = at_the_desk(role)
    for address in (
        HERE,
        f"{HERE}/hits",
        f"{HERE}/shelves",
        f"{HERE}/shelves/0",
        f"{HERE}/renewal",
        f"{HERE}/products/{tea}",
    ):
        assert who.get(address).status_code == (200 if reads else 403), address
    for address in ("roles/set", "shelves/0", f"products/{tea}/matches/put"):
        assert (who.post(f"{HERE}/{address}", {}).status_code != 403) is sets, address
    for address in ("renewal/finish", "renewal/choose"):
        assert (who.post(f"{HERE}/{address}", {}).status_code != 403) is decides, address


def test_delisting_needs_the_permission_of_the_catalogue() -> None:
    """Marketing may decide, but not take goods off sale."""
    with clock.at(clock.now() - timedelta(days=100)):
        (tea,) = products(10_000)
    who = at_the_desk("marketing")
    assert "下架淘汰</span></button>" not in text(who.get(f"{HERE}/renewal"))
    asked = {"ids": str(tea), "kind": "delist", "reason": "x"}
    assert who.post(f"{HERE}/renewal/decide", asked).status_code == 403
    assert catalog.product(tea).state == "listed"


def test_the_pages_ask_the_same_of_a_mall_of_any_size(desk: Browser) -> None:
    pages = (HERE, f"{HERE}/hits", f"{HERE}/shelves", f"{HERE}/shelves/0", f"{HERE}/renewal")

    def fill(n: int) -> list[int]:
        with clock.at(clock.now() - timedelta(days=100)):
            made = products(*[10_000] * n, cost=9_500)
        for product in made[::2]:
            sell(clock.now() - timedelta(days=1), Line(10_000, 25, product_id=product))
        give("basic", *made)
        give("hit", *made[:1])
        return made

    one, two = fill(2)
    match(one, two)
    few = [statements(desk, page) for page in (*pages, f"{HERE}/products/{one}")]
    for other in fill(6):
        match(one, other)
    assert [statements(desk, page) for page in (*pages, f"{HERE}/products/{one}")] == few
    assert max(few) <= 16, few


def test_the_shops_page_asks_nothing_more_for_what_goes_along() -> None:
    tea, cup = products(10_000, 5_000)
    slug = catalog.slugs([tea])[tea]
    shopper = Browser()
    before = statements(shopper, f"/p/{slug}"), statements(shopper, f"/api/store/v1/products/{slug}")
    match(tea, cup, "好搭")
    assert (statements(shopper, f"/p/{slug}"), statements(shopper, f"/api/store/v1/products/{slug}")) == before
