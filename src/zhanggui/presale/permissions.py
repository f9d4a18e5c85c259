"""What staff roles can be allowed to do with presales."""

from zhanggui.kernel.i18n import Text

VIEW = "presale.view"
MANAGE = "presale.manage"

PERMISSIONS = {
    VIEW: Text("查看预售活动与预订", "See presales and their reservations"),
    MANAGE: Text("管理预售活动，取消预订并退定金", "Manage presales; cancel reservations and refund deposits"),
}
