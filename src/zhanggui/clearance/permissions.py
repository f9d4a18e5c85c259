"""What staff may do with the analysis of stock. What an action changes elsewhere asks for that module's own permission, too."""

from zhanggui.kernel.i18n import Text

VIEW = "clearance.view"
DECIDE = "clearance.decide"

PERMISSIONS = {
    VIEW: Text(
        "查看库存分析、清仓决定与季末计划", "See the analysis of stock, clearing decisions and season-end plans"
    ),
    DECIDE: Text(
        "重算库存分析，作清仓决定，做季末计划", "Compute it anew, decide how to clear, plan the end of a season"
    ),
}
