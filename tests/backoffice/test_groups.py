"""Group offers at the desk: made, refused where nobody would gain, published, watched, ended."""

from __future__ import annotations

import pytest

from tests.factories.groups import buy_in
from tests.factories.pricing import PRICER
from tests.factories.shop import goods, open_shop
from tests.support.pages import at_the_desk
from zhanggui.catalog import selectors as catalog
from zhanggui.groupbuy import selectors
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()
    selectors.forget()


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def terms(sku: str, price: str = "70", **over: str) -> dict[str, str]:
    return {
        "label_zh": "三人团", "sku-1": sku, "price-1": price, "size": "3", "hours": "24", "most": "1",
        "starts_at": "2026-01-01T00:00", **over,
    }  # fmt: skip


def test_an_offer_is_made_published_watched_and_ended() -> None:
    (tea,) = goods(10000, title="龙井")
    desk = at_the_desk("marketing")
    made = desk.post("/office/groups/new", terms(tea, buyer_limit="2"))
    assert made.status_code == 303, words(made)
    page = made.headers["Location"]
    assert "发布" in words(desk.get(page))
    changed = desk.post(f"{page}/save", terms(tea, "65"))
    assert changed.status_code == 303
    assert desk.post(f"{page}/do/publish").status_code == 303
    offer_id = int(page.rsplit("/", 1)[1])
    assert list(selectors.offer(offer_id).draft.prices.values()) == [6500]
    number = buy_in(tea, offer_id)
    seen = words(desk.get(page))
    assert number in seen
    assert "1 / 3" in seen
    assert "等待成团" in words(at_the_desk("warehouse").get(f"/office/orders/{number}"))
    late = desk.post(f"{page}/save", terms(tea, "60"))
    assert late.status_code == 409
    assert desk.post(f"{page}/do/end", {"reason": "sold out"}).status_code == 303
    assert "已结束" in words(desk.get("/office/groups"))
    assert desk.get("/office/audit").status_code in (200, 403)


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"price-1": "100"}, "须低于现在的售价"),
        ({"price-1": "45"}, "低于底价"),
        ({"sku-1": "NO-SUCH"}, "没有这个 SKU"),
        ({"size": "1"}, "应在 2 到 100 之间"),
        ({"hours": "0"}, "应在 1 到 168 之间"),
        ({"ends_at": "2025-01-01T00:00"}, "结束时间必须晚于开始时间"),
        ({"sku-1": "", "price-1": ""}, "1 到 50 个商品规格"),
        ({"label_zh": ""}, "请填写此项"),
    ],
)
def test_what_nobody_could_want_is_said_at_its_field(over: dict[str, str], said: str) -> None:
    (tea,) = goods(10000)
    sku = catalog.sellable_by_code([tea])[0].sku_id
    pricing.set_floors([FloorRow(sku, 5000, None)], reason="test", actor=PRICER)
    answer = at_the_desk("marketing").post("/office/groups/new", terms(tea) | over)
    assert answer.status_code == 422
    assert said in words(answer)


def test_who_may_not_change_offers_only_looks() -> None:
    (tea,) = goods(10000)
    assert at_the_desk("analyst").get("/office/groups").status_code == 200
    assert at_the_desk("analyst").post("/office/groups/new", terms(tea)).status_code == 403
    assert at_the_desk("warehouse").get("/office/groups").status_code == 403
