"""How explanations and badges are said to a reader."""

from collections.abc import Mapping
from datetime import datetime

from zhanggui.kernel import clock
from zhanggui.kernel.i18n import ZH, Text
from zhanggui.kernel.money import format_minor, symbol_of

from .engine import Explanation


def words(params: Mapping[str, object], lang: str = ZH, currency: str = "CNY") -> dict[str, object]:
    """Params as a reader sees them: measured amounts with all digits (23.00), set figures without empty ones (20).

    Chinese sentences say the unit themselves or do without (满 299 减 30); in others the sign stands before the figure.
    """
    said: dict[str, object] = {}
    sign = "" if lang == ZH else symbol_of(currency)
    for name, value in params.items():
        if isinstance(value, Text):
            said[name] = value.render(lang)
        elif isinstance(value, datetime):
            said[name] = f"{clock.local(value):%Y-%m-%d %H:%M}"
        elif isinstance(value, int) and name.endswith("_amount"):
            said[name] = sign + format_minor(value, currency)
        elif isinstance(value, int) and name.endswith("_figure"):
            figure = format_minor(value, currency)
            said[name] = sign + (figure.rstrip("0").rstrip(".") if "." in figure else figure)
        else:
            said[name] = value
    return said


def say(explanation: Explanation, lang: str = ZH, currency: str = "CNY") -> str:
    """The sentence for the buyer: 再买 23.00 元可减 20 元."""
    return explanation.text.render(lang, **words(explanation.params, lang, currency))
