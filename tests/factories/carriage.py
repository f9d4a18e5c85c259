"""Carriers with lanes, label accounts at the simulator, and shipments, for tests."""

from __future__ import annotations

from itertools import count
from typing import Any

from zhanggui.carriage import services
from zhanggui.carriage.types import Party, Shipment
from zhanggui.kernel.actor import Actor

CLERK = Actor("staff", 11, "carriers", frozenset({"carriage.view", "carriage.manage", "carriage.waybills"}))
_box = count(1)


def lanes(*carriers: str) -> None:
    """The usual lanes, and the rule that far provinces go by SF."""
    services.fill_usual(carriers or ("SF", "ZTO", "JTSD"), actor=CLERK)


def account(carrier: str = "ZTO", service: str = "kuaidi100") -> None:
    services.save_account(carrier=carrier, service=service, actor=CLERK)


def shipment(carrier: str = "ZTO", reference: str = "", **changes: Any) -> Shipment:
    sender = Party("掌柜商城", "0571-88886666", "浙江省", "杭州市", "余杭区", "仓前路 1 号")
    receiver = Party("王小明", "13900001234", "广东省", "深圳市", "南山区", "科技园 2 号")
    reference = reference or f"BOX{next(_box)}"
    given: dict[str, Any] = {
        "document": reference.split("-")[0],
        "goods": "茶杯",
        "pieces": 2,
        "weight_g": 1300,
    } | changes
    return Shipment(reference, carrier=carrier, sender=sender, receiver=given.pop("receiver", receiver), **given)
