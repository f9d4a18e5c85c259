"""What staff may be allowed to do with members."""

from zhanggui.kernel.i18n import Text

PERMISSIONS = {
    "members.view": Text("查看会员（隐藏个人信息）", "See members, personal data masked"),
    "members.view_personal": Text("查看会员个人信息（会留下记录）", "See members' personal data (recorded)"),
    "members.note": Text("记录与会员的联系", "Keep notes of contacts with members"),
    "members.export": Text("导出会员名单（隐藏个人信息）", "Export lists of members, personal data masked"),
    "members.tag": Text("给会员加标签", "Tag members"),
    "members.block": Text("停用与恢复会员", "Block members and let them in again"),
}
