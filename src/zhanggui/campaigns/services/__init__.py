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

__all__ = [
    "add_offer",
    "advance",
    "announce",
    "change_campaign",
    "create_campaign",
    "drop_good",
    "drop_offer",
    "drop_resource",
    "end",
    "put_good",
    "put_resource",
    "submit_resource",
]
