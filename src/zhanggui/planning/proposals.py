"""A proposal from what was asked to what is replayed: checked field by field, frozen as JSON, made into rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import KINDS, CouponDraft, PromotionDraft, PromotionView

from .core import Proposed
from .types import EntryDraft, EntryView, ReplayDraft

MOST_DAYS, MOST_PROMOTIONS = 400, 300
#: Ids of promotions that are not stored begin here: they come after all others, as new ones do.
NEW = 10**15
#: Whole mall, whole time: long before and after any order.
_ALWAYS = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def frozen(asked: ReplayDraft) -> list[dict[str, Any]]:
    """What was asked, as it is kept. Raises ValidationFailed with every fault found. Two statements."""
    errors = list(_window_errors(asked))
    if len(asked.promotions) > MOST_PROMOTIONS:
        text = Text(f"最多 {MOST_PROMOTIONS} 个促销", f"at most {MOST_PROMOTIONS} promotions")
        raise ValidationFailed(errors=[*errors, FieldError("promotions", "too_many", text)])
    wanted = [entry.promotion_id for entry in asked.promotions if entry.promotion_id is not None]
    stored = promotions.many(wanted)
    live = promotions.spans(wanted)
    seen: set[int] = set()
    entries = []
    for i, entry in enumerate(asked.promotions):
        view = stored.get(entry.promotion_id) if entry.promotion_id is not None else None
        faults = list(_entry_errors(entry, view, asked, live, seen))
        errors += [FieldError(f"promotions.{i}.{fault.loc}", fault.code, fault.message) for fault in faults]
        if not faults:
            entries.append(_frozen(entry, view, live, NEW + i))
    if len(asked.note) > 200:
        errors.append(FieldError("note", "too_long", Text("最多 200 个字", "at most 200 characters")))
    if errors:
        raise ValidationFailed(errors=errors)
    return entries


def _window_errors(asked: ReplayDraft) -> Iterable[FieldError]:
    if asked.last < asked.first:
        yield FieldError("last", "before_first", Text("结束日期不能早于开始日期", "must not be before the first day"))
    elif asked.last > clock.business_date():
        yield FieldError("last", "future", Text("只能试算已经过去的日子", "only days that have come can be replayed"))
    elif (asked.last - asked.first).days >= MOST_DAYS:
        yield FieldError("first", "too_long", Text(f"最多 {MOST_DAYS} 天", f"at most {MOST_DAYS} days"))


def _entry_errors(
    entry: EntryDraft,
    view: PromotionView | None,
    asked: ReplayDraft,
    live: Mapping[int, list[promotions.Span]],
    seen: set[int],
) -> Iterable[FieldError]:
    if entry.promotion_id is None and entry.draft is None:
        yield FieldError(
            "promotion_id", "nothing", Text("请指定促销，或写出它的内容", "name a promotion, or say what it is")
        )
        return
    if entry.promotion_id is not None:
        if view is None:
            yield FieldError("promotion_id", "unknown", Text("没有这个促销", "there is no such promotion"))
            return
        if entry.promotion_id in seen:
            yield FieldError("promotion_id", "twice", Text("同一促销只能出现一次", "each promotion only once"))
        seen.add(entry.promotion_id)
        if entry.draft is not None and entry.draft.kind != view.draft.kind:
            yield FieldError("draft.kind", "fixed", Text("类型不能更改", "the kind cannot change"))
            return
    draft = _draft(entry, view)
    if entry.draft is not None:
        try:
            promotions.check(entry.draft)
        except ValidationFailed as wrong:
            yield from (FieldError(f"draft.{fault.loc}", fault.code, fault.message) for fault in wrong.errors)
            return
    if entry.everybody and not KINDS[draft.kind].by_code:
        text = Text("只有优惠券才有持券人", "only coupons are held by somebody")
        yield FieldError("everybody", "not_a_coupon", text)
    if not entry.throughout and asked.first <= asked.last:
        yield from _never(draft, asked, live.get(entry.promotion_id or 0))


def _never(draft: PromotionDraft, asked: ReplayDraft, live: list[promotions.Span] | None) -> Iterable[FieldError]:
    """Why it would never apply in the window."""
    start, end = window(asked)
    if draft.starts_at >= end or (draft.ends_at is not None and draft.ends_at <= start):
        yield FieldError("throughout", "outside", _OUTSIDE)
    elif live is not None and not any(
        (since is None or since < end) and (until is None or until > start) for since, until in live
    ):
        yield FieldError("throughout", "never_on", _NEVER_ON)


_OUTSIDE = Text(
    "它的时间不在所选日期内，选「全程生效」才能试算", "its dates are outside the window: let it run throughout"
)
_NEVER_ON = Text(
    "它在所选日期内没有启用过，选「全程生效」才能试算", "it was never on within the window: let it run throughout"
)


def window(asked: ReplayDraft) -> tuple[datetime, datetime]:
    """The instants between which orders are replayed."""
    return clock.day_bounds(asked.first)[0], clock.day_bounds(asked.last)[1]


def _draft(entry: EntryDraft, view: PromotionView | None) -> PromotionDraft:
    draft = entry.draft or (view.draft if view else None)
    assert draft is not None
    return draft


def _frozen(
    entry: EntryDraft, view: PromotionView | None, live: Mapping[int, list[promotions.Span]], new_id: int
) -> dict[str, Any]:
    draft = _draft(entry, view)
    spans = None if entry.throughout or view is None else live.get(view.id, [])
    return {
        "id": new_id if view is None else view.id,
        "stored": view is not None,
        "changed": view is not None and entry.draft is not None and entry.draft != view.draft,
        "throughout": entry.throughout,
        "everybody": entry.everybody,
        "spans": None if spans is None else [[_iso(since), _iso(until)] for since, until in spans],
        "draft": asdict(draft) | {"starts_at": _iso(draft.starts_at), "ends_at": _iso(draft.ends_at)},
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def proposed(entries: Sequence[Mapping[str, Any]], start: datetime) -> list[Proposed]:
    """The frozen entries as the replay takes them. Limits of those that ran as they did begin with what was used by `start`.

    Two statements where such limits are, else none.
    """
    own = [e["id"] for e in entries if e["stored"] and not e["throughout"] and _limited(e["draft"])]
    used = promotions.used_before(own, start) if own else {}
    return [_proposed(entry, used.get(entry["id"])) for entry in entries]


def _limited(draft: Mapping[str, Any]) -> bool:
    return any(draft[name] is not None for name in ("use_limit", "per_holder_limit", "budget"))


def _proposed(entry: Mapping[str, Any], used: Any) -> Proposed:
    draft = thawed(entry["draft"])
    rule = promotions.check(draft)._replace(id=entry["id"])
    shown = KINDS[rule.kind].by_code and not entry["everybody"] and not entry["changed"]
    if entry["throughout"] or shown:  # a code that was used was good then, maybe past its coupon's own dates
        rule = rule._replace(starts_at=_ALWAYS, ends_at=None)
    spans = (
        None if shown or entry["spans"] is None else tuple((_at(since), _at(until)) for since, until in entry["spans"])
    )
    found = Proposed(rule, spans, entry["everybody"], draft.use_limit, draft.per_holder_limit, draft.budget)
    return found._replace(used=used.used, spent=used.spent, held=used.held) if used else found


def thawed(stored: Mapping[str, Any]) -> PromotionDraft:
    """A frozen draft as it was."""
    coupon = stored["coupon"]
    starts_at = _at(stored["starts_at"])
    assert starts_at is not None
    return PromotionDraft(
        **{
            **stored, "starts_at": starts_at, "ends_at": _at(stored["ends_at"]), "apart": tuple(stored["apart"]),
            "coupon": CouponDraft(**coupon) if coupon else None,
        }
    )  # fmt: skip


def view_of(entry: Mapping[str, Any]) -> EntryView:
    """An entry as it is shown."""
    draft = entry["draft"]
    return EntryView(
        entry["id"], draft["kind"], Text(draft["label_zh"], draft["label_en"] or draft["label_zh"]), draft["config"],
        entry["throughout"], entry["everybody"], entry["changed"], entry["stored"],
    )  # fmt: skip
