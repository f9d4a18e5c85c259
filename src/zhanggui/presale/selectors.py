"""Reads of presales. Each public function names its number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zhanggui.kernel import clock, db, paging, versions
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound
from zhanggui.payments.types import OrderMoney

from .rules import VERSION as VERSION
from .rules import stage
from .states import OFFER
from .types import PresaleArticle, PresaleDraft, PresaleView, ReservationView

_OFFERS = """
select o.*, (select jsonb_agg(jsonb_build_array(a.sku_id, a.price, a.pieces, a.deposit, a.share, a.counts_for, a.taken)
        order by a.id) from presale_article a where a.offer_id = o.id) as articles,
    coalesce(r.reservations, 0) as reservations, coalesce(r.deposits, 0) as deposits, coalesce(r.forfeited, 0) as forfeited
from presale_offer o left join lateral (
    select count(*) filter (where r.state in ('waiting', 'deposited', 'ordered'))::int as reservations,
        (sum(r.paid) filter (where r.state in ('deposited', 'ordered')))::bigint as deposits,
        (sum(r.paid) filter (where r.state = 'forfeited'))::bigint as forfeited
    from presale_reservation r join presale_article a on a.id = r.article_id where a.offer_id = o.id) r on true
"""
_RESERVATIONS = """
select r.id, r.number, a.offer_id, o.label_zh, o.label_en, a.sku_id, r.member_id, r.state, r.quantity, r.price, r.deposit,
    r.counts_for, r.currency, r.paid, r.refunded, r.provider, r.keeps_unpaid, r.keeps_cancelled, r.balance_from,
    r.balance_until, r.ships_on, r.placed_at, r.expires_at, r.deposited_at, r.ordered_at, r.ended_at, r.reason
from presale_reservation r join presale_article a on a.id = r.article_id join presale_offer o on o.id = a.offer_id
"""


class _Kept(NamedTuple):
    version: int
    offers: tuple[PresaleView, ...]


_kept: _Kept | None = None


def shown_offers(
    at: datetime, sku_ids: Iterable[int] | None = None, *, version: int | None = None
) -> list[PresaleView]:
    """The offers that take deposits at `at` or will, the first to close first; or those of them that sell any of these SKUs.

    No statement while no offer began or ended by hand (`version`, where the caller has just read it); the counts in them may be
    old.
    """
    global _kept
    version = versions.get(VERSION) if version is None else version
    if _kept is None or _kept.version != version:
        rows = db.rows(_OFFERS + " where o.state = 'live' order by o.deposit_until, o.id desc")
        _kept = _Kept(version, tuple(_offer(row) for row in rows))
    wanted = None if sku_ids is None else frozenset(sku_ids)
    return [
        offer
        for offer in _kept.offers
        if at < offer.draft.deposit_until and (wanted is None or not wanted.isdisjoint(offer.draft.articles))
    ]


def sold_alone(at: datetime, *, version: int | None = None) -> Mapping[int, PresaleView]:
    """The SKUs that are sold in a presale alone at `at`, each with its offer. Statements as `shown_offers`."""
    return {
        sku: offer
        for offer in shown_offers(at, version=version)
        if offer.draft.closes_sale and offer.draft.deposit_from <= at
        for sku in offer.draft.articles
    }


def asked(sku_ids: Sequence[int], at: datetime) -> list[tuple[int, int]]:
    """(SKU, what a piece comes to in all) of each presale that takes deposits at `at`, from the tables themselves. One statement."""
    rows = db.rows(
        "select a.sku_id, a.price - a.counts_for + a.deposit as comes_to from presale_article a"
        " join presale_offer o on o.id = a.offer_id where o.state = 'live' and o.deposit_from <= %(at)s"
        " and %(at)s < o.deposit_until and a.sku_id = any(%(skus)s::bigint[])",
        {"at": at, "skus": list(sku_ids)},
    )
    return [(row["sku_id"], row["comes_to"]) for row in rows]


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    global _kept
    _kept = None


def offer(offer_id: int) -> PresaleView:
    """One offer. One statement. Raises NotFound."""
    row = db.row(_OFFERS + " where o.id = %s", (offer_id,))
    if row is None:
        raise NotFound()
    return _offer(row)


def offers(*, cursor: str = "", limit: int = 50) -> paging.Page[PresaleView]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _OFFERS + " where %s::bigint is null or o.id < %s order by o.id desc limit %s", (before, before, limit + 1)
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return paging.Page([_offer(row) for row in page.items], page.next_cursor)


def offers_between(start: datetime, end: datetime, *, limit: int = 300) -> list[PresaleView]:
    """Offers whose deposits or balances are paid in [start, end), by their start; drafts and ended ones too. One statement."""
    rows = db.rows(
        _OFFERS + " where o.deposit_from < %s and o.balance_until > %s order by o.deposit_from, o.id limit %s",
        (end, start, limit),
    )
    return [_offer(row) for row in rows]


def labels(offer_ids: Sequence[int]) -> dict[int, Text]:
    """What offers are called. One statement, none for none."""
    if not offer_ids:
        return {}
    rows = db.rows("select id, label_zh, label_en from presale_offer where id = any(%s)", (list(offer_ids),))
    return {row["id"]: Text(row["label_zh"], row["label_en"] or row["label_zh"]) for row in rows}


def reservation(number: str) -> ReservationView:
    """One reservation. One statement. Raises NotFound."""
    found = reservations_by_number([number]).get(number)
    if found is None:
        raise NotFound()
    return found


def reservations_by_number(numbers: Sequence[str]) -> dict[str, ReservationView]:
    """Reservations by number. One statement."""
    rows = db.rows(_RESERVATIONS + " where r.number = any(%s)", (list(numbers),))
    return {row["number"]: ReservationView(**row) for row in rows}


def of_member(member_id: int, *, cursor: str = "", limit: int = 20) -> paging.Page[ReservationView]:
    """A member's reservations, newest first. One statement."""
    return _page("r.member_id = %s", [member_id], cursor, limit)


def of_offer(offer_id: int, *, state: str = "", cursor: str = "", limit: int = 50) -> paging.Page[ReservationView]:
    """Reservations of an offer for staff, of one state or all, newest first. One statement."""
    return _page("a.offer_id = %s and (%s = '' or r.state = %s)", [offer_id, state, state], cursor, limit)


def _page(where: str, params: list[Any], cursor: str, limit: int) -> paging.Page[ReservationView]:
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _RESERVATIONS + f" where {where} and (%s::bigint is null or r.id < %s) order by r.id desc limit %s",
        (*params, before, before, limit + 1),
    )
    return paging.page([ReservationView(**row) for row in rows], limit, lambda view: view.id)


def due_count(member_id: int) -> int:
    """How many of a member's reservations wait for their balance now. One statement."""
    row = db.row(
        "select count(*)::int as n from presale_reservation where member_id = %s and state = 'deposited'"
        " and balance_from <= kernel_now() and kernel_now() < balance_until",
        (member_id,),
    )
    assert row is not None
    return int(row["n"])


def without_order(references: Iterable[str]) -> set[str]:
    """Of these references those of reservations that are no order (yet): their money is a deposit. One statement, none for none."""
    wanted = sorted(set(references))
    if not wanted:
        return set()
    rows = db.rows("select number from presale_reservation where number = any(%s) and ordered_at is null", (wanted,))
    return {row["number"] for row in rows}


def money(start: datetime, end: datetime, references: Sequence[str]) -> list[OrderMoney]:
    """Deposits without an order that came in [start, end), and those named besides. One statement."""
    rows = db.rows(
        "select number, provider, paid, currency from presale_reservation where ordered_at is null and paid > 0"
        " and ((deposited_at >= %s and deposited_at < %s) or number = any(%s))",
        (start, end, list(references)),
    )
    return [OrderMoney(row["number"], row["provider"], row["paid"], row["currency"]) for row in rows]


def called_off_orders() -> list[str]:
    """Reservations that are orders, of offers that were called off. One statement."""
    rows = db.rows(
        "select r.number from presale_reservation r join presale_article a on a.id = r.article_id"
        " join presale_offer o on o.id = a.offer_id where o.state = 'called_off' and r.state = 'ordered' order by r.id"
    )
    return [row["number"] for row in rows]


def _offer(row: dict[str, Any]) -> PresaleView:
    articles, taken = {}, {}
    for sku, price, pieces, deposit, share, counts_for, gone in row["articles"] or []:
        articles[sku] = PresaleArticle(price, pieces, None if share is not None else deposit, share, counts_for)
        taken[sku] = gone
    fields = {name: row[name] for name in PresaleDraft.__slots__ if name != "articles"}
    draft = PresaleDraft(articles=articles, **fields)
    return PresaleView(
        row["id"], row["state"], stage(row["state"], draft, clock.now()), draft, taken, row["reservations"],
        row["deposits"], row["forfeited"], OFFER.actions(row["state"]),
    )  # fmt: skip
