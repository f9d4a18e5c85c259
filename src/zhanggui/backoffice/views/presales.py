"""Presales: their terms, their life, and the reservations buyers have in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, NotFound, Problem, ValidationFailed
from zhanggui.presale import selectors, services
from zhanggui.presale.errors import WORDS
from zhanggui.presale.types import PresaleArticle, PresaleDraft, PresaleView
from zhanggui.ui import page
from zhanggui.ui.forms import FormState

from .. import articles, goods, tables
from ..access import actor, carry_out, need, see_other, staff, typed
from ..messages import flash
from ..presaling import STAGES
from ..tables import Column, Filter, Table

PAGE = 50
ROWS = 3
MANAGE = "presale.manage"
TONES = {
    "waiting": "warn", "deposited": "info", "ordered": "good", "released": "neutral", "forfeited": "bad",
    "refunded": "neutral",
}  # fmt: skip
STATES = {name: (text, TONES[name]) for name, text in WORDS.items()} | {
    "deposited": (Text("已付定金", "Deposit paid"), "info"),
    "waiting": (Text("待付定金", "Deposit to pay"), "warn"),
}
TIMES = ("deposit_from", "deposit_until", "balance_from", "balance_until")
PARTS = ("sku", "price", "deposit", "share", "counts_for", "pieces")


@staff("presale.view", methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    asked = tables.asked(request, ())
    found = selectors.offers(cursor=asked.cursor, limit=PAGE)
    currency = mall_settings.get("mall.currency")
    table: Table = Table(
        columns=[
            Column("label", Text("名称", "Name"), value=lambda row: row.label),
            Column("stage", Text("状态", "State"), kind="badge", value=lambda row: STAGES[row.stage]),
            Column("taken", Text("已约 / 名额", "Reserved of"), value=_taken),
            Column("deposits", Text("已收定金", "Deposits"), kind="money", value=lambda row: Money(row.deposits, currency)),
            Column("deposit_until", Text("定金截止", "Deposits until"), kind="datetime", phone=False, value=_until("deposit_until")),
            Column("balance_until", Text("尾款截止", "Balances until"), kind="datetime", phone=False, value=_until("balance_until")),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=(),
        asked=asked,
        key="presales",
        row_href=lambda row: f"/office/presales/{row.id}",
        caption=Text("预售", "Presales"),
        empty=(
            Text("还没有预售活动", "No presales yet"),
            Text("选好商品、定金和时间，先收定金再备货", "Choose goods, deposits and times: sell before the goods are there"),
        ),
    )  # fmt: skip
    return page.render(request, "backoffice/presales.html", table=table, may_change=actor(request).may(MANAGE))


def _until(name: str) -> Callable[[PresaleView], Any]:
    return lambda row: getattr(row.draft, name)


def _taken(row: PresaleView) -> str:
    return f"{sum(row.taken.values())} / {sum(article.pieces for article in row.draft.articles.values())}"


@staff("presale.view", post=MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A draft; nobody sees it before it is published."""
    form = FormState.of({"deposit_from": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"), "closes_sale": "1"})
    status = 200
    if request.method == "POST":
        try:
            made = services.create_offer(_draft(request), actor=actor(request))
            return flash(
                see_other(f"/office/presales/{made}"),
                Text("草稿已建立，确认后发布", "The draft is there; look, then publish"),
            )
        except Problem as problem:
            form, status = typed(request, problem, names=_names(request)), problem.status
    return _page(request, "backoffice/presale_new.html", form, status)


def _page(request: HttpRequest, template: str, form: FormState, status: int, **more: Any) -> HttpResponse:
    filled = more.get("count", 0)
    rows = range(1, (filled if more.get("editable") is False else max(ROWS, filled + 1)) + 1)
    return page.render(
        request, template, status=status, form=form, rows=rows, currency=mall_settings.get("mall.currency"), **more
    )


@staff("presale.view", methods=("GET",))
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """One presale: its terms, its life, its reservations."""
    return _offer(request, offer_id)


def _offer(request: HttpRequest, offer_id: int, form: FormState | None = None, status: int = 200) -> HttpResponse:
    view = selectors.offer(offer_id)
    codes = catalog.sku_codes(sorted(view.draft.articles))
    return _page(
        request, "backoffice/presale.html", form or FormState.of(_values(view, codes)), status, view=view,
        stage=STAGES[view.stage], reservations=_reservations(request, view, codes), count=len(view.draft.articles),
        may_change=actor(request).may(MANAGE), editable=view.state == "draft", taken=_taken(view),
        keeps=(mall_settings.get("presale.keeps_unpaid"), mall_settings.get("presale.keeps_cancelled")),
    )  # fmt: skip


def _reservations(request: HttpRequest, view: PresaleView, codes: dict[int, str]) -> Table:
    """The reservations, newest first, of one state or all."""
    filters = (
        Filter("state", Text("状态", "State"), "choice", tuple((name, text) for name, (text, _) in STATES.items())),
    )
    asked = tables.asked(request, filters)
    found = selectors.of_offer(view.id, state=asked["state"], cursor=asked.cursor, limit=PAGE)
    return Table(
        columns=[
            Column("number", Text("预订号", "Number"), kind="custom"),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: STATES[row.state]),
            Column("member_id", Text("会员", "Member"), kind="custom"),
            Column("sku", Text("商品", "SKU"), value=lambda row: f"{codes.get(row.sku_id, '')} × {row.quantity}"),
            Column("deposit", Text("定金", "Deposit"), kind="money", value=lambda row: Money(row.deposit_total, row.currency)),
            Column("due", Text("尾款", "Balance"), kind="money", value=lambda row: Money(row.goods_due, row.currency)),
            Column("placed_at", Text("预订于", "Made"), kind="datetime", phone=False),
            Column("act", Text("操作", "Act"), kind="custom"),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=filters,
        asked=asked,
        key="presale-reservations",
        caption=Text("预订", "Reservations"),
        empty=(
            Text("还没有人预订", "Nobody has reserved yet"),
            Text("发布后，顾客在商品页付定金", "Once published, buyers pay deposits on the product's page"),
        ),
    )  # fmt: skip


@staff("presale.view", post=MANAGE, methods=("POST",))
def save(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Other terms, while it is a draft."""
    return _act(
        request,
        offer_id,
        lambda: services.update_offer(offer_id, _draft(request), actor=actor(request)),
        Text("已保存", "Saved"),
    )


@staff("presale.view", post=MANAGE, methods=("POST",))
def step(request: HttpRequest, offer_id: int, name: str) -> HttpResponse:
    """publish, end or call_off."""
    reason = (request.POST.get("reason") or request.POST.get("why") or "").strip()[:200]
    who = actor(request)
    acts: dict[str, tuple[Callable[[], Any], Text]] = {
        "publish": (partial(services.publish_offer, offer_id, actor=who, reason=reason), Text("已发布", "Published")),
        "end": (partial(services.end_offer, offer_id, actor=who, reason=reason), Text("已结束", "Ended")),
        "call_off": (
            partial(_call_off, offer_id, reason, request),
            Text("已取消，款项正在原路退回", "Called off; all money is on its way back"),
        ),
    }
    if name not in acts:
        raise NotFound()
    return _act(request, offer_id, *acts[name])


def _call_off(offer_id: int, reason: str, request: HttpRequest) -> None:
    if not reason:
        raise ValidationFailed.one("why", "required", "请写明原因", "say why")
    services.call_off_offer(offer_id, actor=actor(request), reason=reason)


@staff("presale.view", post=MANAGE, methods=("POST",))
def cancel(request: HttpRequest, offer_id: int, number: str) -> HttpResponse:
    """One reservation: its deposit goes back in full."""
    if selectors.reservation(number).offer_id != offer_id:
        raise NotFound()
    return _act(
        request,
        offer_id,
        lambda: services.cancel_reservation(number, actor=actor(request)),
        Text("预订已取消，定金全额退回", "Cancelled; the deposit goes back in full"),
    )


def _act(request: HttpRequest, offer_id: int, act: Callable[[], Any], done: Text) -> HttpResponse:
    def do() -> None:
        need(request, MANAGE)
        act()

    def refused(problem: Problem) -> HttpResponse:
        form = typed(request, problem, names=_names(request))
        if "label_zh" not in form.values:  # a step: the terms stand as they are
            view = selectors.offer(offer_id)
            values = _values(view, catalog.sku_codes(sorted(view.draft.articles)))
            form = FormState({**values, "reason": request.POST.get("reason", "")[:200]}, form.errors)
        return _offer(request, offer_id, form, problem.status)

    return carry_out(request, do, done, where=f"/office/presales/{offer_id}", refused=refused)


def _names(request: HttpRequest) -> dict[str, str]:
    """Where the service and the form differ in name."""
    rows = articles.filled(request.POST, PARTS)  # none in a step: articles stand in their order
    return articles.names("articles", rows or range(1, articles.MOST_ROWS + 1), PARTS)


def _draft(request: HttpRequest) -> PresaleDraft:
    """What the form wants. Raises ValidationFailed for what is no amount, number, time or SKU; the rest the service judges."""
    given, errors = request.POST, list[FieldError]()
    currency = mall_settings.get("mall.currency")
    found: dict[int, PresaleArticle] = {}
    for row, sku in articles.skus(given, articles.filled(given, PARTS)).items():

        def money(part: str, row: int = row) -> int | None:
            return goods.amount(given.get(f"{part}-{row}", ""), f"{part}-{row}", currency, errors)

        def number(part: str, row: int = row) -> int | None:
            return goods.units(given.get(f"{part}-{row}", ""), f"{part}-{row}", errors)

        article = PresaleArticle(
            money("price") or 0, number("pieces") or 0, money("deposit"), number("share"), money("counts_for")
        )
        articles.put(found, row, sku, article, errors)
    times = {name: goods.instant(given.get(name, ""), name, errors) for name in TIMES}
    for name, at in times.items():
        if at is None and not any(error.loc == name for error in errors):
            errors.append(FieldError(name, "required", Text("请填写日期与时间", "enter a date and time")))
    ships_on = _day(given.get("ships_on", ""), errors)
    limit = goods.units(given.get("buyer_limit", ""), "buyer_limit", errors)
    if errors or ships_on is None:
        raise ValidationFailed(errors=errors)
    return PresaleDraft(
        label_zh=given.get("label_zh", ""),
        label_en=given.get("label_en", ""),
        articles=found,
        ships_on=ships_on,
        buyer_limit=limit,
        closes_sale=bool(given.get("closes_sale")),
        **{name: at for name, at in times.items() if at is not None},
    )


def _day(text: str, errors: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        errors.append(FieldError("ships_on", "type", Text("请填写日期", "enter a date")))
        return None


def _values(view: PresaleView, codes: dict[int, str]) -> dict[str, Any]:
    """A stored presale as the form shows it."""
    draft, currency = view.draft, mall_settings.get("mall.currency")
    found: dict[str, Any] = {name: getattr(draft, name) or "" for name in ("label_zh", "label_en", "buyer_limit")}
    found |= {name: clock.local(getattr(draft, name)).strftime("%Y-%m-%dT%H:%M") for name in TIMES}
    found["ships_on"] = draft.ships_on.isoformat()
    found["closes_sale"] = "1" if draft.closes_sale else ""

    def shown(amount: int | None) -> str:
        return "" if amount is None else format_minor(amount, currency)

    for row, (sku, article) in enumerate(draft.articles.items(), 1):
        found |= {
            f"sku-{row}": codes.get(sku, ""),
            f"price-{row}": shown(article.price),
            f"deposit-{row}": shown(article.deposit),
            f"share-{row}": article.share or "",
            f"counts_for-{row}": shown(article.counts_for),
            f"pieces-{row}": article.pieces,
        }
    return found


urlpatterns = [
    path("presales", listing, name="office-presales"),
    path("presales/new", new, name="office-presale-new"),
    path("presales/<int:offer_id>", offer, name="office-presale"),
    path("presales/<int:offer_id>/save", save, name="office-presale-save"),
    path("presales/<int:offer_id>/do/<slug:name>", step, name="office-presale-step"),
    path("presales/<int:offer_id>/reservations/<str:number>/cancel", cancel, name="office-presale-cancel"),
]
