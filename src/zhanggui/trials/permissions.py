"""What staff roles can be allowed to do with trials."""

from zhanggui.kernel.i18n import Text

VIEW = "trials.view"
MANAGE = "trials.manage"

PERMISSIONS = {
    VIEW: Text("查看试用、申请与报告", "See trials, applications and reports"),
    MANAGE: Text("管理试用：发布、挑选、免写报告", "Manage trials: publish, choose, let off reports"),
}
