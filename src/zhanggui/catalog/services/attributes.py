"""Attribute definitions: what products of a category say about themselves, and in which type."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import listings, locks, rules
from ..taxonomy import load
from ..types import AttributeKind, AttributeView
from .taxonomy import announce, unnamed


def define_attribute(
    *,
    name: str,
    label_zh: str,
    kind: str,
    category_id: int | None = None,
    label_en: str = "",
    unit: str = "",
    choices: Sequence[str] = (),
    required: bool = False,
    filterable: bool = False,
    variant_axis: bool = False,
    position: int = 0,
    choices_en: Mapping[str, str] | None = None,
    actor: Actor,
) -> AttributeView:
    """What products of a category and all below it say about themselves. `choices_en` is the English of values (of an
    axis, of variants' options). Opens a transaction. Raises ValidationFailed."""
    with transaction.atomic():
        locks.hold_taxonomy()
        tree = load()
        row = _definition(label_zh, label_en, kind, unit, choices, choices_en)
        row |= {
            "name": rules.line(name), "category_id": category_id, "required": required, "filterable": filterable,
            "variant_axis": variant_axis, "position": position,
        }  # fmt: skip
        errors = rules.required("name", row["name"]) + rules.too_long("name", row["name"], 60)
        if "=" in row["name"]:
            errors.append(FieldError("name", "invalid", Text("名称不能含等号", "must not hold an equals sign")))
        if category_id is not None and category_id not in tree.categories:
            errors.append(FieldError("category_id", "not_found", Text("没有这个分类", "no such category")))
        if any(d.name == row["name"] and d.category_id == category_id for d in tree.definitions):
            errors.append(FieldError("name", "duplicate", Text("这个分类已有同名属性", "this category has it already")))
        if errors:
            raise ValidationFailed(errors=errors)
        made = _write_definition(
            "insert into catalog_attributedefinition ({names}) select {values} from {record} returning id", row
        )
        _reproject(category_id)
        announce("catalog.define_attribute", "attribute", made, None, row, actor)
    return next(d for d in load().definitions if d.id == made)


def update_attribute(
    attribute_id: int,
    *,
    label_zh: str,
    label_en: str = "",
    unit: str = "",
    choices: Sequence[str] = (),
    required: bool = False,
    filterable: bool = False,
    variant_axis: bool = False,
    position: int = 0,
    choices_en: Mapping[str, str] | None = None,
    actor: Actor,
) -> AttributeView:
    """Change a definition; name, type and category stay, so do the English words when not given.

    Filters follow; stored values are checked at their next edit.

    Opens a transaction. Raises NotFound, ValidationFailed.
    """
    with transaction.atomic():
        locks.hold_taxonomy()
        old = next((d for d in load().definitions if d.id == attribute_id), None)
        if old is None:
            raise NotFound()
        row = _definition(
            label_zh, label_en, old.kind, unit, choices, old.choices_en if choices_en is None else choices_en
        )
        row |= {"required": required, "filterable": filterable, "variant_axis": variant_axis, "position": position}
        _write_definition(
            "update catalog_attributedefinition d set ({names}) = (select {values} from {record})"
            f" where d.id = {old.id} returning d.id",
            row,
        )
        _reproject(old.category_id)
        announce("catalog.update_attribute", "attribute", attribute_id, old._asdict(), row, actor)
    return next(d for d in load().definitions if d.id == attribute_id)


def delete_attribute(attribute_id: int, *, actor: Actor) -> None:
    """Delete a definition; the values that products have stay as plain text, and are no filter any more.

    The last definition of a name stays while links of the shop filter by it. Opens a transaction. Raises NotFound, StillNamed.
    """
    with transaction.atomic():
        locks.hold_taxonomy()
        definitions = load().definitions
        old = next((d for d in definitions if d.id == attribute_id), None)
        if old is None:
            raise NotFound()
        if sum(d.name == old.name for d in definitions) == 1:
            unnamed("attribute", attribute_id, old.name)
        db.execute("delete from catalog_attributedefinition where id = %s", (attribute_id,))
        _reproject(old.category_id)
        announce("catalog.delete_attribute", "attribute", attribute_id, old._asdict(), {}, actor)


_TYPES = {
    "name": "text", "category_id": "bigint", "label_zh": "text", "label_en": "text", "kind": "text", "unit": "text",
    "choices": "jsonb", "choices_en": "jsonb", "required": "boolean", "filterable": "boolean", "variant_axis": "boolean", "position": "int",
}  # fmt: skip


def _write_definition(template: str, row: dict[str, Any]) -> int:
    record = "jsonb_to_record(%s) as r(" + ", ".join(f"{name} {_TYPES[name]}" for name in row) + ")"
    sql = template.format(names=", ".join(row), values=", ".join(f"r.{name}" for name in row), record=record)
    found = db.row(sql, (db.Json(row),))
    assert found is not None
    return int(found["id"])


def _definition(
    label_zh: str, label_en: str, kind: str, unit: str, choices: Sequence[str], choices_en: Mapping[str, str] | None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "label_zh": rules.line(label_zh), "label_en": rules.line(label_en), "kind": kind, "unit": rules.line(unit),
        "choices": rules.clean_tags(choices), "choices_en": rules.clean_options(choices_en or {}),
    }  # fmt: skip
    errors = rules.required("label_zh", rules.line(label_zh)) + rules.too_long("label_zh", rules.line(label_zh), 60)
    errors += rules.too_long("label_en", rules.line(label_en), 60) + rules.too_long("unit", rules.line(unit), 20)
    if kind not in list(AttributeKind):
        errors.append(
            FieldError(
                "kind", "invalid", Text("类型应为文本、数字、单选、多选或是否", "text, number, choice, multi or bool")
            )
        )
    if kind in (AttributeKind.CHOICE, AttributeKind.MULTI) and not row["choices"]:
        errors.append(FieldError("choices", "required", Text("请列出可选值", "list the values to choose from")))
    for place, choice in enumerate(row["choices"]):
        errors += rules.too_long(f"choices.{place}", choice, rules.TOKEN_LIMIT)
    for value, english in row["choices_en"].items():
        errors += rules.too_long(f"choices_en.{value[:60]}", english, rules.TOKEN_LIMIT)
    if errors:
        raise ValidationFailed(errors=errors)
    return row


def _reproject(category_id: int | None) -> None:
    if category_id is None:
        listings.project_all()
    else:
        listings.project_where_category([category_id])
