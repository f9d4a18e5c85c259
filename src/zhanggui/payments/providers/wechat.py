"""WeChat Pay (微信支付) API v3: QR (native), H5, JSAPI/mini-program and app payments.

Source of the rules: pay.weixin.qq.com/doc/v3, «签名生成», «签名验证», «证书和回调报文解密», transactions, refund, bill.
"""

import csv
import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from zhanggui.kernel import clock, ids

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

SCHEME = "WECHATPAY2-SHA256-RSA2048"
#: A signature older or newer than this is a replay (the gateway's own advice is five minutes).
TOLERANCE_SECONDS = 300
REFUND_EVENTS = {
    "REFUND.SUCCESS": "refund_succeeded",
    "REFUND.ABNORMAL": "refund_failed",
    "REFUND.CLOSED": "refund_failed",
}
#: Bill rows that moved money, and the states of refunds that (so far) did not.
MONEY_MOVED, REFUND_STOPPED = ("SUCCESS", "REFUND"), ("FAIL", "CHANGE")
ADD_ONS = {"qr": "native", "wap": "h5", "jsapi": "jsapi", "app": "app"}


class _Keys:
    """A merchant's keys, parsed once. `platform` maps serial numbers to the gateway's public keys (rotation)."""

    def __init__(self, own: merchant.Merchant) -> None:
        self.own = own
        self.mchid, self.appid = own.values["mchid"], own.values["appid"]
        self.serial = own.values["serial_no"]
        self.private = crypto.private_key(own.text("apiclient_key.pem"))
        self.api_key = own.text("apiv3_key.txt").strip().encode()
        self.platform: dict[str, RSAPublicKey] = {
            path.stem: crypto.public_key(path.read_text()) for path in sorted((own.folder / "platform").glob("*.pem"))
        }


@lru_cache(maxsize=4)
def _keys(folder: Path, modified: int) -> _Keys:
    return _Keys(merchant.read("wechat", folder, modified))


class WeChatPay:
    name = "wechat"
    manual = False

    def keys(self) -> _Keys:
        return _keys(*merchant.load(self.name))

    # --- paying -------------------------------------------------------------------------------------------------

    def start(self, trade: Trade, options: StartOptions) -> Payable:
        """Place the trade with the gateway; answers a QR text, an H5 address, or parameters for the wallet."""
        common.only_cny(trade)
        channel = options.channel if options.channel in ADD_ONS else "qr"
        keys = self.keys()
        body: dict[str, Any] = {
            "appid": keys.appid,
            "mchid": keys.mchid,
            "description": trade.reference,
            "out_trade_no": trade.out_trade_no,
            "time_expire": trade.expires_at.astimezone(common.CHINA).isoformat(timespec="seconds"),
            "notify_url": keys.own.notify_url(),
            "amount": {"total": trade.amount, "currency": "CNY"},
        }
        if channel == "wap":
            body["scene_info"] = {"payer_client_ip": options.client_ip, "h5_info": {"type": "Wap"}}
        if channel == "jsapi":
            body["payer"] = {"openid": options.payer_id}
        answer = self._ask("POST", f"/v3/pay/transactions/{ADD_ONS[channel]}", body)
        if channel == "qr":
            return common.payable(trade, self.name, "qr", qr_text=answer["code_url"])
        if channel == "wap":
            back = f"&{urlencode({'redirect_url': options.return_url})}" if options.return_url else ""
            return common.payable(trade, self.name, "url", url=answer["h5_url"] + back)
        return common.payable(trade, self.name, "params", fields=self._wallet_fields(channel, answer["prepay_id"]))

    def _wallet_fields(self, channel: str, prepay_id: str) -> dict[str, str]:
        """What the wallet wants to see signed (wx.requestPayment, or the app's SDK)."""
        keys, stamp, nonce = self.keys(), str(int(clock.now().timestamp())), ids.token(16)
        package = prepay_id if channel == "app" else f"prepay_id={prepay_id}"
        text = f"{keys.appid}\n{stamp}\n{nonce}\n{package}\n".encode()
        signed = crypto.rsa_sign(keys.private, text)
        if channel == "app":
            return {
                "appid": keys.appid, "partnerid": keys.mchid, "prepayid": prepay_id, "package": "Sign=WXPay",
                "noncestr": nonce, "timestamp": stamp, "sign": signed,
            }  # fmt: skip
        return {
            "appId": keys.appid,
            "timeStamp": stamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": signed,
        }

    def verify_notification(self, raw: RawNotification) -> NoticeFacts | None:
        """The facts of a genuine notification; None for an event that says nothing about money."""
        keys = self.keys()
        try:
            text = raw.body.decode()
        except UnicodeDecodeError:
            raise BadNotification(reason="encoding") from None
        if not _signed(keys.platform, raw.headers, text):
            raise BadNotification(reason="signature")
        try:
            notice = json.loads(text)
            resource = notice["resource"]
            sealed = resource["ciphertext"], resource["nonce"], resource.get("associated_data") or ""
            plain = crypto.unseal(keys.api_key, *sealed) if resource["algorithm"] == "AEAD_AES_256_GCM" else None
            if plain is None:
                raise BadNotification(reason="sealed with another key")
            return _facts(str(notice["id"]), str(notice["event_type"]), json.loads(plain), keys.mchid)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadNotification(reason="content") from None

    def acknowledge(self, ok: bool) -> Acknowledgement:
        if ok:
            return Acknowledgement(200, "application/json", '{"code":"SUCCESS","message":"成功"}')
        return Acknowledgement(400, "application/json", '{"code":"FAIL","message":"失败"}')

    # --- asking -------------------------------------------------------------------------------------------------

    def query(self, trade: Trade) -> TradeStatus:
        path = f"/v3/pay/transactions/out-trade-no/{trade.out_trade_no}?mchid={self.keys().mchid}"
        try:
            answer = self._ask("GET", path)
        except GatewayRefused as refused:
            if refused.params["refusal"] in ("ORDER_NOT_EXIST", "ORDERNOTEXIST"):
                return TradeStatus("absent")
            raise
        raw = json.dumps(answer, ensure_ascii=False).encode()
        if answer["trade_state"] in ("SUCCESS", "REFUND"):
            notice_id = f"query:{answer['transaction_id']}"
            return TradeStatus("succeeded", _facts(notice_id, "TRANSACTION.SUCCESS", answer, self.keys().mchid), raw)
        closed = answer["trade_state"] in ("CLOSED", "REVOKED", "PAYERROR")
        return TradeStatus("closed" if closed else "pending", raw=raw)

    def close(self, trade: Trade) -> TradeStatus:
        """Close an unpaid trade. Paid meanwhile: the answer of `query`."""
        try:
            path = f"/v3/pay/transactions/out-trade-no/{trade.out_trade_no}/close"
            self._ask("POST", path, {"mchid": self.keys().mchid})
        except GatewayRefused:
            return self.query(trade)
        return TradeStatus("closed")

    # --- giving back --------------------------------------------------------------------------------------------

    def refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        """Idempotent by `out_refund_no`."""
        body = {
            "out_trade_no": trade.out_trade_no,
            "out_refund_no": refund.out_refund_no,
            "reason": refund.reason[:80],
            "notify_url": self.keys().own.notify_url(),
            "amount": {"refund": refund.amount, "total": trade.amount, "currency": "CNY"},
        }
        try:
            return _refund_status(self._ask("POST", "/v3/refund/domestic/refunds", body))
        except GatewayRefused as refused:
            return RefundStatus("failed", reason=f"{refused.params['refusal']} {refused.params['reason']}".strip())

    def query_refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        try:
            return _refund_status(self._ask("GET", f"/v3/refund/domestic/refunds/{refund.out_refund_no}"))
        except GatewayRefused as refused:
            if refused.params["refusal"] in ("RESOURCE_NOT_EXISTS", "NOT_FOUND"):
                return RefundStatus("absent")
            raise

    # --- the day's bill -----------------------------------------------------------------------------------------

    def download_bill(self, day: date) -> list[BillEntry]:
        try:
            where = self._ask("GET", f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL")
        except GatewayRefused as refused:
            if refused.params["refusal"] == "NO_STATEMENT_EXIST":
                return []
            raise
        parts = urlsplit(where["download_url"])
        path = parts.path.removeprefix(urlsplit(self.keys().own.gateway()).path)
        target = f"{path}?{parts.query}" if parts.query else path
        headers = {"Authorization": self._authorization("GET", target, ""), "Accept": "*/*"}
        file = http.call("GET", where["download_url"], headers=headers)
        if file.status != 200 or hashlib.sha1(file.body, usedforsecurity=False).hexdigest() != where["hash_value"]:
            raise GatewayUnreachable(reason="bill damaged")
        return read_bill(file.body.decode("utf-8-sig"))

    def bill_window(self, day: date) -> tuple[datetime, datetime]:
        return common.calendar_day(day)

    # --- the protocol -------------------------------------------------------------------------------------------

    def _authorization(self, method: str, target: str, body: str) -> str:
        keys, stamp, nonce = self.keys(), str(int(clock.now().timestamp())), ids.token(16)
        signature = crypto.rsa_sign(keys.private, crypto.wechat_request_message(method, target, stamp, nonce, body))
        return (
            f'{SCHEME} mchid="{keys.mchid}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{stamp}",serial_no="{keys.serial}"'
        )

    def _ask(self, method: str, target: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        """A signed question and its verified answer. Raises GatewayRefused with the gateway's code, or GatewayUnreachable."""
        keys = self.keys()
        body = "" if content is None else json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        base = keys.own.gateway()
        headers = {
            "Authorization": self._authorization(method, target, body),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "zhanggui",
            "Wechatpay-Serial": next(iter(keys.platform), ""),
        }
        answer = http.call(method, base + target, headers=headers, body=body.encode() or None)
        if answer.status >= 500 or answer.status == 429:
            raise GatewayUnreachable(reason=f"HTTP {answer.status}")
        # refusals are acted upon as well, so they must be genuine too
        if not _signed(keys.platform, answer.headers, answer.text):
            raise GatewayUnreachable(reason="answer not signed")
        try:
            read = json.loads(answer.text) if answer.body else {}
        except ValueError:
            raise GatewayUnreachable(reason="unreadable answer") from None
        if answer.status >= 300:
            raise GatewayRefused(refusal=str(read.get("code", answer.status)), reason=str(read.get("message", "")))
        return read


def _signed(platform: Mapping[str, RSAPublicKey], headers: Mapping[str, str], text: str) -> bool:
    """Whether one of the gateway's keys signed this text just now."""
    stamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    key = platform.get(headers.get("wechatpay-serial", ""))
    if key is None or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    if abs(clock.now().timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        return False
    message = crypto.wechat_answer_message(stamp, nonce, text)
    return crypto.rsa_verify(key, message, headers.get("wechatpay-signature", ""))


def _facts(notice_id: str, event: str, resource: dict[str, Any], mchid: str) -> NoticeFacts | None:
    if resource.get("mchid") != mchid:
        raise BadNotification(reason="mchid")
    amount = resource["amount"]
    if event == "TRANSACTION.SUCCESS":
        return NoticeFacts(
            notice_id=notice_id,
            kind="payment",
            out_trade_no=str(resource["out_trade_no"]),
            amount=common.amount_of(amount["total"]),
            currency=str(amount.get("currency", "CNY")),
            gateway_no=str(resource["transaction_id"]),
            at=_time(resource.get("success_time")),
        )
    if event in REFUND_EVENTS:
        return NoticeFacts(
            notice_id=notice_id,
            kind=REFUND_EVENTS[event],  # type: ignore[arg-type]
            out_trade_no=str(resource["out_trade_no"]),
            out_refund_no=str(resource["out_refund_no"]),
            amount=common.amount_of(amount["refund"]),
            currency=str(amount.get("currency", "CNY")),
            gateway_no=str(resource["refund_id"]),
            at=_time(resource.get("success_time")),
        )
    return None


def _time(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=common.CHINA)


def _refund_status(answer: dict[str, Any]) -> RefundStatus:
    state = {"SUCCESS": "succeeded", "PROCESSING": "processing"}.get(answer["status"], "failed")
    reason = "" if state != "failed" else str(answer["status"])
    return RefundStatus(state, str(answer.get("refund_id", "")), reason)  # type: ignore[arg-type]


def read_bill(text: str) -> list[BillEntry]:
    """A trade bill: columns found by name, every value behind a backtick, a summary of two lines at the end."""
    lines = [line for line in text.splitlines() if line]
    details = []
    for line in lines[1:]:
        if not line.startswith("`"):
            break  # the summary's heading
        details.append(line)
    names = lines[0].split(",") if lines else []
    rows = ([cell.removeprefix("`") for cell in row] for row in csv.reader(details, quoting=csv.QUOTE_NONE))
    read = (dict(zip(names, row, strict=False)) for row in rows)
    return [_entry(row) for row in read if row["交易状态"] in MONEY_MOVED and row.get("退款状态") not in REFUND_STOPPED]


def _entry(row: dict[str, str]) -> BillEntry:
    refund = row["交易状态"] == "REFUND"
    return BillEntry(
        kind="refund" if refund else "payment",
        out_trade_no=row["商户订单号"],
        amount=crypto.fen(row["申请退款金额"] if refund else row["订单金额"]),
        currency=row["货币种类"],
        gateway_no=row["微信退款单号"] if refund else row["微信订单号"],
        out_refund_no=row["商户退款单号"] if refund else "",
        at=common.read_time(row["交易时间"], common.PLAIN),
    )
