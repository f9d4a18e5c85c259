"""What everybody in the demo knows: chance, the agenda, the goods, the people and the gateways."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from zhanggui.kernel import clock, outbox
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.ids import Chance
from zhanggui.payments.services import Practice, process_refunds

from .agenda import Agenda
from .clerks import Clerks
from .goods import Shelves
from .people import Buyer, People


@dataclass(slots=True)
class Tally:
    """What was lived so far."""

    visits: int = 0
    views: int = 0
    orders: int = 0
    refused: int = 0
    paid: int = 0
    shipped: int = 0
    delivered: int = 0
    cases: int = 0
    reviews: int = 0


@dataclass(slots=True)
class World:
    """`ends` is the present: nothing happens after it. `practice` is None where no gateway is simulated."""

    chance: Chance
    begins: datetime
    ends: datetime
    clerks: Clerks
    shelves: Shelves
    people: People
    practice: Practice | None
    agenda: Agenda = field(default_factory=Agenda)
    tally: Tally = field(default_factory=Tally)
    regulars: list[Buyer] = field(default_factory=list)
    coupons: list[str] = field(default_factory=list)
    busy: float = 1.0
    told: int = 0  # everybody has heard of the events up to this one
    money_moves: bool = False  # refunds wait to be sent, or letters to be read

    def lucky(self, percent: int) -> bool:
        return self.chance.randrange(100) < percent

    def settle_money(self) -> None:
        """Refunds go to the gateways, their letters come back, and everybody hears of it."""
        self._tell()
        if self.money_moves:
            self.money_moves = False
            process_refunds(limit=1000)
            if self.practice is not None:
                self.practice.deliver_post(actor=SYSTEM)
            process_refunds(limit=1000)
            self._tell()

    def _tell(self) -> None:
        newest = outbox.latest_id()
        outbox.drain(after_id=self.told)
        self.told = newest

    def live_until(self, until: datetime) -> None:
        """Let everything happen that is due, each at its own time."""
        with clock.at(clock.now()) as move:
            for at, deed in self.agenda.due(min(until, self.ends)):
                move(at)
                deed()
