"""The desk of a supplier who sends for us: his orders, one at a time, and what he holds. Made for a telephone in a packing room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from zhanggui.catalog import selectors as catalog
from zhanggui.dropship import selectors, services
from zhanggui.dropship.types import REASONS, PartnerView, Stated, SupplierOrderView
from zhanggui.fulfilment import selectors as parcels
from zhanggui.kernel import clock
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.procurement.errors import LinkVoid
from zhanggui.ui import language
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .common import day, see, shown, whole


def desk(request: HttpRequest, supplier_id: int, secret: str) -> HttpResponse:
    """What he has to answer and to send, the first due first."""
    view = selectors.desk(supplier_id, secret)
    orders = selectors.open_at(supplier_id)
    return shown(
        request, "storefront/supply/desk.html", view=view, base=_base(view, secret), orders=orders, now=clock.now(),
        sent=selectors.lately_sent(supplier_id), done=request.GET.get("done", ""),
    )  # fmt: skip


def _base(view: PartnerView, secret: str) -> str:
    return f"/supply/desk/{view.supplier_id}/{secret}"


def order(request: HttpRequest, supplier_id: int, secret: str, number: str) -> HttpResponse:
    """One order; forms say with `do` what they want."""
    view = selectors.desk(supplier_id, secret)
    selectors.on_desk(supplier_id, number)
    if request.method != "POST":
        return _order(request, view, secret, number)
    given = request.POST
    acts: dict[str, Callable[[], Any]] = {
        "confirm": lambda: _confirm(request, number, secret),
        "refuse": lambda: services.refuse(
            number, reason=given.get("refusal", ""), words=given.get("words", ""), actor=GUEST, secret=secret
        ),
        "ship": lambda: _ship(request, number, secret),
        "stop": lambda: services.stop(number, words=given.get("words", ""), actor=GUEST, secret=secret),
    }
    wanted = given.get("do", "")
    try:
        if wanted in acts:
            acts[wanted]()
    except LinkVoid:
        raise
    except Problem as problem:
        return _order(request, view, secret, number, problem)
    if wanted in ("ship", "refuse", "stop"):  # the next one waits on the desk
        return see(_base(view, secret), wanted)
    return see(f"{_base(view, secret)}/orders/{number}", wanted)


def _order(
    request: HttpRequest, view: PartnerView, secret: str, number: str, problem: Problem | None = None
) -> HttpResponse:
    language.use(language.of(request))
    found = selectors.on_desk(view.supplier_id, number)
    initial: dict[str, Any] = {f"ship-{line.line}": line.open for line in found.lines if line.open}
    initial |= {"ready_on": found.ready_on.isoformat() if found.ready_on else ""}
    names = {f"lines.{line.line}": f"ship-{line.line}" for line in found.lines}
    form = FormState.of(initial)
    if problem is not None:
        form = FormState.failed(request.POST, problem, language.of(request), names=names, initial=initial)
    codes = catalog.sku_codes([line.sku_id for line in found.lines])
    return shown(
        request, "storefront/supply/desk_order.html", status=problem.status if problem else 200, view=view, order=found, form=form,
        base=_base(view, secret), receiver=selectors.receiver(found), goods=_goods(codes), now=clock.now(), today=clock.business_date(),
        reasons=[(name, say(words)) for name, words in REASONS.items()], refusal=REASONS.get(found.refusal),
        carriers=[(each.code, _name(each)) for each in parcels.carriers() if each.active and each.code != "PICKUP"],
        trying=request.POST.get("do", "") if problem else "", done=request.GET.get("done", "") if problem is None else "",
    )  # fmt: skip


def _name(carrier: Any) -> str:
    return say(Text(carrier.name, carrier.name_en or carrier.name))


def _goods(codes: dict[int, str]) -> dict[int, Any]:
    return {each.sku_id: each for each in catalog.sellable_by_code(list(codes.values()))} if codes else {}


def _confirm(request: HttpRequest, number: str, secret: str) -> None:
    errors: list[FieldError] = []
    ready = day(request.POST.get("ready_on", ""), "ready_on", errors, needed=False)
    if errors:
        raise ValidationFailed(errors=errors)
    services.confirm(number, ready_on=ready, actor=GUEST, secret=secret)


def _ship(request: HttpRequest, number: str, secret: str) -> None:
    given, errors = request.POST, list[FieldError]()
    found: SupplierOrderView = selectors.supplier_order(number)
    units = {}
    for line in found.lines:
        quantity = whole(given.get(f"ship-{line.line}", ""), f"ship-{line.line}", errors)
        if quantity is not None:
            units[line.line] = quantity
    if errors:
        raise ValidationFailed(errors=errors)
    services.ship(
        number, carrier=given.get("carrier", ""), waybill_no=given.get("waybill_no", ""), units=units or None, actor=GUEST,
        secret=secret,
    )  # fmt: skip


def stock(request: HttpRequest, supplier_id: int, secret: str) -> HttpResponse:
    """What he holds; he says it anew."""
    view = selectors.desk(supplier_id, secret)
    if request.method != "POST":
        return _stock(request, view, secret)
    errors: list[FieldError] = []
    rows = []
    for row in selectors.held(view):
        units = whole(request.POST.get(f"units-{row.sku_id}", ""), f"units-{row.sku_id}", errors)
        if units is not None:
            rows.append(Stated(row.sku_id, units))
    try:
        if errors:
            raise ValidationFailed(errors=errors)
        short = services.state_stock(supplier_id, rows, actor=GUEST, secret=secret)
    except LinkVoid:
        raise
    except Problem as problem:
        names = {f"rows.{i}.{part}": f"units-{row.sku_id}" for i, row in enumerate(rows) for part in ("on_hand", "sku")}
        return _stock(request, view, secret, problem, names)
    return see(f"{_base(view, secret)}/stock", "short" if short else "stock")


def _stock(
    request: HttpRequest, view: PartnerView, secret: str, problem: Problem | None = None,
    names: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    held = selectors.held(view)
    initial: dict[str, Any] = {f"units-{row.sku_id}": row.on_hand for row in held}
    form = FormState.of(initial)
    if problem is not None:
        form = FormState.failed(request.POST, problem, language.of(request), names=names or {}, initial=initial)
    codes = catalog.sku_codes([row.sku_id for row in held])
    return shown(
        request, "storefront/supply/desk_stock.html", status=problem.status if problem else 200, view=view, form=form, held=held,
        base=_base(view, secret), codes=codes, goods=_goods(codes), done=request.GET.get("done", "") if problem is None else "",
    )  # fmt: skip
