"""Whose order it is: a member's own, or the one whose token the buyer holds. Anybody else's does not exist."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import quote

from django.http import HttpRequest

from zhanggui.kernel.problems import NotFound, NotSignedIn
from zhanggui.orders import selectors as orders

from .who import buyer_of

_NUMBER = re.compile(r"[A-Za-z0-9-]{1,40}")


class Own(NamedTuple):
    """An order the buyer may see. `token` is how a guest got in, and has to be carried on."""

    order: dict[str, Any]
    token: str

    @property
    def number(self) -> str:
        return str(self.order["number"])

    @property
    def query(self) -> str:
        return f"?token={quote(self.token)}" if self.token else ""

    def at(self, path: str, said: str = "") -> str:
        """An address of this order, with what lets the buyer in and what the page is to say."""
        joint = "&" if self.query else "?"
        return f"{path}{self.query}{joint + 'said=' + said if said else ''}"

    @property
    def page(self) -> str:
        return f"/orders/{self.number}"


def own_order(request: HttpRequest, number: str) -> Own:
    """The order, if it is the buyer's. Raises NotFound for any other, NotSignedIn where he may just have to sign in."""
    buyer = buyer_of(request)
    token = (request.GET.get("token") or request.POST.get("token") or "")[:100]
    if buyer.member_id is None and not token:
        raise NotSignedIn()
    order = orders.find(number) if _NUMBER.fullmatch(number) else None
    if order is None:
        raise NotFound()
    if buyer.member_id is not None and order["member_id"] == buyer.member_id:
        return Own(order, "")
    if token and orders.may_see(number, token):
        return Own(order, token)
    raise NotFound()


def page_of(own: Own, number: str, rest: str = "") -> str:
    """The page of another order of the same buyer, or a part of it."""
    token = f"?token={quote(orders.access_token(number))}" if own.token else ""
    return f"/orders/{number}{rest}{token}"
