"""The whole mall looked over once: walked through product by product in handfuls, a fixed number of statements for each."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, transaction

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.kernel import audit, clock, db, mall_settings, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.promotions import selectors as promotions

from .. import badges, comparing, pages, speakers
from ..events import CheckFinished
from ..jobs import check_soon
from ..truth import Truth, truth
from ..types import STRUCK, Found

log = structlog.get_logger(__name__)
AT_ONCE = 200


def start_check(*, actor: Actor) -> int:
    """Ask for a check; its id, or that of the one that waits or runs already. Opens its own transaction."""
    with transaction.atomic():
        row = db.row(
            "insert into pledges_check (actor_kind, actor_id, actor_label) values (%s, %s, %s)"
            " on conflict do nothing returning id",
            (actor.kind, actor.id, actor.label[:200]),
        )
        if row is not None:
            audit.record(actor=actor, action="pledges.check", target_type="pledges_check", target_id=row["id"])
        else:
            row = db.row("select id from pledges_check where status in ('waiting', 'running')")
        transaction.on_commit(check_soon)
    return int(row["id"]) if row else start_check(actor=actor)


def run_waiting(*, actor: Actor = SYSTEM) -> int:
    """Carry out the check that waits, or begin anew one whose worker died; how many. Outside transactions.

    One process at a time does so. `actor` is the machine itself: who asked stands on the check.
    """
    db.drop_dead_connection()
    held = db.row("select pg_try_advisory_lock(hashtextextended('pledges.check', 0)) as held")
    if held is None or not held["held"]:
        return 0
    done = 0
    try:
        while row := db.row("select id from pledges_check where status in ('waiting', 'running')"):
            _carry_out(row["id"])
            done += 1
    finally:
        db.row("select pg_advisory_unlock(hashtextextended('pledges.check', 0))")
    return done


def _carry_out(check_id: int) -> None:
    row = db.row(
        "update pledges_check set status = 'running', done = 0, started_at = coalesce(started_at, kernel_now())"
        " where id = %s returning actor_kind, actor_id, actor_label",
        (check_id,),
    )
    assert row is not None
    actor = Actor(row["actor_kind"], row["actor_id"], row["actor_label"])
    try:
        _look(check_id)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next worker goes on with it
    except Exception as error:
        log.error("check_failed", check_id=check_id, exc_info=True)
        db.execute(
            "update pledges_check set status = 'failed', failure = %s, finished_at = kernel_now() where id = %s",
            (type(error).__name__, check_id),
        )
    else:
        _finish(check_id, actor)


def _look(check_id: int) -> None:
    total = catalog.state_counts().get("listed", 0)
    db.execute("update pledges_check set total = %s where id = %s", (total, check_id))
    last, seen = 0, set[str]()
    _keep(check_id, badges.once(_twice_pages(), seen))
    while items := catalog.listed_after(last, AT_ONCE):
        mall_settings.refresh()
        _keep(check_id, badges.once(compare(items), seen), len(items))
        last = items[-1].id


def compare(items: Sequence[ListingItem]) -> list[Found]:
    """What differs of these products: found twice, since a sale or a change between two reads is no lie."""
    found = _compare(items, clock.now())
    if not found:
        return []
    ids = sorted({each.product_id for each in found if each.product_id is not None})
    again = {each.key for each in _compare(catalog.listed(ids), clock.now())}
    return [each for each in found if each.key in again]


def _compare(items: Sequence[ListingItem], at: datetime) -> list[Found]:
    told = list(speakers.said(items, at))
    by_id = {item.id: item for item in items}
    struck = {
        sku_id
        for said in told
        if said.what == STRUCK and said.amount is not None
        for sku_id in ([said.sku_id] if said.sku_id is not None else by_id[said.product_id].sku_ids)
    }
    true: Truth = truth(items, at, sorted(struck))
    return [
        *comparing.differences(items, told, true),
        *badges.differences(items, true, promotions.live_rules(at)),
    ]


def _twice_pages() -> list[Found]:
    found = list(pages.differences())
    again = {each.key for each in pages.differences()} if found else set()
    return [each for each in found if each.key in again]


_KEEP = """
insert into pledges_difference as d (key, place, what, title, says, holds, said, "true", product_id, sku_code, promotion_id,
    page_id, path, check_id)
select r.key, r.place, r.what, r.title, r.says, r.holds, r.said, r."true", r.product_id, r.sku_code, r.promotion_id, r.page_id,
    r.path, %(check)s
from jsonb_to_recordset(%(rows)s) as r(key text, place text, what text, title jsonb, says jsonb, holds jsonb, said bigint,
    "true" bigint, product_id bigint, sku_code text, promotion_id bigint, page_id bigint, path text)
on conflict (key) do update set title = excluded.title, says = excluded.says, holds = excluded.holds, said = excluded.said,
    "true" = excluded."true", product_id = excluded.product_id, sku_code = excluded.sku_code, path = excluded.path,
    first_seen = case when d.gone_at is null then d.first_seen else kernel_now() end, last_seen = kernel_now(),
    gone_at = null, check_id = excluded.check_id
returning old.id is null or old.gone_at is not null as new
"""


def _keep(check_id: int, found: Sequence[Found], looked_at: int = 0) -> None:
    new = 0
    with transaction.atomic():
        if found:
            rows = db.rows(_KEEP, {"check": check_id, "rows": db.Json([_row(each) for each in found])})
            new = sum(row["new"] for row in rows)
        db.execute(
            "update pledges_check set done = done + %s, found = found + %s, new = new + %s where id = %s",
            (looked_at, len(found), new, check_id),
        )


def _row(found: Found) -> dict[str, object]:
    texts = {name: [getattr(found, name).zh, getattr(found, name).en] for name in ("title", "says", "holds")}
    return {**found._asdict(), **texts}


def _finish(check_id: int, actor: Actor) -> None:
    """What this check did not see any more is gone."""
    with transaction.atomic():
        gone = db.execute(
            "update pledges_difference set gone_at = kernel_now() where gone_at is null and check_id <> %s", (check_id,)
        )
        row = db.row(
            "update pledges_check set status = 'finished', gone = %s, total = done, finished_at = kernel_now()"
            " where id = %s returning done, found, new",
            (gone, check_id),
        )
        assert row is not None
        audit.record(
            actor=actor, action="pledges.end_check", target_type="pledges_check", target_id=check_id,
            after={"found": row["found"], "new": row["new"], "gone": gone},
        )  # fmt: skip
        outbox.record(CheckFinished(check_id, row["done"], row["found"], row["new"], gone))
