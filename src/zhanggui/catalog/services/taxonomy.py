"""Categories and brands. One writer at a time (`locks.hold_taxonomy`): they change rarely."""

from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, FieldError, NotFound, Problem, ValidationFailed

from .. import listings, locks, rules, words
from ..errors import BrandInUse, CategoryInUse, StillNamed
from ..taxonomy import VERSION, Taxonomy, load
from ..types import BrandView, CategoryView, Mentions, Named

_INSERT_CATEGORY = """
insert into catalog_category (id, code, parent_id, ancestors, name_zh, name_en, slug, position)
select n.id, r.code, r.parent_id, r.path || n.id, r.name_zh, r.name_en, r.slug, r.position
from jsonb_to_recordset(%s) as r(code text, parent_id bigint, path bigint[], name_zh text, name_en text, slug text,
    position int)
cross join lateral (select nextval(pg_get_serial_sequence('catalog_category', 'id')) as id where r.code <> '') n
returning id, code
"""
_mentions: Mentions | None = None


def bind_mentions(source: Mentions) -> None:
    """Give deletions their way to ask who names what is to go (config/wiring.py does)."""
    global _mentions
    _mentions = source


def create_category(
    *,
    name_zh: str,
    parent_id: int | None = None,
    name_en: str = "",
    slug: str = "",
    code: str = "",
    position: int = 0,
    actor: Actor,
) -> CategoryView:
    """A category under a parent (or a root). Its `code` begins the codes of its products and never changes.

    Without a code it is the parent's code and two digits more. Opens a transaction. Raises ValidationFailed.
    """
    with transaction.atomic():
        locks.hold_taxonomy()
        tree = load()
        row = _category(tree, name_zh, parent_id, name_en, slug, code, position)
        made = _insert([row])[0]
        announce("catalog.create_category", "category", made, None, row, actor)
    return load().categories[made]


def update_category(
    category_id: int,
    *,
    name_zh: str,
    parent_id: int | None,
    name_en: str = "",
    slug: str = "",
    position: int = 0,
    actor: Actor,
) -> CategoryView:
    """Rename or move a category with all below it; the listings of its products follow. Opens a transaction.

    Raises NotFound, ValidationFailed (a name or slug in use, a parent below itself).
    """
    with transaction.atomic():
        locks.hold_taxonomy()
        tree = load()
        old = tree.categories.get(category_id)
        if old is None:
            raise NotFound()
        row = _category(tree, name_zh, parent_id, name_en, slug or old.slug, old.code, position, itself=old)
        db.execute(
            "update catalog_category set name_zh = %s, name_en = %s, slug = %s, position = %s, parent_id = %s where id = %s",
            (row["name_zh"], row["name_en"], row["slug"], position, parent_id, category_id),
        )
        db.execute(
            "update catalog_category set ancestors = %s::bigint[] || ancestors[%s::int:] where ancestors @> array[%s::bigint]",
            (row["path"], len(old.ancestors), category_id),
        )
        listings.project_where_category([category_id])
        announce("catalog.update_category", "category", category_id, old._asdict(), row, actor)
    return load().categories[category_id]


def order_categories(parent_id: int | None, category_ids: Sequence[int], *, actor: Actor) -> None:
    """Put the children of a category (None: the roots) in this order. Opens a transaction.

    Raises Conflict when these are not its children (any more).
    """
    with transaction.atomic():
        locks.hold_taxonomy()
        before = [c.id for c in load().children.get(parent_id, ())]
        if sorted(before) != sorted(category_ids):
            raise Conflict()
        db.execute(
            "update catalog_category c set position = w.position from unnest(%s::bigint[]) with ordinality as w(id, position)"
            " where c.id = w.id and c.position is distinct from w.position",
            (list(category_ids),),
        )
        announce(
            "catalog.order_categories", "category", parent_id or 0, {"order": before}, {"order": [*category_ids]}, actor
        )


def delete_category(category_id: int, *, actor: Actor) -> None:
    """Delete a category that nothing stands in (no category below it, no product, no attribute of its own) or names.

    Opens a transaction. Raises NotFound, CategoryInUse, StillNamed.
    """
    with transaction.atomic():
        locks.hold_taxonomy()
        tree = load()
        old = tree.categories.get(category_id)
        if old is None:
            raise NotFound()
        below = len(tree.children.get(category_id, ()))
        own = sum(d.category_id == category_id for d in tree.definitions)
        goods = _goods("category_id", category_id)
        if below or own or goods:
            raise CategoryInUse(below=below, products=goods, attributes=own)
        unnamed("category", category_id, old.slug)
        _delete("catalog_category", category_id, CategoryInUse(below=0, products=1, attributes=0))
        announce("catalog.delete_category", "category", category_id, old._asdict(), {}, actor)


def unnamed(kind: Named, target: int, name: str) -> None:
    """Raises StillNamed where promotions or pages name what is to go."""
    if _mentions is None:
        raise RuntimeError("bind_mentions was not called: config/wiring.py binds promotions and pages")
    if found := _mentions(kind, target, name):
        raise StillNamed.by(found)


def _goods(column: str, target: int) -> int:
    """Products, in any state, that point to it."""
    row = db.row(f"select count(*)::int as n from catalog_product where {column} = %s", (target,))
    return int(row["n"]) if row else 0


def _delete(table: str, target: int, used: Problem) -> None:
    """Raises `used` where a product has come to point to it this very moment."""
    try:
        with transaction.atomic():
            db.execute(f"delete from {table} where id = %s", (target,))
            db.execute("set constraints all immediate")
    except IntegrityError:
        raise used from None
    db.execute("set constraints all deferred")


def _category(
    tree: Taxonomy,
    name_zh: str,
    parent_id: int | None,
    name_en: str,
    slug: str,
    code: str,
    position: int,
    itself: CategoryView | None = None,
) -> dict[str, Any]:
    """A checked row; raises ValidationFailed."""
    name_zh, name_en = rules.line(name_zh), rules.line(name_en)
    parent = tree.categories.get(parent_id or 0)
    errors = rules.required("name_zh", name_zh) + rules.too_long("name_zh", name_zh, rules.NAME_LIMIT)
    errors += rules.too_long("name_en", name_en, rules.NAME_LIMIT)
    if parent_id is not None and parent is None:
        errors.append(FieldError("parent_id", "not_found", Text("没有这个上级分类", "no such parent")))
    if itself and parent and itself.id in parent.ancestors:
        errors.append(
            FieldError("parent_id", "circle", Text("不能移到自己的下级", "a category cannot stand below itself"))
        )
    others = [c for c in tree.categories.values() if itself is None or c.id != itself.id]
    if any(c.name_zh == name_zh and c.parent_id == parent_id for c in others):
        errors.append(FieldError("name_zh", "duplicate", Text("同级已有同名分类", "a sibling has this name")))
    codes = {c.code for c in others}
    code = code or next_code(tree, parent_id, codes)
    errors += rules.check_category_code(code)
    if code in codes:
        errors.append(FieldError("code", "duplicate", Text("分类编码已被使用", "this code is taken")))
    slugs = {c.slug for c in others}
    if slug and (words.slug(slug) != slug or slug in slugs):
        errors.append(FieldError("slug", "duplicate", Text("网址名无效或已被使用", "this slug is not valid or taken")))
    if errors:
        raise ValidationFailed(errors=errors)
    return {
        "code": code, "parent_id": parent_id, "path": parent.ancestors if parent else [], "name_zh": name_zh,
        "name_en": name_en, "slug": slug or free_slug(name_en or name_zh, code, slugs), "position": position,
    }  # fmt: skip


def next_code(tree: Taxonomy, parent_id: int | None, taken: set[str]) -> str:
    """The parent's code and the next two digits."""
    base = tree.categories[parent_id].code if parent_id in tree.categories else ""
    number = 1 + sum(c.parent_id == parent_id for c in tree.categories.values())
    while f"{base}{number:02d}" in taken:
        number += 1
    return f"{base}{number:02d}"


def free_slug(name: str, code: str, taken: Container[str]) -> str:
    """A slug from the name; where it is taken or there is none, with the code; another name may read like that as well."""
    made = words.slug(name)
    if made and made not in taken:
        return made
    return words.free(f"{made}-{code.lower()}".lstrip("-"), taken)


def _insert(rows: Sequence[dict[str, Any]]) -> list[int]:
    made = {row["code"]: row["id"] for row in db.rows(_INSERT_CATEGORY, (db.Json(list(rows)),))}
    return [made[row["code"]] for row in rows]


@db.needs_transaction
def ensure_categories(paths: Iterable[tuple[str, ...]], tree: Taxonomy, *, actor: Actor) -> Taxonomy:
    """Make what is missing of the paths of names, a level at a time; the tree with them. Needs a transaction."""
    wanted = sorted({path[:depth] for path in paths for depth in range(1, len(path) + 1)}, key=len)
    if not any(find_path(tree, path) is None for path in wanted):
        return tree
    locks.hold_taxonomy()
    tree = load()
    made = 0
    for depth in range(1, max(map(len, wanted)) + 1):
        missing = [path for path in wanted if len(path) == depth and find_path(tree, path) is None]
        if missing:
            rows = _new_rows(tree, missing)
            made += len(_insert(rows))
            tree = load()
    if made:
        audit.record(
            actor=actor,
            action="catalog.import_categories",
            target_type="category",
            target_id="",
            after={"created": made},
        )
        versions.bump(VERSION)
    return tree


def _new_rows(tree: Taxonomy, paths: Sequence[tuple[str, ...]]) -> list[dict[str, Any]]:
    codes, slugs = {c.code for c in tree.categories.values()}, set(tree.by_slug)
    rows = []
    for path in paths:
        parent = find_path(tree, path[:-1]) if len(path) > 1 else None
        parent_id = parent.id if parent else None
        code = next_code(tree, parent_id, codes)
        slug = free_slug(path[-1], code, slugs)
        codes.add(code)
        slugs.add(slug)
        rows.append(
            {
                "code": code, "parent_id": parent_id, "path": parent.ancestors if parent else [], "name_zh": path[-1],
                "name_en": "", "slug": slug, "position": 0,
            }
        )  # fmt: skip
    return rows


def find_path(tree: Taxonomy, path: tuple[str, ...]) -> CategoryView | None:
    """The category at a path of names."""
    found: CategoryView | None = None
    for name in path:
        below = tree.children.get(found.id if found else None, ())
        found = next((c for c in below if name in (c.name_zh, c.name_en)), None)
        if found is None:
            return None
    return found


def create_brand(
    *,
    name: str,
    slug: str = "",
    description: str = "",
    position: int = 0,
    name_en: str = "",
    description_en: str = "",
    actor: Actor,
) -> BrandView:
    """A brand; its name is unique however it is written (case, width). Opens a transaction. Raises ValidationFailed."""
    with transaction.atomic():
        locks.hold_taxonomy()
        tree = load()
        row = _brand(tree, name, slug, description, position, name_en, description_en)
        made = _insert_brands([row])[0]
        announce("catalog.create_brand", "brand", made, None, row, actor)
    return load().brands[made]


def update_brand(
    brand_id: int,
    *,
    name: str,
    slug: str = "",
    description: str = "",
    position: int = 0,
    name_en: str = "",
    description_en: str = "",
    actor: Actor,
) -> BrandView:
    """Change a brand; the search words of its products follow. Opens a transaction. Raises NotFound, ValidationFailed."""
    with transaction.atomic():
        locks.hold_taxonomy()
        tree = load()
        old = tree.brands.get(brand_id)
        if old is None:
            raise NotFound()
        row = _brand(tree, name, slug or old.slug, description, position, name_en, description_en, itself=old)
        db.execute(
            "update catalog_brand set name = %(name)s, name_key = %(name_key)s, slug = %(slug)s, position = %(position)s,"
            " description = %(description)s, name_en = %(name_en)s, description_en = %(description_en)s where id = %(id)s",
            {**row, "id": brand_id},
        )
        listings.project_where_brand(brand_id)
        announce("catalog.update_brand", "brand", brand_id, old._asdict(), row, actor)
    return load().brands[brand_id]


def delete_brand(brand_id: int, *, actor: Actor) -> None:
    """Delete a brand that no product carries and nothing names. Opens a transaction.

    Raises NotFound, BrandInUse, StillNamed.
    """
    with transaction.atomic():
        locks.hold_taxonomy()
        old = load().brands.get(brand_id)
        if old is None:
            raise NotFound()
        if goods := _goods("brand_id", brand_id):
            raise BrandInUse(products=goods)
        unnamed("brand", brand_id, old.slug)
        _delete("catalog_brand", brand_id, BrandInUse(products=1))
        announce("catalog.delete_brand", "brand", brand_id, old._asdict(), {}, actor)


@lru_cache(maxsize=5_000)
def brand_key(name: str) -> str:
    """One brand however it is written."""
    return "".join(words.normalise(name).split())


def _brand(
    tree: Taxonomy,
    name: str,
    slug: str,
    description: str,
    position: int,
    name_en: str,
    description_en: str,
    itself: BrandView | None = None,
) -> dict[str, Any]:
    name = rules.line(name)
    errors = rules.required("name", name) + rules.too_long("name", name, rules.NAME_LIMIT)
    errors += rules.too_long("name_en", rules.line(name_en), rules.NAME_LIMIT)
    others = [b for b in tree.brands.values() if itself is None or b.id != itself.id]
    if any(brand_key(b.name) == brand_key(name) for b in others):
        errors.append(FieldError("name", "duplicate", Text("已有这个品牌", "this brand exists")))
    slugs = {b.slug for b in others}
    if slug and (words.slug(slug) != slug or slug in slugs):
        errors.append(FieldError("slug", "duplicate", Text("网址名无效或已被使用", "this slug is not valid or taken")))
    if errors:
        raise ValidationFailed(errors=errors)
    return {
        "name": name, "name_key": brand_key(name)[:100], "slug": slug or free_slug(name, str(len(slugs) + 1), slugs),
        "description": rules.html(description), "position": position, "name_en": rules.line(name_en),
        "description_en": rules.html(description_en),
    }  # fmt: skip


def _insert_brands(rows: Sequence[dict[str, Any]]) -> list[int]:
    found = db.rows(
        "insert into catalog_brand (name, name_key, slug, description, position, name_en, description_en)"
        " select r.name, r.name_key, r.slug, r.description, r.position, coalesce(r.name_en, ''),"
        " coalesce(r.description_en, '') from jsonb_to_recordset(%s) as r(name text, name_key text, slug text,"
        " description text, position int, name_en text, description_en text) returning id, slug",
        (db.Json(list(rows)),),
    )
    made = {row["slug"]: row["id"] for row in found}
    return [made[row["slug"]] for row in rows]


@db.needs_transaction
def ensure_brands(names: Iterable[str], tree: Taxonomy, *, actor: Actor) -> dict[str, int]:
    """Brand ids by `brand_key`, making those that are missing. Needs a transaction."""
    wanted = {brand_key(name): name for name in names if brand_key(name)}
    known = {brand_key(b.name): b.id for b in tree.brands.values()}
    if not wanted.keys() <= known.keys():
        locks.hold_taxonomy()
        tree = load()
        known = {brand_key(b.name): b.id for b in tree.brands.values()}
        slugs = set(tree.brand_by_slug)
        rows: list[dict[str, Any]] = []
        for number, (key, name) in enumerate(wanted.items(), len(slugs) + 1):
            if key not in known:
                slug = free_slug(name, str(number), slugs)
                slugs.add(slug)
                rows.append({"name": name, "name_key": key[:100], "slug": slug, "description": "", "position": 0})
        if rows:
            known |= dict(zip([brand_key(row["name"]) for row in rows], _insert_brands(rows), strict=True))
            audit.record(
                actor=actor,
                action="catalog.import_brands",
                target_type="brand",
                target_id="",
                after={"created": len(rows)},
            )
            versions.bump(VERSION)
    return {key: known[key] for key in wanted}


def announce(action: str, target: str, target_id: int, before: Any, after: dict[str, Any], actor: Actor) -> None:
    """Audit, and everybody's copy of the taxonomy is out of date."""
    audit.record(actor=actor, action=action, target_type=target, target_id=target_id, before=before, after=after)
    listings.changed()
    versions.bump(VERSION)
