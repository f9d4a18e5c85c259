"""The playbook (AFS-02 处理手册): for which trouble which words and which compensations."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import MAX_AMOUNT
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.members import selectors as members
from zhanggui.promotions import selectors as promotions

from .. import rules
from ..permissions import PLAYBOOK, need
from ..selectors import play
from ..starter import STARTER
from ..types import PlayDraft, PlayView
from .common import tell

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_SAVE = """
insert into redress_play (code, scenario, title_zh, title_en, words_zh, words_en, advice_zh, advice_en, min_total, max_total, tiers,
    max_times, options, position, active)
values (%(code)s, %(scenario)s, %(title_zh)s, %(title_en)s, %(words_zh)s, %(words_en)s, %(advice_zh)s, %(advice_en)s, %(min_total)s,
    %(max_total)s, %(tiers)s, %(max_times)s, %(options)s, %(position)s, %(active)s)
on conflict (code) do {conflict}
"""
_UPDATE = """update set scenario = excluded.scenario, title_zh = excluded.title_zh, title_en = excluded.title_en,
    words_zh = excluded.words_zh, words_en = excluded.words_en, advice_zh = excluded.advice_zh, advice_en = excluded.advice_en,
    min_total = excluded.min_total, max_total = excluded.max_total, tiers = excluded.tiers, max_times = excluded.max_times,
    options = excluded.options, position = excluded.position, active = excluded.active"""


def save_play(code: str, draft: PlayDraft, *, actor: Actor) -> PlayView:
    """Write an entry, or write it anew; what was granted by it stays. Opens its own transaction.

    Raises PermissionDenied, ValidationFailed.
    """
    need(actor, PLAYBOOK)
    code = code.strip()
    texts, errors = _texts(draft)
    if not _CODE.fullmatch(code):
        text = Text("2 到 40 个小写字母、数字或连字符", "2 to 40 small letters, digits or hyphens")
        errors.append(FieldError("code", "invalid", text))
    errors += _wrong(draft)
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        db.execute(_SAVE.format(conflict=_UPDATE), _row(code, draft, texts))
        tell(actor, "save_play", "play", code, after={"scenario": draft.scenario, "active": draft.active})
        found = play(code)
        assert found is not None
        return found


def switch_play(code: str, active: bool, *, actor: Actor) -> PlayView:
    """Offer an entry, or offer it no longer. Opens its own transaction. Raises NotFound, PermissionDenied."""
    need(actor, PLAYBOOK)
    with transaction.atomic():
        if not db.execute("update redress_play set active = %s where code = %s", (active, code)):
            raise NotFound()
        tell(actor, "save_play", "play", code, after={"active": active})
        found = play(code)
        assert found is not None
        return found


def start_playbook(*, actor: Actor = SYSTEM) -> int:
    """The entries a new mall begins with, where they are not there yet; how many came. Opens its own transaction."""
    need(actor, PLAYBOOK)
    with transaction.atomic():
        made = 0
        for position, (code, draft) in enumerate(STARTER.items()):
            texts, _ = _texts(draft)
            made += db.execute(_SAVE.format(conflict="nothing"), _row(code, draft, texts) | {"position": position})
        if made:
            tell(actor, "start_playbook", "play", "starter", after={"entries": made})
    return made


def _row(code: str, draft: PlayDraft, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": code, "scenario": draft.scenario, "min_total": draft.min_total, "max_total": draft.max_total,
        "tiers": db.Json(list(draft.tiers)), "max_times": draft.max_times,
        "options": db.Json([dict(option) for option in draft.options]), "position": draft.position, "active": draft.active, **texts,
    }  # fmt: skip


def _texts(draft: PlayDraft) -> tuple[dict[str, str], list[FieldError]]:
    texts: dict[str, str] = {}
    errors: list[FieldError] = []
    for name, most, required in (
        ("title_zh", 120, True), ("title_en", 120, False), ("words_zh", 1000, True), ("words_en", 1000, False),
        ("advice_zh", 1000, False), ("advice_en", 1000, False),
    ):  # fmt: skip
        try:
            texts[name] = clean_text(getattr(draft, name), name, most, required=required, lines="title" not in name)
        except ValidationFailed as wrong:
            errors += wrong.errors
    return texts, errors


def _wrong(draft: PlayDraft) -> list[FieldError]:
    errors = []
    if draft.scenario not in rules.SCENARIOS:
        errors.append(FieldError("scenario", "unknown", Text("请选择场景", "choose a scenario")))
    if not 0 <= draft.min_total <= MAX_AMOUNT:
        errors.append(FieldError("min_total", "range", Text("不能小于 0", "must not be below 0")))
    if draft.max_total is not None and not draft.min_total <= draft.max_total <= MAX_AMOUNT:
        errors.append(
            FieldError("max_total", "range", Text("不能小于最低订单金额", "must not be below the lowest amount"))
        )
    if draft.max_times is not None and not 0 <= draft.max_times <= 100:
        errors.append(FieldError("max_times", "range", Text("应在 0 到 100 之间", "must be between 0 and 100")))
    if unknown := set(draft.tiers) - set(members.tiers_by_code()):
        named = "、".join(sorted(unknown))
        errors.append(FieldError("tiers", "unknown", Text(f"没有这些会员等级：{named}", f"no such tiers: {named}")))
    coupons = promotions.many([option["coupon"] for option in draft.options if option.get("coupon")])
    seen = set()
    for option in draft.options:
        kind = str(option.get("kind", ""))
        if kind not in rules.REMEDY_WORDS or kind in seen:
            errors.append(
                FieldError(
                    f"options.{kind}", "unknown", Text("没有这种补偿，或写了两次", "no such compensation, or twice")
                )
            )
            continue
        seen.add(kind)
        errors += _wrong_option(kind, option, {each.id: each.draft.kind for each in coupons.values()})
    return errors


def _wrong_option(kind: str, option: Mapping[str, Any], coupons: Mapping[int, str]) -> list[FieldError]:
    where = f"options.{kind}"
    if kind == rules.COUPON:
        if option.get("coupon") not in coupons:
            return [FieldError(f"{where}.coupon", "unknown", Text("没有这张优惠券", "there is no such coupon"))]
        return []
    if kind not in rules.SIZED:
        return []
    usual, free, most = (option.get(name) or 0 for name in ("usual", "free", "most"))
    if not 0 < usual <= free <= most <= MAX_AMOUNT:
        text = Text("应为：0 < 通常给 ≤ 客服可给 ≤ 最多可给", "must be: 0 < usual ≤ what service may give ≤ the most")
        return [FieldError(where, "range", text)]
    share = option.get("most_bp")
    if share is not None and not 0 < share <= 10_000:
        return [FieldError(f"{where}.most_bp", "range", Text("应在 0 到 100% 之间", "must be between 0 and 100 %"))]
    return []
