"""What staff roles can be allowed to do in replenishment. Drafting the orders asks for purchasing's own permission, too."""

from zhanggui.kernel.i18n import Text

VIEW = "replenishment.view"
PLAN = "replenishment.plan"

PERMISSIONS = {
    VIEW: Text("查看销量预测与补货建议", "See demand forecasts and replenishment proposals"),
    PLAN: Text("重新预测，采纳或忽略补货建议", "Forecast anew; take up or dismiss replenishment proposals"),
}
