"""秒杀会场: slots as tabs, what is sold of the pieces, the prices checkout keeps, and the way there from the home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories import promotions as promos
from tests.factories import shop
from tests.factories.pricing import PRICER
from tests.storefront.reading import forget, read
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout.types import QuoteRequest, WantedLine
from zhanggui.kernel import clock, db, fresh
from zhanggui.kernel.problems import ValidationFailed
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.promotions import services
from zhanggui.promotions.selectors import flash_slots

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-06-10T12:00:00+08:00")


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fresh, "SECONDS", 3600.0)
    forget()
    with clock.at(NOON):
        yield
    forget()


def sku_id(code: str) -> int:
    row = db.row("select id from catalog_sku where code = %s", (code,))
    assert row is not None
    return int(row["id"])


def flash(*goods: tuple[str, int, int], **more: Any) -> int:
    """A published flash sale of (code, price, pieces), every day from 10 to 13 o'clock unless told otherwise."""
    config = {"goods": [{"sku": sku_id(code), "price": price, "stock": stock} for code, price, stock in goods]}
    asked = {"daily": [{"from": "10:00", "to": "13:00"}], "starts_at": NOON - timedelta(hours=3)} | more
    return promos.live("flash_sale", config, **asked)


def gone(code: str, pieces: int) -> None:
    db.execute("update promotions_quota set taken = %s where sku_id = %s", (pieces, sku_id(code)))
    forget()


def test_the_slots_of_today_and_tomorrow_are_tabs() -> None:
    (tea,), (cup,) = shop.goods(10_000, title="龙井"), shop.goods(5_000, title="茶杯")
    flash((tea, 6_600, 50))
    flash((cup, 3_300, 20), daily=[{"from": "14:00", "to": "16:00"}, {"from": "23:00", "to": "01:00"}])
    page = read("/flash")
    assert page.tiles == ["龙井"]
    assert "10:00" in page.text
    assert "今天 · 进行中" in page.text
    assert page.text.count("明天 · 即将开始") == 3
    slots = page.links("/flash?slot=")
    assert len(slots) == 6
    assert page.well_formed() == []
    later = read(slots[1])
    assert later.tiles == ["茶杯"]
    assert "距开始" in later.text
    assert "限量 20 件" in later.text
    assert "马上抢" not in later.text
    assert read("/flash?slot=20300101").tiles == ["龙井"]  # a slot nobody knows: the one that runs
    assert "Begins in" in read(slots[1], "en").text


def test_a_tile_says_what_checkout_charges_and_how_much_is_gone() -> None:
    (tea,) = shop.goods(10_000, title="龙井")
    flash((tea, 6_600, 50))
    page = read("/flash")
    assert "已抢 0%" in page.text
    quote = checkout.quotes([QuoteRequest((WantedLine("1", tea, 1),))])[0]
    assert quote.lines[0].payable == 6_600
    assert "¥66" in page.flat
    gone(tea, 31)
    assert "已抢 62%" in read("/flash").text
    gone(tea, 1)
    assert "已抢 2%" in read("/flash").text
    gone(tea, 50)
    sold = read("/flash")
    assert "已抢光" in sold.text
    assert "马上抢" not in sold.text


def test_only_a_lawful_price_is_struck_through() -> None:
    """The lowest price asked before; after an evening at the flash price nothing, for that was the lowest deal."""
    with clock.at(NOON - timedelta(days=20)):
        (tea,), (risen,) = shop.goods(10_000, title="龙井"), shop.goods(8_000, title="毛峰")
    with clock.at(NOON - timedelta(days=2)):
        pricing.set_prices([PriceRow(sku_id(risen), 10_000, 10_000)], reason="dearer", actor=PRICER)
    flash((tea, 6_600, 50), (risen, 7_000, 50))
    page = read("/flash")
    assert "此前最低价 ¥100" in page.text  # asked for twenty days
    assert "此前最低价 ¥80" in page.text  # not the 100 of the last two days
    gone(tea, 3)
    assert "此前最低价 ¥100" in read("/flash").text  # gone in this first slot
    with clock.at(NOON + timedelta(days=1)):
        forget()
        again = read("/flash")
        assert "此前最低价 ¥100" not in again.text
        assert "日常价 ¥100" in again.text


def test_what_is_no_offer_is_not_there() -> None:
    (tea,), (dear,), (gone_one,) = shop.goods(10_000), shop.goods(3_000), shop.goods(9_000)
    flash((dear, 2_500, 5), (gone_one, 4_000, 5))
    pricing.set_prices([PriceRow(sku_id(dear), 3_000, 2_400)], reason="cheaper", actor=PRICER)
    paused = flash((tea, 6_600, 50))
    services.pause(paused, actor=promos.SYSTEM)
    db.execute("update catalog_sku set active = false where code = %s", (gone_one,))
    page = read("/flash")
    assert page.tiles == []
    assert "今明两天没有秒杀" in page.text
    assert page.status == 200


def test_the_home_page_leads_there_while_there_is_one() -> None:
    (tea,) = shop.goods(10_000, title="龙井")
    assert read("/").links("/flash") == []
    flash((tea, 6_600, 50))
    home = read("/")
    assert home.links("/flash") == ["/flash"]
    assert "距结束" in home.text
    assert home.well_formed() == []
    with clock.at(NOON + timedelta(hours=2)):
        assert "距开始" in read("/").text


def test_a_slot_that_begins_shows_in_the_next_answer() -> None:
    (tea,) = shop.goods(10_000, title="龙井")
    flash((tea, 6_600, 50), daily=[{"from": "12:01", "to": "13:00"}])
    assert "即将开始" in read("/flash").text
    with clock.at(NOON + timedelta(minutes=1)):
        assert "进行中" in read("/flash").text


def test_slots_of_one_sku_never_meet() -> None:
    (tea,) = shop.goods(10_000)
    flash((tea, 6_600, 50))
    with pytest.raises(ValidationFailed) as refused:
        flash((tea, 5_500, 5), daily=[{"from": "12:00", "to": "15:00"}])
    assert [(error.loc, error.code) for error in refused.value.errors] == [("config.goods.0.sku", "overlap")]
    flash((tea, 5_500, 5), daily=[{"from": "13:00", "to": "15:00"}])


def test_hours_over_midnight_belong_to_both_days() -> None:
    (tea,) = shop.goods(10_000)
    flash((tea, 6_600, 50), daily=[{"from": "22:00", "to": "02:00"}], starts_at=NOON - timedelta(days=3))
    start = clock.day_bounds(clock.business_date())[0]
    (slot,) = flash_slots(start, start + timedelta(hours=3))
    assert (slot.starts_at, slot.ends_at) == (start - timedelta(hours=2), start + timedelta(hours=2))


def test_the_hall_costs_the_same_at_any_size(
    django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    def written() -> int:
        forget()
        read("/help")
        with django_assert_max_num_queries(20) as counted:
            assert read("/flash").status == 200
        return len(counted)

    goods = shop.goods(*(10_000,) * 12)
    flash((goods[0], 6_600, 50))
    few = written()
    flash(*((code, 6_600, 50) for code in goods[1:]))
    assert written() == few <= 9
    with django_assert_num_queries(1):
        assert read("/flash").status == 200
