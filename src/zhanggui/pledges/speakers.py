"""Who says what is shown: bound by `config/wiring.py`, since whoever shows prices lies above."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from zhanggui.catalog.types import ListingItem

from .types import LIST_COPY, LIST_PRICE, PRICE, Postage, PostageSpeaker, Said, Speaker

_speakers: list[Speaker] = []
_postage: list[PostageSpeaker] = []


def bind(speakers: Sequence[Speaker], postage: Sequence[PostageSpeaker]) -> None:
    """Who is asked what is shown of goods, and what is said of delivery."""
    _speakers[:] = speakers
    _postage[:] = postage


def said(items: Sequence[ListingItem], at: datetime) -> Iterable[Said]:
    """All that is shown of these products: the copy lists are sorted by, and what the faces of the mall say."""
    for item in items:
        yield Said(LIST_COPY, PRICE, item.id, None, item.price)
        yield Said(LIST_COPY, LIST_PRICE, item.id, None, item.list_price)
    for speaker in _speakers:
        yield from speaker(items, at)


def postage() -> Iterable[Postage]:
    """What is said of delivery."""
    for speaker in _postage:
        yield from speaker()
