"""The life of a promotion and what its editor is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories.accounts import staff
from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.promotions import draft, live, live_coupon
from zhanggui.catalog.selectors import brands, categories
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed, WrongState
from zhanggui.promotions import locks, selectors, services
from zhanggui.promotions.types import CouponDraft

pytestmark = pytest.mark.django_db


def running() -> list[int]:
    return [rule.rule.id for rule in selectors.live_rules(now()).rules]


def announced() -> list[str]:
    return [row["name"] for row in db.rows("select name from kernel_outboxevent order by id")]


def test_a_promotion_lives_its_states_and_counts_at_once() -> None:
    promotion_id = services.create_promotion(draft(), actor=SYSTEM)
    assert running() == []
    services.publish(promotion_id, actor=SYSTEM)
    assert running() == [promotion_id]
    services.pause(promotion_id, actor=SYSTEM, reason="库存不足")
    assert running() == []
    services.resume(promotion_id, actor=SYSTEM)
    assert running() == [promotion_id]
    services.end(promotion_id, actor=SYSTEM)
    assert running() == []
    assert announced() == [
        "promotions.promotion_published", "promotions.promotion_paused",
        "promotions.promotion_published", "promotions.promotion_ended",
    ]  # fmt: skip
    rows = audit.history(target_type="promotion", target_id=str(promotion_id))
    assert [row["action"] for row in reversed(rows)] == [
        f"promotions.{verb}" for verb in ("create", "publish", "pause", "resume", "end")
    ]
    assert rows[2]["reason"] == "库存不足"


@pytest.mark.parametrize(
    ("state", "action"), [("live", "publish"), ("live", "resume"), ("ended", "end"), ("ended", "publish")]
)
def test_steps_the_state_does_not_have_are_refused(state: str, action: str) -> None:
    promotion_id = live()
    if state == "ended":
        services.end(promotion_id, actor=SYSTEM)
    with pytest.raises(WrongState):
        getattr(services, action)(promotion_id, actor=SYSTEM)


def test_what_is_over_is_not_published() -> None:
    over = draft(starts_at=now() - timedelta(days=2), ends_at=now() - timedelta(days=1))
    promotion_id = services.create_promotion(over, actor=SYSTEM)
    with pytest.raises(ValidationFailed) as caught:
        services.publish(promotion_id, actor=SYSTEM)
    assert [(e.loc, e.code) for e in caught.value.errors] == [("ends_at", "already_over")]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"kind": "lottery"}, ["kind:unknown"]),
        ({"label_zh": "  "}, ["label_zh:required"]),
        ({"label_zh": "长" * 81}, ["label_zh:too_long"]),
        ({"label_zh": "a\x00b"}, ["label_zh:characters"]),
        ({"scope": {}}, ["scope:choose_goods"]),
        ({"scope": {"all": True, "products": [1]}}, ["scope:choose_goods"]),
        ({"scope": {"products": ["1"]}}, ["scope.products:ids", "scope:choose_goods"]),
        ({"scope": {"products": [2**63]}}, ["scope.products:ids", "scope:choose_goods"]),
        ({"scope": {"all": "yes"}}, ["scope.all:type"]),
        ({"scope": {"all": True, "exclude": {"all": True}}}, ["scope.exclude.all:unknown_field"]),
        ({"ends_at": datetime(2000, 1, 1, tzinfo=now().tzinfo)}, ["ends_at:before_start"]),
        ({"ends_at": datetime(2000, 1, 1)}, ["ends_at:offset"]),  # noqa: DTZ001
        ({"daily": [{"from": "9:00", "to": "25:00"}]}, ["daily.0.from:time", "daily.0.to:time"]),
        ({"daily": [{"from": "09:00", "to": "09:00"}]}, ["daily.0.to:empty"]),
        ({"daily": "always"}, ["daily:range"]),
        ({"use_limit": 0}, ["use_limit:range"]),
        ({"per_holder_limit": -1}, ["per_holder_limit:range"]),
        ({"budget": 0}, ["budget:range"]),
        ({"priority": 40000}, ["priority:range"]),
        ({"exclusive_group": "x" * 41}, ["exclusive_group:invalid"]),
        ({"coupon": CouponDraft()}, ["coupon:not_a_coupon"]),
        ({"kind": "coupon", "config": {"off": 1}}, ["coupon:required"]),
        (
            {"kind": "coupon", "config": {"off": 1}, "coupon": CouponDraft(per_member_limit=0, issue_limit=0)},
            ["coupon.per_member_limit:range", "coupon.issue_limit:range"],
        ),
        (
            {"config": {"steps": 5}, "budget": -4, "label_zh": ""},
            ["config.steps:range", "label_zh:required", "budget:range"],
        ),
    ],
)
def test_a_faulty_draft_names_every_field(change: dict[str, Any], faults: list[str]) -> None:
    with pytest.raises(ValidationFailed) as caught:
        services.create_promotion(draft(**change), actor=SYSTEM)
    assert [f"{error.loc}:{error.code}" for error in caught.value.errors] == faults
    assert db.rows("select 1 from promotions_promotion") == []


def test_goods_must_be_in_the_catalogue() -> None:
    tea = make_product("龙井", skus=2, category=make_category("茶"), brand=make_brand("西湖"))
    good = {
        "products": [tea.id], "categories": [c.id for c in categories()], "brands": [b.id for b in brands()],
        "skus": [sku.id for sku in tea.skus],
    }  # fmt: skip
    services.create_promotion(draft(scope={**good, "exclude": {**good, "skus": good["skus"][:1]}}), actor=SYSTEM)
    strange = {name: [*ids, 10**9] for name, ids in good.items()}
    with pytest.raises(ValidationFailed) as caught:
        services.create_promotion(draft(scope={**strange, "exclude": {"skus": [10**9]}}), actor=SYSTEM)
    assert [f"{error.loc}:{error.code}" for error in caught.value.errors] == [
        "scope.products:unknown", "scope.categories:unknown", "scope.brands:unknown", "scope.skus:unknown",
        "scope.exclude.skus:unknown",
    ]  # fmt: skip


def test_a_change_is_in_force_at_once_and_recorded() -> None:
    promotion_id = live()
    services.update_promotion(promotion_id, draft(label_zh="新活动", priority=7), actor=SYSTEM)
    rule = selectors.live_rules(now()).rules[0].rule
    assert (rule.label.zh, rule.priority) == ("新活动", 7)
    row = audit.history(target_type="promotion", target_id=str(promotion_id))[0]
    assert (row["before"]["label_zh"], row["after"]["label_zh"]) == ("活动", "新活动")
    assert announced()[-1] == "promotions.promotion_changed"


def test_limits_move_but_do_not_appear_or_go_once_published() -> None:
    promotion_id = live(use_limit=5)
    locks.take(
        [{"draft": 0, "kind": "promotion", "id": promotion_id, "holder": "m:1", "amount": 9, "order_number": "A"}]
    )
    services.update_promotion(promotion_id, draft(use_limit=1), actor=SYSTEM)
    changes: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["use_limit:fixed"]),
        ({"use_limit": 5, "budget": 100}, ["budget:fixed"]),
    ]
    for limits, faults in changes:
        with pytest.raises(ValidationFailed) as caught:
            services.update_promotion(promotion_id, draft(**limits), actor=SYSTEM)
        assert [f"{error.loc}:{error.code}" for error in caught.value.errors] == faults
    services.update_promotion(promotion_id, draft(use_limit=6), actor=SYSTEM)
    locks.take(
        [{"draft": 0, "kind": "promotion", "id": promotion_id, "holder": "m:1", "amount": 9, "order_number": "B"}]
    )
    with pytest.raises(ValidationFailed) as caught:
        services.update_promotion(promotion_id, draft(use_limit=1), actor=SYSTEM)
    assert [f"{error.loc}:{error.code}" for error in caught.value.errors] == ["use_limit:below_used"]


def test_kind_and_end_are_final() -> None:
    promotion_id = live()
    with pytest.raises(ValidationFailed) as caught:
        services.update_promotion(promotion_id, draft("limited_discount", {"price": 1}), actor=SYSTEM)
    assert [f"{error.loc}:{error.code}" for error in caught.value.errors] == ["kind:fixed"]
    services.end(promotion_id, actor=SYSTEM)
    with pytest.raises(WrongState):
        services.update_promotion(promotion_id, draft(), actor=SYSTEM)
    with pytest.raises(NotFound):
        services.update_promotion(promotion_id + 1, draft(), actor=SYSTEM)


def test_rights_are_asked_and_nothing_happens_without() -> None:
    clerk = Actor("staff", 1, "clerk", frozenset({"promotions.view"}))
    promotions_only = Actor("staff", 2, "promoter", frozenset({"promotions.manage"}))
    promotion_id, coupon_id = live(), live_coupon()
    for actor, call in (
        (clerk, lambda a: services.create_promotion(draft(), actor=a)),
        (clerk, lambda a: services.pause(promotion_id, actor=a)),
        (clerk, lambda a: services.update_promotion(promotion_id, draft(priority=1), actor=a)),
        (promotions_only, lambda a: services.end(coupon_id, actor=a)),
        (promotions_only, lambda a: services.generate_codes(coupon_id, 5, actor=a)),
        (promotions_only, lambda a: services.add_code(coupon_id, "ABC", actor=a)),
        (promotions_only, lambda a: services.grant(coupon_id, [1], actor=a)),
    ):
        with pytest.raises(PermissionDenied):
            call(actor)
    assert selectors.promotion(coupon_id).state == selectors.promotion(promotion_id).state == "live"
    assert selectors.codes(coupon_id) == []
    services.pause(promotion_id, actor=staff("marketing"))
    assert selectors.promotion(promotion_id).state == "paused"


def test_views_and_pages() -> None:
    made = [live(label_zh=f"活动{n}") for n in range(3)]
    coupon_id = live_coupon()
    first = selectors.promotion_page(limit=2)
    assert [view.id for view in first.items] == [coupon_id, made[2]]
    second = selectors.promotion_page(limit=2, cursor=first.next_cursor or "")
    assert [view.id for view in second.items] == [made[1], made[0]]
    assert second.next_cursor is None
    assert [view.id for view in selectors.promotion_page(by_code=True).items] == [coupon_id]
    assert [view.id for view in selectors.promotion_page(by_code=False, state="live").items] == made[::-1]
    view = selectors.promotion(made[0])
    assert view.draft == replace(draft(label_zh="活动0"), starts_at=view.draft.starts_at, daily=[])
    assert view.actions == ("pause", "end")
    with pytest.raises(NotFound):
        selectors.promotion(10**9)
