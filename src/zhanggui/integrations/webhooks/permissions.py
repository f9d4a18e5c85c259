"""What staff may be allowed to do with webhooks."""

from zhanggui.kernel.i18n import Text

PERMISSIONS = {
    "webhooks.view": Text("查看 Webhook 与投递记录", "See webhooks and their deliveries"),
    "webhooks.manage": Text("管理 Webhook 与重新投递", "Manage webhooks and replay deliveries"),
}
