"""Pure rules around the engine: what a draft must satisfy, how a stored row becomes a rule."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from zhanggui.kernel import clock
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .engine import KINDS, Audience, DailyWindow, Lane, Rule, Scope, Selection
from .engine.fields import MOST_MONEY, ConfigFaults, Reader
from .engine.kind import Kind
from .types import PromotionDraft

T = TypeVar("T")
VERSION = "promotions"  # of kernel.versions: moves with every change of a rule
MOST_IDS = 10_000
MOST_USES = 10**12
MOST_POINTS = 10**9
_SELECTIONS = ("products", "categories", "brands", "skus")


def check(draft: PromotionDraft) -> Rule:
    """The rule a draft would be (id 0). Raises ValidationFailed with every fault found."""
    faults: list[FieldError] = []
    kind = KINDS.get(draft.kind)
    terms: object = None
    if kind is None:
        names = ", ".join(KINDS)
        faults.append(
            FieldError("kind", "unknown", Text(f"没有这种促销，可用：{names}", f"no such kind; there are: {names}"))
        )
    else:
        terms = _read(kind.parse, draft.config, None, faults)
    scope = _read(parse_scope, draft.scope, Scope(), faults)
    daily = _read(parse_daily, draft.daily, tuple[DailyWindow, ...](), faults)
    audience = _read(parse_audience, draft.audience, None, faults)
    apart = _read(parse_apart, draft.apart, frozenset[Lane](), faults)
    label = _label(draft, faults)
    _check_window(draft, faults)
    _check_numbers(draft, faults)
    _check_coupon(draft, faults)
    if kind is not None and terms is not None:
        _check_sense(draft, kind, terms, audience, apart, scope, faults)
    if faults:
        raise ValidationFailed(errors=faults)
    return Rule(
        0, draft.kind, terms, label, draft.starts_at, draft.ends_at, scope, daily, draft.priority,
        draft.exclusive_group, is_counted(draft.kind, draft.use_limit, draft.per_holder_limit, draft.budget), audience, apart,
    )  # fmt: skip


def _read(parse: Callable[[Any], T], value: object, otherwise: T, faults: list[FieldError]) -> T:
    """What `parse` makes of a part of the draft; where it has faults they are noted and it reads as `otherwise`."""
    try:
        return parse(value)
    except ConfigFaults as wrong:
        faults.extend(wrong.errors)
        return otherwise


def _label(draft: PromotionDraft, faults: list[FieldError]) -> Text:
    try:
        return Text(
            clean_text(draft.label_zh, "label_zh", 80), clean_text(draft.label_en or draft.label_zh, "label_en", 80)
        )
    except ValidationFailed as wrong:
        faults.extend(wrong.errors)
        return Text("", "")


def _check_window(draft: PromotionDraft, faults: list[FieldError]) -> None:
    for name, at in (("starts_at", draft.starts_at), ("ends_at", draft.ends_at)):
        if at is not None and at.utcoffset() is None:
            faults.append(FieldError(name, "offset", Text("时间须带时区", "give the time with its offset")))
            return
    if draft.ends_at is not None and draft.ends_at <= draft.starts_at:
        faults.append(
            FieldError("ends_at", "before_start", Text("结束时间必须晚于开始时间", "must be after the start"))
        )


def _check_numbers(draft: PromotionDraft, faults: list[FieldError]) -> None:
    bounds = (
        ("use_limit", draft.use_limit, 1, MOST_USES),
        ("per_holder_limit", draft.per_holder_limit, 1, 1_000_000),
        ("budget", draft.budget, 1, MOST_MONEY * 100),
        ("priority", draft.priority, -1000, 1000),
    )
    for name, value, low, high in bounds:
        if value is not None and not low <= value <= high:
            faults.append(_range(name, low, high))
    group = draft.exclusive_group
    if len(group) > 40 or group != group.strip() or any(ord(c) < 32 for c in group):
        faults.append(
            FieldError("exclusive_group", "invalid", Text("互斥组名最多 40 个字", "at most 40 plain characters"))
        )


def _range(loc: str, low: int, high: int) -> FieldError:
    return FieldError(loc, "range", Text(f"应在 {low} 到 {high} 之间", f"must be between {low} and {high}"))


def _check_coupon(draft: PromotionDraft, faults: list[FieldError]) -> None:
    kind, coupon = KINDS.get(draft.kind), draft.coupon
    if kind is None or kind.by_code is (coupon is not None):
        pass
    elif kind.by_code:
        faults.append(
            FieldError("coupon", "required", Text("请填写优惠券的发放方式", "say how its codes are handed out"))
        )
    else:
        faults.append(FieldError("coupon", "not_a_coupon", Text("只有优惠券才有发放方式", "only coupons have codes")))
    if coupon is not None and not 1 <= coupon.per_member_limit <= 1000:
        faults.append(_range("coupon.per_member_limit", 1, 1000))
    if coupon is not None and coupon.issue_limit is not None and not 1 <= coupon.issue_limit <= MOST_USES:
        faults.append(_range("coupon.issue_limit", 1, MOST_USES))
    if coupon is not None and coupon.valid_days is not None and not 1 <= coupon.valid_days <= 3650:
        faults.append(_range("coupon.valid_days", 1, 3650))
    if coupon is not None and coupon.points_price is not None:
        if not 1 <= coupon.points_price <= MOST_POINTS:
            faults.append(_range("coupon.points_price", 1, MOST_POINTS))
        if coupon.claimable:
            message = Text(
                "公开领取的优惠券不收积分，请只选一种发放方式",
                "what anybody may claim costs no points; choose one of the two",
            )
            faults.append(FieldError("coupon.points_price", "claimable", message))


def _check_sense(
    draft: PromotionDraft, kind: Kind[Any], terms: object, audience: Audience | None, apart: frozenset[Lane],
    scope: Scope, faults: list[FieldError],
) -> None:  # fmt: skip
    """What each part allows but the whole does not: rules that never apply, or that nobody could explain."""
    if kind.lane in apart:
        message = Text(
            "不能与自己同类的优惠互斥；同类活动只选其一，请用互斥组",
            "not its own lane; for one of several use an exclusive group",
        )
        faults.append(FieldError("apart", "own_lane", message))
    if apart and (kind.lane == Lane.FREIGHT or kind.gives):
        message = Text(
            "此类活动不从商品减钱，不能设置不同享", "it takes nothing off goods, so it cannot keep them apart"
        )
        faults.append(FieldError("apart", "no_goods", message))
    if audience is not None and audience.new and draft.per_holder_limit is None:
        message = Text(
            "新客活动必须限制每人次数（通常为 1）", "an offer for new buyers needs a limit per buyer (usually 1)"
        )
        faults.append(FieldError("per_holder_limit", "required", message))
    if audience is not None and audience.new and audience.tiers:
        message = Text("首次购买的顾客还没有等级", "who has not bought before has no tier yet")
        faults.append(FieldError("audience.tiers", "never", message))
    if kind.closed and draft.scope != {"all": True}:
        message = Text(
            "适用商品由活动内容决定，请选择全部商品", "its goods are those it names; leave the scope at all goods"
        )
        faults.append(FieldError("scope", "closed", message))
    named = frozenset(kind.names(terms)) if kind.names else frozenset[int]()
    if kind.names and not kind.closed and named & scope.exclude.sku_ids:
        message = Text("活动商品同时被排除", "goods it names are excluded")
        faults.append(FieldError("scope.exclude.skus", "never", message))
    if scope.include is not None and not kind.closed and _never(scope.include, scope.exclude):
        message = Text(
            "指定的商品全部被排除，活动永远不会生效", "all goods that are named are excluded; it can never apply"
        )
        faults.append(FieldError("scope.exclude", "never", message))
    if draft.daily and draft.ends_at is not None and not faults and not meets_daily(draft):
        message = Text("活动期间没有落在每日时段内的时刻", "no moment of its time falls into the daily hours")
        faults.append(FieldError("daily", "never", message))


def _never(include: Selection, exclude: Selection) -> bool:
    return all(wanted <= without for wanted, without in zip(include, exclude, strict=True))


_DAY = timedelta(days=1)


def minutes_of(starts_at: datetime, ends_at: datetime | None, daily: Sequence[DailyWindow]) -> frozenset[int]:
    """The minutes of the mall's day at which a promotion of this window runs (on any of its days)."""
    open_at = (
        frozenset(range(1440)) if not daily else frozenset(m for m in range(1440) if any(w.holds(m) for w in daily))
    )
    if ends_at is None or ends_at - starts_at >= _DAY:
        return open_at
    start, end = clock.local(starts_at), clock.local(ends_at - timedelta(microseconds=1))
    return open_at & _between(start.hour * 60 + start.minute, end.hour * 60 + end.minute, start.date() != end.date())


def _between(first: int, last: int, over_midnight: bool) -> frozenset[int]:
    return frozenset([*range(first, 1440), *range(last + 1)]) if over_midnight else frozenset(range(first, last + 1))


def meets_daily(draft: PromotionDraft) -> bool:
    """Whether any moment of the promotion's time lies in its daily hours."""
    return bool(minutes_of(draft.starts_at, draft.ends_at, parse_daily(draft.daily)))


def slots_meet(one: PromotionDraft, other: Mapping[str, Any]) -> bool:
    """Whether a draft and a stored promotion run at any same moment."""
    start = max(one.starts_at, other["starts_at"])
    end = min((at for at in (one.ends_at, other["ends_at"]) if at is not None), default=None)
    if end is not None and end <= start:
        return False
    return not minutes_of(start, end, parse_daily(one.daily)).isdisjoint(
        minutes_of(start, end, parse_daily(other["daily"]))
    )


def is_counted(kind: str, use_limit: int | None, per_holder_limit: int | None, budget: int | None) -> bool:
    """Whether taking the promotion has to be counted."""
    limited = use_limit is not None or per_holder_limit is not None or budget is not None
    return limited or KINDS[kind].quota is not None


def parse_scope(value: object) -> Scope:
    """Raises ConfigFaults. Forgetting to choose goods is a fault, not the whole mall."""
    reader = Reader(value, "scope")
    reader.only(("all", *_SELECTIONS, "exclude"))
    include = _selection(reader)
    everything = reader.config.get("all", False)
    if not isinstance(everything, bool):
        reader.fault("all", "type", Text("应为 true 或 false", "must be true or false"))
    elif everything is any(include):
        reader.fault("", "choose_goods", Text("请选择全部商品，或指定商品", "choose all goods, or name some, not both"))
    exclude = Selection()
    if reader.has("exclude"):
        excluded = Reader(reader.config["exclude"], "scope.exclude", reader.faults)
        excluded.only(_SELECTIONS)
        exclude = _selection(excluded)
    reader.done()
    return Scope(None if everything else include, exclude)


def _selection(reader: Reader) -> Selection:
    return Selection(*(reader.ids(name, MOST_IDS) for name in _SELECTIONS))


def parse_audience(value: object) -> Audience | None:
    """Raises ConfigFaults. None: everybody."""
    reader = Reader(value, "audience")
    reader.only(Audience._fields)
    new = reader.flag("new") if reader.has("new") else None
    found = Audience(
        members=reader.flag("members"),
        new=new,
        tiers=reader.names("tiers", 50),
        tags=reader.names("tags", 50),
        regions=reader.names("regions", 50),
        channels=reader.names("channels", 50),
        employees=reader.flag("employees"),
        birthday=reader.flag("birthday"),
    )
    reader.done()
    return None if found == Audience() else found


#: The lanes a promotion can keep its goods from, as drafts name them.
LANES = {"item": Lane.ITEM, "set": Lane.SET, "order": Lane.ORDER, "coupon": Lane.COUPON}


def parse_apart(value: object) -> frozenset[Lane]:
    """Raises ConfigFaults."""
    reader = Reader({"apart": list(value) if isinstance(value, list | tuple) else value}, "")
    names = reader.names("apart", len(LANES))
    if names - LANES.keys():
        known = "、".join(LANES)
        reader.fault("apart", "unknown", Text(f"只能是：{known}", f"must be among: {', '.join(LANES)}"))
    reader.done()
    return frozenset(LANES[name] for name in names)


def parse_daily(value: object) -> tuple[DailyWindow, ...]:
    """Raises ConfigFaults."""
    reader = Reader({"daily": list(value) if isinstance(value, list | tuple) else value}, "")
    if not reader.config["daily"]:
        return ()
    windows = []
    for item in reader.objects("daily", 12):
        item.only(("from", "to"))
        start, end = _minute(item, "from", 24 * 60 - 1), _minute(item, "to", 24 * 60)
        if start == end and not item.faults:
            item.fault("to", "empty", Text("开始和结束相同", "begins and ends at the same minute"))
        windows.append(DailyWindow(start, end))
    reader.done()
    return tuple(windows)


def _minute(reader: Reader, field: str, most: int) -> int:
    """`HH:MM` as minutes after midnight."""
    text = reader.config.get(field)
    if isinstance(text, str) and len(text) == 5 and text[2] == ":" and text.isascii():
        hour, minute = text[:2], text[3:]
        if hour.isdigit() and minute.isdigit() and int(minute) < 60 and int(hour) * 60 + int(minute) <= most:
            return int(hour) * 60 + int(minute)
    reader.fault(field, "time", Text("时间应写作 HH:MM", "must be a time as HH:MM"))
    return 0


def to_rule(row: Mapping[str, Any]) -> Rule:
    """A stored promotion as the engine's rule. Its configuration was checked when it was written."""
    label = Text(row["label_zh"], row["label_en"] or row["label_zh"])
    counted = is_counted(row["kind"], row["use_limit"], row["per_holder_limit"], row["budget"])
    return Rule(
        row["id"], row["kind"], KINDS[row["kind"]].parse(row["config"]), label, row["starts_at"], row["ends_at"],
        parse_scope(row["scope"]), parse_daily(row["daily"]), row["priority"], row["exclusive_group"], counted,
        parse_audience(row["audience"]), parse_apart(row["apart"]), row["config"],
    )  # fmt: skip


def normal_code(raw: str) -> str:
    """A coupon code as it is stored: trimmed, upper case, full-width letters as plain ones; "" if it cannot be one."""
    code = unicodedata.normalize("NFKC", raw[:100]).strip().upper()
    return code if 3 <= len(code) <= 32 and all(c.isalnum() or c in "-_" for c in code) else ""


def member_of(holder: str) -> int | None:
    """The member behind a holder (`m:<id>`); None for a guest."""
    return int(holder[2:]) if holder.startswith("m:") else None
