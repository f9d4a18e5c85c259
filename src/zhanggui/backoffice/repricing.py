"""One change for the prices of many SKUs: up or down by an amount or a share, or set; then rounded as shops like it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import minor_digits

KINDS: dict[str, Text] = {
    "percent": Text("按百分比调整", "By a percentage"),
    "amount": Text("加减金额", "By an amount"),
    "set": Text("统一设为", "Set to"),
}
TARGETS: dict[str, Text] = {
    "sale": Text("售价", "Price"),
    "list": Text("划线价", "List price"),
    "both": Text("售价和划线价", "Price and list price"),
}
#: What the end of a price looks like; the value is its hundredths of a unit.
ROUNDINGS: dict[str, tuple[Text, int | None]] = {
    "": (Text("不取整", "As it comes"), None),
    "00": (Text("取整到元（.00）", "Whole units (.00)"), 0),
    "90": (Text("尾数 .90", "Ending in .90"), 90),
    "99": (Text("尾数 .99", "Ending in .99"), 99),
    "50": (Text("尾数 .50", "Ending in .50"), 50),
}


@dataclass(frozen=True, slots=True)
class Change:
    """`value`: hundredths of a percent (`percent`), else minor units; both may be negative unless the price is set."""

    kind: str
    value: int
    target: str
    rounding: str
    currency: str

    def prices(self, listed: int, sale: int) -> tuple[int, int]:
        """The (list, sale) price after it. A list price that was no more than the price follows it."""
        if self.target == "list":
            return self._of(listed), sale
        after = self._of(sale)
        if self.target == "both":
            return (after if listed == sale else self._of(listed)), after
        return (after if listed == sale else listed), after

    def _of(self, amount: int) -> int:
        if self.kind == "set":
            changed = Decimal(self.value)
        elif self.kind == "amount":
            changed = Decimal(amount + self.value)
        else:
            changed = Decimal(amount) * (10_000 + self.value) / 10_000
        return self._rounded(changed)

    def _rounded(self, amount: Decimal) -> int:
        """The nearest amount that ends so, the higher of two; half a minor unit up where nothing is rounded."""
        ending = ROUNDINGS[self.rounding][1]
        unit = 10 ** minor_digits(self.currency)
        if ending is None or (unit == 1 and ending):
            return int(amount.to_integral_value(ROUND_HALF_UP))
        tail = ending * unit // 100
        steps = int(((amount - tail) / unit).to_integral_value(ROUND_HALF_UP))
        return (max(steps, 0) if amount >= 0 else steps) * unit + tail
