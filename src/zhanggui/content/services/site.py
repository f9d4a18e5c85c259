"""The parts every page carries. Each service opens its own transaction."""

from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import Conflict, FieldError, NotFound, ValidationFailed

from .. import rules
from ..locks import hold_part
from ..permissions import PUBLISH
from ..site import PARTS, FriendLinks, Menu, MenuLeaf
from ..types import Text
from .common import VERSION, allow


def put_site_part(key: str, data: dict[str, Any], *, expected_version: int, actor: Actor) -> int:
    """Replace `style`, `main_menu`, `footer_menu` or `friend_links`; its new version. In force at once.

    `expected_version` is 0 where nothing was stored. Raises NotFound, ValidationFailed, Conflict.
    """
    allow(actor, PUBLISH)
    kind = PARTS.get(key)
    if kind is None:
        raise NotFound()
    part = rules.site_part(kind, data)
    if isinstance(part, Menu | FriendLinks):
        _check_links(part)
    with transaction.atomic():
        before = hold_part(key)
        if (before["version"] if before else 0) != expected_version:
            raise Conflict(extra={"version": before["version"] if before else 0})
        after = part.model_dump(mode="json")
        row = db.row(
            "insert into content_sitepart (key, data, updated_by) values (%s, %s, %s)"
            " on conflict (key) do update set data = excluded.data, version = content_sitepart.version + 1,"
            " updated_by = excluded.updated_by, updated_at = kernel_now() returning version",
            (key, db.Json(after), actor.label[:200]),
        )
        assert row is not None
        audit.record(
            actor=actor, action="content.put_site_part", target_type="site", target_id=key,
            before=before["data"] if before else None, after=after,
        )  # fmt: skip
        versions.bump(VERSION)
    return int(row["version"])


def _check_links(menu: Menu | FriendLinks) -> None:
    """An entry that is shown has words, and leads somewhere unless something opens below it."""
    errors: list[FieldError] = []

    def check(loc: str, entry: MenuLeaf, *, leads: bool) -> None:
        if not entry.label:
            errors.append(FieldError(f"{loc}.label.zh", "required", Text("请填写文字", "write the words")))
        if leads and not entry.link:
            errors.append(FieldError(f"{loc}.link", "required", Text("请填写链接", "say where it leads")))

    for index, item in enumerate(menu.items):
        below = getattr(item, "items", ())
        check(f"items.{index}", item, leads=not below)
        for place, leaf in enumerate(below):
            check(f"items.{index}.items.{place}", leaf, leads=True)
    if errors:
        raise ValidationFailed(errors=errors)
