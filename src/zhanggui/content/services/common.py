"""What the services share: who may, what is recorded, how a page answers a write."""

from collections.abc import Mapping, Sequence
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import audit, db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, PermissionDenied, ValidationFailed

from .. import locks, rules
from ..types import PageContent, PageRef

VERSION = "content"


def allow(actor: Actor, permission: str) -> None:
    """Raises PermissionDenied."""
    if not actor.may(permission):
        raise PermissionDenied()


@db.needs_transaction
def held(page_id: int) -> dict[str, Any]:
    """The page, locked. Raises NotFound."""
    row = locks.hold_page(page_id)
    if row is None:
        raise NotFound()
    return row


def note(actor: Actor, action: str, page_id: int, **more: Any) -> None:
    audit.record(actor=actor, action=f"content.{action}", target_type="page", target_id=page_id, **more)


def ref(row: Mapping[str, Any], revision: int) -> PageRef:
    return PageRef(row["id"], row["slug"], row["state"], row["version"], revision)


def check_goods(page: PageContent) -> None:
    """Raises ValidationFailed where a block names goods, categories or brands the catalogue does not have."""
    wanted: dict[str, list[tuple[str, int]]] = {"product": [], "category": [], "brand": []}
    for loc, kind, one in rules.goods(page):
        wanted[kind].append((loc, one))
    known: dict[str, set[int]] = {
        "product": set(catalog.slugs([one for _, one in wanted["product"]])) if wanted["product"] else set(),
        "category": {one.id for one in catalog.categories()} if wanted["category"] else set(),
        "brand": {one.id for one in catalog.brands()} if wanted["brand"] else set(),
    }
    errors = [
        FieldError(loc, "unknown", Text(f"没有编号为 {one} 的{_ZH[kind]}", f"there is no {kind} {one}"))
        for kind, pairs in wanted.items()
        for loc, one in pairs
        if one not in known[kind]
    ]
    if errors:
        raise ValidationFailed(errors=errors)


_ZH = {"product": "商品", "category": "分类", "brand": "品牌"}


@db.needs_transaction
def keep_revision(page_id: int, content: Mapping[str, Any], *, text: str, actor: Actor, minutes: int) -> int:
    """The number of the version that holds the content: the editor's own last one, if it is young and was not
    published and says nothing else, or a new one."""
    last = db.row(
        "select number, actor_kind, actor_id, note, published_at,"
        " at > kernel_now() - make_interval(mins => %s) as young from content_revision"
        " where page_id = %s order by number desc limit 1",
        (minutes, page_id),
    )
    own = last is not None and (last["actor_kind"], last["actor_id"]) == (actor.kind, actor.id)
    if last is not None and own and last["young"] and last["published_at"] is None and text in ("", last["note"]):
        db.execute(
            "update content_revision set content = %s where page_id = %s and number = %s",
            (db.Json(content), page_id, last["number"]),
        )
        return int(last["number"])
    number = (last["number"] if last else 0) + 1
    db.execute(
        "insert into content_revision (page_id, number, content, note, actor_kind, actor_id, actor_label)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (page_id, number, db.Json(content), text, actor.kind, actor.id, actor.label[:200]),
    )
    return number


def titles(page: PageContent) -> Sequence[str]:
    return page.title.zh, page.title.en
