"""Freight templates (运费模板): their rules, and the products and categories that go by one of their own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from django.db import transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, db, ids, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from ..errors import TemplateInUse
from ..permissions import FREIGHT, need
from ..rules import METHOD_NAMES, province_key
from ..selectors import FREIGHT_VERSION, freight_book
from ..types import (
    AMOUNT,
    DEFAULT_TEMPLATE,
    PIECES,
    UNITS,
    WEIGHT,
    FreightRuleView,
    FreightTemplateView,
    RegionRule,
    TemplateDraft,
)
from .prices import MAX_PRICE

MAX_TEMPLATES, MAX_REGIONS, MAX_RUNGS, MAX_GOODS = 200, 60, 20, 5_000
MAX_COUNT = 100_000_000
_TERMS = ("deliverable", "fee", "first", "step", "step_fee", "free_over", "free_pieces", "surcharge", "ladder")
_COLUMNS = ", ".join(("id", "method", "province", *_TERMS))
#: Whoever says the first rule of a mall need not know that it belongs to a template.
_TEMPLATE_OF = """
insert into pricing_freighttemplate (code, name_zh, name_en) values (%s, '默认模板', 'Default')
on conflict (code) do update set updated_at = kernel_now() returning id
"""


def save_template(code: str, draft: TemplateDraft, *, actor: Actor) -> FreightTemplateView:
    """Keep a template with exactly these rules; `code` "" makes a new one. Opens its own transaction.

    Raises PermissionDenied, NotFound, ValidationFailed naming the fields (`regions.0.fee`).
    """
    need(actor, FREIGHT)
    errors = list(_faults(draft))
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        before = _template(code)
        if code not in ("", DEFAULT_TEMPLATE) and before is None:
            raise NotFound()
        if not code and len(freight_book().templates) >= MAX_TEMPLATES:
            text = Text(f"最多 {MAX_TEMPLATES} 个运费模板", f"at most {MAX_TEMPLATES} templates")
            raise ValidationFailed(errors=[FieldError("name_zh", "too_many", text)])
        row = db.row(
            "insert into pricing_freighttemplate (code, name_zh, name_en, unit) values (%s, %s, %s, %s)"
            " on conflict (code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en,"
            " unit = excluded.unit, updated_at = kernel_now() returning id, code",
            (code or f"t-{ids.token(6)}", draft.name_zh.strip(), draft.name_en.strip(), draft.unit),
        )
        assert row is not None
        db.execute("delete from pricing_freightrule where template_id = %s", (row["id"],))
        db.execute(
            f"insert into pricing_freightrule (template_id, method, province, {', '.join(_TERMS)})"
            f" select %s, r.method, r.province, {', '.join('r.' + name for name in _TERMS)} from jsonb_to_recordset(%s)"
            " as r(method text, province text, deliverable boolean, fee bigint, first int, step int, step_fee bigint,"
            " free_over bigint, free_pieces int, surcharge bigint, ladder jsonb)",
            (row["id"], db.Json(list(_rows(draft)))),
        )
        versions.bump(FREIGHT_VERSION)
        audit.record(
            actor=actor, action="pricing.save_freight_template", target_type="freight_template", target_id=row["code"],
            before=_told(before),
            after={"name": draft.name_zh, "unit": draft.unit, "rules": [_brief(rule) for rule in _rows(draft)]},
        )  # fmt: skip
    return freight_book().templates[row["code"]]


def delete_template(code: str, *, actor: Actor) -> None:
    """Remove a template that nothing goes by. Opens its own transaction. Raises PermissionDenied, NotFound, TemplateInUse."""
    need(actor, FREIGHT)
    with transaction.atomic():
        before = _template(code)
        if before is None and code != DEFAULT_TEMPLATE:
            raise NotFound()
        row = db.row(
            "select count(*)::int as n from pricing_freightgoods g join pricing_freighttemplate t on t.id = g.template_id"
            " where t.code = %s",
            (code,),
        )
        count = row["n"] if row else 0
        if code == DEFAULT_TEMPLATE or count:
            raise TemplateInUse(count=count)
        db.execute("delete from pricing_freightrule where template_id in"
                   " (select id from pricing_freighttemplate where code = %s)", (code,))  # fmt: skip
        db.execute("delete from pricing_freighttemplate where code = %s", (code,))
        versions.bump(FREIGHT_VERSION)
        audit.record(
            actor=actor, action="pricing.delete_freight_template", target_type="freight_template", target_id=code,
            before=_told(before),
        )  # fmt: skip


def assign_template(
    code: str, *, product_ids: Sequence[int] = (), category_ids: Sequence[int] = (), actor: Actor
) -> int:
    """These products and categories go by this template from now on ("": by none of their own); how many changed.

    Opens its own transaction. Raises PermissionDenied, NotFound (no such template), ValidationFailed (too many, unknown goods).
    """
    need(actor, FREIGHT)
    wanted = [("product", one) for one in dict.fromkeys(product_ids)]
    wanted += [("category", one) for one in dict.fromkeys(category_ids)]
    if not 0 < len(wanted) <= MAX_GOODS:
        raise ValidationFailed.one(
            "products",
            "range",
            f"请选择 1 到 {MAX_GOODS} 个商品或分类",
            f"choose 1 to {MAX_GOODS} products or categories",
        )
    known = {one.id for one in catalog.categories()} if category_ids else set()
    titles = catalog.titles(list(product_ids)) if product_ids else {}
    missing = [str(ref) for kind, ref in wanted if ref not in (titles if kind == "product" else known)]
    if missing:
        text = Text(f"没有这些商品或分类：{'、'.join(missing[:10])}", f"unknown: {', '.join(missing[:10])}")
        raise ValidationFailed(errors=[FieldError("products", "unknown", text)])
    with transaction.atomic():
        if code and code not in freight_book().templates:
            raise NotFound()
        rows = db.Json([{"kind": kind, "ref": ref} for kind, ref in wanted])
        if code in ("", DEFAULT_TEMPLATE):
            changed = db.execute(
                "delete from pricing_freightgoods g using jsonb_to_recordset(%s) as r(kind text, ref bigint)"
                " where g.kind = r.kind and g.ref = r.ref",
                (rows,),
            )
        else:
            changed = db.execute(
                "insert into pricing_freightgoods (kind, ref, template_id) select r.kind, r.ref, t.id"
                " from jsonb_to_recordset(%s) as r(kind text, ref bigint), pricing_freighttemplate t where t.code = %s"
                " order by r.kind, r.ref on conflict (kind, ref) do update set template_id = excluded.template_id"
                " where pricing_freightgoods.template_id <> excluded.template_id",
                (rows, code),
            )
        if changed:
            versions.bump(FREIGHT_VERSION)
            audit.record(
                actor=actor, action="pricing.assign_freight", target_type="freight_template",
                target_id=code or DEFAULT_TEMPLATE,
                after={"products": list(product_ids)[:100], "categories": list(category_ids)[:100], "count": changed},
            )  # fmt: skip
    return changed


def save_freight_rule(
    *,
    method: str,
    province: str = "",
    deliverable: bool = True,
    fee: int = 0,
    first: int = 0,
    step: int = 1_000,
    step_fee: int = 0,
    free_over: int | None = None,
    free_pieces: int | None = None,
    surcharge: int = 0,
    ladder: Sequence[tuple[int, int]] = (),
    template: str = DEFAULT_TEMPLATE,
    actor: Actor,
) -> FreightRuleView:
    """Create or replace one rule of a template, for a method and province ("" is everywhere else). Opens its own transaction.

    Raises NotFound (no such template), ValidationFailed.
    """
    region = RegionRule(
        (province,) if province else (), deliverable, fee, first, step, step_fee, free_over, free_pieces, surcharge,
        tuple(ladder), method,
    )  # fmt: skip
    errors = list(_region_faults(region, WEIGHT, ""))
    if errors:
        raise ValidationFailed(errors=errors)
    key = province_key(province)
    with transaction.atomic():
        if template != DEFAULT_TEMPLATE and template not in freight_book().templates:
            raise NotFound()
        kept = db.row(_TEMPLATE_OF, (template,))
        assert kept is not None
        named = (kept["id"], method, key)
        before = db.row(
            f"select {_COLUMNS} from pricing_freightrule where template_id = %s and method = %s and province = %s",
            named,
        )
        after = db.row(
            f"insert into pricing_freightrule (template_id, method, province, {', '.join(_TERMS)})"
            f" values ({', '.join(['%s'] * (3 + len(_TERMS)))}) on conflict (template_id, method, province) do update set"
            f" {', '.join(f'{name} = excluded.{name}' for name in _TERMS)} returning {_COLUMNS}",
            (*named, *(_stored(region)[name] for name in _TERMS[:-1]), db.Json([list(rung) for rung in ladder])),
        )
        assert after is not None
        rule = FreightRuleView(**after | {"ladder": tuple((since, cost) for since, cost in after["ladder"])})
        versions.bump(FREIGHT_VERSION)
        audit.record(
            actor=actor, action="pricing.save_freight_rule", target_type="freight_rule", target_id=rule.id, before=before,
            after=asdict(rule),
        )  # fmt: skip
    return rule


def delete_freight_rule(rule_id: int, *, actor: Actor) -> None:
    """Remove a rule. Opens its own transaction. Raises NotFound."""
    with transaction.atomic():
        before = db.row(f"delete from pricing_freightrule where id = %s returning {_COLUMNS}", (rule_id,))
        if before is None:
            raise NotFound()
        versions.bump(FREIGHT_VERSION)
        audit.record(
            actor=actor,
            action="pricing.delete_freight_rule",
            target_type="freight_rule",
            target_id=rule_id,
            before=before,
        )


def _template(code: str) -> FreightTemplateView | None:
    return freight_book().templates.get(code) if code else None


def _told(template: FreightTemplateView | None) -> dict[str, Any] | None:
    """As the audit log keeps it."""
    if template is None:
        return None
    return {"name": template.name.zh, "unit": template.unit, "rules": [_brief(asdict(rule)) for rule in template.rules]}


def _brief(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if value and name != "id"}


def _rows(draft: TemplateDraft) -> Iterator[dict[str, Any]]:
    for region in draft.regions:
        for province in region.provinces or ("",):
            yield _stored(region) | {"method": region.method, "province": province_key(province)}


def _stored(region: RegionRule) -> dict[str, Any]:
    return {name: getattr(region, name) for name in _TERMS} | {"ladder": [list(rung) for rung in region.ladder]}


def _faults(draft: TemplateDraft) -> Iterator[FieldError]:
    name = draft.name_zh.strip()
    if not name:
        yield FieldError("name_zh", "required", Text("请填写模板名称", "give it a name"))
    for field, most in (("name_zh", 60), ("name_en", 120)):
        if len(getattr(draft, field)) > most:
            yield FieldError(field, "too_long", Text(f"最多 {most} 个字符", f"at most {most} characters"))
    if draft.unit not in UNITS:
        yield FieldError("unit", "unknown", Text("请选择计费方式", f"must be one of {', '.join(UNITS)}"))
    if len(draft.regions) > MAX_REGIONS:
        yield FieldError("regions", "too_many", Text(f"最多 {MAX_REGIONS} 行", f"at most {MAX_REGIONS} rows"))
    seen: set[tuple[str, str]] = set()
    for n, region in enumerate(draft.regions):
        yield from _region_faults(region, draft.unit, f"regions.{n}.")
        for province in region.provinces or ("",):
            key = region.method, province_key(province)
            if key in seen:
                where = Text(province or "其他地区", province or "everywhere else")
                text = Text(f"{where.zh} 出现了两次", f"{where.en} appears twice")
                yield FieldError(f"regions.{n}.provinces", "duplicate", text)
            seen.add(key)


def _region_faults(region: RegionRule, unit: str, at: str) -> Iterator[FieldError]:
    if region.method not in METHOD_NAMES:
        yield FieldError(
            f"{at}method", "unknown", Text("没有这种配送方式", f"must be one of {', '.join(METHOD_NAMES)}")
        )
    if any(len(one) > 40 for one in region.provinces):
        yield FieldError(f"{at}province", "too_long", Text("最多 40 个字符", "must be at most 40 characters"))
    wrong = Text("数值超出允许范围", "is out of range")
    limits = {
        "fee": MAX_PRICE,
        "step_fee": MAX_PRICE,
        "surcharge": MAX_PRICE,
        "free_over": MAX_PRICE,
        "first": MAX_COUNT,
    }
    yield from (
        FieldError(f"{at}{name}", "range", wrong)
        for name, most in limits.items()
        if not 0 <= (getattr(region, name) or 0) <= most
    )
    if not 0 < region.step <= MAX_COUNT:
        yield FieldError(f"{at}step", "range", Text("续重（件）应大于 0", "must be above 0"))
    if region.free_pieces is not None and not 0 < region.free_pieces <= MAX_COUNT:
        yield FieldError(f"{at}free_pieces", "range", Text("包邮件数应大于 0", "must be above 0"))
    if region.step_fee and not region.first and unit in (WEIGHT, PIECES):
        yield FieldError(
            f"{at}first", "required", Text("有续费时要写明首重（件）", "say how much the first fee covers")
        )
    yield from _rung_faults(region.ladder, at)
    if region.ladder and unit != AMOUNT and at:
        yield FieldError(f"{at}ladder", "unit", Text("只有按金额的模板有阶梯", "only a template by amount has steps"))


def _rung_faults(ladder: Iterable[tuple[int, int]], at: str) -> Iterator[FieldError]:
    rungs = list(ladder)
    if len(rungs) > MAX_RUNGS:
        yield FieldError(f"{at}ladder", "too_many", Text(f"最多 {MAX_RUNGS} 级", f"at most {MAX_RUNGS} steps"))
    if any(not (0 < since <= MAX_PRICE and 0 <= cost <= MAX_PRICE) for since, cost in rungs):
        yield FieldError(f"{at}ladder", "range", Text("数值超出允许范围", "is out of range"))
    if any(later[0] <= earlier[0] for earlier, later in pairwise(rungs)):
        yield FieldError(f"{at}ladder", "order", Text("金额应从小到大", "amounts must rise"))
