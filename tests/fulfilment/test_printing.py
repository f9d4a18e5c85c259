"""Labels and packing slips: what the warehouse reads on them, who may print them, and that each printing is on record."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import shop
from tests.factories.fulfilment import ship
from tests.support import pdf
from zhanggui.fulfilment import papers, services
from zhanggui.fulfilment.selectors import parcels_of
from zhanggui.kernel import audit, clock, mall_settings
from zhanggui.kernel import typesetting as fonts
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.problems import PermissionDenied, ValidationFailed
from zhanggui.kernel.typesetting import NoChineseFont
from zhanggui.orders import services as orders

pytestmark = pytest.mark.django_db
PRINTER = Actor("staff", None, "printer", frozenset({"fulfilment.print", "fulfilment.ship"}))
STRANGER = Actor("staff", None, "stranger", frozenset({"fulfilment.print"}))
MOBILE = "13800138000"


@pytest.fixture(autouse=True)
def _a_font() -> None:
    try:
        fonts.chinese()
    except NoChineseFont:
        pytest.skip("this machine has no Chinese font")


def sender() -> None:
    for name, value in (("name", "掌柜仓库"), ("phone", "0571-88886666"), ("address", "杭州市古墩路1899号")):
        mall_settings.put(f"fulfilment.sender_{name}", value, actor=SYSTEM)


def test_a_parcel_has_its_label_with_all_the_warehouse_needs() -> None:
    sender()
    a, b = shop.goods(1000, 2000)
    number = shop.buy((a, 2), (b, 1))
    ship(number, waybill_no="SF1234567890")
    label, without = services.print_labels([number], actor=PRINTER)
    assert (pdf.pages(label), without) == (1, [])
    said = pdf.words(label)
    for words in ("顺丰速运", "SF1234567890", MOBILE, "掌柜仓库", "0571-88886666", "古墩路1899号", number, "共2种3件"):
        assert words in said, words


def test_an_order_that_waits_has_a_label_to_write_on() -> None:
    (a,) = shop.goods(1000)
    number = shop.buy((a, 3))
    said = pdf.words(services.print_labels([number], actor=PRINTER)[0])
    assert "承运商" in said
    assert "共1种3件" in said
    ship(number, (1, 1), waybill_no="SF1234567890")
    said = pdf.words(services.print_labels([number], actor=PRINTER)[0])
    assert "共1种2件" in said
    assert "SF1234567890" not in said
    (sent,) = parcels_of([number])[number]
    again = pdf.words(services.print_labels([number], parcel=sent.number, actor=PRINTER)[0])
    assert "SF1234567890" in again
    assert "共1种1件" in again


def test_many_orders_are_one_file_and_those_without_are_named() -> None:
    (a,) = shop.goods(1000)
    numbers = [shop.buy((a, 1)) for _ in range(3)]
    unpaid, cancelled = shop.buy((a, 1), provider="bank_transfer"), shop.buy((a, 1))
    orders.cancel(cancelled, actor=SYSTEM)
    made, without = services.print_labels([*numbers, unpaid, cancelled, "nothing"], actor=PRINTER)
    assert (pdf.pages(made), without) == (3, [unpaid, cancelled, "nothing"])
    slips, without = services.print_slips([*numbers, unpaid], actor=PRINTER)
    assert (pdf.pages(slips), without) == (3, [unpaid])
    with pytest.raises(ValidationFailed):
        services.print_labels([unpaid], actor=PRINTER)
    with pytest.raises(ValidationFailed):
        services.print_labels([], actor=PRINTER)
    with pytest.raises(ValidationFailed):
        services.print_slips([f"N{n}" for n in range(201)], actor=PRINTER)


@pytest.mark.parametrize("printing", [services.print_labels, services.print_slips])
def test_printing_many_asks_the_database_as_little_as_printing_one(
    printing: Callable[..., tuple[bytes, list[str]]],
) -> None:
    (a,) = shop.goods(1000)
    numbers = [shop.buy((a, 1)) for _ in range(4)]
    counts = []
    for some in (numbers[:1], numbers):
        with CaptureQueriesContext(connection) as seen:
            printing(some, actor=PRINTER)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_slip_says_what_lies_in_the_box() -> None:
    a, b = shop.goods(1000, 2000)
    number = shop.buy((a, 2), (b, 1))
    said = pdf.words(services.print_slips([number], actor=PRINTER)[0])
    for words in ("发货清单", number, a, b, MOBILE, "申请售后"):
        assert words in said, words
    ship(number, waybill_no="SF1234567890")
    assert "SF1234567890" in pdf.words(services.print_slips([number], actor=PRINTER)[0])


@pytest.mark.parametrize("printing", [services.print_labels, services.print_slips])
def test_printing_is_seeing_and_is_on_record(printing: Callable[..., tuple[bytes, list[str]]]) -> None:
    (a,) = shop.goods(1000)
    number = shop.buy((a, 1))
    assert MOBILE in pdf.words(printing([number], actor=PRINTER)[0])
    hidden = pdf.words(printing([number], actor=STRANGER)[0])
    assert MOBILE not in hidden
    assert "138****8000" in hidden
    entries = audit.history(target_type="order", target_id=number)
    looks = [entry for entry in entries if entry["action"] == f"fulfilment.{printing.__name__}"]
    assert sorted(entry["after"]["in_full"] for entry in looks) == [False, True]
    with pytest.raises(PermissionDenied):
        printing([number], actor=Actor("staff", permissions=frozenset({"fulfilment.ship"})))


@pytest.mark.parametrize(("size", "width", "height"), [("76x130", 76, 130), ("100x180", 100, 180)])
def test_the_paper_is_the_malls(size: str, width: int, height: int) -> None:
    mall_settings.put("fulfilment.label_size", size, actor=SYSTEM)
    (a,) = shop.goods(1000)
    made, _ = services.print_labels([shop.buy((a, 1))], actor=PRINTER)
    assert pdf.size(made) == (width, height)
    with pytest.raises(ValidationFailed):
        mall_settings.put("fulfilment.label_size", "a4", actor=SYSTEM)


def test_a_label_is_one_page_whatever_is_on_it() -> None:
    who = papers.Party("很长的名字" * 18, "+86 138 0013 8000", "很长的地址" * 60)
    goods = [papers.Goods(f"S{n}", "*商品* #$_ [标题]" * 15, "规格" * 50, 10**6) for n in range(60)]
    label = papers.Label("2" * 40, "承运商的名字" * 10, "W" * 40, who, who, goods, clock.now())
    for size in ("76x130", "100x180"):
        assert pdf.pages(papers.labels([label, label], size)) == 2


@pytest.mark.parametrize("text", ["SF1234567890123", "JD-0042", "2611261234567890"])
def test_a_scanner_reads_the_bars(text: str) -> None:
    modules, at = "", 0
    for left, wide in re.findall(r"M(\d+) 0h(\d+)", fonts.bars(text)):
        modules += "0" * (int(left) - at) + "1" * int(wide)
        at = int(left) + int(wide)
    assert modules.startswith("0" * 10 + "1")
    assert scanned(modules.strip("0")) == text


def scanned(modules: str) -> str:
    """Code 128 as a scanner understands it: start, symbols of sets A to C, check digit, stop."""
    from barcode.charsets import code128

    values = [code128.CODES.index(modules[i : i + 11]) for i in range(0, len(modules) - 13, 11)]
    assert modules.endswith(code128.STOP) or modules[-13:] == "1100011101011"
    *values, check = values
    assert check == (values[0] + sum(n * value for n, value in enumerate(values[1:], 1))) % 103
    sets, said = {103: "A", 104: "B", 105: "C"}, ""
    now = sets[values[0]]
    for value in values[1:]:
        if (now, value) in (("C", 100), ("A", 100)):
            now = "B"
        elif value == 99 and now != "C":
            now = "C"
        elif now == "C":
            said += f"{value:02d}"
        else:
            said += chr(value + 32)
    return said


def test_without_a_chinese_font_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts._look.cache_clear()
    monkeypatch.setattr(fonts, "FAMILIES", ())
    (a,) = shop.goods(1000)
    number = shop.buy((a, 1))
    with pytest.raises(NoChineseFont) as refused:
        services.print_labels([number], actor=PRINTER)
    assert "fonts-noto-cjk" in refused.value.detail()
    assert audit.history(action="fulfilment.print_labels") == []
    fonts._look.cache_clear()
