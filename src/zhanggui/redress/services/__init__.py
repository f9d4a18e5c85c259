"""Writes of redress."""

from .chases import (
    chase_silent,
    close_chase,
    declare_found,
    declare_lost,
    hand_chase,
    note_answer,
    note_delivered,
    open_chase,
    serve_buyer,
)
from .claims import (
    add_paper,
    agree_claim,
    book_recovery,
    claim_chase,
    claim_liability,
    drop_claim,
    file_claim,
    hand_claim,
    refuse_claim,
)
from .grants import decide_grant, grant
from .liability import decide, propose
from .playbook import save_play, start_playbook, switch_play
from .ratings import link_fits, note_rating, rate_case, rating_link

__all__ = [
    "add_paper",
    "agree_claim",
    "book_recovery",
    "chase_silent",
    "claim_chase",
    "claim_liability",
    "close_chase",
    "decide",
    "decide_grant",
    "declare_found",
    "declare_lost",
    "drop_claim",
    "file_claim",
    "grant",
    "hand_chase",
    "hand_claim",
    "link_fits",
    "note_answer",
    "note_delivered",
    "note_rating",
    "open_chase",
    "propose",
    "rate_case",
    "rating_link",
    "refuse_claim",
    "save_play",
    "serve_buyer",
    "start_playbook",
    "switch_play",
]
