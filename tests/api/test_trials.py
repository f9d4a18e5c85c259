"""Trials by API: staff make them, choose, and let off."""

from __future__ import annotations

import pytest

from tests.factories import accounts as make
from tests.factories.campaigns import sku_id
from tests.factories.shop import goods, open_shop
from tests.factories.trials import ask, outlive
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
