"""Small things the providers share: China's clock, bill days, and the fields every start needs."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..errors import BadNotification, PaymentFailed
from ..types import Payable, Trade

#: The gateways' own clock, whatever the mall's time zone is.
CHINA = ZoneInfo("Asia/Shanghai")
PLAIN = "%Y-%m-%d %H:%M:%S"
COMPACT = "%Y%m%d%H%M%S"


def written(at: datetime, form: str) -> str:
    return at.astimezone(CHINA).strftime(form)


def read_time(text: str, form: str) -> datetime | None:
    """A gateway's local time, or None where it gives none or nonsense."""
    try:
        return datetime.strptime(text.strip(), form).replace(tzinfo=CHINA)
    except ValueError:
        return None


def calendar_day(day: date, cut: time = time.min) -> tuple[datetime, datetime]:
    """The window of a bill: the day that ends at `cut` (midnight: the calendar day)."""
    end = datetime.combine(day, cut, tzinfo=CHINA)
    return (end, end + timedelta(days=1)) if cut == time.min else (end - timedelta(days=1), end)


def only_cny(trade: Trade) -> None:
    """These gateways take yuan only."""
    if trade.currency != "CNY":
        raise PaymentFailed(reason=f"{trade.currency}")


def payable(trade: Trade, provider: str, kind: str, **what: object) -> Payable:
    return Payable(
        provider=provider,
        out_trade_no=trade.out_trade_no,
        amount=trade.amount,
        currency=trade.currency,
        kind=kind,  # type: ignore[arg-type]
        expires_at=trade.expires_at,
        **what,  # type: ignore[arg-type]
    )


def amount_of(read: object, reason: str = "amount") -> int:
    """A whole number of fen in a notification; anything else is not genuine."""
    if isinstance(read, bool) or not isinstance(read, int) or not 0 <= read < 2**53:
        raise BadNotification(reason=reason)
    return read
