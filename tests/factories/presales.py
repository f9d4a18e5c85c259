"""Presales, and buyers who reserve, pay deposits and balances. All through the services."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.factories import accounts
from tests.factories.shop import HOME, attempt
from zhanggui.catalog import selectors as catalog
from zhanggui.checkout.selectors import holder_of
from zhanggui.checkout.services import place_order
from zhanggui.checkout.types import PlaceCommand, QuoteRequest, WantedLine
from zhanggui.kernel import clock, db, idempotency
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.presale import selectors, services
from zhanggui.presale.types import PresaleArticle, PresaleDraft, ReservationView

_key = itertools.count(1)
DAY = timedelta(days=1)


def sku_id(code: str) -> int:
    return int(catalog.sellable_by_code([code])[0].sku_id)


def draft(articles: dict[str, PresaleArticle], **more: Any) -> PresaleDraft:
    """Deposits since an hour ago for three days, balances the day after for two, unless told otherwise."""
    start = clock.now() - timedelta(hours=1)
    base = PresaleDraft(
        "新茶预售", {sku_id(code): article for code, article in articles.items()}, start, start + 3 * DAY, start + 4 * DAY,
        start + 6 * DAY, clock.business_date(start + 9 * DAY),
    )  # fmt: skip
    return replace(base, **more)


def times(start: datetime) -> dict[str, Any]:
    """Deposits in a day from `start`, balances the day after."""
    return {
        "deposit_from": start, "deposit_until": start + DAY, "balance_from": start + DAY, "balance_until": start + 2 * DAY,
        "ships_on": clock.business_date(start + 5 * DAY),
    }  # fmt: skip


def offer(articles: dict[str, PresaleArticle], **more: Any) -> int:
    """A published offer."""
    offer_id = services.create_offer(draft(articles, **more), actor=SYSTEM)
    services.publish_offer(offer_id, actor=SYSTEM)
    return offer_id


def article(price: int = 8000, deposit: int = 1000, counts_for: int | None = 2500, pieces: int = 10) -> PresaleArticle:
    return PresaleArticle(price, pieces, deposit, counts_for=counts_for)


def reserve(offer_id: int, sku: str, quantity: int = 1, *, buyer: Actor | None = None, key: str = "") -> str:
    """A reservation that waits for its deposit; its number."""
    who = buyer or accounts.member()
    assert who.id is not None
    return services.reserve(offer_id, sku_id(sku), quantity, member_id=who.id, key=key or f"r-{next(_key)}", actor=who)


def pay_deposit(number: str, provider: str = "simulator") -> None:
    services.start_deposit(number, provider, actor=buyer_of(number))


def buyer_of(number: str) -> Actor:
    return Actor("member", view(number).member_id, "member")


def deposited(offer_id: int, sku: str, quantity: int = 1, **more: Any) -> str:
    """A reservation whose deposit is paid; its number."""
    number = reserve(offer_id, sku, quantity, **more)
    pay_deposit(number)
    assert view(number).state == "deposited"
    return number


def view(number: str) -> ReservationView:
    return selectors.reservation(number)


def open_balance(number: str) -> None:
    """The time for this reservation's balance has come."""
    db.execute(
        "update presale_reservation set balance_from = kernel_now() - interval '1 minute',"
        " balance_until = greatest(balance_until, kernel_now() + interval '1 day') where number = %s",
        (number,),
    )


def close_balance(*numbers: str) -> None:
    """The time for the balances of these reservations is over, and so is that of their orders."""
    db.execute(
        "update presale_reservation set balance_from = kernel_now() - interval '1 day',"
        " balance_until = kernel_now() - interval '1 second' where number = any(%s)",
        (list(numbers),),
    )
    db.execute(
        "update orders_order set expires_at = kernel_now() - interval '1 second'"
        " where number = any(%s) and status = 'pending_payment'",
        (list(numbers),),
    )


def run_out(number: str) -> None:
    """The time for this reservation's deposit is over."""
    db.execute(
        "update presale_reservation set expires_at = kernel_now() - interval '1 second' where number = %s", (number,)
    )


def command(number: str, sku: str, **more: Any) -> PlaceCommand:
    """The purchase that pays the balance of a reservation."""
    found = view(number)
    request = QuoteRequest(
        (WantedLine("1", sku, found.quantity),),
        (),
        HOME,
        found.member_id,
        holder_of(found.member_id, ""),
        presale=number,
    )
    digest = idempotency.digest([number])
    actor = Actor("member", found.member_id, "member")
    made = PlaceCommand(request, "simulator", actor, "test", f"b-{next(_key)}", digest)
    return replace(made, **more)


def order(number: str, sku: str, *, later: bool = False, **more: Any) -> str:
    """The order of a reservation, its balance paid at once or `later`."""
    at_once = place_order.AT_ONCE
    place_order.AT_ONCE = "nobody" if later else at_once
    try:
        answer = attempt(command(number, sku, **more))[0]
    finally:
        place_order.AT_ONCE = at_once
    if isinstance(answer, BaseException):
        raise answer
    assert answer.number == number
    return number
