"""When goods are there and what bringing them costs, told before anybody buys: beside the price, and for all provinces at once."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from urllib.parse import quote, unquote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from zhanggui.carriage import selectors as carriage
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout import selectors as checkout
from zhanggui.kernel import fresh, mall_settings
from zhanggui.kernel.i18n import ZH, Text
from zhanggui.kernel.problems import NotFound
from zhanggui.kernel.provinces import PROVINCES, province_key
from zhanggui.pickup import selectors as pickup
from zhanggui.pickup.types import PickupPoint
from zhanggui.pricing import selectors as pricing
from zhanggui.pricing.types import FreightPart, Sent
from zhanggui.promotions.types import words
from zhanggui.ui import language, page

COOKIE = "zg_province"
YEAR = 365 * 86_400
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: A fee that needs no words beside its amount.
_PLAIN = frozenset({"flat"})


def days(arrival: checkout.Arrival, lang: str) -> str:
    """12月1日–3日, Dec 1–3."""
    first, last = arrival

    def day(one: date) -> str:
        return f"{one.month}月{one.day}日" if lang == ZH else f"{_MONTHS[one.month - 1]} {one.day}"

    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{day(first)}–{last.day}{'日' if lang == ZH else ''}"
    return f"{day(first)}–{day(last)}"


def freight_words(parts: tuple[FreightPart, ...], lang: str, currency: str) -> list[str]:
    """How a freight comes about, part by part, with the template's name where there are several."""
    charged = [part for part in parts if part.charged]
    found = []
    for part in charged:
        codes = {one.code for one in part.why}
        alone = len(charged) == 1  # then its amount says what the first fee is
        said = [
            one.text.render(lang, **words(one.params, lang, currency))
            for one in part.why
            if not alone or (one.code not in _PLAIN and (one.code != "first" or "step" in codes))
        ]
        if said and not alone:
            text = Text("，", ", ").render(lang).join(said)
            said = [Text("{name}：{said}", "{name}: {said}").render(lang, name=part.name.render(lang), said=text)]
        found += said
    return found


class Row(NamedTuple):
    """A province in the table of delivery; `days` None where nobody knows, `fee` None where it is not delivered to."""

    province: str
    served: bool
    remote: bool
    days: tuple[int, int] | None
    carrier: Text | None
    fee: int | None
    surcharge: int
    why: list[str]


@require_GET
def of_product(request: HttpRequest, slug: str) -> HttpResponse:
    """`GET /p/<slug>/delivery?sku=&province=`: what holds for one piece sent there. Remembers the province."""
    lang, currency = language.of(request), mall_settings.get("mall.currency")
    code = request.GET.get("sku", "")[:100]
    province = known(request.GET.get("province", "") or request.COOKIES.get(COOKIE, ""))
    sku = catalog.sellable_by_code([code])[0] if code else None
    if sku is None or sku.slug != slug:
        raise NotFound()
    found = checkout.estimate({code: 1}, province) if province else None
    response = page.render(
        request, "storefront/delivery_of_product.html", sku=sku, province=province, provinces=PROVINCES, found=found,
        currency=currency, arrives=days(found.when.arrival, lang) if found and found.when.arrival else "",
        why=freight_words(found.freight.parts, lang, currency) if found and found.freight else [],
    )  # fmt: skip
    if province:
        response.set_cookie(COOKIE, quote(province), max_age=YEAR, samesite="Lax", secure=request.is_secure())
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def known(name: str) -> str:
    """A province by its short name; "" for what is none. The cookie holds it percent-encoded."""
    key = province_key(unquote(name[:200])[:40])
    return key if key in PROVINCES else ""


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """`GET /delivery`: where the mall delivers, how long it takes and what it costs, and where goods can be fetched (配送说明)."""
    lang, currency = language.of(request), mall_settings.get("mall.currency")
    return page.render(
        request, "storefront/delivery.html", rows=_rows(lang, currency), points=_points(), currency=currency,
        hours=mall_settings.get("orders.dispatch_hours"), latest=mall_settings.get("orders.dispatch_latest_hours"),
        mine=known(request.COOKIES.get(COOKIE, "")), canonical="/delivery", crumbs=[],
    )  # fmt: skip


def _points() -> tuple[PickupPoint, ...]:
    return pickup.points(version=fresh.pinned_or_known(pickup.VERSION))


def _rows(lang: str, currency: str) -> list[Row]:
    """Every province, as it holds for goods without a freight template of their own. No statement."""
    times = checkout.times_to(PROVINCES)
    carriers = carriage.names(version=fresh.pinned_or_known(carriage.VERSION))
    book = pricing.freight_book(version=fresh.pinned_or_known(pricing.FREIGHT_VERSION))
    template = book.templates.get("default")
    found = []
    for province in PROVINCES:
        time, rule = times.get(province), pricing.rule_for(template, "express", province)
        served = (time is None or time.served) and (rule is None or rule.deliverable)
        carrier = carriers.get(time.carrier) if time and time.served else None
        said: list[str] = []
        if served and rule is not None:
            light = pricing.freight(
                "express", province, [Sent(0, (), 1, 0, 0)], version=fresh.pinned_or_known(pricing.FREIGHT_VERSION)
            )
            said = [
                one.text.render(lang, **words(one.params, lang, currency))
                for part in light.parts for one in part.why if one.code in ("first", "rung", "below")
            ]  # fmt: skip
            if rule.step_fee and rule.first and template is not None:
                said.append(_further(rule.step, rule.step_fee, template.unit, lang, currency))
            if rule.free_over is not None:
                said.append(
                    Text("满 {over_figure} 元免运费", "free from {over_figure}").render(
                        lang, **words({"over_figure": rule.free_over}, lang, currency)
                    )
                )
            if rule.free_pieces is not None:
                said.append(Text("满 {n} 件免运费", "free from {n} pcs").render(lang, n=rule.free_pieces))
        found.append(
            Row(
                province, served, bool(time and time.remote), (time.days_min, time.days_max) if time and time.served else None,
                Text(carrier.name, carrier.name_en or carrier.name) if carrier else None,
                (rule.fee if rule else 0) if served else None, rule.surcharge if rule and served else 0, said,
            )
        )  # fmt: skip
    return found


def _further(step: int, step_fee: int, unit: str, lang: str, currency: str) -> str:
    measure = f"{step / 1000:g} kg" if unit == "weight" else Text("{n} 件", "{n} pcs").render(lang, n=step)
    text = Text("每续 {measure} 加 {fee_figure} 元", "{fee_figure} for each {measure} more")
    return text.render(lang, measure=measure, **words({"fee_figure": step_fee}, lang, currency))
