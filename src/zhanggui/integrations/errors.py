"""Refusals of the integrations module."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class UnreadableFile(Problem):
    """The file as a whole cannot be read as a table of text."""

    code = "file_unreadable"
    status = 422
    message = Text("无法读取文件 {file}:{reason}", "Cannot read {file}: {reason}")


class WrongFormat(Problem):
    """The file is readable but is not of the format named."""

    code = "wrong_format"
    status = 422
    message = Text("{file} 不是 {wanted} 格式,{looks}", "{file} is not a {wanted} file; {looks}")


class UnknownFormat(Problem):
    code = "unknown_format"
    status = 422
    message = Text("不认识的导入格式 {format},可用:{known}", "Unknown import format {format}; known are: {known}")


class ImportRunning(Problem):
    """The same files are being imported by another process at this moment."""

    code = "import_running"
    status = 409
    message = Text("同一份文件正在由另一个进程导入", "The same files are being imported by another process right now")
