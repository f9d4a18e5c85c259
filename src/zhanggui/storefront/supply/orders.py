"""A purchase order as its supplier sees it: confirm it, announce what is on its way, write, print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.procurement import selectors, services
from zhanggui.procurement.errors import LinkVoid
from zhanggui.procurement.types import ConfirmedLine
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from .common import PRIVATE, day, see, shown, whole


def order(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The order; forms say with `do` what they want."""
    if request.method != "POST":
        return _shown(request, number, secret)
    acts: dict[str, Callable[[], Any]] = {
        "confirm": lambda: _confirm(request, number, secret),
        "ship": lambda: _announce(request, number, secret),
        "say": lambda: services.say(number, request.POST.get("text", ""), actor=GUEST, secret=secret),
    }
    wanted = request.POST.get("do", "")
    try:
        if wanted in acts:
            acts[wanted]()
    except LinkVoid:
        raise
    except Problem as problem:
        return _shown(request, number, secret, problem)
    return see(f"/supply/orders/{number}/{secret}", wanted)


def _shown(request: HttpRequest, number: str, secret: str, problem: Problem | None = None) -> HttpResponse:
    view = selectors.order_by_link(number, secret)
    initial: dict[str, Any] = {f"confirmed-{line.position}": line.wanted for line in view.lines}
    initial |= {"expected_on": view.expected_on.isoformat() if view.expected_on else ""}
    names = {f"lines.{line.position}.quantity": f"confirmed-{line.position}" for line in view.lines}
    form = FormState.of(initial)
    if problem is not None:
        form = FormState.failed(request.POST, problem, language.of(request), names=names, initial=initial)
    house = next((each for each in inventory.warehouses() if each.id == view.warehouse_id), None)
    return shown(
        request, "storefront/supply/order.html", status=problem.status if problem else 200, view=view, form=form,
        codes=catalog.sku_codes([line.sku_id for line in view.lines]), house=house.name if house else "", secret=secret,
        today=clock.business_date(), done=request.GET.get("done", "") if problem is None else "",
    )  # fmt: skip


def _confirm(request: HttpRequest, number: str, secret: str) -> None:
    errors: list[FieldError] = []
    expected = day(request.POST.get("expected_on", ""), "expected_on", errors, needed=True)
    lines = []
    for position in range(1, 201):
        quantity = whole(request.POST.get(f"confirmed-{position}", ""), f"confirmed-{position}", errors)
        if quantity is not None:
            lines.append(ConfirmedLine(position, quantity))
    if errors or expected is None:
        raise ValidationFailed(errors=errors)
    services.confirm_order(number, expected_on=expected, lines=lines, actor=GUEST, secret=secret)


def _announce(request: HttpRequest, number: str, secret: str) -> None:
    given, errors = request.POST, list[FieldError]()
    arrives = day(given.get("arrives_on", ""), "arrives_on", errors, needed=False)
    if errors:
        raise ValidationFailed(errors=errors)
    services.announce_shipment(
        number, carrier=given.get("carrier", ""), waybill=given.get("waybill", ""), arrives_on=arrives,
        text=given.get("ship_text", ""), actor=GUEST, secret=secret,
    )  # fmt: skip


def paper(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The order as PDF."""
    made = services.print_order(number, actor=GUEST, secret=secret)
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{number}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
