"""Charts of the reports: options for the chart component, each with its table for those who read rather than look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from zhanggui.analytics.types import Heat, HeatCell, MetricKind, Point, Value
from zhanggui.kernel import clock
from zhanggui.kernel.money import minor_digits
from zhanggui.pricing.types import Span
from zhanggui.ui import formatting
from zhanggui.ui.language import t

LOOK = {"borderWidth": 2, "borderColor": "transparent", "borderRadius": 4}
WEEKDAYS = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)


@dataclass(frozen=True, slots=True)
class Chart:
    """What `c.chart` takes."""

    option: dict[str, Any]
    head: list[str]
    rows: list[list[str]]
    label: str
    height: int = 300
    names: list[str] = field(default_factory=list)

    @property
    def table(self) -> dict[str, Any]:
        return {"head": self.head, "rows": self.rows}


def shown(value: Value, kind: MetricKind | None, currency: str) -> str:
    """A figure as the reports' pages write it; unknown is a dash."""
    if value is None:
        return formatting.NOTHING
    if kind == "money":
        return formatting.money(int(value), currency)
    if kind == "rate":
        return formatting.percent(value, 2)
    if kind == "seconds":
        return t(f"{formatting.quantity(value)} 秒", f"{formatting.quantity(value)} s")
    return formatting.quantity(value)


def weekday(number: int) -> str:
    """1 is Monday."""
    return t(*WEEKDAYS[number - 1])


def line(
    title: str,
    kind: MetricKind,
    currency: str,
    points: Sequence[Point],
    before: Sequence[Point] = (),
    height: int = 280,
) -> Chart:
    """A metric over time; `before` are the points of the period before, drawn dashed under the same days."""
    data = [_value(p.value, kind, currency) for p in points]
    dashed = [_value(p.value, kind, currency) for p in before]
    series: list[dict[str, Any]] = [
        {"name": t("本期", "This period") if before else title, "type": "line", "data": data, "smooth": False,
         "showSymbol": len(points) <= 31, **({} if before else {"areaStyle": {"opacity": 0.08}})},
    ]  # fmt: skip
    if before:
        series.append(
            {
                "name": t("上期", "The one before"),
                "type": "line",
                "data": dashed,
                "lineStyle": {"type": "dashed", "width": 1.5},
            }
        )
    option = {
        "format": _format(kind, currency),
        "xAxis": {"type": "category", "data": [_day(p.first, len(before) > 0) for p in points], "boundaryGap": False},
        "yAxis": {},
        "series": series,
        **({"legend": {}} if before else {}),
    }
    head = [t("日期", "Day"), title] + ([t("上期", "Before")] if before else [])
    rows = [
        [
            p.first.isoformat(),
            shown(p.value, kind, currency),
            *([shown(before[i].value, kind, currency)] if i < len(before) else []),
        ]
        for i, p in enumerate(points)
    ]
    return Chart(option, head, rows, title, height)


def bars(
    title: str, head: Sequence[str], names: Sequence[str], values: Sequence[Value], kind: MetricKind, currency: str, *,
    lying: bool = False, height: int = 260,
) -> Chart:  # fmt: skip
    """One bar for each name; `lying` for long names."""
    category = {"type": "category", "data": list(names), **({"inverse": True} if lying else {})}
    option = {
        "format": _format(kind, currency),
        "xAxis": {} if lying else category,
        "yAxis": category if lying else {},
        "series": [
            {"name": head[-1], "type": "bar", "data": [_value(v, kind, currency) for v in values],
             **({"itemStyle": {"borderRadius": [0, 3, 3, 0]}, "barMaxWidth": 20} if lying else {})}
        ],
    }  # fmt: skip
    rows = [[name, shown(value, kind, currency)] for name, value in zip(names, values, strict=True)]
    return Chart(option, list(head), rows, title, max(120, 30 * len(names) + 40) if lying else height)


def two_axes(
    title: str,
    names: Sequence[str],
    left: tuple[str, Sequence[Value], MetricKind],
    right: tuple[str, Sequence[Value]],
    currency: str,
) -> Chart:
    """Bars of one figure and a line of counts above them."""
    option = {
        "format": _format(left[2], currency),
        "legend": {},
        "xAxis": {"type": "category", "data": list(names)},
        "yAxis": [{}, {"format": "count", "splitLine": {"show": False}}],
        "series": [
            {"name": left[0], "type": "bar", "data": [_value(v, left[2], currency) for v in left[1]]},
            {"name": right[0], "type": "line", "yAxisIndex": 1, "format": "count", "data": list(right[1])},
        ],
    }
    rows = [
        [name, shown(a, left[2], currency), formatting.quantity(b)]
        for name, a, b in zip(names, left[1], right[1], strict=True)
    ]
    return Chart(option, [title, left[0], right[0]], rows, title)


def steps(title: str, spans: Sequence[Span], now: datetime, struck: int | None, currency: str) -> Chart:
    """A price from step to step; what is planned is dashed, and a line lies where one stands struck through."""

    def point(at: datetime, price: int) -> list[Any]:
        return [f"{clock.local(at):%Y-%m-%d %H:%M:%S}", _value(price, "money", currency)]

    past = [point(s.since, s.price) for s in spans if s.since <= now]
    current = next((s.price for s in reversed(spans) if s.since <= now), None)
    if current is not None:
        past.append(point(now, current))
    coming = [s for s in spans if s.since > now]
    ahead = [point(s.since, s.price) for s in coming]
    if ahead and current is not None:
        last = coming[-1]
        ahead = [point(now, current), *ahead, point(last.until or last.since + timedelta(days=7), last.price)]
    data: list[dict[str, Any]] = [
        {
            "name": title,
            "type": "line",
            "step": "end",
            "data": past,
            "showSymbol": len(past) <= 40,
            "areaStyle": {"opacity": 0.06},
        }
    ]
    if ahead:
        planned = {"step": "end", "showSymbol": True, "lineStyle": {"type": "dashed", "width": 2}}
        data.append({"name": t("计划", "Planned"), "type": "line", "data": ahead, **planned})
    if struck is not None:
        words = t("显示的划线价 ", "struck through ") + formatting.money(struck, currency)
        mark = {"yAxis": _value(struck, "money", currency), "label": {"formatter": words, "position": "insideStartTop"}}
        data[0]["markLine"] = {"symbol": "none", "silent": True, "data": [mark], "lineStyle": {"type": "dotted"}}
    option = {
        "format": _format("money", currency),
        "xAxis": {"type": "time", "axisLabel": {"formatter": "{MM}-{dd}", "hideOverlap": True}},
        "yAxis": {"min": 0},
        "series": data,
        **({"legend": {}} if ahead else {}),
    }
    rows = [
        [formatting.datetime(s.since), formatting.datetime(s.until), formatting.money(s.price, currency), _planned(s)]
        for s in spans
    ]
    head = [t("自", "From"), t("至", "Until"), title, t("方式", "How")]
    return Chart(option, head, rows, t("售价走势", "The price over time"), 260)


def _planned(span: Span) -> str:
    return t("定时", "planned") if span.planned else t("日常", "ordinary")


def waterfall(title: str, steps: Sequence[tuple[str, int]], previous: int, value: int, currency: str) -> Chart:
    """From the earlier figure, part by part, to the later one. Where the way leads below zero, the parts stand alone."""
    names = [t("上期", "Before"), *(name for name, _ in steps), t("本期", "Now")]
    levels = [previous]
    for _, amount in steps:
        levels.append(levels[-1] + amount)
    if min(levels) < 0:
        return bars(title, [title, t("变化", "Change")], names[1:-1], [a for _, a in steps], "money", currency)
    base, up, down, whole = [0], [0], [0], [previous]
    for before, after in pairwise(levels):
        base.append(min(before, after))
        up.append(max(after - before, 0))
        down.append(max(before - after, 0))
        whole.append(0)
    for row, last in ((base, 0), (up, 0), (down, 0), (whole, value)):
        row.append(last)
    said = [_short(previous, currency), *(_short(a, currency, "+") for _, a in steps), _short(value, currency)]
    option = {
        "format": _format("money", currency),
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 16, "top": 28, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": names, "axisLabel": {"interval": 0, "width": 76, "overflow": "break"}},
        "yAxis": {},
        "series": [
            {
                **_stack(t("起点", "Base"), base, None, currency, "transparent"),
                "silent": True,
                "tooltip": {"show": False},
            },
            _stack(t("数值", "Figure"), whole, said, currency, "#8d8478"),
            _stack(t("增加", "Up"), up, said, currency, "#2f8f63"),
            _stack(t("减少", "Down"), down, said, currency, "#c4492f"),
        ],
    }
    rows = [[names[0], formatting.money(previous, currency)]]
    rows += [[name, _signed(amount, currency)] for name, amount in steps]
    rows.append([names[-1], formatting.money(value, currency)])
    return Chart(option, [t("因素", "Factor"), t("金额", "Amount")], rows, title)


def _stack(name: str, values: Sequence[int], said: Sequence[str] | None, currency: str, colour: str) -> dict[str, Any]:
    """The bars of one colour; where there is one, the words of it stand on top."""
    data: list[Any] = [_value(v, "money", currency) if v else None for v in values]
    if said is not None:
        label = {"show": True, "position": "top", "fontSize": 12}
        data = [
            v if v is None else {"value": v, "label": {**label, "formatter": words}}
            for v, words in zip(data, said, strict=True)
        ]
    look = {"type": "bar", "stack": "way", "barMaxWidth": 56, "itemStyle": {"color": colour}}
    return {"name": name, "data": data, **look}


def heat_map(title: str, heat: Heat, name: str, kind: MetricKind) -> Chart:
    """Hours across, weekdays down; the warmer the more."""
    cells = [[c.hour, c.weekday - 1, _value(getattr(c, name), kind, heat.currency) or 0] for c in heat.cells]
    most = max((cell[2] for cell in cells), default=0)
    option = {
        "format": _format(kind, heat.currency),
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 16, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [f"{h}" for h in range(24)], "splitArea": {"show": False}},
        "yAxis": {"type": "category", "data": [weekday(n) for n in range(1, 8)], "inverse": True},
        "visualMap": {"min": 0, "max": most or 1, "show": False},
        "series": [{"name": title, "type": "heatmap", "data": cells, "itemStyle": LOOK}],
    }  # fmt: skip
    head = [t("时段", "Hour"), *(weekday(n) for n in range(1, 8))]
    by_hour: dict[int, list[HeatCell]] = {hour: [c for c in heat.cells if c.hour == hour] for hour in range(24)}
    rows = [
        [hour_words(h), *(shown(getattr(c, name), kind, heat.currency) for c in found)] for h, found in by_hour.items()
    ]
    return Chart(option, head, rows, title, 320)


def hour_words(hour: int) -> str:
    return f"{hour:02d}:00–{hour:02d}:59"


def _short(amount: int, currency: str, plus: str = "") -> str:
    """Whole units: what fits above a bar."""
    return (plus if amount > 0 else "") + formatting.money(amount, currency).partition(".")[0]


def _day(day: date, with_weekday: bool) -> str:
    return f"{day:%m-%d} {weekday(day.isoweekday())}" if with_weekday else f"{day:%m-%d}"


def _signed(amount: int, currency: str) -> str:
    return ("+" if amount > 0 else "") + formatting.money(amount, currency)


def _format(kind: MetricKind, currency: str) -> str:
    """The component writes minor units of yuan itself; other currencies come in whole units."""
    if kind == "money":
        return "money" if currency == "CNY" else "count"
    return "percent" if kind == "rate" else "number" if kind in ("seconds", "number") else "count"


def _value(value: Value, kind: MetricKind, currency: str) -> Value:
    if value is None or kind != "money" or currency == "CNY":
        return value
    return round(value / 10 ** minor_digits(currency), 2)
