"""Free trials: their hall, a trial with its steps and one's application, who got a piece, and one's own. All works without scripts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, ids, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.pricing import selectors as pricing
from zhanggui.trials import selectors as trials
from zhanggui.trials import services
from zhanggui.trials.errors import AlreadyApplied
from zhanggui.trials.types import AUDIENCES, ApplicationView, TrialView
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from ..buying.who import buyer_of, forget_session, see, whole
from .keeping import ask_to_sign_in, member_of, member_only
from .overview import CURSOR

#: What an application has become, in words and a tone.
STATES = {
    "applied": (Text("等待结果", "Waiting"), "info"),
    "won": (Text("已中选", "Won"), "good"),
    "lost": (Text("未中选", "Not this time"), "neutral"),
    "lapsed": (Text("已失效", "Lapsed"), "neutral"),
}


def _render(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page that is the visitor's own."""
    given = {
        "signed_in": buyer_of(request).member_id is not None, "currency": mall_settings.get("mall.currency"),
        "states": STATES, "now": clock.now(),
    }  # fmt: skip
    response = page.render(request, template, status=status, **given, **context)
    if buyer_of(request).expired and request.method in ("GET", "HEAD"):
        forget_session(response)
    return response


def _goods(request: HttpRequest, views: list[TrialView]) -> dict[int, Any]:
    """The products of trials by SKU, in the reader's language: title, picture and address. Two statements, none for none."""
    if not views:
        return {}
    lang = language.of(request)
    places = catalog.goods_of([view.sku_id for view in views])
    listed = {item.id: item.said_in(lang) for item in catalog.listed([place[0] for place in places.values()])}
    return {sku: listed[place[0]] for sku, place in places.items() if place[0] in listed}


def _worth(views: list[TrialView]) -> dict[int, int]:
    """What a piece costs everybody else, by SKU. One statement, none for none."""
    if not views:
        return {}
    found = pricing.effective_prices([view.sku_id for view in views], clock.now())
    return {sku: price.sale_price for sku, price in found.items()}


@require_GET
def hall(request: HttpRequest) -> HttpResponse:
    """`GET /trials`: what can be applied for now or soon, and what was decided lately."""
    found = trials.public()
    return _render(
        request, "storefront/account/trials.html", goods=_goods(request, found), worth=_worth(found),
        open=[view for view in found if view.state == "live"], over=[view for view in found if view.state == "decided"],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """`/trials/<slug>`: what is given, to whom and how; a post applies and leads back."""
    view = trials.by_slug(slug)
    if request.method != "POST":
        return _trial(request, view)
    buyer = buyer_of(request)
    if buyer.member_id is None:
        return ask_to_sign_in(request)
    given = request.POST
    try:
        address_id = whole(given.get("address", ""), 0, 2**63 - 1)
        if not address_id:
            raise ValidationFailed.one("address", "required", "请选择收货地址", "choose an address")
        services.apply(
            slug, buyer.member_id, reason=given.get("reason", ""), word=given.get("word", ""), address_id=address_id,
            answers=[given.get(f"answer-{i}", "") for i in range(len(view.questions))], actor=buyer.actor,
        )  # fmt: skip
    except AlreadyApplied:
        return see(f"/trials/{slug}#trial-mine")
    except Problem as refused:
        names = {f"answers.{i}": f"answer-{i}" for i in range(len(view.questions))}
        form = FormState.failed(given, refused, language.of(request), names=names)
        return _trial(request, view, form=form, status=refused.status)
    return see(f"/trials/{slug}#trial-mine")


def _trial(request: HttpRequest, view: TrialView, *, form: FormState | None = None, status: int = 200) -> HttpResponse:
    member_id = buyer_of(request).member_id
    mine = trials.mine(view.id, member_id) if member_id else None
    asks = view.stage == "open" and member_id is not None and mine is None
    hindrance = trials.why_not(view, member_id) if asks and member_id else None
    tiers = members.tiers_by_code() if view.tiers else {}
    addresses = members.addresses(member_id) if asks and member_id and hindrance is None else []
    if form is None:
        form = FormState.of({"word": ids.token(6), "address": str(addresses[0].id) if addresses else ""})
    return _render(
        request, "storefront/account/trial.html", status=status, view=view, good=_goods(request, [view]).get(view.sku_id),
        price=_worth([view]).get(view.sku_id), mine=mine, hindrance=hindrance, addresses=addresses, form=form,
        tiers=[tiers[code].name for code in view.tiers if code in tiers], audience=AUDIENCES[view.audience],
        winners=_named(trials.winners(view.id, limit=30)) if view.given else [],
        reports=trials.reports([view.id])[view.id] if view.given else None, language=language.of(request),
    )  # fmt: skip


def _named(found: list[ApplicationView]) -> list[tuple[ApplicationView, str]]:
    """Applications with their members' masked numbers. One statement."""
    names = members.masked_mobiles(each.member_id for each in found)
    return [(each, names.get(each.member_id, "")) for each in found]


@require_GET
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """`GET /trials/<slug>/record?cursor=`: every application by number; once the seed is told, each rank computed again."""
    view = trials.by_slug(slug)
    cursor = request.GET.get("cursor", "")[:CURSOR]
    found = trials.applications(view.id, cursor=cursor, limit=50)
    here = f"/trials/{slug}/record"
    return _render(
        request, "storefront/account/trial_record.html", view=view, lines=_named(found.items),
        computed=trials.recomputed(view, found.items), first=here if cursor else "",
        next=f"{here}?cursor={found.next_cursor}" if found.next_cursor else "",
    )  # fmt: skip


@require_GET
@member_only
def mine(request: HttpRequest) -> HttpResponse:
    """`GET /account/trials?cursor=`: one's applications, what became of them, and the reports that are owed."""
    cursor = request.GET.get("cursor", "")[:CURSOR]
    found = trials.of_member(member_of(request), cursor=cursor)
    return _render(
        request, "storefront/account/my_trials.html", rows=found.items,
        goods=_goods(request, [each.trial for each in found.items]), first="/account/trials" if cursor else "",
        next=f"/account/trials?cursor={found.next_cursor}" if found.next_cursor else "",
    )  # fmt: skip
