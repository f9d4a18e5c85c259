"""The workshop: what is to be made today, its sheets, and what a product asks its buyer for."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.bespoke import selectors as bespoke
from zhanggui.bespoke.types import ALLOWED, KINDS, Field
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import SupplyMode
from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say
from zhanggui.workshop import selectors, services
from zhanggui.workshop.errors import MadeByAnother

from .. import making
from ..access import actor, carry_out, id_in, need, refused, see_other, staff
from ..messages import flash

STATES: dict[str, tuple[Text, str]] = {
    "to_make": (Text("待制作", "To make"), "neutral"),
    "making": (Text("制作中", "Being made"), "info"),
    "made": (Text("已做好", "Made"), "good"),
}
SHOWN = 200


@staff("workshop.view", methods=("GET",))
def workshop(request: HttpRequest) -> HttpResponse:
    """What waits, the most urgent first; what is being made; or what was made last. `q` is a scanned sheet or an order."""
    return _workshop(request)


def _workshop(
    request: HttpRequest, *, stopped: Problem | None = None, take_over: str = "", status: int = 200
) -> HttpResponse:
    language.use(language.of(request))
    state = request.GET.get("state", "")
    q = request.GET.get("q", "").strip()[:60]
    waiting = selectors.waiting(limit=1000)
    counts = {name: sum(each.state == name for each in waiting) for name in ("to_make", "making")}
    if state == "made":
        works = selectors.made(limit=SHOWN)
    else:
        works = [each for each in waiting if not state or each.state == state]
    works.sort(key=lambda each: each.state != "making")  # what is in hand stands first
    number, line = selectors.code_of(q) if q else ("", None)
    if number:
        works = [each for each in works if each.order_number == number and line in (None, each.line)]
    named = {"": Text("全部待办", "All that waits"), **{name: words for name, (words, _) in STATES.items()}}
    counts[""] = len(waiting)
    tabs = [
        (say(words), f"{request.path}?state={name}" if name else request.path, name == state, counts.get(name))
        for name, words in named.items()
    ]
    return page.render(
        request, "backoffice/workshop.html", status=status, works=works[:SHOWN], more=max(len(works) - SHOWN, 0), tabs=tabs,
        state=state, q=q, states=STATES, now=clock.now(), may_make=actor(request).may("workshop.make"), stopped=stopped,
        take_over=take_over,
        houses=inventory.warehouses(active_only=True, own_only=True), me=actor(request).id, currency=mall_settings.get("mall.currency"),
    )  # fmt: skip


@staff("workshop.view", post="workshop.make", methods=("POST",))
def act(request: HttpRequest) -> HttpResponse:
    """A scan or a button: `do` is begin, made or back. A scan begins what waits, and finishes what this colleague is making."""
    code, wish = request.POST.get("code", ""), request.POST.get("do", "scan")
    number, line = selectors.code_of(code)
    who = actor(request)
    works = [each for each in selectors.waiting([number]) if line in (None, each.line)]
    if not works or (line is None and len(works) > 1):
        return _workshop(request, stopped=_no_such(code, bool(works)), status=409)
    one = works[0]
    if wish == "scan":
        wish = "made" if one.state == "making" and one.maker_id == who.id else "begin"
    try:
        if wish == "begin":
            services.start(one.order_number, one.line, take_over=bool(request.POST.get("take_over")), actor=who)
            told = Text(f"开始制作 {one.title} ×{one.units}", f"Begun: {one.title} ×{one.units}")
        elif wish == "back":
            services.put_back(one.order_number, one.line, actor=who)
            told = Text("已放回待制作", "Back among what is to be made")
        else:
            whole = services.finish(
                one.order_number, one.line, warehouse_id=id_in(request.POST.get("warehouse", "")), actor=who
            )
            told = (
                Text(f"{one.title} 已做好，订单 {one.order_number} 可以发货了", f"{one.title} is made; order {one.order_number} may leave")
                if whole
                else Text(f"{one.title} 已做好，订单还有其他要做的", f"{one.title} is made; more of its order is to be")
            )  # fmt: skip
    except MadeByAnother as taken:
        return _workshop(request, stopped=taken, take_over=one.code, status=409)
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        return _workshop(request, stopped=problem, status=problem.status)
    state = request.POST.get("state", "")
    return flash(see_other(f"/office/workshop?state={state}" if state in STATES else "/office/workshop"), told)


def _no_such(code: str, several: bool) -> Problem:
    if several:
        return ValidationFailed.one(
            "code",
            "several",
            "这一单有几项要做，请扫描制作单上的条码",
            "several things of this order are to be made: scan the sheet",
        )
    return ValidationFailed.one(
        "code", "unknown", f"「{code[:60]}」不在待制作里：可能已做好、已取消，或扫错了码",
        f"{code[:60]} is not to be made: made already, cancelled, or a wrong code",
    )  # fmt: skip


@staff("workshop.view", methods=("GET",))
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets (制作单) of those named, or of all that waits, as a PDF."""
    codes = request.GET.getlist("code")[:300]
    try:
        made = services.print_sheets(codes, actor=actor(request))
    except ValidationFailed:
        return flash(see_other("/office/workshop"), Text("没有要打印的制作单", "There is no sheet to print"), "bad")
    except Problem as problem:
        return refused(request, problem)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="workshop.pdf"'
    return response


@staff("", methods=("GET",))
def photo(request: HttpRequest, name: str) -> HttpResponseBase:
    """A photo its buyer sent; for whoever sees orders or the workshop."""
    if not (actor(request).may("workshop.view") or actor(request).may("orders.view")):
        need(request, "workshop.view")
    place = bespoke.photo(name)
    if place is None:
        raise Http404
    return FileResponse(place.open("rb"), content_type="image/jpeg")


# --- what a product asks for -----------------------------------------------------------------------------------------


@staff("catalog.view", methods=("GET",))
def form(request: HttpRequest, product_id: int) -> HttpResponse:
    """The editor with a preview."""
    kept = bespoke.form(product_id)
    blanks = 1 if request.GET.get("add") or not kept.fields else 0
    return _form(request, product_id, list(kept.fields), making.typed(kept.fields), blanks=blanks)


def _form(
    request: HttpRequest, product_id: int, fields: list[Field], values: dict[str, Any], *, blanks: int = 0,
    problem: Problem | None = None,
) -> HttpResponse:  # fmt: skip
    language.use(language.of(request))
    product = catalog.product(product_id)
    kept = bespoke.form(product_id)
    bench = inventory.bench([sku.id for sku in product.skus])
    about = {
        "daily": str(kept.daily or ""),
        "bench": str(next((places for places, _ in bench.values()), "")),
        "hours": str(product.promise_hours or ""),
        "version": str(kept.version),
    }
    state = FormState.of({**about, **values})
    if problem is not None:
        names = {
            error.loc: f"f-{parts[1]}-{parts[2]}"
            for error in problem.errors
            if (parts := error.loc.split("."))[0] == "fields" and len(parts) == 3
        }
        state = FormState.failed({**about, **values}, problem, language.of(request), names=names)
    lang = language.current()
    return page.render(
        request, "backoffice/made_form.html", status=problem.status if problem else 200, product=product, form=state,
        fields=fields, count=len(fields), blanks=blanks, made=product.supply_mode == SupplyMode.MADE_TO_ORDER,
        kinds=[(name, words.render(lang)) for name, words in KINDS.items()],
        allowed=[(name, words.render(lang)) for name, words in ALLOWED.items()],
        waits=sum(taken for _, taken in bench.values()), currency=mall_settings.get("mall.currency"),
        usual=mall_settings.get("catalog.made_hours"), may_edit=actor(request).may("bespoke.edit"),
        may_supply=actor(request).may("catalog.edit"), today=clock.local(clock.now()).date().isoformat(),
    )  # fmt: skip


@staff("catalog.view", post="bespoke.edit", methods=("POST",))
def save_form(request: HttpRequest, product_id: int) -> HttpResponse:
    """Keep the form; with `do=add` only one more field is shown, with `up-<n>` that field moves before the one above it."""
    given: QueryDict = request.POST
    errors: list[FieldError] = []
    fields = making.read(given, errors)
    wish = given.get("do", "save")
    values = {**{name: given.get(name, "") for name in ("daily", "bench", "hours", "version")}, **making.typed(fields)}
    if wish == "add":
        return _form(request, product_id, fields, values, blanks=1)
    if wish.startswith("up-"):
        n = id_in(wish[3:]) or 0
        if 0 < n < len(fields):
            fields[n - 1], fields[n] = fields[n], fields[n - 1]
        return _form(request, product_id, fields, {**values, **making.typed(fields)})
    daily, bench = (_number(given, name, errors) for name in ("daily", "bench"))
    hours = _number(given, "hours", errors)
    who = actor(request)

    def keep() -> None:
        if errors:
            raise ValidationFailed(errors=errors)
        if catalog.product(product_id).supply_mode != SupplyMode.MADE_TO_ORDER:
            need(request, "catalog.edit")
        services.make_to_order(
            product_id,
            fields,
            hours=hours,
            daily=daily,
            places=bench,
            seen=id_in(given.get("version", "")) or 0,
            actor=who,
        )

    return carry_out(
        request, keep, Text("已保存，商城里的商品页同时更新", "Saved; the product's page in the shop follows"),
        where=f"/office/products/{product_id}/made", refused=lambda problem: _form(request, product_id, fields, values, problem=problem),
    )  # fmt: skip


def _number(given: QueryDict, name: str, errors: list[FieldError]) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    found = id_in(text)
    if found is None or found > 1_000_000:
        errors.append(FieldError(name, "type", Text("应为 1 到 1000000 的整数", "a whole number from 1 to 1000000")))
    return found


@staff("catalog.view", post="catalog.edit", methods=("POST",))
def stock_again(request: HttpRequest, product_id: int) -> HttpResponse:
    """The product is sold from stock again; what waits to be made is made."""

    return carry_out(
        request, lambda: services.sell_from_stock(product_id, actor=actor(request)),
        Text("已改为现货商品", "It is sold from stock now"), where=f"/office/products/{product_id}",
        refused=lambda problem: refused(request, problem),
    )  # fmt: skip


urlpatterns = [
    path("workshop", workshop, name="office-workshop"),
    path("workshop/do", act),
    path("workshop/sheets", sheets),
    path("workshop/photos/<str:name>", photo),
    path("products/<int:product_id>/made", form, name="office-product-made"),
    path("products/<int:product_id>/made/save", save_form),
    path("products/<int:product_id>/made/stock", stock_again),
]
