"""Coupons at work: their funnel, batches of codes, sends to members, money set aside, and who has which code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from zhanggui.analytics import selectors as analytics
from zhanggui.kernel import ids, mall_settings, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import Money
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.orders import selectors as orders
from zhanggui.promotions import selectors, services
from zhanggui.promotions.types import CouponAudience
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .. import exports, goods, offers, tables
from ..access import actor, carry_out, need, staff, typed
from ..charts import Chart
from ..tables import Column, Table

PAGE = 50
HERE = "/office/coupons"
EXPORTED = 5_000
SENDS = {
    "waiting": (Text("排队中", "Waiting"), "neutral"),
    "running": (Text("发放中", "Being sent"), "info"),
    "finished": (Text("已完成", "Finished"), "good"),
    "stopped": (Text("提前结束", "Ended early"), "warn"),
}
FAILURES = {
    "none_left": Text("券已发完", "none were left"),
    "not_live": Text("券不在进行中", "the coupon was not live"),
}


def _label(row: Any) -> Text:
    return Text(row["label_zh"], row["label_en"] or row["label_zh"])


def _rate(row: Any) -> Any:
    """Nothing where codes are shared: they are used more often than they are issued."""
    return row["used"] / row["issued"] if row["issued"] >= max(row["used"], 1) else None


def _columns(currency: str) -> list[Column]:
    def money(name: str) -> Callable[[Any], Money]:
        return lambda row: Money(row[name], currency)

    return [
        Column("label", Text("优惠券", "Coupon"), value=_label),
        Column("state", Text("状态", "State"), value=lambda row: offers.STAGES.get(row["state"], (Text("进行中", "Live"), ""))[0]),
        Column("issued", Text("发行", "Issued"), kind="number"),
        Column("held", Text("领取", "Claimed"), kind="number"),
        Column("used", Text("使用", "Used"), kind="number"),
        Column("rate", Text("使用率", "Used of issued"), kind="percent", phone=False, value=_rate),
        Column("revenue", Text("带来实付", "Revenue"), kind="money", value=money("revenue")),
        Column("discount", Text("优惠金额", "Discount"), kind="money", value=money("discount")),
    ]  # fmt: skip


@staff("promotions.view", methods=("GET",))
def coupons(request: HttpRequest) -> HttpResponseBase:
    """All coupons with what became of them, and the money set aside. Two statements."""
    currency = mall_settings.get("mall.currency")
    columns = _columns(currency)
    if form := exports.asked(request):
        rows = ([column.of(row) for column in columns] for row in analytics.coupon_funnels(limit=EXPORTED))
        return exports.answer(form, "coupons", [column.label for column in columns], rows)
    asked = tables.asked(request)
    before = paging.decode(asked.cursor, int)[0] if asked.cursor else None
    found = paging.page(analytics.coupon_funnels(before_id=before, limit=PAGE + 1), PAGE, lambda row: row["id"])
    table: Table = Table(
        columns=columns, rows=found.items, next=found.next_cursor, asked=asked, export=True,
        row_href=lambda row: f"{HERE}/{row['id']}", caption=Text("优惠券", "Coupons"),
        empty=Text("还没有优惠券", "No coupons yet"),
    )  # fmt: skip
    return page.render(
        request, "backoffice/coupons.html", table=table, budgets=analytics.budgets(), currency=currency, label=_label
    )


@staff("coupons.manage", methods=("GET",))
def codes(request: HttpRequest) -> HttpResponseBase:
    """`?q=`: a code, a member's id or an order's number: who has it, which order used it. One statement."""
    q = request.GET.get("q", "").strip()[:64]
    return page.render(
        request, "backoffice/coupon_codes.html", q=q, rows=selectors.code_search(q) if q else [], label=_label,
        currency=mall_settings.get("mall.currency"), form=FormState.of({"q": q}),
    )  # fmt: skip


@staff("promotions.view", methods=("GET",))
def coupon(request: HttpRequest, promotion_id: int) -> HttpResponseBase:
    """One coupon: funnel and days, batches, sends."""
    return _coupon(request, promotion_id)


def _coupon(
    request: HttpRequest, promotion_id: int, form: FormState | None = None, status: int = 200, **more: Any
) -> HttpResponseBase:
    language.use(language.of(request))
    currency = mall_settings.get("mall.currency")
    days = analytics.coupon_days(promotion_id)
    return page.render(
        request, "backoffice/coupon.html", status=status, funnel=analytics.coupon_funnel(promotion_id), label=_label,
        days=_chart(days), batches=selectors.batches(promotion_id), sends=selectors.sends(promotion_id), SENDS=SENDS,
        failures=FAILURES, form=form or FormState.of({"bought": "", "key": ids.document_number("S")}), currency=currency,
        tiers=[(tier.code, say(tier.name)) for tier in members.tiers()], here=f"{HERE}/{promotion_id}",
        **{"preview": None, "unknown": [], **more},
    )  # fmt: skip


def _chart(days: list[dict[str, Any]]) -> Chart:
    said = language.t
    names = (("held", said("领取", "Claimed")), ("used", said("使用", "Used")))
    option = {
        "format": "count", "legend": {}, "yAxis": {},
        "xAxis": {"type": "category", "data": [f"{row['day']:%m-%d}" for row in days]},
        "series": [{"name": words, "type": "bar", "data": [row[name] for row in days]} for name, words in names],
    }  # fmt: skip
    head = [said("日期", "Day"), *(words for _, words in names)]
    return Chart(
        option,
        head,
        [[row["day"].isoformat(), str(row["held"]), str(row["used"])] for row in days],
        said("每日", "By day"),
        260,
    )


def _act(request: HttpRequest, promotion_id: int, act: Callable[[], Any], done: Text) -> HttpResponse:
    def refused(problem: Problem) -> Any:
        return _coupon(request, promotion_id, typed(request, problem), problem.status)

    return carry_out(request, act, done, where=f"{HERE}/{promotion_id}", refused=refused)


@staff("coupons.manage", methods=("POST",))
def make_batch(request: HttpRequest, promotion_id: int) -> HttpResponse:
    errors: list[FieldError] = []
    count = goods.units(request.POST.get("count", ""), "count", errors)

    def do() -> None:
        if errors or not count:
            raise ValidationFailed(errors=errors or [FieldError("count", "required", Text("请填写数量", "how many?"))])
        services.generate_codes(promotion_id, count, note=request.POST.get("note", ""), actor=actor(request))

    return _act(request, promotion_id, do, Text("券码已生成", "The codes are made"))


@staff("coupons.manage", methods=("POST",))
def void_batch(request: HttpRequest, promotion_id: int, batch: str) -> HttpResponse:
    return _act(
        request, promotion_id, lambda: services.void_batch(promotion_id, batch, actor=actor(request)),
        Text("未用的券码已作废", "Its unused codes are void"),
    )  # fmt: skip


@staff("coupons.manage", methods=("POST",))
def void_code(request: HttpRequest, promotion_id: int, code_id: int) -> HttpResponse:
    return _act(
        request, promotion_id, lambda: services.void_code(promotion_id, code_id, actor=actor(request)),
        Text("券码已作废", "The code is void"),
    )  # fmt: skip


@staff("coupons.manage", methods=("GET",))
def batch_file(request: HttpRequest, promotion_id: int, batch: str) -> HttpResponseBase:
    """All codes of a batch as a file, read and sent part by part."""
    head = [Text("券码", "Code"), Text("已用", "Used"), Text("会员", "Member"), Text("作废时间", "Void since")]
    return exports.answer(exports.asked(request) or "csv", f"codes-{batch}", head, _codes(promotion_id, batch))


def _codes(promotion_id: int, batch: str) -> Iterator[list[Any]]:
    after = 0
    while rows := selectors.codes(promotion_id, batch=batch, after_id=after, limit=2000):
        yield from ([row["code"], row["used"], row["member_id"], row["voided_at"]] for row in rows)
        after = rows[-1]["id"]


@staff("coupons.grant", methods=("POST",))
def send(request: HttpRequest, promotion_id: int) -> HttpResponseBase:
    """Whom it would reach (`do=preview`), and then sending it."""
    given, unknown = request.POST, list[str]()
    try:
        need(request, "coupons.grant")
        audience, reached, unknown = _audience(given)
        if given.get("do") != "send":
            form = FormState(given, {})
            return _coupon(request, promotion_id, form, preview=len(reached), unknown=unknown)
        services.start_send(
            promotion_id, reached, key=given.get("key", ""), audience=audience, note=given.get("send_note", ""),
            actor=actor(request),
        )  # fmt: skip
    except Problem as problem:
        if problem.extra.get("permission"):
            raise
        return _coupon(request, promotion_id, typed(request, problem), problem.status, unknown=unknown)
    done = Text("已开始发放", "It is on its way")
    return carry_out(request, lambda: None, done, where=f"{HERE}/{promotion_id}", refused=lambda _: HttpResponse())


def _audience(given: Any) -> tuple[CouponAudience, list[int], list[str]]:
    """Whom the form means, the members that are, and the words of its list that name nobody. Raises ValidationFailed."""
    listed = given.get("list", "").replace(",", " ").replace("，", " ").split()
    if listed:
        reached, unknown = members.ids_of(listed)
        return CouponAudience(listed=len(reached)), reached, unknown
    errors: list[FieldError] = []
    inactive = goods.units(given.get("inactive_days", ""), "inactive_days", errors)
    month = goods.units(given.get("birthday_month", ""), "birthday_month", errors)
    if month is not None and not 1 <= month <= 12:
        errors.append(FieldError("birthday_month", "range", Text("应为 1 到 12", "1 to 12")))
    if inactive is not None and inactive > 3650:
        errors.append(FieldError("inactive_days", "range", Text("应为 1 到 3650", "1 to 3650")))
    if errors:
        raise ValidationFailed(errors=errors)
    tags = tuple(given.get("tags", "").replace("，", "、").replace(",", "、").split("、"))
    audience = CouponAudience(
        tiers=tuple(given.getlist("tiers"))[:50], tags=tuple(tag.strip()[:40] for tag in tags if tag.strip())[:50],
        bought={"yes": True, "no": False}.get(given.get("bought", "")), inactive_days=inactive, birthday_month=month,
    )  # fmt: skip
    return audience, orders.members_matching(audience), []


urlpatterns = [
    path("coupons", coupons, name="office-coupons"),
    path("coupons/codes", codes, name="office-coupon-codes"),
    path("coupons/<int:promotion_id>", coupon, name="office-coupon"),
    path("coupons/<int:promotion_id>/batches", make_batch, name="office-coupon-batches"),
    path("coupons/<int:promotion_id>/batches/<slug:batch>", batch_file, name="office-coupon-batch"),
    path("coupons/<int:promotion_id>/batches/<slug:batch>/void", void_batch, name="office-coupon-batch-void"),
    path("coupons/<int:promotion_id>/codes/<int:code_id>/void", void_code, name="office-coupon-code-void"),
    path("coupons/<int:promotion_id>/send", send, name="office-coupon-send"),
]
