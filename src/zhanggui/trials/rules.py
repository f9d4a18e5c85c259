"""Pure rules of trials."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .states import LIVE
from .types import AUDIENCES, CHOICE, SELECTIONS, TrialDraft

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]")
WORD = re.compile(r"[A-Za-z0-9_-]{1,32}")
MOST_QUESTIONS, QUESTION, ANSWER = 3, 100, 300
REASON = (10, 500)  # what an application says of itself, in characters
BOUNDS = {"freight": (0, 100_000), "min_points": (0, 10_000_000), "report_days": (3, 90)}


def check(draft: TrialDraft, *, tiers: set[str], most_pieces: int) -> None:
    """Raises ValidationFailed with every fault of a draft. `tiers` are those there are."""
    faults: list[FieldError] = []

    def say(loc: str, code: str, zh: str, en: str) -> None:
        faults.append(FieldError(loc, code, Text(zh, en)))

    if not SLUG.fullmatch(draft.slug):
        say("slug", "invalid", "3 到 60 个小写字母、数字或连字符", "3 to 60 lower-case letters, digits or hyphens")
    for name, most, needed in (
        ("label_zh", 80, True), ("label_en", 80, False), ("notes_zh", 2000, False), ("notes_en", 2000, False),
    ):  # fmt: skip
        _text(faults, name, getattr(draft, name), most, needed, lines=name.startswith("notes"))
    for name, (low, high) in (BOUNDS | {"pieces": (1, most_pieces)}).items():
        if not low <= getattr(draft, name) <= high:
            say(name, "range", f"应在 {low} 到 {high} 之间", f"must be between {low} and {high}")
    for name, known in (("selection", SELECTIONS), ("audience", AUDIENCES)):
        if getattr(draft, name) not in known:
            words = "、".join(filter(None, known))
            say(name, "unknown", f"可用：{words}", f"must be one of {', '.join(filter(None, known))}")
    if unknown := [code for code in draft.tiers if code not in tiers]:
        say("tiers", "unknown", f"没有这些等级：{'、'.join(unknown)}", f"no such tiers: {', '.join(unknown)}")
    if len(draft.questions) > MOST_QUESTIONS:
        say("questions", "too_many", f"最多 {MOST_QUESTIONS} 个问题", f"at most {MOST_QUESTIONS} questions")
    for i, question in enumerate(draft.questions):
        _text(faults, f"questions.{i}", question, QUESTION, True)
    _window(draft.starts_at, draft.ends_at, say)
    if faults:
        raise ValidationFailed(errors=faults)


def _text(faults: list[FieldError], name: str, value: str, most: int, needed: bool, *, lines: bool = False) -> None:
    try:
        clean_text(value, name, most, required=needed, lines=lines)
    except ValidationFailed as wrong:
        faults.extend(wrong.errors)


def _window(starts_at: datetime, ends_at: datetime, say: Callable[[str, str, str, str], None]) -> None:
    naive = [name for name, at in (("starts_at", starts_at), ("ends_at", ends_at)) if at.utcoffset() is None]
    for name in naive:
        say(name, "offset", "时间须带时区", "give the time with its offset")
    if not naive and ends_at <= starts_at:
        say("ends_at", "before_start", "结束时间必须晚于开始时间", "must be after the start")


def clean_application(
    reason: str, answers: Sequence[str], word: str, questions: Sequence[str]
) -> tuple[str, list[str]]:
    """What a member wrote, cleaned: why he wants it, and an answer to each question. Raises ValidationFailed."""
    faults: list[FieldError] = []
    least, most = REASON
    said = ""
    try:
        said = clean_text(reason, "reason", most, lines=True)
        if len(said) < least:
            told = Text(f"请至少写 {least} 个字，让商家了解您", f"write at least {least} characters about yourself")
            faults.append(FieldError("reason", "too_short", told))
    except ValidationFailed as wrong:
        faults.extend(wrong.errors)
    given: list[str] = []
    if len(answers) > len(questions):
        faults.append(FieldError("answers", "too_many", Text("答案比问题多", "more answers than questions")))
    for i in range(len(questions)):
        try:
            given.append(clean_text(answers[i] if i < len(answers) else "", f"answers.{i}", ANSWER))
        except ValidationFailed as wrong:
            faults.extend(wrong.errors)
    if not WORD.fullmatch(word):
        told = Text("1 到 32 个字母、数字、- 或 _", "1 to 32 letters, digits, - or _")
        faults.append(FieldError("word", "invalid", told))
    if faults:
        raise ValidationFailed(errors=faults)
    return said, given


def stage_of(row: dict[str, Any], now: datetime) -> str:
    """Where a stored trial stands by its state and its window together."""
    if row["state"] != LIVE:
        return str(row["state"])
    if now < row["starts_at"]:
        return "scheduled"
    if now < row["ends_at"]:
        return "open"
    return "choosing" if row["selection"] == CHOICE else "closing"


def message(trial_id: int, number: int, word: str) -> str:
    """What the rank of an application follows from, with the seed (docs/trials.md)."""
    return f"{trial_id}:{number}:{word}"
