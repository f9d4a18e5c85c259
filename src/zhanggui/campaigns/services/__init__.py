"""The writes of campaigns, by what they do."""

from .life import advance, announce, end
from .planning import (
    add_offer,
    change_campaign,
    create_campaign,
    drop_good,
    drop_offer,
    drop_resource,
    put_good,
    put_resource,
    submit_resource,
)
from .sponsoring import agree_sponsorship, cancel_sponsorship, change_sponsorship

__all__ = [
    "add_offer",
    "advance",
    "agree_sponsorship",
    "announce",
    "cancel_sponsorship",
    "change_campaign",
    "change_sponsorship",
    "create_campaign",
    "drop_good",
    "drop_offer",
    "drop_resource",
    "end",
    "put_good",
    "put_resource",
    "submit_resource",
]
