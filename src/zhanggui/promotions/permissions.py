"""What staff roles can be allowed to do with promotions and coupons."""

from zhanggui.kernel.i18n import Text

VIEW = "promotions.view"
MANAGE = "promotions.manage"
MANAGE_COUPONS = "coupons.manage"
GRANT_COUPONS = "coupons.grant"

PERMISSIONS = {
    VIEW: Text("查看促销与优惠券", "See promotions and coupons"),
    MANAGE: Text("管理促销活动", "Manage promotions"),
    MANAGE_COUPONS: Text("管理优惠券与券码", "Manage coupons and their codes"),
    GRANT_COUPONS: Text("向会员发放优惠券", "Grant coupons to members"),
}
