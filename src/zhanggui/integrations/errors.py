"""Refusals of the integrations module."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class UnreadableFile(Problem):
    """The file as a whole cannot be read as a table of text."""

    code = "file_unreadable"
    status = 422
    message = Text("无法读取文件 {file}：{reason}", "Cannot read {file}: {reason}")


class WrongFormat(Problem):
    """The file is readable but is not of the format named."""

    code = "wrong_format"
    status = 422
    message = Text("{file} 不是 {wanted} 格式，{looks}", "{file} is not a {wanted} file; {looks}")


class UnknownFormat(Problem):
    code = "unknown_format"
    status = 422
    message = Text("不认识的导入格式 {format}，可用：{known}", "Unknown import format {format}; known are: {known}")


class ImportRunning(Problem):
    """The same files are being imported by another process at this moment."""

    code = "import_running"
    status = 409
    message = Text("同一份文件正在由另一个进程导入", "The same files are being imported by another process right now")


class FormatUnclear(Problem):
    """Nobody said which format it is, and the header does not tell."""

    code = "format_unclear"
    status = 422
    message = Text(
        "认不出 {file} 的格式（{looks}）。请选择它来自哪个平台", "Cannot tell the format of {file} ({looks}). Choose it"
    )


class FormatsMixed(Problem):
    """The files of one upload come from different platforms."""

    code = "formats_mixed"
    status = 422
    message = Text(
        "{first} 是 {one}，{second} 是 {other}：请分开上传",
        "{first} is {one} and {second} is {other}: upload them separately",
    )


class NothingUploaded(Problem):
    code = "nothing_uploaded"
    status = 422
    message = Text("请选择要导入的文件", "Choose the files to import")


class UploadTooLarge(Problem):
    """More than the mall's own `imports.upload_mb`."""

    code = "upload_too_large"
    status = 413
    message = Text(
        "文件合计 {size} MB，超过上限 {limit} MB。请压缩成 zip 或 gz 再传，或请管理员调高「设置」里的上限",
        "The files are {size} MB together; {limit} MB is the limit. Send them as zip or gz, or ask for a higher limit in Settings",
    )


class UploadNotStored(Problem):
    code = "upload_not_stored"
    status = 507
    message = Text("文件无法存下：{reason}", "The files cannot be stored: {reason}")


class FilesForgotten(Problem):
    """The files of an import are gone: it grew old, or the mall was restored without them."""

    code = "import_files_gone"
    status = 409
    message = Text(
        "这次导入的文件已不在服务器上，请重新上传", "The files of this import are no longer there; upload them again"
    )


class InterruptedTooOften(Problem):
    """The worker ended again and again while this import ran."""

    code = "import_interrupted"
    status = 409
    message = Text(
        "导入被中断了 {times} 次，已停止；已导入的部分仍在。请查看日志后再试",
        "The import was interrupted {times} times and is given up; what was taken stays. See the log, then try again",
    )


class ReportNotWritable(Problem):
    code = "report_not_writable"
    status = 422
    message = Text("无法写入报告 {file}：{reason}", "Cannot write the report {file}: {reason}")


class CurrencyDiffers(Problem):
    """Products are priced in the mall's currency; amounts are not converted."""

    code = "currency_differs"
    status = 422
    message = Text(
        "商品价格须为商城货币 {mall}，不能是 {asked}", "Prices of products must be in the mall's {mall}, not {asked}"
    )


class PictureNotFetched(Problem):
    """A picture could not be fetched; `final` says that trying again is of no use."""

    code = "picture_not_fetched"
    status = 502
    message = Text("图片抓取失败：{reason}", "The picture could not be fetched: {reason}")

    def __init__(self, *, reason: str, final: bool = False) -> None:
        self.final = final
        super().__init__(reason=reason)
