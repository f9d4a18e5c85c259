"""What staff may be allowed to do with members."""

from zhanggui.kernel.i18n import Text

LOYALTY_VIEW = "loyalty.view"
TIERS = "loyalty.tiers"
EMPLOYEE = "loyalty.employee"
POINTS = "loyalty.points"
BALANCE = "loyalty.balance"

PERMISSIONS = {
    "members.view": Text("查看会员（隐藏个人信息）", "See members, personal data masked"),
    "members.view_personal": Text("查看会员个人信息（会留下记录）", "See members' personal data (recorded)"),
    "members.note": Text("记录与会员的联系", "Keep notes of contacts with members"),
    "members.export": Text("导出会员名单（隐藏个人信息）", "Export lists of members, personal data masked"),
    "members.tag": Text("给会员加标签", "Tag members"),
    "members.block": Text("停用与恢复会员", "Block members and let them in again"),
    LOYALTY_VIEW: Text("查看会员等级、积分与余额", "See tiers, points and balances"),
    TIERS: Text("设置会员等级与授予等级", "Edit tiers and grant them"),
    EMPLOYEE: Text("认定内部员工（内购价）", "Say who is an employee (employees' prices)"),
    POINTS: Text("手工调整积分", "Adjust points by hand"),
    BALANCE: Text("充值与调整余额", "Top up and adjust balances"),
}
