"""快递鸟 (KDNiao): electronic waybills (EOrderService), tracking queries, subscriptions and pushes.

Every call carries DataSign = base64(MD5(RequestData + key) in small hexadecimal); so do its pushes. An order code is known once:
asked again it is answered with code 106 and the number it gave first.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import orjson

from zhanggui.kernel import clock

from ..types import Acknowledgement, Issued, Party, RawPush, Shipment, Track
from . import keys, wire

NAME = "kdniao"
API = "https://api.kdniao.com"
ORDER, CANCEL, QUERY, SUBSCRIBE, PUSH = "1007", "1147", "8001", "8008", ("101", "102")
KNOWN = "106"
#: `Action` (or `State`) of news; three digits where it is told more closely.
_ACTIONS = {
    "1": "accepted", "2": "in_transit", "201": "arrived", "204": "in_transit", "205": "arrived", "206": "in_transit",
    "202": "out_for_delivery", "211": "ready_for_pickup", "3": "delivered", "301": "delivered", "302": "delivered",
    "304": "delivered", "311": "delivered", "4": "exception", "404": "returning", "406": "returned", "407": "returning",
    "412": "ready_for_pickup", "5": "in_transit", "6": "in_transit", "0": "info", "10": "info",
}  # fmt: skip


def sign(data: str, key: str) -> str:
    """DataSign as the service wants it, before the form encodes it."""
    digest = hashlib.md5((data + key).encode(), usedforsecurity=False).hexdigest()
    return base64.b64encode(digest.encode()).decode()


class KDNiao:
    name = NAME

    def issue(self, order_code: str, shipment: Shipment) -> Issued:
        own = keys.of(NAME)
        partner = own.partner(shipment.carrier)
        said = self._ask(
            own,
            "/api/EOrderService",
            ORDER,
            {
                "OrderCode": order_code,
                "ShipperCode": shipment.carrier,
                "CustomerName": partner.get("CustomerName", ""),
                "CustomerPwd": partner.get("CustomerPwd", ""),
                "MonthCode": partner.get("MonthCode", ""),
                "SendSite": partner.get("SendSite", ""),
                "PayType": 3 if partner.get("MonthCode") else 1,
                "ExpType": "1",
                "Sender": _man(shipment.sender),
                "Receiver": _man(shipment.receiver),
                "Commodity": [{"GoodsName": shipment.goods, "Goodsquantity": shipment.pieces}],
                "Weight": round(shipment.weight_g / 1000, 2),
                "Quantity": 1,
                "Remark": shipment.remark,
                "IsReturnPrintTemplate": "0",
            },
        )
        code = str(said.get("ResultCode", ""))
        order = said.get("Order")
        if said.get("Success") is not True and code != KNOWN:
            if not code:
                raise wire.nonsense(NAME, "没有 ResultCode", "no ResultCode")
            raise wire.refused(NAME, said.get("Reason"))
        if not isinstance(order, dict):
            raise wire.nonsense(NAME, "没有 Order", "no Order")
        return Issued(
            wire.number_of(NAME, order.get("LogisticCode")),
            wire.words(order.get("MarkDestination"), 60),
            wire.words(order.get("PackageName"), 40),
            wire.words(order.get("SortingCode"), 40),
        )

    def cancel(self, order_code: str, carrier: str, number: str) -> None:
        own = keys.of(NAME)
        partner = own.partner(carrier)
        wish = {
            "OrderCode": order_code, "ShipperCode": carrier, "ExpNo": number,
            "CustomerName": partner.get("CustomerName", ""), "CustomerPwd": partner.get("CustomerPwd", ""),
        }  # fmt: skip
        self._checked(self._ask(own, "/api/EOrderService", CANCEL, wish))

    def tracks(self, carrier: str, number: str, phone: str) -> Sequence[Track]:
        wish = {"ShipperCode": carrier, "LogisticCode": number, "CustomerName": phone[-4:]}
        said = self._ask(keys.of(NAME), "/Ebusiness/EbusinessOrderHandle.aspx", QUERY, wish)
        self._checked(said)
        return _tracks(said, carrier, number)

    def follow(self, carrier: str, number: str, phone: str) -> None:
        wish = {"ShipperCode": carrier, "LogisticCode": number, "CustomerName": phone[-4:]}
        self._checked(self._ask(keys.of(NAME), "/api/dist", SUBSCRIBE, wish))

    def read_push(self, raw: RawPush) -> Sequence[Track]:
        fields = wire.pushed(raw.body)
        data = fields.get("RequestData", "")
        if not data or fields.get("RequestType") not in PUSH:
            raise wire.bad_push("fields")
        if not hmac.compare_digest(sign(data, keys.of(NAME).text("key")).encode(), fields.get("DataSign", "").encode()):
            raise wire.bad_push("signature")
        parcels = wire.json_of(data).get("Data")
        if not isinstance(parcels, list):
            raise wire.bad_push("fields")
        found: list[Track] = []
        for parcel in wire.items(parcels):
            carrier = wire.words(parcel.get("ShipperCode"), 20).upper()
            number = wire.words(parcel.get("LogisticCode"), 40).upper()
            if not carrier or not number:
                raise wire.bad_push("fields")
            found += _tracks(parcel, carrier, number)
        return found

    def acknowledge(self, ok: bool, reason: str = "") -> Acknowledgement:
        own = keys.found(NAME)
        at = clock.now().astimezone(wire.CHINA).strftime("%Y-%m-%d %H:%M:%S")
        body = {
            "EBusinessID": own.text("EBusinessID") if own else "",
            "UpdateTime": at,
            "Success": ok,
            "Reason": "" if ok else reason,
        }
        return Acknowledgement(200 if ok else 400, "application/json", orjson.dumps(body).decode())

    def _ask(self, own: keys.Keys, path: str, kind: str, wish: dict[str, Any]) -> dict[str, Any]:
        data = orjson.dumps(wish).decode()
        fields = {
            "RequestData": data,
            "EBusinessID": own.text("EBusinessID"),
            "RequestType": kind,
            "DataSign": sign(data, own.text("key")),
            "DataType": "2",
        }
        return wire.ask(NAME, own.address(API, path), fields)

    def _checked(self, said: dict[str, Any]) -> None:
        if not isinstance(said.get("Success"), bool):
            raise wire.nonsense(NAME, "没有 Success", "no Success")
        if not said["Success"]:
            raise wire.refused(NAME, said.get("Reason"))


def _tracks(parcel: dict[str, Any], carrier: str, number: str) -> list[Track]:
    found = []
    for each in wire.items(parcel.get("Traces")):
        at = wire.at(each.get("AcceptTime"))
        if at is not None:
            action = str(each.get("Action", ""))
            status = _ACTIONS.get(action) or _ACTIONS.get(action[:1], "info")
            text, place = wire.words(each.get("AcceptStation"), 500), wire.words(each.get("Location"), 100)
            found.append(Track(carrier, number, at, status, text, place))
    return found


def _man(party: Party) -> dict[str, str]:
    return {
        "Name": party.name, "Mobile": party.mobile, "ProvinceName": party.province, "CityName": party.city,
        "ExpAreaName": party.district, "Address": party.address,
    }  # fmt: skip
