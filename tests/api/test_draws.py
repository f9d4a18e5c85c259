"""Draws by API: staff make them, members draw, anybody checks."""

from __future__ import annotations

import hmac
from dataclasses import asdict

import pytest

from tests.factories import accounts as make
from tests.factories.draws import draw, draw_draft, nothing, outlive, points
from tests.support.api import Caller, ok, refused
from zhanggui.draws import services
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


def test_from_the_draft_to_the_check() -> None:
    desk, guest, member = Caller(make.staff_token("marketing")), Caller(), Caller(make.member_token("13800138000"))
    terms = {
        "slug": "spring", "label_zh": "春日抽奖", "label_en": "Spring draw", "per_day": 2, "price": 0,
        "starts_at": "2026-01-01T00:00:00+08:00", "ends_at": "2030-01-01T00:00:00+08:00",
        "prizes": [asdict(points(4000)), asdict(nothing(6000))],
    }  # fmt: skip
    made = ok(desk.post("ops/v1/draws", terms), 201)
    path = f"ops/v1/draws/{made['id']}"
    refused(guest.get("store/v1/draws/spring"), 404, "not_found")
    wrong = refused(
        desk.put(path, terms | {"prizes": [asdict(points(1)), asdict(nothing(6000))]}), 409, "validation_error"
    )
    assert [error["code"] for error in wrong["errors"]] == ["odds_total"]
    ok(desk.put(path, terms | {"per_member": 9}))
    published = ok(desk.post(f"{path}/publish"))
    assert (published["seed"], len(published["commitment"])) == ("", 64)
    shown = ok(guest.get("store/v1/draws/spring"))
    assert [(p["odds"], p["low"], p["high"], p["left"]) for p in shown["prizes"]] == [
        (4000, 0, 4000, 1000), (6000, 4000, 10_000, None),
    ]  # fmt: skip
    assert (shown["seed"], shown["commitment"]) == (None, published["commitment"])

    def draw_once(key: str, nonce: str = "seven") -> object:
        return member.post("store/v1/draws/spring/chances", {"nonce": nonce}, idempotency_key=key)

    first = ok(draw_once("a"), 201)
    assert ok(draw_once("a"), 201) == first
    refused(draw_once("a", "eight"), 409, "idempotency_conflict")
    refused(member.post("store/v1/draws/spring/chances", {"nonce": "x"}), 422, "validation_error")
    ok(draw_once("b"), 201)
    refused(draw_once("c"), 409, "draw_no_chances_left")
    refused(guest.post("store/v1/draws/spring/chances", {"nonce": "x"}, idempotency_key="k"), 401, "not_signed_in")
    mine = ok(member.get("store/v1/draws/spring/chances"))
    assert (mine["left_today"], mine["left"], len(mine["chances"])) == (0, 7, 2)
    assert ok(guest.get("store/v1/draws/spring/record"))["items"][1]["computed"] is None

    refused(desk.post(f"{path}/end", {}), 409, "validation_error")
    seed = ok(desk.post(f"{path}/end", {"reason": "奖品有误"}))["seed"]
    record = ok(guest.get("store/v1/draws/spring/record"))["items"]
    assert [(r["member"], r["computed"]) for r in record] == [("138****8000", r["roll"]) for r in record]
    for line in record:
        digest = hmac.digest(seed.encode(), f"{made['id']}:{line['sequence']}:{line['nonce']}".encode(), "sha256")
        assert int.from_bytes(digest[:4], "big") % 10_000 == line["roll"]
    assert len(ok(desk.get(f"{path}/chances"))["items"]) == 2
    assert len(ok(desk.get(f"{path}/chances?won=true"))["items"]) == sum(r["kind"] != "thanks" for r in record)
    refused(desk.delete(path), 409, "wrong_state")


def test_the_hall_shows_what_runs_and_what_is_over() -> None:
    running, gone = draw(), draw()
    services.create_draw(draw_draft(), actor=SYSTEM)
    outlive(gone)
    services.end_overdue(actor=SYSTEM)
    items = ok(Caller().get("store/v1/draws"))["items"]
    assert [(each["slug"], each["stage"]) for each in items] == [(running.slug, "running"), (gone.slug, "ended")]
