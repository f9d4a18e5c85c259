"""Prices that go alone beside floors and prices that moved after they were published: told, never changed."""

from __future__ import annotations

import pytest

from tests.factories import groups, presales
from tests.factories.pricing import PRICER
from tests.support.pages import at_the_desk, statements
from zhanggui.pledges import selectors
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow

pytestmark = pytest.mark.django_db


def told() -> dict[str, tuple[bool, bool]]:
    return {row.kind: (row.below, row.idle) for row in selectors.apart()}


def offers(code: str) -> tuple[int, int]:
    """65.00 in a presale, 90.00 in a group, 100.00 otherwise."""
    return presales.offer({code: presales.article()}, closes_sale=False), groups.offer((code, 9_000))


def test_a_floor_raised_over_them_is_told(mall, product) -> None:
    offers(product[2])
    assert told() == {"presale": (False, False), "group": (False, False)}
    pricing.set_floors([FloorRow(product[1], 6501, None)], reason="守住", actor=PRICER)
    assert told() == {"presale": (True, False), "group": (False, False)}
    pricing.set_floors([FloorRow(product[1], 9001, None)], reason="守住", actor=PRICER)
    assert told() == {"presale": (True, False), "group": (True, False)}
    assert len(selectors.wrong(selectors.apart())) == 2


def test_a_price_lowered_below_them_is_told(mall, product) -> None:
    offers(product[2])
    for price, idle in ((9_000, {"presale": False, "group": True}), (6_500, {"presale": False, "group": True}),
                        (6_499, {"presale": True, "group": True})):  # fmt: skip
        pricing.set_price(product[1], list_price=price, reason="降价", actor=PRICER)
        assert {kind: late for kind, (_, late) in told().items()} == idle


def test_the_page_and_the_desk_tell_what_stands_wrong_first(mall, product) -> None:
    owner = at_the_desk("manager")
    sold, _ = offers(product[2])
    before = statements(owner, "/office/lowest")
    assert (
        "低于底价"
        not in owner.get("/office/lowest").content.decode().partition('id="apart"')[2].partition("</section>")[0]
    )
    pricing.set_floors([FloorRow(product[1], 7000, None)], reason="守住", actor=PRICER)
    shown = owner.get("/office/lowest").content.decode()
    part = shown.partition('id="apart"')[2].partition("</section>")[0]
    assert part.index("低于底价") < part.index(f"/office/presales/{sold}") + 400
    assert "¥65.00" in part
    assert statements(owner, "/office/lowest") == before
    assert "预售、拼团价低于底价或不再优惠" in owner.get("/office").content.decode()


def test_drafts_and_what_is_over_promise_nothing(mall, product) -> None:
    draft = presales.draft({product[2]: presales.article()})
    presales.services.create_offer(draft, actor=presales.SYSTEM)
    over = presales.offer({product[2]: presales.article()})
    presales.services.end_offer(over, actor=presales.SYSTEM)
    assert told() == {}
