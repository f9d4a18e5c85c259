"""Coupons at work at the desk: funnels, batches, sends, codes found and made void; by role, and at a cost that does not grow."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories import accounts as make
from tests.factories.promotions import draft, live_coupon
from tests.factories.shop import buy, goods, open_shop
from tests.support.pages import Browser, at_the_desk, statements
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.promotions import selectors, services
from zhanggui.promotions.services import sends
from zhanggui.promotions.types import CouponAudience, CouponDraft

pytestmark = pytest.mark.django_db
HERE = "/office/coupons"


@pytest.fixture
def desk() -> Browser:
    return at_the_desk("marketing")


def words(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:500].decode()
    return str(response.content.decode())


def made(browser: Browser, path: str, form: dict[str, Any]) -> None:
    answer = browser.post(path, form)
    assert answer.status_code == 303, words(answer, answer.status_code)


def busy(coupon_id: int, number: int) -> None:
    """So many batches, sends and codes."""
    for n in range(number):
        services.generate_codes(coupon_id, 2, actor=SYSTEM)
        people = [make.member().id or 0]
        services.start_send(coupon_id, people, key=f"{coupon_id}-{n}", audience=CouponAudience(), actor=SYSTEM)
    sends.carry_out(actor=SYSTEM)


@pytest.mark.parametrize("number", [1, 8])
def test_what_the_pages_cost_however_many_there_are(desk: Browser, number: int) -> None:
    for _ in range(number):
        live_coupon(budget=100_000)
    coupon_id = live_coupon(label_zh="周年券")
    busy(coupon_id, number)
    assert statements(desk, HERE) == 3  # the mall's shell, coupons, budgets
    assert statements(desk, f"{HERE}/{coupon_id}") == 6  # shell, days, funnel, batches, sends, tiers
    assert statements(desk, f"{HERE}/codes?q=1") == 2  # shell, codes


def test_the_list_says_what_became_of_each_and_how_fast_money_goes(desk: Browser) -> None:
    assert "还没有优惠券" in words(desk.get(HERE))
    open_shop()
    (tea,), buyer = goods(5000), make.member().id or 0
    coupon_id = live_coupon(label_zh="周年券", budget=4000)
    services.grant(coupon_id, [buyer], actor=SYSTEM)
    buy((tea, 1), member_id=buyer, coupons=(selectors.wallet(buyer, now())[0].code,))
    seen = words(desk.get(HERE))
    for part in ("周年券", "100.0%", "¥10.00", "¥40.00"):
        assert part in seen, part
    file = desk.get(f"{HERE}?export=csv")
    assert "周年券" in b"".join(file.streaming_content).decode("utf-8-sig")
    assert "Coupons at work" in words(at_the_desk("editor", language="en").get(HERE))


def test_the_list_turns_pages(desk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhanggui.backoffice.views.coupons.PAGE", 2)
    for name in ("甲券", "乙券", "丙券"):
        live_coupon(label_zh=name)
    first = words(desk.get(HERE))
    assert ("丙券" in first, "甲券" in first) == (True, False)
    cursor = re.search(r"cursor=([A-Za-z0-9_=-]+)", first)
    assert cursor is not None
    assert "甲券" in words(desk.get(f"{HERE}?cursor={cursor[1]}"))


def test_a_batch_is_made_fetched_and_made_void(desk: Browser) -> None:
    coupon_id = live_coupon()
    page = f"{HERE}/{coupon_id}"
    for wrong, said in (("", "请填写数量"), ("0", "1"), ("abc", "整数")):
        refused = desk.post(f"{page}/batches", {"count": wrong, "note": "传单"})
        assert said in words(refused, 422)
        assert 'value="传单"' in words(refused, 422)
    made(desk, f"{page}/batches", {"count": "3", "note": "传单"})
    (batch,) = selectors.batches(coupon_id)
    assert "传单" in words(desk.get(page))
    lines = b"".join(desk.get(f"{page}/batches/{batch['name']}?export=csv").streaming_content).decode("utf-8-sig")
    assert len(lines.strip().splitlines()) == 1 + 3
    made(desk, f"{page}/batches/{batch['name']}/void", {})
    assert selectors.batches(coupon_id)[0]["void"] == 3
    assert "已作废" in words(desk.get(page))
    words(desk.post(f"{page}/batches/C999/void"), 404)


def test_a_send_is_looked_at_first_and_then_followed(desk: Browser) -> None:
    coupon_id, someone = live_coupon(), make.member("13900001111")
    page = f"{HERE}/{coupon_id}"
    form = {"list": "139 0000 1111 八".replace(" 0000 ", "0000"), "key": "S1", "do": "preview", "send_note": "春天"}
    looked = words(desk.post(f"{page}/send", form))
    for part in ("将发给 1 位会员", "八", "春天"):
        assert part in looked, part
    assert selectors.sends(coupon_id) == []
    made(desk, f"{page}/send", form | {"do": "send"})
    assert "排队中" in words(desk.get(page))
    sends.carry_out(actor=SYSTEM)
    assert "已完成" in words(desk.get(page))
    assert len(selectors.wallet(someone.id or 0, now())) == 1
    refused = words(desk.post(f"{page}/send", {"birthday_month": "13", "key": "S2", "do": "preview"}), 422)
    assert "应为 1 到 12" in refused
    assert 'value="13"' in refused
    assert "1 到" in words(desk.post(f"{page}/send", {"tags": "没有人", "key": "S3", "do": "send"}), 422)


def test_a_code_is_found_by_whoever_has_it_and_made_void(desk: Browser) -> None:
    coupon_id, buyer = live_coupon(label_zh="周年券"), make.member().id or 0
    services.grant(coupon_id, [buyer], actor=SYSTEM)
    code = selectors.wallet(buyer, now())[0].code
    assert "没有找到" in words(desk.get(f"{HERE}/codes?q=NOTHING"))
    for q in (code.lower(), str(buyer)):
        seen = words(desk.get(f"{HERE}/codes?q={q}"))
        assert code in seen
        assert "周年券" in seen
    (row,) = selectors.code_search(code)
    made(desk, f"{HERE}/{coupon_id}/codes/{row['id']}/void", {})
    assert "已作废" in words(desk.get(f"{HERE}/codes?q={code}"))
    assert selectors.wallet(buyer, now())[0].state == "void"
    words(desk.post(f"{HERE}/{coupon_id}/codes/{row['id']}/void"), 409)


def test_who_may_look_sees_no_codes_and_finds_no_buttons() -> None:
    coupon_id = live_coupon(coupon=CouponDraft())
    services.generate_codes(coupon_id, 1, actor=SYSTEM)
    editor = at_the_desk("editor")
    seen = words(editor.get(f"{HERE}/{coupon_id}"))
    for action in ("/batches", "/send"):
        assert f'action="{HERE}/{coupon_id}{action}' not in seen
    (batch,) = selectors.batches(coupon_id)
    for method, path in (
        ("get", "codes"), ("post", f"{coupon_id}/batches"), ("post", f"{coupon_id}/send"),
        ("get", f"{coupon_id}/batches/{batch['name']}"),
    ):  # fmt: skip
        assert editor.send(method, f"{HERE}/{path}").status_code == 403, path
    assert at_the_desk("warehouse").get(HERE).status_code == 403


def test_what_is_no_coupon_has_no_page(desk: Browser) -> None:
    promotion_id = services.create_promotion(draft(), actor=SYSTEM)
    for path in (f"{HERE}/{promotion_id}", f"{HERE}/999999"):
        words(desk.get(path), 404)
