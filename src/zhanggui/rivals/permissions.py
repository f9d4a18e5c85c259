"""What staff roles can be allowed to do with competitors' prices. An answer asks for the permission to change prices, too."""

from zhanggui.kernel.i18n import Text

VIEW = "rivals.view"
RECORD = "rivals.record"
RULES = "rivals.rules"

PERMISSIONS = {
    VIEW: Text("查看竞品价格与应对记录", "See competitors' prices and what was done about them"),
    RECORD: Text("登记竞品与竞品价格，忽略提醒", "Record competitors and their prices; leave findings be"),
    RULES: Text("设置竞品价格应对规则", "Set the rules of response to competitors' prices"),
}
