"""The simulator's own promises: it misbehaves on order, it forgets nothing, and it stays small."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.factories.payments import trade
from tests.payments.conftest import ROOT, LetterBox, SimulatorProcess, start_simulator
from zhanggui.payments import selectors
from zhanggui.payments.errors import BadNotification
from zhanggui.payments.providers import wechat
from zhanggui.payments.types import NoticeFacts, RawNotification, RefundOrder, StartOptions, Trade

pytestmark = pytest.mark.usefixtures("shipped_settings")


def opened() -> Trade:
    wanted = trade()
    wechat.WeChatPay().start(wanted, StartOptions())
    return wanted


def facts(raw: RawNotification) -> NoticeFacts | None:
    return wechat.WeChatPay().verify_notification(raw)


def nothing_comes(box: LetterBox, seconds: float = 0.3) -> bool:
    time.sleep(seconds)
    return box.empty()


def test_it_repeats_itself_until_it_is_acknowledged(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    wanted = opened()
    letter_box.refuse = True
    merchant.pay("wechat", wanted.out_trade_no)
    first = facts(letter_box.next())
    letter_box.refuse = False
    again = facts(letter_box.next())
    assert first is not None
    assert again is not None
    assert (first.notice_id, first.out_trade_no) == (again.notice_id, wanted.out_trade_no)
    assert nothing_comes(letter_box)


def test_it_duplicates_on_order(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    wanted = opened()
    merchant.order("duplicate", "2", scope=wanted.out_trade_no)
    merchant.pay("wechat", wanted.out_trade_no)
    told = [facts(letter_box.next()) for _ in range(3)]
    assert len({one.notice_id for one in told if one}) == 1
    assert nothing_comes(letter_box)


def test_it_delays_and_loses_on_order(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    late, lost = opened(), opened()
    merchant.order("delay", "1", scope=late.out_trade_no)
    merchant.order("lose", scope=lost.out_trade_no)
    began = time.monotonic()
    merchant.pay("wechat", lost.out_trade_no)
    merchant.pay("wechat", late.out_trade_no)
    told = facts(letter_box.next())
    assert told is not None
    assert told.out_trade_no == late.out_trade_no
    assert time.monotonic() - began >= 0.9
    assert nothing_comes(letter_box)


def test_it_reorders_on_order(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    wanted = opened()
    merchant.order("reorder", scope=wanted.out_trade_no)
    merchant.pay("wechat", wanted.out_trade_no)
    assert nothing_comes(letter_box)
    wechat.WeChatPay().refund(wanted, RefundOrder(f"R{wanted.out_trade_no}", 100, "test", wanted.created_at))
    kinds = [told.kind for told in (facts(letter_box.next()), facts(letter_box.next())) if told]
    assert kinds == ["refund_succeeded", "payment"]


def test_it_forges_on_order(merchant: SimulatorProcess, letter_box: LetterBox) -> None:
    earlier = opened()
    merchant.pay("wechat", earlier.out_trade_no)
    facts(letter_box.next())
    wanted = opened()
    for forgery in ("signature", "amount", "replay"):
        merchant.order("forge", forgery, scope=wanted.out_trade_no)
    merchant.pay("wechat", wanted.out_trade_no)
    with pytest.raises(BadNotification):
        facts(letter_box.next())
    too_much = facts(letter_box.next())
    replayed = facts(letter_box.next())
    genuine = facts(letter_box.next())
    assert too_much is not None
    assert replayed is not None
    assert genuine is not None
    assert (too_much.amount, replayed.out_trade_no, genuine.amount) == (12_901, earlier.out_trade_no, 12_900)
    assert nothing_comes(letter_box)


def test_a_kill_loses_nothing(tmp_path: Path, letter_box: LetterBox, settings) -> None:
    """Paid while the mall is away, killed at once: after the restart the notification arrives and the trade is known."""
    letter_box.refuse = True
    running = start_simulator(tmp_path, letter_box.url)
    settings.DATA_DIR, settings.KEYS_DIR, settings.GATEWAY_URL = tmp_path, tmp_path / "keys", running.url
    settings.PUBLIC_URL = letter_box.url
    wanted = opened()
    running.pay("wechat", wanted.out_trade_no)
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    letter_box.refuse = False
    while not letter_box.empty():
        letter_box.next()
    running = start_simulator(tmp_path, letter_box.url, port=int(running.url.rsplit(":", 1)[1]))
    try:
        told = facts(letter_box.next(timeout=8))
        assert told is not None
        assert told.out_trade_no == wanted.out_trade_no
        assert wechat.WeChatPay().query(wanted).state == "succeeded"
    finally:
        running.process.terminate()
        assert running.process.wait(5) == 0


def test_it_stays_small_and_never_loads_django(merchant: SimulatorProcess) -> None:
    rollup = Path(f"/proc/{merchant.process.pid}/smaps_rollup").read_text()
    kilobytes = next(int(row.split()[1]) for row in rollup.splitlines() if row.startswith("Pss:"))
    assert kilobytes < 40 * 1024
    check = "import sys, zhanggui.payments.simulator.server; sys.exit('django' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", check], env={"PYTHONPATH": str(ROOT / "src")}, check=False).returncode
        == 0
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/pay/unknown", None, 404),
        ("GET", "/control/nothing", None, 404),
        ("POST", "/control/pay", b"{}", 422),
        ("POST", "/control/pay", b"[]", 422),
        ("POST", "/control/pay", b"no json", 422),
        ("POST", "/control/mischief", b'{"kind":"explode"}', 422),
        ("POST", "/control/mischief", b'{"kind":"delay","value":"-1"}', 422),
        ("POST", "/wechat/v3/pay/transactions/native", b"{}", 401),
        ("GET", "/healthz", None, 200),
        ("GET", "/", None, 200),
        ("POST", "/alipay/gateway.do", b"app_id=2021000000000001", 200),
        ("POST", "/unionpay/gateway/api/queryTrans.do", b"", 200),
    ],
)
def test_bad_calls_are_answered_and_do_not_hurt_it(
    merchant: SimulatorProcess, method: str, path: str, body: bytes | None, status: int
) -> None:
    request = Request(merchant.url + path, body, {"Content-Type": "application/json"}, method=method)
    if status == 200:
        with urlopen(request, timeout=5) as answer:
            assert answer.status == 200
    else:
        with pytest.raises(HTTPError, match=str(status)):
            urlopen(request, timeout=5)


def test_a_page_of_another_origin_cannot_order_mischief(merchant: SimulatorProcess) -> None:
    request = Request(f"{merchant.url}/control/mischief", b'{"kind":"lose"}', {"Content-Type": "text/plain"})
    with pytest.raises(HTTPError, match="415"):
        urlopen(request, timeout=5)


def test_the_cashier_leads_back_to_the_shop(merchant: SimulatorProcess, settings: Any) -> None:
    """To the address the buyer came with, before and after paying; never to anything but a page."""
    wanted = trade()
    start = wechat.WeChatPay().start
    shop = "http://shop.example/pay/1?token=a&b"
    url = start(wanted, StartOptions("wap", return_url=shop)).url
    with urlopen(url, timeout=5) as page:
        assert 'href="http://shop.example/pay/1?token=a&amp;b"' in page.read().decode()
    with urlopen(url, data=b"do=pay", timeout=5) as page:
        assert 'content="2;url=http://shop.example/pay/1?token=a&amp;b"' in page.read().decode()
    with urlopen(url.replace("http%3A", "javascript%3A"), timeout=5) as page:
        assert "javascript" not in page.read().decode()


def test_the_code_to_scan_has_a_page_to_practise_on(merchant: SimulatorProcess, settings: Any) -> None:
    code = wechat.WeChatPay().start(trade(), StartOptions()).qr_text
    address = selectors.practice_page("wechat", code)
    with urlopen(address, timeout=5) as page:
        assert "微信支付" in page.read().decode()
    settings.GATEWAY_URL = ""
    assert selectors.practice_page("wechat", code) == ""
