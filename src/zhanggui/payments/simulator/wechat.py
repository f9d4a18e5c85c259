"""WeChat Pay's counter, API v3: signed JSON both ways, sealed notifications, and the backtick CSV bill."""

import hashlib
import json
import re
import secrets
from datetime import date, datetime
from pathlib import Path
from sqlite3 import Row
from typing import Any

from .. import crypto
from .books import CHINA, Books, Refused, china, day_window, now
from .keys import WECHAT_PLATFORM
from .wire import Answered, Asked, Letter, ShowPage

TRADES = "/v3/pay/transactions/"
REFUNDS = "/v3/refund/domestic/refunds"
REFUSALS = {
    "absent": (404, "ORDER_NOT_EXIST", "订单不存在"),
    "paid": (400, "ORDERPAID", "该订单已支付"),
    "closed": (400, "ORDER_CLOSED", "订单已关闭"),
    "different": (403, "OUT_TRADE_NO_USED", "商户订单号重复"),
    "unpaid": (403, "INVALID_REQUEST", "订单状态不支持退款"),
    "too_much": (400, "PARAM_ERROR", "退款金额大于订单金额"),
    "amount": (400, "PARAM_ERROR", "金额不合法"),
    "no_refund": (404, "RESOURCE_NOT_EXISTS", "退款单不存在"),
    "no_bill": (400, "NO_STATEMENT_EXIST", "账单不存在"),
}
HEADINGS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_PART = re.compile(r'(\w+)="([^"]*)"')


class WeChatDesk:
    name = "wechat"

    def __init__(self, keys: Path, books: Books, base: str, show: ShowPage) -> None:
        self.books, self.base, self.show = books, base, show
        self.private = crypto.private_key((keys / "private.pem").read_text())
        self.merchant = crypto.public_key((keys / "merchant_public.pem").read_text())
        self.api_key = (keys / "apiv3_key.txt").read_text().encode()
        values = json.loads((keys / "merchant.json").read_text())
        self.mchid, self.appid, self.serial = values["mchid"], values["appid"], values["serial_no"]

    def answer(self, asked: Asked) -> Answered:
        if not self._authorized(asked):
            return self._signed(401, {"code": "SIGN_ERROR", "message": "签名错误"})
        try:
            if asked.path == "/v3/billdownload/file":
                return Answered(body=self._bill(asked.query["token"]), content_type="text/plain")
            status, content = self._route(asked)
            return self._signed(status, content)
        except Refused as refused:
            status, code, message = REFUSALS[str(refused)]
            return self._signed(status, {"code": code, "message": message})
        except (ValueError, KeyError, TypeError):
            return self._signed(400, {"code": "PARAM_ERROR", "message": "参数错误"})

    def _route(self, asked: Asked) -> tuple[int, dict[str, Any] | None]:
        content = json.loads(asked.body) if asked.body else {}
        path = asked.path
        if path.startswith(f"{TRADES}out-trade-no/"):
            number = path.removeprefix(f"{TRADES}out-trade-no/")
            if number.endswith("/close") and asked.method == "POST":
                self.books.close(self.name, number.removesuffix("/close"))
                return 204, None
            return 200, self._trade(self._known(number))
        if path.startswith(TRADES) and asked.method == "POST":
            return 200, self._create(path.removeprefix(TRADES), content)
        if path == REFUNDS and asked.method == "POST":
            return 200, self._refund(content)
        if path.startswith(f"{REFUNDS}/"):
            refund = self.books.refund_of(self.name, path.removeprefix(f"{REFUNDS}/"))
            if refund is None:
                raise Refused("no_refund")
            return 200, self._refund_view(refund, done=True)
        if path == "/v3/bill/tradebill":
            token = date.fromisoformat(asked.query["bill_date"]).isoformat()
            digest = hashlib.sha1(self._bill(token), usedforsecurity=False).hexdigest()
            url = f"{self.base}/wechat/v3/billdownload/file?token={token}"
            return 200, {"hash_type": "SHA1", "hash_value": digest, "download_url": url}
        return 404, {"code": "NOT_FOUND", "message": "接口不存在"}

    def _create(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        if (
            content["mchid"] != self.mchid
            or content["appid"] != self.appid
            or content["amount"].get("currency", "CNY") != "CNY"
        ):
            raise ValueError("merchant")
        expires = content.get("time_expire")
        trade = self.books.open_trade(
            self.name,
            content["out_trade_no"],
            amount=content["amount"]["total"],
            subject=content["description"],
            notify_url=content["notify_url"],
            expires_at=int(datetime.fromisoformat(expires).timestamp()) if expires else None,
        )
        if kind == "native":
            return {"code_url": f"weixin://wxpay/bizpayurl?pr={trade['token']}"}
        if kind == "h5":
            return {"h5_url": f"{self.base}/pay/{trade['token']}?prepay_id=wx{trade['token']}"}
        if kind in ("jsapi", "app"):
            return {"prepay_id": f"wx{trade['token']}"}
        raise ValueError(kind)

    def _known(self, number: str) -> Row:
        trade = self.books.trade(self.name, number)
        if trade is None:
            raise Refused("absent")
        return trade

    def _trade(self, trade: Row, amount: int | None = None) -> dict[str, Any]:
        state = {"open": "NOTPAY", "closed": "CLOSED", "paid": "REFUND" if trade["refunded"] else "SUCCESS"}[
            trade["state"]
        ]
        answer: dict[str, Any] = {
            "appid": self.appid,
            "mchid": self.mchid,
            "out_trade_no": trade["out_trade_no"],
            "trade_state": state,
            "trade_state_desc": state,
            "trade_type": "NATIVE",
            "amount": {"total": trade["amount"], "currency": "CNY"},
        }
        if trade["state"] == "paid":
            total = trade["amount"] if amount is None else amount
            answer |= {
                "transaction_id": trade["trade_no"],
                "bank_type": "OTHERS",
                "success_time": _iso(trade["paid_at"]),
                "payer": {"openid": "oSimulated0000000000000000001"},
                "amount": {"total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY"},
            }
        return answer

    def _refund(self, content: dict[str, Any]) -> dict[str, Any]:
        trade = self._known(content["out_trade_no"])
        amount = content["amount"]
        if amount["total"] != trade["amount"]:
            raise Refused("too_much")
        refund, _fresh = self.books.refund(
            trade, content["out_refund_no"], amount["refund"], notify_url=content.get("notify_url")
        )
        return self._refund_view(refund, done=False)

    def _refund_view(self, refund: Row, *, done: bool) -> dict[str, Any]:
        trade = self._known(refund["out_trade_no"])
        state = "PROCESSING" if not done else "SUCCESS" if refund["state"] == "succeeded" else "ABNORMAL"
        return {
            "refund_id": refund["refund_no"],
            "out_refund_no": refund["out_refund_no"],
            "transaction_id": trade["trade_no"],
            "out_trade_no": trade["out_trade_no"],
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": _iso(refund["created_at"]),
            "status": state,
            "amount": {"total": trade["amount"], "refund": refund["amount"], "currency": "CNY"},
        } | ({"success_time": _iso(refund["created_at"])} if state == "SUCCESS" else {})

    # --- signing ------------------------------------------------------------------------------------------------

    def _authorized(self, asked: Asked) -> bool:
        scheme, _, rest = asked.headers.get("authorization", "").partition(" ")
        parts = dict(_PART.findall(rest))
        if scheme != "WECHATPAY2-SHA256-RSA2048" or (parts.get("mchid"), parts.get("serial_no")) != (
            self.mchid,
            self.serial,
        ):
            return False
        stamp = parts.get("timestamp", "")
        if not stamp.isdigit() or abs(now() - int(stamp)) > 300:
            return False
        body = asked.body.decode("utf-8", "replace")
        text = crypto.wechat_request_message(asked.method, asked.target, stamp, parts.get("nonce_str", ""), body)
        return crypto.rsa_verify(self.merchant, text, parts.get("signature", ""))

    def _headers(self, text: str) -> dict[str, str]:
        stamp, nonce = str(now()), secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": WECHAT_PLATFORM,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Signature": crypto.rsa_sign(self.private, crypto.wechat_answer_message(stamp, nonce, text)),
        }

    def _signed(self, status: int, content: dict[str, Any] | None) -> Answered:
        text = "" if content is None else json.dumps(content, ensure_ascii=False)
        return Answered(status, text.encode(), "application/json; charset=utf-8", self._headers(text))

    def letter(self, kind: str, notice_id: str, trade: Row, refund: Row | None, forge: str) -> Letter:
        if refund is None:
            event, inner = "TRANSACTION.SUCCESS", self._trade(trade, trade["amount"] + 1 if forge == "amount" else None)
            inner["trade_state"] = "SUCCESS"
        else:
            view = self._refund_view(refund, done=True)
            event = f"REFUND.{view['status']}"
            inner = {**view, "mchid": self.mchid, "refund_status": view["status"]}
        text = self._sealed(notice_id, event, inner)
        headers = {**self._headers(text), "Content-Type": "application/json"}
        if forge == "signature":
            text = self._sealed(notice_id, event, {**inner, "amount": {"total": 1, "refund": 1, "currency": "CNY"}})
        return Letter(headers, text.encode())

    def _sealed(self, notice_id: str, event: str, inner: dict[str, Any]) -> str:
        original, nonce = event.split(".")[0].lower(), secrets.token_hex(6)
        ciphertext = crypto.seal(self.api_key, json.dumps(inner, ensure_ascii=False).encode(), nonce, original)
        return json.dumps(
            {
                "id": notice_id,
                "create_time": _iso(now()),
                "resource_type": "encrypt-resource",
                "event_type": event,
                "summary": "支付成功" if event == "TRANSACTION.SUCCESS" else "退款通知",
                "resource": {
                    "original_type": original,
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": ciphertext,
                    "associated_data": original,
                    "nonce": nonce,
                },
            },
            ensure_ascii=False,
        )

    def acknowledged(self, status: int, body: bytes) -> bool:
        return status in (200, 204)

    # --- the bill -----------------------------------------------------------------------------------------------

    def _bill(self, token: str) -> bytes:
        window = day_window(date.fromisoformat(token))
        paid, back = self.books.paid_between(self.name, *window), self.books.refunded_between(self.name, *window)
        lines = [HEADINGS]
        for t in paid:
            money = crypto.yuan(t["amount"])
            lines.append(
                self._line(t, t["trade_no"], t["paid_at"], "SUCCESS", money, ["0", "0", "0.00", "", ""], money, "0.00")
            )
        for r in back:
            money, total = crypto.yuan(r["amount"]), crypto.yuan(r["total"])
            told = [r["refund_no"], r["out_refund_no"], money, "ORIGINAL", "SUCCESS"]
            lines.append(self._line(r, r["trade_no"], r["created_at"], "REFUND", "0.00", told, total, money))
        totals = [sum(t["amount"] for t in paid), sum(r["amount"] for r in back), sum(r["total"] for r in back)]
        lines.append(SUMMARY)
        summary = [str(len(paid) + len(back)), crypto.yuan(totals[0]), crypto.yuan(totals[1]), "0.00", "0.00000",
                   crypto.yuan(totals[0] + totals[2]), crypto.yuan(totals[1])]  # fmt: skip
        lines.append(",".join(f"`{cell}" for cell in summary))
        return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()

    def _line(
        self, row: Row, trade_no: str, at: int, state: str, settled: str, refund: list[str], total: str, asked: str
    ) -> str:
        refund_no, out_refund_no, money, kind, done = refund
        subject = row["subject"].replace(",", "\\ ").replace("\n", "\\n")
        cells = [
            china(at), self.appid, self.mchid, "0", "", trade_no, row["out_trade_no"], "oSimulated0000000000000000001", "NATIVE",
            state, "OTHERS", "CNY", settled, "0.00", refund_no, out_refund_no, money, "0.00", kind, done, subject, "",
            "0.00000", "0.00%", total, asked, "",
        ]  # fmt: skip
        return ",".join(f"`{cell}" for cell in cells)


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, CHINA).isoformat(timespec="seconds")
