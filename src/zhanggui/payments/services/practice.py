"""Gateways in this very process: the simulator's desks and books, by the mall's clock and without a network.

For a mall that is given a past: its payments are signed, verified, stored and applied like any others, its refunds are
asked for and answered, and its bills can be compared afterwards, because the books have it all.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor

from ..errors import ProviderOff
from ..providers import http, merchant
from ..simulator.books import by_clock
from ..simulator.counter import Counter
from ..types import RawNotification
from . import notifications, ports


class Practice:
    """What buyers do at the gateways' counters, and the gateways' post."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def pay(self, provider: str, out_trade_no: str, amount: int, subject: str) -> None:
        """A buyer pays; the gateway's letter waits. Raises the simulator's Refused."""
        self._counter.pay(provider, out_trade_no, amount, subject)

    def deliver_post(self, *, actor: Actor) -> int:
        """Bring all waiting letters to the mall, where they are received and applied; how many they were."""
        raw = [
            RawNotification(provider, {name.lower(): value for name, value in letter.headers.items()}, letter.body)
            for provider, letter in self._counter.post()
        ]
        received = notifications.receive(raw, actor=actor)
        ports.apply_payments([one.id for one in received if one.id is not None])
        return len(raw)


@contextmanager
def practise() -> Iterator[Practice]:
    """Inside, this process is its own gateways, with books that begin empty and keep all or nothing of it.

    No simulator may run on the same data directory. Raises ProviderOff without a simulator's address, and where the mall
    has a real merchant's keys.
    """
    if not settings.GATEWAY_URL:
        raise ProviderOff(provider="simulator")
    counter = Counter(Path(settings.DATA_DIR) / "gateway", settings.GATEWAY_URL)

    def ask(method: str, url: str, headers: Mapping[str, str], body: bytes) -> http.Answer:
        said = counter.answer(method, url, headers, body)
        low = {name.lower(): value for name, value in said.headers.items()}
        return http.Answer(said.status, {"content-type": said.content_type, **low}, said.body)

    for provider in counter.desks:
        if not merchant.practises(provider):
            raise ProviderOff(provider=provider)
    with by_clock(lambda: clock.now().timestamp()), http.answered_by(ask), counter.empty_books():
        yield Practice(counter)
