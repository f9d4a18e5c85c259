"""Drafts: written, saved, brought back from an earlier version, put away. Each opens its own transaction."""

from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.kernel import db, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import rules
from ..errors import PageChanged, SlugTaken
from ..parts import clean_line
from ..permissions import EDIT
from ..states import DRAFT, KINDS, PAGE
from ..types import Change, PageContent, PageRef
from .common import VERSION, allow, check_goods, held, keep_revision, note, ref, titles

#: Saves of one editor within this time are one version.
VERSION_MINUTES = 10


def create_page(
    kind: str,
    slug: str,
    content: dict[str, Any],
    *,
    topic: str = "",
    position: int = 0,
    actor: Actor,
) -> PageRef:
    """A new page, as a draft. `content`: `title`, `summary`, `cover`, `blocks`. Raises ValidationFailed, SlugTaken."""
    allow(actor, EDIT)
    if kind not in KINDS:
        raise ValidationFailed.one("kind", "unknown", "没有这种页面", "there is no such kind of page")
    slug, topic = rules.slug(slug), _topic(topic)
    page = rules.content(content)
    check_goods(page)
    data = page.data()
    try:
        with transaction.atomic():
            row = db.row(
                "insert into content_page (kind, slug, topic, position, title_zh, title_en, content, updated_by)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s) returning id, slug, state, version",
                (kind, slug, topic, _position(position), *titles(page), db.Json(data), actor.label[:200]),
            )
            assert row is not None
            number = keep_revision(row["id"], data, text="", actor=actor, minutes=VERSION_MINUTES)
            note(actor, "create_page", row["id"], after={"kind": kind, "slug": slug, "title": page.title.zh})
    except IntegrityError:
        raise SlugTaken() from None
    return ref(row, number)


def _topic(text: str) -> str:
    return clean_text(clean_line(text), "topic", 40, required=False)


def _position(value: int) -> int:
    if not -1_000_000 <= value <= 1_000_000:
        raise ValidationFailed.one("position", "range", "数字太大", "the number is too large")
    return value


def save_draft(page_id: int, change: Change, *, expected_version: int, actor: Actor) -> PageRef:
    """Replace the draft that was `expected_version` when it was opened.

    Raises NotFound, ValidationFailed, SlugTaken, WrongState, and PageChanged with the differences between what is given
    and what the other editor has saved.
    """
    allow(actor, EDIT)
    page = rules.content(change.content)
    check_goods(page)
    slug = rules.slug(change.slug) if change.slug is not None else None
    text = clean_text(clean_line(change.note), "note", 200, required=False)
    data = page.data()
    try:
        with transaction.atomic():
            row = held(page_id)
            PAGE.target(row["state"], "publish")  # what is put away is not edited
            if row["version"] != expected_version:
                raise changed_meanwhile(page, row)
            after = {
                "slug": row["slug"] if slug is None else slug,
                "topic": row["topic"] if change.topic is None else _topic(change.topic),
                "position": row["position"] if change.position is None else _position(change.position),
            }
            number = keep_revision(page_id, data, text=text, actor=actor, minutes=VERSION_MINUTES)
            row = _write(page_id, page, after, actor)
            note(actor, "save_draft", page_id, after={**after, "revision": number, "version": row["version"]})
            if row["shown"] is not None:
                versions.bump(VERSION)  # its address, column and place are those of the page itself
    except IntegrityError:
        raise SlugTaken() from None
    return ref(row, number)


def changed_meanwhile(mine: PageContent, row: dict[str, Any]) -> PageChanged:
    """The refusal for the second of two editors, with what differs."""
    found = rules.differences(mine, rules.stored(row["content"]))
    shown = [
        {"loc": d.loc, "where": d.where.zh, "where_en": d.where.en, "mine": d.mine, "theirs": d.theirs} for d in found
    ]
    extra = {"version": row["version"], "by": row["updated_by"], "differences": shown}
    return PageChanged(by=row["updated_by"] or "—", extra=extra)


@db.needs_transaction
def _write(page_id: int, page: PageContent, values: dict[str, Any], actor: Actor) -> dict[str, Any]:
    row = db.row(
        "update content_page set content = %s, title_zh = %s, title_en = %s, slug = %s, topic = %s, position = %s,"
        " version = version + 1, updated_by = %s, updated_at = kernel_now() where id = %s"
        " returning id, slug, state, version, shown",
        (
            db.Json(page.data()), *titles(page), values["slug"], values["topic"], values["position"], actor.label[:200],
            page_id,
        ),
    )  # fmt: skip
    assert row is not None
    return row


def restore(page_id: int, number: int, *, expected_version: int, actor: Actor) -> PageRef:
    """Make an earlier version the draft again; what is shown stays until it is published.

    Raises NotFound, WrongState, PageChanged.
    """
    allow(actor, EDIT)
    with transaction.atomic():
        row = held(page_id)
        PAGE.target(row["state"], "publish")
        old = db.row("select content from content_revision where page_id = %s and number = %s", (page_id, number))
        if old is None:
            raise NotFound()
        page = rules.stored(old["content"])
        if row["version"] != expected_version:
            raise changed_meanwhile(page, row)
        made = keep_revision(page_id, page.data(), text=f"← {number}", actor=actor, minutes=VERSION_MINUTES)
        row = _write(page_id, page, {name: row[name] for name in ("slug", "topic", "position")}, actor)
        note(actor, "restore", page_id, after={"from": number, "revision": made})
    return ref(row, made)


def archive(page_id: int, *, actor: Actor) -> None:
    """Put a draft away. A published page is taken down first. Raises NotFound, WrongState."""
    _move(page_id, "archive", actor)


def reopen(page_id: int, *, actor: Actor) -> None:
    """Take a page back out. Raises NotFound, WrongState."""
    _move(page_id, "reopen", actor)


def _move(page_id: int, action: str, actor: Actor) -> None:
    allow(actor, EDIT)
    with transaction.atomic():
        row = held(page_id)
        target = PAGE.target(row["state"], action)
        db.execute(
            "update content_page set state = %s, publish_at = null, unpublish_at = null, schedule_problem = ''"
            " where id = %s",
            (target, page_id),
        )
        note(actor, action, page_id, before={"state": row["state"]}, after={"state": target})
        assert target == DRAFT or row["shown"] is None
