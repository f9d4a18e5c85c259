"""What staff roles can be allowed to do with the assortment."""

from zhanggui.kernel.i18n import Text

VIEW = "assortment.view"
MANAGE = "assortment.manage"
DECIDE = "assortment.decide"

PERMISSIONS = {
    VIEW: Text(
        "查看商品角色、结构计划、汰换与关联销售",
        "See roles of goods, the plan of shelves, slow sellers, what goes along",
    ),
    MANAGE: Text("设置商品角色、结构计划与关联销售", "Set roles of goods, the plan of shelves and what goes along"),
    DECIDE: Text("决定滞销商品的去留，完成汰换复盘", "Decide what becomes of slow sellers, and finish their review"),
}
