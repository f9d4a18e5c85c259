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


class ReportNotWritable(Problem):
    code = "report_not_writable"
    status = 422
    message = Text("无法写入报告 {file}:{reason}", "Cannot write the report {file}: {reason}")


class CurrencyDiffers(Problem):
    """Products are priced in the mall's currency; amounts are not converted."""

    code = "currency_differs"
    status = 422
    message = Text(
        "商品价格须为商城货币 {mall},不能是 {asked}", "Prices of products must be in the mall's {mall}, not {asked}"
    )


class PictureNotFetched(Problem):
    """A picture could not be fetched; `final` says that trying again is of no use."""

    code = "picture_not_fetched"
    status = 502
    message = Text("图片抓取失败:{reason}", "The picture could not be fetched: {reason}")

    def __init__(self, *, reason: str, final: bool = False) -> None:
        self.final = final
        super().__init__(reason=reason)
