"""What staff may be allowed to do with the mall's pages."""

from zhanggui.kernel.i18n import Text

VIEW = "content.view"
EDIT = "content.edit"
PUBLISH = "content.publish"

PERMISSIONS = {
    VIEW: Text("查看页面、菜单与店铺风格", "See pages, menus and the shop's style"),
    EDIT: Text("编辑页面草稿", "Edit drafts of pages"),
    PUBLISH: Text("发布与下线页面，修改菜单与店铺风格", "Publish pages and take them down; change menus and style"),
}
