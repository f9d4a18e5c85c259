"""The form of a replay: which promotions shall have been in force, when, for whom, and with which figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.planning.types import EntryDraft, EntryView, ReplayDraft
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import KINDS, PromotionDraft, PromotionView
from zhanggui.ui.forms import scaled

from . import goods

MOST = 150
PRESETS = {
    "ran": Text("按当时", "As it ran"),
    "now": Text("按现在", "As it is now"),
    "none": Text("全部停用", "None at all"),
}
#: Names of figures in configurations: what they are called, and whether they are money, a share or a count.
_FIGURES: dict[str, tuple[Text, str]] = {
    "threshold": (Text("满（元）", "From"), "money"),
    "off": (Text("减（元）", "Off"), "money"),
    "price": (Text("价格（元）", "Price"), "money"),
    "cap": (Text("最多减（元）", "At most"), "money"),
    "value": (Text("赠品价值（元）", "Worth"), "money"),
    "off_basis_points": (Text("优惠（%）", "Off (%)"), "percent"),
    "pieces": (Text("件数", "Pieces"), "count"),
    "quantity": (Text("件数", "Pieces"), "count"),
    "stock": (Text("名额", "Pieces in all"), "count"),
    "times": (Text("最多次数", "Times"), "count"),
    "per_buyer": (Text("每人限购", "Per buyer"), "count"),
    "choose": (Text("可选件数", "Choices"), "count"),
}
_LIMITS: dict[str, tuple[Text, str]] = {
    "budget": (Text("预算（元）", "Budget"), "money"),
    "use_limit": (Text("总次数", "Uses in all"), "count"),
    "per_holder_limit": (Text("每人次数", "Uses per buyer"), "count"),
}
_WHERE = {"throughout": "time", "everybody": "who"}
_FIXED = ("sku",)  # a number, and no figure


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a promotion that may be changed for the replay; `path` leads to it in the configuration."""

    path: tuple[str | int, ...]
    label: Text
    unit: str
    value: int

    @property
    def place(self) -> str:
        return ".".join(map(str, self.path))

    @property
    def step(self) -> int | None:
        """Of several steps, which."""
        return next((part + 1 for part in self.path if isinstance(part, int)), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """A promotion on the form. `ran`: it was on within the window."""

    view: PromotionView
    ran: bool
    figures: tuple[Figure, ...]

    @property
    def by_code(self) -> bool:
        return KINDS[self.view.draft.kind].by_code

    def name(self, what: str) -> str:
        return f"{what}-{self.view.id}"


def window_of(given: Mapping[str, Any]) -> tuple[date, date]:
    """The days an address or a form asks for; the last 30 where it makes no sense."""
    today = clock.business_date()
    try:
        first, last = (date.fromisoformat(str(given.get(name, ""))) for name in ("first", "last"))
        if 2000 <= first.year <= last.year <= 2199:
            return first, last
    except ValueError:
        pass
    return today - timedelta(days=29), today


def choices(first: date, last: date) -> list[Choice]:
    """What may be proposed: what touched the window, what is live, and drafts. Four statements."""
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    found: dict[int, PromotionView] = {}
    touching = promotions.between(start, end, limit=MOST)
    for views in (
        promotions.promotion_page(state="live", limit=MOST).items,
        promotions.promotion_page(state="draft", limit=MOST).items,
        touching,
    ):
        found.update((view.id, view) for view in views)
    live = promotions.spans(list(found))
    ran = {
        i
        for i, view in found.items()
        if view.draft.starts_at < end and (view.draft.ends_at is None or view.draft.ends_at > start)
        if any((since is None or since < end) and (until is None or until > start) for since, until in live.get(i, ()))
    }
    rows = [Choice(view, view.id in ran, tuple(figures_of(view.draft))) for view in found.values()]
    return sorted(rows, key=lambda row: (not row.ran, row.view.state == "draft", -row.view.id))[: 2 * MOST]


def figures_of(draft: PromotionDraft) -> Iterator[Figure]:
    """Every figure of a promotion: those of its configuration, then its limits."""
    yield from _walk(draft.config, ())
    for name, (label, unit) in _LIMITS.items():
        value = getattr(draft, name)
        if value is not None:
            yield Figure((name,), label, unit, value)


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[Figure]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _walk(item, (*path, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _walk(item, (*path, position))
    elif isinstance(value, int) and not isinstance(value, bool) and path and path[-1] not in _FIXED:
        name = str(path[-1])
        label, unit = _FIGURES.get(name, (Text(name, name), "count"))
        yield Figure(path, label, unit, value)


def typed(figure: Figure, currency: str) -> str:
    """A figure as the form shows it."""
    if figure.unit == "money":
        return format_minor(figure.value, currency)
    return f"{Decimal(figure.value) / 100:g}" if figure.unit == "percent" else str(figure.value)


def preset(rows: Sequence[Choice], wanted: str) -> dict[str, Any]:
    """The form's values for a starting point: what ran, in its own time; what runs now, throughout; nothing."""
    values: dict[str, Any] = {"preset": wanted}
    for row in rows:
        on = row.ran if wanted == "ran" else row.view.stage == "running" if wanted == "now" else False
        throughout = wanted == "now" or not row.ran
        values |= {
            row.name("on"): "1" if on else "",
            row.name("time"): "all" if throughout else "own",
            row.name("who"): "used",
        }
    return values


def values_of(rows: Sequence[Choice], currency: str) -> dict[str, Any]:
    """The figures as they are."""
    return {f"{row.name('f')}-{each.place}": typed(each, currency) for row in rows for each in row.figures}


def values_again(rows: Sequence[Choice], entries: Sequence[EntryView], currency: str) -> dict[str, Any]:
    """The form's values as an earlier replay had them."""
    values = preset(rows, "none") | {"preset": ""}
    known = {row.view.id: row for row in rows}
    for entry in entries:
        row = known.get(entry.id)
        if row is None:
            continue
        values |= {
            row.name("on"): "1",
            row.name("time"): "all" if entry.throughout else "own",
            row.name("who"): "all" if entry.everybody else "used",
        }
        changed = {each.path: each for each in _walk(entry.config, ())}
        values |= {f"{row.name('f')}-{each.place}": typed(each, currency) for each in changed.values()}
    return values


def asked(given: Mapping[str, Any], rows: Sequence[Choice], currency: str) -> tuple[ReplayDraft, list[int]]:
    """What the form asks for, and the promotions in its order. Raises ValidationFailed for what is no figure."""
    errors: list[FieldError] = []
    entries, ids = [], []
    for row in rows:
        if not given.get(row.name("on")):
            continue
        draft = _changed(given, row, currency, errors)
        everybody = row.by_code and given.get(row.name("who")) == "all"
        throughout = given.get(row.name("time")) == "all"
        entries.append(EntryDraft(row.view.id, draft if draft != row.view.draft else None, throughout, everybody))
        ids.append(row.view.id)
    first, last = (_day(given, name, errors) for name in ("first", "last"))
    if errors:
        raise ValidationFailed(errors=errors)
    return ReplayDraft(first, last, entries, str(given.get("note", "")).strip()), ids


def _day(given: Mapping[str, Any], name: str, errors: list[FieldError]) -> date:
    try:
        found = date.fromisoformat(str(given.get(name, "")))
        if 1970 <= found.year <= 2199:
            return found
    except ValueError:
        pass
    errors.append(FieldError(name, "type", Text("请选择日期", "choose a day")))
    return clock.business_date()


def _changed(given: Mapping[str, Any], row: Choice, currency: str, errors: list[FieldError]) -> PromotionDraft:
    """The promotion with the figures of the form; what was left empty stays as it is."""
    config = deepcopy(dict(row.view.draft.config))
    limits: dict[str, Any] = {}
    for figure in row.figures:
        name = f"{row.name('f')}-{figure.place}"
        text = str(given.get(name, "")).strip()
        value = _number(text, name, figure, currency, errors) if text else figure.value
        if figure.path[0] in _LIMITS and len(figure.path) == 1:
            limits[str(figure.path[0])] = value
        elif value != figure.value:
            inner: Any = config
            for part in figure.path[:-1]:
                inner = inner[part]
            inner[figure.path[-1]] = value
    return replace(row.view.draft, config=config, **limits)


def _number(text: str, name: str, figure: Figure, currency: str, errors: list[FieldError]) -> int:
    if figure.unit == "money":
        found = goods.amount(text, name, currency, errors)
    elif figure.unit == "count":
        found = goods.units(text, name, errors)
    else:
        found = _percent(text, name, errors)
    return figure.value if found is None else found


def _percent(text: str, name: str, errors: list[FieldError]) -> int | None:
    found = scaled(text.rstrip("%％"), 2)
    if found is not None and 0 < found <= 10_000:
        return found
    errors.append(FieldError(name, "range", Text("应为 0 到 100 之间的百分数", "a share between 0 and 100")))
    return None


def names(problem: ValidationFailed, ids: Sequence[int]) -> dict[str, str]:
    """Where the form shows the faults of a proposal: path → field."""
    found: dict[str, str] = {}
    for error in problem.errors:
        parts = error.loc.split(".")
        if parts[0] != "promotions" or len(parts) < 3 or not parts[1].isdecimal():
            continue
        promotion_id, rest = ids[int(parts[1])], parts[2:]
        if rest[0] == "draft":
            found[error.loc] = f"f-{promotion_id}-{'.'.join(rest[2:] if rest[1] == 'config' else rest[1:])}"
        else:
            found[error.loc] = f"{_WHERE.get(rest[0], 'on')}-{promotion_id}"
    return found
