"""Figures as small drawings."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, EDGE = 120, 32, 2


def sparkline_points(values: Sequence[int | float]) -> str:
    """The `points` of a polyline over 120 × 32; "" where there is no line to draw."""
    numbers = [value or 0 for value in values]
    if len(numbers) < 2:
        return ""
    low, high = min(numbers), max(numbers)
    span = (high - low) or 1
    step = (WIDTH - 2 * EDGE) / (len(numbers) - 1)
    room = HEIGHT - 2 * EDGE
    return " ".join(
        f"{EDGE + step * i:.1f},{EDGE + room - room * (n - low) / span if high > low else HEIGHT / 2:.1f}"
        for i, n in enumerate(numbers)
    )
