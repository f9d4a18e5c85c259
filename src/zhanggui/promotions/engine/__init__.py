"""The promotion engine: pure values in, pure values out. No Django, no database, no clock.

`compile_rules` is done once per set of rules, `evaluate` once per cart. How rules combine is told in `docs/pricing.md`.
"""

from .compiler import CompiledRule, HeldCoupon, RuleSet, compile_rules
from .evaluate import evaluate
from .freight import relieve, waive
from .kinds import KINDS, get_kind
from .values import (
    Allowance,
    Applied,
    Audience,
    BuyerFacts,
    CartLine,
    CartSnapshot,
    DailyWindow,
    Explanation,
    Gift,
    GoodsFacts,
    Lane,
    LineVerdict,
    Relief,
    Rule,
    Scope,
    Selection,
    Share,
    Verdict,
)

__all__ = [
    "Allowance",
    "Applied",
    "Audience",
    "BuyerFacts",
    "CartLine",
    "CartSnapshot",
    "CompiledRule",
    "DailyWindow",
    "Explanation",
    "Gift",
    "GoodsFacts",
    "HeldCoupon",
    "KINDS",
    "Lane",
    "LineVerdict",
    "Relief",
    "Rule",
    "RuleSet",
    "Scope",
    "Selection",
    "Share",
    "Verdict",
    "compile_rules",
    "evaluate",
    "get_kind",
    "relieve",
    "waive",
]
