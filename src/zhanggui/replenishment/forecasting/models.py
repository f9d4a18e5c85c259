"""The models that compete, each a name and how statsforecast makes it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from statsforecast import models as library

#: What every choice is measured against, never chosen: the last week again, and the mean of the last four.
NAIVE, MOVING = "naive", "moving_average"
#: Chosen without a contest where the past is too short for one.
PLAIN = "window"
#: The mean of four that err differently.
JOINED = "joined"
_JOINED_OF = ("window", "smoothing_30", "adida", "imapa")
#: Weeks of a year, and how many make a year's season worth a try.
YEAR, YEARLY_LEAST = 52, 110

_ALWAYS: dict[str, Callable[[], Any]] = {
    NAIVE: lambda: library.Naive(),
    MOVING: lambda: library.WindowAverage(4),
    PLAIN: lambda: library.WindowAverage(8),
    "mean": lambda: library.HistoricAverage(),
    "smoothing": lambda: library.SimpleExponentialSmoothingOptimized(),
    "smoothing_10": lambda: library.SimpleExponentialSmoothing(0.1),
    "smoothing_30": lambda: library.SimpleExponentialSmoothing(0.3),
    "croston": lambda: library.CrostonOptimized(),
    "croston_sba": lambda: library.CrostonSBA(),
    "tsb": lambda: library.TSB(0.2, 0.2),
    "adida": lambda: library.ADIDA(),
    "imapa": lambda: library.IMAPA(),
    "theta": lambda: library.DynamicOptimizedTheta(season_length=1),
    "ets": lambda: library.AutoETS(season_length=1),
}
_YEARLY: dict[str, Callable[[], Any]] = {
    "last_year": lambda: library.SeasonalNaive(YEAR),
    "theta_year": lambda: library.DynamicOptimizedTheta(season_length=YEAR),
}
NAMES = (*_ALWAYS, *_YEARLY, JOINED)
CHOICES = tuple(name for name in NAMES if name not in (NAIVE, MOVING))


def forecasts(weeks: Sequence[float], horizon: int) -> dict[str, np.ndarray]:
    """What each model expects of the next `horizon` weeks, never below zero. A model that cannot say is left out."""
    given = np.asarray(weeks, dtype=np.float64)
    found: dict[str, np.ndarray] = {}
    for name, make in {**_ALWAYS, **(_YEARLY if len(given) >= YEARLY_LEAST else {})}.items():
        model = make()
        window = getattr(model, "window_size", 0)
        if window > len(given):
            model.window_size = len(given)
        try:
            mean = np.asarray(model.forecast(y=given, h=horizon)["mean"], dtype=np.float64)
        except Exception:
            continue
        if mean.shape == (horizon,) and np.isfinite(mean).all():
            found[name] = np.clip(mean, 0.0, None)
    joined = [found[name] for name in _JOINED_OF if name in found]
    if joined:
        found[JOINED] = np.mean(joined, axis=0)
    return found
