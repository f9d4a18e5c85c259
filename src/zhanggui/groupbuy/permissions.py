"""What staff roles can be allowed to do with group offers."""

from zhanggui.kernel.i18n import Text

VIEW = "groupbuy.view"
MANAGE = "groupbuy.manage"

PERMISSIONS = {
    VIEW: Text("查看拼团活动与拼团进度", "See group offers and their groups"),
    MANAGE: Text("管理拼团活动", "Manage group offers"),
}
