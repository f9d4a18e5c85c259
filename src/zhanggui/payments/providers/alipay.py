"""Alipay (支付宝), open platform with RSA2: page, wallet page, app and QR payments.

Source of the rules: opendocs.alipay.com, «自行实现签名», «异步通知说明», alipay.trade.*, alipay.data.dataservice.bill.*.
"""

import csv
import io
import json
import zipfile
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from zhanggui.kernel import clock

from .. import crypto
from ..errors import BadNotification, GatewayRefused, GatewayUnreachable
from ..types import (
    Acknowledgement,
    BillEntry,
    NoticeFacts,
    Payable,
    RawNotification,
    RefundOrder,
    RefundStatus,
    StartOptions,
    Trade,
    TradeStatus,
)
from . import common, http, merchant

PAGES = {"web": ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"), "wap": ("alipay.trade.wap.pay", "QUICK_WAP_PAY")}
#: Answers that say "perhaps": the outcome must be asked for.
UNCERTAIN = {"20000", "ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error"}


class _Keys:
    """A merchant's keys, parsed once."""

    def __init__(self, own: merchant.Merchant) -> None:
        self.own = own
        self.app_id = own.values["app_id"]
        self.private: RSAPrivateKey = crypto.private_key(own.text("app_private_key.pem"))
        self.public: RSAPublicKey = crypto.public_key(own.text("alipay_public_key.pem"))


@lru_cache(maxsize=4)
def _keys(folder: Path, modified: int) -> _Keys:
    return _Keys(merchant.read("alipay", folder, modified))


class Alipay:
    name = "alipay"
    manual = False

    def keys(self) -> _Keys:
        return _keys(*merchant.load(self.name))

    # --- paying -------------------------------------------------------------------------------------------------

    def start(self, trade: Trade, options: StartOptions) -> Payable:
        """A signed page address (web, wap), an order string (app), or a QR code asked from the gateway."""
        common.only_cny(trade)
        content = {
            "out_trade_no": trade.out_trade_no,
            "total_amount": crypto.yuan(trade.amount),
            "subject": trade.reference,
            "time_expire": common.written(trade.expires_at, common.PLAIN),
        }
        channel = options.channel or "web"
        if channel in PAGES:
            method, product = PAGES[channel]
            params = self._signed(method, {**content, "product_code": product}, options.return_url)
            url = f"{self.keys().own.gateway('/gateway.do')}?{urlencode(params)}"
            return common.payable(trade, self.name, "url", url=url)
        if channel == "app":
            params = self._signed("alipay.trade.app.pay", {**content, "product_code": "QUICK_MSECURITY_PAY"})
            return common.payable(trade, self.name, "params", fields={"order_string": urlencode(params)})
        answer = self._ask("alipay.trade.precreate", content)
        if answer.get("code") != "10000":
            raise _refusal(answer)
        return common.payable(trade, self.name, "qr", qr_text=answer["qr_code"])

    def verify_notification(self, raw: RawNotification) -> NoticeFacts | None:
        """The facts of a genuine notification; None for one that says nothing about money."""
        try:
            params = dict(parse_qsl(raw.body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=200))
        except (UnicodeDecodeError, ValueError):
            raise BadNotification(reason="form") from None
        keys = self.keys()
        text = crypto.sorted_pairs(params, without=("sign", "sign_type"))
        if params.get("sign_type") != "RSA2" or not crypto.rsa_verify(keys.public, text, params.get("sign", "")):
            raise BadNotification(reason="signature")
        if params.get("app_id") != keys.app_id:
            raise BadNotification(reason="app_id")
        return _facts(params, params.get("notify_id", ""))

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(200, "text/plain; charset=utf-8", "success" if ok else "failure")

    # --- asking -------------------------------------------------------------------------------------------------

    def query(self, trade: Trade) -> TradeStatus:
        answer = self._ask("alipay.trade.query", {"out_trade_no": trade.out_trade_no})
        if answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
            return TradeStatus("absent")  # the buyer has not opened the page yet
        if answer.get("code") != "10000":
            raise _refusal(answer)
        raw = json.dumps(answer, ensure_ascii=False).encode()
        facts = _facts(answer, f"query:{answer.get('trade_no', '')}")
        if facts is None:
            return TradeStatus("pending", raw=raw)
        return TradeStatus("succeeded" if facts.kind == "payment" else "closed", facts, raw)

    def close(self, trade: Trade) -> TradeStatus:
        """Close an unpaid trade. Paid meanwhile: the answer of `query`."""
        answer = self._ask("alipay.trade.close", {"out_trade_no": trade.out_trade_no})
        if answer.get("code") == "10000" or answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
            return TradeStatus("closed")
        return self.query(trade)

    # --- giving back --------------------------------------------------------------------------------------------

    def refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        """Idempotent by `out_request_no`: the same number again moves no more money."""
        answer = self._ask(
            "alipay.trade.refund",
            {
                "out_trade_no": trade.out_trade_no,
                "refund_amount": crypto.yuan(refund.amount),
                "out_request_no": refund.out_refund_no,
                "refund_reason": refund.reason[:200],
            },
        )
        if answer.get("code") == "10000":
            # fund_change N: nothing moved by this very call (a repeat, or still under way), so ask.
            return RefundStatus("succeeded") if answer.get("fund_change") == "Y" else RefundStatus("processing")
        if {answer.get("code"), answer.get("sub_code")} & UNCERTAIN:
            return RefundStatus("processing", reason=str(answer.get("sub_code", "")))
        return RefundStatus("failed", reason=f"{answer.get('sub_code', '')} {answer.get('sub_msg', '')}".strip())

    def query_refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        answer = self._ask(
            "alipay.trade.fastpay.refund.query",
            {"out_trade_no": trade.out_trade_no, "out_request_no": refund.out_refund_no},
        )
        if answer.get("code") != "10000":
            if answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
                return RefundStatus("absent")
            raise _refusal(answer)
        return RefundStatus("succeeded" if answer.get("refund_status") == "REFUND_SUCCESS" else "absent")

    # --- the day's bill -----------------------------------------------------------------------------------------

    def download_bill(self, day: date) -> list[BillEntry]:
        answer = self._ask(
            "alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": day.isoformat()}
        )
        if "bill_not_exist" in str(answer.get("sub_code", "")).lower():
            return []
        if answer.get("code") != "10000":
            raise _refusal(answer)
        file = http.call("GET", answer["bill_download_url"])
        if file.status != 200:
            raise GatewayUnreachable(reason=f"bill {file.status}")
        return read_bill(file.body)

    def bill_window(self, day: date) -> tuple[datetime, datetime]:
        return common.calendar_day(day)

    # --- the protocol -------------------------------------------------------------------------------------------

    def _signed(self, method: str, content: dict[str, str], return_url: str = "") -> dict[str, str]:
        keys = self.keys()
        params = {
            "app_id": keys.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": common.written(clock.now(), common.PLAIN),
            "version": "1.0",
            "notify_url": keys.own.notify_url(),
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        }
        if return_url:
            params["return_url"] = return_url
        params["sign"] = crypto.rsa_sign(keys.private, crypto.sorted_pairs(params, without=("sign",)))
        return params

    def _ask(self, method: str, content: dict[str, str]) -> dict[str, Any]:
        """A signed question and its verified answer."""
        body = urlencode(self._signed(method, content)).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        answer = http.call("POST", self.keys().own.gateway("/gateway.do"), headers=headers, body=body)
        if answer.status != 200:
            raise GatewayUnreachable(reason=f"HTTP {answer.status}")
        return verified_answer(answer.text, method.replace(".", "_") + "_response", self.keys().public)


def verified_answer(text: str, node: str, key: RSAPublicKey) -> dict[str, Any]:
    """The node of an answer, if the gateway signed exactly its text. Raises GatewayUnreachable for anything else."""
    try:
        whole = json.loads(text)
        name = node if node in whole else "error_response"
        start = text.index("{", text.index(f'"{name}"') + len(name) + 2)
        content, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, TypeError):
        raise GatewayUnreachable(reason="unreadable answer") from None
    if not isinstance(content, dict) or not crypto.rsa_verify(
        key, text[start:end].encode(), str(whole.get("sign", ""))
    ):
        raise GatewayUnreachable(reason="answer not signed")
    return content


def _refusal(answer: dict[str, Any]) -> GatewayRefused | GatewayUnreachable:
    code = str(answer.get("sub_code") or answer.get("code"))
    if {str(answer.get("code")), code} & UNCERTAIN:
        return GatewayUnreachable(reason=code)
    return GatewayRefused(refusal=code, reason=str(answer.get("sub_msg") or answer.get("msg") or ""))


def _facts(params: dict[str, Any], notice_id: str) -> NoticeFacts | None:
    """Facts of a notification or query answer. A refund is told as a trade with `refund_fee` and our refund number."""
    status = params.get("trade_status")
    out_refund_no = params.get("out_biz_no", "") if params.get("refund_fee") else ""
    try:
        amount = common.amount_of(crypto.fen(params["total_amount"])) if params.get("total_amount") else None
    except ValueError:
        raise BadNotification(reason="amount") from None
    base = {
        "notice_id": notice_id,
        "out_trade_no": params.get("out_trade_no", ""),
        "currency": "CNY",
        "gateway_no": params.get("trade_no", ""),
    }
    if not notice_id or not base["out_trade_no"]:
        raise BadNotification(reason="incomplete")
    if out_refund_no:
        at = common.read_time(str(params.get("gmt_refund", ""))[:19], common.PLAIN)
        # refund_fee is the sum of all refunds so far, not this one's amount
        return NoticeFacts(kind="refund_succeeded", amount=None, out_refund_no=out_refund_no, at=at, **base)
    if status in ("TRADE_SUCCESS", "TRADE_FINISHED"):
        if amount is None:
            raise BadNotification(reason="amount")
        paid = params.get("gmt_payment") or params.get("send_pay_date") or ""
        return NoticeFacts(kind="payment", amount=amount, at=common.read_time(paid, common.PLAIN), **base)
    if status == "TRADE_CLOSED":
        return NoticeFacts(kind="closed", amount=amount, **base)
    return None


def read_bill(archive: bytes) -> list[BillEntry]:
    """The «业务明细» file of a bill archive: GB18030 text, columns found by name, ids followed by a tab."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
            texts = [bundle.read(name).decode("gb18030") for name in bundle.namelist()]
    except (zipfile.BadZipFile, UnicodeDecodeError):
        raise GatewayUnreachable(reason="unreadable bill") from None
    lines = next((text.splitlines() for text in texts if "业务明细列表" in text), [])
    start = next((i for i, line in enumerate(lines) if line.startswith("#") and "业务明细列表" in line), -1)
    rows = []
    for line in lines[start + 1 :]:
        if line.startswith("#"):
            break
        rows.append(line)
    cells = (
        {name.strip(): (value or "").strip() for name, value in row.items() if name} for row in csv.DictReader(rows)
    )
    return [_entry(row) for row in cells if row["业务类型"] in ("交易", "退款")]


def _entry(cells: dict[str, str]) -> BillEntry:
    amount = crypto.fen(cells["订单金额（元）"])
    refund = cells["业务类型"] == "退款"
    return BillEntry(
        kind="refund" if refund else "payment",
        out_trade_no=cells["商户订单号"],
        amount=abs(amount),
        currency="CNY",
        gateway_no=cells["支付宝交易号"],
        out_refund_no=cells["退款批次号/请求号"] if refund else "",
        at=common.read_time(cells["完成时间"], common.PLAIN),
    )
