"""快递100: label orders, tracking queries, subscriptions and pushes.

Label calls are signed MD5(param + t + key + secret), queries MD5(param + key + customer), pushes MD5(param + salt), all in upper
case hexadecimal. The service knows an order code once: asked again it answers the number it gave first.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import orjson

from zhanggui.kernel import clock

from ..types import Acknowledgement, Issued, Party, RawPush, Shipment, Track
from . import keys, wire

NAME = "kuaidi100"
API, POLL = "https://api.kuaidi100.com", "https://poll.kuaidi100.com"
#: Our codes are 快递鸟's; this service has words of its own. A carrier that is not here goes by its code in small letters.
COMS = {
    "SF": "shunfeng", "JD": "jd", "ZTO": "zhongtong", "YTO": "yuantong", "YD": "yunda", "STO": "shentong", "JTSD": "jtexpress",
    "EMS": "ems", "YZPY": "youzhengguonei", "DBL": "debangkuaidi", "CNSD": "danniao", "UC": "youshuwuliu",
}  # fmt: skip
_CODES = {com: code for code, com in COMS.items()}
#: `state` of a parcel or a piece of news, by its first digit where three are told.
_STATES = {
    "0": "in_transit", "1": "accepted", "2": "exception", "3": "delivered", "4": "returned", "5": "out_for_delivery",
    "6": "returning", "7": "in_transit", "8": "in_transit", "14": "exception", "501": "ready_for_pickup",
    "1002": "arrived", "1001": "arrived", "401": "returned",
}  # fmt: skip
_WORDS = {
    "揽收": "accepted", "在途": "in_transit", "干线": "in_transit", "疑难": "exception", "签收": "delivered", "退签": "returned",
    "派件": "out_for_delivery", "投柜或站": "ready_for_pickup", "退回": "returning", "转单": "in_transit", "拒签": "exception",
    "到达派件城市": "arrived",
}  # fmt: skip


def md5(*parts: str) -> str:
    """As this service signs: the parts joined, in upper case."""
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest().upper()


def com_of(carrier: str) -> str:
    return COMS.get(carrier, carrier.lower())


class Kuaidi100:
    name = NAME

    def issue(self, order_code: str, shipment: Shipment) -> Issued:
        own = keys.of(NAME)
        partner = own.partner(shipment.carrier)
        said = self._order(
            own,
            "order",
            {
                "printType": "NON",
                "partnerId": partner.get("partnerId", ""),
                "partnerKey": partner.get("partnerKey", ""),
                "net": partner.get("net", ""),
                "kuaidicom": com_of(shipment.carrier),
                "orderId": order_code,
                "recMan": _man(shipment.receiver),
                "sendMan": _man(shipment.sender),
                "cargo": shipment.goods,
                "count": shipment.pieces,
                "weight": f"{shipment.weight_g / 1000:.2f}",
                "remark": shipment.remark,
                "needSubscribe": True,
                "pollCallBackUrl": own.push_url(),
                "salt": own.text("salt"),
                "resultv2": "4",
            },
        )
        data = said.get("data")
        if not isinstance(data, dict):
            raise wire.nonsense(NAME, "没有 data", "no data")
        return Issued(
            wire.number_of(NAME, data.get("kuaidinum")),
            wire.words(data.get("bulkpen"), 60),
            wire.words(data.get("orgName"), 40),
            wire.words(data.get("orgCode"), 40),
        )

    def cancel(self, order_code: str, carrier: str, number: str) -> None:
        own = keys.of(NAME)
        partner = own.partner(carrier)
        wish = {"partnerId": partner.get("partnerId", ""), "partnerKey": partner.get("partnerKey", ""),
                "kuaidicom": com_of(carrier), "kuaidinum": number, "orderId": order_code, "reason": "未使用"}  # fmt: skip
        self._order(own, "cancel", wish)

    def tracks(self, carrier: str, number: str, phone: str) -> Sequence[Track]:
        own = keys.of(NAME)
        param = _json({"com": com_of(carrier), "num": number, "phone": phone, "resultv2": "4"})
        customer = own.text("customer")
        fields = {"customer": customer, "sign": md5(param, own.text("key"), customer), "param": param}
        said = wire.ask(NAME, own.address(POLL, "/poll/query.do"), fields)
        if str(said.get("returnCode", "")) == "500":  # not known yet: no news
            return []
        if str(said.get("status")) != "200":
            raise wire.refused(NAME, said.get("message"))
        return _tracks(said, carrier, number)

    def follow(self, carrier: str, number: str, phone: str) -> None:
        own = keys.of(NAME)
        wish = {
            "company": com_of(carrier),
            "number": number,
            "key": own.text("key"),
            "parameters": {
                "callbackurl": own.push_url(),
                "salt": own.text("salt"),
                "phone": phone,
                "resultv2": "4",
            },
        }
        said = wire.ask(NAME, own.address(POLL, "/poll"), {"schema": "json", "param": _json(wish)})
        if str(said.get("returnCode")) not in ("200", "501"):  # 501: subscribed before
            raise wire.refused(NAME, said.get("message"))

    def read_push(self, raw: RawPush) -> Sequence[Track]:
        fields = wire.pushed(raw.body)
        param = fields.get("param", "")
        if not param:
            raise wire.bad_push("fields")
        if not hmac.compare_digest(
            md5(param, keys.of(NAME).text("salt")).encode(), fields.get("sign", "").upper().encode()
        ):
            raise wire.bad_push("signature")
        result = wire.json_of(param).get("lastResult")
        if not isinstance(result, dict):
            raise wire.bad_push("fields")
        com, number = wire.words(result.get("com"), 40), wire.words(result.get("nu"), 40).upper()
        if not com or not number:
            raise wire.bad_push("fields")
        return _tracks(result, _CODES.get(com, com.upper()), number)

    def acknowledge(self, ok: bool, reason: str = "") -> Acknowledgement:
        body = {"result": ok, "returnCode": "200" if ok else "500", "message": "成功" if ok else reason or "失败"}
        return Acknowledgement(200 if ok else 400, "application/json", _json(body))

    def _order(self, own: keys.Keys, method: str, wish: dict[str, Any]) -> dict[str, Any]:
        """A signed call of the label service. Raises ServiceUnreachable, ServiceNonsense, ServiceRefused."""
        param, key = _json(wish), own.text("key")
        t = str(int(clock.now().timestamp() * 1000))
        fields = {"method": method, "key": key, "t": t, "sign": md5(param, t, key, own.text("secret")), "param": param}
        said = wire.ask(NAME, own.address(API, f"/label/order?method={method}"), fields)
        if not isinstance(said.get("success"), bool):
            raise wire.nonsense(NAME, "没有 success", "no success")
        if not said["success"]:
            raise wire.refused(NAME, said.get("message"))
        return said


def _tracks(result: dict[str, Any], carrier: str, number: str) -> list[Track]:
    found = []
    for each in wire.items(result.get("data")):
        at = wire.at(each.get("ftime") or each.get("time"))
        if at is not None:
            text, place = wire.words(each.get("context"), 500), wire.words(each.get("areaName"), 100)
            found.append(Track(carrier, number, at, _status(each), text, place))
    return found


def _status(each: dict[str, Any]) -> str:
    code = str(each.get("statusCode", ""))
    return (
        _STATES.get(code)
        or _STATES.get(code[:1] if len(code) == 3 else "")
        or _WORDS.get(str(each.get("status", "")), "info")
    )


def _man(party: Party) -> dict[str, str]:
    where = f"{party.province}{party.city if party.city != party.province else ''}{party.district}{party.address}"
    return {"name": party.name, "mobile": party.mobile, "printAddr": where}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
