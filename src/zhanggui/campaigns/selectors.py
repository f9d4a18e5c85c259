"""Reads of campaigns. Each public function names its number of statements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from zhanggui.catalog import selectors as catalog
from zhanggui.groupbuy import selectors as groupbuy
from zhanggui.kernel import clock, db, fresh, mall_settings, paging, workdays
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound
from zhanggui.presale import selectors as presale
from zhanggui.pricing import selectors as pricing
from zhanggui.promotions import selectors as promotions

from .rules import due, review
from .rules import warnings as warnings
from .settings import REVIEW_DAYS
from .states import ANNOUNCED, CAMPAIGN, RUNNING, SPONSORSHIP
from .types import (
    CampaignHead,
    CampaignRow,
    CampaignView,
    Conflict,
    Good,
    Offer,
    Resource,
    ResourceView,
    Sponsored,
    SponsorshipDraft,
    SponsorshipSum,
    SponsorshipView,
)

MOST = 300
#: Campaigns others have to give way to.
FIRM = (ANNOUNCED, RUNNING)
#: Stages of presales that take deposits or will.
SELLING = ("draft", "scheduled", "deposit")
#: Bumped whenever something begins or ceases to be sponsored.
SPONSORED_VERSION = "campaigns.sponsored"
_HEAD = tuple(CampaignHead.__slots__)
_PLAN = tuple(Resource.__slots__)
#: Where offers of each kind are named.
LABELS: Mapping[str, Callable[[Sequence[int]], Mapping[int, Text]]] = {
    "promotion": promotions.labels,
    "group": groupbuy.labels,
    "presale": presale.labels,
}
_ROWS = """
select c.*, (select count(*)::int from campaigns_good g where g.campaign_id = c.id) as goods,
    (select coalesce(jsonb_agg(jsonb_build_array(r.budget, r.starts_at, r.needs_review and r.submitted_at is null)), '[]')
        from campaigns_resource r where r.campaign_id = c.id) as resources
from campaigns_campaign c
"""
_ONE = """
select c.*,
    (select coalesce(jsonb_agg(jsonb_build_array(g.sku_id, g.role, g.price, g.stock) order by
        array_position(array['traffic', 'basic', 'image'], g.role::text), g.id), '[]')
        from campaigns_good g where g.campaign_id = c.id) as goods,
    (select coalesce(jsonb_agg(jsonb_build_array(o.kind, o.target) order by o.id), '[]')
        from campaigns_offer o where o.campaign_id = c.id) as offers
from campaigns_campaign c
"""


def campaigns(*, state: str = "", cursor: str = "", limit: int = 50) -> paging.Page[CampaignRow]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"{_ROWS} where (%s = '' or c.state = %s) and (%s::bigint is null or c.id < %s) order by c.id desc limit %s",
        (state, state, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return paging.Page(_listed(page.items), page.next_cursor)


def campaigns_with(sku_ids: Sequence[int]) -> list[CampaignRow]:
    """Campaigns with goods of these SKUs that are not over, by their start. One statement, none for none."""
    if not sku_ids:
        return []
    return _listed(
        db.rows(
            f"{_ROWS} where c.state <> 'ended' and exists (select from campaigns_good g where g.campaign_id = c.id"
            " and g.sku_id = any(%s::bigint[])) order by c.starts_at, c.id limit 50",
            (list(sku_ids),),
        )
    )


def between(start: datetime, end: datetime, *, limit: int = MOST) -> list[CampaignRow]:
    """Campaigns whose window touches [start, end), by their start; drafts and ended ones too. One statement."""
    return _listed(
        db.rows(
            f"{_ROWS} where c.starts_at < %s and c.ends_at > %s order by c.starts_at, c.id limit %s",
            (end, start, limit),
        )
    )


def reviews_pressing() -> int:
    """Placements of campaigns that have not ended whose review is due today or overdue. One statement."""
    rows = db.rows(
        "select r.starts_at from campaigns_resource r join campaigns_campaign c on c.id = r.campaign_id"
        " where c.state <> 'ended' and r.needs_review and r.submitted_at is null and r.ends_at > kernel_now()"
    )
    today, days, working = clock.business_date(), mall_settings.get(REVIEW_DAYS), workdays.calendar()
    return sum(1 for row in rows if due(row["starts_at"], days, working) <= today)


def campaign(campaign_id: int) -> CampaignView:
    """One campaign. Two statements. Raises NotFound."""
    row = db.row(f"{_ONE} where c.id = %s", (campaign_id,))
    if row is None:
        raise NotFound()
    placements = db.rows(
        "select * from campaigns_resource where campaign_id = %s order by starts_at, id", (campaign_id,)
    )
    today, days = clock.business_date(), mall_settings.get(REVIEW_DAYS)
    return CampaignView(
        row["id"], row["state"], _head(row), row["announced_at"], tuple(Good(*each) for each in row["goods"]),
        tuple(Offer(*each) for each in row["offers"]), tuple(_resource(each, today, days) for each in placements),
        CAMPAIGN.actions(row["state"]),
    )  # fmt: skip


def offer_labels(offers: Iterable[Offer]) -> dict[Offer, Text]:
    """What the offers of campaigns are called. A statement for each kind there is."""
    wanted = list(offers)
    return {Offer(kind, i): text for kind, read in LABELS.items() for i, text in read(_targets(wanted, kind)).items()}


def _targets(offers: Iterable[Offer], kind: str) -> list[int]:
    return [offer.target for offer in offers if offer.kind == kind]


_GOODS = """
select c.id, c.theme_zh, c.theme_en, c.starts_at, c.ends_at, c.state,
    (select jsonb_object_agg(g.sku_id, g.price) from campaigns_good g where g.campaign_id = c.id) as goods,
    (select coalesce(jsonb_agg(jsonb_build_array(o.kind, o.target)), '[]') from campaigns_offer o where o.campaign_id = c.id)
        as offers
from campaigns_campaign c
"""


def conflicts(campaign_ids: Sequence[int]) -> dict[int, list[Conflict]]:
    """What sells the goods of each of these campaigns in its time: other campaigns; promotions, group offers and presales (while
    they take deposits) that are not its own; planned prices other than its own. Seven statements, however many there are; one
    where none of them has goods.
    """
    mine = db.rows(f"{_GOODS} where c.id = any(%s)", (list(campaign_ids),))
    found: dict[int, list[Conflict]] = {row["id"]: [] for row in mine}
    mine = [row for row in mine if row["goods"]]
    if not mine:
        return found
    start, end = min(row["starts_at"] for row in mine), max(row["ends_at"] for row in mine)
    others = db.rows(
        f"{_GOODS} where c.state <> 'ended' and c.starts_at < %s and c.ends_at > %s order by c.starts_at", (end, start)
    )
    skus = sorted({int(sku) for row in mine for sku in row["goods"]})
    overlaps = promotions.overlapping(catalog.goods_of(skus), start, end)
    apart = [
        ("group", offer.id, offer.label, offer.draft.starts_at, offer.draft.ends_at, offer.draft.prices)
        for offer in groupbuy.offers_between(start, end)
        if offer.stage != "ended"
    ] + [
        ("presale", offer.id, offer.label, offer.draft.deposit_from, offer.draft.deposit_until, offer.draft.articles)
        for offer in presale.offers_between(start, end)
        if offer.stage in SELLING
    ]
    windows = pricing.schedule(skus, ending_after=start)
    for row in mine:
        goods = {int(sku): price for sku, price in row["goods"].items()}
        own = {tuple(each) for each in row["offers"]}
        told = found[row["id"]]
        for other in others:
            shared = _shared(goods, map(int, other["goods"] or ()))
            if other["id"] != row["id"] and shared and _meet(row, other["starts_at"], other["ends_at"]):
                told.append(
                    Conflict(
                        "campaign",
                        other["id"],
                        _theme(other),
                        other["starts_at"],
                        other["ends_at"],
                        shared,
                        other["state"] in FIRM,
                    )
                )
        for overlap in overlaps:
            shared = _shared(goods, overlap.sku_ids)
            if (
                shared
                and ("promotion", overlap.promotion_id) not in own
                and _meet(row, overlap.starts_at, overlap.ends_at)
            ):
                told.append(
                    Conflict(
                        "promotion", overlap.promotion_id, overlap.label, overlap.starts_at, overlap.ends_at, shared,
                        everything=overlap.everything,
                    )
                )  # fmt: skip
        for kind, offer_id, label, starts_at, ends_at, sold in apart:
            shared = _shared(goods, sold)
            if shared and (kind, offer_id) not in own and _meet(row, starts_at, ends_at):
                told.append(Conflict(kind, offer_id, label, starts_at, ends_at, shared))
        for window in windows:
            if goods.get(window.sku_id, window.sale_price) != window.sale_price and _meet(
                row, window.starts_at, window.ends_at
            ):
                told.append(
                    Conflict(
                        "price", window.sku_id, Text("定时价格", "Planned price"), window.starts_at, window.ends_at,
                        (window.sku_id,),
                    )
                )  # fmt: skip
    return found


def _shared(goods: Mapping[int, int], others: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(goods.keys() & set(others)))


def _meet(row: Mapping[str, Any], starts_at: datetime, ends_at: datetime | None) -> bool:
    return bool(starts_at < row["ends_at"] and (ends_at is None or ends_at > row["starts_at"]))


def _theme(row: Mapping[str, Any]) -> Text:
    return Text(row["theme_zh"], row["theme_en"] or row["theme_zh"])


def _head(row: Mapping[str, Any]) -> CampaignHead:
    return CampaignHead(**{name: row[name] for name in _HEAD})


def _resource(row: Mapping[str, Any], today: date, days: int) -> ResourceView:
    plan = Resource(**{name: row[name] for name in _PLAN})
    last = due(plan.starts_at, days, workdays.calendar())
    return ResourceView(
        row["id"], plan, row["submitted_at"], last if plan.needs_review else None,
        review(plan, row["submitted_at"], last, today),
    )  # fmt: skip


def _listed(rows: Iterable[Mapping[str, Any]]) -> list[CampaignRow]:
    today, days, working = clock.business_date(), mall_settings.get(REVIEW_DAYS), workdays.calendar()
    return [
        CampaignRow(
            row["id"], row["state"], _head(row), row["announced_at"], row["goods"], len(row["resources"]),
            sum(budget for budget, _, _ in row["resources"]),
            sum(1 for _, at, open_ in row["resources"] if open_ and due(datetime.fromisoformat(at), days, working) < today),
        )
        for row in rows
    ]  # fmt: skip


_SPONSORSHIPS = """
from campaigns_sponsorship s
left join campaigns_campaign c on c.id = s.campaign_id left join campaigns_resource r on r.id = s.resource_id
where (%(state)s = '' or s.state = %(state)s) and (%(q)s = '' or strpos(lower(s.sponsor), lower(%(q)s)) > 0)
    and (%(campaign)s::bigint is null or s.campaign_id = %(campaign)s)
    and (%(start)s::timestamptz is null or s.starts_at >= %(start)s) and (%(end)s::timestamptz is null or s.starts_at < %(end)s)
"""
_SPONSORSHIP = "s.*, coalesce(c.theme_zh, '') as theme_zh, coalesce(c.theme_en, '') as theme_en, coalesce(r.position, '') as position"
_TERMS = tuple(SponsorshipDraft.__slots__)


def _asked(state: str, q: str, campaign_id: int | None, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    return {"state": state, "q": q.strip(), "campaign": campaign_id, "start": start, "end": end}


def sponsorships(
    *, state: str = "", q: str = "", campaign_id: int | None = None, start: datetime | None = None, end: datetime | None = None,
    cursor: str = "", limit: int = 50,
) -> paging.Page[SponsorshipView]:  # fmt: skip
    """Newest first: of a state, with this in the sponsor's name, of a campaign, beginning in [start, end). One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        f"select {_SPONSORSHIP} {_SPONSORSHIPS} and (%(before)s::bigint is null or s.id < %(before)s)"
        " order by s.id desc limit %(limit)s",
        {**_asked(state, q, campaign_id, start, end), "before": before, "limit": limit + 1},
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return paging.Page([_sponsorship(row) for row in page.items], page.next_cursor)


def sponsorship_sums(
    *, state: str = "", q: str = "", campaign_id: int | None = None, start: datetime | None = None, end: datetime | None = None
) -> list[SponsorshipSum]:  # fmt: skip
    """What the same sponsorships come to, each whole in the period it begins in; the dearest campaign first. One statement."""
    rows = db.rows(
        "select s.campaign_id, coalesce(c.theme_zh, '') as theme_zh, coalesce(c.theme_en, '') as theme_en,"
        f" count(*)::int as number, sum(s.fee)::bigint as fee, sum(s.goods_value)::bigint as goods_value {_SPONSORSHIPS}"
        " and s.state <> 'cancelled' group by s.campaign_id, c.theme_zh, c.theme_en order by fee desc, s.campaign_id",
        _asked(state, q, campaign_id, start, end),
    )
    return [
        SponsorshipSum(row["campaign_id"], _theme(row), row["number"], row["fee"], row["goods_value"]) for row in rows
    ]


def sponsorship(sponsorship_id: int) -> SponsorshipView:
    """One sponsorship. One statement. Raises NotFound."""
    row = db.row(
        f"select {_SPONSORSHIP} {_SPONSORSHIPS} and s.id = %(id)s",
        {**_asked("", "", None, None, None), "id": sponsorship_id},
    )
    if row is None:
        raise NotFound()
    return _sponsorship(row)


def _sponsorship(row: Mapping[str, Any]) -> SponsorshipView:
    return SponsorshipView(
        row["id"], row["state"], SponsorshipDraft(**{name: row[name] for name in _TERMS}), _theme(row), row["position"],
        SPONSORSHIP.actions(row["state"]),
    )  # fmt: skip


_marked: tuple[int, Sponsored] = (0, Sponsored(frozenset(), frozenset()))


def sponsored() -> Sponsored:
    """What has to be marked as sponsored now. No statement while nothing begins or ends; the same object until then."""
    global _marked
    version = fresh.pinned_or_known(SPONSORED_VERSION)
    found = _marked
    if found[0] != version:
        rows = db.rows("select sku_id, spot from campaigns_sponsorship where state = 'shown'")
        marks = Sponsored(
            frozenset(row["sku_id"] for row in rows if row["sku_id"]),
            frozenset(row["spot"] for row in rows if row["spot"]),
        )
        found = _marked = (version, marks)
    return found[1]
