"""Which rules can meet: at one instant, for one buyer, and on one piece."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from ..compiler import CompiledRule
from ..values import Audience, BuyerFacts, Lane, Rule
from .wares import Asked, Span

_FAR = datetime.max.replace(tzinfo=UTC)


class Who(NamedTuple):
    """What is asked of a buyer so far; None and empty: anything."""

    tiers: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    tags: frozenset[str] = frozenset()
    new: bool | None = None
    employee: bool = False
    birthday: bool = False

    def and_rule(self, audience: Audience | None) -> "Who | None":
        """With a rule's audience besides; None where no buyer is both."""
        if audience is None:
            return self
        if self.new is not None and audience.new not in (None, self.new):
            return None
        tiers, channels, regions = (
            _both(mine, its)
            for mine, its in (
                (self.tiers, audience.tiers),
                (self.channels, audience.channels),
                (self.regions, audience.regions),
            )
        )
        if frozenset() in (tiers, channels, regions):
            return None
        new = self.new if audience.new is None else audience.new
        return Who(
            tiers, channels, regions, self.tags | audience.tags, new, self.employee or audience.employees,
            self.birthday or audience.birthday,
        )  # fmt: skip

    def and_price(self, asked: Asked) -> "Who | None":
        """With whose a price is."""
        tiers = _both(self.tiers, frozenset((asked.tier,)) if asked.tier else frozenset())
        channels = _both(self.channels, frozenset((asked.channel,)) if asked.channel else frozenset())
        if frozenset() in (tiers, channels):
            return None
        return self._replace(tiers=tiers, channels=channels, employee=self.employee or asked.employee)

    def buyer(self) -> tuple[BuyerFacts, str]:
        """Somebody like that, and the channel he buys through; a member, because whatever is open to others is open to members."""
        facts = BuyerFacts(
            1, bool(self.new), min(self.tiers) if self.tiers else "", min(self.regions) if self.regions else "", self.tags,
            self.employee, self.birthday,
        )  # fmt: skip
        return facts, min(self.channels) if self.channels else ""


def _both(mine: frozenset[str] | None, its: frozenset[str]) -> frozenset[str] | None:
    if not its:
        return mine
    return its if mine is None else mine & its


def instant(rules: Iterable[Rule], spans: Sequence[Span] | None, now: datetime, zone: tzinfo) -> datetime | None:
    """The first instant from `now` on, and in one of `spans`, at which all these rules run; None where there is none.

    The set of such instants begins with the begin of one of its parts, so only these are looked at.
    """
    rules = list(rules)
    start = max([now, *(rule.starts_at for rule in rules)])
    end = min((rule.ends_at for rule in rules if rule.ends_at is not None), default=_FAR)
    for begin, until in spans if spans is not None else ((now, None),):
        first, last = max(start, begin), end if until is None else min(end, until)
        if first < last:
            found = _in_hours(rules, first, last, zone)
            if found is not None:
                return found
    return None


def _in_hours(rules: Sequence[Rule], first: datetime, last: datetime, zone: tzinfo) -> datetime | None:
    daily = [rule.daily for rule in rules if rule.daily]
    if not daily:
        return first
    midnight = first.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [
        midnight + timedelta(days=day, minutes=window.start)
        for day in range(3)
        for windows in daily
        for window in windows
    ]
    for at in sorted([first, *(begin for begin in begins if first < begin < last)]):
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if all(any(window.holds(minute) for window in windows) for windows in daily):
            return at
    return None


def one_per_line(a: CompiledRule, b: CompiledRule) -> bool:
    """Whether two rules never take from the same line: one item and one set offer each, and what is kept apart."""
    return (a.lane == b.lane and a.lane in (Lane.ITEM, Lane.SET)) or bool(a.apart & b.bit) or bool(b.apart & a.bit)


def never_meet(a: Rule, b: Rule, now: datetime, zone: tzinfo) -> bool:
    """Whether no cart ever has both: one of an exclusive group, different buyers, different times."""
    if a.exclusive_group and a.exclusive_group == b.exclusive_group:
        return True
    if a.audience is not None and b.audience is not None:
        who = Who().and_rule(a.audience)
        if who is None or who.and_rule(b.audience) is None:
            return True
    return instant((a, b), None, now, zone) is None


def largest_sets(allowed: int, against: Sequence[int], most: int) -> list[int] | None:
    """Every set of `allowed` without two that are `against` each other, to which nothing can be added. Sets are bits.

    None where there are more than `most`.
    """
    free = allowed
    for i in bits(allowed):
        if against[i] & allowed:
            free &= ~(1 << i)
    found: list[int] = []
    for each in _sets(0, allowed & ~free, 0, allowed & ~free, against):
        found.append(each | free)
        if len(found) > most:
            return None
    return found


def _sets(chosen: int, open_: int, done: int, every: int, against: Sequence[int]) -> Iterator[int]:
    """Bron and Kerbosch's search with a pivot, on what does not exclude each other."""
    if not open_ and not done:
        yield chosen
        return
    pivot = min(bits(open_ | done), key=lambda i: (open_ & (against[i] | 1 << i)).bit_count())
    for i in list(bits(open_ & (against[pivot] | 1 << pivot))):
        fits = every & ~against[i] & ~(1 << i)
        yield from _sets(chosen | 1 << i, open_ & fits, done & fits, every, against)
        open_ &= ~(1 << i)
        done |= 1 << i


def bits(number: int) -> Iterator[int]:
    """The places of the ones, ascending."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
