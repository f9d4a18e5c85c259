"""Prices, special prices and floors changed together, and tried before they are changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed

from ..types import FloorRow, PriceRow, Proposed, SpecialRow
from .floors import set_floors
from .requests import propose_prices
from .specials import set_specials


@dataclass(slots=True)
class Changes:
    """What is to become of many SKUs."""

    floors: list[FloorRow] = field(default_factory=list)
    prices: list[PriceRow] = field(default_factory=list)
    specials: list[SpecialRow] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.floors or self.prices or self.specials)


def change_many(changes: Changes, *, reason: str, actor: Actor) -> Proposed:
    """All of it or nothing: first the floors, then the prices they bind, then the special ones; how many rows changed.

    What is larger than one person may change is asked for. Opens its own transaction. Raises what each of the services raises,
    its places in `floors.0.…`, `prices.0.…` and `specials.0.…`.
    """
    with transaction.atomic():
        with _named("floors"):
            changed = set_floors(changes.floors, reason=reason, actor=actor) if changes.floors else 0
        with _named("prices"):
            done = propose_prices(changes.prices, reason=reason, actor=actor) if changes.prices else Proposed(0)
        with _named("specials"):
            changed += set_specials(changes.specials, reason=reason, actor=actor) if changes.specials else 0
    return Proposed(done.changed + changed, done.requests)


@contextmanager
def _named(part: str) -> Iterator[None]:
    """Places of refusals begin with the name of the part they belong to."""
    try:
        yield
    except Problem as refusal:
        refusal.errors = [
            FieldError(error.loc.replace("rows.", f"{part}.", 1), error.code, error.message) for error in refusal.errors
        ]
        raise


def try_many(changes: Changes, *, reason: str, actor: Actor) -> Sequence[FieldError]:
    """What would refuse `change_many`, without changing anything; nothing where it would go through."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                change_many(changes, reason=reason, actor=actor)
        except ValidationFailed as refusal:
            return refusal.errors
        finally:
            transaction.set_rollback(True)
    return ()
