"""A product's prices: now, planned and past; what may be struck through and why not; and the calendar of them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.factories import promotions as make
from tests.factories import shop
from tests.factories.catalog import make_product
from tests.factories.pricing import PRICER
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SkuDraft
from zhanggui.kernel import clock
from zhanggui.pricing import selectors
from zhanggui.pricing import services as prices
from zhanggui.pricing.types import PriceRow

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)  # noon in Shanghai
CALENDAR = "/office/promotions/calendar"


@pytest.fixture(autouse=True)
def move(db: None) -> Iterator[Callable[[datetime], None]]:
    """The mall's clock stands; this moves it on."""
    with clock.at(NOW) as moved:
        yield moved


@pytest.fixture
def desk() -> Browser:
    shop.open_shop()
    return at_the_desk("manager")


def one(price: int = 10_00, **more: Any) -> tuple[str, int]:
    """The page of a listed product's prices, and its SKU."""
    found = catalog.sellable_by_code(shop.goods(price, **more))[0]
    return f"/office/products/{found.product_id}/prices", found.sku_id


def form(sku: int, sale: str, listed: str, seen: str = "1000/1000", **more: str) -> dict[str, str]:
    return {f"sale-{sku}": sale, f"list-{sku}": listed, f"seen-{sku}": seen, "reason": "换季", **more}


def plan(sku: int, price: str, start: str, end: str = "", reason: str = "周末") -> dict[str, str]:
    return {"sku": str(sku), "plan_price": price, "starts_at": start, "ends_at": end, "reason": reason}


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def wrong(answer: Any, field: str) -> bool:
    """Whether the field is marked and its message stands at it."""
    page = answer.content.decode()
    return bool(re.search(rf'name="{field}"[^>]*aria-invalid="true"', page))


def test_prices_are_saved_with_who_when_and_why(desk: Browser) -> None:
    page, sku = one(cost=4_00)
    done = text(desk.follow(desk.post(f"{page}/save", form(sku, "8.80", "12", **{f"cost-{sku}": "5"}))))
    row = selectors.history(sku).items[0]
    assert (row.old_sale_price, row.sale_price, row.old_cost, row.cost, row.reason) == (10_00, 8_80, 4_00, 5_00, "换季")
    for words in ("¥10.00 → ¥8.80", "¥4.00 → ¥5.00", "换季", row.actor_label, "2026-11-24 12:00"):
        assert words in done, words
    told = desk.post(f"{page}/save", form(sku, "20", "12", "1200/880"))
    assert told.status_code == 422
    assert wrong(told, f"sale-{sku}")
    told = desk.post(f"{page}/save", form(sku, "abc", "12", "1200/880", reason=""))
    assert (told.status_code, wrong(told, f"sale-{sku}"), wrong(told, "reason")) == (422, True, False)
    assert wrong(desk.post(f"{page}/save", form(sku, "9", "12", "1200/880", reason="")), "reason")
    assert 'value="abc"' in desk.post(f"{page}/save", form(sku, "abc", "12", "1200/880")).content.decode()


def test_who_was_faster_stands_at_the_field(desk: Browser) -> None:
    page, sku = one()
    prices.set_price(sku, list_price=15_00, sale_price=14_00, reason="别人", actor=PRICER)
    told = desk.post(f"{page}/save", form(sku, "9", "9"))
    assert told.status_code == 409
    assert wrong(told, f"sale-{sku}")
    assert "对方已改为 ¥14.00" in text(told)
    assert f'name="seen-{sku}" value="1500/1400"' in told.content.decode()
    assert f'name="sale-{sku}" type="text" value="9"' in told.content.decode()
    desk.follow(desk.post(f"{page}/save", form(sku, "9", "9", "1500/1400")))
    assert selectors.base_prices([sku])[sku].sale_price == 9_00


def test_costs_are_for_those_who_may_see_them(desk: Browser) -> None:
    page, sku = one(cost=4_21)
    prices.set_price(sku, list_price=10_00, cost=4_32, reason="成本", actor=PRICER)
    full = text(desk.get(page))
    assert "¥4.21 → ¥4.32" in full
    editor = at_the_desk("editor")
    shown = editor.get(page).content.decode()
    for secret in ("4.21", "4.32", f"cost-{sku}", "毛利率"):
        assert secret not in shown, secret
    assert "成本有变化" in shown
    assert "安排一个时段的售价" not in shown
    assert {
        editor.post(f"{page}/{step}", form(sku, "1", "1")).status_code for step in ("save", "plan", "windows/1/cancel")
    } == {403}
    assert at_the_desk("warehouse").get(page).status_code == 403
    assert (
        at_the_desk("marketing").post(f"{page}/save", form(sku, "8", "10", **{f"cost-{sku}": "5"})).status_code == 303
    )


def test_a_window_is_planned_told_and_cancelled(desk: Browser) -> None:
    page, sku = one()
    desk.follow(desk.post(f"{page}/plan", plan(sku, "7", "2026-11-25T10:00", "2026-11-27T10:00")))
    (window,) = selectors.schedule([sku], ending_after=clock.now())
    assert (window.sale_price, clock.local(window.starts_at).hour, window.reason) == (7_00, 10, "周末")
    shown = text(desk.get(page))
    assert "2026-11-25 10:00 – 2026-11-27 10:00" in shown
    assert "未开始" in shown
    refused = desk.post(f"{page}/windows/{window.id}/cancel", {"reason": " "})
    assert (refused.status_code, "请写明取消原因" in text(refused)) == (422, True)
    desk.follow(desk.post(f"{page}/windows/{window.id}/cancel", {"reason": "改期"}))
    assert selectors.schedule([sku], ending_after=clock.now()) == []
    assert [row.kind for row in selectors.history(sku).items] == ["cancelled", "scheduled", "set"]
    assert desk.post(f"{page}/windows/{window.id}/cancel", {"reason": "改期"}).status_code == 404
    other, _ = one()
    prices.schedule_price(sku, sale_price=5_00, starts_at=NOW, ends_at=None, reason="x", actor=PRICER)
    (open_now,) = selectors.schedule([sku], ending_after=clock.now())
    assert desk.post(f"{other}/windows/{open_now.id}/cancel", {"reason": "x"}).status_code == 404
    assert "定时价生效中" in text(desk.get(page))


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2026-11-26T00:00", "2026-11-30T00:00", "starts_at"),
        ("2026-11-24T13:00", "2026-11-26T00:00", "ends_at"),
        ("2026-11-24T13:00", "", "ends_at"),
        ("2026-11-25T10:00", "2026-11-25T11:00", "starts_at"),
    ],
)
def test_an_overlap_stands_at_the_end_that_overlaps(desk: Browser, start: str, end: str, field: str) -> None:
    page, sku = one()
    desk.follow(desk.post(f"{page}/plan", plan(sku, "7", "2026-11-25T10:00", "2026-11-27T10:00")))
    told = desk.post(f"{page}/plan", plan(sku, "6", start, end))
    assert told.status_code == 409
    assert wrong(told, field)
    assert "与已有的定时价格重叠：2026-11-25 10:00 至 2026-11-27 10:00" in text(told)
    assert f'value="{start}"' in told.content.decode()
    desk.follow(desk.post(f"{page}/plan", plan(sku, "6", "2026-11-27T10:00")))  # ends meet


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"plan_price": "x"}, "plan_price"),
        ({"plan_price": ""}, "plan_price"),
        ({"plan_price": "11"}, "plan_price"),
        ({"starts_at": "morgen"}, "starts_at"),
        ({"ends_at": "2026-11-24T10:00"}, "ends_at"),
        ({"reason": ""}, "reason"),
        ({"sku": "1"}, ""),
    ],
)
def test_a_plan_that_cannot_be_is_said_at_its_field(desk: Browser, change: dict[str, str], field: str) -> None:
    page, sku = one()
    told = desk.post(f"{page}/plan", {**plan(sku, "7", "2026-11-25T10:00", "2026-11-27T10:00"), **change})
    assert told.status_code == 422
    assert not field or wrong(told, field)
    assert selectors.schedule([sku], ending_after=clock.now()) == []


def test_the_reason_for_the_struck_price_is_the_shops_own_answer(move: Callable[[datetime], None]) -> None:
    page, sku = one()
    seen = set()
    moves = [(0, None), (1, 14_00), (9, 10_00), (12, 9_00), (20, 12_00), (60, None), (70, 8_00), (110, None)]
    for day, sale in moves:
        move(NOW + timedelta(days=day))
        if sale:
            prices.set_price(sku, list_price=max(sale, 12_00), sale_price=sale, reason="x", actor=PRICER)
        for at in (clock.now(), clock.now() + timedelta(hours=1)):
            struck = selectors.struck_prices([sku], at).get(sku)
            strike = selectors.strike(sku, at)
            assert strike is not None
            assert strike.struck == struck, (day, sale)
            assert (strike.reason == "shown") == (struck is not None)
            seen.add(strike.reason)
        said = text(at_the_desk("manager").get(page)).partition("商城里的划线价")[2][:120]
        assert ("没有显示" in said) == (struck is None), said
    assert {"shown", "unchanged", "stood", "not_lower"} <= seen


def test_the_line_of_a_price_lays_plans_over_it(move: Callable[[datetime], None]) -> None:
    _, sku = one()
    prices.schedule_price(
        sku,
        sale_price=7_00,
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=2),
        reason="x",
        actor=PRICER,
    )
    move(NOW + timedelta(hours=6))
    prices.set_price(sku, list_price=9_00, reason="x", actor=PRICER)
    steps = [(s.price, s.since, s.planned) for s in selectors.price_line(sku, clock.now())]
    assert [(price, planned) for price, _, planned in steps] == [
        (10_00, False),
        (9_00, False),
        (7_00, True),
        (9_00, False),
    ]
    for price, since, _ in steps[1:]:
        assert selectors.effective_prices([sku], since)[sku].sale_price == price


def many(options: int) -> str:
    product = make_product(skus=[SkuDraft(options={"色": f"{n}"}) for n in range(options)])
    for sku in product.skus:
        for price in (10_00, 9_00, 8_00):
            prices.set_prices([PriceRow(sku.id, price)], actor=PRICER, reason="x")
        prices.schedule_price(
            sku.id, sale_price=7_00, starts_at=NOW + timedelta(days=1), ends_at=None, reason="x", actor=PRICER
        )
    return f"/office/products/{product.id}/prices"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_costs_the_same_at_any_size(language: str) -> None:
    desk = at_the_desk("manager", language=language)
    counts = {statements(desk, many(n)) for n in (2, 9)}
    assert len(counts) == 1
    assert max(counts) <= 16
    assert desk.get(f"{many(2)}?sku=x&cursor=&trail=~~").status_code == 200
    assert desk.get("/office/products/999999/prices").status_code == 404


def test_a_long_history_is_read_page_by_page(desk: Browser) -> None:
    page, sku = one()
    for n in range(60):
        prices.set_price(sku, list_price=10_00 + n + 1, reason=f"第 {n} 次", actor=PRICER)
    seen, href = [], page
    while href:
        answer = desk.get(href).content.decode()
        seen += re.findall(r'data-label="原因">(.*?)</td>', answer)
        following = re.findall(r'rel="next" href="([^"]+)"', answer)
        href = following[0].replace("&amp;", "&") if following else ""
    assert len(seen) == 61
    assert seen[0] == "第 59 次"


# --- the calendar


def test_the_month_shows_promotions_coupons_and_planned_prices(desk: Browser) -> None:
    page, sku = one()
    prices.schedule_price(
        sku,
        sale_price=7_00,
        starts_at=NOW + timedelta(days=2),
        ends_at=NOW + timedelta(days=9),
        reason="x",
        actor=PRICER,
    )
    running = make.live(label_zh="周年庆 <b>", starts_at=NOW - timedelta(days=3), ends_at=NOW + timedelta(days=3))
    coming = make.live_coupon(label_zh="圣诞券", starts_at=NOW + timedelta(days=20), ends_at=NOW + timedelta(days=30))
    draft = make.services.create_promotion(make.draft(label_zh="草稿一份", starts_at=NOW), actor=make.SYSTEM)
    shown = desk.get(CALENDAR).content.decode()
    bars = re.findall(r'<a class="cal-item cal-(\w+)([^"]*)"[^>]* href="([^"]+)"', shown)
    assert ("good", " cal-begins", f"/office/promotions/{running}") in bars
    assert ("neutral", " cal-begins", f"/office/promotions/{draft}") in bars
    assert ("info", " cal-begins", f"{page}#windows") in bars
    assert "周年庆 &lt;b&gt;" in shown
    assert "圣诞券" not in shown
    december = desk.get(f"{CALENDAR}?month=2026-12").content.decode()
    assert f'href="/office/promotions/{coming}"' in december
    assert f'href="{page}#windows"' in december  # it reaches into the month
    assert f'href="/office/promotions/{running}"' not in december
    only = desk.get(f"{CALENDAR}?month=2026-11&show=coupons").content.decode()
    assert f'href="/office/promotions/{running}"' not in only
    assert f'href="/office/promotions/{running}"' in at_the_desk("editor", language="en").get(CALENDAR).content.decode()
    assert at_the_desk("warehouse").get(CALENDAR).status_code == 403


def test_an_end_at_midnight_begins_no_other_day(desk: Browser) -> None:
    midnight = clock.day_bounds(clock.business_date(NOW))[1]
    promotion = make.live(starts_at=NOW - timedelta(hours=1), ends_at=midnight)
    shown = desk.get(CALENDAR).content.decode()
    bar = re.search(rf'href="/office/promotions/{promotion}" style="grid-column:(\d) / (\d)', shown)
    assert bar is not None
    assert bar.groups() == ("2", "3")  # Tuesday alone


@pytest.mark.parametrize("month", ["", "2026-13", "x", "9999-99", "1999-01", "2026-02", "2199-12", "2200-01"])
def test_any_month_in_the_address_is_answered(desk: Browser, month: str) -> None:
    assert desk.get(f"{CALENDAR}?month={month}&show=%27&show=x").status_code == 200


def test_the_calendar_costs_the_same_and_crowds_are_counted(desk: Browser) -> None:
    counts = []
    for _ in range(2):
        for _ in range(6):
            make.live(starts_at=NOW, ends_at=NOW + timedelta(hours=2))
        _, sku = one()
        prices.schedule_price(sku, sale_price=7_00, starts_at=NOW, ends_at=None, reason="x", actor=PRICER)
        counts.append(statements(desk, CALENDAR))
    assert counts[0] == counts[1] <= 8
    shown = desk.get(CALENDAR).content.decode()
    assert 'cal-more">+6<' in shown
    assert len(re.findall(r'class="list-link" href="/office/promotions/\d+"', shown)) == 12
