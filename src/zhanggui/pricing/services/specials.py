"""Special prices: whose they are, and from how many pieces on."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, mall_settings, outbox, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed

from .. import guards, locks
from ..events import SpecialPriceChanged
from ..selectors import SPECIALS_VERSION, base_prices, floors
from ..types import CHANNEL, KEYED, OWN_CHANNEL, QUANTITY, SPECIAL_KINDS, Price, Special, SpecialRow
from .prices import MAX_PRICE

MAX_PIECES = 1_000_000
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def set_specials(rows: Sequence[SpecialRow], *, reason: str, actor: Actor) -> int:
    """Set, change and take away special prices, all or none; how many changed. Opens its own transaction.

    A special price is below the list price, and whoever takes more never pays more for a piece. Raises ValidationFailed
    naming the rows, also where one would be below its floor (but for whoever may go there).
    """
    if not reason.strip():
        raise ValidationFailed.one("reason", "required", "请填写改价原因", "a reason is needed")
    errors = [error for i, row in enumerate(rows) for error in _row_errors(row, f"rows.{i}.")]
    errors += _twice(rows)
    if errors:
        raise ValidationFailed(errors=errors)
    if not rows:
        return 0
    currency = mall_settings.get("mall.currency")
    with transaction.atomic():
        held = locks.hold_prices([row.sku_id for row in rows])
        errors = _against_prices(rows, held, base_prices(held))
        if errors:
            raise ValidationFailed(errors=errors)
        batch = [
            {"sku_id": r.sku_id, "kind": r.kind, "key": r.key, "min_quantity": r.min_quantity, "price": r.price} for r in rows
        ]  # fmt: skip
        _keep_above_floors(rows, reason, actor)
        changed = locks.set_specials(batch, reason, actor)
        if changed:
            places = {row.sku_id: f"rows.{i}.price" for i, row in enumerate(rows) if row.price is not None}
            guards.keep_reachable(places, reason, actor)
            versions.bump(SPECIALS_VERSION)
            outbox.record(*(SpecialPriceChanged(**row, currency=currency) for row in changed))
            audit.record_many(_audit_row(row, reason, actor) for row in changed)
    return len(changed)


def _row_errors(row: SpecialRow, prefix: str) -> Iterable[FieldError]:
    if row.kind not in SPECIAL_KINDS:
        kinds = ", ".join(SPECIAL_KINDS)
        yield FieldError(f"{prefix}kind", "unknown", Text("没有这种价格", f"must be one of {kinds}"))
    elif row.kind in KEYED and not _KEY.fullmatch(row.key):
        text = Text(
            "请填写代码：字母、数字、点、下划线或连字符，最多 40 个",
            "a code of letters, digits, dots, dashes and underscores, at most 40",
        )
        yield FieldError(f"{prefix}key", "required" if not row.key else "type", text)
    elif (row.kind, row.key) == (CHANNEL, OWN_CHANNEL):
        text = Text("商城自己的价格就是售价", "the shop's own price is the sale price")
        yield FieldError(f"{prefix}key", "own_channel", text)
    elif row.kind not in KEYED and row.key:
        yield FieldError(f"{prefix}key", "not_empty", Text("这种价格没有代码", "this kind has no code"))
    least = 2 if row.kind == QUANTITY else 1
    if not least <= row.min_quantity <= MAX_PIECES:
        text = Text(f"起始件数应在 {least} 到 {MAX_PIECES} 之间", f"must be between {least} and {MAX_PIECES} pieces")
        yield FieldError(f"{prefix}min_quantity", "range", text)
    if row.price is not None and not 0 <= row.price <= MAX_PRICE:
        text = Text(f"应在 0 到 {MAX_PRICE} 分之间", f"must be between 0 and {MAX_PRICE} minor units")
        yield FieldError(f"{prefix}price", "range", text)


def _name(row: SpecialRow) -> tuple[int, str, str, int]:
    return row.sku_id, row.kind, row.key, row.min_quantity


def _twice(rows: Sequence[SpecialRow]) -> Iterable[FieldError]:
    seen: set[tuple[int, str, str, int]] = set()
    for i, row in enumerate(rows):
        if _name(row) in seen:
            text = Text("同一个特殊价格出现了两次", "the same special price appears twice")
            yield FieldError(f"rows.{i}.min_quantity", "duplicate", text)
        seen.add(_name(row))


def _against_prices(rows: Sequence[SpecialRow], held: dict[int, Any], now: dict[int, Price]) -> list[FieldError]:
    """What cannot be beside the ordinary price, and beside the other special prices once all rows are set."""
    errors = []
    after = {
        (sku, s.kind, s.key, s.min_quantity): s.price for sku, price in now.items() for s in price.specials
    } | {_name(row): row.price for row in rows}  # fmt: skip
    for i, row in enumerate(rows):
        if row.sku_id not in held:
            text = Text("该 SKU 还没有定价", "this SKU has no price yet")
            errors.append(FieldError(f"rows.{i}.sku_id", "no_price", text))
        elif row.price is not None and row.price > held[row.sku_id][0]:
            text = Text("不能高于划线价", "must not exceed the list price")
            errors.append(FieldError(f"rows.{i}.price", "above_list_price", text))
        elif row.price is not None and (few := _cheaper_with_fewer(row, after)):
            text = Text(
                f"从 {few.min_quantity} 件起已是更低或相同的价格，这一档永远用不上",
                f"it costs no more from {few.min_quantity} pieces on, so this step never applies",
            )
            errors.append(FieldError(f"rows.{i}.price", "never_applies", text))
    return errors


def _keep_above_floors(rows: Sequence[SpecialRow], reason: str, actor: Actor) -> None:
    known = floors({row.sku_id for row in rows if row.price is not None}) if actor.kind != "system" else {}
    below = {
        f"rows.{i}.price": known[row.sku_id]
        for i, row in enumerate(rows)
        if row.price is not None and row.sku_id in known and guards.is_below(known[row.sku_id], row.price)
    }
    guards.refuse_below(below, reason, actor)


def _cheaper_with_fewer(row: SpecialRow, after: dict[tuple[int, str, str, int], int | None]) -> Special | None:
    assert row.price is not None
    for (sku, kind, key, pieces), price in after.items():
        same = (sku, kind, key) == (row.sku_id, row.kind, row.key)
        if same and pieces < row.min_quantity and price is not None and price <= row.price:
            return Special(kind, key, pieces, price)
    return None


def _audit_row(row: dict[str, Any], reason: str, actor: Actor) -> dict[str, Any]:
    which = {name: row[name] for name in ("kind", "key", "min_quantity")}
    return audit.row(
        actor=actor, action="pricing.set_special", target_type="sku", target_id=row["sku_id"], reason=reason,
        before=None if row["old_price"] is None else {**which, "price": row["old_price"]},
        after={**which, "price": row["price"]},
    )  # fmt: skip
