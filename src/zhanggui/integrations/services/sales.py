"""A batch of imported order history: buyers, then orders as they were, in one transaction and with one announcement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from zhanggui.integrations.importers.history import Buyer, Sale
from zhanggui.kernel.actor import Actor

from .records import Taken


@dataclass(frozen=True, slots=True)
class SaleEntry:
    """A sale or a buyer on its way in: from which file (name and digest)."""

    file: str
    file_digest: str
    item: Sale | Buyer


def take(entries: Sequence[SaleEntry], *, actor: Actor) -> Taken:
    """Import a batch. Opens a transaction."""
    with transaction.atomic():
        return Taken()
