"""The two things payments needs from above, bound once in `config/wiring.py`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ..types import ApplyPayments, OrderFacts, OrderMoney

_apply: ApplyPayments | None = None
_facts: OrderFacts | None = None


def bind(*, apply_payments: ApplyPayments, order_facts: OrderFacts) -> None:
    """Name the owner of the references that are paid."""
    global _apply, _facts
    _apply, _facts = apply_payments, order_facts


def apply_payments(notice_ids: Sequence[int]) -> None:
    """Hand stored notifications to their owner."""
    if notice_ids:
        if _apply is None:
            raise RuntimeError("payments.services.bind was not called")
        _apply(notice_ids)


def order_facts(start: datetime, end: datetime, references: Sequence[str]) -> Iterable[OrderMoney]:
    if _facts is None:
        raise RuntimeError("payments.services.bind was not called")
    return _facts(start, end, references)
