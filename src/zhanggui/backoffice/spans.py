"""The span of days a page of figures is asked for: `from` and `to` of its address, the last thirty days without them."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest

from zhanggui.kernel import clock

MOST_DAYS = 366


def span_of(request: HttpRequest, *, days: int = 30) -> tuple[date, date]:
    """The first and the last day, both included; what makes no sense counts as not given."""
    today = clock.business_date()
    last = min(_day(request.GET.get("to", "")) or today, today)
    first = _day(request.GET.get("from", "")) or last - timedelta(days=days - 1)
    first, last = min(first, last), max(first, last)
    return max(first, last - timedelta(days=MOST_DAYS - 1)), last


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2199 else None
