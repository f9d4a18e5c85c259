"""Problem items (问题件): recorded, owned, due, waited for, solved or given up. Each step opens its own transaction."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from zhanggui.aftersales import selectors as aftersales
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, clock, db, ids, mall_settings, outbox, photos
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed
from zhanggui.orders import selectors as orders

from .. import locks, rules
from ..errors import ProblemWrongState
from ..events import ProblemMoved
from ..permissions import HANDLE, PERMISSIONS
from ..problems import FOLDER, problem
from ..types import ProblemDraft, ProblemView

MAX_WORDS, MAX_PHOTOS, MOST_DAYS = 1000, 12, 365


def open_problem(draft: ProblemDraft, *, source: str | None = None, actor: Actor) -> ProblemView:
    """Record a problem; whoever does owns it until it is handed over. With `source` (what opens it by itself) once.

    Raises PermissionDenied, ValidationFailed.
    """
    _need(actor)
    words = clean_text(draft.words, "words", MAX_WORDS, lines=True)
    due = draft.due_on or clock.business_date() + timedelta(days=mall_settings.get("problems.due_days"))
    order_number = _check(draft, due)
    number = ids.document_number("W")
    own = actor.kind == "staff"
    with transaction.atomic():
        made = db.execute(
            "insert into servicedesk_problemitem (number, kind, words, order_number, parcel, case_number, product_id, owner_id, owner,"
            " due_on, opened_id, opened_by, source) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (source) do nothing",
            (
                number, draft.kind, words, order_number, draft.parcel.strip(), draft.case_number.strip(), draft.product_id,
                actor.id if own else None, _name(actor) if own else "", due, actor.id if own else None, _name(actor), source,
            ),
        )  # fmt: skip
        if not made:
            row = db.row("select number from servicedesk_problemitem where source = %s", (source,))
            assert row is not None
            return _shown(row["number"])
        return _step(number, "open", "", actor)


def _check(draft: ProblemDraft, due: date) -> str:
    """The number of the order it is about, which a case or a parcel says where nobody did. Raises ValidationFailed."""
    errors = []
    number, case_number = draft.order_number.strip().upper(), draft.case_number.strip()
    if draft.kind not in rules.PROBLEM_KINDS:
        errors.append(FieldError("kind", "unknown", Text("请选择类型", "choose a kind")))
    if number and orders.find(number) is None:
        errors.append(FieldError("order_number", "unknown", Text("没有这个订单", "there is no such order")))
    if case_number:
        case = aftersales.case(case_number)
        if case is None:
            errors.append(FieldError("case_number", "unknown", Text("没有这个售后单", "there is no such case")))
        else:
            number = number or case.order_number
    if draft.product_id is not None and not catalog.skus_of([draft.product_id]).get(draft.product_id):
        errors.append(FieldError("product_id", "unknown", Text("没有这个商品", "there is no such product")))
    errors += _wrong_day(due)
    if errors:
        raise ValidationFailed(errors=errors)
    return number


def _wrong_day(due: date) -> list[FieldError]:
    today = clock.business_date()
    if today <= due <= today + timedelta(days=MOST_DAYS):
        return []
    return [FieldError("due_on", "range", Text("应为今天或以后的日期", "must be today or a later day"))]


def add_photo(number: str, data: bytes, *, actor: Actor) -> str:
    """Keep a photo of it; its name. Raises NotFound, PermissionDenied, ValidationFailed, PictureRefused."""
    _need(actor)
    name = photos.keep(FOLDER, data)
    with transaction.atomic():
        held = _held(number, tuple(rules.PROBLEM_STATES))
        if name not in held["photos"]:
            if len(held["photos"]) >= MAX_PHOTOS:
                raise ValidationFailed.one("photos", "too_many", f"最多 {MAX_PHOTOS} 张", f"at most {MAX_PHOTOS}")
            db.execute(
                "update servicedesk_problemitem set photos = photos || %s where id = %s", (db.Json([name]), held["id"])
            )
            _keep(held["id"], "photo", "", actor)
    return name


def comment(number: str, words: str, *, actor: Actor) -> ProblemView:
    """What was done, or is known now. Raises NotFound, PermissionDenied, ValidationFailed."""
    _need(actor)
    words = clean_text(words, "words", MAX_WORDS, lines=True)
    with transaction.atomic():
        _keep(_held(number, tuple(rules.PROBLEM_STATES))["id"], "comment", words, actor)
        return _shown(number)


def wait(number: str, words: str, *, until: date, actor: Actor) -> ProblemView:
    """Somebody else has to do something first, until a day. Raises NotFound, PermissionDenied, ValidationFailed, ProblemWrongState."""
    return _move(number, rules.UNSOLVED, rules.WAITING, words, actor, due=until)


def reopen(number: str, words: str, *, actor: Actor) -> ProblemView:
    """It is worked on again, waited for or ended as it was. Raises NotFound, PermissionDenied, ValidationFailed, ProblemWrongState."""
    due = clock.business_date() + timedelta(days=mall_settings.get("problems.due_days"))
    return _move(number, (rules.WAITING, rules.SOLVED, rules.GIVEN_UP), rules.OPEN, words, actor, due=due)


def solve(number: str, words: str, *, actor: Actor) -> ProblemView:
    """How it was solved. Raises NotFound, PermissionDenied, ValidationFailed, ProblemWrongState."""
    return _move(number, rules.UNSOLVED, rules.SOLVED, words, actor)


def give_up(number: str, words: str, *, actor: Actor) -> ProblemView:
    """Why nothing more is done. Raises NotFound, PermissionDenied, ValidationFailed, ProblemWrongState."""
    return _move(number, rules.UNSOLVED, rules.GIVEN_UP, words, actor)


def hand_over(number: str, user_id: int, name: str, *, words: str = "", actor: Actor) -> ProblemView:
    """Another colleague owns it from now on. Raises NotFound, PermissionDenied, ValidationFailed, ProblemWrongState."""
    _need(actor)
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    with transaction.atomic():
        held = _held(number, rules.UNSOLVED)
        db.execute(
            "update servicedesk_problemitem set owner_id = %s, owner = %s where id = %s",
            (user_id, name[:200], held["id"]),
        )
        return _step(number, "hand", f"{name}　{words}".strip(), actor)


def set_due(number: str, due: date, *, words: str = "", actor: Actor) -> ProblemView:
    """Another day. Raises NotFound, PermissionDenied, ValidationFailed, ProblemWrongState."""
    _need(actor)
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    if wrong := _wrong_day(due):
        raise ValidationFailed(errors=wrong)
    with transaction.atomic():
        held = _held(number, rules.UNSOLVED)
        db.execute("update servicedesk_problemitem set due_on = %s where id = %s", (due, held["id"]))
        return _step(number, "due", f"{held['due_on']} → {due}　{words}".strip(), actor)


def _move(
    number: str, sources: Sequence[str], state: str, words: str, actor: Actor, *, due: date | None = None
) -> ProblemView:
    _need(actor)
    words = clean_text(words, "words", MAX_WORDS, lines=True)
    if due is not None and (wrong := _wrong_day(due)):
        raise ValidationFailed(errors=wrong)
    over = state not in rules.UNSOLVED
    with transaction.atomic():
        held = _held(number, sources)
        db.execute(
            "update servicedesk_problemitem set state = %s, due_on = coalesce(%s, due_on), outcome = %s, ended_id = %s, ended_by = %s,"
            " ended_at = case when %s then kernel_now() end where id = %s",
            (
                state,
                due,
                words if over else "",
                actor.id if over else None,
                _name(actor) if over else "",
                over,
                held["id"],
            ),
        )
        return _step(number, state, words, actor)


def _held(number: str, sources: Sequence[str]) -> dict[str, Any]:
    held = locks.hold_problem(number)
    if held is None:
        raise NotFound()
    if held["state"] not in sources:
        raise ProblemWrongState(state=rules.PROBLEM_STATES[held["state"]], extra={"state": held["state"]})
    return held


@db.needs_transaction
def _step(number: str, action: str, words: str, actor: Actor) -> ProblemView:
    view = _shown(number)
    row = db.row("select id from servicedesk_problemitem where number = %s", (number,))
    assert row is not None
    _keep(row["id"], action, words, actor)
    audit.record(
        actor=actor, action=f"problems.{action}", target_type="problem", target_id=number,
        after={"kind": view.kind, "state": view.state, "owner": view.owner}, reason=words[:500],
    )  # fmt: skip
    outbox.record(ProblemMoved(number, view.kind, view.state, view.order_number))
    return view


@db.needs_transaction
def _keep(problem_id: int, action: str, words: str, actor: Actor) -> None:
    db.execute(
        'insert into servicedesk_problementry (problem_id, "by", action, words) values (%s, %s, %s, %s)',
        (problem_id, _name(actor), action, words[:MAX_WORDS]),
    )


def _name(actor: Actor) -> str:
    return (actor.label or actor.kind)[:200]


def _need(actor: Actor) -> None:
    if not actor.may(HANDLE):
        meaning = PERMISSIONS[HANDLE]
        words = Text(f"您没有「{meaning.zh}」的权限", f"You are not allowed to: {meaning.en}")
        raise PermissionDenied(text=words, extra={"permission": HANDLE})


def _shown(number: str) -> ProblemView:
    found = problem(number)
    if found is None:
        raise NotFound()
    return found
