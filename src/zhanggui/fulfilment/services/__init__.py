"""What the warehouse does and the carriers tell."""

from zhanggui.carriage.services import save_carrier

from .anew import hold_work, plan_again
from .carrying import ask_for_wave, ask_waybill, choose_carrier, pull_tracking
from .collecting import arrived as pickup_arrived
from .collecting import give_out, keep_longer, look_up, remind, take_back
from .dispatch import checked as checked_waybill
from .dispatch import hand_over, hold_passed, set_ready, ship, start_picking, take_elsewhere
from .dispatch import leave as leave_from
from .insert_rules import save_insert_rule
from .printing import print_labels, print_pick_list, print_slips
from .reviewing import (
    close_reviews,
    correct_receiver,
    hold_orders,
    merge,
    pass_orders,
    postpone,
    review,
    review_missing,
    separate,
    split,
)
from .scoring import bind_faults, faults_between, score_carriers
from .station import close_box, empty_box, open_box, put_aside, scan
from .tracking import hold_parcels, record_push, record_tracking, settle_delivery
from .waves import make_wave, report_short, resume

__all__ = [
    "bind_faults",
    "faults_between",
    "score_carriers",
    "ask_for_wave",
    "ask_waybill",
    "choose_carrier",
    "pull_tracking",
    "record_push",
    "checked_waybill",
    "close_box",
    "close_reviews",
    "correct_receiver",
    "empty_box",
    "give_out",
    "hand_over",
    "hold_orders",
    "hold_parcels",
    "hold_work",
    "hold_passed",
    "keep_longer",
    "leave_from",
    "look_up",
    "make_wave",
    "merge",
    "open_box",
    "pass_orders",
    "pickup_arrived",
    "plan_again",
    "postpone",
    "print_labels",
    "print_pick_list",
    "print_slips",
    "put_aside",
    "record_tracking",
    "remind",
    "report_short",
    "resume",
    "review",
    "review_missing",
    "save_carrier",
    "save_insert_rule",
    "scan",
    "separate",
    "set_ready",
    "settle_delivery",
    "ship",
    "split",
    "start_picking",
    "take_back",
    "take_elsewhere",
]
