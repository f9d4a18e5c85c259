"""Order facts of a period: counted from the orders, or read from the sums that are kept of closed periods.

A kept sum is dropped as soon as something of its orders changes (`services.forget_sums`, told by orders' events) and made
again within minutes. Between a change and its event's delivery the event itself says that the sum is not to be used, so a
figure is at no time older than the orders.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from zhanggui.aftersales import selectors as aftersales
from zhanggui.aftersales.events import CaseMoved
from zhanggui.kernel import clock, db, mall_settings, outbox
from zhanggui.kernel.money import minor_digits
from zhanggui.members import selectors as members
from zhanggui.orders.events import OrdersImported
from zhanggui.orders.selectors import facts as order_facts

from .metrics import MemberFacts
from .types import CHANGES, Period, week_of

Rows = list[dict[str, Any]]
#: Where the bands of order amounts begin, in whole units of the currency.
BANDS = (50, 100, 200, 300, 500, 1_000, 2_000, 5_000)
MOST_TIMES = 5
WAITING_MOST = 2_000


@dataclass(frozen=True, slots=True)
class OrderSums:
    """A period's facts; with `kept` they are read from it, without they are counted when they are asked for."""

    period: Period
    totals: list[order_facts.OrderTotals]
    kept: dict[str, Any] | None = None

    def lines(self, currency: str) -> order_facts.LineTotals:
        if self.kept is not None:
            found = self.kept["currencies"].get(currency)
            return order_facts.LineTotals(**found["lines"]) if found else order_facts.NO_LINES
        return order_facts.line_totals(*self.period.bounds, currency)

    def returned(self, currency: str) -> int:
        """Paid orders with goods that came back: refunds after shipping, but for those that left the goods with the buyer."""
        if self.kept is not None:
            found = self.kept["currencies"].get(currency)
            return found["returned"] if found else 0
        refunded = order_facts.refunded_after_shipping(*self.period.bounds, currency)
        return len(set(refunded) - aftersales.goods_kept(refunded)) if refunded else 0

    def tables(self, currency: str) -> dict[str, Rows]:
        """products, hours, regions, sources, amounts, frequency."""
        if self.kept is not None:
            found = self.kept["currencies"].get(currency)
            return found["tables"] if found else {key: [] for key in _TABLES}
        bounds = self.period.bounds
        scale = 10 ** minor_digits(currency)
        return {
            "products": order_facts.by_product(*bounds, currency, mall_settings.get("analytics.product_rows")),
            "hours": order_facts.by_hour(*bounds, currency, settings.TIME_ZONE),
            "regions": order_facts.by_region(*bounds, currency),
            "sources": order_facts.by_source(*bounds, currency),
            "amounts": order_facts.by_amount(*bounds, currency, [bound * scale for bound in BANDS]),
            "frequency": order_facts.by_frequency(*bounds, currency, MOST_TIMES),
        }

    def goods(self) -> dict[int, tuple[int, int]]:
        """Units and sales of every product of this catalogue sold, in whatever currency."""
        kept = self.kept is not None and db.row(
            "select facts -> 'goods' as goods from analytics_ordersums where period = %s and first = %s and facts is not null",
            (self.period.name, self.period.first),
        )
        found = kept["goods"] if kept else order_facts.goods_sold(*self.period.bounds)
        return {product: (units, sales) for product, units, sales in found}

    def members(self) -> MemberFacts:
        if self.kept is not None and self.kept["members"] is not None:
            return MemberFacts(**self.kept["members"])
        return _members(self.period)

    def to_keep(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "basis": basis(),
            "totals": [asdict(total) for total in self.totals],
            "currencies": {
                t.currency: {
                    "lines": asdict(self.lines(t.currency)),
                    "returned": self.returned(t.currency),
                    "tables": self.tables(t.currency),
                }
                for t in self.totals
            },
            "goods": order_facts.goods_sold(*self.period.bounds),
            "members": asdict(self.members()) if self.period.name == "weekly" else None,
        }


_TABLES = ("products", "hours", "regions", "sources", "amounts", "frequency")


#: What is counted as an order; another number wherever that changes, so that sums kept before are counted anew. 2: sales only.
COUNTS = 2


def basis() -> dict[str, Any]:
    """What a kept sum depends on, the mall's settings among it; made under another it is not used."""
    names = ("product_rows", "loyal_days", "loyal_orders")
    return {
        "counts": COUNTS,
        "timezone": settings.TIME_ZONE,
        **{name: mall_settings.get(f"analytics.{name}") for name in names},
    }


def count_orders(period: Period) -> OrderSums:
    return OrderSums(period, order_facts.period_totals(*period.bounds))


def orders_of(period: Period) -> OrderSums:
    """The period's facts, kept where they may be. Two statements at most when kept."""
    found = db.row(
        "select facts - 'goods' as facts from analytics_ordersums where period = %s and first = %s and facts -> 'basis' = %s",
        (period.name, period.first, db.Json(basis())),
    )
    if found is None or not Waiting.now().leaves(period):
        return count_orders(period)
    return OrderSums(period, [order_facts.OrderTotals(**total) for total in found["facts"]["totals"]], found["facts"])


def kept_days(first: date, last: date, *parts: str) -> dict[date, dict[str, Any]]:
    """What may be used of the days' kept sums, of each only the named members; two statements at most."""
    found = db.rows(
        "select first, array(select facts #> string_to_array(p, '.') from unnest(%s::text[]) p) as parts"
        " from analytics_ordersums where period = 'daily' and first between %s and %s and facts -> 'basis' = %s",
        (list(parts), first, last, db.Json(basis())),
    )
    waiting = Waiting.now() if found else None
    return {
        r["first"]: dict(zip(parts, r["parts"], strict=True))
        for r in found
        if waiting and waiting.leaves(Period.daily(r["first"]))
    }


@dataclass(frozen=True, slots=True)
class Waiting:
    """Days whose orders have changed; `days` None: too many to say which."""

    days: frozenset[date] | None

    @classmethod
    def now(cls) -> "Waiting":
        """By the events that were not delivered yet; mostly there are none."""
        found = outbox.waiting([event.name for event in CHANGES], limit=WAITING_MOST + 1)
        return cls(None) if len(found) > WAITING_MOST else cls.of(found)

    @classmethod
    def of(cls, events: Iterable[outbox.Delivered]) -> "Waiting":
        numbers, days = set(), set()
        for event in events:
            if event.name == OrdersImported.name:
                days |= _days_between(event.payload)
            else:
                numbers.add(event.payload["order_number" if event.name == CaseMoved.name else "number"])
        if numbers:
            days |= set(order_facts.days_of(sorted(numbers), settings.TIME_ZONE))
        return cls(frozenset(days))

    def leaves(self, period: Period) -> bool:
        """Whether a sum of the period still holds. A week also counts what its buyers bought before."""
        if self.days is None:
            return False
        if period.name == "weekly":
            return all(week_of(day) > period.first for day in self.days)
        return period.first not in self.days


def _days_between(imported: Mapping[str, Any]) -> set[date]:
    first, last = (
        clock.business_date(datetime.fromisoformat(imported[name])) for name in ("first_placed_at", "last_placed_at")
    )
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def _members(span: Period) -> MemberFacts:
    start, end = span.bounds
    loyal_since = clock.day_bounds(span.last - timedelta(days=mall_settings.get("analytics.loyal_days") - 1))[0]
    buyers = order_facts.member_buyers(
        start, end, loyal_since=loyal_since, loyal_orders=mall_settings.get("analytics.loyal_orders")
    )
    return MemberFacts(
        members=members.registered(before=end),
        joined=members.registered(before=end, since=start),
        buyers=len(buyers.member_ids),
        joined_buyers=members.registered(before=end, since=start, among=buyers.member_ids),
        first_time=buyers.first_time,
        repeat=buyers.repeat,
        loyal=buyers.loyal,
    )
