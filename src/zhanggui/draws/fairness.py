"""The mathematics of a fair draw: pure, and simple enough that anybody can repeat it with common tools (docs/draws.md).

Before a draw opens, the mall publishes SHA-256 of a secret seed (64 hexadecimal digits, taken as text). A chance's outcome
follows from HMAC-SHA-256 with the seed as its key over `draw:sequence:nonce`, so that neither side can choose it: the mall is
bound to its seed before it sees a nonce, and a member does not know the seed. Once the draw is over the seed is published.
"""

from collections.abc import Callable, Sequence
from itertools import count

from zhanggui.kernel.fairness import commitment as commitment
from zhanggui.kernel.fairness import digest

FACES = 10_000  # a roll is 0 to 9999: one face for each basis point
_WORD = 2**32
#: Words from here on are left out: the rest of a division would favour the low faces.
LIMIT = _WORD - _WORD % FACES


def message(draw_id: int, sequence: int, nonce: str, block: int = 0) -> str:
    """What is signed with the seed; further blocks are needed once in 10^46 chances."""
    return f"{draw_id}:{sequence}:{nonce}" + (f":{block}" if block else "")


def roll(seed: str, draw_id: int, sequence: int, nonce: str) -> int:
    """The roll of a chance, 0 to 9999, each as likely as any other."""

    def block(number: int) -> bytes:
        return digest(seed, message(draw_id, sequence, nonce, number))

    return face(block)


def face(block: Callable[[int], bytes]) -> int:
    """The first 32-bit big-endian word below `LIMIT` of the blocks, as the rest of its division by 10 000."""
    for number in count():
        words = block(number)
        for at in range(0, len(words), 4):
            word = int.from_bytes(words[at : at + 4], "big")
            if word < LIMIT:
                return word % FACES
    raise AssertionError("there is always another block")


def bounds(odds: Sequence[int]) -> list[tuple[int, int]]:
    """The faces of each line of a table in its order, from the first to before the last."""
    found, low = [], 0
    for share in odds:
        found.append((low, low + share))
        low += share
    return found


def line_of(roll: int, odds: Sequence[int]) -> int:
    """The index of the line a roll falls on; odds add up to 10 000."""
    return next(i for i, (low, high) in enumerate(bounds(odds)) if low <= roll < high)
