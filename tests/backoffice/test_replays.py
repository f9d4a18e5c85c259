"""The time machine at the desk: chosen, changed, followed, read; costs for those who may see them; wrong figures at their field."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from tests.factories.promotions import draft, live, public_code
from tests.factories.shop import buy, goods, open_shop
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM
from zhanggui.planning.services import carrying_out
from zhanggui.promotions import services as promotions

pytestmark = pytest.mark.django_db
NEW = "/office/replays/new"


def words(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture(autouse=True)
def _shop() -> None:
    open_shop()


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("marketing")


def form(*promotion_ids: int, **more: str) -> dict[str, str]:
    day = clock.business_date().isoformat()
    ticked = {f"on-{i}": "1" for i in promotion_ids} | {f"time-{i}": "own" for i in promotion_ids}
    return {"first": day, "last": day, **ticked, **more}


def begun(desk: Browser, given: dict[str, str]) -> str:
    answer = desk.post(NEW, given)
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["Location"])


def test_chosen_changed_followed_and_read(desk: Browser) -> None:
    tea, cup = goods(12000, 5000, cost=4000)
    sale = live(label_zh="满百减十")
    coupon = public_code("HELLO", {"off": 500})
    number = buy((tea, 1), (cup, 1))
    page = words(desk.get(f"{NEW}?preset=ran"))
    assert f'name="on-{sale}" value="1" checked' in page
    assert f'name="who-{coupon}"' in page
    assert f'name="who-{sale}"' not in page
    given = form(sale, note="加码", **{f"f-{sale}-steps.0.off": "80.00"})
    where = begun(desk, given)
    waiting = words(desk.get(where))
    assert 'hx-trigger="every 2s"' in waiting
    assert 'http-equiv="refresh"' in waiting, "it works without scripts"
    carrying_out.run_waiting()
    done = words(desk.get(where))
    for each in ("已完成", "加码", "数字已改", "满百减十", "¥80.00", "¥10.00", number, "需求保持原样"):
        assert each in done
    assert desk.get(where, hx_request="true").headers["HX-Refresh"] == "true"
    assert "加码" in words(desk.get("/office/replays"))
    again = words(desk.get(f"{NEW}?from={where.rpartition('/')[2]}"))
    assert 'value="80.00"' in again


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(desk: Browser) -> None:
    sale = live()
    future = promotions.create_promotion(
        draft(starts_at=clock.now() + timedelta(days=3), label_zh="双十二"), actor=SYSTEM
    )
    for given, said in (
        (form(sale, **{f"f-{sale}-steps.0.off": "很多"}), "很多"),
        (form(sale, **{f"f-{sale}-steps.0.threshold": "-5"}), "-5"),
        (form(sale, first="2026-99-01"), "请选择日期"),
        (form(sale, first="2199-01-01", last="2199-01-02"), "已经过去的日子"),
        (form(future), "全程生效」才能试算"),
        (form(sale, note="x" * 201), "最多 200 个字"),
    ):
        answer = desk.post(NEW, given)
        assert answer.status_code == 422, given
        assert said in words(answer)
        assert "field-error" in words(answer) or "field-wrong" in words(answer), given


def test_costs_are_for_those_who_may_see_them(desk: Browser) -> None:
    (tea,) = goods(12000, cost=4000)
    buy((tea, 1))
    where = begun(desk, form())
    carrying_out.run_waiting()
    assert "毛利率" in words(at_the_desk("analyst").get(where))
    service = words(at_the_desk("service").get(where))
    assert "已完成" in service
    assert "毛利率" not in service
    assert "促销成本率" not in service
    assert at_the_desk("warehouse").get(where).status_code == 403
    assert at_the_desk("finance").post(NEW, form()).status_code == 403
    assert at_the_desk("service").post(f"{where}/stop").status_code == 403


def test_the_result_as_a_workbook(desk: Browser) -> None:
    (tea,) = goods(12000, cost=11500)
    sale = live(label_zh="满百减十")
    number = buy((tea, 1))
    where = begun(desk, form(sale))
    carrying_out.run_waiting()
    book = zipfile.ZipFile(io.BytesIO(b"".join(desk.get(f"{where}?export=xlsx").streaming_content)))
    assert "谁得到" in book.read("xl/workbook.xml").decode()
    sheets = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name)
    assert number in sheets
    assert "满百减十" in sheets


def test_statements_are_the_same_for_any_number_of_orders_and_promotions(desk: Browser) -> None:
    skus = goods(12000, 9000, 8000)
    live()
    counts = []
    for more in (1, 3):
        for sku in skus[:more]:
            buy((sku, 2))
        for n in range(more):
            live(label_zh=f"活动 {n}")
        where = begun(desk, form())
        carrying_out.run_waiting()
        counts.append((statements(desk, NEW), statements(desk, where), statements(desk, "/office/replays")))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 14
