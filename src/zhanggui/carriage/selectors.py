"""Reads of carriers, lanes and waybills. What rarely changes is kept in memory by one version, `VERSION`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhanggui.kernel import clock, db, mall_settings, paging, versions
from zhanggui.kernel.paging import Page
from zhanggui.kernel.problems import NotFound
from zhanggui.kernel.provinces import PROVINCES as PROVINCES
from zhanggui.kernel.provinces import province_key

from . import providers, rules, usual
from .billing import bill as bill
from .billing import bill_lines as bill_lines
from .billing import bills as bills
from .carriers import PICKUP as PICKUP
from .carriers import SHIPPED
from .providers import ONLINE as ONLINE
from .providers import keys
from .rules import PREFERENCES as PREFERENCES
from .rules import cost as cost
from .types import (
    AccountView,
    CarrierView,
    Choice,
    ChoiceRuleView,
    DeliveryTime,
    Freight,
    Lane,
    NumbersView,
    Spend,
    WaybillView,
)

VERSION = "carriage"
SERVICES, USUAL = keys.NAMES, usual.CARRIERS
_PLACE = {name: place for place, name in enumerate(PROVINCES)}
_LANES = (
    "select carrier, province, served, days_min, days_max, remote, first_g, first_fee, step_g, step_fee, surcharge"
    " from carriage_lane order by carrier, province"
)
_RULES = (
    "select id, label, carrier, position, provinces, remote, min_g, max_g, min_amount, max_amount, within_hours, active"
    " from carriage_rule order by position, id"
)


@dataclass(frozen=True, slots=True)
class Book:
    """All that a choice is made of. `carriers` in the order staff see them, `lanes` by carrier and province."""

    carriers: tuple[CarrierView, ...] = ()
    lanes: dict[tuple[str, str], Lane] = field(default_factory=dict)
    rules: tuple[ChoiceRuleView, ...] = ()
    accounts: dict[str, tuple[str, bool]] = field(default_factory=dict)


_kept: tuple[int, Book] = (-1, Book())


def book(*, version: int | None = None) -> Book:
    """Kept in memory until something of it changes; `version` (of `VERSION`) spares the look-up."""
    global _kept
    current = versions.get(VERSION) if version is None else version
    if current != _kept[0]:
        _kept = (current, _read())
    return _kept[1]


def forget() -> None:
    """Drop what is kept in memory (tests, after a restore)."""
    global _kept
    _kept = (-1, Book())


def _read() -> Book:
    rows = db.rows("select code, name, name_en, phone, position, active, score from carriage_carrier")
    known = {carrier.code: carrier for carrier in (*SHIPPED, *(CarrierView(**row) for row in rows))}
    lanes = [Lane(**row) for row in db.rows(_LANES)]
    found = [ChoiceRuleView(**{**row, "provinces": tuple(row["provinces"])}) for row in db.rows(_RULES)]
    accounts = db.rows("select carrier, service, active from carriage_account")
    return Book(
        tuple(sorted(known.values(), key=lambda carrier: (carrier.position, carrier.code))),
        {(lane.carrier, lane.province): lane for lane in lanes},
        tuple(found),
        {row["carrier"]: (row["service"], row["active"]) for row in accounts},
    )


def carriers(*, active_only: bool = True) -> list[CarrierView]:
    """Carriers in the order staff see them: the shipped ones, as far as the mall says nothing else, and its own."""
    return [carrier for carrier in book().carriers if carrier.active or not active_only]


def names(*, version: int | None = None) -> dict[str, CarrierView]:
    """Every carrier by its code."""
    return {carrier.code: carrier for carrier in book(version=version).carriers}


def lanes_of(carrier: str) -> list[Lane]:
    """The lanes of a carrier, everywhere else first, then as address forms order the provinces."""
    found = [lane for (code, _), lane in book().lanes.items() if code == carrier]
    return sorted(found, key=lambda lane: (lane.province != "", _PLACE.get(lane.province, len(_PLACE)), lane.province))


def choose(freight: Freight, *, version: int | None = None) -> Choice:
    """Who carries it and why (SHP-03); `by` is "none" where no lane leads there."""
    return choose_many([freight], version=version)[0]


def choose_many(freights: Iterable[Freight], *, version: int | None = None) -> list[Choice]:
    """`choose` for many, in their order. No statement while nothing has changed, beyond the version's."""
    known = book(version=version)
    prefer = mall_settings.get("carriage.prefer")
    carriers = [carrier for carrier in known.carriers if carrier.code != PICKUP]
    return [rules.choose(freight, carriers, known.lanes, known.rules, prefer) for freight in freights]


def delivery_times(provinces: Iterable[str], *, version: int | None = None) -> dict[str, DeliveryTime]:
    """Days to each province by the carrier that would be chosen for a parcel of one kilogram, by the names given.

    A mall without lanes promises nothing: the answer is empty. No statement beyond the version's (`version` spares it).
    """
    known = book(version=version)
    if not known.lanes:
        return {}
    wanted = list(dict.fromkeys(provinces))
    chosen = choose_many([Freight(name, 1000) for name in wanted], version=_kept[0])
    found = {}
    for name, choice in zip(wanted, chosen, strict=True):
        offer = next((each for each in choice.offers if each.carrier == choice.carrier), None)
        key = province_key(name)
        if offer is None:
            found[name] = DeliveryTime(key, False, 0, 0, False, "")
        else:
            found[name] = DeliveryTime(key, True, offer.days_min, offer.days_max, offer.remote, offer.carrier)
    return found


def rules_of_choice() -> list[ChoiceRuleView]:
    """All rules in their order."""
    return list(book().rules)


def account_of(carrier: str) -> str | None:
    """The service that gives this carrier's numbers, where its account is on and its keys are there."""
    version = versions.get(VERSION)
    return book(version=version).accounts[carrier][0] if carrier in asking(version=version) else None


def asking(*, version: int | None = None) -> frozenset[str]:
    """The carriers whose account gives numbers when asked."""
    known = book(version=version)
    ready = {name for name in SERVICES if name not in ONLINE or providers.is_ready(name)}
    return frozenset(carrier for carrier, (service, active) in known.accounts.items() if active and service in ready)


def accounts() -> list[AccountView]:
    """Where each carrier's numbers come from, in the carriers' order. Two statements."""
    ranges = numbers()
    left = {each.carrier: 0 for each in ranges} | {each.carrier: each.left for each in ranges if each.left}
    found = []
    known = book()
    for carrier in known.carriers:
        if carrier.code not in known.accounts:
            continue
        service, active = known.accounts[carrier.code]
        ready = left.get(carrier.code, 0) > 0 if service == "numbers" else providers.is_ready(service)
        practice = service != "numbers" and providers.practises(service)
        found.append(AccountView(carrier.code, service, active, ready, practice))
    return found


def numbers() -> list[NumbersView]:
    """Ranges of numbers bought from carriers, oldest first. One statement."""
    rows = db.rows("select id, carrier, prefix, width, next, last from carriage_numbers order by id")
    return [NumbersView(**row) for row in rows]


_WAYBILLS = """
select w.id, w.carrier, w.service, w.number, w.reference, w.document, w.province, w.weight_g, w.cost, w.why, w.state, w.error,
    w.asked_by, w.at, w.issued_at, w.used_at, w.heard_at, w.over_at, w.to_cancel, w.label from carriage_waybill w
"""
#: Filters of the list beside the states themselves.
QUIET, UNUSED = "quiet", "unused"


def waybill(waybill_id: int) -> WaybillView:
    """One statement. Raises NotFound."""
    row = db.row(_WAYBILLS + " where w.id = %s", (waybill_id,))
    if row is None:
        raise NotFound()
    return WaybillView(**row)


def living(references: Sequence[str]) -> dict[str, WaybillView]:
    """The requested or issued waybills of boxes, and where there is none the last that failed. One statement."""
    rows = db.rows(
        _WAYBILLS + " where w.reference = any(%s) and w.state in ('requested', 'issued', 'failed')"
        " order by w.state <> 'failed', w.id",
        (list(references),),
    )
    return {row["reference"]: WaybillView(**row) for row in rows}


def of_numbers(numbers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], WaybillView]:
    """Waybills by carrier and number. One statement."""
    wanted = [{"carrier": carrier, "number": number} for carrier, number in numbers if number]
    rows = db.rows(
        _WAYBILLS
        + " join jsonb_to_recordset(%s) as r(carrier text, number text) on w.carrier = r.carrier and w.number = r.number"
        " where w.number <> ''",
        (db.Json(wanted),),
    )
    return {(row["carrier"], row["number"]): WaybillView(**row) for row in rows}


def unused_of(documents: Sequence[str]) -> dict[str, list[WaybillView]]:
    """Issued waybills no parcel has left with yet, by order, oldest first. One statement."""
    found: dict[str, list[WaybillView]] = {}
    for row in db.rows(
        _WAYBILLS + " where w.document = any(%s) and w.state = 'issued' and w.used_at is null order by w.id",
        (list(documents),),
    ):
        found.setdefault(row["document"], []).append(WaybillView(**row))
    return found


def used_of(documents: Sequence[str]) -> dict[tuple[str, str], WaybillView]:
    """Waybills parcels have left with, by carrier and number. One statement."""
    rows = db.rows(_WAYBILLS + " where w.document = any(%s) and w.used_at is not null", (list(documents),))
    return {(row["carrier"], row["number"]): WaybillView(**row) for row in rows}


def waybills(
    *,
    state: str = "",
    carrier: str = "",
    province: str = "",
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str = "",
    limit: int = 50,
) -> Page[WaybillView]:
    """Waybills for staff, newest first. `state` may be one of `states.STATES`, `QUIET` (used, and long without news) or `UNUSED`
    (issued for nothing yet); `text` is a waybill's, an order's or a box's number. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    where, values = ["true"], []  # type: tuple[list[str], list[Any]]

    def add(clause: str, *given: Any) -> None:
        where.append(clause)
        values.extend(given)

    if state == QUIET:
        add(_QUIET, clock.now(), mall_settings.get("carriage.silent_hours"))
    elif state == UNUSED:
        add("w.state = 'issued' and w.used_at is null")
    elif state:
        add("w.state = %s", state)
    if carrier:
        add("w.carrier = %s", carrier)
    if province:
        add("w.province = %s", province_key(province))
    if text.strip():
        wanted = text.strip().upper()
        add("(w.number = %s or w.document = %s or w.reference = %s)", wanted, wanted, wanted)
    if since is not None:
        add("w.at >= %s", since)
    if until is not None:
        add("w.at < %s", until)
    if before is not None:
        add("w.id < %s", before)
    rows = db.rows(_WAYBILLS + f" where {' and '.join(where)} order by w.id desc limit %s", (*values, limit + 1))
    page = paging.page(rows, limit, lambda row: row["id"])
    return Page([WaybillView(**row) for row in page.items], page.next_cursor)


_QUIET = "w.pull_at is not null and coalesce(w.heard_at, w.used_at) < %s - make_interval(hours => %s)"


def quiet(*, at: datetime | None = None) -> int:
    """How many parcels on their way have had no news for `carriage.silent_hours`. One statement."""
    row = db.row(
        f"select count(*)::int as n from carriage_waybill w where {_QUIET}",
        (at or clock.now(), mall_settings.get("carriage.silent_hours")),
    )
    assert row is not None
    return int(row["n"])


def failed_lately() -> int:
    """How many waybills a service has refused for boxes that still have none, of the last three days. One statement."""
    row = db.row(
        "select count(distinct f.reference)::int as n from carriage_waybill f where f.state = 'failed'"
        " and f.at > kernel_now() - interval '3 days' and not exists (select 1 from carriage_waybill w"
        " where w.document = f.document and w.state = 'issued' and w.id > f.id)"
    )
    assert row is not None
    return int(row["n"])


def spend(since: datetime, until: datetime) -> list[Spend]:
    """What parcels that left in a period cost, by carrier and province (SHP-09). One statement."""
    rows = db.rows(
        "select carrier, province, count(*)::int as parcels, count(cost)::int as priced, coalesce(sum(cost), 0)::bigint as cost,"
        " coalesce(sum(weight_g), 0)::bigint as weight_g from carriage_waybill where used_at >= %s and used_at < %s"
        " group by carrier, province order by cost desc, carrier, province",
        (since, until),
    )
    return [Spend(**row) for row in rows]
