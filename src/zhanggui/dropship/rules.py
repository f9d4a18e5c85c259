"""Pure rules of dropshipping: the secret of a supplier's link, and what he sees of a buyer."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare

from .states import CONFIRMED, RECALLED, SENT, SHIPPED


def link_secret(supplier_id: int, edition: int) -> str:
    """What makes a supplier's link his: derived, so that nothing secret is stored; another `edition` voids it."""
    key = hashlib.sha256(b"zhanggui.dropship.link" + settings.SECRET_KEY.encode()).digest()
    return hmac.digest(key, f"{supplier_id}:{edition}".encode(), "sha256").hex()[:40]


def link_fits(supplier_id: int, edition: int, secret: str) -> bool:
    return constant_time_compare(link_secret(supplier_id, edition), secret)


def sees_address(state: str, shipped_at: datetime | None, now: datetime, days: int) -> bool:
    """A supplier needs a buyer's address until the parcel has left, and a few days for a carrier's questions."""
    if state in (SENT, CONFIRMED, RECALLED):
        return True
    return state == SHIPPED and shipped_at is not None and now < shipped_at + timedelta(days=days)
