"""After something went wrong: who answers, what the buyer is given, what is got back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import procurement as supply
from tests.factories.accounts import member
from tests.factories.aftersales import ask, delivered, money_arrives
from tests.factories.aftersales import grant as settle_case
from tests.factories.fulfilment import ship
from tests.factories.promotions import live_coupon
from tests.factories.shop import buy, goods
from zhanggui.aftersales import selectors as cases
from zhanggui.aftersales import services as aftersales
from zhanggui.kernel import clock, db, invariants, outbox
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement import services as suppliers
from zhanggui.procurement.types import OfferingDraft
from zhanggui.redress import selectors, services
from zhanggui.redress.errors import (
    ChaseWrongState,
    ClaimWrongState,
    GrantedBefore,
    LiabilitySettled,
    NothingToGrant,
    RatedBefore,
)
from zhanggui.redress.types import Judgement, PlayDraft
from zhanggui.servicedesk import selectors as desk

pytestmark = pytest.mark.django_db

DESK = Actor(
    "staff", 5, "desk", frozenset({"redress.judge", "redress.chase", "redress.claim", "redress.grant", "redress.view"})
)
BOSS = Actor("staff", 6, "boss", frozenset({"*"}))


def test_a_lost_parcel_from_the_chase_to_the_money_recovered():
    (tea,) = goods(3000)
    number = buy((tea, 2))
    parcel = ship(number)
    db.execute("update fulfilment_parcel set shipped_at = shipped_at - interval '6 days'")
    assert (services.chase_silent(), services.chase_silent()) == (1, 0)  # no news for days: by rule, once
    [chase] = selectors.chases_of([number])[number]
    assert (chase.source, chase.state, chase.waybill_no) == ("rule", "asked", parcel.waybill_no)
    assert services.open_chase(parcel.number, actor=DESK).number == chase.number
    with pytest.raises(ValidationFailed):
        services.claim_chase(chase.number, amount=100, actor=DESK)
    services.note_answer(chase.number, words="在找", actor=DESK)
    services.declare_lost(chase.number, words="确认丢失", actor=DESK)
    with pytest.raises(ChaseWrongState):
        services.declare_lost(chase.number, words="again", actor=DESK)
    served = services.serve_buyer(chase.number, "refund", actor=DESK)
    assert services.serve_buyer(chase.number, "refund", actor=DESK) == served  # once, however often
    money_arrives()
    assert orders.find(number)["status"] == "refunded"
    claim = services.claim_chase(chase.number, amount=6000, actor=DESK)
    assert services.claim_chase(chase.number, amount=5, actor=DESK).number == claim.number
    services.file_claim(claim.number, actor=DESK)
    with pytest.raises(ValidationFailed):
        services.agree_claim(claim.number, 6001, actor=DESK)
    services.agree_claim(claim.number, 5000, actor=DESK)
    services.book_recovery(claim.number, 2000, key="a", actor=DESK)
    services.book_recovery(claim.number, 2000, key="a", actor=DESK)
    with pytest.raises(ValidationFailed):
        services.book_recovery(claim.number, 3001, key="b", actor=DESK)
    done = services.book_recovery(claim.number, 3000, key="b", actor=DESK)
    assert (done.state, done.recovered) == ("recovered", 5000)
    with pytest.raises(ClaimWrongState):
        services.book_recovery(claim.number, 1, key="c", actor=DESK)
    assert selectors.chase(chase.number).state == "closed"
    [carrier] = selectors.party_sums(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    assert (carrier.claimed, carrier.agreed, carrier.recovered, carrier.party) == (6000, 5000, 5000, parcel.carrier)
    found = selectors.liability_about("parcel", parcel.number)
    assert (found.state, found.shares, found.amount) == ("proposed", {"carrier": 100}, 6000)
    services.decide(found.number, Judgement({"carrier": 100}, ground="承运商确认"), actor=DESK)
    faults = selectors.carrier_faults(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))[parcel.carrier]
    assert (faults.faults, faults.amount, faults.chased, faults.lost, faults.recovered) == (
        {"lost": 1},
        6000,
        1,
        1,
        5000,
    )
    assert invariants.check() == []


def test_what_a_supplier_answers_for_is_in_his_scorecard_and_comes_off_what_he_is_owed():
    purchase, who, sku = supply.sent(units=10, price=4000)
    supply.receive(purchase, (1, 10))
    suppliers.put_offering(who, OfferingDraft(sku_id=sku), actor=SYSTEM)
    code = db.row("select code from catalog_sku where id = %s", (sku,))["code"]
    number = delivered((code, 2))
    case = settle_case(ask(number, (1, 2), reason="quality"))
    found = services.propose("case", case.number, actor=DESK)
    assert (found.loss, found.shares, found.supplier_id, found.amount) == ("defect", {"supplier": 100}, who, 20000)
    since = clock.now() - timedelta(days=1)
    assert procurement.scorecards([who], since=since)[who].quality == 10000
    with pytest.raises(ValidationFailed) as wrong:
        services.decide(found.number, Judgement({"supplier": 60, "mall": 30}, ground="x"), actor=DESK)
    assert "90%" in str(wrong.value.errors[0].message)
    with pytest.raises(ValidationFailed):
        services.claim_liability(found.number, "supplier", actor=DESK)  # nobody has decided
    services.decide(found.number, Judgement({"supplier": 60, "mall": 40}, ground="封口不良"), actor=DESK)
    card = procurement.scorecards([who], since=since)[who]
    assert (card.quality, card.faults, card.faulty) == (9000, 1, 1)
    services.decide(found.number, Judgement({"mall": 100}, ground="再看一次"), actor=DESK)
    assert procurement.scorecards([who], since=since)[who].faults == 0
    services.decide(found.number, Judgement({"supplier": 100}, ground="供应商承认"), actor=DESK)
    assert [entry.action for entry in selectors.entries(found.number)] == ["proposed", "decided", "decided", "decided"]
    claim = services.claim_liability(found.number, "supplier", amount=15000, actor=DESK)
    services.file_claim(claim.number, actor=DESK)
    done = services.agree_claim(claim.number, 12000, actor=DESK)
    assert (done.state, done.recovered) == ("recovered", 12000)
    [owed] = procurement.ageing()
    assert (owed.open, owed.credit) == (28000, 0)
    with pytest.raises(LiabilitySettled):
        services.decide(found.number, Judgement({"mall": 100}, ground="x"), actor=DESK)
    with pytest.raises(PermissionDenied):
        services.decide(found.number, Judgement({"mall": 100}, ground="x"), actor=GUEST)
    assert invariants.check() == []


def entry() -> str:
    coupon = live_coupon()
    options = (
        {"kind": "points", "usual": 100, "free": 200, "most": 1000},
        {"kind": "refund", "usual": 500, "free": 800, "most": 3000, "most_bp": 2000},
        {"kind": "coupon", "coupon": coupon},
        {"kind": "freight"},
    )
    draft = PlayDraft("damaged", "破损", "对不起", options=options)
    return services.save_play("damage", draft, actor=BOSS).code


def test_the_playbook_gives_within_its_limits_and_asks_beyond_them():
    (tea,) = goods(10000)
    who = member()
    code = entry()
    number = delivered((tea, 1), member_id=who.id)
    sold = orders.find(number)
    assert sold is not None
    assert who.id is not None
    [advice] = selectors.advise(sold, scenario="damaged")
    offers = {offer.kind: offer for offer in advice.offers}
    assert (offers["refund"].most, offers["refund"].free) == (2000, 800)  # a fifth of what was paid
    assert offers["freight"].barrier is not None
    first = services.grant(number, code, "points", key="k1", actor=DESK)
    assert (first.state, first.amount, first.cost) == ("granted", 100, 100)
    assert services.grant(number, code, "points", key="k1", actor=DESK) == first
    with pytest.raises(GrantedBefore):
        services.grant(number, code, "points", key="k2", actor=DESK)
    assert members.available([who.id])[who.id] == 100
    with pytest.raises(ValidationFailed):
        services.grant(number, code, "refund", key="k3", amount=2001, actor=DESK)
    asked = services.grant(number, code, "refund", key="k4", amount=1500, words="外盒压扁", actor=DESK)
    assert (asked.state, asked.beyond) == ("waiting", "limit")
    with pytest.raises(PermissionDenied):
        services.decide_grant(asked.number, True, actor=DESK)
    done = services.decide_grant(asked.number, True, actor=BOSS)
    money_arrives()
    assert orders.find(number)["refunded_total"] == 1500
    assert (done.state, done.approved, cases.case(done.outcome).state) == ("granted", True, "closed")
    third = services.grant(number, code, "coupon", key="k5", actor=DESK)
    assert (third.state, third.beyond) == ("waiting", "order")  # the third of one order
    assert services.decide_grant(third.number, False, words="已足够", actor=BOSS).state == "declined"
    settle_case(ask(number, (1, 1)))  # what was given comes off what a return gives: never more than was paid
    money_arrives()
    order = orders.find(number)
    assert (order["status"], order["refunded_total"]) == ("refunded", order["paid_total"])
    costs = selectors.grant_costs(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    assert {(row["kind"], row["cost"]) for row in costs} == {("refund", 1500), ("points", 100)}
    guest = delivered((tea, 1))
    with pytest.raises(NothingToGrant):
        services.grant(guest, code, "points", key="k6", actor=DESK)
    assert invariants.check() == []


def test_a_case_is_rated_once_and_the_figures_are_those_counted_by_hand():
    (tea,) = goods(1000)
    kept = [delivered((tea, 1)) for _ in range(3)]
    back = ask(kept[0], (1, 1), reason="quality")
    refused = ask(kept[1], (1, 1))
    for case, hours in ((back, 10), (refused, 30)):
        db.execute(
            "update aftersales_case set requested_at = requested_at - %s * interval '1 hour' where number = %s",
            (hours, case.number),
        )
    settle_case(back)
    money_arrives()
    aftersales.reject(refused.number, reason="已使用", actor=DESK)
    day = clock.business_date()
    [whole] = selectors.figures(day - timedelta(days=3), day)
    assert (whole.orders, whole.cases, whole.returned, whole.refunded, whole.disputed, whole.late) == (3, 2, 2, 1, 1, 1)
    assert whole.answered_median == pytest.approx(20, abs=0.1)
    assert whole.closed_p90 == pytest.approx(28, abs=0.1)
    by = {each.key: each.cases for each in selectors.figures(day - timedelta(days=3), day, "reason")}
    assert by == {"quality": 1, "no_reason": 1}
    for name in selectors.BY:
        assert sum(each.cases for each in selectors.figures(day - timedelta(days=3), day, name)) <= 2
    assert sum(each.orders for each in selectors.weeks(day - timedelta(days=3), day)) == 3
    services.rate_case(back.number, 2, words="太慢了")
    with pytest.raises(RatedBefore):
        services.rate_case(back.number, 5)
    services.rate_case(refused.number, 4)
    whole_rating, sums = selectors.rating_sums(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    assert (whole_rating.count, whole_rating.mean, whole_rating.low) == (2, 300, 1)
    assert {each.key: each.mean for each in sums["reason"]} == {"quality": 200, "no_reason": 400}
    outbox.drain()
    [problem] = desk.problems().items
    assert (problem.kind, problem.case_number) == ("complaint", back.number)
    assert services.link_fits(back.number, services.rating_link(back.number).rpartition("/")[2])
    assert not services.link_fits(back.number, "x")
