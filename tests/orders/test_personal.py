"""Whom an order goes to, as each colleague may see it (SEC-02)."""

from __future__ import annotations

import pytest

from zhanggui.kernel.actor import Actor
from zhanggui.orders.selectors import masked

ORDER = {"number": "1", "contact_name": "李小花", "contact_mobile": "13800138000", "address_line": "科技园 1 号"}


def seen_by(*permissions: str, asked: bool = False) -> dict[str, str]:
    return masked(ORDER, Actor("staff", 1, "x", frozenset(permissions)), asked=asked)


@pytest.mark.parametrize(
    ("permissions", "asked", "open_"),
    [
        (("fulfilment.ship",), False, True),
        (("members.view_personal",), True, True),
        (("members.view_personal",), False, False),
        (("orders.view",), True, False),
        (("*",), False, True),
    ],
)
def test_those_who_send_see_others_have_to_ask(permissions: tuple[str, ...], asked: bool, open_: bool) -> None:
    seen = seen_by(*permissions, asked=asked)
    if open_:
        assert seen == ORDER
    else:
        assert (seen["contact_name"], seen["contact_mobile"], seen["address_line"]) == ("李**", "138****8000", "***")
        assert ORDER["contact_mobile"] == "13800138000"


def test_a_row_of_a_list_has_no_address_to_hide() -> None:
    row = {name: value for name, value in ORDER.items() if name != "address_line"}
    assert "address_line" not in masked(row, Actor("staff", 1, "x"))
