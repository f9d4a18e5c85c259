"""UnionPay's counter, version 5.1.0: signed fields with certificates both ways, and the fixed-width ZM bill."""

import io
import json
import zipfile
import zlib
from base64 import b64encode
from datetime import date
from datetime import time as clock_time
from pathlib import Path
from sqlite3 import Row
from urllib.parse import parse_qsl, urlencode

from cryptography import x509

from .. import crypto
from .books import Books, Refused, china, day_window, epoch, now
from .wire import Answered, Asked, Letter, ShowPage

#: Answer codes: 34 no such trade, 12 repeated, 61 amount, 02 not (yet) done, 98 no file.
REFUSALS = {
    "absent": "34",
    "paid": "12",
    "closed": "77",
    "different": "12",
    "unpaid": "02",
    "too_much": "61",
    "amount": "61",
}
FAILED_REFUND = "51"
ZM = (3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 98)  # fmt: skip  # noqa: E501


class UnionPayDesk:
    name = "unionpay"

    def __init__(self, keys: Path, books: Books, base: str, show: ShowPage) -> None:
        self.books, self.base, self.show = books, base, show
        self.private = crypto.private_key((keys / "private.pem").read_text())
        self.certificate = (keys / "certificate.pem").read_text()
        merchant = x509.load_pem_x509_certificate((keys / "merchant_cert.pem").read_bytes())
        self.merchant, self.cert_id = (
            crypto.public_key((keys / "merchant_cert.pem").read_text()),
            str(merchant.serial_number),
        )
        self.merchant_id: str = json.loads((keys / "merchant.json").read_text())["merId"]

    def answer(self, asked: Asked) -> Answered:
        params = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
        signed = crypto.rsa_verify(self.merchant, crypto.unionpay_digest(params), params.get("signature", ""))
        if not signed or (params.get("merId"), params.get("certId")) != (self.merchant_id, self.cert_id):
            return self._answer(params, {"respCode": "11", "respMsg": "验证签名失败[9100004]"})
        try:
            kind = (asked.path, params["txnType"])
            if kind == ("/gateway/api/frontTransReq.do", "01"):
                return Answered(body=self.show(self._open(params), ""), content_type="text/html; charset=utf-8")
            if kind == ("/gateway/api/queryTrans.do", "00"):
                return self._answer(params, self._query(params))
            if kind == ("/gateway/api/backTransReq.do", "04"):
                return self._answer(params, self._refund(params))
            if kind == ("/file/", "76"):
                return self._answer(params, self._bill(params["settleDate"]))
        except Refused as refused:
            return self._answer(params, {"respCode": REFUSALS[str(refused)], "respMsg": f"拒绝[{refused}]"})
        except (ValueError, KeyError):
            pass
        return self._answer(params, {"respCode": "10", "respMsg": "报文格式错误[6100030]"})

    def _open(self, params: dict[str, str]) -> Row:
        return self.books.open_trade(
            self.name,
            params["orderId"],
            amount=int(params["txnAmt"]),
            subject=params.get("orderDesc", params["orderId"]),
            notify_url=params["backUrl"],
            return_url=params.get("frontUrl", ""),
            txn_time=params["txnTime"],
            expires_at=epoch(params["payTimeout"], "%Y%m%d%H%M%S") if params.get("payTimeout") else None,
        )

    def _query(self, params: dict[str, str]) -> dict[str, str]:
        """A payment or a refund, by its own number and time."""
        trade = self.books.trade(self.name, params["orderId"])
        refund = self.books.refund_of(self.name, params["orderId"])
        found = refund or trade
        if found is None or found["txn_time"] != params["txnTime"]:
            raise Refused("absent")
        done = {"paid": "00", "open": "05", "closed": "77", "succeeded": "00", "failed": FAILED_REFUND}[found["state"]]
        return {
            "respCode": "00",
            "respMsg": "成功[0000000]",
            "origRespCode": done,
            "origRespMsg": "成功" if done == "00" else "处理中" if done == "05" else "失败",
            "queryId": found["refund_no"] if refund else found["trade_no"],
            "txnAmt": str(found["amount"]),
            "currencyCode": "156",
            "settleDate": china(now(), "%m%d"),
        }

    def _refund(self, params: dict[str, str]) -> dict[str, str]:
        trade = self.books.row(
            "select * from trade where provider = ? and trade_no = ?", self.name, params["origQryId"]
        )
        refund, fresh = self.books.refund(
            trade, params["orderId"], int(params["txnAmt"]), notify_url=params["backUrl"], txn_time=params["txnTime"]
        )
        if not fresh:
            return {"respCode": "12", "respMsg": "重复交易[2010002]"}
        return {
            "respCode": "00",
            "respMsg": "成功[0000000]",
            "queryId": refund["refund_no"],
            "origQryId": params["origQryId"],
        }

    def _answer(self, params: dict[str, str], content: dict[str, str]) -> Answered:
        """As UnionPay answers: pairs that are not URL-encoded."""
        echoed = ("txnType", "txnSubType", "bizType", "accessType", "orderId", "txnTime", "merId")
        fields = self._signed({name: params[name] for name in echoed if name in params} | content)
        return Answered(
            body="&".join(f"{k}={v}" for k, v in fields.items()).encode(), content_type="text/plain; charset=UTF-8"
        )

    def _signed(self, fields: dict[str, str]) -> dict[str, str]:
        params = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "signPubKeyCert": self.certificate,
            **fields,
        }
        params["signature"] = crypto.rsa_sign(self.private, crypto.unionpay_digest(params))
        return params

    def letter(self, kind: str, notice_id: str, trade: Row, refund: Row | None, forge: str) -> Letter:
        row = trade if refund is None else refund
        fields = {
            "txnType": "01" if refund is None else "04",
            "txnSubType": "01" if refund is None else "00",
            "bizType": "000201",
            "accessType": "0",
            "merId": self.merchant_id,
            "orderId": trade["out_trade_no"] if refund is None else refund["out_refund_no"],
            "txnTime": row["txn_time"],
            "txnAmt": str(row["amount"] + (1 if forge == "amount" else 0)),
            "currencyCode": "156",
            "queryId": trade["trade_no"] if refund is None else refund["refund_no"],
            "respCode": "00",
            "respMsg": "成功[0000000]",
            "settleAmt": str(row["amount"]),
            "settleCurrencyCode": "156",
            "settleDate": china(now(), "%m%d"),
            "traceNo": row["txn_time"][-6:],
            "traceTime": china(now(), "%m%d%H%M%S"),
        }
        if refund is not None:
            fields["origQryId"] = trade["trade_no"]
        params = self._signed(fields)
        if forge == "signature":
            params["txnAmt"] = "1"
        return Letter({"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}, urlencode(params).encode())

    def acknowledged(self, status: int, body: bytes) -> bool:
        return status == 200

    def _bill(self, settle_date: str) -> dict[str, str]:
        """The ZM file of a settlement day (23:00 to 23:00) of this year, or of last year for days still to come."""
        year = int(china(now(), "%Y"))
        day = date(year, int(settle_date[:2]), int(settle_date[2:]))
        if day_window(day)[0] > now():
            day = date(year - 1, day.month, day.day)
        window = day_window(day, clock_time(23, 0))
        lines = [_line("S22", "01", t, t["trade_no"], t["out_trade_no"], "", t["paid_at"])
                 for t in self.books.paid_between(self.name, *window)]  # fmt: skip
        lines += [_line("S30", "04", r, r["refund_no"], r["out_refund_no"], r["trade_no"], r["created_at"])
                  for r in self.books.refunded_between(self.name, *window)]  # fmt: skip
        if not lines:
            return {"respCode": "98", "respMsg": "文件不存在[2000098]"}
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr(f"INN{day:%y%m%d}88ZM_{self.merchant_id}", "\r\n".join(lines).encode("gb18030"))
        content = b64encode(zlib.compress(archive.getvalue())).decode()
        return {
            "respCode": "00",
            "respMsg": "成功[0000000]",
            "fileName": f"{self.merchant_id}_{day:%Y%m%d}.zip",
            "fileContent": content,
        }


def _line(code: str, kind: str, row: Row, query_id: str, number: str, original: str, at: int) -> str:
    cells = {
        0: code, 1: "00010000", 2: "00010000", 3: query_id[-6:], 4: china(at, "%m%d%H%M%S"), 5: "621700*********1234",
        6: f"{row['amount']:012d}", 7: "5311", 8: "07", 9: query_id, 11: number, 12: "01", 15: "C00000000000",
        16: f"C{row['amount']:012d}", 17: "0001", 19: kind, 20: "01" if kind == "01" else "00", 21: "000201", 26: original,
        27: "777290000000001",
    }  # fmt: skip
    return " ".join(f"{cells.get(i, ''):<{width}}"[:width] for i, width in enumerate(ZM))
