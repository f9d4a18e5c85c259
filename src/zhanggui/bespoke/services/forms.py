"""What a product asks its buyer for, and how many are made a day."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, db, outbox, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import Conflict, ValidationFailed

from .. import locks, photos, rules
from ..events import FormChanged
from ..permissions import EDIT, need
from ..types import Field

_KEEP = """
insert into bespoke_form (product_id, fields, daily) values (%(product)s, %(fields)s, %(daily)s)
on conflict (product_id) do update set fields = excluded.fields, daily = excluded.daily, version = bespoke_form.version + 1,
    updated_at = kernel_now() where bespoke_form.version = %(seen)s
returning version
"""


def set_form(
    product_id: int, fields: Sequence[Field], *, daily: int | None = None, seen: int | None = None, actor: Actor
) -> int:
    """Say what a product asks for and how many of it are made a day (None: no limit); its new version.

    It counts where the product is made to order. Orders and carts keep what they were given; a cart is asked anew where it does not
    fit any more. `seen` is the version the editor saw (None: whatever it is). Opens its own transaction. Raises PermissionDenied,
    NotFound, ValidationFailed, Conflict.
    """
    need(actor, EDIT)
    catalog.product(product_id)
    errors = rules.faults(fields, daily)
    if errors:
        raise ValidationFailed(errors=errors)
    stored = [asdict(field) | {"choices": [list(one) for one in field.choices]} for field in fields]
    with transaction.atomic():
        before = locks.hold_form(product_id)
        now = before["version"] if before else 0
        row = None
        if seen is None or seen == now:
            row = db.row(_KEEP, {"product": product_id, "fields": db.Json(stored), "daily": daily, "seen": now})
        if row is None:
            raise Conflict()
        versions.bump(rules.VERSION)
        audit.record(
            actor=actor, action="bespoke.set_form", target_type="product", target_id=product_id,
            before={"asks": [f["zh"] for f in before["fields"]], "daily": before["daily"]} if before else None,
            after={"asks": [field.zh for field in fields], "daily": daily},
        )  # fmt: skip
        outbox.record(FormChanged(product_id, row["version"]))
        version: int = row["version"]
    return version


def keep_photo(data: bytes, *, actor: Actor) -> str:
    """Keep a buyer's photo; its name, which is the answer to a particular that asks for one. Raises PictureRefused."""
    return photos.keep(data)
