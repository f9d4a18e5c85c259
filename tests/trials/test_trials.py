"""Free trials: terms that stand, applications, a draw anybody can repeat, ordinary orders, and the reports that are owed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.factories import accounts as make
from tests.factories.campaigns import sku_id
from tests.factories.draws import bend
from tests.factories.shop import buy, goods, open_shop
from tests.factories.trials import arrive, ask, choosing, drawn, outlive, taster, trial, trial_draft
from zhanggui.inventory import selectors as stock
from zhanggui.kernel import audit, clock, db, invariants, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.members import services as members
from zhanggui.members.types import TierDraft
from zhanggui.orders import selectors as orders
from zhanggui.orders import services as order_services
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import FloorRow
from zhanggui.servicedesk import services as servicedesk
from zhanggui.trials import selectors, services
from zhanggui.trials.errors import AlreadyApplied, NoPieceLeft, ReportOwed, TrialNotForYou, TrialNotOpen
from zhanggui.trials.invariants import INVARIANTS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    open_shop()


def relay() -> None:
    while outbox.relay_once():
        pass


def test_pieces_are_put_aside_and_terms_stand() -> None:
    (code,) = goods(10_000, stock=5)
    sku = sku_id(code)
    view = trial(code, pieces=4)
    assert (view.stage, view.left, len(view.commitment), view.seed) == ("open", 4, 64, "")
    assert stock.available([sku])[sku] == 1
    with pytest.raises(WrongState):
        services.update_trial(view.id, trial_draft(code), actor=SYSTEM)
    with pytest.raises(DatabaseError, match="keeps its terms"), transaction.atomic():
        db.execute("update trials_trial set pieces = 9 where id = %s", (view.id,))
    second = services.create_trial(trial_draft(code, pieces=2), actor=SYSTEM)
    with pytest.raises(ValidationFailed) as short:
        services.publish_trial(second, actor=SYSTEM)
    assert [(e.loc, e.code) for e in short.value.errors] == [("pieces", "out_of_stock")]
    assert "只有 1 件" in short.value.errors[0].message.zh
    services.discard_trial(second, actor=SYSTEM)
    assert not invariants.check()


@pytest.mark.parametrize(
    ("over", "loc", "code"),
    [
        ({"slug": "A b"}, "slug", "invalid"),
        ({"label_zh": " "}, "label_zh", "required"),
        ({"pieces": 0}, "pieces", "range"),
        ({"pieces": 501}, "pieces", "range"),
        ({"freight": -1}, "freight", "range"),
        ({"report_days": 1}, "report_days", "range"),
        ({"selection": "best"}, "selection", "unknown"),
        ({"audience": "rich"}, "audience", "unknown"),
        ({"tiers": ("emperor",)}, "tiers", "unknown"),
        ({"questions": ("一", "二", "三", "四")}, "questions", "too_many"),
        ({"questions": ("",)}, "questions.0", "required"),
        ({"sku_id": 10**9}, "sku_id", "unknown"),
        ({"ends_at": clock.now() - timedelta(days=9)}, "ends_at", "before_start"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(over: dict[str, Any], loc: str, code: str) -> None:
    with pytest.raises(ValidationFailed) as wrong:
        services.create_trial(trial_draft(**over), actor=SYSTEM)
    assert (loc, code) in [(error.loc, error.code) for error in wrong.value.errors]


def test_whoever_may_not_manage_trials_only_looks() -> None:
    view = choosing()
    warehouse = make.staff("warehouse")
    one = ask(view)
    outlive(view)
    for act in (
        lambda: services.create_trial(trial_draft(), actor=warehouse),
        lambda: services.choose(one.id, reason="好", actor=warehouse),
        lambda: services.finish(view.id, actor=warehouse),
        lambda: services.call_off(view.id, reason="x", actor=warehouse),
        lambda: services.waive_report(one.id, reason="x", actor=warehouse),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_goods_with_a_floor_are_given_away_by_who_may_go_below() -> None:
    (code,) = goods(10_000)
    pricing.set_floors([FloorRow(sku_id(code), 5_000, None)], reason="test", actor=SYSTEM)
    made = services.create_trial(trial_draft(code), actor=SYSTEM)
    clerk = Actor("staff", None, "clerk", frozenset({"trials.manage"}))
    with pytest.raises(ValidationFailed) as low:
        services.publish_trial(made, actor=clerk)
    assert [(e.loc, e.code) for e in low.value.errors] == [("sku_id", "below_floor")]
    services.publish_trial(made, actor=make.staff("marketing"))


def test_an_application_is_one_and_has_what_it_needs() -> None:
    view = trial(questions=("多久喝一次茶？",))
    who = taster()
    for more, loc in (
        ({"reason": "想要"}, "reason"),
        ({"answers": []}, "answers.0"),
        ({"answers": ["a", "b"]}, "answers"),
        ({"word": "不行"}, "word"),
    ):
        with pytest.raises(ValidationFailed) as wrong:
            ask(view, who, **more)
        assert loc in [error.loc for error in wrong.value.errors]
    with pytest.raises(NotFound):  # somebody else's address
        other = taster()
        ask(view, other, address_id=ask(view, who).id + 10**6)
    with pytest.raises(AlreadyApplied) as twice:
        ask(view, who)
    assert twice.value.extra == {"number": 1}
    assert selectors.trial(view.id).applied == 1
    assert audit.history(target_type="trial", target_id=str(view.id))[0]["action"] == "trials.apply"
    assert not invariants.check(INVARIANTS)


def test_whom_it_is_for() -> None:
    who = taster()
    assert who.id is not None
    assert ask(trial(tiers=("basic",)), who).number == 1
    members.save_tier("gold", TierDraft("金卡", 2), actor=SYSTEM)
    for more, reason in (
        ({"tiers": ("gold",)}, "tier"),
        ({"audience": "old"}, "old"),
        ({"min_points": 50}, "points"),
    ):
        with pytest.raises(TrialNotForYou) as refused:
            ask(trial(**more), who)
        assert refused.value.extra == {"reason": reason}
    members.adjust(who.id, 60, reason="test", actor=SYSTEM)
    ask(trial(min_points=50), who)
    buy((goods(1_000)[0], 1), member_id=who.id)
    ask(trial(audience="old"), who)
    with pytest.raises(TrialNotForYou):
        ask(trial(audience="new"), who)


def test_when_it_is_open() -> None:
    soon = trial(starts_at=clock.now() + timedelta(hours=1))
    with pytest.raises(TrialNotOpen) as early:
        ask(soon)
    assert early.value.extra == {"reason": "not_started"}
    over = trial()
    outlive(over)
    with pytest.raises(TrialNotOpen) as late:
        ask(over)
    assert late.value.extra == {"reason": "over"}
    services.call_off(soon.id, reason="包装有误", actor=SYSTEM)
    with pytest.raises(TrialNotOpen) as off:
        ask(soon)
    assert off.value.extra == {"reason": "called_off"}


def test_a_draw_anybody_can_repeat_makes_ordinary_orders() -> None:
    (code,) = goods(10_000, stock=3, cost=4_000)
    view = trial(code, pieces=2)
    asked = [ask(view, word=f"w{i}") for i in range(5)]
    done = drawn(view)
    assert (done.stage, done.given, len(done.seed)) == ("decided", 2, 64)
    found = [selectors.application(each.id) for each in asked]
    assert selectors.recomputed(done, found) == {each.number: each.rank for each in found}
    best = sorted(found, key=lambda each: each.rank)
    assert [each.state for each in best] == ["won", "won", "lost", "lost", "lost"]
    assert stock.available([done.sku_id])[done.sku_id] == 1
    order = orders.find(best[0].order_number)
    assert order is not None
    assert (order["kind"], order["status"], order["total"], order["member_id"]) == (
        "trial",
        "paid",
        0,
        best[0].member_id,
    )
    assert orders.facts.period_totals(clock.now() - timedelta(days=9), clock.now() + timedelta(days=9)) == []  # no sale
    (line,) = order["lines"]
    assert (line["unit_price"], line["payable"], line["special"]["kind"], line["special"]["sale_price"]) == (
        0,
        0,
        "trial",
        10_000,
    )
    assert order["city"] == "杭州市"
    assert order["dispatch_due_at"] is not None
    # where it was to be sent stands on the order of the winners, and nowhere else
    assert db.row("select count(*)::int as n from trials_application where address is not null") == {"n": 0}
    assert services.draw_due(actor=SYSTEM) == 0
    assert not invariants.check()


def test_fewer_applicants_than_pieces_leave_the_rest_free() -> None:
    (code,) = goods(10_000, stock=5)
    view = trial(code, pieces=5)
    ask(view)
    done = drawn(view)
    assert (done.given, stock.available([done.sku_id])[done.sku_id]) == (1, 4)
    assert drawn(trial()).given == 0
    assert not invariants.check()


def test_a_bent_draw_is_found() -> None:
    view = trial(pieces=1)
    for i in range(3):
        ask(view, word=f"w{i}")
    done = drawn(view)
    assert not invariants.check(INVARIANTS)
    bend("update trials_application set word = 'other' where trial_id = %s and number = 2", (done.id,))
    assert {v.invariant.name for v in invariants.check(INVARIANTS)} == {"trials.draws_follow_the_seed"}


def test_staff_choose_with_a_reason_until_no_piece_is_left() -> None:
    view = choosing(pieces=1)
    one, two = ask(view), ask(view)
    desk = make.staff("marketing")
    with pytest.raises(WrongState):
        services.choose(one.id, reason="好", actor=desk)  # people may still apply
    outlive(view)
    with pytest.raises(ValidationFailed):
        services.choose(one.id, reason=" ", actor=desk)
    number = services.choose(one.id, reason="回答认真", actor=desk)
    assert orders.find(number)["status"] == "paid"
    with pytest.raises(NoPieceLeft):
        services.choose(two.id, reason="也好", actor=desk)
    services.finish(view.id, actor=desk)
    chosen, other = selectors.application(one.id), selectors.application(two.id)
    assert (chosen.state, chosen.decided_why, chosen.decided_by) == ("won", "回答认真", desk.label)
    assert other.state == "lost"
    assert selectors.trial(view.id).stage == "decided"
    assert not invariants.check()


def test_freight_is_paid_before_anything_leaves_or_the_piece_lapses() -> None:
    view = trial(freight=1_000, pieces=1)
    one = ask(view)
    drawn(view)
    number = selectors.application(one.id).order_number
    order = orders.find(number)
    assert order is not None
    assert (order["status"], order["total"], order["shipping_total"]) == ("pending_payment", 1_000, 1_000)
    with clock.at(clock.now() + timedelta(hours=49)):
        assert order_services.expire_due() == 1
    assert services.note_cancelled([number]) == 1
    assert selectors.application(one.id).state == "lapsed"
    assert services.note_cancelled([number]) == 0
    assert stock.available([view.sku_id])[view.sku_id] == 100
    assert not invariants.check()


def test_a_piece_whose_order_is_cancelled_lapses() -> None:
    view = trial(pieces=1)
    one = ask(view)
    drawn(view)
    order_services.cancel(selectors.application(one.id).order_number, actor=SYSTEM, reason="staff")
    relay()
    assert selectors.application(one.id).state == "lapsed"
    assert not invariants.check()


def test_a_report_is_owed_from_delivery_until_it_is_written() -> None:
    view = trial(pieces=1, report_days=10)
    who = taster()
    one = ask(view, who)
    drawn(view)
    assert not selectors.application(one.id).owes
    arrive(one)
    relay()
    found = selectors.application(one.id)
    assert found.owes
    assert found.report_due is not None
    assert found.delivered_at is not None
    assert found.report_due - found.delivered_at == timedelta(days=10)
    other = trial()
    with pytest.raises(ReportOwed) as owed:
        ask(other, who)
    assert owed.value.extra == {"order": found.order_number}
    servicedesk.post_review(found.order_number, 1, rating=4, text="很香，回甘明显", actor=who)
    relay()
    found = selectors.application(one.id)
    assert (found.owes, found.rating) == (False, 4)
    ask(other, who)
    stats = selectors.reports([view.id])[view.id]
    assert (stats.delivered, stats.given, stats.owed, stats.rating) == (1, 1, 0, 400)
    assert not invariants.check()


def test_reminders_go_out_once_and_a_report_can_be_let_off() -> None:
    view = trial(pieces=1, report_days=10)
    who = taster()
    one = ask(view, who)
    drawn(view)
    arrive(one)
    relay()
    assert services.remind() == 0
    with clock.at(clock.now() + timedelta(days=8)):
        assert services.remind() == 1
        assert services.remind() == 0
        assert selectors.overdue_count() == 0
    with clock.at(clock.now() + timedelta(days=11)):
        assert selectors.overdue_count() == 1
        assert [each.id for each in selectors.applications(only="overdue").items] == [one.id]
    services.waive_report(one.id, reason="快递压坏了", actor=make.staff("marketing"))
    with pytest.raises(WrongState):
        services.waive_report(one.id, reason="再来", actor=SYSTEM)
    ask(trial(), who)


def test_calling_off_frees_what_nobody_has() -> None:
    view = choosing(pieces=2)
    one, two = ask(view), ask(view)
    outlive(view)
    services.choose(one.id, reason="认真", actor=SYSTEM)
    services.call_off(view.id, reason="批次有问题", actor=SYSTEM)
    done = selectors.trial(view.id)
    assert (done.stage, done.end_reason) == ("called_off", "批次有问题")
    assert [selectors.application(each.id).state for each in (one, two)] == ["won", "lost"]
    assert stock.available([view.sku_id])[view.sku_id] == 99
    with pytest.raises(WrongState):
        services.call_off(view.id, reason="再来", actor=SYSTEM)
    assert not invariants.check()


def test_a_full_list_costs_no_more_than_a_short_one(django_assert_num_queries: Any) -> None:
    view = trial()
    who = taster()
    ask(view, who)
    assert who.id is not None
    for _ in range(2):
        with django_assert_num_queries(2):
            selectors.of_member(who.id)
        ask(trial(), who)
    assert mall_settings.get("trials.pieces_max") == 500
