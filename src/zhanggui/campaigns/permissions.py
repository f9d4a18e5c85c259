"""What staff roles can be allowed to do with campaigns."""

from zhanggui.kernel.i18n import Text

VIEW = "campaigns.view"
MANAGE = "campaigns.manage"
SPONSOR = "campaigns.sponsor"

PERMISSIONS = {
    VIEW: Text("查看活动策划", "See campaigns"),
    MANAGE: Text("策划活动：商品、资源、公布与结束", "Plan campaigns: goods, placements, announcing and ending"),
    SPONSOR: Text("登记、修改与取消赞助", "Write down, change and cancel sponsorships"),
}
