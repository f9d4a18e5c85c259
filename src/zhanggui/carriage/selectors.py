"""Reads of carriers, lanes and waybills. What rarely changes is kept in memory by one version, `VERSION`."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from zhanggui.kernel import db, mall_settings, versions
from zhanggui.kernel.provinces import province_key

from . import rules
from .carriers import PICKUP as PICKUP
from .carriers import SHIPPED
from .types import CarrierView, Choice, DeliveryTime, Freight, Lane, RuleView

VERSION = "carriage"
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
    rules: tuple[RuleView, ...] = ()
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
    found = [RuleView(**{**row, "provinces": tuple(row["provinces"])}) for row in db.rows(_RULES)]
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
    """The lanes of a carrier, everywhere else first."""
    return [lane for (code, _), lane in book().lanes.items() if code == carrier]


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
