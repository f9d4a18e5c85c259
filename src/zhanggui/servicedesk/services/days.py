"""The daily check of the desk (ORG-09), signed off once a day by each colleague."""

from collections.abc import Mapping
from dataclasses import asdict

from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed

from .. import rules
from ..errors import DaySigned
from ..permissions import HANDLE
from ..problems import day_answers, day_check
from ..types import DayCheckView


def sign_day(said: Mapping[str, bool], *, note: str = "", actor: Actor) -> DayCheckView:
    """Sign today off: what the mall answers now is kept with what one says oneself (`rules.SAID`). Opens its own transaction.

    Where not all is well a note says what is done about it. Raises PermissionDenied, ValidationFailed, DaySigned.
    """
    if actor.kind != "staff" or actor.id is None or not actor.may(HANDLE):
        raise PermissionDenied(extra={"permission": HANDLE})
    note = clean_text(note, "note", 1000, required=False, lines=True)
    answers = day_answers(actor.id)
    told = [{**asdict(each)} for each in answers]
    told += [
        {"question": name, "done": int(bool(said.get(name))), "all": 1, "good": bool(said.get(name))}
        for name in rules.SAID
    ]
    if not note and not all(each["good"] for each in told):
        text = Text("有未完成的项目，请写明怎么处理", "Not everything is done: say what happens to it")
        raise ValidationFailed(errors=[FieldError("note", "required", text)])
    today = clock.business_date()
    try:
        with transaction.atomic():
            db.execute(
                "insert into servicedesk_daycheck (user_id, name, day, answers, note) values (%s, %s, %s, %s, %s)",
                (actor.id, actor.label[:200], today, db.Json(told), note),
            )
            audit.record(
                actor=actor,
                action="problems.sign_day",
                target_type="day",
                target_id=today.isoformat(),
                reason=note[:500],
            )
    except IntegrityError:
        raise DaySigned() from None
    found = day_check(actor.id, today)
    assert found is not None
    return found
