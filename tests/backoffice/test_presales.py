"""Presales at the desk: made, refused with the fault at its field, published above the floor, watched, called off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories.presales import deposited, view
from tests.factories.pricing import PRICER
from tests.factories.shop import goods, open_shop
from tests.orders.racing import money_back, settle
from tests.support.pages import at_the_desk
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock
from zhanggui.presale import selectors
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()
    selectors.forget()


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def at(days: float) -> str:
    return clock.local(clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def terms(sku: str, **over: str) -> dict[str, str]:
    return {
        "label_zh": "新茶预售", "sku-1": sku, "price-1": "80", "deposit-1": "10", "counts_for-1": "25", "pieces-1": "5",
        "deposit_from": at(-1), "deposit_until": at(2), "balance_from": at(3), "balance_until": at(5),
        "ships_on": at(8)[:10], **over,
    }  # fmt: skip


def test_a_presale_is_made_published_watched_and_called_off() -> None:
    (tea,) = goods(9000, title="龙井")
    desk = at_the_desk("marketing")
    made = desk.post("/office/presales/new", terms(tea))
    assert made.status_code == 303, words(made)
    page = made.headers["Location"]
    assert desk.post(f"{page}/save", terms(tea, **{"deposit-1": "", "share-1": "20"})).status_code == 303
    assert desk.post(f"{page}/do/publish").status_code == 303
    offer_id = int(page.rsplit("/", 1)[1])
    (article,) = selectors.offer(offer_id).draft.articles.values()
    assert (article.share, article.paid_first, article.counted) == (20, 1600, 2500)
    first, second = deposited(offer_id, tea), deposited(offer_id, tea)
    seen = words(desk.get(page))
    assert first in seen
    assert "2 / 5" in seen
    assert "32.00" in seen
    assert first not in words(desk.get(f"{page}?state=forfeited"))
    assert desk.post(f"{page}/save", terms(tea)).status_code == 409
    assert desk.post(f"{page}/reservations/{first}/cancel").status_code == 303
    assert view(first).state == "refunded"
    assert "请写明原因" in words(desk.post(f"{page}/do/call_off", {"why": ""}))
    assert desk.post(f"{page}/do/call_off", {"why": "停产"}).status_code == 303
    settle()
    assert (money_back(first), money_back(second)) == (1600, 1600)
    assert "已取消" in words(desk.get("/office/presales"))


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"price-1": "200"}, "比现在的售价"),
        ({"deposit-1": "81"}, "定金不能高于预售价"),
        ({"counts_for-1": "81"}, "抵扣金额不能高于预售价"),
        ({"counts_for-1": "5"}, "抵扣金额不能低于定金"),
        ({"share-1": "10"}, "只填一个"),
        ({"sku-1": "NO-SUCH"}, "没有这个 SKU"),
        ({"balance_from": "2020-01-01T00:00"}, "尾款开始时间不能早于定金结束时间"),
        ({"deposit_until": "2020-01-01T00:00"}, "定金结束时间必须晚于开始时间"),
        ({"ships_on": "2020-01-01"}, "发货日期不能早于"),
        ({"ships_on": ""}, "请填写日期"),
        ({"deposit_from": ""}, "请填写日期与时间"),
        ({"pieces-1": ""}, "名额应在"),
    ],
)
def test_what_nobody_could_want_is_said_at_its_field(over: dict[str, str], said: str) -> None:
    (tea,) = goods(9000)
    answer = at_the_desk("marketing").post("/office/presales/new", terms(tea) | over)
    assert answer.status_code == 422
    assert said in words(answer)


def test_below_the_floor_only_with_a_reason() -> None:
    (tea,) = goods(9000)
    sku = catalog.sellable_by_code([tea])[0].sku_id
    pricing.set_floors([FloorRow(sku, 6600, None)], reason="test", actor=PRICER)
    desk = at_the_desk("manager")
    page = desk.post("/office/presales/new", terms(tea)).headers["Location"]
    refused = desk.post(f"{page}/do/publish", {"reason": ""})
    assert refused.status_code == 422
    assert "到手价 65.00 低于底价" in words(refused)
    assert desk.post(f"{page}/do/publish", {"reason": "清库存"}).status_code == 303


def test_who_may_not_change_presales_only_looks() -> None:
    (tea,) = goods(9000)
    assert at_the_desk("analyst").get("/office/presales").status_code == 200
    assert at_the_desk("analyst").post("/office/presales/new", terms(tea)).status_code == 403
    assert at_the_desk("warehouse").get("/office/presales").status_code == 403
