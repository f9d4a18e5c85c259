"""Writes of competitors' prices: shops, prices seen, rules, and answers to findings."""

from .answering import answer, ignore
from .judging import judge_all
from .recording import record_prices, save_rival, save_rule

__all__ = ["answer", "ignore", "judge_all", "record_prices", "save_rival", "save_rule"]
