"""Addresses of pages by name, for pages that point into other areas."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse


def to(name: str, *args: Any, query: str = "") -> str:
    """The address of a page; "" while no area has one of this name."""
    try:
        return reverse(name, args=args) + (f"?{query}" if query else "")
    except NoReverseMatch:
        return ""
