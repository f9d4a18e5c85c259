"""How a figure and its change read to people, in every form and language."""

from zhanggui.kernel.money import format_minor

from .types import MetricKind, Value

NOTHING = "—"


def figure(value: Value, kind: MetricKind | None, currency: str, lang: str) -> str:
    """A figure as people write it; unknown is a dash."""
    if value is None:
        return NOTHING
    if kind == "money":
        whole, _, rest = format_minor(int(value), currency).partition(".")
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        return f"{sign}{int(digits):,}" + (f".{rest}" if rest else "")
    if kind == "rate":
        return f"{value:.2%}"
    if kind == "seconds":
        return f"{value:,.1f} " + ("秒" if lang != "en" else "s")
    return f"{value:,.2f}" if kind == "number" else f"{value:,}"


def signed(amount: int, currency: str) -> str:
    """An amount of money that was added or lost, always with its sign."""
    return ("+" if amount > 0 else "") + figure(amount, "money", currency, "")


def change(value: Value, previous: Value) -> str:
    """How much the figure rose or fell; empty where it cannot be said."""
    if value is None or not previous:
        return ""
    return f"{(value - previous) / abs(previous):+.1%}"
