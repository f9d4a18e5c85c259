"""Tenders: sealed until the deadline, revised before it, compared and awarded after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import procurement as make
from zhanggui.kernel import audit, clock
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.problems import ValidationFailed, WrongState
from zhanggui.procurement import selectors, services
from zhanggui.procurement.errors import LinkVoid, StillSealed, TenderOver
from zhanggui.procurement.types import Award, BidLine, InvitationView, TenderDraft, TenderWish

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def invited(tender_id: int) -> list[InvitationView]:
    return list(selectors.tender(tender_id).invitations)


def offer(invitation: InvitationView, *lines: tuple[int, int], days: int = 7, **more: object) -> None:
    secret = selectors.bid_link(invitation).rpartition("/")[2]
    bids = [BidLine(position, price, days) for position, price in lines]
    services.submit_bid(invitation.id, bids, secret=secret, actor=GUEST, **more)  # type: ignore[arg-type]


def asked() -> tuple[int, list[InvitationView], list[int]]:
    """A published tender over two SKUs, with its three invitations."""
    skus = make.goods(2)
    tender = make.tender([make.supplier() for _ in range(3)], [(skus[0], 10), (skus[1], 20)])
    return tender, invited(tender), skus


def test_offers_are_sealed_until_the_deadline_for_everybody_but_who_made_them() -> None:
    tender, (a, b, c), _ = asked()
    offer(a, (1, 500), (2, 300), remarks="含税")
    offer(b, (1, 480))
    offer(c, decline=True)
    sealed = selectors.tender(tender)
    assert sealed.stage == "open"
    assert [(each.submitted_at is not None, each.declined, dict(each.bids), each.total, each.remarks) for each in sealed.invitations] == [
        (True, False, {}, None, ""), (True, False, {}, None, ""), (True, True, {}, None, ""),
    ]  # fmt: skip
    kept = audit.history(target_type="tender", action="procurement.submit_bid")
    assert "500" not in str([each["after"] for each in kept])
    _, own = selectors.tender_by_link(a.id, selectors.bid_link(a).rpartition("/")[2])
    assert (own.bids[1].price, own.total) == (500, 11_000)
    with pytest.raises(StillSealed):
        services.award_tender(tender, [Award(1, a.id)], reason="低价", actor=make.BUYER)
    make.close_bids(tender)
    assert selectors.attention()["tenders"] == 1
    opened = selectors.tender(tender)
    assert [each.total for each in opened.invitations] == [11_000, None, None]
    assert opened.invitations[1].bids[1].price == 480


def test_an_offer_may_be_made_anew_before_the_deadline_and_not_after() -> None:
    tender, (a, *_), _ = asked()
    offer(a, (1, 500), (2, 300))
    offer(a, (1, 450))
    make.close_bids(tender)
    with pytest.raises(TenderOver):
        offer(a, (1, 1))
    (first, *_) = invited(tender)
    assert ({k: v.price for k, v in first.bids.items()}, first.revisions) == ({1: 450}, 1)


def test_a_wrong_offer_is_told_where_and_changes_nothing() -> None:
    tender, (a, b, _), _ = asked()
    offer(a, (1, 500))
    for lines in ([(3, 5)], [(1, 0)], [(1, 5), (1, 6)], []):
        with pytest.raises(ValidationFailed):
            offer(a, *lines)
    with pytest.raises(LinkVoid):
        services.submit_bid(a.id, [BidLine(1, 1, 1)], secret=selectors.bid_link(b).rpartition("/")[2], actor=GUEST)
    make.close_bids(tender)
    assert invited(tender)[0].bids[1].price == 500


def test_lines_go_to_different_suppliers_and_become_orders_and_agreements() -> None:
    tender, (a, b, _), skus = asked()
    offer(a, (1, 500), (2, 300))
    offer(b, (1, 480), (2, 320))
    make.close_bids(tender)
    until = clock.business_date() + 90 * DAY
    numbers = services.award_tender(
        tender, [Award(1, b.id), Award(2, a.id)], reason="每行最低价", warehouse=make.warehouse(), agree_until=until,
        actor=make.BUYER,
    )  # fmt: skip
    made = {(view.supplier.id, line.sku_id): line.price for view in map(make.view, numbers) for line in view.lines}
    assert made == {(b.supplier_id, skus[0]): 480, (a.supplier_id, skus[1]): 300}
    assert selectors.terms(a.supplier_id, [skus[1]], until)[skus[1]].price(1) == 300
    assert (selectors.tender(tender).stage, selectors.tender(tender).reason) == ("awarded", "每行最低价")
    with pytest.raises(WrongState):
        services.award_tender(tender, [Award(1, a.id)], reason="x", actor=make.BUYER)


def test_only_offers_that_were_made_can_be_taken() -> None:
    tender, (a, b, _), _ = asked()
    offer(a, (1, 500))
    make.close_bids(tender)
    for awards in ([Award(2, a.id)], [Award(1, b.id)], [], [Award(1, a.id), Award(1, a.id)]):
        with pytest.raises(ValidationFailed):
            services.award_tender(tender, awards, reason="x", actor=make.BUYER)
    with pytest.raises(ValidationFailed):
        services.award_tender(tender, [Award(1, a.id)], reason=" ", actor=make.BUYER)


def test_a_draft_is_not_shown_and_a_cancelled_one_takes_nothing() -> None:
    (sku,) = make.goods()
    tender = make.tender([make.supplier()], [(sku, 1)], published=False)
    (a,) = invited(tender)
    with pytest.raises(LinkVoid):
        selectors.tender_by_link(a.id, selectors.bid_link(a).rpartition("/")[2])
    services.publish_tender(tender, actor=SYSTEM)
    services.cancel_tender(tender, reason="不买了", actor=SYSTEM)
    with pytest.raises(TenderOver):
        offer(a, (1, 5))
    with pytest.raises(ValidationFailed):
        make.tender([make.supplier(currency="USD")], [(sku, 1)])


def test_offers_in_another_currency_are_compared_at_the_rate_that_was_stated_and_bought_in_their_own() -> None:
    (sku,) = make.goods()
    ours, theirs = make.supplier(), make.supplier(currency="USD")
    wish = TenderDraft("跨境招标", clock.now() + DAY, (TenderWish(sku, 10),), (ours, theirs))
    with pytest.raises(ValidationFailed) as missing:
        services.create_tender(wish, actor=SYSTEM)
    assert missing.value.errors[0].loc == "rates.USD"
    with pytest.raises(ValidationFailed):
        services.create_tender(replace(wish, rates={"USD": Decimal(0)}), actor=SYSTEM)
    services.create_tender(replace(wish, rates={"USD": Decimal("7.15")}), actor=SYSTEM)
    tender = selectors.tenders(limit=1).items[0].id
    services.publish_tender(tender, actor=SYSTEM)
    a, b = invited(tender)
    offer(a, (1, 1_500))
    offer(b, (1, 199))  # 1.99 dollars are 14.23 yuan
    make.close_bids(tender)
    _, seen = invited(tender)
    asked_for = (seen.currency, seen.rate, seen.bids[1].asked, seen.bids[1].price, seen.total)
    assert asked_for == ("USD", "7.15", 199, 1_423, 14_230)
    [order] = services.award_tender(
        tender, [Award(1, b.id)], reason="更便宜", warehouse=make.warehouse(), actor=make.BUYER
    )
    assert (selectors.order(order).currency, selectors.order(order).total) == ("USD", 1_990)
