"""The writes of orders, by what they do."""

from ..promise import spans as promised_spans
from .cancel import cancel, expire_due
from .exchange import exchange_units, send_instead
from .fulfil import (
    claim_for_fulfilment,
    claim_many,
    complete,
    complete_due,
    hold_status,
    record_delivery,
    record_shipment,
)
from .give_up import give_up_units
from .groups import end_groups, settle_groups, undo_failed
from .history import import_history
from .making import record_made
from .notes import add_note, record_look, tell_guaranteed
from .pay import apply_payments, start_payment
from .place import born_paid, place
from .presales import undo_called_off
from .price import change_price
from .promises import move_promise, tell_cannot_ship
from .receiver import change_receiver
from .refund import record_refund, reserve_refund
from .urging import answer_urge, remind_to_pay, urge

__all__ = [
    "add_note",
    "answer_urge",
    "apply_payments",
    "born_paid",
    "cancel",
    "change_price",
    "change_receiver",
    "claim_for_fulfilment",
    "claim_many",
    "complete",
    "complete_due",
    "end_groups",
    "exchange_units",
    "expire_due",
    "give_up_units",
    "hold_status",
    "import_history",
    "move_promise",
    "place",
    "promised_spans",
    "record_delivery",
    "record_look",
    "record_made",
    "record_refund",
    "record_shipment",
    "remind_to_pay",
    "reserve_refund",
    "send_instead",
    "settle_groups",
    "start_payment",
    "tell_cannot_ship",
    "tell_guaranteed",
    "undo_called_off",
    "undo_failed",
    "urge",
]
