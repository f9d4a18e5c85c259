"""Suppliers' files: their state and history, papers that block, what they sell, and agreements that never overlap."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import procurement as make
from zhanggui.kernel import audit, clock, db
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed, WrongState
from zhanggui.procurement import selectors, services
from zhanggui.procurement.errors import AgreementsOverlap, CannotSend
from zhanggui.procurement.types import Contact, OfferingDraft, PaperDraft, WantedLine

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_file_keeps_its_history() -> None:
    who = make.supplier(code="TEA", name="龙井茶厂", lead_days=7)
    changed = make.draft(code="TEA", name="龙井茶厂", lead_days=5, contacts=(Contact("李四", "厂长"),))
    services.change_supplier(who, changed, actor=make.BUYER)
    assert selectors.supplier(who).draft == changed
    last = audit.history(target_type="supplier", target_id=str(who), action="procurement.change_supplier")[0]
    assert (last["before"]["lead_days"], last["after"]["lead_days"], last["actor_label"]) == (7, 5, "buyer")
    assert "name" not in last["after"]


def test_what_is_wrong_is_told_where_it_stands() -> None:
    with pytest.raises(ValidationFailed) as refused:
        services.create_supplier(
            make.draft(code="有 空格", name=" ", mode="x", currency="XXX", lead_days=-1), actor=SYSTEM
        )
    assert {error.loc for error in refused.value.errors} == {"code", "name", "mode", "currency", "lead_days"}
    make.supplier(code="SAME")
    with pytest.raises(ValidationFailed) as taken:
        make.supplier(code="SAME")
    assert taken.value.errors[0].code == "taken"


def test_only_who_may_changes_files() -> None:
    with pytest.raises(PermissionDenied):
        services.create_supplier(make.draft(), actor=make.KEEPER)


def test_ending_needs_a_reason_and_an_ended_one_gets_no_orders() -> None:
    who, (sku,) = make.supplier(), make.goods()
    with pytest.raises(ValidationFailed):
        services.move_supplier(who, "end", actor=SYSTEM)
    services.move_supplier(who, "end", reason="质量问题", actor=SYSTEM)
    with pytest.raises(WrongState):
        services.move_supplier(who, "suspend", reason="x", actor=SYSTEM)
    with pytest.raises(ValidationFailed):
        make.order(who, [(sku, 1, 100)], to="draft")


def test_an_expired_mandatory_paper_blocks_sending_until_it_is_renewed() -> None:
    who, (sku,) = make.supplier(), make.goods()
    today = clock.business_date()
    services.add_paper(who, PaperDraft("food_licence", "A1", today - DAY, mandatory=True), actor=SYSTEM)
    services.add_paper(who, PaperDraft("quality_report", "Q", today - DAY), actor=SYSTEM)
    number = make.order(who, [(sku, 1, 100)], to="approved")
    assert selectors.supplier(who).blocked
    with pytest.raises(CannotSend) as refused:
        services.send_order(number, actor=SYSTEM)
    assert refused.value.extra["reason"] == "paper_expired"
    assert "食品经营许可证" in refused.value.detail()
    assert "质检报告" not in refused.value.detail()
    services.add_paper(who, PaperDraft("food_licence", "A2", today + 400 * DAY, mandatory=True), actor=SYSTEM)
    services.send_order(number, actor=SYSTEM)
    assert make.view(number).state == "sent"


def test_papers_warn_before_they_expire_unless_a_newer_one_is_there() -> None:
    today = clock.business_date()
    who = make.supplier()
    services.add_paper(who, PaperDraft("business_licence", "1", today + 29 * DAY), actor=SYSTEM)
    services.add_paper(who, PaperDraft("contract", "2", today + 31 * DAY), actor=SYSTEM)
    assert [(paper.draft.number, paper.stage) for paper in selectors.expiring_papers()] == [("1", "soon")]
    assert selectors.attention()["papers"] == 1
    services.add_paper(who, PaperDraft("business_licence", "3", today + 400 * DAY), actor=SYSTEM)
    assert selectors.expiring_papers() == []


def test_a_mandatory_paper_needs_its_day() -> None:
    with pytest.raises(ValidationFailed) as refused:
        services.add_paper(make.supplier(), PaperDraft("contract", mandatory=True), actor=SYSTEM)
    assert refused.value.errors[0].loc == "expires_on"


def test_the_file_of_a_paper_is_a_picture_or_a_pdf_and_stays_private() -> None:
    who = make.supplier()
    name = services.keep_file(b"%PDF-1.7 ...", actor=SYSTEM)
    paper = services.add_paper(who, PaperDraft("contract"), file=name, actor=SYSTEM)
    assert "private" in selectors.paper_file(who, paper).parts
    with pytest.raises(Exception, match="picture_refused"):
        services.keep_file(b"MZ not a picture", actor=SYSTEM)
    with pytest.raises(ValidationFailed):
        services.add_paper(who, PaperDraft("contract"), file="../../etc/passwd", actor=SYSTEM)


def test_agreements_over_one_sku_never_overlap_whoever_writes_them() -> None:
    who, (tea, cup) = make.supplier(), make.goods(2)
    today = clock.business_date()
    make.agree(who, tea, (1, 4000), ends_on=today + 30 * DAY)
    make.agree(who, cup)
    make.agree(make.supplier(), tea)
    with pytest.raises(AgreementsOverlap):
        make.agree(who, tea, (1, 3900), starts_on=today + 30 * DAY)
    make.agree(who, tea, (1, 3900), starts_on=today + 31 * DAY)
    with pytest.raises(IntegrityError, match="agreement_no_overlap"), transaction.atomic():
        db.execute(
            "insert into procurement_agreement (supplier_id, sku_id, starts_on, ends_on, breaks) values (%s, %s, %s, null, '[[1, 1]]')",
            (who, tea, today + 5 * DAY),
        )


def test_ending_an_agreement_makes_room_for_another() -> None:
    who, (tea,) = make.supplier(), make.goods()
    today = clock.business_date()
    first = make.agree(who, tea, starts_on=today - DAY)
    with pytest.raises(ValidationFailed):
        services.end_agreement(who, first, last_day=today - DAY, actor=SYSTEM)
    services.end_agreement(who, first, last_day=today, actor=SYSTEM)
    make.agree(who, tea, (1, 3800), starts_on=today + DAY)
    terms = selectors.terms(who, [tea], today)[tea], selectors.terms(who, [tea], today + DAY)[tea]
    assert [each.price(1) for each in terms] == [4000, 3800]


def test_breaks_rise_from_one_piece() -> None:
    who, (tea,) = make.supplier(), make.goods()
    for wrong in (((2, 100),), ((1, 100), (1, 90)), ((1, 100), (10, 0))):
        with pytest.raises(ValidationFailed):
            make.agree(who, tea, *wrong)


def test_packs_and_least_quantities_are_held() -> None:
    who, (tea,) = make.supplier(), make.goods()
    services.put_offering(
        who, OfferingDraft(tea, "LJ-01", pack_size=12, minimum_quantity=24, lead_days=3), actor=SYSTEM
    )
    make.agree(who, tea, (1, 4000), (48, 3600))
    for units, code in ((12, "minimum"), (30, "pack")):
        with pytest.raises(ValidationFailed) as refused:
            make.order(who, [(tea, units, None)], to="draft")
        assert refused.value.errors[0].code == code
    number = make.order(who, [(tea, 48, None)])
    view = make.view(number)
    line = view.lines[0]
    assert (line.price, line.agreed, line.supplier_code, view.total) == (3600, 3600, "LJ-01", 48 * 3600)
    assert view.expected_on == clock.business_date() + 3 * DAY


def test_the_approved_suppliers_of_a_sku_the_cheapest_first() -> None:
    (tea,) = make.goods()
    dear, cheap, without = make.supplier(), make.supplier(), make.supplier(approved=False)
    for who, price in ((dear, 5000), (cheap, 4000), (without, 1)):
        services.put_offering(who, OfferingDraft(tea), actor=SYSTEM)
        make.agree(who, tea, (1, price))
    assert selectors.suppliers_of([tea]) == {tea: [cheap, dear]}


def test_a_price_is_agreed_else_the_last_else_asked_for() -> None:
    who, (tea,) = make.supplier(), make.goods()
    with pytest.raises(ValidationFailed) as refused:
        make.order(who, [(tea, 5, None)], to="draft")
    assert refused.value.errors[0].loc == "lines.0.price"
    make.order(who, [(tea, 5, 4100)])
    again = services.draft_order(actor=SYSTEM, supplier=who, warehouse=make.warehouse(), lines=[WantedLine(tea, 5)])
    assert (make.view(again).lines[0].price, make.view(again).lines[0].last) == (4100, 4100)
