"""Purchase orders from a draft to the shelf: who approves, what suppliers say, what comes in, what goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import procurement as make
from tests.factories.shop import buy
from tests.support import pdf
from zhanggui.catalog import selectors as catalog
from zhanggui.inventory import selectors as inventory
from zhanggui.inventory import services as stock
from zhanggui.inventory.errors import StockBelowReserved
from zhanggui.inventory.types import ReturnRow
from zhanggui.kernel import clock, db, invariants, mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM, Actor
from zhanggui.kernel.problems import IdempotencyConflict, PermissionDenied, ValidationFailed, WrongState
from zhanggui.procurement import selectors, services
from zhanggui.procurement.errors import CannotSend, LinkVoid, MoreThanKept, NeedsAnother, OverReceipt
from zhanggui.procurement.types import ConfirmedLine, Inspected, SentBack, WantedLine

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OTHER = Actor("staff", 1_000_009, "other", make.BUYER.permissions)
CHIEF = Actor("staff", 1_000_010, "chief", make.BUYER.permissions | {"procurement.approve_large"})


def drafted(total: int, *, currency: str = "CNY") -> str:
    who, (sku,) = make.supplier(currency=currency), make.goods()
    return make.order(who, [(sku, 1, total)], to="draft", actor=make.BUYER)


def test_small_drafts_of_ones_own_are_approved_and_larger_ones_by_somebody_else() -> None:
    small, large = drafted(500_000), drafted(500_001)
    services.approve_order(small, actor=make.BUYER)
    with pytest.raises(NeedsAnother) as refused:
        services.approve_order(large, actor=make.BUYER)
    assert "¥5000.00" in refused.value.detail()
    services.approve_order(large, actor=OTHER)
    assert make.view(large).approved_label == "other"


def test_large_orders_and_other_currencies_need_their_own_right() -> None:
    for number in (drafted(5_000_001), drafted(100, currency="USD")):
        with pytest.raises(PermissionDenied):
            services.approve_order(number, actor=OTHER)
        services.approve_order(number, actor=CHIEF)


def test_who_wrote_the_numbers_last_counts_as_the_drafter() -> None:
    number = drafted(500_001)
    sku = make.view(number).lines[0].sku_id
    services.change_order(number, warehouse=make.warehouse(), lines=[WantedLine(sku, 2, 400_000)], actor=OTHER)
    with pytest.raises(NeedsAnother):
        services.approve_order(number, actor=OTHER)
    services.approve_order(number, actor=make.BUYER)


def test_approved_numbers_do_not_change_any_more() -> None:
    number = drafted(1000)
    services.approve_order(number, actor=SYSTEM)
    sku = make.view(number).lines[0].sku_id
    with pytest.raises(WrongState):
        services.change_order(number, warehouse=make.warehouse(), lines=[WantedLine(sku, 2, 5)], actor=OTHER)
    services.revise_order(number, reason="数量有误", actor=make.BUYER)
    assert (make.view(number).state, make.view(number).approved_at) == ("draft", None)


def test_nothing_is_sent_to_a_candidate_nor_below_his_minimum() -> None:
    who, (sku,) = make.supplier(approved=False, minimum_order=50_000), make.goods()
    number = make.order(who, [(sku, 1, 49_999)], to="approved")
    with pytest.raises(CannotSend):
        services.send_order(number, actor=SYSTEM)
    services.move_supplier(who, "approve", actor=SYSTEM)
    with pytest.raises(ValidationFailed) as refused:
        services.send_order(number, actor=SYSTEM)
    assert "¥500.00" in str(refused.value.errors[0].message)


def test_the_supplier_confirms_by_his_link_what_he_can_deliver() -> None:
    number, _who, sku = make.sent(units=10)
    day = clock.business_date() + 3 * DAY
    link = make.secret(number)
    services.confirm_order(number, expected_on=day, lines=[ConfirmedLine(1, 8)], actor=GUEST, secret=link)
    view = make.view(number)
    assert (view.state, view.expected_on, view.lines[0].confirmed, view.lines[0].open) == ("confirmed", day, 8, 8)
    assert selectors.units_on_order([sku]) == {sku: 8}
    services.announce_shipment(number, carrier="顺丰", waybill="SF1", arrives_on=day, actor=GUEST, secret=link)
    services.say(number, "明天发出", actor=GUEST, secret=link)
    assert [(note.kind, note.by_supplier) for note in make.view(number).notes] == [
        ("shipment", True),
        ("comment", True),
    ]
    make.receive(number, (1, 8))
    assert make.view(number).state == "received"
    assert selectors.on_order([sku]) == []


def test_a_wrong_or_renewed_link_opens_nothing() -> None:
    number, _, _ = make.sent()
    old = make.secret(number)
    services.renew_link(number, actor=make.BUYER)
    for secret in (old, "x", make.secret(make.sent()[0])):
        with pytest.raises(LinkVoid):
            selectors.order_by_link(number, secret)
        with pytest.raises(LinkVoid):
            services.confirm_order(number, expected_on=clock.business_date(), actor=GUEST, secret=secret)
    draft = drafted(100)
    with pytest.raises(LinkVoid):
        selectors.order_by_link(draft, make.secret(draft))


def test_confirming_more_than_ordered_or_nothing_at_all_is_refused() -> None:
    number, _, _ = make.sent(units=10)
    for units in (11, -1, 0):
        with pytest.raises(ValidationFailed):
            services.confirm_order(
                number, expected_on=clock.business_date(), lines=[ConfirmedLine(1, units)], actor=make.BUYER
            )
    with pytest.raises(ValidationFailed):
        services.confirm_order(number, expected_on=clock.business_date() - DAY, actor=make.BUYER)


def test_a_delivery_goes_on_the_shelf_once_and_is_owed_for() -> None:
    number, who, sku = make.sent(units=10, price=4000)
    first = make.receive(number, (1, 6, 1), key="k", actor=make.KEEPER)
    assert make.receive(number, (1, 6, 1), key="k", actor=make.KEEPER) == first
    with pytest.raises(IdempotencyConflict):
        make.receive(number, (1, 5), key="k")
    view = make.view(number)
    assert (view.state, view.lines[0].good, view.lines[0].rejected, view.lines[0].open) == ("part", 6, 1, 4)
    assert make.on_hand(sku) == 6
    assert [(m.delta, m.kind) for m in inventory.movements(reference=first).items] == [(6, "receive")]
    assert [(each.amount, each.receipt) for each in selectors.payables(supplier_id=who).items] == [(24_000, first)]
    make.receive(number, (1, 4))
    assert make.view(number).state == "received"


def test_more_than_ordered_and_tolerated_is_refused_with_what_could_still_come() -> None:
    number, _, sku = make.sent(units=100)
    make.receive(number, (1, 90))
    with pytest.raises(OverReceipt) as refused:
        make.receive(number, (1, 16))
    assert "最多还能收 15 件" in str(refused.value.errors[0].message)
    make.receive(number, (1, 15, 1))
    assert make.on_hand(sku) == 105
    with pytest.raises(WrongState):
        make.receive(number, (1, 1))


def test_the_tolerance_is_that_of_the_day_it_was_sent_and_the_database_holds_it() -> None:
    number, _, _ = make.sent(units=100)
    mall_settings.put("procurement.over_percent", 50, actor=SYSTEM)
    with pytest.raises(OverReceipt):
        make.receive(number, (1, 106))
    with pytest.raises(IntegrityError, match="purchaseline_within_tolerance"), transaction.atomic():
        db.execute("update procurement_orderline set good = 106")


def test_rejected_units_need_a_reason_and_are_neither_shelved_nor_owed() -> None:
    number, who, sku = make.sent(units=10)
    with pytest.raises(ValidationFailed):
        services.receive(number, [Inspected(1, 1, 1)], key="a", actor=SYSTEM)
    make.receive(number, (1, 0, 10))
    assert (make.on_hand(sku), selectors.payables(supplier_id=who).items, make.view(number).state) == (0, [], "part")


def test_what_does_not_come_any_more_is_closed_with_a_reason() -> None:
    number, _, sku = make.sent(units=10)
    with pytest.raises(WrongState):
        services.close_order(number, reason="x", actor=make.BUYER)
    make.receive(number, (1, 4))
    with pytest.raises(ValidationFailed):
        services.close_order(number, actor=make.BUYER)
    services.close_order(number, reason="供应商停产", actor=make.BUYER)
    assert selectors.units_on_order([sku]) == {sku: 0}
    with pytest.raises(WrongState):
        services.cancel_order(number, reason="x", actor=make.BUYER)


def test_goods_go_back_with_their_credit_and_leave_the_shelf() -> None:
    number, _who, sku = make.sent(units=10, price=4000)
    make.receive(number, (1, 10))
    back = services.return_goods(number, [SentBack(1, 3)], key="b", reason="有异味", actor=make.KEEPER)
    assert services.return_goods(number, [SentBack(1, 3)], key="b", reason="有异味", actor=make.KEEPER) == back
    assert make.on_hand(sku) == 7
    assert selectors.ageing()[0].open == 28_000
    with pytest.raises(MoreThanKept) as refused:
        services.return_goods(number, [SentBack(1, 8)], key="c", reason="x", actor=make.KEEPER)
    assert "7" in str(refused.value.errors[0].message)


def test_damaged_units_go_back_and_sound_ones_stay() -> None:
    """What buyers sent back and was kept for its supplier leaves for him with an order it came with."""
    number, _who, sku = make.sent(units=5, price=4000)
    make.receive(number, (1, 5))
    with transaction.atomic():
        stock.return_to_stock([ReturnRow(sku, 2, kept=True)], reference="C1", actor=SYSTEM)
    assert [(one.number, one.units) for one in selectors.kept([sku])] == [(number, 5)]
    with pytest.raises(ValidationFailed) as refused:
        services.return_goods(number, [SentBack(1, 3)], key="a", reason="x", damaged=True, actor=make.KEEPER)
    assert "2" in str(refused.value.errors[0].message)
    services.return_goods(number, [SentBack(1, 2)], key="b", reason="买家退回", damaged=True, actor=make.KEEPER)
    assert (make.on_hand(sku), selectors.kept([sku])[0].units) == (5, 3)
    assert {each.state for each in inventory.placements(sku_id=sku)} == {"good"}
    assert selectors.ageing()[0].open == 12_000
    assert invariants.check() == []


def test_what_is_promised_to_buyers_does_not_go_back() -> None:
    number, _, sku = make.sent(units=2)
    make.receive(number, (1, 2))
    buy((catalog.sku_codes([sku])[sku], 1))
    with pytest.raises(StockBelowReserved):
        services.return_goods(number, [SentBack(1, 2)], key="b", reason="x", actor=make.KEEPER)
    assert (make.on_hand(sku), make.view(number).lines[0].returned) == (2, 0)


def test_receipts_are_written_once() -> None:
    number, _, _ = make.sent()
    make.receive(number, (1, 1))
    for statement in (
        "update procurement_receiptline set good = 5",
        "delete from procurement_receipt",
        "update procurement_payable set amount = 1",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            db.execute(statement)


def test_the_paper_says_it_in_both_languages() -> None:
    number, _, _ = make.sent(units=12, price=3999)
    made = services.print_order(number, actor=make.BUYER)
    words = pdf.words(made)
    for part in ("采购单", "Purchaseorder", number, "479.88", "供应商"):
        assert part in words
    assert services.print_order(number, actor=GUEST, secret=make.secret(number))[:5] == b"%PDF-"
    with pytest.raises(PermissionDenied):
        services.print_order(number, actor=make.KEEPER)
