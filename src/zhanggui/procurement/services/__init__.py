"""Writes of procurement."""

from .common import held_supplier as hold_account
from .faults import credit_supplier, record_fault, withdraw_fault
from .orders import (
    announce_shipment,
    approve_order,
    cancel_order,
    change_order,
    close_order,
    confirm_order,
    draft_order,
    renew_link,
    revise_order,
    say,
    send_order,
)
from .payables import owe_sent, pay_supplier, set_invoice, void_payment
from .printing import print_order, print_statement
from .receiving import receive, return_goods
from .suppliers import (
    add_paper,
    agree_price,
    change_supplier,
    create_supplier,
    drop_offering,
    drop_paper,
    end_agreement,
    keep_file,
    move_supplier,
    put_offering,
)
from .tenders import award_tender, cancel_tender, create_tender, publish_tender, submit_bid
from .watching import watch_late

__all__ = [
    "add_paper",
    "agree_price",
    "announce_shipment",
    "approve_order",
    "award_tender",
    "cancel_order",
    "cancel_tender",
    "change_order",
    "change_supplier",
    "close_order",
    "confirm_order",
    "create_supplier",
    "credit_supplier",
    "create_tender",
    "draft_order",
    "drop_offering",
    "drop_paper",
    "end_agreement",
    "hold_account",
    "keep_file",
    "move_supplier",
    "owe_sent",
    "pay_supplier",
    "print_order",
    "print_statement",
    "publish_tender",
    "put_offering",
    "receive",
    "record_fault",
    "renew_link",
    "return_goods",
    "revise_order",
    "say",
    "send_order",
    "set_invoice",
    "submit_bid",
    "void_payment",
    "watch_late",
    "withdraw_fault",
]
