"""The mathematics alone: fixed vectors, a fair spread, no favoured faces."""

from __future__ import annotations

import hashlib
import hmac
from itertools import pairwise

import pytest

from zhanggui.draws import fairness

SEED = "4f" * 32
#: Computed with `openssl dgst -sha256 -hmac`; what a member's check must give too.
VECTORS = [
    (1, 1, "lucky", 4160),
    (1, 2, "lucky", 5152),
    (7, 10_000, "A-b_9", 8679),
    (12, 345, "8888", 9340),
]


@pytest.mark.parametrize(("draw_id", "sequence", "nonce", "expected"), VECTORS)
def test_outcomes_are_what_anybody_computes(draw_id: int, sequence: int, nonce: str, expected: int) -> None:
    assert fairness.roll(SEED, draw_id, sequence, nonce) == expected


def test_the_commitment_is_the_digest_of_the_text() -> None:
    assert fairness.commitment(SEED) == hashlib.sha256(SEED.encode()).hexdigest()


def test_each_part_of_the_message_counts() -> None:
    rolls = {
        fairness.roll(seed, draw_id, sequence, nonce)
        for seed in (SEED, "50" * 32)
        for draw_id in (1, 2)
        for sequence in (1, 2)
        for nonce in ("a", "b")
    }
    assert len(rolls) == 16


def test_words_that_would_favour_low_faces_are_passed_over() -> None:
    high = fairness.LIMIT.to_bytes(4, "big")
    last_fair = (fairness.LIMIT - 1).to_bytes(4, "big")
    blocks = [high * 8, high * 7 + last_fair]
    assert fairness.face(lambda n: blocks[n]) == 9999
    assert fairness.face(lambda n: last_fair + high * 7) == 9999
    assert fairness.face(lambda n: high + (10_001).to_bytes(4, "big") * 7) == 1


def test_a_naive_remainder_would_favour_low_faces() -> None:
    """Why the rest is left out: of 2^32 words, faces below 7296 would get one more each than those above."""
    assert 2**32 - fairness.LIMIT == 7296
    assert fairness.LIMIT % fairness.FACES == 0


def test_further_blocks_are_other_ones() -> None:
    assert fairness.message(3, 4, "x") == "3:4:x"
    assert fairness.message(3, 4, "x", 1) == "3:4:x:1"
    digest = hmac.digest(SEED.encode(), b"3:4:x", "sha256")
    assert fairness.roll(SEED, 3, 4, "x") == int.from_bytes(digest[:4], "big") % 10_000


def test_rolls_spread_evenly() -> None:
    """Chi-square of 60 000 rolls over 100 cells: 99 degrees of freedom, beyond 148 once in a thousand seeds; this one is fixed."""
    counts = [0] * 100
    for sequence in range(1, 60_001):
        counts[fairness.roll(SEED, 1, sequence, "n") // 100] += 1
    assert sum((n - 600) ** 2 / 600 for n in counts) < 148


def test_the_table_is_hit_as_published() -> None:
    """Chi-square of a table with rare and common lines: 3 degrees of freedom, beyond 16.3 once in a thousand."""
    odds = [10, 490, 2500, 7000]
    hits, n = [0] * 4, 50_000
    for sequence in range(1, n + 1):
        hits[fairness.line_of(fairness.roll("ab" * 32, 2, sequence, "x"), odds)] += 1
    assert (
        sum((hit - n * share / 10_000) ** 2 / (n * share / 10_000) for hit, share in zip(hits, odds, strict=True))
        < 16.3
    )


def test_every_face_belongs_to_one_line() -> None:
    odds = [1, 0, 4999, 5000]
    found = fairness.bounds(odds)
    assert found == [(0, 1), (1, 1), (1, 5000), (5000, 10_000)]
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert [fairness.line_of(face, odds) for face in (0, 1, 4999, 5000, 9999)] == [0, 2, 2, 3, 3]
