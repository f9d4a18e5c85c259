"""The price formula as a form (PRC-02, PRC-03): what a price has to carry, and what a price leaves; asked live, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import format_minor
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.pricing.selectors import Costing, Outcome, on_step, outcome, price_for_profit
from zhanggui.pricing.types import Floor
from zhanggui.ui import language
from zhanggui.ui.forms import FormState, scaled

from . import goods

AMOUNTS = ("goods", "freight_in", "operating", "price")
SHARES = ("spend", "platform", "overhead", "margin")
#: The profit that is asked for where no rule says another, in basis points.
USUAL_MARGIN = 2_000


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`formula` is the price that leaves the wanted margin (None: the shares leave nothing), `step` the price point at or
    above it, `outcomes` what each price that was asked about leaves, with what is wrong with it."""

    form: FormState
    formula: int | None
    step: int | None
    outcomes: list[tuple[Text, Outcome, list[Text]]]


def what_if(given: Mapping[str, str], floor: Floor, currency: str) -> WhatIf:
    """What the form asks; an empty field counts as what is known of the SKU."""
    known = {
        "goods": format_minor(floor.cost, currency) if floor.cost is not None else "",
        "freight_in": "", "operating": "", "price": format_minor(floor.sale_price, currency),
        "spend": "10", "platform": "0", "overhead": "0",
        "margin": f"{(floor.min_margin if floor.min_margin is not None else USUAL_MARGIN) / 100:g}",
    }  # fmt: skip
    typed = {name: str(given.get(f"if_{name}", known[name]))[:40] for name in (*AMOUNTS, *SHARES)}
    errors: list[FieldError] = []
    amounts = {name: goods.amount(typed[name], f"if_{name}", currency, errors) for name in AMOUNTS}
    shares = {name: share(typed[name], f"if_{name}", errors) for name in SHARES}
    values = {f"if_{name}": text for name, text in typed.items()}
    if errors:
        return WhatIf(FormState.failed(values, ValidationFailed(errors=errors), language.current()), None, None, [])
    costing = Costing(
        amounts["goods"] or 0,
        amounts["freight_in"] or 0,
        amounts["operating"] or 0,
        shares["spend"] or 0,
        shares["platform"] or 0,
        shares["overhead"] or 0,
    )
    formula = price_for_profit(costing, shares["margin"] or 0)
    step = on_step(formula, floor.steps) if formula is not None else None
    asked = [
        (Text("公式价", "By the formula"), formula),
        (Text("价格点", "Price point"), step if step != formula else None),
    ]
    asked.append((Text("试算价", "The price you try"), amounts["price"]))
    outcomes = [
        (label, outcome(costing, price), _wrong(price, outcome(costing, price), costing, floor))
        for label, price in asked
        if price is not None
    ]
    return WhatIf(FormState.of(values), formula, step, outcomes)


def _wrong(price: int, found: Outcome, costing: Costing, floor: Floor) -> list[Text]:
    said = []
    if found.profit < 0:
        said.append(Text("亏本", "a loss"))
    if floor.floor is not None and price < floor.floor:
        said.append(Text("低于底价", "below the floor"))
    if (floor.band_low is not None and price < floor.band_low) or (
        floor.band_high is not None and price > floor.band_high
    ):
        said.append(Text("超出价格带", "outside the price band"))
    if not floor.spend_low <= costing.spend <= floor.spend_high:
        low, high = (f"{each / 100:g}" for each in (floor.spend_low, floor.spend_high))
        said.append(Text(f"推广费用不在 {low}–{high}% 内", f"promotion cost is not within {low}–{high}%"))
    return said


def share(text: str, field: str, errors: list[FieldError]) -> int | None:
    """A percentage as people type it, in basis points; None for nothing, and for what is none (then `errors` says so)."""
    text = text.replace("%", "").replace("％", "").strip()
    if not text:
        return None
    found = scaled(text, 2)
    if found is None or not 0 <= found <= 10_000:
        words = Text("请填写 0 到 100 的百分数，最多两位小数", "a percentage from 0 to 100 with at most two decimals")
        errors.append(FieldError(field, "type", words))
        return None
    return found


def percent_text(basis_points: int | None) -> str:
    """A share as a field shows it; "" for none."""
    return "" if basis_points is None else f"{basis_points / 100:g}"
