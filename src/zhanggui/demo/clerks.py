"""The people behind the counter, one for each shipped role, and the member whom visitors may sign in as."""

from __future__ import annotations

from dataclasses import dataclass

from zhanggui.accounts import services as accounts
from zhanggui.accounts.selectors import permissions_of
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem
from zhanggui.members import services as members
from zhanggui.members.types import AddressInput

#: Role, sign-in, name, what the job is called.
STAFF = (
    ("manager", "shop@zhanggui.local", "周掌柜", Text("店长", "Manager")),
    ("service", "service@zhanggui.local", "林小满", Text("客服", "Customer service")),
    ("editor", "editor@zhanggui.local", "沈青禾", Text("编辑", "Editor")),
    ("warehouse", "warehouse@zhanggui.local", "赵大川", Text("库管", "Warehouse")),
    ("purchasing", "purchasing@zhanggui.local", "孟采薇", Text("采购", "Purchasing")),
    ("marketing", "marketing@zhanggui.local", "顾念", Text("推广", "Marketing")),
    ("finance", "finance@zhanggui.local", "钱守一", Text("财务", "Finance")),
    ("analyst", "analyst@zhanggui.local", "许知远", Text("分析", "Analyst")),
)
MEMBER_MOBILE, MEMBER_NAME = "19900020001", "阿柚"
HOMES = (
    ("陈知夏", "浙江省", "杭州市", "西湖区", "文三路 259 号 翠湖苑 6 幢 1203 室"),
    ("陈知夏", "上海市", "上海市", "徐汇区", "漕溪北路 331 号 中金国际广场 B 座 15 楼"),
)


@dataclass(frozen=True, slots=True)
class Clerks:
    """The staff as actors."""

    manager: Actor
    service: Actor
    editor: Actor
    warehouse: Actor
    purchasing: Actor
    marketing: Actor
    finance: Actor
    analyst: Actor


def hire(password: str) -> Clerks:
    """Open the staff's accounts."""
    accounts.ensure_roles()
    made = {}
    for role, email, name, _ in STAFF:
        user = accounts.create_staff(email, name=name, roles=[role], password=password, actor=SYSTEM)
        made[role] = Actor("staff", user, name, permissions_of(user))
    return Clerks(**made)


def are_here(password: str) -> bool:
    """Whether this mall is the demo already, and its password this one."""
    try:
        members.sign_in(MEMBER_MOBILE, password)
    except Problem:
        return False
    return True


def enrol_member(password: str) -> int:
    """The member whom visitors of the demo may be, with two addresses; his id."""
    member_id = members.register(MEMBER_MOBILE, password, nickname=MEMBER_NAME, actor=SYSTEM)
    for position, (name, province, city, district, line) in enumerate(HOMES):
        wanted = AddressInput(
            name=name, mobile=MEMBER_MOBILE, province=province, city=city, district=district, line=line,
            is_default=position == 0,
        )  # fmt: skip
        members.add_address(member_id, wanted, actor=Actor("member", member_id, f"member {member_id}"))
    return member_id
