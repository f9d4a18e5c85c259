"""What a visitor's own browser fills into pages that are kept for everybody: the count in the cart, the name."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

COUNT, NAME = "zg_count", "zg_name"
DAYS = 60


def show_count(response: HttpResponse, units: int, *, secure: bool = False) -> None:
    """From now on the header says `units` beside the cart."""
    if units > 0:
        response.set_cookie(COUNT, str(units), max_age=DAYS * 86_400, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(COUNT, samesite="Lax")


def show_name(response: HttpResponse, name: str, *, secure: bool = False) -> None:
    """From now on the header greets `name`; "" for nobody."""
    if name:
        response.set_cookie(NAME, quote(name[:40]), max_age=DAYS * 86_400, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(NAME, samesite="Lax")
