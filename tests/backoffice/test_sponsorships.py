"""Sponsorships at the desk: from the form to the mark in the shop, sums and the workbook, refusals, who may, and statements."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from tests.campaigns.test_sponsorships import draft
from tests.factories import shop
from tests.factories.campaigns import campaign, resource, sku_id
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.campaigns import selectors, services
from zhanggui.kernel import clock
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
LIST = "/office/sponsorships"


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("marketing")


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def terms(**more: str) -> dict[str, str]:
    now = clock.local(clock.now())
    return {
        "sponsor": "武夷茶场", "fee": "3000", "starts_at": (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
    } | more  # fmt: skip


def test_from_the_form_to_the_mark_in_the_shop(desk: Browser) -> None:
    (tea,) = shop.goods(10_000, title="龙井")
    made = campaign(tea, resources=(resource(),))
    placed = selectors.campaign(made).resources[0].id
    assert "还没有赞助" in text(desk.get(LIST))
    assert f'value="{made}-{placed}"' in text(desk.get(f"{LIST}/new?place={made}-"))
    answer = desk.post(
        f"{LIST}/new",
        terms(sku=tea, goods="茶样 200 份", goods_value="800", place=f"{made}-{placed}", note="合同 26-11"),
    )
    assert answer.status_code == 303
    page = text(desk.get(answer.headers["Location"]))
    for part in ("武夷茶场", "展示中", tea, "3000.00", "茶样 200 份", "合同 26-11"):
        assert part in page
    listed = text(desk.get(LIST))
    for part in ("¥3,000.00", "另收货品 ¥800.00", "双十二", "首页第一屏"):
        assert part in listed
    assert "武夷茶场" in text(desk.get(f"/office/campaigns/{made}"))
    assert '<span class="ad-mark">赞助</span>' in text(desk.get("/search?q=龙井"))
    cancelled = desk.post(f"{answer.headers['Location']}/cancel", {"reason": "供应商缺货"})
    assert cancelled.status_code == 303
    assert "ad-mark" not in text(desk.get("/search?q=龙井"))
    assert "合计" not in text(desk.get(LIST))


def test_what_cannot_be_is_said_at_its_field(desk: Browser) -> None:
    for over, said in (
        ({"sku": "NO-SUCH"}, "没有这个 SKU"),
        ({"sku": ""}, "请填写货号或选择页面位置"),
        ({"fee": "many"}, "请填写金额"),
        ({"spot": "/#hero", "starts_at": ""}, "请填写时间"),
        ({"spot": "/#hero", "place": "99999-"}, "没有这个活动"),
        ({"spot": "hero"}, "页面地址#版块"),
    ):
        answer = desk.post(f"{LIST}/new", terms(**over))
        assert answer.status_code == 422
        assert said in text(answer), over
    one = services.agree_sponsorship(draft(), actor=SYSTEM)
    assert "请写明原因" in text(desk.post(f"{LIST}/{one}/cancel", {"reason": " "}))
    assert desk.get(f"{LIST}/99999").status_code == 404


def test_terms_can_be_changed_until_it_is_over(desk: Browser) -> None:
    one = services.agree_sponsorship(draft(), actor=SYSTEM)
    assert desk.post(f"{LIST}/{one}", terms(spot="/#hero", fee="4500.50")).status_code == 303
    assert selectors.sponsorship(one).draft.fee == 450_050
    services.cancel_sponsorship(one, actor=SYSTEM, reason="不做了")
    assert desk.post(f"{LIST}/{one}", terms(spot="/#hero")).status_code == 409


def test_who_may_not_only_looks() -> None:
    one = services.agree_sponsorship(draft(), actor=SYSTEM)
    analyst = at_the_desk("analyst")
    assert "登记赞助" not in text(analyst.get(LIST))
    assert "disabled" in text(analyst.get(f"{LIST}/{one}"))
    assert analyst.post(f"{LIST}/{one}/cancel", {"reason": "x"}).status_code == 403
    assert analyst.post(f"{LIST}/new", terms(spot="/#hero")).status_code == 403
    assert at_the_desk("warehouse").get(LIST).status_code == 403


def test_the_workbook_has_all_and_the_sums(desk: Browser) -> None:
    (tea,) = shop.goods(10_000)
    services.agree_sponsorship(draft(sku_id=sku_id(tea), campaign_id=campaign(tea)), actor=SYSTEM)
    services.agree_sponsorship(draft(sponsor="青瓷坊"), actor=SYSTEM)
    answer = desk.get(f"{LIST}?export=xlsx&q=武夷")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        told = "".join(
            book.read(name).decode() for name in book.namelist() if "sheet" in name and name.endswith(".xml")
        )
    assert "武夷茶场" in told
    assert "双十二" in told
    assert "3000" in told
    assert "青瓷坊" not in told


def test_a_list_costs_the_same_for_one_and_for_many(desk: Browser) -> None:
    (tea,) = shop.goods(10_000)
    made = campaign(tea)
    services.agree_sponsorship(draft(sku_id=sku_id(tea), campaign_id=made), actor=SYSTEM)
    few = statements(desk, LIST), statements(desk, f"/office/campaigns/{made}")
    for _ in range(3):
        services.agree_sponsorship(draft(sku_id=sku_id(tea), campaign_id=made), actor=SYSTEM)
    assert (statements(desk, LIST), statements(desk, f"/office/campaigns/{made}")) == few
