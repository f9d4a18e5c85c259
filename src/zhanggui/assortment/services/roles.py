"""Roles of products are given and taken away, one or many at a time, each time with a reason."""

from collections.abc import Sequence

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.outbox import record
from zhanggui.kernel.problems import FieldError, PermissionDenied, ValidationFailed

from .. import locks
from ..errors import TooManyMain
from ..events import RoleChanged
from ..permissions import MANAGE
from ..rules import MOST_AT_ONCE, check_role, check_words
from ..settings import MAIN_MOST
from ..types import MAIN, PARTS


def set_role(product_ids: Sequence[int], role: str, *, given: bool, reason: str, actor: Actor) -> list[int]:
    """Give products a role, or take it away (`given` False); those that changed. All or none, in its own transaction.

    A part (traffic, basic, image) takes the place of another. Raises ValidationFailed, TooManyMain, PermissionDenied.
    """
    if not actor.may(MANAGE):
        raise PermissionDenied()
    ids = list(dict.fromkeys(product_ids))
    faults = check_role(role) + check_words("reason", reason, 200, required=True) + _check_products(ids)
    if faults:
        raise ValidationFailed(errors=faults)
    with transaction.atomic():
        locks.hold_roles()
        rows = db.rows("select product_id, role from assortment_role where product_id = any(%s::bigint[])", (ids,))
        has = {(row["product_id"], row["role"]) for row in rows}
        if not given:
            taken, new = [(i, role) for i in ids if (i, role) in has], []
        else:
            new = [(i, role) for i in ids if (i, role) not in has]
            others = [part for part in PARTS if part != role] if role in PARTS else []
            taken = [(i, part) for i, _ in new for part in others if (i, part) in has]
            if role == MAIN and new:
                _room(len(new))
        _write(taken, new, reason.strip(), actor)
    return [i for i, _ in (new if given else taken)]


def _check_products(ids: Sequence[int]) -> list[FieldError]:
    if not ids:
        return [FieldError("products", "required", Text("请选择商品", "choose products"))]
    if len(ids) > MOST_AT_ONCE:
        return [
            FieldError("products", "length", Text(f"一次最多 {MOST_AT_ONCE} 个商品", f"at most {MOST_AT_ONCE} at once"))
        ]
    known = catalog.titles(ids)
    unknown = Text("没有这个商品", "there is no such product")
    return [FieldError(f"products.{n}", "unknown", unknown) for n, i in enumerate(ids) if i not in known]


def _room(more: int) -> None:
    row = db.row("select count(*)::int as n from assortment_role where role = %s", (MAIN,))
    most, count = mall_settings.get(MAIN_MOST), (row["n"] if row else 0) + more
    if count > most:
        raise TooManyMain(most=most, count=count, extra={"most": most, "count": count})


def _write(taken: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]], reason: str, actor: Actor) -> None:
    changes = [(*each, False) for each in taken] + [(*each, True) for each in new]
    if not changes:
        return
    db.execute(
        "delete from assortment_role r using unnest(%s::bigint[], %s::text[]) as t(product_id, role)"
        " where r.product_id = t.product_id and r.role = t.role",
        ([i for i, _ in taken], [role for _, role in taken]),
    )
    label = actor.label[:200]
    db.execute(
        "insert into assortment_role (product_id, role, reason, actor_label)"
        " select n.product_id, n.role, %s, %s from unnest(%s::bigint[], %s::text[]) as n(product_id, role)",
        (reason, label, [i for i, _ in new], [role for _, role in new]),
    )
    db.execute(
        "insert into assortment_rolechange (product_id, role, given, reason, actor_kind, actor_id, actor_label)"
        " select c.product_id, c.role, c.given, %s, %s, %s, %s"
        " from unnest(%s::bigint[], %s::text[], %s::boolean[]) as c(product_id, role, given)",
        (
            reason, actor.kind, actor.id, label, [i for i, _, _ in changes], [role for _, role, _ in changes],
            [given for _, _, given in changes],
        ),
    )  # fmt: skip
    audit.record_many(
        audit.row(
            actor=actor, action="assortment.give_role" if given else "assortment.take_role", target_type="product",
            target_id=i, after={"role": role} if given else None, before=None if given else {"role": role}, reason=reason,
        )
        for i, role, given in changes
    )  # fmt: skip
    record(*(RoleChanged(i, role, given) for i, role, given in changes))
