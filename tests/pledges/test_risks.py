"""What of prices could be taken for fraud: claims against the history, raises before promotions, gifts, countdowns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import accounts as make
from tests.factories import promotions as promo
from tests.factories.campaigns import sku_id
from tests.factories.content import make_page, rich_text
from tests.factories.pricing import PRICER
from tests.factories.shop import goods, open_shop
from tests.support.pages import at_the_desk
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed, WrongState
from zhanggui.pledges import selectors, services
from zhanggui.pledges.claims import CUT, FORMER, LOWEST, SHARE, Claim, Facts, against, claims
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("原价 ¥199，今天卖得好", [(FORMER, 19_900)]),
        ("<p>市场价：<b>88.5</b>元</p>", [(FORMER, 8_850)]),
        ("List price ¥120", [(FORMER, 12_000)]),
        ("全场 5 折", [(SHARE, 50)]),
        ("8.5折起", [(SHARE, 85)]),
        ("满 3 件 8 折", []),
        ("第二件 5 折", []),
        ("98 折会员价", []),
        ("直降 100 元", [(CUT, 10_000)]),
        ("历史最低", [(LOWEST, 0)]),
        ("手工对折的信封，1999 年创立", []),
    ],
)
def test_what_is_read_as_a_claim(text: str, found: list[tuple[str, int]]) -> None:
    assert [(claim.kind, claim.figure) for claim in claims(text)] == found


@pytest.mark.parametrize(
    ("claim", "facts", "stands"),
    [
        (Claim(FORMER, "", 10_000), Facts(8_000, 10_000, 8_000), True),
        (Claim(FORMER, "", 10_001), Facts(8_000, 10_000, 8_000), False),
        (Claim(FORMER, "", 10_000), Facts(8_000, None, 8_000), False),
        (Claim(SHARE, "", 80), Facts(8_000, 10_000, 8_000), True),
        (Claim(SHARE, "", 70), Facts(8_000, 10_000, 8_000), False),
        (Claim(CUT, "", 2_000), Facts(8_000, 10_000, 8_000), True),
        (Claim(CUT, "", 2_001), Facts(8_000, 10_000, 8_000), False),
        (Claim(LOWEST, ""), Facts(8_000, 10_000, 8_000), True),
        (Claim(LOWEST, ""), Facts(8_000, 10_000, 7_999), False),
    ],
)
def test_what_the_history_bears_out(claim: Claim, facts: Facts, stands: bool) -> None:
    assert (against(claim, facts) is None) is stands


@pytest.fixture
def mall(db: None) -> None:
    open_shop()


def price(code: str, amount: int) -> None:
    pricing.set_prices([PriceRow(sku_id(code), amount, sale_price=amount)], reason="test", actor=PRICER)


def kinds() -> list[str]:
    return sorted(row.kind for row in selectors.risks().items)


def look() -> list[str]:
    services.look_at_prices(actor=SYSTEM)
    return kinds()


@pytest.mark.usefixtures("mall")
def test_a_price_raised_before_its_promotion_is_found_with_the_rows_of_its_history() -> None:
    (code,) = goods(10_000)
    price(code, 12_000)
    soon = clock.now() + timedelta(days=3)
    scope = {"skus": [sku_id(code)]}
    promotion = promo.live(
        "limited_discount", {"off_basis_points": 2000}, scope=scope, starts_at=soon, ends_at=soon + timedelta(days=2)
    )
    assert look() == ["raised"]
    [row] = selectors.risks().items
    assert (row.sku_code, row.promotion_id) == (code, promotion)
    assert [one.amount for one in row.evidence] == [10_000, 12_000, None]
    assert look() == ["raised"]  # found again, not twice


@pytest.mark.usefixtures("mall")
def test_words_the_history_does_not_bear_out_until_they_are_changed() -> None:
    (code,) = goods(10_000, title="岩茶 原价 ¥299 历史最低")
    assert look() == ["words"]  # 历史最低 is so
    price(code, 12_000)
    product = catalog.sellable_by_code([code])[0].product_id
    assert look() == ["words", "words"]
    db.execute("update catalog_listing set title = '岩茶' where product_id = %s", (product,))
    assert look() == []
    assert {row.state for row in selectors.risks(state="").items} == {"mended"}


@pytest.mark.usefixtures("mall")
def test_a_gift_that_is_not_there_and_a_countdown_that_begins_again() -> None:
    (gift,) = goods(1_000, stock=1)
    step = {"threshold": 5_000, "gifts": [{"sku": sku_id(gift), "quantity": 1}]}
    promo.live("full_gift", {"steps": [step]})
    assert look() == []
    db.execute("update inventory_level set on_hand = 0 where sku_id = %s", (sku_id(gift),))
    assert look() == ["gift"]
    db.execute("update inventory_level set on_hand = 1 where sku_id = %s", (sku_id(gift),))
    now = clock.now()
    for days in (0, 1, 2):
        start = now + timedelta(days=days)
        promo.live(starts_at=start, ends_at=start + timedelta(hours=20))
    assert look() == ["countdown"]


@pytest.mark.usefixtures("mall")
def test_a_finding_is_explained_with_a_reason_that_stays() -> None:
    goods(10_000, title="岩茶 原价 ¥299")
    look()
    [row] = selectors.risks().items
    desk = make.staff("marketing")
    with pytest.raises(ValidationFailed):
        services.explain(row.id, reason=" ", actor=desk)
    with pytest.raises(PermissionDenied):
        services.explain(row.id, reason="x", actor=make.staff("warehouse"))
    services.explain(row.id, reason="2024 年吊牌价，有照片", actor=desk)
    assert look() == []
    [row] = selectors.risks(state="explained").items
    assert (row.reason, row.said_by) == ("2024 年吊牌价，有照片", desk.label)
    assert audit.history(target_type="pledges_risk", target_id=str(row.id))[0]["reason"] == "2024 年吊牌价，有照片"
    db.execute("update catalog_listing set title = '岩茶'")
    look()
    with pytest.raises(WrongState):
        services.explain(row.id, reason="too late", actor=desk)


@pytest.mark.usefixtures("mall")
def test_the_page_shows_evidence_and_gives_a_file() -> None:
    goods(10_000, title="岩茶 原价 ¥299")
    desk = at_the_desk("marketing")
    assert desk.post("/office/price-risks/look").status_code == 303
    page = desk.get("/office/price-risks").content.decode()
    assert "文案：原价 ¥299" in page
    [row] = selectors.risks().items
    assert desk.post(f"/office/price-risks/{row.id}/explain", {"reason": ""}).status_code == 422
    file: Any = desk.get("/office/price-risks?export=csv")
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert len(lines) == 1 + len(row.evidence)
    assert desk.post(f"/office/price-risks/{row.id}/explain", {"reason": "有吊牌照片"}).status_code == 303
    assert "有吊牌照片" in desk.get("/office/price-risks?state=explained").content.decode()
    assert at_the_desk("warehouse").get("/office/price-risks").status_code == 403


@pytest.mark.usefixtures("mall")
def test_a_page_that_names_no_product_bears_nothing_out() -> None:
    make_page(rich_text("<p>全网最低</p>", "<p>Lowest price ever</p>"), published=True)
    assert look() == ["words", "words"]
