"""Reads of group offers and groups. Each public function names its number of statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.kernel import clock, db, paging, versions
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound

from .rules import VERSION
from .states import OFFER
from .types import GroupTerms, GroupView, OfferDraft, OfferView, Seat

_OFFERS = """
select o.*, (select jsonb_agg(jsonb_build_array(a.sku_id, a.price) order by a.id) from groupbuy_article a where a.offer_id = o.id)
    as articles, coalesce(g.running, 0) as running, coalesce(g.filled, 0) as filled, coalesce(g.failed, 0) as failed
from groupbuy_offer o left join lateral (
    select count(*) filter (where state = 'open')::int as running, count(*) filter (where state = 'full')::int as filled,
        count(*) filter (where state = 'failed' and opened_at is not null)::int as failed
    from groupbuy_group where offer_id = o.id) g on true
"""
_GROUPS = """
select g.*, (select coalesce(jsonb_agg(jsonb_build_array(s.order_number, s.taken_at) order by s.id), '[]')
    from groupbuy_seat s where s.group_id = g.id and (s.freed_at is null or s.freed_at = g.ended_at)) as seats
from groupbuy_group g
"""


class _Kept(NamedTuple):
    version: int
    offers: tuple[OfferView, ...]


_kept: _Kept | None = None


def running_offers(at: datetime, sku_ids: Iterable[int] | None = None) -> list[OfferView]:
    """The offers in which groups can be opened now, or those of them that sell any of these SKUs.

    No statement while no offer began or ended by hand; the counts in them may be old.
    """
    global _kept
    version = versions.get(VERSION)
    if _kept is None or _kept.version != version:
        rows = db.rows(_OFFERS + " where o.state = 'live' order by o.id desc")
        _kept = _Kept(version, tuple(_offer(row) for row in rows))
    wanted = None if sku_ids is None else frozenset(sku_ids)
    return [
        offer
        for offer in _kept.offers
        if offer.draft.starts_at <= at
        and (offer.draft.ends_at is None or at < offer.draft.ends_at)
        and (wanted is None or not wanted.isdisjoint(offer.draft.prices))
    ]


def offered(sku_ids: Sequence[int], at: datetime) -> list[tuple[int, int]]:
    """(SKU, offer) wherever groups can be opened at `at`, from the tables themselves. One statement."""
    rows = db.rows(
        "select a.sku_id, a.offer_id from groupbuy_article a join groupbuy_offer o on o.id = a.offer_id"
        " where o.state = 'live' and o.starts_at <= %(at)s and (o.ends_at is null or o.ends_at > %(at)s)"
        " and a.sku_id = any(%(skus)s::bigint[]) order by 1, 2",
        {"at": at, "skus": list(sku_ids)},
    )
    return [(row["sku_id"], row["offer_id"]) for row in rows]


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    global _kept
    _kept = None


def terms(offer_ids: Sequence[int]) -> dict[int, GroupTerms]:
    """What orders in groups of these offers pay, also where an offer has ended and its groups go on. One statement."""
    rows = db.rows(_OFFERS + " where o.id = any(%s) and o.state <> 'draft'", (list(offer_ids),))
    found = [_offer(row) for row in rows]
    return {view.id: GroupTerms(view.id, view.label, view.draft.prices, view.draft.most) for view in found}


def offer(offer_id: int) -> OfferView:
    """One offer. One statement. Raises NotFound."""
    row = db.row(_OFFERS + " where o.id = %s", (offer_id,))
    if row is None:
        raise NotFound()
    return _offer(row)


def offers(*, cursor: str = "", limit: int = 50) -> paging.Page[OfferView]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _OFFERS + " where %s::bigint is null or o.id < %s order by o.id desc limit %s", (before, before, limit + 1)
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return paging.Page([_offer(row) for row in page.items], page.next_cursor)


def offers_between(start: datetime, end: datetime, *, limit: int = 300) -> list[OfferView]:
    """Offers whose window touches [start, end), by their start; drafts and ended ones too. One statement."""
    rows = db.rows(
        _OFFERS
        + " where o.starts_at < %s and (o.ends_at is null or o.ends_at > %s) order by o.starts_at, o.id limit %s",
        (end, start, limit),
    )
    return [_offer(row) for row in rows]


def labels(offer_ids: Sequence[int]) -> dict[int, Text]:
    """What offers are called. One statement, none for none."""
    if not offer_ids:
        return {}
    rows = db.rows("select id, label_zh, label_en from groupbuy_offer where id = any(%s)", (list(offer_ids),))
    return {row["id"]: Text(row["label_zh"], row["label_en"] or row["label_zh"]) for row in rows}


def group(token: str) -> GroupView:
    """One group by its invitation. One statement. Raises NotFound."""
    row = db.row(_GROUPS + " where g.token = %s", (token,))
    if row is None:
        raise NotFound()
    return _group(row)


def group_of_order(number: str) -> GroupView | None:
    """The group an order has or had a seat in. One statement."""
    row = db.row(_GROUPS + " where g.id = (select group_id from groupbuy_seat where order_number = %s)", (number,))
    return _group(row) if row else None


def groups_to_join(offer_id: int, *, limit: int = 6) -> list[GroupView]:
    """Groups of an offer with seats left, the one that runs out first first. One statement."""
    rows = db.rows(
        _GROUPS + " where g.offer_id = %s and g.state = 'open' and g.expires_at > kernel_now()"
        " and (select count(*) from groupbuy_seat s where s.group_id = g.id and s.freed_at is null) < g.size"
        " order by g.expires_at, g.id limit %s",
        (offer_id, limit),
    )
    return [_group(row) for row in rows]


def groups_of(offer_id: int, *, state: str = "", cursor: str = "", limit: int = 50) -> paging.Page[GroupView]:
    """Groups of an offer for staff, newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _GROUPS + " where g.offer_id = %s and (%s = '' or g.state = %s) and (%s::bigint is null or g.id < %s)"
        " order by g.id desc limit %s",
        (offer_id, state, state, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return paging.Page([_group(row) for row in page.items], page.next_cursor)


def groups_of_orders(numbers: Sequence[str]) -> list[int]:
    """The groups these orders have a seat in, ascending. One statement."""
    rows = db.rows(
        "select distinct group_id from groupbuy_seat where order_number = any(%s) order by 1", (list(numbers),)
    )
    return [row["group_id"] for row in rows]


def seated(group_id: int) -> list[str]:
    """The orders that have a seat in a group now, in the order they took it. One statement."""
    rows = db.rows(
        "select order_number from groupbuy_seat where group_id = %s and freed_at is null order by id", (group_id,)
    )
    return [row["order_number"] for row in rows]


def out_of_time(limit: int = 200) -> list[int]:
    """Open groups whose time is over, the first to run out first. One statement."""
    rows = db.rows(
        "select id from groupbuy_group where state = 'open' and expires_at <= kernel_now() order by expires_at limit %s",
        (limit,),
    )
    return [row["id"] for row in rows]


def states_of_orders(numbers: Sequence[str]) -> dict[str, str]:
    """The states of the groups of these orders. One statement."""
    rows = db.rows(
        "select s.order_number, g.state from groupbuy_seat s join groupbuy_group g on g.id = s.group_id"
        " where s.order_number = any(%s)",
        (list(numbers),),
    )
    return {row["order_number"]: row["state"] for row in rows}


def _offer(row: dict[str, Any]) -> OfferView:
    fields = {name: row[name] for name in OfferDraft.__slots__ if name != "prices"}
    draft = OfferDraft(prices=dict(row["articles"] or []), **fields)
    now, stage = clock.now(), row["state"]
    if stage == "live":
        over = draft.ends_at is not None and draft.ends_at <= now
        stage = "scheduled" if now < draft.starts_at else "ended" if over else "running"
    return OfferView(
        row["id"], row["state"], stage, draft, row["opened"], row["running"], row["filled"], row["failed"],
        OFFER.actions(row["state"]),
    )  # fmt: skip


def _group(row: dict[str, Any]) -> GroupView:
    seats = tuple(Seat(number, datetime.fromisoformat(at)) for number, at in row["seats"])
    fields = {name: row[name] for name in GroupView.__slots__ if name != "seats"}
    return GroupView(**fields, seats=seats)
