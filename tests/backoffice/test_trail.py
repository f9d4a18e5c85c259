"""The audit log as people read it: actions, things, amounts and states in words, in their language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zhanggui
from tests.factories import aftersales as make
from tests.factories import shop
from tests.support.pages import at_the_desk, statements
from zhanggui.backoffice import trail
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.actor import SYSTEM
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow

SOURCE = Path(zhanggui.__file__).parent
WRITTEN = re.compile(r'action="([a-z_]+\.[a-z_]+)"(?! \+)')


def rows(response: object) -> str:
    page: str = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"<[^>]+>", " ", page.partition("<tbody>")[2].partition("</tbody>")[0])


def test_every_action_the_code_names_has_words() -> None:
    named = {name for file in SOURCE.rglob("*.py") for name in WRITTEN.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 40
    assert named <= set(trail.ACTIONS)


@pytest.mark.django_db
def test_a_price_is_read_as_money_of_a_named_sku() -> None:
    shop.open_shop()
    code = shop.goods(1999)[0]
    [sku] = catalog.sellable_by_code([code])
    pricing.set_prices([PriceRow(sku.sku_id, list_price=1999, sale_price=1500)], reason="清仓", actor=SYSTEM)
    read = rows(at_the_desk("manager").get("/office/audit?action=pricing.set_price"))
    for word in ("改价", code, "售价", "¥19.99", "¥15.00", "清仓"):
        assert word in read, word
    assert "sale_price" not in read
    assert "1500" not in read
    assert "Set a price" in rows(at_the_desk("manager", language="en").get("/office/audit?action=pricing.set_price"))


@pytest.mark.django_db
def test_states_kinds_and_reasons_are_words() -> None:
    shop.open_shop()
    make.ask(make.delivered((shop.goods(1000)[0], 1)))
    read = rows(at_the_desk("manager").get("/office/audit?kind=case"))
    assert "申请售后" in read
    assert "退货退款" in read
    assert "return_refund" not in read
    read = rows(at_the_desk("manager").get("/office/audit?action=catalog.list"))
    assert "在售" in read
    assert "listed" not in read


@pytest.mark.django_db
def test_the_log_takes_the_same_statements_at_any_size() -> None:
    shop.open_shop()
    desk, counts = at_the_desk("manager"), []
    for _ in range(2):
        for _ in range(3):
            shop.goods(1000, 2000)
        counts.append(statements(desk, "/office/audit"))
    assert counts[0] == counts[1]


def test_instants_yes_and_lists_are_written_as_everywhere() -> None:
    assert trail.short("2026-11-27T05:00:00+00:00") == "2026-11-27 13:00"
    assert trail.short(True) == "是"
    assert trail.short(["a", "b"]) == "a、b"
    assert trail.short("2026-11-27Textile, a fair") == "2026-11-27Textile, a fair"
    assert len(trail.short("x" * 999)) == trail.SHOWN_MOST + 1
