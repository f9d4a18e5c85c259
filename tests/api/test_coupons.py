"""Coupons in the large over the API: batches, sends, who has which code, what became of all of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import accounts as make
from tests.factories.promotions import live, live_coupon
from tests.factories.shop import buy, goods, open_shop
from tests.support.api import Caller, ok, refused
from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.clock import now
from zhanggui.promotions import selectors
from zhanggui.promotions.services import sends
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db
HERE = "ops/v1/coupons"


def staff(role: str) -> Caller:
    return Caller(make.staff_token(role))


def test_a_send_to_named_members_reaches_each_once_and_is_followed_to_its_end() -> None:
    desk, coupon_id = staff("marketing"), live_coupon()
    first, second = make.member(), make.member()
    body: dict[str, Any] = {"members": [str(first.id), str(second.id)], "key": "spring", "note": "春天"}
    assert ok(desk.post(f"{HERE}/{coupon_id}/sends/preview", {"members": body["members"]})) == {"count": 2}
    started = ok(desk.post(f"{HERE}/{coupon_id}/sends", body), 201)
    assert (started["state"], started["total"], started["audience"]) == ("waiting", 2, {"listed": 2})
    assert ok(desk.post(f"{HERE}/{coupon_id}/sends", body), 201)["id"] == started["id"]
    sends.carry_out(actor=SYSTEM)
    done = ok(staff("service").get(f"{HERE}/{coupon_id}/sends/{started['id']}"))
    assert (done["state"], done["sent"], done["had"], done["failure"]) == ("finished", 2, 0, "")
    assert [row["id"] for row in ok(desk.get(f"{HERE}/{coupon_id}/sends"))["items"]] == [started["id"]]
    assert len(selectors.wallet(first.id or 0, now())) == 1


def test_a_send_to_a_segment_reaches_who_is_in_it() -> None:
    open_shop()
    coupon_id, (tea,) = live_coupon(), goods(5000)
    buyer, other = make.member(), make.member()
    buy((tea, 1), member_id=buyer.id)
    desk = staff("marketing")
    assert ok(desk.post(f"{HERE}/{coupon_id}/sends/preview", {"audience": {"bought": True}})) == {"count": 1}
    ok(desk.post(f"{HERE}/{coupon_id}/sends", {"audience": {"bought": True}, "key": "k"}), 201)
    sends.carry_out(actor=SYSTEM)
    assert [len(selectors.wallet(person.id or 0, now())) for person in (buyer, other)] == [1, 0]


def test_what_cannot_be_sent_is_refused_by_its_field() -> None:
    desk, coupon_id, someone = staff("marketing"), live_coupon(), make.member()
    path = f"{HERE}/{coupon_id}/sends"

    def wrong(body: dict[str, Any], status: int = 409) -> set[str]:
        return {error["loc"] for error in refused(desk.post(path, body), status, "validation_error")["errors"]}

    assert wrong({"key": "k"}) == {"members"}
    assert wrong({"key": "k", "members": [str(someone.id)], "audience": {}}) == {"members"}
    assert wrong({"key": "k", "members": ["八", str(someone.id), "九", "13912345678"]}) == {
        "members.0", "members.2", "members.3",
    }  # fmt: skip
    assert wrong({"key": "k", "audience": {"birthday_month": 12}}) == {"members"}  # nobody
    assert wrong({"key": "k", "audience": {"birthday_month": 13}}, 422) == {"audience.birthday_month"}
    draft = {"members": [str(someone.id)], "key": "k"}
    refused(desk.post(f"{HERE}/{live()}/sends/preview", {"members": [str(someone.id)]}), 404, "not_found")
    refused(desk.post(f"{HERE}/999999999/sends", draft), 404, "not_found")
    assert db.rows("select 1 from promotions_couponsend") == []


def test_batches_are_listed_page_by_page_with_what_became_of_their_codes() -> None:
    desk, coupon_id = staff("marketing"), live_coupon()
    names = [
        ok(desk.post(f"{HERE}/{coupon_id}/batches", {"count": n, "note": f"第 {n} 批"}), 201)["batch"]
        for n in (1, 2, 3)
    ]
    assert ok(desk.post(f"{HERE}/{coupon_id}/batches/{names[1]}/void", {"reason": "印错"})) == {"voided": 2}
    first = ok(desk.get(f"{HERE}/{coupon_id}/batches?limit=2"))
    rest = ok(desk.get(f"{HERE}/{coupon_id}/batches?limit=2&cursor={first['next_cursor']}"))
    assert [(row["name"], row["made"], row["void"]) for row in first["items"] + rest["items"]] == [
        (names[2], 3, 0), (names[1], 2, 2), (names[0], 1, 0),
    ]  # fmt: skip
    assert rest["next_cursor"] is None
    refused(desk.get(f"{HERE}/{live()}/batches"), 404, "not_found")


def test_a_code_is_found_by_itself_by_its_member_and_by_its_order() -> None:
    open_shop()
    desk, coupon_id, (tea,), buyer = staff("marketing"), live_coupon(), goods(5000), make.member()
    member_id = buyer.id or 0
    ok(desk.post(f"{HERE}/{coupon_id}/grants", {"member_ids": [member_id]}))
    code = selectors.wallet(member_id, now())[0].code
    number = buy((tea, 1), member_id=member_id, coupons=(code,))
    for q in (code.lower(), str(member_id), number):
        (row,) = ok(desk.get(f"ops/v1/coupon-codes?q={q}"))["items"]
        assert (row["code"], row["member_id"], row["order_number"], row["amount"]) == (code, member_id, number, 1000)
    assert ok(desk.get("ops/v1/coupon-codes?q=NOTHING"))["items"] == []
    refused(desk.get("ops/v1/coupon-codes"), 422, "validation_error")
    refused(desk.post(f"{HERE}/{coupon_id}/codes/{row['id']}/void", {}), 409, "wrong_state")


def test_many_codes_of_a_member_come_page_by_page() -> None:
    desk, buyer = staff("marketing"), make.member()
    for _ in range(3):
        ok(desk.post(f"{HERE}/{live_coupon()}/grants", {"member_ids": [buyer.id]}))
    first = ok(desk.get(f"ops/v1/coupon-codes?q={buyer.id}&limit=2"))
    rest = ok(desk.get(f"ops/v1/coupon-codes?q={buyer.id}&limit=2&cursor={first['next_cursor']}"))
    found = [row["id"] for row in first["items"] + rest["items"]]
    assert (len(found), found, rest["next_cursor"]) == (3, sorted(found, reverse=True), None)


def test_the_funnel_goes_from_issued_to_revenue() -> None:
    open_shop()
    coupon_id, (tea,), desk = live_coupon(coupon=CouponDraft(claimable=True)), goods(5000), staff("marketing")
    people = [make.member().id or 0 for _ in range(2)]
    ok(desk.post(f"{HERE}/{coupon_id}/grants", {"member_ids": people}))
    buy((tea, 1), member_id=people[0], coupons=(selectors.wallet(people[0], now())[0].code,))
    found = ok(staff("editor").get(f"{HERE}/{coupon_id}/funnel"))
    assert [found[name] for name in ("issued", "held", "used", "orders", "discount")] == [2, 2, 1, 1, 1000]
    assert found["revenue"] == db.rows("select paid_total from orders_order")[0]["paid_total"] > 0
    last = ok(desk.get(f"{HERE}/{coupon_id}/days?days=7"))["items"]
    assert (len(last), last[-1]["held"], last[-1]["used"], last[-1]["revenue"]) == (7, 2, 1, found["revenue"])
    other = live_coupon()
    first = ok(desk.get("ops/v1/coupon-funnels?limit=1"))
    rest = ok(desk.get(f"ops/v1/coupon-funnels?limit=1&cursor={first['next_cursor']}"))
    assert [row["id"] for row in first["items"] + rest["items"]] == [other, coupon_id]
    refused(desk.get(f"{HERE}/{live()}/funnel"), 404, "not_found")


def test_who_may_look_may_not_hand_out_and_nobody_finds_codes_by_looking() -> None:
    coupon_id, service, editor = live_coupon(), staff("service"), staff("editor")
    ok(service.get(f"{HERE}/{coupon_id}/batches"))
    for method, path, body in (
        ("post", f"coupons/{coupon_id}/batches", {"count": 1}),
        ("post", f"coupons/{coupon_id}/sends", {"members": ["1"], "key": "k"}),
        ("post", f"coupons/{coupon_id}/sends/preview", {"audience": {}}),
        ("get", "coupon-codes?q=A", None),
        ("get", f"coupons/{coupon_id}/codes", None),
    ):
        for caller in (service, editor):
            refused(caller(method, f"ops/v1/{path}", body), 403, "permission_denied")
    refused(staff("warehouse").get("ops/v1/coupon-funnels"), 403, "permission_denied")
