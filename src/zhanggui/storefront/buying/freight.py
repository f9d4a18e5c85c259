"""How a freight comes about and when goods are expected, in the buyer's words."""

from __future__ import annotations

from collections.abc import Sequence

from zhanggui.checkout.types import Quote
from zhanggui.kernel.i18n import ZH
from zhanggui.pricing.types import FreightPart
from zhanggui.promotions.types import words

#: A fee that needs no words beside its amount.
_PLAIN = frozenset({"flat"})


def freight_why(quote: Quote | None, lang: str, currency: str) -> list[str]:
    """The sentences of a quote's freight; none where nothing is charged anyway or its amount says it all."""
    if quote is None or (quote.freight and not quote.shipping_total):
        return []
    return freight_words(quote.freight_parts, lang, currency)


def freight_words(parts: Sequence[FreightPart], lang: str, currency: str) -> list[str]:
    """Part by part, with the template's name where there are several."""
    charged = [part for part in parts if part.charged]
    found = []
    for part in charged:
        said = [
            one.text.render(lang, **words(one.params, lang, currency))
            for one in part.why
            if one.code not in _PLAIN or len(charged) > 1
        ]
        if said and len(charged) > 1:
            found.append(f"{part.name.render(lang)}{'：' if lang == ZH else ': '}{('，' if lang == ZH else ', ').join(said)}")
        else:
            found += said
    return found
