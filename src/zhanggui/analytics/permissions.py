"""What staff roles can be allowed to do with the mall's numbers."""

from zhanggui.kernel.i18n import Text

VIEW = "reports.view"
SPEND = "reports.spend"

PERMISSIONS = {
    VIEW: Text("查看经营报表", "See the operations reports"),
    SPEND: Text("登记推广费用", "Record promotion spend"),
}
