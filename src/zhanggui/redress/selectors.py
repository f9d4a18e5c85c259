"""Reads of redress. Each names its number of statements; lists have the same number at any size."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from zhanggui.kernel import clock, db, paging, photos
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.paging import Page
from zhanggui.members import selectors as members
from zhanggui.promotions import selectors as promotions

from . import rules
from .figures import BY as BY
from .figures import DEFINITIONS as DEFINITIONS
from .figures import figures as figures
from .figures import weeks as weeks
from .rules import BEYOND as BEYOND
from .rules import CHASE_STATES as CHASE_STATES
from .rules import CLAIM_KINDS as CLAIM_KINDS
from .rules import CLAIM_STATES as CLAIM_STATES
from .rules import GRANT_STATES as GRANT_STATES
from .rules import LOSSES as LOSSES
from .rules import LOW as LOW
from .rules import PARTIES as PARTIES
from .rules import REMEDY_WORDS as REMEDY_WORDS
from .rules import SCENARIOS as SCENARIOS
from .rules import SOURCES as SOURCES
from .rules import scenario_of as scenario_of
from .types import (
    Advice,
    CarrierFaults,
    ChaseView,
    ClaimView,
    EntryView,
    GrantView,
    LiabilityView,
    PartySum,
    PlayView,
    RatingSum,
    RatingView,
    Remedy,
)  # fmt: skip

RATE_DAYS = 30


def entries(number: str) -> list[EntryView]:
    """What happened to a liability, a chase or a claim, oldest first. One statement."""
    rows = db.rows(
        "select at, by, action, words, amount, data from redress_entry where number = %s order by id", (number,)
    )
    return [EntryView(**row) for row in rows]


# --- liability --------------------------------------------------------------------------------------------------------

_LIABILITY = f"select {', '.join(LiabilityView.__slots__)} from redress_liability"


def liability(number: str) -> LiabilityView | None:
    """One by its number. One statement."""
    row = db.row(_LIABILITY + " where number = %s", (number,))
    return LiabilityView(**row) if row else None


def liability_about(subject: str, reference: str) -> LiabilityView | None:
    """That of a case, a parcel or an order. One statement."""
    row = db.row(_LIABILITY + " where subject = %s and reference = %s", (subject, reference))
    return LiabilityView(**row) if row else None


def liabilities_of(order_number: str) -> list[LiabilityView]:
    """Those of an order, oldest first. One statement."""
    return [
        LiabilityView(**row) for row in db.rows(_LIABILITY + " where order_number = %s order by id", (order_number,))
    ]


def liabilities(
    *, state: str = "", party: str = "", loss: str = "", cursor: str = "", limit: int = 50
) -> Page[LiabilityView]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    having = f"{party} > 0" if party in rules.PARTIES else "true"
    rows = db.rows(
        _LIABILITY.replace("select ", "select id, ", 1)
        + f" where (%s = '' or state = %s) and (%s = '' or loss = %s) and {having}"
        " and (%s::bigint is null or id < %s) order by id desc limit %s",
        (state, state, loss, loss, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return Page([_without_id(LiabilityView, row) for row in page.items], page.next_cursor)


def _without_id(kind: Any, row: Mapping[str, Any]) -> Any:
    return kind(**{name: value for name, value in row.items() if name != "id"})


def carrier_faults(since: datetime, until: datetime) -> dict[str, CarrierFaults]:
    """What each carrier answers for by decisions made in [since, until), and its lost parcels. Three statements."""
    found: dict[str, dict[str, Any]] = {}

    def of(code: str) -> dict[str, Any]:
        return found.setdefault(code, {"faults": {}, "amount": 0, "chased": 0, "lost": 0, "claimed": 0, "recovered": 0})

    for row in db.rows(
        "select carrier_code, loss, count(*)::int as n, sum(amount * carrier / 100)::bigint as amount from redress_liability"
        " where carrier > 0 and state <> 'proposed' and at >= %s and at < %s group by carrier_code, loss",
        (since, until),
    ):
        each = of(row["carrier_code"])
        each["faults"][row["loss"]] = row["n"]
        each["amount"] += row["amount"]
    for row in db.rows(
        "select carrier_code, count(*)::int as chased, (count(*) filter (where state in ('lost', 'claimed')"
        " or (state = 'closed' and exists (select 1 from redress_entry e where e.number = c.number and e.action = 'lost'))))::int as lost"
        " from redress_chase c where at >= %s and at < %s group by carrier_code",
        (since, until),
    ):
        of(row["carrier_code"]).update(chased=row["chased"], lost=row["lost"])
    for row in db.rows(
        "select party, sum(claimed)::bigint as claimed, sum(recovered)::bigint as recovered from redress_claim"
        " where kind = 'carrier' and at >= %s and at < %s group by party",
        (since, until),
    ):
        of(row["party"]).update(claimed=row["claimed"], recovered=row["recovered"])
    return {code: CarrierFaults(code, **each) for code, each in found.items()}


# --- chases and claims ------------------------------------------------------------------------------------------------

_CHASE = f"select {', '.join(ChaseView.__slots__)} from redress_chase"
_CLAIM = """
select c.id, c.number, c.kind, c.party, c.party_name, c.order_number, coalesce(l.number, '') as liability, coalesce(h.number, '') as chase,
    c.currency, c.claimed, c.agreed, c.recovered, c.state, c.ground, c.papers, c.owner_id, c.owner, c.due_on, c.at, c.filed_at, c.ended_at
from redress_claim c left join redress_liability l on l.id = c.liability_id left join redress_chase h on h.id = c.chase_id
"""


def chase(number: str) -> ChaseView | None:
    """One by its number. One statement."""
    row = db.row(_CHASE + " where number = %s", (number,))
    return ChaseView(**row) if row else None


def chases_of(order_numbers: Iterable[str]) -> dict[str, list[ChaseView]]:
    """Chases of orders, oldest first; every order asked for is answered. One statement."""
    wanted = list(order_numbers)
    found: dict[str, list[ChaseView]] = {number: [] for number in wanted}
    for row in db.rows(_CHASE + " where order_number = any(%s) order by id", (wanted,)):
        found[row["order_number"]].append(ChaseView(**row))
    return found


def parcel_of(code: str) -> str | None:
    """The number of the parcel that has this waybill, or this number. One statement."""
    row = db.row("select number from fulfilment_parcel where waybill_no = %s or number = %s limit 1", (code, code))
    return row["number"] if row else None


_DUE = {"today": "due_on = %(today)s", "overdue": "due_on < %(today)s", "": "true"}


def chases(
    *, state: str = "", due: str = "", carrier: str = "", owner_id: int | None = None, cursor: str = "", limit: int = 50
) -> Page[ChaseView]:
    """Open ones first by their day, then those that ended; `state` "open" for the open ones. One statement."""
    return _page(
        ChaseView,
        _CHASE.replace("select ", "select id, ", 1),
        rules.CHASE_OPEN,
        state,
        due,
        "carrier_code",
        carrier,
        owner_id,
        cursor,
        limit,
    )


def claims(
    *, state: str = "", due: str = "", kind: str = "", owner_id: int | None = None, cursor: str = "", limit: int = 50
) -> Page[ClaimView]:
    """Open ones first by their day, then those that ended; `state` "open" for the open ones. One statement."""
    return _page(
        _claim, f"select * from ({_CLAIM}) c", rules.CLAIM_OPEN, state, due, "kind", kind, owner_id, cursor, limit
    )


def _page(
    make: Any, select: str, open_states: Sequence[str], state: str, due: str, column: str, value: str, owner_id: int | None,
    cursor: str, limit: int,
) -> Page[Any]:  # fmt: skip
    after = paging.decode(cursor, int, str, int) if cursor else (0, "1970-01-01", 0)
    rows = db.rows(
        f"select * from (select q.*, (state <> all(%(open)s))::int as over, coalesce(due_on, date '9999-12-31') as day from ({select}) q) r"
        f" where (%(state)s in ('', 'open') or state = %(state)s) and (%(state)s <> 'open' or over = 0) and {_DUE.get(due, 'true')}"
        f" and (%(due)s = '' or over = 0) and (%(value)s = '' or {column} = %(value)s)"
        " and (%(owner)s::bigint is null or owner_id = %(owner)s)"
        " and (over, day, -id) > (%(over)s, %(day)s::date, %(id)s) order by over, day, -id limit %(limit)s",
        {
            "open": list(open_states), "state": state, "due": due, "value": value, "owner": owner_id, "today": clock.business_date(),
            "over": after[0], "day": after[1], "id": after[2] if cursor else -(2**62), "limit": limit + 1,
        },
    )  # fmt: skip
    page = paging.page(rows, limit, lambda row: row["over"], lambda row: row["day"].isoformat(), lambda row: -row["id"])
    shown = [{name: v for name, v in row.items() if name not in ("id", "over", "day")} for row in page.items]
    return Page([make(**row) for row in shown], page.next_cursor)


def _claim(**row: Any) -> ClaimView:
    row.pop("id", None)
    return ClaimView(**row | {"papers": tuple(row["papers"])})


def claim(number: str) -> ClaimView | None:
    """One by its number. One statement."""
    row = db.row(_CLAIM + " where c.number = %s", (number,))
    return _claim(**row) if row else None


def claims_on(*, liability: str = "", chase: str = "") -> list[ClaimView]:
    """The claims on a liability or a chase, oldest first. One statement."""
    rows = db.rows(_CLAIM + " where (%s <> '' and l.number = %s) or (%s <> '' and h.number = %s) order by c.id",
                   (liability, liability, chase, chase))  # fmt: skip
    return [_claim(**row) for row in rows]


def paper(view: ClaimView, name: str) -> Path | None:
    """The file of one of the claim's papers; None for any other name."""
    return photos.file_of("claims", name) if name in view.papers else None


def party_sums(since: datetime, until: datetime) -> list[PartySum]:
    """Claims made in [since, until) by party, those with the most money first. One statement."""
    rows = db.rows(
        "select kind, party, max(party_name) as party_name, count(*)::int as claims,"
        " (count(*) filter (where state = any(%s)))::int as open,"
        " sum(claimed)::bigint as claimed, sum(agreed)::bigint as agreed, sum(recovered)::bigint as recovered,"
        " (count(*) filter (where state = 'refused'))::int as refused, round(percentile_cont(0.5) within group"
        " (order by extract(epoch from ended_at - at) / 86400) filter (where ended_at is not null))::int as days"
        " from redress_claim where at >= %s and at < %s group by kind, party order by sum(claimed) desc, kind, party",
        (list(rules.CLAIM_OPEN), since, until),
    )
    return [PartySum(**row) for row in rows]


def waiting(most: int = 1000) -> dict[str, int]:
    """What waits for somebody: chases and claims overdue and due today, grants to approve; each counted up to `most`. One statement."""
    today = clock.business_date()
    row = db.row(
        "select (select count(*)::int from (select 1 from redress_chase where state = any(%(chase)s)"
        " and due_on < %(today)s limit %(most)s) a)"
        " + (select count(*)::int from (select 1 from redress_claim where state = any(%(claim)s) and due_on < %(today)s limit %(most)s) b)"
        " as overdue,"
        " (select count(*)::int from (select 1 from redress_chase where state = any(%(chase)s) and due_on = %(today)s limit %(most)s) c)"
        " + (select count(*)::int from (select 1 from redress_claim where state = any(%(claim)s) and due_on = %(today)s limit %(most)s) d)"
        " as today, (select count(*)::int from (select 1 from redress_grant where state = 'waiting' limit %(most)s) e) as grants",
        {"chase": list(rules.CHASE_OPEN), "claim": list(rules.CLAIM_OPEN), "today": today, "most": most},
    )
    return dict(row or {})


# --- the playbook and what was given ----------------------------------------------------------------------------------

_PLAY = f"select {', '.join(PlayView.__slots__)} from redress_play"
_GRANT = """
select g.id, g.number, g.order_number, g.case_number, g.member_id, p.code as play, p.title_zh, p.title_en, g.scenario, g.kind, g.amount,
    g.free, g.most, g.coupon, g.cost, g.currency, g.beyond, g.words, g.state, g.outcome, g.asked_by, g.asked_at, g.approved, g.decided_by,
    g.decided_at, g.decision
from redress_grant g join redress_play p on p.id = g.play_id
"""


def play(code: str) -> PlayView | None:
    """An entry of the playbook. One statement."""
    row = db.row(_PLAY + " where code = %s", (code,))
    return _play(row) if row else None


def plays(*, scenario: str = "", active_only: bool = False) -> list[PlayView]:
    """The playbook in its order. One statement."""
    rows = db.rows(
        _PLAY + " where (%s = '' or scenario = %s) and (not %s or active) order by position, id",
        (scenario, scenario, active_only),
    )
    return [_play(row) for row in rows]


def _play(row: Mapping[str, Any]) -> PlayView:
    return PlayView(**{**row, "tiers": tuple(row["tiers"]), "options": tuple(row["options"])})


def advise(order: Mapping[str, Any], *, scenario: str = "") -> list[Advice]:
    """The entries that fit an order, with what may be given of each. Six statements, however many entries."""
    found = plays(scenario=scenario, active_only=True)
    given = grants_of(order["number"])
    member = order["member_id"]
    tier = members.standing(member).tier.code if member is not None else ""
    row = db.row(
        "select count(*)::int as times from redress_grant where member_id = %s and state = 'granted'"
        " and asked_at > kernel_now() - make_interval(days => %s)", (member, rules.DAYS_COUNTED),
    )  # fmt: skip
    ids = [o["coupon"] for each in found for o in each.options if o.get("coupon")]
    labels, coupons = promotions.labels(ids), promotions.many(ids)
    freight_back = db.row(
        "select coalesce(sum(freight_amount), 0)::bigint as back from aftersales_case where order_number = %s and reserved",
        (order["number"],),
    )
    assert row is not None
    assert freight_back is not None
    left = sum(line["payable"] - line["refunded_amount"] for line in order["lines"])
    facts = {"left": max(left - 1, 0), "freight": order["shipping_total"] - freight_back["back"]}
    return [
        Advice(each, tuple(_offer(each, option, order, facts, given, coupons, labels) for option in each.options))
        for each in found
        if rules.fits(each, total=order["total"], tier=tier, times=row["times"])
    ]


_NO_MEMBER = Text("买家不是会员", "the buyer is no member")
_NOT_LEFT = Text("全部发货后才能退部分款", "money can go back once all of it has left")
_NO_FREIGHT = Text("没有可退的运费", "there is no freight to give back")
_NO_COUPON = Text("优惠券已停用", "the coupon is not given out any more")
_NO_MONEY = Text("没有可退的金额", "there is no money left to give back")


def _offer(
    entry: PlayView, option: Mapping[str, Any], order: Mapping[str, Any], facts: Mapping[str, int], given: Sequence[GrantView],
    coupons: Mapping[int, Any], labels: Mapping[int, Text],
) -> Remedy:  # fmt: skip
    kind = option["kind"]
    used = next((g.number for g in given if g.play == entry.code and g.kind == kind and g.state != rules.DECLINED), "")
    barrier, label, usual, free, most = None, None, 1, 1, 1
    if kind in (rules.POINTS, rules.COUPON) and order["member_id"] is None:
        barrier = _NO_MEMBER
    if kind in (rules.REFUND, rules.FREIGHT) and order["status"] not in ("shipped", "delivered", "completed"):
        barrier = _NOT_LEFT
    if kind == rules.POINTS:
        usual, free, most = option["usual"], option["free"], option["most"]
    elif kind == rules.REFUND:
        most = min(rules.most_of(option, order["paid_total"]), facts["left"])
        usual, free = min(option["usual"], most), min(option["free"], most)
        barrier = barrier or (_NO_MONEY if most <= 0 else None)
    elif kind == rules.FREIGHT:
        usual = free = most = facts["freight"]
        barrier = barrier or (_NO_FREIGHT if most <= 0 else None)
    elif kind == rules.COUPON:
        coupon = coupons.get(option["coupon"])
        label = labels.get(option["coupon"])
        barrier = barrier or (_NO_COUPON if coupon is None or coupon.state == "ended" else None)
    return Remedy(kind, usual, free, most, option.get("coupon"), label, barrier, used)


def grant(number: str) -> GrantView | None:
    """One compensation. One statement."""
    row = db.row(_GRANT + " where g.number = %s", (number,))
    return _without_id(GrantView, row) if row else None


def grants_of(order_number: str) -> list[GrantView]:
    """What an order's buyer was given for it, or is to be, oldest first. One statement."""
    rows = db.rows(_GRANT + " where g.order_number = %s order by g.id", (order_number,))
    return [_without_id(GrantView, row) for row in rows]


def grants(
    *, state: str = "", scenario: str = "", kind: str = "", cursor: str = "", limit: int = 50
) -> Page[GrantView]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _GRANT + " where (%s = '' or g.state = %s) and (%s = '' or g.scenario = %s) and (%s = '' or g.kind = %s)"
        " and (%s::bigint is null or g.id < %s) order by g.id desc limit %s",
        (state, state, scenario, scenario, kind, kind, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return Page([_without_id(GrantView, row) for row in page.items], page.next_cursor)


def grant_costs(since: datetime, until: datetime) -> list[dict[str, Any]]:
    """What was given in [since, until) by scenario and kind: times, buyers, amount, cost (minor units). One statement."""
    return db.rows(
        "select scenario, kind, count(*)::int as times, count(distinct buyer)::int as buyers, sum(amount)::bigint as amount,"
        " sum(cost)::bigint as cost from redress_grant where state = 'granted' and decided_at >= %s and decided_at < %s"
        " group by scenario, kind order by sum(cost) desc, scenario, kind",
        (since, until),
    )


# --- ratings ----------------------------------------------------------------------------------------------------------

_RATING = f"select {', '.join(RatingView.__slots__)} from redress_rating"


def rating(case_number: str) -> RatingView | None:
    """How a case was rated. One statement."""
    row = db.row(_RATING + " where case_number = %s", (case_number,))
    return RatingView(**row | {"products": tuple(row["products"])}) if row else None


def ratings_of(case_numbers: Iterable[str]) -> dict[str, RatingView]:
    """Ratings of cases, of those that have one. One statement."""
    rows = db.rows(_RATING + " where case_number = any(%s)", (list(case_numbers),))
    return {row["case_number"]: RatingView(**row | {"products": tuple(row["products"])}) for row in rows}


def rateable(case: Any) -> bool:
    """Whether a case that is not rated yet may be."""
    over = case.closed_at is not None and case.state in ("closed", "rejected", "withdrawn")
    return over and (clock.now() - case.closed_at).days < RATE_DAYS


def ratings(*, low: bool = False, open_only: bool = False, cursor: str = "", limit: int = 50) -> Page[RatingView]:
    """Newest first; `low` those of one or two, `open_only` those with words nobody has noted on. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _RATING.replace("select ", "select id, ", 1)
        + " where (not %s or score <= %s) and (not %s or (words <> '' and noted = ''))"
        " and (%s::bigint is null or id < %s) order by id desc limit %s",
        (low, rules.LOW, open_only, before, before, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return Page(
        [_without_id(RatingView, {**row, "products": tuple(row["products"])}) for row in page.items], page.next_cursor
    )


def rating_sums(since: datetime, until: datetime) -> tuple[RatingSum, dict[str, list[RatingSum]]]:
    """Ratings given in [since, until): all of them, and by reason, kind, person and product. One statement."""
    rows = db.rows(
        "select score, reason, kind, person, products from redress_rating where at >= %s and at < %s", (since, until)
    )

    def of(key: str, scores: list[int]) -> RatingSum:
        return RatingSum(key, len(scores), rules.mean(scores), sum(score <= rules.LOW for score in scores))

    grouped: dict[str, dict[str, list[int]]] = {"reason": {}, "kind": {}, "person": {}, "product": {}}
    for row in rows:
        for by in ("reason", "kind", "person"):
            grouped[by].setdefault(row[by], []).append(row["score"])
        for title in dict.fromkeys(each["title"] for each in row["products"]):
            grouped["product"].setdefault(title, []).append(row["score"])
    sums = {
        by: sorted((of(key, scores) for key, scores in groups.items()), key=lambda each: (-each.count, each.key))
        for by, groups in grouped.items()
    }
    return of("", [row["score"] for row in rows]), sums
