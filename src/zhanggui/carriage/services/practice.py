"""Label services in this very process: the simulator's desks and books, by the mall's clock and without a network.

For a mall that is given a past, and for tests: waybills are asked for, signed and checked like any others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from zhanggui.kernel import calling, clock

from ..types import RawPush

if TYPE_CHECKING:
    from ..simulator.counter import Simulator  # a mall that sells needs none of it in memory


class Practice:
    """What the services do by themselves."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Inside, they answer instead of the network (each thread has to say so for itself)."""
        from zhanggui.kernel.simulating import by_clock

        def ask(method: str, url: str, headers: Mapping[str, str], body: bytes) -> calling.Answer:
            said = self.simulator.answer(method, url, headers, body)
            if said.status == 504:
                raise calling.Unanswered("TimeoutError")
            return calling.Answer(said.status, {"content-type": said.content_type}, said.body)

        with by_clock(lambda: clock.now().timestamp()), calling.answered_by(ask):
            yield

    def advance(self, service: str, carrier: str, number: str) -> bool:
        """A parcel goes a step on its road; its push waits."""
        return self.simulator.books.advance(service, carrier, number)

    def pushes(self) -> list[RawPush]:
        """The pushes that wait, in their order, taken to have arrived."""
        return [
            RawPush(service, {name.lower(): value for name, value in letter.headers.items()}, letter.body)
            for service, letter in self.simulator.pushes()
        ]


@contextmanager
def practise(*, anew: bool = False) -> Iterator[Practice]:
    """Inside, this process is its own label services; with `anew` their books begin empty and keep all or nothing of it.

    No simulator may run on the same data directory.
    """
    from ..simulator.counter import Simulator

    practice = Practice(Simulator(Path(settings.DATA_DIR) / "gateway", waits=False))
    with practice.answering():
        if anew:
            with practice.simulator.one_entry():
                yield practice
        else:
            yield practice
