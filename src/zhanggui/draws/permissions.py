"""What staff roles can be allowed to do with draws."""

from zhanggui.kernel.i18n import Text

VIEW = "draws.view"
MANAGE = "draws.manage"

PERMISSIONS = {
    VIEW: Text("查看抽奖与中奖记录", "See draws and who won"),
    MANAGE: Text("管理抽奖活动", "Manage draws"),
}
