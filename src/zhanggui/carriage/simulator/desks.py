"""The counters of both services: they check every signature, issue numbers, tell tracks, and write the letters of pushes."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Row
from typing import Any
from urllib.parse import parse_qsl, urlencode

from zhanggui.kernel.simulating import Answered, Asked, Letter, china, now

from .books import CALL_FAULTS, Books, keys

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
#: Longer than the mall waits.
DELAY = 35
COMS = {
    "shunfeng": "SF", "jd": "JD", "zhongtong": "ZTO", "yuantong": "YTO", "yunda": "YD", "shentong": "STO", "jtexpress": "JTSD",
    "ems": "EMS", "youzhengguonei": "YZPY", "debangkuaidi": "DBL", "danniao": "CNSD", "youshuwuliu": "UC",
}  # fmt: skip
_STATES = {
    "accepted": ("1", "揽收"), "in_transit": ("0", "在途"), "arrived": ("1002", "到达派件城市"), "out_for_delivery": ("5", "派件"),
    "delivered": ("3", "签收"),
}  # fmt: skip
_ACTIONS = {"accepted": "1", "in_transit": "2", "arrived": "201", "out_for_delivery": "202", "delivered": "301"}


def routes(province: str, city: str, code: str) -> tuple[str, str, str]:
    """The three-part code, the hub of the bag and its sorting code, as carriers print them."""
    drawn = int.from_bytes(hashlib.sha256(f"{province}{city}{code}".encode()).digest()[:4], "big")
    route = f"{100 + drawn % 900}-A{drawn // 7 % 100:02d} {drawn // 700 % 1000:03d}"
    return route, f"{city or province}转运中心", f"{drawn // 11 % 90 + 10}"


class Desk:
    """What both have in common: faults of calls strike before anything, or after the work is done (`late`)."""

    name = ""

    def __init__(self, directory: Path, books: Books, *, waits: bool = True) -> None:
        self.books, self.waits = books, waits
        self.keys = keys(directory, self.name)

    def answer(self, asked: Asked) -> Answered:
        fault = self.books.take_fault(*CALL_FAULTS)
        if fault is None:
            return self.work(asked)
        if fault["kind"] == "refuse":
            return self.refuse(fault["value"] or "客户编码或密码错误")
        if fault["value"] == "late":  # it has done it, and its answer does not arrive
            self.work(asked)
        if fault["kind"] == "nonsense":
            return Answered(200, b"<html><body>502 Bad Gateway</body></html>", "text/html")
        if self.waits:
            time.sleep(DELAY)
        return Answered(504, b"", "text/plain")

    def work(self, asked: Asked) -> Answered:
        raise NotImplementedError

    def refuse(self, reason: str) -> Answered:
        raise NotImplementedError


class Kuaidi100Desk(Desk):
    name = "kuaidi100"

    def work(self, asked: Asked) -> Answered:
        form = dict(parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True))
        if asked.path == "/label/order":
            return self._label(form, asked.query.get("method", ""))
        if asked.path == "/poll/query.do":
            return self._query(form)
        if asked.path == "/poll":
            return self._subscribe(form)
        return Answered(404, b"", "text/plain")

    def refuse(self, reason: str) -> Answered:
        return _json(
            {"success": False, "code": 30001, "message": reason, "result": False, "returnCode": "600", "status": "600"}
        )

    def _label(self, form: dict[str, str], method: str) -> Answered:
        param, key, t = form.get("param", ""), form.get("key", ""), form.get("t", "")
        signed = _md5(param, t, key, self.keys["secret"])
        if key != self.keys["key"] or not hmac.compare_digest(signed.encode(), form.get("sign", "").encode()):
            return _json({"success": False, "code": 30002, "message": "签名错误"})
        if not t.isdigit() or abs(int(t) / 1000 - now()) > 600:
            return _json({"success": False, "code": 30003, "message": "时间戳已过期"})
        wish = _object(param)
        code, com = str(wish.get("orderId", "")), str(wish.get("kuaidicom", ""))
        if method == "cancel":
            became = self.books.cancel(self.name, code)
            said = {"absent": "订单不存在", "moving": "已揽收，不能取消"}.get(became, "success")
            return _json(
                {"success": became == "cancelled", "code": 200 if became == "cancelled" else 30010, "message": said}
            )
        man = wish.get("recMan")
        if method != "order" or not code or not com or not isinstance(man, dict) or not man.get("printAddr"):
            return _json({"success": False, "code": 30004, "message": "参数不完整"})
        where = str(man["printAddr"])
        province, city = where[:3].rstrip("省市"), ""
        row, _ = self.books.issue(
            self.name, code, COMS.get(com, com.upper()), phone=str(man.get("mobile", ""))[-4:], province=province, city=city,
            subscribed=bool(wish.get("needSubscribe")), callback=str(wish.get("pollCallBackUrl", "")),
            salt=str(wish.get("salt", "")),
        )  # fmt: skip
        if row["state"] == "cancelled":
            return _json({"success": False, "code": 30011, "message": "该订单已取消"})
        route, hub, sorting = routes(province, city, row["carrier"])
        data = {
            "taskId": row["number"][-8:],
            "kuaidinum": row["number"],
            "bulkpen": route,
            "orgName": hub,
            "orgCode": sorting,
        }
        return _json({"success": True, "code": 200, "message": "success", "data": data})

    def _query(self, form: dict[str, str]) -> Answered:
        param, customer = form.get("param", ""), self.keys["customer"]
        if form.get("customer") != customer or form.get("sign") != _md5(param, self.keys["key"], customer):
            return _json({"result": False, "returnCode": "503", "status": "503", "message": "验证签名失败"})
        wish = _object(param)
        carrier, number = COMS.get(str(wish.get("com")), str(wish.get("com")).upper()), str(wish.get("num"))
        tracks = self.books.tracks(self.name, carrier, number)
        if not tracks:
            return _json(
                {"result": False, "returnCode": "500", "status": "500", "message": "查询无结果，请隔段时间再查"}
            )
        return _json(
            {"message": "ok", "com": wish.get("com"), "nu": number, "status": "200", "data": self._news(tracks)}
        )

    def _subscribe(self, form: dict[str, str]) -> Answered:
        wish = _object(form.get("param", ""))
        given = wish.get("parameters")
        if wish.get("key") != self.keys["key"] or not isinstance(given, dict):
            return _json({"result": False, "returnCode": "600", "message": "您不是合法的订阅者"})
        carrier = COMS.get(str(wish.get("company")), str(wish.get("company")).upper())
        self.books.follow(
            self.name, carrier, str(wish.get("number")), str(given.get("callbackurl", "")), str(given.get("salt", ""))
        )
        return _json({"result": True, "returnCode": "200", "message": "提交成功"})

    def _news(self, tracks: Sequence[Row]) -> list[dict[str, Any]]:
        return [
            {"time": china(row["at"]), "ftime": china(row["at"]), "context": row["text"], "areaName": row["place"],
             "statusCode": _STATES[row["status"]][0], "status": _STATES[row["status"]][1]}
            for row in reversed(tracks)
        ]  # fmt: skip

    def letter(self, push: Row, waybill: Row | None, tracks: Sequence[Row]) -> Letter:
        coms = {code: com for com, code in COMS.items()}
        param = json.dumps(
            {"status": "shutdown" if waybill is not None and waybill["state"] == "over" else "polling", "message": "",
             "lastResult": {"message": "ok", "status": "200", "com": coms.get(push["carrier"], push["carrier"].lower()),
                            "nu": push["number"], "ischeck": "0", "data": self._news(tracks)}},
            ensure_ascii=False,
        )  # fmt: skip
        salt = (waybill["salt"] if waybill is not None else "") or self.keys["salt"]
        signed = _md5(param, "bent" if push["forge"] else salt)
        return Letter(FORM, urlencode({"sign": signed, "param": param}).encode())

    def acknowledged(self, status: int, body: bytes) -> bool:
        return status == 200 and str(_object(body.decode("utf-8", "replace")).get("returnCode")) == "200"


class KDNiaoDesk(Desk):
    name = "kdniao"

    def work(self, asked: Asked) -> Answered:
        form = dict(parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True))
        data, kind = form.get("RequestData", ""), form.get("RequestType", "")
        known = form.get("EBusinessID") == self.keys["EBusinessID"]
        if not known or not hmac.compare_digest(self._sign(data).encode(), form.get("DataSign", "").encode()):
            return self.refuse("数据签名错误", "110")
        wish = _object(data)
        carrier, number = str(wish.get("ShipperCode", "")), str(wish.get("LogisticCode", ""))
        if (asked.path, kind) == ("/api/EOrderService", "1007"):
            return self._order(wish, carrier)
        if (asked.path, kind) == ("/api/EOrderService", "1147"):
            became = self.books.cancel(self.name, str(wish.get("OrderCode", "")))
            reason = {"absent": "订单不存在", "moving": "已揽收，不能取消"}.get(became, "")
            return _json(self._said(became == "cancelled", reason, "100" if became == "cancelled" else "105"))
        if (asked.path, kind) == ("/Ebusiness/EbusinessOrderHandle.aspx", "8001"):
            tracks = self.books.tracks(self.name, carrier, number)
            return _json({**self._said(True), **self._parcel(carrier, number, tracks)})
        if (asked.path, kind) == ("/api/dist", "8008"):
            self.books.follow(self.name, carrier, number)
            return _json(self._said(True))
        return self.refuse("请求指令错误", "109")

    def refuse(self, reason: str, code: str = "105") -> Answered:
        return _json(self._said(False, reason, code))

    def _order(self, wish: dict[str, Any], carrier: str) -> Answered:
        code, man = str(wish.get("OrderCode", "")), wish.get("Receiver")
        if not code or not carrier or not isinstance(man, dict) or not man.get("Address"):
            return self.refuse("缺少必要参数", "101")
        province, city = str(man.get("ProvinceName", "")), str(man.get("CityName", ""))
        row, new = self.books.issue(
            self.name, code, carrier, phone=str(man.get("Mobile", ""))[-4:], province=province, city=city
        )
        if row["state"] == "cancelled":
            return self.refuse("该订单号已取消", "107")
        route, hub, sorting = routes(province, city, carrier)
        order = {"OrderCode": code, "ShipperCode": carrier, "LogisticCode": row["number"], "MarkDestination": route,
                 "PackageName": hub, "SortingCode": sorting}  # fmt: skip
        said = self._said(True) if new else self._said(False, "该订单号已下单成功", "106")
        return _json({**said, "Order": order})

    def _said(self, ok: bool, reason: str = "", code: str = "100") -> dict[str, Any]:
        return {"EBusinessID": self.keys["EBusinessID"], "Success": ok, "ResultCode": code, "Reason": reason}

    def _parcel(self, carrier: str, number: str, tracks: Sequence[Row]) -> dict[str, Any]:
        traces = [
            {"AcceptTime": china(row["at"]), "AcceptStation": row["text"], "Location": row["place"],
             "Action": _ACTIONS[row["status"]]}
            for row in tracks
        ]  # fmt: skip
        state = traces[-1]["Action"][0] if traces else "0"
        return {"ShipperCode": carrier, "LogisticCode": number, "State": state, "Traces": traces}

    def letter(self, push: Row, waybill: Row | None, tracks: Sequence[Row]) -> Letter:
        parcel = {**self._said(True), **self._parcel(push["carrier"], push["number"], tracks)}
        data = json.dumps(
            {"EBusinessID": self.keys["EBusinessID"], "PushTime": china(now()), "Count": "1", "Data": [parcel]},
            ensure_ascii=False,
        )
        signed = self._sign(f"{data}bent" if push["forge"] else data)
        return Letter(FORM, urlencode({"RequestData": data, "RequestType": "102", "DataSign": signed}).encode())

    def acknowledged(self, status: int, body: bytes) -> bool:
        return status == 200 and _object(body.decode("utf-8", "replace")).get("Success") is True

    def _sign(self, data: str) -> str:
        digest = hashlib.md5((data + self.keys["key"]).encode(), usedforsecurity=False).hexdigest()
        return base64.b64encode(digest.encode()).decode()


def _md5(*parts: str) -> str:
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest().upper()


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _json(content: Any) -> Answered:
    return Answered(200, json.dumps(content, ensure_ascii=False).encode())
