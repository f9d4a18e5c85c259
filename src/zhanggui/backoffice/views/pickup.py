"""自提点: what comes to a pickup point, waits there and is handed over for its code; and the points themselves."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.accounts import selectors as accounts
from zhanggui.fulfilment import selectors, services
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.kernel.provinces import PROVINCES
from zhanggui.orders import selectors as orders
from zhanggui.pickup import selectors as points
from zhanggui.pickup import services as point_services
from zhanggui.pickup.types import PickupPoint, PointDraft
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from .. import goods
from ..access import actor, carry_out, id_in, ids_in, number_in, see_other, staff, typed
from ..messages import flash

HERE, POINTS = "/office/pickup", "/office/pickup-points"
HAND_OVER = "fulfilment.hand_over"
FIELDS = ("name", "name_en", "province", "city", "district", "address", "hours", "phone")


@staff(HAND_OVER, methods=("GET",))
def desks(request: HttpRequest) -> HttpResponse:
    """The points this colleague may work at; the only one opens by itself."""
    mine = _mine(request)
    if len(mine) == 1:
        return see_other(f"{HERE}/{mine[0].code}")
    return page.render(request, "backoffice/pickup.html", points=mine, counts=selectors.collection_counts())


@staff(HAND_OVER)
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """One point: scan or type a code, look at the goods, hand them over; what comes, waits, and has waited too long."""
    point = next((one for one in _mine(request) if one.code == code), None)
    if point is None:
        raise NotFound()
    if request.method != "POST":
        return _desk(request, point)
    given, who, where = request.POST, actor(request), f"{HERE}/{code}"
    do, number = given.get("do", ""), given.get("order", "")[:40]
    said = given.get("code", "")[:80]
    if do == "look":
        try:
            return _desk(request, point, found=services.look_up(said, point=code, actor=who).order_number, said=said)
        except Problem as problem:
            return _stopped(request, point, problem)
    acts: dict[str, tuple[Any, Text]] = {
        "give": (
            partial(services.give_out, said, point=code, actor=who),
            Text("已交付，订单已签收", "Handed over: the order is delivered"),
        ),
        "arrive": (
            partial(services.pickup_arrived, given.getlist("orders"), point=code, actor=who),
            Text("已收件，买家可以来取了", "Received: the buyers can come"),
        ),
        "keep": (
            partial(services.keep_longer, number, number_in(given.get("days", ""), 2) or 0, actor=who),
            Text("已延长保管", "Kept longer"),
        ),
        "back": (
            partial(services.take_back, number, reason=given.get("reason", ""), actor=who),
            Text("已登记退回，请在订单里处理退款", "It goes back; settle the money on the order"),
        ),
    }  # fmt: skip
    if do not in acts:
        raise NotFound()
    return carry_out(request, acts[do][0], acts[do][1], where=where, refused=lambda p: _stopped(request, point, p))


def _stopped(request: HttpRequest, point: PickupPoint, problem: Problem) -> HttpResponse:
    if problem.extra.get("permission"):
        raise problem
    lang = language.current()
    words = " ".join(str(error.as_dict(lang)["message"]) for error in problem.errors) or problem.detail(lang)
    return _desk(request, point, stopped={"what": words, "todo": "", "stop": problem.code}, status=problem.status)


def _desk(
    request: HttpRequest, point: PickupPoint, *, found: str = "", said: str = "", stopped: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    order = orders.find(found) if found else None
    ready = selectors.collections_at(point.code, states=["ready"])
    now = clock.now()
    return page.render(
        request, "backoffice/pickup_desk.html", status=status, point=point, several=len(_mine(request)) > 1, stopped=stopped,
        order=goods.called([order])[0] if order else None, said=said, form=FormState.of({}),
        coming=selectors.collections_at(point.code, states=["coming"]),
        ready=[one for one in ready if one.keep_until and one.keep_until > now],
        overdue=[one for one in ready if one.keep_until and one.keep_until <= now],
        over=selectors.collections_at(point.code, states=["handed", "back"], limit=10),
        may_take_back=actor(request).may("fulfilment.ship"), may_see=actor(request).may("orders.view"),
    )  # fmt: skip


def _mine(request: HttpRequest) -> list[PickupPoint]:
    who = actor(request)
    return [one for one in points.all_points() if not one.staff or who.id in one.staff]


@staff("pickup.view", post="pickup.manage")
def all_points(request: HttpRequest) -> HttpResponse:
    """The points; a new one, or another word on one (`point`)."""
    code = (request.GET.get("point", "") or request.POST.get("point", ""))[:40]
    chosen = points.point(code) if code else None
    form, status = FormState.of(_values(chosen)), 200
    if request.method == "POST":
        given, errors = request.POST, list[FieldError]()
        try:
            days = goods.units(given.get("keep_days", ""), "keep_days", errors)
            if errors:
                raise ValidationFailed(errors=errors)
            draft = PointDraft(
                **{name: given.get(name, "") for name in FIELDS},
                warehouse_id=id_in(given.get("warehouse_id", "")), keep_days=days or 0,
                active=given.get("active") == "1", staff=tuple(ids_in(given.getlist("staff"))),
            )  # fmt: skip
            point_services.save_point(code or given.get("code", "").strip(), draft, actor=actor(request))
            return flash(see_other(POINTS), Text("已保存", "Saved"))
        except Problem as problem:
            if problem.extra.get("permission"):
                raise
            form, status = typed(request, problem), problem.status
    return page.render(
        request, "backoffice/pickup_points.html", status=status, form=form, points=points.all_points(), chosen=chosen,
        counts=selectors.collection_counts(), provinces=PROVINCES,
        warehouses=[(one.id, one.name) for one in inventory.warehouses(own_only=True)],
        colleagues=[(one.id, one.name) for one in accounts.staff_list(limit=200) if one.is_active],
        may_change=actor(request).may("pickup.manage"), may_hand_over=actor(request).may(HAND_OVER),
    )  # fmt: skip


def _values(chosen: PickupPoint | None) -> dict[str, Any]:
    if chosen is None:
        return {"active": "1", "keep_days": 7}
    return {name: getattr(chosen, name) for name in FIELDS} | {
        "warehouse_id": chosen.warehouse_id or "", "keep_days": chosen.keep_days, "active": "1" if chosen.active else "",
        "staff": [str(one) for one in chosen.staff],
    }  # fmt: skip


urlpatterns = [
    path("pickup", desks, name="office-pickup"),
    path("pickup/<str:code>", desk, name="office-pickup-desk"),
    path("pickup-points", all_points, name="office-pickup-points"),
]
