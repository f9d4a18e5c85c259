"""The files of suppliers: terms, papers, what they sell, and what was agreed over prices."""

import dataclasses
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import clock, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import files
from ..errors import AgreementsOverlap
from ..events import SupplierMoved
from ..permissions import MANAGE
from ..rules import check_agreement, check_offering, check_paper, check_supplier
from ..states import SUPPLIER
from ..types import AgreementDraft, OfferingDraft, PaperDraft, SupplierDraft
from .common import held_supplier, need, note, reason_of, unknown_skus

_COLUMNS = (
    "code", "name", "name_en", "mode", "currency", "terms", "terms_days", "lead_days", "minimum_order", "address", "note",
)  # fmt: skip


def create_supplier(draft: SupplierDraft, *, actor: Actor) -> int:
    """A new file, as a candidate; its id. Opens its own transaction. Raises ValidationFailed, PermissionDenied."""
    need(actor, MANAGE)
    check_supplier(draft)
    with transaction.atomic():
        row = db.row(
            f"insert into procurement_supplier ({', '.join(_COLUMNS)}, contacts)"
            f" values ({', '.join(['%s'] * (len(_COLUMNS) + 1))}) on conflict (code) do nothing returning id",
            _values(draft),
        )
        if row is None:
            raise _code_taken()
        note(actor, "create_supplier", "supplier", row["id"], after=_told(draft))
    return int(row["id"])


def change_supplier(supplier_id: int, draft: SupplierDraft, *, actor: Actor) -> None:
    """Other terms or words. Orders keep the terms of their time. Opens its own transaction.

    The currency stays once there are orders. Raises NotFound, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    check_supplier(draft)
    with transaction.atomic():
        held = held_supplier(supplier_id)
        if held["currency"] != draft.currency and db.row(
            "select 1 from procurement_order where supplier_id = %s limit 1", (supplier_id,)
        ):
            told = (
                "已有采购单，币种不能再改；如需换币种请另建供应商",
                "there are orders: make another file for another currency",
            )
            raise ValidationFailed.one("currency", "fixed", *told)
        taken = db.row("select 1 from procurement_supplier where code = %s and id <> %s", (draft.code, supplier_id))
        if taken:
            raise _code_taken()
        names = ", ".join(f"{name} = %s" for name in (*_COLUMNS, "contacts"))
        db.execute(f"update procurement_supplier set {names} where id = %s", (*_values(draft), supplier_id))
        before = {name: held[name] for name in _COLUMNS} | {"contacts": held["contacts"]}
        after = _told(draft)
        changed = [name for name in after if before[name] != after[name]]
        note(
            actor, "change_supplier", "supplier", supplier_id,
            before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
        )  # fmt: skip


def move_supplier(supplier_id: int, action: str, *, actor: Actor, reason: str = "") -> None:
    """approve, suspend or end. Opens its own transaction.

    All but the first approval need a reason. Raises NotFound, WrongState, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    with transaction.atomic():
        held = held_supplier(supplier_id)
        state = SUPPLIER.target(held["state"], action)
        if (held["state"], action) != ("candidate", "approve"):
            reason = reason_of(reason)
        db.execute("update procurement_supplier set state = %s where id = %s", (state, supplier_id))
        note(
            actor, f"{action}_supplier", "supplier", supplier_id, before={"state": held["state"]}, after={"state": state},
            reason=reason,
        )  # fmt: skip
        record(SupplierMoved(supplier_id, state))


def keep_file(data: bytes, *, actor: Actor) -> str:
    """Keep the file of a paper; its name, for `add_paper`. Raises PictureRefused, ValidationFailed, PermissionDenied."""
    need(actor, MANAGE)
    return files.keep(data)


def add_paper(supplier_id: int, draft: PaperDraft, *, file: str = "", actor: Actor) -> int:
    """Put a paper into the file; its id. A newer one of its kind takes the place of one that expires.

    Opens its own transaction. Raises NotFound, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    check_paper(draft)
    if file and files.file_of(file) is None:
        raise ValidationFailed.one(
            "file", "unknown", "没有这个文件，请重新上传", "there is no such file; upload it again"
        )
    with transaction.atomic():
        held_supplier(supplier_id)
        row = db.row(
            "insert into procurement_paper (supplier_id, kind, number, mandatory, expires_on, file)"
            " values (%s, %s, %s, %s, %s, %s) returning id",
            (supplier_id, draft.kind, draft.number.strip(), draft.mandatory, draft.expires_on, file),
        )
        assert row is not None
        note(actor, "add_paper", "supplier", supplier_id, after=_plain(dataclasses.asdict(draft)))
    return int(row["id"])


def drop_paper(supplier_id: int, paper_id: int, *, actor: Actor) -> None:
    """Take a paper out of the file. Opens its own transaction. Raises NotFound, PermissionDenied."""
    need(actor, MANAGE)
    with transaction.atomic():
        held_supplier(supplier_id)
        row = db.row(
            "delete from procurement_paper where id = %s and supplier_id = %s returning kind, number, expires_on",
            (paper_id, supplier_id),
        )
        if row is None:
            raise NotFound()
        note(actor, "drop_paper", "supplier", supplier_id, before=_plain(row))


def put_offering(supplier_id: int, draft: OfferingDraft, *, actor: Actor) -> None:
    """What he sells of ours, and how. Opens its own transaction. Raises NotFound, ValidationFailed, PermissionDenied."""
    need(actor, MANAGE)
    check_offering(draft)
    _check_sku(draft.sku_id)
    with transaction.atomic():
        held_supplier(supplier_id)
        db.execute(
            "insert into procurement_offering (supplier_id, sku_id, supplier_code, pack_size, minimum_quantity, lead_days)"
            " values (%s, %s, %s, %s, %s, %s) on conflict (supplier_id, sku_id) do update set"
            " supplier_code = excluded.supplier_code, pack_size = excluded.pack_size,"
            " minimum_quantity = excluded.minimum_quantity, lead_days = excluded.lead_days",
            (
                supplier_id, draft.sku_id, draft.supplier_code.strip(), draft.pack_size, draft.minimum_quantity,
                draft.lead_days,
            ),
        )  # fmt: skip
        note(actor, "put_offering", "supplier", supplier_id, after=dataclasses.asdict(draft))


def drop_offering(supplier_id: int, sku_id: int, *, actor: Actor) -> None:
    """He does not sell it any more. Opens its own transaction. Raises NotFound, PermissionDenied."""
    need(actor, MANAGE)
    with transaction.atomic():
        held_supplier(supplier_id)
        if not db.execute(
            "delete from procurement_offering where supplier_id = %s and sku_id = %s", (supplier_id, sku_id)
        ):
            raise NotFound()
        note(actor, "drop_offering", "supplier", supplier_id, before={"sku_id": sku_id})


def agree_price(supplier_id: int, draft: AgreementDraft, *, actor: Actor, tender: str = "") -> int:
    """A price agreement; its id. Opens its own transaction, or lives in the caller's.

    Raises NotFound, ValidationFailed, AgreementsOverlap, PermissionDenied.
    """
    need(actor, MANAGE)
    check_agreement(draft)
    _check_sku(draft.sku_id)
    with transaction.atomic():
        held_supplier(supplier_id)
        try:
            with transaction.atomic():
                row = db.row(
                    "insert into procurement_agreement (supplier_id, sku_id, starts_on, ends_on, breaks, tender)"
                    " values (%s, %s, %s, %s, %s, %s) returning id",
                    (
                        supplier_id, draft.sku_id, draft.starts_on, draft.ends_on,
                        db.Json([[each.quantity, each.price] for each in draft.breaks]), tender,
                    ),
                )  # fmt: skip
        except IntegrityError as refused:
            raise _overlap(supplier_id, draft) from refused
        assert row is not None
        after = _plain(
            {
                "sku_id": draft.sku_id,
                "starts_on": draft.starts_on,
                "ends_on": draft.ends_on,
                "price": draft.breaks[0].price,
            }
        )
        note(actor, "agree_price", "supplier", supplier_id, after=after)
    return int(row["id"])


def end_agreement(supplier_id: int, agreement_id: int, *, last_day: date, actor: Actor) -> None:
    """Let an agreement end on `last_day`; one that has not begun by then is taken away. Opens its own transaction.

    A day that is over stays as it was. Raises NotFound, ValidationFailed, PermissionDenied.
    """
    need(actor, MANAGE)
    with transaction.atomic():
        held_supplier(supplier_id)
        row = db.row(
            "select starts_on, ends_on, sku_id from procurement_agreement where id = %s and supplier_id = %s",
            (agreement_id, supplier_id),
        )
        if row is None:
            raise NotFound()
        if last_day < clock.business_date() and row["starts_on"] <= last_day:
            told = "结束日不能早于今天", "it cannot end before today"
            raise ValidationFailed.one("last_day", "range", *told)
        if row["ends_on"] is not None and last_day > row["ends_on"]:
            told = "只能提前结束；要延长请新建协议", "it can only end earlier; make a new one to go on"
            raise ValidationFailed.one("last_day", "range", *told)
        if last_day < row["starts_on"]:
            db.execute("delete from procurement_agreement where id = %s", (agreement_id,))
        else:
            db.execute("update procurement_agreement set ends_on = %s where id = %s", (last_day, agreement_id))
        note(
            actor, "end_agreement", "supplier", supplier_id, before=_plain(row), after={"ends_on": last_day.isoformat()}
        )


def _overlap(supplier_id: int, draft: AgreementDraft) -> AgreementsOverlap:
    row = db.row(
        "select id from procurement_agreement where supplier_id = %s and sku_id = %s and daterange(starts_on, ends_on, '[]')"
        " && daterange(%s, %s, '[]') order by starts_on limit 1",
        (supplier_id, draft.sku_id, draft.starts_on, draft.ends_on),
    )
    return AgreementsOverlap(extra={"agreement": row["id"] if row else None})


def _check_sku(sku_id: int) -> None:
    if sku_id not in catalog.sku_codes([sku_id]):
        raise unknown_skus([0], "sku")


def _code_taken() -> ValidationFailed:
    return ValidationFailed.one("code", "taken", "这个编号已被另一家供应商使用", "another supplier has this code")


def _values(draft: SupplierDraft) -> tuple[Any, ...]:
    told = _told(draft)
    return (*(told[name] for name in _COLUMNS), db.Json(told["contacts"]))


def _told(draft: SupplierDraft) -> dict[str, Any]:
    found = {name: getattr(draft, name) for name in _COLUMNS}
    found = {name: value.strip() if isinstance(value, str) else value for name, value in found.items()}
    return found | {"contacts": [contact._asdict() for contact in draft.contacts]}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
