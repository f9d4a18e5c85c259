"""What a presale may promise: faults are said at their field, floors hold, and the money of a piece adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.accounts import staff
from tests.factories.presales import DAY, article, draft, offer, sku_id
from tests.factories.pricing import PRICER
from tests.factories.shop import goods
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed, WrongState
from zhanggui.presale import selectors, services
from zhanggui.presale.rules import check
from zhanggui.presale.types import PresaleArticle, PresaleDraft
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow

NOW = clock.now()
SOUND = PresaleDraft(
    "预售", {1: article()}, NOW, NOW + DAY, NOW + DAY, NOW + 2 * DAY, clock.business_date(NOW + 5 * DAY)
)


def faults(wrong: PresaleDraft) -> set[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as refused:
        check(wrong)
    return {(error.loc, error.code) for error in refused.value.errors}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"deposit_until": NOW - DAY}, "deposit_until", "before_start"),
        ({"balance_from": NOW}, "balance_from", "before_deposit_end"),
        ({"balance_until": NOW + DAY}, "balance_until", "before_start"),
        ({"ships_on": clock.business_date(NOW - 5 * DAY)}, "ships_on", "before_balance"),
        ({"deposit_from": NOW.replace(tzinfo=None)}, "deposit_from", "offset"),
        ({"label_zh": ""}, "label_zh", "required"),
        ({"buyer_limit": 0}, "buyer_limit", "range"),
        ({"articles": {}}, "articles", "length"),
        ({"articles": {1: PresaleArticle(0, 1, 1)}}, "articles.0.price", "range"),
        ({"articles": {1: PresaleArticle(8000, 0, 1000)}}, "articles.0.pieces", "range"),
        ({"articles": {1: PresaleArticle(8000, 1)}}, "articles.0.deposit", "one_of"),
        ({"articles": {1: PresaleArticle(8000, 1, 1000, 10)}}, "articles.0.deposit", "one_of"),
        ({"articles": {1: PresaleArticle(8000, 1, 0)}}, "articles.0.deposit", "range"),
        ({"articles": {1: PresaleArticle(8000, 1, 8001)}}, "articles.0.deposit", "over_price"),
        ({"articles": {1: PresaleArticle(8000, 1, share=101)}}, "articles.0.share", "range"),
        ({"articles": {1: PresaleArticle(8000, 1, 1000, counts_for=8001)}}, "articles.0.counts_for", "over_price"),
        ({"articles": {1: PresaleArticle(8000, 1, 1000, counts_for=999)}}, "articles.0.counts_for", "below_deposit"),
    ],
)
def test_every_fault_is_said_at_its_field(changes: dict[str, object], field: str, code: str) -> None:
    check(SOUND)
    assert (field, code) in faults(replace(SOUND, **changes))  # type: ignore[arg-type]


@given(
    price=st.integers(1, 10**9),
    share=st.none() | st.integers(1, 100),
    part=st.integers(0, 100),
    grown=st.integers(0, 100),
)
def test_deposit_and_balance_come_to_the_price_less_what_the_deposit_grew(
    price: int, share: int | None, part: int, grown: int
) -> None:
    deposit = None if share is not None else max(price * part // 100, 1)
    plain = PresaleArticle(price, 1, deposit, share)
    one = replace(plain, counts_for=plain.paid_first + (price - plain.paid_first) * grown // 100)
    check(replace(SOUND, articles={1: one}))
    assert 1 <= one.paid_first <= one.counted <= price
    assert one.paid_first + (price - one.counted) == one.comes_to
    assert 0 < one.comes_to <= price
    assert plain.comes_to == price


@pytest.mark.parametrize(
    ("terms", "balance", "comes_to"),
    [
        (PresaleArticle(8000, 1, 1000), 7000, 8000),
        (PresaleArticle(8000, 1, 1000, counts_for=2500), 5500, 6500),
        (PresaleArticle(8000, 1, 4000, counts_for=8000), 0, 4000),
        (PresaleArticle(99, 1, share=10), 90, 99),
    ],
)
def test_the_table_of_the_documents(terms: PresaleArticle, balance: int, comes_to: int) -> None:
    assert (terms.price - terms.counted, terms.comes_to) == (balance, comes_to)


@pytest.mark.django_db
def test_what_a_buyer_pays_in_all_is_held_against_the_floor() -> None:
    """80 less what the deposit grows by (15) is 65: a floor of 65 lets it pass, one of 66 asks for a right and a reason."""
    (tea,) = goods(9000)
    marketing = staff("marketing")
    pricing.set_floors([FloorRow(sku_id(tea), 6500, None)], reason="test", actor=PRICER)
    offer({tea: article()})
    pricing.set_floors([FloorRow(sku_id(tea), 6501, None)], reason="test", actor=PRICER)
    made = services.create_offer(draft({tea: article()}), actor=marketing)
    nobody = Actor("staff", 7, "marketing", frozenset({"presale.manage"}))
    for who, reason in ((nobody, "clear stock"), (SYSTEM, "")):
        with pytest.raises(ValidationFailed) as refused:
            services.publish_offer(made, actor=who, reason=reason)
        assert [(e.loc, e.code) for e in refused.value.errors] == [("articles.0.price", "below_floor")]
    services.publish_offer(made, actor=SYSTEM, reason="clear stock")
    (kept,) = db.rows("select reason from kernel_auditrow where action = 'presale.publish' and reason <> ''")
    assert kept["reason"] == "clear stock"


@pytest.mark.django_db
def test_nobody_pays_more_than_without_the_presale() -> None:
    (tea,) = goods(6400)
    with pytest.raises(ValidationFailed) as refused:
        services.create_offer(draft({tea: article()}), actor=SYSTEM)
    assert [(e.loc, e.code) for e in refused.value.errors] == [("articles.0.price", "dearer")]


@pytest.mark.django_db
def test_an_offer_is_drafted_changed_published_and_keeps_its_terms() -> None:
    (tea,) = goods(9000)
    made = services.create_offer(draft({tea: article()}), actor=SYSTEM)
    services.update_offer(made, draft({tea: PresaleArticle(8000, 5, share=20)}), actor=SYSTEM)
    stored = selectors.offer(made).draft.articles[sku_id(tea)]
    assert (stored.share, stored.deposit, stored.paid_first) == (20, None, 1600)
    assert selectors.shown_offers(clock.now()) == []
    services.publish_offer(made, actor=SYSTEM)
    assert [view.id for view in selectors.shown_offers(clock.now(), [sku_id(tea)])] == [made]
    with pytest.raises(WrongState):
        services.update_offer(made, draft({tea: article()}), actor=SYSTEM)
    services.end_offer(made, actor=SYSTEM)
    assert selectors.shown_offers(clock.now()) == []
    with pytest.raises(WrongState):
        services.publish_offer(made, actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        services.create_offer(draft({tea: article()}), actor=staff("warehouse"))


@pytest.mark.django_db
def test_an_offer_whose_deposits_are_over_is_not_published() -> None:
    (tea,) = goods(9000)
    past = clock.now() - timedelta(hours=2)
    made = services.create_offer(
        draft({tea: article()}, deposit_from=past, deposit_until=past + timedelta(hours=1)), actor=SYSTEM
    )
    with pytest.raises(ValidationFailed) as refused:
        services.publish_offer(made, actor=SYSTEM)
    assert refused.value.errors[0].code == "already_over"
