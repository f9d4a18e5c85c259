"""Identifiers: unguessable tokens and document numbers people can read out. The only place that draws random numbers."""

import random
import secrets
import threading
import uuid as _uuid
from datetime import datetime

from . import clock

Chance = random.Random  # what simulations draw from: see `rng`

_lock = threading.Lock()
_tail = secrets.randbelow(100_000)


def token(nbytes: int = 24) -> str:
    """A URL-safe secret (192 bits unless told otherwise)."""
    return secrets.token_urlsafe(nbytes)


def figures(count: int) -> str:
    """A secret of so many decimal figures, for people to read out and type."""
    return f"{secrets.randbelow(10**count):0{count}d}"


def uuid() -> str:
    return str(_uuid.uuid4())


#: What `rng` gives.
Random = random.Random


def rng(seed: int | None = None) -> Random:
    """A random source for simulations and jitter; never for secrets."""
    return random.Random(seed) if seed is not None else random.SystemRandom()


#: Behind a document's number: of its money the part that was paid first.
DEPOSIT = "-D"


def document_of(reference: str) -> str:
    """The number of the document a part of whose money this names."""
    return reference.removesuffix(DEPOSIT)


def document_number(prefix: str = "", at: datetime | None = None) -> str:
    """`PREFIX` + yymmdd + millisecond of the day (8) + tail (5): sorts by time, tells nobody how many there are.

    The tail steps through all values within a process and starts at random, so two numbers of one process never
    collide within a day; across processes a collision is rare and caught by the unique index (writers retry).
    """
    global _tail
    local = clock.local(at or clock.now())
    with _lock:
        _tail = (_tail + 61_813) % 100_000  # coprime to 100 000: a full cycle before any repeat
        tail = _tail
    millis = ((local.hour * 60 + local.minute) * 60 + local.second) * 1000 + local.microsecond // 1000
    return f"{prefix}{local:%y%m%d}{millis:08d}{tail:05d}"
