"""Every table of `docs/pricing.md`, line by line and word by word."""

from __future__ import annotations

import pytest

from zhanggui.promotions.types import say

from .worked import Case, cases, fen, judge, lines_of, rules_of


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_the_page_tells_the_truth(case: Case) -> None:
    verdict = judge(rules_of(case), lines_of(case))
    said = {explanation.label.zh: say(explanation) for explanation in verdict.explanation}
    assert said == {row["rule"]: row["says"] for row in case.rules}
    for row, line in zip(case.lines, verdict.lines, strict=True):
        shares = {share.promotion_id: share.amount for share in line.shares}
        assert [shares.get(n, 0) for n in range(1, len(case.rules) + 1)] == [fen(row[r["rule"]]) for r in case.rules]
        assert line.amount - line.discount == fen(row["pays"])
    assert verdict.discount_total == sum(line.discount for line in verdict.lines)


def test_the_page_has_its_cases() -> None:
    assert len(cases()) == 23
