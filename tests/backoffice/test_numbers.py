"""Whatever stands where a form or an address has a number: it is that number, or is refused in words."""

from __future__ import annotations

import pytest

from tests.factories import shop
from tests.support.pages import at_the_desk
from zhanggui.backoffice.access import id_in, ids_in, number_in, signed_in

NONE = ["", " ", "x", "-1", "+1", "1.0", "1e3", "1_000", "²", "٣", "１", "0x1", "1" * 30]


def test_a_number_is_made_of_few_plain_digits() -> None:
    assert [number_in(text, 4) for text in ("0", "7", "0042", "9999")] == [0, 7, 42, 9999]
    assert [number_in(text, 4) for text in [*NONE, "10000"]] == [None] * (len(NONE) + 1)
    assert [signed_in(text, 4) for text in ("-9999", "-0", "12", "--5", "-", "5-", "-10000")] == [
        -9999, 0, 12, None, None, None, None,
    ]  # fmt: skip


def test_an_id_fits_its_column_and_is_chosen_once() -> None:
    assert id_in("9" * 18) == 10**18 - 1
    assert id_in("9" * 19) is None
    assert ids_in(["3", "x", "1", "3", *NONE, "9" * 19]) == [3, 1]


@pytest.mark.django_db
def test_no_number_of_a_form_brings_a_page_down() -> None:
    shop.open_shop()
    [sku] = shop.goods(1_000)
    number = shop.buy((sku, 2))
    boss = at_the_desk("manager")
    for path, given in (
        ("/office/promotions/new/full_reduction", {"priority": "--5"}),
        ("/office/tokens/revoke", {"ids": ["9" * 25, "²"]}),
        (f"/office/orders/{number}/ship", {f"units-{'9' * 25}": "1", "carrier": "SF", "waybill_no": "SF1234567890"}),
        ("/office/site/main_menu", {"do": "drop:p.items.²"}),
    ):
        assert boss.post(path, given).status_code < 500, path
