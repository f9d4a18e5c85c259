"""Which model a SKU gets: the one that would have been least wrong on its own past, steadied by what its kind of SKU did.

From every other week of the last months each model says the next `horizon` weeks, knowing only what was known then; its
error is the difference of the sums over the horizon, since that is what is bought for. A handful of trials says little
about one SKU, so the kind's mean error is joined to it with the weight of `STEADY` trials.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..core.demand import NEW, WEEKS_LEAST, kind_of
from .models import CHOICES, MOVING, NAIVE, PLAIN, forecasts

TRIALS, APART = 6, 2
STEADY = 3.0
#: A forecast's error is known from few trials, too: the kind's counts as so many.
STEADY_ERROR = 4.0


@dataclass(slots=True)
class Chosen:
    """What is expected of a SKU. `errors`: mean absolute error of the horizon's sum per model, in units, over `trials`.

    `tested` is an honest look at the way of choosing: a model is chosen by what was known before the last horizon, and held
    against it (absolute errors in units of what was chosen, of the two yardsticks, and what was really sold); empty where
    the past is too short.
    """

    kind: str
    model: str
    weeks: list[float]
    deviation: float
    trials: int
    errors: dict[str, float] = field(default_factory=dict)
    tested: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Tried:
    weeks: Sequence[float]
    kind: str
    level: float  # units of a horizon, the scale of its errors
    weight: float
    misses: dict[str, list[float]]  # forecast less truth, of the horizon's sum
    now: dict[str, np.ndarray]
    sold: float  # in the latest trial's horizon


def choose(
    series: Sequence[Sequence[float]],
    horizon: int,
    weights: Sequence[float] | None = None,
    told: Callable[[int], None] = lambda done: None,
) -> list[Chosen]:
    """A model and its forecast for each SKU's weeks. `weights` (a SKU's worth) say whose errors count in its kind's mean."""
    tried = []
    for number, weeks in enumerate(series):
        tried.append(_try(weeks, horizon, weights[number] if weights else 1.0))
        told(number + 1)
    kinds = {kind: [t for t in tried if t.kind == kind] for kind in {t.kind for t in tried}}
    usual = {kind: _usual(found) for kind, found in kinds.items()}
    spread = {kind: _spread(found) for kind, found in kinds.items()}
    before = {kind: _usual(found, apart(horizon)) for kind, found in kinds.items()}
    chosen = [_choice(t, horizon, usual[t.kind], spread[t.kind]) for t in tried]
    for t, each in zip(tried, chosen, strict=True):
        each.tested = _tested(t, before[t.kind], apart(horizon))
    return chosen


def _try(weeks: Sequence[float], horizon: int, weight: float) -> _Tried:
    kind = kind_of(weeks)
    level = max(sum(weeks) / max(1, len(weeks)) * horizon, 1e-9)
    misses: dict[str, list[float]] = {}
    if kind != NEW:
        for origin in origins(len(weeks), horizon):
            truth = float(sum(weeks[origin : origin + horizon]))
            for name, mean in forecasts(weeks[:origin], horizon).items():
                misses.setdefault(name, []).append(float(mean.sum()) - truth)
        trials = max((len(found) for found in misses.values()), default=0)
        misses = {name: found for name, found in misses.items() if len(found) == trials}
    return _Tried(
        weeks, kind, level, weight, misses, forecasts(weeks, horizon) if weeks else {}, float(sum(weeks[-horizon:]))
    )


def origins(length: int, horizon: int) -> list[int]:
    """How many weeks are known at each trial, the latest first."""
    latest = length - horizon
    return list(range(latest, max(WEEKS_LEAST - 2, latest - TRIALS * APART), -APART))


def apart(horizon: int) -> int:
    """How many trials back knew nothing of the latest one's horizon."""
    return -(-horizon // APART)


def _usual(tried: Sequence[_Tried], skip: int = 0) -> dict[str, float]:
    """Each model's mean absolute error within a kind, as a share of the level, the worthiest SKUs counting most; without the
    latest `skip` trials."""
    found = {}
    for name in CHOICES:
        of = [t for t in tried if len(t.misses.get(name, ())) > skip]
        total = sum(t.weight * t.level for t in of)
        if total > 0:
            found[name] = sum(t.weight * float(np.mean(np.abs(t.misses[name][skip:]))) for t in of) / total
    return found


def _best(t: _Tried, usual: dict[str, float], skip: int = 0) -> str:
    """The model with the least loss on a SKU's trials; where there are none, the plain one."""
    losses = {
        name: float(np.mean(np.abs(t.misses[name][skip:]))) / t.level + STEADY * usual[name]
        for name in CHOICES
        if len(t.misses.get(name, ())) > skip and name in t.now and name in usual
    }
    return min(losses, key=lambda name: (losses[name], name)) if losses else PLAIN


def _tested(t: _Tried, usual: dict[str, float], skip: int) -> dict[str, float]:
    model = _best(t, usual, skip)
    if any(len(t.misses.get(name, ())) <= skip for name in (model, NAIVE, MOVING)):
        return {}
    found = {name: abs(t.misses[of][0]) for name, of in (("chosen", model), (NAIVE, NAIVE), (MOVING, MOVING))}
    return found | {"sold": t.sold}


def _spread(tried: Sequence[_Tried]) -> float:
    """Root mean square error of the best models within a kind, as a share of the level."""
    shares = [
        min(float(np.mean(np.square(t.misses[name]))) for name in CHOICES if name in t.misses) / t.level**2
        for t in tried
        if any(name in t.misses for name in CHOICES)
    ]
    return float(np.sqrt(np.median(shares))) if shares else 1.0


def _choice(t: _Tried, horizon: int, usual: dict[str, float], spread: float) -> Chosen:
    if not t.now:
        return Chosen(t.kind, PLAIN, [0.0] * horizon, 0.0, 0)
    model = _best(t, usual)
    mean = t.now.get(model, t.now[NAIVE])
    trials = len(t.misses.get(model, ()))
    expected = max(float(mean.sum()), t.level * 0.25)
    own = float(np.sum(np.square(t.misses[model]))) if trials else 0.0
    variance = (own + STEADY_ERROR * (spread * expected) ** 2) / (trials + STEADY_ERROR)
    errors = {name: float(np.mean(np.abs(t.misses[name]))) for name in {model, NAIVE, MOVING} if name in t.misses}
    return Chosen(t.kind, model, [float(units) for units in mean], float(np.sqrt(variance)), trials, errors)
