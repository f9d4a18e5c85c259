"""Where words and deeds differ, for those who can mend it: the list, the file, the check, and looking a promotion over."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.factories import accounts as people
from tests.factories import promotions, shop
from tests.support.pages import at_the_desk, statements
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.pledges import selectors, services
from zhanggui.pledges.types import POINTS

pytestmark = pytest.mark.django_db


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def differ(*prices: int) -> None:
    """Goods whose copy in the lists lags behind, looked over."""
    shop.goods(*prices)
    db.execute("update catalog_listing set price = 100")
    services.start_check(actor=SYSTEM)
    services.run_waiting()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_differences_are_listed_with_both_amounts_and_a_way_to_mend_them(language: str) -> None:
    differ(10000)
    desk = at_the_desk("marketing", language=language)
    page = words(desk.get("/office/pledges"))
    product = db.row("select product_id from catalog_listing")
    assert product
    assert "¥1.00" in page
    assert "¥100.00" in page
    assert f"/office/products/{product['product_id']}/prices" in page
    assert "¥1.00" not in words(desk.get("/office/pledges?place=badge"))
    assert "¥1.00" not in words(desk.get("/office/pledges?state=gone"))


def test_the_dashboard_says_so_to_those_who_can_mend_it() -> None:
    assert "页面与结算不一致" not in words(at_the_desk("marketing").get("/office"))
    differ(10000)
    for role in ("manager", "marketing", "editor"):
        assert "页面与结算不一致" in words(at_the_desk(role).get("/office")), role
    assert "页面与结算不一致" not in words(at_the_desk("warehouse").get("/office"))


def test_check_now_asks_for_one_and_shows_how_far_it_is() -> None:
    shop.goods(1000)
    desk = at_the_desk("marketing")
    page = desk.follow(desk.post("/office/pledges/check"))
    assert "排队中" in words(page)
    assert 'hx-trigger="every 2s"' in words(page)
    services.run_waiting()
    done = words(desk.get("/office/pledges"))
    assert "已完成" in done
    assert "hx-trigger" not in done.partition('id="pledges"')[2][:200]
    assert at_the_desk("service").post("/office/pledges/check").status_code == 403


def test_the_file_has_every_row_with_amounts_as_numbers() -> None:
    differ(10000, 20000)
    answer = at_the_desk("marketing").get("/office/pledges?export=xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()[1:]
    assert {(row[4], row[5]) for row in rows} == {(1, 100), (1, 200)}


def test_a_list_of_any_length_has_the_same_number_of_statements() -> None:
    differ(1000)
    desk = at_the_desk("marketing")
    few = statements(desk, "/office/pledges")
    differ(*range(2000, 2010))
    assert statements(desk, "/office/pledges") == few


def test_a_promotion_is_looked_over_on_its_page() -> None:
    promotion = promotions.live("limited_discount", {"off_basis_points": 1000}, starts_at=now() + timedelta(days=1))
    shop.goods(1000)
    desk = at_the_desk("marketing")
    base = f"/office/pledges/promotions/{promotion}"
    assert base in words(desk.get("/office/pledges"))
    assert base in words(desk.get(f"/office/promotions/{promotion}"))
    assert "还没有指定" in words(desk.get(base))
    assert desk.post(f"{base}/checker", {"checker": "0"}).status_code == 422
    me = people.staff("marketing")
    page = desk.follow(desk.post(f"{base}/checker", {"checker": str(me.id)}))
    assert "核对无误" not in words(page)  # somebody else is named
    refused = desk.post(f"{base}/plan", {"right": "1"})
    assert refused.status_code == 409
    assert selectors.look_overs([promotion])[promotion].left == list(POINTS)
    assert at_the_desk("warehouse").get(base).status_code == 403
