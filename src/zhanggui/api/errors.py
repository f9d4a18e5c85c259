"""Refusals of the HTTP interface itself."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class BadRequest(Problem):
    code = "bad_request"
    status = 400
    message = Text("请求格式不正确", "The request is malformed")


class InvalidJson(Problem):
    code = "invalid_json"
    status = 400
    message = Text("请求正文不是有效的 JSON (UTF-8)", "The body is not valid JSON in UTF-8")


class InvalidCharacters(Problem):
    code = "invalid_characters"
    status = 400
    message = Text("请求中含有不允许的空字符", "The request contains NUL characters")


class UnsupportedMediaType(Problem):
    code = "unsupported_media_type"
    status = 415
    message = Text("请用 Content-Type: {expected} 发送", "Send it as Content-Type: {expected}")


class PayloadTooLarge(Problem):
    code = "payload_too_large"
    status = 413
    message = Text("请求正文太大", "The body is too large")


class MethodNotAllowed(Problem):
    code = "method_not_allowed"
    status = 405
    message = Text("这个地址不支持该请求方法", "This address does not support the method")


class Unexpected(Problem):
    code = "internal_error"
    status = 500
    message = Text("系统出错，我们已记录并会处理", "Something went wrong; it has been recorded")
