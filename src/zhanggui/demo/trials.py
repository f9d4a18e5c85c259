"""Free trials: one drawn weeks ago with some reports overdue, one decided yesterday, one that can be applied for; two sponsorships.

Whom a draw takes is the one thing here that no seed of the demo's says: the draw's own seed is nobody's to choose.
"""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial

from zhanggui.campaigns import selectors as campaigns
from zhanggui.campaigns import services as planning
from zhanggui.campaigns.types import SponsorshipDraft
from zhanggui.content import selectors as content
from zhanggui.fulfilment import services as fulfilment
from zhanggui.fulfilment.types import TrackingNews
from zhanggui.inventory import services as stock
from zhanggui.inventory.types import StockRow
from zhanggui.kernel import clock, ids
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import Problem
from zhanggui.members import selectors as members
from zhanggui.members import services as member_services
from zhanggui.members.types import AddressInput
from zhanggui.servicedesk import services as reviews
from zhanggui.trials import selectors, services
from zhanggui.trials.types import CHOICE, ApplicationView, TrialDraft

from . import rhythm
from .goods import Article
from .world import World

APPLICANTS = 14
APART = 11  # articles between the goods of two trials, so that they are different ones
SILENT = 2  # winners of the first trial whose reports are overdue
PACKED, ARRIVED, REPORTED = timedelta(hours=13), timedelta(hours=68), timedelta(days=6)
WHYS = (
    "一直在你们家买，想第一个试试新的", "家里老人用得上，先试再多买几件", "平时做测评，可以拍照写得细一点", "正好缺这一件，看了很久没下手",
    "办公室五个人可以一起试，写综合报告", "想送朋友，先自己试试做工",
)  # fmt: skip
REPORTS = (
    "用了一周：做工细，和图片一致，包装结实。适合自己用，送人也拿得出手。", "比想象中小一点，手感不错。第一次用前清洗了两遍，没有异味。",
    "和家人一起试的，都说好用。希望有更多规格可以选。", "细节很好，说明书写得太简单，整体满意。",
)  # fmt: skip
MEMBERS_OWN = (
    "good-things"  # the trial whose piece is on its way to the member visitors may be; the open one is left to them
)
CHOSEN = "理由具体，愿意拍照写报告"
WORDS = ("tea2026", "lucky", "chun", "wuyi88", "haohe", "ming-qian")


def plan(world: World, member: int) -> None:
    """Three trials, each where the past is long enough for it."""
    today = clock.business_date(world.ends)

    drafts = (
        TrialDraft(
            "old-friends", "老友试用", 0, 6, rhythm.at(today - timedelta(days=34), time(10)),
            rhythm.at(today - timedelta(days=30), time(20)), "For our friends to try", report_days=10,
        ),
        TrialDraft(
            "good-things", "好物体验官", 0, 5, rhythm.at(today - timedelta(days=4), time(10)),
            rhythm.at(today - timedelta(days=1), time(20)), "Good things to try", report_days=14,
            selection=CHOICE,
        ),
        TrialDraft(
            "new-season", "新品尝鲜官", 0, 10, rhythm.at(today - timedelta(days=2), time(11)),
            rhythm.at(today + timedelta(days=6), time(20)), "Be the first to try it", questions=("平时怎么用？",),
            selection=CHOICE, notes_zh="请如实写感受，好的不好的都可以。", notes_en="Say what you think, good or bad.",
        ),
    )  # fmt: skip
    for place, draft in enumerate(drafts):
        if draft.starts_at > world.begins:
            world.agenda.plan(draft.starts_at, partial(_open, world, draft, place, member))
    world.agenda.plan(max(world.ends - timedelta(days=2), world.begins), partial(_sponsor, world))


def _open(world: World, draft: TrialDraft, place: int, member: int) -> None:
    article = _middling(world, place)
    clerks = world.clerks
    stock.receive(
        [StockRow(article.sku_id, draft.pieces)],
        reference=f"SY-{draft.slug}",
        reason="试用备货",
        actor=clerks.warehouse,
    )
    terms = {name: getattr(draft, name) for name in TrialDraft.__slots__} | {"sku_id": article.sku_id}
    trial = services.create_trial(TrialDraft(**terms), actor=clerks.manager)
    services.publish_trial(trial, actor=clerks.manager)
    world.agenda.plan(clock.now() + timedelta(hours=30), partial(_apply, world, draft, member))
    if draft.ends_at < world.ends:
        world.agenda.plan(draft.ends_at + timedelta(minutes=1), partial(_decide, world, trial))


def _middling(world: World, place: int = 3) -> Article:
    """Something that costs neither little nor much."""
    fit = [one for one in world.shelves.articles if 4_000 <= one.price <= 20_000] or world.shelves.articles
    return fit[place * APART % len(fit)]


def _apply(world: World, draft: TrialDraft, member: int) -> None:
    """Some who have bought before; their choice is drawn apart, so that the rest of the past stays as it is."""
    chance = ids.rng(draft.pieces)
    known = {buyer.member_id: buyer for buyer in world.regulars if buyer.member_id and buyer.member_id != member}
    first = [member] if draft.slug == MEMBERS_OWN else []
    for member_id in [*first, *chance.sample(sorted(known), min(APPLICANTS, len(known)))]:
        who = Actor("member", member_id, f"member {member_id}")
        kept = members.addresses(member_id)
        if kept:
            address = kept[0]
        else:
            to = known[member_id].delivery
            wanted = AddressInput(to.name, to.mobile, to.province, to.city, to.district, to.line)
            address = member_services.add_address(member_id, wanted, actor=who)
        try:
            services.apply(
                draft.slug, member_id, reason=chance.choice(WHYS), word=chance.choice(WORDS), address_id=address.id,
                answers=["每天都用，周末和家人一起"] * len(draft.questions), actor=who,
            )  # fmt: skip
        except Problem:  # owes a report of the one before
            continue


def _decide(world: World, trial: int) -> None:
    """Drawn or chosen, and what becomes of the pieces: packed the next morning, there after three days, most of them reported on."""
    if selectors.trial(trial).selection == CHOICE:
        for one in reversed(selectors.applications(trial, only="applied").items[-selectors.trial(trial).pieces :]):
            services.choose(one.id, reason=CHOSEN, actor=world.clerks.manager)
        services.finish(trial, actor=world.clerks.manager)
    else:
        services.draw_due(actor=SYSTEM)
    winners = selectors.applications(trial, only="won", limit=50).items
    for place, won in enumerate(winners):
        world.agenda.plan(clock.now() + PACKED + place * timedelta(minutes=2), partial(_send, world, won, place))


def _send(world: World, won: ApplicationView, place: int) -> None:
    fulfilment.start_picking([won.order_number], actor=world.clerks.warehouse)
    waybill = f"SF{7_000_000_000_000 + won.id}"
    fulfilment.ship(won.order_number, carrier="SF", waybill_no=waybill, actor=world.clerks.warehouse)
    world.agenda.plan(clock.now() + ARRIVED, partial(_arrive, waybill))
    if place >= SILENT:
        world.agenda.plan(clock.now() + ARRIVED + REPORTED + place * timedelta(hours=7), partial(_report, won, place))


def _arrive(waybill: str) -> None:
    fulfilment.record_tracking(
        [TrackingNews("SF", waybill, clock.now(), "delivered", "已签收：本人签收", "")], actor=SYSTEM
    )


def _report(won: ApplicationView, place: int) -> None:
    who = Actor("member", won.member_id, f"member {won.member_id}")
    reviews.post_review(
        won.order_number, 1, rating=4 + place % 2, text=REPORTS[place % len(REPORTS)], anonymous=False, actor=who
    )


def _sponsor(world: World) -> None:
    """A grower pays for one of the goods to be shown; a maker for the first block of the home page while the next campaign runs."""
    start, marketing = clock.now(), world.clerks.marketing
    grower = SponsorshipDraft(
        "武夷正岩茶场", start, world.ends + timedelta(days=9), _middling(world).sku_id, fee=300_000, goods="样品 200 份",
        goods_value=80_000, note="样品随单发放",
    )  # fmt: skip
    planning.agree_sponsorship(grower, actor=marketing)
    home, coming = content.home(), next(iter(campaigns.campaigns(state="announced", limit=1).items), None)
    if home is not None and home.blocks and coming is not None:
        placed = campaigns.campaign(coming.id).resources
        maker = SponsorshipDraft(
            "景德青瓷坊", coming.head.starts_at, coming.head.ends_at, spot=f"{home.path}#{home.blocks[0].id}", fee=500_000,
            campaign_id=coming.id, resource_id=placed[0].id if placed else None,
        )  # fmt: skip
        planning.agree_sponsorship(maker, actor=marketing)
