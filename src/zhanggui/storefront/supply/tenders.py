"""A request for offers as an invited supplier sees it: his own offer, nobody else's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel.actor import GUEST
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.procurement import selectors, services
from zhanggui.procurement.errors import LinkVoid
from zhanggui.procurement.types import BidLine
from zhanggui.ui import language
from zhanggui.ui.forms import FormState, amount

from .common import see, shown, whole


def tender(request: HttpRequest, invitation_id: int, secret: str) -> HttpResponse:
    """The request; offer, offer anew, or decline until the deadline."""
    if request.method != "POST":
        return _shown(request, invitation_id, secret)
    decline = request.POST.get("do") == "decline"
    try:
        _, own = selectors.tender_by_link(invitation_id, secret)
        lines = [] if decline else _lines(request, own.currency)
        services.submit_bid(
            invitation_id, lines, secret=secret, remarks=request.POST.get("remarks", ""), decline=decline, actor=GUEST
        )
    except LinkVoid:
        raise
    except Problem as problem:
        return _shown(request, invitation_id, secret, problem)
    return see(f"/supply/tenders/{invitation_id}/{secret}", "declined" if decline else "offered")


def _lines(request: HttpRequest, currency: str) -> list[BidLine]:
    given, errors = request.POST, list[FieldError]()
    lines = []
    for position in range(1, 201):
        if not given.get(f"price-{position}", "").strip():
            continue
        price = amount(given.get(f"price-{position}", ""), f"price-{position}", currency, errors)
        days = whole(given.get(f"days-{position}", ""), f"days-{position}", errors)
        lines.append(BidLine(position, price or 0, days or 0, given.get(f"remark-{position}", "")))
    if errors:
        raise ValidationFailed(errors=errors)
    return lines


def _shown(request: HttpRequest, invitation_id: int, secret: str, problem: Problem | None = None) -> HttpResponse:
    view, own = selectors.tender_by_link(invitation_id, secret)
    initial: dict[str, Any] = {"remarks": own.remarks}
    for bid in own.bids.values():
        initial |= {
            f"price-{bid.position}": format_minor(bid.asked, own.currency), f"days-{bid.position}": bid.lead_days,
            f"remark-{bid.position}": bid.remark,
        }  # fmt: skip
    form = FormState.of(initial)
    if problem is not None:
        names = {
            f"lines.{line.position}.{part}": f"{name}-{line.position}"
            for line in view.lines
            for part, name in (("price", "price"), ("lead_days", "days"), ("remark", "remark"))
        } | {"lines": "price-1"}
        form = FormState.failed(request.POST, problem, language.of(request), names=names, initial=initial)
    skus = [line.sku_id for line in view.lines]
    codes = catalog.sku_codes(skus)
    known = {each.sku_id: each for each in catalog.sellable_by_code(list(codes.values()))}
    return shown(
        request, "storefront/supply/tender.html", status=problem.status if problem else 200, view=view, own=own, form=form,
        codes=codes, known=known, done=request.GET.get("done", "") if problem is None else "",
    )  # fmt: skip
