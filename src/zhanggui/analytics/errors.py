"""Why a report or a batch of page views is refused; codes are stable."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class UnknownReport(Problem):
    """`period` is neither daily nor weekly, or `format` is none of text, json, html, xlsx."""

    code = "unknown_report"
    status = 422
    message = Text("没有这种报表：{asked}（可选：{known}）", "No such report: {asked} (one of: {known})")


class TooManyEvents(Problem):
    code = "too_many_events"
    status = 413
    message = Text("一次最多上报 {limit} 条浏览记录", "At most {limit} page views can be sent at once")
