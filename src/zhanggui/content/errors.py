"""Refusals of content."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Conflict, Problem


class PageChanged(Conflict):
    """Somebody saved the page after it was opened; `differences` in the answer show what is not the same."""

    code = "page_changed"
    message = Text(
        "{by} 已修改过这个页面，您的修改尚未保存。请对照下面的差异再保存。",
        "{by} has changed this page meanwhile; yours is not saved. Compare the differences, then save.",
    )


class NotReadyToPublish(Problem):
    """What is missing is named in `errors`."""

    code = "not_ready_to_publish"
    status = 409
    message = Text("还不能发布，请先完善以下内容", "It cannot be published yet; see what is missing")


class SlugTaken(Problem):
    code = "slug_taken"
    status = 409
    message = Text("这个地址已被其他页面使用", "Another page has this address")


class PreviewExpired(Problem):
    code = "preview_expired"
    status = 403
    message = Text("预览链接无效或已过期", "The preview link is not valid any more")
