"""Trials by API: staff make them, choose, and let off; programs of the shop apply."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import accounts as make
from tests.factories.campaigns import sku_id
from tests.factories.shop import goods, open_shop
from tests.factories.trials import WHY, ask, drawn, outlive, trial
from tests.support.api import Caller, ok, refused
from zhanggui.trials import selectors

pytestmark = pytest.mark.django_db


def test_from_the_draft_to_the_piece() -> None:
    open_shop()
    desk = Caller(make.staff_token("marketing"))
    body = {
        "slug": "tea", "label_zh": "新茶试喝", "sku_id": sku_id(goods(10_000)[0]), "pieces": 1, "selection": "choice",
        "starts_at": "2026-01-01T00:00:00+08:00", "ends_at": "2030-01-01T00:00:00+08:00",
    }  # fmt: skip
    made = ok(desk.post("ops/v1/trials", body), 201)
    path = f"ops/v1/trials/{made['id']}"
    refused(desk.put(path, body | {"report_days": 1}), 422, "validation_error")
    assert ok(desk.put(path, body | {"report_days": 7}))["report_days"] == 7
    published = ok(desk.post(f"{path}/publish"))
    assert (published["stage"], published["seed"]) == ("open", "")
    refused(desk.delete(path), 409, "wrong_state")
    view = selectors.trial(made["id"])
    one = ask(view)
    refused(desk.post(f"ops/v1/trial-applications/{one.id}/choose", {"reason": "好"}), 409, "wrong_state")
    outlive(view)
    chosen = ok(desk.post(f"ops/v1/trial-applications/{one.id}/choose", {"reason": "认真"}))
    assert (chosen["state"], bool(chosen["order_number"])) == ("won", True)
    assert ok(desk.get(f"{path}/applications?only=won"))["items"][0]["number"] == 1
    assert ok(desk.post(f"ops/v1/trial-applications/{one.id}/waive", {"reason": "压坏了"}))["waived_why"] == "压坏了"
    assert ok(desk.post(f"{path}/finish"))["state"] == "decided"
    refused(desk.post(f"{path}/call-off", {"reason": "x"}), 409, "wrong_state")
    assert len(ok(desk.get("ops/v1/trials"))["items"]) == 1


def test_a_program_applies_for_its_member_and_reads_what_became_of_it() -> None:
    open_shop()
    view = trial(questions=("平时喝什么茶？",), notes_zh="每人一份", freight=0)
    number = "13800138111"
    guest, member = Caller(), Caller(make.member_token(number))
    shown = ok(guest.get("store/v1/trials"))["items"]
    assert [(one["slug"], one["stage"], one["product"]["price"]["amount"], one["seed"]) for one in shown] == [
        (view.slug, "open", 10_000, None)
    ]
    path = f"store/v1/trials/{view.slug}"
    assert ok(guest.get(path)) == shown[0]
    refused(guest.get("store/v1/trials/no-such"), 404, "not_found")
    address = {
        "name": "李雷",
        "mobile": number,
        "province": "浙江省",
        "city": "杭州市",
        "district": "西湖区",
        "line": "文三路 1 号",
    }
    kept = ok(member.post("store/v1/me/addresses", address), 201)
    body = {"reason": WHY, "word": "lucky", "address_id": kept["id"], "answers": ["岩茶"]}
    refused(guest.post(f"{path}/applications", body), 401, "not_signed_in")
    refused(member.post(f"{path}/applications", body | {"word": "有空格 的"}), 422, "validation_error")
    refused(member.post(f"{path}/applications", body | {"reason": "想"}), 422, "validation_error")
    made = ok(member.post(f"{path}/applications", body), 201)
    assert (made["number"], made["state"], made["order"]) == (1, "applied", None)
    assert refused(member.post(f"{path}/applications", body), 409, "trial_already_applied")["number"] == 1
    drawn(view)
    mine = ok(member.get("store/v1/me/trials"))["items"]
    assert [(one["state"], one["trial"]["stage"], bool(one["order"])) for one in mine] == [("won", "decided", True)]
    record = ok(guest.get(f"{path}/record"))["items"]
    assert [(line["member"], line["won"], line["rank"] == line["computed"]) for line in record] == [
        ("138****8111", True, True)
    ]
    assert len(ok(guest.get(path))["seed"]) == 64


def test_a_list_of_trials_costs_the_same_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    open_shop()
    trial()
    guest = Caller()
    ok(guest.get("store/v1/trials"))
    with CaptureQueriesContext(connection) as few:
        ok(guest.get("store/v1/trials"))
    trial()
    trial()
    with django_assert_num_queries(len(few)):
        assert len(ok(guest.get("store/v1/trials"))["items"]) == 3
