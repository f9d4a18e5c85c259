"""The writes of trials, by what they do."""

from .applying import apply
from .deciding import call_off, choose, draw_due, finish
from .reporting import note_cancelled, note_delivered, note_report, remind, waive_report
from .trials import create_trial, discard_trial, publish_trial, update_trial

__all__ = [
    "apply",
    "call_off",
    "choose",
    "create_trial",
    "discard_trial",
    "draw_due",
    "finish",
    "note_cancelled",
    "note_delivered",
    "note_report",
    "publish_trial",
    "remind",
    "update_trial",
    "waive_report",
]
