"""The cart: what lies in it, what it costs now, what the promotions say, and every change to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_GET, require_POST

from zhanggui.bespoke import selectors as bespoke
from zhanggui.checkout import selectors as carts
from zhanggui.checkout import services
from zhanggui.checkout.errors import CartClosed
from zhanggui.checkout.services import CartCommand
from zhanggui.checkout.types import GiftChoice, Quote, QuotedGift, QuotedLine, QuoteRequest, WantedLine
from zhanggui.kernel import mall_settings
from zhanggui.kernel.problems import NotFound, Problem, ValidationFailed
from zhanggui.members import services as members
from zhanggui.promotions.types import Explanation
from zhanggui.ui import language
from zhanggui.ui.forms import FormState

from . import made
from .freight import freight_why
from .names import english
from .said import said
from .show import render
from .who import Cart, buyer_of, do, keep_cart, look, safe_path, see, usable_cart, whole

#: Why a promotion does nothing, where the buyer can do nothing about it: not worth a line.
SILENT = frozenset(
    {
        *("no_matching_goods", "not_started", "ended", "nothing_left", "used_up", "budget_spent", "freight_free"),
        *("other_tier", "other_group", "other_region", "other_channel", "employees_only", "new_only", "regulars_only"),
        "birthday_only",
    }
)
#: Why a coupon does nothing yet: it is not dead.
WAITING = frozenset({"freight_later", "region_later"})


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """`GET /cart`."""
    return cart_page(request)


def cart_page(
    request: HttpRequest, *, status: int = 200, form: FormState | None = None, refused_at: str = ""
) -> HttpResponse:
    """The cart as it is now; `form` is what was refused, at the line `refused_at` or as a whole."""
    found = look(request)
    cart, quote = found or (None, None)
    response = render(
        request,
        "storefront/buying/cart.html",
        status=status,
        said=said(request),
        form=form or FormState.of(),
        removed=_removed(request.GET),
        refused_at=refused_at,
        tier_offer=carts.tier_offer(quote, buyer_of(request).member_id) if quote else None,
        **cart_view(cart, quote, language.of(request)),
    )
    keep_cart(request, response, cart)
    return response


def cart_view(cart: Cart | None, quote: Quote | None, lang: str) -> dict[str, Any]:
    """What the template shows of a cart."""
    stored = {line["id"]: line for line in cart["lines"]} if cart else {}
    lines = list(quote.lines) if quote else []
    later = _later(cart)
    return {
        "names": english((line.sku_id for line in [*lines, *later, *gift_goods(quote)]), lang),
        "cart": cart,
        "quote": quote,
        "currency": quote.currency if quote else mall_settings.get("mall.currency"),
        "most": mall_settings.get("checkout.max_quantity"),
        "lines": lines,
        "seen": moved_prices(lines, stored),
        "later": later,
        "applied": [*quote.verdict.applied, *quote.relief.applied] if quote else [],
        "hints": hints(quote),
        "freight_why": freight_why(quote, lang, quote.currency if quote else ""),
        "dead": dead_coupons(quote),
        "blocked": any(line.problem for line in lines),
    }


def moved_prices(lines: Sequence[QuotedLine], stored: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """What a piece cost when it was put in, by line, where it costs something else now.

    Who signed in meanwhile and has a price of his own now is told that beside the price; the shop's own did not move.
    """
    found = {}
    for line in lines:
        seen = stored[line.id].get("seen")
        if line.unit_price and seen not in (None, line.one_price) and not (line.special and seen == line.sale_price):
            found[line.id] = seen
    return found


def hints(quote: Quote | None) -> list[Explanation]:
    """What is missing for promotions that do not apply yet, and the next step of those that do."""
    if quote is None:
        return []
    return [e for e in quote.verdict.explanation if not e.coupon and not e.applied and e.code not in SILENT]


def dead_coupons(quote: Quote | None) -> list[Explanation]:
    """Coupons in the cart that do nothing now, with the reason."""
    if quote is None:
        return []
    return [e for e in quote.verdict.explanation if e.coupon and not e.applied and e.code not in WAITING]


def gift_goods(quote: Quote | None) -> list[QuotedGift | GiftChoice]:
    """The goods among a quote's gifts, those to choose from included."""
    gifts = quote.gifts if quote else ()
    return [*gifts, *(choice for gift in gifts for choice in gift.choices)]


def _later(cart: Cart | None) -> list[Any]:
    """What was laid aside, at today's prices."""
    aside = [line for line in cart["lines"] if line.get("later")] if cart else []
    if not aside:
        return []
    wanted = tuple(WantedLine(line["id"], line["sku"], line["quantity"], line.get("particulars")) for line in aside)
    return list(carts.quote(QuoteRequest(wanted, member_id=cart["member_id"] if cart else None)).lines)


def _removed(query: QueryDict) -> dict[str, Any] | None:
    """What was just taken out, to offer it back."""
    sku = query.get("removed", "")[:100]
    return (
        {"sku": sku, "title": query.get("title", "")[:80], "quantity": whole(query.get("units", "1"), 1)}
        if sku
        else None
    )


# --- changes -------------------------------------------------------------------------------------------------------


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """`POST /cart/add`: sku, quantity, and `next=checkout` for whoever buys at once.

    A script that asks for a part (`X-Part`) gets the words for its drawer instead of the whole cart.
    """
    sku = request.POST.get("sku", "").strip()[:100]
    quantity = whole(request.POST.get("quantity", "1"), 1)
    part = request.headers.get("X-Part") == "added"
    answers: dict[str, str] = {}
    try:
        if not sku:
            raise ValidationFailed.one("sku", "required", "请先选择规格", "choose a variant first")
        asked = bespoke.fields_of_code(sku)
        answers = made.given(request, sku) if asked else {}
        cart, quote = put_in(request, [(sku, quantity, answers)])
    except Problem as refused:
        if isinstance(refused, NotFound):
            raise
        if not part and made.is_about_making(refused):
            said = answers or made.typed(request)
            return made.fill_in(request, sku, said, quantity=quantity, refused=refused)
        if part:
            return render(request, "storefront/buying/added.html", status=409, problem=refused)
        return cart_page(request, status=refused.status, form=_refused(request, refused))
    if part:
        told = services.tidied(sku, answers)
        line = next((line for line in cart["lines"] if services.same(line, sku, told)), None)
        line = next((each for each in quote.lines if line and each.id == line["id"]), None)
        names = english([line.sku_id] if line else [], language.of(request))
        context: dict[str, Any] = {
            "line": line,
            "quote": quote,
            "cart": cart,
            "hints": hints(quote)[:1],
            "names": names,
        }
        response = render(request, "storefront/buying/added.html", problem=None, **context)
    else:
        response = see("/checkout" if request.POST.get("next") == "checkout" else "/cart?said=added")
    keep_cart(request, response, cart)
    return response


def put_in(request: HttpRequest, wanted: Sequence[services.Wanted]) -> tuple[Cart, Quote]:
    """Put goods into the buyer's cart, a new one where there is none. Raises what refuses them."""
    member_id = buyer_of(request).member_id
    cart_id = usable_cart(request)
    if not cart_id:
        source = request.COOKIES.get("zg_source", "")
        cart_id = do(request, services.creating(member_id=member_id, source=source))[0]["id"]
    return do(request, services.adding(cart_id, wanted, member_id=member_id))


@require_POST
def change(request: HttpRequest, line_id: str) -> HttpResponse:
    """`POST /cart/lines/<id>`: `do` is set, remove, later, back or keep (a favourite)."""
    wish = request.POST.get("do", "set")
    quantity = whole(request.POST.get("quantity", ""), -1)
    if wish == "set" and quantity == 0:
        wish = "remove"

    def command(cart_id: str, member_id: int | None) -> CartCommand:
        if wish in ("later", "back"):
            return services.laying_aside(cart_id, line_id, wish == "later", member_id=member_id)
        units = 0 if wish in ("remove", "keep") else quantity
        return services.changing(cart_id, line_id, units, member_id=member_id)

    if wish == "keep":
        _keep(request)
    said_next = {"later": "said=later", "back": "said=back", "keep": "said=kept"}.get(wish, "")
    if wish == "remove":
        told = {name: request.POST.get(name, "")[:100] for name in ("title", "units")}
        said_next = urlencode({"removed": request.POST.get("sku", "")[:100], **told})
    return _changed(request, command, said_next, at=line_id)


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """`POST /cart/prices`: the buyer has seen that goods cost something else now."""
    return _changed(request, lambda cart_id, member: services.accepting(cart_id, member_id=member), "said=accepted")


@require_POST
def coupon(request: HttpRequest) -> HttpResponse:
    """`POST /cart/coupons`: use `code`, or take it off with `do=drop`."""
    code = request.POST.get("code", "").strip()[:64]
    drop = request.POST.get("do") == "drop"

    def command(cart_id: str, member_id: int | None) -> CartCommand:
        if not code:
            raise ValidationFailed.one("code", "required", "请填写优惠码", "type a coupon code")
        run = services.dropping_coupon if drop else services.using_coupon
        return run(cart_id, code, member_id=member_id)

    return _changed(request, command, "said=coupon-off" if drop else "said=coupon")


@require_POST
def gifts(request: HttpRequest) -> HttpResponse:
    """`POST /cart/gifts`: the SKUs of the gifts wanted, as `gift-1`, `gift-2`, …"""
    named = [request.POST.get(name, "").strip()[:100] for name in sorted(request.POST) if name.startswith("gift-")]
    skus = [sku for sku in named if sku][:20]
    return _changed(request, lambda cart_id, member: services.choosing_gifts(cart_id, skus, member_id=member), "")


def _keep(request: HttpRequest) -> None:
    """A line becomes a favourite of the signed-in member."""
    buyer, product = buyer_of(request), whole(request.POST.get("product", ""))
    if buyer.member_id is not None and product:
        price = whole(request.POST.get("price", ""), 0, 10**9) or None
        members.keep_favourite(buyer.member_id, product, price=price, actor=buyer.actor)


def _changed(
    request: HttpRequest, command: Callable[[str, int | None], CartCommand], query: str, *, at: str = ""
) -> HttpResponse:
    """Carry a change out and show the cart (or where the form came from); a refusal is told on it."""
    back = safe_path(request.POST.get("next", ""), "/cart")
    cart_id = usable_cart(request)
    if not cart_id:
        return see("/cart")
    try:
        cart, _ = do(request, command(cart_id, buyer_of(request).member_id))
    except (NotFound, CartClosed):
        return see(back)  # changed in another window: show how it is
    except Problem as refused:
        if back != "/cart":
            return see(f"{back}{'&' if '?' in back else '?'}{urlencode({'coupon': request.POST.get('code', '')[:64]})}")
        return cart_page(request, status=refused.status, form=_refused(request, refused), refused_at=at)
    response = see(f"{back}{'&' if '?' in back else '?'}{query}" if query else back)
    keep_cart(request, response, cart)
    return response


def _refused(request: HttpRequest, refused: Problem) -> FormState:
    return FormState.failed(request.POST, refused, language.of(request))
