"""Alipay's counter: gateway.do with RSA2, trade notifications, and the zipped GBK bill."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from sqlite3 import Row
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .. import crypto
from .books import Books, Refused, china, day_window, epoch, now
from .wire import Answered, Asked, Letter, ShowPage

REFUSALS = {
    "absent": ("ACQ.TRADE_NOT_EXIST", "交易不存在"),
    "paid": ("ACQ.TRADE_HAS_SUCCESS", "交易已被支付"),
    "closed": ("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    "different": ("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"),
    "unpaid": ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "too_much": ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"),
    "amount": ("ACQ.TOTAL_FEE_EXCEED", "订单金额不合法"),
    "refused": ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足"),
}
HEADINGS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)


class AlipayDesk:
    name = "alipay"

    def __init__(self, keys: Path, books: Books, base: str, show: ShowPage) -> None:
        self.books, self.base, self.show = books, base, show
        self.private = crypto.private_key((keys / "private.pem").read_text())
        self.merchant = crypto.public_key((keys / "merchant_public.pem").read_text())
        self.app_id: str = json.loads((keys / "merchant.json").read_text())["app_id"]
        self.methods: dict[str, Callable[[dict[str, Any], dict[str, str]], dict[str, Any]]] = {
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
            "alipay.data.dataservice.bill.downloadurl.query": self._bill_url,
        }

    def answer(self, asked: Asked) -> Answered:
        if asked.path == "/bill":
            return self._bill(asked.query.get("date", ""), asked.query.get("sign", ""))
        params = dict(asked.query) | dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
        method = params.get("method", "")
        node = method.replace(".", "_") + "_response"
        if params.get("app_id") != self.app_id:
            return self._signed(node, _error("40002", "isv.invalid-app-id", "无效的AppID参数"))
        if not crypto.rsa_verify(self.merchant, crypto.sorted_pairs(params, without=("sign",)), params.get("sign", "")):
            return self._signed(node, _error("40002", "isv.invalid-signature", "无效签名"))
        try:
            content = json.loads(params.get("biz_content") or "{}")
            if method in ("alipay.trade.page.pay", "alipay.trade.wap.pay"):
                trade = self._open(content, params)
                return Answered(body=self.show(trade, ""), content_type="text/html; charset=utf-8")
            if method not in self.methods:
                return self._signed(node, _error("40001", "isv.invalid-method", "不存在的方法名"))
            return self._signed(node, {"code": "10000", "msg": "Success", **self.methods[method](content, params)})
        except Refused as refused:
            return self._signed(node, _error("40004", *REFUSALS[str(refused)]))
        except (ValueError, KeyError, TypeError):
            return self._signed(node, _error("40004", "ACQ.INVALID_PARAMETER", "参数无效"))

    def _open(self, content: dict[str, Any], params: dict[str, str]) -> Row:
        expires = content.get("time_expire")
        return self.books.open_trade(
            self.name,
            content["out_trade_no"],
            amount=crypto.fen(content["total_amount"]),
            subject=content["subject"],
            notify_url=params.get("notify_url", ""),
            return_url=params.get("return_url", ""),
            expires_at=epoch(expires, "%Y-%m-%d %H:%M:%S") if expires else None,
        )

    def _precreate(self, content: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        trade = self._open(content, params)
        return {"out_trade_no": trade["out_trade_no"], "qr_code": f"{self.base}/pay/{trade['token']}"}

    def _query(self, content: dict[str, Any], _params: dict[str, str]) -> dict[str, Any]:
        trade = self.books.trade(self.name, content["out_trade_no"])
        if trade is None:
            raise Refused("absent")
        answer = {
            "out_trade_no": trade["out_trade_no"],
            "trade_no": trade["trade_no"],
            "trade_status": _status(trade),
            "total_amount": crypto.yuan(trade["amount"]),
            "buyer_logon_id": "sim***@example.com",
        }
        return answer | ({"send_pay_date": china(trade["paid_at"])} if trade["paid_at"] else {})

    def _close(self, content: dict[str, Any], _params: dict[str, str]) -> dict[str, Any]:
        try:
            self.books.close(self.name, content["out_trade_no"])
        except Refused as refused:
            raise Refused("unpaid" if str(refused) == "paid" else str(refused)) from None
        return {"out_trade_no": content["out_trade_no"]}

    def _refund(self, content: dict[str, Any], _params: dict[str, str]) -> dict[str, Any]:
        trade = self.books.trade(self.name, content["out_trade_no"])
        amount = crypto.fen(content["refund_amount"])
        refund, fresh = self.books.refund(trade, content.get("out_request_no") or content["out_trade_no"], amount)
        if refund["state"] == "failed":
            raise Refused("refused")
        trade = self.books.trade(self.name, content["out_trade_no"])
        assert trade is not None
        return {
            "out_trade_no": trade["out_trade_no"],
            "trade_no": trade["trade_no"],
            "fund_change": "Y" if fresh else "N",
            "refund_fee": crypto.yuan(trade["refunded"]),
            "buyer_logon_id": "sim***@example.com",
        }

    def _refund_query(self, content: dict[str, Any], _params: dict[str, str]) -> dict[str, Any]:
        if self.books.trade(self.name, content["out_trade_no"]) is None:
            raise Refused("absent")
        refund = self.books.refund_of(self.name, content["out_request_no"])
        if refund is None or refund["state"] == "failed":
            return {}
        return {
            "out_trade_no": refund["out_trade_no"],
            "out_request_no": refund["out_refund_no"],
            "refund_status": "REFUND_SUCCESS",
            "refund_amount": crypto.yuan(refund["amount"]),
        }

    def _bill_url(self, content: dict[str, Any], _params: dict[str, str]) -> dict[str, Any]:
        day = date.fromisoformat(content["bill_date"])
        sign = crypto.rsa_sign(self.private, f"bill {day}".encode())
        return {"bill_download_url": f"{self.base}/alipay/bill?{urlencode({'date': day.isoformat(), 'sign': sign})}"}

    def _bill(self, day: str, sign: str) -> Answered:
        if not crypto.rsa_verify(self.private.public_key(), f"bill {day}".encode(), sign):
            return Answered(403, b"", "text/plain")
        return Answered(body=self._archive(date.fromisoformat(day)), content_type="application/zip")

    def _archive(self, day: date) -> bytes:
        window = day_window(day)
        lines = [
            "#支付宝业务明细查询",
            "#账号：[20880000000000010156]",
            f"#起始日期：[{china(window[0], '%Y年%m月%d日 %H:%M:%S')}]   终止日期：[{china(window[1], '%Y年%m月%d日 %H:%M:%S')}]",
            "#-----------------------------------------业务明细列表----------------------------------------",
            HEADINGS,
        ]
        paid, back = self.books.paid_between(self.name, *window), self.books.refunded_between(self.name, *window)
        for t in paid:
            lines.append(_line(t, "交易", t["amount"], "", china(t["created_at"]), china(t["paid_at"])))
        for r in back:
            lines.append(
                _line(r, "退款", -r["amount"], r["out_refund_no"], china(r["created_at"]), china(r["created_at"]))
            )
        lines += [
            "#-----------------------------------------业务明细列表结束------------------------------------",
            f"#交易合计：{len(paid)}笔，商家实收共{crypto.yuan(sum(t['amount'] for t in paid))}元，商家优惠共0.00元",
            f"#退款合计：{len(back)}笔，商家实收退款共-{crypto.yuan(sum(r['amount'] for r in back))}元，商家优惠退款共0.00元",
            f"#导出时间：[{china(now(), '%Y年%m月%d日 %H:%M:%S')}]",
        ]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
            name = f"20880000000000010156_{day:%Y%m%d}"
            bundle.writestr(f"{name}_业务明细.csv", "\r\n".join(lines).encode("gb18030"))
            bundle.writestr(f"{name}_业务明细(汇总).csv", "#支付宝业务汇总查询\r\n".encode("gb18030"))
        return archive.getvalue()

    def _signed(self, node: str, content: dict[str, Any]) -> Answered:
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        sign = crypto.rsa_sign(self.private, text.encode())
        return Answered(body=f'{{"{node}":{text},"sign":"{sign}"}}'.encode())

    def letter(self, kind: str, notice_id: str, trade: Row, refund: Row | None, forge: str) -> Letter:
        amount = trade["amount"] + (1 if forge == "amount" else 0)
        params = {
            "notify_time": china(now()),
            "notify_type": "trade_status_sync",
            "notify_id": notice_id,
            "app_id": self.app_id,
            "charset": "utf-8",
            "version": "1.0",
            "trade_no": trade["trade_no"],
            "out_trade_no": trade["out_trade_no"],
            "trade_status": "TRADE_SUCCESS" if refund is None else _status(trade),
            "total_amount": crypto.yuan(amount),
            "receipt_amount": crypto.yuan(amount),
            "subject": trade["subject"],
            "gmt_create": china(trade["created_at"]),
            "gmt_payment": china(trade["paid_at"] or now()),
        }
        if refund is not None:
            params |= {
                "out_biz_no": refund["out_refund_no"],
                "refund_fee": crypto.yuan(trade["refunded"]),
                "gmt_refund": china(refund["created_at"]) + ".000",
            }
        sign = crypto.rsa_sign(self.private, crypto.sorted_pairs(params, without=()))
        if forge == "signature":
            params["total_amount"] = crypto.yuan(amount + 100)
        body = urlencode({**params, "sign_type": "RSA2", "sign": sign}).encode()
        return Letter({"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, body)

    def acknowledged(self, status: int, body: bytes) -> bool:
        return status == 200 and body.strip() == b"success"


def _status(trade: Row) -> str:
    if trade["state"] == "paid":
        return "TRADE_CLOSED" if trade["refunded"] == trade["amount"] else "TRADE_SUCCESS"
    return {"open": "WAIT_BUYER_PAY", "closed": "TRADE_CLOSED"}[trade["state"]]


def _error(code: str, sub_code: str, sub_msg: str) -> dict[str, Any]:
    return {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": sub_msg}


def _line(row: Row, kind: str, amount: int, refund_no: str, created: str, done: str) -> str:
    money = crypto.yuan(amount)
    subject = row["subject"].replace(",", " ").replace("\n", " ")
    cells = [
        f"{row['trade_no']}\t",
        f"{row['out_trade_no']}\t",
        kind,
        subject,
        created,
        done,
        "",
        "",
        "",
        "",
        "sim***",
        money,
        money,
    ]
    return ",".join(
        [*cells, "0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00", "0.00", f"{refund_no}\t", "0.00", "0.00", ""]
    )
