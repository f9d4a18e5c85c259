"""A coupon sent to many: whom it reaches, that it reaches each once, whatever dies in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.factories.accounts import member, staff
from tests.factories.promotions import live_coupon
from tests.factories.sales import sell
from tests.support.races import repeat_together
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.kernel.invariants import check
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed, WrongState
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.orders import selectors as orders
from zhanggui.promotions import selectors, services
from zhanggui.promotions.invariants import INVARIANTS
from zhanggui.promotions.services import sends
from zhanggui.promotions.types import CouponAudience, CouponDraft

pytestmark = pytest.mark.django_db


def people(count: int) -> list[int]:
    return [member().id or 0 for _ in range(count)]


def send(coupon_id: int, to: list[int], key: str = "k", **more: Any) -> int:
    return services.start_send(coupon_id, to, key=key, audience=CouponAudience(), actor=SYSTEM, **more)


def counts(coupon_id: int, send_id: int) -> tuple[str, int, int, int]:
    row = selectors.send(coupon_id, send_id)
    return row["state"], row["total"], row["sent"], row["had"]


def test_everybody_meant_has_one_and_who_had_it_gets_no_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sends, "PART", 3)
    everybody = people(8)
    coupon_id = live_coupon(coupon=CouponDraft(valid_days=7))
    services.grant(coupon_id, everybody[:2], actor=SYSTEM)
    first = send(coupon_id, [*everybody, everybody[0]], note="周年")
    assert send(coupon_id, everybody[:1]) == first  # asked again, it is the same
    assert counts(coupon_id, first) == ("waiting", 8, 0, 0)
    sends.carry_out(actor=SYSTEM)
    sends.carry_out(actor=SYSTEM)
    assert counts(coupon_id, first) == ("finished", 8, 6, 2)
    assert [len(selectors.wallet(person, now())) for person in everybody] == [1] * 8
    assert selectors.wallet(everybody[7], now())[0].ends_at is not None
    (entry,) = audit.history(action="coupons.send")
    assert (entry["after"]["members"], entry["after"]["note"]) == (8, "周年")
    assert check(INVARIANTS) == []


def test_a_send_ends_with_the_coupons_and_with_the_coupon() -> None:
    everybody = people(5)
    short = live_coupon(coupon=CouponDraft(issue_limit=3))
    first = send(short, everybody)
    over = live_coupon()
    second = send(over, everybody, "k2")
    services.end(over, actor=SYSTEM)
    sends.carry_out(actor=SYSTEM)
    assert (counts(short, first), selectors.send(short, first)["failure"]) == (("stopped", 5, 3, 0), "none_left")
    assert (counts(over, second), selectors.send(over, second)["failure"]) == (("stopped", 5, 0, 0), "not_live")
    assert check(INVARIANTS) == []


def test_what_cannot_be_sent_is_refused_before_it_begins() -> None:
    coupon_id, (someone,) = live_coupon(), people(1)
    for wrong, code in (([], "range"), ([someone, 10**9], "unknown")):
        with pytest.raises(ValidationFailed) as caught:
            send(coupon_id, wrong)
        assert [(e.loc, e.code) for e in caught.value.errors] == [("members", code)]
    with pytest.raises(PermissionDenied):
        services.start_send(coupon_id, [someone], key="k", audience=CouponAudience(), actor=staff("warehouse"))
    services.pause(coupon_id, actor=SYSTEM)
    with pytest.raises(WrongState):
        send(coupon_id, [someone])


def test_whom_an_audience_means(django_assert_num_queries: Any) -> None:
    fresh, buyer, gone = people(3)
    sell(now(), member_id=buyer)
    sell(now() - timedelta(days=90), member_id=gone)
    db.execute("update members_member set created_at = %s where id = %s", (now() - timedelta(days=200), gone))
    db.execute("update members_member set birthday = '1990-05-03' where id = %s", (buyer,))
    member_services.set_tags(fresh, ["重点"], actor=SYSTEM)

    def found(**parts: Any) -> list[int]:
        return orders.members_matching(CouponAudience(**parts))

    assert found() == [fresh, buyer, gone]
    assert (found(bought=True), found(bought=False)) == ([buyer, gone], [fresh])
    assert found(inactive_days=60) == [gone]
    assert found(birthday_month=5) == [buyer]
    assert found(tags=("重点", "别的")) == [fresh]
    assert found(tiers=("basic",), bought=True) == [buyer, gone]
    with django_assert_num_queries(1):
        found(tiers=("gold",), tags=("x",), bought=True, inactive_days=3, birthday_month=1)


def test_a_list_of_mobiles_and_ids_names_members_and_says_whom_it_does_not_know() -> None:
    someone, other = member("13900001111"), member()
    found, unknown = members.ids_of(["139 0000 1111", str(other.id), "13912345678", "八", "999999999"])
    assert found == sorted([someone.id or 0, other.id or 0])
    assert sorted(unknown) == sorted(["13912345678", "八", "999999999"])


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_one_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sends, "PART", 2)
    everybody = people(12)
    coupon_id = live_coupon()
    first = send(coupon_id, everybody)
    outcomes = repeat_together(6, lambda: sends.carry_out(actor=SYSTEM))
    assert [outcome.error for outcome in outcomes if not outcome.ok] == []
    sends.carry_out(actor=SYSTEM)
    assert counts(coupon_id, first) == ("finished", 12, 12, 0)
    assert [len(selectors.wallet(person, now())) for person in everybody] == [1] * 12
    assert check(INVARIANTS) == []
