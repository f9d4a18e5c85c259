"""Check every stored invariant (stock = sum of its movements, order totals, ledgers, announcements …): exit 1 and a line
for each that does not hold, with up to five of the rows that break it."""

from __future__ import annotations

import argparse
import json

from ..mall import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")


def run(args: argparse.Namespace) -> int:
    with opened(args):
        from zhanggui.kernel import invariants

        checked = invariants.registered()
        broken = invariants.check(checked)
    if args.json:
        found = [{"name": v.invariant.name, "count": v.count, "rows": v.samples} for v in broken]
        print(json.dumps({"checked": len(checked), "broken": found}, default=str, ensure_ascii=False))
        return 1 if broken else 0
    for violation in broken:
        rows = "; ".join(_row(row) for row in violation.samples)
        meaning = violation.invariant.meaning
        print(f"BROKEN {violation.invariant.name}: {meaning} {violation.count} row(s): {' '.join(rows.split())}")
    if not broken:
        print(f"All {len(checked)} invariants hold.")
    return 1 if broken else 0


def _row(row: dict[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in row.items())
