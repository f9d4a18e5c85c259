"""What visitors see: published at once or at a time, taken down again, in force in all workers with the commit."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhanggui.kernel import clock, db, mall_settings, outbox, versions
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import ZH
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed

from .. import rules
from ..errors import NotReadyToPublish
from ..events import PagePublished, PageUnpublished
from ..permissions import PUBLISH
from ..states import DRAFT, PAGE, PUBLISHED
from ..types import PageRef, SalesSource
from .common import VERSION, allow, check_goods, held, keep_revision, note, ref
from .pages import changed_meanwhile

HOT_LIMIT = 1_000
_sales: SalesSource | None = None


def bind_sales(source: SalesSource) -> None:
    """Bind the port through which hot sales learn units sold (config/wiring.py)."""
    global _sales
    _sales = source


def publish(page_id: int, *, expected_version: int | None = None, actor: Actor) -> PageRef:
    """Show the draft as it is now. Opens its own transaction.

    Raises NotFound, WrongState, NotReadyToPublish with what is missing, PageChanged where the draft is no longer
    `expected_version`.
    """
    allow(actor, PUBLISH)
    with transaction.atomic():
        row = held(page_id)
        if expected_version is not None and row["version"] != expected_version:
            raise changed_meanwhile(rules.stored(row["content"]), row)
        return _publish(row, actor)


@db.needs_transaction
def _publish(row: dict[str, Any], actor: Actor) -> PageRef:
    page_id = row["id"]
    PAGE.target(row["state"], "publish")
    page = rules.stored(row["content"])
    found = rules.gaps(row["kind"], page, mall_settings.get("content.home_ad_slots"))
    if found:
        raise NotReadyToPublish(errors=[FieldError(loc, "missing", text) for loc, text in found])
    check_goods(page)
    last = db.row(
        "select number, content from content_revision where page_id = %s order by number desc limit 1", (page_id,)
    )
    if last is not None and last["content"] == row["content"]:
        number = int(last["number"])
    else:
        number = keep_revision(page_id, row["content"], text="", actor=actor, minutes=0)
    now = clock.now()
    db.execute(
        "update content_revision set published_at = coalesce(published_at, %s) where page_id = %s and number = %s",
        (now, page_id, number),
    )
    moved = db.row(
        "update content_page set state = %s, shown = %s, published_at = %s, publish_at = null, schedule_problem = ''"
        " where id = %s returning id, slug, state, version",
        (PUBLISHED, number, now, page_id),
    )
    assert moved is not None
    note(actor, "publish", page_id, before={"shown": row["shown"]}, after={"shown": number})
    outbox.record(PagePublished(page_id, row["kind"], row["slug"], number))
    versions.bump(VERSION)
    return ref(moved, number)


def unpublish(page_id: int, *, reason: str = "", actor: Actor) -> None:
    """Take a page down; its draft stays. Opens its own transaction. Raises NotFound, WrongState."""
    allow(actor, PUBLISH)
    reason = clean_text(reason, "reason", 500, required=False)
    with transaction.atomic():
        _unpublish(held(page_id), reason, actor)


@db.needs_transaction
def _unpublish(row: dict[str, Any], reason: str, actor: Actor) -> None:
    PAGE.target(row["state"], "unpublish")
    db.execute(
        "update content_page set state = %s, shown = null, published_at = null, unpublish_at = null where id = %s",
        (DRAFT, row["id"]),
    )
    note(actor, "unpublish", row["id"], before={"shown": row["shown"]}, reason=reason)
    outbox.record(PageUnpublished(row["id"], row["kind"], row["slug"]))
    versions.bump(VERSION)


def schedule(page_id: int, *, publish_at: datetime | None, unpublish_at: datetime | None, actor: Actor) -> None:
    """When the draft is to be shown and when to be taken down; None: not by itself. Opens its own transaction.

    Raises NotFound, WrongState, ValidationFailed, NotReadyToPublish (better now than at midnight).
    """
    allow(actor, PUBLISH)
    now = clock.now()
    errors = []
    for name, at in (("publish_at", publish_at), ("unpublish_at", unpublish_at)):
        if at is not None and at <= now:
            errors.append(ValidationFailed.one(name, "past", "时间应在将来", "must lie in the future").errors[0])
    if publish_at is not None and unpublish_at is not None and unpublish_at <= publish_at:
        errors.append(
            ValidationFailed.one(
                "unpublish_at", "order", "下线时间应晚于发布时间", "must be later than the publication"
            ).errors[0]
        )
    if errors:
        raise ValidationFailed(errors=errors)
    with transaction.atomic():
        row = held(page_id)
        PAGE.target(row["state"], "publish")
        if unpublish_at is not None and publish_at is None and row["state"] != PUBLISHED:
            raise ValidationFailed.one(
                "unpublish_at",
                "not_published",
                "页面还未发布，请同时填写发布时间",
                "not published yet; say when it will be",
            )
        if publish_at is not None:
            found = rules.gaps(row["kind"], rules.stored(row["content"]), mall_settings.get("content.home_ad_slots"))
            if found:
                raise NotReadyToPublish(errors=[FieldError(loc, "missing", text) for loc, text in found])
        db.execute(
            "update content_page set publish_at = %s, unpublish_at = %s, schedule_problem = '' where id = %s",
            (publish_at, unpublish_at, page_id),
        )
        note(
            actor, "schedule", page_id,
            before={"publish_at": row["publish_at"], "unpublish_at": row["unpublish_at"]},
            after={"publish_at": publish_at, "unpublish_at": unpublish_at},
        )  # fmt: skip


def run_schedule(*, actor: Actor) -> int:
    """Publish and take down what is due (a job calls it each minute); how many moved. A transaction for each page.

    A page that cannot be published when its time comes keeps its draft and says why in `schedule_problem`.
    """
    now, moved = clock.now(), 0
    due = db.rows(
        "select id, publish_at, unpublish_at from content_page"
        " where publish_at <= %s or unpublish_at <= %s order by coalesce(publish_at, unpublish_at), id limit 500",
        (now, now),
    )
    for page in due:
        try:
            with transaction.atomic():
                row = held(page["id"])
                if row["publish_at"] is not None and row["publish_at"] <= now:
                    _publish(row, actor)
                    row = held(page["id"])
                    moved += 1
                if row["unpublish_at"] is not None and row["unpublish_at"] <= now and row["shown"] is not None:
                    _unpublish(row, "", actor)
                    moved += 1
        except Problem as refusal:
            why = "; ".join(_words(error) for error in refusal.errors) or refusal.detail(ZH)
            with transaction.atomic():
                db.execute(
                    "update content_page set publish_at = null, schedule_problem = %s where id = %s",
                    (why[:1000], page["id"]),
                )
    return moved


def _words(error: FieldError) -> str:
    return error.message if isinstance(error.message, str) else error.message.render(ZH)


def refresh_hot_sales(*, actor: Actor) -> int:
    """Learn what sold in the last days (a job calls it); the number of products. Opens its own transaction."""
    if _sales is None:
        return 0
    since = clock.now() - timedelta(days=mall_settings.get("content.hot_days"))
    rows = [(product_id, units) for product_id, units in _sales(since, HOT_LIMIT) if units > 0]
    with transaction.atomic():
        db.execute("select pg_advisory_xact_lock(hashtext('content.hot_sales'))")
        before = db.rows("select product_id, units from content_hotsale order by product_id")
        if [(r["product_id"], r["units"]) for r in before] != sorted(rows):
            db.execute("delete from content_hotsale")
            db.execute(
                "insert into content_hotsale (product_id, units) select * from unnest(%s::bigint[], %s::bigint[])",
                ([product_id for product_id, _ in rows], [units for _, units in rows]),
            )
            versions.bump(VERSION)
    return len(rows)
