"""Sponsorships: who pays for which goods or place, from when to when, and what that comes to by campaign and period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.campaigns import selectors, services
from zhanggui.campaigns.types import SponsorshipDraft, SponsorshipSum, SponsorshipView
from zhanggui.catalog import selectors as catalog
from zhanggui.content import selectors as content
from zhanggui.content.types import BLOCKS
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money, format_minor
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.ui import page
from zhanggui.ui.forms import FormState
from zhanggui.ui.forms import amount as money_in
from zhanggui.ui.language import say, t

from .. import campaigning, exports, goods, tables
from ..access import actor, carry_out, id_in, need, see_other, staff, typed
from ..messages import flash
from ..tables import Column, Filter, Table

HERE = "/office/sponsorships"
PAGE = 50
MOST_FILED = 5_000
VIEW, SPONSOR = "campaigns.view", "campaigns.sponsor"
STATES = campaigning.SPONSORED
FILTERS = (
    Filter("state", Text("状态", "State"), "choice", tuple((name, words) for name, (words, _) in STATES.items())),
    Filter("q", Text("赞助方", "Sponsor")),
    Filter("from", Text("开始不早于", "Begins from"), "date"),
    Filter("until", Text("开始不晚于", "Begins until"), "date"),
    Filter("campaign", Text("活动编号", "Campaign number")),
)
#: Fields of refusals that have another name in the form.
NAMES = {"sku": "sku", "campaign": "place", "resource": "place"}


@staff(VIEW, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponseBase:
    """Newest first, with the sums of what is listed; or both as a workbook."""
    asked = tables.asked(request, FILTERS)
    wanted: dict[str, Any] = {
        "state": asked["state"], "q": asked["q"], "campaign_id": id_in(asked["campaign"]) if asked["campaign"] else None,
        "start": _midnight(asked.day("from")), "end": _midnight(asked.day("until"), 1),
    }  # fmt: skip
    sums = selectors.sponsorship_sums(**wanted)
    if exports.asked(request):
        return _file(selectors.sponsorships(**wanted, limit=MOST_FILED).items, sums)
    found = selectors.sponsorships(**wanted, cursor=asked.cursor, limit=PAGE)
    codes = _codes(found.items)
    may, currency = actor(request).may(SPONSOR), mall_settings.get("mall.currency")
    table: Table = Table(
        columns=[
            Column("sponsor", Text("赞助方", "Sponsor"), value=lambda row: row.draft.sponsor),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: STATES[row.state]),
            Column("what", Text("商品或位置", "Goods or place"), value=lambda row: _what(row, codes)),
            Column("starts_at", Text("开始", "From"), kind="datetime", value=lambda row: row.draft.starts_at),
            Column("ends_at", Text("结束", "Until"), kind="datetime", value=lambda row: row.draft.ends_at),
            Column("fee", Text("费用", "Fee"), kind="money", value=lambda row: Money(row.draft.fee, currency)),
            Column("goods", Text("货品", "Goods given"), value=lambda row: row.draft.goods or None, phone=False),
            Column("theme", Text("活动", "Campaign"), value=lambda row: say(row.theme) or None, phone=False),
        ],
        rows=found.items,
        next=found.next_cursor,
        filters=FILTERS,
        asked=asked,
        key="sponsorships",
        row_href=lambda row: f"{HERE}/{row.id}",
        caption=Text("赞助", "Sponsorships"),
        empty=(
            Text("还没有赞助", "No sponsorships yet"),
            Text("登记谁为哪件商品或哪个位置付费，展示时会自动标注“赞助”", "Who pays for what to be shown; it is marked in the shop"),
        ),
        empty_action=(Text("登记赞助", "Write one down"), f"{HERE}/new") if may else None,
    )  # fmt: skip
    return page.render(
        request, "backoffice/sponsorships.html", table=table, may_change=may, sums=sums, currency=currency,
        export=f"{HERE}?{asked.query(export='xlsx')}",
    )  # fmt: skip


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    return None if day is None else clock.day_bounds(day + timedelta(days=days))[0]


def _codes(rows: list[SponsorshipView]) -> Mapping[int, str]:
    wanted = sorted({row.draft.sku_id for row in rows if row.draft.sku_id})
    return catalog.sku_codes(wanted) if wanted else {}


def _what(row: SponsorshipView, codes: Mapping[int, str]) -> str:
    """The SKU, the block of a page, the placement: what there is of them."""
    sku = codes.get(row.draft.sku_id, "") if row.draft.sku_id else ""
    return t("，", ", ").join(part for part in (sku, row.draft.spot, row.position) if part)


def _file(rows: list[SponsorshipView], sums: list[SponsorshipSum]) -> HttpResponseBase:
    codes, currency = _codes(rows), mall_settings.get("mall.currency")
    head = [
        Text("赞助方", "Sponsor"), Text("状态", "State"), Text("SKU", "SKU"), Text("页面位置", "Place"), Text("活动", "Campaign"),
        Text("推广资源", "Placement"), Text("费用", "Fee"), Text("货品", "Goods given"), Text("货品价值", "Their value"),
        Text("开始", "From"), Text("结束", "Until"), Text("备注", "Note"),
    ]  # fmt: skip
    lines = [
        [
            row.draft.sponsor, STATES[row.state][0], codes.get(row.draft.sku_id or 0, ""), row.draft.spot, row.theme, row.position,
            Money(row.draft.fee, currency), row.draft.goods, Money(row.draft.goods_value, currency), row.draft.starts_at,
            row.draft.ends_at, row.draft.note,
        ]
        for row in rows
    ]  # fmt: skip
    totals = [
        [each.theme if each.campaign_id else NO_CAMPAIGN, each.number, Money(each.fee, currency), Money(each.goods_value, currency)]
        for each in sums
    ]  # fmt: skip
    return exports.workbook(
        f"sponsorships-{clock.business_date():%Y%m%d}",
        [
            (Text("赞助", "Sponsorships"), head, lines),
            (
                Text("按活动合计", "By campaign"),
                [Text("活动", "Campaign"), Text("笔数", "Number"), Text("费用", "Fee"), Text("货品价值", "Goods")],
                totals,
            ),
        ],
    )


NO_CAMPAIGN = Text("不属于活动", "No campaign")


@staff(VIEW, post=SPONSOR)
def new(request: HttpRequest) -> HttpResponse:
    """Terms as they were agreed; with `?place=` a campaign and its placement are chosen already."""
    start = clock.now()
    form = FormState.of(
        {
            "place": request.GET.get("place", ""),
            "starts_at": campaigning.local(start),
            "ends_at": campaigning.local(start + timedelta(days=7)),
        }
    )
    status = 200
    if request.method == "POST":
        try:
            made = services.agree_sponsorship(_draft(request.POST), actor=actor(request))
            return flash(see_other(f"{HERE}/{made}"), Text("赞助已登记", "It is written down"))
        except Problem as problem:
            form, status = typed(request, problem, names=NAMES), problem.status
    return page.render(
        request, "backoffice/sponsorship.html", status=status, form=form, view=None, may_change=True, spots=_spots(""),
        places=_places(str(form.value("place"))),
    )  # fmt: skip


@staff(VIEW, post=SPONSOR)
def sponsorship(request: HttpRequest, sponsorship_id: int) -> HttpResponse:
    """One sponsorship; other terms until it is over."""
    if request.method != "POST":
        return _one(request, sponsorship_id)

    def do() -> None:
        need(request, SPONSOR)
        services.change_sponsorship(sponsorship_id, _draft(request.POST), actor=actor(request))

    return carry_out(
        request, do, Text("已保存", "Saved"), where=f"{HERE}/{sponsorship_id}",
        refused=lambda problem: _one(request, sponsorship_id, problem),
    )  # fmt: skip


@staff(VIEW, post=SPONSOR, methods=("POST",))
def cancel(request: HttpRequest, sponsorship_id: int) -> HttpResponse:
    """It does not take place, or no longer."""

    def do() -> None:
        need(request, SPONSOR)
        services.cancel_sponsorship(sponsorship_id, actor=actor(request), reason=request.POST.get("reason", ""))

    return carry_out(
        request, do, Text("赞助已取消", "It is cancelled"), where=f"{HERE}/{sponsorship_id}",
        refused=lambda problem: _one(request, sponsorship_id, problem),
    )  # fmt: skip


def _one(request: HttpRequest, sponsorship_id: int, problem: Problem | None = None) -> HttpResponse:
    view, currency = selectors.sponsorship(sponsorship_id), mall_settings.get("mall.currency")
    initial = _values(view, currency)
    form = FormState.of(initial) if problem is None else typed(request, problem, names=NAMES, initial=initial)
    may = actor(request).may(SPONSOR) and "cancel" in view.actions
    return page.render(
        request, "backoffice/sponsorship.html", status=problem.status if problem else 200, view=view, form=form, may_change=may,
        state=STATES[view.state], spots=_spots(str(form.value("spot"))), places=_places(str(form.value("place"))),
    )  # fmt: skip


def _values(view: SponsorshipView, currency: str) -> dict[str, Any]:
    terms = view.draft
    found: dict[str, Any] = {name: getattr(terms, name) for name in ("sponsor", "spot", "goods", "note")}
    return found | {
        "sku": catalog.sku_codes([terms.sku_id])[terms.sku_id] if terms.sku_id else "",
        "fee": format_minor(terms.fee, currency) if terms.fee else "",
        "goods_value": format_minor(terms.goods_value, currency) if terms.goods_value else "",
        "starts_at": campaigning.local(terms.starts_at), "ends_at": campaigning.local(terms.ends_at),
        "place": _place(terms.campaign_id, terms.resource_id),
    }  # fmt: skip


def _draft(given: Mapping[str, Any]) -> SponsorshipDraft:
    """What the form wants. Raises ValidationFailed for what cannot be read; the service says the rest."""
    errors: list[FieldError] = []
    currency = mall_settings.get("mall.currency")
    code = str(given.get("sku", "")).strip()
    sku_id = catalog.sellable_by_code([code])[0].sku_id if code else None
    if code and not sku_id:
        errors.append(FieldError("sku", "unknown", Text("没有这个 SKU", "there is no such SKU")))
    fee, value = (money_in(str(given.get(name, "")), name, currency, errors) or 0 for name in ("fee", "goods_value"))
    times = {}
    for name in ("starts_at", "ends_at"):
        before = len(errors)
        times[name] = goods.instant(str(given.get(name, "")), name, errors)
        if times[name] is None and len(errors) == before:
            errors.append(FieldError(name, "required", Text("请填写时间", "give the time")))
    campaign, _, resource = str(given.get("place", "")).partition("-")
    if errors:
        raise ValidationFailed(errors=errors)
    return SponsorshipDraft(
        str(given.get("sponsor", "")), times["starts_at"] or clock.now(), times["ends_at"] or clock.now(), sku_id,
        str(given.get("spot", "")), fee, str(given.get("goods", "")), value, id_in(campaign), id_in(resource),
        str(given.get("note", "")),
    )  # fmt: skip


def _place(campaign_id: int | None, resource_id: int | None) -> str:
    """A campaign with a placement of it as the form has them."""
    return "" if campaign_id is None else f"{campaign_id}-{resource_id or ''}"


def _places(chosen: str) -> list[tuple[str, str]]:
    """The newest campaigns with their placements; what is chosen is among them."""
    found = [("", say(NO_CAMPAIGN))]
    for row in selectors.campaigns(limit=20).items:
        if row.state != "ended" or chosen.startswith(f"{row.id}-"):
            found.append((_place(row.id, None), say(row.theme)))
            found += [
                (_place(row.id, each.id), f"{say(row.theme)} · {each.plan.position}")
                for each in (selectors.campaign(row.id).resources if row.resources else ())
            ]
    if chosen and chosen not in dict(found):
        found.append((chosen, t("已选活动", "The campaign chosen")))
    return found


def _spots(chosen: str) -> list[tuple[str, str]]:
    """The blocks of all published pages; what is chosen stays, also where its page is gone."""
    found = [("", t("不占页面位置", "None"))]
    for shown in content.all_published():
        found += [
            (
                f"{shown.path}#{block.id}",
                f"{say(shown.title.text)} · {say(block.title.text) or say(BLOCKS[block.type].LABEL)}",
            )
            for block in shown.blocks
        ]
    if chosen and chosen not in dict(found):
        found.append((chosen, chosen))
    return found


urlpatterns = [
    path("sponsorships", listing, name="office-sponsorships"),
    path("sponsorships/new", new, name="office-sponsorship-new"),
    path("sponsorships/<int:sponsorship_id>", sponsorship, name="office-sponsorship"),
    path("sponsorships/<int:sponsorship_id>/cancel", cancel, name="office-sponsorship-cancel"),
]
