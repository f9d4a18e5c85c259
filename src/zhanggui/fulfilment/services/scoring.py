"""Scores of carriers, from what their parcels of 90 days did; the choice of carriers is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from zhanggui.carriage import services as carriage
from zhanggui.kernel import clock
from zhanggui.kernel.actor import Actor

from ..performance import performance

SPAN = timedelta(days=90)
Faults = Callable[[datetime, datetime], Mapping[str, int]]
_faults: Faults | None = None


def bind_faults(source: Faults) -> None:
    """Give scores their way to ask how many parcels each carrier lost or damaged (config/wiring.py does)."""
    global _faults
    _faults = source


def faults_between(since: datetime, until: datetime) -> Mapping[str, int]:
    """Parcels lost or damaged by carrier, as far as anybody knows."""
    return _faults(since, until) if _faults else {}


def score_carriers(*, actor: Actor) -> dict[str, int]:
    """Keep the scores of carriers that have any; those without keep theirs. Opens its own transaction. Raises PermissionDenied."""
    until = clock.now()
    found = performance(until - SPAN, until, faults_between(until - SPAN, until))
    scores = {one.carrier: one.score for one in found if one.province == "" and one.score is not None}
    carriage.set_scores(scores, actor=actor)
    return scores
