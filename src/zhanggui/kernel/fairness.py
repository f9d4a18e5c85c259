"""A secret seed that somebody is bound to before others choose: committed to at first, told at last (docs/draws.md).

The commitment is SHA-256 of the seed as text; what follows from the seed is HMAC-SHA-256 with it as the key. Whoever owns an
outcome says what the message is.
"""

import hashlib
import hmac

from . import ids, sealing


def new_seed() -> str:
    """64 hexadecimal digits nobody can guess."""
    return hashlib.sha256(ids.token(48).encode()).hexdigest()


def commitment(seed: str) -> str:
    """What is published before anybody chooses."""
    return hashlib.sha256(seed.encode()).hexdigest()


def digest(seed: str, message: str) -> bytes:
    """What follows from the seed for a message: 32 bytes."""
    return hmac.digest(seed.encode(), message.encode(), "sha256")


def unseal(sealed: str, committed: str, purpose: str) -> str:
    """The seed as `sealing.seal` kept it; RuntimeError where it cannot be read or is not the one that was committed to."""
    seed = sealing.unseal(sealed, purpose)
    if not isinstance(seed, str) or commitment(seed) != committed:
        raise RuntimeError("the seed cannot be read: the mall's secret key is another one")
    return seed
