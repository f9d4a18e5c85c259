"""Campaigns at the desk: plan, goods, offers, placements, what is in the way, announcing, the file, and the calendar."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from tests.factories import groups, presales, promotions, shop
from tests.factories.campaigns import campaign, head, resource, sku_id
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.campaigns import selectors, services
from zhanggui.campaigns.types import Offer
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
CALENDAR = "/office/promotions/calendar"


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("marketing")


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def local(at: object) -> str:
    return clock.local(at).strftime("%Y-%m-%dT%H:%M")  # type: ignore[arg-type]


def test_from_an_idea_to_an_announced_campaign(desk: Browser) -> None:
    (tea,) = shop.goods(10_000, title="龙井", stock=5)
    start = head().starts_at
    plan = {
        "theme_zh": "双十二",
        "starts_at": local(start),
        "ends_at": local(start + timedelta(days=3)),
        "form": "flash_sale",
    }
    made = desk.post("/office/campaigns/new", plan)
    assert made.status_code == 303
    page = made.headers["Location"]
    assert "还没有商品" in text(desk.get(page))
    put = desk.post(f"{page}/goods/put", {"sku": tea, "role": "traffic", "price": "69.9", "stock": "20"})
    assert put.status_code == 303
    offer = promotions.live("limited_discount", {"off_basis_points": 1000}, label_zh="九折")
    assert desk.post(f"{page}/offers/put", {"id": f"promotion-{offer}"}).status_code == 303
    placed = {"r_form": "home", "r_position": "首页第一屏", "r_quantity": "1", "r_budget": "2000", "r_needs_review": "1",
              "r_starts_at": plan["starts_at"], "r_ends_at": plan["ends_at"]}  # fmt: skip
    assert desk.post(f"{page}/resources/put", placed).status_code == 303
    shown = text(desk.get(page))
    for part in (
        tea,
        "¥69.90",
        "引流款",
        "九折",
        "首页第一屏",
        "¥2,000.00",
        "提交审核",
        "计划库存多于现有可售库存",
        "还没有基本款",
    ):
        assert part in shown
    assert desk.post(f"{page}/do/announce", {}).status_code == 303
    fixed = text(desk.get(page))
    assert "已公布" in fixed
    assert "readonly" in fixed
    moved = desk.post(f"{page}/save", plan | {"ends_at": local(start + timedelta(days=4))})
    assert moved.status_code == 422 or moved.status_code == 409
    assert "请结束它并新建活动" in text(moved)


def test_what_was_typed_wrong_is_told_where_it_stands_and_nothing_is_lost(desk: Browser) -> None:
    promotions.live()
    page = f"/office/campaigns/{campaign()}"
    refused = desk.post(f"{page}/goods/put", {"sku": "NOPE", "role": "traffic", "price": "x", "stock": "3"})
    assert "没有这个 SKU" in text(refused)
    assert 'value="NOPE"' in text(refused)
    assert 'value="双十二"' in text(refused)  # the other forms stand as they were
    late = {
        "r_form": "home",
        "r_position": "",
        "r_quantity": "1",
        "r_starts_at": "2026-12-02T00:00",
        "r_ends_at": "2026-12-01T00:00",
    }
    refused = desk.post(f"{page}/resources/put", late)
    assert "结束时间必须晚于开始时间" in text(refused)
    assert "请选择一个促销或拼团" in text(desk.post(f"{page}/offers/put", {"id": ""}))
    assert desk.post(f"{page}/goods/explode", {}).status_code == 404


def test_announcing_over_another_asks_for_the_reason(desk: Browser) -> None:
    (tea,) = shop.goods(10_000)
    services.announce(campaign(tea, theme_zh="年终购"), actor=SYSTEM)
    page = f"/office/campaigns/{campaign(tea)}"
    assert "年终购" in text(desk.get(page))
    refused = desk.post(f"{page}/do/announce", {})
    assert refused.status_code == 409
    assert "写明原因并公布" in text(refused)
    assert desk.post(f"{page}/do/announce", {"reason": "合办"}).status_code == 303


def test_who_only_looks_changes_nothing() -> None:
    (tea,) = shop.goods(10_000)
    made = campaign(tea, resources=(resource(),))
    service = at_the_desk("service")
    shown = text(service.get(f"/office/campaigns/{made}"))
    assert tea in shown
    assert "/goods/put" not in shown
    assert service.post(f"/office/campaigns/{made}/do/end", {}).status_code == 403
    assert at_the_desk("warehouse").get("/office/campaigns").status_code == 403


def test_goods_and_placements_as_a_workbook(desk: Browser) -> None:
    (tea,) = shop.goods(10_000, title="龙井")
    made = campaign(tea, resources=(resource(),))
    answer = desk.get(f"/office/campaigns/{made}?export=xlsx")
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    goods, placed = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    for sheet, parts in (
        (goods, (tea, "龙井", "引流款", "<v>90", "<v>10</v>")),
        (placed, ("首页轮播", "首页第一屏", "<v>2000")),
    ):
        assert [part for part in parts if part not in sheet] == []


def test_lists_and_records_cost_the_same_at_any_size(desk: Browser) -> None:
    codes = shop.goods(*(10_000,) * 8)
    offers = (Offer("promotion", promotions.live()), Offer("group", groups.offer((codes[0], 7_000))))
    one = campaign(codes[0], offers=offers[:1], resources=(resource(),))
    promotions.live("limited_discount", {"off_basis_points": 500}, scope={"skus": [sku_id(codes[0])]})
    groups.offer((codes[0], 7_500))
    few = statements(desk, "/office/campaigns"), statements(desk, f"/office/campaigns/{one}")
    many = campaign(*codes, offers=offers, resources=(resource(),) * 5)
    more = statements(desk, "/office/campaigns"), statements(desk, f"/office/campaigns/{many}")
    assert more[0] == few[0]
    assert more[1] <= few[1] + 1  # what group offers are called
    assert few[1] <= 22


def test_the_calendar_has_campaigns_and_groups_and_marks_what_clashes(desk: Browser) -> None:
    tea, cup = shop.goods(10_000, 5_000)
    day = clock.business_date(head().starts_at)
    rival = campaign(tea, theme_zh="年终购")
    campaign(tea, cup)
    named = promotions.live(
        "limited_discount", {"off_basis_points": 500}, label_zh="杯子折扣", scope={"skus": [sku_id(cup)]}
    )
    groups.offer((cup, 3_000), label_zh="杯子拼团")
    presales.offer({cup: presales.article(4_000)}, label_zh="杯子预售", **presales.times(head().starts_at))
    promotions.live(label_zh="全场满减")
    for address in (f"{CALENDAR}?month={day:%Y-%m}", f"{CALENDAR}?view=week&day={day}"):
        shown = text(desk.get(address))
        for part in (
            "双十二",
            "年终购",
            "杯子拼团",
            "全场满减",
            "商品重复：年终购、杯子折扣、杯子拼团、杯子预售",
            "杯子预售 定金",
            "杯子预售 尾款",
        ):
            assert part in shown
    only = text(desk.get(f"{CALENDAR}?view=week&day={day}&show=campaigns"))
    assert "商品重复" in only
    assert "杯子拼团</a>" not in only
    assert text(desk.get(f"{CALENDAR}?view=week&day={day - timedelta(days=28)}")).count("双十二") == 0
    assert desk.get(f"{CALENDAR}?view=week&day=nonsense").status_code == 200
    services.end(rival, actor=SYSTEM)
    assert "商品重复：年终购" not in text(desk.get(f"{CALENDAR}?view=week&day={day}"))
    assert selectors.campaign(rival).state == "ended"
    assert named


def test_the_dashboard_tells_of_reviews_that_are_due(desk: Browser) -> None:
    (tea,) = shop.goods(10_000)
    soon = clock.now() + timedelta(days=2)
    campaign(
        tea,
        starts_at=soon,
        ends_at=soon + timedelta(days=1),
        resources=(resource(starts_at=soon, ends_at=soon + timedelta(days=1)),),
    )
    assert "推广资源待提交审核" in text(desk.get("/office"))
