"""Trials, and members who apply for their pieces. All through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from tests.factories import accounts as make
from tests.factories import fulfilment
from tests.factories.campaigns import sku_id
from tests.factories.draws import bend
from tests.factories.shop import goods
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.clock import now
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.types import AddressInput
from zhanggui.trials import selectors, services
from zhanggui.trials.types import CHOICE, ApplicationView, TrialDraft, TrialView

_number = count(1)
WHY = "平时喝红茶，想试一试这款岩茶"


def trial_draft(code: str = "", **more: Any) -> TrialDraft:
    """Two pieces of a new article at 100 yuan, drawn, open since an hour ago for a day, unless told otherwise."""
    sku = sku_id(code or goods(10_000, cost=4_000)[0])
    base = TrialDraft(
        f"trial-{next(_number)}", "新茶试喝", sku, 2, now() - timedelta(hours=1), now() + timedelta(days=1)
    )
    return replace(base, **more)


def trial(code: str = "", **more: Any) -> TrialView:
    """A published trial."""
    trial_id = services.create_trial(trial_draft(code, **more), actor=SYSTEM)
    services.publish_trial(trial_id, actor=SYSTEM)
    return selectors.trial(trial_id)


def taster() -> Actor:
    """A new member with an address."""
    who = make.member()
    assert who.id is not None
    member_services.add_address(
        who.id, AddressInput("李雷", "13800138000", "浙江省", "杭州市", "西湖区", "文三路 1 号"), actor=who
    )
    return who


def address_of(who: Actor) -> int:
    assert who.id is not None
    return members.addresses(who.id)[0].id


def ask(view: TrialView, who: Actor | None = None, **more: Any) -> ApplicationView:
    """An application."""
    who = who or taster()
    assert who.id is not None
    given: dict[str, Any] = {
        "reason": WHY,
        "answers": ["每天"] * len(view.questions),
        "word": "lucky",
        "address_id": address_of(who),
    } | more
    return services.apply(view.slug, who.id, actor=who, **given)


def outlive(view: TrialView) -> None:
    """Its time to apply is over: the window is moved, which the mall itself never does."""
    bend(
        "update trials_trial set starts_at = kernel_now() - interval '3 hours', ends_at = kernel_now() - interval '1 minute'"
        " where id = %s",
        (view.id,),
    )


def drawn(view: TrialView) -> TrialView:
    """The same trial after its draw."""
    outlive(view)
    services.draw_due(actor=SYSTEM)
    return selectors.trial(view.id)


def choosing(**more: Any) -> TrialView:
    """A trial whose pieces staff give away."""
    return trial(selection=CHOICE, **more)


def arrive(application: ApplicationView) -> None:
    """The piece is delivered."""
    number = selectors.application(application.id).order_number
    fulfilment.deliver([fulfilment.ship(number)])
