"""What staff may be allowed to do here and with the mall's own machinery."""

from zhanggui.kernel.i18n import Text

PERMISSIONS = {
    "accounts.view": Text("查看员工与角色", "See staff and roles"),
    "accounts.manage": Text("管理员工、角色与令牌", "Manage staff, roles and tokens"),
    "settings.view": Text("查看商城设置", "See the mall's settings"),
    "settings.edit": Text("修改商城设置", "Change the mall's settings"),
    "audit.view": Text("查看操作日志", "See the audit log"),
    "system.operate": Text("处理后台任务与消息", "Tend background work and announcements"),
}
