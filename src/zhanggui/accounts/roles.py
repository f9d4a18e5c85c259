"""The shipped roles, as patterns over the permissions the modules declare. Once stored they are the mall's own data."""

from fnmatch import fnmatchcase
from importlib import import_module, util

from django.apps import apps

from zhanggui.kernel.i18n import Text

MANAGER = "manager"

SHIPPED: dict[str, tuple[Text, tuple[str, ...]]] = {
    MANAGER: (Text("店长", "Manager"), ("*",)),
    "service": (
        Text("客服", "Customer service"),
        (
            "*.view",
            "orders.*",
            "aftersales.*",
            "members.*",
            "reviews.*",
            "fulfilment.track",
            "fulfilment.review",
            "promises.*",
            "problems.*",
            "redress.judge",
            "redress.chase",
            "redress.claim",
            "redress.grant",
        ),
    ),
    "editor": (
        Text("编辑", "Editor"),
        (
            "catalog.*",
            "bespoke.*",
            "content.*",
            "inventory.view",
            "pricing.view",
            "promotions.view",
            "pledges.*",
            "analytics.view",
            "reviews.view",
            "assortment.*",
        ),
    ),
    "warehouse": (
        Text("库管与配送", "Warehouse"),
        (
            "catalog.view",
            "inventory.*",
            "clearance.view",
            "fulfilment.*",
            "workshop.*",
            "carriage.*",
            "pickup.*",
            "orders.view",
            "aftersales.view",
            "aftersales.receive",
            "procurement.receive",
            "promises.view",
            "promises.tell",
        ),
    ),
    "pickup": (
        Text("自提点", "Pickup point"),
        (
            "pickup.view",
            "fulfilment.hand_over",
        ),
    ),
    "purchasing": (
        Text("采购", "Purchasing"),
        (
            "catalog.view",
            "inventory.view",
            "inventory.limits",
            "pricing.view",
            "pricing.view_cost",
            "reports.view",
            "replenishment.*",
            "clearance.*",
            "procurement.read",
            "procurement.manage",
            "procurement.approve",
            "procurement.receive",
            "dropship.*",
        ),
    ),
    "marketing": (
        Text("推广", "Marketing"),
        (
            "catalog.view",
            "content.*",
            "pricing.*",
            "promotions.*",
            "groupbuy.*",
            "draws.*",
            "trials.*",
            "presale.*",
            "pledges.*",
            "coupons.*",
            "members.view",
            "members.tag",
            "loyalty.view",
            "loyalty.tiers",
            "reviews.view",
            "analytics.*",
            "reports.*",
            "planning.*",
            "rivals.*",
            "campaigns.*",
            "assortment.*",
            "clearance.*",
            "orders.view",
        ),
    ),
    "finance": (
        Text("财务", "Finance"),
        (
            "payments.*",
            "procurement.read",
            "procurement.pay",
            "procurement.void",
            "dropship.read",
            "carriage.view",
            "carriage.bills",
            "orders.view",
            "aftersales.view",
            "aftersales.refund",
            "loyalty.view",
            "loyalty.points",
            "loyalty.balance",
            "analytics.*",
            "reports.*",
            "pricing.view",
            "pricing.view_cost",
            "promotions.view",
            "planning.view",
            "audit.view",
        ),
    ),
    "analyst": (
        Text("数据分析", "Data analyst"),
        ("*.view", "analytics.*", "reports.*", "planning.*", "pricing.view_cost", "procurement.read", "dropship.read"),
    ),
}
#: Never swept up by a pattern such as `*.view`: rights over people and machinery are given by name.
RESERVED = ("accounts.*", "settings.*", "system.*", "audit.*", "webhooks.*")


def known_permissions() -> dict[str, Text]:
    """Every permission any installed module declares, with its meaning."""
    found: dict[str, Text] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.permissions"
        if config.name.startswith("zhanggui.") and util.find_spec(name):
            found |= import_module(name).PERMISSIONS
    return found


def shipped_permissions(code: str) -> list[str]:
    """What a shipped role may do, given the modules installed."""
    patterns = SHIPPED[code][1]
    if "*" in patterns:
        return ["*"]
    return sorted(p for p in known_permissions() if any(_matches(p, pattern) for pattern in patterns))


def _matches(permission: str, pattern: str) -> bool:
    if pattern.startswith("*") and any(fnmatchcase(permission, kept) for kept in RESERVED):
        return False
    return fnmatchcase(permission, pattern)
