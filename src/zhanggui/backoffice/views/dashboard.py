"""The first page of the day: what needs this colleague now, and how today goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse

from zhanggui.accounts import selectors as accounts
from zhanggui.accounts.types import DutiesView
from zhanggui.analytics import selectors as analytics
from zhanggui.kernel import clock, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.ui import formatting, page

from ..access import actor, staff
from ..attention import tasks
from ..links import to

#: The metrics of the first page, in the report's words and by its definitions.
SHOWN = ("sales", "valid_orders", "average_order_value", "uv", "order_conversion_rate", "gross_profit")
DAYS = 15
WEEK = 7
GREETINGS = (
    (5, Text("夜深了", "Good evening")),
    (11, Text("早上好", "Good morning")),
    (13, Text("中午好", "Good day")),
    (18, Text("下午好", "Good afternoon")),
    (24, Text("晚上好", "Good evening")),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric today, beside yesterday and the same day of last week, as text; `spark` are the last 15 days."""

    name: str
    title: Text
    definition: Text
    value: str
    yesterday: str
    last_week: str
    trend: float | None
    spark: list[float | int]
    href: str


@staff(methods=("GET",))
def dashboard(request: HttpRequest) -> HttpResponse:
    """What the roles of whoever is here have to look at."""
    who, today = actor(request), clock.business_date()
    hour = clock.local(clock.now()).hour
    return page.render(
        request,
        "backoffice/dashboard.html",
        tasks=tasks(who),
        figures=figures(who, today),
        greeting=next(words for until, words in GREETINGS if hour < until),
        today=today,
        unread=[each for each in accounts.duties(who.id or 0) if _unread(each)],
        report_href=to("office-reports"),
    )


def _unread(each: DutiesView) -> bool:
    return each.version > 0 and each.acknowledged_at is None


def figures(who: Actor, today: date) -> list[Figure]:
    """Today's numbers, the same as the daily report's; nothing for those who may not see it."""
    if not who.may("reports.view"):
        return []
    wanted = [name for name in SHOWN if name != "gross_profit" or who.may("pricing.view_cost")]
    described = {each["name"]: each for each in analytics.definitions()}
    currency = mall_settings.get("mall.currency")
    found = []
    for name, points in analytics.many(wanted, today, points=DAYS).items():
        about = described[name]
        values = [point.value for point in points]
        now, before, week_ago = values[-1], values[-2], values[-1 - WEEK]
        found.append(
            Figure(
                name=name,
                title=Text(about["title_zh"], about["title_en"]),
                definition=Text(about["definition_zh"], about["definition_en"]),
                value=written(about["kind"], now, currency),
                yesterday=written(about["kind"], before, currency),
                last_week=written(about["kind"], week_ago, currency),
                trend=(now - week_ago) / week_ago if now is not None and week_ago else None,
                spark=[value or 0 for value in values] if any(values) else [],
                href=to("office-reports", query=f"metric={name}&day={today.isoformat()}"),
            )
        )
    return found


def written(kind: str, value: float | int | None, currency: str) -> str:
    """A metric's value as people read it."""
    if kind == "money":
        return formatting.money(value if value is None else round(value), currency)
    if kind == "rate":
        return formatting.percent(value)
    return formatting.quantity(value)
