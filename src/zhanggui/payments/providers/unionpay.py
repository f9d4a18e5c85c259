"""UnionPay (银联) online gateway, interface version 5.1.0, RSA certificates (signMethod 01).

Source of the rules: open.unionpay.com, «银联网关支付», «签名机制» and the ZM bill file. UnionPay signs the hex digest of the
sorted fields, sends its own certificate with every message, has no notification id and no close: a trade ends by its
`payTimeout`. An order is identified by number and time together.
"""

import io
import zipfile
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

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

#: The third part of the signing certificate's name: UnionPay itself, or its test system.
SIGNERS = {"中国银联股份有限公司", "00040000:SIGN"}
UNCERTAIN = {"03", "04", "05"}
NOT_FOUND = "34"
NO_FILE = "98"
#: UnionPay's settlement day ends at 23:00.
DAY_ENDS = time(23, 0)
#: Widths of the ZM file's columns, one blank between them; and the columns we read (from 0).
ZM = (3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 98)  # fmt: skip  # noqa: E501
ZM_TIME, ZM_AMOUNT, ZM_QUERY_ID, ZM_ORDER, ZM_TYPE, ZM_ORIGINAL = 4, 6, 9, 11, 19, 26


class _Keys:
    """A merchant's keys, parsed once. `trusted` issued the certificate UnionPay signs with."""

    def __init__(self, own: merchant.Merchant) -> None:
        self.own = own
        self.merchant_id = own.values["merId"]
        self.private = crypto.private_key(own.text("merchant_key.pem"))
        certificate = x509.load_pem_x509_certificate(own.text("merchant_cert.pem").encode())
        self.cert_id = str(certificate.serial_number)
        self.trusted = x509.load_pem_x509_certificates(own.text("acp_middle.pem").encode())
        self._known: dict[str, tuple[RSAPublicKey, datetime]] = {}

    def signer(self, pem: str) -> RSAPublicKey | None:
        """The key of a certificate that a trusted one issued to UnionPay and that is valid now."""
        if pem not in self._known:
            try:
                certificate = x509.load_pem_x509_certificate(pem.encode())
                name = str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value).split("@")
                key = certificate.public_key()
            except (ValueError, IndexError):
                return None
            issued = any(_issued(certificate, issuer) for issuer in self.trusted)
            if not issued or len(name) < 3 or name[2] not in SIGNERS or not isinstance(key, RSAPublicKey):
                return None
            if certificate.not_valid_before_utc > clock.now():
                return None
            self._known[pem] = key, certificate.not_valid_after_utc
        key, until = self._known[pem]
        return key if clock.now() < until else None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


@lru_cache(maxsize=4)
def _keys(folder: Path, modified: int) -> _Keys:
    return _Keys(merchant.read("unionpay", folder, modified))


class UnionPay:
    name = "unionpay"
    manual = False

    def keys(self) -> _Keys:
        return _keys(*merchant.load(self.name))

    # --- paying -------------------------------------------------------------------------------------------------

    def start(self, trade: Trade, options: StartOptions) -> Payable:
        """The signed form that the buyer's browser posts to UnionPay's page."""
        common.only_cny(trade)
        keys = self.keys()
        fields = {
            "txnType": "01",
            "txnSubType": "01",
            "channelType": "08" if options.channel in ("wap", "app") else "07",
            "orderId": trade.out_trade_no,
            "txnTime": common.written(trade.created_at, common.COMPACT),
            "txnAmt": str(trade.amount),
            "currencyCode": "156",
            "payTimeout": common.written(trade.expires_at, common.COMPACT),
            "backUrl": keys.own.notify_url(),
            "frontUrl": options.return_url or keys.own.public_url(),
        }
        url = keys.own.gateway("/gateway/api/frontTransReq.do")
        return common.payable(trade, self.name, "form", url=url, fields=self._signed(fields))

    def verify_notification(self, raw: RawNotification) -> NoticeFacts | None:
        """The facts of a genuine notification; None for one that says nothing about money."""
        try:
            params = dict(parse_qsl(raw.body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=200))
        except (UnicodeDecodeError, ValueError):
            raise BadNotification(reason="form") from None
        if not self._genuine(params):
            raise BadNotification(reason="signature")
        if params.get("merId") != self.keys().merchant_id:
            raise BadNotification(reason="merId")
        # The amount belongs to it: a letter that puts an earlier one right must not count as its repeat.
        said = (params.get(name) for name in ("txnType", "queryId", "respCode", "txnAmt"))
        return _facts(params, ":".join(map(str, said)))

    def acknowledge(self, ok: bool) -> Acknowledgement:
        return Acknowledgement(200 if ok else 400, "text/plain; charset=utf-8", "ok" if ok else "fail")

    # --- asking -------------------------------------------------------------------------------------------------

    def query(self, trade: Trade) -> TradeStatus:
        answer = self._query(trade.out_trade_no, trade.created_at)
        if answer["respCode"] == NOT_FOUND:
            return TradeStatus("absent")
        raw = urlencode(answer).encode()
        if answer.get("origRespCode") == "00":
            facts = _facts({**answer, "respCode": "00", "txnType": "01"}, f"query:{answer.get('queryId')}")
            return TradeStatus("succeeded", facts, raw)
        return TradeStatus("pending", raw=raw)

    def close(self, trade: Trade) -> TradeStatus:
        """UnionPay cannot close; its own `payTimeout` does. Answers what it knows now."""
        return self.query(trade)

    # --- giving back --------------------------------------------------------------------------------------------

    def refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        """Accepted is not done: the answer is at best `processing`, a notification or a query says the end."""
        answer = self._ask(
            "/gateway/api/backTransReq.do",
            {
                "txnType": "04",
                "txnSubType": "00",
                "channelType": "07",
                "orderId": refund.out_refund_no,
                "txnTime": common.written(refund.created_at, common.COMPACT),
                "txnAmt": str(refund.amount),
                "origQryId": trade.gateway_trade_no,
                "backUrl": self.keys().own.notify_url(),
            },
        )
        code = answer["respCode"]
        if code == "00" or code in UNCERTAIN or code == "12":  # 12: this number was sent before
            return RefundStatus("processing", answer.get("queryId", ""))
        return RefundStatus("failed", reason=f"{code} {answer.get('respMsg', '')}".strip())

    def query_refund(self, trade: Trade, refund: RefundOrder) -> RefundStatus:
        answer = self._query(refund.out_refund_no, refund.created_at)
        code = answer.get("origRespCode", "")
        if answer["respCode"] == NOT_FOUND:
            return RefundStatus("absent")
        if code == "00":
            return RefundStatus("succeeded", answer.get("queryId", ""))
        if code in UNCERTAIN:
            return RefundStatus("processing")
        return RefundStatus("failed", reason=f"{code} {answer.get('origRespMsg', '')}".strip())

    # --- the day's bill -----------------------------------------------------------------------------------------

    def download_bill(self, day: date) -> list[BillEntry]:
        fields = {
            "txnType": "76",
            "txnSubType": "01",
            "bizType": "000000",
            "txnTime": common.written(clock.now(), common.COMPACT),
            "fileType": "00",
            "settleDate": f"{day:%m%d}",
        }
        answer = self._ask("/file/", fields, allow=(NO_FILE,))
        return read_bill(answer["fileContent"], day.year) if answer["respCode"] == "00" else []

    def bill_window(self, day: date) -> tuple[datetime, datetime]:
        return common.calendar_day(day, DAY_ENDS)

    # --- the protocol -------------------------------------------------------------------------------------------

    def _signed(self, fields: dict[str, str]) -> dict[str, str]:
        keys = self.keys()
        params = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "certId": keys.cert_id,
            "bizType": "000201",
            "accessType": "0",
            "merId": keys.merchant_id,
            **fields,
        }
        params["signature"] = crypto.rsa_sign(keys.private, crypto.unionpay_digest(params))
        return params

    def _genuine(self, params: dict[str, str]) -> bool:
        key = self.keys().signer(params.get("signPubKeyCert", ""))
        return key is not None and crypto.rsa_verify(key, crypto.unionpay_digest(params), params.get("signature", ""))

    def _query(self, number: str, at: datetime) -> dict[str, str]:
        fields = {
            "txnType": "00",
            "txnSubType": "00",
            "bizType": "000000",
            "orderId": number,
            "txnTime": common.written(at, common.COMPACT),
        }
        return self._ask("/gateway/api/queryTrans.do", fields, allow=(NOT_FOUND,))

    def _ask(self, path: str, fields: dict[str, str], allow: tuple[str, ...] = ()) -> dict[str, str]:
        """A signed question and its verified answer. A query that fails for itself raises GatewayRefused."""
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
        url = self.keys().own.values.get("files") if path == "/file/" else None
        answer = http.call(
            "POST", url or self.keys().own.gateway(path), headers=headers, body=urlencode(self._signed(fields)).encode()
        )
        if answer.status != 200:
            raise GatewayUnreachable(reason=f"HTTP {answer.status}")
        params = read_answer(answer.text)
        if not self._genuine(params):
            raise GatewayUnreachable(reason="answer not signed")
        code = params.get("respCode", "")
        if fields["txnType"] in ("00", "76") and code != "00" and code not in allow:
            if code in UNCERTAIN:
                raise GatewayUnreachable(reason=code)
            raise GatewayRefused(refusal=code, reason=params.get("respMsg", ""))
        return params


def read_answer(text: str) -> dict[str, str]:
    """`k=v&k=v` as UnionPay answers it: not URL-encoded, `{…}` values may hold further pairs."""
    found: dict[str, str] = {}
    depth = start = 0
    for place, letter in enumerate(text + "&"):
        depth += (letter == "{") - (letter == "}")
        if letter == "&" and depth <= 0:
            name, separator, value = text[start:place].partition("=")
            if separator:
                found[name.strip()] = value
            start, depth = place + 1, 0
    return found


def _facts(params: dict[str, str], notice_id: str) -> NoticeFacts | None:
    kind = {"01": "payment", "04": "refund_succeeded"}.get(params.get("txnType", ""))
    if kind is None or params.get("respCode") != "00":
        return None  # a failed attempt at the page; the buyer may try again until the trade's time is up
    amount, number = params.get("txnAmt", ""), params.get("orderId", "")
    if not (amount.isascii() and amount.isdigit() and len(amount) <= 12) or not number or not params.get("queryId"):
        raise BadNotification(reason="incomplete")
    return NoticeFacts(
        notice_id=notice_id,
        kind=kind,  # type: ignore[arg-type]
        out_trade_no=number if kind == "payment" else "",
        out_refund_no=number if kind != "payment" else "",
        amount=int(amount),
        currency="CNY" if params.get("currencyCode") == "156" else params.get("currencyCode", ""),
        gateway_no=params["queryId"],
        at=common.read_time(params.get("txnTime", ""), common.COMPACT),
    )


def read_bill(content: str, year: int) -> list[BillEntry]:
    """The ZM file inside a bill: base64 of a deflated zip; fixed columns in GBK, one record a line."""
    try:
        with zipfile.ZipFile(io.BytesIO(zlib.decompress(b64decode(content)))) as bundle:
            names = [name for name in bundle.namelist() if "ZM_" in name]
            lines = [
                line for name in names for line in bundle.read(name).decode("gb18030").splitlines() if line.strip()
            ]
    except (zipfile.BadZipFile, zlib.error, Base64Error, UnicodeDecodeError):
        raise GatewayUnreachable(reason="unreadable bill") from None
    entries = []
    for line in lines:
        cells, place = [], 0
        raw = line.encode("gb18030")
        for width in ZM:
            cells.append(raw[place : place + width].decode("gb18030", "replace").strip())
            place += width + 1
        refund = cells[ZM_TYPE] == "04"
        entries.append(
            BillEntry(
                kind="refund" if refund else "payment",
                out_trade_no="" if refund else cells[ZM_ORDER],
                amount=int(cells[ZM_AMOUNT]),
                currency="CNY",
                gateway_no=cells[ZM_QUERY_ID],
                out_refund_no=cells[ZM_ORDER] if refund else "",
                at=common.read_time(f"{year}{cells[ZM_TIME]}", common.COMPACT),
            )
        )
    return entries
