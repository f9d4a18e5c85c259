"""Pure rules of draws."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .fairness import FACES
from .types import COUPON, POINTS, PRIZE_KINDS, THANKS, DrawDraft, PrizeDraft, share

FEWEST_PRIZES, MOST_PRIZES = 2, 8  # eight fields stand around the button of the page
MOST_PIECES = {COUPON: 20_000, POINTS: 10_000_000}
MOST_POINTS = 10_000_000
BOUNDS = {"per_day": (1, 1000), "per_member": (1, 100_000), "price": (0, 1_000_000)}
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]")
NONCE = re.compile(r"[A-Za-z0-9_-]{1,32}")

Say = Callable[[str, str, str, str], None]


def check(draft: DrawDraft, *, tiers: set[str], most_value: int) -> None:
    """Raises ValidationFailed with every fault of a draft. `tiers` are those there are, `most_value` bounds what a prize is worth."""
    faults: list[FieldError] = []

    def say(loc: str, code: str, zh: str, en: str) -> None:
        faults.append(FieldError(loc, code, Text(zh, en)))

    if not SLUG.fullmatch(draft.slug):
        say("slug", "invalid", "3 到 60 个小写字母、数字或连字符", "3 to 60 lower-case letters, digits or hyphens")
    for name, most, needed in (
        ("label_zh", 80, True), ("label_en", 80, False), ("notes_zh", 2000, False), ("notes_en", 2000, False),
    ):  # fmt: skip
        _text(faults, name, getattr(draft, name), most, needed, lines=name.startswith("notes"))
    for name, (low, high) in BOUNDS.items():
        value = getattr(draft, name)
        if value is not None and not low <= value <= high:
            say(name, "range", f"应在 {low} 到 {high} 之间", f"must be between {low} and {high}")
    if draft.per_day is None and draft.per_member is None:
        say("per_day", "required", "请填写每天次数或总次数", "bound the chances by day or in all")
    if unknown := [code for code in draft.tiers if code not in tiers]:
        say("tiers", "unknown", f"没有这些等级：{'、'.join(unknown)}", f"no such tiers: {', '.join(unknown)}")
    _window(draft.starts_at, draft.ends_at, say)
    _table(draft, most_value, faults, say)
    if faults:
        raise ValidationFailed(errors=faults)


def _text(faults: list[FieldError], name: str, value: str, most: int, needed: bool, *, lines: bool = False) -> None:
    try:
        clean_text(value, name, most, required=needed, lines=lines)
    except ValidationFailed as wrong:
        faults.extend(wrong.errors)


def _window(starts_at: datetime, ends_at: datetime, say: Say) -> None:
    naive = [name for name, at in (("starts_at", starts_at), ("ends_at", ends_at)) if at.utcoffset() is None]
    for name in naive:
        say(name, "offset", "时间须带时区", "give the time with its offset")
    if not naive and ends_at <= starts_at:
        say("ends_at", "before_start", "结束时间必须晚于开始时间", "must be after the start")


def _table(draft: DrawDraft, most_value: int, faults: list[FieldError], say: Say) -> None:
    prizes = draft.prizes
    if not FEWEST_PRIZES <= len(prizes) <= MOST_PRIZES:
        zh = f"请填写 {FEWEST_PRIZES} 到 {MOST_PRIZES} 行奖项"
        say("prizes", "length", zh, f"the table has {FEWEST_PRIZES} to {MOST_PRIZES} lines")
        return
    for i, prize in enumerate(prizes):
        _prize(f"prizes.{i}", prize, most_value, faults, say)
    if sum(prize.kind == THANKS for prize in prizes) != 1:
        say(
            "prizes", "thanks", "须有且只有一行“谢谢参与”：奖品发完后由它代替",
            "one line, and only one, is for no prize: it stands in when a prize is out",
        )  # fmt: skip
    total = sum(prize.odds for prize in prizes)
    if total != FACES:
        say(
            "prizes", "odds_total", f"各行概率合计须为 100%，现在是 {share(total)}",
            f"the odds of all lines must add up to 100%; they are {share(total)}",
        )  # fmt: skip


def _prize(at: str, prize: PrizeDraft, most_value: int, faults: list[FieldError], say: Say) -> None:
    if prize.kind not in PRIZE_KINDS:
        kinds = ", ".join(PRIZE_KINDS)
        say(f"{at}.kind", "unknown", f"没有这种奖品，可用：{kinds}", f"no such kind; there are: {kinds}")
        return
    _text(faults, f"{at}.label_zh", prize.label_zh, 40, True)
    _text(faults, f"{at}.label_en", prize.label_en, 40, False)
    lowest = 0 if prize.kind == THANKS else 1
    if not lowest <= prize.odds <= FACES:
        say(
            f"{at}.odds", "range", f"概率应在 {share(lowest)} 到 100% 之间", f"must be between {share(lowest)} and 100%"
        )
    if prize.kind == THANKS:
        if prize.pieces is not None:
            say(f"{at}.pieces", "unbounded", "“谢谢参与”不限数量，请留空", "no prize has no pieces: leave it empty")
        return
    most = MOST_PIECES[prize.kind]
    if prize.pieces is None or not 1 <= prize.pieces <= most:
        say(f"{at}.pieces", "range", f"数量应在 1 到 {most} 之间", f"must be between 1 and {most}")
    if prize.kind == POINTS and (prize.points is None or not 1 <= prize.points <= MOST_POINTS):
        say(f"{at}.points", "range", f"积分应在 1 到 {MOST_POINTS} 之间", f"must be between 1 and {MOST_POINTS}")
    if prize.kind == COUPON and prize.promotion_id is None:
        say(f"{at}.promotion_id", "required", "请选择优惠券", "choose the coupon")
    if prize.kind == COUPON and prize.value < 1:
        say(f"{at}.value", "required", "请填写每份价值", "say what a piece is worth")
    if prize.value > most_value:
        zh = f"单个奖品价值不得超过 {most_value // 100} 元（抽奖式有奖销售的上限，设置 draws.prize_value_max）"
        say(f"{at}.value", "too_much", zh, f"a prize may be worth at most {most_value // 100} (draws.prize_value_max)")


def clean_nonce(nonce: str) -> str:
    """A member's own word in a draw. Raises ValidationFailed."""
    word = nonce.strip()
    if not NONCE.fullmatch(word):
        raise ValidationFailed.one(
            "nonce", "invalid", "1 到 32 个字母、数字、- 或 _", "1 to 32 letters, digits, - or _"
        )
    return word


def stage_of(row: dict[str, Any], now: datetime) -> str:
    """Where a stored draw stands by its state and its window together."""
    if row["state"] != "live":
        return str(row["state"])
    return "scheduled" if now < row["starts_at"] else "closing" if now >= row["ends_at"] else "running"
