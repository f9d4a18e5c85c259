"""How a figure is printed: beside its limit, with p95 and everybody's share of the processor."""

import os
import platform
from typing import Any


def result(
    name: str,
    figure: float,
    unit: str,
    *,
    limit: float | None = None,
    target: float | None = None,
    p95_ms: float | None = None,
    **conditions: Any,
) -> dict[str, Any]:
    """Print the figure for people; the contract's line as a dict."""
    ratio = round(figure / limit, 3) if limit else None
    print(f"{name}: {figure:,.1f} {unit}" + (f", limit {limit:,.1f}, ratio {ratio}" if limit else ""))
    if target is not None:
        reached = ratio if limit else figure
        print(f"  target {target:,}: {'reached' if reached is not None and reached >= target else 'MISSED'}")
    if p95_ms is not None:
        print(f"  p95 {p95_ms} ms")
    conditions = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        **conditions,
    }
    for key, value in conditions.items():
        print(f"  {key}: {value}")
    return {
        "name": name,
        "figure": round(figure, 1),
        "unit": unit,
        "limit": round(limit, 1) if limit else None,
        "ratio": ratio,
        "p95_ms": p95_ms,
        "conditions": conditions,
    }


def shares(measured: dict[str, Any]) -> dict[str, Any]:
    """What of a measurement belongs into the conditions."""
    return {
        "buyers_process_cpu_share": measured["client_cpu_share"],
        "mall_cpu_share": measured["mall_cpu_share"],
        "statuses": measured["statuses"],
        "p50_ms": measured["p50_ms"],
        "p99_ms": measured["p99_ms"],
        **({"problems": measured["problems"]} if measured["problems"] else {}),
    }
