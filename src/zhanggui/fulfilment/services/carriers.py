"""Who carries parcels."""

import re

from django.db import transaction

from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import ValidationFailed

_CODE = re.compile(r"[A-Z0-9]{2,20}")


def save_carrier(
    *, code: str, name: str, name_en: str = "", phone: str = "", position: int = 100, active: bool = True, actor: Actor
) -> None:
    """Create or change a carrier by its code. Opens its own transaction. Raises ValidationFailed."""
    code, name = code.strip().upper(), name.strip()
    if not _CODE.fullmatch(code):
        raise ValidationFailed.one("code", "invalid", "应为 2 到 20 位字母或数字", "must be 2 to 20 letters or digits")
    if not name or len(name) > 60:
        raise ValidationFailed.one("name", "invalid", "应为 1 到 60 个字符", "must be 1 to 60 characters")
    if len(name_en) > 60 or len(phone) > 20:
        raise ValidationFailed.one("phone", "too_long", "内容太长", "is too long")
    if not 0 <= position <= 9999:
        raise ValidationFailed.one("position", "range", "应在 0 到 9999 之间", "must be between 0 and 9999")
    with transaction.atomic():
        after = db.row(
            "insert into fulfilment_carrier (code, name, name_en, phone, position, active) values (%s, %s, %s, %s, %s, %s)"
            " on conflict (code) do update set name = excluded.name, name_en = excluded.name_en, phone = excluded.phone,"
            " position = excluded.position, active = excluded.active returning name, name_en, phone, position, active",
            (code, name, name_en, phone, position, active),
        )
        audit.record(actor=actor, action="fulfilment.save_carrier", target_type="carrier", target_id=code, after=after)
